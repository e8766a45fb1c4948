"""Looks at everything that a room on Slack needs; each fault says what to click."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

import aiohttp
from msgspec.structs import replace
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chats.slack.manifest import SCOPES
from adapters.chats.slack.people import CHAT, MOST_ASKED, NO_GROUP, Silent, SlackDirectory, asked
from adapters.chats.slack.refusal import word
from bot.config.reading import Secret
from bot.config.settings import SlackMode, SlackSettings
from bot.core.people import Group, Joining, Roster, accounts_of, displaced, enrolled, is_complete, renamed, staffed
from bot.core.plan import Plan
from bot.finding import Finding
from bot.ports import Clock

#: Slack's signatures are refused after five minutes; a clock that is a minute wrong goes on going wrong.
MOST_SKEW: Final = timedelta(minutes=1)
_NOBODY: Final = Roster()
_APPS: Final = "at api.slack.com/apps, in your app"


async def look(
    client: AsyncWebClient, settings: SlackSettings, plan: Plan, clock: Clock, known: Roster = _NOBODY
) -> AsyncIterator[Finding]:
    """Every finding, as soon as it is known. Changes nothing on Slack. ``known`` are the people as last kept."""
    async for each in _accounts(plan, settings.usergroup):
        yield each
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        yield _fault(f"the bot token is refused ({word(error)}); {_APPS}, Install App, copy the Bot User OAuth Token")
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
    joining = Joining(CHAT, settings.usergroup, settings.usergroup_roles)
    async for each in _people(client, plan, joining, known):
        yield each
    yield Finding(f"whether {settings.command} exists cannot be asked: type it in the channel", is_note=True)


async def _accounts(plan: Plan, group: str) -> AsyncIterator[Finding]:
    without = [member.id for member in plan.committee if not member.accounts.get(CHAT)]
    instead = 'in Slack, their profile, ⋮, Copy member ID, and write accounts = { slack = "U…" }'
    if len(without) == len(plan.committee) and not group:
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
        return _fault(f"the channel {settings.channel} cannot be seen ({word(error)}); {instead}")
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
        if word(error) == "not_enabled":  # no such token is wrong
            instead = f"{_APPS}, Socket Mode, enable it"
        return _fault(f"the app token opens no socket ({word(error)}); {instead}")
    return Finding("the socket may be opened")


async def _people(client: AsyncWebClient, plan: Plan, joining: Joining, known: Roster) -> AsyncIterator[Finding]:
    """Who is on the committee by the user group, and who of the settings Slack knows."""
    roster = known
    if joining.group:
        try:
            answer = await asked(client.usergroups_users_list(usergroup=joining.group))
        except Silent as silent:
            yield _unread_group(joining.group, silent.reason)
            return
        roster = replace(known, group=Group(joining.group, tuple(sorted(answer.get("users") or ()))))
    looked = await SlackDirectory(client).look(roster, accounts_of(roster, plan, joining), everybody=True)
    if looked.trouble:
        instead = f"{_APPS}, OAuth & Permissions, see that users:read is there, then Reinstall"
        yield _fault(f"{looked.trouble}; try again in a minute; if it stays, {instead}")
        return
    roster = enrolled(replace(looked.roster, group=roster.group), plan, joining)
    for found in (*_of_settings(plan, roster), *(_of_group(plan, roster, joining) if joining.group else ())):
        yield found


def _unread_group(group: str, word: str) -> Finding:
    instead = {
        NO_GROUP: "in Slack, Directories, User groups: enable it, or copy the id of another",
        "missing_scope": f"{_APPS}, OAuth & Permissions, add usergroups:read, then Reinstall",
        "plan_upgrade_required": "Slack's free plan has no user groups: write sections [[committee]] instead",
    }
    said = instead.get(word, "try again in a minute; if it stays, in Slack, Directories, User groups, copy its id anew")
    return _fault(f"the user group {group} cannot be read ({word}); {said}")


def _own(plan: Plan) -> Mapping[str, str]:
    """Members of the settings by their accounts."""
    return {account: member.id for member in plan.committee if (account := member.accounts.get(CHAT))}


def _of_settings(plan: Plan, roster: Roster) -> Iterator[Finding]:
    own = _own(plan)
    gone = sorted(account for account in own if (found := roster.people.get(account)) and found.is_gone)
    if gone:
        who = ", ".join(f"{own[account]} ({account})" for account in gone)
        instead = "in Slack, their profile, ⋮, Copy member ID; or take them off the committee"
        yield Finding(f"accounts that are closed, a bot's or not of this workspace: {who}; {instead}", is_note=True)


def _of_group(plan: Plan, roster: Roster, joining: Joining) -> Iterator[Finding]:
    own, group = _own(plan), roster.group
    committee = staffed(plan, roster, joining).committee
    if joined := sorted(member.id for member in committee if not plan.member(member.id)):
        yield Finding(f"by the user group, as {', '.join(joining.roles)}: {', '.join(joined)}")
    elif own:
        yield Finding(f"the user group {joining.group} brings nobody who is not on the committee", is_note=True)
    else:
        instead = "in Slack, Directories, User groups, add people to it"
        yield _fault(f"nobody is in the user group {joining.group}; {instead}")
    if not is_complete(roster, joining):
        yield Finding(f"only {MOST_ASKED} people are asked for at once: the user group has more", is_note=True)
    if absent := sorted(own[account] for account in own if group and account not in group.accounts):
        yield Finding(f"on the committee, not in the user group: {', '.join(absent)}", is_note=True)
    yield from _at_odds(plan, roster, joining)


def _at_odds(plan: Plan, roster: Roster, joining: Joining) -> Iterator[Finding]:
    """Where the settings contradict the ids under which people have acted."""
    for id, account in displaced(roster, plan, joining).items():
        yield _fault(
            f"{id} was {account}'s id by the user group and is a member of the settings now, so {account} is left out; "
            f'write another id in [[committee]], or, if it is them, accounts = {{ slack = "{account}" }}'
        )
    for former, id in renamed(roster, plan, joining).items():
        instead = f'what {former} claimed lapses; write id = "{former}" to keep it'
        yield Finding(f"{id} acted as {former} by the user group; {instead}", is_note=True)


def _fault(what: str) -> Finding:
    return Finding(what, is_fault=True)
