"""The second reader: why a waiting reply wants one, who may read it, and when its author may do so alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.core.case import Case, Reply
from bot.core.plan import Concern, Plan, Power


def waiting(case: Case, plan: Plan) -> Reply | None:
    """The reply that has to be read before it is posted; None when there is none, or it was read (rule 001-13)."""
    return case.unsent if concerns(case, plan) else None


def concerns(case: Case, plan: Plan) -> tuple[Concern, ...]:
    """Why the waiting reply wants a second reader, in the plan's order; nothing once it was read.

    It needs no clock: whether its author was trained is asked of the moment at which it was written.
    """
    reply = case.unsent
    if reply is None or not case.is_open or reply.read_at:
        return ()
    found = set(_concerns(case, reply, plan))
    return tuple(each for each in dict.fromkeys(plan.replies.second_reader) if each in found)


def _concerns(case: Case, reply: Reply, plan: Plan) -> Iterator[Concern]:
    yield from (Concern(mark.value) for mark in case.marks)
    if plan.keeps_training and not plan.is_trained(reply.by, reply.at):
        yield Concern.UNTRAINED


def readers(case: Case, plan: Plan) -> tuple[str, ...]:
    """Ids of those who may read the waiting reply: everybody else who answers customers or looks after the law.

    For an untrained author only who is trained, if anybody is (rule 004-24). Lawyers come first when the case has
    a legal face (tension 7). Where there is nobody else, its author reads it over alone (tension 12).
    """
    reply = waiting(case, plan)
    if reply is None:
        return ()
    others = [m.id for m in plan.committee if m.id != reply.by and _may_read(m.id, plan)]
    found = concerns(case, plan)
    if Concern.UNTRAINED in found:
        others = [id for id in others if plan.is_trained(id, reply.at)] or others
    if Concern.LEGAL in found:
        others.sort(key=lambda member: member not in plan.lawyers)
    return tuple(others) or (reply.by,)


def _may_read(id: str, plan: Plan) -> bool:
    return plan.may(id, Power.ANSWER) or id in plan.lawyers


def rung(case: Case, plan: Plan) -> tuple[str, ...]:
    """Whom a reply that wants a reader calls: lawyers, when the law is the matter; else all who may read it.

    Lawyers see every draft of a legal face. They are not enough where none of them may let it pass.
    """
    reply, able = waiting(case, plan), readers(case, plan)
    if reply is None or Concern.LEGAL not in concerns(case, plan):
        return able
    lawyers = tuple(id for id in plan.lawyers if id != reply.by)
    if any(id in able for id in lawyers):
        return lawyers
    return tuple(dict.fromkeys((*lawyers, *able)))


def alone_from(case: Case, plan: Plan) -> datetime | None:
    """From when its author may let the waiting reply go out alone; None when somebody else is there to read it."""
    reply = waiting(case, plan)
    if reply is None or readers(case, plan) != (reply.by,):
        return None
    return reply.at + plan.replies.self_review
