"""The phrases of each language, read from ``phrases/<language>.toml`` and compiled to linear-time patterns.

A file has tables of named lists: ``[calm]`` with ``insult = ["…"]`` is the list ``calm/insult``. Case,
accents and punctuation do not count. In a phrase, ``*`` at the end of a word stands for any ending (at
its start: for any beginning), ``…`` between words for at most five words (``…2``: at most two), ``#`` for
a number (also within a word: ``#h``), ``¤`` for a sum of money, ``{name}`` for any phrase of that list of
the same table or of ``[words]``, and ``{this|or that}`` for any of these. ``{…}?`` may be missing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import re2

from bot.core.draft_checks.patterns import pattern
from bot.core.draft_checks.plain import Plain
from bot.core.words import LANGUAGES

FOLDER: Final = Path(__file__).parent / "phrases"

#: At most so many words, of any length: a phrase begins where a word does, so that the words between are looked
#: at so many times at the most, whatever the text.
_GAP: Final = "(?:[a-z0-9]+ +){0,%s}"
_WIDEST: Final = "5"
_NUMBER: Final = "[0-9]+(?: [0-9]{2,3})*"
_CURRENCY: Final = (
    "(?:S|zl|zlotych|zlote|reais|euros?|eur|pesos|pounds|quid|dolares|dollars|bucks|pln|usd|gbp|brl|soles)"
)
_SIGNS: Final = {
    "#": "[0-9]+",
    "¤": rf"(?:(?:[a-z]{{1,3}} ?)?S ?{_NUMBER}|(?:eur|pln|usd|gbp|brl) ?{_NUMBER}|{_NUMBER} ?{_CURRENCY})",
}
#: Memory of one compiled list, in bytes: RE2 falls back to a slow way when a list outgrows it.
_MEMORY: Final = 64 << 20


class Phrases:
    """A list of phrases as one pattern. Where two begin at one place the longer one is found."""

    def __init__(self, phrases: tuple[str, ...], lists: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self.phrases = phrases
        self._wanted = _compiled(phrases, lists or {}) if phrases else None

    def spans(self, text: Plain, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
        """Where phrases stand in the plain text, between ``start`` and ``end``."""
        if self._wanted is None:
            return
        for found in self._wanted.finditer(text.words, start, end):
            yield found.start(), found.start() + len(found.group().rstrip())

    def found(self, text: Plain) -> tuple[tuple[int, int], ...]:
        """Where phrases stand, in characters of the original."""
        return tuple(text.span(*span) for span in self.spans(text))


@lru_cache(maxsize=256)
def phrases(language: str, name: str) -> Phrases:
    """The list of this name, such as "calm/insult"; empty where the language has none."""
    table, _, key = name.partition("/")
    lists = _lists(language).get(table, {})
    shared = _lists(language).get("words", {})
    return Phrases(tuple(lists.get(key, ())), {name: tuple(each) for name, each in (shared | lists).items()})


@lru_cache(maxsize=8)
def _lists(language: str) -> dict[str, Any]:
    if language not in LANGUAGES:
        return {}
    with (FOLDER / f"{language}.toml").open("rb") as file:
        return tomllib.load(file)


def _compiled(phrases: tuple[str, ...], lists: Mapping[str, tuple[str, ...]]) -> Any:
    return pattern(rf"\b(?:{_any(phrases, lists)})\b", longest=True, memory=_MEMORY)


def _any(phrases: tuple[str, ...], lists: Mapping[str, tuple[str, ...]]) -> str:
    return "|".join(_phrase(phrase, lists) for phrase in phrases)


#: What a phrase is made of: a set of phrases, words between, or a word.
_PART: Final = re2.compile(r"\{(?P<set>[^}]*)\}(?P<maybe>\??)|…(?P<gap>\d?)|(?P<word>[^\s{…]+)")


def _phrase(phrase: str, lists: Mapping[str, tuple[str, ...]]) -> str:
    """A phrase, its words folded as texts are."""
    return "".join(_part(part, lists) for part in _PART.finditer(phrase)).removesuffix(" +")


def _part(part: Any, lists: Mapping[str, tuple[str, ...]]) -> str:
    name, maybe, gap, word = part.group("set", "maybe", "gap", "word")
    if word:
        return " +".join(_word(word)) + " +"
    if name is None:
        return _GAP % (gap or _WIDEST)
    any_of = _any(tuple(name.split("|")) if "|" in name or (maybe and name not in lists) else lists[name], lists)
    return f"(?:(?:{any_of}) +)?" if maybe else f"(?:{any_of}) +"


def _word(word: str) -> list[str]:
    if word in _SIGNS:
        return [_SIGNS[word]]
    if "#" in word:
        return [_SIGNS["#"].join(Plain(part).text for part in word.split("#"))]
    folded = Plain(word.strip("*")).words.decode().split()
    if word.startswith("*"):
        folded[0] = "[a-z0-9]*" + folded[0]
    if word.endswith("*"):
        folded[-1] += "[a-z0-9]*"
    return folded
