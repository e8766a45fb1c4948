"""The settings: a TOML file and the environment become frozen values, or every fault is told at once."""

from __future__ import annotations

import base64
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from bot.core.calendar import public_holidays
from bot.core.complaint import NAME_LIMIT
from bot.core.draft_checks.phones import known_regions
from bot.core.draft_checks.private import is_order_shape
from bot.core.links import is_web_link
from bot.core.plan import (
    CHANNELS,
    CHECKS_THAT_STOP,
    CLOSING,
    DAY,
    FIRST_CONTACT_CEILING,
    POWERS,
    Channel,
    Clocks,
    Discretion,
    Hours,
    Member,
    Need,
    Plan,
    Power,
    Replies,
    Role,
    Step,
)
from bot.core.words import LANGUAGES
from bot.environment import named, overlay
from bot.payload import path, shape
from bot.readiness import readiness
from bot.reading import Reading, Secret, Wrong, dotted, nearest, shown, spoken
from bot.settings import (
    ChatName,
    DiscordSettings,
    DoorSettings,
    FeedKind,
    FeedSettings,
    HookFields,
    HookSettings,
    LogFormat,
    LogLevel,
    LogSettings,
    Settings,
    SlackMode,
    SlackSettings,
)

__all__ = [
    "BadConfig",
    "ChatName",
    "DiscordSettings",
    "DoorSettings",
    "FeedKind",
    "FeedSettings",
    "HookFields",
    "HookSettings",
    "LogFormat",
    "LogLevel",
    "LogSettings",
    "Secret",
    "Settings",
    "SlackMode",
    "SlackSettings",
    "load",
    "readiness",
]

MINUTE: Final = timedelta(minutes=1)
#: Chats in which a member may have an account; a superset of those that Heard can open yet.
ACCOUNTS: Final = ("slack", "discord", "terminal")
#: No duty may be planned for longer than this, so that "30d" for "30m" is noticed. Our choice.
LONGEST: Final = 30 * DAY
#: Duties of the aftercare look further ahead. Our choice.
_LONGEST_OF: Final = {
    "first_contact": FIRST_CONTACT_CEILING,
    "check_in": 180 * DAY,
    "review": 180 * DAY,
    "recurrence": 730 * DAY,
}
#: More reminders than this nobody reads. Our choice.
MOST_REMINDERS: Final = 50
#: Between two looks at the clocks: reminders are given to the minute, so that longer would show. Our choice.
SHORTEST_TICK, LONGEST_TICK = timedelta(seconds=1), MINUTE
#: A feed is asked at most once a minute, out of courtesy, and at least once a day, or nobody listens (rule 004-05).
SHORTEST_EVERY, LONGEST_EVERY = MINUTE, DAY

#: Shortest key of a signature, in bytes, and shortest token, in characters: what cannot be guessed. The
#: Standard Webhooks ask for 24 bytes; some tools give 16.
SHORTEST_KEY, SHORTEST_TOKEN = 16, 16

#: Holidays are asked for once, to learn whether their country is known; which year does not matter.
_ANY_YEAR: Final = 2026

_NAME = re.compile(r"[a-z0-9._-]{1,40}")
#: Slack's own bound for a slash command is 32 characters with the slash.
_SLACK_COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
#: Discord's bound for a command's name; letters with capitals it would refuse.
_DISCORD_COMMAND = re.compile(r"[a-z0-9_-]{1,32}")
#: Discord's ids are numbers of 17 to 20 figures: https://docs.discord.com/developers/reference#snowflakes
_DISCORD_ID = re.compile(r"[0-9]{17,20}")
#: A bot's token: its id, a moment and a signature, each in base64, with dots between. Not how long they are, since
#: Discord has lengthened them before.
_DISCORD_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+")
_HOURS = Hours()


