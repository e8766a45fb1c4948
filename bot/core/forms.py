"""Forms for commands that still want something: at most five fields, made from the command's own slots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from bot.core.cards import Choice, Field, FieldKind, Form
from bot.core.case import Case
from bot.core.commands import CaseCommand, Command, MemberId, Reply, Slot, missing, slots, summary
from bot.core.events import Satisfaction
from bot.core.grammar import write
from bot.core.plan import Plan, PrivateChannel
from bot.core.replies import CHOSEN, JOIN, PARTS, Part, PartKind, Template
from bot.core.showing.names import KINDS, MARKS, OUTCOMES, STEPS, WHERE
from bot.core.words import Sentence, Text, Words, msg, say

#: The most fields that a form may have: a Discord modal takes five (Discord, "Modals").
MOST_FIELDS = 5

_CHOICES: Mapping[StrEnum, str] = {**KINDS, **OUTCOMES, **WHERE, **STEPS, **MARKS}
_ANSWERS = {
    Satisfaction.YES: msg("yes"),
    Satisfaction.NO: msg("no"),
    Satisfaction.UNREACHABLE: msg("unreachable"),
}


def form(
    command: Command,
    plan: Plan,
    words: Words,
    *,
    error: Sentence | None = None,
    lines: Sequence[Text] = (),
    values: dict[str, str] | None = None,
) -> Form:
    """What the command still wants, and what it may be given besides; earlier ``values`` are kept."""
    asked = [
        slot
        for slot in slots(type(command))
        if slot.name != "case" and not slot.arg.silent and (_is_missing(command, slot) or not slot.arg.required)
    ]
    number = f" #{command.case}" if isinstance(command, CaseCommand) and command.case else ""
    return Form(
        title=f"{words.word(summary(type(command))).rstrip('.')}{number}",
        command=write(command),
        fields=tuple(_field(slot, plan, words, (values or {}).get(slot.name, "")) for slot in asked[:MOST_FIELDS]),
        submit=words.line(say("Record")),
        lines=tuple(lines),
        error=words.text(error) if error else (),
    )


def _is_missing(command: Command, slot: Slot) -> bool:
    return slot in missing(command)


def _field(slot: Slot, plan: Plan, words: Words, value: str) -> Field:
    return Field(
        name=slot.name,
        label=words.word(slot.arg.label),
        kind=_kind(slot),
        hint=words.word(slot.arg.help),
        value=value,
        required=slot.arg.required,
        choices=_choices(slot, plan, words),
        read_along=slot.arg.read_along,
    )


def _kind(slot: Slot) -> FieldKind:
    if slot.type is datetime:
        return FieldKind.WHEN
    if slot.type is MemberId:
        return FieldKind.MEMBER
    if isinstance(slot.type, type) and issubclass(slot.type, StrEnum):
        return FieldKind.CHOICE
    return FieldKind.TEXT if slot.arg.long else FieldKind.LINE


def _choices(slot: Slot, plan: Plan, words: Words) -> tuple[Choice, ...]:
    if slot.type is MemberId:
        return tuple(Choice(member.id, member.name) for member in plan.committee)
    if isinstance(slot.type, type) and issubclass(slot.type, StrEnum):
        return tuple(Choice(each.value, _with_contact(each, plan, words.word(choice_name(each)))) for each in slot.type)
    return ()


def _with_contact(each: StrEnum, plan: Plan, name: str) -> str:
    """A private channel is named with what customers are told of it."""
    contact = plan.private.get(each) if isinstance(each, PrivateChannel) else None
    return f"{name}: {contact}" if contact else name


def choice_name(each: StrEnum) -> str:
    """What a member reads for a choice, in English."""
    if isinstance(each, Satisfaction):
        return _ANSWERS[each]
    return _CHOICES.get(each, each.value)


def choose_template(
    case: Case, fitting: Sequence[Template], words: Words, notes: Sequence[Text], *, has_parts: bool = False
) -> Form:
    """The first step of a reply: which draft to start from, or that one is composed from parts."""
    composing = (Choice(PARTS, words.line(say("From parts: empathy, facts, next step"))),) if has_parts else ()
    return Form(
        title=words.line(say("Reply in #{n}: choose a draft", n=case.number)),
        command=f"reply {case.number}",
        fields=(
            Field(
                name="template",
                label=words.line(say("Template")),
                kind=FieldKind.CHOICE,
                hint=words.line(say("The ones that fit best come first")),
                value=fitting[0].name if fitting else "",
                choices=(*(Choice(template.name, template.title) for template in fitting), *composing),
            ),
        ),
        submit=words.line(say("Next")),
        lines=tuple(notes),
    )


_PARTS_ASKED: Mapping[PartKind, str] = {
    PartKind.EMPATHY: msg("Empathy"),
    PartKind.FACT: msg("Facts"),
    PartKind.NEXT_STEP: msg("Next step"),
}


def choose_parts(
    case: Case,
    parts: Sequence[Part],
    words: Words,
    notes: Sequence[Text],
    error: Sentence | None = None,
    values: Mapping[str, str] | None = None,
) -> Form:
    """The step between the two, for who composes: one part of each kind. Facts may be left out."""
    return Form(
        title=words.line(say("Reply in #{n}: compose it from parts", n=case.number)),
        command=f"reply {case.number} {PARTS}",
        fields=tuple(
            Field(
                name=_asked_as(kind),
                label=words.word(label),
                kind=FieldKind.CHOICE,
                value=(values or {}).get(_asked_as(kind), ""),
                required=kind is not PartKind.FACT,
                choices=tuple(Choice(part.name, part.title) for part in parts if part.part is kind),
            )
            for kind, label in _PARTS_ASKED.items()
            if any(part.part is kind for part in parts)
        ),
        submit=words.line(say("Next")),
        lines=tuple(notes),
        error=words.text(error) if error else (),
    )


def _asked_as(kind: PartKind) -> str:
    """The name of a part's field, spelt as those of commands are."""
    return kind.value.replace("-", "_")


