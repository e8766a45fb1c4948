"""What members see: cards and forms, free of any chat's markup."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from bot.core.draft_checks.finding import Severity
from bot.core.words import Text


class Tone(StrEnum):
    """The state that a chat shows as a colour."""

    NEW = "new"
    CLAIMED = "claimed"
    LATE = "late"
    WAITING = "waiting"
    CLOSED = "closed"
    INFO = "info"
    REFUSAL = "refusal"


class Choice(msgspec.Struct, frozen=True):
    """One answer of a choice: the value that is sent, and what the member reads."""

    value: str
    label: str


#: The state as a picture before the title, which says it in words too. What is no state has none.
PICTURES: Mapping[Tone, str] = {
    Tone.NEW: "🔵",
    Tone.CLAIMED: "🟢",
    Tone.LATE: "🔴",
    Tone.WAITING: "🟡",
    Tone.CLOSED: "⚪",
}


class State(StrEnum):
    """Where a case stands, for chats that sort cases by it."""

    NEW = "new"
    CLAIMED = "claimed"
    HEARD = "heard"
    SOLVING = "solving"
    WAITING = "waiting"
    CLOSED = "closed"


class Button(msgspec.Struct, frozen=True, omit_defaults=True):
    """A command to press. ``command`` is its wire value: what a member would type.

    ``choices`` are commands that say more; a chat with menus offers them instead.
    """

    label: str
    command: str
    is_main: bool = False
    is_danger: bool = False
    choices: tuple[Choice, ...] = ()


class Fact(msgspec.Struct, frozen=True):
    """A label and its value."""

    label: str
    value: Text


class Section(msgspec.Struct, frozen=True):
    """A heading with lines: digests, listings, help."""

    title: str
    lines: tuple[Text, ...]


class Card(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message. ``quote`` is the customer's own words; ``copy`` is text to be copied as it stands."""

    title: str = ""
    tone: Tone = Tone.INFO
    case: int = 0
    quote: str = ""
    byline: Text = ()
    link: str = ""
    lines: tuple[Text, ...] = ()
    facts: tuple[Fact, ...] = ()
    sections: tuple[Section, ...] = ()
    copy: str = ""
    buttons: tuple[Button, ...] = ()
    calls: tuple[str, ...] = ()
    """Ids of the members who are rung. Nobody else is, whatever the text says."""
    state: State | None = None
    """Of a case's own card, None for everything else."""


class FieldKind(StrEnum):
    """How a form asks."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    MEMBER = "member"
    WHEN = "when"


class Field(msgspec.Struct, frozen=True, omit_defaults=True):
    """One question of a form. ``name`` is the command's own field name.

    What is typed into a field that is ``read_along`` is read while it is typed (``Desk.remarks``).
    """

    name: str
    label: str
    kind: FieldKind = FieldKind.LINE
    hint: str = ""
    value: str = ""
    required: bool = True
    choices: tuple[Choice, ...] = ()
    read_along: bool = False


class Form(msgspec.Struct, frozen=True, omit_defaults=True):
    """A command that still wants fields: at most five, the most that a Discord modal takes.

    ``command`` is the wire value of what is known already; submitting merges the
    fields into it. ``error`` says why an earlier submission was refused.
    """

    title: str
    command: str
    fields: tuple[Field, ...]
    submit: str
    lines: tuple[Text, ...] = ()
    error: Text = ()


class Underline(msgspec.Struct, frozen=True):
    """Where something is to be said of a text: ``start`` and ``end`` count its characters as they were typed."""

    start: int
    end: int
    severity: Severity


class Remarks(msgspec.Struct, frozen=True):
    """What a careful colleague says of a text that is still being typed.

    ``lines`` are few, the worst first; ``left`` more were found. ``room`` says how much of what the channel
    takes is used, empty where there is no limit. Nothing is said of a text that nobody reads along.
    """

    lines: tuple[Text, ...] = ()
    left: int = 0
    room: Text = ()
    underlined: tuple[Underline, ...] = ()


Answer = Card | Form
