"""The committee's room on Discord, put together: outward chat, inward ear, and the gateway that connects them."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
from collections.abc import Awaitable
from pathlib import Path
from typing import Final

import aiohttp
import discord
from discord import app_commands

from adapters.chats.discord.buttons import ITEMS
from adapters.chats.discord.failures import http_trace
from adapters.chats.discord.inbound import Inbound
from adapters.chats.discord.kept import Kept
from adapters.chats.discord.limits import check_command
from adapters.chats.discord.names import CatalogTranslator
from adapters.chats.discord.privately import Looking, Privately
from adapters.chats.discord.tree import crisis, report
from bot.config.settings import DiscordSettings
from bot.logs import logger
from bot.ports import NoChat
from bot.room import Room

log = logger(__name__)

#: Between two tries to reach Discord at the start. Our choice: nobody waits longer for the room than for Discord.
AGAIN_S: Final = 10.0
#: The longest that discord.py sleeps by itself when Discord asks us to wait; longer waits are the courier's.
#: It takes no less than this.
RATE_LIMIT_S: Final = 30.0
#: The gateway refuses for good: wrong token, wrong intents, wrong version.
#: https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
_FOR_GOOD: Final = frozenset({4004, 4010, 4011, 4012, 4013, 4014})
#: Any code but 1000 and 1001 leaves the session to be resumed or to lapse by itself.
_STUMBLED: Final = 4000


class HeardClient(discord.Client):
    """discord.py's client with our own ear. It asks for nothing but guilds: no messages, no members."""

    def __init__(self) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=RATE_LIMIT_S,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            http_trace=http_trace(),
        )
        self.room: DiscordRoom | None = None
        self.is_connected = False
        self.tree = _Tree(self)

    @property
    def inbound(self) -> Inbound:
        assert self.room, "the room is put together before the client logs in"
        return self.room.inbound

    async def setup_hook(self) -> None:
        if self.room:
            await self.room.register()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Windows are read from what they bring; buttons and commands find their own way."""
        if interaction.type is discord.InteractionType.modal_submit:
            await self.inbound.on_submission(interaction)

    async def on_ready(self) -> None:
        self.is_connected = True
        log.info("Discord is connected")

    async def on_resumed(self) -> None:
        self.is_connected = True
        log.info("Discord is connected again")

    async def on_disconnect(self) -> None:
        if self.is_connected:
            log.warning("Discord has dropped the connection")
        self.is_connected = False


class _Tree(app_commands.CommandTree[HeardClient]):
    async def on_error(
        self, interaction: discord.Interaction[HeardClient], error: app_commands.AppCommandError, /
    ) -> None:
        await self.client.inbound.on_error(interaction, error)


class DiscordRoom:
    """What was heard before ``close`` is still answered; close it before the room."""

    def __init__(self, room: Room, looking: Looking, client: HeardClient, settings: DiscordSettings) -> None:
        assert settings.token, "the settings were checked"
        self._client, self._token = client, settings.token.reveal()
        self._guild, self._command = discord.Object(int(settings.guild)), settings.command
        self._hash = room.data / "discord" / "commands"
        kept = Kept(room.data / "discord" / "forms")
        self.inbound = Inbound(room, Privately(looking, room.words, kept), kept, self._guild.id)
        self._is_registered = False
        client.room = self

    def is_connected(self) -> bool:
        """Whether the gateway stands; what is sent needs none, what members do does."""
        return self._client.is_connected and not self._client.is_closed()

    async def register(self) -> None:
        """Our buttons and commands. Discord is told of the commands only when they have changed.

        Discord takes 200 new commands a day, and a member's open menu closes when they change.
        """
        tree = self._client.tree
        if not self._is_registered:
            self._is_registered = True
            await tree.set_translator(CatalogTranslator())
            tree.add_command(crisis(self._command, self.inbound), guild=self._guild)
            tree.add_command(report(self.inbound), guild=self._guild)
            self._client.add_dynamic_items(*ITEMS)
        wanted = await self._fingerprint()
        if wanted == await asyncio.to_thread(_read, self._hash) and await self._stands():
            return
        try:
            await tree.sync(guild=self._guild)
        except discord.Forbidden:
            raise NoChat(
                "Discord does not let this app have commands in the server of [discord] guild: "
                "invite it with the link of `heard manifest discord`"
            ) from None
        await asyncio.to_thread(_write, self._hash, wanted)
        log.info("the commands are registered")

    async def _fingerprint(self) -> str:
        """Of everything that Discord is told, for this app in this server."""
        tree = self._client.tree
        assert tree.translator
        told = [
            await each.get_translated_payload(tree, tree.translator) for each in tree.get_commands(guild=self._guild)
        ]
        for command in told:
            check_command(command)
        whole = {"app": self._client.application_id, "guild": self._guild.id, "commands": told}
        return hashlib.sha256(json.dumps(whole, sort_keys=True, default=str).encode()).hexdigest()

    async def _stands(self) -> bool:
        """Whether Discord still has them: an app that was removed and invited again has none."""
        known = {command.name for command in await self._client.tree.fetch_commands(guild=self._guild)}
        return self._command in known

    async def open(self) -> None:
        """Logs in and registers the commands. Raises NoChat when only a person can mend it."""
        try:
            await self._client.login(self._token)
        except discord.LoginFailure:
            raise NoChat(
                "Discord refuses this token: copy it anew from discord.com/developers, Bot, Reset Token"
            ) from None
        except BaseException:
            await self._client.http.close()
            self._client.http.connector = discord.utils.MISSING  # It is closed too; the next try opens one of its own.
            raise

    async def close(self) -> None:
        await self.inbound.close()
        await self._client.close()

    async def stay(self, until: Awaitable[object]) -> None:
        """Connects as soon as Discord can be reached, and closes when ``until`` is done. Raises NoChat."""
        staying, ending = asyncio.ensure_future(self._connected()), asyncio.ensure_future(until)
        try:
            await asyncio.wait({staying, ending}, return_when=asyncio.FIRST_COMPLETED)
            if staying.done():
                staying.result()
        finally:
            await self.close()
            for task in (staying, ending):
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError, NoChat):
                await staying

    async def _connected(self) -> None:
        """Until it is closed. discord.py resumes what was dropped, and connects anew when it cannot."""
        await self._open_at_last()
        while not self._client.is_closed():
            try:
                await self._client.connect()
            except discord.PrivilegedIntentsRequired:
                raise NoChat("Discord refuses the intents; Heard needs none of the privileged ones") from None
            except discord.ConnectionClosed as error:
                if error.code in _FOR_GOOD:
                    raise NoChat(f"Discord closed the connection for good ({error.code}); see `heard check`") from None
                raise
            except Exception:  # An event that discord.py cannot read must not deafen the room for good.
                log.exception("the connection to Discord stumbled")
                await self._hang_up()
                await asyncio.sleep(AGAIN_S)

    async def _hang_up(self) -> None:
        self._client.is_connected = False
        with contextlib.suppress(Exception):
            await self._client.ws.close(code=_STUMBLED)

    async def _open_at_last(self) -> None:
        while True:
            try:
                await self.open()
            except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
                log.warning("Discord cannot be reached", error=type(error).__name__)
                await asyncio.sleep(AGAIN_S)
            else:
                return


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def _write(file: Path, text: str) -> None:
    """Lost with a full disk, it costs one registration more at the next start."""
    with contextlib.suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.write_text(text + "\n", encoding="ascii")
