"""What Discord offers while a member types: cases, promises, templates, channels and words.

Every look costs the same whatever the number of cases: they are found by the beginnings of their words, and at most
``MOST_LOOKED`` of them are looked at.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, Final

from discord import app_commands

from adapters.chats.discord.limits import most
from adapters.chats.discord.names import clipped
from bot.core.cards import Form
from bot.core.case import Case, Phase
from bot.core.commands import COMMANDS, Command, Reply, summary
from bot.core.language import guess
from bot.core.showing import discreet
from bot.core.showing.names import PHASES, channel_name
from bot.room import Room

#: https://docs.discord.com/developers/interactions/application-commands#autocomplete
MOST: Final = 25
#: How many cases are looked at for one answer. Our choice: a few milliseconds.
MOST_LOOKED: Final = 250
#: How many words of a complaint are known by their beginnings, and how long a beginning is at most. Our choice.
FIRST_WORDS: Final = 8
BEGINNING: Final = 5

#: Words for cases that have ended; every other word but ``show`` is for open ones.
ENDED: Final = frozenset({"reopen", "checked", "review"})

_WORD: Final = re.compile(r"\w+")
_FIGURES: Final = re.compile(r"\s*#?(\d{1,9})\s*")

Suggestions = list[app_commands.Choice[Any]]


class Suggesting:
    """Finds what a member means. What is found is offered only: the desk checks it again."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._cases = _Index()
        self._called_phase = {phase: room.words.line(PHASES[phase]).partition(":")[0] for phase in Phase}
        self._phases = {phase: _words(name) for phase, name in self._called_phase.items()}

    async def cases(self, by: str, command: type[Command], typed: str) -> Suggestions:
        """By number, author, first words or phase; those that the member likely means first, newest first."""
        await self._catch_up()
        is_number = bool(_FIGURES.fullmatch(typed))
        found = await self._found(command, typed, () if is_number else _words(typed))
        if not is_number:
            found.sort(key=lambda case: _distance(case, command, by))
        return [app_commands.Choice(name=self._called(case), value=case.number) for case in found[:MOST]]

    async def _found(self, command: type[Command], typed: str, words: Sequence[str]) -> list[Case]:
        found: list[Case] = []
        for number in islice(self._cases.likely(typed, self._phases.values()), MOST_LOOKED):
            rest = self._cases.unsaid(number, words)
            if not any(_begin(rest, phase) for phase in self._phases.values()):
                continue  # What the complaint does not say is no phase either.
            case = await self._room.store.case(number)
            if case and _is_wanted(case, command) and _begin(rest, self._phases[case.phase]):
                found.append(case)
            if len(found) == 2 * MOST:
                break
        return found

    async def promises(self, number: int, command: type[Command], typed: str) -> Suggestions:
        """The promises of a case that the command can still be about."""
        case = await self._room.store.case(number) if number else None
        wanted = case.open_promises if case else ()
        return [
            app_commands.Choice(name=clipped(f"{each.id} · {each.what} · {each.by}"), value=each.id)
            for each in wanted
            if (command.word != "done" or each.done_at is None) and _fold(typed) in _fold(f"{each.id} {each.what}")
        ][:MOST]

    async def templates(self, by: str, number: int, typed: str) -> Suggestions:
        """The drafts for this case, best first; without a case, those of the room's language."""
        answer = await self._room.desk.answer(by, Reply(number)) if number else None
        if isinstance(answer, Form):
            known = [(each.value, each.label) for field in answer.fields for each in field.choices]
        else:
            shelf = self._room.library.in_language(self._room.plan.language)
            known = [(template.name, template.title) for template in shelf]
        known += self._room.library.compositions(typed.strip().casefold(), await self._language(number))
        return [
            app_commands.Choice(name=clipped(f"{name} · {title}"), value=name)
            for name, title in known
            if _fold(typed) in _fold(f"{name} {title}")
        ][:MOST]

    async def _language(self, number: int) -> str:
        """The language in which this case's customer is answered; the room's without a case."""
        case, own = await self._room.store.case(number) if number else None, self._room.plan.language
        return guess(case.complaint.text, own).code if case else own

    def channels(self, typed: str) -> Suggestions:
        """The networks of the plan."""
        named = ((name, channel_name(name, self._room.words)) for name in self._room.plan.channels)
        return _plain((name, label) for name, label in named if _fold(typed) in _fold(f"{name} {label}"))

    def words(self, typed: str) -> Suggestions:
        """The words of commands, each with what it is for."""
        named = ((word, f"{word}: {self._room.words.word(summary(each))}") for word, each in COMMANDS.items())
        return _plain((word, label) for word, label in named if _fold(typed) in _fold(label))

    def _called(self, case: Case) -> str:
        author = f" · {case.complaint.author}" if case.complaint.author else ""
        text = " ".join(discreet(case.complaint.text, self._room.plan)[: most("choice name")].split())
        return clipped(f"#{case.number}{author} · {self._called_phase[case.phase]} · {text}")

    async def _catch_up(self) -> None:
        """Numbers have no gaps, so that the newest case that is known says which one comes next."""
        if not self._cases.is_begun:
            self._cases.begin(await self._room.store.live_cases())
        for _ in range(MOST_LOOKED):
            case = await self._room.store.case(self._cases.newest + 1)
            if case is None:
                break
            self._cases.add(case)


