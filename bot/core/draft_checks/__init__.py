"""Drafts read as a careful colleague would read them, before a person posts them: pure, values in, findings out.

``findings(Draft(...))`` is the door. It opens when it is asked for: the plan reads its regions from this folder,
and the checks read the plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.core.draft_checks.colleague import Draft, findings
    from bot.core.draft_checks.finding import Finding, Severity

__all__ = ["Draft", "Finding", "Severity", "findings"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from bot.core.draft_checks import colleague

    return getattr(colleague, name)
