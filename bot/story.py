"""Stories: the terminal without a screen. One line is one thing that happens, or what the bot says to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from bot.core.complaint import Kind


class NoStory(Exception):
    """A line that is no story line. ``number`` counts from 1."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(f"line {number}: {reason}")
        self.number, self.reason = number, reason


class Step(msgspec.Struct, frozen=True):
    """One line of a story."""

    line: int


class SetClock(Step, frozen=True):
    """Sets the clock: ``=2026-08-24T10:00:00-03:00``."""

    at: datetime


class Arrives(Step, frozen=True):
    """A complaint: ``facebook question 3h ago: "text" (author) link``."""

    channel: str
    text: str
    author: str = ""
    link: str = ""
    ago: timedelta = timedelta()
    kind: Kind = Kind.COMPLAINT


class Says(Step, frozen=True):
    """A member speaks: ``ana> claim 1``, and in a case's thread ``ana #1> done 1``."""

    who: str
    words: str
    thread: int = 0


class Presses(Step, frozen=True):
    """A member presses a button in sight of a case: ``press ana: 1 Release``."""

    who: str
    case: int
    label: str


class Fills(Step, frozen=True):
    """The form that she was shown last: ``fill ana: what="a new parcel" by="fri 17:00"``."""

    who: str
    values: Mapping[str, str]


class Moves(Step, frozen=True):
    """Time passes: ``+47m``; with ``is_down`` the bot is off meanwhile: ``down 5h``."""

    by: timedelta
    is_down: bool = False


class Expects(Step, frozen=True):
    """What the bot has said by now: ``10:47 room: …``. A final … stands for any ending."""

    text: str


_SPAN = r"(?:\d{1,4}[wdhm]){1,4}"
_ARRIVES = re.compile(
    rf"""(?P<channel>[a-z][a-z0-9_.-]*)
    (?:\s+(?P<kind>complaint|question|praise))?
    (?:\s+(?P<ago>{_SPAN})\s+ago)?
    :\s*(?P<text>"(?:[^"\\]|\\.)*")
    (?:\s*\((?P<author>[^()]*)\))?
    (?:\s+(?P<link>https?://\S+))?""",
    re.VERBOSE,
)
_SAYS = re.compile(r"(?P<who>[\w.-]+)(?:\s+\#(?P<thread>\d{1,9}))?>\s*(?P<words>.*)", re.DOTALL)
_PRESSES = re.compile(r"press\s+(?P<who>[\w.-]+):\s*\#?(?P<case>\d{1,9})\s+(?P<label>.+)")
_FILLS = re.compile(r"fill\s+(?P<who>[\w.-]+):\s*(?P<values>.+)")
_FIELD = re.compile(r'([a-z_]+)=("(?:[^"\\]|\\.)*"|\S+)\s*')
_MOVES = re.compile(rf"(?:\+|(?P<down>down\s+))(?P<span>{_SPAN})")
_EXPECTS = re.compile(r"\d{2}:\d{2} (?:room|card #\d+|#\d+ thread|to [\w.-]+): .*")
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}


def read_story(lines: Iterable[str]) -> Iterator[Step]:
    """The steps of a story; raises NoStory at the first line that is none.

    Blank lines and lines that begin with ``#`` are skipped. A line that ends with a
    backslash goes on in the next one.
    """
    has_begun = False
    for number, text in _whole_lines(lines):
        step = _read_line(number, text)
        if isinstance(step, SetClock) and has_begun:
            raise NoStory(number, "the clock is set before anything else; write +2h to move it")
        has_begun = has_begun or not isinstance(step, Expects)
        yield step


def _whole_lines(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    begun, first = "", 0
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip("\r\n").lstrip("\ufeff")
        if not begun and (not line.strip() or line.lstrip().startswith("#")):
            continue
        first = first if begun else number
        if line.endswith("\\"):
            begun += line[:-1] + "\n"
            continue
        yield first, (begun + line).strip()
        begun = ""
    if begun:
        yield first, begun.strip()


def _read_line(number: int, text: str) -> Step:
    if text.startswith("="):
        return SetClock(number, _moment(number, text[1:].strip()))
    if match := _EXPECTS.fullmatch(text):
        return Expects(number, text)
    if match := _MOVES.fullmatch(text):
        return Moves(number, span(match["span"]), is_down=bool(match["down"]))
    if match := _PRESSES.fullmatch(text):
        return Presses(number, match["who"], int(match["case"]), match["label"].strip())
    if match := _FILLS.fullmatch(text):
        return Fills(number, match["who"], _values(number, match["values"]))
    if match := _ARRIVES.fullmatch(text):
        return _arrives(number, match)
    if match := _SAYS.fullmatch(text):
        return Says(number, match["who"], match["words"], int(match["thread"] or 0))
    raise NoStory(
        number,
        f'“{text[:60]}” is no story line; write a complaint (facebook: "text" (author)), a member\'s words '
        "(ana> claim 1), a press (press ana: 1 Claim) or a time (+2h)",
    )


def _arrives(number: int, match: re.Match[str]) -> Arrives:
    return Arrives(
        number,
        match["channel"],
        _string(number, match["text"]),
        (match["author"] or "").strip(),
        match["link"] or "",
        span(match["ago"]) if match["ago"] else timedelta(),
        Kind(match["kind"] or Kind.COMPLAINT),
    )


def _values(number: int, text: str) -> Mapping[str, str]:
    fields = list(_FIELD.finditer(text))
    if "".join(field[0] for field in fields) != text:
        raise NoStory(number, 'fields are written name="value", one after the other')
    return {field[1]: _string(number, field[2]) if field[2].startswith('"') else field[2] for field in fields}


def _string(number: int, text: str) -> str:
    try:
        return str(json.loads(text, strict=False))
    except ValueError as error:
        raise NoStory(number, f"the text in quotes cannot be read: {error}") from None


def _moment(number: int, text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise NoStory(number, f"“{text}” is no time; write =2026-08-24T10:00:00-03:00") from None
    if at.tzinfo is None:
        raise NoStory(number, f"“{text}” has no zone; write =2026-08-24T10:00:00-03:00")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise NoStory(number, f"“{text}” lies beyond the calendar") from None


def span(text: str) -> timedelta:
    """``1d2h30m`` as a length of time."""
    return sum(
        (timedelta(**{_UNITS[unit]: int(number)}) for number, unit in re.findall(r"(\d+)([wdhm])", text)), timedelta()
    )
