"""What is particular to the default store: its files, its start, and that memory never knows more than they do."""

from __future__ import annotations

import asyncio
import json
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tinydb import TinyDB

from adapters.stores.tiny import TinyStore, Unreadable, atomic, open_store, shelf
from adapters.stores.tiny import store as store_module
from adapters.stores.tiny.looks import Looks
from bot.core.events import Reopened
from bot.ports import StoreDown, StoreError, StoreInUse
from tests.stores.made import (
    DAY,
    HOUR,
    NOW,
    Entry,
    closed,
    complaint,
    deliver_all,
    keys_waiting,
    new,
    opened,
    post,
    still_on,
)


@pytest.fixture
def data(tmp_path) -> Path:
    return tmp_path / "data"


@pytest.fixture
async def store(data):
    store = await open_store(data)
    yield store
    await store.close()


async def restarted(store: TinyStore, data: Path) -> TinyStore:
    await store.close()
    return await open_store(data)


async def shelved(store: TinyStore, key: str, at=NOW):
    case = await new(store, key, post(f"case/{key}"))
    await deliver_all(store)
    case = await store.append(case, [closed(at)])
    await store.shelve(case.number)
    return case


# Files


async def test_a_case_is_one_tinydb_file_that_a_person_can_read(store, data):
    await store.append(await new(store, "a", post("case/1")), [still_on("r1")])
    [document] = TinyDB(data / "cases" / "1.json").all()
    assert document.doc_id == 1
    assert document["number"] == 1
    assert [entry["event"]["event"] for entry in document["history"]] == ["opened", "still-on"]
    assert document["posts"]["case/1"]["post"]["card"]["title"] == "case/1"
    text = (data / "cases" / "1.json").read_text()
    assert text.count("\n") > 20, "a line for each field"
    assert "João" in text, "letters stand as they are"


async def test_a_delivered_post_keeps_only_where_it_stands(store, data):
    await new(store, "a", post("case/1"))
    await deliver_all(store)
    [document] = TinyDB(data / "cases" / "1.json").all()
    assert document["posts"] == {"case/1": {"version": 1, "ref": "at-case/1", "in_room": True}}


async def test_a_shelved_case_lies_in_the_year_of_its_ending(store, data):
    await shelved(store, "a", at=NOW.replace(year=2023))
    assert (data / "closed" / "2023" / "1.json").exists()
    assert not (data / "cases" / "1.json").exists()


async def test_complaints_are_for_the_owner_of_the_process_alone(store, data):
    await shelved(store, "a")
    await new(store, "b")
    await store.save_cursor("mail", "1", NOW)
    files = [path for path in data.rglob("*") if path.is_file() and path.name != "lock"]
    assert len(files) == 4
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


async def test_no_temporary_file_is_left(store, data):
    await store.append(await new(store, "a"), [still_on()])
    assert not list(data.rglob("*.tmp"))


async def test_what_a_killed_process_left_half_written_is_swept(store, data):
    await new(store, "a")
    for leftover in ("room.json.tmp", "cases/1.json.tmp", "cases/2.json.tmp", "closed/index.jsonl.tmp"):
        (data / leftover).write_text('{"_def')
    store = await restarted(store, data)
    assert not list(data.rglob("*.tmp"))
    assert [case.number for case in await store.live_cases()] == [1]
    await store.close()


async def test_announcements_delivered_long_ago_are_forgotten(store, data):
    await store.announce(post("digest/1"))
    await deliver_all(store)
    await store.announce(post("digest/stuck"))
    await store.waiting(NOW + 61 * DAY)
    await store.announce(post("digest/61"))
    [room] = TinyDB(data / "room.json").all()
    assert set(room["posts"]) == {"digest/stuck", "digest/61"}, "what still waits is never forgotten"
    assert await store.ref("digest/1") == ""


# Start


async def test_a_second_process_stops_within_a_second_and_says_why(store, data):
    began = time.monotonic()
    with pytest.raises(StoreInUse, match=f"Another Heard is running on the data in {data}"):
        await open_store(data)
    assert time.monotonic() - began < 1


async def test_a_really_second_process_stops_too(store, data):
    script = (
        "import asyncio, sys\nfrom pathlib import Path\n"
        "from adapters.stores.tiny import open_store\nfrom bot.ports import StoreInUse\n"
        "try: asyncio.run(open_store(Path(sys.argv[1])))\n"
        "except StoreInUse as error: sys.exit(str(error))"
    )
    second = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", script, data], capture_output=True, text=True, check=False
    )
    assert second.returncode == 1
    assert second.stderr.startswith("Another Heard is running on the data in")


