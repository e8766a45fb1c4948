"""The App Home: what a member owes, first, and then the open cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chats.slack.blocks import Look, blocks
from adapters.chats.slack.limits import Json, TooMuch, checked, most
from adapters.chats.slack.privately import Looking
from bot.core.cards import Button, Card
from bot.core.showing import button
from bot.core.words import CaseLink, Code, Words
from bot.room import Room

#: So many of the duties have a button: a row that a phone shows at once. Our choice.
NEAREST: Final = 5


class Home:
    """Publishes the home tab of one member after another."""

    def __init__(self, room: Room, client: AsyncWebClient, looking: Looking) -> None:
        self._room, self._client, self._looking = room, client, looking

    async def publish(self, user: str, by: str) -> None:
        """Shows the member's home as it is now; a stranger (``by`` empty) reads who acts here."""
        cards = await self._cards(by)
        view = home_view(cards, await self._looking(*cards, is_private=True))
        await self._client.views_publish(user_id=user, view=view)

    async def _cards(self, by: str) -> list[Card]:
        duties = await self._room.desk.hear(by, "todo")
        if not isinstance(duties, Card) or not by:
            return [duties] if isinstance(duties, Card) else []
        nearest = Card(buttons=nearest_first(duties, self._room.words))
        cases = await self._room.desk.hear(by, "list open")
        cards = [replace(duties, buttons=()), nearest, Card(buttons=duties.buttons), cases]
        return [card for card in cards if isinstance(card, Card)]


def nearest_first(duties: Card, words: Words) -> tuple[Button, ...]:
    """Buttons for what is owed next: in the home tab there is no line to type a command in."""
    cases: dict[str, int] = {}
    for line in duties.lines:
        numbers = [span.number for span in line if isinstance(span, CaseLink)]
        for command in (span.text for span in line if isinstance(span, Code)):
            cases.setdefault(command, *numbers)
    return tuple(
        replace(made, label=f"#{number} {made.label}")
        for command, number in list(cases.items())[:NEAREST]
        if (made := button(command, words, is_main=command == next(iter(cases)), what=command.rpartition(" ")[2]))
    )


def home_view(cards: Iterable[Card], look: Look) -> Json:
    """The cards one below the other; the last gives way when Slack takes no more."""
    cards = list(cards)
    while cards:
        made = [block for n, card in enumerate(cards) for block in _divided(card, look, n)]
        try:
            return checked({"type": "home", "blocks": made[: most("blocks in a view")]})
        except TooMuch:
            cards.pop()
    return {"type": "home", "blocks": []}


def _divided(card: Card, look: Look, n: int) -> Iterable[Json]:
    if n and card.title:
        yield {"type": "divider"}
    for block in blocks(card, look):
        # Ids are unique in a view, and every card counts its own from nought.
        yield {**block, "block_id": f"card {n}/{block['block_id']}"} if "block_id" in block else block
