"""Receiving: complaints become cases, sightings or recurrences."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.core.case import Case
from bot.core.complaint import Complaint, Kind
from bot.core.events import Entry, Opened, Sighted
from bot.core.intake import Judgement, Verdict, judge
from bot.desk.ledger import ATTEMPTS, Ledger
from bot.lookalikes import Lookalikes
from bot.ports import Post, StaleCase

#: How many similar complaints are looked at before judging.
CANDIDATES = 10


class Receiving:
    """Takes complaints in, one after the other."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: Lookalikes | None = None
        self._turn = asyncio.Lock()

    async def receive(self, complaint: Complaint) -> int | None:
        """The number of the complaint's case; None when it is known already or says nothing.

        Raises StoreDown when it could not be kept: the source brings it again.
        """
        async with self._turn:  # Two sources bring the same customer's words: the second is a sighting.
            for _ in range(ATTEMPTS):
                try:
                    return await self._take(complaint)
                except StaleCase:  # Its case has changed since, it may even be closed: judge anew.
                    continue
        raise StaleCase("the complaint's case keeps changing")

    async def _take(self, complaint: Complaint) -> int | None:
        if await self._ledger.store.known(complaint.key) is not None:
            return None
        judged = await self._judge(complaint)
        match judged.verdict:
            case Verdict.IGNORED:
                return None
            case Verdict.SIGHTING:
                return await self._sight(judged.of, complaint)
            case Verdict.NEW:
                return await self._open(complaint, judged)

    async def _judge(self, complaint: Complaint) -> Judgement:
        ledger, texts = self._ledger, await self._texts()
        similar = [each.number for each in texts.alike(complaint.text, limit=CANDIDATES)]
        theirs = await ledger.store.of_customer(complaint.channel, complaint.author)
        return judge(complaint, await self._cases(theirs), await self._cases(similar), ledger.plan, ledger.clock())

    async def _cases(self, numbers: Sequence[int]) -> list[Case]:
        """The cases, and in place of one that was joined with another the one that goes on."""
        found: dict[int, Case] = {}
        for number in numbers:
            case = await self._ledger.store.case(number)
            while case and case.merged_into:
                case = await self._ledger.store.case(case.merged_into)
            if case:
                found.setdefault(case.number, case)
        return list(found.values())

    async def _open(self, complaint: Complaint, judged: Judgement) -> int | None:
        ledger = self._ledger
        opened = Opened(complaint=complaint, recurrence_of=judged.recurrence_of, alike=judged.alike)
        case = await ledger.store.open(complaint, [Entry(ledger.clock(), opened)], self._first_posts)
        if case is None:
            return None
        (await self._texts()).add(case.number, complaint.text)
        ledger.woken()
        return case.number

    def _first_posts(self, case: Case) -> Sequence[Post]:
        """The card, ringing the first line once (rules 000-02, 004-03). Praise rings nobody."""
        calls = () if case.kind is Kind.PRAISE else self._ledger.plan.listeners
        return (self._ledger.card_post(case, calls),)

    async def _sight(self, number: int, complaint: Complaint) -> int:
        case = await self._ledger.case(number)
        if not case.is_open:
            raise StaleCase(f"case {number} has ended meanwhile")
        await self._ledger.record(case, (Sighted(complaint=complaint),), by="")
        (await self._texts()).add(number, complaint.text)
        return number

    async def _texts(self) -> Lookalikes:
        """The index of known complaints, built when the first complaint needs it."""
        if self._known is None:
            self._known = Lookalikes()
            for case in await self._ledger.store.live_cases():
                for each in (case.complaint, *case.sightings):
                    self._known.add(case.number, each.text)
        return self._known
