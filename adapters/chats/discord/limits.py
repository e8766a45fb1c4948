"""Discord's limits in one table, and the one check that every payload passes before it leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from bot.core.literal import size

#: A part of a payload, as JSON has it.
Json = Mapping[str, Any]


class Limit(NamedTuple):
    """How much Discord takes, and the page of docs.discord.com/developers that says so."""

    most: int
    page: str


_MESSAGE: Final = "resources/message"
_COMPONENT: Final = "components/reference"
_COMMAND: Final = "interactions/application-commands"
_CHANNEL: Final = "resources/channel"

#: Characters, unless the name says how many of what. Discord does not say how it counts pictures: see ``literal.size``.
LIMITS: Final[Mapping[str, Limit]] = {
    "content": Limit(2_000, f"{_MESSAGE}#create-message"),
    "embeds": Limit(10, f"{_MESSAGE}#create-message"),
    "all embeds": Limit(6_000, f"{_MESSAGE}#embed-object-embed-limits"),
    "embed title": Limit(256, f"{_MESSAGE}#embed-object-embed-limits"),
    "description": Limit(4_096, f"{_MESSAGE}#embed-object-embed-limits"),
    "fields": Limit(25, f"{_MESSAGE}#embed-object-embed-limits"),
    "field name": Limit(256, f"{_MESSAGE}#embed-object-embed-limits"),
    "field value": Limit(1_024, f"{_MESSAGE}#embed-object-embed-limits"),
    "footer": Limit(2_048, f"{_MESSAGE}#embed-object-embed-limits"),
    "author": Limit(256, f"{_MESSAGE}#embed-object-embed-limits"),
    "nonce": Limit(25, f"{_MESSAGE}#create-message"),
    "users rung": Limit(100, f"{_MESSAGE}#allowed-mentions-object"),
    # Ten mebibytes; a boosted server takes more.
    "bytes of a file": Limit(10 * 1024 * 1024, "reference#uploading-files"),
    "rows": Limit(5, f"{_COMPONENT}#action-row"),
    "buttons in a row": Limit(5, f"{_COMPONENT}#action-row"),
    "custom id": Limit(100, f"{_COMPONENT}#anatomy-of-a-component"),
    "button": Limit(80, f"{_COMPONENT}#button"),
    "options in a select": Limit(25, f"{_COMPONENT}#string-select"),
    "option": Limit(100, f"{_COMPONENT}#string-select"),
    "option value": Limit(100, f"{_COMPONENT}#string-select"),
    "placeholder": Limit(150, f"{_COMPONENT}#string-select"),
    "input placeholder": Limit(100, f"{_COMPONENT}#text-input"),
    "input text": Limit(4_000, f"{_COMPONENT}#text-input"),
    "label": Limit(45, f"{_COMPONENT}#label"),
    "hint": Limit(100, f"{_COMPONENT}#label"),
    "modal title": Limit(45, "interactions/receiving-and-responding#interaction-response-object-modal"),
    "inputs of a modal": Limit(5, "interactions/receiving-and-responding#interaction-response-object-modal"),
    "command name": Limit(32, f"{_COMMAND}#application-command-object"),
    "command description": Limit(100, f"{_COMMAND}#application-command-object"),
    "options of a command": Limit(25, f"{_COMMAND}#application-command-object"),
    "choices": Limit(25, f"{_COMMAND}#application-command-object-application-command-option-choice-structure"),
    "choice name": Limit(100, f"{_COMMAND}#application-command-object-application-command-option-choice-structure"),
    "choice value": Limit(100, f"{_COMMAND}#application-command-object-application-command-option-choice-structure"),
    "whole command": Limit(8_000, f"{_COMMAND}#slash-commands"),
    "thread name": Limit(100, f"{_CHANNEL}#start-thread-in-forum-or-media-channel"),
    "tags of a post": Limit(5, f"{_CHANNEL}#channel-object"),
    "tags of a forum": Limit(20, f"{_CHANNEL}#channel-object"),
    "tag": Limit(20, f"{_CHANNEL}#forum-tag-object"),
}

_ROW, _BUTTON, _SELECT, _INPUT, _LABEL = 1, 2, 3, 4, 18


class TooMuch(ValueError):
    """Discord would refuse the payload."""


def most(name: str) -> int:
    """The limit of this name."""
    return LIMITS[name].most


def at_most(number: int, name: str) -> None:
    """Raises TooMuch when there is more of it than Discord takes."""
    limit = LIMITS[name]
    if number > limit.most:
        raise TooMuch(f"{name}: {number}, but Discord takes {limit.most} (docs.discord.com/developers/{limit.page})")


def text(said: str, name: str) -> None:
    """Raises TooMuch when a text is too long, or empty: Discord refuses what has nothing but blanks in it."""
    at_most(size(said), name)
    if not said.strip():
        raise TooMuch(f"{name}: empty, which Discord refuses (docs.discord.com/developers/{LIMITS[name].page})")


def check_message(payload: Json) -> None:
    """A message, with what stands around it in a forum post. Raises TooMuch."""
    at_most(size(payload.get("content") or ""), "content")
    at_most(len(payload.get("nonce") or ""), "nonce")
    at_most(len((payload.get("allowed_mentions") or {}).get("users", ())), "users rung")
    embeds = payload.get("embeds") or []
    at_most(len(embeds), "embeds")
    for embed in embeds:
        _check_embed(embed)
    at_most(sum(map(embed_size, embeds)), "all embeds")
    check_components(payload.get("components") or [])
    if not (payload.get("content") or "").strip() and not embeds:
        raise TooMuch(f"a message says something (docs.discord.com/developers/{_MESSAGE}#create-message)")


def check_file(content: bytes) -> None:
    """An attached file. Raises TooMuch."""
    at_most(len(content), "bytes of a file")


def embed_size(embed: Json) -> int:
    """Characters that count for all embeds of a message together."""
    fields = [field[part] for field in embed.get("fields", ()) for part in ("name", "value")]
    around = [(embed.get("footer") or {}).get("text", ""), (embed.get("author") or {}).get("name", "")]
    return sum(map(size, (embed.get("title") or "", embed.get("description") or "", *around, *fields)))


def _check_embed(embed: Json) -> None:
    for part, name in (("title", "embed title"), ("description", "description")):
        if part in embed and embed[part] is not None:
            text(embed[part], name)
    at_most(size((embed.get("footer") or {}).get("text", "")), "footer")
    at_most(size((embed.get("author") or {}).get("name", "")), "author")
    at_most(len(embed.get("fields", ())), "fields")
    for field in embed.get("fields", ()):
        text(field["name"], "field name")
        text(field["value"], "field value")
    if not embed_size(embed):
        raise TooMuch("an embed says something (docs.discord.com/developers/resources/message#embed-object)")


# Components


def check_modal(payload: Json) -> None:
    """A form: its title, its id and its inputs. Raises TooMuch."""
    text(payload["title"], "modal title")
    text(payload["custom_id"], "custom id")
    at_most(len(payload["components"]), "inputs of a modal")
    check_components(payload["components"])


def check_components(rows: Iterable[Json]) -> None:
    """Rows of buttons, menus or inputs. Raises TooMuch."""
    rows = list(rows)
    at_most(len(rows), "rows")
    ids: list[str] = []
    for row in rows:
        if row["type"] == _LABEL:
            _check_label(row)
        within = [row["component"]] if row["type"] == _LABEL else row.get("components", [])
        at_most(len(within), "buttons in a row")
        for part in within:
            _check_component(part)
            ids += [part["custom_id"]] if "custom_id" in part else []
    if len(set(ids)) < len(ids):
        raise TooMuch(f"custom id: one stands twice (docs.discord.com/developers/{LIMITS['custom id'].page})")


def _check_label(row: Json) -> None:
    text(row["label"], "label")
    at_most(size(row.get("description") or ""), "hint")


def _check_component(part: Json) -> None:
    if "custom_id" in part:
        text(part["custom_id"], "custom id")
    match part["type"]:
        case 2:
            text(part["label"], "button")
        case 3:
            at_most(size(part.get("placeholder") or ""), "placeholder")
            _check_options(part["options"])
        case 4:
            at_most(size(part.get("placeholder") or ""), "input placeholder")
            at_most(size(part.get("value") or ""), "input text")
            if part.get("label"):
                text(part["label"], "label")


def _check_options(options: list[Json]) -> None:
    at_most(len(options), "options in a select")
    for option in options:
        text(option["label"], "option")
        text(option["value"], "option value")
        at_most(size(option.get("description") or ""), "option")
    if not options or len({option["value"] for option in options}) < len(options):
        raise TooMuch(f"option value: none, or one stands twice (docs.discord.com/developers/{_COMPONENT})")


# Commands


def check_command(payload: Json) -> None:
    """A slash command with all its sub-commands, in every language it is written in. Raises TooMuch."""
    _check_command_part(payload)
    at_most(whole_size(payload), "whole command")


def whole_size(payload: Json) -> int:
    """Characters of names, descriptions and values that count for a command as a whole.

    Of each text that is translated, the longest counts.
    """
    own = sum(max(map(size, _translations(payload, part)), default=0) for part in ("name", "description"))
    values = sum(size(str(choice.get("value", ""))) for choice in payload.get("choices") or ())
    names = sum(max(map(size, _translations(choice, "name")), default=0) for choice in payload.get("choices") or ())
    return own + values + names + sum(map(whole_size, payload.get("options") or ()))


def _translations(part: Json, name: str) -> list[str]:
    return [part.get(name) or "", *(part.get(f"{name}_localizations") or {}).values()]


def _check_command_part(part: Json) -> None:
    for name in _translations(part, "name"):
        text(name, "command name")
    if part.get("type", 1) not in {2, 3} or "description" in part:  # Menus of users and messages have none.
        for said in _translations(part, "description"):
            if said or part.get("type", 1) in {1, None}:
                text(said, "command description")
    at_most(len(part.get("options") or ()), "options of a command")
    check_choices(part.get("choices") or ())
    for option in part.get("options") or ():
        _check_command_part(option)


def check_choices(choices: Iterable[Json]) -> None:
    """What a member may choose from, fixed or completed while they type. Raises TooMuch."""
    choices = list(choices)
    at_most(len(choices), "choices")
    for choice in choices:
        for name in _translations(choice, "name"):
            text(name, "choice name")
        if isinstance(choice.get("value"), str):
            text(choice["value"], "choice value")
