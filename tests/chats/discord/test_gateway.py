"""The connection itself, on loopback: logging in, being dropped, resuming, and being refused for good."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace

from adapters.chats.discord import room as rooms
from adapters.chats.discord.outbound import DiscordChat
from adapters.chats.discord.room import DiscordRoom, HeardClient
from adapters.stores.tiny import open_store
from bot.config.reading import Secret
from bot.config.settings import DiscordSettings
from bot.core.complaint import Complaint
from bot.demo.people import START, demo_plan
from bot.ports import NoChat
from bot.room import HandClock, Room
from tests.chats.discord.gateway import APP, CHANNEL, GUILD, IDENTIFY, RESUME, TOKEN, open_discord, until
from tests.rooms import LIBRARY

ANA = 900_000_000_000_000_010
GUILDS_ONLY = 1


@pytest.fixture
async def discord(monkeypatch):
    monkeypatch.setattr(rooms, "AGAIN_S", 0.01)
    async with open_discord(monkeypatch) as discord:
        yield discord


@asynccontextmanager
async def running(folder, token=TOKEN):
    """The bot's room and its task; both are gone at the end."""
    plan = demo_plan()
    accounts = {"ana": {"discord": str(ANA)}}
    plan = replace(plan, committee=tuple(replace(each, accounts=accounts.get(each.id, {})) for each in plan.committee))
    store = await open_store(folder / "data")
    client = HeardClient()
    client._connection.guild_ready_timeout = 0.01
    chat = DiscordChat(client, CHANNEL, plan, store.ref, store.key_of)
    room = Room(plan, LIBRARY, store, chat, HandClock(START), folder / "data")
    settings = DiscordSettings(Secret(token), str(GUILD), str(CHANNEL))
    listening, stop = DiscordRoom(room, chat.look, client, settings), asyncio.Event()
    staying = asyncio.create_task(listening.stay(stop.wait()))
    try:
        yield room, listening, staying
    finally:
        stop.set()
        await asyncio.wait({staying}, timeout=10)
        assert staying.done()
        assert client.is_closed()
        await room.close()


async def ready(listening, staying):
    await until(lambda: listening.is_connected() or staying.done())
    assert listening.is_connected(), staying


async def test_it_logs_in_with_no_more_than_it_needs(discord, tmp_path):
    async with running(tmp_path) as (_, listening, staying):
        assert not listening.is_connected()
        await ready(listening, staying)
        assert discord.last(IDENTIFY)["token"] == TOKEN
        assert discord.last(IDENTIFY)["intents"] == GUILDS_ONLY
        await until(lambda: discord.count(1) > 1)  # Heartbeats.
    assert not listening.is_connected()


async def test_commands_are_registered_once_until_they_change(discord, tmp_path):
    path = f"applications/{APP}/guilds/{GUILD}/commands"
    for _ in range(2):
        async with running(tmp_path) as (_, listening, staying):
            await ready(listening, staying)
        assert discord.times("PUT", path) == 1
    assert {each["name"] for each in discord.commands} == {"crisis", "Report as complaint"}
    (tmp_path / "data" / "discord" / "commands").write_text("of an older version\n")
    async with running(tmp_path) as (_, listening, staying):
        await ready(listening, staying)
    assert discord.times("PUT", path) == 2
    discord.commands = []  # The app was removed, and invited again.
    async with running(tmp_path) as (_, listening, staying):
        await ready(listening, staying)
    assert discord.times("PUT", path) == 3


async def claimed(discord, room, number):
    """Ana presses the button of a case, and is answered."""
    link = f"https://example.com/{number}"
    complaint = Complaint(key=f"link:{link}", channel="facebook", text=f"No {number}", link=link, posted_at=START)
    assert await room.desk.receive(complaint) == number
    id = await discord.press(ANA, f"claim {number}")
    said = await until(lambda: dict(discord.answers).get(id))
    assert said["data"]["flags"] == 64, "seen by one member"
    assert (await room.store.case(number)).owner == "ana"


@pytest.mark.parametrize("how", ["dropped", "asked to reconnect"])
async def test_a_connection_that_is_lost_is_resumed(discord, tmp_path, how):
    async with running(tmp_path) as (room, listening, staying):
        await ready(listening, staying)
        await claimed(discord, room, 1)
        if how == "dropped":
            discord.drop()
        else:
            await discord.reconnect()
        await until(lambda: discord.count(RESUME))
        assert discord.last(RESUME)["session_id"] == "s1"
        assert discord.last(RESUME)["seq"]
        await ready(listening, staying)
        await claimed(discord, room, 2)
        assert discord.count(IDENTIFY) == 1


async def test_a_session_that_is_over_is_begun_anew(discord, tmp_path):
    async with running(tmp_path) as (room, listening, staying):
        await ready(listening, staying)
        await discord.forget()
        await until(lambda: discord.count(IDENTIFY) == 2)
        await ready(listening, staying)
        await claimed(discord, room, 1)


async def test_an_event_that_nobody_can_read_deafens_nobody(discord, tmp_path):
    async with running(tmp_path) as (room, listening, staying):
        await ready(listening, staying)
        await discord.dispatch("INTERACTION_CREATE", {"id": "1"})
        await until(lambda: discord.count(IDENTIFY) == 2)
        await ready(listening, staying)
        await claimed(discord, room, 1)


async def test_while_it_is_not_connected_it_says_so(discord, tmp_path):
    async with running(tmp_path) as (_, listening, staying):
        assert not listening.is_connected()
        await ready(listening, staying)
        discord.is_down = True
        discord.close_code = 4000
        await discord.forget()
        await until(lambda: not listening.is_connected())
        discord.close_code, discord.is_down = 0, False
        await ready(listening, staying)


async def test_discord_may_be_away_at_the_start(discord, tmp_path):
    discord.is_down = True
    async with running(tmp_path) as (_, listening, staying):
        await until(lambda: discord.times("GET", "users/@me") > 2)
        discord.is_down = False
        await ready(listening, staying)


async def test_it_can_be_stopped_while_discord_is_away(discord, tmp_path):
    discord.is_down = True
    async with running(tmp_path):
        await until(lambda: discord.times("GET", "users/@me"))


async def test_a_wrong_token_ends_the_start(discord, tmp_path):
    async with running(tmp_path, token="a.wrong.token") as (_, _, staying):
        with pytest.raises(NoChat, match="refuses this token"):
            await asyncio.wait_for(asyncio.shield(staying), 10)


async def test_a_refusal_of_the_gateway_ends_the_start(discord, tmp_path):
    discord.close_code = 4004
    async with running(tmp_path) as (_, _, staying):
        with pytest.raises(NoChat, match="4004"):
            await asyncio.wait_for(asyncio.shield(staying), 10)


async def test_a_server_without_our_app_ends_the_start(discord, tmp_path):
    discord.refuse[f"applications/{APP}/guilds"] = (403, 50001)
    async with running(tmp_path) as (_, _, staying):
        with pytest.raises(NoChat, match="heard manifest discord"):
            await asyncio.wait_for(asyncio.shield(staying), 10)
