"""What a command does to a case: the events it causes, or why it is refused."""

from __future__ import annotations

from datetime import datetime

from bot.core.case import Case
from bot.core.commands import (
    Approve,
    Assign,
    CaseCommand,
    Check,
    Checked,
    Claim,
    Close,
    Dismiss,
    Done,
    Facts,
    Improve,
    Merge,
    Private,
    Promise,
    Release,
    Reopen,
    Reply,
    Resolved,
    Review,
    Satisfied,
    Sent,
    SetMark,
    Show,
    Skip,
    Snooze,
    StillOn,
    Told,
    Unmark,
    UpdateAsked,
)
from bot.core.decisions.approval import approve
from bot.core.decisions.closing import checked, close, resolved, review, satisfied, skip, update_asked
from bot.core.decisions.ownership import assign, claim, dismiss, release, reopen, snooze, still_on
from bot.core.decisions.permission import permit
from bot.core.decisions.promising import done, promise, told
from bot.core.decisions.replying import facts, mark, private, sent, unmark
from bot.core.events import CaseEvent
from bot.core.plan import Member, Plan


def decide(case: Case, by: Member, command: CaseCommand, plan: Plan, now: datetime) -> tuple[CaseEvent, ...]:
    """The events that the command causes; nothing when it is done already. Raises Refused.

    ``Reply``, ``Improve``, ``Merge``, ``Show`` and ``Check`` need more than the case and are the desk's;
    here they are only checked for permission.
    """
    permit(case, by, command, plan)
    match command:
        case Claim():
            return claim(case, by)
        case Release():
            return release(case, command)
        case Assign():
            return assign(case, by, command, plan)
        case Dismiss():
            return dismiss(case, command)
        case Reopen():
            return reopen(case, command)
        case Facts():
            return facts(case, command)
        case Sent():
            return sent(case, command, plan)
        case Approve():
            return approve(case, by, command, plan, now)
        case SetMark():
            return mark(case, command)
        case Unmark():
            return unmark(case, by, command, plan)
        case Private():
            return private(case, command)
        case Promise():
            return promise(case, command, now)
        case Done():
            return done(case, command)
        case Told():
            return told(case, command)
        case Resolved():
            return resolved(case, command)
        case Satisfied():
            return satisfied(case, command)
        case UpdateAsked():
            return update_asked(case, command)
        case Close():
            return close(case, command, plan)
        case Skip():
            return skip(case, command)
        case StillOn():
            return still_on(case, by)
        case Checked():
            return checked(case, command)
        case Review():
            return review(case, command)
        case Snooze():
            return snooze(case, by, command, plan, now)
        case Reply() | Improve() | Merge() | Show() | Check():
            return ()
        case _:
            raise AssertionError(f"nobody decides {command.word}")
