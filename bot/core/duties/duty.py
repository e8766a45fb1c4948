"""A duty: something owed, and the last reminder of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from bot.core.case import Case
from bot.core.events import Nudge


class DutyKind(StrEnum):
    """What is owed."""

    CLAIM = "claim"
    HEARD = "heard"
    SAME_DAY = "same-day"
    SECOND_READ = "second-read"
    FACTS = "facts"
    RESOLUTION = "resolution"
    PROMISE = "promise"
    SATISFACTION = "satisfaction"
    STATEMENT = "statement"
    UPDATE = "update"
    WRAP_UP = "wrap-up"
    CLOSE = "close"
    STILL_ON = "still-on"
    CHECK_IN = "check-in"
    REVIEW = "review"


class Duty(Struct, frozen=True):
    """Something owed. ``command`` meets it, as it is typed; ``promise`` is a promise's number, or 0."""

    kind: DutyKind
    case: int
    who: tuple[str, ...]
    since: datetime
    due: datetime
    is_hard: bool
    command: str
    promise: int = 0

    @property
    def key(self) -> str:
        """How a reminder names it within its case: ``heard``, ``promise/1``."""
        return f"{self.kind}/{self.promise}" if self.promise else self.kind.value

    def reaches(self, level: int) -> datetime:
        """When a hard duty reaches levels 1, 2 and 3: half, three quarters and all of its time."""
        return self.since + (self.due - self.since) * (level + 1) / 4


def is_late(duty: Duty, now: datetime) -> bool:
    """Whether its time is up."""
    return duty.due <= now


def urgency(duty: Duty) -> tuple[datetime, bool]:
    return duty.due, not duty.is_hard


#: The last reminder of a duty and when it went out.
LastReminder = tuple[Nudge, datetime] | None


def last_reminder(case: Case, duty: Duty) -> LastReminder:
    """Under another due date the duty's clock has restarted since, and reminders begin anew."""
    last = case.reminded.get(duty.key)
    return last if last and last[0].due == duty.due else None
