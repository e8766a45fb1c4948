"""Slack's gate to our socket, which breaks as it is told; behind it stands the real server."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress

from aiohttp import WSMsgType, web

from tests.chats.slack.workspace import free_port


class Gate:
    """Keeps its own socket to the server, and hands the bot what comes until the bot acknowledges it.

    ``fault`` is what happens to a new socket: ``"no address"`` is given, the address that is given is
    ``"refused"``, or its handshake is ``"hanging"``. What was not acknowledged is sent again over the
    next socket, as Slack does.
    """

    def __init__(self, base, session):
        self._base, self._session = base, session
        self.port, self.fault, self.loses_acks = 0, "", False
        self.opened = 0
        self._waiting, self._sockets = {}, {}
        self._server = None
        self._ending = asyncio.Event()

    @property
    def api(self):
        return f"http://127.0.0.1:{self.port}/api/"

    # What the tests do

    async def drop(self):
        """Every socket is closed."""
        for socket in list(self._sockets):
            await socket.close()

    def freeze(self):
        """Every socket stays open and says nothing any more, not even that it is alive."""
        self._sockets = dict.fromkeys(self._sockets, True)

    # What the server says

    async def listen(self):
        async with self._session.post(f"{self._base}/api/apps.connections.open") as answer:
            address = (await answer.json())["url"]
        self._server = await self._session.ws_connect(address)
        async for message in self._server:
            envelope = json.loads(message.data)
            if "envelope_id" in envelope:
                self._waiting[envelope["envelope_id"]] = message.data
                await self._hand_over(message.data)

    async def _hand_over(self, envelope):
        for socket, is_frozen in list(self._sockets.items()):
            if not is_frozen:
                with suppress(ConnectionError):
                    await socket.send_str(envelope)

    # What the bot says

    async def asked(self, request):
        """One call of Slack's Web API."""
        method = request.match_info["method"]
        if method == "apps.connections.open":
            return self._address()
        kept = {name: request.headers[name] for name in ("Authorization", "Content-Type") if name in request.headers}
        async with self._session.request(
            request.method,
            f"{self._base}/api/{method}",
            params=request.query,
            data=await request.read(),
            headers=kept,
        ) as answer:
            return web.Response(
                status=answer.status, body=await answer.read(), content_type=answer.content_type, charset="utf-8"
            )

    def _address(self):
        if self.fault == "no address":
            return web.Response(status=503, text="gone")
        self.opened += 1
        port = free_port() if self.fault == "refused" else self.port
        return web.json_response({"ok": True, "url": f"ws://127.0.0.1:{port}/socket/{self.opened}"})

    async def connected(self, request):
        """A socket of the bot's. Slack's addresses are for one use."""
        if self.fault == "hanging":
            await self._ending.wait()
        if int(request.match_info["conn"]) != self.opened or self.fault:
            return web.Response(status=404)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self._sockets[socket] = False
        try:
            await socket.send_str('{"type": "hello"}')
            for envelope in list(self._waiting.values()):
                await socket.send_str(envelope)
            async for message in socket:
                if not self._sockets[socket]:
                    await self._heard(socket, message)
        finally:
            del self._sockets[socket]
        return socket

    async def _heard(self, socket, message):
        if message.type is WSMsgType.PING:
            await socket.pong(message.data)
        elif message.type is WSMsgType.TEXT and not self.loses_acks:
            self._waiting.pop(json.loads(message.data)["envelope_id"], None)
            await self._server.send_str(message.data)

    async def close(self):
        self._ending.set()
        await self.drop()
        if self._server:
            await self._server.close()


@asynccontextmanager
async def open_gate(workspace):
    """The gate, until the block ends."""
    gate = Gate(workspace.base, workspace.session)
    app = web.Application()
    app.router.add_route("*", "/api/{method}", gate.asked)
    app.router.add_get("/socket/{conn}", gate.connected)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    gate.port = runner.addresses[0][1]
    listening = asyncio.create_task(gate.listen())
    try:
        yield gate
    finally:
        await gate.close()
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening
        await runner.cleanup()