def with_parts(values: Mapping[str, str]) -> Mapping[str, str]:
    """What came back from a form; parts that were chosen are named as a template is, joined by +."""
    chosen = [part for kind in CHOSEN if (part := values.get(_asked_as(kind)))]
    return {**values, "template": JOIN.join(chosen)} if chosen else values


def write_reply(
    case: Case,
    template: str,
    draft: str,
    words: Words,
    notes: Sequence[Text],
    error: Sentence | None = None,
    despite: str | None = None,
) -> Form:
    """The second step: the draft with its holes, to be made one's own. ``despite`` is asked for unless it is None."""
    return Form(
        title=words.line(say("Reply in #{n}", n=case.number)),
        command=f"reply {case.number} {template}".strip(),
        fields=(
            Field(
                name="text",
                label=words.line(say("Your text")),
                kind=FieldKind.TEXT,
                hint=words.line(say("Fill every ⟦hole⟧ and make it your own")),
                value=draft,
                read_along=True,
            ),
            *(() if despite is None else (_despite(words, despite),)),
        ),
        submit=words.line(say("Accept")),
        lines=tuple(notes),
        error=words.text(error) if error else (),
    )


def improve_reply(
    case: Case,
    text: str,
    words: Words,
    notes: Sequence[Text],
    error: Sentence | None = None,
    despite: str | None = None,
) -> Form:
    """What a second reader gets: the waiting text, to be written better."""
    return Form(
        title=words.line(say("Improve the reply in #{n}", n=case.number)),
        command=f"improve {case.number} version={case.replies[-1].entry}",
        fields=(
            Field(
                name="text",
                label=words.line(say("Better text")),
                kind=FieldKind.TEXT,
                hint=words.line(say("The reply as it should be posted")),
                value=text,
                read_along=True,
            ),
            *(() if despite is None else (_despite(words, despite),)),
        ),
        submit=words.line(say("Accept")),
        lines=tuple(notes),
        error=words.text(error) if error else (),
    )


def _despite(words: Words, value: str) -> Field:
    slot = next(slot for slot in slots(Reply) if slot.name == "despite")
    return Field(slot.name, words.word(slot.arg.label), hint=words.word(slot.arg.help), value=value, required=False)