class _Index:
    """Numbers of cases by the beginnings of their words; what ends is left in, and passed over."""

    def __init__(self) -> None:
        self.is_begun = False
        self.newest = 0
        self._numbers: list[int] = []
        self._words: dict[int, tuple[str, ...]] = {}
        self._beginnings: defaultdict[str, list[int]] = defaultdict(list)

    def begin(self, cases: Iterable[Case]) -> None:
        self.is_begun = True
        for case in cases:
            self.add(case)

    def add(self, case: Case) -> None:
        """Cases come in the order of their numbers."""
        words = (*_words(case.complaint.author), *_words(case.complaint.text[:300])[:FIRST_WORDS])
        self.newest = case.number
        self._numbers.append(case.number)
        self._words[case.number] = words
        for beginning in {word[:length] for word in words for length in range(1, BEGINNING + 1)}:
            self._beginnings[beginning].append(case.number)

    def unsaid(self, number: int, words: Iterable[str]) -> list[str]:
        """Those with which no word of the complaint or its author begins."""
        said = self._words.get(number, ())
        return [word for word in words if not any(each.startswith(word) for each in said)]

    def likely(self, typed: str, phases: Iterable[Sequence[str]]) -> Iterator[int]:
        """Newest first, after those whose words begin so; each number once."""
        if figures := _FIGURES.fullmatch(typed):
            return self._numbered(int(figures[1]))
        words = _words(typed)
        begun = self._beginnings.get(max(words, key=len)[:BEGINNING], []) if words else []
        # The newest besides, where what was typed may be a phase.
        is_phase = any(_begin([word], phase) for word in words for phase in phases)
        newest = reversed(self._numbers) if is_phase or not words else ()
        return iter(dict.fromkeys(islice(chain(reversed(begun), newest), MOST_LOOKED)))

    def _numbered(self, number: int) -> Iterator[int]:
        """12 itself, then 120 to 129, then 1200 to 1299."""
        first = last = number
        while first <= self.newest and number:
            yield from (each for each in range(first, min(last, self.newest) + 1) if each in self._words)
            first, last = first * 10, last * 10 + 9


def _is_wanted(case: Case, command: type[Command]) -> bool:
    return command.word == "show" or case.is_open is (command.word not in ENDED)


def _distance(case: Case, command: type[Command], by: str) -> bool:
    """Whether the member likely means another case: a claim is for nobody's, what owners do is for one's own."""
    return bool(case.owner) if command.word == "claim" else case.owner != by


def _begin(words: Iterable[str], others: Iterable[str]) -> bool:
    """Whether each is the beginning of one of the others."""
    return all(any(other.startswith(word) for other in others) for word in words)


def _plain(named: Iterable[tuple[str, str]]) -> Suggestions:
    return [app_commands.Choice(name=clipped(label), value=value) for value, label in islice(named, MOST)]


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(_fold(text)))


def _fold(text: str) -> str:
    """Without capitals and accents: what is typed in a hurry has neither."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in plain if not unicodedata.combining(each))
