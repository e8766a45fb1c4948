"""What the door answers."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Number = Annotated[int, msgspec.Meta(ge=1)]


class Opened(msgspec.Struct, frozen=True):
    """It is kept; ``case`` has it, as its first complaint or as another sighting."""

    case: Number


class Several(msgspec.Struct, frozen=True):
    """They are kept in these cases, in their order; ``known`` of them were known already."""

    cases: tuple[Number, ...]
    known: Annotated[int, msgspec.Meta(ge=0)] = 0


class Known(msgspec.Struct, frozen=True):
    """All of it was known already, and nothing happened."""

    known: Literal[True] = True


class Wrong(msgspec.Struct, frozen=True):
    """Why it was not taken, in one sentence."""

    error: str


class Ready(msgspec.Struct, frozen=True):
    """Whether cases can be written, and whether the committee's chat can be reached."""

    store: bool
    chat: bool
