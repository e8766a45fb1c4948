"""A form as a window over the room: fields, the reason of a refusal in its place, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Input, Select, Static, TextArea

from adapters.chats.terminal.line import WholeInput
from adapters.chats.terminal.looks import DIM, Looks
from adapters.chats.terminal.plain import safe
from bot.core.cards import Answer, Field, FieldKind, Form
from bot.core.words import Words, say

Submit = Callable[[str, Mapping[str, str]], Awaitable[Answer | None]]
"""Sends the command's wire value and the fields; None when it could not be sent at all."""


class Closed(dict[str, str]):
    """What stood in a form that was put away without sending it."""


class FormScreen(ModalScreen[Answer | Closed]):
    """Asks what a command still wants. It is dismissed with the answer, or with what was typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "put_away", show=False),
        Binding("ctrl+s", "send", show=False, priority=True),
    ]

    def __init__(self, form: Form, submit: Submit, looks: Looks, now: datetime) -> None:
        super().__init__()
        self.form, self._submit, self._looks, self._now = form, submit, looks, now
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
        finally:
            self._is_sending = False
        if isinstance(answer, Form):
            self.form = answer
            await self.recompose()
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
        return Content("\n").join(self._looks.text(line, self._now) for line in self.form.lines)

    def _field(self, field: Field) -> Iterable[Widget]:
        place = self.form.fields.index(field)
        optional = "" if field.required else f" ({self._words.line(say('may stay empty'))})"
        yield Static(Content.assemble((safe(field.label), "bold"), (optional, DIM)), classes="label")
        if field.hint and field.kind is not FieldKind.LINE:
            yield Static(Content.styled(safe(field.hint), DIM), classes="hint")
        yield self._asked(field, f"field-{place}")

    def _asked(self, field: Field, id: str) -> Widget:
        match field.kind:
            case FieldKind.TEXT:
                return TextArea(field.value, id=id, classes="asked", compact=True, highlight_cursor_line=False)
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
