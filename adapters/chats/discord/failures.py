"""What Discord's refusals and silences mean: for good, for now, or nobody knows whether it was done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Final

import aiohttp
import discord

from bot.ports import Undelivered

#: When a rate limit does not say how long to wait. Our choice.
WAIT: Final = timedelta(seconds=30)

#: Codes: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json-json-error-codes
UNKNOWN_CHANNEL, UNKNOWN_MESSAGE = 10_003, 10_008
NOT_OURS, ARCHIVED, HAS_THREAD = 50_005, 50_083, 160_004
#: The message is not there any more, or is another bot's: it is said anew.
GONE: Final = frozenset({UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, NOT_OURS})
#: Refusals that pass by themselves: slow mode, many edits of an old message, too many open threads, Discord's own load.
PASSING: Final = frozenset({20_016, 20_028, 30_046, 40_062, 40_333, 110_001, 130_000, 160_006})

_PERMISSIONS: Final = "open the channel's settings on Discord, Permissions, and give Heard"
_SENTENCES: Final = {
    UNKNOWN_CHANNEL: "Discord has no such channel: copy the channel's id on Discord into `channel` under [discord]",
    40_067: "the forum wants a tag on every post and Heard may not make any: "
    "let it Manage Channels, or create the tags that `heard check` names",
    50_001: f"Heard cannot see the channel: {_PERMISSIONS} View Channel",
    50_007: "the member takes no messages from Heard: on Discord, in the menu of this server, Privacy Settings, "
    "they switch on Direct Messages",
    50_013: f"Heard lacks a permission in the channel: {_PERMISSIONS} View Channel, Send Messages, Create Posts or "
    "Create Public Threads, Send Messages in Threads, Manage Threads, Embed Links, Attach Files and Read Message "
    "History",
}
_UNAUTHORISED: Final = "Discord does not know the token: make a new one in the developer portal, Bot, Reset Token"


class Failed(Exception):
    """A call that did not do what was asked. ``is_sure`` when Discord has certainly done nothing."""

    def __init__(self, reason: str, *, code: int = 0, wait: timedelta | None = None, is_sure: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.code, self.wait, self.is_sure = reason, code, wait, is_sure

    @property
    def is_passing(self) -> bool:
        return not self.is_sure or self.code in PASSING or self.wait is not None


class Unanswered(Exception):
    """Discord's own trouble, or its wish that we wait, as it came. ``status`` 0: no answer at all."""

    def __init__(self, status: int, wait: timedelta | None = None) -> None:
        super().__init__(f"HTTP {status}" if status else "no answer")
        self.status, self.wait = status, wait


def http_trace() -> aiohttp.TraceConfig:
    """For ``discord.Client(http_trace=…)``: nothing is sent a second time behind our back.

    The library sends a request again by itself after an answer of 500, 502, 504 and, on some
    systems, a reset connection. A forum post takes no nonce, so that would make a second post
    of a case whose first has arrived; and it would sleep through a rate limit while more urgent
    posts wait. What we send to channels fails at once instead, and is weighed here.
    """
    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(_weigh_answer)
    trace.on_request_exception.append(_weigh_silence)
    return trace


async def _weigh_answer(
    _session: aiohttp.ClientSession, _context: SimpleNamespace, end: aiohttp.TraceRequestEndParams
) -> None:
    if _is_ours(str(end.url)) and (end.response.status >= 500 or end.response.status == 429):
        status, after = end.response.status, end.response.headers.get("Retry-After", "")
        end.response.close()
        raise Unanswered(status, _seconds(after) if status == 429 else None)


async def _weigh_silence(
    _session: aiohttp.ClientSession, _context: SimpleNamespace, end: aiohttp.TraceRequestExceptionParams
) -> None:
    if _is_ours(str(end.url)) and isinstance(end.exception, OSError):
        raise Unanswered(0) from end.exception


def _is_ours(url: str) -> bool:
    """Not what answers a member (interactions, webhooks): the library does that its own way."""
    return ("/channels" in url or "/threads/" in url) and "/webhooks/" not in url


def _seconds(said: str) -> timedelta:
    try:
        return timedelta(seconds=float(said))
    except ValueError:
        return WAIT


@contextmanager
def weighed() -> Iterator[None]:
    """Raises Failed for whatever the library raises when Discord did not do what was asked."""
    try:
        yield
    except discord.RateLimited as limited:
        raise Failed("rate limited", wait=timedelta(seconds=limited.retry_after), is_sure=True) from limited
    except discord.HTTPException as refused:
        raise _refused(refused) from refused
    except Unanswered as unanswered:
        is_limit = unanswered.status == 429
        raise Failed("rate limited" if is_limit else str(unanswered), wait=unanswered.wait, is_sure=is_limit) from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Failed(type(error).__name__) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # The library trips over answers that are not Discord's; they come from a proxy in between, or cut short.
        raise Failed("an answer that is not Discord's") from error


def _refused(error: discord.HTTPException) -> Failed:
    if error.status == 429:
        return Failed("rate limited", wait=WAIT, is_sure=True)
    if error.status == 401:
        return Failed(_UNAUTHORISED, is_sure=True)
    if error.status >= 500 or not error.code:  # A proxy's refusal has no code; it never reached Discord, and may pass.
        return Failed(f"HTTP {error.status}")
    said = _SENTENCES.get(error.code, error.text or "refused")
    return Failed(f"{said} ({error.code})", code=error.code, is_sure=True)


@contextmanager
def as_undelivered() -> Iterator[None]:
    """Failed as the port knows it."""
    try:
        yield
    except Failed as failure:
        raise Undelivered(failure.reason, failure.wait, for_good=not failure.is_passing) from failure
