"""What stands in the files: one document for each case, and one for the room."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypedDict

import msgspec
from tinydb import TinyDB
from tinydb.table import Document, Table

from adapters.stores.tiny.atomic import AtomicStorage, Tables, Unreadable, content_of
from bot.core.events import Entry, Opened
from bot.ports import MessageRef, News, Post

#: TinyDB's name for its only table here, and the id of the only document in it.
TABLE, ID = "_default", 1


class Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    """A post and what became of it.

    ``version`` numbers the writings of all posts; ``since`` is the writing from which it
    waits. A delivered post keeps only where it stands; a withdrawn one waits to be taken
    down from there, or keeps only its version: should it be on its way just then, its
    reference still finds a home, and it is taken down. ``in_room`` says
    that it stands in the room itself; ``seen_at`` is when the courier took it from the
    room's file, which is how old an announcement is.
    """

    version: int
    post: Post | None = None
    since: int = 0
    ref: MessageRef = ""
    in_room: bool = False
    refused: str = ""
    seen_at: datetime | None = None
    is_withdrawn: bool = False

    @property
    def is_waiting(self) -> bool:
        """Whether the courier should take it."""
        return self.post is not None and not self.refused


class CaseDocument(msgspec.Struct):
    """A case as its file has it. ``said`` are the fingerprints of its accepted replies:
    they could be computed from the history, but not ten thousand times at every start.
    """

    number: int
    history: list[Entry]
    posts: dict[str, Kept] = {}
    said: list[str] = []


class Cursor(msgspec.Struct, frozen=True):
    """How far a source has been read, and when it last answered."""

    value: str
    heard_at: datetime


class RoomDocument(msgspec.Struct, frozen=True):
    """What belongs to no case. News are kept under their keys."""

    posts: dict[str, Kept] = {}
    cursors: dict[str, Cursor] = {}
    news: dict[str, News] = {}


class _Growing(TypedDict, total=False):
    """A case document while it is written: entries that do not change are copied, not understood."""

    number: int
    history: list[msgspec.Raw]
    posts: object
    said: list[str]


_CASE = msgspec.json.Decoder(dict[str, dict[int, CaseDocument]])
_ROOM = msgspec.json.Decoder(dict[str, dict[int, RoomDocument]])
_GROWING: msgspec.json.Decoder[Tables] = msgspec.json.Decoder(dict[str, dict[str, _Growing]])
_ANYTHING: msgspec.json.Decoder[Tables] = msgspec.json.Decoder(dict[str, dict[str, Any]])


def read_case(path: Path | str, number: int) -> CaseDocument:
    """Raises Unreadable when the file is no case, and OSError when the disk does not answer."""
    try:
        document = _CASE.decode(content_of(path))[TABLE][ID]
    except msgspec.DecodeError as error:
        raise Unreadable(path, error) from error
    except (KeyError, UnicodeDecodeError) as error:
        raise Unreadable(path, "it holds no case") from error
    if document.number != number:
        raise Unreadable(path, f"it holds case {document.number}")
    if not document.history or not isinstance(document.history[0].event, Opened):
        raise Unreadable(path, "its history does not begin with the opening")
    return document


def create_case(path: Path, document: CaseDocument) -> None:
    """Writes the first version of a case."""
    fields = {name: getattr(document, name) for name in CaseDocument.__struct_fields__}
    _table(path, _GROWING, is_new=True).insert(Document(fields, doc_id=ID))


def extend_case(
    path: Path, version: int, entries: Sequence[Entry], posts: Mapping[str, Kept], said: Sequence[str]
) -> None:
    """Adds to the history after its first ``version`` entries, and replaces the posts.

    TinyDB reads the file once and writes it once (its ``upsert`` would do both twice).
    What stands after ``version`` was never acknowledged and goes.
    """

    def extend(document: MutableMapping[Any, Any]) -> None:
        history = document["history"]
        if len(history) < version:
            raise Unreadable(path, f"it has lost entries: {len(history)} of {version} are left")
        history[version:] = [msgspec.Raw(msgspec.json.encode(entry)) for entry in entries]
        document["posts"] = posts
        document["said"] = list(dict.fromkeys([*document.get("said", ()), *said]))

    if not _table(path, _GROWING).update(extend, doc_ids=[ID]):
        raise Unreadable(path, "it holds no case")


def read_room(path: Path) -> RoomDocument:
    """The room's document; an empty one before the first write."""
    try:
        return _ROOM.decode(content_of(path))[TABLE][ID]
    except FileNotFoundError:
        return RoomDocument()
    except msgspec.DecodeError as error:
        raise Unreadable(path, error) from error
    except (KeyError, UnicodeDecodeError) as error:
        raise Unreadable(path, "it does not hold the room") from error


def write_room(path: Path, room: RoomDocument) -> None:
    """Replaces the room's document."""
    fields = {name: getattr(room, name) for name in RoomDocument.__struct_fields__}
    if path.exists():
        _table(path, _ANYTHING).update(fields, doc_ids=[ID])
    else:
        _table(path, _ANYTHING, is_new=True).insert(Document(fields, doc_id=ID))


def _table(path: Path, shape: msgspec.json.Decoder[Tables], *, is_new: bool = False) -> Table:
    """A TinyDB for one write: it holds no handle, and opening it costs microseconds."""
    return TinyDB(path, storage=AtomicStorage, shape=shape, is_new=is_new).table(TABLE)
