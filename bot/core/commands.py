"""Every command that a member can give, declared once: its words, fields, help and who may give it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Annotated, ClassVar, NewType, get_args, get_origin, get_type_hints

import msgspec

from bot.core.complaint import Kind
from bot.core.events import Mark, Outcome, Satisfaction
from bot.core.plan import Power, PrivateChannel, Step
from bot.core.words import msg

MemberId = NewType("MemberId", str)
TemplateName = NewType("TemplateName", str)
Link = NewType("Link", str)


class Arg(msgspec.Struct, frozen=True):
    """How a field is typed and asked for.

    ``lead`` is a pattern of words that may stand before the value (``into``,
    ``because``); ``lead_word`` is the one that is written. ``rest`` takes what is
    left of the line. ``option`` is typed as ``name=value``. ``past`` reads a span
    backwards. ``read_along`` is a text for the customer: a careful colleague reads
    it while it is typed. ``silent`` is asked of nobody: a button or a window carries it.
    """

    label: str
    help: str
    required: bool = False
    rest: bool = False
    long: bool = False
    option: bool = False
    past: bool = False
    read_along: bool = False
    silent: bool = False
    lead: str = ""
    lead_word: str = ""
    needs_lead: bool = False


class Slot(msgspec.Struct, frozen=True):
    """One field of a command: its name, its type and how it is typed."""

    name: str
    type: type
    arg: Arg


class ListOf(StrEnum):
    """Which cases a listing shows."""

    OPEN = "open"
    MINE = "mine"
    LATE = "late"
    UNCLAIMED = "unclaimed"
    CLOSED = "closed"


class Command(msgspec.Struct, frozen=True):
    """What a member asks for. The class's docstring is its help."""

    word: ClassVar[str]
    power: ClassVar[Power] = Power.HELP
    either: ClassVar[tuple[str, ...]] = ()
    """Fields of which one has to be given."""
    instead: ClassVar[str] = ""
    """What to write when the line cannot be read to its end."""


class CaseCommand(Command, frozen=True):
    """A command about one case; 0 stands for a number that was left out."""

    is_owners: ClassVar[bool] = False
    """Whether only the owner or a lead may give it (rule 004-32)."""
    needs_case: ClassVar[bool] = True
    """Whether the number has to be known; else the command also makes sense about no case."""

    case: Annotated[int, Arg(msg("Case"), msg("The number on the card"), required=True)] = 0


_NOTE = Arg(msg("Note"), msg("What the next reader should know"), rest=True)
_DESPITE = Arg(msg("Despite"), msg("Why it goes out all the same, for who may decide that"), option=True)
_VERSION = Arg(msg("Version"), msg("The one that you read"), option=True, silent=True)
_BECAUSE = r"(?:because|porque|pois|bo|poniewa[żz]|gdy[żz])\b[:,]?\s*"
_NO_LINK = (
    r"(?:no|without|sem|sin|bez|brak)\s+(?:a\s+)?(?:link|enlace|linku|linka)\b[,:;]?\s*"
    r"(?:because|porque|pois|bo|poniewa[żz])?\s*"
)


class New(Command, frozen=True):
    """Report a complaint that you saw in public."""

    word = "new"
    text: Annotated[
        str, Arg(msg("Complaint"), msg("The customer's own words"), required=True, rest=True, long=True)
    ] = ""
    channel: Annotated[str, Arg(msg("Channel"), msg("Where it stands: facebook, x, reclameaqui…"), option=True)] = ""
    author: Annotated[str, Arg(msg("Customer"), msg("The name or handle that everybody sees"), option=True)] = ""
    link: Annotated[str, Arg(msg("Link"), msg("The address of the post"), option=True)] = ""
    posted: Annotated[
        datetime | None,
        Arg(msg("Posted"), msg("When the customer posted it: 2h, yesterday 18:00"), option=True, past=True),
    ] = None
    kind: Annotated[Kind | None, Arg(msg("Kind"), msg("Complaint, question or praise"), option=True)] = None


