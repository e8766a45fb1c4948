"""The front matter of a template: a small, strict part of YAML in which every value knows its line.

Only text, lists and mappings are read, straight from the parser's events, so that nothing is ever
built that the file does not spell out: no anchors, no aliases, no tags, no merged keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec
import yaml

from bot.core.replies.flaw import Flaw

#: Longest title, tone or example, in characters. Our choice.
TEXT_LIMIT: Final = 300

#: The mapping, its holes, one hole, its hint; a list is no deeper than that.
_DEEPEST: Final = 4
_TAG = re.compile(r"[a-z0-9][a-z0-9_-]*")
# The parser in C is ten times as fast; the one in Python stands in where PyYAML came without it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Node(msgspec.Struct, frozen=True):
    """A value of the front matter and the line of the file it stands on."""

    line: int
    value: str | list[Node] | dict[str, Node]

    def __getitem__(self, key: str) -> Node:
        found = self.entries().get(key)
        if found is None:
            raise Flaw(self.line, f"{key} is missing")
        return found

    def only(self, keys: set[str]) -> None:
        """Refuses every key but these: a misspelt key must not pass for an absent one."""
        for key, node in self.entries().items():
            if key not in keys:
                raise Flaw(node.line, f"unknown key {key!r}: use {', '.join(sorted(keys))}")

    def text(self, limit: int = TEXT_LIMIT) -> str:
        """One line of text, not blank."""
        if not isinstance(self.value, str):
            raise Flaw(self.line, "text is expected here")
        line = " ".join(self.value.split())
        if not line or len(line) > limit:
            raise Flaw(self.line, f"between 1 and {limit} characters are expected here")
        if any(mark in line for mark in ("{{", "}}", "{%", "%}")):
            raise Flaw(self.line, "template code has no place in the front matter")
        return line

    def tags(self, key: str) -> tuple[str, ...]:
        """The list of tags under ``key``; absent or empty, there are none."""
        node = self.entries().get(key)
        if node is None or node.value == "":
            return ()
        if not isinstance(node.value, list):
            raise Flaw(node.line, f"{key} must be a list")
        return tuple(item.tag() for item in node.value)

    def tag(self) -> str:
        if not _TAG.fullmatch(self.text()):
            raise Flaw(self.line, f"{self.text()!r} is no tag: use a-z, 0-9, - and _")
        return self.text()

    def pairs(self, key: str) -> tuple[tuple[str, Node], ...]:
        """What the mapping under ``key`` holds; absent or empty, nothing."""
        node = self.entries().get(key)
        return () if node is None or node.value == "" else tuple(node.entries().items())

    def entries(self) -> dict[str, Node]:
        """What a mapping holds, by key."""
        if not isinstance(self.value, dict):
            raise Flaw(self.line, "keys and values are expected here")
        return self.value


def read_front(text: str) -> Node:
    """The mapping in ``text``, which starts on line 2 of its file."""
    try:
        events = _plain("\n" + text)
        next(events)  # the stream opens
        if isinstance(next(events), yaml.StreamEndEvent):
            raise Flaw(1, "the front matter is empty")
        root = _node(events, next(events), depth=1)
        next(events)  # the document ends
        if not isinstance(after := next(events), yaml.StreamEndEvent):
            raise Flaw(_line(after), "one document is expected in the front matter")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise Flaw(mark.line + 1 if mark else 1, f"not YAML: {getattr(error, 'problem', None) or error}") from error
    return root


def _plain(text: str) -> Iterator[Any]:
    for event in yaml.parse(text, Loader=_LOADER):
        if getattr(event, "anchor", None):
            raise Flaw(_line(event), "anchors and aliases may not be used")
        if getattr(event, "tag", None):
            raise Flaw(_line(event), "YAML tags may not be used")
        yield event


def _node(events: Iterator[Any], event: Any, depth: int) -> Node:
    if depth > _DEEPEST:
        raise Flaw(_line(event), "nested too deeply")
    if isinstance(event, yaml.ScalarEvent):
        return Node(_line(event), event.value)
    if isinstance(event, yaml.SequenceStartEvent):
        return Node(_line(event), [_node(events, item, depth + 1) for item in iter(events.__next__, _End())])
    return Node(_line(event), _entries(events, depth))


def _entries(events: Iterator[Any], depth: int) -> dict[str, Node]:
    entries: dict[str, Node] = {}
    for event in iter(events.__next__, _End()):
        key = _node(events, event, depth + 1)
        if not isinstance(key.value, str) or key.value in entries:
            raise Flaw(key.line, "a key must be text, and stand once")
        entries[key.value] = _node(events, next(events), depth + 1)
    return entries


class _End:
    """Equal to the event that ends a list or a mapping, so that ``iter`` stops there."""

    def __eq__(self, event: object) -> bool:
        return isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent))

    __hash__ = None  # type: ignore[assignment]  # typeshed knows no other way to say so


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
