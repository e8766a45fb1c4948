"""Slack's Web API on loopback, as far as posting and windows go, with the faults that are planned for it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, deque
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

ROOM = "C0ROOM"


@dataclass
class FaultServer:
    """``faults`` are taken one a call of ``chat.postMessage``, then ``always``; None is no fault.

    ``{"error": …}`` refuses, ``429`` and ``500`` are what they are, ``"cut before"`` and ``"cut after"``
    close the connection without an answer, ``"hang before"`` and ``"hang after"`` never answer.
    """

    clock: object
    messages: list[dict] = field(default_factory=list)
    faults: deque = field(default_factory=deque)
    always: object = None
    read_faults: deque = field(default_factory=deque)
    update_faults: deque = field(default_factory=deque)
    delete_faults: deque = field(default_factory=deque)
    view_faults: deque = field(default_factory=deque)
    views: dict[str, dict] = field(default_factory=dict)
    calls: list[tuple] = field(default_factory=list)
    payloads: list[dict] = field(default_factory=list)
    retry_after: str = "30"
    url: str = ""
    ending: asyncio.Event = field(default_factory=asyncio.Event)

    def keys(self) -> Counter:
        return Counter(said["metadata"]["event_payload"]["key"] for said in self.messages if "metadata" in said)

    def called(self, method: str) -> int:
        return sum(1 for each, *_ in self.calls if each == method)

    def with_key(self, key: str) -> dict:
        (said,) = [s for s in self.messages if s.get("metadata", {}).get("event_payload", {}).get("key") == key]
        return said

    def say(self, channel: str, **more) -> dict:
        ts = f"{int(self.clock().timestamp())}.{len(self.messages) + 1:06d}"
        said = {"type": "message", "channel": channel, "ts": ts, "bot_id": "B0HEARD", **more}
        self.messages.append(said)
        return said

    async def answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.content_type == "application/json":
            given = json.loads(await request.text())
        else:
            given = dict(request.query) | dict(await request.post())
        self.calls.append((method, self.clock(), given.get("channel", "")))
        act = getattr(self, "_" + method.replace(".", "_"))
        fault = None
        if method == "chat.postMessage":
            fault = self.faults.popleft() if self.faults else self.always
        elif method == "chat.update" and self.update_faults:
            fault = self.update_faults.popleft()
        elif method == "chat.delete" and self.delete_faults:
            fault = self.delete_faults.popleft()
        elif method == "views.update" and self.view_faults:
            fault = self.view_faults.popleft()
        elif method.startswith("conversations.") and self.read_faults:
            fault = self.read_faults.popleft()
        if callable(fault):
            fault = fault()
        if fault == 429:
            return web.json_response(
                {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": self.retry_after}
            )
        if fault == 500:
            return web.Response(status=500, text="<html>oops</html>", content_type="text/html")
        if fault == 503:
            return web.json_response({"ok": False, "error": "service_unavailable"}, status=503)
        if fault == "plain":
            act(given)
            return web.Response(status=200, text="gateway", content_type="text/plain")
        if isinstance(fault, dict):
            if fault.get("after"):
                act(given)
            return web.json_response({"ok": False, "error": fault["error"]})
        if fault in {"cut after", "hang after"}:
            act(given)
        if fault in {"cut before", "cut after"}:
            request.transport.abort()
            return web.Response()
        if fault in {"hang before", "hang after"}:
            await self.ending.wait()
        return web.json_response({"ok": True, **act(given)})

    def _auth_test(self, given):
        return {"url": "https://aurora.slack.com/", "bot_id": "B0HEARD", "user_id": "U0HEARD"}

    def _conversations_open(self, given):
        return {"channel": {"id": "D" + given["users"]}}

    def _chat_postMessage(self, given):
        self.payloads.append(given)
        more = {name: given[name] for name in ("text", "blocks", "metadata", "thread_ts") if given.get(name)}
        said = self.say(given["channel"], **more)
        return {"channel": said["channel"], "ts": said["ts"]}

    def _chat_update(self, given):
        self.payloads.append(given)
        for said in self.messages:
            if (said["channel"], said["ts"]) == (given["channel"], given["ts"]):
                said |= {"text": given["text"], "blocks": given["blocks"]}
                return {"channel": said["channel"], "ts": said["ts"]}
        return {"ok": False, "error": "message_not_found"}

    def _chat_delete(self, given):
        here = (given["channel"], given["ts"])
        if here not in {(said["channel"], said["ts"]) for said in self.messages}:
            return {"ok": False, "error": "message_not_found"}
        self.messages = [said for said in self.messages if (said["channel"], said["ts"]) != here]
        return {}

    def open(self, id: str, view: dict) -> dict:
        """A member has this window open."""
        self.views[id] = {**view, "id": id, "hash": "1.0"}
        return self.views[id]

    def _views_update(self, given):
        """https://docs.slack.dev/reference/methods/views.update: a state that is not the newest is refused."""
        stands = self.views.get(given["view_id"])
        if stands is None:
            return {"ok": False, "error": "not_found"}
        if given.get("hash") not in {None, stands["hash"]}:
            return {"ok": False, "error": "hash_conflict"}
        view = given["view"] if isinstance(given["view"], dict) else json.loads(given["view"])
        self.payloads.append(view)
        self.views[stands["id"]] = {**view, "id": stands["id"], "hash": f"{float(stands['hash']) + 1}"}
        return {"view": self.views[stands["id"]]}

    def _conversations_history(self, given):
        found = [s for s in self.messages if s["channel"] == given["channel"] and "thread_ts" not in s]
        return self._page(found[::-1], given)

    def _conversations_replies(self, given):
        own = (given["ts"],)
        found = [s for s in self.messages if s["channel"] == given["channel"] and s.get("thread_ts", s["ts"]) in own]
        return self._page(found, given)

    def _page(self, found, given):
        found = [said for said in found if said["ts"] > given.get("oldest", "")]
        start, most = int(given.get("cursor") or 0), int(given["limit"])
        page = found[start : start + most]
        if given.get("include_all_metadata") not in {"1", "true", "True", True}:
            page = [{name: value for name, value in said.items() if name != "metadata"} for said in page]
        rest = str(start + most) if len(found) > start + most else ""
        return {"messages": page, "has_more": bool(rest), "response_metadata": {"next_cursor": rest}}


@asynccontextmanager
async def fault_server(clock):
    server = FaultServer(clock)
    app = web.Application(client_max_size=1 << 24)
    app.router.add_route("*", "/api/{method}", server.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    try:
        yield server
    finally:
        server.ending.set()
        await runner.cleanup()
