"""The committee as a chat knows it: kept before it counts, asked for sparingly, and put into a room that runs."""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from msgspec.structs import replace

from adapters.stores.tiny import back_up
from adapters.stores.tiny.atomic import replace_file
from bot.core.events import Lapsed
from bot.core.people import Group, Joining, Person, Roster
from bot.core.plan import Member, Role
from bot.demo.people import demo_plan
from bot.people import STRANGERS_EVERY, Looked, People, read_roster, roster_file, written
from bot.ports import StoreError
from tests.rooms import open_room
from tests.test_desk import complaint, text

JOINING = Joining("discord", "G1", (Role.COMMUNITY_MANAGER,))
LIA = Member("lia", "lia", (Role.LEAD,), {"discord": "1"})
PLAN = replace(demo_plan(), committee=(LIA,))
EVE = Person("9", "eve", "Eve Nowak", "Europe/Warsaw")


class Book:
    """A chat's directory; it says nothing new while it is silent."""

    def __init__(self, *people, group="G1"):
        self.people, self.group = {each.account: each for each in people}, group
        self.is_silent, self.looks, self.hold = False, [], None

    async def look(self, known, accounts, *, everybody):
        self.looks.append(everybody)
        if self.hold:
            await self.hold.wait()
        if self.is_silent:
            return Looked(known, "it hangs")
        return Looked(replace(known, people=dict(self.people), group=Group(self.group, tuple(self.people))))


@asynccontextmanager
async def opened(folder, book, plan=PLAN, keep=replace_file):
    """A room whose committee the book names, as after a start."""
    async with open_room(folder, plan) as (room, _):
        people = People(room, JOINING, book, keep)
        await people.recall()
        yield room, people


async def test_whoever_joins_the_group_acts_and_whoever_leaves_it_loses_their_claims(tmp_path):
    book = Book(EVE)
    async with opened(tmp_path, book) as (room, people):
        await room.receive(complaint())
        await people.refresh()
        assert "Noted." in text(await room.hear("eve", "claim 1"))
        await room.tick()
        assert (await room.store.case(1)).owner == "eve"
        book.people.clear()
        await people.refresh()
        await room.tick()
        assert (await room.store.case(1)).owner == ""
        assert [entry for entry in await room.store.history(1) if isinstance(entry.event, Lapsed)]
        assert "Only the crisis committee" in text(await room.hear("eve", "claim 1"))


async def test_a_name_or_zone_that_changes_is_taken_over(tmp_path):
    book = Book(EVE, Person("1", "lia", "Lia Fernández", "Europe/Madrid"))
    async with opened(tmp_path, book) as (room, people):
        await people.refresh()
        assert room.plan.member("lia").name == "Lia Fernández"
        book.people["9"] = replace(EVE, handle="evita", name="Evita", zone="Asia/Tokyo")
        await people.refresh()
        assert room.plan.member("eve") == Member("eve", "Evita", JOINING.roles, {"discord": "9"}, "Asia/Tokyo")
        assert room.desk.plan is room.plan


async def test_names_alone_look_at_no_case_anew(tmp_path):
    book = Book(EVE)
    async with opened(tmp_path, book) as (room, people):
        await room.receive(complaint())
        await people.refresh()
        await room.tick()
        assert not await room.store.to_look(room.now())
        book.people["9"] = replace(EVE, name="Evita")
        await people.refresh()
        assert not await room.store.to_look(room.now())
        book.people["8"] = Person("8", "mia")
        await people.refresh()
        assert await room.store.to_look(room.now()) == [1]


async def test_a_room_whose_committee_nobody_knows_yet_goes_on(tmp_path):
    """Settings with a group alone, before the chat has answered: complaints come in, and what is due is said."""
    book = Book(EVE)
    book.is_silent = True
    async with opened(tmp_path, book, replace(PLAN, committee=())) as (room, people):
        await people.refresh()
        await room.receive(complaint())
        await room.advance(timedelta(days=3))
        told = text(await room.hear("", "claim 1"))
        assert told == "Only the crisis committee of Loja Aurora acts here."
        book.is_silent = False
        assert await people.meet("9") == "eve"
        assert "Noted." in text(await room.hear("eve", "claim 1"))


async def test_a_plan_that_changes_while_a_case_is_written_has_it_looked_at_again(tmp_path):
    book = Book(EVE, Person("8", "mia"))
    async with opened(tmp_path, book) as (room, people):
        await people.refresh()
        await room.receive(complaint())
        await room.hear("eve", "claim 1")
        append = room.store.append

        async def slow_append(*args, **more):
            """Eve leaves when her next look is planned already and not written yet."""
            del book.people["9"]
            await people.refresh()
            return await append(*args, **more)

        room.store.append = slow_append
        await room.hear("eve", "facts 1 the carrier lost it")
        room.store.append = append
        await room.tick()
        assert (await room.store.case(1)).owner == ""


# Strangers


async def test_a_stranger_who_joined_is_known_at_once(tmp_path):
    book = Book()
    async with opened(tmp_path, book) as (_, people):
        book.people["9"] = EVE
        assert await people.meet("9") == "eve"
        assert await people.meet("1") == "lia"
        assert book.looks == [False]


async def test_a_flood_of_strangers_is_one_question_a_minute(tmp_path):
    book = Book()
    async with opened(tmp_path, book) as (room, people):
        assert {await people.meet(str(n)) for n in range(100, 200)} == {""}
        assert len(book.looks) == 1
        room.clock.at += STRANGERS_EVERY
        await asyncio.gather(*(people.meet(str(n)) for n in range(100, 200)))
        assert len(book.looks) == 2


