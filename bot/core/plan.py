"""The plan: all that the committee agreed beforehand, as values. Durations are ``timedelta``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property, reduce
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from bot.core.complaint import Kind
from bot.core.draft_checks.phones import REGIONS

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

#: No first contact may be planned later than this (rules 004-08, 004-10, 004-26).
FIRST_CONTACT_CEILING = 12 * HOUR


class Role(StrEnum):
    """What a member is on the committee (rule 001-05)."""

    COMMUNITY_MANAGER = "community-manager"
    SERVICE = "service"
    MARKETING = "marketing"
    CONTENT = "content"
    LEGAL = "legal"
    EXECUTIVE = "executive"
    LEAD = "lead"


class Power(StrEnum):
    """What a role may do. Reading and helping (facts, notes) is open to every member."""

    HELP = "help"
    ANSWER = "answer"
    SORT = "sort"
    LEAD = "lead"


_ANSWERS = (Power.HELP, Power.ANSWER)

#: Who may do what, unless the plan says otherwise (rule 004-20).
POWERS: Mapping[Role, tuple[Power, ...]] = {
    Role.COMMUNITY_MANAGER: (*_ANSWERS, Power.SORT),
    Role.SERVICE: _ANSWERS,
    Role.MARKETING: (*_ANSWERS, Power.SORT),
    Role.CONTENT: _ANSWERS,
    Role.LEGAL: (Power.HELP,),
    Role.EXECUTIVE: (*_ANSWERS, Power.SORT, Power.LEAD),
    Role.LEAD: (*_ANSWERS, Power.SORT, Power.LEAD),
}


class Member(msgspec.Struct, frozen=True):
    """A member of the committee. ``id`` is the name that members type; ``accounts`` maps a chat to its user id.

    ``name`` is the id where nobody says one. ``zone`` is an IANA name; empty: the brand's. ``trained_on`` is the day,
    in the brand's zone, from which they are trained to talk to unhappy customers (rule 004-24).
    """

    id: str
    name: str
    roles: tuple[Role, ...]
    accounts: Mapping[str, str] = {}
    zone: str = ""
    trained_on: date | None = None


class PrivateChannel(StrEnum):
    """Where the details are settled (rule 004-31)."""

    PHONE = "phone"
    TICKET = "ticket"
    DM = "dm"


class Limits(msgspec.Struct, frozen=True):
    """The most that somebody may promise a customer (rule 001-07). None: as much as they like.

    ``longest_promise`` counts from when it is promised; of whole days the last counts to its end. ``money`` is in the
    brand's currency, ``percent`` of whatever the customer paid.
    """

    longest_promise: timedelta | None = None
    money: int | None = None
    percent: int | None = None

    def widest(self, other: Limits) -> Limits:
        """Of each the one that allows more."""
        return Limits(
            _more(self.longest_promise, other.longest_promise),
            _more(self.money, other.money),
            _more(self.percent, other.percent),
        )


_Amount = TypeVar("_Amount", int, timedelta)


def _more(one: _Amount | None, other: _Amount | None) -> _Amount | None:
    return None if one is None or other is None else max(one, other)


class Need(StrEnum):
    """Whether a closing step is asked for (tension 12)."""

    REQUIRED = "required"
    ADVISED = "advised"
    OFF = "off"


class Step(StrEnum):
    """A closing step that may be skipped with a recorded reason."""

    STATEMENT = "statement"
    UPDATE = "update"
    WRAP_UP = "wrap-up"


#: Every closing step is asked for, unless the plan says otherwise.
CLOSING: Mapping[Step, Need] = dict.fromkeys(Step, Need.REQUIRED)


class Channel(msgspec.Struct, frozen=True):
    """How a network is handled. ``longest`` is in characters as the network counts them; None: no limit known."""

    first_contact: timedelta | None = None
    longest: int | None = None


#: X answers within 2 h and Facebook within 12 h (rules 004-08 and 004-09; 2 h is our choice).
CHANNELS: Mapping[str, Channel] = {
    "x": Channel(first_contact=2 * HOUR),
    "facebook": Channel(first_contact=12 * HOUR),
    "instagram": Channel(first_contact=6 * HOUR),
}


class Clocks(msgspec.Struct, frozen=True):
    """How long each duty may take. The defaults are DESIGN's; the customer's clocks run day and night."""

    claim: timedelta = timedelta(minutes=30)
    first_contact: timedelta = 12 * HOUR
    facts: timedelta = 4 * HOUR
    resolution: timedelta = 24 * HOUR
    satisfaction: timedelta = DAY
    closing: timedelta = DAY
    close: timedelta = DAY
    still_on: timedelta = 3 * HOUR
    lapse: timedelta = HOUR
    check_in: timedelta = 7 * DAY
    review: timedelta = 3 * DAY
    second_read: timedelta = timedelta(minutes=30)
    hard_repeat: timedelta = HOUR
    soft_repeat: timedelta = HOUR
    soft_most: int = 5
    longest_snooze: timedelta = 3 * DAY
    recurrence: timedelta = 90 * DAY


class Hours(msgspec.Struct, frozen=True):
    """Local times of the brand's zone. Business days are ``weekdays`` (0 is Monday) that are no holiday."""

    opens: time = time(9)
    closes: time = time(18)
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    quiet_from: time = time(20)
    quiet_to: time = time(8)
    quiet_days_off: bool = True
    digest: time = time(9)


