"""Complaints, entries and posts for the tests of stores and of the courier."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.core.cards import Card
from bot.core.case import Case
from bot.core.complaint import Complaint
from bot.core.events import Closed, Entry, Merged, Opened, Outcome, ReplyAccepted, Sighted, StillOn
from bot.core.replies import ReplyKind
from bot.ports import Post, Store, Urgency, Waiting

NOW = datetime(2024, 5, 6, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def complaint(key: str, author: str = "João Souza") -> Complaint:
    return Complaint(key=key, channel="reclame-aqui", text="Meu pedido não chegou", posted_at=NOW - HOUR, author=author)


def post(key: str, title: str = "", under: str = "", to: str = "", urgency: Urgency = Urgency.TALK) -> Post:
    return Post(key, Card(title=title or key), under, to, urgency)


def opened(key: str) -> Entry:
    return Entry(NOW, Opened(complaint(key)))


def sighted(key: str) -> Entry:
    return Entry(NOW, Sighted(complaint(key)))


def still_on(request: str = "", at: datetime = NOW) -> Entry:
    return Entry(at, StillOn(), "ana", request)


def replied(text: str) -> Entry:
    return Entry(NOW, ReplyAccepted(text, ReplyKind.HEARD), "ana")


def closed(at: datetime = NOW) -> Entry:
    return Entry(at, Closed(Outcome.SATISFIED), "ana")


def merged(into: int) -> Entry:
    return Entry(NOW, Merged(into), "ana")


async def new(store: Store, key: str, *posts: Post) -> Case:
    case = await store.open(complaint(key), [opened(key)], lambda case: posts)
    assert case is not None
    return case


async def keys_waiting(store: Store, now: datetime = NOW) -> list[str]:
    return [waiting.post.key for waiting in await store.waiting(now)]


async def first_waiting(store: Store, now: datetime = NOW) -> Waiting:
    return (await store.waiting(now))[0]


async def deliver_all(store: Store, now: datetime = NOW) -> None:
    while waiting := await store.waiting(now):
        for each in waiting:
            await store.delivered(each, each.ref or f"at-{each.post.key}")
