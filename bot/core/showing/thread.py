"""What a case's thread says about what happened."""

from __future__ import annotations

from msgspec.structs import replace

from bot.core import events as happened
from bot.core.cards import Button, Card
from bot.core.case import Case
from bot.core.complaint import Complaint
from bot.core.draft_checks.private import masked
from bot.core.events import Entry, Mark, Reminded
from bot.core.plan import Plan
from bot.core.second_reading import waiting
from bot.core.showing.card import button
from bot.core.showing.discreet import discreet_card
from bot.core.showing.names import ANSWERS, CHANNEL_NAMES, MARKS, OUTCOMES, STEPS, WHERE, clip
from bot.core.words import At, CaseLink, Code, Sentence, WebLink, Who, Words, say


def thread_card(case: Case, entry: Entry, plan: Plan, words: Words, more: tuple[Button, ...] = ()) -> Card | None:
    """What the case's thread says about an entry; None when the card, or the message for second readers, shows it.

    ``more`` are further buttons beside a text that is ready to be copied.
    """
    told = tell(case, entry)
    is_ready = _is_ready(case, entry, plan)
    if told is None or (isinstance(entry.event, happened.ReplyAccepted) and not is_ready):
        return None
    copying = (_COPY,) if is_ready and not isinstance(entry.event, happened.ReplyAccepted) else ()
    card = Card(
        lines=tuple(words.text(sentence) for sentence in (*told, *copying)),
        case=case.number,
        copy=_text(case, entry) if is_ready else "",
        buttons=(*_thread_buttons(case, entry, words, is_ready=is_ready), *(more if is_ready else ())),
        calls=_calls(case, entry, plan),
    )
    return discreet_card(card, plan)


_COPY = say("Copy it, post it by hand, then press the button:")


def _text(case: Case, entry: Entry) -> str:
    """The reply that is ready now."""
    match entry.event:
        case happened.ReplyAccepted(text=text) | happened.ReplyImproved(text=text):
            return text
    return case.replies[-1].text


def _is_ready(case: Case, entry: Entry, plan: Plan) -> bool:
    """Whether by this entry a reply may go out, so that its text is shown ready to copy."""
    match entry.event:
        case happened.ReplyAccepted() | happened.ReplyApproved() | happened.ReplyImproved():
            return waiting(case, plan) is None
        case happened.Unmarked():
            return _freed(case, entry.event.mark, plan)
    return False


def _freed(case: Case, mark: Mark, plan: Plan) -> bool:
    """Whether the waiting reply wants no reader any more, now that the mark is gone."""
    marked = replace(case, marks={**case.marks, mark: ""})
    return waiting(marked, plan) is not None and waiting(case, plan) is None


def _thread_buttons(case: Case, entry: Entry, words: Words, *, is_ready: bool) -> tuple[Button, ...]:
    if is_ready:
        return (button(f"sent {case.number}", words, is_main=True),)
    match entry.event:
        case happened.Lapsed():
            return (button(f"claim {case.number}", words, is_main=True),)
    return ()


def _calls(case: Case, entry: Entry, plan: Plan) -> tuple[str, ...]:
    """Who is rung; never the person who just acted (principle 4)."""
    match entry.event:
        case happened.Assigned(to=to) if to != entry.by:
            return (to,)
        case happened.Lapsed() | happened.Released():
            return tuple(member for member in plan.listeners if member != entry.by)
        case happened.ReplyApproved() | happened.ReplyImproved() | happened.Unmarked() if _is_ready(case, entry, plan):
            return tuple(member for member in (case.owner or case.replies[-1].by,) if member != entry.by)
        case happened.Marked(mark=Mark.LEGAL):
            return tuple(member for member in plan.lawyers if member != entry.by)
        case happened.Reopened():
            whose = (case.owner,) if plan.member(case.owner) else plan.listeners
            return tuple(member for member in whose if member != entry.by)
    return ()


