"""Cards as Block Kit. What anybody wrote stands where Slack reads no markup: in rich text elements and plain text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from adapters.chats.slack.limits import Json, checked, most
from bot.core.cards import PICTURES, Button, Card, Choice, Fact, Section
from bot.core.links import is_web_link
from bot.core.literal import characters, clip, safe
from bot.core.plan import Plan
from bot.core.words import Added, At, CaseLink, Code, Gone, Span, Text, WebLink, Who

#: Every button's ``action_id`` begins so; its ``value`` is the command.
ACTION: Final = "heard/"
ACTIONS: Final = re.compile(rf"^{ACTION}\d+$")
#: Longest text of a notification. Our choice: a phone shows no more.
_NOTICE: Final = 200
#: Slack shows the reader's own zone: https://docs.slack.dev/reference/block-kit/block-elements/date-element
_DATE: Final = "{date_short_pretty} {time}"

#: A notification has no rich text, so what Slack would read as markup is written with letters that look alike.
_MARKUP: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", "*": "∗", "_": "\uff3f", "~": "∼", "`": "ˋ", ":": "∶", "@": "\uff20"}
)


class Look(msgspec.Struct, frozen=True):
    """What is needed to show anything. ``links`` are the addresses of cases' cards, as far as they are known.

    In private (an answer to one member, a modal, the home tab) a mention rings nobody,
    so members are shown as Slack shows them; in the room they are shown by name.
    """

    plan: Plan
    links: Mapping[int, str] = {}
    is_private: bool = False
    command: str = "/crisis"

    def account(self, id: str) -> str:
        """The member's user id on Slack, empty when there is none."""
        member = self.plan.member(id)
        return member.accounts.get("slack", "") if member else ""


def message(card: Card, look: Look) -> Json:
    """``text`` and ``blocks`` of a message, checked. Raises TooMuch."""
    made = blocks(card, look)
    return checked({"text": fallback(card, look), "blocks": made or [_rich(_section([_text("·")]))]})


def blocks(card: Card, look: Look) -> list[Json]:
    """The card's blocks, not yet checked, for surfaces that hold more than one card."""
    return [*_head(card, look), *_body(card, look), *_foot(card, look)]


def fallback(card: Card, look: Look) -> str:
    """What a notification says: one line in which Slack finds no markup."""
    first = (plain(line, look) for line in card.lines)
    said = card.title or next(first, "") or card.quote or card.copy or "·"
    return clip(" ".join(safe(said).split()), _NOTICE).translate(_MARKUP) or "·"


# Parts of a card


def _head(card: Card, look: Look) -> Iterable[Json]:
    if title := safe(card.title).strip():
        yield header(f"{PICTURES.get(card.tone, '')} {title}".strip())
    parts: list[Json] = []
    if quote := safe(card.quote).strip():
        parts.append({"type": "rich_text_quote", "elements": [_text(quote)]})
    under = lines_of([line for line in (card.byline, _linked(card.link)) if line], look)
    if under:
        parts.append(_section(under))
    if parts:
        yield _rich(*parts)


def _linked(link: str) -> Text:
    return (WebLink(link),) if link else ()


def _body(card: Card, look: Look) -> Iterable[Json]:
    if parts := list(_line_parts(card.lines, look)):
        yield _rich(*parts)
    if facts := _facts(card.facts, look):
        yield _rich(_section(facts))
    if parts := [part for section in card.sections for part in _section_parts(section, look)]:
        yield _rich(*parts)
    if copy := safe(card.copy).strip("\n"):
        yield _rich({"type": "rich_text_preformatted", "elements": [_text(copy)]})


def _foot(card: Card, look: Look) -> Iterable[Json]:
    if rung := list(_calls(card.calls, look)):
        yield _rich(_section(rung))
    yield from buttons(card.buttons)


def _facts(facts: Sequence[Fact], look: Look) -> list[Json]:
    elements: list[Json] = []
    for fact in facts:
        if elements:
            elements.append(_text("\n"))
        elements += [_text(f"{safe(fact.label)}: ", bold=True), *spans(fact.value, look)]
    return elements


def _line_parts(lines: Sequence[Text], look: Look) -> Iterable[Json]:
    """Lines as text; several that each speak of a case as a list, or nobody sees where a long one ends."""
    for is_case, group in itertools.groupby(lines, _begins_with_case):
        some = list(group)
        if is_case and len(some) > 1:
            yield _listed(some, look)
        elif said := lines_of(some, look):
            yield _section(said)


def _begins_with_case(line: Text) -> bool:
    return bool(line) and isinstance(line[0], CaseLink)


def _listed(lines: Iterable[Text], look: Look) -> Json:
    rows = [_section(made) for line in lines if (made := spans(line, look))]
    return {"type": "rich_text_list", "style": "bullet", "elements": rows}


