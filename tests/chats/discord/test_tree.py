"""The command as Discord is told of it, in every language."""

from __future__ import annotations

import re

import discord
import pytest
from discord import app_commands

from adapters.chats.discord.limits import check_command, whole_size
from adapters.chats.discord.names import CALLED, LANGUAGE_OF, CatalogTranslator, slug
from adapters.chats.discord.tree import GROUP_OF, GROUPS, SAY, crisis, report
from bot.core.commands import COMMANDS, slots
from bot.core.forms import MOST_FIELDS

#: https://docs.discord.com/developers/interactions/application-commands#application-command-object
NAME = re.compile(r"[-_'\w]{1,32}")
LOCALES = [locale.value for locale in LANGUAGE_OF]


@pytest.fixture
async def told():
    client = discord.Client(intents=discord.Intents.none())
    tree = app_commands.CommandTree(client)
    translator = CatalogTranslator()
    await tree.set_translator(translator)
    group, menu = crisis("crisis", None), report(None)
    tree.add_command(group)
    tree.add_command(menu)
    return [await each.get_translated_payload(tree, translator) for each in (group, menu)]


def subs(command):
    """Every sub-command with its group, or ""."""
    for part in command["options"]:
        if part["type"] == 2:
            yield from ((part["name"], each) for each in part["options"])
        else:
            yield "", part


def test_every_word_has_its_sub_command(told):
    words = {part["name"]: group for group, part in subs(told[0])}
    assert words == {**{word: GROUP_OF.get(word, "") for word in COMMANDS}, SAY: ""}


def test_discord_takes_it_in_every_language(told):
    for command in told:
        check_command(command)
    assert whole_size(told[0]) < 7_000, "there should be room for another command"


@pytest.mark.parametrize("locale", ["", *LOCALES])
def test_names_are_allowed_and_unique_where_they_stand(told, locale):
    def names(parts):
        found = [part.get("name_localizations", {}).get(locale, part["name"]) for part in parts]
        assert all(NAME.fullmatch(name) and name == name.lower() for name in found), found
        assert len(set(found)) == len(found), found
        for part in parts:
            names(part.get("options", []))

    names(told[0]["options"])


@pytest.mark.parametrize("locale", LOCALES)
def test_every_name_and_description_is_translated(told, locale):
    for _, part in subs(told[0]):
        assert locale in part["description_localizations"], part["name"]
        for option in part["options"]:
            assert locale in option["description_localizations"] or "," in option["description"], option
    untranslated = {part["name"] for _, part in subs(told[0]) if locale not in part["name_localizations"]}
    assert untranslated <= {"todo"}
    assert locale in told[1]["name_localizations"]


def test_options_are_typed_from_the_fields(told):
    options = {
        (part["name"], option["name"]): option for _, part in subs(told[0]) for option in part.get("options", [])
    }
    asked = {(w, slot.name) for w, c in COMMANDS.items() for slot in slots(c) if not slot.arg.silent}
    assert set(options) == asked | {(SAY, "line")}
    assert not [key for key, option in options.items() if option.get("required") and key != (SAY, "line")]
    assert options["claim", "case"]["type"] == 4
    assert options["claim", "case"]["autocomplete"] is True
    assert options["assign", "to"]["type"] == 6
    assert [each["value"] for each in options["close", "outcome"]["choices"]][0] == "advocate"
    assert options["snooze", "until"]["type"] == 3


def test_every_command_has_its_name_in_the_catalogs():
    assert {*COMMANDS, "say", "line", *GROUPS} == set(CALLED)
    assert all(len(slots(command)) <= MOST_FIELDS + 1 for command in COMMANDS.values())


@pytest.mark.parametrize(
    ("label", "name"),
    [("No link, because", "no-link-because"), ("Até quando?", "até-quando"), ("A_b  c", "a-b-c"), ("Ż" * 40, "ż" * 32)],
)
def test_a_label_becomes_a_name(label, name):
    assert slug(label) == name
