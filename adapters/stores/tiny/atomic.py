"""Files that hold the old content or the new one, never a part of either: TinyDB's storage here."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from tinydb.storages import Storage

from bot.ports import StoreError

Tables = dict[str, dict[str, Any]]

#: A file of this ending was being written when the process died; it was never acknowledged.
TEMPORARY = ".tmp"


#: More than nearly every case file has.
_AT_ONCE = 32 * 1024
_READING = os.O_RDONLY | getattr(os, "O_BINARY", 0)


class Unreadable(StoreError):
    """A file is there and makes no sense. Only a person can say what to do with it."""

    def __init__(self, path: Path | str, why: object) -> None:
        super().__init__(
            f"{path} cannot be read ({why}). Put the file back from your backup, "
            "or move it out of the data folder to go on without it; then start again."
        )


class AtomicStorage(Storage):
    """Reads into ``shape``, and replaces the whole file durably.

    ``is_new`` says that no earlier content counts, so that TinyDB's read before
    its write touches no disk.
    """

    def __init__(self, path: Path, shape: msgspec.json.Decoder[Tables], *, is_new: bool = False) -> None:
        self._path, self._shape, self._is_new = path, shape, is_new
        self._before: bytes | None = None

    def read(self) -> Tables | None:
        if self._is_new:
            return None
        self._before = content_of(self._path)
        try:
            return self._shape.decode(self._before)
        except msgspec.DecodeError as error:
            raise Unreadable(self._path, error) from error

    def write(self, data: Tables) -> None:
        replace_file(self._path, msgspec.json.format(msgspec.json.encode(data), indent=1) + b"\n", self._before)


def content_of(path: Path | str) -> bytes:
    """The whole file. Mostly one read is enough: at a start this is done ten thousand times."""
    handle = os.open(path, _READING)
    try:
        content = os.read(handle, _AT_ONCE)
        if len(content) == _AT_ONCE:
            while more := os.read(handle, _AT_ONCE):
                content += more
        return content
    finally:
        os.close(handle)


def replace_file(path: Path, content: bytes, before: bytes | None = None) -> None:
    """Durable on return. After an OSError the file is as it was: ``before``, or absent when that is None."""
    _swap_in(path, content)
    try:
        sync_folder(path.parent)
    except OSError:
        # The new content is in its place but may not outlive a power cut, and the member
        # will read that nothing happened. So nothing shall have happened.
        with suppress(OSError):
            path.unlink() if before is None else _swap_in(path, before)
        raise


def _swap_in(path: Path, content: bytes) -> None:
    temporary = f"{path}{TEMPORARY}"
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            write_all(handle, content)
            os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(temporary, path)  # noqa: PTH105 - the Path methods cost as much again as the call
    except OSError:
        with suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108 - the same
        raise


def write_all(handle: int, content: bytes) -> None:
    """A nearly full disk takes a part and says so only at the next attempt."""
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]


def sync_folder(folder: Path) -> None:
    """Makes renames in it durable. Windows cannot open a folder, and has no need to."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(folder: Path) -> None:
    """Removes what a killed process left half-written."""
    for leftover in folder.glob(f"*{TEMPORARY}"):
        leftover.unlink(missing_ok=True)
