"""What a case owes: one rule for each kind of duty."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial

from msgspec.structs import replace

from bot.core.calendar import end_of_business_day
from bot.core.case import Case, Commitment, Ending
from bot.core.complaint import Kind
from bot.core.duties.closing import (
    ANSWERS,
    is_answered,
    keeping,
    need_of,
    reply_or_sent,
    resolving,
    settled_at,
    taken_at,
    taking,
)
from bot.core.duties.duty import Duty, DutyKind, is_late, last_reminder, urgency
from bot.core.plan import DAY, Need, Plan, Step
from bot.core.replies import ReplyKind
from bot.core.second_reading import alone_from, readers, waiting

#: Who praised us is thanked within a day. Nobody waits for it, so it is soft (our choice).
THANKS = DAY


def duties(case: Case, plan: Plan, now: datetime) -> tuple[Duty, ...]:
    """What the case owes, most urgent first: by due date, and the hard one first of two."""
    owed = owed_by(case, plan)
    question = still_on(case, plan, owed)
    if question and is_late(question, now):
        owed.append(question)
    return tuple(sorted(owed, key=urgency))


def owed_by(case: Case, plan: Plan) -> list[Duty]:
    """All but the question whether the owner is still on it, which follows from these."""
    owed = [duty for rule in _rules(case) if (duty := rule(case, plan))]
    owed.extend(_promise(case, plan, promise) for promise in case.open_promises)
    return owed


def _claim(case: Case, plan: Plan) -> Duty | None:
    if case.owner or case.free_since is None:
        return None
    return _duty(case, DutyKind.CLAIM, plan.listeners, case.free_since, plan.clocks.claim, word="claim")


def _heard(case: Case, plan: Plan) -> Duty | None:
    """First contact: any reply that a person sent (rule 004-25)."""
    if case.heard_at:
        return None
    limit, word = plan.first_contact(case.complaint.channel), reply_or_sent(case, ReplyKind, plan)
    return _duty(case, DutyKind.HEARD, _owner(case, plan), case.anchor, limit, word=word, is_hard=True)


def _thanks(case: Case, plan: Plan) -> Duty | None:
    if case.heard_at:
        return None
    word = reply_or_sent(case, ReplyKind, plan)
    return _duty(case, DutyKind.HEARD, _owner(case, plan), case.anchor, THANKS, word=word)


def _same_day(case: Case, plan: Plan) -> Duty | None:
    if is_answered(case):
        return None
    limit, word = end_of_business_day(case.anchor, plan) - case.anchor, reply_or_sent(case, ANSWERS, plan)
    return _duty(case, DutyKind.SAME_DAY, _owner(case, plan), case.anchor, limit, word=word)


def _second_read(case: Case, plan: Plan) -> Duty | None:
    """Whoever may read it, as soon as it is written; its author alone from when they may, reminded then.

    Hard while the customer waits for it: for the first contact, or for the solution.
    """
    reply, alone = waiting(case, plan), alone_from(case, plan)
    if reply is None:
        return None
    is_hard = any(rule(case, plan) for rule in _rules(case) if rule in _HARD)
    since, due = (alone, alone) if alone else (reply.at, reply.at + plan.clocks.second_read)
    command = f"approve {case.number}"
    return Duty(DutyKind.SECOND_READ, case.number, readers(case, plan), since, due, is_hard, command)


def _facts(case: Case, plan: Plan) -> Duty | None:
    """Owed by whoever claimed it, from the claim or from a reopening after it."""
    if case.facts_at or case.claimed_at is None:
        return None
    since = max(case.claimed_at, case.anchor)
    return _duty(case, DutyKind.FACTS, _owner(case, plan), since, plan.clocks.facts, word="facts")


def _resolution(case: Case, plan: Plan) -> Duty | None:
    """Solved is half of it: the customer has to know (rule 004-02)."""
    if case.resolved_at and case.told_at:
        return None
    since, limit, word = case.resolve_from or case.anchor, plan.clocks.resolution, resolving(case)
    return _duty(case, DutyKind.RESOLUTION, _owner(case, plan), since, limit, word=word, is_hard=True)


def _satisfaction(case: Case, plan: Plan) -> Duty | None:
    if case.satisfaction or not (case.resolved_at and case.told_at):
        return None
    since, limit = max(case.resolved_at, case.told_at), plan.clocks.satisfaction
    return _duty(case, DutyKind.SATISFACTION, _owner(case, plan), since, limit, word="satisfied")


def _closing_step(step: Step, case: Case, plan: Plan) -> Duty | None:
    since = case.satisfaction_at
    if since is None or taken_at(step, case):
        return None
    if need_of(step, case, plan) is Need.OFF:
        return None
    kind, word = DutyKind(step.value), taking(step, case, plan)
    return _duty(case, kind, _owner(case, plan), since, plan.clocks.closing, word=word)


def _close(case: Case, plan: Plan) -> Duty | None:
    """The owner's; the leads' too once the owner was reminded in vain."""
    since = settled_at(case, plan)
    if since is None:
        return None
    duty = _duty(case, DutyKind.CLOSE, _owner(case, plan), since, plan.clocks.close, word="close")
    return replace(duty, who=each_once(*duty.who, *plan.leads)) if last_reminder(case, duty) else duty


def _check_in(case: Case, plan: Plan) -> Duty | None:
    """After some time we ask whether all goes as planned (rule 002-22)."""
    if case.checked_at or case.ended_at is None:
        return None
    who = (case.owner,) if plan.member(case.owner) else plan.leads
    return _duty(case, DutyKind.CHECK_IN, who, case.ended_at, plan.clocks.check_in, word="checked")


def _review(case: Case, plan: Plan) -> Duty | None:
    if case.reviewed_at or case.ended_at is None:
        return None
    return _duty(case, DutyKind.REVIEW, plan.leads, case.ended_at, plan.clocks.review, word="review")


def _promise(case: Case, plan: Plan, promise: Commitment) -> Duty:
    """A promise binds whoever made it, however the case ended; who left hands it on."""
    heir = next((id for id in (promise.by, case.owner) if plan.member(id)), None)
    return Duty(
        kind=DutyKind.PROMISE,
        case=case.number,
        who=(heir,) if heir else plan.leads,
        since=promise.since,
        due=promise.due,
        is_hard=True,
        command=f"{keeping(promise)} {case.number} {promise.id}",
        promise=promise.id,
    )


def still_on(case: Case, plan: Plan, owed: Iterable[Duty]) -> Duty | None:
    """The owner is asked when nothing moves although a hard duty of theirs is past its half.

    Before half time a silent case is no bad sign: the owner may be waiting for the
    carrier. After it the first hard reminder has gone out, and silence says something.
    """
    if not case.owner or not case.is_open:
        return None
    who = _owner(case, plan)
    halves = [duty.reaches(1) for duty in owed if duty.is_hard and duty.who == who]
    if not halves:
        return None
    silent = _duty(case, DutyKind.STILL_ON, who, case.active_at, plan.clocks.still_on, word="still-on")
    return replace(silent, due=max(silent.due, min(halves)))


Rule = Callable[[Case, Plan], Duty | None]

_WHILE_OPEN: Mapping[Kind, tuple[Rule, ...]] = {
    Kind.COMPLAINT: (
        _claim,
        _heard,
        _second_read,
        _same_day,
        _facts,
        _resolution,
        _satisfaction,
        *(partial(_closing_step, step) for step in Step),
        _close,
    ),
    Kind.QUESTION: (_claim, _heard, _second_read, _same_day, _close),
    Kind.PRAISE: (_thanks, _second_read, _close),
}

#: The customer waits while one of these is owed.
_HARD = (_heard, _resolution)

_ONCE_CLOSED: Mapping[Kind, tuple[Rule, ...]] = {
    Kind.COMPLAINT: (_check_in, _review),
    Kind.QUESTION: (_check_in,),
    Kind.PRAISE: (),
}


def _rules(case: Case) -> tuple[Rule, ...]:
    """What a dismissed or merged case owed went with it, but for its promises."""
    if case.is_open:
        return _WHILE_OPEN[case.kind]
    return _ONCE_CLOSED[case.kind] if case.ending is Ending.CLOSED else ()


def _duty(
    case: Case,
    kind: DutyKind,
    who: tuple[str, ...],
    since: datetime,
    limit: timedelta,
    *,
    word: str,
    is_hard: bool = False,
) -> Duty:
    """Whatever an open case without an owner owes begins with somebody taking it."""
    first = "claim" if case.is_open and not case.owner else word
    return Duty(kind, case.number, who, since, since + limit, is_hard, f"{first} {case.number}")


def _owner(case: Case, plan: Plan) -> tuple[str, ...]:
    """The owner; the first line while there is none, or when the owner has left the committee."""
    return (case.owner,) if plan.member(case.owner) else plan.listeners


def each_once(*ids: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))
