"""The bot for real: timetable, courier and the members' lines, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import io
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.language import warm_up
from bot.logs import logger
from bot.ports import Source
from bot.room import Room
from bot.timetable import timetable

if TYPE_CHECKING:
    from bot.door import Door

#: How long a message that is on its way when we are told to stop may take to arrive; the door has two seconds before.
DRAIN = timedelta(seconds=8)

#: How long the courier rests after a fault of its own. Our choice.
REST = timedelta(seconds=5)

log = logger(__name__)


async def serve(
    room: Room,
    wake: asyncio.Event,
    sources: Sequence[Source],
    tick: timedelta,
    until: Awaitable[object],
    door: Door | None = None,
) -> None:
    """Runs the room until ``until`` is done. Raises NoDoor when the door cannot be opened.

    Then the door is shut first, and the message that is on its way has ``DRAIN`` to
    arrive; what waits behind it is kept and leaves at the next start, so that stopping
    takes less than ten seconds.
    """
    await asyncio.to_thread(warm_up)
    ready = asyncio.create_task(room.desk.get_ready(), name="the careful colleague")
    courier = asyncio.create_task(_deliver(room, wake), name="courier")
    jobs = timetable(room, sources, tick)
    jobs.start()
    try:
        if door:
            await door.start()
        log.info("the room is open", count=len(await room.store.live_cases()))
        await until
    finally:
        log.info("stopping")
        if door:
            await door.stop()
        jobs.shutdown(wait=False)
        ready.cancel()
        courier.cancel()
        with contextlib.suppress(asyncio.CancelledError, TimeoutError):
            await asyncio.wait_for(courier, DRAIN.total_seconds())
        await room.close()
        log.info("stopped")


async def _deliver(room: Room, wake: asyncio.Event) -> None:
    """Delivers until cancelled. A fault in one message (a spoilt file, a bug) must not silence the room for good."""
    while True:
        try:
            await room.run(wake)
        except Exception:
            log.exception("the courier stumbled")
            await asyncio.sleep(REST.total_seconds())


def told_to_stop() -> asyncio.Event:
    """Set by SIGTERM and SIGINT; both end the bot in order."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    return stop


async def typed(lines: Iterable[str]) -> AsyncIterator[str]:
    """Lines as they are typed, to their end. The reading thread is a daemon: a line that never comes holds nobody."""
    if isinstance(lines, io.TextIOWrapper):
        lines.reconfigure(errors="replace")  # One wrong byte must not deafen the room.
    queue: asyncio.Queue[str | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        with contextlib.suppress(RuntimeError, ValueError, OSError):  # The loop or the input is gone: so are the lines.
            try:
                for line in lines:
                    loop.call_soon_threadsafe(queue.put_nowait, line)
            finally:
                loop.call_soon_threadsafe(queue.put_nowait, None)

    threading.Thread(target=read, name="typed lines", daemon=True).start()
    while (line := await queue.get()) is not None:
        yield line


async def converse(lines: AsyncIterator[str], say: Callable[[str], Awaitable[None]]) -> None:
    """Gives every typed line to ``say``. A line that fails is logged; the next one is heard all the same."""
    async for line in lines:
        if not line.strip():
            continue
        try:
            await say(line)
        except Exception:  # A bug in one command must not end the room.
            log.exception("a command failed")