async def test_the_data_is_free_after_close(store, data):
    await (await restarted(store, data)).close()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json at all",
        b'{"_default": {"1": {"number": 1, "history": [{"at": "2024-05',
        b"{}",
        b'{"_default": {"1": {"number": 1, "history": []}}}',
        b'{"_default": {"1": {"number": 1, "history": [{"at": "2024-05-06T12:00:00Z", "event": {"event": "claimed"}}]}}}',
        b"\xff\xfe\x00",
    ],
)
async def test_a_file_that_cannot_be_read_stops_the_start_by_name(store, data, content):
    await new(store, "a")
    (data / "cases" / "1.json").write_bytes(content)
    with pytest.raises(Unreadable, match=r"cases/1\.json cannot be read.*backup.*move it out"):
        await restarted(store, data)


async def test_an_unreadable_start_leaves_the_data_free(store, data):
    await new(store, "a")
    good = (data / "cases" / "1.json").read_bytes()
    (data / "cases" / "1.json").write_bytes(b"garbage")
    with pytest.raises(Unreadable):
        await restarted(store, data)
    (data / "cases" / "1.json").write_bytes(good)
    store = await open_store(data)
    assert await store.known("a") == 1
    await store.close()


async def test_a_file_under_a_wrong_name_stops_the_start(store, data):
    await new(store, "a")
    (data / "cases" / "2.json").write_bytes((data / "cases" / "1.json").read_bytes())
    with pytest.raises(Unreadable, match=r"2\.json.*holds case 1"):
        await restarted(store, data)


async def test_a_stray_copy_stops_the_start(store, data):
    await new(store, "a")
    (data / "cases" / "1 (copy).json").write_bytes(b"{}")
    with pytest.raises(Unreadable, match="its name is no case number"):
        await restarted(store, data)


async def test_a_room_that_cannot_be_read_stops_the_start(store, data):
    (data / "room.json").write_bytes(b"garbage")
    with pytest.raises(Unreadable, match=r"room\.json cannot be read"):
        await restarted(store, data)


async def test_a_case_that_lies_in_two_places_and_differs_stops_the_start(store, data):
    case = await shelved(store, "a")
    before = (data / "closed" / "2024" / "1.json").read_bytes()
    await store.append(case, [Entry(NOW, Reopened("again"), "ana")])
    (data / "closed" / "2024" / "1.json").write_bytes(before)
    with pytest.raises(Unreadable, match="the longer history"):
        await restarted(store, data)


async def test_a_twin_without_difference_is_dropped(store, data):
    await new(store, "a")
    (data / "closed" / "2024").mkdir()
    (data / "closed" / "2024" / "1.json").write_bytes((data / "cases" / "1.json").read_bytes())
    store = await restarted(store, data)
    assert not (data / "closed" / "2024" / "1.json").exists()
    assert await store.known("a") == 1
    await store.close()


# The shelf's index


async def test_a_start_does_not_read_shelved_cases(store, data):
    await shelved(store, "a")
    (data / "closed" / "2024" / "1.json").write_bytes(b"garbage")
    store = await restarted(store, data)
    assert await store.known("a") == 1
    with pytest.raises(Unreadable):
        await store.case(1)
    await store.close()


async def test_a_line_of_the_index_tells_what_is_still_known(store, data):
    await shelved(store, "a")
    line = json.loads((data / "closed" / "index.jsonl").read_text())
    assert line == {
        "number": 1,
        "year": 2024,
        "keys": ["a"],
        "channel": "reclame-aqui",
        "author": "João Souza",
        "refs": {"case/a": "at-case/a"},
    }


@pytest.mark.parametrize("harm", ["missing", "torn", "garbage"])
async def test_an_index_that_falls_short_is_made_anew(store, data, harm):
    await shelved(store, "a")
    await shelved(store, "b")
    index = data / "closed" / "index.jsonl"
    whole = index.read_bytes()
    match harm:
        case "missing":
            index.unlink()
        case "torn":
            index.write_bytes(whole[:-40])
        case "garbage":
            index.write_bytes(b"\xff\n" + whole)
    store = await restarted(store, data)
    assert [await store.known("a"), await store.known("b")] == [1, 2]
    assert sorted(index.read_bytes().splitlines()) == sorted(whole.splitlines())
    await store.close()


async def test_a_crash_between_the_index_and_the_move_leaves_the_case_live(store, data):
    case = await shelved(store, "a")
    (data / "closed" / "2024" / "1.json").rename(data / "cases" / "1.json")
    store = await restarted(store, data)
    assert list(await store.live_cases()) == [case]
    await store.shelve(1)
    assert (await store.case(1)) == case
    await store.close()


