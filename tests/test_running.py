"""The bot for real: it starts, looks, and stops in order, whatever hangs."""

import asyncio
import io
import logging
import threading
from datetime import datetime, timedelta

import pytest
from apscheduler.schedulers import base

from bot import running
from bot.demo.people import START, demo_plan
from bot.ports import Batch, StoreError
from bot.room import HandClock, Room
from bot.running import converse, serve, typed
from tests.rooms import LIBRARY, open_store
from tests.test_desk import complaint, text

#: Only against a test that would hang; nothing here waits so long when all is well.
SAFE_S = 30
#: The real one, before the tests shorten it.
DRAIN = running.DRAIN


class Wall:
    """A chat whose messages arrive when they are let through."""

    pace = timedelta()

    def __init__(self, *, hangs=False, is_deaf=False):
        self.open, self.reached = asyncio.Event(), asyncio.Event()
        self.is_deaf, self.stands, self.given_up = is_deaf, [], []
        if not hangs:
            self.open.set()

    def tells_duties_to(self, member):
        return False

    async def post(self, key, card, under="", to=""):
        self.reached.set()
        while not self.open.is_set():
            try:
                await self.open.wait()
            except asyncio.CancelledError:
                self.given_up.append(key)
                if not self.is_deaf:
                    raise
        self.stands.append(key)
        return f"at {key}"

    async def edit(self, ref, card):
        pass

    async def remove(self, ref):
        pass


class Feed:
    name, every = "feed", timedelta(minutes=5)

    def __init__(self):
        self.asked = asyncio.Event()

    async def fetch(self, cursor):
        self.asked.set()
        return Batch((complaint("from-feed", "O aparelho parou", "Rita"),), "1")


class Still(datetime):
    """APScheduler's clock shows the room's time."""

    @classmethod
    def now(cls, tz=None):
        return START


class Served:
    """A room that is served until it is told to stop."""

    def __init__(self, room, sources=()):
        self.room, self.wake, self.stop = room, asyncio.Event(), asyncio.Event()
        self.task = asyncio.create_task(serve(room, self.wake, sources, timedelta(seconds=15), self.stop.wait()))

    async def end(self):
        self.stop.set()
        await asyncio.wait_for(self.task, SAFE_S)


@pytest.fixture(autouse=True)
def ready(monkeypatch):
    """No language model for these tests, and no long wait for what hangs."""
    monkeypatch.setattr(base, "datetime", Still)
    monkeypatch.setattr(running, "warm_up", lambda: None)
    monkeypatch.setattr(running, "DRAIN", timedelta(milliseconds=30))
    monkeypatch.setattr(running, "REST", timedelta(milliseconds=1))


@pytest.fixture
def made(tmp_path):
    async def make(wall):
        return Room(demo_plan(), LIBRARY, await open_store(tmp_path), wall, HandClock(START), tmp_path)

    return make


async def still_waiting(folder):
    """What a next start finds in the outbox, and where the first card stands."""
    store = await open_store(folder)
    keys = [waiting.post.key for waiting in await store.waiting(START + timedelta(days=1))]
    ref = await store.ref("case/1")
    await store.close()
    return keys, ref


async def until(condition):
    async with asyncio.timeout(SAFE_S):
        while not await condition():
            await asyncio.sleep(0.001)


# Serving


async def test_a_served_room_looks_polls_and_delivers(made):
    feed = Feed()
    room = await made(Wall())
    served = Served(room, [feed])
    await asyncio.wait_for(feed.asked.wait(), SAFE_S)

    async def is_posted():
        return "case/1" in room._chat.stands

    await until(is_posted)
    await served.end()


async def test_what_a_member_does_leaves_without_the_member_waiting_for_it(made):
    room = await made(Wall())
    served = Served(room)
    await room.receive(complaint())

    async def is_there():
        return bool(await room.store.ref("case/1"))

    await until(is_there)
    assert text(await room.hear("ana", "claim 1")).startswith("Noted.")

    async def is_all_said():
        return not await room.store.waiting(START)

    await until(is_all_said)
    await served.end()


async def test_while_the_chat_hangs_members_are_answered_complaints_come_in_and_looks_go_on(made):
    """Nothing but the courier waits for the chat."""
    wall, feed = Wall(hangs=True), Feed()
    room = await made(wall)
    served = Served(room, [feed])

    async def has_case():
        return await room.store.case(1) is not None

    await until(has_case)
    await asyncio.wait_for(wall.reached.wait(), SAFE_S)
    async with asyncio.timeout(SAFE_S):
        assert text(await room.hear("ana", "claim 1")).startswith("Noted.")
        assert await room.receive(complaint("second", "Another thing")) == 2
        room.clock.at += timedelta(hours=7)
        await room.tick()
    assert (await room.store.case(1)).reminded
    await served.end()


# Stopping


async def test_a_chat_that_hangs_is_given_up_and_its_message_leaves_at_the_next_start(made, tmp_path):
    wall = Wall(hangs=True)
    room = await made(wall)
    served = Served(room)
    await room.receive(complaint())
    await asyncio.wait_for(wall.reached.wait(), SAFE_S)
    await served.end()
    assert wall.given_up == ["case/1"]
    assert await still_waiting(tmp_path) == (["case/1"], "")


