"""Surveys for the room and its members: the digest, what one member owes, listings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.core import showing
from bot.core.calendar import digest_moment, local_date
from bot.core.cards import Card
from bot.core.case import Case
from bot.core.commands import ListOf
from bot.core.duties import Duty, duties, is_late
from bot.core.figures import digest_card, figures, is_green
from bot.core.words import Words, count, say
from bot.desk.ledger import Ledger
from bot.ports import News, Post, Urgency

#: A digest is sent later than this only when there were cases at its hour.
PUNCTUAL = timedelta(minutes=10)
#: How long sector news is worth a line of the digest. Our choice.
NEWS_KEPT = timedelta(days=2)
#: Cases in one listing (our choice: more is not read on a phone).
LISTED = 20


class Surveys:
    """Reads the store and changes nothing, but for the digest's own post."""

    def __init__(
        self, ledger: Ledger, every: Mapping[str, timedelta], tells_duties_to: Callable[[str], bool] = lambda _: False
    ) -> None:
        self._ledger, self._every, self._tells_duties_to = ledger, every, tells_duties_to
        self._told_on: date | None = None

    async def digest(self) -> bool:
        """Posts today's digest once its hour has come; True when this call was the one that did.

        Keyed by the brand's local date: once a day on any number of machines,
        across restarts and clock changes.
        """
        now = self._ledger.clock()
        today = local_date(now, self._ledger.plan)
        moment = digest_moment(today, self._ledger.plan)
        if now < moment or today == self._told_on:  # The second saves figures of ten thousand cases at every tick.
            return False
        if now - moment > PUNCTUAL and not await self._had_cases(moment):
            return False
        await self._tell_duties(today, now)
        news = await self._ledger.store.news()  # Some may come while the digest is written: they wait for the next.
        post = Post(f"digest/{today.isoformat()}", await self._digest_card(now, news), urgency=Urgency.NEWS)
        posted = await self._ledger.store.announce(post, told={each.said.key for each in news})
        self._told_on = today
        if posted:
            self._ledger.woken()
        return posted

    async def _tell_duties(self, today: date, now: datetime) -> None:
        """What each member owes, to them alone, where they see it nowhere else. Before the digest: after a crash
        between them what was told is not told again, and the rest is.
        """
        owed = await self._owed(now)
        for member in filter(self._tells_duties_to, (member.id for member in self._ledger.plan.committee)):
            if mine := [each for each in owed if member in each[1].who]:
                post = Post(
                    f"todo/{today.isoformat()}/{member}", self._todo(mine, now), to=member, urgency=Urgency.NEWS
                )
                await self._ledger.store.announce(post)

    async def _had_cases(self, moment: datetime) -> bool:
        """Whether a digest that is late has anything of its hour to tell: a new room begins without one."""
        return any(case.opened_at <= moment for case in await self._ledger.store.live_cases())

    def next_digest(self) -> datetime:
        """When the next digest is due, in UTC."""
        now = self._ledger.clock()
        today = local_date(now, self._ledger.plan)
        moment = digest_moment(today, self._ledger.plan)
        return moment if now < moment else digest_moment(today + timedelta(days=1), self._ledger.plan)

    async def digest_card(self, now: datetime) -> Card:
        """The digest as it is now."""
        return await self._digest_card(now, await self._ledger.store.news())

    async def _digest_card(self, now: datetime, news: Sequence[News]) -> Card:
        """Sector news stands in the digest, and opens no case (rule 002-03). What is old is news no more."""
        day = figures(
            await self._ledger.store.live_cases(),
            self._ledger.plan,
            now,
            await self._ledger.store.heard_from(),
            self._every,
            [each.said for each in news if now - each.at < NEWS_KEPT],
        )
        return digest_card(day, self._ledger.plan, self._ledger.words, now)

    async def todo(self, by: str) -> Card:
        """What this member owes, most urgent first."""
        now = self._ledger.clock()
        return self._todo([each for each in await self._owed(now) if by in each[1].who], now)

    async def _owed(self, now: datetime) -> list[tuple[Case, Duty]]:
        """Everything that anybody owes, what is late towards a customer first."""
        cases, plan = await self._ledger.store.live_cases(), self._ledger.plan
        owed = [(case, duty) for case in cases for duty in duties(case, plan, now)]
        return sorted(
            owed, key=lambda each: (not (each[1].is_hard and is_late(each[1], now)), each[1].due, each[0].number)
        )

    def _todo(self, owed: Sequence[tuple[Case, Duty]], now: datetime) -> Card:
        card = showing.todo_card(owed[:LISTED], self._ledger.words, now)
        return _more(card, len(owed) - LISTED, self._ledger.words)

    async def listing(self, by: str, which: ListOf) -> Card:
        """Cases, the oldest complaint first; of the closed ones the newest."""
        now = self._ledger.clock()
        found: list[tuple[Case, Sequence[Duty]]] = []
        for case in sorted(await self._ledger.store.live_cases(), key=_age, reverse=which is ListOf.CLOSED):
            owed = duties(case, self._ledger.plan, now)
            if _is_listed(case, owed, which, by, now):
                found.append((case, owed))
        plan, words = self._ledger.plan, self._ledger.words
        lines = tuple(showing.case_line(case, plan, words, now, owed) for case, owed in found[:LISTED])
        card = Card(title=words.line(_LISTS[which]), lines=lines or (words.text(say("There is none.")),))
        return _more(card, len(found) - LISTED, words)

    async def is_green(self) -> bool:
        """The brand's light."""
        return is_green(await self._ledger.store.live_cases())


_LISTS = {
    ListOf.OPEN: say("Open cases"),
    ListOf.MINE: say("My cases"),
    ListOf.LATE: say("Late cases"),
    ListOf.UNCLAIMED: say("Unclaimed cases"),
    ListOf.CLOSED: say("Closed cases"),
}


def _age(case: Case) -> tuple[datetime, int]:
    return case.complaint.posted_at, case.number


def _is_listed(case: Case, owed: Sequence[Duty], which: ListOf, by: str, now: datetime) -> bool:
    match which:
        case ListOf.OPEN:
            return case.is_open
        case ListOf.MINE:
            return case.is_open and case.owner == by
        case ListOf.LATE:
            return any(duty.is_hard and is_late(duty, now) for duty in owed)
        case ListOf.UNCLAIMED:
            return case.is_open and not case.owner
        case ListOf.CLOSED:
            return not case.is_open


def _more(card: Card, more: int, words: Words) -> Card:
    if more <= 0:
        return card
    line = words.text(count("… and {n} more", "… and {n} more", more))
    return Card(title=card.title, lines=(*card.lines, line), buttons=card.buttons)
