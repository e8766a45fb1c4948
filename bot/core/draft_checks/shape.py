"""Shape: a reply is no longer than its network takes, and has no signs that the network does not show as meant."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from bot.core.draft_checks.finding import Finding, Severity
from bot.core.draft_checks.patterns import pattern
from bot.core.draft_checks.plain import Plain, read
from bot.core.plan import Plan
from bot.core.replies.length import fitting, length
from bot.core.replies.networks import Markup, network
from bot.core.showing.names import CHANNEL_NAMES
from bot.core.words import Sentence, count, say

_RULES: Final = ("001-19",)
#: From which part of the limit on a member is told how much is left, in percent. The issue's own figure.
NEAR: Final = 95


def shape(text: str, channel: str, plan: Plan) -> Iterator[Finding]:
    """What the network refuses, and what it shows otherwise than it was meant."""
    yield from _too_long(text, channel, plan)
    if network(channel).markup is Markup.RAW:
        yield from _marked_up(read(text), channel)


def longest(channel: str, plan: Plan) -> int | None:
    """The most that a reply may have, in the network's own counting: the plan's, else what is known; None: no limit."""
    own = plan.channels.get(channel)
    return (own.longest if own else None) or network(channel).longest


def is_near(text: str, channel: str, plan: Plan) -> bool:
    """Whether there is little room left."""
    limit = longest(channel, plan)
    return limit is not None and NEAR * limit <= 100 * length(text, channel) <= 100 * limit


def _too_long(text: str, channel: str, plan: Plan) -> Iterator[Finding]:
    """Blocks: the network would refuse it, or cut it. The finding stands on what is too much."""
    limit = longest(channel, plan)
    over = length(text, channel) - limit if limit else 0
    if limit is None or over <= 0:
        return
    sentence = count(
        "It is {n} character too long for {channel}, which takes {limit}.",
        "It is {n} characters too long for {channel}, which takes {limit}.",
        over,
        channel=_called(channel),
        limit=limit,
    )
    yield Finding("length/too-long", Severity.BLOCK, fitting(text, channel, limit), len(text), sentence, _RULES)


def _called(channel: str) -> Sentence:
    return say(CHANNEL_NAMES.get(channel, channel))


#: What people type who think of markdown or HTML. Signs that are used without it are left alone: a list's dashes,
#: a hash before a topic, stars in the place of digits.
_MARKUP: Final = pattern(
    r"\*\*([^\s*][^*\n]{0,300})\*\*"
    r"|\b__([^\s_][^_\n]{0,300})__\b"
    r"|(?:^|[\s(])([*][^\s*][^*\n]{0,120}[^\s*][*]|_[^\s_][^_\n]{0,120}[^\s_]_)(?:$|[\s.,;:!?)])"
    r"|\[([^\]\n]{1,300})\]\(((?:https?://|www\.|mailto:)[^)\s]{1,500})\)"
    r"|(</?(?:a|b|i|u|s|p|br|em|strong|span|div|ul|ol|li|h[1-6])(?:\s[^<>]{0,300})?/?>)"
    r"|(?:^|\n)(#{1,4} )"
)


def _marked_up(plain: Plain, channel: str) -> Iterator[Finding]:
    matches = _MARKUP.finditer(plain.raw) if any(sign in plain.raw for sign in _SIGNS) else iter(())
    for match in islice(matches, _MOST):
        kind = match.lastindex
        start, end = plain.span(*match.span(kind if kind in _ALONE else 0))
        sentence = say("{channel} does not show this as it is meant: take the signs out.", channel=_called(channel))
        yield Finding("form/markup", Severity.WARN, start, end, sentence, _RULES, _without(plain, match))


_SIGNS: Final = (b"*", b"_", b"[", b"<", b"#")
#: More of them than these nobody has to be told. Our choice; it bounds the time that a text takes.
_MOST: Final = 20
#: The groups of the pattern, in their order. re2 knows places of groups by number alone.
_BOLD, _STRONG, _ITALIC, _LABEL, _LINK, _TAG, _HEADING = range(1, 8)
#: Of these the pattern also takes what stands around them.
_ALONE: Final = (_ITALIC, _TAG, _HEADING)


def _without(plain: Plain, match: Any) -> str:
    """The words without the signs; empty where only a person can say it."""
    if match.lastindex in (_TAG, _HEADING):
        return ""
    said = plain.original[slice(*plain.span(*match.span(match.lastindex)))].strip("*_")
    if match.lastindex != _LINK:
        return said
    return f"{plain.original[slice(*plain.span(*match.span(_LABEL)))]}: {said}"
