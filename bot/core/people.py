"""People as a chat knows them, and the plan with them: names, time zones, and members by a group of the chat."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from bot.core.complaint import NAME_LIMIT, clean
from bot.core.plan import Member, Plan, Role

#: As long as ids in the settings may be.
LONGEST_ID = 40


class Person(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody on a chat. ``account`` is the chat's own id for them, ``handle`` the short name that may change.

    ``zone`` is an IANA name, empty where the chat tells none. ``is_gone`` holds for accounts that were
    closed, and for bots.
    """

    account: str
    handle: str = ""
    name: str = ""
    zone: str = ""
    is_gone: bool = False


class Group(msgspec.Struct, frozen=True):
    """A group of the chat, and the accounts in it when the chat last said so."""

    id: str
    accounts: tuple[str, ...]


class Roster(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that a chat has said of people, each as last told.

    ``ids`` are the names under which people of the group act, by account. They are kept for ever, also
    of those who left: the histories of cases name them.
    """

    people: Mapping[str, Person] = {}
    group: Group | None = None
    ids: Mapping[str, str] = {}


class Joining(msgspec.Struct, frozen=True):
    """Whom a chat makes members: the people of this group, in these roles. An empty ``group``: nobody."""

    chat: str
    group: str = ""
    roles: tuple[Role, ...] = ()


def accounts_of(roster: Roster, plan: Plan, joining: Joining) -> tuple[str, ...]:
    """The accounts that matter: those of the committee in the settings, then those of the group."""
    configured = [account for member in plan.committee if (account := member.accounts.get(joining.chat))]
    return tuple(dict.fromkeys([*configured, *_in_group(roster, joining)]))


def enrolled(roster: Roster, plan: Plan, joining: Joining) -> Roster:
    """The roster with an id for everybody of the group who has none yet, and without people who do not matter any more.

    An id is made of the handle, and is no other member's: neither an id nor a name of the settings, nor
    an id that anybody ever had.
    """
    ids = dict(roster.ids)
    taken = {word.casefold() for member in plan.committee for word in (member.id, member.name)} | set(ids.values())
    for person in _joined(roster, plan, joining):
        if person.account not in ids:
            ids[person.account] = _free_id(person, taken)
            taken.add(ids[person.account])
    wanted = accounts_of(roster, plan, joining)
    people = {account: roster.people[account] for account in wanted if account in roster.people}
    return Roster(people, roster.group, ids)


def staffed(plan: Plan, roster: Roster, joining: Joining) -> Plan:
    """The plan of the settings with everybody as the chat knows them.

    Members of the settings get their zone, and their name where the settings give none. People of the
    group who are not in the settings are members too. The settings stand above: whoever had an id by the
    group that is another's in the settings now is left out (``displaced``).
    """
    settled = tuple(_as_known(member, roster, joining.chat) for member in plan.committee)
    own = {member.id for member in settled}
    joined = (_member(person, roster, joining) for person in _joined(roster, plan, joining))
    committee = (*settled, *(member for member in joined if member and member.id not in own))
    return replace(plan, committee=committee, is_complete=is_complete(roster, joining))


def is_complete(roster: Roster, joining: Joining) -> bool:
    """Whether the chat has said who is in the group, and who each of them is. Without a group it always is."""
    if not joining.group:
        return True
    is_told = roster.group is not None and roster.group.id == joining.group
    return is_told and all(account in roster.people for account in _in_group(roster, joining))


def displaced(roster: Roster, plan: Plan, joining: Joining) -> Mapping[str, str]:
    """Ids that somebody of the group acts under and the settings give to another, with the account of the first."""
    return {
        id: person.account
        for person in _joined(roster, plan, joining)
        if (id := roster.ids.get(person.account, "")) and plan.member(id)
    }


def renamed(roster: Roster, plan: Plan, joining: Joining) -> Mapping[str, str]:
    """Former ids of people who acted by the group and are in the settings under another id now, with that id."""
    owners = {member.accounts.get(joining.chat): member.id for member in plan.committee}
    return {id: owners[account] for account, id in roster.ids.items() if owners.get(account, id) != id}


def _in_group(roster: Roster, joining: Joining) -> Sequence[str]:
    """Of another group than the settings name now, nobody is asked for."""
    group = roster.group
    return group.accounts if group and joining.group and group.id == joining.group else ()


def _joined(roster: Roster, plan: Plan, joining: Joining) -> Iterator[Person]:
    """Who is a member by the group alone."""
    for account in _in_group(roster, joining):
        person = roster.people.get(account)
        if person and not person.is_gone and not plan.with_account(joining.chat, account):
            yield person


def _as_known(member: Member, roster: Roster, chat: str) -> Member:
    person = roster.people.get(member.accounts.get(chat, ""))
    if person is None:
        return member
    own_name = member.name if member.name not in ("", member.id) else _name(person, member.id)
    return replace(member, name=own_name, zone=_zone(person))


def _member(person: Person, roster: Roster, joining: Joining) -> Member | None:
    id = roster.ids.get(person.account)
    if not id:
        return None
    return Member(id, _name(person, id), joining.roles, {joining.chat: person.account}, _zone(person))


def _name(person: Person, id: str) -> str:
    """On one line, as plain data: people write their names themselves."""
    return " ".join(clean(person.name, NAME_LIMIT).split()) or id


def _zone(person: Person) -> str:
    """A zone that does not exist here would make every time unreadable: the brand's is better."""
    try:
        return ZoneInfo(person.zone).key if person.zone else ""
    except (LookupError, OSError, ValueError):
        return ""


def _free_id(person: Person, taken: Collection[str]) -> str:
    plain = unicodedata.normalize("NFKD", person.handle.casefold().replace("ł", "l"))
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    base = re.sub(r"[^a-z0-9._-]+", "-", letters)[:LONGEST_ID].strip("._-") or _of_account(person.account)
    return next(id for id in _candidates(base) if id not in taken)


def _of_account(account: str) -> str:
    return re.sub(r"[^a-z0-9]", "", account.casefold())[:LONGEST_ID] or "member"


def _candidates(base: str) -> Iterator[str]:
    yield base
    for n in count(2):
        yield f"{base[: LONGEST_ID - len(str(n)) - 1]}-{n}"
