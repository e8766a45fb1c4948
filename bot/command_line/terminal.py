"""The terminal as the room: a screen where there is one, else members' lines from standard input."""

from __future__ import annotations

import asyncio
import sys

from adapters.chats.terminal import TerminalChat
from adapters.chats.terminal.transcript import Transcript
from bot.command_line.outcome import DONE, has_screen
from bot.command_line.parts import door_of, now, opened, sources_of
from bot.config.settings import Settings
from bot.core.cards import Form
from bot.playing import play
from bot.room import Room
from bot.running import converse, serve, told_to_stop, typed
from bot.story import Moves, NoStory, SetClock, read_story


async def open_room(settings: Settings) -> int:
    """The terminal is the room: a screen where there is one, else members' lines from standard input."""
    stop, wake = told_to_stop(), asyncio.Event()
    sources = sources_of(settings)
    if has_screen():
        from adapters.chats.terminal.screen import RoomScreen  # Textual takes a third of a second to load.

        chat = TerminalChat(settings.data, now)
        room = await opened(settings, chat, wake, sources)
        screen = RoomScreen(room, chat)
        stopping = asyncio.create_task(stop.wait())
        stopping.add_done_callback(lambda _: screen.exit())
        await serve(room, wake, sources, settings.tick, screen.run_async(), door_of(settings, room))
        stopping.cancel()
        return DONE
    transcript = Transcript(settings.plan, now, lambda line: print(line, flush=True), checks=False)
    room = await opened(settings, transcript, wake, sources)
    forms: dict[str, Form] = {}

    async def say(line: str) -> None:
        await _say(line, room, transcript, forms)

    talking = asyncio.create_task(converse(typed(sys.stdin), say))
    try:
        await serve(room, wake, sources, settings.tick, stop.wait(), door_of(settings, room))
    finally:
        talking.cancel()
    return DONE


async def _say(line: str, room: Room, transcript: Transcript, forms: dict[str, Form]) -> None:
    """A member's line in a room without a screen: ``ana> claim 1``."""
    try:
        steps = [step for step in read_story([line]) if not isinstance(step, Moves | SetClock)]
        await play(steps, room, transcript, forms)
    except NoStory as error:
        print(error.reason, file=sys.stderr)
