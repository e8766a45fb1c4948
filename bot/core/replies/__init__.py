"""Replies: drafts with holes that a person fills, and the library they come from.

This is the whole of it for the rest of the bot; the files inside are one subject each.
"""

from __future__ import annotations

from bot.core.replies.allowed import KNOWN, OUTPUT_LIMIT
from bot.core.replies.drafts import draft, fingerprint, is_bare, unfilled
from bot.core.replies.length import LIMITS, fitting, length
from bot.core.replies.library import Library, nearest
from bot.core.replies.template import (
    FULLER,
    SOURCE_LIMIT,
    Hole,
    ReplyKind,
    Template,
    TemplateError,
    read_template,
)

__all__ = [
    "FULLER",
    "KNOWN",
    "LIMITS",
    "OUTPUT_LIMIT",
    "SOURCE_LIMIT",
    "Hole",
    "Library",
    "ReplyKind",
    "Template",
    "TemplateError",
    "draft",
    "fingerprint",
    "fitting",
    "is_bare",
    "length",
    "nearest",
    "read_template",
    "unfilled",
]
