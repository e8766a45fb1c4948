"""What a complaint itself suggests is special about its case: a person decides (rules 000-12, 001-13)."""

from __future__ import annotations

from typing import Final

from bot.core.draft_checks.calm import calm
from bot.core.draft_checks.phrase_lists import phrases
from bot.core.draft_checks.plain import read
from bot.core.events import Mark

#: What of a customer's words is heat. Their blame and their exclamation marks are no more than a complaint has.
_HEAT: Final = frozenset({"calm/shouting", "calm/insult", "calm/threat"})


def suggested(complaint: str, language: str) -> tuple[Mark, ...]:
    """Heated when the customer shouts, insults or threatens; legal when they speak of lawyers and courts."""
    is_heated = any(each.id in _HEAT for each in calm(complaint, language))
    is_legal = any(phrases(language, "marks/legal").spans(read(complaint)))
    found = ((Mark.HEATED, is_heated), (Mark.LEGAL, is_legal))
    return tuple(mark for mark, is_so in found if is_so)
