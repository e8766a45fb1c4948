"""What Heard says on Slack: one message for each key, even when the connection is cut while it is sent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final, NamedTuple

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.chats.slack.blocks import Look, message
from adapters.chats.slack.limits import Json, TooMuch
from bot.core.cards import Card, Form
from bot.core.literal import case_links
from bot.core.plan import Plan
from bot.doubts import Memory
from bot.ports import MessageGone, MessageRef, Undelivered

log = logging.getLogger(__name__)

#: The type of the metadata that carries a post's key.
EVENT: Final = "heard_post"
#: About one message a second in a channel: https://docs.slack.dev/apis/web-api/rate-limits
PACE: Final = timedelta(seconds=1)
#: Messages of one page of history; Slack advises no more: https://docs.slack.dev/reference/methods/conversations.history
#: Reading is tier 3, some fifty pages a minute, and has no pace of its own: a place is read once in the life of a
#: process, and after a doubt; "ratelimited" postpones the post that wanted to read, like any other. One page a minute
#: with 15 messages is for apps that are sold outside the Marketplace since 2025-05-29, not for an app that a company
#: makes for itself, as this one is: https://docs.slack.dev/apis/web-api/rate-limits
PAGE: Final = 200
#: Pages that are read at most when a message is looked for. Our choice: a thousand messages in a few minutes.
MOST_PAGES: Final = 5
#: When a rate limit does not say how long to wait. Our choice.
WAIT: Final = timedelta(seconds=30)
#: An answer that takes longer is given up. Our choice: Slack's own is a second or two.
TIMEOUT_S: Final = 30

#: Refusals that pass by themselves: https://docs.slack.dev/reference/methods/chat.postMessage#errors
#: Whatever else Slack refuses, it will refuse again.
PASSING: Final = frozenset(
    {
        *(
            "ratelimited",
            "rate_limited",
            "accesslimited",
            "service_unavailable",
            "request_timeout",
            "team_added_to_org",
        ),
        *("internal_error", "fatal_error", "external_channel_migrating", "migration_in_progress"),
    }
)
#: Of these Slack says that a part may have been done all the same.
UNSURE: Final = frozenset({"internal_error", "fatal_error"})
#: The message is not there any more, or may not be changed: it is said anew.
GONE: Final = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})

RefOf = Callable[[str], Awaitable[MessageRef]]


class Place(NamedTuple):
    """A channel, or a thread in it."""

    channel: str
    thread: str = ""


class _Failed(Exception):
    """A call that did not do what was asked. ``is_sure`` when Slack has certainly done nothing."""

    def __init__(self, reason: str, *, wait: timedelta | None = None, is_sure: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.wait, self.is_sure = reason, wait, is_sure

    @property
    def is_passing(self) -> bool:
        return not self.is_sure or self.reason in PASSING or self.wait is not None


def client(token: str, base_url: str = AsyncWebClient.BASE_URL) -> AsyncWebClient:
    """A client that never sends anything twice of its own accord, as the SDK's usual one does."""
    return AsyncWebClient(token, base_url=base_url, timeout=TIMEOUT_S, retry_handlers=[])


