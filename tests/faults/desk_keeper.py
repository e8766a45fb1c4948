"""A room in which members work and say so line by line, to be killed at any moment."""

from __future__ import annotations

import asyncio
import os
import random
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from adapters.stores.tiny import open_store
from bot.core.calendar import public_holidays
from bot.core.case import Case, Ending
from bot.core.complaint import Complaint, Kind
from bot.core.duties import closing_list
from bot.core.language import warm_up
from bot.core.words import plain
from bot.demo.people import START, demo_plan
from bot.ports import Undelivered
from bot.room import HandClock, Room
from tests.rooms import LIBRARY

PLAN = demo_plan()

# Here, so that the fork server has them already.
warm_up()
public_holidays(PLAN.country, PLAN.subdivision, START.year)

#: Each life has so much of the story's time: a month passes over all of them.
LIFE = timedelta(hours=8)
#: More open cases than this would only make each life slower.
MOST_OPEN = 7
ANSWERING = ("ana", "bea", "rui", "lia")


class Acknowledged(msgspec.Struct, omit_defaults=True):
    """A member has read that it is kept."""

    line: str
    number: int = 0
    request: str = ""
    opened: int = 0


class Posted(msgspec.Struct, omit_defaults=True):
    """A message was put up in the room, changed there, or taken down."""

    ref: str
    key: str = ""
    is_edit: bool = False
    is_removal: bool = False


class Lines:
    """One write call for each line: it is in the kernel's hands whatever becomes of us."""

    def __init__(self, path: Path) -> None:
        self.handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def write(self, line: msgspec.Struct) -> None:
        os.write(self.handle, msgspec.json.encode(line) + b"\n")


class Wall:
    """A chat that is a file. Now and then it takes nothing for a while."""

    pace = timedelta()

    def __init__(self, lines: Lines, seed: int, dice: random.Random) -> None:
        self.lines, self.seed, self.dice, self.count = lines, seed, dice, 0

    def tells_duties_to(self, member):
        return False

    async def post(self, key, card, under="", to=""):
        self._may_fail()
        self.count += 1
        ref = f"{self.seed}.{self.count}"
        self.lines.write(Posted(ref, key))
        return ref

    async def edit(self, ref, card):
        self._may_fail()
        self.lines.write(Posted(ref, is_edit=True))

    async def remove(self, ref):
        self._may_fail()
        self.lines.write(Posted(ref, is_removal=True))

    def _may_fail(self) -> None:
        if self.dice.random() < 0.02:
            raise Undelivered("rate limited", timedelta(seconds=30) if self.dice.random() < 0.5 else None)


def work(folder: Path, acknowledgements: Path, wall: Path, seed: int) -> None:
    asyncio.run(_work(folder, acknowledgements, wall, seed))


async def _work(folder: Path, acknowledgements: Path, wall: Path, seed: int) -> None:
    dice = random.Random(seed)
    began = START + seed * LIFE
    chat = Wall(Lines(wall), seed, dice)
    room = Room(PLAN, LIBRARY, await open_store(folder), chat, HandClock(began), folder)
    await Shift(room, Lines(acknowledgements), seed, dice, began + LIFE).work()


