"""What a member waits for: a typed claim, a tick, an import of one complaint, and the command line's own start."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rapidfuzz import fuzz, process

from adapters.stores.tiny import open_store
from bot.core.complaint import Complaint, key_of
from bot.demo.people import demo_plan
from bot.desk import Desk
from bot.library import load
from tests.bench.bench_lookalikes import complaint as text_of
from tests.bench.bench_store import NOW, write_cases

ROOT = Path(__file__).parents[2]
FEW, MANY = 100, 10_000


def measure() -> dict[str, float]:
    """Ratios of medians, each pair taken alternately in one run."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        return asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> dict[str, float]:
    write_cases(folder / "few", FEW)
    write_cases(folder / "many", MANY)
    clock = Clock()
    few, many = [await desk_on(folder / name, clock) for name in ("few", "many")]
    found = {
        "claim at 10,000 open cases / at 100 (aim 1.2)": await claim_ratio(few, many),
        "tick over 10,000, nothing due / plain loop (aim 3)": await tick_ratio(many, clock),
        "receive among 10,000 / rapidfuzz scan of them (aim 0.1)": await receive_ratio(many),
        "heard --help / python -c pass (aim 8)": help_ratio(),
    }
    for desk in (few, many):
        await desk.store.close()
    shutil.rmtree(folder / "many")
    write_cases(folder / "many", MANY, datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=10))
    found["heard run, started with 10,000 / untyped reading (aim 2)"] = run_ratio(folder)
    found["heard run with 10,000, most memory, MB (aim 250)"] = answered(folder / "many.toml", DRAFT)[1]
    return found


class Clock:
    """Stands still."""

    at = NOW + timedelta(minutes=10)

    def __call__(self):
        return self.at


async def desk_on(folder, clock):
    return Desk(await open_store(folder), demo_plan(), load(), clock)


async def claim_ratio(few, many, rounds=200):
    """``claim`` and ``release``, typed at the desk and durable. Cases of the same size in both stores."""
    at_few, at_many = [], []
    for turn in range(rounds):
        for desk, times in ((few, at_few), (many, at_many)):
            number = turn % FEW + 1
            await desk.hear("ana", f"release {number} a note")
            began = time.perf_counter()
            answer = await desk.hear("ana", f"claim {number}")
            times.append(time.perf_counter() - began)
            assert answer.lines[0] == ("Noted.",), answer
    return statistics.median(at_many) / statistics.median(at_few)


async def tick_ratio(desk, clock, rounds=60):
    """One reminder tick with nothing due, against a plain loop comparing one date for each case."""
    while await desk.remind():
        pass
    dates = [case.opened_at for case in await desk.store.live_cases()]
    later = clock() + timedelta(days=365)
    ours, theirs = [], []
    for _ in range(rounds):
        began = time.perf_counter()
        assert not await desk.remind()
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        assert not [date for date in dates if date > later]
        theirs.append(time.perf_counter() - began)
    return statistics.median(ours) / statistics.median(theirs)


async def receive_ratio(desk, rounds=40):
    """A complaint taken in whole, near-duplicate check and durable write included, against a scan alone."""
    rng = random.Random(11)
    texts = [text_of(rng) for _ in range(MANY)]
    index = await desk._receiving._texts()
    for number, text in enumerate(texts, MANY + 1):
        index.add(number, text)
    ours, theirs = [], []
    for turn in range(rounds):
        asked = text_of(rng)
        new = Complaint(
            key=key_of("bench", str(turn)), channel="facebook", text=asked, author=f"new {turn}", posted_at=NOW
        )
        began = time.perf_counter()
        assert await desk.receive(new)
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        process.extract(asked, texts, scorer=fuzz.token_set_ratio, limit=3, score_cutoff=80)
        theirs.append(time.perf_counter() - began)
    return statistics.median(ours) / statistics.median(theirs)


def help_ratio(rounds=15):
    """Whole processes, in turn."""
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(took([sys.executable, "-m", "bot", "--help"]))
        theirs.append(took([sys.executable, "-c", "pass"]))
    return statistics.median(ours) / statistics.median(theirs)


def took(command):
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT, check=True)
    return time.perf_counter() - began


CONFIG = 'brand = "B"\nlanguage = "en"\nzone = "America/Sao_Paulo"\ndata = "many"\n[[committee]]\nid = "ana"\nname = "Ana"\nroles = ["lead"]\n'
READ = "import msgspec, pathlib, sys; kept = [msgspec.json.decode(p.read_bytes()) for p in pathlib.Path(sys.argv[1]).iterdir()]"


def run_ratio(folder, rounds=5):
    """From the start of the process to its first answer, against a process that decodes the same files.

    The fixed cost of both starts (interpreter, imports) is measured on empty data and taken off.
    """
    (folder / "many.toml").write_text(CONFIG, encoding="utf-8")
    (folder / "none.toml").write_text(CONFIG.replace('"many"', '"none"'), encoding="utf-8")
    (folder / "empty").mkdir()
    ours, bare, theirs, nothing = [], [], [], []
    for _ in range(rounds):
        ours.append(answered(folder / "many.toml")[0])
        bare.append(answered(folder / "none.toml")[0])
        theirs.append(took([sys.executable, "-c", READ, str(folder / "many" / "cases")]))
        nothing.append(took([sys.executable, "-c", READ, str(folder / "empty")]))
    return (statistics.median(ours) - statistics.median(bare)) / (
        statistics.median(theirs) - statistics.median(nothing)
    )


#: A draft to be checked in the room's language, whose phrases are the most that is read after a start.
DRAFT = "Hi João, I am sorry that the parcel is late. I call the carrier today and write to you here by 6 pm. Ana"


def answered(config, draft=""):
    """Until it has answered a first line, and the most memory that it had by then, or once it had checked a draft.

    In seconds, and in MB; then it is killed.
    """
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "run", "--config", str(config)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    ) as running:
        running.stdin.write("ana> help claim\n")
        running.stdin.flush()
        for line in running.stdout:
            if "to ana: claim 12" in line:
                break
        lasted = time.perf_counter() - began
        if draft:
            running.stdin.write(f"ana> check {draft}\n")
            running.stdin.flush()
            next(line for line in running.stdout if "to ana:" in line)
        status = Path(f"/proc/{running.pid}/status").read_text(encoding="ascii")
        running.kill()
    return lasted, int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name}: {value:.3f}")
