"""The desk: receives complaints, answers members, reminds, and writes the digest."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from msgspec.structs import replace

from bot.core import showing
from bot.core.cards import Answer, Card, Remarks
from bot.core.commands import Command
from bot.core.complaint import Complaint
from bot.core.plan import Member, Plan
from bot.core.replies import Library
from bot.core.words import say
from bot.desk.answering import Answering, not_kept
from bot.desk.ledger import Ledger, NoSuchCase
from bot.desk.receiving import Receiving
from bot.desk.remarking import Remarking
from bot.desk.reminding import Reminding
from bot.desk.surveys import Surveys
from bot.desk.writing import Writing
from bot.ports import Clock, Post, Store, Urgency, Waiting

__all__ = ["Desk", "NoSuchCase"]


class Desk:
    """One desk for one brand. It holds no case: the store does.

    Every coroutine is safe to call again after a crash. ``every`` says how often
    each source is asked, so that a silent one is noticed. ``tells_duties_to`` says
    which members read each morning, alone, what they owe. ``took`` is told how many
    seconds each command needed.
    """

    took: Callable[[float], None]

    def __init__(
        self,
        store: Store,
        plan: Plan,
        library: Library,
        clock: Clock,
        *,
        woken: Callable[[], None] = lambda: None,
        every: Mapping[str, timedelta] | None = None,
        tells_duties_to: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self.store, self.library = store, library
        self._ledger = Ledger(store, plan, clock, woken)
        self.words = self._ledger.words
        self._receiving = Receiving(self._ledger)
        self._surveys = Surveys(self._ledger, dict(every or {}), tells_duties_to)
        self._reminding = Reminding(self._ledger)
        self._writing = Writing(self._ledger, library)
        self._remarking = Remarking(self._ledger, self._writing)
        self.took = lambda _: None
        self._answering = Answering(self._ledger, self._writing, self._receiving, self._surveys)

    @property
    def plan(self) -> Plan:
        """The plan as it is now; every part of the desk reads this one."""
        return self._ledger.plan

    async def change(self, plan: Plan) -> None:
        """From now on this is the plan: members came, went, or are called otherwise.

        Where more than names and zones changed, every live case is due for a look, because what is
        owed, and by whom, may be something else now.
        """
        before, self._ledger.plan = self._ledger.plan, plan
        if _unnamed(plan) == _unnamed(before):
            return
        for case in await self.store.live_cases():
            await self.store.looked(case.number, self._ledger.clock())

    async def get_ready(self) -> None:
        """Reads what takes a while and nobody should wait for: the phrases that drafts are checked for."""
        await self._writing.colleague.get_ready()

    async def receive(self, complaint: Complaint) -> int | None:
        """Takes a complaint in and returns its case's number; None when it is known already or says nothing.

        Raises StoreDown when it could not be kept: the source brings it again.
        """
        return await self._receiving.receive(complaint)

    async def hear(self, by: str, line: str, *, case: int = 0, request: str = "") -> Answer:
        """What a member typed; ``case`` is the case in whose thread, ``request`` names this very delivery.

        The answer is for this member alone.
        """
        with self._timed():
            return await self._answering.hear(by, line, case=case, request=request)

    async def answer(self, by: str, command: Command, *, request: str = "") -> Answer:
        """A command that is read already: a button, or options."""
        with self._timed():
            return await self._answering.answer(by, command, request=request)

    async def submit(self, by: str, command: str, values: Mapping[str, str], *, request: str = "") -> Answer:
        """A form came back. When it is refused, the form returns with what was typed in it."""
        with self._timed():
            return await self._answering.submit(by, command, values, request=request)

    async def remarks(
        self, by: str, command: str, values: Mapping[str, str] | None = None, *, case: int = 0
    ) -> Remarks:
        """What a careful colleague would say now of a text that this member still types: nothing where there is none.

        ``command`` is a line as far as it is typed (``case`` being the one in whose thread), or what a form began
        with; ``values`` are the form's fields as they stand. Nothing is recorded, and nothing half-way is refused.
        """
        return await self._remarking.remarks(by, command, values or {}, case)

    @contextlib.contextmanager
    def _timed(self) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.took(time.perf_counter() - began)

    async def todo(self, by: str) -> Card:
        """What this member owes, most urgent first."""
        return await self._surveys.todo(by)

    async def is_green(self) -> bool:
        """The brand's light."""
        return await self._surveys.is_green()

    async def remind(self) -> int:
        """Looks at every case whose time has come and says what is owed; how many were looked at."""
        return await self._reminding.remind()

    async def digest(self) -> bool:
        """Posts today's digest once its hour has come; True when this call was the one that did."""
        return await self._surveys.digest()

    def next_digest(self) -> datetime:
        """When the next digest is due, in UTC."""
        return self._surveys.next_digest()

    async def tell_refused(self, waiting: Waiting, reason: str) -> None:
        """A message can never be delivered: the leads are told once, and it is kept for the operator."""
        if waiting.post.key.startswith("trouble/"):
            return
        sentence = say("I could not post {key}: {reason}.", key=waiting.post.key, reason=reason)
        card = showing.said(sentence, self.words)
        for lead in self.plan.leads:
            await self.store.announce(Post(f"trouble/{lead}/{waiting.post.key}", card, to=lead, urgency=Urgency.ALARM))
        self._ledger.woken()

    def trouble_card(self, *, is_over: bool) -> Card:
        """What the room reads when nothing can be written, and when it can again."""
        if is_over:
            again = say("I can write again. What you tried meanwhile did not happen: please try it again.")
            return showing.said(again, self.words)
        return showing.refusal(not_kept(), self.words)


def _unnamed(plan: Plan) -> Plan:
    """The plan without what members are called, and where they are."""
    return replace(
        plan, committee=tuple(Member(each.id, "", each.roles, trained_on=each.trained_on) for each in plan.committee)
    )
