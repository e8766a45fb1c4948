"""What several parts of the settings are held against."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.config.reading import Reading, dotted, shown, spoken
from bot.core.complaint import NAME_LIMIT

_NAME = re.compile(r"[a-z0-9._-]{1,40}")
#: Discord's ids are numbers of 17 to 20 figures: https://docs.discord.com/developers/reference#snowflakes
DISCORD_ID = re.compile(r"[0-9]{17,20}")


def check_said(text: str, key: Sequence[str | int], instead: str, reading: Reading) -> None:
    if not text:
        reading.fault_at(tuple(key), "is missing or empty", instead)
    elif len(text) > NAME_LIMIT or not text.isprintable():
        reading.fault_at(tuple(key), "is too long or holds odd characters", f"use at most {NAME_LIMIT} plain ones")


def check_between(
    value: timedelta, least: timedelta, most: timedelta, key: Sequence[str | int], reading: Reading
) -> None:
    if value < least:
        reading.fault_at(tuple(key), f"{spoken(value)} is too short", f"write {spoken(least)} or more")
    elif value > most:
        reading.fault_at(tuple(key), f"{spoken(value)} is too long", f"write {spoken(most)} or less")


_BAD_NAME: Final = ("is no short name", 'write 1 to 40 of a-z, 0-9, ".", "_" and "-", without capitals or spaces')


def check_name(name: str, key: Sequence[str | int], reading: Reading) -> None:
    if not name:
        reading.fault_at(tuple(key), "is missing or empty", 'write a short name, such as "ana"')
    elif not _NAME.fullmatch(name):
        reading.fault_at(tuple(key), *_BAD_NAME)


def check_channel_name(name: str, key: Sequence[str | int], reading: Reading) -> None:
    if name == "twitter":
        reading.fault_at(tuple(key), "Twitter is called X here", 'write "x"')
    elif not _NAME.fullmatch(name):
        reading.fault_at(tuple(key), *_BAD_NAME)


def check_once(names: Sequence[str], section: str, field: str, reading: Reading) -> None:
    for n, name in enumerate(names, start=1):
        first = names.index(name) + 1
        if name and first < n:
            problem = f"{shown(name)} is taken by {dotted((section, first))}"
            reading.fault_at((section, n, field), problem, "write another")
