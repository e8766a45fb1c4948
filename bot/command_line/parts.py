"""What the commands put together from the settings: the store, the library, sources and the door."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from adapters.sources.feed import Feed
from adapters.sources.webhook import Webhook
from adapters.stores.tiny import open_store
from bot.config.settings import Settings
from bot.core.people import Joining, staffed
from bot.core.plan import Plan
from bot.core.replies import Library
from bot.door import Door
from bot.library import load
from bot.people import read_roster, roster_file
from bot.ports import Chat, Source
from bot.room import Room


def now() -> datetime:
    """The present, in UTC: the only clock there is."""
    return datetime.now(UTC)


def library_of(settings: Settings) -> Library:
    """The templates shipped, and the committee's own. Raises BrokenTemplates."""
    return load(settings.templates) if settings.templates else load()


def sources_of(settings: Settings) -> Sequence[Source]:
    """Where complaints are fetched."""
    return [Feed(feed, now) for feed in settings.feeds]


def door_of(settings: Settings, room: Room, is_connected: Callable[[], bool] = lambda: True) -> Door | None:
    """The door, not yet open; None when it is to stay shut. ``is_connected`` asks the chat."""
    if not settings.door.enabled:
        return None
    return Door(room, [Webhook(hook) for hook in settings.hooks], settings.door, is_connected=is_connected)


async def opened(settings: Settings, chat: Chat, wake: asyncio.Event, sources: Sequence[Source]) -> Room:
    """The room with its data, on this chat; ``wake`` is set when there is something to post. Raises StoreError."""
    library = library_of(settings)
    store = await open_store(settings.data)
    gc.collect()
    gc.freeze()  # Ten thousand cases stay as they are: the collector need not walk them again and again.
    every = {source.name: source.every for source in sources}
    return Room(settings.plan, library, store, chat, now, settings.data, woken=wake.set, every=every)


def joining_of(settings: Settings) -> Joining:
    """Whom the room's chat puts on the committee."""
    return Joining(settings.chat.value, settings.slack.usergroup, settings.group_roles)


def known_plan(settings: Settings) -> Plan:
    """The plan with whom the chat had named when Heard last ran. Raises StoreError."""
    return staffed(settings.plan, read_roster(roster_file(settings.data, settings.chat)), joining_of(settings))
