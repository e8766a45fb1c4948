"""The default store: cases and posts in TinyDB files, durable before anyone is told, for one process."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Collection, Coroutine, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from filelock import FileLock, Timeout

from adapters.stores.tiny.atomic import Unreadable, sweep, sync_folder
from adapters.stores.tiny.backup import copy_of
from adapters.stores.tiny.documents import (
    CaseDocument,
    Cursor,
    Kept,
    RoomDocument,
    create_case,
    extend_case,
    read_case,
    read_room,
    write_room,
)
from adapters.stores.tiny.looks import Looks
from adapters.stores.tiny.outbox import ROOM, Outbox, recent
from adapters.stores.tiny.shelf import Shelf, Spine, keys_of, numbers_in, spine
from bot.core.case import Case, Ending, apply, fold
from bot.core.complaint import Complaint
from bot.core.events import Entry, ReplyAccepted, ReplyImproved, Sighted
from bot.core.intake import handle
from bot.core.replies import fingerprint
from bot.ports import MessageRef, News, Post, StaleCase, StoreDown, StoreError, StoreInUse, Waiting

P = ParamSpec("P")
T = TypeVar("T")
Step = Callable[Concatenate["TinyStore", P], Coroutine[Any, Any, T]]

#: How long we wait for another process to let go: enough for one that is just stopping.
LOCK_WAIT_S = 0.5


def whole(step: Step[P, T]) -> Step[P, T]:
    """One write at a time, and each to its end: were it given up with the asker who was
    cancelled, the file would know what memory does not.
    """

    @wraps(step)
    async def begun_and_ended(self: TinyStore, /, *args: P.args, **kwargs: P.kwargs) -> T:
        async def turn() -> T:
            async with self._turn:
                return await step(self, *args, **kwargs)

        return await asyncio.shield(self._owned(turn()))

    return begun_and_ended


class TinyStore:
    """``bot.ports.Store`` on ``folder``; made by ``open_store``.

    Folded live cases, the posts and the indexes are in memory and change only after
    the file has. Histories are read from their file when asked for.
    """

    def __init__(self, folder: Path) -> None:
        """Raises StoreInUse, StoreDown (no such disk) or Unreadable."""
        self._folder, self._cases_folder = folder, folder / "cases"
        self._room_file = folder / "room.json"
        self._shelf = Shelf(folder / "closed", self._cases_folder)
        self._turn = asyncio.Lock()
        self._steps: set[asyncio.Future[Any]] = set()
        self._is_writable, self._is_closed = True, False
        self._live: dict[int, Case] = {}
        self._leaving: set[int] = set()
        self._outbox, self._looks = Outbox(), Looks()
        self._keys: dict[str, int] = {}
        self._said: dict[str, int] = {}
        self._of_customer: dict[tuple[str, str], list[int]] = {}
        self._cursors: dict[str, Cursor] = {}
        self._news: dict[str, News] = {}
        self._highest = 0
        self._now: datetime | None = None
        self._lock = _prepared(folder)
        try:
            self._load()
        except OSError as error:
            self._lock.release()
            raise StoreDown(f"The data in {folder} cannot be read: {error}.") from error
        except BaseException:
            self._lock.release()
            raise

    # Start

    def _load(self) -> None:
        sweep(self._folder)
        sweep(self._cases_folder)
        room = read_room(self._room_file)
        self._cursors, self._news = room.cursors, room.news
        self._outbox.load(ROOM, room.posts)
        self._load_live(numbers_in(self._cases_folder))
        shelved = self._shelf.load(set(self._live))
        for line in shelved:
            for key, ref in line.refs.items():
                self._outbox.stands_away(key, ref)
        self._index(shelved)
        self._highest = max([*self._live, *(line.number for line in shelved)], default=0)

    def _load_live(self, numbers: Sequence[int]) -> None:
        """The hot loop of a start: one read, one typed decode and one fold for each case.

        The garbage collector rests: a million new values and no garbage among them.
        """
        was_enabled = gc.isenabled()
        gc.disable()
        folder = str(self._cases_folder)
        try:
            for number in numbers:
                self._load_case(f"{folder}/{number}.json", number)
        finally:
            if was_enabled:
                gc.enable()
        self._looks.now(*numbers)

    def _load_case(self, path: str, number: int) -> None:
        document = read_case(path, number)
        try:
            self._live[number] = fold(number, document.history)
        except (ValueError, LookupError) as error:
            raise Unreadable(path, f"its history makes no sense: {error}") from error
        self._outbox.load(number, document.posts)
        for print_ in document.said:
            self._said.setdefault(print_, number)

    def _index(self, shelved: Sequence[Spine]) -> None:
        """Who has which complaint. A case that was merged gives way to the one that has its complaint now."""
        merged = {case.number: keys_of(case) for case in self._live.values() if case.ending is Ending.MERGED}
        merged |= {line.number: line.keys for line in shelved if line.is_merged}
        strong = {line.number: line.keys for line in shelved if not line.is_merged}
        for number, keys in [*merged.items(), *strong.items()]:
            self._keys.update(dict.fromkeys(keys, number))
        for number, case in self._live.items():
            if number not in merged:
                self._keys[case.complaint.key] = number
                for sighting in case.sightings:
                    self._keys[sighting.key] = number
        for line in shelved:
            for print_ in line.said:
                self._said.setdefault(print_, line.number)
            self._remember_customer(line.channel, line.author, line.number)
        for case in self._live.values():
            self._remember_customer(case.complaint.channel, case.complaint.author, case.number)

    def _remember_customer(self, channel: str, author: str, number: int) -> None:
        if name := handle(author):
            self._of_customer.setdefault((channel, name), []).append(number)

    # Cases

    @whole
    async def open(
        self, complaint: Complaint, entries: Sequence[Entry], posts: Callable[[Case], Sequence[Post]]
    ) -> Case | None:
        if complaint.key in self._keys:
            return None
        number = self._highest + 1
        case = fold(number, entries)
        kept = self._outbox.written(number, posts(case))
        said = _prints(case, entries)
        document = CaseDocument(number, list(entries), kept, said)
        await self._durably(partial(create_case, self._file(number), document))
        self._highest = number
        self._keys[complaint.key] = number
        self._remember_customer(complaint.channel, complaint.author, number)
        self._looks.now(number)
        self._keep(case, kept, said)
        return case

    @whole
    async def append(
        self,
        case: Case,
        entries: Sequence[Entry],
        posts: Sequence[Post] = (),
        withdraw: Sequence[str] = (),
        look_at: datetime | None = None,
    ) -> Case:
        now = self._live.get(case.number) or await self._shelved(case.number)
        if now.version != case.version:
            raise StaleCase(f"case {case.number} has changed since it was read")
        for entry in entries:
            now = apply(now, entry)
        if case.number in self._shelf:
            await self._take_back(case.number)
        kept = self._outbox.written(case.number, posts, withdraw)
        said = _prints(now, entries)
        await self._durably(partial(extend_case, self._file(case.number), case.version, entries, kept, said))
        self._looks.plan(case.number, look_at)
        self._leaving.discard(case.number)
        self._keys.update((e.event.complaint.key, case.number) for e in entries if isinstance(e.event, Sighted))
        self._keep(now, kept, said)
        return now

    def _keep(self, case: Case, posts: dict[str, Kept], said: Iterable[str]) -> None:
        self._live[case.number] = case
        self._outbox.keep(case.number, posts)
        for print_ in said:
            self._said.setdefault(print_, case.number)

    async def case(self, number: int) -> Case | None:
        if number in self._live:
            return self._live[number]
        document = await self._document(number)
        return fold(number, document.history) if document else None

    async def live_cases(self) -> Sequence[Case]:
        return [self._live[number] for number in sorted(self._live)]

    async def history(self, number: int) -> Sequence[Entry]:
        document = await self._document(number)
        if document is None:
            return ()
        # The file may be one write ahead of what has been acknowledged.
        return document.history[: self._live[number].version if number in self._live else None]

    async def known(self, key: str) -> int | None:
        return self._keys.get(key)

    async def said(self, fingerprint: str) -> int | None:
        return self._said.get(fingerprint)

    async def of_customer(self, channel: str, author: str) -> Sequence[int]:
        return sorted(self._of_customer.get((channel, handle(author)), ()), reverse=True)

    def _file(self, number: int) -> Path:
        return self._cases_folder / f"{number}.json"

    def _place(self, number: int) -> Path | None:
        if number in self._live:
            return self._file(number)
        return self._shelf.path(number) if number in self._shelf else None

    async def _document(self, number: int) -> CaseDocument | None:
        """The file of a case, wherever it lies; it may be moved while we look."""
        while place := self._place(number):
            try:
                return await asyncio.to_thread(read_case, place, number)
            except FileNotFoundError as error:
                if place == self._place(number):
                    raise StoreDown(f"{place} is gone.") from error
            except OSError as error:
                raise StoreDown(f"{place} cannot be read: {error}.") from error
        return None

    async def _shelved(self, number: int) -> Case:
        case = await self.case(number)
        if case is None:
            raise LookupError(f"there is no case {number}")
        return case

    # When to look

    async def to_look(self, now: datetime) -> Sequence[int]:
        return self._looks.due(now)

    async def next_look(self) -> datetime | None:
        return self._looks.next()

    async def looked(self, number: int, look_at: datetime | None) -> None:
        if number in self._live:
            self._looks.plan(number, look_at)

    # The shelf

    @whole
    async def shelve(self, number: int) -> None:
        """Only for a case that has ended. While posts of it wait, it stays until they are delivered."""
        if number in self._shelf:
            return
        case = self._live.get(number)
        if case is None:
            raise LookupError(f"there is no case {number}")
        if case.is_open:
            raise ValueError(f"case {number} is open and cannot be put away")
        self._looks.plan(number, None)
        self._leaving.add(number)
        await self._let_go(number)

    async def _let_go(self, number: int) -> None:
        """Puts a case away that is to leave and has nothing left to say."""
        if number not in self._leaving or self._outbox.is_waiting_for(number):
            return
        case = self._live[number]

        def move() -> None:
            self._shelf.put(spine(case, read_case(self._file(number), number)))

        await self._durably(move)
        del self._live[number]
        self._leaving.discard(number)
        self._outbox.put_away(number)

    async def _take_back(self, number: int) -> None:
        """Makes a shelved case a live one, as it is; what is then done to it is a write of its own."""
        document = await self._document(number)
        assert document, "it was read a moment ago"
        await self._durably(partial(self._shelf.take_back, number))
        self._live[number] = fold(number, document.history)
        self._outbox.take_back(number, document.posts)
        self._looks.now(number)

    # Posts

    @whole
    async def announce(self, post: Post, told: Collection[str] = ()) -> bool:
        if self._outbox.is_known(post.key):
            return False
        kept = recent(self._outbox.written(ROOM, [post]), self._now)
        news = {key: each for key, each in self._news.items() if key not in told}
        await self._write_room(posts=kept, news=news)
        self._outbox.keep(ROOM, kept)
        self._news = news
        return True

    async def waiting(self, now: datetime, most: int = 100) -> Sequence[Waiting]:
        self._now = now
        return self._outbox.waiting(now, most)

    async def backlog(self) -> int:
        return self._outbox.backlog()

    @whole
    async def delivered(self, waiting: Waiting, ref: MessageRef) -> None:
        await self._settle(waiting.post.key, self._outbox.delivered(waiting, ref, self._now))

    async def postpone(self, waiting: Waiting, until: datetime) -> None:
        self._outbox.postpone(waiting, until)

    @whole
    async def refuse(self, waiting: Waiting, reason: str) -> None:
        """Keeps a post that can never be delivered; a later writing of it is tried again."""
        await self._settle(waiting.post.key, self._outbox.refused_for(waiting, reason))

    async def _settle(self, key: str, posts: dict[str, Kept] | None) -> None:
        """Writes what became of a post to the file that it belongs to."""
        home = self._outbox.home_of(key)
        if posts is None or home is None:
            return
        if home == ROOM:
            await self._write_room(posts=posts)
        else:
            version = self._live[home].version
            await self._durably(partial(extend_case, self._file(home), version, (), posts, ()))
        self._outbox.keep(home, posts)
        with suppress(StoreDown):  # the reference is durable; the case can leave after the next start
            await self._let_go(home)

    async def refused(self) -> Sequence[Waiting]:
        return self._outbox.refused()

    async def ref(self, key: str) -> MessageRef:
        return self._outbox.ref(key)

    async def key_of(self, ref: MessageRef) -> str:
        return self._outbox.key_of(ref)

    # Sources

    async def cursor(self, source: str) -> str:
        return self._cursors[source].value if source in self._cursors else ""

    @whole
    async def save_cursor(self, source: str, value: str, at: datetime, news: Sequence[Complaint] = ()) -> None:
        cursors = {**self._cursors, source: Cursor(value, at)}
        waiting = self._news | {each.key: News(at, each) for each in news if each.key not in self._news}
        await self._write_room(cursors=cursors, news=waiting)
        self._cursors, self._news = cursors, waiting

    async def news(self) -> Sequence[News]:
        return list(self._news.values())

    async def heard_from(self) -> dict[str, datetime]:
        return {source: cursor.heard_at for source, cursor in self._cursors.items()}

    # The disk

    @property
    def is_writable(self) -> bool:
        """False from a failed write until one has succeeded. Every write that is asked for is an attempt."""
        return self._is_writable

    @whole
    async def try_again(self) -> bool:
        """Writes the room's file once more as it is."""
        if not self._is_writable:
            with suppress(StoreDown):
                await self._write_room()
        return self._is_writable

    async def _write_room(self, **changed: Any) -> None:
        """Writes what belongs to no case, with what is to be changed in it."""
        known = {"posts": self._outbox.of(ROOM), "cursors": self._cursors, "news": self._news}
        await self._durably(partial(write_room, self._room_file, RoomDocument(**{**known, **changed})))

    async def _durably(self, write: Callable[[], None]) -> None:
        """Runs a write beside the event loop, so that a slow disk stops no heartbeat."""
        if self._is_closed:
            raise StoreDown("The store is closed.")
        try:
            await asyncio.to_thread(write)
        except OSError as error:
            self._is_writable = False
            reason = error.strerror or error
            raise StoreDown(f"Nothing can be written to {self._folder} now: {reason}.") from error
        self._is_writable = True

    def _owned(self, step: Coroutine[Any, Any, T]) -> asyncio.Future[T]:
        task = asyncio.ensure_future(step)
        self._steps.add(task)
        task.add_done_callback(self._steps.discard)
        return task

    async def backup(self, target: Path) -> None:
        """Copies the data while the store runs. ``target`` must be empty or not there yet."""
        numbers = [*self._live, *self._shelf]
        try:
            await asyncio.to_thread(copy_of, self._folder, target, numbers, self._place)
        except OSError as error:
            raise StoreError(f"The backup to {target} is not complete: {error}.") from error

    async def close(self) -> None:
        """Ends the writes that were begun, and lets the next process in."""
        async with self._turn:
            self._is_closed = True
        self._lock.release()


async def open_store(folder: Path) -> TinyStore:
    """The store on this folder, which is made when missing; raises StoreInUse, StoreDown or Unreadable."""
    return await asyncio.to_thread(TinyStore, folder)


def _prepared(folder: Path) -> FileLock:
    """The folders, held for us alone. The lock goes with the process, however it ends."""
    lock = FileLock(folder / "lock", timeout=LOCK_WAIT_S, thread_local=False)
    try:
        for place in (folder, folder / "cases", folder / "closed"):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire()
        sync_folder(folder)
    except Timeout:
        raise StoreInUse(
            f"Another Heard is running on the data in {folder}. Stop it first, or give this one a folder of its own."
        ) from None
    except OSError as error:
        raise StoreDown(f"The data folder {folder} cannot be used: {error}.") from error
    return lock


def _prints(case: Case, entries: Iterable[Entry]) -> list[str]:
    """Fingerprints of the replies accepted by these entries, the customer's name left out."""
    return [
        fingerprint(entry.event.text, case.complaint.author)
        for entry in entries
        if isinstance(entry.event, ReplyAccepted | ReplyImproved)
    ]
