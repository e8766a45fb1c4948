"""Complaints that stand in a file named on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.core.complaint import Complaint
from bot.ports import Clock


class BadInput(Exception):
    """A file on the command line that cannot be read."""


def read_complaints(
    file: Path, zone: ZoneInfo, clock: Clock, channel: str = "", columns: Mapping[str, str] | None = None
) -> tuple[Complaint, ...]:
    """Raises BadInput."""
    from adapters.sources.files import (  # Loaded for a file alone, since a feed's reader comes with it.
        BadFile,
        read_file,
    )

    try:
        return read_file(file, channel=channel, columns=columns, clock=clock, zone=zone)
    except BadFile as error:
        raise BadInput(str(error)) from None
    except OSError as error:
        raise BadInput(f"{file}: {error.strerror}") from None


def column(said: str) -> tuple[str, str]:
    """A column of a CSV file and the header that it has there. Raises BadInput."""
    name, equals, header = said.partition("=")
    if not equals:
        raise BadInput(f"--column {said}: write it as text=Mensagem")
    return name, header
