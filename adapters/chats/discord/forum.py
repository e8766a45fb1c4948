"""The forum: a case is a post in it, sorted by tags that say where the case stands."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

import discord

from adapters.chats.discord.failures import Failed, weighed
from adapters.chats.discord.limits import most
from bot.core.cards import State
from bot.core.words import Words, msg

log = logging.getLogger(__name__)

#: A post that nobody writes in leaves the list after a week; it stays findable, and a message brings it back.
ARCHIVE_AFTER_MIN: Final = 10_080

_NEWS: Final = msg("news")
_NAMES: Final = {
    State.NEW: (msg("new"), "🔵"),
    State.CLAIMED: (msg("claimed"), "🟢"),
    State.HEARD: (msg("heard"), "👂"),
    State.SOLVING: (msg("solving"), "🔧"),
    State.WAITING: (msg("waiting"), "🟡"),
    State.CLOSED: (msg("closed"), "⚪"),
    None: (_NEWS, "📰"),
}


def tag_name(state: State | None, words: Words) -> str:
    """What the tag is called in the room's language; None is what belongs to no case."""
    return words.word(_NAMES[state][0])


def missing_tags(forum: discord.ForumChannel, words: Words) -> list[str]:
    """Names of the tags that the forum lacks, for whoever has to create them by hand."""
    has = {tag.name.casefold() for tag in forum.available_tags}
    return [name for state in _NAMES if (name := tag_name(state, words)).casefold() not in has]


class Tags:
    """The forum's tags. Those that are missing are created once, when the bot may."""

    def __init__(self) -> None:
        self._tried: set[tuple[int, str]] = set()
        #: Discord's answer to their creation, which is here before the gateway tells of it.
        self._created: dict[int, Sequence[discord.ForumTag]] = {}

    async def of(self, forum: discord.ForumChannel, state: State | None, words: Words) -> list[discord.ForumTag]:
        """The tag of this state, none when there is none and the bot may not create it."""
        missing = missing_tags(forum, words)
        if missing and (forum.id, words.language) not in self._tried:
            await self._create(forum, missing, words)
        name = tag_name(state, words).casefold()
        known = {tag.id: tag for tag in (*self._created.get(forum.id, ()), *forum.available_tags)}
        return [tag for tag in known.values() if tag.name.casefold() == name][:1]

    async def _create(self, forum: discord.ForumChannel, missing: Sequence[str], words: Words) -> None:
        pictures = {tag_name(state, words): picture for state, (_, picture) in _NAMES.items()}
        room = most("tags of a forum") - len(forum.available_tags)
        new = [discord.ForumTag(name=name, emoji=pictures[name]) for name in missing[: max(room, 0)]]
        try:
            with weighed():
                changed = await forum.edit(available_tags=[*forum.available_tags, *new])
        except Failed as failure:
            if failure.is_passing:
                raise
            log.warning("the forum lacks the tags %s: %s", ", ".join(missing), failure.reason)
        else:
            self._created[forum.id] = changed.available_tags if changed else ()
        self._tried.add((forum.id, words.language))

    def sorted_under(
        self, thread: discord.Thread, tags: Sequence[discord.ForumTag], words: Words
    ) -> list[discord.ForumTag]:
        """The post's tags: what people put there stays, and of ours the one that is true now."""
        ours = {tag_name(state, words).casefold() for state in _NAMES}
        others = [tag for tag in thread.applied_tags if tag.name.casefold() not in ours]
        return [*tags, *others][: most("tags of a post")]
