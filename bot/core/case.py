"""A case: what has happened to it, and what follows from that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from bot.core.complaint import Complaint, Kind
from bot.core.events import (
    Assigned,
    CheckedIn,
    Claimed,
    Closed,
    Dismissed,
    Entry,
    FactsRecorded,
    Lapsed,
    Mark,
    Marked,
    Merged,
    MovedPrivate,
    Nudge,
    Opened,
    Outcome,
    Promised,
    PromiseDone,
    PromiseTold,
    Released,
    Reminded,
    Reopened,
    ReplyAccepted,
    ReplyApproved,
    ReplyImproved,
    ReplySent,
    ResolutionTold,
    Resolved,
    Reviewed,
    Satisfaction,
    SatisfactionChecked,
    Sighted,
    Snoozed,
    StepSkipped,
    StillOn,
    Unmarked,
    UpdateAsked,
)
from bot.core.plan import PrivateChannel, Step
from bot.core.replies import ReplyKind

#: How many requests a case remembers, so that a repeated one does not act twice.
REMEMBERED_REQUESTS = 50


class Phase(StrEnum):
    """Where our handling stands (source 000); derived from what has been recorded."""

    RECOGNITION = "recognition"
    INTERACTION = "interaction"
    RESOLUTION = "resolution"
    CLOSURE = "closure"
    CLOSED = "closed"


class Ending(StrEnum):
    """Why a case is no longer open."""

    CLOSED = "closed"
    DISMISSED = "dismissed"
    MERGED = "merged"


class Reply(msgspec.Struct, frozen=True):
    """A text of ours: accepted at ``at``, and posted by a person at ``sent_at`` or not yet.

    ``draft`` is what its template offered, ``earlier`` are the words that stood here before it. ``read_by`` is the
    second reader, who may have ``improved_by`` written it better. ``entry`` counts the case's entries up to its own:
    with other words it is another version, which has to be read anew.
    """

    text: str
    kind: ReplyKind
    template: str
    by: str
    at: datetime
    sent_at: datetime | None = None
    sent_by: str = ""
    link: str = ""
    no_link: str = ""
    despite: str = ""
    draft: str = ""
    earlier: str = ""
    read_by: str = ""
    read_at: datetime | None = None
    improved_by: str = ""
    entry: int = 0


class Commitment(msgspec.Struct, frozen=True):
    """A promise with its two ends, made at ``since``."""

    id: int
    what: str
    by: str
    since: datetime
    due: datetime
    done_at: datetime | None = None
    told_at: datetime | None = None

    @property
    def is_kept(self) -> bool:
        """Kept only when it is done and the customer knows (rule 002-21)."""
        return self.done_at is not None and self.told_at is not None


class Case(msgspec.Struct, frozen=True):
    """Our handling of one customer's problem, folded from its history. Times are in UTC.

    ``anchor`` is when its clocks started: the customer's post, or the reopening.
    ``version`` counts the entries folded into it; ``reminder`` is what it was after the last
    reminder, 0 before the first.
    """

    number: int
    version: int
    complaint: Complaint
    opened_at: datetime
    anchor: datetime
    active_at: datetime
    recurrence_of: int = 0
    alike: tuple[int, ...] = ()
    sightings: tuple[Complaint, ...] = ()
    owner: str = ""
    claimed_at: datetime | None = None
    free_since: datetime | None = None
    facts: tuple[str, ...] = ()
    facts_at: datetime | None = None
    replies: tuple[Reply, ...] = ()
    heard_at: datetime | None = None
    answered_at: datetime | None = None
    marks: Mapping[Mark, str] = {}
    private: PrivateChannel | None = None
    private_at: datetime | None = None
    promises: tuple[Commitment, ...] = ()
    resolution: str = ""
    resolved_at: datetime | None = None
    told_at: datetime | None = None
    resolve_from: datetime | None = None
    satisfaction: Satisfaction | None = None
    satisfaction_at: datetime | None = None
    statement_at: datetime | None = None
    update_asked_at: datetime | None = None
    wrapped_at: datetime | None = None
    skipped: Mapping[Step, str] = {}
    skipped_at: datetime | None = None
    ending: Ending | None = None
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    merged_into: int = 0
    checked_at: datetime | None = None
    review: str = ""
    reviewed_at: datetime | None = None
    snoozed_until: datetime | None = None
    snoozed_by: str = ""
    snooze_reason: str = ""
    reminded: Mapping[str, tuple[Nudge, datetime]] = {}
    reminder: int = 0
    requests: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the customer's problem is still in our hands."""
        return self.ending is None

    @property
    def kind(self) -> Kind:
        """What the customer wants."""
        return self.complaint.kind

    @property
    def phase(self) -> Phase:
        """Derived: each phase needs what the one before it produces (rules 000-04 to 000-18)."""
        if not self.is_open:
            return Phase.CLOSED
        if self.resolved_at and self.told_at and self.satisfaction:
            return Phase.CLOSURE
        if self.answered_at or self.private_at or self.resolved_at:
            return Phase.RESOLUTION
        return Phase.INTERACTION if self.facts_at else Phase.RECOGNITION

    @property
    def unsent(self) -> Reply | None:
        """The accepted reply that nobody has posted yet."""
        return self.replies[-1] if self.replies and self.replies[-1].sent_at is None else None

    @property
    def open_promises(self) -> tuple[Commitment, ...]:
        """Promises that are not kept at both ends."""
        return tuple(promise for promise in self.promises if not promise.is_kept)

    def promise(self, id: int) -> Commitment | None:
        """The promise of this number."""
        return next((promise for promise in self.promises if promise.id == id), None)


