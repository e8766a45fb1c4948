"""Forms as modals, and what comes back from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2s
from typing import Any, Final, NamedTuple

import msgspec

from adapters.chats.slack.blocks import Look, copied_block, header, plain_text, said_block
from adapters.chats.slack.limits import Json, TooMuch, checked, most
from adapters.chats.slack.typed import unescaped
from bot.core.cards import Choice, Field, FieldKind, Form
from bot.core.literal import clip, safe, size
from bot.core.words import Text

#: The ``callback_id`` of every form.
FORM: Final = "heard/form"
#: A field's ``block_id`` begins so; its ``action_id`` is the field's name.
#: Where both ids stay what they were, Slack keeps what was typed and shows no new initial value
#: (https://docs.slack.dev/reference/views/modal-views, "Preserving input entry"): see ``field_block``.
_FIELD: Final = "field/"
#: The ``block_id`` of what a colleague says of a field begins so; its end changes with what is said, so that
#: a window tells what it shows.
_REMARKS: Final = "remarks/"
#: What a window is made of; the rest of what Slack tells of one is Slack's own.
_OURS: Final = ("type", "callback_id", "private_metadata", "title", "submit", "blocks")
#: Longest label and hint. Our choice: a form stays a form.
_LABEL: Final = 150


class Carried(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a window carries with it (its ``private_metadata``), so that a restart of the bot forgets nothing.

    ``command`` is what its form begins with; ``channel`` and ``thread`` are where it was opened from.
    """

    command: str = ""
    channel: str = ""
    thread: str = ""

    def written(self) -> str:
        return msgspec.json.encode(self).decode()


def carried(view: Mapping[str, Any]) -> Carried:
    """What this window carries; nothing where it is none of ours."""
    written = view.get("private_metadata") or "{}"
    try:
        return msgspec.json.decode(written, type=Carried)
    except msgspec.DecodeError:
        return Carried()


class Submission(NamedTuple):
    """A form that came back: for ``Desk.submit``."""

    command: str
    values: Mapping[str, str]


def modal(form: Form, look: Look, origin: Carried | None = None) -> Json:
    """The view of a form, checked. Raises TooMuch when the command is longer than a view can carry.

    Its title has 24 characters on Slack: one that is longer stands once more, whole, above the form.
    ``origin`` says where the form was asked for; a command that leaves no room for it goes without.
    """
    from_there = Carried(form.command, origin.channel, origin.thread) if origin else Carried(form.command)
    if size(from_there.written()) > most("private metadata"):
        from_there = Carried(form.command)
    try:
        return checked(_view(form, look, from_there, is_whole=True))
    except TooMuch:
        return checked(_view(form, look, from_there, is_whole=False))


def _view(form: Form, look: Look, carried: Carried, *, is_whole: bool) -> Json:
    """``is_whole`` sets a draft that is longer than its input above it, to be copied."""
    title = " ".join(safe(form.title).split())
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": carried.written(),
        "title": plain_text(title, "view title"),
        "submit": plain_text(form.submit, "view button"),
        "blocks": [
            *([header(title)] if size(title) > most("view title") or not form.fields else []),
            *said_block([("⚠️ ", *form.error)] if form.error else [], look),
            *said_block(form.lines, look),
            *(block for field in form.fields for block in _asked(form, field, is_whole=is_whole)),
        ],
    }


def submission(view: Mapping[str, Any]) -> Submission:
    """What was submitted: the command that the form began with, and each field that was filled."""
    state: Mapping[str, Mapping[str, Any]] = view.get("state", {}).get("values", {})
    values = {
        name: value
        for block, fields in state.items()
        if block.startswith(_FIELD)
        for name, element in fields.items()
        if (value := _value(element))
    }
    return Submission(carried(view).command, values)


def field_block(form: Form, field: Field) -> str:
    """The ``block_id`` of a field. It changes with the form and with what the field holds at first.

    So a member sees what we put in, and never what was typed into another form of the same window.
    """
    held = blake2s(f"{form.command}\0{field.value}".encode(errors="replace"), digest_size=4)
    return f"{_FIELD}{field.name}/{held.hexdigest()}"


