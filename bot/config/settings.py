"""The settings of a run, as frozen values."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import msgspec

from bot.config.reading import Secret
from bot.core.complaint import Kind
from bot.core.plan import Plan, Role


class ChatName(StrEnum):
    """The rooms that Heard can open."""

    TERMINAL = "terminal"
    SLACK = "slack"
    DISCORD = "discord"


class SlackMode(StrEnum):
    """How Slack reaches us: over a socket that we open, or with requests to an address of ours."""

    SOCKET = "socket"
    HTTP = "http"


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


class SlackSettings(msgspec.Struct, frozen=True):
    """The room on Slack. A token that is None was not given; ``usergroup`` empty means none.

    The people of ``usergroup`` who are not on the committee join it in ``usergroup_roles``.
    ``app_token`` is for the socket alone, ``signing_secret`` for HTTP alone.
    """

    bot_token: Secret | None = None
    app_token: Secret | None = None
    signing_secret: Secret | None = None
    channel: str = ""
    command: str = "/crisis"
    mode: SlackMode = SlackMode.SOCKET
    usergroup: str = ""
    usergroup_roles: tuple[Role, ...] = (Role.COMMUNITY_MANAGER,)
    api: str = "https://slack.com/api/"


class DiscordSettings(msgspec.Struct, frozen=True):
    """The room on Discord. A token that is None was not given; ids are Discord's own, as text.

    ``channel`` is a forum or a text channel. ``news`` is a text channel for what belongs to no
    case; empty means ``channel`` itself.
    """

    token: Secret | None = None
    guild: str = ""
    channel: str = ""
    news: str = ""
    command: str = "crisis"


class HookFields(msgspec.Struct, frozen=True):
    """Where a tool's JSON has what a complaint needs: dotted paths, list entries by number from 0. Empty: nowhere."""

    text: str = "text"
    author: str = ""
    link: str = ""
    posted: str = ""
    title: str = ""
    kind: str = ""
    channel: str = ""


class HookSettings(msgspec.Struct, frozen=True):
    """A tool that brings complaints to the door. With both ``secret`` and ``token``, it has to prove both.

    ``items`` is the path to the array of a batch; empty where a delivery is one complaint or an array itself.
    """

    name: str = ""
    channel: str = ""
    kind: Kind = Kind.COMPLAINT
    secret: Secret | None = None
    token: Secret | None = None
    items: str = ""
    fields: HookFields = HookFields()


class DoorSettings(msgspec.Struct, frozen=True):
    """Where Heard can be reached: webhooks, health, metrics. Closed unless ``enabled``."""

    host: str = "127.0.0.1"
    port: int = 8080
    enabled: bool = False


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
    door: DoorSettings = DoorSettings()
    hooks: tuple[HookSettings, ...] = ()
    templates: Path | None = None
    log: LogSettings = LogSettings()
    tick: timedelta = timedelta(seconds=10)
    slack: SlackSettings = SlackSettings()
    discord: DiscordSettings = DiscordSettings()

    @property
    def group_roles(self) -> tuple[Role, ...]:
        """The roles of those whom the room's chat puts on the committee; empty where it puts nobody there."""
        is_asked = self.chat is ChatName.SLACK and self.slack.usergroup
        return self.slack.usergroup_roles if is_asked else ()
