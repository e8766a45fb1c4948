"""The room written down line by line: the terminal's chat without a screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from adapters.chats.terminal.plain import Plain
from bot.core.cards import Answer, Button, Card, Form
from bot.core.plan import Plan
from bot.core.words import Words
from bot.ports import Clock, MessageRef
from bot.story import Expects

#: Lines of one message after its first are set in by this much.
_INDENT = "      "


class NotSaid(AssertionError):
    """The bot did not say what the story expects."""


class Transcript:
    """Prints what the room, a thread or one member sees, each line with the brand's local time.

    The same story gives the same bytes on every machine. With ``checks`` an
    expected line that was not said since the last one raises NotSaid.
    """

    pace = timedelta(0)

    def __init__(self, plan: Plan, clock: Clock, out: Callable[[str], None], *, checks: bool) -> None:
        self._plain = Plain(plan, Words(plan.language))
        self._plan, self._clock, self._out, self._checks = plan, clock, out, checks
        self._cards: dict[MessageRef, Card] = {}
        self._said: list[str] = []

    def tells_duties_to(self, _: str) -> bool:
        """Whoever wants to know asks: ``todo``."""
        return False

    async def post(self, key: str, card: Card, under: MessageRef = "", to: str = "") -> MessageRef:
        """Prints a new message; its reference is its key."""
        self._cards[key] = card
        self._print(self._place(key, card, under, to), card)
        return key

    async def edit(self, ref: MessageRef, card: Card) -> None:
        """Prints a case's card that changed. Of another message only the buttons change: what was said stays said."""
        before, self._cards[ref] = self._cards.get(ref), card
        if before != card and _is_case(ref, card):
            self._print(f"card #{card.case}", card)

    async def remove(self, ref: MessageRef) -> None:
        """Its buttons are out of sight; what was printed stays printed."""
        self._cards.pop(ref, None)

    def answered(self, member: str, answer: Answer) -> None:
        """What only this member sees."""
        lines = self._lines(answer)
        self._write(f"to {member}", [f"form · {lines[0]}", *lines[1:]] if isinstance(answer, Form) else lines)
        if isinstance(answer, Card):
            self._cards.pop("answer", None)
            self._cards["answer"] = answer

    def buttons(self, case: int) -> Iterable[Button]:
        """The case's own card first, then its messages and answers, the newest first."""
        own = self._cards.get(f"case/{case}")
        others = [card for card in reversed(self._cards.values()) if card.case == case and card is not own]
        for card in (own, *others):
            yield from card.buttons if card else ()

    def expect(self, step: Expects) -> None:
        """A final … in the expected line stands for any ending."""
        if not self._checks:
            return
        for position, line in enumerate(self._said):
            if line == step.text or (step.text.endswith("…") and line.startswith(step.text[:-1])):
                del self._said[: position + 1]
                return
        heard = "\n".join(self._said) or "(nothing)"
        raise NotSaid(
            f"line {step.line}: expected\n{step.text}\nbut since the last expected line the bot said\n{heard}"
        )

    def _place(self, key: str, card: Card, under: MessageRef, to: str) -> str:
        if _is_case(key, card):
            return f"card #{card.case}"
        if to:
            return f"to {to}"
        return f"#{card.case} thread" if under else "room"

    def _print(self, place: str, card: Card) -> None:
        is_card = place.startswith("card")
        lines = [self._plain.one_line(card, self._clock())] if is_card else self._lines(card)
        if card.calls:
            lines[0] += f" → {', '.join(card.calls)}"
        self._write(place, lines)

    def _lines(self, answer: Answer) -> list[str]:
        now = self._clock()
        if isinstance(answer, Form):
            return self._plain.form_lines(answer, now)
        lines = [line for line in self._plain.lines(answer, now) if line.strip()]
        # Short messages stand on one line with their buttons.
        return [f"{lines[0]} {lines[1]}"] if len(lines) == 2 and answer.buttons and not answer.title else lines or [""]

    def _write(self, place: str, lines: list[str]) -> None:
        local = self._clock().astimezone(self._plan.tz)
        first = f"{local:%H:%M} {place}: {lines[0]}".rstrip()
        self._said.append(first)
        self._out(first)
        for line in lines[1:]:
            self._said.append(_INDENT + line)
            self._out(_INDENT + line)


def _is_case(key: str, card: Card) -> bool:
    return key == f"case/{card.case}"
