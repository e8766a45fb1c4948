"""The words with which each language says when, read from ``phrases/moments/<language>.toml``, and their patterns.

One pattern finds a whole saying ("tomorrow, by noon at the latest"); a second takes it apart into named pieces,
and a third takes a clock apart. All run in linear time, over bytes in small letters without accents.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from bot.core.draft_checks.patterns import pattern
from bot.core.draft_checks.phrase_lists import FOLDER, Phrases
from bot.core.draft_checks.plain import Plain
from bot.core.words import LANGUAGES

_MEMORY: Final = 64 << 20
_DAY_OF_MONTH: Final = "(?:[12][0-9]|3[01]|0?[1-9])"
_MONTH_NUMBER: Final = "(?:1[0-2]|0?[1-9])"
_ORDINAL: Final = r"(?:st|nd|rd|th|\.?o|\.?a|-?go)?"
_YEAR: Final = "(?:19|20)[0-9]{2}"
_HOUR: Final = "(?:2[0-4]|[01]?[0-9])"
#: "quarta, dia 30", "Friday 9th"; in all our languages at once.
_BEHIND_WEEKDAY: Final = rf",? (?:(?:el )?dia |the )?(?P<day_number>{_DAY_OF_MONTH}){_ORDINAL}\b"
_MINUTE: Final = "[0-5][0-9]"
#: Units of a span, in the order in which they are looked for: "dias úteis" before "dias".
UNITS: Final = ("business", "minutes", "hours", "weeks", "months", "days")
#: A unit without a number is one of it ("za godzinę"), unless it is shorter than this: "w godz. 9-12".
_WHOLE_WORD: Final = 5
PARTS: Final = ("morning", "afternoon", "night")


class MomentWords(NamedTuple):
    """The patterns of a language and what its words mean; the keys of all tables are folded."""

    saying: Any
    pieces: Any
    clock: Any
    span: Any
    date: Any
    days: Mapping[str, int]
    weekdays: Mapping[str, int]
    months: Mapping[str, int]
    hours: Mapping[str, int]
    numbers: Mapping[str, int]
    fixed: Mapping[str, int]
    units: Mapping[str, str]
    ends: Mapping[str, str]
    parts: Mapping[str, str]
    alone: frozenset[str]
    next_words: frozenset[str]
    weak: frozenset[str]
    of: frozenset[str]
    clock_tails: Mapping[str, str]
    clock_places: Mapping[str, str]
    leads: Mapping[str, str]
    follow: frozenset[str]
    ordinal_nouns: frozenset[str]
    clause: Mapping[str, Phrases]
    splits: Any
    typed_splits: frozenset[str]
    joins: frozenset[str]
    asks: frozenset[str]
    endings: tuple[str, ...]
    future_endings: tuple[str, ...]
    not_endings: frozenset[str]
    passive_before: frozenset[str]


@lru_cache(maxsize=8)
def moment_words(language: str) -> MomentWords | None:
    """The language's words, compiled once; None for a language that Heard does not speak."""
    if language not in LANGUAGES:
        return None
    with (FOLDER / "moments" / f"{language}.toml").open("rb") as file:
        return _compiled(tomllib.load(file))


def said_in(match: Any) -> dict[str, str]:
    """What the named groups of a match have found, by their names."""
    return {name.decode(): said.decode() for name, said in match.groupdict().items() if said}


def folded(said: str) -> str:
    return Plain(said).text