async def test_a_chat_that_hangs_and_does_not_even_hear_that_it_is_given_up_holds_nobody(made, tmp_path):
    wall = Wall(hangs=True, is_deaf=True)
    room = await made(wall)
    served = Served(room)
    await room.receive(complaint())
    await asyncio.wait_for(wall.reached.wait(), SAFE_S)
    await served.end()
    assert await still_waiting(tmp_path) == (["case/1"], "")
    wall.open.set()
    await asyncio.sleep(0)


async def test_a_message_that_arrives_while_stopping_is_not_sent_again(made, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "DRAIN", timedelta(seconds=SAFE_S))
    wall = Wall(hangs=True)
    room = await made(wall)
    served = Served(room)
    await room.receive(complaint())
    await asyncio.wait_for(wall.reached.wait(), SAFE_S)
    served.stop.set()
    for _ in range(10):
        await asyncio.sleep(0)
    wall.open.set()
    await served.end()
    assert await still_waiting(tmp_path) == ([], "at case/1")


async def test_after_the_message_on_its_way_no_other_leaves(made, tmp_path, monkeypatch):
    """A long outbox would take longer than anybody waits for a process to end."""
    monkeypatch.setattr(running, "DRAIN", timedelta(seconds=SAFE_S))
    wall = Wall(hangs=True)
    room = await made(wall)
    for name in ("one", "two", "three"):
        await room.desk.receive(complaint(name, f"Problem {name}", name))
    served = Served(room)
    await asyncio.wait_for(wall.reached.wait(), SAFE_S)
    served.stop.set()
    for _ in range(10):
        await asyncio.sleep(0)
    wall.open.set()
    await served.end()
    assert wall.stands == ["case/1"]
    keys, _ = await still_waiting(tmp_path)
    assert keys == ["case/2", "case/3"]


async def test_a_look_that_hangs_does_not_hold_up_the_stop(made, monkeypatch):
    room = await made(Wall())
    begun = asyncio.Event()

    async def hang():
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(room, "tick", hang)
    served = Served(room)
    await asyncio.wait_for(begun.wait(), SAFE_S)
    await served.end()


async def test_the_data_is_free_for_the_next_process_once_the_room_has_stopped(made, tmp_path):
    served = Served(await made(Wall()))
    await served.end()
    await (await open_store(tmp_path)).close()


async def test_a_room_whose_screen_failed_is_closed_all_the_same(made, tmp_path):
    room = await made(Wall())

    async def fails():
        raise RuntimeError("the screen is gone")

    with pytest.raises(RuntimeError):
        await serve(room, asyncio.Event(), [], timedelta(seconds=15), fails())
    await (await open_store(tmp_path)).close()


def test_stopping_takes_less_than_ten_seconds():
    """All that stopping waits for is the message on its way; the rest is one write."""
    assert DRAIN < timedelta(seconds=10)


# A fault of the courier's own


async def test_a_courier_that_stumbles_goes_on(made, caplog, monkeypatch):
    """A spoilt file under one message would else silence the room for good, and nobody would be told."""
    room = await made(Wall())
    waiting, faults = room.store.waiting, [1, 2]

    async def spoilt(*args):
        if faults:
            faults.pop()
            raise StoreError("cases/1.json cannot be read")
        return await waiting(*args)

    monkeypatch.setattr(room.store, "waiting", spoilt)
    served = Served(room)
    await room.receive(complaint())

    async def is_posted():
        return room._chat.stands == ["case/1"]

    await until(is_posted)
    await served.end()
    assert caplog.text.count("the courier stumbled") == 2


# Typed lines


async def test_typed_lines_come_in_order_and_end():
    assert [line async for line in typed(["one\n", "two\n"])] == ["one\n", "two\n"]


async def test_lines_end_when_the_input_breaks():
    def broken():
        yield "one"
        raise OSError("the terminal is gone")

    async with asyncio.timeout(SAFE_S):
        assert [line async for line in typed(broken())] == ["one"]


async def test_one_wrong_byte_does_not_deafen_the_room():
    lines = io.TextIOWrapper(io.BytesIO("ana> claim 1\n\xff\nana> list\n".encode("latin-1")), encoding="utf-8")
    async with asyncio.timeout(SAFE_S):
        read = [line.strip() async for line in typed(lines)]
    assert [read[0], read[2]] == ["ana> claim 1", "ana> list"]


async def test_whoever_stops_listening_is_not_held_by_a_line_that_never_comes():
    never, asked = threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def silent():
        yield "one"
        loop.call_soon_threadsafe(asked.set)
        never.wait(SAFE_S)

    async def listen():
        async for _ in typed(silent()):
            pass

    listening = asyncio.create_task(listen())
    await asyncio.wait_for(asked.wait(), SAFE_S)
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening
    never.set()


async def test_a_line_that_fails_is_logged_and_the_next_is_heard(caplog):
    heard = []

    async def say(line):
        heard.append(line)
        if line == "bad":
            raise RuntimeError("Meu CPF é 111.444.777-35")

    with caplog.at_level(logging.DEBUG):
        await converse(typed(["good", "bad", "  \n", "better"]), say)
    assert heard == ["good", "bad", "better"]
    assert "a command failed" in caplog.text
    assert "111.444" not in " ".join(record.getMessage() for record in caplog.records)
