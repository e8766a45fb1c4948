"""The moments that a text names, in four languages: "amanhã às 15h", "w ciągu 24 godzin", "by noon on Monday".

A saying is read piece by piece: the pieces say a day, a clock, a part of the day or a span, and what they do not say
is filled in when the moment is dated (``due_moments``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from bot.core.draft_checks.clocks import Clock, clock_in, last_clock_in
from bot.core.draft_checks.moment_words import MomentWords, said_in
from bot.core.draft_checks.plain import Plain

#: A draft that names more moments than this is no reply: what comes after is not read. Our choice; with it the time
#: that a text takes is bounded, however it was made.
MOST: Final = 32
#: What is longer, in characters, is no saying but a list; its beginning is read. Our choice.
LONGEST: Final = 120


class Length(NamedTuple):
    """A span from now, in ``unit`` ("minutes" … "months", "business" for business days)."""

    number: float
    unit: str


class Day(NamedTuple):
    """A date as it is said: year and month may be left out (0). ``is_digits``: the month is said as a number."""

    year: int
    month: int
    day: int
    is_digits: bool = False


class Said(msgspec.Struct, frozen=True):
    """What one saying says, between ``start`` and ``end`` of the plain text.

    ``offset`` are days from today, ``weekday`` 0 is Monday (``is_next``: not today's), ``end_of`` a unit that ends
    ("week", "next-month", "month-11"). ``since`` is "since" or "starting" where a word before says so. ``gap`` is
    where other words stand between a day and its time.
    """

    start: int
    end: int
    offset: int | None = None
    weekday: int | None = None
    is_next: bool = False
    date: Day | None = None
    clock: Clock | None = None
    part: str = ""
    length: Length | None = None
    end_of: str = ""
    since: str = ""
    is_range: bool = False
    gap: tuple[int, int] | None = None

    @property
    def has_day(self) -> bool:
        return self.offset is not None or self.weekday is not None or self.date is not None

    @property
    def is_day_alone(self) -> bool:
        return self.has_day and not (self.clock or self.part or self.length or self.end_of)

    @property
    def is_time_alone(self) -> bool:
        return not (self.has_day or self.length or self.end_of)

    def joined(self, later: Said) -> Said:
        """A day and the time that is said further on, as one: "amanhã eu te ligo às 10h"."""
        day, at = (self, later) if self.is_day_alone else (later, self)
        place = {"start": self.start, "end": later.end, "gap": (self.end, later.start)}
        return msgspec.structs.replace(day, clock=at.clock, part=at.part, is_range=at.is_range, **place)


def moments(plain: Plain, words: MomentWords) -> Iterator[Said]:
    """The sayings of a text in their order; what was said of the past, or happens again and again, is none."""
    for number, match in enumerate(words.saying.finditer(plain.raw), 1):
        yield from _read(plain.raw, words, match.start(), min(match.end(), match.start() + LONGEST))
        if number == MOST:
            return


#: What the pieces of a saying are called in its pattern.
_KINDS: Final = ("past", "every", "span", "date", "range", "end", "day", "weekday", "clock", "part", "bare", "lead")
_DAYS: Final = ("offset", "weekday", "date", "end_of")
_FIELDS: Final = (*_DAYS, "clock", "part", "length")

Groups = Mapping[str, str]
Fields = dict[str, Any]


def _read(raw: bytes, words: MomentWords, start: int, end: int) -> Iterator[Said]:
    """The sayings between two places: one, unless a sentence ends within or its pieces contradict each other."""
    sentence: list[_Piece] = []
    for match in words.pieces.finditer(raw, start, end):
        groups = said_in(match)
        kind = next(name for name in _KINDS if name in groups)
        stop = _without_stop(raw, match.end())
        sentence.append(_Piece(raw, words, groups, kind, match.start(), stop))
        if stop < match.end():
            yield from _sayings(sentence)
            sentence = []
    yield from _sayings(sentence)


def _sayings(pieces: Sequence[_Piece]) -> Iterator[Said]:
    """The sayings of one sentence's pieces: two where they contradict each other ("hoje, amanhã")."""
    if any(piece.kind in {"past", "every"} for piece in pieces):
        return
    made: list[_Made] = []
    leads: list[_Piece] = []
    for piece in pieces:
        if piece.kind == "lead":
            leads.append(piece)
            continue
        fields = _FIELDS_OF[piece.kind](piece._replace(is_led=bool(leads or made)))
        if not made or made[-1].contradicts(fields):
            made.append(_Made((*leads, piece)[0].start))
        made[-1].take(fields, piece.end, _since(leads))
        leads = []
    yield from (each.said() for each in made if each.is_moment(pieces[0].raw, pieces[0].words))


def _since(leads: Iterable[_Piece]) -> str:
    """Whether the small words before a piece say "since" or "starting"."""
    return next((piece.words.leads[piece.said] for piece in leads if piece.said in piece.words.leads), "")


def _without_stop(raw: bytes, end: int) -> int:
    """A point ends the sentence, unless it is that of "p. m."."""
    is_stop = raw[end - 1 : end] == b"." and raw[end - 3 : end - 1] not in {b".m", b" m"}
    return end - 1 if is_stop else end


class _Made:
    """A saying in the making."""

    def __init__(self, start: int) -> None:
        self.start = self.end = start
        self.fields: Fields = {}

    def contradicts(self, fields: Fields) -> bool:
        same = [key for key in _FIELDS if key in self.fields and key in fields and key != "date"]
        return any(self.fields[key] != fields[key] for key in same if key != "clock" or "bare_end" not in fields)

    def take(self, fields: Fields, end: int, since: str) -> None:
        self.fields = {**fields, **self.fields}
        if "clock" in fields:
            self.fields["clock"] = fields["clock"]
        if since:
            self.fields.setdefault("since", since)
        self.end = end

    def is_moment(self, raw: bytes, words: MomentWords) -> bool:
        """Whether a moment is said, and whatever may be no hour has something beside it that makes it one."""
        fields = self.fields
        if not any(field in fields for field in _FIELDS):
            return False
        is_day_said = any(field in fields for field in _DAYS)
        if "needs_day" in fields and not is_day_said:
            return False
        if "bare_end" not in fields:
            return True
        is_led_on = is_day_said or "part" in fields or _goes_on(raw, fields["bare_end"], words.follow)
        return is_led_on and not is_counted(raw, fields["bare_end"])

    def said(self) -> Said:
        known = {key: value for key, value in self.fields.items() if key not in {"bare_end", "needs_day"}}
        return Said(start=self.start, end=self.end, **known)


# What the pieces say


class _Piece(NamedTuple):
    """One piece: what its pattern found, of which kind it is, where it stands, and whether words lead to it."""

    raw: bytes
    words: MomentWords
    groups: Groups
    kind: str
    start: int
    end: int
    is_led: bool = False

    @property
    def said(self) -> str:
        return self.groups[self.kind]


def _day(piece: _Piece) -> Fields:
    return {"offset": piece.words.days[piece.said]}


def _weekday(piece: _Piece) -> Fields:
    """A weekday, and the hour or the day of the month that stands right behind it."""
    words = piece.words
    after = piece.raw[piece.end : piece.end + 24].decode().split()
    if after and piece.raw[piece.end : piece.end + 1] == b" " and after[0].rstrip(".,;:!?") in words.ordinal_nouns:
        return {}
    name = next(word for word in words.weekdays if word in piece.said)
    made: Fields = {"weekday": words.weekdays[name]}
    if any(word in piece.said.replace(name, "") for word in words.next_words):
        made["is_next"] = True
    if clock := piece.groups.get("day_clock"):
        made["clock"] = clock_in(clock, words)
    if "day_date" in piece.groups:
        made |= _date(piece._replace(kind="day_date", is_led=True))
    if number := piece.groups.get("day_number"):
        made["date"] = Day(0, 0, int(number))
    return made


def _date(piece: _Piece) -> Fields:
    """A date. Day and month in digits alone may be a price or a house: a word has to lead to them."""
    groups = said_in(piece.words.date.search(piece.said.encode()))
    year, month, day = (next((groups[key] for key in groups if key[0] == letter), "") for letter in "ymd")
    is_digits = month.isdigit()
    if is_digits and not year and (is_counted(piece.raw, piece.end) or not (piece.is_led or piece.said[0].isalpha())):
        return {}
    number = int(month) if is_digits else piece.words.months.get(month, 0)
    made: Fields = {"date": Day(_year(year), number, int(day), is_digits)}
    if at := piece.groups.get("date_clock"):
        made["clock"] = clock_in(at, piece.words)
    return made


#: Two digits above this are a year of the last century: of somebody's birth. Our choice.
_THIS_CENTURY: Final = 60


def _year(said: str) -> int:
    if len(said) > 2 or not said:
        return int(said or 0)
    return int(said) + (1900 if int(said) > _THIS_CENTURY else 2000)


def _clock(piece: _Piece) -> Fields:
    clock = clock_in(piece.said, piece.words)
    return {"clock": clock} if clock else {}


def _bare(piece: _Piece) -> Fields:
    """A number after a word that may lead to an hour: "às 15", "o 12", "by 10"."""
    made = {**_clock(piece), **_bare_end(piece)}
    match = piece.words.clock.search(piece.said.encode())
    if match and "bare_end" in made and piece.said[: match.start()].strip() in piece.words.weak:
        made["needs_day"] = True
    return made


def _range(piece: _Piece) -> Fields:
    """A range of hours is due at its end."""
    clock = last_clock_in(piece.said, piece.words)
    return {"clock": clock, "is_range": True, **_bare_end(piece)} if clock else {}


def _bare_end(piece: _Piece) -> Fields:
    """Where the hour ends, unless a word says that it is one."""
    said, words = piece.said.rstrip("."), piece.words
    is_told = any(said.endswith(tail) for tail in (*words.clock_tails, *words.clock_places))
    return {} if is_told else {"bare_end": piece.end}


def _part(piece: _Piece) -> Fields:
    part = next(part for word, part in piece.words.parts.items() if word in piece.said)
    return {"part": part} if piece.said in piece.words.alone else {"part": part, "needs_day": True}


def _end(piece: _Piece) -> Fields:
    known = piece.words.ends.get(piece.said)
    return {"end_of": known or f"month-{piece.words.months[piece.said.split()[-1]]}"}


#: Minutes from which a fixed span counts in days of the calendar: a fortnight. "24 horas" and "doba" are hours.
_LONG: Final = 10_000


def _span(piece: _Piece) -> Fields:
    groups = said_in(piece.words.span.search(piece.said.encode()))
    if fixed := groups.get("fixed"):
        minutes = piece.words.fixed[fixed]
        return {"length": Length(minutes / 1440, "days") if minutes >= _LONG else Length(minutes, "minutes")}
    number, half = groups.get("number", "1"), 0.5 if "half" in groups else 0
    counted = int(number) if number.isdigit() else piece.words.numbers[number]
    return {"length": Length(counted + half, piece.words.units[groups["unit"]])}


_FIELDS_OF: Final = {
    "span": _span,
    "date": _date,
    "range": _range,
    "end": _end,
    "day": _day,
    "weekday": _weekday,
    "clock": _clock,
    "part": _part,
    "bare": _bare,
}
_COUNTED: Final = (b"%", b"$", b"#", b"/", b":", b"-", b"+")


def is_counted(raw: bytes, end: int) -> bool:
    """Whether the number before goes on, or counts something: "do 12,99", "o 20 %"."""
    after = raw[end : end + 3].lstrip(b" ")
    return after.startswith(_COUNTED) or (raw[end : end + 1] in {b".", b","} and raw[end + 1 : end + 2].isdigit())


def _goes_on(raw: bytes, end: int, follow: frozenset[str]) -> bool:
    """Whether the sentence ends or goes on after the hour, rather than saying what is counted."""
    after = raw[end : end + 24]
    if not after.startswith(b" ") or not after.strip():
        return True
    word = after[1:].split(b" ")[0].rstrip(b".,;:!?)").decode()
    return not word[:1].isalnum() or word in follow
