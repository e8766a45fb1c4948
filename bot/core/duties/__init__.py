"""What is owed: by whom, by when, the one command that meets it, and the reminder that is due.

This is the whole of it for the rest of the bot; the files inside are one subject each.
"""

from __future__ import annotations

from bot.core.duties.closing import Wanted, closing_list
from bot.core.duties.duty import Duty, DutyKind, is_late
from bot.core.duties.owed import THANKS, duties, each_once
from bot.core.duties.reminding import (
    DUE_LEVEL,
    RESPITE,
    SHELVED_AFTER,
    SHELVED_ANYWAY,
    may_be_shelved,
    next_look,
    overdue,
    reminders,
    rings,
    standing,
)

__all__ = [
    "DUE_LEVEL",
    "RESPITE",
    "SHELVED_AFTER",
    "SHELVED_ANYWAY",
    "THANKS",
    "Duty",
    "DutyKind",
    "Wanted",
    "closing_list",
    "duties",
    "each_once",
    "is_late",
    "may_be_shelved",
    "next_look",
    "overdue",
    "reminders",
    "rings",
    "standing",
]
