"""The one card of a case, and its buttons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.core.cards import Button, Card, Fact, State, Tone
from bot.core.case import Case, Commitment, Ending, Phase
from bot.core.complaint import Complaint, Kind
from bot.core.decisions.approval import why_read
from bot.core.decisions.closing import wanting
from bot.core.draft_checks.private import masked
from bot.core.duties import Duty, DutyKind, is_late
from bot.core.events import Satisfaction
from bot.core.plan import Plan, Step
from bot.core.second_reading import waiting
from bot.core.showing.discreet import discreet_card
from bot.core.showing.names import KINDS, MARKS, PHASES, WHERE, age_in_days, channel_name, clip, outcome_name
from bot.core.words import At, CaseLink, Sentence, Span, Text, Who, Words, count, msg, say


def case_card(
    case: Case, plan: Plan, words: Words, now: datetime, owed: Sequence[Duty], calls: tuple[str, ...] = ()
) -> Card:
    """The one card of a case. It leads with the customer's own words (rule 001-03)."""
    late = any(is_late(duty, now) and duty.is_hard for duty in owed)
    card = Card(
        title=f"#{case.number} {channel_name(case.complaint.channel, words)} · {words.line(_state(case, late=late))}",
        tone=_tone(case, late=late),
        case=case.number,
        quote=case.complaint.text,
        byline=_byline(case.complaint, words),
        link=case.complaint.link,
        facts=tuple(_facts(case, plan, words, now, owed)),
        buttons=buttons(case, plan, words),
        calls=calls,
        state=_standing(case),
    )
    return discreet_card(card, plan)


def _standing(case: Case) -> State:
    if not case.is_open:
        return State.CLOSED
    if not case.owner:
        return State.NEW
    if waits_for_customer(case):
        return State.WAITING
    if case.phase in {Phase.RESOLUTION, Phase.CLOSURE}:
        return State.SOLVING
    return State.HEARD if case.heard_at else State.CLAIMED


def _state(case: Case, *, late: bool) -> Sentence:
    if case.ending is Ending.DISMISSED:
        return say("dismissed")
    if case.ending is Ending.MERGED:
        return say("joined with #{n}", n=case.merged_into)
    if case.ending is Ending.CLOSED:
        return say("closed")
    if late:
        return say("late")
    if not case.owner:
        return say("new")
    return say("waiting for the customer") if waits_for_customer(case) else say("in hand")


def _tone(case: Case, *, late: bool) -> Tone:
    if not case.is_open:
        return Tone.CLOSED
    if late:
        return Tone.LATE
    if not case.owner:
        return Tone.NEW
    return Tone.WAITING if waits_for_customer(case) else Tone.CLAIMED


def waits_for_customer(case: Case) -> bool:
    """Solved and told: the customer's answer is what is missing."""
    return case.is_open and bool(case.resolved_at and case.told_at) and case.satisfaction is None


def _byline(complaint: Complaint, words: Words) -> Text:
    author = complaint.author or words.line(say("somebody"))
    spans: list[Span] = [*words.text(say("{author}, posted {at}", author=author, at=At(complaint.posted_at)))]
    if complaint.kind is not Kind.COMPLAINT:
        spans.append(f" · {words.word(KINDS[complaint.kind])}")
    return tuple(spans)


def _facts(case: Case, plan: Plan, words: Words, now: datetime, owed: Sequence[Duty]) -> Iterable[Fact]:
    def fact(label: str, value: Sentence | Text) -> Fact:
        return Fact(words.word(label), words.text(value) if isinstance(value, Sentence) else value)

    yield fact(msg("Owner"), (Who(case.owner),) if case.owner else say("nobody yet"))
    yield fact(msg("Phase"), PHASES[case.phase])
    if case.is_open and (days := age_in_days(case, plan, now)) > 0:
        yield fact(msg("Age"), say("day {n} since the complaint", n=days))
    if nearest := next_owed(owed):
        yield fact(msg("Next"), owed_line(nearest, words, now))
    if case.sightings:
        yield fact(msg("Seen"), count("{n} more sighting", "{n} more sightings", len(case.sightings)))
    if case.recurrence_of:
        yield fact(msg("Before"), say("the same customer as in {case}", case=CaseLink(case.recurrence_of)))
    if case.alike and case.is_open:
        alike = tuple(_joined(CaseLink(number) for number in case.alike))
        yield fact(msg("Looks like"), alike)
    if case.marks:
        yield fact(msg("Special"), _marks_line(case, words))
    if waiting(case, plan):
        yield fact(msg("Reply"), say("waits for a second reader ({why})", why=why_read(case, plan)))
    if case.facts:
        yield fact(msg("Facts"), (case.facts[-1],))
    if case.private:
        yield fact(msg("Private"), (words.word(WHERE[case.private]),))
    for promise in case.open_promises:
        yield fact(msg("Promise"), _promise_line(promise, words))
    if case.resolution:
        yield fact(msg("Solution"), (case.resolution,))
    if case.snoozed_until and case.snoozed_until > now:
        yield fact(
            msg("Snoozed"),
            say(
                "until {at} by {who}: {reason}",
                at=At(case.snoozed_until),
                who=Who(case.snoozed_by),
                reason=case.snooze_reason,
            ),
        )
    if case.ending is Ending.CLOSED:
        yield fact(msg("Outcome"), (outcome_name(case.outcome, words),))


