"""``heard demo``: the terminal room with sample complaints, or a story from standard input."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from adapters.chats.terminal import TerminalChat
from adapters.chats.terminal.transcript import Transcript
from adapters.stores.tiny import open_store
from bot.command_line.complaint_files import BadInput, read_complaints
from bot.command_line.outcome import DONE, MISREAD, failed, has_screen, is_given
from bot.core.language import warm_up
from bot.demo.arrivals import arrivals
from bot.demo.people import START, demo_plan
from bot.library import load
from bot.playing import play
from bot.ports import StoreError
from bot.room import FastClock, HandClock, Room
from bot.story import NoStory, SetClock, Step, read_story


def demo(given: argparse.Namespace) -> int:
    if given.data:
        return asyncio.run(_demo_in(given, given.data))
    with tempfile.TemporaryDirectory(prefix="heard-demo-") as folder:
        return asyncio.run(_demo_in(given, Path(folder)))


async def _demo_in(given: argparse.Namespace, data: Path) -> int:
    try:
        if has_screen():
            return await _demo_screen(given, data)
        return await _demo_story(given, data)
    except StoreError as error:
        return failed(str(error))


async def _demo_story(given: argparse.Namespace, data: Path) -> int:
    """Plays the story on standard input, or the shipped one when nothing stands there."""
    plan = demo_plan(given.language)
    try:
        steps = _story()
        start = steps[0].at if steps and isinstance(steps[0], SetClock) else START
        clock = HandClock(start)
        extra = read_complaints(given.complaints, plan.tz, clock) if given.complaints else ()
        transcript = Transcript(plan, clock, lambda line: print(line, flush=True), checks=False)
        room = Room(plan, load(), await open_store(data), transcript, clock, data, is_demo=True)
        try:
            for complaint in extra:
                await room.receive(complaint)
            await play(steps, room, transcript)
        finally:
            await room.close()
    except (NoStory, BadInput) as error:
        print(error, file=sys.stderr)
        return MISREAD
    return DONE


def _story() -> list[Step]:
    told = sys.stdin.read() if is_given() else ""
    if not told.strip():
        told = (Path(__file__).parents[1] / "demo" / "story.txt").read_text(encoding="utf-8")
    return list(read_story(told.split("\n")))


async def _demo_screen(given: argparse.Namespace, data: Path) -> int:
    from adapters.chats.terminal.screen import RoomScreen, welcome  # Textual takes a third of a second to load.

    plan = demo_plan(given.language)
    clock = FastClock(START, time.monotonic)
    try:
        extra = read_complaints(given.complaints, plan.tz, clock) if given.complaints else ()
    except BadInput as error:
        return failed(str(error), MISREAD)
    store = await open_store(data)
    chat = TerminalChat(data, clock)
    coming = [*arrivals(START), *((START, complaint) for complaint in extra)]
    room = Room(plan, load(), store, chat, clock, data, arrivals=coming, is_demo=True)
    await asyncio.to_thread(warm_up)
    try:
        await RoomScreen(room, chat, welcome=welcome(room.words)).run_async()
    finally:
        await room.close()
    if given.data:
        print(f"The data is kept in {data}.")
    return DONE