class Shift:
    """What the members do in one life of the process."""

    def __init__(self, room: Room, told: Lines, seed: int, dice: random.Random, ends: datetime) -> None:
        self.room, self.told, self.seed, self.dice, self.ends, self.step = room, told, seed, dice, ends, 0

    async def work(self) -> None:
        await self.room.tick()
        while True:
            self.step += 1
            [act] = self.dice.choices([self.command, self.arrive, self.report, self.pass_time], [12, 1, 1, 2])
            await act()

    @property
    def name(self) -> str:
        return f"{self.seed}-{self.step}"

    async def open_cases(self) -> list[Case]:
        return [case for case in await self.room.store.live_cases() if case.is_open]

    async def arrive(self) -> None:
        """From a source, which is told nothing; its cursor is another test's."""
        if len(await self.open_cases()) < MOST_OPEN:
            await self.room.receive(
                Complaint(
                    key=self.name,
                    channel=self.dice.choice(["x", "facebook", "forum"]),
                    text=f"Meu pedido {self.name} não chegou",
                    posted_at=self.room.now(),
                    author=f"João {self.dice.randint(1, 9)}",
                    kind=self.dice.choice(list(Kind)),
                )
            )

    async def report(self) -> None:
        if len(await self.open_cases()) < MOST_OPEN:
            await self.hear("bea", f"new The lamp {self.name} broke author=Ola{self.name}")

    async def pass_time(self) -> None:
        left = self.ends - self.room.now() - timedelta(minutes=1)
        await self.room.advance(min(timedelta(minutes=self.dice.randint(1, 50)), max(left, timedelta())))

    async def command(self) -> None:
        cases = list(await self.room.store.live_cases())
        if cases:
            case = self.dice.choice(cases)
            by, line = self._afterwards(case) if not case.is_open else await self._in_hand(case)
            if line:
                await self.hear(by, line, case.number)

    def _afterwards(self, case: Case) -> tuple[str, str]:
        n = case.number
        if case.ending is not Ending.CLOSED:
            return "bea", self.dice.choice([f"reopen {n} it is ours", "", "", ""])
        return "lia", self.dice.choice([f"review {n} learned {self.name}", f"checked {n}", f"reopen {n} not over"])

    async def _in_hand(self, case: Case) -> tuple[str, str]:
        n, name = case.number, self.name
        if not case.owner:
            return self.dice.choice(ANSWERING), f"claim {n}"
        if self.dice.random() < 0.6:
            return case.owner, self._towards_the_end(case)
        other = self.dice.choice([each.number for each in await self.open_cases()])
        by = self.dice.choice([case.owner, "lia", "bea"])
        return by, self.dice.choice(
            [
                f"facts {n} found {name}",
                f"promise {n} call {name} by {self.dice.choice(['2h', 'tomorrow 12:00', '5d'])}",
                f"still-on {n}",
                f"snooze {n} 2h waiting {name}",
                f"private {n} {self.dice.choice(['dm', 'phone'])} {name}",
                f"release {n} note {name}",
                f"assign {n} {self.dice.choice(ANSWERING)} note {name}",
                f"merge {n} into {other}",
                f"dismiss {n} not ours {name}",
                f"resolved {n} solved {name}",
                f"satisfied {n} {self.dice.choice(['no', 'unreachable'])} {name}",
            ]
        )

    def _towards_the_end(self, case: Case) -> str:
        """The next thing that closing wants, as its owner would do it."""
        n, name = case.number, self.name
        if not case.facts_at:
            return f"facts {n} order {name}"
        wanted = closing_list(case, PLAN)
        if not wanted:
            return f"close {n} {self.dice.choice(['satisfied', 'advocate', 'neutral'])} {name}"
        word = wanted[0].command.partition(" ")[0]
        match word:
            case "reply":
                kind = {"statement": "closing", "wrap-up": "wrap-up"}.get(wanted[0].kind.value, "solution")
                if kind != "solution" and self.dice.random() < 0.5:
                    return f"skip {n} {wanted[0].kind} because {name}"
                return f"reply {n} {kind}: {case.complaint.author}, sentimos muito {name}. Volto aqui hoje às 15h."
            case "sent":
                return f"sent {n} https://example.com/{name}"
            case "resolved":
                return f"resolved {n} new parcel {name}"
            case "satisfied":
                return f"satisfied {n} yes {name}"
            case "update-asked":
                return f"update-asked {n} {name}"
        return wanted[0].command

    async def hear(self, by: str, line: str, number: int = 0) -> None:
        request = self.name
        answer = await self.room.hear(by, line, request=request)
        read = " ".join(plain(each) for each in answer.lines)
        if read.startswith("Noted as #"):
            self.told.write(Acknowledged(line, opened=int(read.split("#")[1].split(".")[0])))
        elif read.startswith("Noted.") or getattr(answer, "copy", ""):
            self.told.write(Acknowledged(line, number, request))
