"""Cases as cards: what the room sees, what its threads say, and what one member reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.core import case as happened
from bot.core.cards import Button, Card, Fact, Section, Tone
from bot.core.case import Case, Ending, Entry, Outcome, PrivateChannel, Reminded, Satisfaction
from bot.core.commands import COMMANDS, Command, slots, summary
from bot.core.complaint import Complaint, Kind
from bot.core.decide import Unmet, phase_word, wanting
from bot.core.duties import Duty, DutyKind, is_late
from bot.core.grammar import ForMember
from bot.core.plan import Plan, Step
from bot.core.words import At, CaseLink, Code, Sentence, Span, Text, WebLink, Who, Words, count, msg, say

#: How networks write their own names.
CHANNEL_NAMES: Mapping[str, str] = {
    "facebook": "Facebook",
    "x": "X",
    "instagram": "Instagram",
    "reclameaqui": "Reclame AQUI",
    "google": "Google",
    "linkedin": "LinkedIn",
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "whatsapp": "WhatsApp",
    "trustpilot": "Trustpilot",
    "forum": msg("forum"),
    "blog": msg("blog"),
    "mail": msg("mail"),
    "other": msg("elsewhere"),
    "": msg("elsewhere"),
}

_KINDS = {Kind.COMPLAINT: msg("complaint"), Kind.QUESTION: msg("question"), Kind.PRAISE: msg("praise")}
_WHERE = {
    PrivateChannel.PHONE: msg("on the phone"),
    PrivateChannel.TICKET: msg("in a support ticket"),
    PrivateChannel.DM: msg("in private messages"),
}
_STEPS = {
    Step.STATEMENT: msg("closing statement"),
    Step.UPDATE: msg("customer's update"),
    Step.WRAP_UP: msg("public wrap-up"),
}
_OUTCOMES = {
    Outcome.ADVOCATE: msg("the customer speaks well of us now"),
    Outcome.SATISFIED: msg("satisfied"),
    Outcome.NEUTRAL: msg("neutral"),
    Outcome.LOST: msg("lost"),
    Outcome.UNREACHABLE: msg("unreachable"),
}
_ANSWERS = {
    Satisfaction.YES: say("The customer is satisfied."),
    Satisfaction.NO: say("The customer is not satisfied: back to solving."),
    Satisfaction.UNREACHABLE: say("The customer could not be reached."),
}


def channel_name(channel: str, words: Words) -> str:
    """The network as people write it."""
    return words.word(CHANNEL_NAMES.get(channel, channel))


def outcome_name(outcome: Outcome | None, words: Words) -> str:
    """How a case ended, in the room's language."""
    return words.word(_OUTCOMES[outcome]) if outcome else ""


def age_in_days(case: Case, plan: Plan, now: datetime) -> int:
    """Days since the complaint, by the brand's calendar (rule 000-15)."""
    return (now.astimezone(plan.tz).date() - case.complaint.posted_at.astimezone(plan.tz).date()).days


# The card


def case_card(
    case: Case, plan: Plan, words: Words, now: datetime, owed: Sequence[Duty], calls: tuple[str, ...] = ()
) -> Card:
    """The one card of a case. It leads with the customer's own words (rule 001-03)."""
    late = any(is_late(duty, now) and duty.is_hard for duty in owed)
    return Card(
        title=f"#{case.number} {channel_name(case.complaint.channel, words)} · {words.line(_state(case, late=late))}",
        tone=_tone(case, late=late),
        case=case.number,
        quote=case.complaint.text,
        byline=_byline(case.complaint, words),
        link=case.complaint.link,
        facts=tuple(_facts(case, plan, words, now, owed)),
        buttons=buttons(case, words),
        calls=calls,
    )


def _state(case: Case, *, late: bool) -> Sentence:
    if case.ending is Ending.DISMISSED:
        return say("dismissed")
    if case.ending is Ending.MERGED:
        return say("joined with #{n}", n=case.merged_into)
    if case.ending is Ending.CLOSED:
        return say("closed")
    if late:
        return say("late")
    if not case.owner:
        return say("new")
    return say("waiting for the customer") if waits_for_customer(case) else say("in hand")


