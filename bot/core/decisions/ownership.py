"""Who has a case, whether it is one, and how long its reminders rest."""

from __future__ import annotations

from datetime import datetime

from bot.core import events as happened
from bot.core.case import Case, Ending
from bot.core.commands import Assign, Dismiss, Release, Reopen, Snooze
from bot.core.decisions.closing import wanting
from bot.core.decisions.refusals import LONGEST_LINE, Refused, Wants, ended, needed, said, typed
from bot.core.duties import duties
from bot.core.events import CaseEvent
from bot.core.plan import Member, Plan, Power
from bot.core.words import At, Sentence, Who, say


def claim(case: Case, by: Member) -> tuple[CaseEvent, ...]:
    """Takes a case that nobody has. Raises Refused."""
    if case.owner == by.id:
        return ()
    if case.owner:
        raise Refused(say("{owner} has #{n} already.", owner=Who(case.owner), n=case.number))
    return (happened.Claimed(),)


def release(case: Case, command: Release) -> tuple[CaseEvent, ...]:
    """Lets it go, with a note once the customer has heard of us. Raises Refused."""
    note = said(command.note)
    if not note and (case.replies or case.promises):
        raise Wants(
            say(
                "The customer has heard from you: leave a note for whoever takes over, {example}.",
                example=typed(case, "release", "…"),
            )
        )
    return (happened.Released(note=note),)


def assign(case: Case, by: Member, command: Assign, plan: Plan) -> tuple[CaseEvent, ...]:
    """Gives it to a member who answers customers, with a note if somebody had it. Raises Refused."""
    if command.to == case.owner:
        return ()
    if case.owner and by.id != case.owner and not plan.may(by.id, Power.LEAD):
        raise Refused(
            say("{owner} has #{n}: only they or a lead can hand it over.", owner=Who(case.owner), n=case.number)
        )
    if not plan.may(command.to, Power.ANSWER):
        raise Refused(
            say(
                "{member} does not answer customers; {members} do.",
                member=Who(command.to),
                members=", ".join(plan.holders(Power.ANSWER)),
            )
        )
    note = said(command.note)
    if case.owner and not note:
        raise Wants(
            say(
                "Leave a note for {member}, so that the customer need not tell it twice: {example}.",
                member=Who(command.to),
                example=typed(case, "assign", command.to, "…"),
            )
        )
    return (happened.Assigned(to=command.to, note=note),)


def still_on(case: Case, by: Member) -> tuple[CaseEvent, ...]:
    """Its owner is at it. Raises Refused."""
    if case.owner != by.id:
        if not case.owner:
            raise Refused(say("Nobody has #{n} yet: {claim} first.", n=case.number, claim=typed(case, "claim")))
        raise Refused(say("{who} has #{n}.", who=Who(case.owner), n=case.number))
    return (happened.StillOn(),)


def dismiss(case: Case, command: Dismiss) -> tuple[CaseEvent, ...]:
    """It is no case of ours: nobody was answered, and nothing is promised. Raises Refused."""
    if case.open_promises:
        raise Refused(_promises_open(case))
    if case.heard_at:
        raise Refused(
            say(
                "The customer has been answered in #{n}: {close} it instead.", n=case.number, close=typed(case, "close")
            )
        )
    return (happened.Dismissed(reason=needed(command.reason)),)


def _promises_open(case: Case) -> Sentence:
    promise = case.open_promises[0]
    word = "told" if promise.done_at else "done"
    return say(
        "Promise {id} of #{n} is not kept yet (“{what}”): {command} first.",
        id=promise.id,
        n=case.number,
        what=promise.what,
        command=typed(case, word, str(promise.id)),
    )


def reopen(case: Case, command: Reopen) -> tuple[CaseEvent, ...]:
    """Goes on with a case that had ended. Raises Refused."""
    if case.is_open:
        raise Refused(say("#{n} is open.", n=case.number))
    if case.ending is Ending.MERGED:
        raise Refused(ended(case))
    return (happened.Reopened(reason=needed(command.reason)),)


def snooze(case: Case, by: Member, command: Snooze, plan: Plan, now: datetime) -> tuple[CaseEvent, ...]:
    """Lets reminders rest until a time, in UTC; a hard duty cannot wait. Raises Refused."""
    if command.until is None or command.until <= now:
        raise Refused(say("Say until when, in the time to come: {example}.", example=typed(case, "snooze", "2h …")))
    reason = said(command.reason, LONGEST_LINE)
    if not reason:
        raise Refused(say("Say what you are waiting for: {example}.", example=typed(case, "snooze", "2h …")))
    if command.until > now + plan.clocks.longest_snooze:
        raise Refused(say("Reminders may rest until {at} at most.", at=At(now + plan.clocks.longest_snooze)))
    owed = duties(case, plan, now)
    if not owed and not case.is_open:
        raise Refused(ended(case))
    if owed and all(duty.is_hard for duty in owed):
        raise Refused(
            say(
                "What #{n} owes cannot wait: {what} is due {at}.",
                n=case.number,
                what=wanting(owed[0].kind),
                at=At(owed[0].due),
            )
        )
    if (case.snoozed_until, case.snooze_reason, case.snoozed_by) == (command.until, reason, by.id):
        return ()
    return (happened.Snoozed(until=command.until, reason=reason),)
