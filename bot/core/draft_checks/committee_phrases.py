"""Phrases that the committee adds to the lists, or says are fine, in its plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from bot.core.draft_checks.calm import KINDS, phrase_finding
from bot.core.draft_checks.discretion import sensitive_finding
from bot.core.draft_checks.finding import Finding
from bot.core.draft_checks.phrase_lists import Phrases
from bot.core.draft_checks.plain import Plain, read
from bot.core.draft_checks.quotes import own_voice
from bot.core.draft_checks.taken_back import Span, apart
from bot.core.plan import OwnPhrases

#: What a committee may call fine: how something is said. What is private, or asked too early, stays so.
_MAY_BE_FINE: Final = ("calm/", "language/mixed", "discretion/sensitive")
_NONE: Final = OwnPhrases()


def with_own(
    found: Iterable[Finding], text: str, own: OwnPhrases, *, legal: bool = False, is_public: bool = True
) -> Iterator[Finding]:
    """What was found, without what the committee finds fine, and with what its own phrases find besides.

    ``legal``: the case has a legal face, so that admissions count.
    """
    if own == _NONE:
        yield from found
        return
    plain = read(own_voice(text))
    fine = [plain.span(*span) for span in _listed(own.fine).spans(plain)]
    kept = [each for each in found if not (_is_about_words(each) and _overlaps(each, fine))]
    if _listed(own.regret).found(plain):
        kept = [each for each in kept if each.id != "empathy/regret"]
    yield from kept
    for each in _besides(plain, own, legal=legal, is_public=is_public):
        if not _overlaps(each, [(other.start, other.end) for other in kept if other.id == each.id]):
            yield each


def _besides(plain: Plain, own: OwnPhrases, *, legal: bool, is_public: bool) -> Iterator[Finding]:
    fine = list(_listed(own.fine).spans(plain))
    for kind in KINDS if legal else (kind for kind in KINDS if kind != "admission"):
        for span in apart(_listed(getattr(own, kind.replace("-", "_"))).spans(plain), fine):
            yield phrase_finding(kind, plain.span(*span))
    for span in apart(_listed(own.sensitive).spans(plain), fine) if is_public else ():
        yield sensitive_finding(*plain.span(*span))


def _is_about_words(finding: Finding) -> bool:
    return finding.id.startswith(_MAY_BE_FINE)


def _overlaps(finding: Finding, spans: Iterable[Span]) -> bool:
    return any(finding.start < end and start < finding.end for start, end in spans)


@lru_cache(maxsize=256)
def _listed(phrases: tuple[str, ...]) -> Phrases:
    return Phrases(phrases)