class Weekday(StrEnum):
    """As the file names them; ``Hours`` counts them from Monday, 0."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class _Calendar(msgspec.Struct, frozen=True):
    country: str = ""
    subdivision: str = ""
    days_off: tuple[date, ...] = ()
    weekdays: tuple[Weekday, ...] = tuple(tuple(Weekday)[day] for day in _HOURS.weekdays)
    opens: time = _HOURS.opens
    closes: time = _HOURS.closes
    quiet_from: time = _HOURS.quiet_from
    quiet_to: time = _HOURS.quiet_to
    quiet_days_off: bool = _HOURS.quiet_days_off
    digest: time = _HOURS.digest


class _Seat(msgspec.Struct, frozen=True):
    """A member as the file says it, who may lack anything."""

    id: str = ""
    name: str = ""
    roles: tuple[Role, ...] = ()
    accounts: Mapping[str, str] = {}


class _File(msgspec.Struct, frozen=True):
    """The shape of the file: every key there is. What is empty and must not be is a fault."""

    brand: str = ""
    language: str = "pt"
    zone: str = "America/Sao_Paulo"
    data: str = "heard-data"
    chat: ChatName = ChatName.TERMINAL
    templates: str = ""
    tick: timedelta = timedelta(seconds=10)
    calendar: _Calendar = _Calendar()
    clocks: Clocks = Clocks()
    channels: Mapping[str, Channel] = msgspec.field(default_factory=lambda: CHANNELS)
    powers: Mapping[Role, tuple[Power, ...]] = msgspec.field(default_factory=lambda: POWERS)
    closing: Mapping[Step, Need] = msgspec.field(default_factory=lambda: CLOSING)
    discretion: Discretion = Discretion()
    replies: Replies = Replies()
    committee: tuple[_Seat, ...] = ()
    feeds: tuple[FeedSettings, ...] = ()
    door: DoorSettings = DoorSettings()
    hooks: tuple[HookSettings, ...] = ()
    slack: SlackSettings = SlackSettings()
    discord: DiscordSettings = DiscordSettings()
    log: LogSettings = LogSettings()


class BadConfig(Exception):
    """The settings cannot be used. One line for each fault: where, what is wrong, what to write instead."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


def load(path: Path, environ: Mapping[str, str]) -> Settings:
    """The settings of this file with those of the environment over them, or BadConfig.

    Folders are relative to the file's own, whichever way they were said, so that a
    run does not depend on where it was started.
    """
    reading = Reading(str(path), _File)
    tree = _tree(path)
    overlay(tree, environ, reading)
    _reveal(tree, environ, reading)
    file = reading.struct(_File(), tree)
    _check(file, path.parent, reading)
    if reading.faults:
        raise BadConfig(reading.faults)
    return _settings(file, path.parent)


def _reveal(tree: Mapping[str, Any], environ: Mapping[str, str], reading: Reading) -> None:
    """Puts the secrets of hooks in the place of the variables that are named for them."""
    hooks = tree.get("hooks")
    for n, hook in enumerate(hooks if isinstance(hooks, list) else (), start=1):
        for key in ("secret", "token") if isinstance(hook, dict) else ():
            said = hook.get(key)
            if isinstance(said, str) and said.startswith("$"):
                try:
                    hook[key] = named(said, environ)
                except Wrong as wrong:
                    reading.fault_at(("hooks", n, key), wrong.problem, wrong.instead)


