"""How long a text of 100 KB is searched for promises, whatever it is made of: every check of a draft has 50 ms."""

from __future__ import annotations

from datetime import UTC, datetime
from time import process_time

from bot.core.draft_checks.promises import promises
from bot.core.plan import Plan

LENGTH, ROUNDS = 100_000, 5
NOW = datetime(2026, 8, 24, 10, tzinfo=UTC)
#: Sayings without end, words that lead to none, digits, signs and letters of no alphabet of ours.
HOSTILE = (
    "hoje ", "até as ", "amanhã às 12h, ", "não até segunda, dia 8, às 10h e te ligo. ", "dentro de dos ", "1/1 ", "9-9-",
    "by the end of ", "monday to ", "do do do ", "a quarter past ", ". ", ",", "3 ", "x", "é ", "e e e ", "\n", "😀",
)  # fmt: skip


def measure() -> dict[str, float]:
    """Milliseconds of this process, the best of five rounds, of the worst text; sure to be linear, as every pattern is RE2's."""
    worst = max(_best(language, piece) for language in ("pt", "es", "pl", "en") for piece in HOSTILE)
    return {"promises in the worst of 100 KB, ms (aim 50)": worst}


def _best(language: str, piece: str) -> float:
    text, plan = (piece * (LENGTH // len(piece) + 1))[:LENGTH], Plan(brand="Aurora", committee=(), language=language)

    def once() -> float:
        began = process_time()
        promises(text, language, NOW, plan)
        return (process_time() - began) * 1_000

    return min(once() for _ in range(ROUNDS))
