"""Phrases that count unless the words around them take them back: "your fault", but "not your fault"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.core.draft_checks.phrase_lists import phrases
from bot.core.draft_checks.plain import Plain

Span = tuple[int, int]


def standing(plain: Plain, language: str, name: str, but: str) -> Iterator[Span]:
    """Where phrases of the list ``name`` stand in the plain text that no phrase of ``but`` overlaps, in their order."""
    return apart(phrases(language, name).spans(plain), phrases(language, but).spans(plain))


def apart(spans: Iterable[Span], others: Iterable[Span]) -> Iterator[Span]:
    """The spans that none of the others overlaps; both in their order, so that one pass is enough."""
    rest = iter(others)
    other: Span | None = (0, 0)  # Nobody looks for the others before there is a span.
    for start, end in spans:
        while other and other[1] <= start:
            other = next(rest, None)
        if not (other and other[0] < end):
            yield start, end


def joined(spans: Iterable[Span], same: int) -> Iterator[Span]:
    """The spans, with neighbours that are no more than ``same`` characters apart as one."""
    found: Span | None = None
    for start, end in spans:
        if found and start - found[1] <= same:
            found = (found[0], max(end, found[1]))
        else:
            if found:
                yield found
            found = (start, end)
    if found:
        yield found
