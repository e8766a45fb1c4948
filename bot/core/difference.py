"""What changed between two versions of a text, word by word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rapidfuzz.distance import Levenshtein

from bot.core.words import Added, Gone, Span, Text

#: So many words that stayed are shown on each side of a change. Our choice: enough to find the place.
_AROUND: Final = 4
_MORE: Final = "…"


def difference(before: str, after: str) -> Text:
    """Words that went and words that came, with a few that stayed around them; empty when no word changed.

    Line breaks do not count: they are no words.
    """
    old, new = before.split(), after.split()
    if old == new:
        return ()
    return tuple(_spaced(tuple(_changes(old, new))))


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[Span]:
    """Between two stretches that stayed first what went, then what came, however they are mixed."""
    at = into = 0
    for start, begin, size in Levenshtein.opcodes(old, new).as_matching_blocks():
        if went := old[at:start]:
            yield Gone(" ".join(went))
        if came := new[into:begin]:
            yield Added(" ".join(came))
        at, into = start + size, begin + size
        if size:
            is_first, is_last = (start, begin) == (0, 0), (at, into) == (len(old), len(new))
            yield _kept(old[start:at], is_first=is_first, is_last=is_last)


def _kept(words: Sequence[str], *, is_first: bool, is_last: bool) -> str:
    """What stayed, shortened to what stands beside a change."""
    head = [] if is_first else words[:_AROUND]
    tail = [] if is_last else words[-_AROUND:]
    if len(head) + len(tail) >= len(words):
        return " ".join(words)
    return " ".join((*head, _MORE, *tail))


def _spaced(spans: Sequence[Span]) -> Iterator[Span]:
    """A space between two: chats read no style that begins or ends with one."""
    for position, span in enumerate(spans):
        if position:
            yield " "
        yield span
