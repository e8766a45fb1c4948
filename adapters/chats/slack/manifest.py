"""The app's manifest: what Slack must be told once, written from the code so that both say the same."""

from __future__ import annotations

import json
from typing import Any, Final

from bot.config.settings import SlackMode

#: The message shortcut's id; its name is what members read in the message's menu.
REPORT: Final = "report_as_complaint"
#: Where Slack's requests arrive in HTTP mode.
PATH: Final = "/slack/events"

#: Each scope with what it is for. Nothing reads messages but those that mention the bot.
SCOPES: Final[dict[str, str]] = {
    "app_mentions:read": "hear @Heard claim in a case's thread",
    "channels:history": "after a lost answer, see whether a post stands before posting it again",
    "channels:read": "check that the bot is in the committee's channel",
    "chat:write": "post and edit the cards",
    "commands": "the slash command and the message shortcut",
    "groups:history": "the same in a private channel",
    "groups:read": "the same in a private channel",
    "im:history": "the same where one member alone is told something",
    "im:write": "tell one member alone",
    "usergroups:read": "know who is in the user group whose people are on the committee",
    "users:read": "members' names and time zones, and the author of a message that is reported",
}
EVENTS: Final = ("app_home_opened", "app_mention")


def manifest(mode: SlackMode, command: str = "/crisis", url: str = "https://heard.example.com") -> dict[str, Any]:
    """The manifest of the app; ``url`` is our own address, which only HTTP mode needs."""
    is_http = mode is SlackMode.HTTP
    address = {"request_url": url + PATH} if is_http else {}
    slash = {
        "command": command,
        **({"url": url + PATH} if is_http else {}),
        "description": "The crisis committee's cases",
        "usage_hint": "claim 12 · reply 12 · help",
        "should_escape": True,
    }
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Heard",
            "description": "The crisis committee's memory: every public complaint answered by a person.",
            "background_color": "#1d4e4a",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "Heard", "always_online": True},
            "shortcuts": [
                {
                    "name": "Report as complaint",
                    "type": "message",
                    "callback_id": REPORT,
                    "description": "Makes a case of this message",
                }
            ],
            "slash_commands": [slash],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {**address, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **address},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not is_http,
            "token_rotation_enabled": False,
        },
    }


def written(mode: SlackMode, command: str = "/crisis", url: str = "https://heard.example.com") -> str:
    """The manifest as the file has it."""
    return json.dumps(manifest(mode, command, url), indent=2, ensure_ascii=False) + "\n"