def _tone(case: Case, *, late: bool) -> Tone:
    if not case.is_open:
        return Tone.CLOSED
    if late:
        return Tone.LATE
    if not case.owner:
        return Tone.NEW
    return Tone.WAITING if waits_for_customer(case) else Tone.CLAIMED


def waits_for_customer(case: Case) -> bool:
    """Solved and told: the customer's answer is what is missing."""
    return case.is_open and bool(case.resolved_at and case.told_at) and case.satisfaction is None


def _byline(complaint: Complaint, words: Words) -> Text:
    author = complaint.author or words.line(say("somebody"))
    spans: list[Span] = [*words.text(say("{author}, posted {at}", author=author, at=At(complaint.posted_at)))]
    if complaint.kind is not Kind.COMPLAINT:
        spans.append(f" · {words.word(_KINDS[complaint.kind])}")
    return tuple(spans)


def _facts(case: Case, plan: Plan, words: Words, now: datetime, owed: Sequence[Duty]) -> Iterable[Fact]:
    def fact(label: str, value: Sentence | Text) -> Fact:
        return Fact(words.word(label), words.text(value) if isinstance(value, Sentence) else value)

    yield fact(msg("Owner"), (Who(case.owner),) if case.owner else say("nobody yet"))
    yield fact(msg("Phase"), phase_word(case.phase))
    if case.is_open and (days := age_in_days(case, plan, now)) > 0:
        yield fact(msg("Age"), say("day {n} since the complaint", n=days))
    if nearest := next_owed(owed):
        yield fact(msg("Next"), owed_line(nearest, words, now))
    if case.sightings:
        yield fact(msg("Seen"), count("{n} more sighting", "{n} more sightings", len(case.sightings)))
    if case.recurrence_of:
        yield fact(msg("Before"), say("the same customer as in {case}", case=CaseLink(case.recurrence_of)))
    if case.alike and case.is_open:
        alike = tuple(_joined(CaseLink(number) for number in case.alike))
        yield fact(msg("Looks like"), alike)
    if case.facts:
        yield fact(msg("Facts"), (case.facts[-1],))
    if case.private:
        yield fact(msg("Private"), (words.word(_WHERE[case.private]),))
    for promise in case.open_promises:
        yield fact(msg("Promise"), _promise_line(promise, words))
    if case.resolution:
        yield fact(msg("Solution"), (case.resolution,))
    if case.snoozed_until and case.snoozed_until > now:
        yield fact(
            msg("Snoozed"),
            say(
                "until {at} by {who}: {reason}",
                at=At(case.snoozed_until),
                who=Who(case.snoozed_by),
                reason=case.snooze_reason,
            ),
        )
    if case.ending is Ending.CLOSED:
        yield fact(msg("Outcome"), (outcome_name(case.outcome, words),))


def next_owed(owed: Sequence[Duty]) -> Duty | None:
    """What to do next. "Still on it?" is a question of ours, no work for the customer."""
    return next((duty for duty in owed if duty.kind is not DutyKind.STILL_ON), None)


def _joined(spans: Iterable[Span]) -> Iterable[Span]:
    for position, span in enumerate(spans):
        if position:
            yield ", "
        yield span


def _promise_line(promise: happened.Commitment, words: Words) -> Text:
    if promise.done_at:
        return words.text(say("{id}. {what}: done, tell the customer", id=promise.id, what=promise.what))
    return words.text(say("{id}. {what}, by {at}", id=promise.id, what=promise.what, at=At(promise.due)))


def owed_line(duty: Duty, words: Words, now: datetime) -> Text:
    """One duty: what is owed and by when."""
    what = wanting(duty.kind.value)
    if is_late(duty, now):
        return words.text(say("{what}: was due {at}", what=what, at=At(duty.due)))
    return words.text(say("{what}: due {at}", what=what, at=At(duty.due)))


_NEW, _GIVEN_BACK, _ENDED = ("claim", "dismiss"), ("claim",), ("reopen",)

