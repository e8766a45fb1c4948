"""What all checks of a draft cost, beside one scan of the same text by one pattern, and on a draft of 100 KB.

Run it: ``python -m tests.bench.bench_replies``. Everything is measured in one run, on drafts of the corpora.
"""

from __future__ import annotations

import json
import random
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rapidfuzz import fuzz

from bot.core.draft_checks.draft import Draft, findings
from bot.core.draft_checks.own_words import SAME, own_words, remember
from bot.core.draft_checks.phrase_lists import phrases
from bot.core.draft_checks.plain import Plain, read
from bot.core.plan import Plan
from bot.core.replies.template import ReplyKind

CORPUS = Path(__file__).parents[1] / "replies" / "corpus"
NOW = datetime(2026, 8, 24, 13, tzinfo=UTC)
PLAN = Plan(brand="Loja Azul", committee=())
#: The aim for a draft of 100 KB, in milliseconds.
AIM_MS = 50


def _text(length: int) -> str:
    lines = (CORPUS / "pt.jsonl").read_text(encoding="utf-8").splitlines()
    said = " ".join(json.loads(line)["text"] for line in lines)
    return (said * (length // len(said) + 1))[:length]


def _draft(text: str) -> Draft:
    return Draft(text, ReplyKind.HEARD, "pt", NOW, PLAN, complaint="minha mesa não chegou", author="João Prado")


def _median_ms(step: Callable[[], object], times: int) -> float:
    spent = []
    for _ in range(times):
        read.cache_clear()  # Each draft is new: nothing of it was read before.
        start = time.perf_counter()
        step()
        spent.append(time.perf_counter() - start)
    return 1_000 * statistics.median(spent)


def _said(many: int) -> list[str]:
    """What other customers were told: sentences of the corpora, joined anew for each."""
    lines = (CORPUS / "pt.jsonl").read_text(encoding="utf-8").splitlines()
    told, chance = [json.loads(line)["text"] for line in lines], random.Random(1)  # noqa: S311  # the same each run
    return [" ".join(chance.sample(told, chance.randint(1, 4))) for _ in range(many)]


def _compared_before(text: str, earlier: Sequence[str]) -> None:
    """As it was: the last hundred, each read anew, when a reply was accepted and again when it was shown."""
    for _ in range(2):
        said = folded(text)
        any(fuzz.ratio(said, folded(other), score_cutoff=SAME) for other in earlier[:100])


def folded(text: str) -> str:
    return " ".join(Plain(text).words.decode().split())


def _sameness() -> dict[str, float]:
    """What it costs to compare a reply with those of others, which were read when the bot started."""
    earlier, text = _said(10_000), _text(600)
    remember(earlier)
    before = _median_ms(lambda: _compared_before(text, earlier), 20)
    now = _median_ms(lambda: own_words(text, "pt", earlier=earlier), 20)
    return {
        "a reply compared with 10,000 others, in ms": now,
        "the same / with the last 100, twice, as before": now / before,
    }


def measure() -> dict[str, float]:
    short, long = _text(600), _text(100_000)
    one = phrases("pt", "calm/insult")
    findings(_draft(short))
    checked = _median_ms(lambda: findings(_draft(short)), 200)
    scanned = _median_ms(lambda: one.found(Plain(short)), 200)
    return {
        "all checks of 600 characters / one scan by one pattern": checked / scanned,
        f"all checks of 100 KB, in ms (aim {AIM_MS})": _median_ms(lambda: findings(_draft(long)), 9),
        **_sameness(),
    }


if __name__ == "__main__":
    for what, value in measure().items():
        print(f"{what}: {value:.1f}")
