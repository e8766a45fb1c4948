"""What an incoming complaint is: a new case, another sighting, a recurrence, or nothing of ours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec
from rapidfuzz import fuzz

from bot.core.case import Case, Ending
from bot.core.complaint import Complaint
from bot.core.plan import Plan

#: From this likeness (0 to 100) two texts of one customer tell the same problem (our choice).
SAME_PROBLEM = 80
#: From this many words on a text may be found inside a longer one.
ENOUGH_WORDS = 4
#: How many resembling cases a card names.
MOST_ALIKE = 3


class Verdict(StrEnum):
    """What becomes of a complaint."""

    NEW = "new"
    SIGHTING = "sighting"
    IGNORED = "ignored"


class Judgement(msgspec.Struct, frozen=True):
    """The verdict. ``of`` is the case that a sighting belongs to.

    A new case may be the recurrence of ``recurrence_of``, and resemble ``alike``
    (proposed, never merged silently).
    """

    verdict: Verdict
    of: int = 0
    recurrence_of: int = 0
    alike: tuple[int, ...] = ()


def judge(
    complaint: Complaint, of_customer: Sequence[Case], alike: Sequence[Case], plan: Plan, now: datetime
) -> Judgement:
    """What the complaint is.

    ``of_customer`` are the same customer's cases, newest first; ``alike`` are cases
    with a similar text, most similar first.

    The same customer's same problem in an open case is a sighting; the same customer
    with another problem, or with one that was over, is a recurrence.
    """
    if not complaint.text.strip():
        return Judgement(Verdict.IGNORED)
    theirs = [case for case in of_customer if case.ending is not Ending.MERGED]
    for case in theirs:
        if case.is_open and is_same_problem(case, complaint.text):
            return Judgement(Verdict.SIGHTING, of=case.number)
    recent = [case for case in theirs if now - _last_seen(case) <= plan.clocks.recurrence]
    return Judgement(
        Verdict.NEW,
        recurrence_of=recent[0].number if recent else 0,
        alike=tuple(case.number for case in alike if case.is_open and case not in theirs)[:MOST_ALIKE],
    )


def is_same_problem(case: Case, text: str) -> bool:
    """Whether the text tells what the case's complaint or one of its sightings tells."""
    said = (case.complaint.text, *(sighting.text for sighting in case.sightings))
    return any(likeness(text, each) >= SAME_PROBLEM for each in said)


def likeness(one: str, other: str) -> float:
    """How alike two texts of one customer are, 0 to 100, whatever the order and the repetition of their words.

    A few words are part of many texts, so a short text counts as a whole.
    """
    is_short = min(len(one.split()), len(other.split())) < ENOUGH_WORDS
    return (fuzz.ratio if is_short else fuzz.token_set_ratio)(one.casefold(), other.casefold())


def handle(author: str) -> str:
    """A customer's name or handle as it is compared."""
    return " ".join(author.casefold().lstrip("@").split())


def _last_seen(case: Case) -> datetime:
    return case.ended_at or case.active_at
