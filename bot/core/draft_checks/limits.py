"""Limits: a draft that promises later, or gives more, than the plan lets its author promise alone (001-07)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from typing import Final, NamedTuple

from bot.core.calendar import ONE_DAY, local_date, moment
from bot.core.draft_checks.finding import Finding, Severity
from bot.core.draft_checks.patterns import pattern
from bot.core.draft_checks.phrase_lists import Phrases, phrases
from bot.core.draft_checks.plain import Plain, read
from bot.core.draft_checks.promises import Undertaking
from bot.core.plan import HOUR, Limits, Plan, Power
from bot.core.when import LAST_MINUTE
from bot.core.words import Sentence, Span, Who, count, say

_RULES: Final = ("001-07", "002-20")
#: How far before a sum the words stand that give it, and how far behind it what it is of. Our choice, in characters.
_BEFORE, _BEHIND = 80, 30
#: How near before the words that give a "not" takes them back. Our choice, in characters.
_NEAR: Final = 24
#: So many sums are looked at: nobody gives more of them in one reply. Our choice; it bounds the time that a text takes.
_LOOKED_AT: Final = 100
#: So many colleagues are named to whom one may turn. Our choice.
_NAMED: Final = 5


class Sum(NamedTuple):
    """An amount that a draft undertakes to give. ``start`` and ``end`` count characters of the draft."""

    start: int
    end: int
    value: float
    is_percent: bool


def beyond_limit(
    text: str, language: str, promised: Iterable[Undertaking], limits: Limits, now: datetime, plan: Plan
) -> Iterator[Finding]:
    """What goes beyond the author's limits. ``now`` is aware; ``promised`` are the promises found in the draft."""
    if limits == Limits():
        return
    for each in promised:
        if is_too_late(each.due, limits, now, plan):
            yield _finding(each.start, each.end, too_late(each.due, limits, now, plan))
    for given in sums(text, language) if limits.money is not None or limits.percent is not None else ():
        if is_too_much(given, limits):
            yield _finding(given.start, given.end, _too_much(given, limits, plan))


def _finding(start: int, end: int, sentence: Sentence) -> Finding:
    return Finding("promise/beyond-limit", Severity.WARN, start, end, sentence, _RULES)


# What is too much


def is_too_late(due: datetime, limits: Limits, now: datetime, plan: Plan) -> bool:
    """Whether this moment lies beyond the longest promise. A limit of whole days lasts to the end of the last one."""
    longest = limits.longest_promise
    if longest is None:
        return False
    last = (now + longest).astimezone(UTC)
    if not longest % ONE_DAY:
        last = moment(local_date(last, plan), LAST_MINUTE, plan.tz)
    return due > last


def is_too_much(given: Sum, limits: Limits) -> bool:
    """Whether this is more money, or more percent."""
    limit = limits.percent if given.is_percent else limits.money
    return limit is not None and given.value > limit


def too_late(due: datetime, limits: Limits, now: datetime, plan: Plan) -> Sentence:
    """What to do instead of promising something by then."""
    longest = _length(limits.longest_promise or timedelta())
    return say(
        "This takes longer than you may promise, {limit}. {instead}",
        limit=longest,
        instead=_instead(plan, lambda theirs: not is_too_late(due, theirs, now, plan)),
    )


def _too_much(given: Sum, limits: Limits, plan: Plan) -> Sentence:
    return say(
        "This is more than you may give, {limit}. {instead}",
        limit=f"{limits.percent} %" if given.is_percent else str(limits.money),
        instead=_instead(plan, lambda theirs: not is_too_much(given, theirs)),
    )


def _instead(plan: Plan, is_allowed: Callable[[Limits], bool]) -> Sentence:
    able = [each for each in plan.committee if is_allowed(plan.limits_of(each.id)) and plan.may(each.id, Power.ANSWER)]
    if not able:
        return say("Nobody here may: promise less.")
    names: list[Span] = []
    for each in able[:_NAMED]:
        names += (", ", Who(each.id)) if names else (Who(each.id),)
    return say("Let one of those promise it who may ({members}), or promise less.", members=tuple(names))