class List(Command, frozen=True):
    """List cases: the open ones, mine, late, unclaimed or closed."""

    word = "list"
    which: Annotated[ListOf, Arg(msg("Which"), msg("Which cases to list"))] = ListOf.OPEN


class Show(CaseCommand, frozen=True):
    """See a case with its history."""

    word = "show"


class Claim(CaseCommand, frozen=True):
    """Take a case: you answer this customer from now on."""

    word = "claim"
    power = Power.ANSWER


class Release(CaseCommand, frozen=True):
    """Give your case back to the room."""

    word = "release"
    is_owners = True
    note: Annotated[str, _NOTE] = ""


class Assign(CaseCommand, frozen=True):
    """Hand a case to another member, with a note."""

    word = "assign"
    power = Power.ANSWER
    to: Annotated[
        MemberId, Arg(msg("To"), msg("Who answers this customer now"), required=True, lead=r"(?:to|para|a|do)\s+")
    ] = MemberId("")
    note: Annotated[str, _NOTE] = ""


class Merge(CaseCommand, frozen=True):
    """Join a case with the one of the same customer and problem."""

    word = "merge"
    power = Power.SORT
    into: Annotated[
        int,
        Arg(
            msg("Into"),
            msg("The case that goes on"),
            required=True,
            lead=r"(?:into|em|en|con|com|z|do)\s+",
            lead_word="into",
        ),
    ] = 0


class Dismiss(CaseCommand, frozen=True):
    """Put away what is no case for the committee, with the reason."""

    word = "dismiss"
    power = Power.SORT
    reason: Annotated[
        str,
        Arg(msg("Reason"), msg("Why this is no case for us"), required=True, rest=True, lead=_BECAUSE),
    ] = ""


_MARK = Arg(msg("Mark"), msg("heated, legal or reach"), required=True)


class SetMark(CaseCommand, frozen=True):
    """Mark what is special about a case."""

    word = "mark"
    what: Annotated[Mark | None, _MARK] = None
    note: Annotated[str, _NOTE] = ""


class Unmark(CaseCommand, frozen=True):
    """Take a mark from a case."""

    word = "unmark"
    what: Annotated[Mark | None, _MARK] = None
    note: Annotated[str, _NOTE] = ""


class Reopen(CaseCommand, frozen=True):
    """Open an ended case again, with the reason."""

    word = "reopen"
    power = Power.ANSWER
    reason: Annotated[
        str,
        Arg(msg("Reason"), msg("What the customer said or what we missed"), required=True, rest=True, lead=_BECAUSE),
    ] = ""


class Facts(CaseCommand, frozen=True):
    """Write down what happened, as far as we know."""

    word = "facts"
    text: Annotated[
        str,
        Arg(
            msg("Facts"),
            msg("What happened, order or reference, dates, evidence. No blame: we want to understand and solve"),
            required=True,
            rest=True,
            long=True,
        ),
    ] = ""


class Reply(CaseCommand, frozen=True):
    """Write the answer to the customer, from a template or in your own words."""

    word = "reply"
    power = Power.ANSWER
    is_owners = True
    template: Annotated[TemplateName, Arg(msg("Template"), msg("The draft to start from"))] = TemplateName("")
    text: Annotated[
        str,
        Arg(
            msg("Your text"),
            msg("Fill every ⟦hole⟧ and make it your own"),
            required=True,
            rest=True,
            long=True,
            read_along=True,
        ),
    ] = ""
    despite: Annotated[str, _DESPITE] = ""


class Approve(CaseCommand, frozen=True):
    """Let a colleague's reply go out as it stands."""

    word = "approve"
    note: Annotated[str, _NOTE] = ""
    version: Annotated[int, _VERSION] = 0


