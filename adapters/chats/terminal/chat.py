"""The terminal's chat: messages in memory, told to whoever listens, and kept as a picture between runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from bot.core.cards import Card
from bot.ports import Clock, MessageRef

#: The file beside the store's own that holds the last picture of the room.
FILE = "room-screen.json"
#: Messages that are remembered; the oldest go first. Our choice: a member scrolls no further back.
MOST_MESSAGES = 2_000


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message as it stands now. ``under`` is the reference of the message in whose thread it stands."""

    ref: MessageRef
    key: str
    card: Card
    at: datetime
    under: MessageRef = ""
    to: str = ""


Listener = Callable[[Said], None]


class TerminalChat:
    """A chat without a network, and without Textual: stories and the screen both listen to it.

    A reference says all that is needed to set the message up again, so that
    an edit finds its place after the picture of the room was lost.
    """

    pace = timedelta()

    def __init__(self, folder: Path | None, clock: Clock) -> None:
        self._clock = clock
        self._file = folder / FILE if folder else None
        self._said: dict[MessageRef, Said] = {said.ref: said for said in _read(self._file)}
        self._listeners: list[Listener] = []
        self._is_changed = False

    @property
    def messages(self) -> Mapping[MessageRef, Said]:
        """Everything that stands, in the order in which it was first said."""
        return self._said

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tells the listener of every message and edit from now on; call what is returned to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tells_duties_to(self, _: str) -> bool:
        """The screen shows it all the time."""
        return False

    async def post(self, key: str, card: Card, under: MessageRef = "", to: str = "") -> MessageRef:
        """Says it, or says it anew where this key stands already."""
        ref = _ref(key, under, to)
        self._tell(ref, card)
        return ref

    async def edit(self, ref: MessageRef, card: Card) -> None:
        """Changes the message; one that is not known is set up again."""
        self._tell(ref, card)

    async def remove(self, ref: MessageRef) -> None:
        """Takes it down; one that is not known was taken down before. Listeners find it gone."""
        if said := self._said.pop(ref, None):
            self._changed(said)

    def thread(self, ref: MessageRef) -> list[Said]:
        """What stands under a message, oldest first."""
        return [said for said in self._said.values() if said.under == ref] if ref else []

    def cards(self) -> list[Said]:
        """The cards of cases, oldest first."""
        return [said for said in self._said.values() if said.card.case and said.key == f"case/{said.card.case}"]

    def keep(self) -> None:
        """Writes the picture of the room, if it changed. The truth is the store's; this is for the eye alone."""
        if self._file is None or not self._is_changed:
            return
        beside = self._file.with_suffix(".new")
        beside.write_bytes(msgspec.json.encode(list(self._said.values())))
        beside.replace(self._file)
        self._is_changed = False

    def _tell(self, ref: MessageRef, card: Card) -> None:
        before = self._said.get(ref)
        at = before.at if before else self._clock()
        key, under, to = _parts(ref)
        said = Said(ref, key, card, at, under, to)
        self._said[ref] = said
        self._forget()
        self._changed(said)

    def _changed(self, said: Said) -> None:
        self._is_changed = True
        for listener in tuple(self._listeners):
            listener(said)

    def _forget(self) -> None:
        while len(self._said) > MOST_MESSAGES:
            del self._said[next(iter(self._said))]


def _ref(key: str, under: MessageRef, to: str) -> MessageRef:
    """Keys and member ids are ours and hold no ``>``."""
    return f"{to}>{_parts(under)[0]}>{key}" if under or to else key


def _parts(ref: MessageRef) -> tuple[str, MessageRef, str]:
    if ref.count(">") < 2:
        return ref, "", ""
    to, under, key = ref.split(">", 2)
    return key, under, to


def _read(file: Path | None) -> Iterable[Said]:
    """The last picture; one that cannot be read is no loss, the room starts empty."""
    if file is None:
        return ()
    try:
        return msgspec.json.decode(file.read_bytes(), type=list[Said])
    except (OSError, msgspec.DecodeError):
        return ()
