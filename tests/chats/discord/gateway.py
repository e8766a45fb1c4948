"""Discord on loopback: its gateway, and as much of its REST API as logging in and answering take."""

from __future__ import annotations

import asyncio
import itertools
import json
from contextlib import asynccontextmanager

import yarl
from aiohttp import WSMsgType, web
from discord.gateway import DiscordWebSocket
from discord.http import Route

APP, GUILD, CHANNEL, TOKEN = 900_000_000_000_000_001, 900_000_000_000_000_002, 900_000_000_000_000_003, "a.good.token"
DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
USER = {"id": str(APP), "username": "heard", "discriminator": "0", "avatar": None, "bot": True, "global_name": None}
#: Looks until something is so: some seconds in all, and never by the clock.
LOOKS, REST_S = 800, 0.0125


async def until(look):
    """Waits until ``look`` says something, and says it."""
    for _ in range(LOOKS):
        if found := look():
            return found
        await asyncio.sleep(REST_S)
    raise AssertionError("it never came to be")


class Discord:
    """What was heard is in ``gateway`` and ``asked``; the test says what happens."""

    def __init__(self):
        self.gateway, self.asked, self.answers, self.commands = [], [], [], []
        self.socket, self.sequence = None, itertools.count(1)
        self.refuse, self.close_code, self.is_down = {}, 0, False
        self.guild = self.channels = None
        self.members, self.date = {}, None

    def count(self, op):
        return sum(said["op"] == op for said in self.gateway)

    def last(self, op):
        return [said["d"] for said in self.gateway if said["op"] == op][-1]

    def times(self, method, path):
        return sum(asked == (method, path) for asked in self.asked)

    # The gateway

    async def connect(self, request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": HELLO, "d": {"heartbeat_interval": 50}, "s": None, "t": None})
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                said = json.loads(message.data)
                self.gateway.append(said)
                await self._heard(socket, said)
        return socket

    async def _heard(self, socket, said):
        if said["op"] == HEARTBEAT:
            await socket.send_json({"op": ACK})
        elif said["op"] == IDENTIFY and self.close_code:
            await socket.close(code=self.close_code)
        elif said["op"] == IDENTIFY:
            self.socket = socket
            await self.dispatch(
                "READY",
                {
                    "v": 10,
                    "user": USER,
                    "guilds": [],
                    "session_id": "s1",
                    "application": {"id": str(APP), "flags": 0},
                    "resume_gateway_url": f"ws://{request_host(socket)}",
                    "shard": [0, 1],
                },
            )
        elif said["op"] == RESUME:
            self.socket = socket
            await self.dispatch("RESUMED", {})

    async def dispatch(self, name, what):
        await self.socket.send_json({"op": DISPATCH, "t": name, "s": next(self.sequence), "d": what})

    async def reconnect(self):
        await self.socket.send_json({"op": RECONNECT, "d": None})

    async def forget(self):
        await self.socket.send_json({"op": INVALID, "d": False})

    def drop(self):
        """The wire is cut: no goodbye."""
        self.socket._req.transport.abort()

    async def press(self, user, command):
        """A member presses a button."""
        id = next(self.sequence) + 950_000_000_000_000_000
        member = {
            "user": {**USER, "id": str(user), "bot": False},
            "roles": [],
            "permissions": "0",
            "joined_at": None,
            "deaf": False,
            "mute": False,
            "flags": 0,
        }
        row = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Claim", "custom_id": f"h:{command}"}]}
        message = {
            "id": "1",
            "channel_id": str(CHANNEL),
            "author": USER,
            "content": "",
            "embeds": [],
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "timestamp": "2026-08-24T13:00:00+00:00",
            "pinned": False,
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "type": 0,
            "components": [row],
        }
        await self.dispatch(
            "INTERACTION_CREATE",
            {
                "id": str(id),
                "application_id": str(APP),
                "type": 3,
                "token": f"t{id}",
                "version": 1,
                "locale": "en-US",
                "guild_id": str(GUILD),
                "channel_id": str(CHANNEL),
                "member": member,
                "message": message,
                "channel": {"id": str(CHANNEL), "type": 0, "name": "crisis", "permissions": "0", "position": 0},
                "data": {"custom_id": f"h:{command}", "component_type": 2},
                "app_permissions": "0",
                "entitlements": [],
                "authorizing_integration_owners": {},
                "attachment_size_limit": 1,
            },
        )
        return id

    # REST

    async def rest(self, request):
        path = request.match_info["path"]
        self.asked.append((request.method, path))
        if self.is_down:
            return as_json({"message": "down"}, 503)
        for start, (status, code) in self.refuse.items():
            if path.startswith(start):
                return as_json({"message": "refused", "code": code}, status)
        if path != "gateway" and request.headers.get("Authorization") != f"Bot {TOKEN}" and "callback" not in path:
            return as_json({"message": "401: Unauthorized", "code": 0}, 401)
        answer = await self._answer(request, path)
        if answer is None:
            return as_json({"message": "Unknown", "code": 10004}, 404)
        return as_json(answer, **{"Date": self.date} if self.date else {})

    async def _answer(self, request, path):
        if path == "users/@me":
            return USER
        if path in {"oauth2/applications/@me", "applications/@me"}:
            return {
                "id": str(APP),
                "name": "Heard",
                "icon": None,
                "description": "",
                "bot_public": False,
                "bot_require_code_grant": False,
                "verify_key": "",
                "owner": USER,
                "team": None,
                "flags": 0,
            }
        if path.endswith("/commands"):
            if request.method == "PUT":
                given = await request.json()
                self.commands = [
                    {
                        "description": "",
                        **each,
                        "id": str(n),
                        "application_id": str(APP),
                        "version": "1",
                        "default_member_permissions": None,
                    }
                    for n, each in enumerate(given, 1)
                ]
            return self.commands
        if path.endswith("/callback"):
            id = int(path.split("/")[1])
            self.answers.append((id, await request.json()))
            return {
                "interaction": {
                    "id": str(id),
                    "type": 3,
                    "response_message_id": "1",
                    "response_message_loading": False,
                    "response_message_ephemeral": True,
                }
            }
        if path == "gateway":
            return {"url": "wss://gateway.discord.gg"}
        if path == f"guilds/{GUILD}" and self.guild:
            return self.guild
        if path == f"guilds/{GUILD}/channels":
            return self.channels
        user = int(path.rpartition("/")[2]) if path.startswith(f"guilds/{GUILD}/members/") else 0
        return self.members.get(user)


def as_json(said, status=200, **headers):
    """discord.py reads JSON only under this very type, without a charset behind it."""
    return web.Response(
        body=json.dumps(said).encode(), status=status, headers={"Content-Type": "application/json", **headers}
    )


def request_host(socket):
    return f"{socket._req.host}/gateway"


@asynccontextmanager
async def open_discord(monkeypatch):
    """Discord on a free port, and discord.py sent there, until the block ends."""
    discord = Discord()
    app = web.Application()
    app.router.add_get("/gateway", discord.connect)
    app.router.add_get("/gateway/", discord.connect)
    app.router.add_route("*", "/api/{path:.*}", discord.rest)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    monkeypatch.setattr(Route, "BASE", f"http://127.0.0.1:{port}/api")
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(f"ws://127.0.0.1:{port}/gateway"))
    try:
        yield discord
    finally:
        await runner.cleanup()
