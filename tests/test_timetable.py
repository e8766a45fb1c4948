"""The timetable says "look now": whatever fails, the next look comes, and nothing is skipped or taken twice."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.schedulers import base

from bot import timetable as timetables
from bot.core.complaint import Complaint
from bot.demo.people import START, demo_plan
from bot.ports import Batch, SourceDown, StoreDown, StoreError
from bot.room import HandClock, Room
from bot.timetable import poll, timetable
from tests.rooms import LIBRARY, open_store

NAMES = "abcde"


def complaint(name):
    return Complaint(key=name, channel="forum", text=f"Problem {name} of mine", author=name, posted_at=START)


class Feed:
    """A source that brings two complaints a time, from where its cursor stands."""

    name, every = "press", timedelta(minutes=5)

    def __init__(self, news=(), name="press"):
        self.is_down, self.asked, self.news, self.name = False, [], news, name

    async def fetch(self, cursor):
        self.asked.append(cursor)
        if self.is_down:
            raise SourceDown("press answered 503")
        begin = int(cursor or 0)
        found = tuple(complaint(name) for name in NAMES[begin : begin + 2])
        return Batch(found, str(begin + len(found)), self.news)


class Quiet:
    """A chat that takes everything."""

    pace = timedelta()

    def tells_duties_to(self, member):
        return False

    async def post(self, key, card, under="", to=""):
        return key

    async def edit(self, ref, card):
        pass

    async def remove(self, ref):
        pass


@pytest.fixture
async def room(tmp_path):
    store = await open_store(tmp_path)
    yield Room(demo_plan(), LIBRARY, store, Quiet(), HandClock(START), tmp_path)
    await store.close()


async def keys(room):
    return [case.complaint.key for case in await room.store.live_cases()]


# Polling


async def test_polls_follow_the_cursor(room):
    feed = Feed()
    assert [await poll(room, feed) for _ in range(4)] == [2, 2, 1, 0]
    assert feed.asked == ["", "2", "4", "5"]
    assert await keys(room) == list(NAMES)


@pytest.mark.parametrize("fails_at", range(1, 8))
async def test_a_fault_anywhere_repeats_and_neither_skips_nor_doubles(room, monkeypatch, fails_at):
    """Opening each case and saving the cursor are the writes of a poll; any of them may fail."""
    feed, writes = Feed(), []
    for name in ("open", "save_cursor"):
        sound = getattr(room.store, name)

        async def write(*args, sound=sound, **kwargs):
            writes.append(sound)
            if len(writes) == fails_at:
                raise StoreDown("the disk is full")
            return await sound(*args, **kwargs)

        monkeypatch.setattr(room.store, name, write)
    failed = 0
    for _ in range(4):
        try:
            await poll(room, feed)
        except StoreDown:
            failed += 1
            await poll(room, feed)
    assert failed == 1
    assert await keys(room) == list(NAMES)
    assert await room.store.cursor("press") == "5"


async def test_the_cursor_is_saved_after_the_cases(room, monkeypatch):
    order = []
    for name in ("open", "save_cursor"):
        sound = getattr(room.store, name)

        async def write(*args, sound=sound, name=name, **kwargs):
            order.append(name)
            return await sound(*args, **kwargs)

        monkeypatch.setattr(room.store, name, write)
    await poll(room, Feed())
    assert order == ["open", "open", "save_cursor"]


async def test_a_store_that_is_down_keeps_the_cursor(room, monkeypatch):
    async def down(*_, **__):
        raise StoreDown("the disk is full")

    with monkeypatch.context() as fault:
        fault.setattr(room.store, "open", down)
        with pytest.raises(StoreDown):
            await poll(room, Feed())
    assert await room.store.cursor("press") == ""
    assert await room.store.heard_from() == {}


async def test_news_of_the_sector_go_to_the_digest_alone(room):
    """Rule 002-03."""
    await poll(room, Feed(news=(complaint("news"),)))
    assert await keys(room) == ["a", "b"]
    titles = {section.title: section.lines for section in (await room.hear("ana", "digest")).sections}
    assert titles["News of the sector"] == (("Problem news of mine",),)


async def test_a_poll_says_when_the_source_was_last_heard_from(room):
    """Rule 000-01."""
    await poll(room, Feed())
    assert await room.store.heard_from() == {"press": START}


# The jobs


def jobs_of(scheduler):
    return {job.id: job for job in scheduler.get_jobs()}


async def test_no_job_is_dropped_for_being_late_nor_run_twice_at_once(room, monkeypatch):
    room.clock = Wall(monkeypatch)
    scheduler = timetable(room, [Feed()])
    scheduler.start()
    jobs = jobs_of(scheduler)
    scheduler.shutdown(wait=False)
    await asyncio.sleep(0)
    assert sorted(jobs) == ["poll/press", "tick"]
    for job in jobs.values():
        assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (None, True, 1), job.id
        assert str(job.trigger.timezone) == "UTC"
    assert jobs["tick"].trigger.interval == timetables.TICK
    assert jobs["poll/press"].trigger.interval == timedelta(minutes=5)


async def test_stopping_in_the_middle_of_a_look_is_no_error(room, caplog, monkeypatch):
    room.clock = Wall(monkeypatch)
    begun = asyncio.Event()

    async def hang(cursor):
        begun.set()
        await asyncio.Event().wait()

    feed = Feed()
    feed.fetch = hang
    scheduler = timetable(room, [feed])
    scheduler.start()
    await begun.wait()
    scheduler.shutdown(wait=False)
    for _ in range(10):
        await asyncio.sleep(0)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_nothing_is_looked_at_more_often_than_every_second(room):
    [tick] = timetable(room, [], timedelta(milliseconds=10)).get_jobs()
    assert tick.trigger.interval == timedelta(seconds=1)


async def test_a_source_that_is_down_is_logged_and_asked_again(room, caplog):
    feed = Feed()
    feed.is_down = True
    look = jobs_of(timetable(room, [feed]))["poll/press"].func
    await look()
    assert "a source is down" in caplog.text
    assert "press answered 503" in caplog.text
    feed.is_down = False
    await look()
    assert await keys(room) == ["a", "b"]


async def test_a_store_that_is_down_is_logged_without_a_traceback(room, caplog, monkeypatch):
    async def down():
        raise StoreDown("/data cannot be written")

    monkeypatch.setattr(room, "tick", down)
    await jobs_of(timetable(room, []))["tick"].func()
    assert "the store is down" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("fault", [RuntimeError("a bug"), StoreError("spoilt"), SourceDown("503"), TimeoutError()])
async def test_a_job_that_fails_is_logged_by_name_and_stops_no_other(room, caplog, fault):
    bad, good = Feed(name="bad"), Feed(name="good")

    async def broken(cursor):
        raise fault

    bad.fetch = broken
    jobs = jobs_of(timetable(room, [bad, good]))
    for name in ("poll/bad", "tick", "poll/good"):
        await jobs[name].func()
    assert await keys(room) == ["a", "b"]
    assert any("bad" in record.getMessage() for record in caplog.records), caplog.text


async def test_a_log_of_a_failing_job_holds_nobodys_words(room, caplog):
    async def broken(cursor):
        raise ValueError("Meu CPF é 111.444.777-35, João Prado")

    feed = Feed()
    feed.fetch = broken
    with caplog.at_level(logging.DEBUG):
        await jobs_of(timetable(room, [feed]))["poll/press"].func()
    assert "a job failed" in caplog.text
    said = " ".join(record.getMessage() for record in caplog.records)
    assert "João" not in said
    assert "111.444" not in said


# A clock that jumps


class Wall:
    """The machine's clock, for APScheduler and for the room: somebody sets it."""

    def __init__(self, monkeypatch):
        wall = self
        self.skew = timedelta()

        class Skewed(datetime):
            @classmethod
            def now(cls, tz=None):
                return datetime.now(tz) + wall.skew

        monkeypatch.setattr(base, "datetime", Skewed)

    def __call__(self):
        return datetime.now(UTC) + self.skew


