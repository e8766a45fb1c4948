"""What ``heard check`` finds, one sentence each."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """What was looked at, and how it is; a fault keeps the room shut, a note does not."""

    what: str
    is_fault: bool = False
    is_note: bool = False
