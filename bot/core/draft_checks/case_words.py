"""The words of this case: what a complaint says that not every complaint says, and whether a reply says it too."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from bot.core.draft_checks.common_words import most_common
from bot.core.draft_checks.patterns import pattern
from bot.core.draft_checks.phrase_lists import kinds, phrases
from bot.core.draft_checks.plain import Plain

#: One class of signs, so that the standard library reads it in linear time too, and ten times as fast.
_WORD: Final = re.compile(rb"[a-z0-9]+")
#: Beginnings of words, in letters: what stays when an ending changes (cobraram, cobrança; paczka, paczki). Our choice.
_STEM, _SHORT_STEM = 4, 3
#: A short stem is no beginning of a long word: "fit" is not "fitness".
_SHORT_WORD: Final = 6
#: How many of the most common words of a language fit every complaint. Our choice.
_EVERYWHERE: Final = 200
_HANDLE: Final = pattern(r"[@#][a-z0-9_.]+|https?://[^ \n]+")


class Vague:
    """Words of a language that fit every complaint: articles, "the inconvenience", "my order"."""

    def __init__(self, language: str) -> None:
        said = [Plain(word) for word in phrases(language, "empathy/vague").phrases]
        self._beginnings = tuple(each.text[:-1].encode() for each in said if each.text.endswith("*"))
        self._words = most_common(language, _EVERYWHERE) | {each.text.encode() for each in said}

    def has(self, word: bytes) -> bool:
        return len(word) < _SHORT_STEM or word in self._words or word.startswith(self._beginnings)


@lru_cache(maxsize=256)
def case_words(complaint: str, language: str, author: str = "") -> frozenset[bytes]:
    """Beginnings of the words that are this complaint's own; without those of its author's name and of handles."""
    idle = vague(language)
    text = _HANDLE.sub(b" ", Plain(complaint).raw)
    names = frozenset(_WORD.findall(Plain(author).words))
    words = _WORD.findall(text)
    return frozenset(_stem(word) for word in words if word not in names and not idle.has(word) and not _is_small(word))


def says_of(plain: Plain, words: frozenset[bytes], language: str) -> bool:
    """Whether the reply has a word with one of these beginnings; idle ones ("we're working on it") tell nothing."""
    return any(_is_one(word, words) for word in _said(plain.words) - _idle(language))


@lru_cache(maxsize=8)
def _said(words: bytes) -> frozenset[bytes]:
    return frozenset(_WORD.findall(words))


def names_a_cause(complaint: str, plain: Plain, language: str) -> bool:
    """Whether the reply names what the complaint is about in words of its own: "late" where it says "three weeks".

    The lists of the table ``causes`` say which words mean the same.
    """
    causes = kinds(language, "causes")
    told = causes.of(Plain(complaint))
    return bool(told) and not told.isdisjoint(causes.of(plain))


def _is_one(word: bytes, words: frozenset[bytes]) -> bool:
    return word[:_STEM] in words or (len(word) <= _SHORT_WORD and word[:_SHORT_STEM] in words)


def _stem(word: bytes) -> bytes:
    return word[:_STEM] if len(word) > _STEM else word[:_SHORT_STEM]


def _is_small(word: bytes) -> bool:
    """A number of one or two digits says little."""
    return word.isdigit() and len(word) < _SHORT_STEM


@lru_cache(maxsize=8)
def vague(language: str) -> Vague:
    """The words of a language that tell nothing of a case."""
    return Vague(language)


@lru_cache(maxsize=8)
def _idle(language: str) -> frozenset[bytes]:
    return frozenset(Plain(word).text.encode() for word in phrases(language, "empathy/idle").phrases)
