"""Slack's own word for a refusal, or what came instead of an answer of Slack's."""

from __future__ import annotations

from slack_sdk.errors import SlackApiError


def word(error: SlackApiError) -> str:
    """The error that Slack names; a proxy's page, which names none, says its status alone."""
    response = error.response
    data = getattr(response, "data", response)
    named = data.get("error") if isinstance(data, dict) else ""
    return str(named or f"HTTP {getattr(response, 'status_code', '?')}")
