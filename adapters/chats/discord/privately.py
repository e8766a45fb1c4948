"""Answers to one member alone: messages that nobody else sees, forms, and menus to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol

import discord
from msgspec.structs import replace

from adapters.chats.discord.buttons import CHOICE
from adapters.chats.discord.card import Look, Message, lines_of, message, view_of
from adapters.chats.discord.forms import COMMAND, TOKEN, fits, has_room, is_menu, menu, modal
from adapters.chats.discord.kept import Kept
from adapters.chats.discord.limits import most
from bot.core.cards import Answer, Card, Field, FieldKind, Form, Tone
from bot.core.literal import clip, size
from bot.core.words import Words, say
from bot.logs import logger

log = logger(__name__)

#: Unknown interaction, unknown webhook, invalid webhook token: nothing waits for an answer any more.
#: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
TOO_LATE: Final = frozenset({10062, 10015, 50027})
#: The interaction was answered already.
ANSWERED: Final = 40060


class Looking(Protocol):
    """How cards and forms are shown, with the addresses of the cases that they speak of (``DiscordChat.look``)."""

    async def __call__(self, *shown: Card | Form, is_private: bool) -> Look: ...


class Privately:
    """Tells one member, by the interaction that they began; when that is too old, by a direct message."""

    def __init__(self, looking: Looking, words: Words, kept: Kept) -> None:
        self._looking, self._words, self._kept = looking, words, kept

    async def answer(self, interaction: discord.Interaction, answer: Answer) -> None:
        """Shows a card or opens a form, as far as Discord still allows it here."""
        if isinstance(answer, Card):
            await self.tell(interaction, answer)
        elif len(answer.fields) == 1 and answer.fields[0].kind is FieldKind.CHOICE and is_menu(answer.fields[0]):
            await self._offer(interaction, answer)
        elif _may_open(interaction) and fits(answer):
            await self.open(interaction, answer)
        else:
            await self._give_back(interaction, answer)

    async def tell(self, interaction: discord.Interaction, card: Card, *more: discord.ui.Item[Any]) -> None:
        """A message that this member alone sees, with ``more`` components below it."""
        made = message(card, await self._looking(card, is_private=True))
        shown = view_of(made.buttons)
        for item in more:
            shown = shown or discord.ui.View(timeout=None)
            shown.add_item(item)
        await self._send(interaction, made, shown)

    async def open(self, interaction: discord.Interaction, form: Form) -> None:
        """As a window. Only the first answer to an interaction may open one."""
        look = await self._looking(form, is_private=True)
        shown = lines_of([line for line in (form.error, *form.lines) if line], look)
        try:
            await interaction.response.send_modal(modal(form, await self._id(form), shown))
        except discord.HTTPException as error:
            if error.code == ANSWERED:
                return
            if error.code not in TOO_LATE:
                raise
            await self._give_back(interaction, form)

    async def later(self, interaction: discord.Interaction) -> None:
        """Tells Discord that an answer will come, for this member alone."""
        try:
            await interaction.response.defer(ephemeral=True, thinking=True)
        except discord.HTTPException as error:
            if error.code not in {*TOO_LATE, ANSWERED}:
                raise

    async def gone(self, interaction: discord.Interaction) -> None:
        """For a form that is not kept any more."""
        sentence = say("I do not have this form any more; please give the command again.")
        await self.tell(interaction, Card(tone=Tone.REFUSAL, lines=(self._words.text(sentence),)))

    async def _offer(self, interaction: discord.Interaction, form: Form) -> None:
        """A choice that leads on is a menu in a message: a window could not open the next one.

        Nothing is chosen in it beforehand, because what is chosen already cannot be chosen again:
        https://github.com/discord/discord-api-docs/issues/4801
        """
        field = replace(form.fields[0], value="")
        card = Card(title=form.title, lines=tuple(line for line in (form.error, *form.lines) if line))
        await self.tell(interaction, card, menu(field, f"{CHOICE}{field.name}:{form.command}"))

    async def _give_back(self, interaction: discord.Interaction, form: Form) -> None:
        """No window can open here: the reason, what was typed, and a button that opens the form filled in."""
        card = Card(
            title=form.title,
            tone=Tone.REFUSAL if form.error else Tone.INFO,
            lines=tuple(line for line in (form.error, *form.lines) if line),
            copy=typed(form.fields),
        )
        if not form.fields:
            await self.tell(interaction, card, _button(form.submit, f"{COMMAND}{form.command}"))
            return
        # A window without room for the reason opens all the same: the reason stands here.
        token = await self._kept.keep(form if has_room(form) else replace(form, error=()))
        label = self._words.line(say("Open the form"))
        await self.tell(interaction, card, _button(label, f"{TOKEN}{token}"))

    async def _id(self, form: Form) -> str:
        """The command itself where it is short enough; else a token that stands for the form."""
        whole = f"{COMMAND}{form.command}"
        return whole if size(whole) <= most("custom id") else f"{TOKEN}{await self._kept.keep(form)}"

    async def _send(self, interaction: discord.Interaction, made: Message, shown: discord.ui.View | None) -> None:
        try:
            if interaction.response.is_done():
                await interaction.followup.send(ephemeral=True, **_sent(made, shown))
            else:
                await interaction.response.send_message(ephemeral=True, **_sent(made, shown))
        except discord.HTTPException as error:
            if error.code == ANSWERED:  # The same interaction came twice: the first one has been told.
                return
            if error.code not in TOO_LATE:
                raise
            log.warning("an answer came too late and goes as a direct message")
            await interaction.user.send(**_sent(made, shown))


def _sent(made: Message, shown: discord.ui.View | None) -> dict[str, Any]:
    """As discord.py takes it. Nobody is rung: whoever reads this has just acted."""
    said: dict[str, Any] = {"embeds": list(made.embeds), "allowed_mentions": discord.AllowedMentions.none()}
    if made.content:
        said["content"] = made.content
    if shown:
        shown.stop()  # What its parts mean stands in their ids: nothing has to be remembered for them.
        said["view"] = shown
    if attached := made.files():
        said["files"] = attached
    return said


def typed(fields: Sequence[Field]) -> str:
    """What is filled in, whole; labels only where there are several."""
    filled = [field for field in fields if field.value]
    if len(filled) == 1:
        return filled[0].value
    return "\n".join(f"{field.label}: {field.value}" for field in filled)


def _may_open(interaction: discord.Interaction) -> bool:
    """A window opens as the first answer, and never from another window."""
    return not interaction.response.is_done() and interaction.type is not discord.InteractionType.modal_submit


def _button(label: str, custom_id: str) -> discord.ui.Button[Any]:
    style = discord.ButtonStyle.primary
    return discord.ui.Button(label=clip(label, most("button")), custom_id=custom_id, style=style)
