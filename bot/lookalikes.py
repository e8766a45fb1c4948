"""Known complaints that read almost like a new one.

A word index proposes a few candidates, rapidfuzz compares their letters. The index is
plain dictionaries and not SQLite FTS5: over the same 10,000 complaints with the same words
and the same recall it proposes in 0.4 ms what FTS5, ordered by rank, proposes in 2.3 ms; it
needs no quoting, and no SQLite built with FTS5. The price is memory: 0.9 KB a complaint.
``tests/bench/bench_lookalikes.py`` measures all of this.

Nothing here is safe to use from two threads at once; a call is short enough for the
event loop. Nothing is stored either: the desk fills it again from the store at start.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from functools import lru_cache

import msgspec
from rapidfuzz import fuzz

#: From here two texts are the same text, out of 100. Measured on the benchmark's invented
#: complaints: one slip of the finger in every 25 letters leaves at least 95.9, and a prefix,
#: a cut or a further sentence leaves 100; at 90 twice as many strangers who only use the
#: same sentences are proposed as at 92, and of such single changes nothing more is found.
LIKENESS = 92.0
#: Letters of a text that are compared. A long post is known again by its beginning, and
#: comparing costs the product of both lengths.
COMPARED = 1_000
#: Shorter texts are compared whole only: "did not arrive" begins many a complaint.
SHORTEST_PART = 30
#: Words that are looked up, the rarest first, and candidates that are compared.
_WORDS, _CANDIDATES = 10, 50

_WORD = re.compile(r"[^\W_]+")
_LINK = re.compile(r"https?://\S+")
#: Letters that no Unicode decomposition opens.
_STROKES = {"ł": "l", "ø": "o", "đ": "d"}


class Alike(msgspec.Struct, frozen=True):
    """A case with a complaint that reads like the one asked about; 100 is the same text."""

    number: int
    score: float


class Lookalikes:
    """Every known complaint, ready to be compared."""

    def __init__(self) -> None:
        self._known: list[tuple[int, str]] = []
        self._complaints_with: dict[str, list[int]] = defaultdict(list)

    def add(self, number: int, text: str) -> None:
        """Make a complaint of case ``number`` known. A further sighting is added, it replaces nothing."""
        compared = plain(text)
        for word in set(compared.split()):
            self._complaints_with[word].append(len(self._known))
        self._known.append((number, compared))

    def alike(self, text: str, *, limit: int = 20) -> list[Alike]:
        """Cases with a text like this one, the most alike first, the newer first among equals."""
        asked = plain(text)
        best: dict[int, float] = {}
        for at in self._candidates(asked):
            number, known = self._known[at]
            if (score := likeness(asked, known)) >= LIKENESS:
                best[number] = max(score, best.get(number, 0.0))
        found = sorted(best.items(), key=lambda one: (-one[1], -one[0]))
        return [Alike(number, round(score, 1)) for number, score in found[:limit]]

    def _candidates(self, asked: str) -> list[int]:
        """The complaints that share the most of the rarest words; a word nobody used yet finds nothing."""
        words = [word for word in dict.fromkeys(asked.split()) if word in self._complaints_with]
        words.sort(key=lambda word: (len(self._complaints_with[word]), -len(word)))
        shared: Counter[int] = Counter()
        for word in words[:_WORDS]:
            shared.update(self._complaints_with[word])
        return [at for at, _ in shared.most_common(_CANDIDATES)]


@lru_cache(maxsize=16)
def plain(text: str) -> str:
    """What is compared: words in small letters without accents, links and punctuation.

    Remembered for a moment: a complaint is asked about first, and then made known.
    """
    text = unicodedata.normalize("NFKD", _LINK.sub(" ", text).casefold())
    for mark in filter(unicodedata.combining, set(text)):  # Few are different, and each goes in one sweep.
        text = text.replace(mark, "")
    for stroke, letter in _STROKES.items():
        text = text.replace(stroke, letter)
    return " ".join(_WORD.findall(text))[:COMPARED].rstrip()


def likeness(one: str, other: str) -> float:
    """How much two plain texts are the same, 0 to 100; below ``LIKENESS`` it is 0.

    A cut text is compared with as much of the beginning and of the end of the longer one,
    so that a prefix, a further sentence or an ellipsis does not hide the rest. Not
    ``token_set_ratio``: any short text made of common words is a subset of many complaints
    (7 strangers proposed for one new complaint, against 0.3 here). Not ``partial_ratio``: it
    takes seconds on long texts.
    """
    short, long = sorted((one, other), key=len)
    size = len(short)
    score = fuzz.ratio(short, long, score_cutoff=LIKENESS)
    if size < SHORTEST_PART or size == len(long):
        return score
    return max(
        score,
        fuzz.ratio(short, long[:size], score_cutoff=LIKENESS),
        fuzz.ratio(short, long[-size:], score_cutoff=LIKENESS),
    )
