"""What a template's body may contain, and its rendering: short, and the same every time.

A sandbox keeps a template from reaching out, but bounds neither time nor memory: ``'a' * 10**9`` is
folded while it is *compiled*. So the body is parsed, its tree is held against a list of what is
allowed, and only then is it compiled, for the sandbox all the same.

There is no loop in the list because there is nothing to loop over: every value is one line of text,
and a reply that lists things is written by the person who knows them. Without loops, calls and
operators each node runs at most once, so a body's work is bounded by its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError, nodes
from jinja2 import Template as Compiled
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.core.replies.flaw import Flaw

#: The plan's private channels, each known where the plan has it. One that is printed without is a hole.
PRIVATE: Final = ("phone", "ticket", "dm")
#: Known before anybody types; ``customer`` may be empty.
KNOWN: Final = frozenset({"customer", "brand", "member", "channel", *PRIVATE})
#: Longest value that is put into a template, in characters: a hole's hint, a name. Our choice.
VALUE_LIMIT: Final = 160
#: Longest draft, in characters. Our choice; no reply has use for more.
OUTPUT_LIMIT: Final = 8 * 1024
#: Most places with code in a body, and how long each may be, in characters. Counted before parsing,
#: which costs more than everything after it. The longest shipped body has some twenty, short ones.
CODE_LIMIT: Final = 60
CODE_LENGTH: Final = 200
#: Most pieces in a body, and how deep they may nest. The longest shipped body has under a hundred.
PIECE_LIMIT: Final = 250
DEPTH_LIMIT: Final = 12
#: Longest text compared with, in characters, such as the channel's name. Our choice.
CONST_LIMIT: Final = 64
#: Filters that take nothing and never make a text longer.
FILTERS: Final = ("trim",)

_ALLOWED: Final = frozenset(
    {
        nodes.Template,
        nodes.Output,
        nodes.TemplateData,
        nodes.Name,
        nodes.Const,
        nodes.If,
        nodes.CondExpr,
        nodes.Compare,
        nodes.Operand,
        nodes.And,
        nodes.Or,
        nodes.Not,
        nodes.Filter,
    }
)
_CODE: Final = ("{{", "}}", "{%", "%}", "{#", "#}")
_OPENING = re.compile(r"\{[{%#]")


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        # Replies are plain text; each chat escapes them at its own edge.
        autoescape=False,
        cache_size=0,
    )
    environment.globals.clear()
    environment.tests.clear()
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    return environment


_ENVIRONMENT: Final = _environment()


def check(body: str, holes: frozenset[str], *, says_something: bool = True) -> None:
    """Raises Flaw unless the body may be used with these holes. It is not compiled yet.

    ``says_something`` is False for what only stands around a reply, such as who signs.
    """
    _checked(body, holes, says_something=says_something)


def printed(body: str, holes: Mapping[str, str], known: Mapping[str, str]) -> str:
    """The body with its values in place, or Flaw: a body that was never checked is checked here."""
    parts: list[str] = []
    left = OUTPUT_LIMIT
    try:
        for part in _compiled(body, frozenset(holes)).generate({**known, **holes}):
            left -= len(part)
            if left < 0:
                raise Flaw(1, f"prints more than {OUTPUT_LIMIT} characters")
            parts.append(part)
    except UndefinedError as error:
        raise Flaw(1, str(error)) from error
    return "".join(parts).strip()


@lru_cache(maxsize=512)
def _compiled(body: str, holes: frozenset[str]) -> Compiled:
    return _ENVIRONMENT.from_string(_checked(body, holes))


def _checked(body: str, holes: frozenset[str], *, says_something: bool = True) -> nodes.Template:
    tree = _parsed(body)
    names = _Names()
    for piece in _pieces(tree):
        _check_node(piece)
        names.note(piece)
    names.check(holes, says_something=says_something)
    # Every piece prints at most once, so this is the longest draft there can be.
    if len(body) + (VALUE_LIMIT + len("⟦⟧")) * names.uses > OUTPUT_LIMIT:
        raise Flaw(1, f"could print more than {OUTPUT_LIMIT} characters")
    return tree


def _parsed(body: str) -> nodes.Template:
    _check_code(body)
    try:
        return _ENVIRONMENT.parse(body)
    except TemplateSyntaxError as error:
        raise Flaw(error.lineno, str(error.message)) from error
    except RecursionError:
        # Jinja2's parser descends with the text; far below that depth a tree is refused anyway.
        raise Flaw(1, "nested too deeply") from None
    except (ValueError, OverflowError) as error:
        raise Flaw(1, f"a constant cannot be read: {error}") from error


def _check_code(body: str) -> None:
    """Bounds what the parser is given, without understanding it."""
    _, *parts = _OPENING.split(body, maxsplit=CODE_LIMIT + 1)
    if len(parts) > CODE_LIMIT:
        raise Flaw(1, f"code in more than {CODE_LIMIT} places")
    for part in parts:
        # To the last closing rather than the first: a text inside the code may hold another.
        closed = max(part.rfind("}}"), part.rfind("%}"), part.rfind("#}"))
        if (closed if closed >= 0 else len(part)) > CODE_LENGTH:
            raise Flaw(1, f"a piece of code, or a comment, of more than {CODE_LENGTH} characters")


class _Piece(NamedTuple):
    """A node of the body's tree where it stands. Some nodes know no line: then their parent's holds."""

    node: nodes.Node
    is_printed: bool
    line: int
    depth: int

    def children(self) -> Iterator[_Piece]:
        is_printed = isinstance(self.node, nodes.Output)
        for child in self.node.iter_child_nodes():
            yield _Piece(child, is_printed, child.lineno or self.line, self.depth + 1)


def _pieces(tree: nodes.Template) -> Iterator[_Piece]:
    """Every node of the tree, and Flaw as soon as there are too many, or too deep."""
    waiting = [_Piece(tree, False, 1, 0)]
    seen = 0
    while waiting:
        piece = waiting.pop()
        seen += 1
        if seen > PIECE_LIMIT or piece.depth > DEPTH_LIMIT:
            raise Flaw(piece.line, "a reply is simpler than that: too many pieces, or nested too deeply")
        yield piece
        waiting.extend(piece.children())


def _check_node(piece: _Piece) -> None:
    node, line = piece.node, piece.line
    if type(node) not in _ALLOWED:
        raise Flaw(line, f"{type(node).__name__} may not be used in a reply")
    if isinstance(node, nodes.Operand) and node.op not in {"eq", "ne"}:
        raise Flaw(line, "only == and != compare in a reply")
    if isinstance(node, nodes.Const) and not (isinstance(node.value, str) and len(node.value) <= CONST_LIMIT):
        raise Flaw(line, f"a constant must be text of at most {CONST_LIMIT} characters")
    if isinstance(node, nodes.Filter) and not _is_listed(node):
        raise Flaw(line, f"only these filters may be used, bare: {', '.join(FILTERS)}")
    if isinstance(node, nodes.TemplateData) and any(mark in node.data for mark in _CODE):
        raise Flaw(line, "template code may not be printed")


def _is_listed(node: nodes.Filter) -> bool:
    has_more = node.args or node.kwargs or node.dyn_args or node.dyn_kwargs
    return node.name in FILTERS and node.node is not None and not has_more


class _Names:
    """Which names a body prints and which it asks about, and where."""

    def __init__(self) -> None:
        self._printed: dict[str, int] = {}
        self._asked: dict[str, int] = {}
        self._says = False
        self.uses = 0

    def note(self, piece: _Piece) -> None:
        node = piece.node
        if isinstance(node, nodes.TemplateData):
            self._says = self._says or any(char.isalpha() for char in node.data)
        if isinstance(node, nodes.Name):
            self.uses += 1
            (self._printed if piece.is_printed else self._asked).setdefault(node.name, piece.line)

    def check(self, holes: frozenset[str], *, says_something: bool) -> None:
        for name, line in {**self._asked, **self._printed}.items():
            if name not in KNOWN | holes:
                raise Flaw(line, f"{name} is no declared hole")
        for name, line in self._asked.items():
            # When the draft is made nobody has filled the hole, so there is nothing to ask it.
            if name in holes:
                raise Flaw(line, f"the hole {name} must stand alone: no filter and no condition on it")
        for name in sorted(holes - self._printed.keys()):
            raise Flaw(1, f"the hole {name} is never used")
        if says_something and not self._says:
            raise Flaw(1, "a reply must say something of its own")
