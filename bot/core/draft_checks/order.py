"""Order: update, correction, removal are asked for after the agreement, in this order, and never for a remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.core.draft_checks.finding import Finding, Severity
from bot.core.draft_checks.patterns import pattern
from bot.core.draft_checks.phrase_lists import phrases
from bot.core.draft_checks.plain import Plain, read
from bot.core.draft_checks.taken_back import Span, apart, standing
from bot.core.words import Msgid, msg, say

_RULES: Final = ("003-14",)
#: All of it blocks: what was asked too early, or bought, cannot be unasked, and it becomes the next complaint.
_SEVERITY: Final = Severity.BLOCK
#: What is asked for, and what must have been asked before.
_BEFORE: Final = {"update": "", "correction": "update", "removal": "correction"}
#: What has been asked, and what that includes.
_ASKED: Final[dict[str, frozenset[str]]] = {
    "": frozenset({""}),
    "update": frozenset({"", "update"}),
    "correction": frozenset({"", "update", "correction"}),
    "removal": frozenset({"", "update", "correction"}),
}
_TOO_EARLY: Final[dict[str, Msgid]] = {
    "update": msg("Ask for an update when the customer is satisfied, and not before: take this out for now."),
    "correction": msg("Ask for a correction when the customer is satisfied and has been asked for an update first."),
    "removal": msg("Ask for a removal last, after an update and a correction, when the customer is satisfied."),
}
_BOUGHT: Final = msg("A remedy is owed whatever the customer writes: never join it to taking a post down.")


def order(text: str, language: str, *, agreed: bool, asked: str = "") -> tuple[Finding, ...]:
    """What is asked of the customer too early. ``agreed``: they said that they are satisfied.

    ``asked`` is the last thing that they were asked for already: "", "update", "correction" or "removal".
    """
    plain = read(text)
    taken: list[Span] = []
    made = list(_remedies(plain, language))
    for kind in ("removal", "correction", "update"):
        found = list(apart(_asked(plain, language, kind), taken))
        taken = sorted((*taken, *found))
        if not agreed or _BEFORE[kind] not in _ASKED.get(asked, _ASKED[""]):
            made += (
                Finding(f"order/{kind}", _SEVERITY, *plain.span(*each), say(_TOO_EARLY[kind]), _RULES) for each in found
            )
    return tuple(sorted(made, key=lambda finding: (finding.start, finding.id)))


def _asked(plain: Plain, language: str, kind: str) -> Iterator[Span]:
    """Where the customer is asked, and not where we say that we do it ourselves."""
    ours = phrases(language, "order/ours")
    for start, end in _said(plain, language, kind):
        first = max((0, *(stop.end() for stop in _STOP.finditer(plain.raw, max(0, start - _NEAR), start))))
        if not any(ours.spans(plain, max(first, start - _NEAR), start)):
            yield start, end


def _said(plain: Plain, language: str, kind: str) -> Iterator[Span]:
    """The list's phrases, but where it only looks so ("update the app"); to take a part out is no removal.

    "Change it" counts where the draft speaks of what was published: "it" may be a battery.
    """
    found = list(standing(plain, language, f"order/{kind}", "order/not-removal"))
    its = list(standing(plain, language, f"order/{kind}-it", "order/not-removal"))
    if its and any(phrases(language, "order/published").spans(plain)):
        found = sorted((*found, *apart(its, found)))
    for but in ("not-asked", "part") if kind == "removal" else ("not-asked",):
        found = list(apart(found, phrases(language, f"order/{but}").spans(plain)))
    yield from found


#: How near before the words those stand that make them our own doing: "I'll have the page corrected". In characters.
_NEAR: Final = 24
_STOP: Final = pattern(r"[.!?;:,\n]")
#: How far a remedy is looked for behind the sentence that asks for a removal, in characters. Our choice.
_NEXT: Final = 80
#: Of the standard library, which makes its matches four times as fast: in linear time too, since a row of signs is
#: taken once and whole.
_SENTENCE: Final = re.compile(rb"(?<![.!?;])[.!?;]++(?: |$)|\n")


def _remedies(plain: Plain, language: str) -> Iterator[Finding]:
    """A removal and a remedy in one sentence: whatever joins them, the one reads as the price of the other.

    "In return" joins the next sentence too.
    """
    removals = list(_said(plain, language, "removal"))[::-1]
    sentences = _sentences(plain) if removals else ()
    for first, last in sentences:
        here = []
        while removals and removals[-1][0] < last:
            here.append(removals.pop())
        if not here or any(phrases(language, "order/not-removal").spans(plain, first, last)):
            continue
        goes_on = any(phrases(language, "order/in-return").spans(plain, last, last + _NEAR))
        remedies = list(phrases(language, "order/remedy").spans(plain, first, last + _NEXT * goes_on))
        if remedies:
            where = (*here, *remedies)
            span = plain.span(min(start for start, _ in where), max(end for _, end in where))
            yield Finding("order/remedy-for-removal", _SEVERITY, *span, say(_BOUGHT), (*_RULES, "001-10"))


def _sentences(plain: Plain) -> Iterator[tuple[int, int]]:
    first = 0
    for stop in _SENTENCE.finditer(plain.raw):
        yield first, stop.end()
        first = stop.end()
    yield first, len(plain.raw)
