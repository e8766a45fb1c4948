"""Slack's limits in one table, and the one check that every payload passes before it leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from bot.core.literal import clip, size

#: A part of a payload, as JSON has it.
Json = dict[str, Any]


class Limit(NamedTuple):
    """How much Slack takes, and the page of docs.slack.dev that says so."""

    most: int
    page: str


#: Characters, unless the name says how many of what. Slack counts as JavaScript does: see ``literal.size``.
LIMITS: Final[Mapping[str, Limit]] = {
    "blocks in a message": Limit(50, "reference/block-kit/blocks"),
    "blocks in a view": Limit(100, "reference/views/modal-views"),
    "header": Limit(150, "reference/block-kit/blocks/header-block"),
    "section": Limit(3_000, "reference/block-kit/blocks/section-block"),
    "fields in a section": Limit(10, "reference/block-kit/blocks/section-block"),
    "field of a section": Limit(2_000, "reference/block-kit/blocks/section-block"),
    "elements in a context": Limit(10, "reference/block-kit/blocks/context-block"),
    "elements in actions": Limit(25, "reference/block-kit/blocks/actions-block"),
    "button": Limit(75, "reference/block-kit/block-elements/button-element"),
    "button value": Limit(2_000, "reference/block-kit/block-elements/button-element"),
    "options in a select": Limit(100, "reference/block-kit/block-elements/select-menu-element"),
    "option": Limit(75, "reference/block-kit/composition-objects/option-object"),
    "option value": Limit(150, "reference/block-kit/composition-objects/option-object"),
    "placeholder": Limit(150, "reference/block-kit/block-elements/plain-text-input-element"),
    "input text": Limit(3_000, "reference/block-kit/block-elements/plain-text-input-element"),
    "label": Limit(2_000, "reference/block-kit/blocks/input-block"),
    "hint": Limit(2_000, "reference/block-kit/blocks/input-block"),
    "id": Limit(255, "reference/block-kit/block-elements"),
    "view title": Limit(24, "reference/views/modal-views"),
    "view button": Limit(24, "reference/views/modal-views"),
    "private metadata": Limit(3_000, "reference/views/modal-views"),
    # Slack refuses with msg_blocks_too_long somewhere above 10,000; the page says 4,000 for text alone.
    "all blocks": Limit(10_000, "reference/methods/chat.postMessage"),
    "text": Limit(4_000, "reference/methods/chat.postMessage"),
    "link": Limit(3_000, "reference/block-kit/block-elements/link-element"),
    "metadata": Limit(2_000, "messaging/message-metadata"),
}

#: A text that is shortened for the sake of the whole keeps at least this much. Our choice: a paragraph.
_KEPT: Final = 300

#: The places that hold text to be read, by the type of what holds them.
_SHOWN: Final[Mapping[str, Mapping[str, str]]] = {
    "header": {"text": "header"},
    "section": {"text": "section"},
    "button": {"text": "button"},
    "input": {"label": "label", "hint": "hint"},
    "plain_text_input": {"placeholder": "placeholder"},
    "static_select": {"placeholder": "placeholder"},
    "modal": {"title": "view title", "submit": "view button", "close": "view button"},
}


class TooMuch(ValueError):
    """Slack would refuse the payload, and shortening it would change what it means."""


def most(name: str) -> int:
    """The limit of this name."""
    return LIMITS[name].most


def checked(payload: Json) -> Json:
    """The message or view as Slack takes it: what is read is shortened where it must be.

    Raises TooMuch where nothing may be left out: values, ids, metadata, blocks and buttons.
    """
    payload = _copied(payload)
    blocks: list[Json] = payload.get("blocks", [])
    is_view = payload.get("type") in {"modal", "home"}
    _at_most(len(blocks), "blocks in a view" if is_view else "blocks in a message")
    if is_view:
        _check_view(payload, blocks)
    elif "text" in payload:
        payload["text"] = clip(payload["text"], most("text"))
    _at_most(size(str(payload.get("metadata", ""))), "metadata")
    _check_ids("block_id", [block for block in blocks if "block_id" in block])
    for block in blocks:
        _check_block(block)
    _shorten(blocks)
    return payload


def _copied(part: Any) -> Any:
    """As ``copy.deepcopy`` of JSON, in a fifth of the time: every answer to a member comes through here."""
    if isinstance(part, dict):
        return {name: _copied(each) for name, each in part.items()}
    return [_copied(each) for each in part] if isinstance(part, list) else part


def _at_most(number: int, name: str) -> None:
    limit = LIMITS[name]
    if number > limit.most:
        raise TooMuch(f"{name}: {number}, but Slack takes {limit.most} (docs.slack.dev/{limit.page})")


def _check_view(view: Json, blocks: list[Json]) -> None:
    _at_most(size(view.get("private_metadata", "")), "private metadata")
    _at_most(size(view.get("callback_id", "")), "id")
    _clip_shown(view)
    if view["type"] == "modal" and not view.get("submit") and any(block["type"] == "input" for block in blocks):
        raise TooMuch("a modal with an input needs a submit button (docs.slack.dev/reference/views/modal-views)")


def _check_ids(name: str, parts: Iterable[Json]) -> None:
    ids = [part[name] for part in parts]
    for each in ids:
        _at_most(size(each), "id")
    if len(set(ids)) < len(ids) or "" in ids:
        raise TooMuch(f"{name} is empty or stands twice (docs.slack.dev/{LIMITS['id'].page})")


def _check_block(block: Json) -> None:
    _clip_shown(block)
    elements: list[Json] = block.get("elements", [])
    match block["type"]:
        case "section":
            _at_most(len(block.get("fields", [])), "fields in a section")
            for field in block.get("fields", []):
                field["text"] = clip(field["text"], most("field of a section"))
        case "context":
            _at_most(len(elements), "elements in a context")
        case "actions":
            _at_most(len(elements), "elements in actions")
        case "rich_text":
            for link in (each for each in _inner(block) if each["type"] == "link"):
                _at_most(size(link["url"]), "link")
            return
    own = [*(elements if block["type"] == "actions" else []), block.get("element"), block.get("accessory")]
    parts = [part for part in own if part]
    _check_ids("action_id", [part for part in parts if "action_id" in part])
    for part in parts:
        _check_element(part)


def _check_element(part: Json) -> None:
    _clip_shown(part)
    if part["type"] == "button":
        _at_most(size(part.get("value", "")), "button value")
    if "initial_value" in part:
        _at_most(size(part["initial_value"]), "input text")
    if "options" in part:
        _at_most(len(part["options"]), "options in a select")
    for option in [*part.get("options", []), *([part["initial_option"]] if "initial_option" in part else [])]:
        _at_most(size(option["value"]), "option value")
        option["text"]["text"] = clip(option["text"]["text"], most("option"))


def _clip_shown(part: Json) -> None:
    for place, name in _SHOWN.get(part["type"], {}).items():
        if text := part.get(place):
            text["text"] = clip(text["text"], most(name))


# The whole


def shown_size(blocks: Iterable[Json]) -> int:
    """Characters of all that is read in these blocks."""
    return sum(size(text) for block in blocks for text in _texts(block))


def _texts(part: Any) -> Iterable[str]:
    """Every text to be read, wherever it stands; a link shows its address where it has no text."""
    if isinstance(part, list):
        for each in part:
            yield from _texts(each)
    elif isinstance(part, dict):
        if part.get("type") in {"text", "plain_text", "mrkdwn"}:
            yield part["text"]
        elif part.get("type") == "link":
            yield part.get("text") or part["url"]
        elif part.get("type") == "date":
            yield part.get("fallback", "")
        elif part.get("type") != "static_select":  # Menus have limits of their own.
            yield from _texts([each for each in part.values() if isinstance(each, list | dict)])


def _shorten(blocks: list[Json]) -> None:
    """Long texts first, then the last lines of the longest block; text that is to be copied stays whole."""
    limit = most("all blocks")
    if shown_size(blocks) <= limit:
        return
    _lower([each for block in blocks for each in _inner(block) if each["type"] == "text"], blocks, limit)
    while (surplus := shown_size(blocks) - limit) > 0:
        rows = [part["elements"] for block in blocks for part in _rows(block) if len(part["elements"]) > 1]
        if not rows:
            raise TooMuch(f"all blocks: {surplus} characters too many (docs.slack.dev/{LIMITS['all blocks'].page})")
        _drop_last(max(rows, key=shown_size), surplus)


def _lower(texts: list[Json], blocks: list[Json], limit: int) -> None:
    """Cuts the longest texts to one common length, as long as the whole allows."""

    def least(length: int) -> int:
        return sum(min(size(each["text"]), length) for each in texts)

    room = limit - shown_size(blocks) + sum(size(each["text"]) for each in texts)
    longest = max((size(each["text"]) for each in texts), default=0)
    length = _largest(lambda length: least(length) <= room, _KEPT, longest)
    for each in texts:
        each["text"] = clip(each["text"], length)


def _largest(fits: Callable[[int], bool], low: int, high: int) -> int:
    """The largest number that fits, ``low`` when none does."""
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


def _drop_last(elements: list[Json], surplus: int) -> None:
    gone = 0
    while len(elements) > 1 and gone <= surplus:
        gone += shown_size([elements.pop()])
    more: Json = {"type": "text", "text": "…"}
    is_list = elements[0]["type"] == "rich_text_section"
    elements[-1] = {"type": "rich_text_section", "elements": [more]} if is_list else more


def _rows(block: Json) -> Iterable[Json]:
    """The parts of a block that may lose their last elements."""
    if block["type"] == "rich_text":
        for part in block["elements"]:
            if part["type"] in {"rich_text_section", "rich_text_list"}:
                yield part


def _inner(block: Json) -> Iterable[Json]:
    """The elements of a rich text that may be shortened: not what is to be copied."""
    if block["type"] != "rich_text":
        return
    for part in block["elements"]:
        if part["type"] == "rich_text_list":
            for row in part["elements"]:
                yield from row["elements"]
        elif part["type"] != "rich_text_preformatted":
            yield from part["elements"]
