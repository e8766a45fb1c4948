"""Cards as embeds and buttons, within Discord's limits, and with nothing in them that anybody else wrote as markup."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import discord
import msgspec

from adapters.chats.discord.limits import check_file, check_message, embed_size, most
from adapters.chats.discord.text import MORE, Piece, Row, bold, code, fit, in_one_line, literal, quoted, styled
from adapters.chats.discord.tree import path
from bot.core.cards import PICTURES, Button, Card, Choice, Fact, Section, State, Tone
from bot.core.links import is_web_link
from bot.core.literal import characters, clip, safe, size
from bot.core.plan import Plan
from bot.core.words import Added, At, CaseLink, Code, Gone, Span, Text, WebLink, Who

#: Every button's ``custom_id`` begins so; the rest is the command.
CUSTOM: Final = "h:"
#: A menu's likewise; its choices are commands.
MENU: Final = "m:"
#: The bar beside an embed. Our choice: the pictures' own colours, and Discord's grey for what is no state.
COLOURS: Final[Mapping[Tone, int]] = {
    Tone.NEW: 0x3498DB,
    Tone.CLAIMED: 0x2ECC71,
    Tone.LATE: 0xE74C3C,
    Tone.WAITING: 0xF1C40F,
    Tone.CLOSED: 0x95A5A6,
    Tone.INFO: 0x5865F2,
    Tone.REFUSAL: 0xE67E22,
}
#: Longest label before an address. Our choice: the address still begins in the same line.
_LABEL: Final = 40
#: A text that is shortened for the sake of the whole keeps at least this much. Our choice: a paragraph.
_KEPT: Final = 300
_FENCE: Final = "```"


class Look(msgspec.Struct, frozen=True):
    """What is needed to show anything. ``links`` are the addresses of cases' cards, as far as they are known.

    In private (an answer to one member) a mention rings nobody, so members are shown
    as Discord shows them; in the room they are shown by name.
    """

    plan: Plan
    links: Mapping[int, str] = {}
    is_private: bool = False
    command: str = "crisis"

    def account(self, id: str) -> int:
        """The member's user id on Discord, 0 when there is none."""
        member = self.plan.member(id)
        account = member.accounts.get("discord", "") if member else ""
        return int(account) if account.isdecimal() else 0


class Message(msgspec.Struct, frozen=True):
    """A card as Discord takes it.

    ``calls`` are the users who may be rung; ``file`` is text to be copied that would be
    changed, or cut, inside an embed. ``name`` is for the thread or forum post that it begins.
    """

    embeds: tuple[discord.Embed, ...]
    content: str = ""
    buttons: tuple[Button, ...] = ()
    calls: tuple[int, ...] = ()
    file: str = ""
    file_name: str = ""
    name: str = ""
    state: State | None = None

    def payload(self) -> dict[str, Any]:
        """What is sent, as JSON: for checks and for tests."""
        made: dict[str, Any] = {
            "content": self.content,
            "embeds": [embed.to_dict() for embed in self.embeds],
            "allowed_mentions": self.mentions().to_dict(),
        }
        if view := view_of(self.buttons):
            made["components"] = view.to_components()
        return made

    def mentions(self) -> discord.AllowedMentions:
        """Who is rung: those who are called, and nobody else, whatever the text says."""
        rung = [discord.Object(account) for account in self.calls]
        return discord.AllowedMentions(everyone=False, roles=False, replied_user=False, users=rung)

    def files(self) -> list[discord.File]:
        """What is attached; made anew for every sending, because sending uses it up."""
        if not self.file:
            return []
        return [discord.File(io.BytesIO(self.file.encode()), self.file_name)]


def message(card: Card, look: Look) -> Message:
    """The card, checked. Raises TooMuch."""
    buttons, unpressed = _buttons(card)
    embeds, file = _embeds(card, look, unpressed)
    calls = tuple(dict.fromkeys(filter(None, map(look.account, card.calls))))
    made = Message(
        embeds=embeds,
        content=fit(list(_calls(card.calls, look)), most("content")),
        buttons=buttons,
        calls=calls,
        file=file,
        file_name=f"case-{card.case}.txt" if card.case else "text.txt",
        name=name_of(card, look),
        state=card.state,
    )
    check_message(made.payload())
    check_file(made.file.encode())
    return made


def name_of(card: Card, look: Look) -> str:
    """What the card's thread or forum post is called; Discord reads no markup there."""
    first = (plain(line, look) for line in card.lines)
    title = in_one_line(card.title)
    said = title or next(filter(None, map(in_one_line, first)), "") or in_one_line(card.copy)
    parts = [f"{PICTURES.get(card.tone, '')} {said}".strip(), in_one_line(card.quote)]
    return clip(": ".join(filter(None, parts)), most("thread name")) or "·"


