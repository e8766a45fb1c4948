"""What the checks of a draft say, as lines for the member who wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.core.draft_checks.finding import Finding, Severity
from bot.core.showing.names import clip
from bot.core.words import Text, Words, say

#: Said in words too, where the platform's sentence is read aloud.
_MARKS: Mapping[Severity, str] = {Severity.BLOCK: "⛔", Severity.WARN: "⚠️", Severity.NOTE: "💡"}
#: More than these nobody reads at once. Our choice.
_MOST = 8


def findings_lines(found: Iterable[Finding], text: str, words: Words) -> tuple[Text, ...]:
    """One line for each, worst first: the words that it is about, what to do instead, and the masked form if any."""
    lines = []
    for each in list(found)[:_MOST]:
        about = clip(text[each.start : each.end], 60)
        said = words.text(say("“{words}”: {what}", words=about, what=each.sentence) if about else each.sentence)
        lines.append((f"{_MARKS[each.severity]} ", *said))
    return tuple(lines)
