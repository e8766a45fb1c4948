"""When Heard itself speaks up: reminders, claims that lapse, cases that are put away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.core.calendar import after_quiet, is_quiet
from bot.core.case import Case, apply
from bot.core.duties.duty import Duty, DutyKind, LastReminder, is_late, last_reminder, urgency
from bot.core.duties.owed import each_once, owed_by, still_on
from bot.core.events import CaseEvent, Entry, Lapsed, Nudge, Reminded
from bot.core.plan import DAY, Plan

#: Soft reminders wait until a case has rested this long: who just acted is not pinged (our choice).
RESPITE = timedelta(minutes=5)
#: At this level a hard duty is due, and from then on it rings the leads too (rule 004-26).
DUE_LEVEL = 3
#: An ended case that owes nothing stays at hand this long, for a late word or a reopening (our choice).
SHELVED_AFTER = 2 * DAY
#: After this long an ended case is put away although its check-in or review is undone (our choice).
SHELVED_ANYWAY = 30 * DAY


def overdue(case: Case, plan: Plan, now: datetime) -> tuple[CaseEvent, ...]:
    """What Heard itself has to record now: that a claim lapsed, and one reminder of all that is due.

    Once it is recorded, nothing more is overdue at this moment.
    """
    owed = owed_by(case, plan)
    question = still_on(case, plan, owed)
    if not _is_up(_lapse(case, plan, question, now), now):
        return _reminder(case, plan, _with(owed, question), now)
    lapsed = Lapsed()
    free = apply(case, Entry(at=now, event=lapsed))
    return (lapsed, *_reminder(free, plan, owed_by(free, plan), now))


def reminders(case: Case, plan: Plan, now: datetime) -> tuple[Reminded, ...]:
    """The reminder that is due now, at most one.

    Each duty is in it once, at the level reached by now: what was missed while the
    bot was down is said once, not once each.
    """
    return tuple(event for event in overdue(case, plan, now) if isinstance(event, Reminded))


def next_look(case: Case, plan: Plan, now: datetime) -> datetime | None:
    """The first moment after ``now`` at which something is overdue or the case may be shelved.

    None when neither will ever be so, unless somebody acts. Exact: looking at any
    moment in between finds nothing, so a timetable may sleep until then.
    """
    soon = now + timedelta.resolution
    owed = owed_by(case, plan)
    question = still_on(case, plan, owed)
    moments = (
        _next_reminder(case, plan, _with(owed, question), soon),
        _lapse(case, plan, question, soon),
        _shelving(case, owed),
    )
    return min((max(moment, soon) for moment in moments if moment), default=None)


def standing(case: Case, owed: Sequence[Duty], now: datetime) -> Iterable[tuple[Duty, int]]:
    """What the reminder that stands in the room still says, each with the level it had.

    It was reminded of, it is owed yet, and it does not rest.
    """
    is_resting = case.snoozed_until is not None and case.snoozed_until > now
    for duty in owed:
        if (last := last_reminder(case, duty)) and (duty.is_hard or not is_resting):
            yield duty, last[0].level


def may_be_shelved(case: Case, plan: Plan, now: datetime) -> bool:
    """Whether an ended case may leave the room's memory."""
    return not case.is_open and _is_up(_shelving(case, owed_by(case, plan)), now)


def rings(duty: Duty, level: int, plan: Plan) -> tuple[str, ...]:
    """Whom a reminder of this level calls: who owes it, and the leads once a hard duty is due."""
    return each_once(*duty.who, *(plan.leads if duty.is_hard and level >= DUE_LEVEL else ()))