async def test_the_number_of_a_removed_shelved_case_is_not_given_again(store, data):
    """Somebody may have to erase a person's data; the case that comes next is another one."""
    await shelved(store, "a")
    (data / "closed" / "2024" / "1.json").unlink()
    for _ in range(2):
        store = await restarted(store, data)
        assert await store.known("a") is None
    assert "João" not in (data / "closed" / "index.jsonl").read_text()
    assert (await new(store, "b")).number == 2
    await store.close()


# Faults


async def test_a_folder_that_cannot_be_synced_undoes_the_write(store, data, monkeypatch):
    case = await new(store, "a")
    before = (data / "cases" / "1.json").read_bytes()

    def broken(folder):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as fault:
        fault.setattr(atomic, "sync_folder", broken)
        with pytest.raises(StoreDown, match="Input/output error"):
            await store.append(case, [still_on("lost")], [post("lost")])
        with pytest.raises(StoreDown):
            await new(store, "b")
    assert (data / "cases" / "1.json").read_bytes() == before
    assert not (data / "cases" / "2.json").exists()
    await store.append(case, [still_on("kept")])
    assert [entry.request for entry in await store.history(1)] == ["", "kept"]


async def test_a_move_to_the_shelf_that_fails_leaves_the_case_live(store, data, monkeypatch):
    case = await store.append(await new(store, "a"), [closed()])

    def broken(folder):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as fault:
        fault.setattr(shelf, "sync_folder", broken)
        with pytest.raises(StoreDown):
            await store.shelve(1)
    assert list(await store.live_cases()) == [case]
    assert (data / "cases" / "1.json").exists()
    await store.shelve(1)
    assert await store.case(1) == case


async def test_a_write_that_nobody_waits_for_any_more_is_finished(store, monkeypatch):
    case = await new(store, "a")
    slow = store_module.extend_case

    def slower(*arguments):
        time.sleep(0.05)
        slow(*arguments)

    monkeypatch.setattr(store_module, "extend_case", slower)
    asking = asyncio.create_task(store.append(case, [still_on("r1")]))
    await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    after = await store.append(await wait_for_version(store, 2), [still_on("r2")])
    assert [entry.request for entry in await store.history(1)] == ["", "r1", "r2"]
    assert after.version == 3


async def wait_for_version(store, version):
    while (case := await store.case(1)).version < version:
        await asyncio.sleep(0.005)
    return case


async def test_a_slow_disk_stops_no_heartbeat(store, monkeypatch):
    write = store_module.create_case

    def slow(*arguments):
        time.sleep(0.2)
        write(*arguments)

    monkeypatch.setattr(store_module, "create_case", slow)
    writing = asyncio.create_task(new(store, "a"))
    beats = 0
    while not writing.done():
        await asyncio.sleep(0.01)
        beats += 1
    assert beats > 5


async def test_of_two_at_the_same_time_one_is_stale(store):
    case = await new(store, "a")
    results = await asyncio.gather(*(store.append(case, [still_on()]) for _ in range(5)), return_exceptions=True)
    assert [type(result).__name__ for result in results].count("StaleCase") == 4


async def test_the_same_complaint_at_the_same_time_opens_one_case(store):
    cases = await asyncio.gather(*(store.open(complaint("a"), [opened("a")], lambda case: []) for _ in range(5)))
    assert len([case for case in cases if case]) == 1


async def test_a_closed_store_takes_nothing(store):
    await store.close()
    with pytest.raises(StoreDown, match="closed"):
        await new(store, "a")


# Backup


async def test_a_backup_taken_while_the_store_runs_is_a_whole_store(store, data, tmp_path):
    case = await new(store, "a", post("case/1"))
    await shelved(store, "b")
    await store.save_cursor("mail", "7", NOW)
    backup = asyncio.create_task(store.backup(tmp_path / "backup"))
    for _ in range(20):
        case = await store.append(case, [still_on()])
    await backup
    copy = await open_store(tmp_path / "backup")
    assert (await copy.known("a"), await copy.known("b"), await copy.cursor("mail")) == (1, 2, "7")
    assert (await copy.case(2)) == await store.case(2)
    assert await copy.ref("case/1") == "at-case/1"
    await copy.close()


async def test_a_backup_never_writes_over_something(store, tmp_path):
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "precious").touch()
    with pytest.raises(StoreError, match="is not empty"):
        await store.backup(tmp_path / "backup")


# Looks


def test_many_plans_for_one_case_do_not_pile_up():
    looks = Looks()
    for minute in range(10_000):
        looks.plan(1, NOW + minute * HOUR)
    assert len(looks._heap) < 300
    assert looks.due(NOW + 9_998 * HOUR) == []
    assert looks.due(NOW + 9_999 * HOUR) == [1]


