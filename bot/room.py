"""A running room: desk, store and courier on one clock that is real, sped up, or moved by hand."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from bot.core.cards import Answer, Card, Remarks
from bot.core.complaint import Complaint
from bot.core.plan import Plan
from bot.core.replies import Library
from bot.core.words import Words
from bot.courier import Courier
from bot.desk import Desk
from bot.ports import Chat, Clock, Store, StoreDown, Undelivered

#: A bound for moving the clock: reminders of a year pass well below it.
MOST_STOPS = 100_000
_SECOND = timedelta(seconds=1)


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


class FastClock:
    """A demo's clock: ``speed`` seconds pass in one real second, and it can be moved forward."""

    def __init__(self, start: datetime, seconds: Callable[[], float], speed: float = 1.0) -> None:
        self._seconds, self._speed = seconds, speed
        self._at, self._since = start, seconds()

    def __call__(self) -> datetime:
        return self._at + timedelta(seconds=(self._seconds() - self._since) * self._speed)

    @property
    def at(self) -> datetime:
        """The present moment; setting it moves the clock."""
        return self()

    @at.setter
    def at(self, at: datetime) -> None:
        self._at, self._since = at, self._seconds()

    @property
    def speed(self) -> float:
        """Seconds that pass in one real second; 0 stands still."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self.at = self()
        self._speed = speed


class Room:
    """Desk, store and courier together; the one thing that a terminal talks to.

    ``arrivals`` are complaints that come at their time, for demos. The clock of a
    room that can be moved has a settable ``at``.
    """

    def __init__(
        self,
        plan: Plan,
        library: Library,
        store: Store,
        chat: Chat,
        clock: Clock,
        data: Path,
        *,
        woken: Callable[[], None] = lambda: None,
        every: Mapping[str, timedelta] | None = None,
        arrivals: Sequence[tuple[datetime, Complaint]] = (),
        is_demo: bool = False,
    ) -> None:
        self.library, self.store, self.clock, self.data = library, store, clock, data
        self.is_demo = is_demo
        self.words = Words(plan.language)
        self.desk = Desk(store, plan, library, clock, woken=woken, every=every, tells_duties_to=chat.tells_duties_to)
        self.courier = Courier(store, chat, clock, on_refused=self.desk.tell_refused)
        self._chat = chat
        self._is_in_trouble = False
        self._arrivals = sorted(arrivals, key=lambda arrival: arrival[0])
        self._moving = False
        self._wake: asyncio.Event | None = None
        self._deliver_at: datetime | None = None

    @property
    def plan(self) -> Plan:
        """The plan as it is now; the desk holds it."""
        return self.desk.plan

    async def change(self, plan: Plan) -> None:
        """Gives the room another plan; the next tick looks at every case by it."""
        await self.desk.change(plan)

    def now(self) -> datetime:
        """The room's present moment, in UTC."""
        return self.clock()

    @property
    def speed(self) -> float:
        """How fast a demo's clock runs; 1 is real time."""
        return self.clock.speed if isinstance(self.clock, FastClock) else 1.0

    @speed.setter
    def speed(self, speed: float) -> None:
        if isinstance(self.clock, FastClock):
            self.clock.speed = speed

    async def hear(self, by: str, line: str, *, case: int = 0, request: str = "") -> Answer:
        """A member's line; what it causes is in the room when this returns, or soon after where the room runs."""
        answer = await self.desk.hear(by, line, case=case, request=request)
        if not self.store.is_writable:
            await self._watch_the_store()
        await self.deliver()
        return answer

    async def submit(self, by: str, command: str, values: Mapping[str, str], *, request: str = "") -> Answer:
        """A form that came back."""
        answer = await self.desk.submit(by, command, values, request=request)
        if not self.store.is_writable:
            await self._watch_the_store()
        await self.deliver()
        return answer

    async def remarks(
        self, by: str, command: str, values: Mapping[str, str] | None = None, *, case: int = 0
    ) -> Remarks:
        """What a careful colleague says of what is being typed."""
        return await self.desk.remarks(by, command, values, case=case)

    async def receive(self, complaint: Complaint) -> int | None:
        """A complaint arrives; the number of its case."""
        number = await self.desk.receive(complaint)
        await self.deliver()
        return number

    async def todo(self, by: str) -> Card:
        """What this member owes."""
        return await self.desk.todo(by)

    async def is_green(self) -> bool:
        """The brand's light."""
        return await self.desk.is_green()

    async def run(self, wake: asyncio.Event) -> None:
        """Delivers until cancelled. From now on nobody but the courier waits for the chat:
        while the chat hangs, members are answered, complaints come in and what is due is kept.
        """
        self._wake = wake
        await self.courier.run(wake)

    async def deliver(self) -> None:
        """Sends what waits, now; where the room runs, its courier does."""
        if self._wake is not None:
            self._wake.set()
            return
        self._deliver_at = await self.courier.deliver()

    async def tick(self) -> None:
        """One look at everything that may be due."""
        await self._watch_the_store()
        try:
            while self._arrivals and self._arrivals[0][0] <= self.now():
                await self.desk.receive(self._arrivals[0][1])
                self._arrivals.pop(0)
            await self.desk.remind()
            await self.desk.digest()
        except StoreDown:
            await self._watch_the_store()  # What is due stays due, and the next tick tries again.
        await self.deliver()

    async def _watch_the_store(self) -> None:
        """Tells the room once that nothing can be written, and once that it can again.

        The notice goes straight to the chat: the outbox is what cannot be written.
        """
        is_writable = self.store.is_writable or await self.store.try_again()
        if is_writable is not self._is_in_trouble:
            return
        self._is_in_trouble = not is_writable
        with contextlib.suppress(Undelivered):
            await self._chat.post(f"trouble/{self.now().isoformat()}", self.desk.trouble_card(is_over=is_writable))

    async def advance(self, by: timedelta) -> None:
        """Moves the clock; everything due on the way happens in order, at its time."""
        if self._moving:
            return
        self._moving = True
        try:
            await self._move_to(self.now() + by)
        finally:
            self._moving = False

    async def _move_to(self, target: datetime) -> None:
        clock = self.clock
        assert isinstance(clock, HandClock | FastClock), "the real clock is not moved"
        await self.tick()
        for _ in range(MOST_STOPS):
            stop = await self._next_stop()
            if stop is None or stop >= target:
                break
            clock.at = max(stop, self.now())
            await self.tick()
        clock.at = max(target, self.now())
        await self.tick()

    async def _next_stop(self) -> datetime | None:
        """The next moment at which something may be due; always later than now, so that moving ends."""
        moments = [
            await self.store.next_look(),
            self.desk.next_digest(),
            self._arrivals[0][0] if self._arrivals else None,
            self._deliver_at if self.store.is_writable else None,
        ]
        known = [moment for moment in moments if moment is not None]
        return max(min(known), self.now() + _SECOND) if known else None

    async def close(self) -> None:
        """Lets the store go. What waits is kept and leaves at the next start: a chat that hangs holds up no stop."""
        await self.store.close()