def _tree(path: Path) -> dict[str, Any]:
    """The file as TOML reads it. A byte order mark is forgiven: Windows editors write one."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        instead = "copy config.example.toml to this place and change it"
        raise BadConfig([f"{path}: there is no such file; {instead}"]) from None
    except IsADirectoryError:
        raise BadConfig([f"{path}: this is a folder; write the path of the file in it"]) from None
    except OSError as error:
        raise BadConfig([f"{path}: cannot be read ({error.strerror}); let Heard read it"]) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise BadConfig([f"{path}: line {line} is not UTF-8; save the file as UTF-8 in your editor"]) from None
    except ValueError as error:  # also a number with thousands of figures, which tomllib lets Python refuse
        raise BadConfig([f"{path}: this is not TOML: {error}; compare the place with config.example.toml"]) from None


def _settings(file: _File, folder: Path) -> Settings:
    return Settings(
        plan=_plan(file),
        data=_folder(file.data, folder),
        chat=file.chat,
        feeds=file.feeds,
        door=file.door,
        hooks=file.hooks,
        templates=_folder(file.templates, folder) if file.templates else None,
        log=file.log,
        tick=file.tick,
        slack=file.slack,
        discord=file.discord,
    )


def _plan(file: _File) -> Plan:
    return Plan(
        brand=file.brand,
        committee=tuple(Member(seat.id, seat.name or seat.id, seat.roles, seat.accounts) for seat in file.committee),
        zone=file.zone,
        language=file.language,
        country=file.calendar.country,
        subdivision=file.calendar.subdivision,
        days_off=file.calendar.days_off,
        hours=_hours(file.calendar),
        clocks=file.clocks,
        channels=file.channels,
        powers=file.powers,
        closing=file.closing,
        discretion=file.discretion,
        replies=file.replies,
    )


def _hours(calendar: _Calendar) -> Hours:
    return Hours(
        opens=calendar.opens,
        closes=calendar.closes,
        weekdays=tuple(sorted({tuple(Weekday).index(day) for day in calendar.weekdays})),
        quiet_from=calendar.quiet_from,
        quiet_to=calendar.quiet_to,
        quiet_days_off=calendar.quiet_days_off,
        digest=calendar.digest,
    )


def _folder(said: str, folder: Path) -> Path:
    return folder / Path(said).expanduser()


def _check(file: _File, folder: Path, reading: Reading) -> None:
    """What types cannot say. Every check notes its own faults."""
    _check_brand(file, reading)
    _check_folders(file, folder, reading)
    _check_calendar(file.calendar, reading)
    _check_clocks(file.clocks, reading)
    _check_channels(file.channels, reading)
    _check_discretion(file.discretion, reading)
    _check_replies(file.replies, reading)
    _check_committee(file, reading)
    _check_feeds(file.feeds, reading)
    _check_door(file, reading)
    _check_hooks(file.hooks, reading)
    _check_slack(file.slack, reading, is_our_chat=file.chat is ChatName.SLACK)
    _check_discord(file.discord, reading, is_our_chat=file.chat is ChatName.DISCORD)
    if file.chat is ChatName.SLACK and file.slack.mode is SlackMode.HTTP and not file.door.enabled:
        reading.fault_at(
            ("door", "enabled"), "Slack comes through the door in HTTP mode", "write enabled = true in [door]"
        )


def _check_brand(file: _File, reading: Reading) -> None:
    _check_said(file.brand, ("brand",), 'write the name that customers know, brand = "…"', reading)
    if file.language not in LANGUAGES:
        said = reading.shown(("language",), file.language)
        reading.fault_at(("language",), f"Heard does not speak {said}", f"write one of {', '.join(LANGUAGES)}")
    if not _is_zone(file.zone):
        near = nearest(file.zone, available_timezones()) or "America/Sao_Paulo"
        said = reading.shown(("zone",), file.zone)
        reading.fault_at(("zone",), f"there is no time zone {said}", f"write one such as {shown(near)}")
    _check_between(file.tick, SHORTEST_TICK, LONGEST_TICK, ("tick",), reading)


def _is_zone(name: str) -> bool:
    """Whether the zone exists. A name that leads elsewhere, such as a folder of zones, raises what files raise."""
    try:
        return bool(ZoneInfo(name))
    except (LookupError, OSError, ValueError):
        return False


def _check_folders(file: _File, folder: Path, reading: Reading) -> None:
    _check_said(file.data, ("data",), "write the folder that keeps the cases", reading)
    data = _folder(file.data, folder)
    if data.exists() and not data.is_dir():
        reading.fault_at(("data",), "this is a file", "write the path of a folder")
    if file.templates and not _folder(file.templates, folder).is_dir():
        said = reading.shown(("templates",), file.templates)
        reading.fault_at(("templates",), f"there is no folder {said}", "make it, or leave the key out")


def _check_said(text: str, key: Sequence[str | int], instead: str, reading: Reading) -> None:
    if not text:
        reading.fault_at(tuple(key), "is missing or empty", instead)
    elif len(text) > NAME_LIMIT or not text.isprintable():
        reading.fault_at(tuple(key), "is too long or holds odd characters", f"use at most {NAME_LIMIT} plain ones")


def _check_calendar(calendar: _Calendar, reading: Reading) -> None:
    if calendar.closes <= calendar.opens:
        instead = f'write a time after {calendar.opens:%H:%M}, such as "{_HOURS.closes:%H:%M}"'
        reading.fault_at(("calendar", "closes"), f"{calendar.closes:%H:%M} is not after opening time", instead)
    if not calendar.weekdays:
        reading.fault_at(("calendar", "weekdays"), "no day is left to work on", 'write at least one, such as ["mon"]')
    if calendar.subdivision and not calendar.country:
        reading.fault_at(("calendar", "country"), "is missing while subdivision is set", 'write it, such as "BR"')
    elif calendar.country:
        _check_holidays(calendar, reading)


def _check_holidays(calendar: _Calendar, reading: Reading) -> None:
    import holidays

    known = holidays.list_supported_countries()
    key = ("calendar", "country")
    if calendar.country not in known:
        near = nearest(calendar.country, known) or "BR"
        instead = f"write two capital letters of ISO 3166, such as {shown(near)}"
        reading.fault_at(key, f"no holidays are known for {reading.shown(key, calendar.country)}", instead)
        return
    key = ("calendar", "subdivision")
    try:
        public_holidays(calendar.country, calendar.subdivision, _ANY_YEAR)
    except NotImplementedError:
        parts = known[calendar.country]
        instead = f"write one of {', '.join(parts)}" if parts else "leave the key out"
        said = reading.shown(key, calendar.subdivision)
        reading.fault_at(key, f"no holidays are known for {said} in {calendar.country}", instead)


def _check_clocks(clocks: Clocks, reading: Reading) -> None:
    for name, value in msgspec.structs.asdict(clocks).items():
        if isinstance(value, timedelta):
            _check_between(value, MINUTE, _LONGEST_OF.get(name, LONGEST), ("clocks", name), reading)
    if not 1 <= clocks.soft_most <= MOST_REMINDERS:
        reading.fault_at(("clocks", "soft_most"), "is out of bounds", f"write a number from 1 to {MOST_REMINDERS}")


def _check_between(
    value: timedelta, least: timedelta, most: timedelta, key: Sequence[str | int], reading: Reading
) -> None:
    if value < least:
        reading.fault_at(tuple(key), f"{spoken(value)} is too short", f"write {spoken(least)} or more")
    elif value > most:
        reading.fault_at(tuple(key), f"{spoken(value)} is too long", f"write {spoken(most)} or less")


def _check_channels(channels: Mapping[str, Channel], reading: Reading) -> None:
    for name, channel in channels.items():
        _check_channel_name(name, ("channels", name), reading)
        key = ("channels", name, "first_contact")
        if channel.first_contact is not None:
            _check_between(channel.first_contact, MINUTE, FIRST_CONTACT_CEILING, key, reading)
        if name == "x" and channel.first_contact == FIRST_CONTACT_CEILING:
            reading.fault_at(key, "12h is too long for X, which expects an answer even faster", "write less than 12h")
        if channel.longest is not None and channel.longest < 1:
            reading.fault_at(
                ("channels", name, "longest"), "is too short", "write how many characters a reply may have"
            )


def _check_channel_name(name: str, key: Sequence[str | int], reading: Reading) -> None:
    if name == "twitter":
        reading.fault_at(tuple(key), "Twitter is called X here", 'write "x"')
    elif not _NAME.fullmatch(name):
        reading.fault_at(tuple(key), *_BAD_NAME)


_BAD_NAME: Final = ("is no short name", 'write 1 to 40 of a-z, 0-9, ".", "_" and "-", without capitals or spaces')


def _check_discretion(discretion: Discretion, reading: Reading) -> None:
    for n, region in enumerate(discretion.regions, start=1):
        if region not in known_regions():
            near = nearest(region, known_regions()) or "BR"
            instead = f"write two capital letters of ISO 3166, such as {shown(near)}"
            reading.fault_at(("discretion", "regions", n), f"no phones are known for {shown(region)}", instead)
    for n, contact in enumerate(discretion.own_contacts, start=1):
        instead = "write a phone, an address, a mail, or @ and a domain"
        _check_said(contact, ("discretion", "own_contacts", n), instead, reading)
    for n, order in enumerate(discretion.order_shapes, start=1):
        if not is_order_shape(order):
            instead = "write how it looks, # for a digit and ? for a letter, with four # or more: ZA-######"
            reading.fault_at(("discretion", "order_shapes", n), f"{shown(order)} is no order number", instead)


def _check_replies(replies: Replies, reading: Reading) -> None:
    for n, check in enumerate(replies.overridable, start=1):
        if check not in CHECKS_THAT_STOP:
            instead = f"write one of {', '.join(CHECKS_THAT_STOP)}"
            reading.fault_at(("replies", "overridable", n), f"{shown(check)} stops no reply", instead)


def _check_committee(file: _File, reading: Reading) -> None:
    seats, is_slack = file.committee, file.chat is ChatName.SLACK
    if not seats and not (is_slack and file.slack.usergroup):
        instead = "write a section [[committee]] with id, name and roles"
        or_group = ", or the id of a user group, usergroup under [slack], whose people are to be on it"
        reading.fault_at(("committee",), "nobody is on it", instead + (or_group if is_slack else ""))
    for n, seat in enumerate(seats, start=1):
        _check_name(seat.id, ("committee", n, "id"), reading)
        if seat.name:
            _check_said(seat.name, ("committee", n, "name"), "", reading)
        if not seat.roles:
            known = ", ".join(Role)
            reading.fault_at(("committee", n, "roles"), "is missing or empty", f"write one or more of {known}")
        for chat in seat.accounts:
            _check_account(seat, chat, ("committee", n, "accounts", chat), reading)
    _check_once([seat.id for seat in seats], "committee", "id", reading)
    _check_accounts_once(seats, reading)


def _check_name(name: str, key: Sequence[str | int], reading: Reading) -> None:
    if not name:
        reading.fault_at(tuple(key), "is missing or empty", 'write a short name, such as "ana"')
    elif not _NAME.fullmatch(name):
        reading.fault_at(tuple(key), *_BAD_NAME)


def _check_once(names: Sequence[str], section: str, field: str, reading: Reading) -> None:
    for n, name in enumerate(names, start=1):
        first = names.index(name) + 1
        if name and first < n:
            problem = f"{shown(name)} is taken by {dotted((section, first))}"
            reading.fault_at((section, n, field), problem, "write another")


def _check_account(seat: _Seat, chat: str, key: Sequence[str | int], reading: Reading) -> None:
    if chat not in ACCOUNTS:
        reading.fault_at(tuple(key), "there is no such chat", f"write one of {', '.join(ACCOUNTS)}")
    elif not seat.accounts[chat]:
        reading.fault_at(tuple(key), "is empty", f"write the member's id on {chat}, or leave it out")
    elif chat == "discord" and not _DISCORD_ID.fullmatch(seat.accounts[chat]):
        instead = "right-click the member in Discord and choose Copy User ID (Settings, Advanced, Developer Mode)"
        reading.fault_at(tuple(key), f"{reading.shown(tuple(key), seat.accounts[chat])} is no id", instead)


def _check_accounts_once(seats: Sequence[_Seat], reading: Reading) -> None:
    """An account of two members would let one act in the other's name."""
    owners: dict[tuple[str, str], int] = {}
    for n, seat in enumerate(seats, start=1):
        for account in seat.accounts.items():
            first = owners.setdefault(account, n)
            if first < n and account[1]:
                problem = f"this account is {dotted(('committee', first))}'s too"
                reading.fault_at(("committee", n, "accounts", account[0]), problem, "give each member their own")


