"""Looks at everything that a room on Slack needs; each fault says what to click."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chats.slack.manifest import SCOPES
from bot.core.plan import Plan
from bot.ports import Clock, Finding
from bot.reading import Secret
from bot.settings import SlackMode, SlackSettings

#: Slack's signatures are refused after five minutes; a clock that is a minute wrong goes on going wrong.
MOST_SKEW: Final = timedelta(minutes=1)
_APPS: Final = "at api.slack.com/apps, in your app"


async def look(client: AsyncWebClient, settings: SlackSettings, plan: Plan, clock: Clock) -> AsyncIterator[Finding]:
    """Every finding, as soon as it is known. Changes nothing on Slack."""
    async for each in _accounts(plan):
        yield each
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        yield _fault(f"the bot token is refused ({_word(error)}); {_APPS}, Install App, copy the Bot User OAuth Token")
        return
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        yield _fault(
            f"Slack cannot be reached ({type(error).__name__}); see whether this machine may call {settings.api}"
        )
        return
    yield Finding(f"{answer.get('user')} in {answer.get('team')}")
    headers = {name.lower(): value for name, value in answer.headers.items()}
    for found in (_clock(headers, clock()), _scopes(headers)):
        if found:
            yield found
    yield await _channel(client, settings)
    if settings.mode is SlackMode.SOCKET and settings.app_token:
        yield await _socket(client, settings.app_token)
    if settings.usergroup:
        async for each in _group(client, settings.usergroup, plan):
            yield each
    yield Finding(f"whether {settings.command} exists cannot be asked: type it in the channel", is_note=True)


async def _accounts(plan: Plan) -> AsyncIterator[Finding]:
    without = [member.id for member in plan.committee if not member.accounts.get("slack")]
    instead = 'in Slack, their profile, ⋮, Copy member ID, and write accounts = { slack = "U…" }'
    if len(without) == len(plan.committee):
        yield _fault(f"nobody of the committee has a Slack account; {instead}")
    elif without:
        yield Finding(f"without a Slack account, and so without a voice: {', '.join(without)}; {instead}", is_note=True)


def _clock(headers: Mapping[str, str], now: datetime) -> Finding | None:
    try:
        skew = abs(now - parsedate_to_datetime(headers["date"]))
    except (KeyError, TypeError, ValueError):
        return None
    if skew <= MOST_SKEW:
        return None
    return _fault(
        f"this machine's clock is {int(skew.total_seconds())} s off Slack's; set it by NTP (timedatectl set-ntp true)"
    )


def _scopes(headers: Mapping[str, str]) -> Finding | None:
    """Slack says with every answer what the token may do."""
    if "x-oauth-scopes" not in headers:
        return None
    given = {scope.strip() for scope in headers["x-oauth-scopes"].split(",")}
    missing = sorted(set(SCOPES) - given)
    if not missing:
        return Finding(f"{len(SCOPES)} scopes")
    return _fault(f"scopes are missing: {', '.join(missing)}; {_APPS}, OAuth & Permissions, add them, then Reinstall")


async def _channel(client: AsyncWebClient, settings: SlackSettings) -> Finding:
    try:
        channel: Mapping[str, Any] = (await client.conversations_info(channel=settings.channel))["channel"]
    except SlackApiError as error:
        instead = "copy its id anew; if it is private, type /invite @Heard in it"
        return _fault(f"the channel {settings.channel} cannot be seen ({_word(error)}); {instead}")
    name = f"#{channel.get('name', settings.channel)}"
    if channel.get("is_archived"):
        return _fault(f"{name} is archived; unarchive it in its settings, or write another channel")
    if not channel.get("is_member"):
        return _fault(f"Heard is not in {name}; type /invite @Heard there")
    return Finding(f"in {name}")


async def _socket(client: AsyncWebClient, token: Secret) -> Finding:
    """Asks for the address of a socket and does not open it."""
    try:
        await client.apps_connections_open(app_token=token.reveal())
    except SlackApiError as error:
        instead = f"{_APPS}, Basic Information, App-Level Tokens, generate one with connections:write"
        if _word(error) == "not_enabled":  # no such token is wrong
            instead = f"{_APPS}, Socket Mode, enable it"
        return _fault(f"the app token opens no socket ({_word(error)}); {instead}")
    return Finding("the socket may be opened")


async def _group(client: AsyncWebClient, group: str, plan: Plan) -> AsyncIterator[Finding]:
    """People map to members by their account alone: a group can tell who is missing, not who they are."""
    try:
        people = set((await client.usergroups_users_list(usergroup=group))["users"])
    except SlackApiError as error:
        yield Finding(f"the user group {group} cannot be read ({_word(error)}); copy its id anew", is_note=True)
        return
    members = {account: member.id for member in plan.committee if (account := member.accounts.get("slack"))}
    if strangers := sorted(people - set(members)):
        yield Finding(
            f"in the user group, not on the committee: {', '.join(strangers)}; add [[committee]]", is_note=True
        )
    if absent := sorted(members[account] for account in set(members) - people):
        yield Finding(f"on the committee, not in the user group: {', '.join(absent)}", is_note=True)


def _fault(what: str) -> Finding:
    return Finding(what, is_fault=True)


def _word(error: SlackApiError) -> str:
    return str(error.response.get("error", "?"))
