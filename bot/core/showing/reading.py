"""What one member reads: answers, refusals, listings, help."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.core import events as happened
from bot.core.cards import Button, Card, Section, Tone
from bot.core.case import Case
from bot.core.commands import COMMANDS, Command, slots, summary
from bot.core.decisions.refusals import Unmet
from bot.core.draft_checks.private import masked
from bot.core.duties import Duty
from bot.core.events import Entry
from bot.core.grammar import ForMember
from bot.core.plan import Plan
from bot.core.showing.card import button, next_owed, owed_line
from bot.core.showing.discreet import discreet
from bot.core.showing.names import age_in_days, channel_name, clip
from bot.core.showing.thread import tell
from bot.core.words import At, CaseLink, Code, Sentence, Span, Text, Who, Words, count, say


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
        lines.extend((At(entry.at), " ", *words.text(sentence)) for sentence in _told(case, entry))
        if isinstance(entry.event, happened.ReplyAccepted | happened.ReplyImproved):
            lines.append((f"“{entry.event.text}”",))
    lines = [tuple(masked(span) if isinstance(span, str) else span for span in line) for line in lines]
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


def _told(case: Case, entry: Entry) -> Sequence[Sentence]:
    """A reply of the past is not to be copied: it may have been written better since, or not been read yet."""
    if isinstance(entry.event, happened.ReplyAccepted):
        return (say("{who} wrote the reply:", who=Who(entry.by)),)
    return tell(case, entry) or ()


def case_line(case: Case, plan: Plan, words: Words, now: datetime, owed: Sequence[Duty] = ()) -> Text:
    """A case in one line of a listing, linked to its card."""
    spans: list[Span] = [CaseLink(case.number), f" {channel_name(case.complaint.channel, words)}"]
    if case.complaint.author:
        spans.append(f" · {discreet(case.complaint.author, plan)}")
    if (days := age_in_days(case, plan, now)) > 0 and case.is_open:
        spans += [" · ", *words.text(count("day {n}", "day {n}", days))]
    spans += [" · ", *((Who(case.owner),) if case.owner else words.text(say("nobody yet")))]
    if nearest := next_owed(owed):
        spans += [" · ", *owed_line(nearest, words, now)]
    spans.append(f" · “{clip(discreet(case.complaint.text, plan), 60)}”")
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
        (Code(slot.name), f": {words.word(slot.arg.label)}. {words.word(slot.arg.help)}")
        for slot in slots(about)
        if not slot.arg.silent
    )
    return Card(title=usage(about), lines=((words.word(summary(about)),), *lines))


def usage(command: type[Command]) -> str:
    """How the command is typed: ``promise 12 WHAT by BY``."""
    parts = [command.word]
    for slot in slots(command):
        if slot.arg.silent:
            continue
        name = "12" if slot.name == "case" else slot.name.upper()
        if slot.name == "case" and not getattr(command, "needs_case", True):
            name = f"[{name}]"
        name = f"{slot.name}=…" if slot.arg.option else f"{slot.arg.lead_word} {name}".strip()
        parts.append(name if slot.arg.required else f"[{name}]")
    return " ".join(parts)


def green_card(words: Words) -> Card:
    """The brand's light is green again. That it is yellow, the new case's card says (rule 000-02)."""
    return said(say("The light is green: no case is open. Thank you."), words)
