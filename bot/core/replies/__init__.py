"""Replies: drafts with holes that a person fills, and the library they come from.

This is the whole of it for the rest of the bot; the files inside are one subject each.
"""

from __future__ import annotations

from bot.core.replies.allowed import KNOWN, OUTPUT_LIMIT
from bot.core.replies.drafts import draft, fingerprint, is_bare, unfilled
from bot.core.replies.length import LIMITS, fitting, length
from bot.core.replies.library import Library, nearest
from bot.core.replies.parts import CHOSEN, JOIN, MOST_PARTS, Part, PartKind, composed, read_part
from bot.core.replies.template import (
    FULLER,
    PARTS,
    SOURCE_LIMIT,
    Hole,
    ReplyKind,
    Template,
    TemplateError,
    read_template,
)

__all__ = [
    "CHOSEN",
    "FULLER",
    "JOIN",
    "KNOWN",
    "LIMITS",
    "MOST_PARTS",
    "OUTPUT_LIMIT",
    "PARTS",
    "SOURCE_LIMIT",
    "Hole",
    "Library",
    "Part",
    "PartKind",
    "ReplyKind",
    "Template",
    "TemplateError",
    "composed",
    "draft",
    "fingerprint",
    "fitting",
    "is_bare",
    "length",
    "nearest",
    "read_part",
    "read_template",
    "unfilled",
]
