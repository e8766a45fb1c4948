"""Text as characters: which of them may be seen, how many there are, what spans say without any markup."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final

from bot.core.cards import Card, Form
from bot.core.commands import COMMANDS
from bot.core.plan import Plan
from bot.core.words import Added, At, CaseLink, Code, Gone, Span, WebLink, Who

_JOINER: Final = "\u200d"
_KEEP_CONTROLS: Final = {"\n", "\t"}
_UNSEEN: Final = {"Cc", "Cf", "Cs", "Co", "Cn"}


def safe(text: str) -> str:
    """Text without control, bidirectional and other unseen marks."""
    if text.replace("\n", "").isprintable():
        return text
    return "".join(map(_seen, f" {text}", text))


def _seen(before: str, char: str) -> str:
    if char == _JOINER:
        return char if before == "\ufe0f" or unicodedata.category(before) in {"So", "Sk"} else ""
    return char if char in _KEEP_CONTROLS or unicodedata.category(char) not in _UNSEEN else ""


def size(text: str) -> int:
    """How long a text is in UTF-16 units, so that many pictures count as two; no chat counts more."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clip(text: str, limit: int) -> str:
    """The beginning of a text, at most ``limit`` UTF-16 units; one that is shortened ends with an ellipsis."""
    if size(text) <= limit:
        return text
    start = text.encode("utf-16-le", "surrogatepass")[: 2 * max(limit - 1, 0)]
    return start.decode("utf-16-le", "ignore").rstrip() + "…"


def case_links(shown: Card | Form) -> set[int]:
    """Numbers of the cases that a card or form speaks of."""
    lines = list(shown.lines)
    if isinstance(shown, Form):
        lines.append(shown.error)
    else:
        lines += [shown.byline, *(fact.value for fact in shown.facts)]
        lines += [line for section in shown.sections for line in section.lines]
    return {span.number for line in lines for span in line if isinstance(span, CaseLink)}


def characters(span: Span, plan: Plan, typed: Callable[[str], str]) -> str:
    """A span as plain characters, times in the brand's zone. ``typed`` writes a command as the chat has it typed."""
    match span:
        case str():
            return safe(span)
        case Who(member):
            return safe(plan.called(member))
        case At(at):
            return f"{at.astimezone(plan.tz):%d %b %H:%M}"
        case CaseLink(number):
            return f"#{number}"
        case Code(text):
            return safe(typed(text) if text.partition(" ")[0] in COMMANDS else text) or "·"
        case WebLink(url, label):
            return safe(f"{label} ({url})" if label else url)
        case Gone(text):
            return f"[-{safe(text)}-]"
        case Added(text):
            return f"{{+{safe(text)}+}}"
