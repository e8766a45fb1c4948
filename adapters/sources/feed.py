"""A feed on the web that is asked again and again: Google Alerts, blogs, forums, review sites."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

import msgspec

from adapters.sources import entries
from adapters.sources.fetch import TIMEOUT, Fetched, get
from bot.core.complaint import Complaint, Kind, key_of
from bot.ports import Batch, Clock, SourceDown

#: Newest entries that are looked at, and keys that the cursor remembers. As many of both, so
#: that an entry still in view is never forgotten. Google Alerts lists 20, blogs 10 to 100.
WINDOW = 200
#: A feed with more is no feed of posts; reading it would keep the machine busy for seconds.
_MOST_ENTRIES = 5_000
_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"


class FeedSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A feed as the committee's settings describe it.

    Without a ``channel`` each entry's link tells it. ``sector`` is news for the digest and
    opens no case (rule 002-03). ``limit`` entries at most are taken at once.
    ``allow_private`` lets the feed stand in our own network: only for tests and intranets.
    """

    name: str
    url: str
    channel: str = ""
    kind: Literal["complaint", "question", "praise", "sector"] = "complaint"
    every: timedelta = timedelta(minutes=10)
    limit: int = 20
    within: timedelta = TIMEOUT
    allow_private: bool = False


class Cursor(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far a feed has been read: the server's marks, and the keys of its entries, newest first.

    ``of`` tells by which address; at another one the marks mean nothing.
    """

    of: str
    etag: str = ""
    last_modified: str = ""
    seen: tuple[str, ...] = ()


class Feed:
    """One polled Atom or RSS feed (rules 000-01 and 002-02)."""

    def __init__(self, settings: FeedSettings, clock: Clock) -> None:
        self.settings = settings
        self.name = settings.name
        self.every = settings.every
        self._clock = clock
        self._of = key_of(settings.url)

    async def fetch(self, cursor: str) -> Batch:
        """What is new since ``cursor``, at most ``limit`` entries; the rest comes with the next call.

        The first call takes the newest and lets the feed's history be. Later calls skip
        nothing: when more is new than fits, the oldest go first.
        """
        known = self._known(cursor)
        fetched = await get(
            self.settings.url,
            etag=known.etag if known else "",
            last_modified=known.last_modified if known else "",
            accept=_ACCEPT,
            within=self.settings.within,
            allow_private=self.settings.allow_private,
        )
        if fetched.status == 304:
            return Batch((), cursor)
        read = await self._read(fetched)
        window = read.complaints[-WINDOW:]
        if known is None:
            taken, left = window[-self.settings.limit :], 0
            seen = _newest(window)
        else:
            new = [one for one in window if one.key not in set(known.seen)]
            taken, left = tuple(new[: self.settings.limit]), len(new[self.settings.limit :])
            pending = {one.key for one in new[self.settings.limit :]}
            seen = _newest([one for one in window if one.key not in pending], known.seen)
        # With marks the server would answer "nothing new" and the rest would never come.
        marks = (fetched.etag, fetched.last_modified) if read.whole and not left else ("", "")
        return self._batch(taken, Cursor(self._of, *marks, seen))

    def _known(self, cursor: str) -> Cursor | None:
        """The cursor that was saved; None at first, and when it is unreadable: repeating is safe, skipping is not."""
        try:
            known = msgspec.json.decode(cursor, type=Cursor) if cursor else None
        except msgspec.DecodeError:
            return None
        return known if known and known.of == self._of else None

    async def _read(self, fetched: Fetched) -> entries.Entries:
        kind = self.settings.kind
        try:
            # In a thread, since five megabytes take seconds.
            return await asyncio.to_thread(
                entries.read,
                fetched.body,
                now=self._clock(),
                channel=self.settings.channel,
                kind=Kind.COMPLAINT if kind == "sector" else Kind(kind),
                source=self.name,
                base=fetched.url,
                content_type=fetched.content_type,
                most=_MOST_ENTRIES,
            )
        except entries.NoFeed as error:
            raise SourceDown(f"the feed {self.name} {error}") from None

    def _batch(self, taken: tuple[Complaint, ...], cursor: Cursor) -> Batch:
        saved = msgspec.json.encode(cursor).decode()
        if self.settings.kind == "sector":
            return Batch((), saved, news=taken)
        return Batch(taken, saved)


def _newest(in_view: Sequence[Complaint], before: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Keys to remember: all that is in view, then what was seen before, as many as fit."""
    keys = dict.fromkeys([*(one.key for one in reversed(in_view)), *before])
    return tuple(keys)[:WINDOW]
