"""``heard manifest``: what Slack must be told of the app, or the link that invites it to a Discord server."""

from __future__ import annotations

import argparse

from bot.command_line.outcome import DONE, MISREAD, failed
from bot.config.settings import SlackMode


def manifest(given: argparse.Namespace) -> int:
    if given.chat == "discord":
        return _invitation(given.app)
    from adapters.chats.slack.manifest import written

    print(written(SlackMode(given.mode), given.command, given.url), end="")
    return DONE


def _invitation(app: str) -> int:
    from adapters.chats.discord.manifest import written  # The one that loads the SDK.

    if app and not app.isdecimal():
        return failed(f"--app {app}: write the number under Application ID, General Information", MISREAD)
    print(written(app), end="")
    return DONE
