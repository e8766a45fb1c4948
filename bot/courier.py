"""The courier delivers what waits: most urgent first, no faster than the chat likes, each message once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.ports import Chat, Clock, MessageGone, MessageRef, Store, StoreDown, Undelivered, Waiting

log = logging.getLogger(__name__)

#: After a failure we wait this long, twice as long each time, and never longer than the last. Our choice.
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(minutes=5)
#: Even when nothing waits we look again: another machine may have written something.
LOOK_AGAIN = timedelta(seconds=30)
#: A message that is on its way when we are stopped has this long to arrive.
DRAIN_S = 10.0
#: What a member caused leaves this much later, in seconds: the member is answered first. Our choice, and unseen.
MEMBER_FIRST_S = 0.005

OnRefused = Callable[[Waiting, str], Awaitable[None]]


class Courier:
    """One for each chat. ``on_refused`` is told once of a post that the chat will never take."""

    def __init__(self, store: Store, chat: Chat, clock: Clock, on_refused: OnRefused) -> None:
        self._store, self._chat, self._clock, self._on_refused = store, chat, clock, on_refused
        self._free_at: dict[str, datetime] = {}
        self._postponed: dict[str, datetime] = {}
        self._paused_until: datetime | None = None
        self._unkept: list[tuple[Waiting, MessageRef]] = []
        self._turn = asyncio.Lock()

    async def run(self, wake: asyncio.Event) -> None:
        """Delivers until cancelled. Set ``wake`` after writing posts; it looks ``MEMBER_FIRST_S`` later."""
        while True:
            wake.clear()
            due = await self.deliver()
            rest = LOOK_AGAIN if due is None else min(due - self._clock(), LOOK_AGAIN)
            try:
                async with asyncio.timeout(max(rest.total_seconds(), 0)):
                    await wake.wait()
                await asyncio.sleep(MEMBER_FIRST_S)
            except TimeoutError:
                continue

    async def deliver(self) -> datetime | None:
        """Sends all that may leave now; returns when to come back, None when nothing waits.

        Before each message we look again, so that the latest card leaves and a
        withdrawn one does not. A store that cannot write keeps everything here: a
        message whose reference is lost would be posted twice.
        """
        try:
            async with self._turn:  # Two at once would send the same message twice.
                return await self._deliver()
        except StoreDown as down:
            log.warning("deliveries wait for the store: %s", down)
            return self._clock() + FIRST_WAIT

    async def _deliver(self) -> datetime | None:
        await self._keep_refs()
        while True:
            ready = await self._store.waiting(self._clock())
            waiting = self._next(ready)
            if waiting is None:
                return self._come_back(ready)
            await _to_the_end(self._send(waiting))
            self._free_at[_channel(waiting)] = self._clock() + self._chat.pace

    def _next(self, ready: Sequence[Waiting]) -> Waiting | None:
        """The first post whose channel is free."""
        now = self._clock()
        if self._paused_until and now < self._paused_until:
            return None
        closed = {channel for channel in self._free_at if not self._is_free(channel, now)}
        return next((waiting for waiting in ready if _channel(waiting) not in closed), None)

    def _is_free(self, channel: str, now: datetime) -> bool:
        """A wall clock that was set back must not keep a channel closed, so the pace is the longest wait."""
        return not timedelta() < self._free_at[channel] - now <= self._chat.pace

    def _come_back(self, ready: Sequence[Waiting]) -> datetime | None:
        """When the next post may leave: its channel is free, its wait is over, the chat takes messages again."""
        now = self._clock()
        self._postponed = {key: until for key, until in self._postponed.items() if until > now}
        self._free_at = {channel: at for channel, at in self._free_at.items() if at > now}
        channels = {_channel(waiting) for waiting in ready}
        times = [*self._postponed.values(), *(self._free_at.get(channel, now) for channel in channels)]
        if not times:
            return None
        return max(min(times), self._paused_until or now)

    async def _send(self, waiting: Waiting) -> None:
        """One message, and what became of it."""
        post = waiting.post
        try:
            ref = await self._hand_over(waiting)
        except Undelivered as failure:
            await self._undelivered(waiting, failure)
        except Exception:
            log.exception("the chat failed in its own way with %s", post.key)
            await self._postpone(waiting, _back_off(waiting.tries))
        else:
            self._unkept.append((waiting, ref))
            await self._keep_refs()

    async def _hand_over(self, waiting: Waiting) -> MessageRef:
        post = waiting.post
        if waiting.is_withdrawn:
            await self._chat.remove(waiting.ref)
            return waiting.ref
        if waiting.ref:
            try:
                await self._chat.edit(waiting.ref, post.card)
            except MessageGone as gone:
                log.info("%s is said anew: %s", post.key, gone)
            else:
                return waiting.ref
        return await self._chat.post(post.key, post.card, waiting.under_ref, post.to)

    async def _keep_refs(self) -> None:
        """Nothing else is sent before the store knows where the last messages stand."""
        while self._unkept:
            await self._store.delivered(*self._unkept[0])
            del self._unkept[0]

    async def _undelivered(self, waiting: Waiting, failure: Undelivered) -> None:
        if failure.for_good and waiting.is_withdrawn:  # It may stand for ever, and nobody misses it.
            log.info("%s cannot be taken down: %s", waiting.post.key, failure.reason)
            await self._store.delivered(waiting, waiting.ref)
            return
        if failure.for_good:
            await self._give_up(waiting, failure.reason)
            return
        log.info("%s is not delivered yet: %s", waiting.post.key, failure.reason)
        if failure.wait:
            self._paused_until = self._clock() + failure.wait
        await self._postpone(waiting, failure.wait or _back_off(waiting.tries))

    async def _give_up(self, waiting: Waiting, reason: str) -> None:
        log.warning("%s will never be delivered: %s", waiting.post.key, reason)
        await self._store.refuse(waiting, reason)
        try:
            await self._on_refused(waiting, reason)
        except Exception:
            log.exception("nobody could be told that %s was refused", waiting.post.key)

    async def _postpone(self, waiting: Waiting, wait: timedelta) -> None:
        until = self._clock() + wait
        self._postponed[waiting.post.key] = until
        await self._store.postpone(waiting, until)


def _channel(waiting: Waiting) -> str:
    """The room, or the member who alone reads it."""
    return waiting.post.to


def _back_off(tries: int) -> timedelta:
    return min(FIRST_WAIT * (1 << min(tries, 16)), LONGEST_WAIT)


async def _to_the_end(delivery: Coroutine[Any, Any, None]) -> None:
    """Being stopped does not stop a message halfway: it arrives, and where it stands is kept."""
    task = asyncio.ensure_future(delivery)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        try:
            await asyncio.wait({task}, timeout=DRAIN_S)
        finally:
            task.cancel()
        raise
