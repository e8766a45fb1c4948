"""The posts of all live cases and of the room, in memory. Values are made first and kept after the file has them."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

from msgspec.structs import replace

from adapters.stores.tiny.documents import Kept
from bot.core.cards import Card
from bot.ports import MessageRef, Post, Urgency, Waiting

#: The home of posts that belong to no case; cases count from one.
ROOM = 0
#: How long a delivered announcement is remembered, so that its key is not announced twice.
REMEMBERED = timedelta(days=60)


#: Urgency, age, key.
Place = tuple[int, int, str]


class Outbox:
    """Answers by key and by reference; looking for what waits costs the number that waits."""

    def __init__(self) -> None:
        self._homes: dict[int, dict[str, Kept]] = {ROOM: {}}
        self._home_of: dict[str, int] = {}
        self._waiting: dict[str, Kept] = {}
        self._queue: list[Place] = []
        self._refused: dict[str, Kept] = {}
        self._key_at: dict[MessageRef, str] = {}
        self._away: dict[str, MessageRef] = {}
        self._later: dict[str, tuple[datetime, int]] = {}
        self._writings = 0

    # What would be kept

    def written(self, home: int, posts: Sequence[Post], withdraw: Sequence[str] = ()) -> dict[str, Kept]:
        """The posts of a home after withdrawing and then writing."""
        prefixes = tuple(withdraw)
        after = {
            key: self._withdrawn(key, kept) if key.startswith(prefixes) else kept
            for key, kept in self._homes.get(home, {}).items()
        }
        for post in posts:
            before = after.get(post.key) or self.kept(post.key)
            if not post.is_change or (before and not before.is_withdrawn):
                after[post.key] = self._next_writing(replace(post, is_change=False), before)
        return after

    def _withdrawn(self, key: str, kept: Kept) -> Kept:
        if not kept.ref:
            return replace(kept, post=None, since=0, refused="", is_withdrawn=True)
        return kept if kept.is_withdrawn else self._to_be_removed(key, kept.ref)

    def _to_be_removed(self, key: str, ref: MessageRef) -> Kept:
        """Nobody waits for it, so it leaves after everything else."""
        self._writings += 1
        post = Post(key, Card(), urgency=Urgency.NEWS)
        return Kept(self._writings, post, self._writings, ref, is_withdrawn=True)

    def _next_writing(self, post: Post, before: Kept | None) -> Kept:
        """A post that waits keeps its place in the queue; one that stands somewhere becomes an edit."""
        self._writings += 1
        ref = before.ref if before else self._away.get(post.key, "")
        since = before.since if before and before.is_waiting else self._writings
        return Kept(self._writings, post, since, ref, in_room=bool(before and before.in_room))

    def delivered(self, waiting: Waiting, ref: MessageRef, seen_at: datetime | None) -> dict[str, Kept] | None:
        """The posts of its home once this writing of it stands at ``ref``, or was taken down. None: not ours."""
        key, home = waiting.post.key, self._home_of.get(waiting.post.key)
        if home is None:
            return None
        posts = dict(self._homes[home])
        if after := self._after(posts.pop(key), waiting, ref, seen_at if home == ROOM else None):
            posts[key] = after
        return posts

    def _after(self, kept: Kept, waiting: Waiting, ref: MessageRef, seen_at: datetime | None) -> Kept | None:
        """A later writing goes on waiting; what was withdrawn on its way is to be taken down."""
        is_latest = kept.version == waiting.version
        if waiting.is_withdrawn:
            return None if is_latest else replace(kept, ref="")
        if kept.is_withdrawn:
            return self._to_be_removed(waiting.post.key, ref)
        in_room = not (waiting.post.under or waiting.post.to)
        if not is_latest:
            return replace(kept, ref=ref, in_room=in_room)
        return Kept(kept.version, ref=ref, in_room=in_room, seen_at=seen_at)

    def refused_for(self, waiting: Waiting, reason: str) -> dict[str, Kept] | None:
        """The posts of its home once this writing of it is given up; None when a later one waits already."""
        key = waiting.post.key
        kept = self._waiting.get(key)
        if kept is None or kept.version != waiting.version:
            return None
        return {**self._homes[self._home_of[key]], key: replace(kept, refused=reason)}

    # What is kept

    def load(self, home: int, posts: Mapping[str, Kept]) -> None:
        """Takes in a file. A key that two cases wrote belongs to the later writing."""
        mine = self._homes.setdefault(home, {})
        for key, kept in posts.items():
            self._writings = max(self._writings, kept.version)
            rival = self.kept(key) if key in self._home_of else None
            if rival and rival.version > kept.version:
                continue
            if rival or kept.post:
                self._set(home, mine, key, kept)
                continue
            # The short way for a delivered post: nearly every post of ten thousand cases.
            mine[key] = kept
            self._home_of[key] = home
            if kept.ref:
                self._key_at[kept.ref] = key

    def take_back(self, home: int, posts: Mapping[str, Kept]) -> None:
        """Takes in a file that was put away; what was written since then elsewhere counts more."""
        for key in posts:
            self._away.pop(key, None)
        self.load(home, {key: kept for key, kept in posts.items() if key not in self._home_of})

    def keep(self, home: int, posts: Mapping[str, Kept]) -> None:
        """The file has these posts now, and no others."""
        mine = self._homes.setdefault(home, {})
        for key in [key for key in mine if key not in posts]:
            self._forget(mine, key)
        for key, kept in posts.items():
            if mine.get(key) is not kept:
                self._set(home, mine, key, kept)

    def put_away(self, home: int) -> None:
        """The case is on the shelf: only where its card stands is still known."""
        mine = self._homes.pop(home, {})
        for key, kept in list(mine.items()):
            self._forget(mine, key)
            if kept.in_room:
                self.stands_away(key, kept.ref)

    def stands_away(self, key: str, ref: MessageRef) -> None:
        """A shelved case has its card there."""
        self._away[key] = ref
        self._key_at[ref] = key

    def postpone(self, waiting: Waiting, until: datetime) -> None:
        """Nobody needs to know this after a restart: then it is simply tried again."""
        if waiting.post.key in self._waiting:
            self._later[waiting.post.key] = (until, self._later.get(waiting.post.key, (until, 0))[1] + 1)

    def _set(self, home: int, mine: dict[str, Kept], key: str, kept: Kept) -> None:
        elsewhere = self._home_of.get(key)
        if elsewhere is not None and elsewhere != home:
            del self._homes[elsewhere][key]
        self._home_of[key] = home
        mine[key] = kept
        self._leave_queue(key)
        self._refused.pop(key, None)
        if kept.is_waiting:
            self._waiting[key] = kept
            insort(self._queue, _place(key, kept))
        else:
            self._later.pop(key, None)
        if kept.refused:
            self._refused[key] = kept
        if kept.ref:
            self._key_at[kept.ref] = key

    def _forget(self, mine: dict[str, Kept], key: str) -> None:
        self._leave_queue(key)
        self._key_at.pop(mine.pop(key).ref, None)
        for index in (self._home_of, self._refused, self._later):
            index.pop(key, None)

    def _leave_queue(self, key: str) -> None:
        if kept := self._waiting.pop(key, None):
            del self._queue[bisect_left(self._queue, _place(key, kept))]

    # Questions

    def waiting(self, now: datetime, most: int) -> list[Waiting]:
        """The first of what may leave now, most urgent first, then oldest first."""
        return list(islice(self._ready(now), most))

    def _ready(self, now: datetime) -> Iterable[Waiting]:
        for _, _, key in self._queue:
            waiting = self._as_waiting(key, self._waiting[key])
            is_time = waiting.not_before is None or waiting.not_before <= now
            if is_time and (waiting.under_ref or not waiting.post.under):
                yield waiting

    def backlog(self) -> int:
        """How many wait, whenever they may leave."""
        return len(self._waiting)

    def refused(self) -> list[Waiting]:
        """What can never leave."""
        in_order = sorted(self._refused.items(), key=lambda item: _place(*item))
        return [self._as_waiting(key, kept) for key, kept in in_order]

    def _as_waiting(self, key: str, kept: Kept) -> Waiting:
        assert kept.post, "only posts with a card wait or are refused"
        until, tries = self._later.get(key, (None, 0))
        under_ref = self.ref(kept.post.under) if kept.post.under else ""
        return Waiting(kept.post, kept.version, kept.ref, under_ref, until, tries, kept.refused, kept.is_withdrawn)

    def of(self, home: int) -> Mapping[str, Kept]:
        """The posts of a home."""
        return self._homes.get(home, {})

    def home_of(self, key: str) -> int | None:
        """The case that a post belongs to, or the room; None when no such post is kept."""
        return self._home_of.get(key)

    def is_known(self, key: str) -> bool:
        """Whether a post with this key was ever written, as far as we remember."""
        return key in self._home_of or key in self._away

    def kept(self, key: str) -> Kept | None:
        """The post with this key."""
        home = self._home_of.get(key)
        return None if home is None else self._homes[home][key]

    def ref(self, key: str) -> MessageRef:
        """Where the post stands, empty when nowhere."""
        kept = self.kept(key)
        return kept.ref if kept else self._away.get(key, "")

    def key_of(self, ref: MessageRef) -> str:
        """The key of what stands there, empty when it is none of ours."""
        return self._key_at.get(ref, "")

    def is_waiting_for(self, home: int) -> bool:
        """Whether a post of this home waits."""
        return any(kept.is_waiting for kept in self._homes.get(home, {}).values())


def _place(key: str, kept: Kept) -> Place:
    """Where a post stands in the queue."""
    return kept.post.urgency if kept.post else 0, kept.since, key


def recent(posts: Mapping[str, Kept], now: datetime | None) -> dict[str, Kept]:
    """The room's posts without announcements delivered long ago."""
    return {
        key: kept
        for key, kept in posts.items()
        if now is None or kept.seen_at is None or now - kept.seen_at < REMEMBERED
    }