async def test_strangers_wait_for_the_question_that_is_under_way(tmp_path):
    book = Book(EVE, Person("8", "mia"))
    book.hold = asyncio.Event()
    async with opened(tmp_path, book) as (_, people):
        both = asyncio.gather(people.meet("9"), people.meet("8"))
        await asyncio.sleep(0)
        book.hold.set()
        assert await both == ["eve", "mia"]
        assert book.looks == [False]


async def test_without_a_group_a_stranger_causes_no_question(tmp_path):
    book = Book()
    async with open_room(tmp_path, PLAN) as (room, _):
        people = People(room, Joining("discord"), book, replace_file)
        await people.recall()
        assert await people.meet("9") == ""
        assert book.looks == []
        assert room.plan.is_complete


# Restarts and faults


async def test_a_restart_while_the_chat_is_away_knows_everybody(tmp_path):
    book = Book(EVE)
    async with opened(tmp_path, book) as (room, people):
        await room.receive(complaint())
        await people.refresh()
        await room.hear("eve", "claim 1")
    book.is_silent = True
    async with opened(tmp_path, book) as (room, people):
        await people.refresh()
        await room.tick()
        assert (await room.store.case(1)).owner == "eve"
        assert room.plan.member("eve").zone == "Europe/Warsaw"


async def test_while_nobody_knows_the_group_no_claim_lapses_and_then_they_do(tmp_path):
    """The file is lost, and the chat is away at the start."""
    book = Book(EVE, Person("8", "mia"))
    async with opened(tmp_path, book) as (room, people):
        for n in range(2):
            await room.receive(complaint(f"k{n}", text=f"{n} pedidos {'não ' * n}chegaram", author=f"João {n}"))
        await people.refresh()
        await room.hear("eve", "claim 1")
        await room.hear("mia", "claim 2")
    roster_file(tmp_path, "discord").unlink()
    book.is_silent = True
    async with opened(tmp_path, book) as (room, people):
        await people.refresh()
        await room.tick()
        assert [(await room.store.case(n)).owner for n in (1, 2)] == ["eve", "mia"]
        assert not room.plan.is_complete
        del book.people["8"]
        book.is_silent = False
        await people.refresh()
        await room.tick()
        assert [(await room.store.case(n)).owner for n in (1, 2)] == ["eve", ""]


async def test_nobody_is_dropped_because_the_chat_is_silent(tmp_path):
    book = Book(EVE)
    async with opened(tmp_path, book) as (room, people):
        await people.refresh()
        book.is_silent = True
        await people.refresh()
        assert room.plan.member("eve")


async def test_an_id_counts_only_once_it_is_kept(tmp_path):
    """On a full disk a stranger stays one: an id that a crash forgets would be given to somebody else."""
    is_full = True

    def keep(file, content):
        if is_full:
            raise OSError("no space left on device")
        replace_file(file, content)

    async with opened(tmp_path, Book(EVE), keep=keep) as (room, people):
        assert await people.meet("9") == ""
        assert not room.plan.is_complete
        is_full = False
        await people.refresh()
        assert room.plan.member("eve")


async def test_a_bug_in_a_look_does_not_end_the_watch(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.people.WHILE_INCOMPLETE", timedelta(0))
    book = Book(EVE)
    async with opened(tmp_path, book) as (room, people):
        look, tries = book.look, []

        async def stumbling(*args, **more):
            tries.append(1)
            if len(tries) == 1:
                raise ZeroDivisionError
            return await look(*args, **more)

        book.look = stumbling
        watch = asyncio.create_task(people.follow())
        for _ in range(2000):
            if room.plan.member("eve"):
                break
            await asyncio.sleep(0.001)
        watch.cancel()
        assert room.plan.member("eve")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"people": 1}', b"\xff\xfe"])
async def test_a_file_that_makes_no_sense_stops_the_start_and_is_named(tmp_path, content):
    roster_file(tmp_path, "discord").write_bytes(content)
    with pytest.raises(StoreError, match=r"people-discord\.json cannot be read .* from your backup"):
        async with opened(tmp_path, Book()):
            pass


def test_what_is_kept_comes_back(tmp_path):
    roster = Roster({"9": EVE, "8": Person("8", is_gone=True)}, Group("G1", ("8", "9")), {"9": "eve", "7": "bea"})
    file = roster_file(tmp_path, "discord")
    assert read_roster(file) == Roster()
    replace_file(file, written(roster))
    assert read_roster(file) == roster
    assert b"Europe/Warsaw" in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


async def test_a_backup_holds_who_acts_under_which_id(tmp_path):
    async with opened(tmp_path / "data", Book(EVE)) as (_, people):
        await people.refresh()
        back_up(tmp_path / "data", tmp_path / "copy")
    assert read_roster(roster_file(tmp_path / "copy", "discord")).ids == {"9": "eve"}


#: Somebody new joins again and again; each id is told once it counts.
JOINING_FOR_EVER = """
import asyncio, sys
from itertools import count
from pathlib import Path
from tests.test_roster import Book, Person, opened

async def join():
    book = Book()
    async with opened(Path(sys.argv[1]), book) as (room, people):
        for n in count(100):
            book.people[str(n)] = Person(str(n), "eve")
            await people.refresh()
            print(n, room.plan.with_account("discord", str(n)), flush=True)

asyncio.run(join())
"""


@pytest.mark.parametrize("lines", [1, 7, 40])
def test_a_kill_forgets_no_id(tmp_path, lines):
    process = subprocess.Popen(
        [sys.executable, "-c", JOINING_FOR_EVER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    told = [process.stdout.readline().split() for _ in range(lines)]
    os.kill(process.pid, signal.SIGKILL)
    rest, _ = process.communicate(timeout=30)
    told += [line.split() for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    ids = read_roster(roster_file(tmp_path, "discord")).ids
    assert dict(told).items() <= ids.items()
    assert len(set(ids.values())) == len(ids)
