"""A text field in which the places that something is said of are underlined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec.structs import replace
from rapidfuzz.distance import Postfix, Prefix
from rich.style import Style
from rich.text import Text
from textual.widgets import TextArea

from bot.core.cards import Mark
from bot.core.draft_checks.finding import Severity

#: The theme's colour of a line under the text; that there is one, everybody sees.
_COLOURS: Final[Mapping[Severity, str]] = {
    Severity.BLOCK: "error",
    Severity.WARN: "warning",
    Severity.NOTE: "accent",
}


class MarkedText(TextArea):
    """While the text is changed, marks keep to their words, until new ones come."""

    _marks: tuple[Mark, ...] = ()
    _marked = ""

    def mark(self, marks: Iterable[Mark], text: str) -> None:
        """Marks the places of ``text``, which may have been changed since."""
        self._marks, self._marked = tuple(marks), text
        self.notify_style_update()
        self.refresh()

    def get_line(self, line_index: int) -> Text:
        line = super().get_line(line_index)
        if self._marked != self.text:
            self._marks, self._marked = tuple(moved(self._marks, self._marked, self.text)), self.text
        begin = len(self.document.get_text_range((0, 0), (line_index, 0)))
        for mark in self._marks:
            if mark.end > begin and mark.start < begin + len(line):
                line.stylize(self._style(mark.severity), max(0, mark.start - begin), mark.end - begin)
        return line

    def _style(self, severity: Severity) -> Style:
        return Style(underline=True, color=self.app.theme_variables[_COLOURS[severity]])


def moved(marks: Iterable[Mark], before: str, after: str) -> Iterator[Mark]:
    """The marks of a text that was changed in one place: what stands behind it moves, what was changed has none."""
    same = Prefix.similarity(before, after)
    rest = Postfix.similarity(before[same:], after[same:])
    by = len(after) - len(before)
    for mark in marks:
        if mark.end <= same:
            yield mark
        elif mark.start >= len(before) - rest:
            yield replace(mark, start=mark.start + by, end=mark.end + by)