_LABELS = {
    "claim": msg("Claim"),
    "dismiss": msg("Dismiss"),
    "merge": msg("Join with #{n}"),
    "release": msg("Release"),
    "facts": msg("Facts"),
    "reply": msg("Reply"),
    "sent": msg("Posted it"),
    "private": msg("Go private"),
    "promise": msg("Promise"),
    "done": msg("Done: {what}"),
    "told": msg("Customer told"),
    "resolved": msg("Solved"),
    "satisfied": msg("Satisfied?"),
    "update-asked": msg("Update asked"),
    "skip": msg("Skip a step"),
    "close": msg("Close"),
    "reopen": msg("Reopen"),
    "checked": msg("Checked in"),
    "review": msg("Review"),
    "show": msg("Show"),
    "still-on": msg("Still on it"),
    "snooze": msg("Snooze"),
    "assign": msg("Hand over"),
}


def button(command: str, words: Words, *, is_main: bool = False, what: str = "", n: int = 0) -> Button:
    """A command as a button, labelled in the room's language."""
    word = command.split(maxsplit=1)[0]
    label = words.word(_LABELS[word]).replace("{n}", str(n)).replace("{what}", _clip(what, 40))
    return Button(label, command, is_main=is_main, is_danger=word == "dismiss")


def buttons(case: Case, words: Words) -> tuple[Button, ...]:
    """What is likely next, first; the state decides (no button deletes or blocks: rules 002-19, 001-09)."""
    commands = list(_next_words(case))
    made = [button(f"{word} {case.number}", words, is_main=not position) for position, word in enumerate(commands)]
    for promise in case.open_promises:
        word = "told" if promise.done_at else "done"
        made.append(button(f"{word} {case.number} {promise.id}", words, what=promise.what))
    if case.alike and case.is_open and not case.heard_at:
        made.append(button(f"merge {case.number} into {case.alike[0]}", words, n=case.alike[0]))
    return tuple(made)


def _next_words(case: Case) -> Iterable[str]:
    if case.ending is Ending.CLOSED:
        return [
            *(["checked"] if not case.checked_at else []),
            *(["review"] if not case.reviewed_at else []),
            "reopen",
        ]
    if not case.is_open:
        return _ENDED if case.ending is Ending.DISMISSED else ()
    if not case.owner:
        return _GIVEN_BACK if case.heard_at or case.open_promises else _NEW
    return [*_work(case), "release"]


def _work(case: Case) -> Iterable[str]:
    if case.unsent:
        yield "sent"
    yield "reply"
    if case.kind is not Kind.COMPLAINT and (case.answered_at or case.private_at):
        yield "close"
    if not case.facts_at:
        yield "facts"
    if case.satisfaction is None:
        if not case.private and not case.resolved_at:
            yield "private"
        if not case.resolved_at:
            yield from ("promise", "resolved")
        else:
            yield "satisfied" if case.told_at else "told"
        return
    if case.satisfaction is Satisfaction.YES and not case.update_asked_at and Step.UPDATE not in case.skipped:
        yield "update-asked"
    if case.kind is Kind.COMPLAINT:
        yield from ("skip", "close")


# The thread


def thread_card(case: Case, entry: Entry, plan: Plan, words: Words) -> Card | None:
    """What the case's thread says about an entry; None when the card alone shows it."""
    told = _tell(case, entry)
    if told is None:
        return None
    return Card(
        lines=tuple(words.text(sentence) for sentence in told),
        case=case.number,
        copy=entry.event.text if isinstance(entry.event, happened.ReplyAccepted) else "",
        buttons=_thread_buttons(case, entry, words),
        calls=_calls(entry, plan),
    )


def _thread_buttons(case: Case, entry: Entry, words: Words) -> tuple[Button, ...]:
    match entry.event:
        case happened.ReplyAccepted():
            return (button(f"sent {case.number}", words, is_main=True),)
        case happened.Lapsed():
            return (button(f"claim {case.number}", words, is_main=True),)
    return ()


def _calls(entry: Entry, plan: Plan) -> tuple[str, ...]:
    """Who is rung; never the person who just acted (principle 4)."""
    match entry.event:
        case happened.Assigned(to=to) if to != entry.by:
            return (to,)
        case happened.Lapsed() | happened.Released():
            return tuple(member for member in plan.listeners if member != entry.by)
    return ()


