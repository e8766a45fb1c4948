"""Forms as modals, and what comes back from them; nothing of a modal has to be remembered to read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import discord

from adapters.chats.discord.limits import check_modal, most
from adapters.chats.discord.text import bold
from bot.core.cards import Choice, Field, FieldKind, Form
from bot.core.literal import clip, safe, size

#: A component's id begins so when the command stands in it, and so when a token does (``kept.py``).
COMMAND: Final = "h:"
TOKEN: Final = "k:"  # noqa: S105  # the beginning of an id, and nothing secret


class Submission(NamedTuple):
    """A modal that came back: the id that it was given, and each field that was filled."""

    id: str
    values: Mapping[str, str]


def modal(form: Form, custom_id: str, shown: str = "") -> discord.ui.Modal:
    """The form, checked. ``shown`` is markdown to stand above the fields; five fields leave no room for it.

    A window's title has 45 characters: one that is longer stands once more, whole, above what is shown.
    """
    title = _one_line(form.title)
    made = discord.ui.Modal(title=clip(title or "Heard", most("modal title")), custom_id=custom_id)
    whole = bold(title, most("embed title")).text if size(title) > most("modal title") else ""
    above = "\n".join(filter(str.strip, (whole, shown)))
    if above and has_room(form):
        made.add_item(discord.ui.TextDisplay(above))
    for field in form.fields[: most("inputs of a modal")]:
        label = clip(_one_line(field.label) or field.name, most("label"))
        hint = clip(_one_line(field.hint), most("hint")) or None
        made.add_item(discord.ui.Label(text=label, description=hint, component=_asked(field)))
    check_modal(made.to_dict())
    made.stop()  # discord.py need not remember it: what is submitted says all that there is to know.
    return made


def menu(field: Field, custom_id: str) -> discord.ui.Select[Any]:
    """A choice of at most 25, as a menu in a message or in a modal."""
    return discord.ui.Select(
        custom_id=custom_id,
        placeholder=clip(_one_line(field.hint or field.label), most("placeholder")) or None,
        min_values=1 if field.required else 0,
        required=field.required,
        options=list(_options(field)),
    )


def is_menu(field: Field) -> bool:
    """Whether Discord's menus can hold the choices; what they cannot hold is typed."""
    if field.kind not in {FieldKind.CHOICE, FieldKind.MEMBER}:
        return False
    return 0 < len(field.choices) <= most("options in a select") and all(_fits(each) for each in field.choices)


def fits(form: Form) -> bool:
    """Whether a modal can hold what is filled in already, whole, and why it has to be filled in again."""
    is_room = not form.error or has_room(form)
    return bool(form.fields) and is_room and all(size(field.value) <= most("input text") for field in form.fields)


def has_room(form: Form) -> bool:
    """Whether anything can stand above the fields."""
    return len(form.fields) < most("inputs of a modal")


def submission(data: Mapping[str, Any]) -> Submission:
    """What was submitted, from the interaction's own data."""
    filled = {part["custom_id"]: value for part in _parts(data.get("components", ())) if (value := _value(part))}
    return Submission(str(data.get("custom_id", "")), filled)


def _asked(field: Field) -> discord.ui.Item[Any]:
    if is_menu(field):
        return menu(field, field.name)
    is_long = field.kind is FieldKind.TEXT
    return discord.ui.TextInput(
        custom_id=field.name,
        style=discord.TextStyle.paragraph if is_long else discord.TextStyle.short,
        default=clip(safe(field.value).strip() if is_long else _one_line(field.value), most("input text")) or None,
        required=field.required,
        max_length=most("input text"),
    )


def _options(field: Field) -> Iterator[discord.SelectOption]:
    """Each value once: Discord refuses a menu in which two are the same."""
    for value, label in {choice.value: choice.label for choice in field.choices}.items():
        shown = clip(_one_line(label), most("option")) or value
        yield discord.SelectOption(label=shown, value=value, default=value == field.value)


def _fits(choice: Choice) -> bool:
    return bool(choice.value.strip()) and size(choice.value) <= most("option value")


def _one_line(text: str) -> str:
    return " ".join(safe(text).split())


def _parts(components: Any) -> Iterator[Mapping[str, Any]]:
    """The inputs, whatever they stand in."""
    for component in components:
        if "custom_id" in component:
            yield component
        inner = component.get("component")
        yield from _parts([inner] if inner else component.get("components", ()))


def _value(part: Mapping[str, Any]) -> str:
    chosen = part.get("values") or ()
    return str(part.get("value") or (chosen[0] if chosen else ""))
