"""What was undertaken: promised, done, and told to the customer."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core import events as happened
from bot.core.case import Case, Commitment
from bot.core.commands import Done, Promise, Told
from bot.core.decisions.refusals import LONGEST_LINE, Refused, said, typed
from bot.core.events import CaseEvent
from bot.core.words import At, Sentence, say


def promise(case: Case, command: Promise, now: datetime) -> tuple[CaseEvent, ...]:
    """What is undertaken and until when: within a year, in UTC. Raises Refused."""
    what = said(command.what, LONGEST_LINE)
    if command.by is None or not what:
        raise Refused(say("Say what and until when: {example}.", example=typed(case, "promise", "… by fri 17:00")))
    if command.by <= now:
        raise Refused(say("{at} has passed; promise a time to come.", at=At(command.by)))
    if command.by > now + timedelta(days=366):
        raise Refused(say("{at} is more than a year away; promise something nearer.", at=At(command.by)))
    if any((promise.what, promise.due) == (what, command.by) for promise in case.open_promises):
        return ()
    return (happened.Promised(id=len(case.promises) + 1, what=what, due=command.by),)


def done(case: Case, command: Done) -> tuple[CaseEvent, ...]:
    """A promise was kept. Raises Refused."""
    wanted = [promise for promise in case.promises if not promise.done_at]
    promise = case.promise(command.promise) if command.promise else _only(case, wanted, "done")
    if promise is None:
        raise Refused(_no_promise(case, command.promise))
    return () if promise.done_at else (happened.PromiseDone(id=promise.id),)


def told(case: Case, command: Told) -> tuple[CaseEvent, ...]:
    """The customer knows that it was, or of the resolution. Raises Refused."""
    if not command.promise and tells_resolution(case):
        return (happened.ResolutionTold(),)
    if not command.promise and not case.promises:
        if case.told_at:
            return ()
        raise Refused(
            say(
                "There is nothing to tell yet: record the solution with {resolved} first.",
                resolved=typed(case, "resolved", "…"),
            )
        )
    promise = case.promise(command.promise) if command.promise else _only(case, untold(case), "told")
    if promise is None:
        raise Refused(_no_promise(case, command.promise))
    if not promise.done_at:
        raise Refused(
            say(
                "Promise {id} is not done yet: {done} comes first.",
                id=promise.id,
                done=typed(case, "done", str(promise.id)),
            )
        )
    return () if promise.told_at else (happened.PromiseTold(id=promise.id),)


def tells_resolution(case: Case) -> bool:
    """Whether a resolution waits to be told."""
    return case.resolved_at is not None and case.told_at is None


def untold(case: Case) -> list[Commitment]:
    """What is done, and the customer does not know."""
    return [promise for promise in case.promises if promise.done_at and not promise.told_at]


def _only(case: Case, promises: list[Commitment], word: str) -> Commitment | None:
    """The one promise that can be meant when the number was left out."""
    if len(promises) > 1:
        listed = ", ".join(f"{promise.id} “{promise.what}”" for promise in promises)
        raise Refused(
            say("Which promise? {example}. Open are {promises}.", example=typed(case, word, "1"), promises=listed)
        )
    return next(reversed(promises or case.open_promises or case.promises), None)


def _no_promise(case: Case, number: int) -> Sentence:
    if not case.promises:
        return say("Nothing was promised in #{n}.", n=case.number)
    return say(
        "#{n} has no promise {id}; it has {ids}.",
        n=case.number,
        id=number,
        ids=", ".join(str(promise.id) for promise in case.promises),
    )