def first(number: int, entry: Entry) -> Case:
    """The case that an ``Opened`` entry begins."""
    event = entry.event
    assert isinstance(event, Opened), "a history begins with Opened"
    return Case(
        number=number,
        version=1,
        complaint=event.complaint,
        opened_at=entry.at,
        anchor=event.complaint.posted_at,
        active_at=entry.at,
        free_since=entry.at,
        recurrence_of=event.recurrence_of,
        alike=event.alike,
        requests=(entry.request,) if entry.request else (),
    )


def fold(number: int, history: Sequence[Entry]) -> Case:
    """The case that its history tells."""
    case = first(number, history[0])
    for entry in history[1:]:
        case = apply(case, entry)
    return case


def apply(case: Case, entry: Entry) -> Case:
    """The case after one more entry."""
    changes = _changes(case, entry)
    if entry.by:
        changes.setdefault("active_at", entry.at)
    if entry.request and entry.request not in case.requests:
        changes["requests"] = (*case.requests, entry.request)[-REMEMBERED_REQUESTS:]
    return replace(case, version=case.version + 1, **changes)


def _changes(case: Case, entry: Entry) -> dict[str, object]:
    """What an entry changes. One branch for each event; mypy proves that none is forgotten."""
    at, by = entry.at, entry.by
    match entry.event:
        case Opened():
            raise ValueError("a case is opened once")
        case Sighted(complaint=complaint):
            return {"sightings": (*case.sightings, complaint), "anchor": _earliest(case, complaint)}
        case Claimed():
            return _owned(by, at)
        case Released() | Lapsed():
            return {"owner": "", "claimed_at": None, "free_since": at}
        case Assigned(to=to):
            return _owned(to, at)
        case StillOn():
            return {}
        case FactsRecorded(text=text):
            return {"facts": (*case.facts, text), "facts_at": case.facts_at or at}
        case ReplyAccepted() as accepted:
            return {"replies": (*_posted(case), _written(case, accepted, by, at))}
        case ReplyApproved():
            return {"replies": _read(case, read_by=by, read_at=at)}
        case ReplyImproved(text=text, despite=despite):
            was = case.replies[-1].text
            better = {"text": text, "despite": despite, "earlier": was, "improved_by": by}
            return {"replies": _read(case, **better, read_by=by, read_at=at)}
        case Marked(mark=mark, note=note):
            return {"marks": {**case.marks, mark: note}}
        case Unmarked(mark=mark):
            return {"marks": {each: note for each, note in case.marks.items() if each is not mark}}
        case ReplySent(link=link, no_link=no_link):
            return _sent(case, at, by, link, no_link)
        case MovedPrivate(where=where):
            return {"private": where, "private_at": case.private_at or at}
        case Promised(id=id, what=what, due=due):
            return {"promises": (*case.promises, Commitment(id, what, by, at, due))}
        case PromiseDone(id=id):
            return {"promises": _with_end(case, id, done_at=at)}
        case PromiseTold(id=id):
            return {"promises": _with_end(case, id, told_at=at)}
        case Resolved(text=text):
            return _solved(case, text, at)
        case ResolutionTold():
            return {"told_at": at}
        case SatisfactionChecked(answer=Satisfaction.NO):
            return {**_UNRESOLVED, "resolve_from": at}
        case SatisfactionChecked(answer=answer):
            return {"satisfaction": answer, "satisfaction_at": at}
        case UpdateAsked():
            return {"update_asked_at": at}
        case StepSkipped(step=step, reason=reason):
            return {"skipped": {**case.skipped, step: reason}, "skipped_at": at}
        case Closed(outcome=outcome):
            return {**_ended(Ending.CLOSED, at), "outcome": outcome}
        case Dismissed():
            return _ended(Ending.DISMISSED, at)
        case Merged(into=into):
            return {**_ended(Ending.MERGED, at), "merged_into": into}
        case Reopened():
            return {**_UNRESOLVED, **_AFRESH, "anchor": at, "free_since": at}
        case CheckedIn():
            return {"checked_at": at}
        case Reviewed(text=text):
            return {"reviewed_at": at, "review": text}
        case Snoozed(until=until, reason=reason):
            return {"snoozed_until": until, "snooze_reason": reason, "snoozed_by": by}
        case Reminded(nudges=nudges):
            reminded = {**case.reminded, **{nudge.duty: (nudge, at) for nudge in nudges}}
            return {"reminded": reminded, "reminder": case.version + 1}


