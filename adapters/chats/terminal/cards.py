"""Cards on the screen: their text, their buttons, and lists of them in which one is selected."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import NULL_OFFSET, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button as ScreenButton
from textual.widgets import Static

from adapters.chats.terminal.chat import Said
from adapters.chats.terminal.looks import Looks
from adapters.chats.terminal.plain import clip, safe
from bot.core.cards import Button, Card, Tone

#: Longest label on a button, in characters. Our choice: half a narrow room.
LABEL_LIMIT = 36


class Flow(Layout):
    """Children beside each other, going on in the next row where the width ends, as words do."""

    name = "flow"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:  # noqa: ARG002, FBT001, FBT002 - Textual's own signature
        parent.pre_layout(self)
        placements: list[WidgetPlacement] = []
        x = y = 0
        for child in children:
            wanted = child.get_content_width(size, parent.app.viewport_size) + child.gutter.width
            width = min(wanted, size.width) if size.width else wanted
            if x and x + width > size.width > 0:
                x, y = 0, y + 1
            region = Region(x, y, width, 1)
            placements.append(WidgetPlacement(region, NULL_OFFSET, Spacing(), child))
            x += width + 1
        return placements


class CommandButton(ScreenButton):
    """One command to press. It takes the focus only on a selected card, so that Tab stays short."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
    ]

    def __init__(self, button: Button, key: int) -> None:
        super().__init__(
            variant="primary" if button.is_main else "error" if button.is_danger else "default", compact=True
        )
        self.command, self._text, self._key = button.command, clip(button.label, LABEL_LIMIT), key
        self.can_focus = False
        self.number(is_shown=False)

    def number(self, *, is_shown: bool) -> None:
        """Shows the key that presses it."""
        key = f"{self._key} " if is_shown and self._key <= 9 else ""
        self.label = Content.assemble((key, "dim"), self._text)
        self.refresh(layout=True)


class ButtonRow(Widget):
    """A card's buttons."""

    def __init__(self) -> None:
        super().__init__()
        self._flow = Flow()
        self._shown: tuple[Button, ...] = ()

    @property
    def layout(self) -> Layout:
        return self._flow

    async def show(self, buttons: tuple[Button, ...]) -> None:
        """Puts up these buttons; the same ones stay as they are, so that nothing flickers."""
        self.display = bool(buttons)
        if buttons == self._shown:
            return
        self._shown = buttons
        async with self.batch():
            await self.remove_children()
            if self.is_attached:  # The screen may have closed meanwhile.
                await self.mount_all(CommandButton(button, key) for key, button in enumerate(buttons, 1))

    def open(self, *, is_open: bool) -> None:
        """Lets the buttons be reached by key, or not."""
        for button in self.query(CommandButton):
            button.can_focus = is_open
            button.number(is_shown=is_open)

    def press(self, number: int) -> None:
        """Presses the n-th button, counted from 1, if there is one."""
        buttons = list(self.query(CommandButton))
        if 0 < number <= len(buttons):
            buttons[number - 1].press()


