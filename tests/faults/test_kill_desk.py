"""Killed a hundred times while members work, the room has lost nothing that it said was noted."""

from __future__ import annotations

import json
import multiprocessing
import random
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from adapters.stores.tiny import open_store
from bot.core.case import fold
from bot.core.duties import duties, next_look
from bot.core.events import Entry, Reminded
from bot.room import HandClock, Room
from tests.faults.desk_keeper import LIFE, PLAN, START, Acknowledged, Lines, Posted, Wall, work
from tests.faults.test_kill import PRELOADED, acknowledged_in, wait_for_lines
from tests.rooms import LIBRARY

KILLS = 100

pytestmark = pytest.mark.xdist_group("kill-desk")


class Killed(NamedTuple):
    """What is left after so many kills: the data, what members have read, and what stands in the room."""

    data: Path
    acknowledged: list[Acknowledged]
    wall: Path


@pytest.fixture(scope="module")
def killed(tmp_path_factory) -> Killed:
    folder = tmp_path_factory.mktemp("killed-desk")
    data, lines, wall = folder / "data", folder / "acknowledged", folder / "wall"
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(PRELOADED)
    dice = random.Random()
    for seed in range(KILLS):
        process = forks.Process(target=work, args=(data, lines, wall, seed))
        process.start()
        # Some die in their first tick, the others after a few answers, however fast the disk is.
        wait_for_lines(lines, acknowledged_in(lines) + (dice.randint(1, 6) if seed % 6 else 0), process)
        time.sleep(dice.uniform(0, 0.02 if seed % 6 else 0.1))
        assert process.is_alive(), "it ended by itself: a fault of the room, see its traceback"
        process.kill()
        process.join()
    return Killed(
        data, [msgspec.json.decode(line, type=Acknowledged) for line in lines.read_bytes().splitlines()], wall
    )


@pytest.fixture
async def store(killed):
    store = await open_store(killed.data)
    yield store
    await store.close()


@pytest.fixture
async def histories(store) -> dict[int, list[Entry]]:
    found = {}
    while await store.case(len(found) + 1):
        found[len(found) + 1] = list(await store.history(len(found) + 1))
    return found


def posted(killed) -> list[Posted]:
    return [msgspec.json.decode(line, type=Posted) for line in killed.wall.read_bytes().splitlines()]


async def test_every_command_that_was_noted_is_in_the_history_exactly_once(killed, histories):
    noted = [each for each in killed.acknowledged if each.request]
    assert len(noted) > 2 * KILLS, "it was killed before it did enough to prove anything"
    for each in noted:
        with_it = [entry for entry in histories[each.number] if entry.request == each.request]
        assert len(with_it) == 1, each


async def test_no_command_acted_twice(histories):
    """Noted or not: an answer that was cut off leaves the command done once or not at all."""
    requests = Counter(entry.request for history in histories.values() for entry in history if entry.request)
    assert {request: times for request, times in requests.items() if times > 1} == {}


def test_the_members_did_nearly_everything(killed):
    """A kill test that only claims would prove little."""
    words = {each.line.split()[0] for each in killed.acknowledged}
    everyday = {"new", "claim", "facts", "reply", "sent", "promise", "told", "resolved", "satisfied", "skip", "assign"}
    assert everyday <= words
    assert words & {"close", "merge", "dismiss", "reopen"}


async def test_no_number_was_given_twice_and_none_is_missing(killed, histories):
    opened = [each.opened for each in killed.acknowledged if each.opened]
    assert len(set(opened)) == len(opened) > 3
    files = sorted(int(path.stem) for path in killed.data.rglob("*.json") if path.stem.isdigit())
    assert files == sorted(histories) == list(range(1, len(histories) + 1))


async def test_every_case_is_what_its_history_tells_and_says_what_it_owes(store, histories):
    now = START + (KILLS + 1) * LIFE
    for number, history in histories.items():
        case = await store.case(number)
        assert case == fold(number, history)
        duties(case, PLAN, now)
        look = next_look(case, PLAN, now)
        assert look is None or look > now


def test_every_file_can_be_read_by_anyone(killed):
    files = list(killed.data.rglob("*.json"))
    assert len(files) > 5
    for path in files:
        json.loads(path.read_text(encoding="utf-8"))


async def test_a_reminder_stands_with_its_entry(killed, store, histories):
    """Said and recorded in one write: every message that reminds has its entry, at the version in its key."""
    reminders = {each.key for each in posted(killed) if "/remind/" in each.key}
    assert reminders, "no reminder was ever due"
    for key in reminders:
        _, number, _, version = key.split("/")
        assert isinstance(histories[int(number)][int(version) - 1].event, Reminded)


async def test_a_message_stands_once_but_for_those_whose_acknowledgement_was_cut_off(killed):
    """Posting is at least once only between the chat's answer and the write that keeps it: one message a kill."""
    times = Counter(each.key for each in posted(killed) if each.key)
    assert len(times) > KILLS
    assert sum(times.values()) - len(times) <= KILLS


def test_only_what_stands_is_changed(killed):
    stood, gone = set(), set()
    for each in posted(killed):
        if each.is_edit:
            assert each.ref in stood - gone
        elif each.is_removal:  # A second time, where the first was cut off before it was written down.
            assert each.ref in stood
            gone.add(each.ref)
        else:
            stood.add(each.ref)
    assert gone, "no reminder ever took the place of another"


async def test_after_one_more_start_everything_is_said_and_its_place_is_known(killed):
    """The ref that the store knows is the last one posted; what was cut off and then withdrawn has none."""
    now = START + (KILLS + 1) * LIFE
    store = await open_store(killed.data)
    chat = Wall(Lines(killed.wall), KILLS, random.Random(1))
    chat._may_fail = lambda: None
    room = Room(PLAN, LIBRARY, store, chat, HandClock(now), killed.data)
    await room.tick()
    await room.deliver()
    assert list(await store.waiting(now + timedelta(days=9))) == []
    gone = {each.ref for each in posted(killed) if each.is_removal}
    last = {each.key: each.ref for each in posted(killed) if each.key}
    assert not [key for key, ref in last.items() if ref in gone and await store.ref(key)], "what is gone stands nowhere"
    last = {key: ref for key, ref in last.items() if ref not in gone}
    live = {case.number for case in await store.live_cases()}
    unknown = []
    for key, ref in last.items():
        known = await store.ref(key)
        is_card = key.count("/") == 1
        if key.startswith("case/") and int(key.split("/")[1]) not in live and not is_card:
            assert known in ("", ref)  # a thread of a case that was put away
        elif known != ref:
            assert known == "", key
            unknown.append(key)
    await room.close()
    assert len(unknown) <= KILLS
    assert not [key for key in unknown if "/remind/" not in key], "only reminders are ever withdrawn"
