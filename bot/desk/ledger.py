"""The ledger: how the desk writes. Events and every message they cause go into the store together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from bot.core import showing
from bot.core.cards import Card
from bot.core.case import Case, apply
from bot.core.complaint import Kind
from bot.core.duties import Duty, duties, next_look
from bot.core.events import CaseEvent, Entry
from bot.core.figures import is_green
from bot.core.grammar import ForMember
from bot.core.plan import Plan
from bot.core.words import Code, Words, say
from bot.ports import Clock, Post, Store, Urgency

#: How often a decision is taken anew when somebody else was quicker.
ATTEMPTS = 5


class NoSuchCase(ForMember):
    """There is no case of this number."""


class Ledger:
    """What every part of the desk shares. ``woken`` is called after each write that leaves a post waiting."""

    def __init__(self, store: Store, plan: Plan, clock: Clock, woken: Callable[[], None] = lambda: None) -> None:
        self.store, self.plan, self.clock, self.woken = store, plan, clock, woken
        self.words = Words(plan.language)
        self._ending = asyncio.Lock()

    async def case(self, number: int) -> Case:
        """The case of this number; raises NoSuchCase."""
        case = await self.store.case(number) if number else None
        if case is None:
            raise NoSuchCase(say("There is no case #{n}; {list} shows the open ones.", n=number, list=Code("list")))
        return case

    def card(self, case: Case, calls: tuple[str, ...] = (), owed: tuple[Duty, ...] | None = None) -> Card:
        """The case's one card, as it is now; ``owed`` are its duties, where they are known already."""
        now = self.clock()
        owed = duties(case, self.plan, now) if owed is None else owed
        return showing.case_card(case, self.plan, self.words, now, owed, calls)

    def card_post(self, case: Case, calls: tuple[str, ...] = (), owed: tuple[Duty, ...] | None = None) -> Post:
        """The card as the post that is written again and again under one key."""
        return Post(f"case/{case.number}", self.card(case, calls, owed), urgency=Urgency.CARD)

    def thread_post(self, case: Case, entry: Entry) -> Post | None:
        """What the case's thread says about the entry that the case has just folded in."""
        card = showing.thread_card(case, entry, self.plan, self.words)
        key = f"case/{case.number}"
        return Post(f"{key}/{case.version}", card, under=key) if card else None

    async def record(self, case: Case, events: Sequence[CaseEvent], by: str, request: str = "") -> Case:
        """Appends what a member (or nobody) caused, in one durable write; raises StaleCase and StoreDown."""
        now = self.clock()
        entries = [Entry(now, event, by, request) for event in events]
        after, posts = case, list[Post]()
        for entry in entries:
            after = apply(after, entry)
            if post := self.thread_post(after, entry):
                posts.append(post)
        owed = duties(after, self.plan, now)
        posts.append(self.card_post(after, owed=owed))
        met, look_at = self._met(case, owed), next_look(after, self.plan, now)
        if after.is_open or not case.is_open:
            kept = await self.store.append(case, entries, posts, met, look_at)
        else:
            async with self._ending:  # Of two cases that end at once, the second has to see that the first is over.
                kept = await self.store.append(case, entries, [*posts, *await self._light(after)], met, look_at)
        self.woken()
        return kept

    async def _light(self, ended: Case) -> Sequence[Post]:
        if not await self._turns_green(ended):
            return ()
        return (Post(f"light/{ended.number}/{ended.version}", showing.green_card(self.words)),)

    def _met(self, before: Case, owed: tuple[Duty, ...]) -> tuple[str, ...]:
        """Unsent reminders of a state that has been left, in which more than ``owed`` was owed, are withdrawn."""
        still = {duty.key for duty in owed}
        is_met = any(duty.key not in still for duty in duties(before, self.plan, self.clock()))
        return (reminders_of(before),) if is_met else ()

    async def _turns_green(self, after: Case) -> bool:
        """Whether this was the last open case; the light is computed, never set (rule 000-03)."""
        if after.kind is Kind.PRAISE:
            return False
        return is_green(case for case in await self.store.live_cases() if case.number != after.number)


def reminders_of(case: Case) -> str:
    """What the keys of the case's reminders begin with."""
    return f"case/{case.number}/remind/"
