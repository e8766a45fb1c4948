"""The running room: a clock that is moved passes every moment at which something is due, once and in order."""

import asyncio
from collections import Counter
from datetime import date, time, timedelta

import pytest
from msgspec.structs import replace

from bot import room as rooms
from bot.core.calendar import digest_moment, is_quiet
from bot.core.complaint import Complaint
from bot.core.events import Lapsed, Reminded
from bot.core.plan import Hours
from bot.core.words import plain
from bot.demo.people import START, demo_plan
from bot.ports import StoreError, Undelivered
from bot.room import FastClock, HandClock, Room
from tests.rooms import LIBRARY, at, open_room, open_store
from tests.test_desk import complaint, text

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)


class Wall:
    """A chat that keeps what it was told and when; it fails while ``is_down``, and asks for ``wait``."""

    pace = timedelta()

    def __init__(self, clock):
        self.clock, self.is_down, self.wait = clock, False, None
        self.stands, self.tries, self.shown, self.told_alone = [], [], {}, ()

    def tells_duties_to(self, member):
        return member in self.told_alone

    async def post(self, key, card, under="", to=""):
        self.tries.append((self.clock(), key))
        if self.is_down:
            raise Undelivered("rate limited", self.wait)
        self.stands.append((self.clock(), key))
        self.shown[key] = card
        return key

    async def edit(self, ref, card):
        if self.is_down:
            raise Undelivered("rate limited", self.wait)
        self.shown[ref] = card

    async def remove(self, ref):
        if self.is_down:
            raise Undelivered("rate limited", self.wait)
        del self.shown[ref]

    def reminders(self, number=1):
        return [card for ref, card in self.shown.items() if ref.startswith(f"case/{number}/remind/")]

    def at(self, beginning):
        return [moment for moment, key in self.stands if key.startswith(beginning)]


@pytest.fixture
async def store(tmp_path):
    store = await open_store(tmp_path)
    yield store
    await store.close()


@pytest.fixture
def wall():
    return Wall(HandClock(START))


@pytest.fixture
def made(store, wall, tmp_path):
    """Makes a room on the store and the wall."""
    return lambda plan=None, **more: Room(plan or demo_plan(), LIBRARY, store, wall, wall.clock, tmp_path, **more)


async def reminded(room, number=1):
    return [entry.at for entry in await room.store.history(number) if isinstance(entry.event, Reminded)]


# Moving the clock


async def test_one_long_move_and_many_short_ones_are_the_same_story(tmp_path):
    """Never skips: what is said at each moment does not depend on how the clock gets there."""
    told = []
    for name, steps in (("once", [DAY * 2]), ("often", [timedelta(minutes=7)] * 411 + [3 * MINUTE])):
        said = []
        async with open_room(tmp_path / name, checks=False, said=said) as (room, _):
            await room.receive(complaint())
            await room.hear("ana", "claim 1")
            await room.hear("ana", "promise 1 a call by tomorrow 12:00")
            for step in steps:
                await room.advance(step)
            told.append((said, await room.store.history(1)))
    assert told[0] == told[1]


async def test_each_thing_happens_at_its_own_time(made, wall):
    room = made()
    await room.receive(complaint())
    await room.advance(DAY)
    moments = await reminded(room)
    assert moments[0] == START + 30 * MINUTE, "nobody has claimed it"
    assert len(moments) == len(set(moments))
    assert moments == sorted(moments)
    assert wall.at("digest/") == [at("2026-08-25T09:00:00-03:00")]
    assert room.now() == START + DAY


async def test_a_reminder_that_comes_again_takes_the_place_of_the_last_one(made, wall):
    room = made()
    await room.receive(complaint())
    for hours in (1, 3, 7, 13, 20):
        await room.advance(hours * HOUR)
        (card,) = wall.reminders()
        assert len(card.lines) == len({plain(line) for line in card.lines})
    assert len(wall.at("case/1/remind/")) > 10
    assert [button.command for button in card.buttons] == ["claim 1", "snooze 1"]


