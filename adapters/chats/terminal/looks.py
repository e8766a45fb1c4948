"""Cards as coloured text. Nothing here is ever read as markup: whoever wrote it, text is text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from textual.content import Content
from textual.style import Style

from adapters.chats.terminal.plain import Plain, clip, safe
from bot.core.cards import Card, Fact, Tone
from bot.core.words import Added, CaseLink, Code, Gone, Span, Text, WebLink, Who, msg

#: Longest quote on a card that is not selected, in characters. Our choice: two or three lines.
SHORT_QUOTE = 150
#: What a card that is not selected says of its case, besides the customer's words.
_SHORT_FACTS = (msg("Owner"), msg("Next"), msg("Promise"))

#: The colour of a title. The title's own words say the same, for those who see no colours.
TONES = {
    Tone.NEW: "$text-warning",
    Tone.CLAIMED: "$text-primary",
    Tone.LATE: "$text-error",
    Tone.WAITING: "$text-secondary",
    Tone.CLOSED: "$text-success",
    Tone.INFO: "$foreground",
    Tone.REFUSAL: "$text-warning",
}
DIM = "$foreground-muted"


class Looks:
    """How cards look in one brand's zone and language."""

    def __init__(self, plain: Plain) -> None:
        self.plain = plain

    def text(self, text: Text, now: datetime) -> Content:
        """Spans in colour: case numbers select their card, commands go to the input line, addresses open."""
        return Content("").join(self._span(span, now) for span in text)

    def whole(self, card: Card, now: datetime) -> Content:
        """All of it, but for the text to copy and the buttons."""
        return _joined(self._whole(card, now))

    def short(self, card: Card, now: datetime) -> Content:
        """A case's card while another one is selected: the customer's words first, then who owes what."""
        if not card.quote:
            return (
                self.whole(card, now) if card.title else Content(" ").join(self.text(line, now) for line in card.lines)
            )
        if card.tone is Tone.CLOSED:
            quote = Content.styled(f" “{clip(card.quote)}”", DIM)
            return Content.assemble(_title(card), quote)
        return _joined(self._short(card, now))

    def duties(self, card: Card, now: datetime) -> Content:
        """What a member owes, one duty a line. The command is on the card that the number selects."""
        return _joined(self._duty(line, now) for line in card.lines)

    def talk(self, card: Card, at: datetime, now: datetime) -> Content:
        """A message of a thread, with its time."""
        told = self.whole(card, now)
        called = Content.styled(f"  {self.plain.calls(card)}", DIM) if card.calls and not card.title else Content("")
        return Content.assemble((f"{self.plain.moment(at, now)}  ", DIM), told, called)

    def _whole(self, card: Card, now: datetime) -> Iterator[Content]:
        if card.title:
            yield self._titled(card)
        if card.quote:
            yield Content(f"“{safe(card.quote)}”")
        if card.byline:
            yield Content.styled(f"— {self.plain.text(card.byline, now)}", DIM)
        if card.link:
            yield self._span(WebLink(card.link), now)
        yield from (self.text(line, now) for line in card.lines)
        yield from (self._fact(fact, now) for fact in card.facts)
        for section in card.sections:
            yield Content.styled(safe(section.title), "bold")
            yield from (Content.assemble("  ", self.text(line, now)) for line in section.lines)

    def _short(self, card: Card, now: datetime) -> Iterator[Content]:
        yield self._titled(card)
        byline = Content.styled(f" — {self.plain.text(card.byline, now)}", DIM) if card.byline else Content("")
        yield Content.assemble(f"“{clip(card.quote, SHORT_QUOTE)}”", byline)
        labels = {self.plain.words.word(label) for label in _SHORT_FACTS}
        told = [self._fact(fact, now) for fact in card.facts if fact.label in labels]
        if told:
            yield Content.styled(" · ", DIM).join(told)

    def _duty(self, line: Text, now: datetime) -> Content:
        match line:
            case (*owed, " · ", Code()):
                return self.text(tuple(owed), now)
        return self.text(line, now)

    def _titled(self, card: Card) -> Content:
        called = Content.styled(f"  {self.plain.calls(card)}", DIM) if card.calls else Content("")
        return Content.assemble(_title(card), called)

    def _fact(self, fact: Fact, now: datetime) -> Content:
        return Content.assemble((f"{safe(fact.label)}: ", DIM), self.text(fact.value, now))

    def _span(self, span: Span, now: datetime) -> Content:
        match span:
            case Who():
                return Content.styled(self.plain.span(span, now), "bold")
            case CaseLink(number):
                return Content.styled(f"#{number}", _clicked(f"app.pick({number})") + Style(bold=True))
            case Code(text):
                return Content.styled(safe(text), _clicked(f"app.type_in({text!r})") + Style(bold=True))
            case WebLink(url):
                shown = self.plain.span(span, now)
                return Content.styled(shown, Style(underline=True, link=url if _is_web(url) else None))
            case Gone(text):
                return Content.styled(safe(text), "strike")
            case Added(text):
                return Content.styled(safe(text), "underline")
            case _:
                return Content(self.plain.span(span, now))


def _title(card: Card) -> Content:
    return Content.styled(safe(card.title), f"bold {TONES[card.tone]}")


def _clicked(action: str) -> Style:
    return Style.from_meta({"@click": action})


def _is_web(url: str) -> bool:
    """Terminals open what they are given: only web addresses are given."""
    return url.startswith(("https://", "http://")) and url.isprintable() and " " not in url


def _joined(lines: Iterable[Content]) -> Content:
    return Content("\n").join(lines)
