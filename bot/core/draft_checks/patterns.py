"""Patterns over the bytes of a plain text: RE2's, whose time grows with the text and never with its square."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import re2

from bot.core.draft_checks.plain import HIDDEN


class Hit(NamedTuple):
    """Where something stands in a plain text. ``kind`` is empty for what looks private and is not."""

    kind: str
    start: int
    end: int
    said: str


def pattern(text: str, *, longest: bool = False, memory: int = 16 << 20) -> Any:
    """Compiled. Of two readings that begin at one place the first is taken, or the ``longest``.

    ``memory`` is in bytes.
    """
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.longest_match = longest
    options.log_errors = False
    options.max_mem = memory
    return re2.compile(text.encode("latin-1"), options)


def each(wanted: Any, raw: bytes, read: Callable[[bytes, int, int], Hit | None]) -> Iterator[Hit]:
    """What ``read`` makes of every match; after one of which it makes nothing the search goes on a character later."""
    at = 0
    while match := wanted.search(raw, at):
        hit = read(raw, *match.span())
        if hit:
            yield hit
        at = hit.end if hit else match.start() + 1


def blank(raw: bytearray, start: int, end: int) -> None:
    """Hides what was found, so that the next to look sees no part of it."""
    raw[start:end] = HIDDEN.encode() * (end - start)
