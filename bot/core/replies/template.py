"""A reply template as a value, and the strict reading of the file that holds it."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

import msgspec

from bot.core.replies.allowed import KNOWN, VALUE_LIMIT, check
from bot.core.replies.flaw import Flaw
from bot.core.replies.front import Node, read_front

#: Largest template file, in bytes. Our choice: four times the longest shipped reply, and
#: small enough that reading a hostile one stays within milliseconds.
SOURCE_LIMIT: Final = 8 * 1024

#: Typed in the place of a template's name, it offers to compose one; the folder of the parts is called so.
PARTS: Final = "parts"

_FENCE: Final = "---"
_NAME = re.compile(r"[a-z0-9-]+")
_HOLE_NAME = re.compile(r"[a-z][a-z0-9_]*")
#: What a reader would not see: controls, marks that turn the reading direction round, hidden line
#: ends. And the brackets that frame a hole in the draft, so nobody else may write them.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e001f⟦⟧]"
)


class ReplyKind(StrEnum):
    """What a reply is for."""

    HEARD = "heard"
    APOLOGY = "apology"
    PRIVATE = "private"
    SOLUTION = "solution"
    WRAP_UP = "wrap-up"
    CLOSING = "closing"
    ASK_UPDATE = "ask-update"
    CLARIFY = "clarify"
    THANKS = "thanks"


#: Replies that need the facts first (rule 000-07). The others may go at any phase: "you have been
#: heard" above all (rule 004-06).
FULLER: Final = frozenset(
    {ReplyKind.APOLOGY, ReplyKind.SOLUTION, ReplyKind.WRAP_UP, ReplyKind.CLOSING, ReplyKind.ASK_UPDATE}
)


class Hole(msgspec.Struct, frozen=True):
    """A place that only a person can fill."""

    name: str
    hint: str
    example: str


class Template(msgspec.Struct, frozen=True):
    """One reply of the library. ``channels`` empty means any channel."""

    name: str
    language: str
    title: str
    kind: ReplyKind
    channels: tuple[str, ...]
    causes: tuple[str, ...]
    tone: str
    holes: tuple[Hole, ...]
    body: str
    file: str


class TemplateError(Exception):
    """A template that cannot be used; told to the operator who wrote it. Lines count from 1."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason


def read_template(source: bytes | str, *, name: str, language: str, file: str) -> Template:
    """The template in ``source``, or TemplateError with the line at fault."""
    try:
        return _read(source, name, language, file)
    except Flaw as flaw:
        raise TemplateError(file, flaw.line, flaw.reason) from flaw


def _read(source: bytes | str, name: str, language: str, file: str) -> Template:
    check_name(name)
    root, body, above = split_source(source_text(source))
    root.only({"title", "kind", "channels", "causes", "tone", "holes"})
    holes = read_holes(root)
    with Flaw.below(above):
        check(body, frozenset(hole.name for hole in holes))
    return Template(
        name=name,
        language=language,
        title=root["title"].text(),
        kind=_kind(root["kind"]),
        channels=root.tags("channels"),
        causes=root.tags("causes"),
        tone=root["tone"].text(),
        holes=holes,
        body=body,
        file=file,
    )


def check_name(name: str) -> None:
    """Raises Flaw unless members can type the name, and it means nothing else."""
    if not _NAME.fullmatch(name):
        raise Flaw(1, f"{name!r} is no template name: use a-z, 0-9 and -")
    if name == PARTS:
        raise Flaw(1, f"{name!r} offers the parts of replies: give the template another name")


def source_text(source: bytes | str) -> str:
    """The source as text with Unix line ends, free of anything that a reader would not see."""
    data = source if isinstance(source, bytes) else source.encode(errors="surrogatepass")
    if len(data) > SOURCE_LIMIT:
        raise Flaw(1, f"more than {SOURCE_LIMIT} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Flaw(data.count(b"\n", 0, error.start) + 1, "not UTF-8") from error
    text = text.replace("\r\n", "\n")
    if found := _FORBIDDEN.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise Flaw(line, f"the character U+{ord(found[0]):04X} may not be used")
    return text


def split_source(text: str) -> tuple[Node, str, int]:
    """Front matter, body, and how many lines stand above the body."""
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        raise Flaw(1, "the file must open with a line of three dashes")
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE), None)
    if end is None:
        raise Flaw(1, "the front matter is not closed with a line of three dashes")
    start = next((at for at, line in enumerate(lines[end + 1 :], end + 1) if line.strip()), end + 1)
    return read_front("\n".join(lines[1:end])), "\n".join(lines[start:]).rstrip(), start


def _kind(node: Node) -> ReplyKind:
    try:
        return ReplyKind(node.text())
    except ValueError:
        raise Flaw(node.line, f"{node.text()!r} is no kind of reply: use {', '.join(ReplyKind)}") from None


def read_holes(root: Node) -> tuple[Hole, ...]:
    return tuple(_hole(name, node) for name, node in root.pairs("holes"))


def _hole(name: str, node: Node) -> Hole:
    if not _HOLE_NAME.fullmatch(name):
        raise Flaw(node.line, f"{name!r} is no name for a hole: use a-z, 0-9 and _")
    if name in KNOWN:
        raise Flaw(node.line, f"{name} is always known: it cannot be a hole")
    node.only({"hint", "example"})
    return Hole(name, node["hint"].text(VALUE_LIMIT), node["example"].text())
