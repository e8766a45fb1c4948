"""A text field in which the places that something is said of are underlined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec.structs import replace
from rapidfuzz.distance import Postfix, Prefix
from rich.style import Style
from rich.text import Text
from textual.widgets import TextArea

from bot.core.cards import Underline
from bot.core.draft_checks.finding import Severity

#: The theme's colour of a line under the text; that there is one, everybody sees.
_COLOURS: Final[Mapping[Severity, str]] = {
    Severity.BLOCK: "error",
    Severity.WARN: "warning",
    Severity.NOTE: "accent",
}


class UnderlinedText(TextArea):
    """While the text is changed, the lines keep to their words, until new ones come."""

    _places: tuple[Underline, ...] = ()
    _placed_in = ""

    def underline(self, places: Iterable[Underline], text: str) -> None:
        """Underlines the places of ``text``, which may have been changed since."""
        self._places, self._placed_in = tuple(places), text
        self.notify_style_update()
        self.refresh()

    def get_line(self, line_index: int) -> Text:
        line = super().get_line(line_index)
        if self._placed_in != self.text:
            self._places, self._placed_in = tuple(moved(self._places, self._placed_in, self.text)), self.text
        begin = len(self.document.get_text_range((0, 0), (line_index, 0)))
        for place in self._places:
            if place.end > begin and place.start < begin + len(line):
                line.stylize(self._style(place.severity), max(0, place.start - begin), place.end - begin)
        return line

    def _style(self, severity: Severity) -> Style:
        return Style(underline=True, color=self.app.theme_variables[_COLOURS[severity]])


def moved(places: Iterable[Underline], before: str, after: str) -> Iterator[Underline]:
    """The places of a text that was changed in one place: what stands behind it moves, what was changed has none."""
    same = Prefix.similarity(before, after)
    rest = Postfix.similarity(before[same:], after[same:])
    by = len(after) - len(before)
    for place in places:
        if place.end <= same:
            yield place
        elif place.start >= len(before) - rest:
            yield replace(place, start=place.start + by, end=place.end + by)
