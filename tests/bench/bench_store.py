"""What keeping costs, as ratios to the plain thing next to it, taken alternately in one run."""

from __future__ import annotations

import asyncio
import gc
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from adapters.stores.tiny import TinyStore, open_store
from adapters.stores.tiny.atomic import replace_file
from adapters.stores.tiny.documents import CaseDocument, Kept
from bot.core.cards import Card
from bot.core.complaint import Complaint
from bot.core.events import (
    Claimed,
    Entry,
    FactsRecorded,
    Nudge,
    Opened,
    Promised,
    Reminded,
    ReplyAccepted,
    ReplySent,
    StillOn,
)
from bot.core.replies import ReplyKind
from bot.ports import Post

CASES = 10_000
NOW = datetime(2024, 5, 6, 12, tzinfo=UTC)


def measure() -> dict[str, float]:
    """The measured aims of the store; each is a ratio of medians, except the memory in MB."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        many = Path(folder) / "many"
        write_cases(many, CASES)
        return {
            "append / SQLite commit (aim 5)": append_ratio(Path(folder)),
            "start / untyped reading (aim 2)": start_ratio(many),
            "memory of a started process, MB (aim 250)": memory(many),
            "to_look / plain loop (aim 3)": look_ratio(many),
        }


def append_ratio(folder: Path, rounds: int = 400) -> float:
    """One durable append to a 2 KB case, against one SQLite commit of the file's bytes."""

    async def run() -> float:
        store = await open_store(folder / "one")
        database = sqlite3.connect(folder / "scale.db", isolation_level=None)
        database.executescript(
            "pragma journal_mode=wal; pragma synchronous=full; create table c (n integer primary key, b)"
        )
        ours, theirs = [], []
        for number in range(rounds):
            opened = Entry(NOW, Opened(complaint(number)))
            case = await store.open(complaint(number), [opened], lambda case: [post(case.number, "card")])
            assert case
            case = await store.append(case, history(number)[1:], [post(case.number, "card")])
            content = (folder / "one" / "cases" / f"{case.number}.json").read_bytes()
            began = time.perf_counter()
            await store.append(case, [Entry(NOW, StillOn(), "ana", "r9")], [post(case.number, "card, later")])
            ours.append(time.perf_counter() - began)
            theirs.append(timed(lambda content=content: commit(database, content)))
        await store.close()
        return ratio(ours, theirs)

    return asyncio.run(run())


def commit(database: sqlite3.Connection, content: bytes) -> None:
    database.execute("begin")
    database.execute("insert into c (b) values (?)", (content,))
    database.execute("commit")


def start_ratio(folder: Path, rounds: int = 9) -> float:
    """A start on many open cases, against decoding the same files into plain dicts.

    Both keep what they read, and for both the garbage collector rests: left on, it
    costs the plain loop half as much again, and the store would look better than it is.
    """
    ours, theirs = [], []
    for _ in range(rounds):
        gc.disable()
        theirs.append(timed(lambda: [msgspec.json.decode(path.read_bytes()) for path in (folder / "cases").iterdir()]))
        gc.enable()
        began = time.perf_counter()
        store = TinyStore(folder)
        ours.append(time.perf_counter() - began)
        asyncio.run(store.close())
        del store
    return ratio(ours, theirs)


def memory(folder: Path) -> float:
    """The most memory that a process had which did nothing but start."""
    script = "import sys; from tests.bench.bench_store import started; started(sys.argv[1])"
    answer = subprocess.run([sys.executable, "-c", script, folder], capture_output=True, check=True, text=True)
    return float(answer.stdout)


def started(folder: str) -> None:
    store = TinyStore(Path(folder))
    # Not ru_maxrss: Linux counts the parent's memory into it, from before the program was loaded.
    [peak] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    print(int(peak.split()[1]) / 1024)
    del store


def look_ratio(folder: Path, rounds: int = 50) -> float:
    """Looking over many cases of which none is due, against a plain loop comparing one date of each."""

    async def run() -> float:
        store = await open_store(folder)
        later = NOW + timedelta(hours=1)
        for number in await store.to_look(NOW):
            await store.looked(number, later)
        cases = await store.live_cases()
        ours, theirs = [], []
        for _ in range(rounds):
            began = time.perf_counter()
            assert not await store.to_look(NOW)
            ours.append(time.perf_counter() - began)
            theirs.append(timed(lambda: [case.number for case in cases if case.opened_at > later]))
        await store.close()
        return ratio(ours, theirs)

    return asyncio.run(run())


def timed(step: Callable[[], object]) -> float:
    began = time.perf_counter()
    step()
    return time.perf_counter() - began


def replaced(path: Path) -> float:
    """What the disk alone takes of a durable write, in seconds: a file of 2 KB, synced, renamed, its folder synced."""
    return timed(lambda: replace_file(path, bytes(2_000)))


def ratio(ours: list[float], theirs: list[float]) -> float:
    return statistics.median(ours) / statistics.median(theirs)


def write_cases(folder: Path, cases: int, now: datetime = NOW, entries: int | None = None) -> None:
    """Files as the store writes them, without ten thousand times two fsyncs; ``entries`` 1 leaves them unclaimed."""
    (folder / "cases").mkdir(parents=True)
    for number in range(1, cases + 1):
        posts = {f"case/{number}": Kept(number, ref=f"C1:{number}.1", in_room=True), f"remind/{number}": Kept(number)}
        document = CaseDocument(number, history(number, now)[:entries], posts, [f"{number:016x}"])
        content = msgspec.json.format(msgspec.json.encode({"_default": {"1": document}}), indent=1)
        (folder / "cases" / f"{number}.json").write_bytes(content)


def complaint(number: int, now: datetime = NOW) -> Complaint:
    return Complaint(
        key=f"{number:024x}",
        channel="reclame-aqui",
        text="Meu pedido não chegou e ninguém me responde há uma semana. " * 6,
        posted_at=now,
        author="João da Silva",
        link=f"https://www.reclameaqui.com.br/loja/pedido-nao-chegou_{number}",
    )


def history(number: int, now: datetime = NOW) -> list[Entry]:
    minute = timedelta(minutes=1)
    return [
        Entry(now, Opened(complaint(number, now))),
        Entry(now + minute, Claimed(), "ana", "r1"),
        Entry(now + 2 * minute, FactsRecorded("O pedido saiu no dia 3 e parou no centro de Campinas."), "ana", "r2"),
        Entry(now + 3 * minute, ReplyAccepted("João, lamento muito. " * 8, ReplyKind.HEARD, "heard"), "ana", "r3"),
        Entry(now + 4 * minute, ReplySent("https://www.reclameaqui.com.br/r/1"), "ana", "r4"),
        Entry(now + 5 * minute, Promised(1, "novo envio", now + timedelta(days=1)), "ana", "r5"),
        Entry(now + 6 * minute, Reminded((Nudge("resolution", 1, now + timedelta(days=1)),))),
    ]


def post(number: int, title: str) -> Post:
    return Post(f"case/{number}", Card(title=title, case=number, lines=(("a line of the card",),) * 6))


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name}: {value:.2f}")
