"""The terminal room: cards, the selected case's thread, the light and my duties on one screen."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import ClassVar, Protocol, TypeVar

from msgspec.structs import replace
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList, Static, TextArea

from adapters.chats.terminal.cards import CardList, CardView
from adapters.chats.terminal.chat import Said, TerminalChat
from adapters.chats.terminal.completion import Known, Sight
from adapters.chats.terminal.forms import Closed, FormScreen
from adapters.chats.terminal.line import Candidates, InputLine
from adapters.chats.terminal.lines import Move, Pace, Say, Sit, read_line, thread_of
from adapters.chats.terminal.looks import Looks
from adapters.chats.terminal.plain import Plain, clip
from bot.core.cards import Answer, Card, Form, Remarks, Tone
from bot.core.commands import COMMANDS, CaseCommand
from bot.core.plan import Plan
from bot.core.replies import Library
from bot.core.words import Code, Sentence, Words, say
from bot.logs import logger

#: Messages of the room that are on the screen; ``list`` and ``show`` reach the others. Our choice.
MOST_SHOWN = 80
#: Seconds between two looks at the clock, and the least between two looks at the duties.
TICK_S, DUTIES_S = 0.5, 2.0
#: Reading the duties takes at most this share of the time, however many cases are open.
DUTIES_SHARE = 0.05
#: The width from which the thread stands beside the cards, in columns, and the height from which nothing is cut short.
WIDE, HIGH = 100, 20
#: The height from which a form's text and what is said of it have all the rows that they like.
TALL = 34

_LOOKED_AFTER = {Tone.CLAIMED, Tone.WAITING, Tone.CLOSED}

T = TypeVar("T")
log = logger(__name__)


class Room(Protocol):
    """The running room that the screen shows. Times are aware and in UTC."""

    words: Words
    library: Library
    data: Path
    is_demo: bool

    @property
    def plan(self) -> Plan: ...

    @property
    def speed(self) -> float:
        """Seconds of the room that pass in a real one; 0 stands still."""

    @speed.setter
    def speed(self, speed: float) -> None: ...

    def now(self) -> datetime: ...
    async def hear(self, by: str, line: str, *, case: int = 0) -> Answer: ...
    async def submit(self, by: str, command: str, values: Mapping[str, str]) -> Answer: ...
    async def remarks(
        self, by: str, command: str, values: Mapping[str, str] | None = None, *, case: int = 0
    ) -> Remarks: ...
    async def advance(self, by: timedelta) -> None:
        """Moves a demo's clock; everything due on the way happens in order."""

    async def todo(self, by: str) -> Card: ...
    async def is_green(self) -> bool: ...


