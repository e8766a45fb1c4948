"""``heard run``: the bot for real, on the chat that the configuration names."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TextIO

from bot import logs
from bot.command_line.outcome import failed, has_screen
from bot.config.settings import ChatName, Settings
from bot.library import BrokenTemplates
from bot.ports import NoChat, NoDoor, StoreError


def run(_: argparse.Namespace, settings: Settings) -> int:
    """Until it is told to stop; every fault of a start is one line."""
    logs.configure(settings.log.level, settings.log.format, _log_stream(settings))
    try:
        return asyncio.run(_room_on(settings.chat)(settings))
    except (BrokenTemplates, NoChat, NoDoor, StoreError) as error:
        return failed(str(error))


def _room_on(chat: ChatName) -> Callable[[Settings], Coroutine[Any, Any, int]]:
    """What opens the room on this chat: its SDK is loaded, and no other's."""
    match chat:
        case ChatName.SLACK:
            from bot.command_line.slack import open_room
        case ChatName.DISCORD:
            from bot.command_line.discord import open_room
        case _:
            from bot.command_line.terminal import open_room
    return open_room


def _log_stream(settings: Settings) -> TextIO:
    """Standard error; beside a screen a file in the data folder, since the screen is drawn on standard error."""
    if not has_screen():
        return sys.stderr
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return (settings.data / "heard.log").open("a", encoding="utf-8", buffering=1)
