"""A feed on the web that is asked again and again: Google Alerts, blogs, forums, review sites."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import msgspec

from adapters.sources import entries
from adapters.sources.document import NoFeed
from adapters.sources.fetch import TIMEOUT, Fetched, get
from bot.config.settings import FeedKind, FeedSettings
from bot.core.complaint import Complaint, Kind, key_of
from bot.ports import Batch, Clock, SourceDown

#: As many as a Google alert lists.
LIMIT = 20
#: Newest entries that are looked at, and keys that the cursor remembers. As many of both, so
#: that an entry still in view is never forgotten. Blogs and forums list 10 to 100.
WINDOW = 200
#: A feed with more is no feed of posts; reading it would keep the machine busy for seconds.
_MOST_ENTRIES = 5_000
#: News of the sector is nobody's complaint; its kind is never looked at.
_KINDS = {
    FeedKind.COMPLAINT: Kind.COMPLAINT,
    FeedKind.QUESTION: Kind.QUESTION,
    FeedKind.PRAISE: Kind.PRAISE,
    FeedKind.SECTOR: Kind.COMPLAINT,
}
_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"


class Cursor(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far a feed has been read: the server's marks, and the keys of its entries, newest first.

    ``of`` says at which address; at another one the marks mean nothing.
    """

    of: str
    etag: str = ""
    last_modified: str = ""
    seen: tuple[str, ...] = ()


class Feed:
    """One polled Atom or RSS feed (rules 000-01 and 002-02).

    Without a channel in its settings each entry's link tells it. ``limit`` entries at most
    are brought at once, and ``within`` is for one answer of the server.
    """

    def __init__(
        self, settings: FeedSettings, clock: Clock, *, limit: int = LIMIT, within: timedelta = TIMEOUT
    ) -> None:
        self.settings = settings
        self.name = settings.name
        self.every = settings.every
        self._clock = clock
        self._limit = limit
        self._within = within
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
            within=self._within,
            allow_private=self.settings.allow_private,
        )
        if fetched.status == 304:
            return Batch((), cursor)
        read = await self._read(fetched)
        window = read.complaints[-WINDOW:]
        seen = set(known.seen) if known else set()
        new = [one for one in window if one.key not in seen]
        taken = new[: self._limit] if known else new[-self._limit :]
        waiting = {one.key for one in new[self._limit :]} if known else set()
        # With the marks the server would say "nothing new", and what waits would never come.
        marks = (fetched.etag, fetched.last_modified) if read.whole and not waiting else ("", "")
        passed = [one.key for one in reversed(window) if one.key not in waiting]
        keys = dict.fromkeys([*passed, *(known.seen if known else ())])
        return self._batch(tuple(taken), Cursor(self._of, *marks, tuple(keys)[:WINDOW]))

    def _known(self, cursor: str) -> Cursor | None:
        """The cursor that was saved; None at first, and when it is unreadable: repeating is safe, skipping is not."""
        try:
            known = msgspec.json.decode(cursor, type=Cursor) if cursor else None
        except msgspec.DecodeError:
            return None
        return known if known and known.of == self._of else None

    async def _read(self, fetched: Fetched) -> entries.Entries:
        try:
            # In a thread, since five megabytes take seconds.
            return await asyncio.to_thread(
                entries.read,
                fetched.body,
                now=self._clock(),
                channel=self.settings.channel,
                kind=_KINDS[self.settings.kind],
                source=self.name,
                base=fetched.url,
                content_type=fetched.content_type,
                most=_MOST_ENTRIES,
            )
        except NoFeed as error:
            raise SourceDown(f"the feed {self.name} {error}") from None

    def _batch(self, taken: tuple[Complaint, ...], cursor: Cursor) -> Batch:
        saved = msgspec.json.encode(cursor).decode()
        if self.settings.kind is FeedKind.SECTOR:
            return Batch((), saved, news=taken)
        return Batch(taken, saved)