class Discretion(msgspec.Struct, frozen=True):
    """What tells a customer's data from the company's own (rule 004-30).

    ``regions`` (ISO 3166) are where customers live, whose phones are known without a country code; empty: where the
    plan's country and language are at home. ``own_contacts`` are the company's phones, addresses and mails, or
    ``@brand.com`` for all mails of a domain. ``order_shapes`` are how orders are numbered: # a digit, ? a letter.
    """

    regions: tuple[str, ...] = ()
    own_contacts: tuple[str, ...] = ()
    order_shapes: tuple[str, ...] = ()


#: The checks of a reply that stop it until it is changed.
CHECKS_THAT_STOP = ("calm", "discretion", "order")


class Concern(StrEnum):
    """Why a reply wants a second reader before it goes out."""

    HEATED = "heated"
    UNTRAINED = "untrained"
    LEGAL = "legal"
    REACH = "reach"


class Replies(msgspec.Struct, frozen=True):
    """What becomes of replies before they go out. ``overridable`` are the checks that who leads may set aside,
    with a reason; never card numbers. ``second_reader``: for what concerns another member reads a reply first;
    where there is no other, its author reads it over after ``self_review`` (our choice: a coffee).
    """

    overridable: tuple[str, ...] = ("calm",)
    second_reader: tuple[Concern, ...] = tuple(Concern)
    self_review: timedelta = timedelta(minutes=10)


class OwnPhrases(msgspec.Struct, frozen=True):
    """What a committee adds to the phrases of one language, and what it finds ``fine`` although a check does not.

    Written as the shipped lists are (phrase_lists.py). ``regret`` is what counts as regret besides.
    """

    insult: tuple[str, ...] = ()
    sarcasm: tuple[str, ...] = ()
    blame: tuple[str, ...] = ()
    threat: tuple[str, ...] = ()
    dismissal: tuple[str, ...] = ()
    non_apology: tuple[str, ...] = ()
    admission: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()
    regret: tuple[str, ...] = ()
    fine: tuple[str, ...] = ()


