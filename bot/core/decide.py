"""What a command does to a case: the events it causes, or why it is refused."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core import events as happened
from bot.core.case import Case, Commitment, Ending
from bot.core.commands import (
    Approve,
    Assign,
    CaseCommand,
    Check,
    Checked,
    Claim,
    Close,
    Dismiss,
    Done,
    Facts,
    Improve,
    Merge,
    Private,
    Promise,
    Release,
    Reopen,
    Reply,
    Resolved,
    Review,
    Satisfied,
    Sent,
    SetMark,
    Show,
    Skip,
    Snooze,
    StillOn,
    Told,
    Unmark,
    UpdateAsked,
)
from bot.core.complaint import clean
from bot.core.duties import DutyKind, closing_list, duties
from bot.core.events import CaseEvent, Satisfaction
from bot.core.grammar import ForMember
from bot.core.links import is_web_link
from bot.core.plan import Concern, Member, Plan, Power, Step
from bot.core.second_reading import alone_from, concerns, readers
from bot.core.words import At, Code, Sentence, Who, count, listed, say

#: Longest text that a member records, and longest line of it that every card shows, in characters (our choice).
LONGEST, LONGEST_LINE = 4_000, 300


class Refused(ForMember):
    """The committee's rules do not allow it now; the sentence says what to do instead."""


class Wants(Refused):
    """Only a note is missing: a chat asks for it in a form."""


class Unmet(Refused):
    """Closing is refused: ``items`` are what is still owed, each with the command that meets it."""

    def __init__(self, sentence: Sentence, items: tuple[tuple[Sentence, str], ...]) -> None:
        super().__init__(sentence)
        self.items = items


def decide(case: Case, by: Member, command: CaseCommand, plan: Plan, now: datetime) -> tuple[CaseEvent, ...]:
    """The events that the command causes; nothing when it is done already. Raises Refused.

    ``Reply``, ``Improve``, ``Merge``, ``Show`` and ``Check`` need more than the case and are the desk's;
    here they are only checked for permission.
    """
    permit(case, by, command, plan)
    match command:
        case Claim():
            return _claim(case, by)
        case Release():
            return _release(case, command)
        case Assign():
            return _assign(case, by, command, plan)
        case Dismiss():
            return _dismiss(case, command)
        case Reopen():
            return _reopen(case, command)
        case Facts():
            return _facts(case, command)
        case Sent():
            return _sent(case, command, plan)
        case Approve():
            return _approve(case, by, command, plan, now)
        case SetMark():
            return _mark(case, command)
        case Unmark():
            return _unmark(case, by, command, plan)
        case Private():
            return _private(case, command)
        case Promise():
            return _promise(case, command, now)
        case Done():
            return _done(case, command)
        case Told():
            return _told(case, command)
        case Resolved():
            return _resolved(case, command)
        case Satisfied():
            return _satisfied(case, command)
        case UpdateAsked():
            return _update_asked(case, command)
        case Close():
            return _close(case, command, plan)
        case Skip():
            return _skip(case, command)
        case StillOn():
            return _still_on(case, by)
        case Checked():
            return _checked(case, command)
        case Review():
            return _review(case, command)
        case Snooze():
            return _snooze(case, by, command, plan, now)
        case Reply() | Improve() | Merge() | Show() | Check():
            return ()
        case _:
            raise AssertionError(f"nobody decides {command.word}")


#: What may still be said about an ended case.
_AFTER_THE_END = (Reopen, Checked, Review, Snooze, Show, Check, Done, Told)


def permit(case: Case, by: Member, command: CaseCommand, plan: Plan) -> None:
    """Whether this member may give this command now. Raises Refused."""
    if not plan.may(by.id, command.power):
        raise Refused(_no_power(command.power, plan))
    if not case.is_open and not isinstance(command, _AFTER_THE_END):
        raise Refused(_ended(case))
    if not command.is_owners or by.id == case.owner or not case.is_open or _is_own_promise(case, by, command):
        return
    if not case.owner:
        raise Refused(say("Nobody has #{n} yet: {claim} first.", n=case.number, claim=_do(case, "claim")))
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
    if not isinstance(command, Told) or (not command.promise and _tells_resolution(case)):
        return False
    if command.promise:
        return any(promise.id == command.promise and promise.by == by.id for promise in case.promises)
    return any(promise.by == by.id for promise in _untold(case) or case.open_promises)


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


