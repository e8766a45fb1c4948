"""Known complaints that read almost like a new one, or that come from the same author.

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
from collections.abc import Iterable

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
_STROKES = str.maketrans("łøđ", "lod")


class Alike(msgspec.Struct, frozen=True):
    """A case with a complaint that reads like the one asked about; 100 is the same text."""

    number: int
    score: float


class Known(msgspec.Struct, frozen=True):
    """A complaint of a case. A case with several sightings has several."""

    number: int
    channel: str
    author: str
    text: str


class Lookalikes:
    """Every known complaint, ready to be compared."""

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}
        self._complaints_with: dict[str, list[int]] = defaultdict(list)
        self._of_case: dict[int, list[int]] = defaultdict(list)
        self._case_of: dict[int, int] = {}
        self._by_author: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._authors_of: dict[int, set[tuple[str, str]]] = defaultdict(set)
        self._next = 0

    def __len__(self) -> int:
        return len(self._texts)

    def add(self, number: int, channel: str, author: str, text: str) -> None:
        """Make a complaint of case ``number`` known. A further sighting is added, it replaces nothing."""
        at, self._next = self._next, self._next + 1
        self._texts[at] = compared = plain(text)
        self._case_of[at] = number
        self._of_case[number].append(at)
        for word in set(compared.split()):
            self._complaints_with[word].append(at)
        if who := _who(author):
            key = (_channel(channel), who)
            self._by_author[key].add(number)
            self._authors_of[number].add(key)

    def add_many(self, known: Iterable[Known]) -> None:
        for one in known:
            self.add(one.number, one.channel, one.author, one.text)

    def remove(self, number: int) -> None:
        """Forget every complaint of case ``number``; an unknown number is fine."""
        for at in self._of_case.pop(number, ()):
            del self._case_of[at]
            for word in set(self._texts.pop(at).split()):
                self._complaints_with[word].remove(at)
                if not self._complaints_with[word]:
                    del self._complaints_with[word]
        for key in self._authors_of.pop(number, ()):
            self._by_author[key].discard(number)
            if not self._by_author[key]:
                del self._by_author[key]

    def alike(self, text: str, *, limit: int = 20) -> list[Alike]:
        """Cases with a text like this one, the most alike first, the newer first among equals."""
        asked = plain(text)
        best: dict[int, float] = {}
        for at in self._candidates(asked):
            if (score := likeness(asked, self._texts[at])) >= LIKENESS:
                number = self._case_of[at]
                best[number] = max(score, best.get(number, 0.0))
        found = sorted(best.items(), key=lambda one: (-one[1], -one[0]))
        return [Alike(number, round(score, 1)) for number, score in found[:limit]]

    def by_author(self, channel: str, author: str) -> list[int]:
        """Cases of this author on this channel, the newest first; nobody wrote what has no author."""
        who = _who(author)
        return sorted(self._by_author.get((_channel(channel), who), ()), reverse=True) if who else []

    def _candidates(self, asked: str) -> list[int]:
        """The complaints that share the most of the rarest words; a word nobody used yet finds nothing."""
        words = [word for word in dict.fromkeys(asked.split()) if word in self._complaints_with]
        words.sort(key=lambda word: (len(self._complaints_with[word]), -len(word)))
        shared: Counter[int] = Counter()
        for word in words[:_WORDS]:
            shared.update(self._complaints_with[word])
        return [at for at, _ in shared.most_common(_CANDIDATES)]


def plain(text: str) -> str:
    """What is compared: words in small letters without accents, links and punctuation."""
    text = unicodedata.normalize("NFKD", _LINK.sub(" ", text).casefold()).translate(_STROKES)
    words = _WORD.findall("".join(char for char in text if not unicodedata.combining(char)))
    return " ".join(words)[:COMPARED].rstrip()


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


def _who(author: str) -> str:
    """An author's name as it is compared: the same with or without the @, in any case."""
    return " ".join(unicodedata.normalize("NFKC", author).casefold().split()).lstrip("@ ")


def _channel(channel: str) -> str:
    return channel.strip().casefold()
