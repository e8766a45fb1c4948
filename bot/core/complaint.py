"""A complaint as a source gave it, frozen, and the key by which it is known again."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

import msgspec

#: Longest complaint text that is kept, in characters. Our choice: Reclame AQUI
#: and forum posts stay whole, and a runaway page cannot fill a case file.
TEXT_LIMIT = 8_000
#: Longest author, title and link, in characters. Our choice.
NAME_LIMIT, LINK_LIMIT = 120, 2_000

_KEEP_CONTROLS = {"\n", "\t"}
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
#: Joins pictures to one; between letters it only hides.
_JOINER, _PICTURED = "\u200d", "\ufe0f"
_SPACES = re.compile(r"[^\S\n]+")


class Kind(StrEnum):
    """What the customer wants. Praise never turns the light yellow (rule 001-11)."""

    COMPLAINT = "complaint"
    QUESTION = "question"
    PRAISE = "praise"


class Complaint(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a customer said in public. Times are aware and in UTC.

    ``key`` is the same whenever the same post is seen again. ``posted_at`` is the
    customer's clock: every deadline counts from it (rule 004-21).
    """

    key: str
    channel: str
    text: str
    posted_at: datetime
    author: str = ""
    link: str = ""
    kind: Kind = Kind.COMPLAINT
    source: str = "hand"
    title: str = ""


def clean(text: str, limit: int | None = None) -> str:
    """Text from outside as plain data: no control, bidirectional or other unseen marks.

    Line ends become newlines. A text of more than ``limit`` characters is clipped, and ends with an ellipsis.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    is_plain = text.replace("\n", "").isprintable()  # Most texts are, and none of the unseen is printable.
    seen = text if is_plain else "".join(char for before, char in pairwise(f" {text}") if _is_kept(char, before))
    kept = unicodedata.normalize("NFC", seen)
    kept = _SPACES.sub(" ", kept)
    kept = re.sub(r"\n{3,}", "\n\n", kept).strip()
    return kept if limit is None or len(kept) <= limit else kept[: limit - 1].rstrip() + "…"


def _is_kept(char: str, before: str) -> bool:
    if char == _JOINER:
        return before == _PICTURED or unicodedata.category(before) in {"So", "Sk"}
    return char in _KEEP_CONTROLS or unicodedata.category(char) not in _UNSEEN


def key_of(*parts: str) -> str:
    """A short stable key from what identifies a post: its link, or its channel, author and text."""
    digest = hashlib.blake2b("\x1f".join(parts).encode(errors="surrogatepass"), digest_size=12)
    return digest.hexdigest()
