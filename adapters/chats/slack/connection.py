"""How Slack's envelopes reach the ear: over a socket that we open, or as requests at our door."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chats.slack.manifest import PATH

log = logging.getLogger(__name__)

#: Between two pings. A socket that answers none is closed by aiohttp one and a half of these after its last
#: sign (``ws_connect(heartbeat=…)``: a ping after one, its answer within half of one); the SDK's own rule
#: (``is_ping_pong_failing``: four) comes later. The SDK looks after its socket once in each of these, and so
#: tries again as often while Slack refuses.
PING_S: Final = 5
#: Slack has this long to give an address, and again to open the socket there. With the pings this makes less
#: than thirty seconds from the last sign of a dead socket to a new one. Our choice.
ANSWER_S: Final = 6


class _Client(SocketModeClient):
    """The SDK's client; whatever hangs is given up, and an address that fails is not tried for ever.

    The SDK waits five minutes for a handshake that nobody answers, and after a failure it goes
    back to the same address without end, though Slack's addresses are for one use and soon over.
    """

    async def connect(self) -> None:
        """Raises TimeoutError; whoever looks after the socket then asks for a new address."""
        try:
            async with asyncio.timeout(ANSWER_S):
                await super().connect()  # type: ignore[no-untyped-call]  # the SDK's own has no types
        finally:
            self.auto_reconnect_enabled = self.default_auto_reconnect_enabled and not self.closed


class _Handler(AsyncSocketModeHandler):
    """Bolt's handler, which would make a client itself, with ours."""

    def __init__(self, app: AsyncApp, client: _Client) -> None:
        self.app, self.client = app, client
        client.socket_mode_request_listeners.append(self.handle)  # type: ignore[arg-type]  # as Bolt's own does


class Socket:
    """Socket Mode. The SDK's client reconnects by itself; ``is_connected`` is for ``/readyz``."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        asks = AsyncWebClient(base_url=app.client.base_url, timeout=ANSWER_S, retry_handlers=[])
        self.client = _Client(app_token, web_client=asks, ping_interval=PING_S)
        _Handler(app, self.client)

    async def open(self) -> None:
        """Connects for the first time. Raises what the SDK raises: a wrong token must end the start."""
        # The SDK's connect would ask without end, also with a token that Slack refuses.
        self.client.wss_uri = await self.client.issue_new_wss_url()
        await self.client.connect()

    @property
    def is_connected(self) -> bool:
        """Whether the socket stands; one that answers no pings is called stale until it is open again."""
        session = self.client.current_session
        return not self.client.closed and not self.client.stale and session is not None and not session.closed

    async def close(self) -> None:
        await self.client.close()  # type: ignore[no-untyped-call]  # the SDK's own has no types


def route(app: AsyncApp) -> web.RouteDef:
    """Where Slack's requests arrive in HTTP mode; to be mounted on the server at the door.

    Bolt checks the signature and refuses what is older than five minutes.
    """

    async def heard(request: web.Request) -> web.StreamResponse:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    return web.post(PATH, heard)
