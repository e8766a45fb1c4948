"""What a chat knows of the places that it speaks in: since when, which posts are in doubt, which stand there.

An answer that was lost leaves a doubt: the message may stand or not. Before it is sent
again the place is read back, and a message that bears its name is taken for it. A place
that this process has not spoken in yet is read before its first post as well, because the
last process may have been ended between sending a message and writing down where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, Protocol, TypeVar

from bot.ports import MessageRef


class Moment(Protocol):
    """A message's own number or time; both grow, and compare."""

    def __lt__(self, other: Any, /) -> bool: ...


PlaceT = TypeVar("PlaceT")
MomentT = TypeVar("MomentT", bound=Moment)


class Memory(Generic[PlaceT, MomentT]):
    """One process's. ``beginning`` is before every message. Posts are named as the chat's messages name them."""

    def __init__(self, beginning: MomentT) -> None:
        self._beginning = beginning
        self._newest: dict[PlaceT, MomentT] = {}
        self._doubts: dict[PlaceT, dict[str, MomentT]] = {}
        self._found: dict[PlaceT, dict[str, MessageRef]] = {}
        self._gone: set[MessageRef] = set()

    def is_doubted(self, place: PlaceT, name: str) -> bool:
        """Whether a post of this name may stand there."""
        return name in self._doubts.get(place, {})

    def must_read(self, place: PlaceT, name: str) -> bool:
        """Whether this process has not looked there yet, or a post of this name may stand there."""
        return place not in self._newest or self.is_doubted(place, name)

    def since(self, place: PlaceT) -> MomentT:
        """The last message before the first doubt."""
        return min(self._doubts.get(place, {}).values(), default=self._beginning)

    def doubt(self, place: PlaceT, name: str) -> None:
        """It is on its way, and may arrive whatever we hear of it. The first doubt of a post says since when."""
        self._doubts.setdefault(place, {}).setdefault(name, self._newest.get(place, self._beginning))

    def settle(self, place: PlaceT, name: str) -> None:
        """It certainly stands, or certainly does not."""
        self._doubts.get(place, {}).pop(name, None)
        self._found.get(place, {}).pop(name, None)

    def sent(self, place: PlaceT, name: str, at: MomentT, thread: PlaceT | None = None) -> None:
        """``thread`` is its own, as new as the message itself: nothing of ours stands in it."""
        self.settle(place, name)
        self._newest[place] = max(self._newest.get(place, self._beginning), at)
        if thread is not None:
            self._newest.setdefault(thread, at)

    def read(self, place: PlaceT, found: Mapping[str, MessageRef], newest: MomentT) -> None:
        """Everything sent there before now was looked for: what was not found does not stand there."""
        self._newest[place] = max(self._newest.get(place, self._beginning), newest)
        self._doubts.pop(place, None)
        self._found.setdefault(place, {}).update(found)

    def found(self, place: PlaceT, name: str) -> MessageRef:
        """Where it stands, as far as was read."""
        ref = self._found.get(place, {}).get(name, "")
        return "" if ref in self._gone else ref

    def forget(self, ref: MessageRef) -> None:
        """Never to be taken for a post again."""
        self._gone.add(ref)
