"""What closing wants, and the commands that meet it: the gate's list (rule 000-16, 000-17, 000-18)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from bot.core.case import Case, Commitment
from bot.core.complaint import Kind
from bot.core.duties.duty import DutyKind
from bot.core.events import Satisfaction
from bot.core.plan import Need, Plan, Step
from bot.core.replies import ReplyKind
from bot.core.second_reading import readers, waiting

#: Replies that say more than "you have been heard".
ANSWERS = frozenset(ReplyKind) - {ReplyKind.HEARD, ReplyKind.CLARIFY}


class Wanted(Struct, frozen=True):
    """Something that closing still wants, and the command that meets it."""

    kind: DutyKind
    command: str
    promise: int = 0


def closing_list(case: Case, plan: Plan) -> tuple[Wanted, ...]:
    """What closing still wants, in the order in which it is done. Empty: the case may be closed."""
    return tuple(_wanted(case, plan))


def _wanted(case: Case, plan: Plan) -> Iterator[Wanted]:
    if waiting(case, plan):
        yield _wants(case, DutyKind.SECOND_READ, "approve")
    if case.kind is not Kind.PRAISE and not is_answered(case):
        yield _wants(case, DutyKind.SAME_DAY, reply_or_sent(case, ANSWERS, plan))
    elif case.kind is not Kind.PRAISE and not case.heard_at:
        yield _wants(case, DutyKind.HEARD, reply_or_sent(case, ReplyKind, plan))
    if case.kind is Kind.COMPLAINT and not (case.resolved_at and case.told_at):
        yield _wants(case, DutyKind.RESOLUTION, resolving(case))
    for promise in case.open_promises:
        yield Wanted(DutyKind.PROMISE, f"{keeping(promise)} {case.number} {promise.id}", promise.id)
    if case.kind is Kind.COMPLAINT and not case.satisfaction:
        yield _wants(case, DutyKind.SATISFACTION, "satisfied")
    for step in _required(case, plan):
        if not taken_at(step, case):
            yield _wants(case, DutyKind(step.value), taking(step, case, plan))


def _wants(case: Case, kind: DutyKind, word: str) -> Wanted:
    return Wanted(kind, f"{word} {case.number}")


def settled_at(case: Case, plan: Plan) -> datetime | None:
    """When the last thing that closing wants was done; None while it wants one, or before any contact."""
    contacts = [at for at in (case.heard_at, case.answered_at, case.private_at) if at]
    if not contacts or any(_wanted(case, plan)):
        return None
    ends = (case.satisfaction_at, *(taken_at(step, case) for step in _required(case, plan)))
    kept = (at for promise in case.promises for at in (promise.done_at, promise.told_at))
    read = (reply.read_at for reply in case.replies)
    return max((*contacts, *(at for at in (*ends, *kept, *read) if at)))


def _required(case: Case, plan: Plan) -> tuple[Step, ...]:
    return tuple(step for step in Step if need_of(step, case, plan) is Need.REQUIRED)


def need_of(step: Step, case: Case, plan: Plan) -> Need:
    """Who cannot be reached cannot be asked for an update."""
    if step is Step.UPDATE and case.satisfaction is Satisfaction.UNREACHABLE:
        return Need.OFF
    return plan.needs(step, case.kind)


def taken_at(step: Step, case: Case) -> datetime | None:
    """When a closing step was done, or when it was last recorded that one is not possible."""
    return _done_at(step, case) or (case.skipped_at if step in case.skipped else None)


def _done_at(step: Step, case: Case) -> datetime | None:
    match step:
        case Step.STATEMENT:
            return case.statement_at
        case Step.UPDATE:
            return case.update_asked_at
        case Step.WRAP_UP:
            return case.wrapped_at


def is_answered(case: Case) -> bool:
    """Whether the customer got more than a first word: an answer, or a private talk (rule 004-11)."""
    return bool(case.answered_at or case.private_at)


def reply_or_sent(case: Case, kinds: Iterable[ReplyKind], plan: Plan) -> str:
    """A reply of these kinds that was accepted already only has to be posted, once it was read.

    Until then its owner reads it, or, having written it, can only look at whom it waits for.
    """
    if not case.unsent or case.unsent.kind not in kinds:
        return "reply"
    if waiting(case, plan):
        return "approve" if case.owner in readers(case, plan) else "show"
    return "sent"


def resolving(case: Case) -> str:
    return "told" if case.resolved_at else "resolved"


def keeping(promise: Commitment) -> str:
    return "told" if promise.done_at else "done"


def taking(step: Step, case: Case, plan: Plan) -> str:
    match step:
        case Step.STATEMENT:
            return reply_or_sent(case, (ReplyKind.CLOSING,), plan)
        case Step.UPDATE:
            word = reply_or_sent(case, (ReplyKind.ASK_UPDATE,), plan)
            return "update-asked" if word == "reply" else word
        case Step.WRAP_UP:
            return reply_or_sent(case, (ReplyKind.WRAP_UP,), plan)
