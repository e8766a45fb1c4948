"""Forms that are too long for the hundred characters of a component's id, kept under a short token."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
from collections import OrderedDict
from pathlib import Path
from typing import Final

import msgspec

from bot.core.cards import Form
from bot.logs import logger

log = logger(__name__)

#: How many are kept; the oldest go first. Our choice: a form is filled in within minutes, and none is larger than a
#: few kilobytes.
MOST: Final = 500
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{8,32}")


class Kept:
    """One file for each form, in the data folder, so that a button works after a restart too.

    What cannot be written is remembered as long as the bot runs; a form that is gone says so when it is opened.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._forms: OrderedDict[str, Form] = OrderedDict()

    async def keep(self, form: Form) -> str:
        """The form's token, durable when this returns unless the disk refuses."""
        token = secrets.token_urlsafe(9)
        self._forms[token] = form
        while len(self._forms) > MOST:
            self._forms.popitem(last=False)
        try:
            await asyncio.to_thread(self._write, token, msgspec.json.encode(form))
        except OSError as error:
            log.warning("a form is kept until the next start only", error=type(error).__name__)
        return token

    async def form(self, token: str) -> Form | None:
        """The form of this token; None when it is gone."""
        if token in self._forms or not _TOKEN.fullmatch(token):
            return self._forms.get(token)
        try:
            return msgspec.json.decode(await asyncio.to_thread(self._file(token).read_bytes), type=Form)
        except (OSError, msgspec.DecodeError):
            return None

    def _file(self, token: str) -> Path:
        return self._folder / f"{token}.json"

    def _write(self, token: str, text: bytes) -> None:
        """Whole or not at all: what a member typed may be in it, so that only the bot reads it."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self._folder / f"{token}.part"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._file(token))
        self._forget_the_oldest()

    def _forget_the_oldest(self) -> None:
        files = sorted(self._folder.iterdir(), key=lambda file: file.stat().st_mtime)
        for file in files[: max(0, len(files) - MOST)]:
            file.unlink(missing_ok=True)