def next_owed(owed: Sequence[Duty]) -> Duty | None:
    """What to do next. "Still on it?" is a question of ours, no work for the customer."""
    return next((duty for duty in owed if duty.kind is not DutyKind.STILL_ON), None)


def _joined(spans: Iterable[Span]) -> Iterable[Span]:
    for position, span in enumerate(spans):
        if position:
            yield ", "
        yield span


def _marks_line(case: Case, words: Words) -> Text:
    marks = (words.word(MARKS[mark]) + (f" ({note})" if note else "") for mark, note in case.marks.items())
    return (", ".join(marks),)


def _promise_line(promise: Commitment, words: Words) -> Text:
    if promise.done_at:
        return words.text(say("{id}. {what}: done, tell the customer", id=promise.id, what=promise.what))
    return words.text(say("{id}. {what}, by {at}", id=promise.id, what=promise.what, at=At(promise.due)))


def owed_line(duty: Duty, words: Words, now: datetime) -> Text:
    """One duty: what is owed and by when."""
    what = wanting(duty.kind)
    if is_late(duty, now):
        return words.text(say("{what}: was due {at}", what=what, at=At(duty.due)))
    return words.text(say("{what}: due {at}", what=what, at=At(duty.due)))


#: What a second reader does with a reply.
READING = ("approve", "improve")
_NEW, _GIVEN_BACK, _ENDED = ("claim", "dismiss"), ("claim",), ("reopen",)

_LABELS = {
    "claim": msg("Claim"),
    "dismiss": msg("Dismiss"),
    "merge": msg("Join with #{n}"),
    "release": msg("Release"),
    "facts": msg("Facts"),
    "reply": msg("Reply"),
    "approve": msg("Approve"),
    "improve": msg("Improve"),
    "mark": msg("Mark"),
    "unmark": msg("Unmark"),
    "sent": msg("Posted it"),
    "private": msg("Go private"),
    "promise": msg("Promise"),
    "done": msg("Done: {what}"),
    "told": msg("Customer told"),
    "resolved": msg("Solved"),
    "satisfied": msg("Satisfied?"),
    "update-asked": msg("Update asked"),
    "skip": msg("Skip a step"),
    "close": msg("Close"),
    "reopen": msg("Reopen"),
    "checked": msg("Checked in"),
    "review": msg("Review"),
    "show": msg("Show"),
    "still-on": msg("Still on it"),
    "snooze": msg("Snooze"),
    "assign": msg("Hand over"),
}


def button(command: str, words: Words, *, is_main: bool = False, what: str = "", n: int = 0) -> Button:
    """A command as a button, labelled in the room's language."""
    word = command.split(maxsplit=1)[0]
    label = words.word(_LABELS[word]).replace("{n}", str(n)).replace("{what}", clip(masked(what), 40))
    return Button(label, command, is_main=is_main, is_danger=word == "dismiss")


def buttons(case: Case, plan: Plan, words: Words) -> tuple[Button, ...]:
    """What is likely next, first; the state decides (no button deletes or blocks: rules 002-19, 001-09)."""
    commands = list(_next_words(case, plan))
    made = [button(_command(word, case), words, is_main=not position) for position, word in enumerate(commands)]
    for promise in case.open_promises:
        word = "told" if promise.done_at else "done"
        made.append(button(f"{word} {case.number} {promise.id}", words, what=promise.what))
    if case.alike and case.is_open and not case.heard_at:
        made.append(button(f"merge {case.number} into {case.alike[0]}", words, n=case.alike[0]))
    return tuple(made)


def _command(word: str, case: Case) -> str:
    return reading(word, case) if word in READING else f"{word} {case.number}"


def reading(word: str, case: Case) -> str:
    """A second reader's command about the very version that they see: another may come as they press."""
    return f"{word} {case.number} version={case.replies[-1].entry}"


def _next_words(case: Case, plan: Plan) -> Iterable[str]:
    if case.ending is Ending.CLOSED:
        return [
            *(["checked"] if not case.checked_at else []),
            *(["review"] if not case.reviewed_at else []),
            "reopen",
        ]
    if not case.is_open:
        return _ENDED if case.ending is Ending.DISMISSED else ()
    if not case.owner:
        return _GIVEN_BACK if case.heard_at or case.open_promises else _NEW
    return [*_reading(case, plan), *_work(case), "release"]


def _reading(case: Case, plan: Plan) -> Iterable[str]:
    if waiting(case, plan):
        return READING
    return ("sent",) if case.unsent else ()


def _work(case: Case) -> Iterable[str]:
    yield "reply"
    if case.kind is not Kind.COMPLAINT and (case.answered_at or case.private_at):
        yield "close"
    if not case.facts_at:
        yield "facts"
    if case.satisfaction is None:
        if not case.private and not case.resolved_at:
            yield "private"
        if not case.resolved_at:
            yield from ("promise", "resolved")
        else:
            yield "satisfied" if case.told_at else "told"
        return
    if case.satisfaction is Satisfaction.YES and not case.update_asked_at and Step.UPDATE not in case.skipped:
        yield "update-asked"
    if case.kind is Kind.COMPLAINT:
        yield from ("skip", "close")
