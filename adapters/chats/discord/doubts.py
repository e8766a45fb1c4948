"""Where messages stand on Discord, and the mark by which one of ours is known again."""

from __future__ import annotations

import hashlib
from typing import Final, NamedTuple

import discord

#: The address of every embed of ours is this and the post's mark. Discord shows an embed's address as the link of its
#: title, and ours have none, so nobody sees it: https://docs.discord.com/developers/resources/message#embed-object
_MARKED: Final = "https://discord.com/app#heard-"
#: 24 hexadecimal figures: Discord takes a nonce of 25 characters.
_DIGEST: Final = 12


def mark_of(key: str) -> str:
    """What says of a message on Discord which post it is, without saying what it is about."""
    return hashlib.blake2b(key.encode(), digest_size=_DIGEST).hexdigest()


def marked(embeds: tuple[discord.Embed, ...], mark: str) -> list[discord.Embed]:
    """The embeds, the first of them with the mark."""
    first = embeds[0].copy()
    first.url = f"{_MARKED}{mark}" if mark else None
    return [first, *embeds[1:]]


def read_mark(message: discord.Message, me: int) -> str:
    """The mark of a message of ours, empty for anything else."""
    if me and message.author.id != me:
        return ""
    urls = (embed.url or "" for embed in message.embeds)
    return next((url.removeprefix(_MARKED) for url in urls if url.startswith(_MARKED)), "")


class Place(NamedTuple):
    """Where messages stand: a channel, a thread, a private channel; or a forum, where they are posts of their own."""

    id: int
    is_forum: bool = False
