"""Own words: a person answers a person, so a reply has words of its own, and words of this case (003-05, 004-28)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz, process
from rapidfuzz.distance import LCSseq

from bot.core.draft_checks.case_words import case_words, says_of
from bot.core.draft_checks.finding import Finding, Severity
from bot.core.draft_checks.plain import Plain, read
from bot.core.replies.drafts import CLOSE, OPEN, unfilled
from bot.core.words import say

#: The share of a reply that is a person's own, in percent, and how many sentences do as well. The floor is the
#: committee's: what is less reads as a template, whoever posted it (004-28).
FLOOR, ENOUGH_SENTENCES = 30, 2
#: From how much on two texts are the same, in percent (003-05): a name and a date more or less.
SAME: Final = 90
#: How much of two texts is compared, in characters. Our choice; it bounds the time, and few networks take more.
_COMPARED: Final = 4_000
#: How many words fill a hole; more of them are a person's own. Our choice: twice the longest example that we ship.
_FILLING: Final = 24
#: A sentence has so many words at least; and it is one's own if so many of a hundred are.
_SENTENCE, _MOSTLY = 4, 60

_HOLE: Final = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
_STANDING: Final = re.compile(r"⟦[^⟦⟧]*⟧|\{\{[^{}]*\}\}|[⟦⟧]|\{\{|\}\}|\{%|%\}")
_ENDS: Final = re.compile(r"[.!?…]+\s|\n")
_IN_FRAME: Final = b"\x00"

#: A run of words that stands in both: its place in each, and how many words.
Pair = tuple[int, int, int]


def own_words(
    text: str, language: str, *, frame: str = "", complaint: str = "", author: str = "", earlier: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """What is not the member's own. ``frame`` is the draft as it was offered, with its holes; empty: there was none.

    ``earlier`` are texts that were sent to other customers.
    """
    made = [*_unfilled(text), *_shared(text, frame), *_repeated(text, earlier)]
    words = case_words(complaint, language, author)
    if words and not says_of(read(text), words, language):
        sentence = say("Nothing here is about this case: use the customer's own words for the problem.")
        made.append(Finding("own-words/case", Severity.WARN, len(text), len(text), sentence, ("003-05", "004-28")))
    return tuple(made)


def _unfilled(text: str) -> Iterator[Finding]:
    """Blocks: a hole that goes out shows everybody that nobody read the reply (001-15)."""
    if not unfilled(text):
        return
    for hole in _STANDING.finditer(text):
        sentence = say("This hole still waits for your words: fill it, or take it out.")
        yield Finding("own-words/unfilled", Severity.BLOCK, *hole.span(), sentence, ("001-15", "002-10"))


def _shared(text: str, frame: str) -> Iterator[Finding]:
    """Blocks a template that went out as it was (004-28); one with few words more warns."""
    if not frame:
        return
    share, sentences = share_of_own(text, frame)
    if share >= FLOOR or sentences >= ENOUGH_SENTENCES:
        return
    severity = Severity.WARN if share else Severity.BLOCK
    sentence = say(
        "{share} % of this is your own, the rest is the template: change the words, or add two sentences.", share=share
    )
    yield Finding("own-words/share", severity, 0, len(text), sentence, ("001-15", "004-28"))


def share_of_own(text: str, frame: str) -> tuple[int, int]:
    """How much of the text is neither the frame's nor fills a hole of it, in percent; and how many sentences are."""
    given, _ = _words(_HOLE.sub(" \x00 ", frame))
    if len(text.split()) * (100 - FLOOR) > 100 * (len(given) + _FILLING * given.count(_IN_FRAME)):
        return 100, ENOUGH_SENTENCES  # Far longer than frame and holes: what is added is one's own.
    words, starts = _words(text)
    if not words:
        return 0, 0
    pairs = _equal(words, given)
    if 2 * sum(length for *_, length in pairs) < len(given) - given.count(_IN_FRAME):
        return 100, ENOUGH_SENTENCES  # Most of the frame is gone: what stands there fills no hole of it.
    sentence_of = _sentence_of(text, starts)
    own = _own(words, given, sentence_of, pairs)
    return round(100 * sum(own) / len(words)), _own_sentences(sentence_of, own)


