"""What happens to a case: its events, and the entries of its history."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from bot.core.complaint import Complaint
from bot.core.plan import PrivateChannel, Step
from bot.core.replies import ReplyKind


class Satisfaction(StrEnum):
    """What the customer answered when asked whether all is well (rule 000-16)."""

    YES = "yes"
    NO = "no"
    UNREACHABLE = "unreachable"


class Outcome(StrEnum):
    """How a case ended (rule 001-17)."""

    ADVOCATE = "advocate"
    SATISFIED = "satisfied"
    NEUTRAL = "neutral"
    LOST = "lost"
    UNREACHABLE = "unreachable"


class Mark(StrEnum):
    """What a member sees that is special about a case (rules 000-12, 001-13)."""

    HEATED = "heated"
    LEGAL = "legal"
    REACH = "reach"


class Event(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="event"):
    """Something that happened. Never renamed without a migration: the history is the truth."""


class Opened(Event, frozen=True, tag="opened"):
    """A complaint became a case. ``alike`` are cases that it resembles; nobody merged them (003-03)."""

    complaint: Complaint
    recurrence_of: int = 0
    alike: tuple[int, ...] = ()


class Sighted(Event, frozen=True, tag="sighted"):
    """The same customer's same problem was seen again. ``merged_from`` is the case it was, if any."""

    complaint: Complaint
    merged_from: int = 0


class Claimed(Event, frozen=True, tag="claimed"):
    """The member who acted answers the customer from now on (rule 004-32)."""


class Released(Event, frozen=True, tag="released"):
    """The owner gave it back to the room."""

    note: str = ""


class Assigned(Event, frozen=True, tag="assigned"):
    """The case changed hands, with a handover note (rule 004-32)."""

    to: str
    note: str = ""


class Lapsed(Event, frozen=True, tag="lapsed"):
    """The claim ended by itself: the owner did not answer whether they are still on it."""


class StillOn(Event, frozen=True, tag="still-on"):
    """The owner is still on it."""


class FactsRecorded(Event, frozen=True, tag="facts"):
    """What happened, as far as we know it now (rule 000-05)."""

    text: str


class ReplyAccepted(Event, frozen=True, tag="reply"):
    """A member's own final text passed the checks; it may be copied out, unless the plan wants a second reader.

    ``findings`` are the ids of what the checks said all the same; ``despite`` is why a
    blocked text goes out (rule 001-08). ``draft`` is what the template offered, with its holes.
    """

    text: str
    kind: ReplyKind
    template: str = ""
    findings: tuple[str, ...] = ()
    despite: str = ""
    draft: str = ""


class ReplyApproved(Event, frozen=True, tag="approved"):
    """A second reader, or its author after a pause, lets the waiting reply go out as it stands (rule 001-13)."""

    note: str = ""


class ReplyImproved(Event, frozen=True, tag="improved"):
    """A second reader wrote the waiting reply better: two people have read it now. The rest as in ``ReplyAccepted``."""

    text: str
    findings: tuple[str, ...] = ()
    despite: str = ""


class ReplySent(Event, frozen=True, tag="sent"):
    """A person posted the last accepted reply. ``no_link`` says why there is no link."""

    link: str = ""
    no_link: str = ""


class Marked(Event, frozen=True, tag="marked"):
    """A member says what is special about the case."""

    mark: Mark
    note: str = ""


class Unmarked(Event, frozen=True, tag="unmarked"):
    """It is so no longer, or never was."""

    mark: Mark
    note: str = ""


class MovedPrivate(Event, frozen=True, tag="private"):
    """The details are settled in a private channel (rule 004-29)."""

    where: PrivateChannel
    note: str = ""


class Promised(Event, frozen=True, tag="promised"):
    """A dated commitment to the customer."""

    id: int
    what: str
    due: datetime


class PromiseDone(Event, frozen=True, tag="done"):
    """What was promised has been carried out (rule 002-20)."""

    id: int


class PromiseTold(Event, frozen=True, tag="told"):
    """The customer knows that it has been carried out (rule 002-21)."""

    id: int


class Resolved(Event, frozen=True, tag="resolved"):
    """The problem is solved."""

    text: str


class ResolutionTold(Event, frozen=True, tag="resolution-told"):
    """The customer knows of the resolution (rule 004-02)."""


class SatisfactionChecked(Event, frozen=True, tag="satisfaction"):
    """We asked the customer whether all went well (rule 000-16). A "no" takes the resolution back."""

    answer: Satisfaction
    note: str = ""


class UpdateAsked(Event, frozen=True, tag="update-asked"):
    """We asked the customer to tell in public how it ended (rule 000-18)."""

    note: str = ""


class StepSkipped(Event, frozen=True, tag="skipped"):
    """A closing step is not possible, and why."""

    step: Step
    reason: str


class Closed(Event, frozen=True, tag="closed"):
    """All that was owed is done."""

    outcome: Outcome
    note: str = ""


class Dismissed(Event, frozen=True, tag="dismissed"):
    """Not a case for the committee, and why."""

    reason: str


class Merged(Event, frozen=True, tag="merged"):
    """It was another sighting of that case."""

    into: int


class Reopened(Event, frozen=True, tag="reopened"):
    """It was not over; its clocks start again."""

    reason: str


class CheckedIn(Event, frozen=True, tag="checked"):
    """Some time after closing we asked whether all goes as planned (rule 002-22)."""

    note: str = ""


class Reviewed(Event, frozen=True, tag="reviewed"):
    """The lead wrote down what the committee learns from it (rule 001-16)."""

    text: str


class Snoozed(Event, frozen=True, tag="snoozed"):
    """Soft reminders wait until then."""

    until: datetime
    reason: str = ""


class Nudge(msgspec.Struct, frozen=True, omit_defaults=True):
    """One duty in a reminder.

    ``level`` counts: for a hard duty 1 is half time, 2 three quarters, 3 due, then
    one an hour; for a soft one 1 is due.
    """

    duty: str
    level: int
    due: datetime


class Reminded(Event, frozen=True, tag="reminded"):
    """The room was told what is owed: one message for all of it."""

    nudges: tuple[Nudge, ...]


CaseEvent = (
    Opened
    | Sighted
    | Claimed
    | Released
    | Assigned
    | Lapsed
    | StillOn
    | FactsRecorded
    | ReplyAccepted
    | ReplyApproved
    | ReplyImproved
    | ReplySent
    | Marked
    | Unmarked
    | MovedPrivate
    | Promised
    | PromiseDone
    | PromiseTold
    | Resolved
    | ResolutionTold
    | SatisfactionChecked
    | UpdateAsked
    | StepSkipped
    | Closed
    | Dismissed
    | Merged
    | Reopened
    | CheckedIn
    | Reviewed
    | Snoozed
    | Reminded
)


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a case's history. ``by`` is a member's id, empty for Heard itself.

    ``request`` names the press or the line that caused it, so that a repeated
    delivery by the platform is recognised.
    """

    at: datetime
    event: CaseEvent
    by: str = ""
    request: str = ""
