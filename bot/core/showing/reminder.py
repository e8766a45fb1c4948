"""One message for all that a case owes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.core.cards import Button, Card, Tone
from bot.core.case import Case
from bot.core.duties import Duty, DutyKind, is_late
from bot.core.events import Reminded
from bot.core.showing.card import button, owed_line
from bot.core.words import At, Text, Words, say


def reminder_card(
    case: Case, event: Reminded, owed: Sequence[Duty], calls: tuple[str, ...], words: Words, now: datetime
) -> Card:
    """One message for all that a case owes now, with the one button that solves each."""
    by_key = {duty.key: duty for duty in owed}
    nudged = [by_key[nudge.duty] for nudge in event.nudges if nudge.duty in by_key]
    lines = [_reminder_line(case, duty, words, now) for duty in nudged]
    made = [_duty_button(case, duty, words) for duty in nudged]
    if any(not duty.is_hard for duty in nudged):
        made.append(button(f"snooze {case.number}", words))
    return Card(
        tone=Tone.LATE if any(duty.is_hard and is_late(duty, now) for duty in nudged) else Tone.INFO,
        case=case.number,
        lines=tuple(lines),
        buttons=tuple(dict.fromkeys(made)),
        calls=calls,
    )


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
    return (f"#{case.number} ", *owed_line(duty, words, now))


def _duty_button(case: Case, duty: Duty, words: Words) -> Button:
    promise = case.promise(duty.promise)
    return button(duty.command, words, is_main=True, what=promise.what if promise else "")
