"""Rooms for tests: a real TinyDB store in a folder, a clock moved by hand, a transcript that checks."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime

from adapters.chats.terminal.transcript import Transcript
from adapters.stores.tiny import open_store
from bot.demo.people import START, demo_plan
from bot.library import load
from bot.playing import play
from bot.room import HandClock, Room
from bot.story import SetClock, read_story

LIBRARY = load()


@asynccontextmanager
async def open_room(folder, plan=None, start=START, checks=True, said=None):
    """A room and its transcript; ``said`` collects what the bot says."""
    plan = plan or demo_plan()
    clock = HandClock(start)
    transcript = Transcript(plan, clock, (said if said is not None else []).append, checks=checks)
    room = Room(plan, LIBRARY, await open_store(folder), transcript, clock, folder, is_demo=True)
    try:
        yield room, transcript
    finally:
        await room.close()


async def tell(folder, text, plan=None, checks=True):
    """Plays a story and returns what the bot said, line by line."""
    steps = list(read_story(text.splitlines()))
    start = steps[0].at if steps and isinstance(steps[0], SetClock) else START
    said = []
    async with open_room(folder, plan, start, checks, said) as (room, transcript):
        await play(steps, room, transcript)
    return said


def at(text):
    """A moment in UTC from ISO text."""
    return datetime.fromisoformat(text).astimezone(UTC)
