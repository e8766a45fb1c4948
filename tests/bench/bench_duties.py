"""What asking a case for its duties costs, as a ratio to writing the case down once, taken in one run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec

from bot.core.case import Case, fold
from bot.core.complaint import Complaint
from bot.core.duties import duties, next_look, overdue
from bot.core.events import Claimed, Entry, FactsRecorded, Opened, Promised, ReplyAccepted, ReplySent
from bot.core.plan import Member, Plan, Role
from bot.core.replies import ReplyKind

#: A Tuesday, 09:00 in São Paulo.
POSTED = datetime(2026, 3, 10, 12, tzinfo=UTC)
NOW = POSTED + timedelta(hours=5)
PLAN = Plan(
    "acme",
    (Member("ana", "Ana", (Role.COMMUNITY_MANAGER,)), Member("rui", "Rui", (Role.LEAD,))),
    country="BR",
    subdivision="SP",
)


def typical() -> Case:
    """Claimed, heard, with facts and a promise: half way through its day."""
    told = [
        ("", Opened(Complaint("key", "facebook", "Meu pedido não chegou. " * 20, POSTED))),
        ("ana", Claimed()),
        ("ana", ReplyAccepted("Olá João, lamentamos muito. " * 10, ReplyKind.HEARD)),
        ("ana", ReplySent("https://example.com/1")),
        ("ana", FactsRecorded("lost by the carrier")),
        ("ana", Promised(1, "call", POSTED + timedelta(hours=10))),
    ]
    return fold(12, [Entry(POSTED + n * timedelta(minutes=20), event, by) for n, (by, event) in enumerate(told)])


def measure(rounds: int = 2_000) -> dict[str, float]:
    """Each question's cost in encodings of the case: the median of pairs taken one after the other."""
    case, encoder = typical(), msgspec.json.Encoder()
    questions: dict[str, Callable[[], object]] = {
        "duties": lambda: duties(case, PLAN, NOW),
        "overdue, nothing due": lambda: overdue(case, PLAN, NOW),
        "next_look": lambda: next_look(case, PLAN, NOW),
    }
    return {
        f"{name} / one msgspec encode of the case": _ratio(ask, lambda: encoder.encode(case), rounds)
        for name, ask in questions.items()
    }


def _ratio(ask: Callable[[], object], plain: Callable[[], object], rounds: int) -> float:
    return statistics.median(_seconds(ask) / _seconds(plain) for _ in range(rounds))


def _seconds(call: Callable[[], object], times: int = 10) -> float:
    began = time.perf_counter()
    for _ in range(times):
        call()
    return time.perf_counter() - began


def main() -> None:
    for name, figure in measure().items():
        print(f"{name:54} {figure:8.1f}")


if __name__ == "__main__":
    main()
