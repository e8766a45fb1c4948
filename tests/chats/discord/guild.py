"""A Discord server in memory (simcord), with the committee in it and the bot's own client, room and store."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import timedelta

import discord
import simcord
from msgspec.structs import replace
from simcord import ChannelHandle

from adapters.chats.discord.outbound import DiscordChat
from adapters.chats.discord.room import DiscordRoom, HeardClient
from adapters.stores.tiny import open_store
from bot.config.reading import Secret
from bot.config.settings import DiscordSettings
from bot.core.complaint import Complaint
from bot.demo.people import START, demo_plan
from bot.room import HandClock, Room
from tests.rooms import LIBRARY

#: Who of the demo's committee is on Discord.
PEOPLE = ("ana", "rui", "lia")


def as_discord_numbers(backend):
    """On Discord a forum post and its first message have one id; simcord gives them two.

    https://docs.discord.com/developers/topics/threads#forum-and-media-channels
    """
    create = backend.create_forum_post

    def created(forum_id, name, starter, **more):
        number = backend.create_thread

        def with_id(parent_id, *given, **said):
            return number(parent_id, *given, **{**said, "message_id": starter.id})

        backend.create_thread = with_id
        try:
            return create(forum_id, name, starter, **more)
        finally:
            del backend.create_thread

    backend.create_forum_post = created


def with_guild(person):
    """Discord says in which server a command is registered; for a message's menu simcord leaves it out."""
    dispatch = person._dispatch_interaction

    async def dispatched(type, channel, data, **more):
        return await dispatch(type, channel, {"guild_id": str(person.guild.id), **data}, **more)

    person._dispatch_interaction = dispatched


class Server:
    """The server: its people, its channels, and the bot as it runs now."""

    def __init__(self, env, folder, is_forum, members=PEOPLE, at=START):
        self.env, self.folder, self.members = env, folder, members
        as_discord_numbers(env.backend)
        self.guild = env.create_guild()
        make = self.guild.create_forum_channel if is_forum else self.guild.create_text_channel
        self.channel = make("crisis")
        self.lobby = self.guild.create_text_channel("lobby")
        self.people = {name: self.guild.add_member(env.create_user(name)) for name in (*members, "stranger")}
        for person in self.people.values():
            with_guild(person)
        self.clock = HandClock(at)
        self.client = self.room = self.chat = self.discord = None
        self.forgiven = 0

    def __getattr__(self, name):
        if name in self.__dict__.get("people", {}):
            return self.people[name]
        raise AttributeError(name)

    def plan(self, plan=None):
        """The demo's plan, or another, whose members have accounts on this server."""
        plan = plan or demo_plan()
        accounts = {name: {"discord": str(self.people[name].id)} for name in self.members}
        committee = tuple(replace(member, accounts=accounts.get(member.id, {})) for member in plan.committee)
        return replace(plan, committee=committee)

    def settings(self, **changes):
        return DiscordSettings(Secret("a.b.c"), str(self.guild.id), str(self.channel.id), **changes)

    async def start(self, plan=None, store=None, **settings):
        """A new bot on the same data, as after a restart."""
        await self.stop()
        store = store or await open_store(self.folder / "data")
        said = self.settings(**settings)
        self.client = HeardClient()
        plan = plan or self.plan()
        self.chat = DiscordChat(
            self.client,
            self.channel.id,
            plan,
            store.ref,
            store.key_of,
            news=int(said.news or 0),
            command=said.command,
        )
        self.chat.pace = timedelta(0)
        self.room = Room(plan, LIBRARY, store, self.chat, self.clock, self.folder / "data")
        self.discord = DiscordRoom(self.room, self.chat.look, self.client, said)
        await self.env.restart_bot(self.client)
        await self.env.settle()

    async def stop(self):
        if self.room:
            await self.discord.inbound.close()
            await self.room.close()
            self.room = None

    async def complain(self, text="Meu pedido não chegou", author="João", link="https://example.com/p/1"):
        """A case, and its card in the room."""
        complaint = Complaint(
            key=f"link:{link}",
            channel="facebook",
            text=text,
            author=author,
            link=link,
            posted_at=self.clock() - timedelta(minutes=5),
        )
        number = await self.room.desk.receive(complaint)
        await self.deliver()
        return number

    def forgive(self):
        """The one error that discord.py has told us of, which a test expects."""
        (error,) = self.env.errors[self.forgiven :]
        self.forgiven += 1
        return error

    async def deliver(self):
        """What waits goes out."""
        await self.room.deliver()
        await self.env.settle()

    async def case(self, number):
        return await self.room.store.case(number)

    async def place(self, number):
        """The thread or forum post of a case, for members to act in."""
        channel, _, message = (await self.room.store.ref(f"case/{number}")).partition(":")
        del channel
        return self.thread(int(message))

    def thread(self, id):
        return ChannelHandle(self.env, self.guild, self.env.backend.get_channel(id))


def shown(result):
    """All that a member reads in an answer, as one text."""
    message = result.followups[-1] if result.followups else result.response
    assert message is not None, f"nothing was answered: {result!r}"
    return text_of(message)


def text_of(message):
    parts = [message.content or ""]
    for embed in message.embeds:
        parts += [embed.title or "", embed.description or ""]
        parts += [f"{field.name}: {field.value}" for field in embed.fields]
    return "\n".join(part for part in parts if part).replace("\\", "")


def components(message):
    """Buttons and menus of a message, as JSON."""
    rows = [part if isinstance(part, dict) else part.to_dict() for part in message.components]
    return [part for row in rows for part in row.get("components", ())]


def ids(message):
    return [part["custom_id"] for part in components(message)]


@asynccontextmanager
async def open_server(folder, *, is_forum=True, plan=None, members=PEOPLE, at=START, **settings):
    """The server with the bot in it, until the block ends. ``members`` of the plan are on Discord."""
    env = simcord.Env(discord.Client(intents=discord.Intents(guilds=True)))
    await env.start()
    try:
        server = Server(env, folder, is_forum, members, at)
        try:
            await server.start(server.plan(plan), **settings)
            yield server
        finally:
            await server.stop()
    finally:
        await env.shutdown()
    assert env.errors[server.forgiven :] == []
