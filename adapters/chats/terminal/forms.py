"""A form as a window over the room: fields, the reason of a refusal in its place, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from itertools import accumulate
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Button, Input, Select, Static, TextArea

from adapters.chats.terminal.line import WholeInput
from adapters.chats.terminal.looks import DIM, Looks
from adapters.chats.terminal.plain import safe
from adapters.chats.terminal.underlined import UnderlinedText
from bot.core.cards import Answer, Field, FieldKind, Form, Remarks
from bot.core.showing import remarks_end
from bot.core.words import Text, Words, say

Submit = Callable[[str, Mapping[str, str]], Awaitable[Answer | None]]
"""Sends the command's wire value and the fields; None when it could not be sent at all."""
ReadAlong = Callable[[str, Mapping[str, str]], Awaitable[Remarks]]
"""What a careful colleague says of a form as it stands: its command, and what is typed so far."""

#: After the last key a text rests so many seconds before it is read: nobody is spoken to in the middle of a word.
REST_S = 0.3


class Closed(dict[str, str]):
    """What stood in a form that was put away without sending it."""


class FormScreen(ModalScreen[Answer | Closed]):
    """Asks what a command still wants. It is dismissed with the answer, or with what was typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "put_away", show=False),
        Binding("ctrl+s", "send", show=False, priority=True),
    ]

    def __init__(self, form: Form, submit: Submit, read_along: ReadAlong, looks: Looks, now: datetime) -> None:
        super().__init__()
        self.form, self._submit, self._looks, self._now = form, submit, looks, now
        self._read_along, self._rest = read_along, list[Timer]()
        self._words: Words = looks.plain.words
        self._is_sending = False

    def compose(self) -> ComposeResult:
        with Vertical(id="form") as window:
            window.border_title = Content(safe(self.form.title))
            window.border_subtitle = Content(self._words.line(say("Ctrl+S sends · Esc puts it away, text is kept")))
            with VerticalScroll(id="fields", can_focus=False):
                yield Static(self._error(), id="error", markup=False)
                yield Static(self._notes(), id="notes", markup=False)
                for field in self.form.fields:
                    yield from self._field(field)
            with Horizontal(id="sending"):
                yield Button(Content(safe(self.form.submit)), variant="primary", id="send", compact=True)
                yield Button(Content(self._words.line(say("Not now"))), id="put-away", compact=True)

    def on_mount(self) -> None:
        self.query_one("#error").display = bool(self.form.error)
        self.query_one("#notes").display = bool(self.form.lines)
        self._begin()
        self.call_after_refresh(self._remark)

    def on_resize(self) -> None:
        """Other lines have all their rows now."""
        self.call_after_refresh(self._remark)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Only when the last key has rested is the text read, and then as it stands."""
        event.stop()
        for timer in self._rest:
            timer.stop()
        self._rest = [self.set_timer(REST_S, self._remark)]

    async def _remark(self) -> None:
        """Says what there is to say of each text that is read along."""
        if not self._is_sending:
            for place, field in enumerate(self.form.fields):
                if field.read_along:
                    await self._remark_on(field, self.query_one(f"#field-{place}", UnderlinedText), place)

    async def _remark_on(self, field: Field, text: UnderlinedText, place: int) -> None:
        said, more = self.query_one(f"#said-{place}", Static), self.query_one(f"#more-{place}", Static)
        read = text.text
        remarks = await self._read_along(self.form.command, {**self.values(), field.name: read})
        if not text.is_attached:  # It was sent meanwhile, and another form stands here.
            return
        lines = remarks.lines[: self._fitting(remarks.lines, said)]
        end = remarks_end(remarks, self._words, len(remarks.lines) - len(lines))
        said.update(self._lines(lines))
        more.update(self._looks.text(end, self._now))
        text.underline(remarks.underlined, read)

    def _fitting(self, lines: Iterable[Text], into: Static) -> int:
        """How many of the lines have all their rows there; the first one is shown in any case."""
        rows = accumulate(len(self._looks.text(line, self._now).wrap(max(1, into.size.width))) for line in lines)
        return max(1, sum(row <= into.size.height for row in rows))

    async def on_button_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        await (self.action_send() if event.button.id == "send" else self.action_put_away())

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        asked = list(self.query(".asked"))
        if event.input is asked[-1]:
            await self.action_send()
        else:
            asked[asked.index(event.input) + 1].focus()

    async def action_put_away(self) -> None:
        self.dismiss(Closed(self.values()))

    async def action_send(self) -> None:
        """A card closes the window; a form, refused or the next step, takes the place of this one."""
        if self._is_sending:
            return
        self._is_sending = True
        try:
            answer = await self._submit(self.form.command, self.values())
            if isinstance(answer, Form):
                self.form = answer
                await self.recompose()
        finally:
            self._is_sending = False
        if isinstance(answer, Form):
            self.on_mount()
        elif answer is not None:
            self.dismiss(answer)

    def values(self) -> dict[str, str]:
        """What stands in the fields now, by the command's own names."""
        return {field.name: _value(self.query_one(f"#field-{place}")) for place, field in enumerate(self.form.fields)}

    def _begin(self) -> None:
        """The first field that is still empty, else the last one, ready to type."""
        asked = list(self.query(".asked"))
        empty = [widget for widget, field in zip(asked, self.form.fields, strict=True) if not field.value]
        if asked:
            (empty or asked[-1:])[0].focus()

    def _error(self) -> Content:
        return self._looks.text(self.form.error, self._now)

    def _notes(self) -> Content:
        return self._lines(self.form.lines)

    def _lines(self, lines: Iterable[Text]) -> Content:
        return Content("\n").join(self._looks.text(line, self._now) for line in lines)

    def _field(self, field: Field) -> Iterable[Widget]:
        place = self.form.fields.index(field)
        optional = "" if field.required else f" ({self._words.line(say('may stay empty'))})"
        yield Static(Content.assemble((safe(field.label), "bold"), (optional, DIM)), classes="label")
        if field.hint and field.kind is not FieldKind.LINE:
            yield Static(Content.styled(safe(field.hint), DIM), classes="hint")
        yield self._asked(field, f"field-{place}")
        if field.read_along:
            yield Static(id=f"said-{place}", classes="said", markup=False)
            yield Static(id=f"more-{place}", classes="more", markup=False)

    def _asked(self, field: Field, id: str) -> Widget:
        match field.kind:
            case FieldKind.TEXT:
                kind = UnderlinedText if field.read_along else TextArea
                return kind(field.value, id=id, classes="asked", compact=True, highlight_cursor_line=False)
            case FieldKind.CHOICE | FieldKind.MEMBER:
                is_chosen = field.value in {choice.value for choice in field.choices}
                return Select(
                    [(Content(safe(choice.label)), choice.value) for choice in field.choices],
                    prompt=self._words.line(say("Choose…")),
                    value=field.value if is_chosen else Select.NULL,
                    allow_blank=not (field.required and is_chosen),
                    id=id,
                    classes="asked",
                    compact=True,
                )
            case FieldKind.LINE | FieldKind.WHEN:
                hint = field.hint if field.kind is FieldKind.LINE else ""
                return WholeInput(field.value, placeholder=safe(hint), id=id, classes="asked", compact=True)


def _value(widget: Widget) -> str:
    match widget:
        case TextArea():
            return widget.text.strip()
        case Select():
            return "" if widget.is_blank() else str(widget.value)
        case Input():
            return widget.value.strip()
    raise AssertionError(f"{widget} is no field")
