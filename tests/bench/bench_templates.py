"""Times the reading of every hostile template against the median shipped one: run it, nothing asserts a clock."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from bot.core.replies import TemplateError, draft, read_template  # noqa: E402
from bot.core.replies.allowed import _compiled  # noqa: E402
from bot.library import SHIPPED, load  # noqa: E402
from tests.core.test_hostile_templates import EVERY_FILE, KNOWN  # noqa: E402

ROUNDS = 5


def measure() -> dict[str, float]:
    """Milliseconds, the best of five rounds each: ``shipped`` is the median, ``library`` a whole load."""
    shipped = [_best(_use, file.read_bytes()) for file in sorted(SHIPPED.glob("*/*.md.j2"))]
    hostile = {name: _best(_use, source) for name, source in EVERY_FILE.items()}
    return {"shipped": statistics.median(shipped), "library": _best(load), **hostile}


def _use(source: bytes) -> None:
    """Reads a template and makes its first draft, as if nobody had before."""
    _compiled.cache_clear()
    try:
        draft(read_template(source, name="any", language="en", file="any"), KNOWN)
    except TemplateError:
        return


def _best(work: Callable[..., object], *args: object) -> float:
    def once() -> float:
        start = perf_counter()
        work(*args)
        return (perf_counter() - start) * 1_000

    return min(once() for _ in range(ROUNDS))


def main() -> None:
    figures = measure()
    shipped, library = figures.pop("shipped"), figures.pop("library")
    print(f"a shipped template, median  {shipped:8.2f} ms")
    print(f"the whole library           {library:8.2f} ms")
    for name in sorted(figures, key=figures.__getitem__, reverse=True)[:10]:
        print(f"{name:<50}{figures[name]:8.2f} ms  {figures[name] / shipped:5.1f} times a shipped one")


if __name__ == "__main__":
    main()
