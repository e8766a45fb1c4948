"""Who may give which command for which case."""

from __future__ import annotations

from bot.core.case import Case
from bot.core.commands import CaseCommand, Check, Checked, Done, Reopen, Review, Show, Snooze, Told
from bot.core.decisions.promising import tells_resolution, untold
from bot.core.decisions.refusals import Refused, ended, typed
from bot.core.plan import Member, Plan, Power
from bot.core.words import Code, Sentence, Who, say

#: What may still be said about an ended case.
_AFTER_THE_END = (Reopen, Checked, Review, Snooze, Show, Check, Done, Told)


def permit(case: Case, by: Member, command: CaseCommand, plan: Plan) -> None:
    """Whether this member may give this command now. Raises Refused."""
    if not plan.may(by.id, command.power):
        raise Refused(_no_power(command.power, plan))
    if not case.is_open and not isinstance(command, _AFTER_THE_END):
        raise Refused(ended(case))
    if not command.is_owners or by.id == case.owner or not case.is_open or _is_own_promise(case, by, command):
        return
    if not case.owner:
        raise Refused(say("Nobody has #{n} yet: {claim} first.", n=case.number, claim=typed(case, "claim")))
    if not plan.may(by.id, Power.LEAD):
        raise Refused(
            say(
                "{owner} has #{n}; write in its thread, or ask a lead for {assign}.",
                owner=Who(case.owner),
                n=case.number,
                assign=Code(f"assign {case.number} {by.id}"),
            )
        )


def _is_own_promise(case: Case, by: Member, command: CaseCommand) -> bool:
    """Whoever promised tells the customer, also when the case is another's or nobody's by now.

    Without a number it may mean the resolution, which stays the owner's to tell.
    """
    if not isinstance(command, Told) or (not command.promise and tells_resolution(case)):
        return False
    if command.promise:
        return any(promise.id == command.promise and promise.by == by.id for promise in case.promises)
    return any(promise.by == by.id for promise in untold(case) or case.open_promises)


def _no_power(power: Power, plan: Plan) -> Sentence:
    holders = ", ".join(plan.holders(power))
    match power:
        case Power.LEAD:
            return say("That is the lead's to do: ask {members}.", members=holders)
        case Power.SORT:
            return say("Sorting cases is for {members}; ask one of them.", members=holders)
        case _:
            return say(
                "Answering customers is for {members}; you can help with {facts}.", members=holders, facts=Code("facts")
            )
