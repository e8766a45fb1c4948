"""What is known of the places spoken in: since when, which posts are in doubt, which stand there."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final, NamedTuple

import discord

from bot.ports import MessageRef

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


class Memory:
    """One process's; a place that it has not spoken in yet is read before its first post there.

    ``newest`` is the id of the last message that is known, which says when it was: ids grow with time.
    """

    def __init__(self) -> None:
        self._newest: dict[Place, int] = {}
        self._doubts: dict[Place, dict[str, int]] = {}
        self._found: dict[Place, dict[str, MessageRef]] = {}
        self._gone: set[MessageRef] = set()

    def is_doubted(self, place: Place, mark: str) -> bool:
        return mark in self._doubts.get(place, {})

    def must_read(self, place: Place, mark: str) -> bool:
        """Whether this process has not looked there yet, or a post with this mark may stand there."""
        return place not in self._newest or self.is_doubted(place, mark)

    def since(self, place: Place) -> int:
        """The last message before the first doubt; 0 for the beginning."""
        return min(self._doubts.get(place, {}).values(), default=0)

    def doubt(self, place: Place, mark: str) -> None:
        """It is on its way, and may arrive whatever we hear of it. The first doubt of a post says since when."""
        self._doubts.setdefault(place, {}).setdefault(mark, self._newest.get(place, 0))

    def settle(self, place: Place, mark: str) -> None:
        """It certainly stands, or certainly does not."""
        self._doubts.get(place, {}).pop(mark, None)
        self._found.get(place, {}).pop(mark, None)

    def sent(self, place: Place, mark: str, message: int) -> None:
        self.settle(place, mark)
        self._newest[place] = max(self._newest.get(place, 0), message)
        # Its thread has the message's own number, and is as new: nothing of ours stands in it.
        self._newest.setdefault(Place(message), message)

    def read(self, place: Place, found: Mapping[str, MessageRef], newest: int) -> None:
        """Everything sent there before now was looked for: what was not found does not stand there."""
        self._newest[place] = max(self._newest.get(place, 0), newest)
        self._doubts.pop(place, None)
        self._found.setdefault(place, {}).update(found)

    def found(self, place: Place, mark: str) -> MessageRef:
        ref = self._found.get(place, {}).get(mark, "")
        return "" if ref in self._gone else ref

    def forget(self, ref: MessageRef) -> None:
        """Never to be taken for a post again."""
        self._gone.add(ref)
