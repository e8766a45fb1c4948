"""Looks at everything that a room on Discord needs; each fault says what to click."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp
import discord
from discord import app_commands
from discord.abc import GuildChannel
from discord.http import Route

from adapters.chats.discord.forum import missing_tags
from adapters.chats.discord.manifest import PERMISSIONS, invitation
from bot.config.settings import DiscordSettings
from bot.core.plan import Plan
from bot.core.words import Words
from bot.finding import Finding
from bot.ports import Clock

#: A clock that is a minute wrong goes on going wrong, and every deadline with it. Our choice.
MOST_SKEW: Final = timedelta(minutes=1)
#: How long Discord may take to tell its time.
_WAIT: Final = aiohttp.ClientTimeout(total=10)
#: What the channel for news is used for.
_FOR_NEWS: Final = ("view_channel", "send_messages", "embed_links")
_UNREACHED: Final = (aiohttp.ClientError, OSError, TimeoutError)


async def look(settings: DiscordSettings, plan: Plan, clock: Clock) -> AsyncIterator[Finding]:
    """Every finding, as soon as it is known. Changes nothing on Discord, and opens no gateway."""
    assert settings.token, "the settings were checked"
    for found in _accounts(plan):
        yield found
    client = discord.Client(intents=discord.Intents.none())
    try:
        await client.login(settings.token.reveal())
        yield Finding(f"{client.user}")
        async for found in _looked_round(client, settings, plan, clock):
            yield found
    except discord.LoginFailure:
        yield _fault("the token is refused; at discord.com/developers, in your app, Bot, Reset Token, and copy it")
    except (*_UNREACHED, discord.HTTPException) as error:
        yield _fault(f"Discord cannot be asked ({type(error).__name__}); see whether this machine may call discord.com")
    finally:
        await client.close()


async def _looked_round(
    client: discord.Client, settings: DiscordSettings, plan: Plan, clock: Clock
) -> AsyncIterator[Finding]:
    if found := await _clock(clock):
        yield found
    try:
        guild = await client.fetch_guild(int(settings.guild))
    except (discord.NotFound, discord.Forbidden):
        link = invitation(str(client.application_id or ""))
        yield _fault(f"Heard is not in the server {settings.guild}; open {link} and choose the server")
        return
    yield Finding(f"in {guild.name}")
    assert client.user, "it has logged in"
    me, channels = await guild.fetch_member(client.user.id), await guild.fetch_channels()
    channel = _of(channels, settings.channel)
    yield _channel(channel, settings.channel, me)
    if isinstance(channel, discord.ForumChannel) and (found := _tags(channel, me, Words(plan.language))):
        yield found
    if settings.news:
        yield _news(_of(channels, settings.news), settings.news, me)
    yield await _command(client, guild, settings)
    async for found in _members(guild, plan):
        yield found


def _accounts(plan: Plan) -> Sequence[Finding]:
    without = [member.id for member in plan.committee if not member.accounts.get("discord")]
    instead = 'right-click them in Discord, Copy User ID, and write accounts = { discord = "…" }'
    if len(without) == len(plan.committee):
        return [_fault(f"nobody of the committee has a Discord account; {instead}")]
    if without:
        return [
            Finding(f"without a Discord account, and so without a voice: {', '.join(without)}; {instead}", is_note=True)
        ]
    return []


async def _clock(clock: Clock) -> Finding | None:
    """Discord says the time with every answer, also to those who are not logged in."""
    async with aiohttp.ClientSession(timeout=_WAIT) as session, session.get(f"{Route.BASE}/gateway") as answer:
        said = answer.headers.get("Date", "")
    try:
        skew = abs(clock() - parsedate_to_datetime(said))
    except (TypeError, ValueError):
        return None
    if skew <= MOST_SKEW:
        return None
    seconds = int(skew.total_seconds())
    return _fault(f"this machine's clock is {seconds} s off Discord's; set it by NTP (timedatectl set-ntp true)")


def _of(channels: Sequence[GuildChannel], id: str) -> GuildChannel | None:
    return next((channel for channel in channels if channel.id == int(id)), None)


def _channel(channel: GuildChannel | None, id: str, me: discord.Member) -> Finding:
    """The committee's own: a forum, or a text channel."""
    if channel is None:
        return _fault(f"there is no channel {id} in this server that Heard can see; {_SEE}")
    if channel.type not in {discord.ChannelType.forum, discord.ChannelType.text}:
        return _fault(f"#{channel.name} is neither a forum nor a text channel; make one, and write its id")
    return _missing(channel, tuple(PERMISSIONS), me) or Finding(f"in #{channel.name}, a {channel.type.name} channel")


def _tags(forum: discord.ForumChannel, me: discord.Member, words: Words) -> Finding | None:
    """Posts are sorted by tags. Heard makes them itself where it may."""
    missing = missing_tags(forum, words)
    if not missing or forum.permissions_for(me).manage_channels:
        return None
    what = f"#{forum.name} lacks the tags {', '.join(missing)}"
    instead = "Edit Channel, Tags, add them; or let Heard Manage Channel there, until it has"
    return Finding(f"{what}; {instead}", is_fault=forum.flags.require_tag, is_note=not forum.flags.require_tag)


def _news(channel: GuildChannel | None, id: str, me: discord.Member) -> Finding:
    if channel is None:
        return _fault(f"there is no channel {id} in this server that Heard can see, for news; {_SEE}")
    if channel.type is not discord.ChannelType.text:
        return _fault(f"#{channel.name} is no text channel; write the id of one for news, or leave news out")
    return _missing(channel, _FOR_NEWS, me) or Finding(f"news in #{channel.name}")


_SEE: Final = "copy its id anew; if it is private, Edit Channel, Permissions, add Heard"


def _missing(channel: GuildChannel, wanted: Sequence[str], me: discord.Member) -> Finding | None:
    given = channel.permissions_for(me)
    names = [PERMISSIONS[each][0] for each in wanted if not getattr(given, each)]
    if not names:
        return None
    return _fault(f"in #{channel.name} Heard may not: {', '.join(names)}; Edit Channel, Permissions, Heard, allow them")


async def _command(client: discord.Client, guild: discord.Guild, settings: DiscordSettings) -> Finding:
    try:
        known = {command.name for command in await app_commands.CommandTree(client).fetch_commands(guild=guild)}
    except discord.Forbidden:
        link = invitation(str(client.application_id or ""))
        return _fault(f"Heard may have no commands in this server; open {link} once more")
    if settings.command in known:
        return Finding(f"/{settings.command} is registered")
    return Finding(f"/{settings.command} is not registered yet; the first start does it", is_note=True)


async def _members(guild: discord.Guild, plan: Plan) -> AsyncIterator[Finding]:
    accounts = {member.id: account for member in plan.committee if (account := member.accounts.get("discord"))}
    absent = []
    for member, account in accounts.items():
        try:
            await guild.fetch_member(int(account))
        except discord.NotFound:
            absent.append(member)
    if absent:
        instead = "invite them, or copy their user ids anew"
        yield Finding(f"on the committee, not in this server: {', '.join(absent)}; {instead}", is_note=True)
    elif accounts:
        yield Finding(f"{len(accounts)} members of the committee are in this server")


def _fault(what: str) -> Finding:
    return Finding(what, is_fault=True)