class Plan(msgspec.Struct, frozen=True, dict=True):
    """Everything agreed beforehand. ``country`` and ``subdivision`` name the public holidays (ISO 3166).

    ``is_complete`` is False while a chat has not said yet who else is on the committee: then nobody
    is taken for somebody who left. ``phrases`` are the committee's own, by language.
    """

    brand: str
    committee: tuple[Member, ...]
    zone: str = "America/Sao_Paulo"
    language: str = "pt"
    country: str = ""
    subdivision: str = ""
    days_off: tuple[date, ...] = ()
    hours: Hours = Hours()
    clocks: Clocks = Clocks()
    channels: Mapping[str, Channel] = msgspec.field(default_factory=lambda: CHANNELS)
    powers: Mapping[Role, tuple[Power, ...]] = msgspec.field(default_factory=lambda: POWERS)
    closing: Mapping[Step, Need] = msgspec.field(default_factory=lambda: CLOSING)
    is_complete: bool = True
    discretion: Discretion = Discretion()
    replies: Replies = Replies()
    phrases: Mapping[str, OwnPhrases] = {}
    limits: Mapping[Role, Limits] = {}
    private: Mapping[PrivateChannel, str] = {}

    @cached_property
    def own_contacts(self) -> tuple[str, ...]:
        """The company's own, its private channels among them: anybody may read these."""
        said = (each for text in self.private.values() for each in text.split(","))
        return (*self.discretion.own_contacts, *filter(None, map(str.strip, said)))

    def limits_of(self, id: str) -> Limits:
        """The most that the member may promise: the widest of their roles; a role without an entry has no limit."""
        member = self.member(id)
        own = [self.limits.get(role, Limits()) for role in member.roles] if member else []
        return reduce(Limits.widest, own) if own else Limits()

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Where customers live (ISO 3166): as the plan says, or the country first and then where its language is."""
        usual = (self.country, *REGIONS.get(self.language, ()))
        return self.discretion.regions or tuple(dict.fromkeys(region for region in usual if region))

    @cached_property
    def tz(self) -> ZoneInfo:
        """The brand's zone."""
        return ZoneInfo(self.zone)

    @cached_property
    def _by_id(self) -> Mapping[str, Member]:
        return {member.id: member for member in self.committee}

    def member(self, id: str) -> Member | None:
        """The member of this id, if on the committee."""
        return self._by_id.get(id)

    @cached_property
    def _by_account(self) -> Mapping[tuple[str, str], str]:
        return {account: member.id for member in self.committee for account in member.accounts.items()}

    def with_account(self, chat: str, account: str) -> str:
        """The id of the member who has this account; empty for a stranger."""
        return self._by_account.get((chat, account), "")

    def may(self, id: str, power: Power) -> bool:
        """Whether the member has the power. A power that nobody holds is everybody's, so that a
        committee of one can finish a case (rule 003-01).
        """
        if id not in self._by_id:
            return False
        holders = self.holders(power)
        return not holders or id in holders

    def holders(self, power: Power) -> tuple[str, ...]:
        """Ids of the members whose roles give them the power."""
        return self._holders[power]

    @cached_property
    def _holders(self) -> Mapping[Power, tuple[str, ...]]:
        given = {**POWERS, **self.powers}
        return {
            power: tuple(m.id for m in self.committee if any(power in given[role] for role in m.roles))
            for power in Power
        }

    def with_role(self, role: Role) -> tuple[str, ...]:
        """Ids of the members in this role; everybody where the role is empty."""
        return tuple(m.id for m in self.committee if role in m.roles) or tuple(m.id for m in self.committee)

    @cached_property
    def lawyers(self) -> tuple[str, ...]:
        """Ids of the members who look after the law; unlike other roles this one is nobody's where it is empty."""
        return tuple(m.id for m in self.committee if Role.LEGAL in m.roles)

    @cached_property
    def keeps_training(self) -> bool:
        """Whether anybody's training is recorded. Where nobody's is, nobody is taken for untrained (rule 004-24)."""
        return any(member.trained_on for member in self.committee)

    def is_trained(self, id: str, at: datetime) -> bool:
        """Whether the member was trained to talk to unhappy customers at that moment."""
        member = self.member(id)
        return bool(member and member.trained_on and member.trained_on <= at.astimezone(self.tz).date())

    def called(self, id: str) -> str:
        """How colleagues call the member; nobody is Heard itself."""
        member = self.member(id)
        return member.name if member else id or "Heard"

    @cached_property
    def leads(self) -> tuple[str, ...]:
        """Whom a matter is escalated to."""
        return self.with_role(Role.LEAD)

    @cached_property
    def listeners(self) -> tuple[str, ...]:
        """The first line: community managers (rule 004-03)."""
        return self.with_role(Role.COMMUNITY_MANAGER)

    def first_contact(self, channel: str) -> timedelta:
        """How soon the customer hears from us on this channel; never above twelve hours."""
        own = self.channels.get(channel, CHANNELS.get(channel, Channel())).first_contact
        return min(own or self.clocks.first_contact, FIRST_CONTACT_CEILING)

    def needs(self, step: Step, kind: Kind) -> Need:
        """Whether a case of this kind asks for this closing step: only complaints do."""
        return self.closing.get(step, Need.REQUIRED) if kind is Kind.COMPLAINT else Need.OFF
