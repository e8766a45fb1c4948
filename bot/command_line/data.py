"""``heard backup`` and ``heard import``: what goes out of the data folder and into it."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence

from adapters.stores.tiny import back_up, open_store
from bot.command_line.complaint_files import BadInput, column, read_complaints
from bot.command_line.outcome import DONE, MISREAD, failed
from bot.command_line.parts import known_plan, library_of, now
from bot.config.settings import Settings
from bot.core.complaint import Complaint
from bot.desk import Desk
from bot.library import BrokenTemplates
from bot.ports import StoreError


def back_up_data(given: argparse.Namespace, settings: Settings) -> int:
    try:
        copied = back_up(settings.data, given.folder)
    except StoreError as error:
        return failed(str(error))
    print(f"{copied} files copied to {given.folder}.")
    print(f"To restore, stop Heard and put the folder in the place of {settings.data}.")
    return DONE


def take_in(given: argparse.Namespace, settings: Settings) -> int:
    try:
        columns = dict(column(each) for each in given.column)
        complaints = read_complaints(given.file, settings.plan.tz, now, given.channel, columns)
        taken = asyncio.run(_taken(settings, complaints))
    except BadInput as error:
        return failed(str(error), MISREAD)
    except (StoreError, BrokenTemplates) as error:
        return failed(str(error))
    print(f"{taken} of {len(complaints)} complaints taken in; the others were known already.")
    return DONE


async def _taken(settings: Settings, complaints: Sequence[Complaint]) -> int:
    """Into the store; their cards go out when the bot starts."""
    library = library_of(settings)
    store = await open_store(settings.data)
    try:
        desk = Desk(store, known_plan(settings), library, now)
        return sum([await desk.receive(complaint) is not None for complaint in complaints])
    finally:
        await store.close()
