"""The shape of the settings file: every key there is, and what it holds where the file says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from bot.config.settings import (
    ChatName,
    DiscordSettings,
    DoorSettings,
    FeedSettings,
    HookSettings,
    LogSettings,
    SlackSettings,
)
from bot.core.plan import (
    CHANNELS,
    CLOSING,
    POWERS,
    Channel,
    Clocks,
    Discretion,
    Hours,
    Limits,
    Need,
    OwnPhrases,
    Power,
    PrivateChannel,
    Replies,
    Role,
    Step,
)

HOURS: Final = Hours()


class Weekday(StrEnum):
    """As the file names them; ``Hours`` counts them from Monday, 0."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class Calendar(msgspec.Struct, frozen=True):
    country: str = ""
    subdivision: str = ""
    days_off: tuple[date, ...] = ()
    weekdays: tuple[Weekday, ...] = tuple(tuple(Weekday)[day] for day in HOURS.weekdays)
    opens: time = HOURS.opens
    closes: time = HOURS.closes
    quiet_from: time = HOURS.quiet_from
    quiet_to: time = HOURS.quiet_to
    quiet_days_off: bool = HOURS.quiet_days_off
    digest: time = HOURS.digest


class Seat(msgspec.Struct, frozen=True):
    """A member as the file says it, who may lack anything."""

    id: str = ""
    name: str = ""
    roles: tuple[Role, ...] = ()
    accounts: Mapping[str, str] = {}
    trained_on: date | None = None


class File(msgspec.Struct, frozen=True):
    """The shape of the file: every key there is. What is empty and must not be is a fault."""

    brand: str = ""
    language: str = "pt"
    zone: str = "America/Sao_Paulo"
    data: str = "heard-data"
    chat: ChatName = ChatName.TERMINAL
    templates: str = ""
    tick: timedelta = timedelta(seconds=10)
    calendar: Calendar = Calendar()
    clocks: Clocks = Clocks()
    channels: Mapping[str, Channel] = msgspec.field(default_factory=lambda: CHANNELS)
    powers: Mapping[Role, tuple[Power, ...]] = msgspec.field(default_factory=lambda: POWERS)
    closing: Mapping[Step, Need] = msgspec.field(default_factory=lambda: CLOSING)
    discretion: Discretion = Discretion()
    replies: Replies = Replies()
    phrases: Mapping[str, OwnPhrases] = {}
    limits: Mapping[Role, Limits] = {}
    private: Mapping[PrivateChannel, str] = {}
    committee: tuple[Seat, ...] = ()
    feeds: tuple[FeedSettings, ...] = ()
    door: DoorSettings = DoorSettings()
    hooks: tuple[HookSettings, ...] = ()
    slack: SlackSettings = SlackSettings()
    discord: DiscordSettings = DiscordSettings()
    log: LogSettings = LogSettings()