async def test_a_reminder_says_only_what_is_owed_yet_and_goes_with_the_last_of_it(made, wall):
    room = made()
    await room.receive(complaint())
    await room.hear("ana", "claim 1")
    await room.advance(6 * HOUR + 5 * MINUTE)
    (card,) = wall.reminders()
    assert {"reply 1", "facts 1"} <= {button.command for button in card.buttons}
    await room.hear("ana", "facts 1 the parcel went to another town")
    (card,) = wall.reminders()
    assert "facts 1" not in {button.command for button in card.buttons}
    await room.hear("ana", "reply 1 João, lamento. Busco o pedido e volto aqui hoje às 19h.")
    await room.hear("ana", "sent 1 https://example.com/r/1")
    assert not any("first contact" in plain(line) for card in wall.reminders() for line in card.lines)
    await room.hear("lia", "dismiss 1 because he took it back")
    assert wall.reminders() == []


async def test_a_claim_that_lapses_leaves_the_reminder_to_those_who_owe_it_now(made, wall):
    room = made()
    await room.receive(complaint())
    await room.hear("ana", "claim 1")
    await room.advance(7 * HOUR + 5 * MINUTE)
    (card,) = wall.reminders()
    assert [button.command for button in card.buttons] == ["claim 1"]
    assert card.calls == ("ana", "bea")


async def test_a_snoozed_reminder_is_taken_down_and_does_not_come_back_before_its_time(made, wall):
    room = made()
    await room.receive(complaint())
    await room.advance(40 * MINUTE)
    assert len(wall.reminders()) == 1
    await room.hear("ana", "snooze 1 2h waiting for the shop")
    assert wall.reminders() == []
    await room.hear("bea", "facts 1 order 7")
    await room.advance(HOUR)
    assert wall.reminders() == []
    await room.advance(2 * HOUR)
    assert len(wall.reminders()) == 1


async def test_who_sees_their_duties_nowhere_reads_them_alone_each_morning_before_the_digest(made, wall):
    wall.told_alone = ("ana", "lia")
    room = made()
    await room.receive(complaint())
    await room.hear("ana", "claim 1")
    await room.advance(DAY)
    keys = [key for _, key in wall.stands if key.startswith(("todo/", "digest/"))]
    assert keys == ["todo/2026-08-25/ana", "digest/2026-08-25"], "Lia owes nothing"
    assert wall.shown["todo/2026-08-25/ana"].title == "What you owe"
    await made().desk.digest()
    assert len(wall.at("todo/")) == 1


async def test_a_look_has_its_exact_time_so_nothing_is_said_late(made):
    """Between the stops of the clock there is nothing: every reminder stands at a stop that was foretold."""
    room = made()
    await room.receive(complaint())
    foretold = set()
    for _ in range(40):
        look = await room.store.next_look()
        if look is None:
            break
        foretold.add(look)
        room.clock.at = look
        await room.tick()
    assert foretold >= set(await reminded(room)) - {START}


async def test_moving_ends_although_something_is_due_again_and_again(made, monkeypatch):
    """Bounded: a fault that made a case due for ever would stop the clock's stops, and not the room."""
    room = made()
    await room.receive(complaint())
    stops = []

    async def always_now():
        stops.append(room.now())
        return room.now()

    monkeypatch.setattr(room.store, "next_look", always_now)
    await room.advance(MINUTE)
    assert len(stops) <= 61
    assert all(later > earlier for earlier, later in zip(stops, stops[1:], strict=False))
    assert room.now() == START + MINUTE


async def test_a_move_has_at_most_so_many_stops(made, monkeypatch):
    room = made()
    await room.receive(complaint())
    monkeypatch.setattr(rooms, "MOST_STOPS", 3)
    await room.advance(5 * DAY)
    assert room.now() == START + 5 * DAY
    assert len(await reminded(room)) <= 5


async def test_the_clock_is_never_moved_back(made):
    room = made()
    await room.advance(-HOUR)
    assert room.now() == START


async def test_of_two_moves_at_once_one_is_made(made, wall):
    room = made()
    await room.receive(complaint())
    await asyncio.gather(room.advance(DAY), room.advance(DAY))
    assert room.now() == START + DAY
    assert len(wall.at("digest/")) == 1
    moments = await reminded(room)
    assert len(moments) == len(set(moments))


async def test_a_move_that_failed_does_not_stop_the_next(made, monkeypatch):
    room = made()

    async def broken():
        raise RuntimeError("a bug")

    with monkeypatch.context() as fault:
        fault.setattr(room, "tick", broken)
        with pytest.raises(RuntimeError):
            await room.advance(HOUR)
    await room.advance(HOUR)
    assert room.now() == START + HOUR


