"""The library read by the careful colleague: each template, and what parts compose, with the examples in its holes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import cycle
from typing import Final, NamedTuple

from bot.core.draft_checks.draft import Draft, findings
from bot.core.draft_checks.finding import Finding, Severity
from bot.core.plan import Plan
from bot.core.replies.drafts import CLOSE, OPEN, draft
from bot.core.replies.library import Library
from bot.core.replies.parts import Part, PartKind
from bot.core.replies.template import ReplyKind, Template
from bot.core.showing.names import clip
from bot.core.words import LANGUAGES

#: What only a person adds to a template, so that it is no fault of the template: words of their own.
_A_PERSONS: Final = "own-words/"
#: Asked for, or said, when the customer is satisfied already.
_AGREED: Final = frozenset({ReplyKind.ASK_UPDATE, ReplyKind.CLOSING, ReplyKind.WRAP_UP})
#: A template for every channel is read as one for this.
_ANY_CHANNEL: Final = ("facebook",)
#: Holes that hold what went wrong, in the customer's words.
_PROBLEM: Final = ("problem", "detail")
#: So much is shown of what a finding is about, in characters.
_SHOWN: Final = 60
_CUSTOMER, _MEMBER = "Ana Souza", "Rui"


class Fault(NamedTuple):
    """A finding in a template or part: its file, the words that it is about (empty: something is missing), and it."""

    file: str
    words: str
    finding: Finding


def library_findings(library: Library, plan: Plan, now: datetime) -> Iterator[Fault]:
    """Every finding of every template, and of what the parts compose; each once, however often it is composed."""
    for template in library.templates:
        yield from template_findings(template, plan, now)
    said: set[tuple[str, str, str]] = set()
    for parts in compositions(library):
        for file, words, found in template_findings(library.compose(parts, ReplyKind.HEARD), plan, now):
            by = next((each.file for each in parts if words and words in _alone(each, library, plan)), file)
            if (by, found.id, words) not in said:
                said.add((by, found.id, words))
                yield Fault(by, words, found)


def template_findings(template: Template, plan: Plan, now: datetime) -> tuple[Fault, ...]:
    """What is wrong with a template whose holes hold the examples of its front matter; a good one has none.

    ``now`` is aware. Notes are advice to whoever writes the reply, and none about the template.
    """
    found: dict[tuple[str, int], Fault] = {}
    for channel in template.channels or _ANY_CHANNEL:
        read = _draft(template, channel, plan, now)
        for each in findings(read):
            if each.severity is not Severity.NOTE and not each.id.startswith(_A_PERSONS):
                words = clip(read.text[each.start : each.end], _SHOWN)
                found.setdefault((each.id, each.start), Fault(template.file, words, each))
    return tuple(found.values())


def compositions(library: Library) -> Iterator[tuple[Part, ...]]:
    """Every empathy with every next step, in each language; the facts stand between them in turn."""
    for language in LANGUAGES:
        parts = [each for each in library.parts_in(language) if each.language == language]
        facts = cycle([(each,) for each in parts if each.part is PartKind.FACT] or [()])
        for empathy in (each for each in parts if each.part is PartKind.EMPATHY):
            for step in (each for each in parts if each.part is PartKind.NEXT_STEP):
                yield empathy, *next(facts), step


def _alone(part: Part, library: Library, plan: Plan) -> str:
    return filled(library.compose((part,), ReplyKind.HEARD), plan, _ANY_CHANNEL[0])


def filled(template: Template, plan: Plan, channel: str) -> str:
    """The draft with the examples of its own file in the holes."""
    text = draft(template, {**known(plan), "channel": channel})
    for hole in template.holes:
        text = text.replace(f"{OPEN}{hole.hint}{CLOSE}", hole.example)
    return text


def known(plan: Plan) -> dict[str, str]:
    """What a draft knows of an invented customer and member."""
    private = {channel.value: said for channel, said in plan.private.items()}
    return {"customer": _CUSTOMER, "brand": plan.brand, "member": _MEMBER, **private}


def _draft(template: Template, channel: str, plan: Plan, now: datetime) -> Draft:
    return Draft(
        text=filled(template, plan, channel),
        kind=template.kind,
        language=template.language,
        now=now,
        plan=plan,
        channel=channel,
        complaint=_complaint(template),
        author=_CUSTOMER,
        agreed=template.kind in _AGREED,
    )


def _complaint(template: Template) -> str:
    """The customer's own words, as the examples have them."""
    problem = [hole.example for hole in template.holes if hole.name in _PROBLEM]
    return " ".join(problem or [hole.example for hole in template.holes])
