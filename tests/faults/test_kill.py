"""Killed a hundred times at any moment, the store has lost nothing that it acknowledged."""

from __future__ import annotations

import multiprocessing
import random
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import msgspec
import pytest
from tinydb import TinyDB

from adapters.stores.tiny import TinyStore, open_store
from tests.faults.keeper import Acknowledged, keep

KILLS = 100
#: A process has one fork server, whichever kill test starts it.
PRELOADED = ["tests.faults.keeper", "tests.faults.desk_keeper"]


@pytest.fixture(scope="module")
def killed(tmp_path_factory) -> tuple[Path, list[Acknowledged]]:
    """The data after so many kills, and all that was acknowledged, in order."""
    folder = tmp_path_factory.mktemp("killed")
    data, lines = folder / "data", folder / "acknowledged"
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(PRELOADED)
    dice = random.Random()
    for seed in range(KILLS):
        process = forks.Process(target=keep, args=(data, lines, seed))
        process.start()
        # Some die while they start, the others after a few acknowledgements, however fast the disk is.
        wait_for_lines(lines, acknowledged_in(lines) + (dice.randint(1, 15) if seed % 5 else 0), process)
        time.sleep(dice.uniform(0, 0.02))
        assert process.is_alive(), "it ended by itself: a fault of the store, see its traceback"
        process.kill()
        process.join()
    return data, [msgspec.json.decode(line, type=Acknowledged) for line in lines.read_bytes().splitlines()]


def acknowledged_in(lines: Path) -> int:
    return lines.read_bytes().count(b"\n") if lines.exists() else 0


def wait_for_lines(lines: Path, count: int, process: BaseProcess) -> None:
    until = time.monotonic() + 20
    while acknowledged_in(lines) < count and process.is_alive() and time.monotonic() < until:
        time.sleep(0.001)


@pytest.fixture
async def store(killed) -> TinyStore:
    store = await open_store(killed[0])
    yield store
    await store.close()


pytestmark = pytest.mark.xdist_group("kill")


async def test_every_acknowledged_entry_is_there(killed, store):
    histories = {}
    lines = [line for line in killed[1] if line.number]
    assert len(lines) > KILLS, "it was killed before it did enough to prove anything"
    for line in lines:
        history = histories.get(line.number) or histories.setdefault(line.number, await store.history(line.number))
        assert history[line.version - 1].request == line.request


async def test_no_number_was_given_twice(killed, store):
    opened = {line.number: line.key for line in killed[1] if line.key}
    assert len(opened) == len([line for line in killed[1] if line.key])
    for number, key in opened.items():
        assert await store.known(key) == number


async def test_every_place_of_a_message_is_known(killed, store):
    """A lost reference would post a second message."""
    refs = {line.post: line.ref for line in killed[1] if line.post}
    assert len(refs) > 3
    assert {key: await store.ref(key) for key in refs} == refs


async def test_the_cursor_is_never_behind(killed, store):
    cursors = [line.cursor for line in killed[1] if line.cursor]
    seed, step = map(int, (await store.cursor("mail")).split("-"))
    assert (seed, step) >= tuple(map(int, cursors[-1].split("-")))


def test_cases_were_put_away_meanwhile(killed):
    """So moves to the shelf and back are among what was interrupted."""
    assert len([line for line in killed[1] if line.shelved]) > 3


def test_every_file_can_be_read_by_anyone(killed):
    files = list(killed[0].rglob("*.json"))
    assert files
    for path in files:
        assert len(TinyDB(path, access_mode="r").all()) == 1