def _words(text: str) -> tuple[list[bytes], list[int]]:
    """The words of a text, folded, and where they begin; a hole is one word."""
    plain = Plain(text.replace("\x00", "⟦"))
    found = [(match.group(), match.start()) for match in _WORD.finditer(plain.text)]
    words = [_IN_FRAME if word == ";" else word.encode() for word, _ in found]
    return words, [plain.span(start, start + 1)[0] for _, start in found]


#: "⟦" is read as ";" in a plain text; it stands for a hole between two spaces.
_WORD: Final = re.compile(r"[a-z0-9_]+|(?<= );(?= )")


def _own(words: list[bytes], given: list[bytes], sentence_of: list[int], pairs: Sequence[Pair]) -> list[bool]:
    """Which words are one's own: not in the frame, and no filling of a hole that stands there."""
    own = [False] * len(words)
    at, frame_at = 0, 0
    for start, frame_start, length in (*pairs, (len(words), len(given), 0)):
        holes = given[frame_at:frame_start].count(_IN_FRAME)
        for n in range(at, start):
            # What fills a hole is short, and ends with its sentence: the next one is a person's.
            own[n] = n - at >= _FILLING * holes or sentence_of[n] - sentence_of[at] >= holes
        at, frame_at = start + length, frame_start + length
    return own


def _sentence_of(text: str, starts: list[int]) -> list[int]:
    """The number of the sentence that each word stands in."""
    ends = [match.end() for match in _ENDS.finditer(text)]
    return [bisect_right(ends, start) for start in starts]


def _equal(words: list[bytes], given: list[bytes]) -> list[Pair]:
    """Where both say the same: the place in each, and how many words."""
    blocks = LCSseq.opcodes(words, given)
    return [(each.src_start, each.dest_start, each.src_end - each.src_start) for each in blocks if each.tag == "equal"]


def _own_sentences(sentence_of: list[int], own: list[bool]) -> int:
    lengths, shares = Counter(sentence_of), Counter(n for n, is_own in zip(sentence_of, own, strict=True) if is_own)
    return sum(length >= _SENTENCE and 100 * shares[n] >= _MOSTLY * length for n, length in lengths.items())


def _repeated(text: str, earlier: Sequence[str]) -> Iterator[Finding]:
    """Blocks: the second customer to get it will show the first one's (003-05)."""
    said = _folded(text)
    near = _as_long(said, map(_folded, earlier)) if said else []
    if process.extractOne(said, near, scorer=fuzz.ratio, score_cutoff=SAME):
        sentence = say("Another customer got the same text: answer this one in words of their own.")
        yield Finding("own-words/repeated", Severity.BLOCK, 0, len(text), sentence, ("003-05", "004-28"))


def _as_long(said: str, others: Iterable[str]) -> list[str]:
    """Those that can be the same by their length: what one has more than the other is not shared, so that of two of
    which one is a fifth longer no more than nine tenths can be. Comparing takes ten times as long as measuring.
    """
    least, most = SAME * len(said), (200 - SAME) * len(said)
    return [other for other in others if least <= (200 - SAME) * len(other) and SAME * len(other) <= most]


def remember(earlier: Iterable[str]) -> None:
    """Reads what other customers were told, so that nobody waits for it when the first reply is compared."""
    for text in earlier:
        _folded(text)


#: A reply is compared again and again: how it is read is remembered for more of them than are compared at once.
@lru_cache(maxsize=16_384)
def _folded(text: str) -> str:
    return " ".join(Plain(text[:_COMPARED]).words.decode().split())
