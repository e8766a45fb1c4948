"""Reads plain values, as TOML and the environment give them, into frozen structs, and notes every fault on the way."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from enum import StrEnum
from types import NoneType
from typing import Any, Final, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

Key = tuple[str | int, ...]
"""Where a value stands: ``("clocks", "claim")``; a number counts the entries of a list from one."""

Shape = TypeVar("Shape", bound=msgspec.Struct)

#: How much of a wrong value or key is repeated to the operator, in characters.
SHOWN: Final = 40

_PLAIN_KEY = re.compile(r"[\w.-]{1,40}")
_SPAN = re.compile(r"(?:(\d{1,5})d)?(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,5})s)?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_YES: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class Wrong(Exception):
    """Why a value cannot be taken, and what to write instead: two halves of one sentence."""

    def __init__(self, problem: str, instead: str) -> None:
        super().__init__(f"{problem}; {instead}")
        self.problem, self.instead = problem, instead


class Secret:
    """A token or password: used by whoever calls ``reveal``, and never shown, stored or copied by accident."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __str__(self) -> str:
        return "…"

    def __format__(self, spec: str) -> str:
        return "…"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written down")


class Reading:
    """One reading of the settings: every value is read, every fault is kept, the first fault stops nothing.

    A faulty or missing value leaves the default in its place, so that the rest can be
    read and checked. One fault for each place is kept: the first, which is the nearest to its cause.
    """

    def __init__(self, file: str, shape: type[msgspec.Struct]) -> None:
        self.shape = shape
        self._file = file
        self._variables: dict[Key, str] = {}
        self._hidden: set[Key] = set()
        self._faults: dict[str, str] = {}

    @property
    def faults(self) -> tuple[str, ...]:
        return tuple(f"{place}: {fault}" for place, fault in self._faults.items())

    def fault(self, place: str, problem: str, instead: str) -> None:
        self._faults.setdefault(place, f"{problem}; {instead}")

    def fault_at(self, key: Key, problem: str, instead: str) -> None:
        self.fault(self.place(key), problem, instead)

    def said_by(self, key: Key, variable: str, *, hidden: bool) -> str | None:
        """Notes that an environment variable said this value; returns the variable that said it before, if any."""
        if before := self._variables.get(key):
            return before
        self._variables[key] = variable
        if hidden:
            self._hidden.add(key)
        return None

    def place(self, key: Key) -> str:
        """What the operator looks for: the environment variable, or the file and the key."""
        return self._variables.get(key) or f"{self._file}: {dotted(key)}"

    def shown(self, key: Key, value: object) -> str:
        """The value as the operator wrote it, clipped; "this" for one that was kept in a file of its own."""
        return "this" if key in self._hidden else shown(value)

    def struct(self, base: Shape, value: object, key: Key = ()) -> Shape:
        """``base`` with what the table says in place of its fields."""
        if not isinstance(value, dict):
            self._no_table(key, value)
            return base
        hints = get_type_hints(type(base))
        said = {}
        for name, each in value.items():
            if name in hints:
                said[name] = self._value(hints[name], each, (*key, name), getattr(base, name))
            else:
                self._unknown(key, name, hints)
        return msgspec.structs.replace(base, **said)

    def _value(self, hint: Any, value: object, key: Key, base: Any) -> Any:
        hint = _without_none(hint)
        if get_origin(hint) is tuple:
            return self._list(get_args(hint)[0], value, key, base)
        if is_mapping(hint):
            names, hint = get_args(hint)
            return self._mapping(names, hint, value, key, base)
        if is_struct(hint):
            return self.struct(hint() if base is None else base, value, key)
        return self._leaf(hint, value, key, base)

    def _list(self, hint: Any, value: object, key: Key, base: tuple[Any, ...]) -> tuple[Any, ...]:
        is_tables = is_struct(hint)
        if not isinstance(value, list):
            instead = (
                f"write [[{dotted(key)}]], in two pairs of brackets, once for each"
                if is_tables
                else 'write it in brackets, such as ["…"]'
            )
            self.fault_at(key, f"{self.shown(key, value)} is no list", instead)
            return base
        return tuple(
            self._value(hint, each, (*key, n), hint() if is_tables else None) for n, each in enumerate(value, start=1)
        )

    def _mapping(self, names: Any, hint: Any, value: object, key: Key, base: Mapping[Any, Any]) -> Mapping[Any, Any]:
        """``base`` with the entries of the table over it; each entry is laid over the base's own."""
        if not isinstance(value, dict):
            self._no_table(key, value)
            return base
        known = [each.value for each in names] if issubclass(names, StrEnum) else None
        said = {}
        for name, each in value.items():
            if known is not None and name not in known:
                self._unknown(key, name, known)
            else:
                said[names(name)] = self._value(hint, each, (*key, name), base.get(names(name)))
        return {**base, **said}

    def _leaf(self, hint: Any, value: object, key: Key, base: Any) -> Any:
        try:
            return _read(hint, value, is_text=key in self._variables)
        except Wrong as wrong:
            said = "this" if hint is Secret else self.shown(key, value)
            self.fault_at(key, f"{said} {wrong.problem}", wrong.instead)
            return base

    def _no_table(self, key: Key, value: object) -> None:
        self.fault_at(key, f"{self.shown(key, value)} is no table", f"write a section [{dotted(key)}]")

    def _unknown(self, key: Key, name: str, known: Iterable[str]) -> None:
        self.fault_at((*key, name), "there is no such key", self._instead_of(name, known))

    def _instead_of(self, name: str, known: Iterable[str]) -> str:
        """A key that is known elsewhere has most likely slipped into the wrong section, as TOML makes easy."""
        homes = self._homes(name)
        if not homes:
            return did_you_mean(name, known)
        if () in homes:
            return "it belongs at the top of the file, above the first [section]"
        return f"it belongs under {' or '.join(f'[{dotted(home)}]' for home in homes)}"

    def _homes(self, name: str) -> list[Key]:
        hints = get_type_hints(self.shape)
        sections = [section for section, hint in hints.items() if is_struct(hint) and name in get_type_hints(hint)]
        return [(), *((each,) for each in sections)] if name in hints else [(each,) for each in sections]


