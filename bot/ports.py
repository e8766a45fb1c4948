"""What the desk needs from the outside world, and the errors the outside may raise."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any, Protocol

import msgspec

from bot.core.cards import Card
from bot.core.case import Case
from bot.core.complaint import Complaint
from bot.core.events import Entry

Clock = Callable[[], datetime]
"""The present moment, aware and in UTC."""

MessageRef = str
"""Where a chat keeps a message; opaque to everyone but that chat."""


class Urgency(IntEnum):
    """Which post leaves first; lower is sooner."""

    ALARM = 0
    CARD = 1
    TALK = 2
    NEWS = 3


class Post(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message to be sent. One key, one message: a key written again is an edit.

    ``under`` is the key of the post in whose thread it stands; ``to`` is the member
    who alone reads it; with neither it stands in the room. ``is_change`` only changes
    what waits or stands under this key: where neither is so, nothing is said.
    """

    key: str
    card: Card
    under: str = ""
    to: str = ""
    urgency: Urgency = Urgency.TALK
    is_change: bool = False


class Waiting(msgspec.Struct, frozen=True):
    """A post that is not delivered yet. ``ref`` is set when the message exists and is to be edited,
    or, with ``is_withdrawn``, to be taken down.

    ``under_ref`` is the thread's message, empty while that one waits itself.
    ``version`` tells this writing of the key from a later one, so that a card that
    changed during its delivery goes out again. ``tries`` counts failed deliveries.
    """

    post: Post
    version: int = 0
    ref: MessageRef = ""
    under_ref: MessageRef = ""
    not_before: datetime | None = None
    tries: int = 0
    refused: str = ""
    is_withdrawn: bool = False


class StoreError(Exception):
    """The store could not do it; nothing was changed."""


class StaleCase(StoreError):
    """Somebody else changed the case since it was read: read it again and decide anew."""


class StoreDown(StoreError):
    """The store cannot write now (a full disk, a lost database); what was asked did not happen."""


class StoreInUse(StoreError):
    """Another process holds this data."""


class Store(Protocol):
    """Keeps cases and outgoing posts. Every write is all or nothing and durable when it returns.

    ``look_at`` is when the case next needs a look (a reminder is due): None means
    never, and a case whose look time is unknown (just started) is due at once.
    """

    async def open(
        self, complaint: Complaint, entries: Sequence[Entry], posts: Callable[[Case], Sequence[Post]]
    ) -> Case | None:
        """A new case with the next number, or None when this key is known already.

        ``entries`` begin with ``Opened``; ``posts`` are made from the folded case,
        which is the first to know its number.
        """
        ...

    async def append(
        self,
        case: Case,
        entries: Sequence[Entry],
        posts: Sequence[Post] = (),
        withdraw: Sequence[str] = (),
        look_at: datetime | None = None,
    ) -> Case:
        """Adds to the history of ``case`` and returns the case after it.

        First, of the posts whose key starts with one of ``withdraw``, those that were
        never sent are dropped, and those that stand wait to be taken down. Raises
        StaleCase when ``case.version`` is no longer the last.
        """
        ...

    async def announce(self, post: Post, told: Collection[str] = ()) -> bool:
        """Keeps a post that belongs to no case (a digest, a notice); False when its key exists already.

        ``told`` are keys of the news that it tells: they wait no longer.
        """
        ...

    async def case(self, number: int) -> Case | None: ...
    async def live_cases(self) -> Sequence[Case]:
        """Every case that is not shelved: the open ones, and the closed ones that still owe a check-in or review."""
        ...

    async def history(self, number: int) -> Sequence[Entry]: ...
    async def known(self, key: str) -> int | None:
        """The case that has this complaint, as its first or as a sighting."""
        ...

    async def said(self, fingerprint: str) -> int | None:
        """A case in which a reply with this fingerprint was accepted."""
        ...

    async def of_customer(self, channel: str, author: str) -> Sequence[int]:
        """Numbers of the cases that this customer of this channel has had, newest first; nobody's are none.

        Names are compared as ``intake.handle`` writes them.
        """
        ...

    async def to_look(self, now: datetime) -> Sequence[int]:
        """Numbers of the live cases whose look time has come or is unknown."""
        ...

    async def next_look(self) -> datetime | None:
        """The earliest look time that is known and still to come."""
        ...

    async def looked(self, number: int, look_at: datetime | None) -> None:
        """Remembers the next look time of a case that did not change."""
        ...

    async def shelve(self, number: int) -> None:
        """Puts a case away: out of memory, still readable by number."""
        ...

    async def waiting(self, now: datetime, most: int = 100) -> Sequence[Waiting]:
        """The first ``most`` posts whose time has come, most urgent first, then oldest first."""
        ...

    async def backlog(self) -> int:
        """How many posts are not delivered yet, those postponed included; refused ones do not count."""
        ...

    async def delivered(self, waiting: Waiting, ref: MessageRef) -> None: ...
    async def postpone(self, waiting: Waiting, until: datetime) -> None: ...
    async def refuse(self, waiting: Waiting, reason: str) -> None:
        """Keeps a post that can never be delivered, for the operator; it is not tried again."""
        ...

    async def refused(self) -> Sequence[Waiting]: ...
    async def ref(self, key: str) -> MessageRef:
        """Where the post with this key stands, empty when it was not delivered."""
        ...

    async def key_of(self, ref: MessageRef) -> str:
        """The key of the post that stands there, empty when it is none of ours."""
        ...

    async def cursor(self, source: str) -> str: ...
    async def save_cursor(self, source: str, value: str, at: datetime, news: Sequence[Complaint] = ()) -> None:
        """How far a source has been read, and the ``news`` that it brought: they wait until they are told."""
        ...

    async def news(self) -> Sequence[News]:
        """What waits to be told, as it came."""
        ...

    async def heard_from(self) -> dict[str, datetime]:
        """When each source last answered."""
        ...

    @property
    def is_writable(self) -> bool:
        """Whether the last write succeeded."""
        ...

    async def try_again(self) -> bool:
        """After a failed write: whether a small one succeeds now."""
        ...

    async def close(self) -> None: ...


