"""A process that keeps things and says so line by line, to be killed at any moment."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from adapters.stores.tiny import TinyStore, open_store
from bot.core.cards import Card
from bot.core.complaint import Complaint
from bot.core.events import Closed, Entry, Opened, Outcome, Reopened, StillOn
from bot.ports import Post

NOW = datetime(2024, 5, 6, 12, tzinfo=UTC)


class Acknowledged(msgspec.Struct, omit_defaults=True):
    """What a member would have been told is done."""

    number: int = 0
    version: int = 0
    request: str = ""
    key: str = ""
    post: str = ""
    ref: str = ""
    cursor: str = ""
    shelved: int = 0


def keep(folder: Path, acknowledgements: Path, seed: int) -> None:
    asyncio.run(Keeper(acknowledgements, seed).run(folder))


class Keeper:
    def __init__(self, acknowledgements: Path, seed: int) -> None:
        self.lines = os.open(acknowledgements, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.seed, self.dice, self.steps = seed, random.Random(seed), itertools.count()

    async def run(self, folder: Path) -> None:
        store = await open_store(folder)
        for step in self.steps:
            [act] = self.dice.choices([self.open, self.append, self.close, self.deliver, self.save], [1, 4, 4, 4, 1])
            await act(store, step)

    def acknowledge(self, line: Acknowledged) -> None:
        """One write call: it is in the kernel's hands whatever becomes of us."""
        os.write(self.lines, msgspec.json.encode(line) + b"\n")

    async def open(self, store: TinyStore, step: int) -> None:
        key = f"{self.seed}-{step}"
        complaint = Complaint(key, "x", "Onde está meu pedido? " * 20, NOW)
        case = await store.open(complaint, [Entry(NOW, Opened(complaint), "", key)], self.posts)
        assert case
        self.acknowledge(Acknowledged(case.number, 1, key, key=key))

    async def append(self, store: TinyStore, step: int) -> None:
        await self.add(store, step, self.dice.randint(1, 12), StillOn())

    async def close(self, store: TinyStore, step: int) -> None:
        number = self.dice.randint(1, 12)
        await self.add(store, step, number, Closed(Outcome.SATISFIED))
        case = await store.case(number)
        if case and not case.is_open:
            await store.shelve(number)
            if case not in await store.live_cases():
                self.acknowledge(Acknowledged(shelved=number))

    async def add(self, store: TinyStore, step: int, number: int, event: StillOn | Closed) -> None:
        case = await store.case(number)
        if case is None:
            return
        request = f"{self.seed}-{step}"
        entry = Entry(NOW, event if case.is_open else Reopened("again"), "ana", request)
        posts = self.posts(case) if case.is_open and isinstance(event, StillOn) else ()
        after = await store.append(case, [entry], posts)
        self.acknowledge(Acknowledged(number, after.version, request))

    def posts(self, case: object) -> list[Post]:
        number = getattr(case, "number", 0)
        return [Post(f"case/{number}", Card(title=f"{next(self.steps)}"))]

    async def deliver(self, store: TinyStore, step: int) -> None:
        for waiting in (await store.waiting(NOW))[:4]:
            ref = waiting.ref or f"m{self.seed}-{step}"
            await store.delivered(waiting, ref)
            self.acknowledge(Acknowledged(post=waiting.post.key, ref=ref))

    async def save(self, store: TinyStore, step: int) -> None:
        await store.save_cursor("mail", f"{self.seed}-{step}", NOW)
        self.acknowledge(Acknowledged(cursor=f"{self.seed}-{step}"))
