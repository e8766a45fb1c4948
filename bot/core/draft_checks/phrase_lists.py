"""The phrases of each language, read from ``phrases/<language>.toml`` and compiled to linear-time patterns.

A file has tables of named lists: ``[calm]`` with ``insult = ["…"]`` is the list ``calm/insult``. Case,
accents and punctuation do not count. In a phrase, ``*`` in a word stands for any letters, ``…`` between
words for at most five words and ``‥`` for at most two, ``#`` for a number (also within a word: ``#h``),
``¤`` for a sum of money, and ``{name}`` for any phrase of that list of the same table. ``(this|or that)``
stands for one of its phrases, also within a word: ``sprawdzi(ć|ł|ła)``. A ``?`` after ``)`` or ``}`` says
that the part may be missing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from bot.core.draft_checks.patterns import pattern
from bot.core.draft_checks.plain import Plain
from bot.core.words import LANGUAGES

FOLDER: Final = Path(__file__).parent / "phrases"

#: At most five words, of any length: a phrase begins where a word does, so that the words between are looked
#: at five times at the most, whatever the text.
_GAP: Final = "(?:[a-z0-9]+ +){0,5}"
_SHORT_GAP: Final = "(?:[a-z0-9]+ +){0,2}"
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
    return Phrases(tuple(lists.get(key, ())), {name: tuple(each) for name, each in lists.items()})


class Kinds:
    """The lists of one table as one pattern, that says of which of them a text has phrases."""

    def __init__(self, lists: Mapping[str, tuple[str, ...]]) -> None:
        self._names = tuple(lists)
        groups = "|".join(f"(?P<n{n}>{_any(said, lists)})" for n, said in enumerate(lists.values()))
        self._wanted = pattern(rf"\b(?:{groups})\b", longest=True, memory=_MEMORY) if lists else None

    def of(self, text: Plain) -> frozenset[str]:
        if self._wanted is None:
            return frozenset()
        found = {match.lastgroup for match in self._wanted.finditer(text.words)}
        return frozenset(self._names[int(group[1:])] for group in found)


@lru_cache(maxsize=16)
def kinds(language: str, table: str) -> Kinds:
    """All lists of a table, such as "causes"; none where the language has no such table."""
    return Kinds({name: tuple(each) for name, each in _lists(language).get(table, {}).items()})


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


def _phrase(phrase: str, lists: Mapping[str, tuple[str, ...]]) -> str:
    """A phrase, its words folded as texts are. Spaces go with the word before: what follows may be missing."""
    words = _split(phrase.replace("…", " … ").replace("‥", " ‥ "), " ")
    return "".join(_item(word, lists) for word in words if word).removesuffix(_END)


_END: Final = r"\b *"
_GAPS: Final = {"…": _GAP, "‥": _SHORT_GAP}


def _split(text: str, at: str) -> list[str]:
    """The parts between signs ``at`` that stand in no parentheses."""
    parts, depth = [""], 0
    for char in text:
        depth += (char == "(") - (char == ")")
        if char == at and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _item(word: str, lists: Mapping[str, tuple[str, ...]]) -> str:
    if word in _GAPS:
        return _GAPS[word]
    if word.endswith("?") and word[0] in "({" and _closed(word)[1] == "?":
        return f"(?:{_word(word[:-1], lists)}{_END})?"
    return _word(word, lists) + _END


def _word(word: str, lists: Mapping[str, tuple[str, ...]]) -> str:
    """Letters with groups among them: ``{day}``, ``(this|that)``, ``sprawdzi(ć|ł(a)?)``."""
    start = min((at for at in map(word.find, "({") if at >= 0), default=-1)
    if start < 0:
        return _letters(word)
    said, after = _letters(word[:start]), word[start:]
    inner, rest = _closed(after)
    either = lists[inner] if after[0] == "{" else _split(inner, "|")
    said += f"(?:{_any(tuple(either), lists)})"
    return f"{said}?{_word(rest[1:], lists)}" if rest.startswith("?") else said + _word(rest, lists)


def _closed(text: str) -> tuple[str, str]:
    """What the parentheses that open the text hold, and what follows them."""
    depth = 0
    for end, char in enumerate(text):
        depth += (char in "({") - (char in ")}")
        if not depth:
            return text[1:end], text[end + 1 :]
    raise ValueError(text)


def _letters(word: str) -> str:
    if word in _SIGNS:
        return _SIGNS[word]
    parts = word.replace("*", " * ").replace("#", " # ").split()
    return "".join(_WILD.get(part) or _folded(part) for part in parts)


_WILD: Final = {"*": "[a-z0-9]*", "#": _SIGNS["#"]}


def _folded(part: str) -> str:
    """As texts are, but that no sign counts: "|" parts the phrases of a group."""
    return " +".join(Plain(part).words.decode().replace("|", " ").split())
