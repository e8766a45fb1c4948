"""What a check has found in a draft: where it stands, how bad it is, and what to do instead."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from bot.core.words import Sentence


class Severity(StrEnum):
    """A draft with a ``BLOCK`` is not accepted as it stands; ``WARN`` wants a second look; ``NOTE`` is advice."""

    BLOCK = "block"
    WARN = "warn"
    NOTE = "note"


class Finding(msgspec.Struct, frozen=True):
    """One finding. ``start`` and ``end`` count characters of the draft as the member typed it.

    They are the same where something is missing. ``sentence`` says what to do instead, and is said
    in the member's language; ``rules`` are ids of the rules behind it; ``instead`` may stand in
    place of the text, and is empty where only a person can say it better.
    """

    id: str
    severity: Severity
    start: int
    end: int
    sentence: Sentence
    rules: tuple[str, ...]
    instead: str = ""
