"""Everything that left for Slack, as its log has it, before every judge."""

from __future__ import annotations

from collections import Counter

from adapters.chats.slack.limits import LIMITS
from tests.chats.slack.judges import judge
from tests.chats.slack.workspace import USERS


async def all_are_fit(slack):
    """Fails at the first message, view or speaking acknowledgement that a judge refuses; counts what was judged."""
    judged = Counter()
    for entry in await slack.log():
        if entry["direction"] == "from_bot" and isinstance(entry.get("detail"), dict):
            judged.update(_judged(entry["detail"]))
    for message in await slack.messages():
        if message.get("blocks"):  # Slack's addresses for answers leave no trace but what they made.
            judge({"text": message["text"], "blocks": message["blocks"]}, USERS.values())
            judged["shown"] += 1
    return judged


def _judged(detail):
    """What kinds of payload a call or an acknowledgement brought."""
    if isinstance(detail.get("view"), dict):
        yield from _judged_view(detail["view"])
    if detail.get("response_action") == "errors":
        yield from _judged_errors(detail["errors"])
    if "blocks" in detail:
        judge({"text": detail["text"], "blocks": detail["blocks"]}, USERS.values())
        yield "ephemeral" if detail.get("response_type") == "ephemeral" else "message"


def _judged_view(view):
    judge(view, USERS.values())
    yield view["type"]


def _judged_errors(errors):
    """Slack says nothing of their length; they stand under a field, where a hint does."""
    assert errors
    for block, said in errors.items():
        assert 0 < len(block) <= LIMITS["id"].most
        assert said.strip() and len(said) <= LIMITS["hint"].most
    yield "errors"
