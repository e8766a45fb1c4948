"""Remarking: what a careful colleague would say of a text while a member still types it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.cards import Remarks
from bot.core.commands import CaseCommand, Command, Improve, Reply, slots
from bot.core.grammar import ForMember, Ground, parse
from bot.core.plan import Member
from bot.desk.ledger import Ledger
from bot.desk.writing import Writing
from bot.ports import StoreDown


class Remarking:
    """Reads along. Nothing is recorded and nobody is refused: what cannot be read yet is not spoken of."""

    def __init__(self, ledger: Ledger, writing: Writing) -> None:
        self._ledger, self._writing = ledger, writing

    async def remarks(self, by: str, command: str, values: Mapping[str, str], case: int) -> Remarks:
        """What there is to say of a typed line, or of a form that began with ``command`` and holds ``values``."""
        member = self._ledger.plan.member(by)
        if member is None:
            return Remarks()
        try:
            ground = Ground(self._ledger.plan, self._ledger.clock(), case, member.zone)
            return await self._of(parse(command, ground), values, member)
        except (ForMember, StoreDown):  # Typed half-way, a number may name no case yet, and a word no template.
            return Remarks()

    async def _of(self, command: Command, values: Mapping[str, str], member: Member) -> Remarks:
        text = _read_along(command, values)
        if not text.strip():
            return Remarks()
        number = command.case if isinstance(command, CaseCommand) else 0
        case = await self._ledger.case(number) if number else None
        if isinstance(command, Improve) and case and case.unsent:
            author = self._ledger.plan.member(case.unsent.by) or member
            return await self._writing.remarks(case, self._writing.begun(case, case.unsent), text, author)
        template = values.get("template", "") or (command.template if isinstance(command, Reply) else "")
        return await self._writing.remarks(case, template, text, member)


def _read_along(command: Command, values: Mapping[str, str]) -> str:
    """The text for the customer in it; empty where this command has none."""
    names = [slot.name for slot in slots(type(command)) if slot.arg.read_along]
    return "".join(values.get(name, getattr(command, name)) for name in names)