class Undelivered(Exception):
    """The chat did not take the message; ``wait`` is how long it asked us to wait, if it said."""

    def __init__(self, reason: str, wait: timedelta | None = None, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.wait, self.for_good = reason, wait, for_good


class MessageGone(Exception):
    """The message that was to be edited stands nowhere any more: it is to be posted anew."""


class Chat(Protocol):
    """Outward only. ``pace`` is the least time between two messages to one channel."""

    pace: timedelta

    def tells_duties_to(self, member: str) -> bool:
        """Whether this member is told each morning what they owe: where a chat has no place that always shows it."""
        ...

    async def post(self, key: str, card: Card, under: MessageRef = "", to: str = "") -> MessageRef:
        """Sends a new message and returns where it stands; with ``key`` sent twice it stands once."""
        ...

    async def edit(self, ref: MessageRef, card: Card) -> None:
        """Changes a message. Raises Undelivered, or MessageGone when somebody deleted it."""
        ...

    async def remove(self, ref: MessageRef) -> None:
        """Takes a message down; it is well when somebody did so already. Raises Undelivered."""
        ...


class News(msgspec.Struct, frozen=True):
    """News of the sector, for the digest; ``at`` is when a feed brought it, in UTC."""

    at: datetime
    said: Complaint


class Batch(msgspec.Struct, frozen=True):
    """What a source brought, oldest first. ``cursor`` is saved after the cases are durable.

    ``news`` goes to the digest only and never becomes a case (rule 002-03).
    """

    complaints: tuple[Complaint, ...]
    cursor: str
    news: tuple[Complaint, ...] = ()


class SourceDown(Exception):
    """The source did not answer usefully. The message is for the operator and holds no secret."""


class Source(Protocol):
    """A system that complaints come from, asked every ``every``."""

    name: str
    every: timedelta

    async def fetch(self, cursor: str) -> Batch:
        """What is new since the cursor (empty at first). Raises SourceDown."""
        ...


class NoChat(Exception):
    """The chat refuses us for good; the sentence is for the operator."""


class NoDoor(Exception):
    """The door cannot be opened; the sentence is for the operator."""


class NotAllowed(Exception):
    """A delivery whose signature or token is missing, wrong or too old. The message holds neither."""


class Unfit(Exception):
    """A delivery that cannot be taken; the message is one sentence for whoever set it up.

    Not ``is_json``: it cannot even be read.
    """

    def __init__(self, reason: str, *, is_json: bool = True) -> None:
        super().__init__(reason)
        self.reason, self.is_json = reason, is_json


class Hook(Protocol):
    """A tool that brings complaints to the door. ``shape`` is the type of what it sends.

    ``is_signed`` and ``has_token`` say what it has to prove itself with.
    """

    name: str
    shape: Any
    is_signed: bool
    has_token: bool

    def read(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Sequence[Complaint]:
        """The complaints of one delivery, each once. Raises NotAllowed and Unfit."""
        ...
