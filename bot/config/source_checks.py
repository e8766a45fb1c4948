"""Checks where complaints come from: feeds, the door and its hooks."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from datetime import timedelta

import msgspec

from bot.config.checks import check_between, check_channel_name, check_name, check_once
from bot.config.file import File
from bot.config.reading import Reading, Wrong
from bot.config.settings import DoorSettings, FeedSettings, HookSettings
from bot.core.links import is_web_link
from bot.core.plan import DAY
from bot.payload import path, shape

#: A feed is asked at most once a minute, out of courtesy, and at least once a day, or nobody listens (rule 004-05).
SHORTEST_EVERY, LONGEST_EVERY = timedelta(minutes=1), DAY
#: Shortest key of a signature, in bytes, and shortest token, in characters: what cannot be guessed. The
#: Standard Webhooks ask for 24 bytes; some tools give 16.
SHORTEST_KEY, SHORTEST_TOKEN = 16, 16


def check_sources(file: File, reading: Reading) -> None:
    """Every check notes its own faults."""
    _check_feeds(file.feeds, reading)
    _check_door(file.door, reading)
    _check_hooks(file.hooks, reading)


def _check_feeds(feeds: Sequence[FeedSettings], reading: Reading) -> None:
    for n, feed in enumerate(feeds, start=1):
        check_name(feed.name, ("feeds", n, "name"), reading)
        if not is_web_link(feed.url):  # not repeated: an address may hold a password
            instead = 'write one such as "https://example.com/feed.xml", without a user name or password in it'
            reading.fault_at(("feeds", n, "url"), "is no address of a feed", instead)
        if not feed.channel:
            reading.fault_at(("feeds", n, "channel"), "is missing or empty", 'write where it is said, such as "forum"')
        else:
            check_channel_name(feed.channel, ("feeds", n, "channel"), reading)
        check_between(feed.every, SHORTEST_EVERY, LONGEST_EVERY, ("feeds", n, "every"), reading)
    check_once([feed.name for feed in feeds], "feeds", "name", reading)


def _check_door(door: DoorSettings, reading: Reading) -> None:
    if not door.host or not re.fullmatch(r"[A-Za-z0-9.:_-]{1,253}", door.host):
        said = reading.shown(("door", "host"), door.host)
        reading.fault_at(("door", "host"), f"{said} is no address of this machine", 'write one such as "127.0.0.1"')
    if not 1 <= door.port <= 65_535:
        reading.fault_at(("door", "port"), "is out of bounds", "write a number from 1 to 65535")


def _check_hooks(hooks: Sequence[HookSettings], reading: Reading) -> None:
    for n, hook in enumerate(hooks, start=1):
        check_name(hook.name, ("hooks", n, "name"), reading)
        if hook.channel:
            check_channel_name(hook.channel, ("hooks", n, "channel"), reading)
        _check_proof(hook, n, reading)
        _check_mapping(hook, n, reading)
    check_once([hook.name for hook in hooks], "hooks", "name", reading)


def _check_proof(hook: HookSettings, n: int, reading: Reading) -> None:
    """Neither is repeated: they are what keeps strangers out."""
    if not hook.secret and not hook.token:
        instead = "write the one that the tool signs with, or a token of your own making"
        reading.fault_at(("hooks", n), "has neither secret nor token, so that anybody could bring complaints", instead)
    if hook.secret and not _is_key(hook.secret.reveal()):
        instead = f'copy it from the tool; it begins with "whsec_" and holds at least {SHORTEST_KEY} bytes in base64'
        reading.fault_at(("hooks", n, "secret"), "is no signing secret", instead)
    if hook.token and not (len(hook.token.reveal()) >= SHORTEST_TOKEN and hook.token.reveal().isascii()):
        instead = f"write at least {SHORTEST_TOKEN} letters and figures, made by chance"
        reading.fault_at(("hooks", n, "token"), "can be guessed", instead)


def _is_key(secret: str) -> bool:
    try:
        held = base64.b64decode(secret.removeprefix("whsec_") + "==")
    except ValueError:
        return False
    return secret.startswith("whsec_") and len(held) >= SHORTEST_KEY


def _check_mapping(hook: HookSettings, n: int, reading: Reading) -> None:
    if not hook.fields.text:
        reading.fault_at(
            ("hooks", n, "fields", "text"), "is empty", 'write where the words stand, such as "mention.body"'
        )
    mapped = msgspec.structs.asdict(hook.fields).items()
    paths = [(("hooks", n, "items"), hook.items), *((("hooks", n, "fields", field), where) for field, where in mapped)]
    for key, where in paths:
        try:
            path(where or "none")
        except Wrong as wrong:
            reading.fault_at(key, f"{reading.shown(key, where)} {wrong.problem}", wrong.instead)
            return
    try:
        shape(hook.name, hook.fields, hook.items)
    except Wrong as wrong:
        reading.fault_at(("hooks", n, "fields"), wrong.problem, wrong.instead)
