"""While a member types into a window, what a careful colleague says of the text stands right under it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chats.slack.privately import Looking
from adapters.chats.slack.refusal import retry_after_s, word
from adapters.chats.slack.views import remarks_id, submission, with_remarks
from bot.core.words import Text
from bot.logs import logger

log = logger(__name__)

#: A window changes once in this many seconds at most. Our choice: ``views.update`` takes some hundred calls a minute
#: for everybody together (Tier 4, https://docs.slack.dev/reference/methods/views.update), and nobody reads faster.
REST_S: Final = 1.0
#: So often what was typed is shown again when Slack is too busy; then the next key brings it.
TRIES: Final = 3
#: The window was closed, or shows something else by now: https://docs.slack.dev/reference/methods/views.update#errors
_LEFT_IN_PEACE: Final = {"not_found", "expired", "hash_conflict"}
_BUSY: Final = {"ratelimited", "rate_limited"}

View = Mapping[str, Any]
Ask = Callable[[str, str, Mapping[str, str]], Awaitable[Sequence[Text]]]
"""What a colleague says to this account of this command and these values, line by line (``Desk.remarks``)."""


class Typed(NamedTuple):
    """One state of a window: who typed, what Slack told of the window then, and the field that changed."""

    user: str
    view: View
    field: str
    block: str
    text: str
    at: float

    @property
    def values(self) -> Mapping[str, str]:
        """What stands in the window. The field that changed is told on its own as well, and surely."""
        return {**submission(self.view).values, self.field: self.text}


class _Window:
    """A window in which somebody types. ``shows`` is what it shows by now, ``hash`` how Slack calls that state.

    What is typed before Slack's client has drawn our last change comes with the state that was ``replaced``.
    """

    def __init__(self) -> None:
        self.newest: Typed | None = None
        self.at = 0.0
        self.hash, self.shows = "", ""
        self.replaced: set[str] = set()

    def look(self, view: View) -> None:
        """Slack's own word for the state counts, unless it is older than ours."""
        if view.get("hash") not in self.replaced:
            self.hash, self.shows = str(view.get("hash") or ""), remarks_id(view)

    def became(self, view: View, shows: str) -> None:
        if hash := view.get("hash"):
            self.replaced.add(self.hash)
            self.hash, self.shows = str(hash), shows


class Remarking:
    """Shows remarks in windows; of several states of one window the newest is read, and the others never.

    Slack may tell of each key or of a pause in typing: both are one change a second at most. Nothing that fails
    here disturbs the form, which is checked as a whole when it is sent.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        looking: Looking,
        ask: Ask,
        rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client, self._looking, self._ask, self._rest = client, looking, ask, rest
        self._windows: dict[str, _Window] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def typed(self, user: str, view: View, action: Mapping[str, Any]) -> None:
        """A key was struck in this window; it is shown what there is to say as soon as may be."""
        typed = Typed(
            user,
            view,
            field=action["action_id"],
            block=action["block_id"],
            text=action.get("value") or "",
            at=float(action.get("action_ts") or 0),
        )
        is_followed = view["id"] in self._windows
        window = self._windows.setdefault(view["id"], _Window())
        if typed.at >= window.at:  # Two sockets may bring two keys in either order.
            window.newest, window.at = typed, typed.at
        if not is_followed:
            task = asyncio.create_task(self._follow(view["id"], window))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def leave(self, view: str) -> None:
        """The window was sent: nothing more is said of what was typed before."""
        if window := self._windows.get(view):
            window.newest = None

    async def close(self) -> None:
        """Leaves every window as it is."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _follow(self, id: str, window: _Window) -> None:
        try:
            while typed := window.newest:
                window.newest = None
                for _ in range(TRIES):
                    wait = await self._tried(typed, window)
                    await self._rest(wait or REST_S)
                    if not wait or window.newest:
                        break
        finally:
            del self._windows[id]

    async def _tried(self, typed: Typed, window: _Window) -> float:
        """How many seconds Slack asks us to wait before it is tried again; 0 when it is done with."""
        try:
            await self._show(typed, window)
        except SlackApiError as error:
            if word(error) in _BUSY:
                return retry_after_s(error)
            if word(error) not in _LEFT_IN_PEACE:
                log.warning("remarks were not taken", error=word(error))
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
            log.warning("remarks were not taken", error=type(error).__name__)
        except Exception:  # A bug: the member goes on typing, and it is noted.
            log.exception("remarks failed")
        return 0

    async def _show(self, typed: Typed, window: _Window) -> None:
        window.look(typed.view)
        lines = await self._ask(typed.user, submission(typed.view).command, typed.values)
        view = with_remarks(typed.view, typed.block, lines, await self._looking(is_private=True))
        if remarks_id(view) == window.shows:
            return
        answer = await self._client.views_update(view_id=typed.view["id"], hash=window.hash or None, view=view)
        window.became(answer.get("view") or {}, remarks_id(view))