def _calls(calls: Sequence[str], look: Look) -> Iterable[Piece]:
    """The only place of a message that rings anybody: mentions in embeds ring nobody."""
    for position, member in enumerate(calls):
        yield Piece(", " if position else "→ ")
        account = look.account(member)
        yield Piece(f"<@{account}>") if account else literal(look.plan.called(member) or "?")


# Embeds


class _Draft(msgspec.Struct):
    """A card before it is cut to size: what stands over the blank line, the facts and all below them, and the copy."""

    head: list[Row]
    foot: list[Row]
    copy: str = ""

    def cut(self, colour: int, length: int | None = None) -> list[discord.Embed]:
        """The embeds, with at most ``length`` characters of each text."""
        blank: list[Row] = [()] if self.head and self.foot else []
        copied: list[Row] = [(Piece(self.copy),)] if self.copy else []
        rows = [*self.head, *blank, *self.foot, *copied]
        return [discord.Embed(description=said, colour=colour) for said in _packed(rows, length)]


def _embeds(card: Card, look: Look, unpressed: Sequence[Button]) -> tuple[tuple[discord.Embed, ...], str]:
    """The embeds, and the text that is attached because it cannot stand in one as it is."""
    colour = COLOURS[card.tone]
    draft = _draft(card, look, unpressed)
    copied = safe(card.copy).strip("\n")
    if copied.strip():
        draft.copy = f"{_FENCE}\n{copied}\n{_FENCE}"
        if _FENCE not in copied and size(draft.copy) <= most("description") and _fits(draft.cut(colour)):
            return tuple(draft.cut(colour)), ""
        draft.copy = ""
    made = _shortened(draft, colour)
    return tuple(made or [discord.Embed(description="·", colour=colour)]), safe(card.copy) if copied.strip() else ""


def _draft(card: Card, look: Look, unpressed: Sequence[Button]) -> _Draft:
    facts = [_fact(fact, look) for fact in card.facts]
    foot = [fact for fact in facts if fact]
    for section in card.sections:
        foot += _section(section, look)
    foot += [(literal(f"{button.label}: "), code(f"/{look.command} {path(button.command)}")) for button in unpressed]
    return _Draft(list(_head(card, look)), foot)


def _head(card: Card, look: Look) -> Iterable[Row]:
    if title := in_one_line(card.title):
        yield (bold(f"{PICTURES.get(card.tone, '')} {title}", most("embed title")),)
    if quote := safe(card.quote).strip():
        yield (Piece(quote, quoted),)
    if card.byline:
        yield spans(card.byline, look)
    if card.link:
        yield spans((WebLink(card.link),), look)
    for line in card.lines:
        yield spans(line, look)


def _fact(fact: Fact, look: Look) -> Row:
    """A line of its own: an embed's fields take two each, and a telephone shows none beside another."""
    value = spans(fact.value, look, due=True)
    if not fit(value, most("description")).strip():
        return ()
    return (bold(f"{in_one_line(fact.label) or '·'}:", most("field name")), Piece(" "), *value)


def _section(section: Section, look: Look) -> Iterable[Row]:
    if title := in_one_line(section.title):
        yield (bold(title, most("embed title")),)
    for line in section.lines:
        row = spans(line, look)
        if any(piece.shown().strip() for piece in row):
            yield (Piece("- "), *(_flat(piece) for piece in row))


def _flat(piece: Piece) -> Piece:
    """A line of a list goes on while the line does."""
    return Piece(piece.text.replace("\n", " "), piece.write)


def _packed(rows: Sequence[Row], length: int | None) -> Iterable[str]:
    """Rows as descriptions, as many as are needed."""
    made = ""
    for row in rows:
        said = fit(row, most("description"), length)
        if made.strip() and size(made) + 1 + size(said) > most("description"):
            yield made
            made = ""
        made = f"{made}\n{said}" if made else said
    if made.strip():
        yield made


def _shortened(draft: _Draft, colour: int) -> list[discord.Embed]:
    """Long texts first, to one common length; then the last rows of the longer half, with an ellipsis for them."""
    made = draft.cut(colour)
    if _fits(made):
        return made
    texts = [piece.text for row in (*draft.head, *draft.foot) for piece in row]
    low, high = _KEPT, max(map(len, texts))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _fits(draft.cut(colour, middle)) else (low, middle - 1)
    while not _fits(made := draft.cut(colour, low)):
        _drop_last(draft)
    return made


