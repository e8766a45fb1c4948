"""Cards and forms as plain text, the same bytes on every machine: for stories, and for the screen's words and times."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime

from babel.dates import format_skeleton

from bot.core.cards import Card, Field, FieldKind, Form
from bot.core.plan import Plan
from bot.core.words import Added, At, CaseLink, Code, Gone, Span, Text, WebLink, Who, Words

#: Longest quote or copied text in a one-line summary, in characters. Our choice: the line stays a line.
SUMMARY_LIMIT = 60

#: Whose habits of writing dates are meant: English as in Britain, Portuguese as in Brazil (DESIGN, section 1).
_LOCALES = {"en": "en_GB", "es": "es_ES", "pl": "pl_PL", "pt": "pt_BR"}

_KEEP_CONTROLS = {"\n", "\t"}
_WIDE_SPACES = re.compile(r"[\u00a0\u2007\u2009\u202f]")


class Plain:
    """Plain text in one brand's zone and language, whatever the machine's own.

    Everything shown is stripped of control and bidirectional marks here once more:
    to a terminal, an escape sequence in a customer's words would be an order.
    """

    def __init__(self, plan: Plan, words: Words) -> None:
        self.plan, self.words = plan, words
        self._locale = _LOCALES.get(words.language, words.language)

    def text(self, text: Text, now: datetime) -> str:
        """Spans as characters: members by id, times as short as ``now`` allows."""
        return "".join(self.span(span, now) for span in text)

    def span(self, span: Span, now: datetime) -> str:
        """One span as characters."""
        match span:
            case str():
                return safe(span)
            case Who(member):
                return safe(member)
            case At(at):
                return self.moment(at, now)
            case CaseLink(number):
                return f"#{number}"
            case Code(text):
                return f"`{safe(text)}`"
            case WebLink(url, label):
                return f"{safe(label)} ({safe(url)})" if label else safe(url)
            case Gone(text):
                return f"[-{safe(text)}-]"
            case Added(text):
                return f"{{+{safe(text)}+}}"

    def moment(self, at: datetime, now: datetime) -> str:
        """``14:05`` today, ``25 Aug 14:05`` on another day, ``25 Aug 2025 14:05`` in another year."""
        local, today = at.astimezone(self.plan.tz), now.astimezone(self.plan.tz)
        clock = f"{local:%H:%M}"
        if local.date() == today.date():
            return clock
        return f"{self.day(local, with_year=local.year != today.year)} {clock}"

    def day(self, at: datetime, *, with_year: bool = False, with_weekday: bool = False) -> str:
        """The brand's local date, short: ``25 Aug``."""
        skeleton = f"{'y' if with_year else ''}{'E' if with_weekday else ''}MMMd"
        local = at.astimezone(self.plan.tz)
        return _WIDE_SPACES.sub(" ", format_skeleton(skeleton, local.replace(tzinfo=None), locale=self._locale))

    def lines(self, card: Card, now: datetime) -> list[str]:
        """The whole card, one entry a line; buttons last, in brackets."""
        return [*self._head(card, now), *self._body(card, now), *_copy(card), *_buttons(card)]

    def one_line(self, card: Card, now: datetime) -> str:
        """A case's card in one line, without its number: *Facebook · new · “Meu pedido…” (João) · Owner: …*."""
        parts = [safe(card.title.removeprefix(f"#{card.case} "))]
        quote = f"“{clip(card.quote)}”" if card.quote else ""
        byline = f"({self.text(card.byline, now)})" if card.byline else ""
        parts.append(" ".join(part for part in (quote, byline) if part))
        parts.extend(_flat(line) for line in self._body(card, now))
        parts.append(f"“{clip(card.copy)}”" if card.copy else "")
        return " ".join([" · ".join(part for part in parts if part), *_buttons(card)]).strip()

    def form_lines(self, form: Form, now: datetime) -> list[str]:
        """The form as one reads it: title, reason of a refusal, notes, fields with what stands in them."""
        lines = [safe(form.title)]
        if form.error:
            lines.append(f"! {self.text(form.error, now)}")
        for line in form.lines:
            lines.extend(self.text(line, now).split("\n"))
        for field in form.fields:
            lines.extend(_field(field))
        return [*lines, f"[{safe(form.submit)}]"]

    def calls(self, card: Card) -> str:
        """Who is rung: ``@ana @bea``."""
        return " ".join(f"@{safe(member)}" for member in card.calls)

    def _head(self, card: Card, now: datetime) -> Iterable[str]:
        if card.title:
            yield safe(card.title)
        if card.quote:
            yield from f"“{safe(card.quote)}”".split("\n")
        if card.byline:
            yield f"— {self.text(card.byline, now)}"
        if card.link:
            yield safe(card.link)

    def _body(self, card: Card, now: datetime) -> Iterable[str]:
        for line in card.lines:
            yield from self.text(line, now).split("\n")
        for fact in card.facts:
            yield f"{safe(fact.label)}: {_flat(self.text(fact.value, now))}"
        for section in card.sections:
            yield safe(section.title)
            for line in section.lines:
                yield f"  {_flat(self.text(line, now))}"


def safe(text: str) -> str:
    """Text without anything that a terminal would obey: control, format and bidirectional marks."""
    return "".join(
        char
        for char in text
        if char in _KEEP_CONTROLS or char == "\u200d" or unicodedata.category(char) not in {"Cc", "Cf", "Cs"}
    )


def clip(text: str, limit: int = SUMMARY_LIMIT) -> str:
    """The beginning of a text, on one line."""
    text = _flat(safe(text))
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def _flat(text: str) -> str:
    return " ".join(text.split())


def _copy(card: Card) -> list[str]:
    return [f"│ {line}".rstrip() for line in safe(card.copy).split("\n")] if card.copy else []


def _buttons(card: Card) -> list[str]:
    return [" ".join(f"[{_flat(safe(button.label))}]" for button in card.buttons)] if card.buttons else []


def _field(field: Field) -> Iterable[str]:
    label = safe(field.label) + ("" if field.required else "?")
    if field.kind in {FieldKind.CHOICE, FieldKind.MEMBER}:
        chosen = field.value
        options = " | ".join(f"*{each.value}" if each.value == chosen else each.value for each in field.choices)
        yield f"{label}: {safe(options)}"
        return
    hint = f" ({safe(field.hint)})" if field.hint else ""
    yield f"{label}{hint}:"
    if field.value:
        yield from (f"│ {line}".rstrip() for line in safe(field.value).split("\n"))
