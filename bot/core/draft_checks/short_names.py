"""What friends call a person: Kasia is Katarzyna. Whoever is greeted so is greeted by name, and named so is named."""

from __future__ import annotations

from functools import lru_cache

from bot.core.draft_checks.phrase_lists import phrases


@lru_cache(maxsize=8)
def short_names(language: str) -> tuple[tuple[bytes, bytes], ...]:
    """Beginnings of names and of what friends make of them: (b"katarzyn", b"kas")."""
    pairs = (said.split() for said in phrases(language, "empathy/short").phrases)
    return tuple((stem.encode(), short.encode()) for stem, short in pairs)
