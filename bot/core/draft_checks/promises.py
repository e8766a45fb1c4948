"""Promises: what a draft undertakes to do by a time, when it is due, and the words to record it with (000-10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, Final, NamedTuple

import msgspec

from bot.core.draft_checks.due_moments import due
from bot.core.draft_checks.finding import Finding, Severity
from bot.core.draft_checks.moment_words import MomentWords, moment_words
from bot.core.draft_checks.moments import Said, moments
from bot.core.draft_checks.patterns import pattern
from bot.core.draft_checks.plain import Plain, read
from bot.core.plan import Plan
from bot.core.words import LANGUAGES, At, say

_RULES: Final = ("000-10",)
#: How far a sentence is read before and after a moment, in characters: it bounds the time that a text takes.
_BEFORE, _AFTER = 300, 200
#: How near before a moment, or half as near behind it, a "not" is about it, in words: "they do not leave today",
#: "by Friday we cannot". Our choice.
_NEAR: Final = 4
#: A question behind a comma, of so few words, asks for a nod: "I'll call you at ten, all right?"
_TAG: Final = 3
#: How far from its day a time may stand, in characters. Our choice.
_APART: Final = 60
#: How far behind its day a second undertaking's time may stand, in characters. Our choice.
_SAME_DAY: Final = 120
#: So many moments tell in which of our languages a draft is written. Our choice.
_FEW: Final = 8
#: The longest record of a promise, in characters: it stands on the card. Our choice.
_LONGEST_WHAT: Final = 120


class Undertaking(msgspec.Struct, frozen=True):
    """Something that we undertake in a draft. ``start`` and ``end`` count its characters and hold the words of time.

    ``due`` is aware, in UTC, and later than the moment of writing; ``what`` are the words to record it with.
    """

    start: int
    end: int
    due: datetime
    what: str


def promises(text: str, language: str, now: datetime, plan: Plan) -> tuple[Undertaking, ...]:
    """What the draft undertakes, in its order. ``now`` is aware; days and hours are those of the plan's zone.

    A draft in another of our languages is understood too, where it says no moment in the language it should have.
    """
    plain = read(text)
    words = moment_words(language)
    if words is None or not words.saying.search(plain.raw):
        known = [each for each in map(moment_words, LANGUAGES) if each]
        words = max(known, key=lambda each: _how_much_is_said(plain, each))
    return tuple(_undertakings(plain, words, now, plan))


def _how_much_is_said(plain: Plain, words: MomentWords) -> int:
    """How many characters of the first few moments a language understands."""
    return sum(len(match.group()) for match in islice(words.saying.finditer(plain.raw), _FEW))


def findings(text: str, language: str, now: datetime, plan: Plan) -> tuple[Finding, ...]:
    """Every undertaking as a note. ``instead`` is the command that records it, still without the case's number."""
    return noted(promises(text, language, now, plan), plan)


def noted(promised: Iterable[Undertaking], plan: Plan) -> tuple[Finding, ...]:
    """These undertakings as notes."""
    return tuple(_finding(each, plan) for each in promised)


def _finding(each: Undertaking, plan: Plan) -> Finding:
    sentence = say(
        "This promises something by {when}: record it as a promise of the case, so that nobody forgets it.",
        when=At(each.due),
    )
    command = f"promise {each.what} by {each.due.astimezone(plan.tz).isoformat(timespec='minutes')}"
    return Finding("promise/found", Severity.NOTE, each.start, each.end, sentence, _RULES, command)


def _undertakings(plain: Plain, words: MomentWords, now: datetime, plan: Plan) -> Iterator[Undertaking]:
    before: Said | None = None
    for each in _joined(plain, words):
        said = _on_its_day(plain, before, each)
        clause = _clause(plain, said, words)
        if not _is_ours(plain, said, clause, words):
            continue
        if moment := due(said, now, plan):
            before = said
            yield Undertaking(*plain.span(said.start, said.end), moment, _what(plain, said, clause))


def _on_its_day(plain: Plain, before: Said | None, said: Said) -> Said:
    """A time without a day is on the day undertaken just before: "tomorrow I'll ask, and by three you'll know"."""
    if not (before and before.has_day and said.clock and said.is_time_alone):
        return said
    if said.start - before.end > _SAME_DAY or _STOP.search(plain.raw, before.end, said.start):
        return said
    day = {"offset": before.offset, "weekday": before.weekday, "is_next": before.is_next, "date": before.date}
    return msgspec.structs.replace(said, **day)