def _compiled(table: Mapping[str, Any]) -> MomentWords:
    clock, spans, leads, clause = table["clock"], table["spans"], table["leads"], table["clause"]
    weekdays = _numbered(table["weekdays"]["names"]) | _numbered(table["weekdays"]["short"])
    months = _numbered(table["months"]["names"], first=1)
    atoms = _atoms(table)
    lead = _any((*leads["by"], *leads["since"], *leads["starting"], *leads["clock_sure"]))
    between = rf"[ ,(]{{1,3}}(?:(?:{lead})[ ,]{{1,2}}){{0,3}}"
    return MomentWords(
        saying=_pattern(
            rf"\b(?:(?:{lead}) ){{0,3}}(?:{_without_names(atoms)})(?:{between}(?:{_without_names(atoms)}))*"
        ),
        pieces=_pattern(rf"\b(?:{atoms})|\b(?P<lead>{lead})\b"),
        clock=_pattern(_clock_parts(clock)),
        span=_pattern(_span_parts(spans)),
        date=_pattern(_date_parts(table)),
        days={folded(word): int(days) for days, words in table["days"].items() if days != "past" for word in words},
        weekdays=weekdays,
        months=months,
        hours=_numbered(clock["hours"]),
        numbers={folded(word): number for word, number in spans["numbers"].items()},
        fixed={folded(word): int(minutes) for minutes, words in spans["fixed"].items() for word in words},
        units=_named(spans, UNITS),
        ends=_named(table["ends"], table["ends"]),
        parts=_named(table["parts"], PARTS),
        alone=frozenset(map(folded, table["parts"]["alone"])),
        next_words=frozenset(map(folded, (*table["weekdays"]["next_before"], *table["weekdays"]["next_after"]))),
        weak=frozenset(map(folded, leads["clock_weak"])),
        of=frozenset(map(folded, leads.get("of", ()))),
        clock_tails=_named(clock, ("plain", "marks", "am", "pm")),
        clock_places=_named(
            clock,
            ("half_after", "quarter_after", "half_before", "half_to", "quarter_before", "quarter_to", "quarter_less"),
        ),
        leads=_named(leads, ("since", "starting")),
        follow=frozenset(map(folded, leads["follow"])),
        ordinal_nouns=frozenset(map(folded, table["weekdays"]["no_day_before"])),
        clause={name: Phrases(tuple(clause.get(name, ()))) for name in ("no", "no_is_yes", "ours", "past", "theirs")},
        splits=_pattern(rf",|\b(?:{_any(clause['splits'])})\b"),
        typed_splits=frozenset((",", *clause["splits"])),
        joins=frozenset(map(folded, clause["joins"])),
        asks=frozenset(clause.get("asks", ())),
        endings=tuple(clause["endings"]),
        future_endings=tuple(clause.get("future_endings", ())),
        not_endings=frozenset(word.lower() for word in clause["not_endings"]),
        passive_before=frozenset(clause.get("passive_before", ())),
    )


def _pattern(text: str) -> Any:
    return pattern(text, memory=_MEMORY)


def _numbered(names: Iterable[Iterable[str]], first: int = 0) -> dict[str, int]:
    """Words and their places, the longest first."""
    known = {folded(word): number for number, words in enumerate(names, first) for word in words}
    return dict(sorted(known.items(), key=lambda each: -len(each[0])))