def _posted(case: Case) -> tuple[Reply, ...]:
    """The replies but for the one that waits to be posted: another takes its place."""
    return case.replies[:-1] if case.unsent else case.replies


def _written(case: Case, event: ReplyAccepted, by: str, at: datetime) -> Reply:
    """A reply as it was accepted. The same words once more, such as in another kind, have been read already."""
    reply = Reply(
        event.text, event.kind, event.template, by, at, despite=event.despite, draft=event.draft, entry=case.version + 1
    )
    was = case.unsent
    if was is None:
        return reply
    if was.text.split() != event.text.split():
        return replace(reply, earlier=was.text)
    return replace(
        reply,
        earlier=was.earlier,
        read_by=was.read_by,
        read_at=was.read_at,
        improved_by=was.improved_by,
        entry=was.entry,
    )


def _read(case: Case, **changes: object) -> tuple[Reply, ...]:
    return (*case.replies[:-1], replace(case.replies[-1], **changes))


_UNRESOLVED: dict[str, object] = {
    "resolution": "",
    "resolved_at": None,
    "told_at": None,
    "satisfaction": None,
    "satisfaction_at": None,
}

_AFRESH: dict[str, object] = {
    "ending": None,
    "ended_at": None,
    "outcome": None,
    "merged_into": 0,
    "heard_at": None,
    "answered_at": None,
    "private": None,
    "private_at": None,
    "resolve_from": None,
    "statement_at": None,
    "update_asked_at": None,
    "wrapped_at": None,
    "skipped": {},
    "skipped_at": None,
    "checked_at": None,
    "review": "",
    "reviewed_at": None,
    "snoozed_until": None,
    "reminded": {},
}


def _earliest(case: Case, seen: Complaint) -> datetime:
    """The customer's clock runs from their first post, also when we find it last. A reopening outlives both."""
    was_reopened = case.anchor > case.opened_at
    return case.anchor if was_reopened else min(case.anchor, seen.posted_at)


def _solved(case: Case, text: str, at: datetime) -> dict[str, object]:
    """Another solution than the one that the customer knew is to be told, and asked about, in a time of its own."""
    changes = {**_UNRESOLVED, "resolution": text, "resolved_at": at}
    return {**changes, "resolve_from": at} if case.told_at else changes


def _owned(by: str, at: datetime) -> dict[str, object]:
    return {"owner": by, "claimed_at": at, "free_since": None}


def _ended(ending: Ending, at: datetime) -> dict[str, object]:
    return {"ending": ending, "ended_at": at, "snoozed_until": None}


def _with_end(case: Case, id: int, **end: datetime) -> tuple[Commitment, ...]:
    return tuple(replace(promise, **end) if promise.id == id else promise for promise in case.promises)


#: These stop the first-contact clock and answer nothing yet.
_FIRST_WORDS = {ReplyKind.HEARD, ReplyKind.CLARIFY}
#: A sent reply of these kinds also tells the customer of the resolution.
_TELLS = {ReplyKind.SOLUTION, ReplyKind.CLOSING}


def _sent(case: Case, at: datetime, by: str, link: str, no_link: str) -> dict[str, object]:
    """A person posted the reply: it stops the first-contact clock, and what its kind says besides."""
    reply = replace(case.replies[-1], sent_at=at, sent_by=by, link=link, no_link=no_link)
    changes: dict[str, object] = {"replies": (*case.replies[:-1], reply), "heard_at": case.heard_at or at}
    if reply.kind not in _FIRST_WORDS:
        changes["answered_at"] = case.answered_at or at
    if reply.kind in _TELLS and case.resolved_at:
        changes["told_at"] = case.told_at or at
    match reply.kind:
        case ReplyKind.CLOSING:
            changes["statement_at"] = at
        case ReplyKind.WRAP_UP:
            changes["wrapped_at"] = at
        case ReplyKind.ASK_UPDATE:
            changes["update_asked_at"] = at
    return changes
