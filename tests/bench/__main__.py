"""``make bench``: every measured aim as a ratio of medians taken in one run. It judges nothing."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

BENCHES = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))


def main() -> None:
    for name in BENCHES:
        for what, value in importlib.import_module(f"tests.bench.{name}").measure().items():
            aim = re.search(r"aim (?:<= )?([\d.]+)", what)
            note = "" if not aim else "  ok" if value <= float(aim[1]) else "  MISSED"
            print(f"{name.removeprefix('bench_'):<12} {what:<66} {value:10.3f}{note}", flush=True)


if __name__ == "__main__":
    main()