def _check_feeds(feeds: Sequence[FeedSettings], reading: Reading) -> None:
    for n, feed in enumerate(feeds, start=1):
        _check_name(feed.name, ("feeds", n, "name"), reading)
        if not is_web_link(feed.url):  # not repeated: an address may hold a password
            instead = 'write one such as "https://example.com/feed.xml", without a user name or password in it'
            reading.fault_at(("feeds", n, "url"), "is no address of a feed", instead)
        if not feed.channel:
            reading.fault_at(("feeds", n, "channel"), "is missing or empty", 'write where it is said, such as "forum"')
        else:
            _check_channel_name(feed.channel, ("feeds", n, "channel"), reading)
        _check_between(feed.every, SHORTEST_EVERY, LONGEST_EVERY, ("feeds", n, "every"), reading)
    _check_once([feed.name for feed in feeds], "feeds", "name", reading)


def _check_door(file: _File, reading: Reading) -> None:
    if not file.door.host or not re.fullmatch(r"[A-Za-z0-9.:_-]{1,253}", file.door.host):
        said = reading.shown(("door", "host"), file.door.host)
        reading.fault_at(("door", "host"), f"{said} is no address of this machine", 'write one such as "127.0.0.1"')
    if not 1 <= file.door.port <= 65_535:
        reading.fault_at(("door", "port"), "is out of bounds", "write a number from 1 to 65535")