class Improve(CaseCommand, frozen=True):
    """Write a colleague's reply better."""

    word = "improve"
    text: Annotated[
        str,
        Arg(
            msg("Better text"),
            msg("The reply as it should be posted"),
            required=True,
            rest=True,
            long=True,
            read_along=True,
        ),
    ] = ""
    despite: Annotated[str, _DESPITE] = ""
    version: Annotated[int, _VERSION] = 0


class Check(CaseCommand, frozen=True):
    """See what a careful colleague would say of a text; nothing is recorded."""

    word = "check"
    needs_case = False
    text: Annotated[
        str,
        Arg(msg("Text"), msg("The reply as you would post it"), required=True, rest=True, long=True, read_along=True),
    ] = ""


class Sent(CaseCommand, frozen=True):
    """Record that you posted the reply, and where."""

    word = "sent"
    power = Power.ANSWER
    is_owners = True
    either = ("link", "because")
    instead = msg("Paste the address of the reply that you posted, {link}, or say why it has none: {without}.")
    link: Annotated[Link, Arg(msg("Link"), msg("The address of the reply that you posted"))] = Link("")
    because: Annotated[
        str,
        Arg(
            msg("No link, because"),
            msg("Why the reply has no address, if it has none"),
            rest=True,
            lead=_NO_LINK,
            lead_word="no link, because",
            needs_lead=True,
        ),
    ] = ""


class Private(CaseCommand, frozen=True):
    """Record that the details move to a private channel."""

    word = "private"
    power = Power.ANSWER
    is_owners = True
    where: Annotated[PrivateChannel | None, Arg(msg("Where"), msg("phone, ticket or dm"), required=True)] = None
    note: Annotated[str, _NOTE] = ""


class Promise(CaseCommand, frozen=True):
    """Record what you promised the customer, and until when."""

    word = "promise"
    power = Power.ANSWER
    is_owners = True
    what: Annotated[str, Arg(msg("What"), msg("What the customer was promised"), required=True, rest=True)] = ""
    by: Annotated[
        datetime | None,
        Arg(
            msg("By"),
            msg("today, tomorrow 12:00, 2h, fri 17:00"),
            required=True,
            lead=r"(?:by|until|at[ée]|para|antes de|hasta|do|przed)\s+",
            lead_word="by",
            needs_lead=True,
        ),
    ] = None


class Done(CaseCommand, frozen=True):
    """Record that a promise has been carried out."""

    word = "done"
    promise: Annotated[int, Arg(msg("Promise"), msg("The number of the promise"))] = 0


class Told(CaseCommand, frozen=True):
    """Record that the customer knows: of a promise that is done, or of the solution."""

    word = "told"
    power = Power.ANSWER
    is_owners = True
    promise: Annotated[int, Arg(msg("Promise"), msg("The number of the promise; nothing for the solution"))] = 0


class Resolved(CaseCommand, frozen=True):
    """Record how the problem was solved."""

    word = "resolved"
    power = Power.ANSWER
    is_owners = True
    text: Annotated[
        str, Arg(msg("Solution"), msg("What solved the customer's problem"), required=True, rest=True, long=True)
    ] = ""


class Satisfied(CaseCommand, frozen=True):
    """Record what the customer answered when you asked whether all is well."""

    word = "satisfied"
    power = Power.ANSWER
    is_owners = True
    answer: Annotated[Satisfaction | None, Arg(msg("Answer"), msg("yes, no or unreachable"), required=True)] = None
    note: Annotated[str, _NOTE] = ""


class UpdateAsked(CaseCommand, frozen=True):
    """Record that you asked the customer to tell in public how it ended."""

    word = "update-asked"
    power = Power.ANSWER
    is_owners = True
    note: Annotated[str, _NOTE] = ""


class Close(CaseCommand, frozen=True):
    """Close a case when nothing is owed to the customer."""

    word = "close"
    power = Power.ANSWER
    is_owners = True
    outcome: Annotated[
        Outcome | None,
        Arg(msg("Outcome"), msg("advocate, satisfied, neutral, lost or unreachable"), required=True),
    ] = None
    note: Annotated[str, _NOTE] = ""