def _ended(case: Case) -> Sentence:
    match case.ending:
        case Ending.MERGED:
            return say("#{n} was joined with #{other}: go on there.", n=case.number, other=case.merged_into)
        case Ending.DISMISSED:
            return say("#{n} was dismissed; {reopen} opens it again.", n=case.number, reopen=_do(case, "reopen", "…"))
        case _:
            return say("#{n} is closed; {reopen} opens it again.", n=case.number, reopen=_do(case, "reopen", "…"))


def _do(case: Case, word: str, *more: str) -> Code:
    return Code(" ".join((word, str(case.number), *more)))


def said(text: str, limit: int = LONGEST) -> str:
    """The text as it is kept: whole, or not at all. Raises Refused."""
    kept = clean(text)
    if (more := len(kept) - limit) > 0:
        raise Refused(
            count(
                "That is {n} character too long; write {limit} at most.",
                "That is {n} characters too long; write {limit} at most.",
                more,
                limit=limit,
            )
        )
    return kept


def needed(text: str) -> str:
    """The same, and there has to be one. What cannot be seen would open a gate with nothing behind it."""
    kept = said(text)
    if not kept:
        raise Refused(say("Something is still missing."))
    return kept


def _claim(case: Case, by: Member) -> tuple[CaseEvent, ...]:
    if case.owner == by.id:
        return ()
    if case.owner:
        raise Refused(say("{owner} has #{n} already.", owner=Who(case.owner), n=case.number))
    return (happened.Claimed(),)


def _release(case: Case, command: Release) -> tuple[CaseEvent, ...]:
    note = said(command.note)
    if not note and (case.replies or case.promises):
        raise Wants(
            say(
                "The customer has heard from you: leave a note for whoever takes over, {example}.",
                example=_do(case, "release", "…"),
            )
        )
    return (happened.Released(note=note),)


def _assign(case: Case, by: Member, command: Assign, plan: Plan) -> tuple[CaseEvent, ...]:
    if command.to == case.owner:
        return ()
    if case.owner and by.id != case.owner and not plan.may(by.id, Power.LEAD):
        raise Refused(
            say("{owner} has #{n}: only they or a lead can hand it over.", owner=Who(case.owner), n=case.number)
        )
    if not plan.may(command.to, Power.ANSWER):
        raise Refused(
            say(
                "{member} does not answer customers; {members} do.",
                member=Who(command.to),
                members=", ".join(plan.holders(Power.ANSWER)),
            )
        )
    note = said(command.note)
    if case.owner and not note:
        raise Wants(
            say(
                "Leave a note for {member}, so that the customer need not tell it twice: {example}.",
                member=Who(command.to),
                example=_do(case, "assign", command.to, "…"),
            )
        )
    return (happened.Assigned(to=command.to, note=note),)


def _dismiss(case: Case, command: Dismiss) -> tuple[CaseEvent, ...]:
    if case.open_promises:
        raise Refused(_promises_open(case))
    if case.heard_at:
        raise Refused(
            say("The customer has been answered in #{n}: {close} it instead.", n=case.number, close=_do(case, "close"))
        )
    return (happened.Dismissed(reason=needed(command.reason)),)


def _promises_open(case: Case) -> Sentence:
    promise = case.open_promises[0]
    word = "told" if promise.done_at else "done"
    return say(
        "Promise {id} of #{n} is not kept yet (“{what}”): {command} first.",
        id=promise.id,
        n=case.number,
        what=promise.what,
        command=_do(case, word, str(promise.id)),
    )


def _reopen(case: Case, command: Reopen) -> tuple[CaseEvent, ...]:
    if case.is_open:
        raise Refused(say("#{n} is open.", n=case.number))
    if case.ending is Ending.MERGED:
        raise Refused(_ended(case))
    return (happened.Reopened(reason=needed(command.reason)),)


def _facts(case: Case, command: Facts) -> tuple[CaseEvent, ...]:
    text = needed(command.text)
    return () if text in case.facts[-1:] else (happened.FactsRecorded(text=text),)


