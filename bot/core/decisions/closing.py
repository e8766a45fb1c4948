"""How a case comes to its end, step by step, and what is said of it afterwards."""

from __future__ import annotations

from bot.core import events as happened
from bot.core.case import Case, Ending
from bot.core.commands import Checked, Close, Resolved, Review, Satisfied, Skip, UpdateAsked
from bot.core.decisions.refusals import Refused, Unmet, ended, needed, said, typed
from bot.core.duties import DutyKind, closing_list
from bot.core.events import CaseEvent, Satisfaction
from bot.core.plan import Plan, Step
from bot.core.words import Sentence, say


def resolved(case: Case, command: Resolved) -> tuple[CaseEvent, ...]:
    """What the solution was. Raises Refused."""
    text = needed(command.text)
    return () if text == case.resolution else (happened.Resolved(text=text),)


def satisfied(case: Case, command: Satisfied) -> tuple[CaseEvent, ...]:
    """What the customer answered, once told of the solution. Raises Refused."""
    if command.answer is None:
        raise Refused(
            say("What did the customer answer? {example}.", example=typed(case, "satisfied", "yes|no|unreachable"))
        )
    if not case.resolved_at:
        raise Refused(say("Record the solution first: {resolved}.", resolved=typed(case, "resolved", "…")))
    if not case.told_at:
        raise Refused(say("Tell the customer of the solution first: {told}.", told=typed(case, "told")))
    if case.satisfaction is command.answer and not command.note:
        return ()
    return (happened.SatisfactionChecked(answer=command.answer, note=said(command.note)),)


def update_asked(case: Case, command: UpdateAsked) -> tuple[CaseEvent, ...]:
    """A satisfied customer was asked to say so in public. Raises Refused."""
    if case.satisfaction is not Satisfaction.YES:
        raise Refused(before_agreement(case))
    return () if case.update_asked_at and not command.note else (happened.UpdateAsked(note=said(command.note)),)


def before_agreement(case: Case) -> Sentence:
    """Asking for an update before the customer is satisfied (rule 003-14)."""
    return say(
        "Ask for an update only when the customer is satisfied: {satisfied} comes first.",
        satisfied=typed(case, "satisfied", "yes"),
    )


def close(case: Case, command: Close, plan: Plan) -> tuple[CaseEvent, ...]:
    """Ends it, with how it ended, once nothing is owed. Raises Refused."""
    refuse_to_close(case, plan)
    if command.outcome is None:
        raise Refused(
            say(
                "How did it end? {example}.",
                example=typed(case, "close", "advocate|satisfied|neutral|lost|unreachable"),
            )
        )
    return (happened.Closed(outcome=command.outcome, note=said(command.note)),)


def refuse_to_close(case: Case, plan: Plan) -> None:
    """The closure gate is the list of what is still owed. Raises Unmet."""
    items = tuple((wanting(wanted.kind), wanted.command) for wanted in closing_list(case, plan))
    if items:
        raise Unmet(say("#{n} cannot be closed yet; still owed:", n=case.number), items)


def wanting(kind: DutyKind) -> Sentence:
    """What is owed, in a few words."""
    return _WANTING[kind]


_WANTING = {
    DutyKind.CLAIM: say("somebody to take it"),
    DutyKind.HEARD: say("a first contact with the customer"),
    DutyKind.SAME_DAY: say("an answer beyond the first contact"),
    DutyKind.SECOND_READ: say("a second pair of eyes on the reply"),
    DutyKind.FACTS: say("the facts"),
    DutyKind.RESOLUTION: say("a solution that the customer knows of"),
    DutyKind.PROMISE: say("a promise"),
    DutyKind.SATISFACTION: say("whether the customer is satisfied"),
    DutyKind.STATEMENT: say("the closing statement"),
    DutyKind.UPDATE: say("asking the customer for an update"),
    DutyKind.WRAP_UP: say("the public wrap-up"),
    DutyKind.CLOSE: say("closing"),
    DutyKind.STILL_ON: say("a word from its owner"),
    DutyKind.CHECK_IN: say("the check-in with the customer"),
    DutyKind.REVIEW: say("the review"),
}


def skip(case: Case, command: Skip) -> tuple[CaseEvent, ...]:
    """Leaves out a step of the end, with the reason. Raises Refused."""
    reason = said(command.because)
    if command.step is None or not reason:
        raise Refused(
            say("Say which step and why: {example}.", example=typed(case, "skip", "statement|update|wrap-up because …"))
        )
    done = {Step.STATEMENT: case.statement_at, Step.UPDATE: case.update_asked_at, Step.WRAP_UP: case.wrapped_at}
    if done[command.step] or case.skipped.get(command.step) == reason:
        return ()
    return (happened.StepSkipped(step=command.step, reason=reason),)


def checked(case: Case, command: Checked) -> tuple[CaseEvent, ...]:
    """How the customer is, some time after closing. Raises Refused."""
    if case.is_open:
        raise Refused(say("The check-in comes after closing; #{n} is still open.", n=case.number))
    if case.ending is not Ending.CLOSED:
        raise Refused(ended(case))
    return () if case.checked_at and not command.note else (happened.CheckedIn(note=said(command.note)),)


def review(case: Case, command: Review) -> tuple[CaseEvent, ...]:
    """What the committee learns from it, after closing. Raises Refused."""
    if case.is_open:
        raise Refused(say("The review comes after closing; #{n} is still open.", n=case.number))
    if case.ending is not Ending.CLOSED:
        raise Refused(ended(case))
    text = needed(command.text)
    return () if text == case.review else (happened.Reviewed(text=text),)
