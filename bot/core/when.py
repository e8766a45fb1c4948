"""Moments as tired people type them, in four languages: ``2h``, ``amanhã 12h``, ``vie 17:00``, ISO."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

#: What is longer than this, in characters, is no moment: a pasted text is not taken apart to find out. Our choice.
LONGEST = 60
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
_AGO_BEFORE, _AGO_AFTER = frozenset(["hace", "ha"]), frozenset(["ago", "atras", "temu"])

_DAY_OF = {word: offset for offset, words in _DAYS.items() for word in words.split()}
_WEEKDAY_OF = {word: day for day, words in enumerate(_WEEKDAYS) for word in words.split()}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}

_SPAN = re.compile(r"(\d{1,4}) ?([a-z]+)")
_CLOCK = re.compile(r"(\d{1,2})(?:[:h.](\d{2})|h)?")
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?")


def read_when(text: str, now: datetime, zone: ZoneInfo, *, past: bool = False) -> datetime | None:
    """The moment that ``text`` means, in UTC, or None when it means none.

    A span (``2h``) counts from ``now``, backwards when ``past`` or ``ago``. A weekday
    is the next one (the last one when ``past``). A time alone is today, or the next
    day (the day before when ``past``) once it has gone by. A day alone is its last
    minute; of today, when ``past``, it is now. A time that the clock skips is as much
    later as the clock was set forward; of one that it shows twice it is the first.
    """
    if len(text) > LONGEST:
        return None
    text = _plain(text)
    try:
        return (
            _iso(text, now, zone, past=past) or _span(text, now, past=past) or _day_and_time(text, now, zone, past=past)
        )
    except OverflowError:  # the year 9999 in a zone west of Greenwich
        return None


def read_span(text: str) -> timedelta | None:
    """A length of time: ``30m``, ``2 h``, ``3 dias``; None when it is none."""
    match = _SPAN.fullmatch(_plain(text))
    unit = _UNIT_OF.get(match[2]) if match else None
    return timedelta(**{unit: int(match[1])}) if match and unit else None


def _plain(text: str) -> str:
    """Lower case, without accents and doubled spaces."""
    decomposed = unicodedata.normalize("NFD", text.strip().casefold().replace("ł", "l"))
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).split())


def _iso(text: str, now: datetime, zone: ZoneInfo, *, past: bool) -> datetime | None:
    if len(text) < len("2026-01-01"):
        return None
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    if len(text) == len("2026-01-01"):
        return _end_of(moment.date(), now, zone, past=past)
    return _utc(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def _end_of(day: date, now: datetime, zone: ZoneInfo, *, past: bool) -> datetime:
    """The day's last minute; what happened today has happened by now."""
    if past and day == now.astimezone(zone).date():
        return _utc(now)
    return _utc(datetime.combine(day, LAST_MINUTE, zone))


def _span(text: str, now: datetime, *, past: bool) -> datetime | None:
    words = text.split()
    while words and words[0] in _SPAN_FILLERS:
        words.pop(0)
    is_ago = bool(words) and (words[0] in _AGO_BEFORE or words[-1] in _AGO_AFTER)
    if is_ago:
        words.pop(0 if words[0] in _AGO_BEFORE else -1)
    span = read_span(" ".join(words))
    if span is None:
        return None
    return _utc(now - span if past or is_ago else now + span)


def _day_and_time(text: str, now: datetime, zone: ZoneInfo, *, past: bool) -> datetime | None:
    words = [word for each in text.replace(",", " ").split() if (word := each.rstrip(".")) not in _FILLERS]
    if not words or len(words) > 2:
        return None
    local = now.astimezone(zone)
    offset = _day_offset(words[0], local, past=past)
    if offset is None:
        clock = _clock(words[0]) if len(words) == 1 else None
        return None if clock is None else _next_time(clock, local, past=past)
    day = local.date() + timedelta(days=offset)
    if len(words) == 1:
        return _end_of(day, now, zone, past=past)
    clock = _clock(words[1])
    if clock is None:
        return None
    moment = _utc(datetime.combine(day, clock, zone))
    is_last_weeks = past and moment > now and words[0] in _WEEKDAY_OF
    return _utc(datetime.combine(day - timedelta(weeks=1), clock, zone)) if is_last_weeks else moment


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


def _next_time(clock: time, local: datetime, *, past: bool) -> datetime | None:
    """The nearest such time; where the clock shows it twice, the first that is still to come (or the last gone by)."""
    now, step = _utc(local), timedelta(days=-1 if past else 1)
    moments = [
        _utc(datetime.combine(day, clock, local.tzinfo).replace(fold=fold))
        for day in (local.date(), local.date() + step)
        for fold in _folds(day, clock, local.tzinfo)
    ]
    if past:
        return max((moment for moment in moments if moment <= now), default=None)
    return min((moment for moment in moments if moment > now), default=None)


def _folds(day: date, clock: time, zone: tzinfo | None) -> tuple[int, ...]:
    """Both readings of a time that the clock shows twice; else the one."""
    first, second = (_utc(datetime.combine(day, clock, zone).replace(fold=fold)) for fold in (0, 1))
    return (0, 1) if second > first else (0,)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
