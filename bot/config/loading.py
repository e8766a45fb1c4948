"""The settings: a TOML file and the environment become frozen values, or every fault is told at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.config.chat_checks import check_chats
from bot.config.environment import named, overlay
from bot.config.file import Calendar, File, Seat, Weekday
from bot.config.plan_checks import check_plan, folder_of
from bot.config.reading import Reading, Wrong
from bot.config.settings import Settings
from bot.config.source_checks import check_sources
from bot.core.plan import Hours, Member, Plan


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
    reading = Reading(str(path), File)
    tree = _tree(path)
    overlay(tree, environ, reading)
    _reveal(tree, environ, reading)
    file = reading.struct(File(), tree)
    check(file, path.parent, reading)
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


def check(file: File, folder: Path, reading: Reading) -> None:
    """What types cannot say. Every check notes its own faults."""
    check_plan(file, folder, reading)
    check_sources(file, reading)
    check_chats(file, reading)


def _settings(file: File, folder: Path) -> Settings:
    return Settings(
        plan=_plan(file),
        data=folder_of(file.data, folder),
        chat=file.chat,
        feeds=file.feeds,
        door=file.door,
        hooks=file.hooks,
        templates=folder_of(file.templates, folder) if file.templates else None,
        log=file.log,
        tick=file.tick,
        slack=file.slack,
        discord=file.discord,
    )


def _plan(file: File) -> Plan:
    return Plan(
        brand=file.brand,
        committee=tuple(_member(seat) for seat in file.committee),
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
        phrases=file.phrases,
        limits=file.limits,
        private=file.private,
    )


def _member(seat: Seat) -> Member:
    return Member(seat.id, seat.name or seat.id, seat.roles, seat.accounts, trained_on=seat.trained_on)


def _hours(calendar: Calendar) -> Hours:
    return Hours(
        opens=calendar.opens,
        closes=calendar.closes,
        weekdays=tuple(sorted({tuple(Weekday).index(day) for day in calendar.weekdays})),
        quiet_from=calendar.quiet_from,
        quiet_to=calendar.quiet_to,
        quiet_days_off=calendar.quiet_days_off,
        digest=calendar.digest,
    )
