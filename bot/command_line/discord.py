"""A forum or a channel on Discord as the room, reached through its gateway."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from adapters.chats.discord.checking import look
from adapters.chats.discord.outbound import DiscordChat
from adapters.chats.discord.room import DiscordRoom, HeardClient
from bot.command_line.outcome import DONE
from bot.command_line.parts import door_of, now, opened, sources_of
from bot.config.settings import Settings
from bot.finding import Finding
from bot.ports import MessageRef
from bot.running import serve, told_to_stop


async def open_room(settings: Settings) -> int:
    """The room is a forum or a channel on Discord, reached through its gateway."""
    stop, wake = told_to_stop(), asyncio.Event()
    sources, plan, discord = sources_of(settings), settings.plan, settings.discord
    client = HeardClient()

    async def ref_of(key: str) -> MessageRef:
        return await room.store.ref(key)

    async def key_of(ref: MessageRef) -> str:
        return await room.store.key_of(ref)

    news, command = int(discord.news or 0), discord.command
    chat = DiscordChat(client, int(discord.channel), plan, ref_of, key_of, news=news, command=command)
    room = await opened(settings, chat, wake, sources)
    listening = DiscordRoom(room, chat.look, client, discord)
    door = door_of(settings, room, listening.is_connected)
    await serve(room, wake, sources, settings.tick, listening.stay(stop.wait()), door)
    return DONE


def seen(settings: Settings) -> AsyncIterator[Finding]:
    """What ``heard check`` looks at there."""
    return look(settings.discord, settings.plan, now)
