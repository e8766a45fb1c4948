"""Language: the draft speaks the customer's, and one only.

Told by the small words that only one language has. A model that guesses languages (bot.core.language) wants more
text than a tweet with a handle and three product names has, and cannot say where a second language begins.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
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
}
_NAMES: Final = {"en": msg("English"), "es": msg("Spanish"), "pl": msg("Polish"), "pt": msg("Portuguese")}
#: One class of letters, so that the standard library reads it in linear time too, and ten times as fast.
_WORD: Final = re.compile(rb"[a-z]+")
#: How many words of another language make a passage of it, and what a word of the right one takes off. Our choice.
_PASSAGE, _AGAINST = 2.7, 1.5
#: A word that no list has, or a third language's, says nothing, and a long row of them ends a passage.
_UNKNOWN: Final = 0.15
#: How many small words show a language, and how many times as many as any other. Our choice.
_SHOWN, _TIMES = 2, 2
#: How many times as many words of another language make it the draft's language.
_MOSTLY: Final = 4


@cache
def _tongues() -> dict[bytes, str]:
    """Which language a word belongs to. What several of ours have tells nothing; ours come before any other."""
    owners: dict[bytes, set[str]] = {}
    for language in LANGUAGES:
        for word in phrases(language, "tongue/words").phrases:
            owners.setdefault(Plain(word).text.encode(), set()).add(language)
    ours = {word: next(iter(of)) for word, of in owners.items() if len(of) == 1}
    foreign = {word.encode(): language for language, words in _FOREIGN.items() for word in words.split()}
    return ours | {word: language for word, language in foreign.items() if word not in owners}


@cache
def _also(language: str) -> frozenset[bytes]:
    """Words that this language has as well, and that show no other in a text of it: "a", "no", "I"."""
    return frozenset(Plain(word).text.encode() for word in phrases(language, "tongue/also").phrases)


def spoken(text: str, default: str) -> str:
    """The language of ours that a text is in; ``default`` where its small words do not tell."""
    counts = _counts(read(text))
    best = max(LANGUAGES, key=lambda language: counts.get(language, 0))
    rest = max((count for language, count in counts.items() if language != best), default=0)
    shown = counts.get(best, 0)
    return best if shown >= _SHOWN and shown >= _TIMES * rest else default


def tongue(text: str, language: str) -> tuple[Finding, ...]:
    """Whether the draft is in another language than ``language``, or has passages of one. Quotations do not count."""
    plain = read(own_voice(text))
    passages = list(_passages(plain, language))
    if not passages:
        return ()
    counts = _counts(plain)
    foreign = max(count for other, count in counts.items() if other != language)
    if foreign >= _MOSTLY * counts.get(language, 0):
        return (_finding("other", 0, len(text), _other(language)),)
    return tuple(_finding("mixed", *plain.span(*span), _mixed(language)) for span in passages)


def _finding(kind: str, start: int, end: int, sentence: Sentence) -> Finding:
    return Finding(f"language/{kind}", _SEVERITY, start, end, sentence, ("004-27",))


def _other(language: str) -> Sentence:
    return say("The customer writes in {language}: answer in it.", language=say(_NAMES[language]))


def _mixed(language: str) -> Sentence:
    return say("This passage is in another language: say it in {language}.", language=say(_NAMES[language]))


def _counts(plain: Plain) -> dict[str, int]:
    tongues = _tongues()
    return Counter(tongues[word] for word in _WORD.findall(plain.words) if word in tongues)


def _passages(plain: Plain, language: str) -> Iterator[tuple[int, int]]:
    """Where words of one other language gather: each adds to a sum, and every other word takes from it."""
    tongues, counts = _tongues(), _counts(plain)
    others = sorted(of for of, count in counts.items() if of != language and count >= _PASSAGE)
    if not others:
        return
    also = _also(language)
    words = enumerate(_WORD.findall(plain.words))
    known = [(n, tongues[word]) for n, word in words if word in tongues and word not in also]
    found = [passage for other in others for passage in _gathered(known, other, language)]
    places = [match.span() for match in _WORD.finditer(plain.words)] if found else []
    yield from ((places[first][0], places[last][1]) for first, last in sorted(found))


def _gathered(known: list[tuple[int, str]], other: str, right: str) -> Iterator[tuple[int, int]]:
    """The first and the last word of each passage, by their numbers in the text."""
    total, top, start, end, before = 0.0, 0.0, 0, 0, 0
    for n, of in known:
        total -= _UNKNOWN * (n - before - 1)
        if total <= 0:
            if top >= _PASSAGE:
                yield start, end
            total, top, start = 0.0, 0.0, n
        total += 1 if of == other else -_AGAINST if of == right else -_UNKNOWN
        before = n
        if total > top:
            top, end = total, n
    if top >= _PASSAGE:
        yield start, end