def _length(length: timedelta) -> Sentence:
    """A length of time in its largest whole unit."""
    if length >= ONE_DAY and not length % ONE_DAY:
        return count("{n} day", "{n} days", length // ONE_DAY)
    if not length % HOUR:
        return count("{n} hour", "{n} hours", length // HOUR)
    return count("{n} minute", "{n} minutes", length // timedelta(minutes=1))


# What is given

_MONEY: Final = Phrases(("¤", "£ #", "€ #"))
#: A part of a hundred, said in one of our languages.
_PERCENT: Final = pattern(
    r"\b[0-9]{1,3}(?:[.,][0-9]{1,2})? ?(?:%|percent\b|per cent\b|por ?cento\b|por ciento\b|proc\w*)"
)
_STOP: Final = pattern(r"[.!?;]+(?: |$)|\n|, | - |: ")


def sums(text: str, language: str) -> Iterator[Sum]:
    """The amounts and percentages that the draft undertakes to give: no prices, no past, no share of customers."""
    plain = read(text)
    found = chain(
        ((*span, False) for span in _MONEY.spans(plain)),
        ((*match.span(), True) for match in _PERCENT.finditer(plain.raw)),
    )
    for begins, end, is_percent in sorted(islice(found, _LOOKED_AT)):
        start = begins + _article(plain, begins)
        if _is_given(plain, start, end, language):
            span = plain.span(start, end)
            yield Sum(*span, _value(plain.text[start:end]), is_percent)


def _article(plain: Plain, start: int) -> int:
    """How many characters of a small word stand before the currency's sign: "a £25 voucher"."""
    match = _ARTICLE.match(plain.words, start)
    return len(match[0]) if match else 0


_ARTICLE: Final = re.compile(rb"[a-z]{1,3} (?=S)")


def _value(said: str) -> float:
    """The number in "R$ 1.250,00", "1 250 zł" or "1,250.00": one or two digits behind the last sign are decimals."""
    digits = "".join(char for char in said if char.isdigit() or char in ".,").strip(".,")
    match = _DECIMALS.fullmatch(digits)
    whole, decimals = match.groups() if match else (digits, None)
    return float(f"{re.sub('[.,]', '', whole) or 0}.{decimals or 0}")


_DECIMALS: Final = re.compile(r"([0-9.,]+)[.,]([0-9]{1,2})")


def _is_given(plain: Plain, start: int, end: int, language: str) -> bool:
    first, last = _clause(plain, start, end)
    if _begins(plain, end, min(last, end + _BEHIND), phrases(language, "limits/behind")):
        return False
    before = max(first, start - _BEFORE)
    gives, nouns, takes = (_last(plain, before, start, language, name) for name in ("gives", "nouns", "not"))
    is_past = _has(plain, first, last, language, "past")
    if gives and gives[1] > max(takes[1] if takes else 0, 0):
        return not is_past and not _has(plain, max(first, gives[0] - _NEAR), gives[0], language, "denied")
    is_noun = nouns is not None or _begins(plain, end, min(last, end + _BEHIND), phrases(language, "limits/nouns"))
    return is_noun and not (is_past or takes or _has(plain, first, start, language, "denied"))


def _clause(plain: Plain, start: int, end: int) -> tuple[int, int]:
    """The part of a sentence around a sum; a search looks no further than the words can stand."""
    first, last = max(0, start - 2 * _BEFORE), min(len(plain.raw), end + _BEFORE)
    for stop in _STOP.finditer(plain.raw, first, start):
        first = stop.end()
    stop = _STOP.search(plain.raw, end, last)
    return first, stop.start() if stop else last


def _last(plain: Plain, first: int, last: int, language: str, name: str) -> tuple[int, int] | None:
    spans = list(phrases(language, f"limits/{name}").spans(plain, first, last))
    return spans[-1] if spans else None


def _has(plain: Plain, first: int, last: int, language: str, name: str) -> bool:
    return any(True for _ in phrases(language, f"limits/{name}").spans(plain, first, last))


def _begins(plain: Plain, first: int, last: int, wanted: Phrases) -> bool:
    """Whether one of the phrases stands right behind: "R$ 50 de desconto", "a 10 % goodwill discount"."""
    return any(len(plain.words[first:start].split()) <= _BETWEEN for start, _ in wanted.spans(plain, first, last))


#: So many small words may stand between a sum and what it is.
_BETWEEN: Final = 2