class Skip(CaseCommand, frozen=True):
    """Record why a closing step is not possible."""

    word = "skip"
    power = Power.ANSWER
    is_owners = True
    step: Annotated[Step | None, Arg(msg("Step"), msg("statement, update or wrap-up"), required=True)] = None
    because: Annotated[
        str,
        Arg(
            msg("Because"),
            msg("Why it is not possible"),
            required=True,
            rest=True,
            lead=_BECAUSE,
            lead_word="because",
        ),
    ] = ""


class StillOn(CaseCommand, frozen=True):
    """Say that you are still on your case."""

    word = "still-on"
    power = Power.ANSWER


class Checked(CaseCommand, frozen=True):
    """Record the check-in, some days after closing."""

    word = "checked"
    note: Annotated[str, _NOTE] = ""


class Review(CaseCommand, frozen=True):
    """Write down what the committee learns from a closed case."""

    word = "review"
    power = Power.LEAD
    text: Annotated[
        str,
        Arg(
            msg("Review"),
            msg("What failed, what to improve, and one preventive action with owner and date"),
            required=True,
            rest=True,
            long=True,
        ),
    ] = ""


class Snooze(CaseCommand, frozen=True):
    """Let the soft reminders of a case wait, with the reason."""

    word = "snooze"
    power = Power.ANSWER
    until: Annotated[
        datetime | None,
        Arg(
            msg("Until"), msg("2h, tomorrow 9:00, fri"), required=True, lead=r"(?:until|for|at[ée]|por|hasta|do|na)\s+"
        ),
    ] = None
    reason: Annotated[
        str, Arg(msg("Reason"), msg("What you are waiting for"), required=True, rest=True, lead=_BECAUSE)
    ] = ""


class Todo(Command, frozen=True):
    """See what you owe, most urgent first."""

    word = "todo"


class Digest(Command, frozen=True):
    """See what the committee owes today."""

    word = "digest"


class Templates(Command, frozen=True):
    """See the reply templates of a language."""

    word = "templates"
    language: Annotated[str, Arg(msg("Language"), msg("en, es, pl or pt"))] = ""


class Help(Command, frozen=True):
    """See all commands, or one of them."""

    word = "help"
    about: Annotated[str, Arg(msg("Word"), msg("The command that you want to know about"))] = ""


COMMANDS: Mapping[str, type[Command]] = {
    command.word: command
    for command in (
        *(New, List, Show, Claim, Release, Assign, Merge, Dismiss, SetMark, Unmark, Reopen),
        *(Facts, Reply, Check, Approve, Improve, Sent, Private, Promise, Done, Told, Resolved),
        *(Satisfied, UpdateAsked, Close, Skip, StillOn, Checked, Review),
        *(Snooze, Todo, Digest, Templates, Help),
    )
}


@cache
def slots(command: type[Command]) -> tuple[Slot, ...]:
    """The fields of a command, in the order in which they are typed."""
    hints = get_type_hints(command, include_extras=True)
    return tuple(
        Slot(name, _bare(hint.__origin__), hint.__metadata__[0])
        for name, hint in ((name, hints[name]) for name in command.__struct_fields__)
        if get_origin(hint) is Annotated
    )


def _bare(hint: object) -> type:
    """The type that is typed, without None."""
    return next((arm for arm in get_args(hint) if arm is not type(None)), hint)  # type: ignore[return-value]  # what is left is a type


def missing(command: Command) -> tuple[Slot, ...]:
    """The required fields that are not given yet: the command then opens a form."""
    has_either = any(getattr(command, name) for name in command.either)
    return tuple(
        slot
        for slot in slots(type(command))
        if not getattr(command, slot.name) and (slot.arg.required or (slot.name in command.either and not has_either))
    )


def summary(command: type[Command]) -> str:
    """What the command is for, in English: the sentence that catalogs translate."""
    return (command.__doc__ or "").strip().splitlines()[0]
