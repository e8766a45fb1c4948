"""Checks the settings of the chats: ids, tokens, commands."""

from __future__ import annotations

import re
from typing import Final

from bot.config.checks import DISCORD_ID
from bot.config.file import File
from bot.config.reading import Reading
from bot.config.settings import ChatName, DiscordSettings, SlackMode, SlackSettings
from bot.core.links import is_web_link
from bot.core.plan import Role

#: Slack's own bound for a slash command is 32 characters with the slash.
_SLACK_COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
#: Discord's bound for a command's name; letters with capitals it would refuse.
_DISCORD_COMMAND = re.compile(r"[a-z0-9_-]{1,32}")
#: A bot's token: its id, a moment and a signature, each in base64, with dots between. Not how long they are, since
#: Discord has lengthened them before.
_DISCORD_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+")


def check_chats(file: File, reading: Reading) -> None:
    """Every check notes its own faults. What a chat needs is asked for only where it is ours."""
    _check_slack(file.slack, reading, is_our_chat=file.chat is ChatName.SLACK)
    _check_discord(file.discord, reading, is_our_chat=file.chat is ChatName.DISCORD)
    if file.chat is ChatName.SLACK and file.slack.mode is SlackMode.HTTP and not file.door.enabled:
        reading.fault_at(
            ("door", "enabled"), "Slack comes through the door in HTTP mode", "write enabled = true in [door]"
        )


def _check_slack(slack: SlackSettings, reading: Reading, *, is_our_chat: bool) -> None:
    if not _SLACK_COMMAND.fullmatch(slack.command):
        said = reading.shown(("slack", "command"), slack.command)
        reading.fault_at(("slack", "command"), f"{said} is no slash command", 'write one such as "/crisis"')
    if not is_web_link(slack.api) or not slack.api.endswith("/"):
        instead = 'write one such as "https://slack-gov.com/api/", with the slash at its end'
        reading.fault_at(("slack", "api"), "is no address of Slack's", instead)
    _check_slack_id(slack.channel, "channel", "CG", reading, is_wanted=is_our_chat)
    _check_slack_id(slack.usergroup, "usergroup", "S", reading, is_wanted=False)
    if slack.usergroup and not slack.usergroup_roles:
        known = ", ".join(Role)
        reading.fault_at(("slack", "usergroup_roles"), "is empty", f"write one or more of {known}")
    wanted = {"bot_token": (slack.bot_token, is_our_chat, "xoxb-")}
    is_socket = slack.mode is SlackMode.SOCKET
    wanted["app_token"] = (slack.app_token, is_our_chat and is_socket, "xapp-")
    wanted["signing_secret"] = (slack.signing_secret, is_our_chat and not is_socket, "")
    for name, (secret, is_wanted, start) in wanted.items():
        variable = f"HEARD_SLACK__{name.upper()}"
        if secret is None and is_wanted:
            reading.fault_at(
                ("slack", name), "is missing", f"set {variable}, or {variable}_FILE to a file that holds it"
            )
        elif secret is not None and not secret.reveal().startswith(start):
            reading.fault_at(("slack", name), "is another kind of token", f"copy the one that begins with {start}")


def _check_slack_id(said: str, name: str, letters: str, reading: Reading, *, is_wanted: bool) -> None:
    """Slack's ids are capital letters and figures; names change, ids stay."""
    key = ("slack", name)
    if not said:
        if is_wanted:
            reading.fault_at(
                key, "is missing or empty", "open the channel's details in Slack and copy its id, such as C0123ABCD"
            )
    elif not re.fullmatch(rf"[{letters}][A-Z0-9]{{1,30}}", said):
        reading.fault_at(key, f"{reading.shown(key, said)} is no id", f"copy the id, such as {letters[0]}0123ABCD")


def _check_discord(discord: DiscordSettings, reading: Reading, *, is_our_chat: bool) -> None:
    if not _DISCORD_COMMAND.fullmatch(discord.command):
        said = reading.shown(("discord", "command"), discord.command)
        instead = 'write one such as "crisis", in small letters and without the slash'
        reading.fault_at(("discord", "command"), f"{said} is no name of a command", instead)
    if discord.token is None and is_our_chat:
        instead = "set HEARD_DISCORD__TOKEN, or HEARD_DISCORD__TOKEN_FILE to a file that holds it"
        reading.fault_at(("discord", "token"), "is missing", instead)
    elif discord.token is not None and not _DISCORD_TOKEN.fullmatch(discord.token.reveal()):
        instead = "copy it from discord.com/developers, your app, Bot, Reset Token; it has two dots in it"
        reading.fault_at(("discord", "token"), "is no bot's token", instead)
    for name in ("guild", "channel", "news"):
        _check_discord_id(getattr(discord, name), name, reading, is_wanted=is_our_chat and name != "news")


_DISCORD_COPY: Final = {
    "guild": "right-click the server in Discord and choose Copy Server ID",
    "channel": "right-click the channel in Discord and choose Copy Channel ID",
    "news": "right-click the channel in Discord and choose Copy Channel ID",
}


def _check_discord_id(said: str, name: str, reading: Reading, *, is_wanted: bool) -> None:
    """Discord shows ids to people who have switched on Developer Mode."""
    key = ("discord", name)
    instead = f"{_DISCORD_COPY[name]} (Settings, Advanced, Developer Mode)"
    if not said:
        if is_wanted:
            reading.fault_at(key, "is missing or empty", instead)
    elif not DISCORD_ID.fullmatch(said):
        reading.fault_at(key, f"{reading.shown(key, said)} is no id", instead)
