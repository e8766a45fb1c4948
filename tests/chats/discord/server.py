"""Discord's HTTP API on loopback, as far as posting goes, with the faults that are planned for it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, deque
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import discord
from aiohttp import web

from adapters.chats.discord.doubts import mark_of
from adapters.chats.discord.failures import http_trace

ME, GUILD, ROOM, FORUM, NEWS = 100, 900, 901, 902, 903
WHEN = "2026-11-22T12:00:00+00:00"


@dataclass
class FaultServer:
    """``faults`` are taken one for each new message or post, then ``always``; None is no fault.

    ``(status, code)`` refuses, ``429`` and ``5xx`` are what they are, ``"cut before"`` and ``"cut after"`` close
    the connection without an answer, ``"hang before"`` and ``"hang after"`` never answer, ``"plain"`` answers
    with what is not Discord's, ``(…, "after")`` does it all the same. Without ``dedupes`` a nonce means nothing,
    as after the few minutes for which Discord remembers one.
    """

    clock: object
    messages: list[dict] = field(default_factory=list)
    threads: dict[int, dict] = field(default_factory=dict)
    faults: deque = field(default_factory=deque)
    always: object = None
    read_faults: deque = field(default_factory=deque)
    update_faults: deque = field(default_factory=deque)
    thread_faults: deque = field(default_factory=deque)
    calls: list[tuple] = field(default_factory=list)
    payloads: list[dict] = field(default_factory=list)
    files: list[tuple] = field(default_factory=list)
    tags: list[dict] = field(default_factory=list)
    retry_after: str = "30"
    dedupes: bool = False
    last_id: int = 1 << 22
    url: str = ""
    ending: asyncio.Event = field(default_factory=asyncio.Event)

    def new_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def marks(self) -> Counter:
        return Counter(said["embeds"][0]["url"].rpartition("-")[2] for said in self.messages if said["embeds"])

    def texts(self) -> list[str]:
        return [
            said["embeds"][0]["description"].strip("*") if said["embeds"] else said["content"] for said in self.messages
        ]

    def called(self, method: str, what: str) -> int:
        return sum(1 for each, path, *_ in self.calls if each == method and path.split("/")[-1] == what)

    def with_key(self, key: str) -> dict:
        (said,) = [s for s in self.messages if s["embeds"] and s["embeds"][0]["url"].endswith(mark_of(key))]
        return said

    def say(self, channel: int, content: str = "", author: int = ME, **given) -> dict:
        """A message in this channel; with ``id`` the one that a post began with."""
        said = {
            "id": str(given.get("id") or self.new_id()),
            "channel_id": str(channel),
            "author": {"id": str(author), "username": "x", "discriminator": "0", "avatar": None},
            "content": content or given.get("content") or "",
            "embeds": given.get("embeds") or [],
            "components": given.get("components") or [],
            "nonce": given.get("nonce"),
            "timestamp": WHEN,
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "pinned": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "type": 0,
        }
        self.messages.append(said)
        return said

    async def answer(self, request: web.Request) -> web.StreamResponse:
        path, method = request.path.removeprefix("/api"), request.method
        given = await self.read(request)
        parts = path.strip("/").split("/")
        is_new = method == "POST" and (parts[-1] == "messages" or parts[:2] == ["channels", str(FORUM)])
        self.calls.append((method, path, self.clock(), is_new))
        fault = self.fault(method, parts, is_new)
        after = fault in {"cut after", "hang after", "plain"} or (isinstance(fault, tuple) and "after" in fault)
        if fault is None or after:
            status, said = self.act(method, parts, given, request)
        if fault is None:
            return as_json(said, status) if said is not None else web.Response(status=status)
        if fault in {"cut before", "cut after"}:
            request.transport.abort()
            return web.Response()
        if fault in {"hang before", "hang after"}:
            await self.ending.wait()
        return self.refusal(fault)

    def fault(self, method, parts, is_new):
        fault = None
        if is_new:
            fault = self.faults.popleft() if self.faults else self.always
        elif method == "POST" and parts[-1] == "threads" and self.thread_faults:
            fault = self.thread_faults.popleft()
        elif method == "PATCH" and self.update_faults:
            fault = self.update_faults.popleft()
        elif method == "GET" and parts[-1] in {"messages", "active"} and self.read_faults:
            fault = self.read_faults.popleft()
        return fault() if callable(fault) else fault

    def refusal(self, fault):
        if fault == "plain":
            return web.Response(status=200, text="gateway", content_type="text/plain")
        if fault == 429:
            headers = {"Retry-After": self.retry_after, "Via": "1.1 google"}
            said = {"message": "You are being rate limited.", "retry_after": 30.0, "global": False}
            return as_json(said, 429, headers)
        if isinstance(fault, int):
            return web.Response(status=fault, text="<html>oops</html>", content_type="text/html")
        if isinstance(fault, tuple):
            status, code = fault[:2]
            return as_json({"message": "no", "code": code}, status)
        return web.Response(status=500)

    async def read(self, request):
        if request.content_type != "multipart/form-data":
            return json.loads(await request.text() or "{}")
        form = await request.post()
        self.files += [
            (part.filename, part.file.read().decode()) for part in form.values() if hasattr(part, "filename")
        ]
        return json.loads(form["payload_json"])

    def act(self, method, parts, given, request):
        match method, *parts:
            case "GET", "users", "@me":
                return 200, {"id": str(ME), "username": "Heard", "discriminator": "0", "avatar": None, "bot": True}
            case "GET", "oauth2", "applications", "@me":
                about = {"id": str(ME), "name": "Heard", "icon": None, "description": "", "verify_key": "x"}
                about["owner"] = {"id": "5", "username": "x", "discriminator": "0", "avatar": None}
                return 200, about | {"bot_public": False, "bot_require_code_grant": False, "rpc_origins": []}
            case "POST", "users", "@me", "channels":
                account = given["recipient_id"]
                recipient = {"id": str(account), "username": "x", "discriminator": "0", "avatar": None}
                return 200, {"id": f"7{account}", "type": 1, "recipients": [recipient], "last_message_id": None}
            case "GET", "channels", id:
                return self.channel(int(id))
            case "PATCH", "channels", id:
                return self.change(int(id), given)
            case "DELETE", "channels", id:
                return (200, self.threads.pop(int(id))) if int(id) in self.threads else (404, gone(10_003))
            case "GET", "guilds", _, "threads", "active":
                return 200, {"threads": list(self.threads.values()), "members": []}
            case "POST", "channels", id, "threads":
                return self.begin(int(id), given)
            case "POST", "channels", id, "messages", message, "threads":
                return self.thread(int(id), int(message), given["name"])
            case "POST", "channels", id, "messages":
                return self.create(int(id), given)
            case "GET", "channels", id, "messages":
                return self.page(int(id), request.query)
            case "GET" | "PATCH" | "DELETE", "channels", id, "messages", message:
                return self.one(method, int(id), int(message), given)
        return 405, {"message": f"no such route: {method} {parts}", "code": 1}

    def channel(self, id):
        base = {"id": str(id), "guild_id": str(GUILD), "position": 0, "permission_overwrites": [], "name": f"c{id}"}
        match id:
            case 901 | 903:
                return 200, base | {"type": 0}
            case 902:
                return 200, base | {"type": 15, "available_tags": self.tags, "flags": 0}
        return (200, self.threads[id]) if id in self.threads else (404, gone(10_003))

    def change(self, id, given):
        if id == FORUM:
            given = {"tags": [tag | {"id": tag.get("id") or str(self.new_id())} for tag in given["available_tags"]]}
            self.tags = given["tags"]
            return self.channel(FORUM)
        if "archived" in given:
            self.threads[id]["thread_metadata"]["archived"] = given.pop("archived")
        self.threads[id] |= given
        return 200, self.threads[id]

    def new_thread(self, parent, id, name, tags=()):
        meta = {"archived": False, "auto_archive_duration": 10_080, "archive_timestamp": WHEN, "locked": False}
        self.threads[id] = {
            "id": str(id),
            "guild_id": str(GUILD),
            "parent_id": str(parent),
            "owner_id": str(ME),
            "type": 11,
            "name": name,
            "message_count": 0,
            "member_count": 1,
            "thread_metadata": meta,
            "rate_limit_per_user": 0,
            "applied_tags": list(tags),
        }
        return self.threads[id]

    def begin(self, forum, given):
        self.payloads.append(given)
        id = self.new_id()
        thread = self.new_thread(forum, id, given["name"], given.get("applied_tags", ()))
        return 201, thread | {"message": self.say(id, **(given["message"] | {"id": id}))}

    def thread(self, channel, message, name):
        if message in self.threads:
            return 400, gone(160_004)
        if not any(said["id"] == str(message) for said in self.messages):
            return 404, gone(10_008)
        return 201, self.new_thread(channel, message, name)

    def create(self, channel, given):
        if channel not in {ROOM, NEWS, *self.threads} and not str(channel).startswith("7"):
            return 404, gone(10_003)
        if channel in self.threads and self.threads[channel]["thread_metadata"]["archived"]:
            return 400, gone(50_083)
        self.payloads.append(given)
        if self.dedupes:
            for said in self.messages:
                if (said["channel_id"], said["nonce"]) == (str(channel), given["nonce"]) and given["enforce_nonce"]:
                    return 200, said
        return 200, self.say(channel, **given)

    def page(self, channel, query):
        if channel not in {ROOM, NEWS, *self.threads} and not str(channel).startswith("7"):
            return 404, gone(10_003)
        limit = int(query["limit"])
        found = [said for said in self.messages if said["channel_id"] == str(channel)]
        found = [{**said, "nonce": None} for said in sorted(found, key=lambda said: int(said["id"]))]
        if "after" in query:
            return 200, [said for said in found if int(said["id"]) > int(query["after"])][:limit][::-1]
        before = int(query.get("before") or 1 << 62)
        return 200, [said for said in found if int(said["id"]) < before][-limit:][::-1]

    def one(self, method, channel, message, given):
        found = [s for s in self.messages if (s["channel_id"], s["id"]) == (str(channel), str(message))]
        if not found:
            return 404, gone(10_008)
        if method == "GET":
            return 200, found[0]
        if channel in self.threads and self.threads[channel]["thread_metadata"]["archived"]:
            return 400, gone(50_083)
        if method == "DELETE":
            self.messages.remove(found[0])
            return 204, None
        self.payloads.append(given)
        found[0] |= {name: given[name] for name in ("content", "embeds", "components") if name in given}
        return 200, found[0]


def as_json(said, status, headers=None):
    """The library takes this type and no other: with a charset it reads the answer as text."""
    return web.Response(body=json.dumps(said).encode(), status=status, headers=headers, content_type="application/json")


def gone(code):
    return {"message": "no", "code": code}


@asynccontextmanager
async def fault_server(clock):
    server = FaultServer(clock)
    app = web.Application(client_max_size=1 << 25)
    app.router.add_route("*", "/api/{path:.*}", server.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api"
    try:
        yield server
    finally:
        server.ending.set()
        await runner.cleanup()


@asynccontextmanager
async def client_on(server, monkeypatch):
    """The library's own client, logged in at this server; it has no gateway, so nothing is known beforehand."""
    monkeypatch.setattr(discord.http.Route, "BASE", server.url)
    client = discord.Client(
        intents=discord.Intents(guilds=True),
        allowed_mentions=discord.AllowedMentions.none(),
        http_trace=http_trace(),
        max_ratelimit_timeout=30,
    )
    await client.login("token")
    try:
        yield client
    finally:
        await client.close()
