"""What is wrong on a line of a template, before it is known in which file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Flaw(Exception):
    """A reason and the line it stands on, counted from 1. Readers of a file make it a TemplateError."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason

    @staticmethod
    @contextmanager
    def below(lines: int) -> Iterator[None]:
        """Flaws found inside stand so many lines further down in the file."""
        try:
            yield
        except Flaw as flaw:
            raise Flaw(flaw.line + lines, flaw.reason) from flaw
