"""The ledger: how the desk writes. Events and every message they cause go into the store together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from bot.core import showing
from bot.core.cards import Button, Card, Tone
from bot.core.case import Case, apply
from bot.core.complaint import Kind
from bot.core.duties import Duty, duties, each_once, next_look, rings, standing
from bot.core.events import CaseEvent, Entry, Reminded
from bot.core.figures import is_green
from bot.core.grammar import ForMember
from bot.core.plan import Plan
from bot.core.second_reading import waiting
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

    def thread_post(self, case: Case, entry: Entry, beside: tuple[Button, ...] = ()) -> Post | None:
        """What the case's thread says about the entry that the case has just folded in."""
        card = showing.thread_card(case, entry, self.plan, self.words, beside)
        key = f"case/{case.number}"
        return Post(f"{key}/{case.version}", card, under=key) if card else None

    async def record(
        self, case: Case, events: Sequence[CaseEvent], by: str, request: str = "", beside: tuple[Button, ...] = ()
    ) -> Case:
        """Appends what a member (or nobody) caused, in one durable write; raises StaleCase and StoreDown.

        ``beside`` are further buttons beside a text that is ready to be copied.
        """
        now, plan = self.clock(), self.plan
        entries = [Entry(now, event, by, request) for event in events]
        after, posts = case, list[Post]()
        for entry in entries:
            after = apply(after, entry)
            if post := self.thread_post(after, entry, beside):
                posts.append(post)
        owed = duties(after, self.plan, now)
        changes, met = self.reminder_after(case, after, owed)
        reading, read = self.reading_after(case, after)
        posts += [self.card_post(after, owed=owed), *changes, *reading]
        met = (*met, *read)
        look_at = next_look(after, self.plan, now)
        if after.is_open or not case.is_open:
            kept = await self.store.append(case, entries, posts, met, look_at)
        else:
            async with self._ending:  # Of two cases that end at once, the second has to see that the first is over.
                kept = await self.store.append(case, entries, [*posts, *await self._light(after)], met, look_at)
        await self.look_anew(kept.number, plan)
        self.woken()
        return kept

    async def look_anew(self, number: int, planned_by: Plan) -> None:
        """The next look of a case was planned by a plan that was changed while it was written down: look at once."""
        if self.plan is not planned_by:
            await self.store.looked(number, self.clock())

    async def _light(self, ended: Case) -> Sequence[Post]:
        if not await self._turns_green(ended):
            return ()
        return (Post(f"light/{ended.number}/{ended.version}", showing.green_card(self.words)),)

    def reading_after(self, before: Case, after: Case) -> tuple[Sequence[Post], Sequence[str]]:
        """What becomes of the message for second readers: another version of a reply has a new one, which rings and
        takes the place of the last; a reply that was read keeps its own, and says by whom. The post, and what is
        withdrawn.
        """
        was, now = waiting(before, self.plan), waiting(after, self.plan)
        if now is None and was is None:
            return (), ()
        if now is None and not (after.unsent and after.unsent.read_at):
            return (), (readings_of(after),)
        reply = after.replies[-1]
        card = showing.reading_card(after, self.plan, self.words)
        post = Post(f"{readings_of(after)}{reply.entry}", card, under=f"case/{after.number}")
        if was and was.entry == reply.entry:
            is_same = now is not None and showing.reading_card(before, self.plan, self.words) == card
            return (() if is_same else (replace(post, is_change=True),)), ()
        return (post,), (readings_of(after),)

    def reminder_after(self, before: Case, after: Case, owed: Sequence[Duty]) -> tuple[Sequence[Post], Sequence[str]]:
        """What becomes of the reminder that stands: what was done meanwhile goes from it, and it goes with the last
        of that. The post that changes it, and what is withdrawn.
        """
        if not before.reminder:
            return (), ()
        now = self.reminder(after, owed)
        if now is None:
            return (), (reminders_of(after),)
        was = self.reminder(before, duties(before, self.plan, self.clock()))
        return (replace(now, is_change=True),) if was and was.card != now.card else (), ()

    def reminder(
        self,
        case: Case,
        owed: Sequence[Duty],
        event: Reminded | None = None,
        calls: tuple[str, ...] | None = None,
    ) -> Post | None:
        """The last reminder as it is now; None when nothing of it is owed any more.

        A new one (``event``) tells first what it is about, and then what older ones told:
        it takes their place. It stands in the case's thread; in the room while nobody
        follows the thread.
        """
        new = [nudge.duty for nudge in event.nudges] if event else []
        due = sorted(standing(case, owed, self.clock()), key=lambda each: each[0].key not in new)
        if not due:
            return None
        if calls is None:
            calls = each_once(*(who for duty, level in due for who in rings(duty, level, self.plan)))
        card = showing.reminder_card(case, [duty for duty, _ in due], calls, self.plan, self.words, self.clock())
        return Post(
            f"{reminders_of(case)}{case.reminder}",
            card,
            under=f"case/{case.number}" if case.owner or not case.is_open else "",
            urgency=Urgency.ALARM if card.tone is Tone.LATE else Urgency.TALK,
        )

    async def _turns_green(self, after: Case) -> bool:
        """Whether this was the last open case; the light is computed, never set (rule 000-03)."""
        if after.kind is Kind.PRAISE:
            return False
        return is_green(case for case in await self.store.live_cases() if case.number != after.number)


def readings_of(case: Case) -> str:
    """What the keys of the case's messages for second readers begin with."""
    return f"case/{case.number}/reading/"


def reminders_of(case: Case) -> str:
    """What the keys of the case's reminders begin with."""
    return f"case/{case.number}/remind/"
