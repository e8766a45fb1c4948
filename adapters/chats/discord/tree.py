"""The ``/crisis`` command, made from the declared commands: a sub-command for each word, an option for each field.

A command holds at most 25 sub-commands and groups. Heard has more words than that, so some stand together in groups;
``say`` takes any line as it is typed elsewhere (docs/decisions).
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Mapping
from enum import StrEnum
from inspect import Parameter, Signature
from typing import Any, Final, Protocol

import discord
from discord import app_commands

from adapters.chats.discord.names import command_name, described, option_name
from bot.core.commands import COMMANDS, Command, MemberId, Slot, TemplateName, slots, summary
from bot.core.forms import choice_name
from bot.core.words import LANGUAGES, msg

#: The groups, with the words in each: a case's end, what a case is, and a second pair of eyes.
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "closing": ("satisfied", "update-asked", "skip", "close", "checked", "review", "reopen"),
    "sorting": ("merge", "dismiss", "mark", "unmark"),
    "reading": ("check", "approve", "improve"),
}
_ABOUT: Final = {
    "closing": msg("Everything about the end of a case"),
    "sorting": msg("What a case is"),
    "reading": msg("A second pair of eyes"),
}
#: The group of each word that stands in one.
GROUP_OF: Final = {word: group for group, words in GROUPS.items() for word in words}
#: The sub-command that takes a whole line, and its option.
SAY: Final = "say"
LINE: Final = "line"
#: The longest number of a case or promise that the grammar reads.
_HIGHEST: Final = 999_999_999

Suggestions = list[app_commands.Choice[Any]]


class Hearing(Protocol):
    """Who is told what members choose in Discord's menus (``Inbound``)."""

    async def on_command(
        self, interaction: discord.Interaction, command: type[Command], given: Mapping[str, object]
    ) -> None: ...

    async def on_line(self, interaction: discord.Interaction, line: str) -> None: ...

    async def on_report(self, interaction: discord.Interaction, message: discord.Message) -> None: ...

    async def suggest(
        self, interaction: discord.Interaction, command: type[Command], slot: Slot, typed: str
    ) -> Suggestions: ...


def crisis(name: str, hearing: Hearing) -> app_commands.Group:
    """The whole command. ``name`` is the configured one, without the slash."""
    group = app_commands.Group(name=name, description=described(msg("The crisis committee's cases")), guild_only=True)
    groups = {
        each: app_commands.Group(name=command_name(each), description=described(about), parent=group)
        for each, about in _ABOUT.items()
    }
    for word, command in COMMANDS.items():
        place = groups[GROUP_OF[word]] if word in GROUP_OF else group
        place.add_command(_sub_command(command, hearing))
    group.add_command(_say(hearing))
    return group


def report(hearing: Hearing) -> app_commands.ContextMenu:
    """*Report as complaint* in the menu of any message."""

    async def reported(interaction: discord.Interaction, message: discord.Message) -> None:
        await hearing.on_report(interaction, message)

    menu = app_commands.ContextMenu(name=described(msg("Report as complaint")), callback=reported)
    menu.guild_only = True
    return menu


def _sub_command(command: type[Command], hearing: Hearing) -> app_commands.Command[Any, ..., None]:
    async def given(interaction: discord.Interaction, **values: object) -> None:
        await hearing.on_command(interaction, command, {name: value for name, value in values.items() if value})

    own = [slot for slot in slots(command) if not slot.arg.silent]
    _sign(given, {slot.name: _option_type(slot) for slot in own})
    app_commands.rename(**{slot.name: option_name(slot.name, slot.arg.label) for slot in own})(given)
    app_commands.describe(**{slot.name: described(slot.arg.help) for slot in own})(given)
    app_commands.choices(**{slot.name: choices for slot in own if (choices := list(_choices(slot)))})(given)
    app_commands.autocomplete(**{slot.name: _suggesting(command, slot, hearing) for slot in own if is_suggested(slot)})(
        given
    )
    return app_commands.Command(
        name=command_name(command.word), description=described(summary(command)), callback=given
    )


def _say(hearing: Hearing) -> app_commands.Command[Any, ..., None]:
    async def said(interaction: discord.Interaction, **values: object) -> None:
        await hearing.on_line(interaction, str(values[LINE]))

    _sign(said, {LINE: str}, is_required=True)
    app_commands.rename(**{LINE: command_name(LINE)})(said)
    app_commands.describe(**{LINE: described(msg("As you would type it: snooze 12 2h the courier is asked"))})(said)
    return app_commands.Command(
        name=command_name(SAY), description=described(msg("Type a command as one line.")), callback=said
    )


def _sign(
    callback: Callable[..., Coroutine[Any, Any, None]], options: Mapping[str, object], *, is_required: bool = False
) -> None:
    """Gives the callback the signature that discord.py reads its options from.

    All are optional: a number is known from the thread, and what else is missing is asked for in a form.
    """
    own = [Parameter("interaction", Parameter.POSITIONAL_OR_KEYWORD, annotation=discord.Interaction)]
    for name, kind in options.items():
        default = Parameter.empty if is_required else None
        own.append(Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=kind))
    callback.__signature__ = Signature(own)  # type: ignore[attr-defined]  # read by inspect, known to no type


def _option_type(slot: Slot) -> object:
    if slot.type is int:
        return app_commands.Range[int, 1, _HIGHEST] | None
    return discord.User | None if slot.type is MemberId else str | None


def _choices(slot: Slot) -> Iterator[app_commands.Choice[str]]:
    if isinstance(slot.type, type) and issubclass(slot.type, StrEnum):
        for each in slot.type:
            yield app_commands.Choice(name=described(choice_name(each)), value=each.value)
    elif slot.name == "language":
        for language in LANGUAGES:
            yield app_commands.Choice(name=language, value=language)


def path(line: str) -> str:
    """A line of the grammar as its words stand in Discord's menu: ``close 12`` is ``closing close 12``."""
    group = GROUP_OF.get(line.partition(" ")[0])
    return f"{group} {line}" if group else line


def is_suggested(slot: Slot) -> bool:
    """Whether Discord asks us while a member types: numbers, templates, channels and words of commands."""
    return slot.type is int or slot.type is TemplateName or slot.name in {"channel", "about"}


def _suggesting(command: type[Command], slot: Slot, hearing: Hearing) -> Callable[..., Coroutine[Any, Any, Any]]:
    async def suggest(interaction: discord.Interaction, current: object) -> Suggestions:
        return await hearing.suggest(interaction, command, slot, str(current))

    return suggest