def _tell(case: Case, entry: Entry) -> tuple[Sentence, ...] | None:
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
        case happened.ReplySent(link=link, no_link=no_link):
            if link:
                return (say("{who} posted the reply: {link}", who=who, link=WebLink(link)),)
            return (say("{who} posted the reply; no link, because {reason}", who=who, reason=no_link),)
        case happened.MovedPrivate(where=where, note=note):
            return (say("{who} settles the details {where}.", who=who, where=say(_WHERE[where])), *_noted(note))
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
            return (_ANSWERS[answer], *_noted(note))
        case happened.UpdateAsked(note=note):
            return (say("{who} asked the customer to tell in public how it ended.", who=who), *_noted(note))
        case happened.StepSkipped(step=step, reason=reason):
            return (say("{who} skips the {step}: {reason}", who=who, step=say(_STEPS[step]), reason=reason),)
        case happened.Closed(outcome=outcome, note=note):
            return (
                say("{who} closed #{n}: {outcome}.", who=who, n=case.number, outcome=say(_OUTCOMES[outcome])),
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


def _noted(note: str) -> tuple[Sentence, ...]:
    return (say("Note: {note}", note=note),) if note else ()


def _sighting(complaint: Complaint, merged_from: int) -> Sentence:
    if merged_from:
        return say("Joined from {other}: “{text}”", other=CaseLink(merged_from), text=_clip(complaint.text, 300))
    known = CHANNEL_NAMES.get(complaint.channel)
    return say(
        "The same customer said it again ({channel}): “{text}”",
        channel=say(known) if known else complaint.channel,
        text=_clip(complaint.text, 300),
    )


# Reminders


def reminder_card(
    case: Case, event: Reminded, owed: Sequence[Duty], calls: tuple[str, ...], words: Words, now: datetime
) -> Card:
    """One message for all that a case owes now, with the one button that solves each."""
    by_key = {duty.key: duty for duty in owed}
    nudged = [by_key[nudge.duty] for nudge in event.nudges if nudge.duty in by_key]
    lines = [_reminder_line(case, duty, words, now) for duty in nudged]
    made = [_duty_button(case, duty, words) for duty in nudged]
    if any(not duty.is_hard for duty in nudged):
        made.append(button(f"snooze {case.number}", words))
    return Card(
        tone=Tone.LATE if any(duty.is_hard and is_late(duty, now) for duty in nudged) else Tone.INFO,
        case=case.number,
        lines=tuple(lines),
        buttons=tuple(dict.fromkeys(made)),
        calls=calls,
    )


def _reminder_line(case: Case, duty: Duty, words: Words, now: datetime) -> Text:
    if duty.kind is DutyKind.CLAIM:
        return words.text(say("#{n} nobody has claimed this case yet", n=case.number))
    if duty.kind is DutyKind.STILL_ON:
        return words.text(say("#{n} are you still on it? Without an answer it goes back to the room.", n=case.number))
    if duty.kind is DutyKind.PROMISE:
        promise = case.promise(duty.promise)
        what = promise.what if promise else ""
        late = say("#{n} promise “{what}” was due {at}", n=case.number, what=what, at=At(duty.due))
        soon = say("#{n} promise “{what}” is due {at}", n=case.number, what=what, at=At(duty.due))
        return words.text(late if is_late(duty, now) else soon)
    return (f"#{case.number} ", *owed_line(duty, words, now))


def _duty_button(case: Case, duty: Duty, words: Words) -> Button:
    promise = case.promise(duty.promise)
    return button(duty.command, words, is_main=True, what=promise.what if promise else "")


# What one member reads


def said(sentence: Sentence, words: Words, *more: Sentence, buttons: tuple[Button, ...] = ()) -> Card:
    """A plain answer."""
    return Card(lines=tuple(words.text(each) for each in (sentence, *more)), buttons=buttons)


def refusal(error: ForMember, words: Words, kept: str = "") -> Card:
    """Why not, and what to do instead. ``kept`` is the member's own text, given back whole."""
    items = error.items if isinstance(error, Unmet) else ()
    return Card(
        tone=Tone.REFUSAL,
        lines=(
            words.text(error.sentence),
            *(words.text(say("• {what}: {command}", what=what, command=Code(command))) for what, command in items),
        ),
        buttons=tuple(dict.fromkeys(_item_button(command, words) for _, command in items)),
        copy=kept,
    )


def _item_button(command: str, words: Words) -> Button:
    return button(command, words, what=command.rsplit(maxsplit=1)[-1])


def history_card(case: Case, history: Sequence[Entry], card: Card, words: Words) -> Card:
    """The card with its whole history, for one reader."""
    lines: list[Text] = []
    for entry in history:
        lines.extend((At(entry.at), " ", *words.text(sentence)) for sentence in _tell(case, entry) or ())
        if isinstance(entry.event, happened.ReplyAccepted):
            lines.append((f"“{entry.event.text}”",))
    return Card(
        title=card.title,
        tone=card.tone,
        case=case.number,
        quote=card.quote,
        byline=card.byline,
        link=card.link,
        facts=card.facts,
        sections=(Section(words.line(say("History")), tuple(lines)),) if lines else (),
        buttons=card.buttons,
    )


def case_line(case: Case, plan: Plan, words: Words, now: datetime, owed: Sequence[Duty] = ()) -> Text:
    """A case in one line of a listing, linked to its card."""
    spans: list[Span] = [CaseLink(case.number), f" {channel_name(case.complaint.channel, words)}"]
    if case.complaint.author:
        spans.append(f" · {case.complaint.author}")
    if (days := age_in_days(case, plan, now)) > 0 and case.is_open:
        spans += [" · ", *words.text(count("day {n}", "day {n}", days))]
    spans += [" · ", *((Who(case.owner),) if case.owner else words.text(say("nobody yet")))]
    if nearest := next_owed(owed):
        spans += [" · ", *owed_line(nearest, words, now)]
    spans.append(f" · “{_clip(case.complaint.text, 60)}”")
    return tuple(spans)


def todo_card(owed: Sequence[tuple[Case, Duty]], words: Words, now: datetime) -> Card:
    """What one member owes, most urgent first, and the buttons that begin everything else."""
    lines = tuple(
        (CaseLink(case.number), " ", *owed_line(duty, words, now), " · ", Code(duty.command)) for case, duty in owed
    )
    nothing = (words.text(say("You owe nothing. Breathe.")),)
    return Card(
        title=words.line(say("What you owe")),
        lines=lines or nothing,
        buttons=(
            Button(words.line(say("New complaint")), "new"),
            Button(words.line(say("Unclaimed")), "list unclaimed"),
            Button(words.line(say("My cases")), "list mine"),
            Button(words.line(say("Help")), "help"),
        ),
    )


def help_card(words: Words, about: type[Command] | None = None) -> Card:
    """All commands, or one with its fields."""
    if about is None:
        lines = tuple((Code(usage(command)), f": {words.word(summary(command))}") for command in COMMANDS.values())
        return Card(title=words.line(say("What you can say")), lines=lines)
    lines = tuple(
        (Code(slot.name), f": {words.word(slot.arg.label)}. {words.word(slot.arg.help)}") for slot in slots(about)
    )
    return Card(title=usage(about), lines=((words.word(summary(about)),), *lines))


def usage(command: type[Command]) -> str:
    """How the command is typed: ``promise 12 WHAT by BY``."""
    parts = [command.word]
    for slot in slots(command):
        name = "12" if slot.name == "case" else slot.name.upper()
        name = f"{slot.name}=…" if slot.arg.option else f"{slot.arg.lead_word} {name}".strip()
        parts.append(name if slot.arg.required else f"[{name}]")
    return " ".join(parts)


def light_card(words: Words, *, is_green: bool) -> Card:
    """The brand's light changed."""
    sentence = (
        say("The light is green: no case is open. Thank you.") if is_green else say("The light is yellow: time to act.")
    )
    return said(sentence, words)


def _clip(text: str, limit: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