def _joined(plain: Plain, words: MomentWords) -> Iterator[Said]:
    """The sayings; a day and a time that stand apart in one clause are one."""
    waiting: Said | None = None
    for said in moments(plain, words):
        if waiting and _belong(plain, waiting, said, words):
            yield waiting.joined(said)
            waiting = None
            continue
        if waiting:
            yield waiting
        waiting = said
    if waiting:
        yield waiting


def _belong(plain: Plain, one: Said, other: Said, words: MomentWords) -> bool:
    is_pair = (one.is_day_alone and other.is_time_alone) or (one.is_time_alone and other.is_day_alone)
    if not is_pair or other.start - one.end > _APART or _STOP.search(plain.raw, one.end, other.start):
        return False
    return not any(_parts(plain, split, words) for split in words.splits.finditer(plain.raw, one.end, other.start))


# The clause that a moment stands in


class _Clause(NamedTuple):
    """Where the sentence begins, and within it the clause, and where they end; ``is_question`` by the last sign.

    ``told`` is where what is said of the undertaking ends: "I'll write what we found" goes on behind its clause.
    """

    first: int
    start: int
    end: int
    told: int
    last: int
    is_question: bool


_STOP: Final = pattern(r"[!?\n;]|\.+(?:[ \"')]|$)|: | - |[()]")
#: A point after these ends no sentence.
_SHORT: Final = frozenset(
    b"godz ul nr tel al sr sra srta dr dra mr mrs ms st art ok ref av pon pt min hrs hs jan feb".split()
)


def _clause(plain: Plain, said: Said, words: MomentWords) -> _Clause:
    raw = plain.raw
    first, start = max(0, said.start - _BEFORE), 0
    for stop in _STOP.finditer(raw, first, said.start):
        if not _is_short(plain, stop):
            first = stop.end()
    start = first
    for split in words.splits.finditer(raw, first, said.start):
        if _parts(plain, split, words) and not _is_told(plain, start, split, words):
            start = split.end()
    last, sign = said.end if _ends_sentence(plain, said) else min(len(raw), said.end + _AFTER), b""
    for stop in _STOP.finditer(raw, said.end, last):
        if not _is_short(plain, stop):
            last, sign = stop.start(), stop.group()
            break
    splits = [split for split in words.splits.finditer(raw, said.end, last) if _parts(plain, split, words)]
    end = next((split.start() for split in splits), last)
    told = next((split.start() for split in splits if split.group().decode() not in words.joins), last)
    return _Clause(first, start, end, told, last, sign == b"?")


def _ends_sentence(plain: Plain, said: Said) -> bool:
    """Whether the point of "p. m." is that of the sentence too: a capital follows."""
    after = plain.original[plain.span(said.start, said.end)[1] :][:2]
    return plain.raw[said.end - 1 : said.end] == b"." and after[1:].isupper()


def _parts(plain: Plain, split: Any, words: MomentWords) -> bool:
    """Whether a comma or a conjunction as it is typed parts two clauses: "é" is no "e"."""
    return plain.original[slice(*plain.span(*split.span()))].lower() in words.typed_splits


def _is_told(plain: Plain, start: int, split: Any, words: MomentWords) -> bool:
    """Whether what is asked is what we undertake to tell: "le cuento qué han dicho mañana"."""
    is_asked = plain.original[slice(*plain.span(*split.span()))].lower() in words.asks
    return is_asked and any(words.clause["ours"].spans(plain, start, split.start()))


def _is_short(plain: Plain, stop: Any) -> bool:
    """Whether the point belongs to a word cut short: "p. m.", "godz. 14"; behind "zona B." a sentence may begin."""
    raw = plain.raw
    if not stop.group().startswith(b"."):
        return False
    word = raw[max(0, stop.start() - 5) : stop.start()].replace(b".", b" ").split(b" ")[-1]
    is_letter = len(word) == 1 and word.isalpha()
    return word in _SHORT or (is_letter and not plain.original[plain.span(stop.start() - 1, stop.start())[0]].isupper())


# Whose time it is

#: Among so many words before a time stands what it is an attribute with: "para el de las 7:05". Our choice.
_LEADS: Final = 3