def _check_hooks(hooks: Sequence[HookSettings], reading: Reading) -> None:
    for n, hook in enumerate(hooks, start=1):
        _check_name(hook.name, ("hooks", n, "name"), reading)
        if hook.channel:
            _check_channel_name(hook.channel, ("hooks", n, "channel"), reading)
        _check_proof(hook, n, reading)
        _check_mapping(hook, n, reading)
    _check_once([hook.name for hook in hooks], "hooks", "name", reading)


def _check_proof(hook: HookSettings, n: int, reading: Reading) -> None:
    """Neither is repeated: they are what keeps strangers out."""
    if not hook.secret and not hook.token:
        instead = "write the one that the tool signs with, or a token of your own making"
        reading.fault_at(("hooks", n), "has neither secret nor token, so that anybody could bring complaints", instead)
    if hook.secret and not _is_key(hook.secret.reveal()):
        instead = f'copy it from the tool; it begins with "whsec_" and holds at least {SHORTEST_KEY} bytes in base64'
        reading.fault_at(("hooks", n, "secret"), "is no signing secret", instead)
    if hook.token and not (len(hook.token.reveal()) >= SHORTEST_TOKEN and hook.token.reveal().isascii()):
        instead = f"write at least {SHORTEST_TOKEN} letters and figures, made by chance"
        reading.fault_at(("hooks", n, "token"), "can be guessed", instead)


