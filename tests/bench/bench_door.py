"""What a tool waits for at the door: a signed complaint, durable, against a handler that only reads and answers."""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import msgspec
from aiohttp import web
from standardwebhooks import Webhook as Signing

from adapters.sources.webhook import Webhook
from adapters.stores.tiny import open_store
from bot.config.reading import Secret
from bot.config.settings import DoorSettings, HookFields, HookSettings
from bot.core.cards import Card
from bot.demo.people import demo_plan
from bot.door import Door
from bot.library import load
from bot.room import Room
from tests.bench.bench_lookalikes import complaint as text_of
from tests.bench.bench_store import replaced, write_cases

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HOOK = HookSettings(
    "mention",
    "x",
    secret=Secret(SECRET),
    fields=HookFields("mention.body", "mention.author.name", "mention.url", "mention.published_at"),
)
OPEN, MANY = 1_000, 10_000


class NoChat:
    """The courier does not run: what waits is not what is measured."""

    def tells_duties_to(self, member):
        return False

    async def post(self, key, card: Card, under="", to=""):
        return key

    async def edit(self, ref, card):
        pass


def now():
    return datetime.now(UTC)


def measure() -> dict[str, float]:
    """Ratios of medians, each pair taken alternately in one run; and what one scrape takes from members."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        return asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> dict[str, float]:
    write_cases(folder / "some", OPEN, now())
    write_cases(folder / "many", MANY, now())
    some, many = await opened(folder / "some"), await opened(folder / "many")
    try:
        (by_client, disk), (plain, _) = await delivery_ratios(some, folder)
        return {
            "signed webhook, durable, 1,000 open / bare aiohttp (aim 6)": by_client,
            "the same in plain bytes, without a client's own work": plain,
            "a bare durable replacement of a file, of the delivery": disk,
            "longest hold-up of members by a scrape at 10,000 cases, in ms": await longest_hold_up(many) * 1000,
        }
    finally:
        for door, room in (some, many):
            await door.stop()
            await room.store.close()


async def opened(folder):
    store = await open_store(folder)
    room = Room(demo_plan(), load(), store, NoChat(), now, folder)
    door = Door(room, [Webhook(HOOK)], DoorSettings(port=0))
    await door.start()
    return door, room


async def delivery_ratios(some, folder, rounds=300):
    """Each server is asked over one kept connection by aiohttp's client, then in plain bytes, which cost nothing to send.

    The client's own work is part of what the tool waits for, and the same for both servers.
    """
    door, _ = some
    bare, port = await bare_server()
    found = []
    async with Client(door.port) as ours, Client(port) as theirs:
        found.append(await ratio(ours, theirs, rounds, "client", folder))
    async with Plain(door.port) as ours, Plain(port) as theirs:
        found.append(await ratio(ours, theirs, rounds, "plain", folder))
    await bare.cleanup()
    return found


async def ratio(ours, theirs, rounds, run, folder):
    """Ours to theirs, and the disk's part in ours."""
    rng = random.Random(run)
    at_ours, at_theirs, disk = [], [], []
    for turn in range(rounds + 20):
        body, headers = delivery(text_of(rng), f"{run}{turn}")
        for server, times, status in ((ours, at_ours, 202), (theirs, at_theirs, 200)):
            began = time.perf_counter()
            answered = await server.ask(body, headers)
            lasted = time.perf_counter() - began
            assert answered == status, answered
            if turn >= 20:  # The first build the index of texts and fill caches.
                times.append(lasted)
        disk.append(replaced(folder / "1.json"))
    delivered = statistics.median(at_ours)
    return delivered / statistics.median(at_theirs), statistics.median(disk) / delivered


class Client:
    """As a tool would ask."""

    def __init__(self, port):
        self.web = aiohttp.ClientSession(f"http://127.0.0.1:{port}")

    async def ask(self, body, headers):
        async with self.web.post("/hooks/mention", data=body, headers=headers) as response:
            await response.read()
            return response.status

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        await self.web.close()


class Plain:
    """The bytes of a request over one kept connection; of the answer its status, and its body as ``body``."""

    body = b""

    def __init__(self, port, path="/hooks/mention"):
        self.port, self.path = port, path

    async def ask(self, body, headers):
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        length = f"Host: localhost\r\nContent-Length: {len(body)}\r\n"
        self.writer.write(f"POST {self.path} HTTP/1.1\r\n{length}{head}\r\n".encode() + body)
        head = await self.reader.readuntil(b"\r\n\r\n")
        self.body = await self.reader.readexactly(int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]))
        return int(head.split()[1])

    async def __aenter__(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_):
        self.writer.close()


async def bare_server():
    async def read_and_answer(request):
        await request.read()
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_post("/hooks/mention", read_and_answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner, runner.addresses[0][1]


def delivery(text, turn):
    at = now()
    mention = {
        "body": text,
        "author": {"name": f"Cliente {turn}"},
        "url": f"https://x.com/c/posts/{turn}",
        "published_at": at.isoformat(),
    }
    body = msgspec.json.encode({"mention": mention})
    return body, {
        "Content-Type": "application/json",
        "webhook-id": f"msg_{turn}",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Signing(SECRET).sign(f"msg_{turn}", at, body.decode()),
    }


async def longest_hold_up(many):
    """While everything is counted, how long nobody else has a turn."""
    door, _ = many
    counting = asyncio.create_task(door._metrics.page())
    longest = 0.0
    while not counting.done():
        began = time.perf_counter()
        await asyncio.sleep(0)
        longest = max(longest, time.perf_counter() - began)
    return longest


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name}: {value:.3f}")