class SlackChat:
    """``bot.ports.Chat`` on Slack. ``ref_of`` says where a key stands (``Store.ref``).

    A post that may or may not have arrived is in doubt: before it is sent again, what
    was said since then is read, and a message with its key is taken for it. A place
    that this process has not spoken in yet is read once before its first post, because
    the last process may have been ended between sending and writing it down.

    ``plan_of`` gives the plan as it is now; ``plan`` is it until a room says otherwise.
    """

    pace = PACE
    plan_of: Callable[[], Plan]

    def __init__(
        self, client: AsyncWebClient, channel: str, plan: Plan, ref_of: RefOf, command: str = "/crisis"
    ) -> None:
        self._client, self._channel, self._ref_of = client, channel, ref_of
        self.plan_of = lambda: plan
        self._command = command
        self._memory = Memory[Place, str](beginning="")
        self._turn = asyncio.Lock()
        self._directs: dict[str, str] = {}
        self._me: Mapping[str, Any] = {}

    # The port

    def tells_duties_to(self, _: str) -> bool:
        """The App Home shows it all the time."""
        return False

    async def post(self, key: str, card: Card, under: MessageRef = "", to: str = "") -> MessageRef:
        """Sends it, unless it stands already: then that message is brought up to date."""
        made = await self._made(card)
        with _as_undelivered():
            async with self._turn:
                place = await self._place(under, to)
                if self._memory.must_read(place, key):
                    await self._read_back(place)
                if ref := self._memory.found(place, key):
                    return await self._adopt(place, key, ref, made)
                return await self._send(place, key, made)

    async def edit(self, ref: MessageRef, card: Card) -> None:
        """Changes it. Raises MessageGone when it cannot be changed any more."""
        made = await self._made(card)
        with _as_undelivered():
            try:
                await self._update(ref, made)
            except _Failed as failure:
                if failure.reason not in GONE:
                    raise
                self._memory.forget(ref)
                raise MessageGone(failure.reason) from failure

    async def remove(self, ref: MessageRef) -> None:
        """Takes it down, unless it is gone already."""
        channel, _, ts = ref.partition(":")
        with _as_undelivered():
            try:
                await self._call(self._client.chat_delete(channel=channel, ts=ts))
            except _Failed as failure:
                if failure.reason not in GONE:
                    raise
        self._memory.forget(ref)

    # For the inbound side

    async def look(self, *shown: Card | Form, is_private: bool) -> Look:
        """How these are shown, with the addresses of the cases that they speak of."""
        numbers = set().union(*map(case_links, shown)) if shown else set()
        links = {number: await self.permalink(await self._ref_of(f"case/{number}")) for number in sorted(numbers)}
        return Look(self.plan_of(), {n: link for n, link in links.items() if link}, is_private, self._command)

    async def permalink(self, ref: MessageRef) -> str:
        """The address of a message, empty while it is not known."""
        channel, _, ts = ref.partition(":")
        if not ts:
            return ""
        try:
            url = (await self._identity()).get("url", "")
        except _Failed as failure:
            log.info("links to cards are not known yet: %s", failure.reason)
            return ""
        return f"{url}archives/{channel}/p{ts.replace('.', '')}" if url else ""

    async def direct(self, member: str) -> str:
        """The channel in which this member alone reads. Raises Undelivered."""
        with _as_undelivered():
            return await self._direct(member)

    # What it takes

    async def _made(self, card: Card) -> Json:
        try:
            return message(card, await self.look(card, is_private=False))
        except TooMuch as refused:
            raise Undelivered(str(refused), for_good=True) from refused

    async def _place(self, under: MessageRef, to: str) -> Place:
        if under:
            channel, _, ts = under.partition(":")
            return Place(channel, ts)
        return Place(await self._direct(to) if to else self._channel)

    async def _direct(self, member: str) -> str:
        if member not in self._directs:
            plan = self.plan_of()
            account = Look(plan).account(member)
            if not account:  # Of a committee that is not complete the account may still come.
                raise Undelivered(f"{member} has no Slack account that is known", for_good=plan.is_complete)
            opened = await self._call(self._client.conversations_open(users=account))
            self._directs[member] = opened["channel"]["id"]
        return self._directs[member]

    async def _send(self, place: Place, key: str, made: Json) -> MessageRef:
        self._memory.doubt(place, key)
        try:
            said = await self._call(
                self._client.chat_postMessage(
                    **made,
                    channel=place.channel,
                    thread_ts=place.thread or None,
                    metadata={"event_type": EVENT, "event_payload": {"key": key}},
                    mrkdwn=False,
                    unfurl_links=False,
                    unfurl_media=False,
                )
            )
            ref = f"{said['channel']}:{said['ts']}"
        except _Failed as failure:
            if failure.is_sure:
                self._memory.settle(place, key)
            raise
        thread = None if place.thread else Place(said["channel"], said["ts"])
        self._memory.sent(place, key, said["ts"], thread)
        return ref

    async def _adopt(self, place: Place, key: str, ref: MessageRef, made: Json) -> MessageRef:
        """The message stands, perhaps with an older card."""
        log.info("%s stood already", key)
        try:
            await self._update(ref, made)
        except _Failed as failure:
            if failure.reason not in GONE:
                raise
            self._memory.forget(ref)
            return await self._send(place, key, made)
        self._memory.settle(place, key)
        return ref

    async def _update(self, ref: MessageRef, made: Json) -> None:
        channel, _, ts = ref.partition(":")
        await self._call(self._client.chat_update(**made, channel=channel, ts=ts))

    async def _read_back(self, place: Place) -> None:
        """Reads what was said there, as far as it matters, and settles every doubt about it."""
        since = self._memory.since(place)
        pages = MOST_PAGES if since or place.thread else 1
        me = (await self._identity()).get("bot_id")
        cursor, newest = "", ""
        found: dict[str, MessageRef] = {}
        for _ in range(pages):
            page = await self._page(place, since, cursor)
            for said in page["messages"]:
                newest = max(newest, said["ts"])
                if (key := _key(said, me)) and key not in found:
                    found[key] = f"{place.channel}:{said['ts']}"
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        self._memory.read(place, found, newest)

    async def _page(self, place: Place, since: str, cursor: str) -> Mapping[str, Any]:
        window: Json = {"include_all_metadata": True, "limit": PAGE, "oldest": since or None, "cursor": cursor or None}
        if place.thread:
            thread = self._client.conversations_replies(channel=place.channel, ts=place.thread, **window)
            return await self._call(thread)
        return await self._call(self._client.conversations_history(channel=place.channel, **window))

    async def _identity(self) -> Mapping[str, Any]:
        if not self._me:
            self._me = await self._call(self._client.auth_test())
        return self._me

    async def _call(self, asked: Awaitable[AsyncSlackResponse]) -> Mapping[str, Any]:
        """One call and Slack's answer. Raises _Failed."""
        try:
            answer = await asked
        except SlackApiError as error:
            raise _failed(error) from error
        except (aiohttp.ClientError, TimeoutError, OSError, AttributeError, ValueError) as error:
            # The SDK trips over answers that are not JSON; they come from a proxy in between, or cut short.
            raise _Failed(type(error).__name__) from error
        if not isinstance(answer.data, dict):
            raise _Failed("an answer that is not Slack's")
        return answer.data


