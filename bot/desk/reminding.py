"""Reminding: what is owed is said when it is due, in one message for each case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.core.case import Case, apply
from bot.core.duties import duties, each_once, may_be_shelved, next_look, overdue, rings
from bot.core.events import CaseEvent, Entry, Reminded
from bot.desk.ledger import Ledger, reminders_of
from bot.logs import logger
from bot.ports import Post, StaleCase, StoreDown

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
        """The reminder and its message in one write. It takes the place of an older one."""
        ledger, plan = self._ledger, self._ledger.plan
        entries = [Entry(now, event) for event in events]
        after, posts = case, list[Post]()
        for entry in entries:
            before, after = after, apply(after, entry)
            if not isinstance(entry.event, Reminded) and (post := ledger.thread_post(after, entry)):
                posts.append(post)
        owed = duties(after, plan, now)
        changes, old = ledger.reminder_after(case, after, owed)
        if isinstance(entry.event, Reminded):
            new = ledger.reminder(after, owed, entry.event, self._calls(before, entry.event, now))
            changes, old = (new,) if new else (), (reminders_of(case),)
        posts += [*changes, ledger.card_post(after, owed=owed)]
        try:
            await ledger.store.append(case, entries, posts, old, next_look(after, plan, now))
        except StaleCase:
            return  # Somebody acted meanwhile, and their write says when to look again.
        await ledger.look_anew(case.number, plan)
        ledger.woken()

    def _calls(self, case: Case, event: Reminded, now: datetime) -> tuple[str, ...]:
        """Whom this reminder rings: those of what it is newly about, before it was reminded of."""
        owed = {duty.key: duty for duty in duties(case, self._ledger.plan, now)}
        nudged = ((owed[nudge.duty], nudge.level) for nudge in event.nudges if nudge.duty in owed)
        return each_once(*(who for duty, level in nudged for who in rings(duty, level, self._ledger.plan)))