async def test_a_member_who_acts_while_the_clock_moves_is_heard(made):
    room = made()
    await room.receive(complaint())
    _, answer = await asyncio.gather(room.advance(2 * HOUR), room.hear("ana", "claim 1"))
    assert text(answer).startswith("Noted.")
    assert (await room.store.case(1)).owner == "ana"


# Arrivals


def arriving(minutes, key):
    return START + minutes * MINUTE, Complaint(
        key=key, channel="forum", text=f"Problem {key} of mine", author=key, posted_at=START + minutes * MINUTE
    )


async def test_arrivals_come_at_their_time_and_in_order_however_they_are_listed(made):
    room = made(arrivals=[arriving(90, "third"), arriving(0, "first"), arriving(40, "second")])
    await room.tick()
    assert [case.complaint.key for case in await room.store.live_cases()] == ["first"]
    await room.advance(2 * HOUR)
    cases = await room.store.live_cases()
    assert [case.complaint.key for case in cases] == ["first", "second", "third"]
    assert [case.opened_at - START for case in cases] == [timedelta(), 40 * MINUTE, 90 * MINUTE]


async def test_an_arrival_that_could_not_be_kept_comes_again(made, monkeypatch):
    room = made(arrivals=[arriving(0, "first")])
    receive, failing = room.desk.receive, [True]

    async def receive_later(complaint):
        if failing:
            failing.pop()
            from bot.ports import StoreDown

            raise StoreDown("the disk is full")
        return await receive(complaint)

    monkeypatch.setattr(room.desk, "receive", receive_later)
    await room.tick()
    assert not await room.store.live_cases()
    await room.tick()
    assert len(await room.store.live_cases()) == 1


# A chat that fails for a while


async def test_what_the_chat_did_not_take_leaves_when_it_asked_to_be_asked_again(made, wall):
    """The move stops for it: a message is not kept back until something else is due."""
    room = made()
    wall.is_down, wall.wait = True, timedelta(minutes=2)
    await room.receive(complaint())
    wall.is_down = False
    await room.advance(20 * MINUTE)
    assert wall.at("case/1") == [START + 2 * MINUTE]


async def test_a_chat_that_is_away_for_hours_gets_everything_once_and_soon(made, wall):
    room = made()
    await room.receive(complaint())
    wall.is_down = True
    await room.advance(3 * HOUR)
    assert [key for _, key in wall.stands] == ["case/1"]
    wall.is_down = False
    await room.advance(10 * MINUTE)
    assert Counter(key for _, key in wall.stands).most_common(1)[0][1] == 1
    assert all(moment <= START + 3 * HOUR + 6 * MINUTE for moment, _ in wall.stands)
    assert not await room.store.waiting(room.now())


async def test_a_chat_that_never_answers_again_does_not_hold_up_the_clock(made, wall):
    room = made()
    wall.is_down = True
    await room.receive(complaint())
    await room.advance(6 * HOUR)
    assert room.now() == START + 6 * HOUR
    assert len(await reminded(room)) >= 3
    assert len(wall.tries) < 400, "it is asked again, with pauses"


async def test_reminders_that_could_not_leave_are_one_message_in_the_end(made, wall):
    """The older one is dropped for the newer: nobody reads what was owed hours ago."""
    room = made()
    await room.receive(complaint())
    wall.is_down = True
    await room.advance(9 * HOUR)
    wall.is_down = False
    await room.advance(10 * MINUTE)
    assert len(wall.at("case/1/remind/")) == 1
    assert len(await reminded(room)) > 3


# The fast clock


class Seconds:
    def __init__(self):
        self.passed = 0.0

    def __call__(self):
        return self.passed


def test_a_fast_clock_runs_stands_and_is_moved():
    seconds = Seconds()
    clock = FastClock(START, seconds, speed=60)
    seconds.passed += 2
    assert clock() == START + 2 * MINUTE
    clock.speed = 0
    seconds.passed += 100
    assert clock() == START + 2 * MINUTE, "paused"
    clock.speed = 1
    seconds.passed += 3
    assert clock() == START + 2 * MINUTE + timedelta(seconds=3), "the pause is not made up for"
    clock.at = START + DAY
    seconds.passed += 1
    assert clock() == clock.at == START + DAY + timedelta(seconds=1)


