"""The input line: what was typed before, what could be typed next, and how a command is written."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from adapters.chats.terminal.completion import Candidate, Sight, complete, completed, hint
from adapters.chats.terminal.looks import DIM
from adapters.chats.terminal.plain import clip, safe
from bot.core.words import say

#: Lines that are remembered. Our choice.
REMEMBERED = 200
#: After the last key a line rests so many seconds before it is read. Our choice: a word is typed to its end.
REST_S = 0.3


class Candidates(OptionList, can_focus=False):
    """What could stand next, over the room and right above the line."""


class WholeInput(Input):
    """Textual takes the first line of what is pasted; here it stays whole, on one line."""

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.replace(" ".join(event.text.split()), *self.selection)


class Typing(WholeInput):
    """The field itself. Up and down go through the candidates, then through what was typed before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", show=False),
        Binding("up", "step(-1)", show=False),
        Binding("down", "step(1)", show=False),
        Binding("escape", "back", show=False),
    ]

    class Asked(Message):
        """A key that the line answers: complete, step or back."""

        def __init__(self, what: str, by: int = 0) -> None:
            super().__init__()
            self.what, self.by = what, by

    def action_complete(self) -> None:
        self.post_message(self.Asked("complete"))

    def action_step(self, by: int) -> None:
        self.post_message(self.Asked("step", by))

    def action_back(self) -> None:
        self.post_message(self.Asked("back"))


class InputLine(Horizontal):
    """Prompt and field. It posts ``Said`` for a whole line; the candidates are a widget of the screen."""

    class Said(Message):
        """A member pressed Enter."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """A member pressed Tab, and there was nothing to complete."""

    class Back(Message):
        """A member pressed Escape, and nothing was to be put away here."""

    def __init__(
        self,
        sight: Callable[[], Sight],
        candidates: Candidates,
        hints: Static,
        remark_on: Callable[[str], Awaitable[Content]],
    ) -> None:
        super().__init__(id="line")
        self._sight, self._candidates, self._hints = sight, candidates, hints
        self._remark_on, self._remark, self._rest = remark_on, Content(""), list[Timer]()
        self._prompt, self._typing = Static(id="prompt", markup=False), Typing(compact=True, select_on_focus=False)
        self._typing.cursor_blink = False  # A calm room does not blink.
        self._found: tuple[Candidate, ...] = ()
        self._typed: list[str] = []
        self._place = 0
        self._keys = ""

    def compose(self) -> ComposeResult:
        yield self._prompt
        yield self._typing

    def on_mount(self) -> None:
        self._offer(())
        self.enter()

    @property
    def value(self) -> str:
        """What stands in the line."""
        return self._typing.value

    def enter(self, begun: str | None = None) -> None:
        """Takes the focus, with ``begun`` in the line if given."""
        self._typing.focus()
        if begun is not None:
            self._typing.value = begun
            self._typing.cursor_position = len(begun)

    def add(self, text: str) -> None:
        """A key that was struck elsewhere is typed here."""
        self._typing.focus()
        self._typing.insert_text_at_cursor(text)

    def prompt(self, text: str, keys: str) -> None:
        """Who speaks, where, and the keys that work now."""
        self._prompt.update(Content.styled(f"{safe(text)}> ", "bold"))
        self._keys = keys
        self._hint()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        self._typing.value = ""
        self._offer(())
        if not text:
            return
        if text not in self._typed[-1:]:
            self._typed = [*self._typed, text][-REMEMBERED:]
        self._place = len(self._typed)
        self.post_message(self.Said(text))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        is_recalled = event.value == (self._typed[self._place] if self._place < len(self._typed) else None)
        self._offer(() if is_recalled else complete(event.value, self._sight()))
        self._read_later()
        self._hint()

    def _read_later(self) -> None:
        """What was said of the line stands until the last key has rested, or the line is another one."""
        for timer in self._rest:
            timer.stop()
        self._rest = [self.set_timer(REST_S, self._read)] if self.value else []
        if not self.value:
            self._remark = Content("")

    async def _read(self) -> None:
        line = self.value
        remark = await self._remark_on(line)
        if line == self.value:
            self._remark = remark
            self._hint()

    def on_typing_asked(self, event: Typing.Asked) -> None:
        event.stop()
        match event.what:
            case "complete" if self._found:
                self.take(self._candidates.highlighted or 0)
            case "complete":
                self.post_message(self.Left())
            case "step":
                self._step(event.by)
            case _ if self._found:
                self._offer(())
            case _:
                self.post_message(self.Back())

    def take(self, place: int) -> None:
        """Puts a candidate in the line."""
        self.enter(completed(self.value, self._found[place]))

    def _step(self, by: int) -> None:
        at = self._candidates.highlighted or 0
        if self._found and 0 <= at + by < len(self._found):
            self._candidates.highlighted = at + by
        elif by < 0 or not self._found:
            self._recall(by)

    def _recall(self, by: int) -> None:
        self._place = max(0, min(self._place + by, len(self._typed)))
        self.enter(self._typed[self._place] if self._place < len(self._typed) else "")

    def _offer(self, found: tuple[Candidate, ...]) -> None:
        self._found = found
        self._candidates.display = bool(found)
        self._candidates.set_options(Option(_shown(each)) for each in found)
        self._candidates.highlighted = 0 if found else None

    def _hint(self) -> None:
        if self._remark:
            self._hints.update(self._remark)
            return
        words = self._sight().words
        told = hint(self.value, words)
        if self._found:
            told = told or words.line(say("Tab completes"))
        self._hints.update(Content.styled(told or self._keys, DIM))


def _shown(candidate: Candidate) -> Content:
    return Content.assemble((f"{candidate.text.strip():<16}", "bold"), (f"  {clip(candidate.about, 52)}", DIM))
