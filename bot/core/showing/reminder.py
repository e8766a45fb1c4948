"""One message for all that a case owes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from bot.core.cards import Button, Card, Choice, Tone
from bot.core.case import Case
from bot.core.duties import Duty, DutyKind, is_late
from bot.core.plan import Plan
from bot.core.showing.card import button, owed_line
from bot.core.showing.discreet import discreet_card
from bot.core.words import At, Text, Words, say


def reminder_card(
    case: Case, due: Sequence[Duty], calls: tuple[str, ...], plan: Plan, words: Words, now: datetime
) -> Card:
    """One message for all that a case owes now, with the one button that solves each."""
    made = [_duty_button(case, duty, words) for duty in due]
    if any(not duty.is_hard for duty in due):
        made.append(_snooze_button(case, plan, words))
    card = Card(
        tone=Tone.LATE if any(duty.is_hard and is_late(duty, now) for duty in due) else Tone.INFO,
        case=case.number,
        lines=tuple(_reminder_line(case, duty, words, now) for duty in due),
        buttons=tuple(dict.fromkeys(made)),
        calls=calls,
    )
    return discreet_card(card, plan)


def _snooze_button(case: Case, plan: Plan, words: Words) -> Button:
    """The rests that tired people ask for. What they wait for is asked for then: nobody rests without a reason."""
    opens = f"{plan.hours.opens:%H:%M}"
    rests = (
        ("1h", say("for an hour")),
        ("3h", say("for three hours")),
        (f"tomorrow {opens}", say("until tomorrow {opens}", opens=opens)),
    )
    snooze = button(f"snooze {case.number}", words)
    choices = tuple(Choice(f"{snooze.command} {until}", words.line(label)) for until, label in rests)
    return replace(snooze, choices=choices)


def _reminder_line(case: Case, duty: Duty, words: Words, now: datetime) -> Text:
    if duty.kind is DutyKind.CLAIM:
        return words.text(say("#{n} nobody has claimed this case yet", n=case.number))
    if duty.kind is DutyKind.STILL_ON:
        return words.text(say("#{n} are you still on it? Without an answer it goes back to the room.", n=case.number))
    if duty.kind is DutyKind.PROMISE:
        promise = case.promise(duty.promise)
        what = promise.what if promise else ""
        late = say("#{n} promise “{what}” was due {at}", n=case.number, what=what, at=At(duty.due))
        soon = say("#{n} promise “{what}” is due {at}", n=case.number, what=what, at=At(duty.due))
        return words.text(late if is_late(duty, now) else soon)
    if duty.kind is DutyKind.SECOND_READ and case.unsent and duty.who == (case.unsent.by,):
        return words.text(say("#{n} read your reply over with fresh eyes, then let it go out", n=case.number))
    return (f"#{case.number} ", *owed_line(duty, words, now))


def _duty_button(case: Case, duty: Duty, words: Words) -> Button:
    promise = case.promise(duty.promise)
    return button(duty.command, words, is_main=True, what=promise.what if promise else "")