async def test_a_running_clock_is_moved_past_everything_that_is_due(store, tmp_path):
    seconds = Seconds()
    clock = FastClock(START, seconds, speed=1)
    wall = Wall(clock)
    room = Room(demo_plan(), LIBRARY, store, wall, clock, tmp_path, arrivals=[arriving(10, "one")])
    seconds.passed += 5
    await room.advance(DAY)
    assert room.now() == START + DAY + timedelta(seconds=5)
    assert (await room.store.case(1)).opened_at == START + 10 * MINUTE
    assert len(wall.at("digest/")) == 1


async def test_a_demos_speed_is_set_on_the_room_and_a_real_room_has_none(store, tmp_path, made):
    clock = FastClock(START, Seconds())
    room = Room(demo_plan(), LIBRARY, store, Wall(clock), clock, tmp_path)
    room.speed = 60
    assert room.speed == clock.speed == 60
    by_hand = made()
    by_hand.speed = 60
    assert by_hand.speed == 1


# Digests


ZONES = ("Europe/Madrid", "Europe/Warsaw", "America/Santiago")


@pytest.mark.parametrize("hour", [time(9), time(2, 30), time(0)], ids=str)
@pytest.mark.parametrize("zone", ZONES)
async def test_a_digest_is_due_once_on_every_local_date_of_a_year(made, wall, monkeypatch, zone, hour):
    """The clock is changed at two in Europe and at midnight in Chile, where a date has no midnight, or two."""
    plan = replace(demo_plan(), zone=zone, country="", hours=Hours(digest=hour))
    wall.clock.at = at("2026-01-01T12:00:00+00:00")
    room = made(plan)
    announced = []

    async def announce(post, told):
        announced.append((post.key, room.now()))
        return True

    monkeypatch.setattr(room.store, "announce", announce)
    await room.advance(365 * DAY)
    days = [date(2026, 1, 1) + DAY * number for number in range(366)]
    keys = [key.removeprefix("digest/") for key, _ in announced]
    assert Counter(keys).most_common(1)[0][1] == 1
    due = [day for day in days if at("2026-01-01T12:00:00+00:00") <= digest_moment(day, plan) <= room.now()]
    assert keys == [day.isoformat() for day in due]
    assert [moment for _, moment in announced] == [digest_moment(day, plan) for day in due]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("change", ["2026-03-28", "2026-10-24", "2026-04-04", "2026-09-05"])
async def test_looking_every_quarter_hour_over_a_changed_clock_brings_one_digest_a_day(made, wall, zone, change):
    """As the timetable does it: through the hour that is shown twice, or never, whatever is due."""
    plan = replace(demo_plan(), zone=zone, country="", hours=Hours(digest=time(2, 30)))
    wall.clock.at = at(f"{change}T12:00:00+00:00")
    room = made(plan)
    await room.receive(complaint())
    for _ in range(4 * 24):
        wall.clock.at += 15 * MINUTE
        await room.tick()
    keys = [key for _, key in wall.stands if key.startswith("digest/")]
    assert len(keys) == len(set(keys)) == 1


async def test_the_digest_of_a_day_is_not_computed_again_at_every_tick(made, monkeypatch):
    """Figures of ten thousand cases are no small work, and a tick comes every fifteen seconds."""
    room = made()
    await room.receive(complaint())
    await room.advance(DAY)
    computed = []
    digest_card = room.desk._surveys._digest_card

    async def count(now, news):
        computed.append(now)
        return await digest_card(now, news)

    monkeypatch.setattr(room.desk._surveys, "_digest_card", count)
    for _ in range(20):
        room.clock.at += timedelta(seconds=15)
        await room.tick()
    assert not computed
    await room.advance(DAY)
    assert len(computed) == 1


async def test_news_that_come_while_the_digest_is_written_wait_for_the_next(made, monkeypatch):
    room = made()
    await room.receive(complaint())
    await room.advance(12 * HOUR)
    await room.store.save_cursor("press", "1", room.now(), [complaint("early", "Early news")])
    announce = room.store.announce

    async def announce_slowly(post, told=()):
        await room.store.save_cursor("press", "2", room.now(), [complaint("late", "Late news")])
        return await announce(post, told)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(room.store, "announce", announce_slowly)
        await room.advance(DAY / 2)
    sections = (await room.desk._surveys.digest_card(room.now())).sections
    news = [line for section in sections if section.title == "News of the sector" for line in section.lines]
    assert news == [("Late news",)]