def _is_key(secret: str) -> bool:
    try:
        held = base64.b64decode(secret.removeprefix("whsec_") + "==")
    except ValueError:
        return False
    return secret.startswith("whsec_") and len(held) >= SHORTEST_KEY


def _check_mapping(hook: HookSettings, n: int, reading: Reading) -> None:
    if not hook.fields.text:
        reading.fault_at(
            ("hooks", n, "fields", "text"), "is empty", 'write where the words stand, such as "mention.body"'
        )
    mapped = msgspec.structs.asdict(hook.fields).items()
    paths = [(("hooks", n, "items"), hook.items), *((("hooks", n, "fields", field), where) for field, where in mapped)]
    for key, where in paths:
        try:
            path(where or "none")
        except Wrong as wrong:
            reading.fault_at(key, f"{reading.shown(key, where)} {wrong.problem}", wrong.instead)
            return
    try:
        shape(hook.name, hook.fields, hook.items)
    except Wrong as wrong:
        reading.fault_at(("hooks", n, "fields"), wrong.problem, wrong.instead)


def _check_slack(slack: SlackSettings, reading: Reading, *, is_our_chat: bool) -> None:
    if not _SLACK_COMMAND.fullmatch(slack.command):
        said = reading.shown(("slack", "command"), slack.command)
        reading.fault_at(("slack", "command"), f"{said} is no slash command", 'write one such as "/crisis"')
    if not is_web_link(slack.api) or not slack.api.endswith("/"):
        instead = 'write one such as "https://slack-gov.com/api/", with the slash at its end'
        reading.fault_at(("slack", "api"), "is no address of Slack's", instead)
    _check_slack_id(slack.channel, "channel", "CG", reading, is_wanted=is_our_chat)
    _check_slack_id(slack.usergroup, "usergroup", "S", reading, is_wanted=False)
    if slack.usergroup and not slack.usergroup_roles:
        known = ", ".join(Role)
        reading.fault_at(("slack", "usergroup_roles"), "is empty", f"write one or more of {known}")
    wanted = {"bot_token": (slack.bot_token, is_our_chat, "xoxb-")}
    is_socket = slack.mode is SlackMode.SOCKET
    wanted["app_token"] = (slack.app_token, is_our_chat and is_socket, "xapp-")
    wanted["signing_secret"] = (slack.signing_secret, is_our_chat and not is_socket, "")
    for name, (secret, is_wanted, start) in wanted.items():
        variable = f"HEARD_SLACK__{name.upper()}"
        if secret is None and is_wanted:
            reading.fault_at(
                ("slack", name), "is missing", f"set {variable}, or {variable}_FILE to a file that holds it"
            )
        elif secret is not None and not secret.reveal().startswith(start):
            reading.fault_at(("slack", name), "is another kind of token", f"copy the one that begins with {start}")


