"""Cases put away: ``closed/<year>/12.json``, and an index so that a start need not read them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from adapters.stores.tiny.atomic import Unreadable, content_of, replace_file, sweep, sync_folder, write_all
from adapters.stores.tiny.documents import CaseDocument, read_case
from bot.core.case import Case, Ending, fold
from bot.ports import MessageRef


class Spine(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is still known of a shelved case without opening it; a line of the index.

    ``refs`` says where its posts in the room stand. Without a ``year`` the file is gone
    (somebody removed it) and the line only keeps its number from being given again.
    """

    number: int
    year: int = 0
    keys: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    channel: str = ""
    author: str = ""
    is_merged: bool = False
    refs: dict[str, MessageRef] = {}


def spine(case: Case, document: CaseDocument) -> Spine:
    """The line of a case. Its year is that of its ending, in UTC."""
    return Spine(
        number=case.number,
        year=(case.ended_at or case.active_at).year,
        keys=keys_of(case),
        said=tuple(document.said),
        channel=case.complaint.channel,
        author=case.complaint.author,
        is_merged=case.ending is Ending.MERGED,
        refs={key: kept.ref for key, kept in document.posts.items() if kept.in_room},
    )


def keys_of(case: Case) -> tuple[str, ...]:
    """The complaints that the case has: its first, and the sightings."""
    return (case.complaint.key, *(sighting.key for sighting in case.sightings))


class Shelf:
    """The folder of shelved cases. The files are the truth; the index is made anew where it falls short."""

    def __init__(self, folder: Path, cases: Path) -> None:
        self._folder, self._cases = folder, cases
        self._index = folder / "index.jsonl"
        self._years: dict[int, int] = {}

    def __contains__(self, number: int) -> bool:
        return number in self._years

    def __iter__(self) -> Iterator[int]:
        return iter(self._years)

    def path(self, number: int) -> Path:
        """Where a shelved case lies."""
        return self._place(number, self._years[number])

    def _place(self, number: int, year: int) -> Path:
        return self._folder / str(year) / f"{number}.json"

    def load(self, live: set[int]) -> list[Spine]:
        """The lines of all shelved cases, and bare ones for numbers whose file is gone."""
        sweep(self._folder)
        found = dict(self._lying_here(live))
        lines, is_whole = self._read_index()
        spines = [
            lines[number] if number in lines and lines[number].year == year else self._read_spine(number, year)
            for number, year in found.items()
        ]
        gone = [Spine(number) for number in lines if number not in found and number not in live]
        self._years = found
        if not is_whole or lines != {line.number: line for line in [*spines, *gone]}:
            self._write_index([*spines, *gone])
        return [*spines, *gone]

    def _lying_here(self, live: set[int]) -> Iterator[tuple[int, int]]:
        for year in (int(entry.name) for entry in os.scandir(self._folder) if entry.name.isdecimal()):
            for number in numbers_in(self._folder / str(year)):
                if number in live:
                    self._drop_twin(number, year)
                else:
                    yield number, year

    def _drop_twin(self, number: int, year: int) -> None:
        """A case lies in both folders: a restored backup, or a file system that moves in two steps."""
        here, live = self._place(number, year), self._cases / f"{number}.json"
        if content_of(here) != content_of(live):
            raise Unreadable(here, f"{live} is the same case and differs; keep the one with the longer history")
        here.unlink()

    def _read_index(self) -> tuple[dict[int, Spine], bool]:
        """The last line of each case, and whether every line could be read: a crash may have torn one."""
        lines: dict[int, Spine] = {}
        is_whole = True
        for line in content_of(self._index).splitlines() if self._index.exists() else ():
            try:
                known = _SPINE.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError):
                is_whole = False
            else:
                lines[known.number] = known
        return lines, is_whole

    def _read_spine(self, number: int, year: int) -> Spine:
        document = read_case(self._place(number, year), number)
        return msgspec.structs.replace(spine(fold(number, document.history), document), year=year)

    def _write_index(self, spines: list[Spine]) -> None:
        replace_file(self._index, msgspec.json.Encoder().encode_lines(spines))

    def put(self, line: Spine) -> None:
        """Moves the file of a live case here. The line is durable first: a line too many does no harm."""
        self._add_line(line)
        place = self._place(line.number, line.year)
        if not place.parent.exists():
            place.parent.mkdir(mode=0o700)
            sync_folder(self._folder)
        self._move(self._cases / place.name, place)
        self._years[line.number] = line.year

    def take_back(self, number: int) -> None:
        """Moves the file among the live ones again."""
        place = self.path(number)
        self._move(place, self._cases / place.name)
        del self._years[number]

    def _move(self, origin: Path, place: Path) -> None:
        origin.rename(place)
        try:
            sync_folder(place.parent)
            sync_folder(origin.parent)
        except OSError:
            place.rename(origin)
            raise

    def _add_line(self, line: Spine) -> None:
        handle = os.open(self._index, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(handle).st_size
            # A full disk may have torn the line before; it must not spoil this one.
            torn = size and os.pread(handle, 1, size - 1) != b"\n"
            write_all(handle, (b"\n" if torn else b"") + msgspec.json.encode(line) + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)


_SPINE = msgspec.json.Decoder(Spine)


def numbers_in(folder: Path | str) -> list[int]:
    """The cases that lie in a folder, ascending. A stray file that looks like data stops us: it may be data."""
    names = [entry.name.removesuffix(".json") for entry in os.scandir(folder) if entry.name.endswith(".json")]
    for name in names:
        if not (name.isascii() and name.isdigit() and str(int(name)) == name):
            raise Unreadable(f"{folder}/{name}.json", "its name is no case number")
    return sorted(map(int, names))