def _sent(case: Case, command: Sent, plan: Plan) -> tuple[CaseEvent, ...]:
    link, because = command.link.strip(), said(command.because)
    if not case.unsent:
        last = case.replies[-1] if case.replies else None
        if last and (link or because) and (last.link, last.no_link) == (link, because):
            return ()
        raise Refused(say("There is no reply waiting to be posted: {reply} first.", reply=_do(case, "reply")))
    if link and not is_web_link(link):
        raise Refused(_no_web_link(case))
    if not link and not because:
        raise Refused(_no_web_link(case))
    if concerns(case, plan):
        raise Refused(_unread(case, plan))
    return (happened.ReplySent(link=link, no_link=because),)


def _no_web_link(case: Case) -> Sentence:
    return say(
        "Paste the address of the reply that you posted, {link}, or say why it has none: {without}.",
        link=_do(case, "sent", "https://…"),
        without=_do(case, "sent", "no link, because …"),
    )


def _unread(case: Case, plan: Plan) -> Sentence:
    """What posted already may be approved after the fact: then the truth is recorded."""
    if at := alone_from(case, plan):
        return say(
            "Read #{n}'s reply over first: {approve}, from {at} on.",
            n=case.number,
            approve=_do(case, "approve"),
            at=At(at),
        )
    return say(
        "#{n}'s reply waits for a second reader ({why}): {approve} or {improve}.",
        n=case.number,
        why=why_read(case, plan),
        approve=_do(case, "approve"),
        improve=_do(case, "improve", "…"),
    )


def why_read(case: Case, plan: Plan) -> Sentence:
    """Why the waiting reply wants a second reader: *heated customer, legal face*."""
    first, *more = [_WHY[each] for each in concerns(case, plan)]
    for each in more:
        first = say("{these}, {this}", these=first, this=each)
    return first


_WHY = {
    Concern.HEATED: say("heated customer"),
    Concern.UNTRAINED: say("untrained author"),
    Concern.LEGAL: say("legal face"),
    Concern.REACH: say("high reach"),
}


def _approve(case: Case, by: Member, command: Approve, plan: Plan, now: datetime) -> tuple[CaseEvent, ...]:
    last = case.replies[-1] if case.replies else None
    if last and last.read_at:
        return ()
    permit_reading(case, by, plan, now, command.version)
    return (happened.ReplyApproved(note=said(command.note)),)


def permit_reading(case: Case, by: Member, plan: Plan, now: datetime, version: int = 0) -> None:
    """Whether this member may let the waiting reply go out, or write it better, now. Raises Refused.

    ``version`` is the one that they read, as ``Reply.entry`` counts; 0: whichever waits.
    """
    if not case.unsent:
        raise Refused(say("No reply waits to be read in #{n}.", n=case.number))
    if not concerns(case, plan):
        raise Refused(say("#{n}'s reply needs no more reader: {sent} is next.", n=case.number, sent=_do(case, "sent")))
    if by.id not in readers(case, plan):
        raise Refused(_not_a_reader(case, by, plan))
    if version and version != case.unsent.entry:
        raise Refused(say("#{n}'s reply was changed meanwhile: read it once more, then decide.", n=case.number))
    if (at := alone_from(case, plan)) and now < at:
        raise Refused(
            say(
                "Nobody else is there to read it, so take a pause: {approve} from {at} on.",
                approve=_do(case, "approve"),
                at=At(at),
            )
        )


def _not_a_reader(case: Case, by: Member, plan: Plan) -> Sentence:
    members = listed(readers(case, plan))
    if case.unsent and by.id == case.unsent.by:
        return say("You wrote it, so somebody else reads it: ask {members}.", members=members)
    return say("This reply is read by {members}; ask one of them.", members=members)


def _mark(case: Case, command: SetMark) -> tuple[CaseEvent, ...]:
    if command.what is None:
        raise Refused(say("Say what is special: {example}.", example=_do(case, "mark", "heated|legal|reach")))
    note = said(command.note, LONGEST_LINE)
    if command.what not in case.marks:
        return (happened.Marked(mark=command.what, note=note),)
    if note and note != case.marks[command.what]:
        raise Refused(
            say(
                "#{n} is marked so already; {unmark} comes first if it is to be said anew.",
                n=case.number,
                unmark=_do(case, "unmark", command.what.value),
            )
        )
    return ()


