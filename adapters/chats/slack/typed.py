"""What Slack sends for what a person typed, read back into the characters that they meant."""

from __future__ import annotations

import re

#: ``<@U1|ana>``, ``<#C1|room>``, ``<!here>``, ``<https://a|label>``: https://docs.slack.dev/messaging/formatting-message-text
_LINKED = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")
_ESCAPED = re.compile(r"&(lt|gt|amp);")
_CALLED = re.compile(r"\s*<@[A-Z0-9]+(?:\|[^<>]*)?>[\s:,]*")


def typed(text: str) -> str:
    """The line as it was typed. Members stay ``<@U1>``, which the grammar knows; links are their addresses."""
    return unescaped(_LINKED.sub(_meant, text.replace("\xa0", " ")))


def unescaped(text: str) -> str:
    """The three characters that Slack escapes, and no others: an address may hold ``&copy=1``."""
    return _ESCAPED.sub(lambda match: {"lt": "<", "gt": ">", "amp": "&"}[match[1]], text)


def called(text: str) -> str:
    """What was said to the bot that is called first: ``<@U0BOT> claim`` says ``claim``."""
    return typed(_CALLED.sub("", text, count=1)).strip()


def links(text: str) -> tuple[str, ...]:
    """The addresses in a message, in order."""
    return tuple(unescaped(match[2]) for match in _LINKED.finditer(text) if match[2].startswith("http"))


def _meant(match: re.Match[str]) -> str:
    mark, inner, label = match[1], match[2], match[3]
    if mark == "@":
        return f"<@{inner}>"
    if mark == "#":
        return f"#{label or inner}"
    if mark == "!":
        return f"@{label or inner.partition('^')[0]}".replace("@@", "@")
    return inner.removeprefix("mailto:")
