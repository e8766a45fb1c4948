"""What the checks of a draft say, as lines for the member who wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.core.cards import Remarks, Underline
from bot.core.draft_checks.finding import Finding, Severity
from bot.core.showing.names import clip
from bot.core.words import Sentence, Text, Words, count, say

#: Said in words too, where the platform's sentence is read aloud.
_MARKS: Mapping[Severity, str] = {Severity.BLOCK: "⛔", Severity.WARN: "⚠️", Severity.NOTE: "💡"}
#: More than these nobody reads at once. Our choice.
_MOST = 8
#: While one types, fewer: who reads a list does not write. Our choice.
_MOST_AT_ONCE = 3


def findings_lines(found: Iterable[Finding], text: str, words: Words) -> tuple[Text, ...]:
    """One line for each, worst first: the words that it is about, what to do instead, and the masked form if any."""
    lines = []
    for each in list(found)[:_MOST]:
        about = clip(text[each.start : each.end], 60)
        said = words.text(say("“{words}”: {what}", words=about, what=each.sentence) if about else each.sentence)
        lines.append((f"{_MARKS[each.severity]} ", *said))
    return tuple(lines)


def remarks(found: Sequence[Finding], text: str, words: Words, room: Sentence | None = None) -> Remarks:
    """What is found in a text that is still being typed; of what is found often, its first place is told.

    ``room`` is how much of what the channel takes is used.
    """
    first = {each.id: each for each in reversed(found)}
    told = [each for each in found if first[each.id] is each]
    lines = findings_lines(told, text, words)[:_MOST_AT_ONCE]
    return Remarks(lines, len(found) - len(lines), words.text(room) if room else (), tuple(_underlined(found, text)))


def remarks_end(remarks: Remarks, words: Words, hidden: int = 0) -> Text:
    """What stands below the lines: how many more there are, ``hidden`` ones among them, and the room that is left."""
    left = remarks.left + hidden
    more = words.text(count("… and {n} more", "… and {n} more", left)) if left else ()
    return (*more, " · ", *remarks.room) if more and remarks.room else more or remarks.room


def _underlined(found: Iterable[Finding], text: str) -> Iterable[Underline]:
    """What is said of the text as a whole, or is missing in it, stands nowhere."""
    for each in found:
        if each.start < each.end and (each.start, each.end) != (0, len(text)):
            yield Underline(each.start, each.end, each.severity)
