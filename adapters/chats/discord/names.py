"""How commands, options and choices are called in the languages of Discord's clients."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import discord
from discord import app_commands

from adapters.chats.discord.limits import most
from bot.core.literal import clip
from bot.core.words import Msgid, Words, msg

#: Discord's locales that we have words for. A client in any other language shows the English ones.
LANGUAGE_OF: Final[Mapping[discord.Locale, str]] = {
    discord.Locale.brazil_portuguese: "pt",
    discord.Locale.spain_spanish: "es",
    discord.Locale.latin_american_spanish: "es",
    discord.Locale.polish: "pl",
}

#: With the slash in front, so that a catalog never mistakes a command for a word of a sentence.
CALLED: Final[Mapping[str, Msgid]] = {
    name.removeprefix("/"): name
    for name in (
        *(msg("/new"), msg("/list"), msg("/show"), msg("/claim"), msg("/release"), msg("/assign"), msg("/merge")),
        *(msg("/dismiss"), msg("/reopen"), msg("/facts"), msg("/reply"), msg("/check"), msg("/sent"), msg("/private")),
        *(msg("/promise"), msg("/done"), msg("/told"), msg("/resolved"), msg("/satisfied"), msg("/update-asked")),
        *(msg("/close"), msg("/skip"), msg("/still-on"), msg("/checked"), msg("/review"), msg("/snooze")),
        *(msg("/todo"), msg("/digest"), msg("/templates"), msg("/help"), msg("/say"), msg("/closing"), msg("/line")),
        *(msg("/approve"), msg("/improve"), msg("/mark"), msg("/unmark"), msg("/sorting"), msg("/reading")),
    )
}

_NOT_IN_NAMES: Final = re.compile(r"[^\w-]+|_")


def command_name(name: str) -> app_commands.locale_str:
    """The name of a sub-command, a group of them, or an option that is no field of a command."""
    return app_commands.locale_str(name, msgid=CALLED[name], shape=_name_of_command)


def option_name(name: str, label: str) -> app_commands.locale_str:
    """The name of an option: the field's own in English, elsewhere its label."""
    return app_commands.locale_str(name, msgid=label, shape=slug)


def described(sentence: str) -> app_commands.locale_str:
    """A description, or the name of a choice or menu: a sentence that the catalogs have."""
    return app_commands.locale_str(clipped(sentence), msgid=sentence, shape=clipped)


class CatalogTranslator(app_commands.Translator):
    """Answers from Heard's own catalogs; None where there is nothing better than the English."""

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        del context
        language, msgid = LANGUAGE_OF.get(locale), string.extras.get("msgid", "")
        if not language or not msgid:
            return None
        said: str = string.extras["shape"](Words(language).word(msgid))
        return None if said == string.message else said


def slug(label: str) -> str:
    """A label as Discord takes names: *No link, because* is ``no-link-because``."""
    return _NOT_IN_NAMES.sub("-", label.casefold()).strip("-")[: most("command name")].strip("-")


def clipped(sentence: str) -> str:
    """As much of a sentence as descriptions and choices take, in one line."""
    return clip(" ".join(sentence.split()), most("command description"))


def _name_of_command(called: str) -> str:
    return called.removeprefix("/")