def _drop_last(draft: _Draft) -> None:
    """The last row of the longer half becomes an ellipsis."""
    rows = max((draft.foot, draft.head), key=lambda rows: (len(rows) > 1, sum(size(fit(row, 6_000)) for row in rows)))
    if len(rows) > 1 and rows[-1] == (Piece(MORE),):
        rows.pop()
    rows[-1] = (Piece(MORE),)


def _fits(embeds: Sequence[discord.Embed]) -> bool:
    return len(embeds) <= most("embeds") and sum(embed_size(e.to_dict()) for e in embeds) <= most("all embeds")


# Text


def lines_of(lines: Sequence[Text], look: Look) -> str:
    """Lines as one text, for messages that are no cards; as much as one message takes."""
    row: list[Piece] = []
    for line in lines:
        row += [Piece("\n")] if row else []
        row += spans(line, look)
    return fit(row, most("content"))


def spans(text: Text, look: Look, *, due: bool = False) -> Row:
    """Spans as pieces. A plain string is literal, whoever wrote it. ``due``: times also say how long until then."""
    return [_piece(span, look, due=due) for span in text]


def _piece(span: Span, look: Look, *, due: bool) -> Piece:
    match span:
        case At(at):
            moment = int(at.timestamp())
            return Piece(f"<t:{moment}:f> · <t:{moment}:R>" if due else f"<t:{moment}:f>")
        case CaseLink(number) if number in look.links:
            return Piece(f"[\\#{number}]({look.links[number]})")
        case Who(member) if look.is_private and (account := look.account(member)):
            return Piece(f"<@{account}>")
        case Code():
            return code(_said(span, look))
        case WebLink(url, label) if is_web_link(url) and size(url) < most("field value") // 2:
            # An address is shown as it is: a label might promise another. In angle brackets it has no preview.
            return Piece(f"{bold(label, _LABEL).text} <{url}>" if in_one_line(label) else f"<{url}>")
        case Gone(text):
            return styled(text, "~~")
        case Added(text):
            return styled(text, "**")
        case _:
            return literal(_said(span, look))


def plain(text: Text, look: Look) -> str:
    """Spans as plain characters, for names and labels."""
    return "".join(_said(span, look) for span in text)


def _said(span: Span, look: Look) -> str:
    return characters(span, look.plan, lambda text: f"/{look.command} {path(text)}")


# Buttons


def _buttons(card: Card) -> tuple[tuple[Button, ...], tuple[Button, ...]]:
    """Those that Discord can show, and those whose command is too long or that are too many."""
    made = {button.command: button for button in card.buttons}
    short = [button for button in made.values() if size(CUSTOM + button.command) <= most("custom id")]
    menus = [button for button in short if button.choices]
    singles = [button for button in short if not button.choices]
    shown = (*singles[: (most("rows") - len(menus)) * most("buttons in a row")], *menus)
    return shown, tuple(button for button in made.values() if button not in shown)


def view(card: Card) -> discord.ui.View | None:
    """The card's buttons, None when it has none."""
    return view_of(_buttons(card)[0])


def view_of(buttons: Sequence[Button]) -> discord.ui.View | None:
    """Buttons whose id is the command, so that they work after a restart; five in a row, menus in rows below."""
    if not buttons:
        return None
    made = discord.ui.View(timeout=None)
    for position, button in enumerate(button for button in buttons if not button.choices):
        made.add_item(_button(button, position // most("buttons in a row")))
    for button in buttons:
        if button.choices:
            made.add_item(_menu(button))
    # A view that is over is not kept: the library would hold every view of every message for good.
    made.stop()
    return made


def _menu(button: Button) -> discord.ui.Select[discord.ui.View]:
    """Its choices, and last the command itself, which asks for what they do not offer."""
    choices = [*button.choices, Choice(button.command, f"{button.label}…")]
    options = [
        discord.SelectOption(label=clip(in_one_line(each.label) or "·", most("option")), value=each.value)
        for each in choices
    ]
    label = clip(in_one_line(button.label) or "·", most("placeholder"))
    return discord.ui.Select(custom_id=MENU + button.command, placeholder=label, options=options)


def _button(button: Button, row: int) -> discord.ui.Button[discord.ui.View]:
    style = discord.ButtonStyle.primary if button.is_main else discord.ButtonStyle.secondary
    return discord.ui.Button(
        style=discord.ButtonStyle.danger if button.is_danger else style,
        label=clip(in_one_line(button.label) or "·", most("button")),
        custom_id=CUSTOM + button.command,
        row=row,
    )
