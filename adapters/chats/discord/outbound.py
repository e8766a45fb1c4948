"""What Heard says on Discord: one message for each key, even when the connection is cut while it is sent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final, TypeVar

import discord

from adapters.chats.discord.card import Look, Message, message, view_of
from adapters.chats.discord.doubts import Place, mark_of, marked, read_mark
from adapters.chats.discord.failures import (
    ARCHIVED,
    GONE,
    HAS_THREAD,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    Failed,
    as_undelivered,
    weighed,
)
from adapters.chats.discord.forum import ARCHIVE_AFTER_MIN, Tags
from adapters.chats.discord.limits import TooMuch
from bot.core.cards import Card, Form
from bot.core.literal import case_links
from bot.core.plan import Plan
from bot.core.words import Words
from bot.doubts import Memory
from bot.ports import MessageGone, MessageRef, Undelivered

log = logging.getLogger(__name__)

#: Discord takes five messages in five seconds: https://docs.discord.com/developers/topics/rate-limits
PACE: Final = timedelta(seconds=1)
#: Messages that are read back at most. Our choice: many more than a room says in a few minutes.
MOST_READ: Final = 1_000
#: Of a place that this process has not spoken in yet, the latest page.
FIRST_READ: Final = 100
#: An answer that takes longer is given up. Our choice: Discord's own is a second or two.
TIMEOUT_S: Final = 30.0
#: A thread's name may be changed twice in ten minutes; the page on rate limits does not say so, the answer does.
RENAME_AGAIN_S: Final = 600.0

RefOf = Callable[[str], Awaitable[MessageRef]]
KeyOf = Callable[[MessageRef], Awaitable[str]]
Room = discord.ForumChannel | discord.TextChannel
_T = TypeVar("_T")


class DiscordChat:
    """``bot.ports.Chat`` on Discord. ``ref_of`` says where a key stands, ``key_of`` what stands there.

    A message's reference is ``<channel or thread>:<message>``; a thread has the number of the
    message that it began with. In a forum a case is a post and everything about it stands there;
    what belongs to no case is a post of its own, or stands in the channel ``news``.

    Every message bears its key's mark, and is sent with it as its nonce, so that Discord itself
    drops a second one within minutes. A post that may or may not have arrived is in doubt all the
    same: before it is sent again, what was said since then is read, and a message with its mark is
    taken for it. Forum posts take no nonce; for them reading back is all there is.
    """

    pace = PACE

    def __init__(
        self,
        client: discord.Client,
        channel: int,
        plan: Plan,
        ref_of: RefOf,
        key_of: KeyOf,
        *,
        news: int = 0,
        command: str = "crisis",
    ) -> None:
        self.plan = plan
        self._client, self._channel, self._news, self._command = client, channel, news, command
        self._ref_of, self._key_of = ref_of, key_of
        self._memory, self._tags = Memory[Place, int](beginning=0), Tags()
        self._turn = asyncio.Lock()
        self._directs: dict[int, int] = {}
        self._channels: dict[int, Any] = {}
        self._threads: set[int] = set()
        self._names: dict[int, str] = {}
        self._rename_at: dict[int, float] = {}
        self.timeout_s = TIMEOUT_S

    # The port

    def tells_duties_to(self, member: str) -> bool:
        """Discord has no place that always shows them: whoever has an account is told each morning."""
        return bool(Look(self.plan).account(member))

    async def post(self, key: str, card: Card, under: MessageRef = "", to: str = "") -> MessageRef:
        """Sends it, unless it stands already: then that message is brought up to date."""
        made = await self._made(card)
        with as_undelivered():
            async with self._turn:
                place = await self._place(key, card, under, to)
                try:
                    return await self._deliver(place, mark_of(key), made)
                except Failed as failure:
                    if failure.code != UNKNOWN_CHANNEL or to or place == await self._open_place(card):
                        raise
                # Somebody deleted the thread or the post: what is to be said is said in the room.
                self._threads.discard(place.id)
                return await self._deliver(await self._open_place(card), mark_of(key), made)

    async def edit(self, ref: MessageRef, card: Card) -> None:
        """Changes it. Raises MessageGone when it cannot be changed any more."""
        made = await self._made(card)
        key = await self._key_of(ref)
        with as_undelivered():
            try:
                await self._update(ref, made, mark_of(key) if key else "")
            except Failed as failure:
                if failure.code not in GONE:
                    raise
                self._memory.forget(ref)
                raise MessageGone(failure.reason) from failure

    async def remove(self, ref: MessageRef) -> None:
        """Takes a message down, with its post when it began one; one that stands nowhere any more is well."""
        channel, id = _numbers(ref)
        with as_undelivered():
            try:
                await self._reopening(channel, lambda: self._delete(channel, id))
            except Failed as failure:
                if failure.code not in {UNKNOWN_CHANNEL, UNKNOWN_MESSAGE}:
                    raise
        self._memory.forget(ref)

    # For the inbound side

    async def look(self, *shown: Card | Form, is_private: bool) -> Look:
        """How these are shown, with the addresses of the cases that they speak of."""
        numbers = set().union(*map(case_links, shown)) if shown else set()
        links = {number: await self.permalink(await self._ref_of(f"case/{number}")) for number in sorted(numbers)}
        return Look(self.plan, {n: link for n, link in links.items() if link}, is_private, self._command)

    async def permalink(self, ref: MessageRef) -> str:
        """The address of a message, empty while it is not known."""
        if not ref:
            return ""
        try:
            room = await self._room()
        except Failed as failure:
            log.info("links to cards are not known yet: %s", failure.reason)
            return ""
        channel, id = _numbers(ref)
        return f"https://discord.com/channels/{room.guild.id}/{channel}/{id}"

    # Where

    async def _place(self, key: str, card: Card, under: MessageRef, to: str) -> Place:
        if to:
            return Place(await self._direct(to))
        if under:
            return await self._thread(under, card)
        place = await self._open_place(card)
        about = f"case/{card.case}" if card.case and place.is_forum else ""
        if about and key != about and (ref := await self._ref_of(about)):
            return await self._thread(ref, card)
        return place

    async def _open_place(self, card: Card) -> Place:
        """Where everybody reads: the room, or the channel for what belongs to no case."""
        if self._news and not card.case:
            return Place(self._news)
        return Place(self._channel, isinstance(await self._room(), discord.ForumChannel))

    async def _thread(self, under: MessageRef, card: Card) -> Place:
        """The thread of a message; a message in a text channel gets one with the first word under it."""
        channel, id = _numbers(under)
        if channel == id:
            return Place(id)
        if id not in self._threads:
            stands_in = await self._open(channel)
            if isinstance(stands_in, discord.Thread):
                return Place(channel)
            name = self._names.pop(id, f"#{card.case}" if card.case else "…")
            start = stands_in.get_partial_message(id).create_thread
            try:
                await self._asked(start(name=name, auto_archive_duration=ARCHIVE_AFTER_MIN))
            except Failed as failure:  # A message that is gone may have left its thread behind.
                if failure.code not in {HAS_THREAD, UNKNOWN_MESSAGE}:
                    raise
            self._threads.add(id)
        return Place(id)

    async def _direct(self, member: str) -> int:
        account = Look(self.plan).account(member)
        if not account:
            reason = f"{member} has no Discord account in the settings: write the user's number as `discord` there"
            raise Undelivered(reason, for_good=True)
        if account not in self._directs:
            opened = await self._asked(self._client.create_dm(discord.Object(account)))
            self._directs[account] = opened.id
        return self._directs[account]

    async def _room(self) -> Room:
        room = await self._open(self._channel)
        if not isinstance(room, discord.ForumChannel | discord.TextChannel):
            what = "`channel` under [discord] is neither a forum nor a text channel: copy the id of one of these"
            raise Failed(what, is_sure=True)
        return room

    async def _open(self, id: int) -> Any:
        """A channel or thread, as the gateway knows it, else as Discord says."""
        known = self._client.get_channel(id) or self._channels.get(id)
        if known is None:
            known = await self._asked(self._client.fetch_channel(id))
            if not isinstance(known, discord.Thread):  # Of a thread the name and the tags change.
                self._channels[id] = known
        return known

    # What

    async def _made(self, card: Card) -> Message:
        try:
            return message(card, await self.look(card, is_private=False))
        except TooMuch as refused:
            raise Undelivered(str(refused), for_good=True) from refused

    async def _deliver(self, place: Place, mark: str, made: Message) -> MessageRef:
        again = self._memory.is_doubted(place, mark)
        if self._memory.must_read(place, mark):
            await self._read_back(place)
        if ref := self._memory.found(place, mark):
            return await self._adopt(place, mark, ref, made)
        ref = await self._send(place, mark, made)
        if again and not place.is_forum:
            # Discord may have kept the first sending after all and answered with it: it may show an older card.
            self._memory.read(place, {mark: ref}, 0)
            await self._update(ref, made, mark)
            self._memory.settle(place, mark)
        return ref

    async def _send(self, place: Place, mark: str, made: Message) -> MessageRef:
        self._memory.doubt(place, mark)
        try:
            sent = await (self._begin_post(mark, made) if place.is_forum else self._say(place, mark, made))
        except Failed as failure:
            if failure.is_sure:
                self._memory.settle(place, mark)
            raise
        self._memory.sent(place, mark, sent.id, thread=Place(sent.id))
        if made.state is not None and not place.is_forum:
            self._names[sent.id] = made.name
        return f"{sent.channel.id}:{sent.id}"

    async def _say(self, place: Place, mark: str, made: Message) -> discord.Message:
        to = self._client.get_partial_messageable(place.id)
        return await self._reopening(
            place.id,
            lambda: to.send(
                made.content or None,
                embeds=marked(made.embeds, mark),
                view=view_of(made.buttons),  # type: ignore[arg-type]  # the library takes None, its overloads do not
                files=made.files(),
                nonce=mark,
                allowed_mentions=made.mentions(),
            ),
        )

    async def _begin_post(self, mark: str, made: Message) -> discord.Message:
        forum = await self._room()
        assert isinstance(forum, discord.ForumChannel)
        more: dict[str, Any] = {"view": view} if (view := view_of(made.buttons)) else {}
        begun = await self._asked(
            forum.create_thread(
                name=made.name,
                auto_archive_duration=ARCHIVE_AFTER_MIN,
                content=made.content or None,
                embeds=marked(made.embeds, mark),
                files=made.files(),
                allowed_mentions=made.mentions(),
                applied_tags=await self._tags.of(forum, made.state, self._words),
                **more,
            )
        )
        return begun.message

    async def _adopt(self, place: Place, mark: str, ref: MessageRef, made: Message) -> MessageRef:
        """The message stands, perhaps with an older card."""
        log.info("%s stood already", ref)
        try:
            await self._update(ref, made, mark)
        except Failed as failure:
            if failure.code not in GONE:
                raise
            self._memory.forget(ref)
            return await self._send(place, mark, made)
        self._memory.settle(place, mark)
        return ref

    async def _update(self, ref: MessageRef, made: Message, mark: str) -> None:
        channel, id = _numbers(ref)
        stands = self._client.get_partial_messageable(channel).get_partial_message(id)
        await self._reopening(
            channel,
            lambda: stands.edit(
                content=made.content or None,
                embeds=marked(made.embeds, mark),
                view=view_of(made.buttons),
                attachments=made.files(),
                allowed_mentions=made.mentions(),
            ),
        )
        if made.state is not None:
            await self._follow(channel, id, made)

    async def _delete(self, channel: int, id: int) -> None:
        if channel == id:
            await (await self._open(id)).delete()
        else:
            await self._client.get_partial_messageable(channel).get_partial_message(id).delete()

    # A post's name and tag

    async def _follow(self, channel: int, id: int, made: Message) -> None:
        """A post is called and sorted as its card says. The card counts: this is made good with the next one."""
        try:
            forum, stands_in = await self._room(), await self._open(channel)
            if isinstance(forum, discord.ForumChannel) and isinstance(stands_in, discord.Thread):
                await self._follow_in(forum, stands_in, made)
            elif id not in self._threads:
                self._names[id] = made.name
        except Failed as failure:
            log.warning("a post's name or tag is behind its card: %s", failure.reason)

    async def _follow_in(self, forum: discord.ForumChannel, thread: discord.Thread, made: Message) -> None:
        tags = await self._tags.of(forum, made.state, self._words)
        sorted_under = self._tags.sorted_under(thread, tags, self._words)
        if {tag.id for tag in sorted_under} != {tag.id for tag in thread.applied_tags}:
            await self._asked(thread.edit(applied_tags=sorted_under))
        now = asyncio.get_running_loop().time()
        if thread.name != made.name and now >= self._rename_at.get(thread.id, now):
            try:
                await self._asked(thread.edit(name=made.name))
            except Failed as failure:
                wait = failure.wait.total_seconds() if failure.wait else RENAME_AGAIN_S
                self._rename_at[thread.id] = now + wait
                raise

    @property
    def _words(self) -> Words:
        return Words(self.plan.language)

    # Reading back

    async def _read_back(self, place: Place) -> None:
        """Reads what was said there, as far as it matters, and settles every doubt about it."""
        since = self._memory.since(place)
        found, newest = await (self._posts_since(since) if place.is_forum else self._messages_since(place.id, since))
        self._memory.read(place, found, newest)

    async def _messages_since(self, place: int, since: int) -> tuple[dict[str, MessageRef], int]:
        spoken = self._client.get_partial_messageable(place)
        after = discord.Object(since) if since else None
        found: dict[str, MessageRef] = {}
        newest = 0

        async def read() -> None:
            nonlocal newest
            async for said in spoken.history(limit=MOST_READ if since else FIRST_READ, after=after):
                newest = max(newest, said.id)
                if mark := read_mark(said, self._me):
                    found.setdefault(mark, f"{place}:{said.id}")

        await self._asked(read())
        return found, newest

    async def _posts_since(self, since: int) -> tuple[dict[str, MessageRef], int]:
        """Posts of ours that the store does not know. Active ones only: a post is active for a week."""
        forum = await self._room()
        threads = await self._asked(forum.guild.active_threads())
        ours = [each for each in threads if each.parent_id == forum.id and each.owner_id == self._me]
        found: dict[str, MessageRef] = {}
        for thread in sorted(ours, key=lambda each: each.id, reverse=True):
            if thread.id > since and not await self._key_of(f"{thread.id}:{thread.id}"):
                mark, ref = await self._begun_with(thread.id)
                if mark and not await self._key_of(ref):
                    found.setdefault(mark, ref)
        return found, max((thread.id for thread in threads if thread.parent_id == forum.id), default=0)

    async def _begun_with(self, thread: int) -> tuple[str, MessageRef]:
        """The mark of the message that a post began with, and where it stands; empty when it is gone."""
        messages = self._client.get_partial_messageable(thread).history(limit=1, oldest_first=True)

        async def read() -> tuple[str, MessageRef]:
            async for said in messages:
                return read_mark(said, self._me), f"{thread}:{said.id}"
            return "", ""

        try:
            return await self._asked(read())
        except Failed as failure:
            if failure.code in GONE:
                return "", ""
            raise

    @property
    def _me(self) -> int:
        return self._client.user.id if self._client.user else 0

    # Asking

    async def _reopening(self, channel: int, call: Callable[[], Awaitable[_T]]) -> _T:
        """A thread that was archived meanwhile is opened again, and asked again."""
        try:
            return await self._asked(call())
        except Failed as failure:
            if failure.code != ARCHIVED:
                raise
        thread = await self._open(channel)
        await self._asked(thread.edit(archived=False))
        return await self._asked(call())

    async def _asked(self, call: Awaitable[_T]) -> _T:
        """One call and Discord's answer. Raises Failed."""
        with weighed():
            async with asyncio.timeout(self.timeout_s):
                return await call


def _numbers(ref: MessageRef) -> tuple[int, int]:
    channel, _, id = ref.partition(":")
    return int(channel), int(id)
