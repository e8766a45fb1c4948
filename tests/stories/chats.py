"""A story played by the people of a chat: they type, press, fill in and read where a terminal has lines.

The same story is first told on a terminal, which says what has to come of it; then it is
played once more by ``People``. To prove another chat, implement ``People`` and hand it to
``play_on``: nothing here knows which chat it is.
"""

from dataclasses import dataclass, field
from typing import Protocol

from msgspec.structs import replace

from bot.core.cards import Card, Form
from bot.core.commands import COMMANDS
from bot.core.literal import safe
from bot.core.words import Added, At, CaseLink, Code, Gone, Text, WebLink, Who
from bot.playing import play
from bot.story import Expects, Fills, Presses, Says
from tests.rooms import open_room


class People(Protocol):
    """What the members of a chat can do, and what they see."""

    async def speak(self, who: str, words: str, case: int = 0) -> None:
        """Says a command; with ``case`` in that case's own thread, however the chat lets people speak there."""

    async def press(self, who: str, case: int, label: str) -> None:
        """Presses a button in sight of a case: its card's first, then the newest."""

    async def fill(self, who: str, values: dict[str, str]) -> bool:
        """Fills in the form that stands open and sends it; False where the chat lets nobody choose this."""

    async def reads(self, who: str, answer: Card | Form) -> None:
        """Waits until this member alone has read all of the answer to what they did last."""

    async def room_reads(self, key: str, card: Card, under: str, to: str) -> None:
        """The message with this key stands in its place (under a key, or before one member) and says the card."""

    def keys(self) -> set[str]:
        """The keys of all messages that stand."""


@dataclass
class Told:
    """What a story came to."""

    current: int = 0
    """The line that is being told."""
    answers: dict[int, tuple[str, Card | Form]] = field(default_factory=dict)
    """What each line's member read, by the line's number."""
    messages: dict[str, tuple[Card, str, str]] = field(default_factory=dict)
    """The last card of each key, the key that it stands under, and who alone reads it."""
    histories: dict[int, list] = field(default_factory=dict)


async def told_on_a_terminal(folder, steps, plan, start):
    """The story as a terminal tells it."""
    told, forms = Told(), {}
    async with open_room(folder, plan, start, checks=False) as (room, transcript):
        _listen(transcript, told)
        for step in steps:
            told.current = step.line
            await play([step], room, transcript, forms)
        told.histories = await histories(room.store)
    return told


def _listen(transcript, told):
    answered, post, edit, remove = transcript.answered, transcript.post, transcript.edit, transcript.remove

    def note_answer(member, answer):
        told.answers[told.current] = (member, answer)
        answered(member, answer)

    async def note_post(key, card, under="", to=""):
        told.messages[key] = (card, under, to)
        return await post(key, card, under, to)

    async def note_edit(ref, card):  # On a terminal a message's reference is its key.
        told.messages[ref] = (card, *told.messages[ref][1:])
        await edit(ref, card)

    async def note_remove(ref):
        del told.messages[ref]
        await remove(ref)

    transcript.answered, transcript.post, transcript.edit = note_answer, note_post, note_edit
    transcript.remove = note_remove


async def play_on(people: People, room, steps, told: Told):
    """Plays every step; fails at the first answer that a member does not read as on the terminal."""
    for step in steps:
        match step:
            case Says(who=who, words=words, thread=thread):
                await people.speak(who, words, thread)
            case Presses(who=who, case=case, label=label):
                await people.press(who, case, label)
            case Fills(who=who, values=values):
                if not await people.fill(who, dict(values)):
                    continue
            case Expects():
                continue
            case _:
                await play([step], room, None)
                continue
        await people.reads(*told.answers[step.line])
        await room.deliver()
    assert people.keys() == set(told.messages)
    for key, (card, under, to) in told.messages.items():
        await people.room_reads(key, card, under, to)


async def histories(store):
    """Every case's history: what happened, when, and by whom. Requests, and keys made of them, are each chat's own."""
    found, number = {}, 1
    while history := await store.history(number):
        found[number] = [(entry.at, entry.by, _without_key(entry.event)) for entry in history]
        number += 1
    return found


def _without_key(event):
    complaint = getattr(event, "complaint", None)
    return replace(event, complaint=replace(complaint, key="")) if complaint and not complaint.link else event


def texts(answer: Card | Form) -> list[Text]:
    """Everything that has to be read of a card or form, text by text."""
    if isinstance(answer, Form):
        labels = [(each.label,) for each in answer.fields]
        return [(answer.title,), answer.error, *answer.lines, *labels, (answer.submit,)]
    facts = [(f"{fact.label}: ", *fact.value) for fact in answer.facts]
    sections = [text for each in answer.sections for text in ((each.title,), *each.lines)]
    buttons = [(button.label,) for button in answer.buttons]
    said = [(answer.title,), (answer.quote,), answer.byline, (answer.link,), *answer.lines, *facts, *sections]
    return [*said, (answer.copy,), *buttons]


def note_places(chat, refs):
    """From now on ``refs`` says where the message of each key stands."""
    post, remove = chat.post, chat.remove

    async def note_post(key, card, under="", to=""):
        refs[key] = await post(key, card, under, to)
        return refs[key]

    async def note_remove(ref):
        await remove(ref)
        del refs[next(key for key, each in refs.items() if each == ref)]

    chat.post, chat.remove = note_post, note_remove


def as_read(text, plan, mentions, typed=str):
    """A text as a person reads it. ``mentions`` says how members are called; ``typed`` how a command is written there."""
    return flat("".join(_span(span, plan, mentions, typed) for span in text))


def _span(span, plan, mentions, typed):
    match span:
        case Who(member):
            name = next((each.name for each in plan.committee if each.id == member), member or "Heard")
            return mentions.get(member, name)
        case At(at):
            return moment(at, plan)
        case CaseLink(number):
            return f"#{number}"
        case Code(text):
            return f"/crisis {typed(text)}" if text.partition(" ")[0] in COMMANDS else text
        case WebLink(url, label):
            return f"{label} {url}".strip()
        case Gone(text) | Added(text):  # Each chat says in a style of its own which of them it is.
            return safe(text)
    return safe(span)


def moment(at, plan):
    """A time in the brand's zone."""
    return f"{at.astimezone(plan.tz):%d %b %H:%M}"


def flat(text):
    """Without line breaks, which every chat sets in its own places."""
    return " ".join(text.split())


def unread(wanted, read):
    """What should be read and is not."""
    return [text for text in wanted if text not in read]