def _unmark(case: Case, by: Member, command: Unmark, plan: Plan) -> tuple[CaseEvent, ...]:
    if command.what is None:
        raise Refused(say("Say which mark: {example}.", example=_do(case, "unmark", "heated|legal|reach")))
    if command.what not in case.marks:
        return ()
    if case.unsent and case.unsent.by == by.id and Concern(command.what.value) in concerns(case, plan):
        raise Refused(
            say(
                "Your reply waits to be read because of this mark: it comes off when #{n}'s reply was read, "
                "or by another member.",
                n=case.number,
            )
        )
    return (happened.Unmarked(mark=command.what, note=said(command.note, LONGEST_LINE)),)


def _private(case: Case, command: Private) -> tuple[CaseEvent, ...]:
    if command.where is None:
        raise Refused(say("Say where you talk now: {example}.", example=_do(case, "private", "phone")))
    if command.where is case.private and not command.note:
        return ()
    return (happened.MovedPrivate(where=command.where, note=said(command.note)),)


def _promise(case: Case, command: Promise, now: datetime) -> tuple[CaseEvent, ...]:
    what = said(command.what, LONGEST_LINE)
    if command.by is None or not what:
        raise Refused(say("Say what and until when: {example}.", example=_do(case, "promise", "… by fri 17:00")))
    if command.by <= now:
        raise Refused(say("{at} has passed; promise a time to come.", at=At(command.by)))
    if command.by > now + timedelta(days=366):
        raise Refused(say("{at} is more than a year away; promise something nearer.", at=At(command.by)))
    if any((promise.what, promise.due) == (what, command.by) for promise in case.open_promises):
        return ()
    return (happened.Promised(id=len(case.promises) + 1, what=what, due=command.by),)


def _done(case: Case, command: Done) -> tuple[CaseEvent, ...]:
    wanted = [promise for promise in case.promises if not promise.done_at]
    promise = case.promise(command.promise) if command.promise else _only(case, wanted, "done")
    if promise is None:
        raise Refused(_no_promise(case, command.promise))
    return () if promise.done_at else (happened.PromiseDone(id=promise.id),)


def _told(case: Case, command: Told) -> tuple[CaseEvent, ...]:
    if not command.promise and _tells_resolution(case):
        return (happened.ResolutionTold(),)
    if not command.promise and not case.promises:
        if case.told_at:
            return ()
        raise Refused(
            say(
                "There is nothing to tell yet: record the solution with {resolved} first.",
                resolved=_do(case, "resolved", "…"),
            )
        )
    promise = case.promise(command.promise) if command.promise else _only(case, _untold(case), "told")
    if promise is None:
        raise Refused(_no_promise(case, command.promise))
    if not promise.done_at:
        raise Refused(
            say(
                "Promise {id} is not done yet: {done} comes first.",
                id=promise.id,
                done=_do(case, "done", str(promise.id)),
            )
        )
    return () if promise.told_at else (happened.PromiseTold(id=promise.id),)


def _tells_resolution(case: Case) -> bool:
    return case.resolved_at is not None and case.told_at is None


def _untold(case: Case) -> list[Commitment]:
    return [promise for promise in case.promises if promise.done_at and not promise.told_at]


