"""What a tool sends, as one type: dotted paths such as ``mention.author.name`` become nested structs of msgspec."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, NamedTuple

import msgspec

from bot.config.reading import Wrong
from bot.config.settings import HookFields

#: Complaints of one delivery. Our choice: more is an import, and has ``heard import``.
MOST_ITEMS: Final = 100
#: Steps of a path, and letters of a step. Our choice; tools have three or four.
DEEPEST, LONGEST_STEP = 10, 100

_INDEX = re.compile(r"0|[1-9][0-9]{0,2}")
_INSTEAD = 'write the names from the outside in with dots, such as "mention.author.name" or "posts.0.text"'

Path = tuple[str | int, ...]
"""The steps to a value: names of objects, and numbers of list entries from 0."""


class Leaf(NamedTuple):
    """What stands at the end of a path. What ``is_needed`` may be neither missing nor null."""

    type: Any
    is_needed: bool


#: Nested by the steps of the paths.
Tree = dict[str | int, Any]


def path(dotted: str) -> Path:
    """The steps of a dotted path, or Wrong."""
    steps = dotted.split(".")
    if len(steps) > DEEPEST or not all(0 < len(step) <= LONGEST_STEP and step.isprintable() for step in steps):
        raise Wrong("is no path", _INSTEAD)
    return tuple(int(step) if _INDEX.fullmatch(step) else step for step in steps)


def leaves(fields: HookFields) -> Mapping[str, Leaf]:
    """The fields that are mapped, and what may stand in each."""
    text = Leaf(Annotated[str, msgspec.Meta(min_length=1)], is_needed=True)
    posted = Leaf(str | int | float | None, is_needed=False)
    known = {"text": text, "posted": posted}
    mapped = msgspec.structs.asdict(fields)
    return {name: known.get(name, Leaf(str | None, is_needed=False)) for name, where in mapped.items() if where}


def shape(name: str, fields: HookFields, items: str = "") -> Any:
    """The type of a delivery: one complaint or an array of them, at the outermost or at the end of ``items``.

    Whatever else the tool sends is let be. Raises Wrong when two paths cannot both be true.
    """
    held = leaves(fields)
    mapped = {path(getattr(fields, field)): leaf for field, leaf in held.items()}
    if len(mapped) < len(held):
        raise Wrong("has one path twice", "give each field a path of its own, or leave the field out")
    one = _nested(_tree(mapped), name)
    many = Annotated[list[one], msgspec.Meta(min_length=1, max_length=MOST_ITEMS)]  # type: ignore[valid-type]
    if not items:
        return one | many
    return _nested(_tree({path(items): Leaf(one | many, is_needed=True)}), f"{name}.delivery")


def found(value: Any, steps: Path) -> Any:
    """What stands at the end of the path, None when it does not go so far."""
    for step in steps:
        if value is None:
            return None
        if isinstance(step, int):
            value = value[step] if step < len(value) else None
        else:
            value = getattr(value, _attribute(step))
    return value


def _tree(mapped: Mapping[Path, Leaf]) -> Tree:
    tree: Tree = {}
    for steps, leaf in mapped.items():
        within = tree
        for step in steps[:-1]:
            within = within.setdefault(step, {})
            if isinstance(within, Leaf):
                raise Wrong(f"{_dotted(steps)} leads through a value", _INSTEAD)
        if steps[-1] in within:
            raise Wrong(f"{_dotted(steps)} leads to what another path leads through", _INSTEAD)
        within[steps[-1]] = leaf
    return tree


def _nested(tree: Tree, name: str, *, is_listed: bool = False) -> Any:
    """The type of a branch. Entries of a list need nothing: no path may name some of them."""
    numbers = [step for step in tree if isinstance(step, int)]
    if numbers and len(numbers) < len(tree):
        raise Wrong("is a list for one path and an object for another", _INSTEAD)
    if numbers:
        return list[_entry([tree[number] for number in numbers], name)]  # type: ignore[misc]
    members = [_member(str(step), held, f"{name}.{step}", is_listed=is_listed) for step, held in tree.items()]
    return msgspec.defstruct(_type_name(name), members, kw_only=True, frozen=True)


def _entry(held: list[Any], name: str) -> Any:
    if all(isinstance(each, Leaf) for each in held):
        if len({repr(each.type) for each in held}) > 1:
            raise Wrong("holds values of different kinds", _INSTEAD)
        return held[0].type | None
    if any(isinstance(each, Leaf) for each in held):
        raise Wrong("is a value for one path and an object for another", _INSTEAD)
    merged: Tree = {}
    for each in held:
        merged |= each
    return _nested(merged, f"{name}.entry", is_listed=True) | None


def _member(step: str, held: Any, name: str, *, is_listed: bool) -> tuple[str, Any, Any]:
    made = held.type if isinstance(held, Leaf) else _nested(held, name, is_listed=is_listed)
    if not is_listed and _is_needed(held):
        return _attribute(step), made, msgspec.field(name=step)
    return _attribute(step), made | None, msgspec.field(name=step, default=None)


def _is_needed(held: Any) -> bool:
    return held.is_needed if isinstance(held, Leaf) else any(_is_needed(each) for each in held.values())


def _attribute(step: str) -> str:
    """Whatever a tool calls it, as a name of Python."""
    return f"at_{step.encode().hex()}"


def _type_name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", lambda char: f"_{ord(char[0]):x}", name)


def _dotted(steps: Path) -> str:
    return ".".join(map(str, steps))
