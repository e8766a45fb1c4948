"""Cases as cards: what the room sees, what its threads say, and what one member reads.

This is the whole of it for the rest of the bot; the files inside are one subject each.
"""

from __future__ import annotations

from bot.core.showing.card import button, buttons, case_card, next_owed, owed_line, waits_for_customer
from bot.core.showing.discreet import discreet, discreet_card
from bot.core.showing.findings import findings_lines, remarks, remarks_end
from bot.core.showing.names import CHANNEL_NAMES, age_in_days, channel_name, outcome_name
from bot.core.showing.reading import case_line, green_card, help_card, history_card, refusal, said, todo_card, usage
from bot.core.showing.reminder import reminder_card
from bot.core.showing.second_reading import awaited, reading_card
from bot.core.showing.thread import thread_card

__all__ = [
    "CHANNEL_NAMES",
    "age_in_days",
    "awaited",
    "button",
    "buttons",
    "case_card",
    "case_line",
    "channel_name",
    "discreet",
    "discreet_card",
    "findings_lines",
    "green_card",
    "help_card",
    "history_card",
    "next_owed",
    "outcome_name",
    "owed_line",
    "reading_card",
    "refusal",
    "remarks",
    "remarks_end",
    "reminder_card",
    "said",
    "thread_card",
    "todo_card",
    "usage",
    "waits_for_customer",
]