def _check_slack_id(said: str, name: str, letters: str, reading: Reading, *, is_wanted: bool) -> None:
    """Slack's ids are capital letters and figures; names change, ids stay."""
    key = ("slack", name)
    if not said:
        if is_wanted:
            reading.fault_at(
                key, "is missing or empty", "open the channel's details in Slack and copy its id, such as C0123ABCD"
            )
    elif not re.fullmatch(rf"[{letters}][A-Z0-9]{{1,30}}", said):
        reading.fault_at(key, f"{reading.shown(key, said)} is no id", f"copy the id, such as {letters[0]}0123ABCD")


def _check_discord(discord: DiscordSettings, reading: Reading, *, is_our_chat: bool) -> None:
    if not _DISCORD_COMMAND.fullmatch(discord.command):
        said = reading.shown(("discord", "command"), discord.command)
        instead = 'write one such as "crisis", in small letters and without the slash'
        reading.fault_at(("discord", "command"), f"{said} is no name of a command", instead)
    if discord.token is None and is_our_chat:
        instead = "set HEARD_DISCORD__TOKEN, or HEARD_DISCORD__TOKEN_FILE to a file that holds it"
        reading.fault_at(("discord", "token"), "is missing", instead)
    elif discord.token is not None and not _DISCORD_TOKEN.fullmatch(discord.token.reveal()):
        instead = "copy it from discord.com/developers, your app, Bot, Reset Token; it has two dots in it"
        reading.fault_at(("discord", "token"), "is no bot's token", instead)
    for name in ("guild", "channel", "news"):
        _check_discord_id(getattr(discord, name), name, reading, is_wanted=is_our_chat and name != "news")


_DISCORD_COPY: Final = {
    "guild": "right-click the server in Discord and choose Copy Server ID",
    "channel": "right-click the channel in Discord and choose Copy Channel ID",
    "news": "right-click the channel in Discord and choose Copy Channel ID",
}


def _check_discord_id(said: str, name: str, reading: Reading, *, is_wanted: bool) -> None:
    """Discord shows ids to people who have switched on Developer Mode."""
    key = ("discord", name)
    instead = f"{_DISCORD_COPY[name]} (Settings, Advanced, Developer Mode)"
    if not said:
        if is_wanted:
            reading.fault_at(key, "is missing or empty", instead)
    elif not _DISCORD_ID.fullmatch(said):
        reading.fault_at(key, f"{reading.shown(key, said)} is no id", instead)
