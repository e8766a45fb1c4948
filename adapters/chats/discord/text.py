"""Text for Discord: whatever anybody wrote is escaped, so that nothing of it is read as markup."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from bot.core.literal import safe, size

#: Discord drops a backslash before any mark and shows the mark itself:
#: https://support.discord.com/hc/en-us/articles/210298617-Markdown-Text-101-Chat-Formatting
#: Every mark that begins or ends something has one: styles, spoilers, quotes, headings, lists, links, mentions,
#: emoji codes, times, addresses (the colon), invitations (the slash). A full stop matters after a digit only,
#: which may be the last thing that was said before.
_MARKS: Final = re.compile(r"[\\`*_~|<>\[\]()#:@/&=+\-]|(?<=\d)\.|\A\.")
MORE: Final = "…"


def escaped(text: str) -> str:
    """Text as it stands, for places where Discord reads markup."""
    return _MARKS.sub(r"\\\g<0>", safe(text))


def quoted(text: str) -> str:
    """Text as a quotation, line by line."""
    return "\n".join(f"> {line}" for line in escaped(text).split("\n"))


class Piece(NamedTuple):
    """A part of a line: text that may be shortened, or markup of ours, which has no ``write`` and stays whole."""

    text: str
    write: Callable[[str], str] | None = None

    def shown(self, length: int | None = None) -> str:
        """As Discord gets it, from at most ``length`` characters of what was written."""
        if self.write is None:
            return self.text
        if length is None or len(self.text) <= length:
            return self.write(self.text)
        return self.write(self.text[:length].rstrip()) + MORE


Row = Sequence[Piece]


def literal(text: str) -> Piece:
    """Whatever anybody wrote."""
    return Piece(safe(text), escaped)


def in_one_line(text: str) -> str:
    """Without line breaks and other blanks but single spaces."""
    return " ".join(safe(text).split())


def bold(text: str, limit: int) -> Piece:
    """A heading of ours around text that anybody may have written, at most ``limit`` characters of it."""
    said = in_one_line(text)
    return Piece(f"**{escaped(said[:limit].rstrip() + MORE if len(said) > limit else said)}**")


def styled(text: str, mark: str) -> Piece:
    """Whatever anybody wrote, between two marks of ours; in one line, where Discord ends no style early."""
    return Piece(in_one_line(text), lambda said: f"{mark}{escaped(said)}{mark}" if said else "")


def code(text: str) -> Piece:
    """Words to type. Backticks cannot stand in Discord's code, so a text with one is escaped instead."""
    said = in_one_line(text) or "·"
    return literal(said) if "`" in said else Piece(f"`{said}`")


def fit(row: Row, limit: int, length: int | None = None) -> str:
    """A row as Discord gets it, at most ``limit`` characters; what is shortened ends with an ellipsis."""
    whole = "".join(piece.shown(length) for piece in row)
    if size(whole) <= limit:
        return whole
    made = ""
    for piece in row:
        shown = piece.shown(length)
        if size(made + shown) + 1 > limit:
            return made + (_beginning(piece, limit - size(made)) or MORE)
        made += shown
    return made + MORE


def _beginning(piece: Piece, room: int) -> str:
    """The longest beginning of a piece for which there is room, empty when there is none."""
    low, high = 0, len(piece.text) if piece.write else 0
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(piece.shown(middle)) <= room else (low, middle - 1)
    return piece.shown(low) if low else ""