@pytest.fixture
async def running(room, monkeypatch):
    """A started timetable whose tick only counts, and the wall's clock."""
    wall = Wall(monkeypatch)
    room.clock = wall
    ticks, ticked = [], asyncio.Event()

    async def tick():
        ticks.append(wall())
        ticked.set()

    monkeypatch.setattr(room, "tick", tick)
    scheduler = timetable(room, [], timedelta(minutes=1))
    scheduler.start()

    async def look():
        """The scheduler's timer goes off, whatever the wall says; a job has its turn."""
        ticked.clear()
        scheduler.wakeup()
        for _ in range(20):
            await asyncio.sleep(0)
        return len(ticks)

    assert await look() == 1
    yield wall, look, scheduler
    if scheduler.running:
        scheduler.shutdown(wait=False)
        await asyncio.sleep(0)


async def test_between_two_times_nothing_is_looked_at(running):
    _, look, _ = running
    assert await look() == 1


async def test_a_clock_that_is_set_forward_brings_one_look_and_not_one_for_each_missed(running):
    wall, look, _ = running
    wall.skew += timedelta(hours=5)
    assert await look() == 2
    assert await look() == 2


async def test_a_clock_that_is_set_forward_by_years_is_no_work(running, monkeypatch):
    """A machine without a battery wakes up in 1970. APScheduler would count thirty million missed looks."""
    wall, look, scheduler = running
    [tick] = scheduler.get_jobs()
    counted = []
    trigger = type(tick.trigger)
    fire = trigger.get_next_fire_time
    monkeypatch.setattr(trigger, "get_next_fire_time", lambda *args: counted.append(1) or fire(*args))
    wall.skew += timedelta(days=5_000)
    assert await look() == 2
    assert len(counted) < 5


async def test_a_clock_that_is_set_back_stops_no_looks(running):
    """APScheduler would sleep for as long as the clock was set back: no reminder for five hours."""
    wall, look, _ = running
    wall.skew -= timedelta(hours=5)
    assert await look() == 2
    assert await look() == 2
    wall.skew += timedelta(seconds=61)
    assert await look() == 3


async def test_the_scheduler_wakes_within_one_turn_whatever_the_wall_says(running):
    """Its timer counts real seconds, so a clock that jumps is noticed within one turn."""
    wall, look, scheduler = running
    for jump in (timedelta(hours=5), timedelta(hours=-11), timedelta(days=-400)):
        wall.skew += jump
        await look()
        rest = scheduler._timeout.when() - asyncio.get_running_loop().time()
        assert rest <= 61


async def test_a_look_that_takes_long_is_not_begun_twice(room, monkeypatch):
    wall = Wall(monkeypatch)
    room.clock = wall
    begun, go_on = [], asyncio.Event()

    async def tick():
        begun.append(1)
        await go_on.wait()

    monkeypatch.setattr(room, "tick", tick)
    scheduler = timetable(room, [], timedelta(minutes=1))
    scheduler.start()
    for _ in range(5):
        wall.skew += timedelta(minutes=2)
        scheduler.wakeup()
        for _ in range(10):
            await asyncio.sleep(0)
    assert begun == [1]
    go_on.set()
    for _ in range(10):
        await asyncio.sleep(0)
    wall.skew += timedelta(minutes=2)
    scheduler.wakeup()
    for _ in range(10):
        await asyncio.sleep(0)
    assert begun == [1, 1]
    scheduler.shutdown(wait=False)
    await asyncio.sleep(0)
