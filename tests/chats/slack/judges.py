"""Three judges of a payload beside our own limits: slack_sdk's models, blockkit, and a walk that looks for markup."""

from __future__ import annotations

import re
import unicodedata

import blockkit as kit
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from adapters.chats.slack.limits import checked
from bot.core.links import is_web_link

#: Whatever Slack would read in a text that is not plain: https://docs.slack.dev/messaging/formatting-message-text
MARKUP = re.compile(r"[<>*_~`:@]|&(?!amp;|lt;|gt;)")
#: What a reader would not see and a machine might obey; the joiner of pictures is harmless.
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}


def judge(payload, accounts=(), rung=None):
    """Raises unless every judge takes the payload and nothing in it is read as markup."""
    assert checked(payload) == payload
    if payload.get("type") in {"modal", "home"}:
        View(**payload).to_dict()
        View(**payload).validate_json()
        (modal if payload["type"] == "modal" else home)(payload).build()
    else:
        assert not MARKUP.search(payload["text"]), payload["text"]
        assert payload["text"].strip() and "\n" not in payload["text"]
        kit.Message(payload["text"], [block(each) for each in payload["blocks"]]).build()
    for each in payload["blocks"]:
        parsed = Block.parse(each)
        parsed.validate_json()
        assert parsed.to_dict() == each
    mentions = list(walk(payload, accounts))
    if rung is not None:
        assert mentions == rung


def walk(part, accounts):
    """Yields the accounts that are mentioned; fails where anything else could be read as markup."""
    if isinstance(part, list):
        for each in part:
            yield from walk(each, accounts)
        return
    if isinstance(part, str):
        assert all(char in "\n\t\u200d" or unicodedata.category(char) not in UNSEEN for char in part), ascii(part)
        return
    if not isinstance(part, dict):
        return
    match part.get("type"):
        case "plain_text":
            assert part["emoji"] is False
        case "text":
            assert set(part) <= {"type", "text", "style"} and part["text"]
        case "link":
            assert is_web_link(part["url"])
            assert "text" not in part or re.fullmatch(r"#\d+", part["text"])
        case "user":
            assert part["user_id"] in accounts
            yield part["user_id"]
        case "mrkdwn" | "markdown" | "broadcast" | "channel" | "usergroup" | "emoji" | "team" | "image":
            raise AssertionError(f"{part['type']} has no place here")
        case None | "date" | "header" | "actions" | "button" | "input" | "plain_text_input" | "static_select":
            pass
        case "modal" | "home" | "divider":
            pass
        case other:
            assert other.startswith("rich_text"), other
    for name, value in part.items():
        if name not in {"private_metadata", "value", "initial_value"}:
            yield from walk(value, accounts)


# Our JSON as blockkit's own components, so that it judges every part


def modal(view):
    made = kit.Modal(
        title=plain(view["title"]),
        blocks=[block(each) for each in view["blocks"]],
        private_metadata=view["private_metadata"],
    )
    # A card in a window has nothing to submit.
    return made.submit(plain(view["submit"])).callback_id(view["callback_id"]) if "submit" in view else made


def home(view):
    return kit.Home([block(each) for each in view["blocks"]])


def plain(text):
    return kit.Text(text["text"], type="plain_text", emoji=text["emoji"])


def block(part):
    match part["type"]:
        case "divider":
            return kit.Divider()
        case "header":
            return kit.Header(plain(part["text"]))
        case "rich_text":
            return kit.RichText([rich(each) for each in part["elements"]], block_id=part.get("block_id"))
        case "actions":
            return kit.Actions([element(each) for each in part["elements"]], block_id=part["block_id"])
        case "input":
            made = kit.Input(plain(part["label"]), element(part["element"]), block_id=part["block_id"])
            if "dispatch_action" in part:
                made.dispatch_action(part["dispatch_action"])
            made.optional(part["optional"])
            return made.hint(plain(part["hint"])) if "hint" in part else made
    raise AssertionError(part["type"])


def element(part):
    match part["type"]:
        case "button":
            made = kit.Button(plain(part["text"]), action_id=part["action_id"], value=part["value"])
            return made.style(part["style"]) if "style" in part else made
        case "plain_text_input":
            made = kit.PlainTextInput(action_id=part["action_id"], multiline=part["multiline"])
            made.max_length(part["max_length"])
            if "dispatch_action_config" in part:
                made.dispatch_action_config(
                    kit.DispatchActionConfig(part["dispatch_action_config"]["trigger_actions_on"])
                )
            return made.initial_value(part["initial_value"]) if "initial_value" in part else made
        case "static_select":
            made = kit.StaticSelect(options=[option(each) for each in part["options"]], action_id=part["action_id"])
            made = made.placeholder(plain(part["placeholder"])) if "placeholder" in part else made
            return made.initial_option(option(part["initial_option"])) if "initial_option" in part else made
    raise AssertionError(part["type"])


def option(part):
    return kit.Option(plain(part["text"]), part["value"])


def rich(part):
    elements = [rich(each) for each in part.get("elements", [])]
    match part["type"]:
        case "rich_text_section":
            return kit.RichTextSection(elements)
        case "rich_text_quote":
            return kit.RichTextQuote(elements)
        case "rich_text_preformatted":
            return kit.RichTextPreformatted(elements)
        case "rich_text_list":
            return kit.RichTextList(part["style"], elements)
        case "text":
            return kit.RichTextEl(part["text"], kit.RichStyle(**part["style"]) if "style" in part else None)
        case "link":
            return kit.RichLinkEl(url=part["url"], text=part.get("text"))
        case "user":
            return kit.RichUserEl(part["user_id"])
        case "date":
            return kit.RichDateEl(part["timestamp"], part["format"], fallback=part["fallback"])
    raise AssertionError(part["type"])
