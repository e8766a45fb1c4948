"""Answers to one member alone: messages that nobody else sees, forms, and windows with a card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

import msgspec
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.chats.slack.blocks import Look, blocks, message, plain, plain_text
from adapters.chats.slack.limits import Json, checked
from adapters.chats.slack.refusal import word
from adapters.chats.slack.views import Carried, asked, carried, modal
from bot.core.cards import Answer, Button, Card, Form, Tone
from bot.core.words import Words, say

#: A trigger lives three seconds and opens one window: https://docs.slack.dev/interactivity/handling-user-interaction
_TOO_LATE: Final = {"expired_trigger_id", "exchanged_trigger_id", "trigger_expired", "trigger_exchanged"}


class Looking(Protocol):
    """How cards and forms are shown, with the addresses of the cases that they speak of (``SlackChat.look``)."""

    async def __call__(self, *shown: Card | Form, is_private: bool) -> Look: ...


class Place(msgspec.Struct, frozen=True):
    """Where a member acted, and so where they alone are answered; what is empty does not exist there.

    ``thread`` is the timestamp of the thread's first message, ``respond`` Slack's address for answers
    (five times in thirty minutes), ``view`` the window.
    """

    user: str
    channel: str = ""
    thread: str = ""
    trigger: str = ""
    respond: str = ""
    view: str = ""
    is_home: bool = False

    @property
    def origin(self) -> Carried:
        """What a window that is opened here says of where it comes from."""
        return Carried(channel=self.channel, thread=self.thread)


class Privately:
    """Says things to one member. ``channel`` is the room's, for members of whom no better place is known."""

    def __init__(self, client: AsyncWebClient, looking: Looking, words: Words, channel: str) -> None:
        self._client, self._looking, self._words, self._channel = client, looking, words, channel

    @property
    def looking(self) -> Looking:
        """How what is said here is shown."""
        return self._looking

    async def ephemeral(self, card: Card) -> Json:
        """The card as an acknowledgement that speaks."""
        return {**await self._message(card), "response_type": "ephemeral"}

    async def _message(self, card: Card) -> Json:
        return message(card, await self._looking(card, is_private=True))

    async def answer(self, answer: Answer, place: Place) -> None:
        """After the acknowledgement: a form opens, and so does a list to be worked off; a card is told."""
        if isinstance(answer, Form):
            await self._open(await self._modal(answer, place.origin), place, self._button_for(answer))
        elif self.opens_window(answer) and place.trigger:
            await self._open(await self.window(answer, place.origin), place, answer)
        else:
            await self.tell(answer, place)

    def opens_window(self, card: Card) -> bool:
        """What is still owed before a case can be closed, each with its own button, stands until it is done."""
        return card.tone is Tone.REFUSAL and bool(card.buttons)

    async def tell(self, card: Card, place: Place) -> None:
        """In the window where the member is, else by Slack's address for answers, else in the room."""
        if place.view:
            await self._client.views_update(view_id=place.view, view=await self.window(card, place.origin))
        elif place.is_home:
            await self._client.views_open(trigger_id=place.trigger, view=await self.window(card, place.origin))
        elif place.respond:
            said = {**await self.ephemeral(card), "replace_original": False}
            await AsyncWebhookClient(place.respond).send_dict(
                {**said, "thread_ts": place.thread} if place.thread else said
            )
        else:
            await self._client.chat_postEphemeral(
                channel=place.channel or self._channel,
                user=place.user,
                thread_ts=place.thread or None,
                **await self._message(card),
            )

    async def _open(self, view: Json, place: Place, instead: Card) -> None:
        """A window; where none can open, the card that stands for it."""
        if place.view:
            await self._client.views_update(view_id=place.view, view=view)
            return
        if not place.trigger:  # A mention brings none.
            await self.tell(instead, place)
            return
        try:
            await self._client.views_open(trigger_id=place.trigger, view=view)
        except SlackApiError as error:
            if word(error) not in _TOO_LATE or place.is_home:
                raise
            await self.tell(instead, place)

    async def _modal(self, form: Form, origin: Carried) -> Json:
        return modal(form, await self._looking(form, is_private=True), origin)

    def _button_for(self, form: Form) -> Card:
        line = self._words.text(say("This wants a form; the button opens it."))
        return Card(
            title=form.title,
            lines=(line,),
            buttons=(Button(self._words.line(say("Open the form")), form.command, is_main=True),),
        )

    # Windows

    async def submitted(self, answer: Answer | None, view: Mapping[str, Any]) -> Json:
        """What Slack does with a submitted window: an error in place, the next step, a card, or nothing left."""
        if answer is None:
            waiting = Card(lines=(self._words.text(say("I am still writing it down; the answer comes here.")),))
            return {"response_action": "update", "view": await self.window(waiting, carried(view))}
        if isinstance(answer, Form):
            if name := _field_at_fault(answer, view):
                look = await self._looking(answer, is_private=True)
                return {"response_action": "errors", "errors": {asked(view)[name]: plain(answer.error, look)}}
            return {"response_action": "update", "view": await self._modal(answer, carried(view))}
        if self.stays_in_window(answer):
            return {"response_action": "update", "view": await self.window(answer, carried(view))}
        return {"response_action": "clear"}

    def stays_in_window(self, card: Card) -> bool:
        """A text to copy, a refusal and whatever goes on with buttons stay before the member's eyes."""
        return bool(card.copy or card.buttons or card.tone is Tone.REFUSAL)

    def origin(self, view: Mapping[str, Any], place: Place) -> Place:
        """Where the window was opened from; the room, when that was no channel."""
        from_ = carried(view)
        return Place(user=place.user, channel=from_.channel or self._channel, thread=from_.thread)

    async def window(self, card: Card, origin: Carried) -> Json:
        """A card in a window, with nothing to submit; what its buttons open knows where it comes from."""
        look = await self._looking(card, is_private=True)
        return checked(
            {
                "type": "modal",
                "private_metadata": Carried(channel=origin.channel, thread=origin.thread).written(),
                "title": plain_text(card.title or "Heard", "view title"),
                "blocks": blocks(card, look) or blocks(Card(lines=(("·",),)), look),
            }
        )


def _field_at_fault(form: Form, view: Mapping[str, Any]) -> str:
    """The one field of a form that came back as it was; Slack then keeps what was typed, and shows the error there."""
    names = list(asked(view))
    is_same = names == [field.name for field in form.fields]
    return form.fields[0].name if form.error and is_same and len(names) == 1 else ""