# The whole of it against a model


class Keeping(RuleBasedStateMachine):
    """Whatever happens and whenever it restarts, the store says what a few plain dicts say."""

    def __init__(self):
        super().__init__()
        self.runner = asyncio.Runner()
        self.histories: dict[int, list[Entry]] = {}
        self.keys: dict[str, int] = {}
        self.cards: dict[str, tuple[int, str]] = {}
        self.refs: dict[str, str] = {}
        self.away: set[int] = set()
        self.ended: set[int] = set()
        self.sent = 0

    @initialize()
    def start(self):
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.store = self.run(open_store(Path(self.folder.name)))

    def run(self, step):
        return self.runner.run(step)

    def teardown(self):
        if hasattr(self, "store"):
            self.run(self.store.close())
            self.folder.cleanup()
        self.runner.close()

    def case(self, number):
        return self.run(self.store.case(number))

    @rule(key=st.sampled_from("abcdefgh"))
    def opens(self, key):
        case = self.run(self.store.open(complaint(key), [opened(key)], lambda case: [post(f"case/{case.number}", "0")]))
        if key in self.keys:
            assert case is None
            return
        assert case.number == len(self.histories) + 1
        self.keys[key] = case.number
        self.histories[case.number] = [opened(key)]
        self.cards[f"case/{case.number}"] = (case.number, "0")

    @precondition(lambda self: self.histories)
    @rule(data=st.data(), title=st.sampled_from("123"), withdraws=st.booleans(), talks=st.booleans())
    def appends(self, data, title, withdraws, talks):
        number = data.draw(st.sampled_from(sorted(self.histories)))
        case = self.case(number)
        entry = still_on(title) if case.is_open else Entry(NOW, Reopened(title), "ana")
        posts = [post(f"case/{number}", title)] + [post(f"talk/{number}", title, under=f"case/{number}")] * talks
        self.run(self.store.append(case, [entry], posts, [f"talk/{number}"] * withdraws))
        self.histories[number].append(entry)
        self.ended.discard(number)
        self.away.discard(number)
        if withdraws:
            self.cards.pop(f"talk/{number}", None)
            if f"talk/{number}" in self.refs:
                self.cards[f"talk/{number}"] = (number, None)
        self.cards.update({each.key: (number, title) for each in posts})

    @precondition(lambda self: set(self.histories) - self.ended)
    @rule(data=st.data())
    def ends(self, data):
        number = data.draw(st.sampled_from(sorted(set(self.histories) - self.ended)))
        self.run(self.store.append(self.case(number), [closed()]))
        self.histories[number].append(closed())
        self.ended.add(number)

    @precondition(lambda self: self.ended)
    @rule(data=st.data())
    def shelves(self, data):
        number = data.draw(st.sampled_from(sorted(self.ended)))
        self.run(self.store.shelve(number))
        self.away.add(number)

    @rule()
    def delivers_one(self):
        waiting = self.run(self.store.waiting(NOW))
        if not waiting:
            return
        self.sent += 1
        key, ref = waiting[0].post.key, waiting[0].ref or f"m{self.sent}"
        assert waiting[0].ref == self.refs.get(key, "")
        _, title = self.cards.pop(key)
        assert (waiting[0].is_withdrawn, waiting[0].post.card.title) == (title is None, title or "")
        self.run(self.store.delivered(waiting[0], ref))
        self.refs[key] = ref
        if title is None:
            del self.refs[key]

    @rule()
    def restarts(self):
        self.run(self.store.close())
        self.store = self.run(open_store(Path(self.folder.name)))
        for number in self.ended & self.away:
            self.run(self.store.shelve(number))

    @invariant()
    def says_what_the_model_says(self):
        if not hasattr(self, "store"):
            return
        busy = {number for number, _ in self.cards.values()}
        live = [case.number for case in self.run(self.store.live_cases())]
        assert live == sorted(number for number in self.histories if number not in self.away or number in busy)
        for number, history in self.histories.items():
            assert list(self.run(self.store.history(number))) == history
            assert self.case(number).version == len(history)
        for key in "abcdefgh":
            assert self.run(self.store.known(key)) == self.keys.get(key)
        reachable = {
            key
            for key, (number, title) in self.cards.items()
            if key.startswith("case/") or f"case/{number}" in self.refs or title is None
        }
        assert set(self.run(keys_waiting(self.store))) == reachable
        for key, ref in self.refs.items():
            if key.startswith("case/"):
                assert self.run(self.store.ref(key)) == ref
                assert self.run(self.store.key_of(ref)) == key


Keeping.TestCase.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
test_the_store_says_what_a_plain_model_says = Keeping.TestCase