class CardView(Vertical, can_focus=False):
    """One card. ``draw`` makes its text, given whether it is selected."""

    class Pressed(Message):
        """A button of the card was pressed."""

        def __init__(self, view: CardView, command: str) -> None:
            super().__init__()
            self.view, self.command = view, command

    class Chosen(Message):
        """The card was clicked."""

        def __init__(self, view: CardView) -> None:
            super().__init__()
            self.view = view

    class Copied(Message):
        """The text that is ready to be posted was clicked."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(number), f"press({number})", show=False) for number in range(1, 10)),
    ]

    def __init__(self, draw: Callable[[CardView], Content], *, ref: str = "", in_room: bool = False) -> None:
        super().__init__()
        self.draw, self.ref, self.in_room = draw, ref, in_room
        self.card = Card()
        self.is_selected = False
        self._turn = asyncio.Lock()
        self._body, self._copy, self._row = Static(markup=False), Static(markup=False, classes="copy"), ButtonRow()

    def compose(self) -> ComposeResult:
        yield self._body
        yield self._copy
        yield self._row

    async def show(self, card: Card) -> None:
        """Shows the card anew, in its place."""
        async with self._turn:
            await self._show(card)

    async def _show(self, card: Card) -> None:
        self.card = card
        for tone in Tone:
            self.set_class(card.tone is tone, f"-{tone.value}")
        self.set_class(self.is_brief and not self.is_selected, "-brief")
        self._body.update(self.draw(self))
        self._copy.update(Content(safe(card.copy)))
        self._copy.display = bool(card.copy)
        is_at_rest = self.is_brief and not self.is_selected
        await self._row.show(() if is_at_rest else card.buttons)
        self._row.open(is_open=self.is_selected)

    async def select(self, *, is_selected: bool) -> None:
        """A selected card is whole, and its buttons can be reached by key."""
        if is_selected == self.is_selected:
            return
        self.is_selected = self.can_focus = is_selected
        self.set_class(is_selected, "-selected")
        await self.show(self.card)

    @property
    def is_brief(self) -> bool:
        """An ended case and a mere word in the room take one line, until they are selected."""
        return self.in_room and (self.card.tone is Tone.CLOSED or not (self.card.quote or self.card.title))

    def action_press(self, number: int) -> None:
        self._row.press(number)

    def on_button_pressed(self, event: ScreenButton.Pressed) -> None:
        event.stop()
        if isinstance(event.button, CommandButton):
            self.post_message(self.Pressed(self, event.button.command))

    def on_click(self, event: events.Click) -> None:
        if event.widget is self._copy:
            self.post_message(self.Copied(self.card.copy))
        elif "@click" not in event.style.meta:
            self.post_message(self.Chosen(self))


class CardList(VerticalScroll, can_focus=False):
    """Messages, the newest last; one of them may be selected. Only that one takes the focus.

    Textual gives every widget a task of its own: what is shown and what a member
    selects take turns.
    """

    class Selected(Message):
        """Another card was selected."""

        def __init__(self, cards: CardList, ref: str) -> None:
            super().__init__()
            self.cards, self.ref = cards, ref

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", show=False),
        Binding("down", "step(1)", show=False),
    ]

    def __init__(self, looks: Looks, now: Callable[[], datetime], *, id: str, is_talk: bool = False) -> None:
        super().__init__(id=id)
        self._looks, self._now, self._is_talk = looks, now, is_talk
        self._views: dict[str, CardView] = {}
        self._said: dict[str, Said] = {}
        self.selected = ""
        self._is_anchored = False
        self._turn = asyncio.Lock()

    def view(self, ref: str) -> CardView | None:
        """The card of this reference, if it is in the list."""
        return self._views.get(ref)

    async def show(self, messages: Sequence[Said], *, anew: bool = False) -> None:
        """Shows these messages; what did not change is left alone unless all is drawn ``anew``."""
        async with self._turn:
            await self._show(messages, anew=anew)

    async def _show(self, messages: Sequence[Said], *, anew: bool) -> None:
        wanted = {said.ref for said in messages}
        for ref in [ref for ref in self._views if ref not in wanted]:
            del self._said[ref]
            await self._views.pop(ref).remove()
        for said in messages:
            if self.is_attached:  # The screen may have closed meanwhile.
                await self._show_one(said, anew=anew)
        if self.selected not in self._views:
            self.selected = ""
        if self._is_talk and messages:
            await self._select(messages[-1].ref)
        elif not self._is_talk:
            self.call_after_refresh(self._follow)

    async def select(self, ref: str) -> None:
        """Selects a card and brings it into sight."""
        async with self._turn:
            if ref not in self._views:
                return
            await self._select(ref)
        self.post_message(self.Selected(self, ref))

    async def _select(self, ref: str) -> None:
        before = self._views.get(self.selected)
        view = self._views[ref]
        if before is not None and before is not view:
            await before.select(is_selected=False)
        self.selected = ref
        await view.select(is_selected=True)
        self.call_after_refresh(self._reveal, view)

    async def action_step(self, by: int) -> None:
        """The card before or after."""
        refs = list(self._views)
        if not refs:
            return
        place = refs.index(self.selected) if self.selected in refs else len(refs)
        await self.enter(refs[max(0, min(place + by, len(refs) - 1))])

    async def enter(self, ref: str = "") -> None:
        """Takes the focus to a card: this one, the selected one, or the last."""
        ref = ref or self.selected or next(reversed(self._views), "")
        await self.select(ref)
        if view := self._views.get(ref):
            view.focus()

    async def on_card_view_chosen(self, event: CardView.Chosen) -> None:
        event.stop()
        await self.enter(event.view.ref)

    async def _show_one(self, said: Said, *, anew: bool) -> None:
        view = self._views.get(said.ref)
        if view is None:
            view = self._views[said.ref] = CardView(self._drawing(said), ref=said.ref, in_room=not self._is_talk)
            await self.mount(view)
        elif said == self._said.get(said.ref) and not anew:
            return
        self._said[said.ref] = said
        await view.show(said.card)

    def _drawing(self, said: Said) -> Callable[[CardView], Content]:
        def draw(view: CardView) -> Content:
            if self._is_talk:
                return self._looks.talk(view.card, said.at, self._now())
            return (self._looks.whole if view.is_selected else self._looks.short)(view.card, self._now())

        return draw

    def _follow(self) -> None:
        """The newest card comes into sight by itself, until a member scrolls or selects.

        Textual's anchor pushes a list that is shorter than its place down to the bottom: such a one has none.
        """
        is_long = self.max_scroll_y > 0
        if is_long != self._is_anchored:
            self._is_anchored = is_long
            self.anchor(is_long)

    def _reveal(self, view: CardView) -> None:
        if view.is_mounted and self.is_mounted:
            self.scroll_to_widget(view, animate=False)