async def test_the_same_news_in_one_batch_is_one_line(made):
    room = made()
    news = [complaint("one", "New rules"), complaint("one", "New rules")]
    await room.store.save_cursor("press", "1", room.now(), news)
    [section] = (await room.desk._surveys.digest_card(room.now())).sections
    assert section.lines == (("New rules",),)


async def test_news_outlive_a_restart_and_are_told_once(tmp_path):
    said = []
    async with open_room(tmp_path, checks=False) as (room, _):
        await room.receive(complaint())
        await room.store.save_cursor("press", "1", room.now(), [complaint("one", "New rules")])
        now = room.now()
    async with open_room(tmp_path, start=now, checks=False, said=said) as (room, _):
        await room.advance(2 * DAY)
    assert sum("New rules" in line for line in said) == 1


async def test_news_of_last_week_are_none(made):
    room = made()
    await room.store.save_cursor("press", "1", room.now(), [complaint("one", "New rules")])
    assert not (await room.desk._surveys.digest_card(room.now() + 3 * DAY)).sections


# Restarts


async def test_a_restart_between_two_ticks_repeats_nothing(tmp_path):
    said, now = [], START
    async with open_room(tmp_path, checks=False, said=said) as (room, _):
        await room.receive(complaint())
        await room.advance(31 * MINUTE)
        now = room.now()
        before = list(said)
    for _ in range(3):
        async with open_room(tmp_path, start=now, checks=False, said=said) as (room, _):
            await room.tick()
    assert said == before


async def test_what_was_missed_while_down_is_said_once(tmp_path):
    async with open_room(tmp_path, checks=False) as (room, _):
        await room.receive(complaint())
        await room.hear("ana", "claim 1")
        await room.hear("ana", "promise 1 a call by today 18:00")
    said = []
    for _ in range(2):
        async with open_room(tmp_path, start=START + 26 * HOUR, checks=False, said=said) as (room, _):
            await room.tick()
            await room.tick()
    spoken = [line for line in said if "thread: #1" in line]
    assert len(spoken) == 1
    assert sum("room: Digest of" in line for line in said) == 1


@pytest.mark.parametrize("down", [5 * HOUR, 20 * HOUR, 3 * DAY, 12 * DAY], ids=str)
async def test_after_any_time_down_the_room_settles_in_one_tick(tmp_path, down):
    async with open_room(tmp_path, checks=False) as (room, _):
        for key, channel in (("a", "x"), ("b", "facebook"), ("c", "forum")):
            await room.receive(complaint(key, f"Problem {key}", key, channel))
        await room.hear("ana", "claim 1")
        await room.hear("bea", "claim 2")
    async with open_room(tmp_path, start=START + down, checks=False) as (room, _):
        await room.tick()
        versions = [case.version for case in await room.store.live_cases()]
        await room.tick()
        assert [case.version for case in await room.store.live_cases()] == versions


# Nobody loses a case at night


@pytest.mark.parametrize("start", ["2026-08-24T17:30:00-03:00", "2026-09-04T15:45:00-03:00"], ids=["night", "weekend"])
async def test_a_claim_never_lapses_in_quiet_hours(made, wall, start):
    """Principle 4; whatever the moment of the claim, also over a weekend and a holiday (7 September)."""
    plan = demo_plan()
    for hours in range(0, 8, 2):
        wall.clock.at = at(start) + timedelta(hours=hours)
        room = made(plan)
        number = await room.receive(
            replace(complaint(f"{hours}", f"Problem {hours}", f"{hours}"), posted_at=room.now())
        )
        await room.hear("ana", f"claim {number}")
    await room.advance(5 * DAY)
    lapses = [
        entry.at
        for case in await room.store.live_cases()
        for entry in await room.store.history(case.number)
        if isinstance(entry.event, Lapsed)
    ]
    assert len(lapses) == 4
    assert not [moment for moment in lapses if is_quiet(moment, plan)]


# One case that fails


async def test_a_case_that_cannot_be_looked_at_takes_no_reminder_from_the_others(made, monkeypatch):
    room = made()
    for key in "abc":
        await room.receive(complaint(key, f"Problem {key}", key))
    append = room.store.append

    async def spoilt(case, *args, **kwargs):
        if case.number == 2:
            raise StoreError("cases/2.json cannot be read")
        return await append(case, *args, **kwargs)

    with monkeypatch.context() as fault:
        fault.setattr(room.store, "append", spoilt)
        await room.advance(40 * MINUTE)
        assert [len(await reminded(room, number)) for number in (1, 2, 3)] == [1, 0, 1]
    await room.advance(10 * MINUTE)
    assert len(await reminded(room, 2)) == 1, "it is looked at again soon"


