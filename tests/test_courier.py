"""The courier against a real store, a chat that does as it is told, and a clock moved by hand."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

import pytest

from adapters.stores.tiny import open_store
from adapters.stores.tiny import store as store_module
from bot import courier as courier_module
from bot.core.cards import Card
from bot.courier import Courier
from bot.ports import MessageGone, StoreDown, Undelivered, Urgency
from tests.stores.made import NOW, keys_waiting, new, post

SECOND = timedelta(seconds=1)


class HandClock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


class Wall:
    """A chat whose messages stay in ``sent``; ``faults`` are raised first, in order."""

    def __init__(self, pace: timedelta = timedelta()) -> None:
        self.pace = pace
        self.sent: list[str] = []
        self.standing: dict[str, Card] = {}
        self.faults: list[Exception | None] = []
        self.gate: asyncio.Event | None = None
        self.reached = asyncio.Event()

    async def post(self, key: str, card: Card, under: str = "", to: str = "") -> str:
        await self._take(f"{key}={card.title}" + (f" under {under}" if under else "") + (f" to {to}" if to else ""))
        ref = f"m{len(self.standing) + 1}"
        self.standing[ref] = card
        return ref

    async def edit(self, ref: str, card: Card) -> None:
        await self._take(f"edit {ref}={card.title}")
        self.standing[ref] = card

    async def remove(self, ref: str) -> None:
        await self._take(f"remove {ref}")
        del self.standing[ref]

    async def _take(self, line: str) -> None:
        self.reached.set()
        if self.gate:
            await self.gate.wait()
        if self.faults and (fault := self.faults.pop(0)):
            raise fault
        self.sent.append(line)


@pytest.fixture
async def store(tmp_path):
    store = await open_store(tmp_path / "data")
    yield store
    await store.close()


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def wall():
    return Wall()


@pytest.fixture
def told():
    return []


@pytest.fixture
def courier(store, wall, clock, told):
    async def tell(waiting, reason):
        told.append((waiting.post.key, reason))

    return Courier(store, wall, clock, tell)


async def test_when_nothing_waits_there_is_no_time_to_come_back(courier):
    assert await courier.deliver() is None


async def test_the_most_urgent_leaves_first_and_answers_go_to_their_thread(courier, store, wall):
    alarm = post("alarm", urgency=Urgency.ALARM)
    await new(
        store, "a", post("note", under="case/1"), post("case/1", urgency=Urgency.CARD), alarm, post("dm", to="ana")
    )
    assert await courier.deliver() is None
    assert wall.sent == ["alarm=alarm", "case/1=case/1", "note=note under m2", "dm=dm to ana"]


async def test_a_complaint_has_exactly_one_message_in_the_room(courier, store, wall):
    """Rule 000-02: one card, whatever happens to the case."""
    case = await new(store, "a", post("case/1", "new"))
    await courier.deliver()
    for title in ("claimed", "answered"):
        case = await store.append(case, [], [post("case/1", title)])
        await courier.deliver()
    assert wall.sent == ["case/1=new", "edit m1=claimed", "edit m1=answered"]
    assert len(wall.standing) == 1


async def test_five_quick_changes_cost_one_edit(courier, store, wall):
    case = await new(store, "a", post("case/1", "0"))
    await courier.deliver()
    for title in "12345":
        case = await store.append(case, [], [post("case/1", title)])
    await courier.deliver()
    assert wall.sent == ["case/1=0", "edit m1=5"]


async def test_a_card_that_somebody_deleted_is_said_anew_and_edited_there_from_then_on(courier, store, wall, told):
    case = await new(store, "a", post("case/1", "new"))
    await courier.deliver()
    wall.faults = [MessageGone("message_not_found")]
    case = await store.append(case, [], [post("case/1", "claimed")])
    await courier.deliver()
    assert wall.sent == ["case/1=new", "case/1=claimed"]
    assert await store.ref("case/1") == "m2"
    await store.append(case, [], [post("case/1", "answered")])
    assert await courier.deliver() is None
    assert wall.sent[2:] == ["edit m2=answered"]
    assert not told


async def test_what_cannot_be_said_anew_yet_is_said_later_and_once(courier, store, wall, clock):
    case = await new(store, "a", post("case/1", "new"))
    await courier.deliver()
    await store.append(case, [], [post("case/1", "claimed")])
    wall.faults = [MessageGone("message_not_found"), Undelivered("ratelimited", 30 * SECOND), MessageGone("gone")]
    await courier.deliver()
    assert wall.sent == ["case/1=new"]
    clock.move(30 * SECOND)
    assert await courier.deliver() is None
    assert wall.sent == ["case/1=new", "case/1=claimed"]


# Pace


async def test_a_channel_gets_no_more_than_its_pace(courier, store, wall, clock):
    wall.pace = SECOND
    await new(store, "a", post("one"), post("two"), post("three"))
    assert await courier.deliver() == NOW + SECOND
    assert await courier.deliver() == NOW + SECOND
    assert wall.sent == ["one=one"]
    clock.move(SECOND)
    assert await courier.deliver() == NOW + 2 * SECOND
    clock.move(SECOND)
    await courier.deliver()
    assert wall.sent == ["one=one", "two=two", "three=three"]


async def test_the_room_and_each_member_are_channels_of_their_own(courier, store, wall):
    wall.pace = SECOND
    await new(
        store,
        "a",
        post("room/1"),
        post("room/2"),
        post("dm/1", to="ana"),
        post("dm/2", to="ana"),
        post("dm/3", to="rui"),
    )
    await courier.deliver()
    assert wall.sent == ["room/1=room/1", "dm/1=dm/1 to ana", "dm/3=dm/3 to rui"]


async def test_an_urgent_post_overtakes_what_waits_for_the_pace(courier, store, wall, clock):
    wall.pace = SECOND
    case = await new(store, "a", post("one"), post("two"))
    await courier.deliver()
    await store.append(case, [], [post("alarm", urgency=Urgency.ALARM)])
    clock.move(SECOND)
    await courier.deliver()
    assert wall.sent == ["one=one", "alarm=alarm"]


async def test_a_clock_that_is_set_back_keeps_no_channel_closed(courier, store, wall, clock):
    wall.pace = SECOND
    await new(store, "a", post("one"), post("two"))
    await courier.deliver()
    clock.move(timedelta(hours=-1))
    await courier.deliver()
    assert wall.sent == ["one=one", "two=two"]


# Failures


async def test_retry_after_is_honoured_and_the_whole_chat_pauses(courier, store, wall, clock):
    await new(store, "a", post("one"), post("two", to="ana"))
    wall.faults = [Undelivered("ratelimited", timedelta(seconds=30))]
    assert await courier.deliver() == NOW + timedelta(seconds=30)
    assert wall.sent == []
    clock.move(timedelta(seconds=29))
    assert await courier.deliver() == NOW + timedelta(seconds=30)
    assert wall.sent == []
    clock.move(SECOND)
    assert await courier.deliver() is None
    assert wall.sent == ["one=one", "two=two to ana"]


async def test_a_failure_is_tried_again_after_twice_as_long_each_time(courier, store, wall, clock):
    await new(store, "a", post("one"))
    wall.faults = [Undelivered("connection reset") for _ in range(12)]
    waits = []
    while wall.faults:
        due = await courier.deliver()
        waits.append((due - clock.now).total_seconds())
        clock.now = due
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    await courier.deliver()
    assert wall.sent == ["one=one"]


async def test_a_failure_keeps_nobody_else_waiting(courier, store, wall):
    await new(store, "a", post("one"), post("two"))
    wall.faults = [Undelivered("connection reset")]
    assert await courier.deliver() == NOW + SECOND
    assert wall.sent == ["two=two"]


async def test_a_retry_after_of_nothing_still_waits(courier, store, wall):
    await new(store, "a", post("one"))
    wall.faults = [Undelivered("ratelimited", timedelta())]
    assert await courier.deliver() == NOW + SECOND


async def test_what_is_refused_for_good_is_told_once_and_not_tried_again(courier, store, wall, clock, told):
    await new(store, "a", post("one"), post("two"))
    wall.faults = [Undelivered("is_archived", for_good=True)]
    assert await courier.deliver() is None
    clock.move(timedelta(days=1))
    await courier.deliver()
    assert told == [("one", "is_archived")]
    assert wall.sent == ["two=two"]
    assert [waiting.refused for waiting in await store.refused()] == ["is_archived"]


async def test_a_lead_who_cannot_be_told_stops_no_delivery(store, wall, clock, caplog):
    async def fail(waiting, reason):
        raise RuntimeError("no lead")

    await new(store, "a", post("one"), post("two"))
    wall.faults = [Undelivered("is_archived", for_good=True)]
    await Courier(store, wall, clock, fail).deliver()
    assert wall.sent == ["two=two"]
    assert "nobody could be told that one was refused" in caplog.text


async def test_a_bug_of_the_chat_is_logged_by_key_and_stops_nothing(courier, store, wall, clock, caplog):
    await new(store, "a", post("one"), post("two"))
    wall.faults = [KeyError("ts")]
    assert await courier.deliver() == NOW + SECOND
    assert wall.sent == ["two=two"]
    assert "one" in caplog.text and "KeyError" in caplog.text
    clock.move(SECOND)
    await courier.deliver()
    assert wall.sent == ["two=two", "one=one"]


async def test_no_card_is_written_to_the_log(courier, store, wall, caplog):
    caplog.set_level(logging.DEBUG)
    await new(store, "a", post("one", "João's telephone"), post("two", "João's address"))
    wall.faults = [Undelivered("connection reset"), Undelivered("is_archived", for_good=True)]
    await courier.deliver()
    assert "João" not in caplog.text


async def test_a_message_whose_place_cannot_be_kept_is_not_sent_twice(courier, store, wall, clock, monkeypatch):
    """Nothing is said twice: while the store is down nothing else leaves either."""
    await new(store, "a", post("one"), post("two"))

    def full(*arguments):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as fault:
        fault.setattr(store_module, "extend_case", full)
        for _ in range(3):
            assert await courier.deliver() == clock.now + SECOND
            clock.move(SECOND)
        assert wall.sent == ["one=one"]
    assert await courier.deliver() is None
    assert wall.sent == ["one=one", "two=two"]
    assert await store.ref("one") == "m1"


async def test_a_store_that_is_down_is_asked_again(courier, store, monkeypatch):
    async def down(now):
        raise StoreDown("the database is away")

    monkeypatch.setattr(store, "waiting", down)
    assert await courier.deliver() == NOW + SECOND


# While a message is on its way


async def test_a_card_that_changes_on_its_way_goes_out_again_as_an_edit(courier, store, wall):
    case = await new(store, "a", post("case/1", "old"))
    wall.gate = asyncio.Event()
    delivering = asyncio.create_task(courier.deliver())
    await wall.reached.wait()
    await store.append(case, [], [post("case/1", "new")])
    wall.gate.set()
    await delivering
    assert wall.sent == ["case/1=old", "edit m1=new"]
    assert await keys_waiting(store) == []


async def test_what_is_withdrawn_while_another_is_on_its_way_never_leaves(courier, store, wall):
    case = await new(store, "a", post("one"), post("remind/1"))
    wall.gate = asyncio.Event()
    delivering = asyncio.create_task(courier.deliver())
    await wall.reached.wait()
    await store.append(case, [], withdraw=["remind/"])
    wall.gate.set()
    await delivering
    assert wall.sent == ["one=one"]


async def test_what_is_withdrawn_on_its_way_is_taken_down_when_it_has_arrived(courier, store, wall):
    case = await new(store, "a", post("remind/1"))
    wall.gate = asyncio.Event()
    delivering = asyncio.create_task(courier.deliver())
    await wall.reached.wait()
    await store.append(case, [], withdraw=["remind/"])
    wall.gate.set()
    await delivering
    assert wall.sent == ["remind/1=remind/1", "remove m1"]
    assert wall.standing == {}
    assert await keys_waiting(store) == []


async def test_what_takes_its_place_is_said_before_the_old_message_is_taken_down(courier, store, wall):
    case = await new(store, "a", post("remind/1"))
    await courier.deliver()
    await store.append(case, [], [post("remind/2")], withdraw=["remind/"])
    await courier.deliver()
    assert wall.sent == ["remind/1=remind/1", "remind/2=remind/2", "remove m1"]


@pytest.mark.parametrize("fault", [Undelivered("500"), Undelivered("cant_delete_message", for_good=True)])
async def test_a_message_that_cannot_be_taken_down_is_tried_again_or_left_and_nobody_is_troubled(
    fault, courier, store, wall, clock, told
):
    case = await new(store, "a", post("remind/1"))
    await courier.deliver()
    await store.append(case, [], withdraw=["remind/"])
    wall.faults = [fault]
    await courier.deliver()
    clock.move(courier_module.LONGEST_WAIT)
    await courier.deliver()
    assert await keys_waiting(store) == []
    assert told == []
    assert (wall.sent[-1] == "remove m1") is not fault.for_good


async def test_being_stopped_a_message_on_its_way_arrives_and_is_kept(courier, store, wall):
    await new(store, "a", post("one"), post("two"))
    wall.gate = asyncio.Event()
    running = asyncio.create_task(courier.run(asyncio.Event()))
    await wall.reached.wait()
    running.cancel()
    await asyncio.sleep(0.01)
    assert not running.done(), "it drains"
    wall.gate.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert wall.sent == ["one=one"]
    assert await store.ref("one") == "m1"
    assert await keys_waiting(store) == ["two"]


async def test_a_chat_that_hangs_does_not_keep_us_from_stopping(courier, store, wall, monkeypatch):
    monkeypatch.setattr(courier_module, "DRAIN_S", 0.05)
    await new(store, "a", post("one"))
    wall.gate = asyncio.Event()
    running = asyncio.create_task(courier.run(asyncio.Event()))
    await wall.reached.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(running, 1)
    assert await keys_waiting(store) == ["one"]


# The loop


async def eventually(fact, within_s: float = 2):
    async with asyncio.timeout(within_s):
        while not fact():
            await asyncio.sleep(0.005)


@pytest.fixture
async def wake(courier):
    wake = asyncio.Event()
    running = asyncio.create_task(courier.run(wake))
    yield wake
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_woken_the_courier_delivers_at_once(wake, store, wall):
    await asyncio.sleep(0.01)
    await new(store, "a", post("one"))
    wake.set()
    await eventually(lambda: wall.sent == ["one=one"])


async def test_woken_the_courier_lets_the_member_be_answered_first(wake, store, wall, monkeypatch):
    """So what a member's command caused leaves in its last form, and the look at it holds up no answer."""
    monkeypatch.setattr(courier_module, "MEMBER_FIRST_S", 3_600)
    await asyncio.sleep(0.01)
    await new(store, "a", post("one"))
    wake.set()
    await asyncio.sleep(0.01)
    assert wall.sent == []


async def test_without_being_woken_it_comes_back_when_something_is_due(store, wall, clock, told, monkeypatch):
    await new(store, "a", post("one"))
    wall.faults = [Undelivered("connection reset")]
    monkeypatch.setattr(courier_module, "FIRST_WAIT", timedelta(milliseconds=20))
    ticking = Courier(store, wall, lambda: datetime.now(tz=NOW.tzinfo), told.append)
    running = asyncio.create_task(ticking.run(asyncio.Event()))
    await eventually(lambda: wall.sent == ["one=one"])
    running.cancel()


async def test_it_looks_again_even_when_nobody_wakes_it(courier, store, wall, monkeypatch):
    """Another machine may have written a post."""
    monkeypatch.setattr(courier_module, "LOOK_AGAIN", timedelta(milliseconds=20))
    running = asyncio.create_task(courier.run(asyncio.Event()))
    await asyncio.sleep(0.01)
    await new(store, "a", post("one"))
    await eventually(lambda: wall.sent == ["one=one"])
    running.cancel()


async def test_many_posts_leave_in_order(courier, store, wall):
    await new(store, "a", *(post(f"{number}") for number in range(300)))
    await courier.deliver()
    assert wall.sent == [f"{number}={number}" for number in range(300)]
