"""A disk that takes no more: nothing half-written, a clear sentence, and all well by itself once there is room."""

from __future__ import annotations

import asyncio
import errno
import multiprocessing
import os
import resource
from pathlib import Path

import pytest

from adapters.stores.tiny import TinyStore, open_store
from bot.ports import StoreDown
from tests.stores.made import NOW, Case, closed, complaint, deliver_all, new, opened, post, still_on


async def test_a_real_limit_of_the_kernel_makes_the_store_read_only_until_it_is_lifted(tmp_path):
    """The limit is on the size of a file, the one such fault that needs no privileges; it holds a process of its own."""
    process = multiprocessing.get_context("spawn").Process(target=in_need_of_room, args=(tmp_path / "data",))
    process.start()
    await asyncio.to_thread(process.join, 30)
    assert process.exitcode == 0


def in_need_of_room(data: Path) -> None:
    asyncio.run(living_through_it(data))


async def living_through_it(data: Path) -> None:
    store = await open_store(data)
    case = await new(store, "a", post("case/1"))
    ended = await store.append(await new(store, "b"), [closed()])
    before = state(data)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40, hard))
    await nothing_can_be_done(store, case)
    with pytest.raises(StoreDown):
        await store.shelve(2)
    (data / "closed" / "index.jsonl").unlink(missing_ok=True)  # a torn line, allowed and not wanted in the comparison
    assert state(data) == before
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    await all_is_well_again(store, case)
    await store.shelve(2)
    await store.close()
    store = await open_store(data)
    assert await store.case(2) == ended
    assert [entry.request for entry in await store.history(1)] == ["", "later"]
    await store.close()


async def nothing_can_be_done(store: TinyStore, case: Case) -> None:
    [waiting] = await store.waiting(NOW)
    for step in (
        store.append(case, [still_on("lost")], [post("lost")]),
        store.open(complaint("c"), [opened("c")], lambda case: [post("lost")]),
        store.announce(post("digest")),
        store.save_cursor("mail", "7", NOW),
        store.delivered(waiting, "m1"),
        store.refuse(waiting, "never"),
    ):
        with pytest.raises(StoreDown, match="Nothing can be written to .* now: "):
            await step
        assert not store.is_writable
    assert not await store.try_again()
    assert list(await store.waiting(NOW)) == [waiting]
    assert await store.case(case.number) == case
    assert await store.known("c") is None
    assert await store.cursor("mail") == await store.ref("case/1") == ""


async def all_is_well_again(store: TinyStore, case: Case) -> None:
    assert await store.try_again()
    assert store.is_writable
    after = await store.append(case, [still_on("later")])
    assert (after.version, [entry.request for entry in await store.history(case.number)]) == (2, ["", "later"])
    await deliver_all(store)
    assert (await store.open(complaint("c"), [opened("c")], lambda case: [])).number == 3
    assert await store.announce(post("digest"))


def state(data: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(data.rglob("*")) if path.is_file()}


@pytest.mark.parametrize(
    ("call", "code"),
    [("write", errno.ENOSPC), ("fsync", errno.EIO), ("replace", errno.EROFS), ("open", errno.EMFILE)],
)
async def test_a_fault_at_any_step_of_a_write_changes_nothing(tmp_path, monkeypatch, call, code):
    data = tmp_path / "data"
    store = await open_store(data)
    case = await new(store, "a", post("case/1"))
    await store.append(await new(store, "b"), [closed()])
    before = state(data)
    sound = getattr(os, call)

    def broken(target, *arguments, **keywords):
        if call == "open" and not str(target).endswith(".tmp"):
            return sound(target, *arguments, **keywords)
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as fault:
        fault.setattr(os, call, broken)
        await nothing_can_be_done(store, case)
    assert state(data) == before
    await all_is_well_again(store, case)
    await store.close()


async def test_a_torn_line_of_the_index_spoils_no_later_one(tmp_path, monkeypatch):
    data = tmp_path / "data"
    store = await open_store(data)
    for key in "ab":
        await store.append(await new(store, key), [closed()])
    write = os.write

    def half(handle, content):
        write(handle, content[:20])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as fault:
        fault.setattr(os, "write", half)
        with pytest.raises(StoreDown, match="No space left"):
            await store.shelve(1)
    assert [case.number for case in await store.live_cases()] == [1, 2]
    await store.shelve(2)
    await store.close()
    store = await open_store(data)
    assert [case.number for case in await store.live_cases()] == [1]
    assert await store.known("b") == 2
    await store.close()


async def test_a_write_that_succeeds_makes_the_store_writable_without_being_asked(tmp_path, monkeypatch):
    store = await open_store(tmp_path / "data")
    case = await new(store, "a")
    with monkeypatch.context() as fault:
        fault.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError(errno.EIO, "broken")))
        with pytest.raises(StoreDown, match="broken"):
            await store.append(case, [still_on("lost")])
    assert not store.is_writable
    await store.append(case, [still_on("kept")])
    assert store.is_writable
    await store.close()