def _named(table: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    """Words and the lists that they stand in, the longest first."""
    known = {folded(word): name for name in names for word in table.get(name, ())}
    return dict(sorted(known.items(), key=lambda each: -len(each[0])))


def _any(words: Iterable[str]) -> str:
    """Any of these words, the longest first: what is found first is what is meant."""
    known = sorted({folded(word) for word in words}, key=lambda word: (-len(word), word))
    return "|".join(map(_quoted, known)) or "[^\\x00-\\xff]"


def _quoted(word: str) -> str:
    return "".join(char if char.isalnum() or char == " " else rf"\x{ord(char):02x}" for char in word)


def _without_names(text: str) -> str:
    parts = text.split("(?P<")
    return parts[0] + "".join("(?:" + part.partition(">")[2] for part in parts[1:])


# The pieces of a saying


def _atoms(table: Mapping[str, Any]) -> str:
    """The pieces, in the order in which they are looked for."""
    sure, bare = _clocks(table)
    days = [word for key, words in table["days"].items() if key != "past" for word in words]
    parts = [word for name in (*PARTS, "alone") for word in table["parts"][name]]
    behind = rf",? ?(?P<day_clock>{sure})|,? (?:el |the )?(?P<day_date>{_dates(table)})|{_BEHIND_WEEKDAY}"
    return "|".join(
        (
            rf"(?P<past>(?:{_any(table['days']['past'])}|{_last(table)})\b)",
            rf"(?P<every>(?:{_every(table)})\b)",
            rf"(?P<span>{_span(table)})",
            rf"(?P<date>{_dates(table)}{_day_and_clock(table, sure, bare)})",
            rf"(?P<range>{_range(table)})",
            rf"(?P<end>(?:{_ends(table)})\b)",
            rf"(?P<day>(?:{_any(days)})\b)",
            rf"(?P<weekday>(?:{_weekday(table)})\b)(?:{behind})?",
            rf"(?P<clock>{sure})",
            rf"(?P<part>(?:{_any(parts)})\b)",
            rf"(?P<bare>{bare})",
        )
    )


def _last(table: Mapping[str, Any]) -> str:
    days = table["weekdays"]
    name = _any([word for words in days["names"] for word in words])
    after = rf"|(?:{name}) (?:{_any(days['last_after'])})" if days["last_after"] else ""
    return rf"(?:{_any(days['last_before'])}) (?:{name}){after}"


def _every(table: Mapping[str, Any]) -> str:
    """What happens again and again: every Monday, Monday to Friday."""
    days = table["weekdays"]
    name = _any([word for words in (*days["names"], *days["short"]) for word in words])
    through = _any(days["through"])
    return rf"(?:{name})\.? ?(?:{through}) ?(?:{name})|(?:{_any(days['every'])}) (?:{name})s?|{_any(days['always'])}"


def _weekday(table: Mapping[str, Any]) -> str:
    days = table["weekdays"]
    name = _any([word for words in days["names"] for word in words])
    short = _any([word for words in days["short"] for word in words])
    before = rf"(?:(?:{_any(days['next_before'])}) )?"
    return rf"{before}(?:{name})(?: (?:{_any(days['next_after'])}))?|(?:{_any(days['short_after'])}) (?:{short})"


def _span(table: Mapping[str, Any]) -> str:
    spans = table["spans"]
    number = rf"(?:[0-9]{{1,3}}|{_any(spans['numbers'])})"
    unit = _any([word for name in UNITS for word in spans[name]])
    day = _any([word for name in ("business", "days", "weeks") for word in spans[name]])
    half = rf"(?: (?:{_any(spans['half_after'])}))?"
    counted = rf"{number}(?: ?(?:{_any(spans['through'])}) ?{number})? ?(?:{unit})\b{half}"
    fixed = rf"(?:{_any([word for words in spans['fixed'].values() for word in words])})\b"
    one = rf"(?:{_any([word for name in UNITS for word in spans[name] if len(word) >= _WHOLE_WORD])})\b{half}"
    led = rf"(?:{_any(table['leads']['in'])}) (?:{fixed}|{counted}|{one})"
    through = rf"(?: ?(?:{_any(spans['through'])}) ?{number})?"
    return rf"{led}|(?:{_any(table['leads']['in_days'])}) {number}{through} (?:{day})\b"


def _dates(table: Mapping[str, Any]) -> str:
    months = table["months"]
    month = _any([word for words in months["names"] for word in words])
    of = rf"(?:{_any(months['between'])})" if months["between"] else ""
    joint = rf" (?:{of} )?" if of else " "
    year = rf"(?:,? (?:{of} |del )?{_YEAR})?" if of else rf"(?:,? {_YEAR})?"
    numeric = (
        rf"{_DAY_OF_MONTH}[/.\-]{_MONTH_NUMBER}[/.\-](?:(?:19|20)[0-9]{{2}}|[0-9]{{2}})|{_YEAR}-[01][0-9]-[0-3][0-9]"
    )
    short = rf"{_DAY_OF_MONTH}(?:/{_MONTH_NUMBER}|\.(?:0[1-9]|1[0-2]))"
    if months.get("may_come_first"):  # As Americans write it.
        numeric += rf"|{_MONTH_NUMBER}/{_DAY_OF_MONTH}/(?:(?:19|20)[0-9]{{2}}|[0-9]{{2}})"
        short += rf"|{_MONTH_NUMBER}/{_DAY_OF_MONTH}"
    named = (
        rf"{_DAY_OF_MONTH}{_ORDINAL}\.?{joint}(?:{month})\b\.?{year}"
        rf"|(?:{month})\.? (?:the )?{_DAY_OF_MONTH}{_ORDINAL}\b(?:,? {_YEAR})?"
    )
    before = _any(months["day_before"])
    numbered = (
        rf"(?:{before}) {_DAY_OF_MONTH}{_ORDINAL}\b" if months["day_before"] else rf"{_DAY_OF_MONTH}(?:st|nd|rd|th)\b"
    )
    with_day = rf"(?:(?:{before}) )?" if months["day_before"] else ""
    lead = _any((*table["leads"]["clock_sure"], *table["leads"]["clock_weak"]))
    return rf"(?:(?:{lead}) )?{with_day}(?:(?:{named})|(?:{numeric}|{short})\b)|{numbered}"


def _day_and_clock(table: Mapping[str, Any], sure: str, bare: str) -> str:
    """A day by its number alone, where a clock stands behind it: "el 6 a las 10"."""
    if not (articles := table["months"].get("day_article")):
        return ""
    lead = _any(table["leads"]["by"])
    return rf"|(?:{_any(articles)}) {_DAY_OF_MONTH}(?P<date_clock>,? (?:(?:{lead}) )?(?:{sure}|{bare}))"


def _date_parts(table: Mapping[str, Any]) -> str:
    """Year-month-day, day/month/year, a day and a month by name in either order, a day alone."""
    month = _any([word for words in table["months"]["names"] for word in words])
    return (
        rf"(?P<y1>{_YEAR})-(?P<m1>[0-9]{{2}})-(?P<d1>[0-9]{{2}})"
        rf"|(?P<d2>[0-9]{{1,2}})[/.\-](?P<m2>[0-9]{{1,2}})(?:[/.\-](?P<y2>[0-9]{{2,4}}))?"
        rf"|(?P<d3>[0-9]{{1,2}}){_ORDINAL}\.?(?: (?:de |of )?(?P<m3>{month}))?"
        rf"(?:\.?,? (?:de |del |of )?(?P<y3>{_YEAR}))?"
        rf"|(?P<m4>{month})\.? (?:the )?(?P<d4>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<y4>{_YEAR}))?"
    )


def _ends(table: Mapping[str, Any]) -> str:
    ends = table["ends"]
    month = _any([word for words in table["months"]["names"] for word in words])
    named = _any([word for name, words in ends.items() if name != "of-month" for word in words])
    return rf"(?:{_any(ends['of-month'])}) (?:{month})|{named}"


# Clocks


def _clocks(table: Mapping[str, Any]) -> tuple[str, str]:
    """Clocks that are sure to be one, and hours that only a word before them makes one."""
    clock, leads = table["clock"], table["leads"]
    lead = _any((*leads["clock_sure"], *leads["clock_weak"]))
    mark, half, tails = _any(clock["marks"]), _any(clock["am"] + clock["pm"]), _tails(clock)
    dots = rf"\.?(?:{tails})*"
    noon = rf"(?:{_any([*clock['noon'], *clock['midnight']])})\b"
    minutes = rf"{_HOUR} ?[:h] ?{_MINUTE}(?: ?(?:{mark}))?\b{dots}"
    told = rf"{_HOUR}(?:[:.]{_MINUTE})?(?:{_after(clock)})? ?(?:{half})\b{dots}"
    marked = rf"{_HOUR} ?(?:{mark})\b{dots}" if clock["marks"] else rf"{_HOUR}:{_MINUTE}\b{dots}"
    word = _any([word for words in clock["hours"] for word in words])
    hour = rf"(?:{_before(clock)})?(?:{_HOUR}|{word})(?:[.]{_MINUTE})?\b(?:{_after(clock)})?(?:{tails})*"
    worded = (
        rf"(?:{word}) (?:{half})\b|(?:{_before(clock)})(?:{word})\b" if _before(clock) else rf"(?:{word}) (?:{half})\b"
    )
    sure = rf"(?:(?:{lead}) )?(?:{noon}|{minutes}|{told}|{marked}|{worded})"
    return sure, rf"(?:{lead}) {hour}"


def _tails(clock: Mapping[str, Any]) -> str:
    return rf" ?(?:{_any(clock['am'] + clock['pm'] + clock['plain'])})\b\.?"


def _after(clock: Mapping[str, Any]) -> str:
    words = clock["half_after"] + clock["quarter_after"] + clock.get("quarter_less", [])
    return rf" (?:{_any(words)})\b" if words else ""


def _before(clock: Mapping[str, Any]) -> str:
    words = clock["half_before"] + clock["half_to"] + clock["quarter_before"] + clock["quarter_to"]
    return rf"(?:{_any(words)}) " if words else ""


def _range(table: Mapping[str, Any]) -> str:
    """From one hour to another; without a word before, a day has to stand next to it."""
    clock, leads = table["clock"], table["leads"]
    tails = _any(clock["am"] + clock["pm"] + clock["plain"] + clock["marks"])
    hour = rf"{_HOUR}(?:[:.h]{_MINUTE}|h)?(?: ?(?:{tails}))?\b\.?"
    middle = _any([word for word in leads["range_middle"] if word != "-"])
    lead = _any(leads["range"])
    led = rf"(?:{lead}) {hour}(?: (?:{middle}) | ?- ?){hour}"
    return rf"{led}|{hour} ?- ?{hour}|{_HOUR}(?:[:.]{_MINUTE})? ?(?:am|pm|h|hs) (?:{middle}) {hour}"


def _clock_parts(clock: Mapping[str, Any]) -> str:
    word = _any([word for words in clock["hours"] for word in words])
    before, after = _before(clock), _after(clock)
    return (
        rf"(?P<noon>\b(?:{_any(clock['noon'])})\b)|(?P<midnight>\b(?:{_any(clock['midnight'])})\b)"
        rf"|(?P<before>{before or '[^a-z0-9 ]{9}'})?\b(?P<hour>{_HOUR}|{word})(?: ?[:.h] ?(?P<minute>{_MINUTE}))?"
        rf"(?P<after>{after or '[^a-z0-9 ]{9}'})?"
        rf"(?P<tail>(?:\.?{_tails(clock)}| ?(?:{_any(clock['marks'] or ['h'])})\b)*)"
    )


def _span_parts(spans: Mapping[str, Any]) -> str:
    number = rf"[0-9]{{1,3}}|{_any(spans['numbers'])}"
    unit = _any([word for name in UNITS for word in spans[name]])
    fixed = _any([word for words in spans["fixed"].values() for word in words])
    half = _any(spans["half_after"])
    return (
        rf"\b(?:(?P<fixed>{fixed})|(?:(?:(?:{number}) ?(?:{_any(spans['through'])}) ?)?(?P<number>{number}) ?)?"
        rf"(?P<unit>{unit})\b(?P<half> (?:{half}))?)$"
    )
