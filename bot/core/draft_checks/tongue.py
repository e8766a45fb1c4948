"""Language: the draft speaks the customer's, and one only.

Told by the small words that only one language has. A model that guesses languages (bot.core.language) wants more
text than a tweet with a handle and three product names has, and cannot say where a second language begins.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from typing import Final

from bot.core.draft_checks.finding import Finding, Severity
from bot.core.draft_checks.phrase_lists import phrases
from bot.core.draft_checks.plain import Plain, read
from bot.core.draft_checks.quotes import own_voice
from bot.core.words import LANGUAGES, Sentence, msg, say

#: Both warn: whose language it is was guessed from few words, and some customers like to be answered in another.
_SEVERITY: Final = Severity.WARN
#: Small words of languages that nobody here answers in, so that they are not taken for one of ours.
_FOREIGN: Final[Mapping[str, str]] = {
    "de": "und nicht wir ihnen ihre ihr das der die ist sind es uns bitte leider schreib schreiben eine einen einer "
    "nachricht wird werden wieder vorkommen versprochen tut leid finden losung haben auf mit fur auch sich dass den",
    "fr": "nous vous sommes desoles desole ce cette merci les des est pas pour avec votre notre bonjour ecrire "
    "du au aux sur dans une mais que qui ete avons avez message prive s il plait tres desagrement par",
    "it": "il gli che non siamo per una dispiace grazie scriva messaggio privato della dello delle vostra nostro "
    "ciao buongiorno ci abbiamo sono anche piu questo questa scusi con di lei",
    "ca": "gracies hem heu amb aquest aquesta aixo nostre nostra vostre vostra teu teva seva ens et per molt moltes "
    "els dels missatge privat respondrem sentim plau avui dema tens tenim ho hi dia equip tecnic "
    "fins la el nos del al un una que en es no",
}
_NAMES: Final = {"en": msg("English"), "es": msg("Spanish"), "pl": msg("Polish"), "pt": msg("Portuguese")}
#: One class of letters, so that the standard library reads it in linear time too, and ten times as fast.
_WORD: Final = re.compile(rb"[a-z]+")
#: What a word of another language counts, what makes a passage of it, and what a word of any other takes off. Whole
#: numbers, so that no sum is rounded. Our choice.
_WORTH, _PASSAGE, _AGAINST = 20, 54, 30
#: A word that no list has says nothing, and a long row of them ends a passage.
_UNKNOWN: Final = 3
#: How far apart the first and the third word of a passage may be: what is between takes less than they count.
_FIRST_THREE: Final = 2 + (2 * _WORTH - 1) // _UNKNOWN
#: How many small words show a language, and how many times as many as any other. Our choice.
_SHOWN, _TIMES = 2, 2
#: How many times as many words of another language make it the draft's language.
_MOSTLY: Final = 4


@cache
def _speakers() -> dict[bytes, frozenset[str]]:
    """The languages of ours that a word belongs to."""
    owners: dict[bytes, set[str]] = {}
    for language in LANGUAGES:
        for word in phrases(language, "tongue/words").phrases:
            owners.setdefault(Plain(word).text.encode(), set()).add(language)
    return {word: frozenset(of) for word, of in owners.items()}


@cache
def _tongues() -> dict[bytes, str]:
    """Which language a word belongs to. What several of ours have tells nothing; ours come before any other."""
    ours = {word: next(iter(of)) for word, of in _speakers().items() if len(of) == 1}
    foreign = {word.encode(): language for language, words in _FOREIGN.items() for word in words.split()}
    return ours | {word: language for word, language in foreign.items() if word not in _speakers()}


@cache
def _also(language: str) -> frozenset[bytes]:
    """Words that this language has as well, and that show no other in a text of it: "a", "no", "I"."""
    return frozenset(Plain(word).text.encode() for word in phrases(language, "tongue/also").phrases)


def spoken(text: str, default: str) -> str:
    """The language of ours that a text is in; ``default`` where its small words do not tell.

    A word counts once: the Polish "o" said twice makes no Portuguese.
    """
    tongues = _tongues()
    counts = Counter(tongues[word] for word in set(_WORD.findall(read(text).words)) if word in tongues)
    best = max(LANGUAGES, key=lambda language: counts.get(language, 0))
    rest = max((count for language, count in counts.items() if language != best), default=0)
    shown = counts.get(best, 0)
    if best != default and shown >= _SHOWN:
        rest = max(rest, _own(read(text), default, best))
    return best if shown >= _SHOWN and shown >= _TIMES * rest else default


def tongue(text: str, language: str) -> tuple[Finding, ...]:
    """Whether the draft is in another language than ``language``, or has passages of one. Quotations do not count."""
    voice = own_voice(text)
    if _is_of_another_script(voice):
        return (_finding("other", 0, len(text), _other(language)),)
    plain = read(voice)
    passages = list(_passages(plain, language))
    if not passages:
        return ()
    counts = _counts(plain)
    foreign = max((count, other) for other, count in counts.items() if other != language)
    if foreign[0] >= _MOSTLY * _own(plain, language, foreign[1]):
        return (_finding("other", 0, len(text), _other(language)),)
    return tuple(_finding("mixed", *plain.span(*span), _mixed(language)) for span in passages)


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


@lru_cache(maxsize=8)
def _told(words: bytes) -> tuple[str | None, ...]:
    """The language of each word, None where it tells none."""
    return tuple(map(_tongues().get, _WORD.findall(words)))


def _counts(plain: Plain) -> dict[str, int]:
    counts: dict[str | None, int] = Counter(_told(plain.words))
    return {language: count for language, count in counts.items() if language}


def _own(plain: Plain, language: str, other: str) -> int:
    """How many words of the language the text has that the other has not: "que" is no English, whoever else says it."""
    return sum(map(_against(language, other).__contains__, _WORD.findall(plain.words)))


@cache
def _against(language: str, other: str) -> frozenset[bytes]:
    shared = {word.encode() for word in _FOREIGN.get(other, "").split()}
    return frozenset(word for word, of in _speakers().items() if language in of and other not in of) - shared


def _passages(plain: Plain, language: str) -> Iterator[tuple[int, int]]:
    """Where words of one other language gather: each adds to a sum, and every word of the right one takes from it."""
    others = [of for of, count in _counts(plain).items() if of != language and _WORTH * count >= _PASSAGE]
    if not others:
        return
    words, also = _WORD.findall(plain.words), _also(language)
    told = [None if word in also else of for word, of in zip(words, _told(plain.words), strict=True)]
    found: list[tuple[int, int]] = []
    for other in others:
        if not _gathers(told, other):
            continue
        right = list(accumulate(map(_against(language, other).__contains__, words)))
        found += _gathered(told, right, other)
    places = list(map(re.Match.span, _WORD.finditer(plain.words))) if found else []
    yield from ((places[first][0], places[last][1]) for first, last in sorted(found))


def _gathers(told: Sequence[str | None], other: str) -> bool:
    """Whether there may be a passage at all: its first three words are so near that what is between leaves their sum.

    Exact, and far cheaper than to look: most words of other languages stand alone.
    """
    places = list(_places(told, other))
    return any(last - first <= _FIRST_THREE for first, last in zip(places, places[2:], strict=False))


def _gathered(told: Sequence[str | None], right: Sequence[int], other: str) -> Iterator[tuple[int, int]]:
    """The first and the last word of each passage, by their numbers in the text.

    ``right`` counts the words of the right language, up to each. Only words of the ``other`` are looked at.
    """
    total, top, start, end, before = 0, 0, 0, 0, -1
    for n in _places(told, other):
        against = right[n] - right[before] if before >= 0 else 0
        total -= _AGAINST * against + _UNKNOWN * (n - before - 1 - against)
        if total <= 0:
            if top >= _PASSAGE:
                yield start, end
            total, top, start = 0, 0, n
        total += _WORTH
        before = n
        if total > top:
            top, end = total, n
    if top >= _PASSAGE:
        yield start, end


def _places(told: Sequence[str | None], other: str) -> Iterator[int]:
    at = -1
    for _ in range(told.count(other)):
        at = told.index(other, at + 1)
        yield at
