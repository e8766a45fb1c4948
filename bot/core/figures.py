"""The numbers of a day: what the digest says is owed, in the order in which it hurts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from bot.core.calendar import local_date
from bot.core.cards import Button, Card, Section, Tone
from bot.core.case import Case, Ending, Reply
from bot.core.complaint import Complaint, Kind
from bot.core.duties import Duty, DutyKind, duties, is_late
from bot.core.plan import Plan
from bot.core.showing import (
    age_in_days,
    case_line,
    channel_name,
    discreet,
    discreet_card,
    outcome_name,
    owed_line,
    waits_for_customer,
)
from bot.core.words import At, CaseLink, Text, Who, Words, count, msg, say

#: Lines of one section before the rest is only counted (our choice: a digest is read on a phone).
LINES = 10
#: A source is silent when it has missed this many of its turns (our choice).
MISSED_TURNS = 3

Owed = tuple[Case, Duty]


class Silent(msgspec.Struct, frozen=True):
    """A source that has not answered. ``since`` is None when it never did."""

    source: str
    since: datetime | None


class Day(msgspec.Struct, frozen=True):
    """What a day's digest tells. Lists of what is owed go from the oldest complaint to the youngest (000-15)."""

    date: date
    open: int
    is_green: bool
    late_first: tuple[Owed, ...]
    late_resolutions: tuple[Owed, ...]
    promises: tuple[Owed, ...]
    unclaimed: tuple[Case, ...]
    unanswered_questions: tuple[Case, ...]
    waiting: tuple[Case, ...]
    snoozed: tuple[Case, ...]
    closed: tuple[Case, ...]
    let_pass: tuple[tuple[Case, Reply], ...]
    second_reads: tuple[Owed, ...]
    silent: tuple[Silent, ...]
    news: tuple[Complaint, ...] = ()


def is_green(cases: Iterable[Case]) -> bool:
    """The brand's light: green while no complaint or question is open (rules 000-02, 000-03, 001-11)."""
    return not any(case.is_open and case.kind is not Kind.PRAISE for case in cases)


def figures(
    cases: Sequence[Case],
    plan: Plan,
    now: datetime,
    heard_from: Mapping[str, datetime] | None = None,
    every: Mapping[str, timedelta] | None = None,
    news: Sequence[Complaint] = (),
) -> Day:
    """The day's numbers at ``now``. ``closed`` are the cases that ended on the day before, in the brand's zone."""
    by_age = sorted(cases, key=lambda case: (case.complaint.posted_at, case.number))
    is_open = [case for case in by_age if case.is_open]
    owed = [(case, duty) for case in by_age for duty in duties(case, plan, now)]
    today = local_date(now, plan)
    return Day(
        date=today,
        open=len(is_open),
        is_green=is_green(is_open),
        late_first=_late(owed, DutyKind.HEARD, now),
        late_resolutions=_late(owed, DutyKind.RESOLUTION, now),
        promises=tuple(pair for pair in owed if _is_promise_for(pair, today, plan)),
        unclaimed=tuple(case for case in is_open if not case.owner and case.kind is not Kind.PRAISE),
        unanswered_questions=tuple(
            case for case in is_open if case.kind is Kind.QUESTION and not case.answered_at and case.owner
        ),
        waiting=tuple(case for case in is_open if waits_for_customer(case)),
        snoozed=tuple(case for case in is_open if case.snoozed_until and case.snoozed_until > now),
        closed=tuple(case for case in by_age if _closed_on(case, today - timedelta(days=1), plan)),
        let_pass=tuple(
            (case, reply)
            for case in by_age
            for reply in case.replies
            if reply.despite and local_date(_let_pass(reply)[1], plan) == today - timedelta(days=1)
        ),
        second_reads=tuple(pair for pair in owed if pair[1].kind is DutyKind.SECOND_READ),
        silent=silent(heard_from or {}, every or {}, now),
        news=tuple(news),
    )


def _let_pass(reply: Reply) -> tuple[str, datetime]:
    """Who set a check aside, and when: the author, or who wrote it better."""
    return (reply.improved_by, reply.read_at) if reply.improved_by and reply.read_at else (reply.by, reply.at)


def _late(owed: Sequence[Owed], kind: DutyKind, now: datetime) -> tuple[Owed, ...]:
    return tuple((case, duty) for case, duty in owed if duty.kind is kind and is_late(duty, now))


def _is_promise_for(pair: Owed, today: date, plan: Plan) -> bool:
    """Due today or before, or done and not told (rule 002-21)."""
    case, duty = pair
    promise = case.promise(duty.promise)
    return duty.kind is DutyKind.PROMISE and (
        local_date(duty.due, plan) <= today or (promise is not None and promise.done_at is not None)
    )


def _closed_on(case: Case, day: date, plan: Plan) -> bool:
    return case.ending is Ending.CLOSED and case.ended_at is not None and local_date(case.ended_at, plan) == day


