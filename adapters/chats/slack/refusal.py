"""Slack's own word for a refusal, or what came instead of an answer of Slack's; and how long to wait."""

from __future__ import annotations

from slack_sdk.errors import SlackApiError


def word(error: SlackApiError) -> str:
    """The error that Slack names; a proxy's page, which names none, says its status alone."""
    response = error.response
    data = getattr(response, "data", response)
    named = data.get("error") if isinstance(data, dict) else ""
    return str(named or f"HTTP {getattr(response, 'status_code', '?')}")


def retry_after_s(error: SlackApiError) -> float:
    """The seconds that Slack asks us to wait; one where it does not say."""
    headers = getattr(error.response, "headers", None) or {}
    said = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    return float(said) if str(said).isdecimal() and float(said) else 1.0
