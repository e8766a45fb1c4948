"""What a line typed in the room means: words for the desk, or an order to the room itself."""

from __future__ import annotations

import re
from datetime import timedelta

import msgspec

from bot.story import span


class Say(msgspec.Struct, frozen=True):
    """Words for the desk. ``by`` is empty for the member whose seat it is; ``thread`` was written as ``ana #1>``."""

    words: str
    by: str = ""
    thread: int = 0


class Sit(msgspec.Struct, frozen=True):
    """``/as bea``: another member takes the seat."""

    member: str


class Move(msgspec.Struct, frozen=True):
    """``+12h``: the demo's clock goes on."""

    by: timedelta


class Pace(msgspec.Struct, frozen=True):
    """``speed 60``: sixty seconds pass in one; 0 stands still."""

    speed: float


Meant = Say | Sit | Move | Pace

#: Longest move at once, and fastest pace. Our choice: a slip of the finger is not a year.
LONGEST_MOVE, FASTEST = timedelta(days=31), 3_600.0

_MOVES = re.compile(r"\+\s*(?P<span>(?:\d{1,4}[wdhm])+)")
_PACES = re.compile(r"/?speed\s+(?P<speed>\d{1,5}(?:\.\d+)?)", re.IGNORECASE)
_SITS = re.compile(r"/as\s+@?(?P<member>\S+)", re.IGNORECASE)
_SAYS = re.compile(r"(?P<who>[\w.-]+)(?:\s+#(?P<thread>\d{1,9}))?>\s*(?P<words>.*)", re.DOTALL)
_NUMBERED = re.compile(r"/?(?:(?:crisis|heard)\s+)?\S+\s+#?\d+(?=\s|:|$)", re.IGNORECASE)


def read_line(line: str) -> Meant:
    """What the line means. Anything that is no order to the room is for the desk, which says what it does not know."""
    line = line.strip()
    if match := _MOVES.fullmatch(line):
        return Move(min(span(match["span"]), LONGEST_MOVE))
    if match := _PACES.fullmatch(line):
        return Pace(min(float(match["speed"]), FASTEST))
    if match := _SITS.fullmatch(line):
        return Sit(match["member"].casefold())
    if match := _SAYS.fullmatch(line):
        return Say(match["words"], match["who"].casefold(), int(match["thread"] or 0))
    return Say(line)


def thread_of(said: Say, selected: int) -> int:
    """The case in whose thread a line is heard.

    A number after the word always is the case's number, also while another card is
    selected: nobody writes into the wrong case by looking at one. Without a
    number, the selected card is meant.
    """
    if said.thread:
        return said.thread
    return 0 if _NUMBERED.match(said.words.strip()) else selected
