"""The committee as its chat knows it: asked for now and then, kept in the data folder, and put into the room's plan."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple, Protocol

import msgspec

from bot.core.people import Joining, Roster, accounts_of, displaced, enrolled, is_complete, staffed
from bot.core.plan import Plan
from bot.logs import logger
from bot.ports import StoreError
from bot.room import Room

log = logger(__name__)

#: How often everybody is asked for. Our choice: whoever joins and acts is asked for at once anyway.
EVERY: Final = timedelta(minutes=10)
#: How often while somebody of the group is not known yet. Our choice.
WHILE_INCOMPLETE: Final = timedelta(minutes=1)
#: Strangers who act cause one question in this time, however many they are. Our choice.
STRANGERS_EVERY: Final = timedelta(minutes=1)

_ROSTER: Final = msgspec.json.Decoder(Roster)

Keep = Callable[[Path, bytes], None]
"""Puts this content in the file's place, durably and whole; raises OSError and leaves the old one."""


class Looked(NamedTuple):
    """What a chat says of people; ``trouble`` is what it did not say and why, empty when nothing is missing."""

    roster: Roster
    trouble: str = ""


class Directory(Protocol):
    """A chat's own list of people."""

    async def look(self, known: Roster, accounts: Sequence[str], *, everybody: bool) -> Looked:
        """``known`` with what the chat says now of these accounts and of its group. Never raises for the chat's
        troubles: what the chat does not say stays as it is known. Without ``everybody`` people who are known
        are not asked for again.
        """
        ...


def roster_file(data: Path, chat: str) -> Path:
    """Where the people of this chat are kept."""
    return data / f"people-{chat}.json"


def read_roster(file: Path) -> Roster:
    """The people as last kept; nobody before the first time. Raises StoreError when the file makes no sense."""
    try:
        return _ROSTER.decode(file.read_bytes())
    except FileNotFoundError:
        return Roster()
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreError(
            f"{file} cannot be read ({error}). Put the file back from your backup: it says who acts under which id. "
            "Moved out of the data folder, ids are given anew; then start again."
        ) from error


class People:
    """Keeps a room's committee as the chat knows it. ``recall`` comes first, before anything is looked at.

    Kept before it counts: nobody acts under an id that a crash could forget. When the chat does not answer,
    or the file cannot be written, what was known before stands.
    """

    def __init__(self, room: Room, joining: Joining, directory: Directory, keep: Keep) -> None:
        self._room, self._joining, self._directory, self._keep = room, joining, directory, keep
        self._settings, self._roster = room.plan, Roster()
        self._file = roster_file(room.data, joining.chat)
        self._turn = asyncio.Lock()
        self._asked_at: datetime | None = None
        self._trouble = ""

    async def recall(self) -> None:
        """Everybody as they were known when the bot last ran. Raises StoreError."""
        self._roster = await asyncio.to_thread(read_roster, self._file)
        await self._change()

    async def refresh(self, *, everybody: bool = True) -> None:
        """Asks the chat once; without ``everybody`` only for the group, and for people who are not known."""
        async with self._turn:
            accounts = accounts_of(self._roster, self._settings, self._joining)
            looked = await self._directory.look(self._roster, accounts, everybody=everybody)
            self._tell(looked.trouble)
            await self._take(enrolled(looked.roster, self._settings, self._joining))

    async def meet(self, account: str) -> str:
        """The id of somebody who acts; a stranger may have joined the group since it was last asked for. Empty
        for those who have not.
        """
        if (id := self._known(account)) or not self._joining.group:
            return id
        if self._may_ask():
            await self.refresh(everybody=False)
        else:
            async with self._turn:  # Another question may be under way: its answer is ours too.
                pass
        return self._known(account)

    async def follow(self) -> None:
        """Asks again and again, until cancelled."""
        while True:
            try:
                await self.refresh()
            except Exception:  # A bug here must not end the watch: the committee as it is known stands.
                log.exception("looking up the committee failed")
            await asyncio.sleep(self._pause().total_seconds())

    def _known(self, account: str) -> str:
        return self._room.plan.with_account(self._joining.chat, account)

    def _may_ask(self) -> bool:
        now = self._room.now()
        if self._asked_at and abs(now - self._asked_at) < STRANGERS_EVERY:
            return False
        self._asked_at = now
        return True

    def _pause(self) -> timedelta:
        return EVERY if is_complete(self._roster, self._joining) else WHILE_INCOMPLETE

    async def _take(self, roster: Roster) -> None:
        if roster == self._roster:
            return
        try:
            await asyncio.to_thread(self._keep, self._file, written(roster))
        except OSError as error:
            log.warning("the committee cannot be kept, and stays as it was", error=type(error).__name__)
            return
        self._roster = roster
        await self._change()

    async def _change(self) -> None:
        """The room goes by what is known now."""
        before, plan = self._room.plan, staffed(self._settings, self._roster, self._joining)
        if plan == before:
            return
        await self._room.change(plan)
        _tell_change(before, plan)
        for id in displaced(self._roster, self._settings, self._joining):
            log.warning("an id of the settings is another's by the group; heard check says more", member=id)

    def _tell(self, trouble: str) -> None:
        """Once, and once more when it is over: the same every ten minutes would hide what is new."""
        if trouble and trouble != self._trouble:
            log.warning("the committee could not be looked up as it should", reason=trouble)
        elif self._trouble and not trouble:
            log.info("the committee can be looked up again")
        self._trouble = trouble


def written(roster: Roster) -> bytes:
    """As the file has it, for people to read."""
    return msgspec.json.format(msgspec.json.encode(roster), indent=1) + b"\n"


def _tell_change(before: Plan, after: Plan) -> None:
    was, is_now = {each.id for each in before.committee}, {each.id for each in after.committee}
    if joined := sorted(is_now - was):
        log.info("joined the committee", member=joined)
    if left := sorted(was - is_now):
        log.info("left the committee", member=left)
