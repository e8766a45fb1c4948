"""What a member on Discord waits for: ``/crisis claim`` through discord.py's command tree, durable, and suggestions.

From the interaction to its answer, which goes over HTTP to a server in a process of its own on loopback: an empty
command that nobody is told of would be no dispatch. Nothing here knows how far away Discord is.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import aiohttp
import discord
from discord import app_commands
from discord.http import Route
from msgspec.structs import replace

from adapters.chats.discord.outbound import DiscordChat
from adapters.chats.discord.room import DiscordRoom, HeardClient
from adapters.stores.tiny import open_store
from bot.config.reading import Secret
from bot.config.settings import DiscordSettings
from bot.demo.people import demo_plan
from bot.library import load
from bot.room import HandClock, Room
from tests.bench.bench_store import NOW, write_cases

FEW, MANY = 100, 10_000
APP, GUILD, CHANNEL, ANA = range(900_000_000_000_000_001, 900_000_000_000_000_005)


def measure() -> dict[str, float]:
    """Ratios of medians, each pair taken alternately in one run."""
    server = subprocess.Popen([sys.executable, "-c", ANSWERING], stdout=subprocess.PIPE, text=True)
    base = Route.BASE
    try:
        Route.BASE = f"http://127.0.0.1:{int(server.stdout.readline())}"
        with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
            return asyncio.run(_measure(Path(folder)))
    finally:
        Route.BASE = base
        server.kill()
        server.wait()


async def _measure(folder: Path) -> dict[str, float]:
    write_cases(folder / "few", FEW)
    write_cases(folder / "many", MANY)
    few, many = [await opened(folder / name) for name in ("few", "many")]
    claims = await claims_taken(few, many)
    asked = await suggestions_taken(few, many)
    for client in (few, many):
        await client.store.close()
        await client.http._HTTPClient__session.close()
    return {
        "/crisis claim, durable / discord.py's empty command (aim 5)": claims["few"] / claims["empty"],
        "/crisis claim / claim typed at the desk": claims["few"] / claims["desk"],
        "/crisis claim at 10,000 open cases / at 100 (aim 1.2)": claims["many"] / claims["few"],
        "suggested cases at 10,000 / at 100 (aim 1.2)": asked["many"] / asked["few"],
        "/crisis claim at 10,000, ms": claims["many"] * 1000,
        "suggested cases at 10,000, ms": asked["many"] * 1000,
    }


#: Discord, as far as answering an interaction goes.
ANSWERING = """
import asyncio
from aiohttp import web
SAID = (b'{"interaction": {"id": "1", "type": 2, "response_message_id": "1", "response_message_loading": false, '
        b'"response_message_ephemeral": true}}')
async def answer(request):
    await request.read()
    return web.Response(body=SAID, headers={"Content-Type": "application/json"})
async def main():
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


async def opened(folder):
    """The client with a room on this data, as after logging in, and an empty command besides."""
    plan = demo_plan()
    given = {"ana": {"discord": str(ANA)}}
    plan = replace(plan, committee=tuple(replace(each, accounts=given.get(each.id, {})) for each in plan.committee))
    client, store = HeardClient(), await open_store(folder)
    chat = DiscordChat(client, CHANNEL, plan, store.ref, store.key_of)
    room = Room(plan, load(), store, chat, HandClock(NOW + timedelta(minutes=10)), folder)
    settings = DiscordSettings(Secret("a.b.c"), str(GUILD), str(CHANNEL))
    client.store, listening = store, DiscordRoom(room, chat.look, client, settings)
    client.http._HTTPClient__session = aiohttp.ClientSession()
    client._connection.application_id = APP
    us = {"id": str(APP), "username": "heard", "discriminator": "0", "avatar": None, "bot": True}
    client._connection.user = discord.ClientUser(state=client._connection, data=us)
    listening._stands = _yes
    client.tree.sync = _yes
    await listening.register()

    @client.tree.command(name="empty", guild=discord.Object(GUILD))
    async def empty(interaction: discord.Interaction, case: app_commands.Range[int, 1, 999_999_999] | None = None):
        await interaction.response.send_message("ok", ephemeral=True)

    return client


async def _yes(*_, **__):
    return True


def interaction(client, kind, name, *options):
    member = {
        "user": {"id": str(ANA), "username": "ana", "discriminator": "0", "avatar": None},
        "roles": [],
        "permissions": "0",
        "joined_at": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
    }
    payload = {
        "id": str(interaction.next),
        "application_id": str(APP),
        "type": kind,
        "token": "t",
        "version": 1,
        "locale": "en-US",
        "guild_id": str(GUILD),
        "channel_id": str(CHANNEL),
        "member": member,
        "app_permissions": "0",
        "entitlements": [],
        "authorizing_integration_owners": {},
        "attachment_size_limit": 1,
        "data": {"id": "1", "type": 1, "name": name, "guild_id": str(GUILD), "options": list(options)},
    }
    interaction.next += 1
    return discord.Interaction(data=payload, state=client._connection)


interaction.next = 950_000_000_000_000_000


async def timed(client, kind, name, *options):
    began = time.perf_counter()
    await client.tree._call(interaction(client, kind, name, *options))
    return time.perf_counter() - began


async def claims_taken(few, many, rounds=200):
    """Claim after release; an empty command with the same option and as many answers."""
    found = {"few": [], "many": [], "empty": [], "desk": []}
    for turn in range(rounds):
        number = {"name": "case", "type": 4, "value": turn % FEW + 1}
        for client, times in ((few, found["few"]), (many, found["many"])):
            await client.room.inbound._room.desk.hear("ana", f"release {number['value']} a note")
            times.append(await timed(client, 2, "crisis", {"name": "claim", "type": 1, "options": [number]}))
            case = await client.store.case(number["value"])
            assert case.owner == "ana"
        found["empty"].append(await timed(few, 2, "empty", number))
        found["desk"].append(await typed_claim(few, number["value"]))
    return {name: statistics.median(times) for name, times in found.items()}


async def typed_claim(client, number):
    """The same claim at the desk alone: what of the whole is not Discord's."""
    desk = client.room.inbound._room.desk
    await desk.hear("ana", f"release {number} a note")
    began = time.perf_counter()
    await desk.hear("ana", f"claim {number}")
    return time.perf_counter() - began


async def suggestions_taken(few, many, rounds=100):
    found = {"few": [], "many": []}
    for turn in range(rounds):
        for client, times in ((few, found["few"]), (many, found["many"])):
            typed = {"name": "case", "type": 4, "value": ("", "cust", "recogn", "pedido")[turn % 4], "focused": True}
            option = {"name": "claim", "type": 1, "options": [typed]}
            times.append(await timed(client, 4, "crisis", option))
    return {name: statistics.median(times) for name, times in found.items()}


if __name__ == "__main__":
    for what, ratio in measure().items():
        print(f"{what}: {ratio:.2f}")