def _is_ours(plain: Plain, said: Said, clause: _Clause, words: MomentWords) -> bool:
    """Whether we undertake something: not the past, not the customer's own dates, not opening hours, no question."""
    if _is_asked(plain.raw, said, clause) or _is_denied(plain, said, clause, words):
        return False
    if _is_attribute(plain, said, words):
        return False
    is_promised = _has("ours", plain, clause, words) or _has_ending(plain, clause, words, words.future_endings)
    if said.since == "since":
        return bool(said.offset) or (is_promised and not (said.date is None and said.weekday is None))
    if is_promised:
        return True
    if said.is_range and not said.has_day:
        return False
    if said.clock and not said.has_day and any(words.clause["theirs"].spans(plain, clause.first, said.start)):
        return False
    if (
        said.offset is not None
        and said.weekday is not None
        and not said.clock
        and clause.end - clause.start < said.end - said.start + 2
    ):
        return False
    return not _has("theirs", plain, clause, words) and not _is_past(plain, clause, words)


def _is_attribute(plain: Plain, said: Said, words: MomentWords) -> bool:
    """Whether it only says which one: "el turno del lunes", "el de las 7:05"."""
    if not words.of or said.is_range:
        return False
    leads = plain.words[said.start : said.end].decode().split()[:_LEADS]
    return f"{' '.join(leads)} ".startswith(tuple(f"{of} " for of in words.of))


def _is_asked(raw: bytes, said: Said, clause: _Clause) -> bool:
    if not clause.is_question:
        return False
    _, comma, tag = raw[said.end : clause.last].rpartition(b",")
    return not comma or len(tag.split()) > _TAG


def _is_denied(plain: Plain, said: Said, clause: _Clause, words: MomentWords) -> bool:
    near = plain.words[clause.start : said.start].split()[-_NEAR:]
    start = said.start - len(b" ".join(near)) - _NEAR - 1
    start = max(clause.start, start)
    if any(words.clause["no_is_yes"].spans(plain, start, clause.end)):
        return False
    behind = plain.words[said.end : clause.end].split()[: _NEAR // 2]
    end = min(clause.end, said.end + len(b" ".join(behind)) + 1)
    no = words.clause["no"]
    return any(no.spans(plain, start, said.start)) or any(no.spans(plain, said.end, end))


def _has(name: str, plain: Plain, clause: _Clause, words: MomentWords) -> bool:
    return any(words.clause[name].spans(plain, clause.start, clause.end))


def _is_past(plain: Plain, clause: _Clause, words: MomentWords) -> bool:
    return _has("past", plain, clause, words) or _has_ending(plain, clause, words, words.endings)


def _has_ending(plain: Plain, clause: _Clause, words: MomentWords, endings: tuple[str, ...]) -> bool:
    """Whether a verb has one of these endings: read as typed, because "llego" comes and "llegó" came."""
    start, end = plain.span(clause.start, clause.end)
    typed = [word.strip(_SIGNS) for word in plain.original[start:end].lower().split()]
    return any(
        word.endswith(endings) and word not in words.not_endings and before not in words.passive_before
        for before, word in zip(("", *typed), typed, strict=False)
    )


_SIGNS: Final = ".,;:!?()\"'“”„«»…-–"


# What to record


def _what(plain: Plain, said: Said, clause: _Clause) -> str:
    """The clause without its time; the sentence where the clause says too little."""
    for start, end in ((clause.start, clause.told), (clause.first, clause.last)):
        words = _without(plain, start, end, said)
        if len(words) > 1:
            return _cut(" ".join(words))
    return _cut(" ".join(words) or plain.original[slice(*plain.span(said.start, said.end))])


def _without(plain: Plain, start: int, end: int, said: Said) -> list[str]:
    """The words between two places that are not the moment's."""
    gap = said.gap or (said.end, said.end)
    places = ((start, said.start), gap, (said.end, end))
    pieces = (plain.original[slice(*plain.span(*place))].strip(_EDGE) for place in places if place[0] < place[1])
    return " ".join(pieces).strip(_EDGE).split()


_EDGE: Final = " ,;:-–—.!?()\n\t"


def _cut(what: str) -> str:
    return what if len(what) <= _LONGEST_WHAT else what[: _LONGEST_WHAT - 1].rpartition(" ")[0].rstrip(_EDGE) + "…"
