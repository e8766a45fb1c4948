"""Parts of replies: sentences to begin with, which a member joins and makes their own (rule 004-27)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import msgspec

from bot.core.replies.allowed import check
from bot.core.replies.flaw import Flaw
from bot.core.replies.template import (
    Hole,
    ReplyKind,
    Template,
    TemplateError,
    check_name,
    read_holes,
    source_text,
    split_source,
)


class PartKind(StrEnum):
    """What a part says. Every composed reply begins and ends as the language's ``opening`` and ``ending`` do."""

    OPENING = "opening"
    EMPATHY = "empathy"
    FACT = "fact"
    NEXT_STEP = "next-step"
    ENDING = "ending"


#: What a member chooses, in the order in which it is said.
CHOSEN: Final = (PartKind.EMPATHY, PartKind.FACT, PartKind.NEXT_STEP)
#: Between the names of parts that are joined: ``sorry-wait+what-we-know+call-today``.
JOIN: Final = "+"
#: More parts than these make no reply. Our choice.
MOST_PARTS: Final = 5
#: These say nothing of their own: a name, and who signs.
_AROUND: Final = (PartKind.OPENING, PartKind.ENDING)


class Part(msgspec.Struct, frozen=True):
    """A sentence or two of the library."""

    name: str
    language: str
    title: str
    part: PartKind
    holes: tuple[Hole, ...]
    body: str
    file: str


def read_part(source: bytes | str, *, name: str, language: str, file: str) -> Part:
    """The part in ``source``, or TemplateError with the line at fault."""
    try:
        return _read(source, name, language, file)
    except Flaw as flaw:
        raise TemplateError(file, flaw.line, flaw.reason) from flaw


def _read(source: bytes | str, name: str, language: str, file: str) -> Part:
    check_name(name)
    root, body, above = split_source(source_text(source))
    root.only({"title", "part", "holes"})
    kind = root["part"]
    if kind.text() not in set(PartKind):
        raise Flaw(kind.line, f"{kind.text()!r} is no part of a reply: use {', '.join(PartKind)}")
    holes, part = read_holes(root), PartKind(kind.text())
    with Flaw.below(above):
        check(body, frozenset(hole.name for hole in holes), says_something=part not in _AROUND)
    return Part(name, language, root["title"].text(), part, holes, body, file)


def composed(parts: Sequence[Part], kind: ReplyKind) -> Template:
    """The parts as one template: the opening, then in one paragraph what was chosen, then the ending.

    Where two parts have a hole of one name, it is one hole, and the first part says what for.
    """
    first, last = (next((each for each in parts if each.part is around), None) for around in _AROUND)
    chosen = [each for each in parts if each.part not in _AROUND]
    told = [first.body if first else "", " ".join(each.body for each in chosen), last.body if last else ""]
    holes = {hole.name: hole for each in reversed(parts) for hole in reversed(each.holes)}
    return Template(
        name=JOIN.join(each.name for each in chosen),
        language=chosen[0].language,
        title=" + ".join(each.title for each in chosen),
        kind=kind,
        channels=(),
        causes=(),
        tone="",
        holes=tuple(reversed(holes.values())),
        body="\n\n".join(filter(None, told)),
        file=", ".join(each.file for each in chosen),
    )
