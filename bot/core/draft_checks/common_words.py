"""How common a word is in a language, as the wordfreq library counts: the words that only one language has tell it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Final

from bot.core.draft_checks.plain import Plain
from bot.core.words import LANGUAGES

#: Languages near ours, or whose words stand among ours, that nobody here answers in.
NEIGHBOURS: Final = ("ca", "cs", "de", "fr", "it", "nl", "ro", "sk")
#: How many words are known of a language of ours, and of a neighbour: the most common ones. Our choice.
_KNOWN, _KNOWN_OF_NEIGHBOURS = 20_000, 5_000
#: What a word counts that is not known: a third of what the last one does. Our choice.
UNKNOWN: Final = 3.0
_WORD: Final = re.compile(rb"[a-z]+")


@cache
def zipf(language: str) -> dict[bytes, float]:
    """The Zipf value of each common word of the language, without accents, the most common first.

    It is the logarithm of how often the word stands among a thousand million (wordfreq's ``zipf_frequency``). The
    library is loaded here: it takes a fifth of a second, and whoever checks no draft needs none of it.
    """
    import wordfreq

    values: dict[bytes, float] = {}
    counted = _counted(wordfreq.get_frequency_list(language, "small"))
    for word, value in islice(counted, _KNOWN if language in LANGUAGES else _KNOWN_OF_NEIGHBOURS):
        values.setdefault(word, value)
    wordfreq.get_frequency_list.cache_clear()  # What the library remembers takes 3 MB, and is not asked for again.
    return values


def _counted(bins: Iterable[Sequence[str]]) -> Iterator[tuple[bytes, float]]:
    """Bins of the library hold words of one frequency each, the most common first, a hundredth of a Zipf apart."""
    for hundredths, words in enumerate(bins):
        value = 9 - hundredths / 100
        for word in Plain("\n".join(words)).words.split(b"|"):
            if _WORD.fullmatch(word):
                yield word, value


@cache
def most_common(language: str, count: int) -> frozenset[bytes]:
    """The most common words of the language, and no others: "the", "you", "have"."""
    return frozenset(islice(zipf(language), count))
