"""Checks what the committee agreed: brand, hours, clocks, channels, replies, and who is on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from bot.config.checks import DISCORD_ID, check_between, check_channel_name, check_name, check_once, check_said
from bot.config.file import HOURS, Calendar, File, Seat
from bot.config.reading import Reading, dotted, nearest, shown
from bot.config.settings import ChatName
from bot.core.calendar import public_holidays
from bot.core.draft_checks.phones import known_regions
from bot.core.draft_checks.phrase_lists import LONGEST_PHRASE, is_phrase
from bot.core.draft_checks.private import is_order_shape
from bot.core.plan import (
    CHECKS_THAT_STOP,
    DAY,
    FIRST_CONTACT_CEILING,
    Channel,
    Clocks,
    Discretion,
    Limits,
    OwnPhrases,
    PrivateChannel,
    Replies,
    Role,
)
from bot.core.words import LANGUAGES

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
#: A limit beyond this limits nothing. Our choice.
LONGEST_PROMISE: Final = 180 * DAY
#: In percent.
ALL: Final = 100
#: What customers may be told of a private channel, for the operator who wrote nothing.
_TOLD_OF: Final = {
    PrivateChannel.PHONE: "0800 591 2040",
    PrivateChannel.TICKET: "https://aurora.example/help",
    PrivateChannel.DM: "@lojaaurora",
}
#: More reminders than this nobody reads. Our choice.
MOST_REMINDERS: Final = 50
#: Between two looks at the clocks: reminders are given to the minute, so that longer would show. Our choice.
SHORTEST_TICK, LONGEST_TICK = timedelta(seconds=1), MINUTE
#: Whoever is alone may not make a customer wait longer than for a first contact.
LONGEST_SELF_REVIEW: Final = FIRST_CONTACT_CEILING
#: Holidays are asked for once, to learn whether their country is known; which year does not matter.
_ANY_YEAR: Final = 2026


def check_plan(file: File, folder: Path, reading: Reading) -> None:
    """Every check notes its own faults."""
    _check_brand(file, reading)
    _check_folders(file, folder, reading)
    _check_calendar(file.calendar, reading)
    _check_clocks(file.clocks, reading)
    _check_channels(file.channels, reading)
    _check_discretion(file.discretion, reading)
    _check_replies(file.replies, reading)
    _check_phrases(file.phrases, reading)
    _check_limits(file.limits, reading)
    _check_private(file.private, reading)
    _check_committee(file, reading)


def folder_of(said: str, folder: Path) -> Path:
    return folder / Path(said).expanduser()


def _check_brand(file: File, reading: Reading) -> None:
    check_said(file.brand, ("brand",), 'write the name that customers know, brand = "…"', reading)
    if file.language not in LANGUAGES:
        said = reading.shown(("language",), file.language)
        reading.fault_at(("language",), f"Heard does not speak {said}", f"write one of {', '.join(LANGUAGES)}")
    if not _is_zone(file.zone):
        near = nearest(file.zone, available_timezones()) or "America/Sao_Paulo"
        said = reading.shown(("zone",), file.zone)
        reading.fault_at(("zone",), f"there is no time zone {said}", f"write one such as {shown(near)}")
    check_between(file.tick, SHORTEST_TICK, LONGEST_TICK, ("tick",), reading)


def _is_zone(name: str) -> bool:
    """Whether the zone exists. A name that leads elsewhere, such as a folder of zones, raises what files raise."""
    try:
        return bool(ZoneInfo(name))
    except (LookupError, OSError, ValueError):
        return False


def _check_folders(file: File, folder: Path, reading: Reading) -> None:
    check_said(file.data, ("data",), "write the folder that keeps the cases", reading)
    data = folder_of(file.data, folder)
    if data.exists() and not data.is_dir():
        reading.fault_at(("data",), "this is a file", "write the path of a folder")
    if file.templates and not folder_of(file.templates, folder).is_dir():
        said = reading.shown(("templates",), file.templates)
        reading.fault_at(("templates",), f"there is no folder {said}", "make it, or leave the key out")


def _check_calendar(calendar: Calendar, reading: Reading) -> None:
    if calendar.closes <= calendar.opens:
        instead = f'write a time after {calendar.opens:%H:%M}, such as "{HOURS.closes:%H:%M}"'
        reading.fault_at(("calendar", "closes"), f"{calendar.closes:%H:%M} is not after opening time", instead)
    if not calendar.weekdays:
        reading.fault_at(("calendar", "weekdays"), "no day is left to work on", 'write at least one, such as ["mon"]')
    if calendar.subdivision and not calendar.country:
        reading.fault_at(("calendar", "country"), "is missing while subdivision is set", 'write it, such as "BR"')
    elif calendar.country:
        _check_holidays(calendar, reading)


def _check_holidays(calendar: Calendar, reading: Reading) -> None:
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
            check_between(value, MINUTE, _LONGEST_OF.get(name, LONGEST), ("clocks", name), reading)
    if not 1 <= clocks.soft_most <= MOST_REMINDERS:
        reading.fault_at(("clocks", "soft_most"), "is out of bounds", f"write a number from 1 to {MOST_REMINDERS}")


def _check_channels(channels: Mapping[str, Channel], reading: Reading) -> None:
    for name, channel in channels.items():
        check_channel_name(name, ("channels", name), reading)
        key = ("channels", name, "first_contact")
        if channel.first_contact is not None:
            check_between(channel.first_contact, MINUTE, FIRST_CONTACT_CEILING, key, reading)
        if name == "x" and channel.first_contact == FIRST_CONTACT_CEILING:
            reading.fault_at(key, "12h is too long for X, which expects an answer even faster", "write less than 12h")
        if channel.longest is not None and channel.longest < 1:
            reading.fault_at(
                ("channels", name, "longest"), "is too short", "write how many characters a reply may have"
            )


def _check_discretion(discretion: Discretion, reading: Reading) -> None:
    for n, region in enumerate(discretion.regions, start=1):
        if region not in known_regions():
            near = nearest(region, known_regions()) or "BR"
            instead = f"write two capital letters of ISO 3166, such as {shown(near)}"
            reading.fault_at(("discretion", "regions", n), f"no phones are known for {shown(region)}", instead)
    for n, contact in enumerate(discretion.own_contacts, start=1):
        instead = "write a phone, an address, a mail, or @ and a domain"
        check_said(contact, ("discretion", "own_contacts", n), instead, reading)
    for n, order in enumerate(discretion.order_shapes, start=1):
        if not is_order_shape(order):
            instead = "write how it looks, # for a digit and ? for a letter, with four # or more: ZA-######"
            reading.fault_at(("discretion", "order_shapes", n), f"{shown(order)} is no order number", instead)


def _check_replies(replies: Replies, reading: Reading) -> None:
    for n, check in enumerate(replies.overridable, start=1):
        if check not in CHECKS_THAT_STOP:
            instead = f"write one of {', '.join(CHECKS_THAT_STOP)}"
            reading.fault_at(("replies", "overridable", n), f"{shown(check)} stops no reply", instead)
    check_between(replies.self_review, MINUTE, LONGEST_SELF_REVIEW, ("replies", "self_review"), reading)


def _check_phrases(phrases: Mapping[str, OwnPhrases], reading: Reading) -> None:
    for language, own in phrases.items():
        if language not in LANGUAGES:
            reading.fault_at(("phrases", language), "Heard does not read it", f"write one of {', '.join(LANGUAGES)}")
        for name, said in msgspec.structs.asdict(own).items():
            for n, phrase in enumerate(said, start=1):
                if not is_phrase(phrase):
                    instead = f"write words as people type them, {LONGEST_PHRASE} characters at most"
                    reading.fault_at(("phrases", language, name, n), f"{shown(phrase)} is no phrase", instead)


def _check_limits(limits: Mapping[Role, Limits], reading: Reading) -> None:
    for role, limit in limits.items():
        if limit.longest_promise is not None:
            check_between(limit.longest_promise, MINUTE, LONGEST_PROMISE, ("limits", role, "longest_promise"), reading)
        if limit.money is not None and limit.money < 0:
            instead = "write the most that may be promised, 0 for nothing"
            reading.fault_at(("limits", role, "money"), "is less than nothing", instead)
        if limit.percent is not None and not 0 <= limit.percent <= ALL:
            reading.fault_at(("limits", role, "percent"), "is no part of a hundred", "write a number from 0 to 100")


def _check_private(private: Mapping[PrivateChannel, str], reading: Reading) -> None:
    for channel, said in private.items():
        instead = f"write what customers are told of it, such as {shown(_TOLD_OF[channel])}, or leave it out"
        check_said(said, ("private", channel), instead, reading)


def _check_committee(file: File, reading: Reading) -> None:
    seats, is_slack = file.committee, file.chat is ChatName.SLACK
    if not seats and not (is_slack and file.slack.usergroup):
        instead = "write a section [[committee]] with id, name and roles"
        or_group = ", or the id of a user group, usergroup under [slack], whose people are to be on it"
        reading.fault_at(("committee",), "nobody is on it", instead + (or_group if is_slack else ""))
    for n, seat in enumerate(seats, start=1):
        check_name(seat.id, ("committee", n, "id"), reading)
        if seat.name:
            check_said(seat.name, ("committee", n, "name"), "", reading)
        if not seat.roles:
            known = ", ".join(Role)
            reading.fault_at(("committee", n, "roles"), "is missing or empty", f"write one or more of {known}")
        for chat in seat.accounts:
            _check_account(seat, chat, ("committee", n, "accounts", chat), reading)
    check_once([seat.id for seat in seats], "committee", "id", reading)
    _check_accounts_once(seats, reading)


def _check_account(seat: Seat, chat: str, key: Sequence[str | int], reading: Reading) -> None:
    if chat not in ACCOUNTS:
        reading.fault_at(tuple(key), "there is no such chat", f"write one of {', '.join(ACCOUNTS)}")
    elif not seat.accounts[chat]:
        reading.fault_at(tuple(key), "is empty", f"write the member's id on {chat}, or leave it out")
    elif chat == "discord" and not DISCORD_ID.fullmatch(seat.accounts[chat]):
        instead = "right-click the member in Discord and choose Copy User ID (Settings, Advanced, Developer Mode)"
        reading.fault_at(tuple(key), f"{reading.shown(tuple(key), seat.accounts[chat])} is no id", instead)


def _check_accounts_once(seats: Sequence[Seat], reading: Reading) -> None:
    """An account of two members would let one act in the other's name."""
    owners: dict[tuple[str, str], int] = {}
    for n, seat in enumerate(seats, start=1):
        for account in seat.accounts.items():
            first = owners.setdefault(account, n)
            if first < n and account[1]:
                problem = f"this account is {dotted(('committee', first))}'s too"
                reading.fault_at(("committee", n, "accounts", account[0]), problem, "give each member their own")
