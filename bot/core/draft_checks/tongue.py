"""Language: the draft speaks the customer's, and one only.

Told by how common its words are in this language and in any other. A model that guesses languages
(bot.core.language) wants more text than a tweet with a handle and three product names has, and cannot say where a
second language begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, repeat
from typing import Final, NamedTuple

from bot.core.draft_checks.common_words import NEIGHBOURS, UNKNOWN, zipf
from bot.core.draft_checks.finding import Finding, Severity
from bot.core.draft_checks.plain import read
from bot.core.draft_checks.quotes import own_voice
from bot.core.words import LANGUAGES, Sentence, msg, say

#: Both warn: whose language it is was guessed from few words, and some customers like to be answered in another.
_SEVERITY: Final = Severity.WARN
_NAMES: Final = {"en": msg("English"), "es": msg("Spanish"), "pl": msg("Polish"), "pt": msg("Portuguese")}
_KNOWN: Final = (*LANGUAGES, *NEIGHBOURS)
#: Words; but no parts of addresses, links and handles, and none with a capital within a sentence: people, places and
#: shops are called so in any language. Possessive, so that it is read in linear time.
_WORD: Final = re.compile(
    rb"(?<![A-Za-z0-9@#._/])(?<!@ )(?!(?<=[A-Za-z0-9,] )[A-Z][a-z])([A-Za-z]++)(?![0-9@_/]|\.[A-Za-z0-9])"
)
#: How much of a text tells its language, in characters, and how much more its words must speak for another one than
#: for the one expected: a thousand times. Our choice.
_LOOK_AT, _SURE = 2_000, 3.0


@lru_cache(maxsize=16)
def spoken(text: str, default: str) -> str:
    """The language of ours that a text is in; ``default`` where its words do not tell, or tell of a language not ours.

    A word counts once: the Polish "o" said twice makes no Portuguese.
    """
    words = frozenset(_small(_WORD.findall(read(text).cased, 0, _LOOK_AT)))
    told = {language: sum(map(zipf(language).get, words, repeat(UNKNOWN))) for language in _KNOWN}
    best = max(told, key=told.__getitem__)
    return best if best in LANGUAGES and told[best] - told[default] >= _SURE else default


def tongue(text: str, language: str) -> tuple[Finding, ...]:
    """Whether the draft is in another language than ``language``, or has passages of one. Quotations do not count."""
    voice = own_voice(text)
    if _is_of_another_script(voice):
        return (_finding("other", 0, len(text), _other(language)),)
    plain = read(voice)
    parts = _WORD.split(plain.cased)  # what is between, a word, what is between, a word, …
    values = list(map(_foreign, _small(parts[1::2]), repeat(language)))
    passages = list(_passages(values))
    if not passages:
        return ()
    if _own(values, passages) < _OWN:
        return (_finding("other", 0, len(text), _other(language)),)
    ends = list(accumulate(map(len, parts)))
    spans = (plain.span(ends[2 * each.first], ends[2 * each.last + 1]) for each in passages)
    return tuple(_finding("mixed", *span, _mixed(language)) for span in spans)


def _small(words: Sequence[bytes]) -> list[bytes]:
    return b" ".join(words).lower().split()


#: Letters from Greek to Hangul: none of our languages is written with them. Names and single words may be.
_OTHER_LETTERS: Final = re.compile("[\u0370-\u1dff\u2c00-\ud7ff]")
#: From how many such letters on, and from what share of the text, it is written in them. Our choice.
_LETTERS, _SHARE = 12, 0.5


def _is_of_another_script(text: str) -> bool:
    if text.isascii():
        return False
    others = len(_OTHER_LETTERS.findall(text))
    return others >= _LETTERS and others >= _SHARE * len(text.replace(" ", ""))


def _finding(kind: str, start: int, end: int, sentence: Sentence) -> Finding:
    return Finding(f"language/{kind}", _SEVERITY, start, end, sentence, ("004-27",))


def _other(language: str) -> Sentence:
    return say("The customer writes in {language}: answer in it.", language=say(_NAMES[language]))


def _mixed(language: str) -> Sentence:
    return say("This passage is in another language: say it in {language}.", language=say(_NAMES[language]))


#: How much one word may say: a name that one language alone has makes no passage.
_MOST: Final = 3.0
#: What is taken off every word of another language, what a word that none knows takes off, and how many times as much
#: a word of the right language counts: words that stand alone are loans. Our choice, as the next two.
_LOAN, _NEVER_HEARD, _RIGHT = 0.3, 0.3, 1.5
#: What the words of a passage come to: two cannot.
_PASSAGE: Final = 5.5
#: What the words outside come to at least, those of other languages against them, where only a part is in another.
_OWN: Final = 1.0


@lru_cache(maxsize=20_000)
def _foreign(word: bytes, language: str) -> float:
    """How much the word speaks for another language than this one; below zero for this one. Single letters never do."""
    here = zipf(language).get(word, UNKNOWN)
    elsewhere = max(zipf(other).get(word, UNKNOWN) for other in _KNOWN if other != language)
    if elsewhere > here and len(word) > 1:
        return min(_MOST, elsewhere - here) - _LOAN
    return max(-_MOST, elsewhere - here) * _RIGHT if elsewhere < here else -_NEVER_HEARD


class _Passage(NamedTuple):
    """The first and the last of its words, by their numbers in the text."""

    first: int
    last: int


def _passages(values: Sequence[float]) -> Iterator[_Passage]:
    """Where words of other languages gather: each adds to a sum, and every word of the right one takes from it."""
    total = top = 0.0
    first = last = 0
    for n, value in enumerate(values):
        total += value
        if total <= 0:
            if top >= _PASSAGE:
                yield _Passage(first, last)
            total, top, first = 0.0, 0.0, n + 1
        elif total > top:
            top, last = total, n
    if top >= _PASSAGE:
        yield _Passage(first, last)


def _own(values: Sequence[float], passages: Sequence[_Passage]) -> float:
    """How much the words outside the passages speak for the right language."""
    outside = list(values)
    for each in reversed(passages):
        del outside[each.first : each.last + 1]
    return -sum(outside) - _NEVER_HEARD * outside.count(-_NEVER_HEARD)