def _only(case: Case, promises: list[Commitment], word: str) -> Commitment | None:
    """The one promise that can be meant when the number was left out."""
    if len(promises) > 1:
        listed = ", ".join(f"{promise.id} “{promise.what}”" for promise in promises)
        raise Refused(
            say("Which promise? {example}. Open are {promises}.", example=_do(case, word, "1"), promises=listed)
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


def _resolved(case: Case, command: Resolved) -> tuple[CaseEvent, ...]:
    text = needed(command.text)
    return () if text == case.resolution else (happened.Resolved(text=text),)


def _satisfied(case: Case, command: Satisfied) -> tuple[CaseEvent, ...]:
    if command.answer is None:
        raise Refused(
            say("What did the customer answer? {example}.", example=_do(case, "satisfied", "yes|no|unreachable"))
        )
    if not case.resolved_at:
        raise Refused(say("Record the solution first: {resolved}.", resolved=_do(case, "resolved", "…")))
    if not case.told_at:
        raise Refused(say("Tell the customer of the solution first: {told}.", told=_do(case, "told")))
    if case.satisfaction is command.answer and not command.note:
        return ()
    return (happened.SatisfactionChecked(answer=command.answer, note=said(command.note)),)


def _update_asked(case: Case, command: UpdateAsked) -> tuple[CaseEvent, ...]:
    if case.satisfaction is not Satisfaction.YES:
        raise Refused(before_agreement(case))
    return () if case.update_asked_at and not command.note else (happened.UpdateAsked(note=said(command.note)),)


def before_agreement(case: Case) -> Sentence:
    """Asking for an update before the customer is satisfied (rule 003-14)."""
    return say(
        "Ask for an update only when the customer is satisfied: {satisfied} comes first.",
        satisfied=_do(case, "satisfied", "yes"),
    )


def _close(case: Case, command: Close, plan: Plan) -> tuple[CaseEvent, ...]:
    refuse_to_close(case, plan)
    if command.outcome is None:
        raise Refused(
            say(
                "How did it end? {example}.",
                example=_do(case, "close", "advocate|satisfied|neutral|lost|unreachable"),
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


def _skip(case: Case, command: Skip) -> tuple[CaseEvent, ...]:
    reason = said(command.because)
    if command.step is None or not reason:
        raise Refused(
            say("Say which step and why: {example}.", example=_do(case, "skip", "statement|update|wrap-up because …"))
        )
    done = {Step.STATEMENT: case.statement_at, Step.UPDATE: case.update_asked_at, Step.WRAP_UP: case.wrapped_at}
    if done[command.step] or case.skipped.get(command.step) == reason:
        return ()
    return (happened.StepSkipped(step=command.step, reason=reason),)


def _still_on(case: Case, by: Member) -> tuple[CaseEvent, ...]:
    if case.owner != by.id:
        if not case.owner:
            raise Refused(say("Nobody has #{n} yet: {claim} first.", n=case.number, claim=_do(case, "claim")))
        raise Refused(say("{who} has #{n}.", who=Who(case.owner), n=case.number))
    return (happened.StillOn(),)


def _checked(case: Case, command: Checked) -> tuple[CaseEvent, ...]:
    if case.is_open:
        raise Refused(say("The check-in comes after closing; #{n} is still open.", n=case.number))
    if case.ending is not Ending.CLOSED:
        raise Refused(_ended(case))
    return () if case.checked_at and not command.note else (happened.CheckedIn(note=said(command.note)),)


def _review(case: Case, command: Review) -> tuple[CaseEvent, ...]:
    if case.is_open:
        raise Refused(say("The review comes after closing; #{n} is still open.", n=case.number))
    if case.ending is not Ending.CLOSED:
        raise Refused(_ended(case))
    text = needed(command.text)
    return () if text == case.review else (happened.Reviewed(text=text),)


def _snooze(case: Case, by: Member, command: Snooze, plan: Plan, now: datetime) -> tuple[CaseEvent, ...]:
    if command.until is None or command.until <= now:
        raise Refused(say("Say until when, in the time to come: {example}.", example=_do(case, "snooze", "2h …")))
    reason = said(command.reason, LONGEST_LINE)
    if not reason:
        raise Refused(say("Say what you are waiting for: {example}.", example=_do(case, "snooze", "2h …")))
    if command.until > now + plan.clocks.longest_snooze:
        raise Refused(say("Reminders may rest until {at} at most.", at=At(now + plan.clocks.longest_snooze)))
    owed = duties(case, plan, now)
    if not owed and not case.is_open:
        raise Refused(_ended(case))
    if owed and all(duty.is_hard for duty in owed):
        raise Refused(
            say(
                "What #{n} owes cannot wait: {what} is due {at}.",
                n=case.number,
                what=wanting(owed[0].kind),
                at=At(owed[0].due),
            )
        )
    if (case.snoozed_until, case.snooze_reason, case.snoozed_by) == (command.until, reason, by.id):
        return ()
    return (happened.Snoozed(until=command.until, reason=reason),)