class RoomScreen(App[None]):
    """The screen. ``me`` is the member whose seat it is at first; on one terminal anyone may take the seat."""

    CSS_PATH = "screen.tcss"
    ENABLE_COMMAND_PALETTE = False
    VERTICAL_BREAKPOINTS = [(0, "-low"), (HIGH, "-high"), (TALL, "-tall")]  # noqa: RUF012 - Textual types it as no class variable
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - the same
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", show=False, priority=True),
        Binding("f2", "next_member", show=False),
        Binding("f3", "turn", show=False),
        Binding("f4", "copy", show=False),
        Binding("escape", "return", show=False),
        Binding("pageup", "scroll_room(-1)", show=False),
        Binding("pagedown", "scroll_room(1)", show=False),
    ]

    def __init__(self, room: Room, chat: TerminalChat, *, me: str = "", welcome: Card | None = None) -> None:
        super().__init__()
        self.room, self.chat = room, chat
        self.me = me or room.plan.committee[0].id
        self.words = room.words
        self.plain = Plain(room.plan, room.words)
        self.looks = Looks(self.plain)
        self.title = f"Heard · {room.plan.brand}"
        self._private: dict[str, Card] = {self.me: welcome} if welcome else {}
        self._reader = self.me
        self._drafts: dict[tuple[str, str], Mapping[str, str]] = {}
        self._is_behind = True
        self._duties_at, self._duties_every = 0.0, DUTIES_S
        self._today: date | None = None
        self._unlisten: Callable[[], None] | None = None
        self._clockwork = asyncio.Lock()
        self._is_open = False
        self._make()

    # What is on the screen

    def _make(self) -> None:
        """The parts are held here: Textual looks for names on the screen in front, which may be a form's."""
        self._brand, self._clock = Static(id="brand", classes="left", markup=False), Static(id="clock", markup=False)
        self._seat_told, self._data = Static(id="seat", classes="left", markup=False), Static(id="data", markup=False)
        self.cards = CardList(self.looks, self.room.now, id="room")
        self.thread = CardList(self.looks, self.room.now, id="thread", is_talk=True)
        self._duties, self._duties_view = VerticalScroll(id="duties", can_focus=False), CardView(self._draw_duties)
        self._strip, self._private_view = VerticalScroll(id="private", can_focus=False), CardView(self._draw_whole)
        self._candidates, self._hints = Candidates(id="candidates", compact=True), Static(id="hints", markup=False)
        self.line = InputLine(self._sight, self._candidates, self._hints, self._remark_on)

    def compose(self) -> ComposeResult:
        yield Horizontal(self._brand, self._clock, id="top")
        yield Horizontal(self._seat_told, self._data, id="second")
        yield Horizontal(self.cards, Vertical(self.thread, self._duties, id="side"), id="middle")
        yield self._strip
        yield self._candidates
        yield self.line
        yield self._hints

    async def on_mount(self) -> None:
        self._is_open = True
        self._unlisten = self.chat.listen(self._on_said)
        await self._duties.mount(self._duties_view)
        await self._strip.mount(self._private_view)
        self._seat()
        await self._show_private()
        await self._pulse()
        self.set_interval(TICK_S, self._tick)
        self.set_interval(1.0, self.chat.keep)

    def on_unmount(self) -> None:
        self._is_open = False
        if self._unlisten:
            self._unlisten()
        self.chat.keep()

    @property
    def selected(self) -> int:
        """The number of the selected case; 0 while none is."""
        said = self.chat.messages.get(self.cards.selected)
        return said.card.case if said else 0

    def _draw_whole(self, view: CardView) -> Content:
        return self.looks.whole(view.card, self.room.now())

    def _draw_duties(self, view: CardView) -> Content:
        return self.looks.duties(view.card, self.room.now())

    def _sight(self) -> Sight:
        cases = [
            Known(said.card.case, f"{said.card.title} · {clip(said.card.quote, 40)}", said.card.tone is not Tone.CLOSED)
            for said in self.chat.cards()
        ]
        return Sight(self.room.plan, self.words, self.room.library, cases, self.selected, self.room.is_demo)

    def _on_said(self, said: Said) -> None:
        if said.to and said.ref in self.chat.messages:
            self._private[said.to] = said.card
        self._is_behind = True
        self.call_later(self._catch_up)

    async def _catch_up(self, *, anew: bool = False) -> None:
        """Shows what was said since the last look; many changes at once are one look."""
        if not self._is_open or not (self._is_behind or anew):
            return
        self._is_behind = False
        await self.cards.show(_in_room(self.chat.messages.values())[-MOST_SHOWN:], anew=anew)
        await self._show_thread(anew=anew)
        if self.me in self._private:
            await self._show_private()
        await self._show_duties()

    async def _show_thread(self, *, anew: bool = False) -> None:
        case = self.selected
        told = self.chat.thread(f"case/{case}") if case else []
        self.thread.border_title = Content(
            self.words.line(say("Thread of #{n}", n=case) if case else say("Thread: select a card"))
        )
        await self.thread.show(told[-MOST_SHOWN:], anew=anew)

    async def _show_duties(self) -> None:
        begun = time.monotonic()
        card = await self._ask(self.room.todo(self.me))
        is_green = await self._ask(self.room.is_green())
        took = time.monotonic() - begun
        self._duties_at, self._duties_every = begun, max(DUTIES_S, took / DUTIES_SHARE)
        if card is None or is_green is None:
            return
        self._duties.border_title = Content(self.words.line(say("{title} · {who}", title=card.title, who=self.me)))
        await self._duties_view.show(replace(card, title=""))
        self._show_light(is_green=is_green)

    def _show_light(self, *, is_green: bool) -> None:
        light = say("green: no case is open") if is_green else say("yellow: time to act")
        colour = "$text-success" if is_green else "$text-warning"
        told = Content.assemble((f"{self.room.plan.brand}  ", "bold"), (f"● {self.words.line(light)}", colour))
        self._brand.update(told)

    def _show_clock(self) -> None:
        now, speed = self.room.now(), self.room.speed
        local = now.astimezone(self.room.plan.tz)
        told = f"{self.plain.day(now, with_weekday=True)} {local:%H:%M}"
        if self.room.is_demo:
            pace = say("paused") if not speed else say("speed {speed}", speed=f"{speed:g}")
            told += f" · {self.words.line(pace)}"
        self._clock.update(Content.styled(told, "bold"))
        kept = clip(f"{self.words.line(say('data:'))} {self.room.data}", 200)
        room_for_it = max(20, self.size.width // 2)
        self._data.update(Content(kept if len(kept) <= room_for_it else f"…{kept[-room_for_it:]}"))

    def _tick(self) -> None:
        """Timers run in a task of their own: the look itself takes its turn among the messages."""
        self.call_later(self._pulse)

    async def _pulse(self) -> None:
        if not self._is_open:
            return
        self._show_clock()
        if self.room.is_demo and not self._clockwork.locked():
            self._go_on(timedelta())
        today = self.room.now().astimezone(self.room.plan.tz).date()
        if today != self._today:
            self._today = today
            await self._catch_up(anew=True)
        elif time.monotonic() - self._duties_at >= self._duties_every:
            await self._show_duties()

    # What only one member sees

    async def _show_private(self) -> None:
        card = self._private.get(self._reader)
        self._strip.display = card is not None
        if card is None:
            return
        reader = self._reader
        title = (
            say("Only you see this · Esc closes it") if reader == self.me else say("Only {who} sees this", who=reader)
        )
        self._strip.border_title = Content(self.words.line(title))
        await self._private_view.select(is_selected=True)
        self._private_view.can_focus = bool(card.buttons)
        await self._private_view.show(card)
        self._strip.scroll_home(animate=False)

    async def tell(self, by: str, card: Card) -> None:
        """Shows a card that only this member is to see."""
        self._private[by] = card
        self._reader = by
        await self._show_private()

    async def _tell_me(self, *sentences: Sentence) -> None:
        await self.tell(self.me, Card(tone=Tone.REFUSAL, lines=tuple(self.words.text(each) for each in sentences)))

    # Members act

    async def on_input_line_said(self, event: InputLine.Said) -> None:
        match read_line(event.text):
            case Sit(member):
                await self._sit(member)
            case Move(by):
                await self._move(by)
            case Pace(speed):
                await self._pace(speed)
            case Say() as said:
                await self.act(said.by or self.me, said.words, thread=thread_of(said, self.selected))

    async def act(self, by: str, line: str, *, thread: int = 0) -> None:
        """A member gives a command, typed or pressed."""
        answer = await self._ask(self.room.hear(by, line, case=thread))
        await self._follow(_number_in(line) or thread)
        if answer is not None:
            await self._answered(by, answer)

    async def on_card_view_pressed(self, event: CardView.Pressed) -> None:
        await self.act(self._reader if event.view is self._private_view else self.me, event.command)

    async def on_card_view_copied(self, event: CardView.Copied) -> None:
        self._copy(event.text)

    async def on_card_list_selected(self, event: CardList.Selected) -> None:
        if event.cards is self.cards:
            await self._show_thread()
            self._seat()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        if isinstance(event.option_list, Candidates):
            self.line.take(event.option_index)

    async def _answered(self, by: str, answer: Answer) -> None:
        if isinstance(answer, Card):
            await self.tell(by, answer)
            return

        async def submit(command: str, values: Mapping[str, str]) -> Answer | None:
            again = await self._ask(self.room.submit(by, command, values))
            self._drafts.pop((by, command), None)
            return self._with_draft(by, again) if isinstance(again, Form) else again

        async def closed(result: Answer | Closed | None) -> None:
            if isinstance(result, Closed):
                self._drafts[by, screen.form.command] = result
            elif isinstance(result, Card):
                await self._follow(_number_in(screen.form.command))
                await self.tell(by, result)

        async def read_along(command: str, values: Mapping[str, str]) -> Remarks:
            return await self._remarks(by, command, values)

        screen = FormScreen(self._with_draft(by, answer), submit, read_along, self.looks, self.room.now())
        self.push_screen(screen, closed)

    async def _remark_on(self, line: str) -> Content:
        """The first thing to say of a line while it is typed; nothing where there is none."""
        match read_line(line):
            case Say() as said:
                case = thread_of(said, self.selected)
                remarks = await self._remarks(said.by or self.me, said.words, {}, case)
                return Content("").join(self.looks.text(each, self.room.now()) for each in remarks.lines[:1])
        return Content("")

    async def _remarks(self, by: str, command: str, values: Mapping[str, str], case: int = 0) -> Remarks:
        """What a colleague says of what is typed. A bug in a check is logged; whoever types goes on typing."""
        try:
            return await self.room.remarks(by, command, values, case=case)
        except Exception:
            log.exception("remarks failed")
            return Remarks()

    def _with_draft(self, by: str, form: Form) -> Form:
        """What was typed into this form before it was put away stands in it again."""
        draft = self._drafts.get((by, form.command), {})
        if form.error or not draft:
            return form
        fields = tuple(replace(field, value=draft.get(field.name) or field.value) for field in form.fields)
        return replace(form, fields=fields)

    async def _follow(self, case: int) -> None:
        """The card that was acted upon is the one in sight."""
        await self._catch_up()
        if case and case != self.selected:
            await self.cards.select(f"case/{case}")

    async def _ask(self, asked: Awaitable[T]) -> T | None:
        """Asks the room. A bug in it is logged, and the member reads that it is noted; the screen stays."""
        try:
            return await asked
        except Exception:
            log.exception("the room failed")
            noted = say("Something went wrong here; it is noted for those who run me. Please try again.")
            self.call_later(self._tell_me, noted)
            return None

    # Seat and clock

    async def _sit(self, member: str) -> None:
        if self.room.plan.member(member) is None:
            members = ", ".join(each.id for each in self.room.plan.committee)
            await self._tell_me(
                say("{name} is not on the committee; its members are {members}.", name=clip(member), members=members)
            )
            return
        self.me = self._reader = member
        self._seat()
        await self._show_private()
        await self._show_duties()

    def _seat(self) -> None:
        """Who speaks, and the keys that work."""
        member = self.room.plan.member(self.me)
        name = member.name if member else self.me
        self._seat_told.update(Content(f"{self.me} · {name}"))
        keys = say("F1 help · Ctrl+Q quit · Tab cards · 1–9 press · F2 member · F3 thread · F4 copy")
        self.line.prompt(f"{self.me} #{self.selected}" if self.selected else self.me, self.words.line(keys))

    async def _move(self, by: timedelta) -> None:
        if not self.room.is_demo:
            await self._tell_me(say("The clock can be moved in the demo only."))
            return
        self._go_on(by)

    def _go_on(self, by: timedelta) -> None:
        """Lets the room do what is due, in order, up to ``by`` from now; one such move after the other."""

        async def go_on() -> None:
            async with self._clockwork:
                await self._ask(self.room.advance(by))
            if by:
                self.call_later(self._pulse)

        self.run_worker(go_on(), group="clock")

    async def _pace(self, speed: float) -> None:
        if not self.room.is_demo:
            await self._tell_me(say("The clock can be sped up in the demo only."))
            return
        self.room.speed = speed
        self._show_clock()

    # Keys

    async def action_help(self) -> None:
        if len(self.screen_stack) == 1:
            await self.act(self.me, "help")

    async def action_next_member(self) -> None:
        ids = [member.id for member in self.room.plan.committee]
        await self._sit(ids[(ids.index(self.me) + 1) % len(ids)])

    def action_turn(self) -> None:
        """In a narrow terminal: the thread instead of the cards, and back."""
        self.screen_stack[0].toggle_class("-thread")

    def action_copy(self) -> None:
        """Copies the text that is ready to be posted: the private one first, then the thread's latest."""
        private = self._private.get(self._reader)
        thread = [said.card.copy for said in self.chat.thread(f"case/{self.selected}") if said.card.copy]
        text = (private.copy if private else "") or next(reversed(thread), "")
        self._copy(text)

    def _copy(self, text: str) -> None:
        if text:
            self.copy_to_clipboard(text)
            told = say("Copied. If your terminal does not allow it, mark the text with Shift and the mouse.")
        else:
            told = say("There is no text to copy here.")
        self.notify(self.words.line(told), markup=False, timeout=4)

    async def action_return(self) -> None:
        """Puts the private strip away; then back to the line."""
        self._private.pop(self._reader, None)
        self._reader = self.me
        await self._show_private()
        self.line.enter()

    async def on_input_line_back(self) -> None:
        await self.action_return()

    async def on_input_line_left(self) -> None:
        await self.cards.enter()

    async def action_pick(self, case: int) -> None:
        """A case's number was clicked."""
        if self.cards.view(f"case/{case}"):
            await self.cards.select(f"case/{case}")
        else:
            await self.act(self.me, f"show {case}")

    def action_type_in(self, text: str) -> None:
        """A command that was shown is put in the line, but for ``https://…`` and the like, to be finished there."""
        told = [word for word in text.split() if not word.endswith("…")]
        self.line.enter(f"{' '.join(told)} ")

    def action_scroll_room(self, by: int) -> None:
        (self.cards.scroll_page_down if by > 0 else self.cards.scroll_page_up)(animate=False)

    def on_key(self, event: events.Key) -> None:
        """A letter struck on a card belongs in the line."""
        if len(self.screen_stack) > 1 or isinstance(self.focused, Input | TextArea):
            return
        if event.character and event.is_printable and not event.character.isdigit():
            event.stop()
            self.line.add(event.character)


def welcome(words: Words) -> Card:
    """What a newcomer to the demo reads first."""
    lines: Iterable[Sentence] = (
        say(
            "Complaints are arriving; each one is a card. Take one: {claim}, then {reply}.",
            claim=Code("claim 1"),
            reply=Code("reply 1"),
        ),
        say(
            "Let time pass with {move}; be somebody else with {sit} or {once}.",
            move=Code("+12h"),
            sit=Code("/as bea"),
            once=Code("bea> todo"),
        ),
    )
    return Card(lines=tuple(words.text(line) for line in lines))


def _in_room(messages: Iterable[Said]) -> list[Said]:
    """What stands in the room itself.

    No word about a case is needed besides its card once somebody has it: from then on
    its thread is where it is talked about.
    """
    said = [each for each in messages if not each.under and not each.to]
    looked_after = {each.card.case for each in said if each.card.quote and each.card.tone in _LOOKED_AFTER}
    return [each for each in said if each.card.quote or each.card.case not in looked_after]


def _number_in(line: str) -> int:
    """The case that a line about a case names."""
    match = re.match(r"/?(?:(?:crisis|heard)\s+)?([\w-]+):?\s+#?(\d{1,9})(?=\s|:|$)", line.strip(), re.IGNORECASE)
    command = COMMANDS.get(match[1].casefold()) if match else None
    return int(match[2]) if match and command and issubclass(command, CaseCommand) else 0
