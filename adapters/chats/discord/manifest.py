"""The invitation: what the app may do in a server, and the link that brings it there."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

import discord

#: Each permission by discord.py's name, with its name in Discord's settings and what it is for.
#: None of them lets the bot read what people write to each other, or change anybody else's messages.
PERMISSIONS: Final[dict[str, tuple[str, str]]] = {
    "view_channel": ("View Channels", "see the committee's channel"),
    "send_messages": ("Send Messages and Create Posts", "post the cards; in a forum, begin a post for each case"),
    "create_public_threads": ("Create Public Threads", "begin a case's thread in a text channel"),
    "send_messages_in_threads": ("Send Messages in Threads and Posts", "tell what happened, in the case's own thread"),
    "embed_links": ("Embed Links", "show a card as a card"),
    "attach_files": ("Attach Files", "hand over a reply that is too long for a message, ready to copy"),
    "read_message_history": ("Read Message History", "after a lost answer, see whether a post stands already"),
    "manage_threads": ("Manage Threads and Posts", "open a post again that Discord has put away, and sort it by a tag"),
}
SCOPES: Final[dict[str, str]] = {
    "bot": "stand in the member list, and post",
    "applications.commands": "have the slash command, and Report as complaint in the menu of a message",
}
_ADDRESS: Final = "https://discord.com/oauth2/authorize"
#: Where the application's own id belongs when it is not known.
_UNKNOWN: Final = "APPLICATION_ID"


def permissions() -> discord.Permissions:
    """What the bot needs in the committee's channel, and no more."""
    return discord.Permissions(**dict.fromkeys(PERMISSIONS, True))


def invitation(app: str = "") -> str:
    """The link to open in a browser, by somebody who may manage the server."""
    asked = {"client_id": app or _UNKNOWN, "scope": " ".join(SCOPES), "permissions": str(permissions().value)}
    return f"{_ADDRESS}?{urlencode(asked)}"


def written(app: str = "") -> str:
    """The link, and what each part of it is for."""
    lines = [invitation(app), ""]
    if not app:
        instead = "the number under Application ID, General Information, or give it with --app"
        lines += [f"Put in the place of {_UNKNOWN} {instead}.", ""]
    lines += ["Scopes", *(f"  {scope}: {use}" for scope, use in SCOPES.items()), ""]
    lines += [f"Permissions ({permissions().value})"]
    lines += [f"  {name}: {use}" for name, use in PERMISSIONS.values()]
    lines += ["", "No privileged intent is needed: leave all three switched off under Bot."]
    return "\n".join(lines) + "\n"
