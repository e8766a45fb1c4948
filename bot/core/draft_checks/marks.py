"""What a complaint itself suggests is special about its case: a person decides (rules 000-12, 001-13)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.core.draft_checks.calm import calm
from bot.core.draft_checks.finding import Finding
from bot.core.draft_checks.phrase_lists import phrases
from bot.core.draft_checks.plain import read
from bot.core.events import Mark

#: What of a customer's words is heat. Their blame and their exclamation marks are no more than a complaint has.
_HEAT: Final = frozenset({"calm/shouting", "calm/insult", "calm/threat"})


def suggested(complaint: str, language: str) -> tuple[Mark, ...]:
    """Heated when the customer shouts, insults or threatens; legal when they speak of lawyers and courts.

    Whoever calmly announces their lawyer threatens nobody with anything else.
    """
    legal = phrases(language, "marks/legal").found(read(complaint))
    heat = [each for each in calm(complaint, language) if each.id in _HEAT and not _is_about(legal, each)]
    found = ((Mark.HEATED, heat), (Mark.LEGAL, legal))
    return tuple(mark for mark, signs in found if signs)


def _is_about(legal: Iterable[tuple[int, int]], found: Finding) -> bool:
    is_threat = found.id == "calm/threat"
    return is_threat and any(start < found.end and found.start < end for start, end in legal)
