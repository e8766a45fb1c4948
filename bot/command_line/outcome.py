"""What a command of the shell comes to, and what it finds there."""

from __future__ import annotations

import sys

#: What the shell reads: done, refused, and a command or file that cannot be understood.
DONE, FAILED, MISREAD = 0, 1, 2


def failed(reason: str, status: int = FAILED) -> int:
    """Says why on standard error; returns the status."""
    print(reason, file=sys.stderr)
    return status


def has_screen() -> bool:
    """Whether a room can be drawn."""
    return bool(sys.stdin) and sys.stdin.isatty() and sys.stdout.isatty()


def is_given() -> bool:
    """Whether there is a standard input to be read; a shell may have closed it."""
    return bool(sys.stdin) and not sys.stdin.closed and not sys.stdin.isatty()