def tell(case: Case, entry: Entry) -> tuple[Sentence, ...] | None:
    who = Who(entry.by)
    match entry.event:
        case happened.Claimed():
            return (
                say("{who} has #{n}.", who=who, n=case.number),
                say(
                    "Breathe first. The aim is to understand, to solve the customer's problem and to limit the damage."
                ),
            )
        case happened.Released(note=note):
            return (say("{who} gave #{n} back.", who=who, n=case.number), *_noted(note))
        case happened.Assigned(to=to, note=note):
            return (say("{who} handed #{n} to {to}.", who=who, n=case.number, to=Who(to)), *_noted(note))
        case happened.Lapsed():
            return (say("#{n} is free again: its owner did not answer.", n=case.number),)
        case happened.Sighted(complaint=complaint, merged_from=merged_from):
            return (_sighting(complaint, merged_from),)
        case happened.FactsRecorded(text=text):
            return (say("{who} recorded the facts: {text}", who=who, text=text),)
        case happened.ReplyAccepted():
            return (say("{who} wrote the reply; copy it, post it by hand, then press the button:", who=who),)
        case happened.ReplyApproved(note=note):
            return (say("{who} read the reply and lets it go out.", who=who), *_noted(note))
        case happened.ReplyImproved():
            return (say("{who} read the reply and wrote it better.", who=who),)
        case happened.Marked(mark=mark, note=note):
            marked = say("{who} marked #{n}: {mark}.", who=who, n=case.number, mark=say(MARKS[mark]))
            return (marked, *_noted(note), *(_cool(case) if mark is Mark.HEATED else ()))
        case happened.Unmarked(mark=mark, note=note):
            taken = say("{who} took a mark from #{n}: {mark}.", who=who, n=case.number, mark=say(MARKS[mark]))
            return (taken, *_noted(note))
        case happened.ReplySent(link=link, no_link=no_link):
            if link:
                return (say("{who} posted the reply: {link}", who=who, link=WebLink(link)),)
            return (say("{who} posted the reply; no link, because {reason}", who=who, reason=no_link),)
        case happened.MovedPrivate(where=where, note=note):
            return (say("{who} settles the details {where}.", who=who, where=say(WHERE[where])), *_noted(note))
        case happened.Promised(id=id, what=what, due=due):
            return (say("{who} promised ({id}): {what}, by {at}", who=who, id=id, what=what, at=At(due)),)
        case happened.PromiseDone(id=id):
            return (
                say(
                    "Promise {id} is done; now tell the customer, then {told}.",
                    id=id,
                    told=Code(f"told {case.number} {id}"),
                ),
            )
        case happened.PromiseTold(id=id):
            return (say("Promise {id} is kept: done, and the customer knows.", id=id),)
        case happened.Resolved(text=text):
            return (say("{who} recorded the solution: {text}", who=who, text=text),)
        case happened.ResolutionTold():
            return (say("The customer knows of the solution."),)
        case happened.SatisfactionChecked(answer=answer, note=note):
            return (ANSWERS[answer], *_noted(note))
        case happened.UpdateAsked(note=note):
            return (say("{who} asked the customer to tell in public how it ended.", who=who), *_noted(note))
        case happened.StepSkipped(step=step, reason=reason):
            return (say("{who} skips the {step}: {reason}", who=who, step=say(STEPS[step]), reason=reason),)
        case happened.Closed(outcome=outcome, note=note):
            return (
                say("{who} closed #{n}: {outcome}.", who=who, n=case.number, outcome=say(OUTCOMES[outcome])),
                *_noted(note),
            )
        case happened.Dismissed(reason=reason):
            return (say("{who} dismissed #{n}: {reason}", who=who, n=case.number, reason=reason),)
        case happened.Merged(into=into):
            return (say("{who} joined #{n} with {other}.", who=who, n=case.number, other=CaseLink(into)),)
        case happened.Reopened(reason=reason):
            return (say("{who} opened #{n} again: {reason}", who=who, n=case.number, reason=reason),)
        case happened.CheckedIn(note=note):
            return (say("{who} checked in with the customer.", who=who), *_noted(note))
        case happened.Reviewed(text=text):
            return (say("{who} wrote the review: {text}", who=who, text=text),)
        case happened.Snoozed(until=until, reason=reason):
            return (say("{who} lets the reminders rest until {at}: {reason}", who=who, at=At(until), reason=reason),)
        case happened.Opened() | happened.StillOn() | Reminded():
            return None


def _cool(case: Case) -> tuple[Sentence, ...]:
    """Form and composure, however intransigent the customer is (rule 001-13)."""
    hand_over = Code(f"assign {case.number} …")
    return (say("Take a break before you answer, or hand it over: {assign}.", assign=hand_over),)


def _noted(note: str) -> tuple[Sentence, ...]:
    return (say("Note: {note}", note=note),) if note else ()


def _sighting(complaint: Complaint, merged_from: int) -> Sentence:
    if merged_from:
        return say("Joined from {other}: “{text}”", other=CaseLink(merged_from), text=clip(masked(complaint.text), 300))
    known = CHANNEL_NAMES.get(complaint.channel)
    return say(
        "The same customer said it again ({channel}): “{text}”",
        channel=say(known) if known else complaint.channel,
        text=clip(masked(complaint.text), 300),
    )