def _section_parts(section: Section, look: Look) -> Iterable[Json]:
    if title := safe(section.title).strip():
        yield _section([_text(title, bold=True)])
    if any(spans(line, look) for line in section.lines):
        yield _listed(section.lines, look)


def _calls(calls: Sequence[str], look: Look) -> Iterable[Json]:
    """The only place of a message in the room that rings anybody."""
    for position, member in enumerate(calls):
        yield _text(", " if position else "→ ")
        account = look.account(member)
        yield _user(account) if account else _text(safe(look.plan.called(member)) or "?")


def buttons(made: Sequence[Button], name: str = "actions") -> Iterable[Json]:
    """Rows of buttons whose value is the command; ``name`` begins the blocks' ids, unique in a view."""
    row = most("elements in actions")
    for start in range(0, len(made), row):
        elements = [_button(each, start + n) for n, each in enumerate(made[start : start + row])]
        yield {"type": "actions", "block_id": f"{name}/{start // row}", "elements": elements}


def _button(button: Button, position: int) -> Json:
    if button.choices:
        return _menu(button, position)
    made: Json = {
        "type": "button",
        "action_id": f"{ACTION}{position}",
        "text": plain_text(button.label, "button"),
        "value": button.command,
    }
    if button.is_main:  # Nothing is red but what is late: what puts a case away asks for the reason first.
        made["style"] = "primary"
    return made


def _menu(button: Button, position: int) -> Json:
    """Its choices, and last the command itself, which asks for what they do not offer."""
    choices = [*button.choices, Choice(button.command, f"{button.label}…")]
    return {
        "type": "static_select",
        "action_id": f"{ACTION}{position}",
        "placeholder": plain_text(button.label, "placeholder"),
        "options": [{"text": plain_text(each.label, "option"), "value": each.value} for each in choices],
    }


# Text


def lines_of(lines: Sequence[Text], look: Look) -> list[Json]:
    """Lines as the elements of one rich text section."""
    elements: list[Json] = []
    for line in lines:
        if elements:
            elements.append(_text("\n"))
        elements += spans(line, look)
    return elements


def spans(text: Text, look: Look) -> list[Json]:
    """Spans as rich text elements. A plain string is literal, whoever wrote it."""
    return [element for span in text for element in _span(span, look)]


def _span(span: Span, look: Look) -> Iterable[Json]:
    match span:
        case At(at):
            local = at.astimezone(look.plan.tz)
            yield {
                "type": "date",
                "timestamp": int(at.timestamp()),
                "format": _DATE,
                "fallback": f"{local:%d %b %H:%M}",
            }
        case CaseLink(number) if number in look.links:
            yield {"type": "link", "url": look.links[number], "text": f"#{number}"}
        case Who(member) if look.is_private and (account := look.account(member)):
            yield _user(account)
        case Code():
            yield _text(_said(span, look), code=True)
        case WebLink(url, label) if is_web_link(url):
            # An address is shown as it is: a label might promise another.
            if label := safe(label):
                yield _text(f"{label} ")
            yield {"type": "link", "url": url}
        case Gone(text) if gone := safe(text):
            yield _text(gone, strike=True)
        case Added(text) if added := safe(text):
            yield _text(added, bold=True)
        case Gone() | Added():
            return  # Slack refuses a text without any character.
        case _:
            if said := _said(span, look):
                yield _text(said)


def plain(text: Text, look: Look) -> str:
    """Spans as plain characters."""
    return "".join(_said(span, look) for span in text)


def _said(span: Span, look: Look) -> str:
    return characters(span, look.plan, lambda text: f"{look.command} {text}")


def header(text: str) -> Json:
    """A heading; Slack refuses an empty one."""
    return {"type": "header", "text": plain_text(text, "header")}


def plain_text(text: str, limit: str) -> Json:
    """Text in which Slack reads nothing, neither mentions nor emoji codes; on one line, clipped to this limit."""
    one_line = " ".join(safe(text).split()) or "·"
    return {"type": "plain_text", "text": clip(one_line, most(limit)), "emoji": False}


def said_block(lines: Sequence[Text], look: Look) -> Iterable[Json]:
    """Lines as a block of their own, none when there is nothing to say."""
    if elements := lines_of(lines, look):
        yield _rich(_section(elements))


def copied_block(text: str) -> Json:
    """Text to be copied as it stands."""
    return _rich({"type": "rich_text_preformatted", "elements": [_text(safe(text))]})


def _rich(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": list(parts)}


def _section(elements: list[Json]) -> Json:
    return {"type": "rich_text_section", "elements": elements}


def _user(account: str) -> Json:
    return {"type": "user", "user_id": account}


def _text(text: str, **style: bool) -> Json:
    return {"type": "text", "text": text, "style": style} if style else {"type": "text", "text": text}