async def test_a_case_that_cannot_be_looked_at_does_not_cost_the_digest(made, wall, monkeypatch):
    room = made()
    await room.receive(complaint())

    async def buggy(number):
        raise ValueError("a bug")

    monkeypatch.setattr(room.desk._reminding, "_look", buggy)
    await room.advance(DAY)
    assert len(wall.at("digest/")) == 1


# Two things at once


async def test_the_last_two_cases_end_at_once_and_the_light_turns_green_once(made, wall):
    """Rule 000-03: each saw the other open when it began."""
    room = made()
    for key in "ab":
        await room.receive(complaint(key, f"Problem {key}", key))
    await asyncio.gather(room.hear("bea", "dismiss 1 not ours"), room.hear("lia", "dismiss 2 not ours"))
    assert await room.is_green()
    assert len(wall.at("light/")) == 1


async def test_the_same_customers_words_from_two_sources_at_once_are_one_case(made):
    room = made()
    words = "Meu pedido 48213 não chegou e ninguém responde no chat"
    await asyncio.gather(room.receive(complaint("feed", words)), room.receive(complaint("hand", words)))
    [case] = await room.store.live_cases()
    assert [sighting.key for sighting in case.sightings] == ["hand"]


async def test_a_sighting_that_comes_while_its_case_ends_is_a_new_case(made, monkeypatch):
    """It would stand in a closed case, where nobody reads it."""
    room = made()
    words = "Meu pedido 48213 não chegou e ninguém responde no chat"
    await room.receive(complaint("first", words))
    judge = room.desk._receiving._judge

    async def judge_slowly(complaint):
        judged = await judge(complaint)
        await room.desk.hear("bea", "dismiss 1 not ours")
        return judged

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(room.desk._receiving, "_judge", judge_slowly)
        await room.receive(complaint("again", words))
    assert not (await room.store.case(1)).sightings
    second = await room.store.case(2)
    assert (second.complaint.key, second.recurrence_of) == ("again", 1)


async def test_a_merge_during_which_a_case_changes_is_made_all_the_same(made, monkeypatch):
    room = made()
    await room.receive(complaint("a", "Meu pedido 7 não chegou", "A"))
    await room.receive(complaint("b", "A geladeira veio amassada", "B"))
    append, meanwhile = room.store.append, [1, 2]

    async def append_after_somebody_else(case, *args, **kwargs):
        if case.number in meanwhile:
            meanwhile.remove(case.number)
            await room.desk.hear("carl", f"facts {case.number} somebody was quicker")
        return await append(case, *args, **kwargs)

    monkeypatch.setattr(room.store, "append", append_after_somebody_else)
    assert text(await room.hear("bea", "merge 2 into 1")).startswith("Noted.")
    first, second = await room.store.case(1), await room.store.case(2)
    assert second.merged_into == 1
    assert len(first.sightings) == 1
    assert first.facts == second.facts == ("somebody was quicker",)


async def test_a_report_of_what_is_known_says_so_and_offers_no_claim(made):
    """The member's report became a sighting of a case that may be somebody's already."""
    room = made()
    await room.receive(complaint("a", "Meu pedido 48213 não chegou e ninguém responde", "João"))
    answer = await room.hear(
        "bea", "new Meu pedido 48213 não chegou e ninguém responde no chat author=João channel=facebook"
    )
    assert text(answer) == "We know it already: #1."
    assert len((await room.store.case(1)).sightings) == 1


# Stopping


async def test_closing_delivers_nothing_and_waits_for_no_chat(made, wall, monkeypatch):
    room = made()
    await room.desk.receive(complaint())

    async def hang(*_):
        raise AssertionError("the chat was asked while stopping")

    monkeypatch.setattr(wall, "post", hang)
    await room.close()


async def test_a_form_that_comes_twice_acts_once(made):
    room = made()
    await room.receive(complaint())
    await room.hear("ana", "claim 1")
    form = await room.hear("ana", "promise 1")
    for _ in range(2):
        await room.submit("ana", form.command, {"what": "a call", "by": "today 18:00"}, request="modal-1")
    assert len((await room.store.case(1)).promises) == 1
