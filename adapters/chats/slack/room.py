"""The committee's room on Slack, put together: outward chat, inward ear, and what connects them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable
from typing import Final

import aiohttp
from aiohttp import web
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chats.slack.connection import Socket, route
from adapters.chats.slack.home import Home
from adapters.chats.slack.inbound import Inbound
from adapters.chats.slack.outbound import SlackChat
from adapters.chats.slack.privately import Privately
from adapters.chats.slack.refusal import word
from bot.config.settings import SlackMode, SlackSettings
from bot.logs import logger
from bot.people import People
from bot.ports import NoChat
from bot.room import Room

log = logger(__name__)

#: Refusals that only a person can mend: https://docs.slack.dev/reference/methods/auth.test#errors
_FOR_GOOD: Final = {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope"}
_FOR_GOOD_TOO: Final = {"not_allowed_token_type", "no_permission", "org_login_required", "access_denied"}
#: Between two tries to reach Slack at the start. Our choice: nobody waits longer for the room than for Slack.
AGAIN_S: Final = 10.0


class SlackRoom:
    """What was heard before ``close`` is still answered; close it before the room.

    ``people`` keep the committee as Slack knows it; without them it is that of the settings.
    """

    def __init__(
        self,
        room: Room,
        chat: SlackChat,
        client: AsyncWebClient,
        settings: SlackSettings,
        people: People | None = None,
    ) -> None:
        self._client, self._people = client, people
        self._following: asyncio.Task[None] | None = None
        chat.plan_of = lambda: room.plan
        privately = Privately(client, chat.look, room.words, settings.channel)
        self.inbound = Inbound(room, client, settings, privately, Home(room, client, chat.look), people)
        self.socket: Socket | None = None
        if settings.mode is SlackMode.SOCKET and settings.app_token:
            self.socket = Socket(self.inbound.app, settings.app_token.reveal())

    @property
    def route(self) -> web.RouteDef:
        """For HTTP mode: ``POST /slack/events``."""
        return route(self.inbound.app)

    def is_connected(self) -> bool:
        """Whether Slack reaches us, as far as we can know: without a socket it is Slack who comes to us."""
        return bool(self.inbound.team) and (self.socket is None or self.socket.is_connected)

    async def open(self) -> None:
        """Asks Slack who we are, and opens the socket. Raises NoChat when only a person can mend it."""
        try:
            answer = await self._client.auth_test()
            if self._people:  # Before the first word is heard: who acts is known then.
                await self._people.refresh(everybody=False)
            self.inbound.team = {name: answer.get(name) for name in ("enterprise_id", "team_id", "bot_id", "user_id")}
            if self.socket:
                await self.socket.open()
            if self._people and self._following is None:
                self._following = asyncio.create_task(self._people.follow(), name="people")
        except SlackApiError as error:
            reason = word(error)
            if reason in _FOR_GOOD | _FOR_GOOD_TOO:
                raise NoChat(f"Slack refuses this app ({reason}): `heard check` says what to click") from None
            raise

    async def close(self) -> None:
        if self._following:
            self._following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._following
        if self.socket:
            await self.socket.close()
        await self.inbound.close()

    async def stay(self, until: Awaitable[object]) -> None:
        """Opens as soon as Slack can be reached, and closes when ``until`` is done. Raises NoChat."""
        opening, ending = asyncio.ensure_future(self._open_at_last()), asyncio.ensure_future(until)
        try:
            await asyncio.wait({opening, ending}, return_when=asyncio.FIRST_COMPLETED)
            if opening.done():
                opening.result()
                await ending
        finally:
            for task in (opening, ending):
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError, NoChat):
                await opening
            await self.close()

    async def _open_at_last(self) -> None:
        while True:
            try:
                await self.open()
            except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
                log.warning("Slack cannot be reached", error=type(error).__name__)
                await asyncio.sleep(AGAIN_S)
            else:
                log.info("Slack is connected")
                return
