"""The one door to the checks: a draft with everything that they need, and all that they find in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

import msgspec

from bot.core.draft_checks.calm import calm
from bot.core.draft_checks.committee_phrases import with_own
from bot.core.draft_checks.discretion import Public, discretion
from bot.core.draft_checks.empathy import Heard, empathy
from bot.core.draft_checks.finding import Finding, Severity
from bot.core.draft_checks.limits import beyond_limit
from bot.core.draft_checks.order import order
from bot.core.draft_checks.own_words import own_words, remember
from bot.core.draft_checks.promises import noted, promises
from bot.core.draft_checks.shape import shape
from bot.core.draft_checks.tongue import spoken, tongue
from bot.core.plan import Limits, OwnPhrases, Plan
from bot.core.replies.template import ReplyKind


class Draft(msgspec.Struct, frozen=True):
    """A draft and everything that its checks need. ``now`` is aware: when it is read.

    ``language`` is the customer's; ``author`` is what the post shows, ``known_name`` what only the company knows.
    ``agreed``: the customer said that they are satisfied; ``asked``: the last thing that they were asked for already
    ("", "update", "correction", "removal"). ``legal``: the case has a legal face. ``frame`` is the draft as the
    template offered it, with its holes; empty, there was no template. ``earlier`` are texts sent to other customers.
    ``is_public`` is False where one person alone reads it: then nothing is indiscreet. ``limits`` are what the draft's
    own author may promise.
    """

    text: str
    kind: ReplyKind
    language: str
    now: datetime
    plan: Plan
    channel: str = ""
    complaint: str = ""
    author: str = ""
    known_name: str = ""
    agreed: bool = False
    asked: str = ""
    legal: bool = False
    frame: str = ""
    earlier: tuple[str, ...] = ()
    is_public: bool = True
    limits: Limits = Limits()


_WORST_FIRST: Final = (Severity.BLOCK, Severity.WARN, Severity.NOTE)


def findings(draft: Draft) -> tuple[Finding, ...]:
    """All that a careful colleague finds, the worst first, then by place; the same for the same draft."""
    own = draft.plan.phrases.get(spoken(draft.text, draft.language), OwnPhrases())
    found = with_own(_found(draft), draft.text, own, legal=draft.legal, is_public=draft.is_public)
    return tuple(sorted(_said_once(found), key=_rank))


def _said_once(found: Iterable[Finding]) -> Iterator[Finding]:
    """Nobody is told twice that the problem has no name: empathy says it, where the reply is of a kind that owes it."""
    each_found = list(found)
    is_told = any(each.id == "empathy/understood" for each in each_found)
    return (each for each in each_found if not (is_told and each.id == "own-words/case"))


def _rank(finding: Finding) -> tuple[int, int, int, str]:
    return _WORST_FIRST.index(finding.severity), finding.start, finding.end, finding.id


def _found(draft: Draft) -> Iterator[Finding]:
    """Phrases are looked for in the language that the draft is in, which need not be the customer's."""
    text, language = draft.text, spoken(draft.text, draft.language)
    names = (draft.author, draft.known_name, draft.plan.brand)
    promised = promises(text, language, draft.now, draft.plan)
    heard = Heard(draft.complaint, draft.author, draft.known_name, bool(promised))
    yield from own_words(
        text, language, frame=draft.frame, complaint=draft.complaint, author=draft.author, earlier=draft.earlier
    )
    if draft.is_public:
        yield from discretion(text, _public(draft, language))
    yield from empathy(text, language, draft.kind, heard)
    yield from calm(text, language, legal=draft.legal, names=names, complaint=draft.complaint)
    yield from noted(promised, draft.plan)
    yield from beyond_limit(text, language, promised, draft.limits, draft.now, draft.plan)
    yield from order(text, language, agreed=draft.agreed, asked=draft.asked)
    yield from tongue(text, draft.language)
    yield from shape(text, draft.channel, draft.plan)


def _public(draft: Draft, language: str) -> Public:
    known = draft.plan.discretion
    return Public(
        language=language,
        author=draft.author,
        known_name=draft.known_name,
        regions=draft.plan.regions,
        order_shapes=known.order_shapes,
        own_contacts=draft.plan.own_contacts,
        private=draft.plan.private,
        complaint=draft.complaint,
    )


def get_ready(plan: Plan, now: datetime, earlier: Iterable[str] = ()) -> None:
    """Reads one draft in the plan's language: the first of a process takes a second for its patterns, the next none.

    A language's patterns take some 60 MB: those of the others are made when somebody writes in them. ``earlier`` are
    the texts that drafts are compared with.
    """
    remember(earlier)
    limits = Limits(money=0)  # Whoever has limits needs the phrases of what is given.
    findings(Draft("1234567 @ $1", ReplyKind.HEARD, plan.language, now, plan, complaint="@", limits=limits))