def dotted(key: Key) -> str:
    """A key as the operator would say it: ``clocks.claim``, ``committee 2, id``."""
    said = ""
    for part in key:
        if isinstance(part, int):
            said += f" {part}"
        else:
            said += ("" if not said else ", " if said[-1].isdigit() else ".") + _plain(part)
    return said


def shown(value: object) -> str:
    """A wrong value, clipped and on one line."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    said = str(value)
    said = said if len(said) <= SHOWN else f"{said[: SHOWN - 1]}…"
    return json.dumps(said, ensure_ascii=False) if isinstance(value, str) else said.lower()


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The nearest of the known words, or all of them where none is near."""
    known = list(known)
    if near := nearest(word, known):
        return f"did you mean {shown(near)}?"
    return f"write one of {', '.join(known)}"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was most likely meant; capitals, hyphens and underscores do not count."""
    spelled = {_spelling(each): each for each in known}
    near = get_close_matches(_spelling(word), spelled, n=1)
    return spelled[near[0]] if near else None


def _spelling(word: str) -> str:
    return word.casefold().replace("-", "_")


def _plain(name: str) -> str:
    return name if _PLAIN_KEY.fullmatch(name) else shown(name)


def _without_none(hint: Any) -> Any:
    """TOML cannot say None: it only ever is a default."""
    if get_origin(hint) is None or NoneType not in get_args(hint):
        return hint
    return Union[tuple(each for each in get_args(hint) if each is not NoneType)]  # noqa: UP007 - made at run time


def is_struct(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, msgspec.Struct)


def is_mapping(hint: Any) -> bool:
    """Whether the hint is a section whose names are data: channels, roles, accounts."""
    return get_origin(hint) is Mapping


def _read(hint: Any, value: object, *, is_text: bool) -> Any:
    """One value; ``is_text`` where it comes from the environment, which knows no other type."""
    if issubclass(hint, StrEnum):
        return _choice(hint, value)
    if is_text and isinstance(value, str) and hint in _FROM_TEXT:
        return _FROM_TEXT[hint](value)
    return _READERS[hint](value)


def _choice(choices: type[StrEnum], value: object) -> StrEnum:
    known = [each.value for each in choices]
    if isinstance(value, str) and value in known:
        return choices(value)
    raise Wrong("is not known", did_you_mean(value if isinstance(value, str) else "", known))


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    raise Wrong("is no text", "write it in quotes")


def _number(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise Wrong("is no whole number", "write it in figures without quotes, such as 5")


def _yes_or_no(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise Wrong("is neither true nor false", "write true or false, without quotes")


def _duration(value: object) -> timedelta:
    """A length of time: days, hours, minutes and seconds, in this order, each left out at will."""
    match = _SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match or not match[0]:
        raise Wrong("is no length of time", 'write numbers with their units, such as "30m", "12h", "2d" or "1h30m"')
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def spoken(length: timedelta) -> str:
    """A length of time as the file writes it: ``1h30m``."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    # Up to two days people say hours: "12h", "24h", "36h".
    days, hours = divmod(hours, 24) if hours >= 48 else (0, hours)
    parts = ((days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s"))
    return "".join(f"{count}{unit}" for count, unit in parts if count) or "0m"


def _time(value: object) -> time:
    """A local time of day. TOML has a type for it too, which some will write: 09:00:00 without quotes."""
    if isinstance(value, time):
        return value
    match = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise Wrong("is no time of day", 'write hours and minutes from "00:00" to "23:59"')
    return time(int(match[1]), int(match[2]))


def _date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value.strip()) if isinstance(value, str) else _no_date()
    except ValueError:
        _no_date()


def _no_date() -> NoReturn:
    raise Wrong("is no date", 'write year, month and day, such as "2026-12-24"') from None


def _secret(value: object) -> Secret:
    if isinstance(value, str) and value.strip() and len(value.split()) == 1:
        return Secret(value.strip())
    raise Wrong("is no token", "write it in quotes, whole and without spaces")


def _number_in(text: str) -> int:
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text.strip()) else _number(text)


def _yes_or_no_in(text: str) -> bool:
    answer = _YES.get(text.strip().casefold())
    return _yes_or_no(text) if answer is None else answer


_READERS: Final[Mapping[Any, Callable[[object], Any]]] = {
    str: _text,
    int: _number,
    bool: _yes_or_no,
    timedelta: _duration,
    time: _time,
    date: _date,
    Secret: _secret,
}
_FROM_TEXT: Final[Mapping[Any, Callable[[str], Any]]] = {int: _number_in, bool: _yes_or_no_in}
