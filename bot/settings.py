"""The settings of a run, as frozen values."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import msgspec

from bot.core.plan import Plan


class ChatName(StrEnum):
    """The rooms that Heard can open."""

    TERMINAL = "terminal"


class FeedKind(StrEnum):
    """What a feed brings. Sector news goes to the digest only (rule 002-03)."""

    COMPLAINT = "complaint"
    QUESTION = "question"
    PRAISE = "praise"
    SECTOR = "sector"


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


class FeedSettings(msgspec.Struct, frozen=True):
    """An Atom or RSS feed. ``allow_private`` permits an address inside our own network."""

    name: str = ""
    url: str = ""
    channel: str = ""
    kind: FeedKind = FeedKind.COMPLAINT
    every: timedelta = timedelta(minutes=10)
    allow_private: bool = False


class LogSettings(msgspec.Struct, frozen=True):
    level: LogLevel = LogLevel.INFO
    format: LogFormat = LogFormat.TEXT


class Settings(msgspec.Struct, frozen=True):
    """All that a run of Heard needs to know.

    ``data`` and ``templates`` are folders, None for no templates of one's own; ``tick``
    is how often the clocks are looked at.
    """

    plan: Plan
    data: Path = Path("heard-data")
    chat: ChatName = ChatName.TERMINAL
    feeds: tuple[FeedSettings, ...] = ()
    templates: Path | None = None
    log: LogSettings = LogSettings()
    tick: timedelta = timedelta(seconds=10)