def asked(view: Mapping[str, Any]) -> Mapping[str, str]:
    """The fields that a window asks, by name, with their ``block_id``."""
    inputs = [block for block in view.get("blocks", []) if block.get("type") == "input"]
    return {block["element"]["action_id"]: block["block_id"] for block in inputs}


def is_field(action: Mapping[str, Any]) -> bool:
    """Whether a field of a form changed, and nothing was pressed."""
    return str(action.get("block_id", "")).startswith(_FIELD)


def remarks_id(view: Mapping[str, Any]) -> str:
    """What a window shows of a colleague's remarks, empty where it shows none."""
    ids = (str(block.get("block_id", "")) for block in view.get("blocks", []))
    return next((each for each in ids if each.startswith(_REMARKS)), "")


def with_remarks(view: Mapping[str, Any], under: str, lines: Sequence[Text], look: Look) -> Json:
    """The same window with these lines right under the field of this ``block_id``, checked. Raises TooMuch.

    Fields keep both their ids and what we put into them, and so what is typed stays in them:
    https://docs.slack.dev/reference/views/modal-views, "Preserving input entry".
    """
    made = {name: _as_sent(view[name]) for name in _OURS if view.get(name)}
    kept = [block for block in made.get("blocks", []) if not str(block.get("block_id", "")).startswith(_REMARKS)]
    said = [{"block_id": _remarks_block(under, block), **block} for block in said_block(lines, look)]
    place = [block.get("block_id") for block in kept].index(under) + 1
    return checked({**made, "blocks": [*kept[:place], *said, *kept[place:]]})


def _remarks_block(under: str, said: Json) -> str:
    return f"{_REMARKS}{under}/{blake2s(msgspec.json.encode(said), digest_size=8).hexdigest()}"


def _as_sent(part: Any) -> Any:
    """What Slack tells of a window, as we sent it: what is read comes back with its ``&`` written as ``&amp;``
    (https://docs.slack.dev/messaging/formatting-message-text), and would be shown so; what is not there, as null.
    """
    if isinstance(part, list):
        return [_as_sent(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        name: unescaped(each) if name in {"text", "initial_value"} and isinstance(each, str) else _as_sent(each)
        for name, each in part.items()
        if each is not None
    }


def _value(element: Mapping[str, Any]) -> str:
    chosen = element.get("selected_option")
    return str((chosen or {}).get("value") or element.get("value") or "")


def _asked(form: Form, field: Field, *, is_whole: bool) -> Iterable[Json]:
    if is_whole and field.kind is FieldKind.TEXT and size(safe(field.value)) > most("input text"):
        yield copied_block(field.value)  # The input takes its beginning only.
    block: Json = {
        "type": "input",
        "block_id": field_block(form, field),
        "label": plain_text(clip(field.label, _LABEL), "label"),
        "element": _element(field),
        "optional": not field.required,
    }
    if field.read_along:
        block["dispatch_action"] = True
    if safe(field.hint).strip():
        block["hint"] = plain_text(clip(field.hint, _LABEL), "hint")
    yield block


def _element(field: Field) -> Json:
    """Choices as a menu where Slack's menus can hold them; else, and for times, words to type."""
    is_choice = field.kind in {FieldKind.CHOICE, FieldKind.MEMBER}
    if is_choice and 0 < len(field.choices) <= most("options in a select"):
        return _menu(field)
    made: Json = {
        "type": "plain_text_input",
        "action_id": field.name,
        "multiline": field.kind is FieldKind.TEXT,
        "max_length": most("input text"),
    }
    if field.read_along:
        # https://docs.slack.dev/reference/block-kit/composition-objects/dispatch-action-configuration-object
        made["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}
    value = safe(field.value).strip() if made["multiline"] else " ".join(safe(field.value).split())
    if value:
        made["initial_value"] = clip(value, most("input text"))
    return made


def _menu(field: Field) -> Json:
    options = {choice.value: _option(choice) for choice in field.choices}
    made: Json = {"type": "static_select", "action_id": field.name, "options": list(options.values())}
    if field.value in options:
        made["initial_option"] = options[field.value]
    return made


def _option(choice: Choice) -> Json:
    return {"text": plain_text(choice.label, "option"), "value": choice.value}
