"""Lays what the environment says over the settings of the file: ``HEARD_LOG__LEVEL`` stands for ``level`` of [log]."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, get_args, get_origin, get_type_hints

import msgspec

from bot.config.reading import Key, Reading, Wrong, is_mapping, is_struct, nearest

PREFIX: Final = "HEARD_"
#: A variable that ends so names a file that holds the value, as Docker and Kubernetes hand out secrets.
FROM_FILE: Final = "_FILE"
#: Longest value that is taken from a file, in bytes: a token has hundreds, a wrong file has millions.
LONGEST_VALUE: Final = 65_536

#: Variables that begin like ours and are not: where the file is (the command line's own), and what
#: Kubernetes tells every container about a service that is called "heard".
_NOT_SETTINGS: Final = ("HEARD_CONFIG", "HEARD_SERVICE_", "HEARD_PORT")


def overlay(tree: dict[str, Any], environ: Mapping[str, str], reading: Reading) -> None:
    """Puts every value of the environment into the tree. An empty variable is one that nobody set."""
    for variable, text in sorted(environ.items()):
        if not variable.startswith(PREFIX) or variable.startswith(_NOT_SETTINGS) or not text:
            continue
        try:
            _say(tree, variable, text, reading)
        except Wrong as wrong:
            reading.fault(variable, wrong.problem, wrong.instead)


def _say(tree: dict[str, Any], variable: str, text: str, reading: Reading) -> None:
    is_file = variable.endswith(FROM_FILE)
    key = _key(variable.removesuffix(FROM_FILE) if is_file else variable, reading.shape)
    value = _from_file(text) if is_file else text
    if before := reading.said_by(key, variable, hidden=is_file):
        raise Wrong(f"says the same setting as {before}", "set one of the two")
    _put(tree, key, value)


def named(said: str, environ: Mapping[str, str]) -> str:
    """What ``$MENTION_TOKEN`` stands for: that variable, or what the file of ``MENTION_TOKEN_FILE`` holds. Or Wrong.

    For secrets in lists, whose entries have no variables of their own.
    """
    variable = said.removeprefix("$")
    value, path = environ.get(variable), environ.get(f"{variable}{FROM_FILE}")
    if value and path:
        raise Wrong(f"is said by {variable} and by {variable}{FROM_FILE}", "set one of the two")
    if value or path:
        return value or _from_file(path or "")
    raise Wrong("names a variable that is not set", "set it, or the one with _FILE behind it to a file that holds it")


def _put(tree: dict[str, Any], key: Key, value: str) -> None:
    *sections, name = key
    table: Any = tree
    for section in sections:
        table = table.setdefault(section, {})
        if not isinstance(table, dict):
            return  # The file wrote something else where a table belongs, and will be told so.
    table[name] = value


def _from_file(path: str) -> str:
    """What the file holds, without its last line end.

    The path is not repeated in errors: it may be a token, put there by mistake.
    """
    try:
        with Path(path).open("rb") as file:
            held = file.read(LONGEST_VALUE + 1)
        text = held.decode()
    except OSError as error:
        raise Wrong(f"its file cannot be read ({error.strerror})", "write the path of a readable file") from None
    except ValueError:
        raise Wrong("its file is no UTF-8 text", "write the path of a text file") from None
    if len(held) > LONGEST_VALUE:
        raise Wrong("its file is too long", "write the path of a file with the value alone")
    return text.rstrip("\r\n")


def _key(variable: str, shape: type[msgspec.Struct]) -> Key:
    """The key that a variable stands for; the names in it are matched without capitals, hyphens as underscores."""
    key: list[str] = []
    hint: Any = shape
    for part in variable.removeprefix(PREFIX).lower().split("__"):
        name, hint = _step(part, hint, variable, shape)
        key.append(name)
    if not _is_single(hint):
        raise Wrong("is more than a single value", "write lists and sections in the file")
    return tuple(key)


def _step(part: str, hint: Any, variable: str, shape: type[msgspec.Struct]) -> tuple[str, Any]:
    """The key of this part, and what stands behind it."""
    if get_origin(hint) is tuple:
        raise Wrong("is part of a list", "write lists in the file")
    if is_mapping(hint) and not issubclass(get_args(hint)[0], StrEnum):
        return part.replace("_", "-"), get_args(hint)[1]  # names of channels, which have no underscores
    within = _within(hint)
    names = {_spoken(each).lower(): each for each in within}
    if part not in names:
        raise Wrong("there is no such setting", _instead(variable, shape))
    return names[part], within[names[part]]


def _within(hint: Any) -> Mapping[str, Any]:
    """Names and types of what is known to stand in a section; nothing stands in a single value."""
    if is_struct(hint):
        return get_type_hints(hint)
    if is_mapping(hint) and issubclass(get_args(hint)[0], StrEnum):
        return {each.value: get_args(hint)[1] for each in get_args(hint)[0]}
    return {}


def _spoken(name: str) -> str:
    """A key as variables say it, which know neither small letters nor hyphens."""
    return name.replace("-", "_").upper()


def _is_single(hint: Any) -> bool:
    return not (is_struct(hint) or is_mapping(hint) or get_origin(hint) is tuple)


def _instead(variable: str, shape: type[msgspec.Struct]) -> str:
    near = nearest(variable.removeprefix(PREFIX), _names(shape))
    return f"did you mean {PREFIX}{near}?" if near else "remove it, or see config.example.toml for the keys there are"


def _names(hint: Any, name: str = "") -> list[str]:
    """Every variable that can be known beforehand, without our prefix."""
    if _is_single(hint):
        return [name]
    start = f"{name}__" if name else ""
    return [each for key, held in _within(hint).items() for each in _names(held, f"{start}{_spoken(key)}")]
