"""The second reader: whether a waiting reply may go out, and who may say so."""

from __future__ import annotations

from datetime import datetime

from bot.core import events as happened
from bot.core.case import Case
from bot.core.commands import Approve
from bot.core.decisions.refusals import Refused, said, typed
from bot.core.events import CaseEvent
from bot.core.plan import Concern, Member, Plan
from bot.core.second_reading import alone_from, concerns, readers
from bot.core.words import At, Sentence, listed, say


def unread(case: Case, plan: Plan) -> Sentence:
    """Why a reply that waits for a reader is not posted yet; what is posted may be approved afterwards."""
    if at := alone_from(case, plan):
        return say(
            "Read #{n}'s reply over first: {approve}, from {at} on.",
            n=case.number,
            approve=typed(case, "approve"),
            at=At(at),
        )
    return say(
        "#{n}'s reply waits for a second reader ({why}): {approve} or {improve}.",
        n=case.number,
        why=why_read(case, plan),
        approve=typed(case, "approve"),
        improve=typed(case, "improve", "…"),
    )


def why_read(case: Case, plan: Plan) -> Sentence:
    """Why the waiting reply wants a second reader: *heated customer, legal face*."""
    first, *more = [_WHY[each] for each in concerns(case, plan)]
    for each in more:
        first = say("{these}, {this}", these=first, this=each)
    return first


_WHY = {
    Concern.HEATED: say("heated customer"),
    Concern.UNTRAINED: say("untrained author"),
    Concern.LEGAL: say("legal face"),
    Concern.REACH: say("high reach"),
}


def approve(case: Case, by: Member, command: Approve, plan: Plan, now: datetime) -> tuple[CaseEvent, ...]:
    """Lets the waiting reply go out. Raises Refused."""
    last = case.replies[-1] if case.replies else None
    if last and last.read_at:
        return ()
    permit_reading(case, by, plan, now, command.version)
    return (happened.ReplyApproved(note=said(command.note)),)


def permit_reading(case: Case, by: Member, plan: Plan, now: datetime, version: int = 0) -> None:
    """Whether this member may let the waiting reply go out, or write it better, now. Raises Refused.

    ``version`` is the one that they read, as ``Reply.entry`` counts; 0: whichever waits.
    """
    if not case.unsent:
        raise Refused(say("No reply waits to be read in #{n}.", n=case.number))
    if not concerns(case, plan):
        raise Refused(
            say("#{n}'s reply needs no more reader: {sent} is next.", n=case.number, sent=typed(case, "sent"))
        )
    if by.id not in readers(case, plan):
        raise Refused(_not_a_reader(case, by, plan))
    if version and version != case.unsent.entry:
        raise Refused(say("#{n}'s reply was changed meanwhile: read it once more, then decide.", n=case.number))
    if (at := alone_from(case, plan)) and now < at:
        raise Refused(
            say(
                "Nobody else is there to read it, so take a pause: {approve} from {at} on.",
                approve=typed(case, "approve"),
                at=At(at),
            )
        )


def _not_a_reader(case: Case, by: Member, plan: Plan) -> Sentence:
    members = listed(readers(case, plan))
    if case.unsent and by.id == case.unsent.by:
        return say("You wrote it, so somebody else reads it: ask {members}.", members=members)
    return say("This reply is read by {members}; ask one of them.", members=members)