def silent(heard_from: Mapping[str, datetime], every: Mapping[str, timedelta], now: datetime) -> tuple[Silent, ...]:
    """Sources that have missed their turns, or never answered (rule 000-01)."""
    return tuple(
        Silent(source, heard_from.get(source))
        for source, turn in sorted(every.items())
        if source not in heard_from or now - heard_from[source] > turn * MISSED_TURNS
    )


_HEADINGS = (
    msg("Late first contacts"),
    msg("Late resolutions"),
    msg("Promises due or untold"),
    msg("Replies that wait for a second reader"),
    msg("Unclaimed"),
    msg("Unanswered questions"),
    msg("Waiting for the customer"),
    msg("Snoozed"),
    msg("Closed yesterday"),
    msg("Replies let pass yesterday"),
    msg("Silent sources"),
    msg("News of the sector"),
)


def digest_card(day: Day, plan: Plan, words: Words, now: datetime) -> Card:
    """The digest, in the order in which it hurts; its lines link to the cards."""
    lines: tuple[list[Text], ...] = (
        [_owed(pair, words, now) for pair in day.late_first],
        [_owed(pair, words, now) for pair in day.late_resolutions],
        [_promise(pair, words, now) for pair in day.promises],
        [_owed(pair, words, now) for pair in day.second_reads],
        [case_line(case, plan, words, now) for case in day.unclaimed],
        [case_line(case, plan, words, now) for case in day.unanswered_questions],
        [case_line(case, plan, words, now) for case in day.waiting],
        [_snoozed(case, words) for case in day.snoozed],
        [_closed(case, plan, words) for case in day.closed],
        [(CaseLink(case.number), " ", Who(_let_pass(reply)[0]), f": {reply.despite}") for case, reply in day.let_pass],
        [_silent(each, words) for each in day.silent],
        [
            (news.title or discreet(news.text, plan)[:120], *((f" {news.link}",) if news.link else ()))
            for news in day.news
        ],
    )
    sections = tuple(
        Section(words.word(heading), _first(found, words))
        for heading, found in zip(_HEADINGS, lines, strict=True)
        if found
    )
    card = Card(
        title=words.line(say("Digest of {day}", day=day.date.isoformat())),
        tone=Tone.LATE if day.late_first or day.late_resolutions else Tone.INFO,
        lines=(_head(day, words),),
        sections=sections,
        buttons=(
            Button(words.line(say("What I owe")), "todo", is_main=True),
            Button(words.line(say("Late")), "list late"),
            Button(words.line(say("Unclaimed")), "list unclaimed"),
        ),
    )
    return discreet_card(card, plan)


def _head(day: Day, words: Words) -> Text:
    if day.is_green:
        return words.text(say("The light is green."))
    return words.text(
        count("The light is yellow: {n} case is open.", "The light is yellow: {n} cases are open.", day.open)
    )


def _first(lines: Sequence[Text], words: Words) -> tuple[Text, ...]:
    more = len(lines) - LINES
    if more <= 0:
        return tuple(lines)
    return (*lines[:LINES], words.text(count("… and {n} more", "… and {n} more", more)))


def _owed(pair: Owed, words: Words, now: datetime) -> Text:
    case, duty = pair
    who = (" · ", *((Who(case.owner),) if case.owner else words.text(say("nobody yet"))))
    return (
        CaseLink(case.number),
        f" {channel_name(case.complaint.channel, words)} · ",
        *owed_line(duty, words, now),
        *who,
    )


def _promise(pair: Owed, words: Words, now: datetime) -> Text:
    case, duty = pair
    promise = case.promise(duty.promise)
    assert promise is not None
    if promise.done_at:
        state = words.text(say("“{what}” is done; the customer does not know yet", what=promise.what))
    elif is_late(duty, now):
        state = words.text(say("“{what}” was due {at}", what=promise.what, at=At(promise.due)))
    else:
        state = words.text(say("“{what}” is due {at}", what=promise.what, at=At(promise.due)))
    return (CaseLink(case.number), " ", *state, " · ", Who(promise.by))


def _snoozed(case: Case, words: Words) -> Text:
    assert case.snoozed_until is not None
    return (
        CaseLink(case.number),
        " ",
        *words.text(
            say(
                "until {at} by {who}: {reason}",
                at=At(case.snoozed_until),
                who=Who(case.snoozed_by),
                reason=case.snooze_reason,
            )
        ),
    )


def _closed(case: Case, plan: Plan, words: Words) -> Text:
    assert case.ended_at is not None
    days = age_in_days(case, plan, case.ended_at)
    return (
        CaseLink(case.number),
        f" {outcome_name(case.outcome, words)} · ",
        *words.text(count("after {n} day", "after {n} days", days)),
        *((" · ", Who(case.owner)) if case.owner else ()),
    )


def _silent(each: Silent, words: Words) -> Text:
    if each.since is None:
        return words.text(say("{source} has not answered yet", source=each.source))
    return words.text(say("{source} last answered {at}", source=each.source, at=At(each.since)))
