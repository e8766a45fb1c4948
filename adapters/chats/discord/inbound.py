"""What members do on Discord becomes commands; what comes back is for them alone.

Committed first, then answered: Discord waits three seconds for the first answer. When the store takes longer, Discord
is told in time that an answer will come. Whether a command opens a form is known before it is run, because a window
is the one answer that cannot follow such a promise.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine, Mapping
from typing import Any, Final

import aiohttp
import discord
from discord import app_commands
from msgspec.structs import replace

from adapters.chats.discord.failures import Unanswered
from adapters.chats.discord.forms import COMMAND, TOKEN, submission
from adapters.chats.discord.kept import Kept
from adapters.chats.discord.privately import Privately
from adapters.chats.discord.suggestions import Suggesting, Suggestions
from bot.core.cards import Answer, Card, Form, Tone
from bot.core.commands import CaseCommand, Command, New, Slot, TemplateName
from bot.core.grammar import BadCommand, Ground, fill, opens_form, parse, write
from bot.core.words import Sentence, say
from bot.logs import logger
from bot.room import Room

log = logger(__name__)

#: Discord waits three seconds: https://docs.discord.com/developers/interactions/receiving-and-responding
PATIENCE_S: Final = 2.0
#: A window must be the first answer, so that what opens one is waited for as long as Discord can wait. Our choice.
FORM_PATIENCE_S: Final = 2.6
#: What is being said when the bot stops has this long to be said.
DRAIN_S: Final = 5.0
#: Own text that is longer is given back when it is refused, so that nobody writes it twice (as the desk does).
_LONG: Final = 80

_ACCOUNT: Final = "discord"
_ADDRESS: Final = re.compile(r"https?://[^\s<>()]+")


class Inbound:
    """The ear of the room. ``guild`` is the one server in which it listens, besides direct messages."""

    def __init__(self, room: Room, privately: Privately, kept: Kept, guild: int) -> None:
        self._room, self._privately, self._kept, self._guild = room, privately, kept, guild
        self._suggesting = Suggesting(room)
        self._tasks: set[asyncio.Task[Any]] = set()

    async def close(self) -> None:
        """Lets what is under way finish; what is durable already is safe in any case."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=DRAIN_S)
        for task in self._tasks:
            task.cancel()

    # What members do

    async def on_command(
        self, interaction: discord.Interaction, command: type[Command], given: Mapping[str, object]
    ) -> None:
        """A sub-command with its options."""
        values = {name: self._typed(value) for name, value in given.items() if name != "case"}
        number = int(str(given.get("case") or 0))
        working = self._command(interaction, command, number, values)
        await self._answered(interaction, working, is_form=self._opens_form(command(), values))

    async def on_line(self, interaction: discord.Interaction, line: str) -> None:
        """A whole line, typed as on any other chat."""
        case = await self._case_of(interaction)
        working = self._hear(interaction, line, case=case)
        await self._answered(interaction, working, is_form=self._line_opens_form(line, case))

    async def on_button(self, interaction: discord.Interaction, line: str) -> None:
        """A button's id is the command."""
        await self._answered(interaction, self._hear(interaction, line), is_form=self._line_opens_form(line))

    async def on_choice(self, interaction: discord.Interaction, field: str, command: str, value: str) -> None:
        """One field of a form that is a menu in a message; what follows is likely a window."""
        await self._answered(interaction, self._submit(interaction, command, {field: value}), is_form=True)

    async def on_open_again(self, interaction: discord.Interaction, token: str) -> None:
        """A form that is kept: opened as it was left."""
        await self._answered(interaction, self._opened_again(interaction, token), is_form=True)

    async def on_submission(self, interaction: discord.Interaction) -> None:
        """A window came back, whenever it was opened: its id says what it was about."""
        id, values = submission(interaction.data or {})
        await self._answered(interaction, self._submitted(interaction, id, values))

    async def on_report(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """*Report as complaint*: ``new`` with what the message says already filled in."""
        await self._answered(interaction, self._report(interaction, message), is_form=True)

    async def on_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
        """What never became a command: Discord's menu was older than ours, or there is a bug."""
        if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            sentence = say("Discord showed you an old menu of mine; reload Discord and give the command again.")
        else:
            log.error("a command failed", error=type(error).__name__, exc_info=error)
            sentence = _fault()
        await self._say(self._privately.answer(interaction, self._refusal(sentence)))

    async def suggest(
        self, interaction: discord.Interaction, command: type[Command], slot: Slot, typed: str
    ) -> Suggestions:
        """What Discord offers while a member types; strangers are offered nothing."""
        by = self._by(interaction)
        if not by or not self._is_ours(interaction):
            return []
        try:
            return await self._suggestions(interaction, by, command, slot, typed)
        except Exception:  # Nothing is offered then; what is typed can still be sent.
            log.exception("nothing could be suggested", command=command.word)
            return []

    # What comes of it

    async def _command(
        self, interaction: discord.Interaction, command: type[Command], number: int, values: Mapping[str, str]
    ) -> Answer:
        case = number or await self._case_of(interaction)
        begun = command(case=case) if issubclass(command, CaseCommand) else command()
        if isinstance(begun, CaseCommand) and not case and begun.needs_case:
            answer = await self._hear(interaction, command.word)  # The grammar says what is missing.
        else:
            answer = await self._filled(interaction, begun, values)
        return _with_text(answer, values)

    async def _filled(self, interaction: discord.Interaction, begun: Command, values: Mapping[str, str]) -> Answer:
        """The options are read; what cannot be read comes back as a form with all that was given."""
        try:
            command = fill(begun, values, self._ground())
        except BadCommand:
            return await self._submit(interaction, write(begun), values)
        return await self._safely(
            interaction, self._room.desk.answer(self._by(interaction), command, request=_request(interaction))
        )

    async def _hear(self, interaction: discord.Interaction, line: str, *, case: int = 0) -> Answer:
        desk, by = self._room.desk, self._by(interaction)
        return await self._safely(interaction, desk.hear(by, line, case=case, request=_request(interaction)))

    async def _submit(self, interaction: discord.Interaction, command: str, values: Mapping[str, str]) -> Answer:
        desk, by = self._room.desk, self._by(interaction)
        return await self._safely(interaction, desk.submit(by, command, values, request=_request(interaction)))

    async def _submitted(self, interaction: discord.Interaction, id: str, values: Mapping[str, str]) -> Answer:
        if id.startswith(COMMAND):
            return await self._submit(interaction, id.removeprefix(COMMAND), values)
        form = await self._kept.form(id.removeprefix(TOKEN))
        if form is not None:
            return await self._submit(interaction, form.command, values)
        answer = self._refusal(say("I do not have this form any more; please give the command again."))
        return replace(answer, copy="\n".join(values.values()))

    async def _opened_again(self, interaction: discord.Interaction, token: str) -> Answer:
        form = await self._kept.form(token) if self._by(interaction) else None
        return form or self._refusal(say("I do not have this form any more; please give the command again."))

    async def _report(self, interaction: discord.Interaction, message: discord.Message) -> Answer:
        desk, by = self._room.desk, self._by(interaction)
        answer = await self._safely(interaction, desk.answer(by, New()))
        if not isinstance(answer, Form):
            return answer
        found = _found_in(message)
        fields = tuple(replace(field, value=found.get(field.name, "")) for field in answer.fields)
        return replace(answer, fields=fields)

    async def _safely(self, interaction: discord.Interaction, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Only in our own server, and whatever happens: a bug is noted, and the room goes on."""
        if not self._is_ours(interaction):
            work.close()
            return self._refusal(say("I act in the committee's own server only."))
        try:
            return await work
        except Exception:
            log.exception("a command failed", member=self._by(interaction))
            return self._refusal(_fault())

    def _refusal(self, sentence: Sentence) -> Card:
        return Card(tone=Tone.REFUSAL, lines=(self._room.words.text(sentence),))

    async def _suggestions(
        self, interaction: discord.Interaction, by: str, command: type[Command], slot: Slot, typed: str
    ) -> Suggestions:
        said = str(getattr(interaction.namespace, "case", None) or "")
        case = int(said) if said.isdecimal() else await self._case_of(interaction)
        if slot.type is TemplateName:
            return await self._suggesting.templates(by, case, typed)
        if slot.name == "promise":
            return await self._suggesting.promises(case, command, typed)
        if slot.type is int:
            return await self._suggesting.cases(by, command, typed)
        return self._suggesting.channels(typed) if slot.name == "channel" else self._suggesting.words(typed)

    # Who, and where

    def _by(self, interaction: discord.Interaction) -> str:
        """The member's id, empty for a stranger: the desk then says, politely, who acts here."""
        return self._member_of(interaction.user.id)

    def _member_of(self, account: int) -> str:
        """Asked anew each time: the committee may change while the bot runs."""
        committee = self._room.plan.committee
        return next((member.id for member in committee if member.accounts.get(_ACCOUNT) == str(account)), "")

    def _is_ours(self, interaction: discord.Interaction) -> bool:
        return interaction.guild_id in {None, self._guild}

    async def _case_of(self, interaction: discord.Interaction) -> int:
        """The case in whose thread or forum post a member acts; 0 elsewhere.

        A forum post's first message has the post's own number, and stands in it; a thread has the number
        of the message that it hangs on, which stands in the channel.
        """
        channel = interaction.channel
        if not isinstance(channel, discord.Thread):
            return 0
        for place in (channel.id, channel.parent_id):
            key = await self._room.store.key_of(f"{place}:{channel.id}")
            number = key.removeprefix("case/")
            if number.isdecimal():
                return int(number)
        return 0

    # Reading

    def _ground(self, case: int = 0) -> Ground:
        return Ground(self._room.plan, self._room.now(), case)

    def _typed(self, value: object) -> str:
        """An option as it would be typed. A stranger's name must never pass for a member's."""
        if isinstance(value, discord.User | discord.Member):
            return self._member_of(value.id) or f"{value.display_name} ({value.id})"
        return str(value)

    def _opens_form(self, begun: Command, values: Mapping[str, str]) -> bool:
        try:
            return opens_form(fill(begun, values, self._ground()))
        except BadCommand:
            return True

    def _line_opens_form(self, line: str, case: int = 0) -> bool:
        try:
            return opens_form(parse(line, self._ground(case)))
        except BadCommand:
            return False

    # Answering

    async def _answered(
        self, interaction: discord.Interaction, work: Coroutine[Any, Any, Answer], *, is_form: bool = False
    ) -> None:
        """Commits, then answers; when that takes too long, Discord hears of it in time."""
        own, task = asyncio.current_task(), asyncio.create_task(work)
        assert own, "discord.py gives every interaction a task of its own"
        self._tasks.add(own)
        try:
            done, _ = await asyncio.wait({task}, timeout=FORM_PATIENCE_S if is_form else PATIENCE_S)
            if not done:
                await self._say(self._privately.later(interaction))
            await self._say(self._privately.answer(interaction, await task))
        finally:
            self._tasks.discard(own)

    async def _say(self, work: Coroutine[Any, Any, None]) -> None:
        """What cannot be said is logged: what is committed is committed, and the room shows it."""
        try:
            await work
        except (discord.DiscordException, aiohttp.ClientError, Unanswered, OSError, TimeoutError) as error:
            log.warning("a private answer was not taken", error=type(error).__name__)
        except Exception:
            log.exception("a private answer failed")


def _request(interaction: discord.Interaction) -> str:
    """Names this very interaction: one that comes again acts once."""
    return f"discord/{interaction.id}"


def _fault() -> Sentence:
    return say("Something went wrong here; it is noted for those who run me. Please try again.")


def _with_text(answer: Answer, values: Mapping[str, str]) -> Answer:
    """A refusal gives back what was typed at length."""
    text = "\n".join(values.values())
    if isinstance(answer, Card) and answer.tone is Tone.REFUSAL and not answer.copy and len(text) > _LONG:
        return replace(answer, copy=text)
    return answer


def _found_in(message: discord.Message) -> dict[str, str]:
    """What a message says of a complaint. Feeds say it in an embed; a link outside beats one to the message."""
    embeds = [part for embed in message.embeds for part in (embed.title, embed.description) if part]
    text = message.clean_content or "\n".join(embeds)
    outside = [*_ADDRESS.findall(message.content), *(embed.url for embed in message.embeds if embed.url)]
    return {
        "text": text,
        "author": message.author.display_name,
        "link": outside[0] if outside else message.jump_url,
        "posted": message.created_at.isoformat(timespec="minutes"),
    }
