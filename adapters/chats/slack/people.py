"""Who people are on Slack: names, time zones, and who is in the user group."""

from __future__ import annotations

from collections.abc import Awaitable, Collection, Mapping, Sequence
from typing import Any, Final

import aiohttp
from msgspec.structs import replace
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.chats.slack.refusal import word
from bot.core.people import Group, Person, Roster
from bot.people import Looked

#: What members' accounts on Slack are called in the plan.
CHAT: Final = "slack"
#: One look asks for so many people at most, the longest unasked first; the others are asked for at the next.
#: Slack allows more than a hundred a minute: https://docs.slack.dev/reference/methods/users.info
MOST_ASKED: Final = 50
#: There is no such group, or it is disabled: https://docs.slack.dev/reference/methods/usergroups.users.list
NO_GROUP: Final = "no_such_subteam"
#: The account is no more, or was never seen here: https://docs.slack.dev/reference/methods/users.info#errors
_GONE: Final = frozenset({"user_not_found", "user_not_visible"})
#: Slackbot, who is no bot by Slack's own account of it.
_SLACKBOT: Final = "USLACKBOT"


class SlackDirectory:
    """``bot.people.Directory`` on Slack. ``group`` is the user group's id, empty for none."""

    def __init__(self, client: AsyncWebClient, group: str = "") -> None:
        self._client, self._group = client, group
        self._asked: dict[str, int] = {}
        self._looks = 0

    async def look(self, known: Roster, accounts: Sequence[str], *, everybody: bool) -> Looked:
        """See ``Directory``. A group that is not there, or disabled, is an empty one: Slack has answered."""
        group, trouble = await self._in_group(known.group) if self._group else (None, "")
        wanted = {*accounts, *(group.accounts if group else ())}
        people, refused = await self._people(known.people, wanted if everybody else wanted - set(known.people))
        return Looked(replace(known, people=people, group=group), trouble or refused)

    async def _in_group(self, known: Group | None) -> tuple[Group | None, str]:
        """What Slack says, else what is known; and why Slack did not say it, or what is wrong with the group."""
        try:
            answer = await asked(self._client.usergroups_users_list(usergroup=self._group))
        except Silent as silent:
            if silent.reason != NO_GROUP:
                return known, f"the user group cannot be read: {silent.reason}"
            return Group(self._group, ()), f"the user group {self._group} is not there, or is disabled"
        found = Group(self._group, tuple(sorted(answer.get("users") or ())))
        return found, "" if found.accounts else f"nobody is in the user group {self._group}"

    async def _people(self, known: Mapping[str, Person], wanted: Collection[str]) -> tuple[Mapping[str, Person], str]:
        """One after the other. At the first trouble the rest stay as they are known, to come first at the next look."""
        people = dict(known)
        self._looks += 1
        order = sorted(wanted, key=lambda account: (account in known, self._asked.get(account, 0), account))
        for account in order[:MOST_ASKED]:
            self._asked[account] = self._looks
            try:
                people[account] = await self._person(account, known.get(account, Person(account)))
            except Silent as silent:
                return people, f"people cannot be looked up: {silent.reason}"
        return people, ""

    async def _person(self, account: str, known: Person) -> Person:
        try:
            answer = await asked(self._client.users_info(user=account))
        except Silent as silent:
            if silent.reason in _GONE:
                return replace(known, is_gone=True)
            raise
        return person(account, answer.get("user") or {})


class Silent(Exception):
    """Slack did not say. ``reason`` is Slack's own word for it, or what became of the call."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


async def asked(question: Awaitable[AsyncSlackResponse]) -> Mapping[str, Any]:
    """Slack's answer. Raises Silent."""
    try:
        answer = (await question).data
    except SlackApiError as error:
        raise Silent(word(error)) from error
    except (aiohttp.ClientError, TimeoutError, OSError, AttributeError, ValueError) as error:
        # The SDK trips over answers that are not JSON; they come from a proxy in between, or cut short.
        raise Silent(type(error).__name__) from error
    if not isinstance(answer, dict):
        raise Silent("an answer that is not Slack's")
    return answer


def person(account: str, user: Mapping[str, Any]) -> Person:
    """Somebody as ``users.info`` tells. The real name comes first: replies are signed with its first word."""
    profile = user.get("profile") or {}
    names = (profile.get("real_name"), user.get("real_name"), profile.get("display_name"), user.get("name"))
    return Person(
        account,
        handle=str(user.get("name") or ""),
        name=str(next((name for name in names if name), "")),
        zone=str(user.get("tz") or ""),
        is_gone=bool(user.get("deleted") or user.get("is_bot")) or account == _SLACKBOT,
    )
