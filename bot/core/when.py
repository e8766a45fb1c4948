"""Moments as tired people type them, in four languages: ``2h``, ``amanhã 12h``, ``vie 17:00``, ISO."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: A day without a time means until its last minute, in the brand's zone (rule 000-10).
LAST_MINUTE = time(23, 59)

_DAYS = {
    0: "today hoje hoy dzis dzisiaj",
    1: "tomorrow amanha manana jutro",
    2: "pojutrze",
    -1: "yesterday ontem ayer wczoraj",
}
_WEEKDAYS = (
    "mon monday seg segunda segunda-feira lun lunes pon poniedzialek",
    "tue tues tuesday ter terca terca-feira mar martes wt wto wtorek",
    "wed wednesday qua quarta quarta-feira mie miercoles sr sro sroda srode",
    "thu thur thursday qui quinta quinta-feira jue jueves czw czwartek",
    "fri friday sex sexta sexta-feira vie viernes pt piatek",
    "sat saturday sab sabado sob sobota sobote",
    "sun sunday dom domingo nd ndz niedz niedziela niedziele",
)
_UNITS = {
    "minutes": "m min mins minute minutes minuto minutos minuta minuty minut",
    "hours": "h hr hrs hour hours hora horas godz godzina godzine godziny godzin",
    "days": "d day days dia dias dzien dni",
    "weeks": "w week weeks semana semanas tydz tydzien tygodnie tygodni",
}
_FILLERS = frozenset(
    [
        "at",
        "as",
        "a",
        "las",
        "la",
        "o",
        "godz",
        "in",
        "em",
        "en",
        "za",
        "no",
        "na",
        "next",
        "proxima",
        "proximo",
        "w",
        "we",
    ]
)
_SPAN_FILLERS = frozenset(["in", "em", "en", "za", "dentro", "de", "within", "w", "ciagu"])

_DAY_OF = {word: offset for offset, words in _DAYS.items() for word in words.split()}
_WEEKDAY_OF = {word: day for day, words in enumerate(_WEEKDAYS) for word in words.split()}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}

_SPAN = re.compile(r"(\d{1,4}) ?([a-z]+)")
_CLOCK = re.compile(r"(\d{1,2})(?:[:h.](\d{2})|h)?")
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?")


def read_when(text: str, now: datetime, zone: ZoneInfo, *, past: bool = False) -> datetime | None:
    """The moment that ``text`` means, in UTC, or None when it means none.

    A span (``2h``) counts from ``now``, backwards when ``past``. A weekday is the
    next one (the last one when ``past``). A time alone is today, or the next day
    (the day before when ``past``) once it has gone by.
    """
    text = _plain(text)
    return _iso(text, zone) or _span(text, now, past=past) or _day_and_time(text, now, zone, past=past)


def read_span(text: str) -> timedelta | None:
    """A length of time: ``30m``, ``2 h``, ``3 dias``; None when it is none."""
    match = _SPAN.fullmatch(_plain(text))
    unit = _UNIT_OF.get(match[2]) if match else None
    return timedelta(**{unit: int(match[1])}) if match and unit else None


def _plain(text: str) -> str:
    """Lower case, without accents and doubled spaces."""
    decomposed = unicodedata.normalize("NFD", text.strip().casefold().replace("ł", "l"))
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).split())


def _iso(text: str, zone: ZoneInfo) -> datetime | None:
    if len(text) < len("2026-01-01"):
        return None
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    if len(text) == len("2026-01-01"):
        moment = datetime.combine(moment, LAST_MINUTE)
    return _utc(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def _span(text: str, now: datetime, *, past: bool) -> datetime | None:
    words = text.split()
    while words and words[0] in _SPAN_FILLERS:
        words.pop(0)
    span = read_span(" ".join(words).removesuffix(" ago"))
    if span is None:
        return None
    return now - span if past else now + span


def _day_and_time(text: str, now: datetime, zone: ZoneInfo, *, past: bool) -> datetime | None:
    words = [word for word in text.replace(",", " ").split() if word not in _FILLERS]
    if not words or len(words) > 2:
        return None
    local = now.astimezone(zone)
    offset = _day_offset(words[0], local, past=past)
    if offset is None:
        clock = _clock(words[0]) if len(words) == 1 else None
        return None if clock is None else _next_time(clock, local, past=past)
    clock = _clock(words[1]) if len(words) > 1 else LAST_MINUTE
    if clock is None:
        return None
    return _utc(datetime.combine(local.date() + timedelta(days=offset), clock, zone))


def _day_offset(word: str, local: datetime, *, past: bool) -> int | None:
    """Days from today to the day that the word names."""
    if word in _DAY_OF:
        return _DAY_OF[word]
    if word in _WEEKDAY_OF:
        ahead = (_WEEKDAY_OF[word] - local.weekday()) % 7
        return ahead - 7 if past and ahead else ahead or (0 if past else 7)
    if match := _DATE.fullmatch(word):
        return _date_offset(match, local, past=past)
    return None


def _date_offset(match: re.Match[str], local: datetime, *, past: bool) -> int | None:
    """Day/month as it is written in Brazil, Spain and Poland; without a year, the nearest one."""
    day, month, year = int(match[1]), int(match[2]), int(match[3] or local.year)
    try:
        offset = (local.replace(year=year, month=month, day=day).date() - local.date()).days
        if not match[3] and (offset > 0 if past else offset < 0):
            year += -1 if past else 1
            offset = (local.replace(year=year, month=month, day=day).date() - local.date()).days
    except ValueError:
        return None
    return offset


def _clock(word: str) -> time | None:
    match = _CLOCK.fullmatch(word)
    if not match or int(match[1]) > 23 or int(match[2] or 0) > 59:
        return None
    return time(int(match[1]), int(match[2] or 0))


def _next_time(clock: time, local: datetime, *, past: bool) -> datetime:
    moment = datetime.combine(local.date(), clock, local.tzinfo)
    if past:
        return _utc(moment - timedelta(days=1) if moment > local else moment)
    return _utc(moment + timedelta(days=1) if moment <= local else moment)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
