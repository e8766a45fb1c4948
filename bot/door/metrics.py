"""Figures for Prometheus: how much is open, late and waiting. Numbers and our own words only, never a person's."""

from __future__ import annotations

import asyncio
import time
from collections import Counter as Tally
from collections.abc import Callable
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE
from prometheus_client.exposition import generate_latest

from bot.core.case import Phase
from bot.core.duties import DutyKind, duties, is_late
from bot.room import Room

__all__ = ["CONTENT_TYPE", "Metrics"]

#: Figures are counted anew when they are older than this: a scrape comes every 15 s or more.
FRESH_S: Final = 5.0
#: And never more than this share of the time is spent on counting, however many cases there are.
MOST_SHARE: Final = 0.05
#: Cases counted at a stretch, so that members wait milliseconds at most.
STRETCH: Final = 50

#: A command is a durable write, some milliseconds; platforms give up after three seconds.
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0)


class Metrics:
    """One for each door, with a registry of its own: nothing of the process or of libraries."""

    def __init__(self, room: Room, is_connected: Callable[[], bool]) -> None:
        self._room, self._is_connected = room, is_connected
        self._turn = asyncio.Lock()
        self._next_count = 0.0
        self._delivered_at: dict[str, datetime] = {}
        registry = self._registry = CollectorRegistry(auto_describe=True)
        self._cases = Gauge("heard_cases_open", "Open cases by phase", ["phase"], registry=registry)
        self._late = Gauge("heard_duties_late", "Duties whose time is up, by kind", ["kind"], registry=registry)
        self._waiting = Gauge("heard_posts_waiting", "Messages that are not delivered yet", registry=registry)
        self._refused = Gauge("heard_posts_refused", "Messages that can never be posted", registry=registry)
        self._ages = Gauge(
            "heard_source_age_seconds", "Since a source last answered or delivered", ["source"], registry=registry
        )
        self._writable = Gauge("heard_store_writable", "1 while cases can be written", registry=registry)
        self._connected = Gauge("heard_chat_connected", "1 while the chat can be reached", registry=registry)
        self._deliveries = Counter(
            "heard_deliveries", "Deliveries at the door, by hook and status", ["source", "status"], registry=registry
        )
        self._commands = Histogram(
            "heard_command_seconds", "From a command until it is durable", buckets=_BUCKETS, registry=registry
        )

    def command_took(self, seconds: float) -> None:
        self._commands.observe(seconds)

    def delivered(self, source: str, status: int) -> None:
        """A tool came to the door. Only one that was let in has been heard from."""
        self._deliveries.labels(source, str(status)).inc()
        if status < 300:
            self._delivered_at[source] = self._room.now()

    async def page(self) -> bytes:
        """What Prometheus reads. What must be counted case by case may be some seconds old."""
        async with self._turn:
            if time.monotonic() >= self._next_count:
                began = time.monotonic()
                await self._count_cases()
                self._next_count = time.monotonic() + max(FRESH_S, (time.monotonic() - began) / MOST_SHARE)
            await self._look_around()
            return generate_latest(self._registry)

    async def _count_cases(self) -> None:
        room, now = self._room, self._room.now()
        phases, late = Tally[Phase](), Tally[DutyKind]()
        for n, case in enumerate(await room.store.live_cases()):
            if n % STRETCH == STRETCH - 1:
                await asyncio.sleep(0)
            if case.is_open:
                phases[case.phase] += 1
            late.update(duty.kind for duty in duties(case, room.plan, now) if is_late(duty, now))
        for phase in Phase:
            if phase is not Phase.CLOSED:
                self._cases.labels(phase.value).set(phases[phase])
        for kind in DutyKind:
            self._late.labels(kind.value).set(late[kind])

    async def _look_around(self) -> None:
        store, now = self._room.store, self._room.now()
        self._waiting.set(await store.backlog())
        self._refused.set(len(await store.refused()))
        for source, at in {**await store.heard_from(), **self._delivered_at}.items():
            self._ages.labels(source).set((now - at).total_seconds())
        self._writable.set(store.is_writable)
        self._connected.set(self._is_connected())
