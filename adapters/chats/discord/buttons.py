"""Buttons and menus that live through restarts: what they mean stands in their id."""

from __future__ import annotations

import re
from typing import Any, Protocol, Self, cast

import discord

from adapters.chats.discord.card import MENU
from adapters.chats.discord.forms import COMMAND, TOKEN


class Pressed(Protocol):
    """Who is told what members press and choose (``Inbound``)."""

    async def on_button(self, interaction: discord.Interaction, line: str) -> None: ...

    async def on_choice(self, interaction: discord.Interaction, field: str, command: str, value: str) -> None: ...

    async def on_open_again(self, interaction: discord.Interaction, token: str) -> None: ...


class Ears(Protocol):
    """A client that knows who listens."""

    @property
    def inbound(self) -> Pressed: ...


#: A menu's id: the field that it fills in, and the command that it belongs to.
CHOICE = "c:"


class _AsItStands:
    """A part of a message is taken as Discord shows it; all that it means is in its id."""

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        del interaction, match
        return cls(item)  # type: ignore[call-arg]  # made by DynamicItem, which every class below is as well


class CommandButton(
    _AsItStands,
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=re.compile(rf"{COMMAND}(?P<command>.+)", re.DOTALL),
):
    """A command to press. Its id is the line that a member would type."""

    @property
    def command(self) -> str:
        return self.custom_id.removeprefix(COMMAND)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await _inbound(interaction).on_button(interaction, self.command)


class FormButton(
    _AsItStands,
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=re.compile(rf"{TOKEN}(?P<token>[A-Za-z0-9_-]+)"),
):
    """Opens a form that is kept."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await _inbound(interaction).on_open_again(interaction, self.custom_id.removeprefix(TOKEN))


class ChoiceMenu(
    _AsItStands,
    discord.ui.DynamicItem[discord.ui.Select[Any]],
    template=re.compile(rf"{CHOICE}(?P<field>\w+):(?P<command>.+)", re.DOTALL),
):
    """Fills one field of a command."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        field, _, command = self.custom_id.removeprefix(CHOICE).partition(":")
        chosen = self.item.values[0] if self.item.values else ""
        await _inbound(interaction).on_choice(interaction, field, command, chosen)


class CommandMenu(
    _AsItStands, discord.ui.DynamicItem[discord.ui.Select[Any]], template=re.compile(rf"{MENU}.+", re.DOTALL)
):
    """Commands to choose among: each choice is the line that a member would type."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        if self.item.values:
            await _inbound(interaction).on_button(interaction, self.item.values[0])


ITEMS = (CommandButton, FormButton, ChoiceMenu, CommandMenu)


def _inbound(interaction: discord.Interaction[Any]) -> Pressed:
    return cast("Ears", interaction.client).inbound
