"""What members do on Slack becomes commands; what comes back is for them alone.

Committed first, then acknowledged, then talked about: Bolt answers Slack when a listener
returns (``process_before_response``), so listeners wait for the store and for nothing else.
Bolt asks its listeners one after the other, so there is one of each kind, and the grammar decides.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from msgspec.structs import replace
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chats.slack.home import Home
from adapters.chats.slack.manifest import REPORT
from adapters.chats.slack.people import CHAT
from adapters.chats.slack.privately import Place, Privately
from adapters.chats.slack.remarking import Remarking
from adapters.chats.slack.typed import called, links, typed
from adapters.chats.slack.views import FORM, carried, is_field, submission
from bot.config.settings import SlackSettings
from bot.core.cards import Answer, Card, Form, Tone
from bot.core.commands import New
from bot.core.showing import remarks_end
from bot.core.words import Text, say
from bot.logs import logger
from bot.people import People
from bot.room import Room

log = logger(__name__)

#: Slack waits three seconds for an acknowledgement; a store that takes longer than this is answered for later.
PATIENCE_S: Final = 2.0
#: What is looked up before a form opens has this long: the trigger that opens it lives three seconds.
LOOK_UP_S: Final = 1.5
#: What is being said when the bot stops has this long to be said.
DRAIN_S: Final = 5.0

_ANY: Final = re.compile(r"")

Body = Mapping[str, Any]


class Inbound:
    """The ear of the room. ``app`` is Bolt's; a socket or a web server feeds it.

    ``team`` is what ``auth.test`` said of the bot: asked once, when the room opens, so that no command waits for it.
    """

    def __init__(
        self,
        room: Room,
        client: AsyncWebClient,
        settings: SlackSettings,
        privately: Privately,
        home: Home,
        people: People | None = None,
    ) -> None:
        self._room, self._client, self._privately, self._home = room, client, privately, home
        self._people = people
        self._remarking = Remarking(client, privately.looking, self._remarks)
        self._tasks: set[asyncio.Task[Any]] = set()
        self.team: Mapping[str, Any] = {}
        self.app = self._listening(settings)

    def _listening(self, settings: SlackSettings) -> AsyncApp:
        async def authorize() -> AuthorizeResult:
            return AuthorizeResult(
                enterprise_id=self.team.get("enterprise_id"),
                team_id=self.team.get("team_id"),
                bot_id=self.team.get("bot_id"),
                bot_user_id=self.team.get("user_id"),
                bot_token=self._client.token,
            )

        app = AsyncApp(
            # Without the token, which authorize hands out; nothing is sent twice by itself here either.
            client=AsyncWebClient(base_url=self._client.base_url, retry_handlers=[]),
            authorize=authorize,
            signing_secret=settings.signing_secret.reveal() if settings.signing_secret else "",
            request_verification_enabled=settings.signing_secret is not None,
            process_before_response=True,
        )
        app.command(settings.command)(self._on_command)
        app.action(_ANY)(self._on_action)
        app.view(_ANY)(self._on_submission)
        app.shortcut(REPORT)(self._on_report)
        app.event(_ANY)(self._on_event)
        return app

    async def close(self) -> None:
        """Lets what is under way finish; what is durable already is safe in any case."""
        await self._remarking.close()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=DRAIN_S)
        for task in self._tasks:
            task.cancel()

    # What members do

    async def _on_command(self, ack: AsyncAck, body: Body) -> None:
        place = Place(
            user=body["user_id"],
            channel=body.get("channel_id", ""),
            trigger=body.get("trigger_id", ""),
            respond=body.get("response_url", ""),
        )
        line = typed(body.get("text") or "")
        hearing = self._hear(place, line, request=f"slack/{place.trigger}")
        answer = await self._in_time(hearing, place)
        if isinstance(answer, Card) and not self._privately.opens_window(answer):
            await ack(await self._privately.ephemeral(answer))
            return
        await ack()
        if answer is not None:
            self._talk(self._privately.answer(answer, place))

    async def _on_action(self, ack: AsyncAck, body: Body) -> None:
        action = body["actions"][0]
        if is_field(action):  # Whatever is typed into a form is no command before the form is sent.
            await ack()
            if action.get("type") == "plain_text_input" and body.get("view"):
                self._remarking.typed(body["user"]["id"], body["view"], action)
            return
        line = action.get("value") or (action.get("selected_option") or {}).get("value") or ""
        if not line:  # A link was followed: nobody asked for anything.
            await ack()
            return
        place = _place_of_action(body)
        request = f"slack/{place.user}/{action.get('action_ts', place.trigger)}/{line[:40]}"
        answer = await self._in_time(self._hear(place, line, request=request), place)
        await ack()
        if answer is not None:
            self._talk(self._privately.answer(answer, place))
        if place.is_home:
            self._talk(self._show_home(place.user))

    async def _on_submission(self, ack: AsyncAck, body: Body) -> None:
        view = body["view"]
        if view.get("callback_id") != FORM:  # A card in a window has nothing to submit.
            await ack()
            return
        self._remarking.leave(view["id"])
        origin = carried(view)
        place = Place(user=body["user"]["id"], view=view["id"], channel=origin.channel, thread=origin.thread)
        # One state of one window is submitted once; after a refusal or a step Slack gives it another hash.
        request = f"slack/{view['id']}/{view.get('hash', '')}"
        submitting = self._submit(place, *submission(view), request=request)
        answer = await self._in_time(submitting, place)
        await ack(**await self._privately.submitted(answer, view))
        if isinstance(answer, Card) and not self._privately.stays_in_window(answer):
            self._talk(self._privately.tell(answer, self._privately.origin(view, place)))

    async def _on_report(self, ack: AsyncAck, body: Body) -> None:
        """*Report as complaint* in a message's menu: ``new`` with what the message says already filled in."""
        await ack()
        self._talk(self._report(body))

    async def _on_event(self, ack: AsyncAck, body: Body) -> None:
        event = body["event"]
        match event.get("type"):
            case "app_mention" if event.get("user"):
                await self._on_mention(event, body.get("event_id", ""))
            case "app_home_opened" if event.get("tab", "home") == "home":
                self._talk(self._show_home(event["user"]))
        await ack()

    async def _on_mention(self, event: Body, event_id: str) -> None:
        place = Place(user=event["user"], channel=event["channel"], thread=event.get("thread_ts", ""))
        hearing = self._hear_in_thread(place, called(event.get("text") or ""), request=f"slack/{event_id}")
        answer = await self._in_time(hearing, place)
        if answer is not None:
            self._talk(self._privately.answer(answer, place))

    # What comes of it

    async def _by(self, user: str) -> str:
        """The member's id, empty for a stranger: the desk then says, politely, who acts here."""
        if self._people:
            return await self._people.meet(user)
        return self._known(user)

    def _known(self, user: str) -> str:
        return self._room.plan.with_account(CHAT, user)

    async def _show_home(self, user: str) -> None:
        await self._home.publish(user, await self._by(user))

    async def _hear(self, place: Place, line: str, *, case: int = 0, request: str) -> Answer:
        try:
            return await self._room.desk.hear(await self._by(place.user), line, case=case, request=request)
        except Exception:  # A bug: the member reads that it is noted, and the room goes on.
            log.exception("a command failed", member=self._known(place.user), case=case)
            return self._fault()

    async def _hear_in_thread(self, place: Place, line: str, *, request: str) -> Answer:
        """In a thread the case's number may be left out; the thread is known by its first message."""
        # The reference is outbound.py's own: channel and timestamp.
        key = await self._room.store.key_of(f"{place.channel}:{place.thread}") if place.thread else ""
        number = key.removeprefix("case/")
        return await self._hear(place, line, case=int(number) if number.isdecimal() else 0, request=request)

    async def _remarks(self, user: str, command: str, values: Mapping[str, str]) -> Sequence[Text]:
        remarks = await self._room.desk.remarks(await self._by(user), command, values)
        return [line for line in (*remarks.lines, remarks_end(remarks, self._room.words)) if line]

    async def _submit(self, place: Place, command: str, values: Mapping[str, str], *, request: str) -> Answer:
        try:
            return await self._room.desk.submit(await self._by(place.user), command, values, request=request)
        except Exception:  # As above.
            log.exception("a form failed", member=self._known(place.user))
            return self._fault()

    def _fault(self) -> Card:
        sentence = say("Something went wrong here; it is noted for those who run me. Please try again.")
        return Card(tone=Tone.REFUSAL, lines=(self._room.words.text(sentence),))

    async def _report(self, body: Body) -> None:
        message, user = body["message"], body["user"]["id"]
        place = Place(
            user=user,
            channel=(body.get("channel") or {}).get("id", ""),
            trigger=body.get("trigger_id", ""),
            respond=body.get("response_url", ""),
        )
        answer = await self._room.desk.answer(await self._by(user), New())
        if isinstance(answer, Form):
            found = await self._found_in(message, place.channel)
            fields = tuple(replace(field, value=found.get(field.name, "")) for field in answer.fields)
            answer = replace(answer, fields=fields)
        await self._privately.answer(answer, place)

    async def _found_in(self, message: Body, channel: str) -> dict[str, str]:
        """What a message says of a complaint; whatever Slack does not tell in time is left to the member."""
        text = message.get("text") or ""
        outside = links(text)
        author, permalink = await asyncio.gather(
            self._author(message), self._permalink(channel, message) if not outside else _nothing()
        )
        posted = datetime.fromtimestamp(float(message.get("ts", "0")), UTC)
        return {
            "text": typed(text),
            "author": author,
            "link": outside[0] if outside else permalink,
            "posted": posted.isoformat(timespec="minutes"),
        }

    async def _author(self, message: Body) -> str:
        """The name that a bot posted under (a feed's, say), else the person's own."""
        if name := message.get("username") or (message.get("bot_profile") or {}).get("name"):
            return str(name)
        said = await self._asked(self._client.users_info(user=message.get("user", "")))
        user = said.get("user") or {}
        return str((user.get("profile") or {}).get("real_name") or user.get("name") or "")

    async def _permalink(self, channel: str, message: Body) -> str:
        said = await self._asked(self._client.chat_getPermalink(channel=channel, message_ts=message.get("ts", "")))
        return str(said.get("permalink", ""))

    async def _asked(self, question: Coroutine[Any, Any, Any]) -> Mapping[str, Any]:
        try:
            async with asyncio.timeout(LOOK_UP_S):
                answer: Mapping[str, Any] = (await question).data
                return answer
        except (TimeoutError, SlackClientError, OSError):
            return {}

    async def _in_time(self, work: Coroutine[Any, Any, Answer], place: Place) -> Answer | None:
        """The answer, or None when it takes too long: it is then told as soon as it is there."""
        task: asyncio.Task[Answer] = self._owned(work)
        done, _ = await asyncio.wait({task}, timeout=PATIENCE_S)
        if done:
            return task.result()
        self._talk(self._later(task, place))
        return None

    async def _later(self, task: asyncio.Task[Answer], place: Place) -> None:
        await self._privately.answer(await task, place)

    def _talk(self, work: Coroutine[Any, Any, None]) -> None:
        """Says something after the acknowledgement. What cannot be said is logged: the room shows what happened."""
        self._owned(self._said(work))

    async def _said(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except (SlackClientError, OSError, TimeoutError) as error:
            log.warning("a private answer was not taken", error=type(error).__name__)
        except Exception:
            log.exception("a private answer failed")

    def _owned(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def _nothing() -> str:
    return ""


def _place_of_action(body: Body) -> Place:
    """Where a button was pressed: under a message, in a window, or in the App Home."""
    view, message = body.get("view") or {}, body.get("message") or {}
    container, origin = body.get("container") or {}, carried(view)
    return Place(
        user=body["user"]["id"],
        channel=(body.get("channel") or {}).get("id") or container.get("channel_id") or origin.channel,
        thread=message.get("thread_ts") or container.get("thread_ts") or origin.thread,
        trigger=body.get("trigger_id", ""),
        respond=body.get("response_url", ""),
        view="" if view.get("type") == "home" else view.get("id", ""),
        is_home=view.get("type") == "home",
    )