def _is_up(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now


def _shelving(case: Case, owed: list[Duty]) -> datetime | None:
    """When an ended case may be shelved; never while a promise is open."""
    if case.ended_at is None or case.open_promises:
        return None
    return case.ended_at + (SHELVED_ANYWAY if owed else SHELVED_AFTER)


def _with(owed: list[Duty], question: Duty | None) -> list[Duty]:
    return [*owed, question] if question else owed


def _reminder(case: Case, plan: Plan, owed: list[Duty], now: datetime) -> tuple[Reminded, ...]:
    due = _due(case, plan, owed, now)
    if not due:
        return ()
    due += [duty for duty in owed if duty not in due and _rides_along(duty, case, plan, now)]
    nudges = (Nudge(duty.key, _level(duty, case, plan, now), duty.due) for duty in sorted(due, key=urgency))
    return (Reminded(tuple(nudges)),)


def _due(case: Case, plan: Plan, owed: list[Duty], now: datetime) -> list[Duty]:
    due = [duty for duty in owed if _is_up(_wants_reminder(duty, case, plan), now)]
    hard = [duty for duty in due if duty.is_hard]
    return hard if len(hard) < len(due) and is_quiet(now, plan) else due


def _next_reminder(case: Case, plan: Plan, owed: list[Duty], earliest: datetime) -> datetime | None:
    """The first moment for a reminder, at the earliest then.

    Moving moments out of quiet hours keeps their order, so only the first soft one has to be moved.
    """
    hard = [at for duty in owed if duty.is_hard and (at := _wants_reminder(duty, case, plan))]
    soft = [at for duty in owed if not duty.is_hard and (at := _wants_reminder(duty, case, plan))]
    first = min(hard, default=None)
    if not soft or (first and first <= min(soft)):
        return first
    moved = after_quiet(max(min(soft), earliest), plan)
    return min(first, moved) if first else moved


def _rides_along(duty: Duty, case: Case, plan: Plan, now: datetime) -> bool:
    """Repeats of several late duties travel together: half an interval early rather than in two messages."""
    last = last_reminder(case, duty)
    is_repeat = duty.is_hard and last is not None and last[0].level >= DUE_LEVEL
    return is_repeat and _is_up(_wants_reminder(duty, case, plan), now + plan.clocks.hard_repeat / 2)


def _level(duty: Duty, case: Case, plan: Plan, now: datetime) -> int:
    """A hard duty's level is its place on the clock; a soft one's counts the reminders that went out.

    So after a weekend of downtime a soft duty still has its five reminders to come.
    """
    last = last_reminder(case, duty)
    following = last[0].level + 1 if last else 1
    return max(following, _reached(duty, plan, now)) if duty.is_hard else following


def _reached(duty: Duty, plan: Plan, now: datetime) -> int:
    if is_late(duty, now):
        return DUE_LEVEL + (now - duty.due) // plan.clocks.hard_repeat
    return 2 if now >= duty.reaches(2) else 1


def _wants_reminder(duty: Duty, case: Case, plan: Plan) -> datetime | None:
    """When its next reminder is wanted, quiet hours aside; None when no more is."""
    last = last_reminder(case, duty)
    if duty.is_hard:
        return _hard(duty, last, plan)
    wanted = _asked_next(duty, last, plan) if duty.kind is DutyKind.STILL_ON else _soft(duty, last, plan)
    return wanted and max(wanted, case.active_at + RESPITE, case.snoozed_until or wanted)


def _hard(duty: Duty, last: LastReminder, plan: Plan) -> datetime:
    if last is None:
        return duty.reaches(1)
    nudge, at = last
    return at + plan.clocks.hard_repeat if nudge.level >= DUE_LEVEL else duty.reaches(nudge.level + 1)


def _soft(duty: Duty, last: LastReminder, plan: Plan) -> datetime | None:
    """Each pause is twice the one before, and after the most that the plan allows there is silence."""
    sent = last[0].level if last else 0
    if sent >= plan.clocks.soft_most:
        return None
    return last[1] + plan.clocks.soft_repeat * 2 ** (sent - 1) if last else duty.due


def _asked_next(question: Duty, last: LastReminder, plan: Plan) -> datetime | None:
    """An owner is asked once; once more only when the time for answering ran out in quiet hours."""
    if last is None:
        return question.due
    nudge, at = last
    answer_by = at + plan.clocks.lapse
    may_ask_again = nudge.level < plan.clocks.soft_most and is_quiet(answer_by, plan)
    return answer_by if may_ask_again else None


def _lapse(case: Case, plan: Plan, question: Duty | None, earliest: datetime) -> datetime | None:
    """When the claim lapses, at the earliest then: never in quiet hours, so that nobody loses a case at night.

    At once when the owner has left the committee: nobody else may answer a case that is theirs. While
    nobody knows the whole committee, a member who is not known has not left it.
    """
    if case.owner and case.is_open and plan.is_complete and plan.member(case.owner) is None:
        return earliest
    last = last_reminder(case, question) if question else None
    if question is None or last is None or _asked_next(question, last, plan):
        return None
    return after_quiet(max(last[1] + plan.clocks.lapse, earliest), plan)
