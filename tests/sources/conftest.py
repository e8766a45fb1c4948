"""A web server and recorded answers for the tests of sources."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.sources.web import Web

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    site = Web()
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
    site.port = server.sockets[0].getsockname()[1]
    yield site
    server.close()
    # Python 3.12 waits here for connections too; the stalling ones end with their tasks.
    tasks = [task for task in asyncio.all_tasks() if task.get_coro().__qualname__ == "Web.serve"]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await server.wait_closed()


@pytest.fixture
def sample() -> Callable[[str], bytes]:
    return lambda name: (SAMPLES / name).read_bytes()
