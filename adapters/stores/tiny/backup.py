"""A copy of the data, taken while the store runs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from bot.ports import StoreError


def back_up(folder: Path, target: Path) -> int:
    """Copies the data of a store that may be running in another process; how many files. Raises StoreError."""
    if not folder.is_dir():
        raise StoreError(f"There is no data in {folder} yet.")

    def place(number: int) -> Path | None:
        found = [folder / "cases" / f"{number}.json", *folder.glob(f"closed/*/{number}.json")]
        return next((path for path in found if path.exists()), None)

    files = [*folder.glob("cases/*.json"), *folder.glob("closed/*/*.json")]
    try:
        copy_of(folder, target, [int(path.stem) for path in files if path.stem.isdigit()], place)
    except OSError as error:
        raise StoreError(f"The backup to {target} is not complete: {error}.") from error
    return sum(path.is_file() for path in target.rglob("*"))


def copy_of(folder: Path, target: Path, numbers: Iterable[int], place: Callable[[int], Path | None]) -> None:
    """Copies file by file: each is replaced whole, so every copy is whole too.

    The room goes first: its cursors must not be ahead of the cases, or a restored
    store would skip complaints. A case that moves meanwhile is looked for again.
    """
    if target.exists() and any(target.iterdir()):
        raise StoreError(f"{target} is not empty; a backup goes to a folder of its own.")
    for part in (target, target / "cases", target / "closed"):
        part.mkdir(mode=0o700, parents=True, exist_ok=True)
    _copy_if_there(folder / "room.json", target / "room.json")
    for people in folder.glob("people-*.json"):  # bot/people.py's: who acts under which id.
        _copy_if_there(people, target / people.name)
    for number in numbers:
        while origin := place(number):
            if _copy_if_there(origin, target / origin.relative_to(folder)):
                break
            if origin == place(number):
                raise FileNotFoundError(f"{origin} is gone")
    _copy_if_there(folder / "closed" / "index.jsonl", target / "closed" / "index.jsonl")


def _copy_if_there(origin: Path, copy: Path) -> bool:
    try:
        source = origin.open("rb")
    except FileNotFoundError:
        return False
    copy.parent.mkdir(mode=0o700, exist_ok=True)
    with source, copy.open("xb") as sink:
        shutil.copyfileobj(source, sink)
        sink.flush()
        os.fsync(sink.fileno())
    return True
