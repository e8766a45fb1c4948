"""``heard check``: looks at everything that a start needs, and says what to mend."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterable
from pathlib import Path

from adapters.stores.tiny import open_store
from bot.command_line.outcome import DONE, FAILED
from bot.command_line.parts import library_of, now
from bot.config.readiness import readiness
from bot.config.settings import ChatName, Settings
from bot.core.draft_checks.finding import Severity
from bot.core.draft_checks.templates import library_findings
from bot.core.plan import Plan
from bot.core.replies import Library
from bot.core.words import Words
from bot.door.checking import look
from bot.finding import Finding
from bot.library import BrokenTemplates
from bot.ports import StoreError, StoreInUse


def check(given: argparse.Namespace, settings: Settings) -> int:
    """Looks at everything that a start needs, and says what to mend."""
    print(f"ok    config     {given.config}: {settings.plan.brand}, {_members(settings)}")
    faults = _templates(settings)
    is_running, of_data = _data(settings.data)
    faults += of_data
    local = now().astimezone(settings.plan.tz)
    print(f"ok    clock      {local:%Y-%m-%d %H:%M} in {settings.plan.zone}; is that right?")
    faults += _told("door", asyncio.run(look(settings, is_running=is_running)))
    faults += asyncio.run(_chat(settings))
    for warning in readiness(settings):
        print(f"note  plan       {warning}")
    for fault in faults:
        print(f"FAIL  {fault}")
    return FAILED if faults else DONE


def _templates(settings: Settings) -> list[str]:
    try:
        library = library_of(settings)
    except BrokenTemplates as error:
        return [str(each) for each in error.errors]
    languages = ", ".join(sorted({each.language for each in library.templates}))
    print(f"ok    templates  {len(library.templates)} in {languages}, and {len(library.parts)} parts to join")
    return _told("templates", _read_through(library, settings.plan))


def _data(folder: Path) -> tuple[bool, list[str]]:
    """Whether Heard is running on it, and what is at fault."""
    try:
        found = asyncio.run(_looked_at(folder)) if folder.exists() else "will be made at the first start"
    except StoreInUse:
        print(f"ok    data       {folder} is in use: Heard is running")
        return True, []
    except StoreError as error:
        return False, [str(error)]
    print(f"ok    data       {folder}: {found}")
    return False, []


def _read_through(library: Library, plan: Plan) -> Iterable[Finding]:
    """What the careful colleague says of every template, each finding once, with its file and words."""
    english = Words("en")
    for file, words, found in library_findings(library, plan, now()):
        about = f"“{words}”: " if words else ""
        is_fault = found.severity is Severity.BLOCK
        yield Finding(f"{file}: {about}{english.line(found.sentence)}", is_fault=is_fault, is_note=not is_fault)


def _members(settings: Settings) -> str:
    group = f" and the user group {settings.slack.usergroup}" if settings.group_roles else ""
    members = len(settings.plan.committee)
    return f"{members} member{'s' * (members != 1)}{group}"


async def _chat(settings: Settings) -> list[str]:
    """What is found on the chat, told as it comes. Of one chat's SDK at the most, and of the terminal nothing."""
    match settings.chat:
        case ChatName.SLACK:
            from bot.command_line.slack import seen
        case ChatName.DISCORD:
            from bot.command_line.discord import seen
        case ChatName.TERMINAL:
            return []
    try:
        return [fault async for found in seen(settings) for fault in _told(settings.chat.value, [found])]
    except StoreError as error:
        return [str(error)]


def _told(part: str, findings: Iterable[Finding]) -> list[str]:
    """Prints what is well or worth a note, and returns what is not."""
    faults = []
    for found in findings:
        if found.is_fault:
            faults.append(f"{part}: {found.what}")
        else:
            print(f"{'note' if found.is_note else 'ok':<4}  {part:<9}  {found.what}")
    return faults


async def _looked_at(data: Path) -> str:
    store = await open_store(data)
    try:
        is_open = sum(case.is_open for case in await store.live_cases())
        return f"{is_open} open cases, {len(await store.refused())} messages that could not be posted"
    finally:
        await store.close()
