"""What could stand next in a line: words, case numbers, templates, members and choices. Pure, and known by tests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from bot.core.commands import COMMANDS, CaseCommand, Command, Link, MemberId, Slot, TemplateName, slots, summary
from bot.core.forms import choice_name
from bot.core.plan import Plan
from bot.core.replies import JOIN, Library
from bot.core.showing import CHANNEL_NAMES, channel_name, usage
from bot.core.words import LANGUAGES, Words

#: Most candidates at once. Our choice: more is a list, not a help.
MOST = 40

#: Moments to begin with; every other one is typed as ``help`` shows.
MOMENTS = ("today", "tomorrow 12:00", "2h", "fri 17:00")
_ENDED_WORDS = {"reopen", "review", "checked", "show", "assign"}
_SAYS = re.compile(r"(?P<head>[\w.-]+(?:\s+#\d+)?>\s*)(?P<rest>.*)", re.DOTALL)
_CALLED = re.compile(r"(?P<head>/?(?:crisis|heard)\s+)(?P<rest>.*)", re.DOTALL | re.IGNORECASE)


class Candidate(msgspec.Struct, frozen=True):
    """What could be typed, and what it is. ``text`` takes the place of the last word and ends as it should."""

    text: str
    about: str = ""


class Known(msgspec.Struct, frozen=True):
    """One case in sight: its number, what tells it from the others, and whether it is open."""

    number: int
    about: str
    is_open: bool = True


class Sight(msgspec.Struct, frozen=True):
    """What can be named in a line now. ``selected`` is the case whose number may be left out."""

    plan: Plan
    words: Words
    library: Library
    cases: Sequence[Known] = ()
    selected: int = 0
    is_demo: bool = False


def complete(line: str, sight: Sight) -> tuple[Candidate, ...]:
    """What fits behind the line, likeliest first; nothing where the words are the member's own."""
    _, rest = split(line)
    word, gap, arguments = _first(rest)
    if not rest.strip():
        return ()
    if not gap:
        return _starting(word, (*_words(sight.words), *_orders(line, sight)))
    if word.casefold() == "/as":
        return _starting(arguments, _members(sight))
    command = COMMANDS.get(word.casefold().rstrip(":"))
    if command is None:
        return ()
    return _Walk(command, arguments, sight).candidates()[:MOST]


def completed(line: str, candidate: Candidate) -> str:
    """The line with the candidate in the place of its last word."""
    return re.sub(r"\S*\Z", "", line) + candidate.text


def hint(line: str, words: Words) -> str:
    """How the command of this line is typed and what it does; empty where there is none."""
    command = COMMANDS.get(_first(split(line)[1])[0].casefold().rstrip(":"))
    return f"{usage(command)} · {words.word(summary(command))}" if command else ""


def split(line: str) -> tuple[str, str]:
    """Who speaks and how the bot is called, and the command itself."""
    head, rest = "", line.lstrip()
    for pattern in (_SAYS, _CALLED):
        if match := pattern.fullmatch(rest):
            head, rest = head + match["head"], match["rest"]
    return head, rest if rest.startswith(("/as", "/speed")) else rest.removeprefix("/")


