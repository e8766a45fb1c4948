"""Plays a story on a room: things happen line by line, and what the bot says is heard by a transcript."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.cards import Answer, Button, Form
from bot.core.complaint import NAME_LIMIT, TEXT_LIMIT, Complaint, clean, key_of
from bot.core.links import canonical
from bot.room import HandClock, Room
from bot.story import Arrives, Expects, Fills, Moves, NoStory, Presses, Says, SetClock, Step

#: The years in which stories may play: everything that is due in them has a date. Our choice.
FIRST_YEAR, LAST_YEAR = 1900, 2999


class Transcript(Protocol):
    """Where a story's room is written down."""

    def answered(self, member: str, answer: Answer) -> None:
        """What only this member sees."""

    def buttons(self, case: int) -> Iterable[Button]:
        """The buttons in sight of a case: its card's, then its messages', the newest first."""

    def expect(self, step: Expects) -> None:
        """A line that the bot should have said by now."""


async def play(steps: Iterable[Step], room: Room, transcript: Transcript, forms: dict[str, Form] | None = None) -> None:
    """Plays every step; raises NoStory where the story asks for what the room does not have.

    ``forms`` are those that members have open, for stories that come line by line.
    """
    forms = {} if forms is None else forms
    for step in steps:
        match step:
            case SetClock(at=at):
                _clock(room).at = _shifted(step, at, timedelta())
            case Arrives():
                await room.receive(_complaint(step, room))
            case Says(who=who, words=words, thread=thread):
                answer = await room.hear(who, words, case=thread, request=f"line/{step.line}/{room.now().isoformat()}")
                _heard(who, answer, transcript, forms)
            case Presses(who=who):
                button = _button(step, transcript)
                answer = await room.hear(who, button.command, request=f"line/{step.line}/{room.now().isoformat()}")
                _heard(who, answer, transcript, forms)
            case Fills(who=who, values=values):
                if who not in forms:
                    raise NoStory(step.line, f"no form is open for {who}")
                _heard(who, await room.submit(who, forms[who].command, values), transcript, forms)
            case Moves(by=by, is_down=True):
                _clock(room).at = _shifted(step, room.now(), by)
                await room.tick()
            case Moves(by=by):
                await room.advance(_shifted(step, room.now(), by) - room.now())
            case Expects():
                transcript.expect(step)


def _clock(room: Room) -> HandClock:
    assert isinstance(room.clock, HandClock), "a story moves its clock by hand"
    return room.clock


def _shifted(step: Step, at: datetime, by: timedelta) -> datetime:
    """So much later, or earlier; raises NoStory where a century of deadlines would leave the calendar."""
    try:
        shifted = at + by
    except OverflowError:
        raise NoStory(step.line, "that lies beyond the calendar") from None
    if not FIRST_YEAR <= shifted.year <= LAST_YEAR:
        raise NoStory(step.line, "that lies beyond the calendar")
    return shifted


def _heard(who: str, answer: Answer, transcript: Transcript, forms: dict[str, Form]) -> None:
    forms.pop(who, None)
    if isinstance(answer, Form):
        forms[who] = answer
    transcript.answered(who, answer)


def _button(step: Presses, transcript: Transcript) -> Button:
    seen = list(transcript.buttons(step.case))
    for button in seen:
        if button.label.casefold() == step.label.casefold():
            return button
    labels = ", ".join(dict.fromkeys(button.label for button in seen)) or "none"
    raise NoStory(step.line, f"case {step.case} has no button “{step.label}”; its buttons are: {labels}")


def _complaint(step: Arrives, room: Room) -> Complaint:
    text = clean(step.text, TEXT_LIMIT)
    posted_at = _shifted(step, room.now(), -step.ago)
    key = ("link", canonical(step.link)) if step.link else (step.channel, step.author, text, posted_at.isoformat())
    return Complaint(
        key=key_of(*key),
        channel=step.channel,
        text=text,
        posted_at=posted_at,
        author=clean(step.author, NAME_LIMIT),
        link=step.link,
        kind=step.kind,
        source="story",
    )
