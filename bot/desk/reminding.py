"""Reminding: what is owed is said when it is due, in one message for each case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.core import showing
from bot.core.cards import Tone
from bot.core.case import Case, apply
from bot.core.duties import duties, may_be_shelved, next_look, overdue, rings
from bot.core.events import CaseEvent, Entry, Reminded
from bot.desk.ledger import Ledger, reminders_of
from bot.logs import logger
from bot.ports import Post, StaleCase, StoreDown, Urgency

#: A case in which a look stumbled is looked at again after this long. Our choice.
STUMBLED = timedelta(minutes=5)

log = logger(__name__)


class Reminding:
    """Looks at the cases whose time has come."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def remind(self) -> int:
        """Looks at every case whose time has come; how many those were. Raises StoreDown.

        One case with a spoilt file, or one that shows a bug, takes no reminder from the others.
        """
        numbers = await self._ledger.store.to_look(self._ledger.clock())
        for number in numbers:
            try:
                await self._look(number)
            except StoreDown:
                raise
            except Exception:
                log.exception("a look at a case failed", case=number)
                await self._ledger.store.looked(number, self._ledger.clock() + STUMBLED)
        return len(numbers)

    async def _look(self, number: int) -> None:
        ledger, now = self._ledger, self._ledger.clock()
        case = await ledger.store.case(number)
        if case is None:
            return
        if may_be_shelved(case, ledger.plan, now):
            await ledger.store.shelve(number)
        elif events := overdue(case, ledger.plan, now):
            await self._tell(case, events, now)
        else:
            await ledger.store.looked(number, next_look(case, ledger.plan, now))

    async def _tell(self, case: Case, events: Sequence[CaseEvent], now: datetime) -> None:
        """The reminder and its message in one write. An older reminder that was never sent is dropped for it."""
        ledger, plan = self._ledger, self._ledger.plan
        entries = [Entry(now, event) for event in events]
        after, posts = case, list[Post]()
        for entry in entries:
            before, after = after, apply(after, entry)
            if isinstance(entry.event, Reminded):
                posts.append(self._reminder(before, entry.event, after.version, now))
            elif post := ledger.thread_post(after, entry):
                posts.append(post)
        posts.append(ledger.card_post(after))
        try:
            await ledger.store.append(case, entries, posts, (reminders_of(case),), next_look(after, ledger.plan, now))
        except StaleCase:
            return  # Somebody acted meanwhile, and their write says when to look again.
        await ledger.look_anew(case.number, plan)
        ledger.woken()

    def _reminder(self, case: Case, event: Reminded, version: int, now: datetime) -> Post:
        """In the case's thread; in the room while nobody follows the thread."""
        ledger = self._ledger
        owed = duties(case, ledger.plan, now)
        by_key = {duty.key: duty for duty in owed}
        nudged = [(by_key[nudge.duty], nudge.level) for nudge in event.nudges if nudge.duty in by_key]
        calls = tuple(dict.fromkeys(who for duty, level in nudged for who in rings(duty, level, ledger.plan)))
        card = showing.reminder_card(case, event, owed, calls, ledger.words, now)
        return Post(
            f"{reminders_of(case)}{version}",
            card,
            under=f"case/{case.number}" if case.owner or not case.is_open else "",
            urgency=Urgency.ALARM if card.tone is Tone.LATE else Urgency.TALK,
        )
