"""A channel on Slack as the room; in HTTP mode Slack comes through the door."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from adapters.chats.slack.checking import look
from adapters.chats.slack.outbound import SlackChat, client
from adapters.chats.slack.people import SlackDirectory
from adapters.chats.slack.room import SlackRoom
from adapters.stores.tiny.atomic import replace_file
from bot.command_line.outcome import DONE
from bot.command_line.parts import door_of, joining_of, now, opened, sources_of
from bot.config.settings import Settings, SlackMode
from bot.finding import Finding
from bot.people import People, read_roster, roster_file
from bot.ports import MessageRef
from bot.running import serve, told_to_stop


async def open_room(settings: Settings) -> int:
    """The room is a channel on Slack; in HTTP mode Slack comes through the door."""
    stop, wake = told_to_stop(), asyncio.Event()
    sources, slack = sources_of(settings), settings.slack
    assert slack.bot_token, "the settings were checked"
    api = client(slack.bot_token.reveal(), slack.api)

    async def ref_of(key: str) -> MessageRef:
        return await room.store.ref(key)

    chat = SlackChat(api, slack.channel, settings.plan, ref_of, slack.command)
    room = await opened(settings, chat, wake, sources)
    people = People(room, joining_of(settings), SlackDirectory(api, slack.usergroup), replace_file)
    await people.recall()
    listening = SlackRoom(room, chat, api, slack, people)
    door = door_of(settings, room, listening.is_connected)
    if door and slack.mode is SlackMode.HTTP:
        door.add_routes([listening.route])
    await serve(room, wake, sources, settings.tick, listening.stay(stop.wait()), door)
    return DONE


async def seen(settings: Settings) -> AsyncIterator[Finding]:
    """What ``heard check`` looks at there. Raises StoreError when the people that it knew cannot be read."""
    slack = settings.slack
    assert slack.bot_token, "the settings were checked"
    known = read_roster(roster_file(settings.data, settings.chat))
    async for found in look(client(slack.bot_token.reveal(), slack.api), slack, settings.plan, now, known):
        yield found