@contextmanager
def _as_undelivered() -> Iterator[None]:
    try:
        yield
    except _Failed as failure:
        raise Undelivered(failure.reason, failure.wait, for_good=not failure.is_passing) from failure


def _failed(error: SlackApiError) -> _Failed:
    """What Slack's answer means."""
    response = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", 0)
    data = getattr(response, "data", None)
    data = data if isinstance(data, dict) else {}
    reason = str(data.get("error", ""))
    if status == 429 or reason in {"ratelimited", "rate_limited"}:
        return _Failed("ratelimited", wait=_retry_after(response.headers), is_sure=True)
    if status == 200 and reason:
        return _Failed(_explained(reason, data.get("needed")), is_sure=reason not in UNSURE)
    # A proxy's refusal (4xx) never reached Slack; it may pass, and so may Slack's own trouble.
    return _Failed(f"HTTP {status}")


def _explained(reason: str, needed: object) -> str:
    """Slack's word for it, and the scope that is missing, if one is."""
    return f"{reason} ({needed})" if reason == "missing_scope" and needed else reason


def _retry_after(headers: Mapping[str, str]) -> timedelta:
    said = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    return timedelta(seconds=int(said)) if said.isdecimal() else WAIT


def _key(said: Mapping[str, Any], me: str | None) -> str:
    """The key of a message of ours, empty for anything else."""
    metadata = said.get("metadata") or {}
    if metadata.get("event_type") != EVENT or (me and said.get("bot_id") not in {None, me}):
        return ""
    return str((metadata.get("event_payload") or {}).get("key", ""))
