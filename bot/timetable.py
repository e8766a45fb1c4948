"""When to look: ticks, polls and the digest. It holds no case and decides nothing; it only says "look now"."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.logs import logger
from bot.ports import Clock, Source, SourceDown, StoreError
from bot.room import Room

#: How often the room looks for what is due (our choice: no clock of the plan is finer than minutes).
TICK = timedelta(seconds=15)

log = logger(__name__)


class Timetable(AsyncIOScheduler):  # type: ignore[misc] # it publishes no types
    """APScheduler's, which also notices that the wall clock jumped.

    It keeps wall-clock times: after a clock was set back by five hours it would look
    at nothing for as long, and after one was set forward by years (a machine without
    a battery) it would count every look that was missed, one by one. No job is ever
    further from now than its interval, so one that is has its time now.
    """

    def __init__(self, now: Clock) -> None:
        super().__init__(timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1})
        self._present = now
        # Our jobs tell their faults themselves; APScheduler's one more line would call a stop in a look an error.
        logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)

    def wakeup(self) -> None:
        now = self._present()
        for job in self.get_jobs():
            if job.next_run_time and abs(job.next_run_time - now) > job.trigger.interval:
                job.modify(next_run_time=now)
        super().wakeup()


def timetable(room: Room, sources: Sequence[Source], every: timedelta = TICK) -> Timetable:
    """A scheduler that is not started yet.

    APScheduler drops jobs that are more than a second late unless
    ``misfire_grace_time`` is None, and fires a daily job twice when clocks go back
    (its issue tracker): so nothing here is daily. Each tick asks the room, which
    knows from the store what has been said.
    """
    scheduler = Timetable(room.now)
    _add(scheduler, "tick", every, room.tick, first=room.now())
    for source in sources:
        _add(scheduler, f"poll/{source.name}", source.every, _poll(room, source), first=room.now())
    return scheduler


def _add(
    scheduler: Timetable,
    name: str,
    every: timedelta,
    look: Callable[[], Awaitable[object]],
    first: datetime | None = None,
) -> None:
    async def safely() -> None:
        try:
            await look()
        except StoreError as error:
            log.warning("the store is down", job=name, reason=type(error).__name__)
        except Exception:  # A job that raises is lost in a library's log; ours says which.
            log.exception("a job failed", job=name)

    trigger = IntervalTrigger(seconds=max(1, int(every.total_seconds())), timezone=UTC)
    scheduler.add_job(safely, trigger, id=name, **({"next_run_time": first} if first else {}))


def _poll(room: Room, source: Source) -> Callable[[], Awaitable[None]]:
    async def poll_once() -> None:
        try:
            await poll(room, source)
        except SourceDown as error:
            log.warning("a source is down", source=source.name, reason=str(error))

    return poll_once


async def poll(room: Room, source: Source) -> int:
    """Asks one source once; how many complaints became or joined a case. Raises SourceDown.

    The cursor is saved after the cases: a crash between them repeats, and the
    repeated complaints are known by their keys.
    """
    batch = await source.fetch(await room.store.cursor(source.name))
    taken = 0
    for complaint in batch.complaints:
        taken += await room.receive(complaint) is not None
    await room.store.save_cursor(source.name, batch.cursor, room.now(), batch.news)
    return taken
