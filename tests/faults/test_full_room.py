"""A room on a disk that takes no more: members read one sentence, the room is told once, and all recovers by itself."""

import errno
import os
from datetime import timedelta

import pytest

from bot.core.words import plain
from bot.ports import StoreDown
from tests.rooms import open_room
from tests.test_desk import complaint, text


class FullDisk:
    """Stands in for a disk without space where the store makes a write durable."""

    def __init__(self, monkeypatch):
        self.is_full = False
        fsync = os.fsync

        def fsync_if_there_is_room(descriptor):
            if self.is_full:
                raise OSError(errno.ENOSPC, "No space left on device")
            fsync(descriptor)

        monkeypatch.setattr(os, "fsync", fsync_if_there_is_room)


@pytest.fixture
def disk(monkeypatch):
    return FullDisk(monkeypatch)


async def test_the_room_is_told_once_that_nothing_can_be_written_and_once_that_it_can(tmp_path, disk):
    said = []
    async with open_room(tmp_path, checks=False, said=said) as (room, _):
        await room.receive(complaint())
        disk.is_full = True
        refused = await room.hear("ana", "claim 1")
        assert text(refused).startswith("I cannot write right now")
        await room.hear("bea", "claim 1")
        await room.tick()
        disk.is_full = False
        await room.tick()
        await room.tick()
        assert text(await room.hear("ana", "claim 1")).startswith("Noted.")
    assert sum("room: I cannot write right now" in line for line in said) == 1
    assert sum("room: I can write again" in line for line in said) == 1


async def test_nothing_that_was_refused_has_happened(tmp_path, disk):
    async with open_room(tmp_path, checks=False) as (room, _):
        await room.receive(complaint())
        disk.is_full = True
        for line in ("claim 1", "facts 1 order 7", "dismiss 1 not ours", "new another one"):
            await room.hear("ana", line)
        case = await room.store.case(1)
        assert (case.owner, case.facts, case.is_open, case.version) == ("", (), True, 1)
        assert await room.store.case(2) is None
        disk.is_full = False


async def test_what_can_be_read_is_still_read(tmp_path, disk):
    async with open_room(tmp_path, checks=False) as (room, _):
        await room.receive(complaint())
        disk.is_full = True
        assert "#1" in "".join(plain(line) for line in (await room.hear("ana", "list")).lines)
        assert (await room.hear("ana", "show 1")).quote == "Meu pedido não chegou"
        disk.is_full = False


async def test_a_form_that_could_not_be_kept_returns_with_its_text(tmp_path, disk):
    async with open_room(tmp_path, checks=False) as (room, _):
        await room.receive(complaint())
        form = await room.hear("ana", "facts 1")
        disk.is_full = True
        again = await room.submit("ana", form.command, {"text": "a long story, told once"})
        assert again.fields[0].value == "a long story, told once"
        assert "cannot write" in text(again)
        disk.is_full = False


async def test_a_complaint_that_could_not_be_kept_is_raised_to_its_source(tmp_path, disk):
    async with open_room(tmp_path, checks=False) as (room, _):
        disk.is_full = True
        with pytest.raises(StoreDown):
            await room.receive(complaint())
        disk.is_full = False
        assert await room.receive(complaint()) == 1


async def test_reminders_wait_for_the_disk_and_are_sent_once(tmp_path, disk):
    said = []
    async with open_room(tmp_path, checks=False, said=said) as (room, _):
        await room.receive(complaint())
        disk.is_full = True
        room.clock.at += timedelta(hours=1)
        await room.tick()
        room.clock.at += timedelta(minutes=5)
        disk.is_full = False
        await room.tick()
    assert sum("nobody has claimed" in line for line in said) == 1