class _Walk:
    """One pass over what is typed behind the word, slot by slot."""

    def __init__(self, command: type[Command], arguments: str, sight: Sight) -> None:
        self.command, self.sight = command, sight
        *self.typed, self.last = re.split(r"\s+", arguments)
        self.slots = [slot for slot in slots(command) if not slot.arg.option]
        self.options = [slot for slot in slots(command) if slot.arg.option and not slot.arg.silent]

    def candidates(self) -> tuple[Candidate, ...]:
        typed = list(self.typed)
        for slot in self.slots:
            if slot.name == "case" and self._is_left_out(typed):
                continue
            if slot.arg.rest:
                return self._within_text(slot)
            if typed and slot.arg.lead and re.fullmatch(slot.arg.lead.strip(), f"{typed[0]} "):
                typed.pop(0)
            if not typed:
                return _starting(self.last, self._values(slot))
            if self._is_skipped(slot, typed[0]):
                continue
            typed.pop(0)
        return ()

    def _is_left_out(self, typed: Sequence[str]) -> bool:
        """The selected card's number may be left out."""
        first = (typed[0] if typed else self.last).lstrip("#")
        return bool(self.sight.selected and first and not first.isdigit())

    def _is_skipped(self, slot: Slot, token: str) -> bool:
        if slot.type is TemplateName:
            return not re.fullmatch(r"[a-z][a-z0-9+-]*:?", token)
        return slot.type is Link and not token.startswith(("http://", "https://"))

    def _within_text(self, slot: Slot) -> tuple[Candidate, ...]:
        """In the member's own words only a moment at the end and named options can be guessed."""
        after = self.slots[self.slots.index(slot) + 1 :]
        if after and after[0].type is datetime and self.typed and self.typed[-1] == after[0].arg.lead_word:
            return _starting(self.last, _moments())
        name, equals, _ = self.last.partition("=")
        if equals:
            found = [option for option in self.options if option.name == name]
            return _starting(self.last, self._option_values(found[0])) if found else ()
        if len(name) < 2:
            return ()
        return _starting(name, (Candidate(f"{each.name}=", self._word(each)) for each in self.options))

    def _option_values(self, slot: Slot) -> Iterable[Candidate]:
        if slot.name == "channel":
            return (
                Candidate(f"channel={each} ", channel_name(each, self.sight.words)) for each in CHANNEL_NAMES if each
            )
        return (Candidate(f"{slot.name}={each.text}", each.about) for each in self._values(slot))

    def _values(self, slot: Slot) -> Iterable[Candidate]:
        sight = self.sight
        if slot.name == "case" and issubclass(self.command, CaseCommand):
            return self._cases(with_ended=self.command.word in _ENDED_WORDS)
        if slot.name == "into":
            return self._cases(with_ended=False)
        if slot.name == "about":
            return _words(sight.words)
        if slot.name == "language":
            return (Candidate(f"{language} ") for language in LANGUAGES)
        if slot.type is MemberId:
            return _members(sight)
        if slot.type is TemplateName:
            return _templates(sight, self.last)
        if slot.type is datetime:
            return _moments()
        if isinstance(slot.type, type) and issubclass(slot.type, StrEnum):
            return (Candidate(f"{each.value} ", sight.words.word(choice_name(each))) for each in slot.type)
        return ()

    def _cases(self, *, with_ended: bool) -> Iterable[Candidate]:
        chosen = [case for case in self.sight.cases if case.is_open or with_ended]
        chosen.sort(key=lambda case: (case.number != self.sight.selected, -case.number))
        return (Candidate(f"{case.number} ", case.about) for case in chosen)

    def _word(self, slot: Slot) -> str:
        return self.sight.words.word(slot.arg.help)


def _first(text: str) -> tuple[str, str, str]:
    match = re.match(r"(\S*)(\s*)", text)
    assert match is not None, "the pattern also matches nothing"
    return match[1], match[2], text[match.end() :]


def _starting(begun: str, candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Those that begin as the last word does, and are not that word already."""
    begun = begun.casefold().lstrip("@#")
    found = (each for each in candidates if each.text.casefold().startswith(begun))
    return tuple(each for each in found if each.text.strip().casefold() != begun)[:MOST]


def _words(words: Words) -> Iterable[Candidate]:
    return (Candidate(f"{word} ", words.word(summary(command))) for word, command in COMMANDS.items())


def _orders(line: str, sight: Sight) -> Iterable[Candidate]:
    """Orders to the room itself, which only the beginning of a line can hold."""
    if line.startswith("/"):
        yield Candidate("/as ")
    if sight.is_demo:
        yield Candidate("speed ")
        yield Candidate("+12h")
        yield from (Candidate(f"{each.id}> ", each.name) for each in sight.plan.committee)


def _members(sight: Sight) -> Iterable[Candidate]:
    return (Candidate(f"{member.id} ", member.name) for member in sight.plan.committee)


def _templates(sight: Sight, begun: str) -> Iterable[Candidate]:
    """Templates by name; behind them, and behind a +, parts to compose a reply from."""
    language = sight.plan.language
    shelf = sorted(sight.library.in_language(language), key=lambda template: template.name)
    yield from (Candidate(f"{template.name} ", template.title) for template in shelf)
    for name, title in sight.library.compositions(begun.casefold(), language):
        yield Candidate(name if name.endswith(JOIN) else f"{name} ", title)


def _moments() -> Iterable[Candidate]:
    return (Candidate(moment) for moment in MOMENTS)
