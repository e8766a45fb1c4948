"""Draws the room for the README, from invented cases: ``python -m adapters.chats.terminal.picture [FILE]``."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from adapters.chats.terminal.chat import TerminalChat
from adapters.chats.terminal.screen import RoomScreen
from bot.core import showing
from bot.core.cards import Answer, Card, Remarks
from bot.core.case import Case, fold
from bot.core.complaint import Complaint, key_of
from bot.core.duties import Duty, duties
from bot.core.events import (
    CaseEvent,
    Claimed,
    Entry,
    FactsRecorded,
    MovedPrivate,
    Opened,
    Promised,
    ReplyAccepted,
    ReplySent,
)
from bot.core.plan import PrivateChannel
from bot.core.replies import ReplyKind
from bot.core.words import Words
from bot.demo.people import START, demo_plan
from bot.library import load

FILE = Path("docs/room.svg")
#: Columns and rows. Our choice: a README shows it without scrolling.
SIZE = (120, 36)

_MINUTE = timedelta(minutes=1)
_FONT_FACES = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
_SPACE, _CELL = "&#160;", 12.2
_SPACED = re.compile(
    rf'x="(?P<x>[\d.]+)"(?P<y> y="[\d.]+" )textLength="(?P<length>[\d.]+)"(?P<rest>[^>]*)>'
    rf"(?P<before>(?:{_SPACE})*)(?P<words>[^<]+?)(?P<after>(?:{_SPACE})*)<"
)
_FONTS = 'Menlo, Consolas, "DejaVu Sans Mono", monospace'


def _complaint(channel: str, author: str, text: str, minutes: int) -> Complaint:
    return Complaint(key_of(channel, author), channel, text, START - minutes * _MINUTE, author)


_JOAO = _complaint(
    "facebook",
    "João Prado",
    "Meu pedido era para ter chegado na sexta e até agora nada. Era presente de aniversário.",
    47,
)
_REPLY = (
    "João, sentimos muito: seu pacote ficou parado em Campinas, e o aniversário da sua filha não espera. "
    "Enviamos outro hoje; chega amanhã até as 12h. Conto aqui assim que sair. Ana, da Loja Aurora"
)
_POST = "https://facebook.example/lojaaurora/posts/1001?reply=7"
_LUCIA = _complaint(
    "x", "@lucia_gz", "Gracias por cobrarme dos veces el mismo pedido. Tres correos y ninguna respuesta.", 190
)
_PETER = _complaint("google", "Peter Hale", "Two calls, two promises that somebody rings back. Nobody did.", 95)
_GOSIA = _complaint("forum", "gosia_w", "Zamówiłam kurtkę w rozmiarze M, przyszła S. Reklamację odrzucono.", 12)

#: Minutes after the start, who, and what happened; the cases are numbered from 1.
_STORY: Sequence[Sequence[tuple[int, str, CaseEvent]]] = (
    ((0, "", Opened(complaint=_LUCIA)),),
    (
        (0, "", Opened(complaint=_PETER)),
        (6, "rui", Claimed()),
        (9, "rui", MovedPrivate(where=PrivateChannel.PHONE)),
    ),
    (
        (1, "", Opened(complaint=_JOAO)),
        (3, "ana", Claimed()),
        (11, "ana", FactsRecorded(text="Parcel 48213 is stuck at the depot in Campinas; the carrier confirms it.")),
        (16, "ana", ReplyAccepted(text=_REPLY, kind=ReplyKind.APOLOGY)),
        (18, "ana", ReplySent(link=_POST)),
        (19, "ana", Promised(id=1, what="a new parcel, there by noon", due=START + timedelta(hours=26))),
    ),
    ((17, "", Opened(complaint=_GOSIA)),),
)


class Still:
    """A room in which time stands still: what is needed to look at it, and nothing to do."""

    def __init__(self, cases: Sequence[Case], now: datetime) -> None:
        self.plan, self.library, self.data, self.is_demo, self.speed = demo_plan(), load(), Path("data"), True, 60.0
        self.words = Words(self.plan.language)
        self._cases, self._now = cases, now

    def now(self) -> datetime:
        return self._now

    async def hear(self, by: str, line: str, *, case: int = 0) -> Answer:
        return Card(lines=((f"{by}> {line}",),), case=case)

    async def submit(self, by: str, command: str, values: Mapping[str, str]) -> Answer:
        return Card(lines=((f"{by}> {command} {values}",),))

    async def remarks(
        self,
        by: str,  # noqa: ARG002 - nobody types here
        command: str,  # noqa: ARG002 - the same
        values: Mapping[str, str] | None = None,  # noqa: ARG002 - the same
        *,
        case: int = 0,  # noqa: ARG002 - the same
    ) -> Remarks:
        return Remarks()

    async def advance(self, by: timedelta) -> None:
        """Nothing ever happens here."""

    async def todo(self, by: str) -> Card:
        return showing.todo_card(self._owed(by), self.words, self._now)

    async def is_green(self) -> bool:
        return False

    def _owed(self, by: str) -> list[tuple[Case, Duty]]:
        owed = [(case, duty) for case in self._cases for duty in duties(case, self.plan, self._now) if by in duty.who]
        return sorted(owed, key=lambda pair: pair[1].due)


async def draw() -> str:
    """The room as SVG; the same bytes every time, and nothing in it that is fetched from elsewhere."""
    told = [[Entry(START + minutes * _MINUTE, event, by) for minutes, by, event in story] for story in _STORY]
    now = START + 21 * _MINUTE
    room = Still([fold(number, history) for number, history in enumerate(told, 1)], now)
    at = START
    chat = TerminalChat(None, lambda: at)
    for number, history in enumerate(told, 1):
        for place, entry in enumerate(history, 1):
            at = entry.at
            case = fold(number, history[:place])
            card = showing.case_card(case, room.plan, room.words, now, duties(case, room.plan, now))
            await chat.post(f"case/{number}", card)
            if said := showing.thread_card(case, entry, room.plan, room.words):
                await chat.post(f"case/{number}/{place}", said, under=f"case/{number}")
    app = RoomScreen(room, chat)
    async with app.run_test(size=SIZE) as pilot:
        await app.cards.select("case/3")
        app.line.enter("told 3 ")
        await pilot.pause()
        await pilot.pause()
        return _alone(app.export_screenshot(title=f"Heard · {room.plan.brand}"))


def _alone(svg: str) -> str:
    """Rich asks a font server for its font, which a README does without; and it begins texts with spaces,
    which some viewers (librsvg) drop: so every text begins where its first letter stands.
    """
    svg = _FONT_FACES.sub("", svg).replace("Fira Code, monospace", _FONTS)
    return _SPACED.sub(_tight, svg) + "\n"


def _tight(text: re.Match[str]) -> str:
    before, after = (len(text[group]) // len(_SPACE) * _CELL for group in ("before", "after"))
    x, length = float(text["x"]) + before, float(text["length"]) - before - after
    return f'x="{x:g}"{text["y"]}textLength="{length:g}"{text["rest"]}>{text["words"]}<'


def main(arguments: Sequence[str]) -> None:
    """Writes the picture to the file named first, or where the README looks for it."""
    file = Path(arguments[0]) if arguments else FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(asyncio.run(draw()), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
