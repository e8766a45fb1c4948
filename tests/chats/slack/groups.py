"""User groups and people's profiles before the local Slack server, which has no groups; the rest it answers itself."""

from __future__ import annotations

from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

GROUP = "S0CRISIS"
#: Of a call that is handed on, what belongs to the connection stays behind.
_OF_THE_WIRE = {"host", "content-length", "transfer-encoding", "connection"}


class Groups:
    """``accounts`` are in the group, ``profiles`` change what people are called and where they are.

    ``refusals`` are errors by method; ``is_away`` cuts every call.
    """

    def __init__(self, api, session):
        self._api, self._session = api, session
        self.accounts, self.profiles = [], {}
        self.refusals, self.is_away, self.calls = {}, False, []
        self.url = ""

    async def answer(self, request):
        method = request.match_info["method"]
        given = dict(request.query) | dict(await request.post())
        self.calls.append((method, given.get("user", "")))
        if self.is_away:
            request.transport.abort()
            return web.Response()
        if self.refusals.get(method) == "HTTP 500":  # As a proxy in between says it.
            return web.Response(status=500, text="oops", content_type="text/plain")
        if error := self.refusals.get(method):
            return web.json_response({"ok": False, "error": error}, status=429 if error == "ratelimited" else 200)
        if method == "usergroups.users.list":
            is_ours = given["usergroup"] == GROUP
            return web.json_response(
                {"ok": True, "users": self.accounts} if is_ours else {"ok": False, "error": "no_such_subteam"}
            )
        return await self._handed_on(request, method, given.get("user", ""))

    async def _handed_on(self, request, method, user):
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _OF_THE_WIRE}
        async with self._session.request(
            request.method, self._api + method, params=request.query, data=await request.read(), headers=headers
        ) as answer:
            said = await answer.json(content_type=None)
        if method == "users.info" and user in self.profiles:
            said["user"] |= self.profiles[user]
            said["user"]["profile"] |= self.profiles[user]
        return web.json_response(said)

    def asked(self, method):
        return [user for each, user in self.calls if each == method]


@asynccontextmanager
async def open_groups(workspace):
    """Until the block ends; ``api`` of the workspace is the way to it."""
    async with aiohttp.ClientSession() as session:
        groups = Groups(workspace.api, session)
        app = web.Application()
        app.router.add_route("*", "/api/{method}", groups.answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        groups.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
        try:
            yield groups
        finally:
            await runner.cleanup()
