"""What a hostile feed costs to refuse, against reading an ordinary one of the same size."""

from __future__ import annotations

import contextlib
import statistics
import time

from adapters.sources import entries
from adapters.sources.document import NoFeed
from tests.sources.test_entries import ATOM, HOSTILE, NOW

ENTRY = "<entry><title>Meu pedido não chegou</title><summary>{text}</summary></entry>"


def measure() -> dict[str, float]:
    """Each as a multiple of an ordinary 1 MB feed of twenty entries, medians of three."""
    ordinary = f"{ATOM}{ENTRY.format(text='palavra ' * 6_000) * 20}</feed>"
    plain = took(ordinary)
    return {f"hostile “{name}” / ordinary 1 MB feed": took(text) / plain for name, text in HOSTILE.items()}


def took(text: str) -> float:
    times = []
    for _ in range(3):
        began = time.perf_counter()
        with contextlib.suppress(NoFeed):
            entries.read(text.encode(), now=NOW, most=5_000)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name}: {value:.2f}")
