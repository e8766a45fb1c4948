"""How Slack's envelopes reach the ear: over a socket that we open, or as requests at our door."""

from __future__ import annotations

import logging
from typing import Final

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from adapters.chats.slack.manifest import PATH

log = logging.getLogger(__name__)

#: The SDK calls a socket dead after four pings without an answer: five seconds make it twenty, below our thirty.
PING_S: Final = 5


class Socket:
    """Socket Mode. The SDK's client reconnects by itself; ``is_connected`` is for ``/readyz``."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        self._handler = AsyncSocketModeHandler(app, app_token, ping_interval=PING_S)

    @property
    def client(self) -> SocketModeClient:
        return self._handler.client

    async def open(self) -> None:
        """Connects for the first time. Raises what the SDK raises: a wrong token must end the start."""
        await self._handler.client.connect()  # type: ignore[no-untyped-call]

    @property
    def is_connected(self) -> bool:
        """Whether the socket stands; one that answers no pings is called stale until it is open again."""
        client = self._handler.client
        session = client.current_session
        return not client.closed and not client.stale and session is not None and not session.closed

    async def close(self) -> None:
        await self._handler.client.close()  # type: ignore[no-untyped-call]


def route(app: AsyncApp) -> web.RouteDef:
    """Where Slack's requests arrive in HTTP mode; to be mounted on the server at the door.

    Bolt checks the signature and refuses what is older than five minutes.
    """

    async def heard(request: web.Request) -> web.StreamResponse:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    return web.post(PATH, heard)
