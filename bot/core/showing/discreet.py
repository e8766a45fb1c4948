"""Cards without what identifies a customer: who has to see the number reads it behind the complaint's link.

The customer's own words stay verbatim but for that (rules 001-03, 004-30), and so do orders and names, by which the
committee works. The case keeps the original; a text to be copied is the member's own and is not touched.
"""

from __future__ import annotations

from functools import lru_cache

from msgspec.structs import replace

from bot.core.cards import Card, Fact, Section
from bot.core.draft_checks.private import masked
from bot.core.plan import Plan
from bot.core.words import Added, Gone, Span, Text

#: Texts of which it is remembered how they are shown. Our choice: a card is written again and again, and most of
#: what stands on it (phases, names, the customer's words) is the same as before.
_REMEMBERED = 4_096


def discreet(text: str, plan: Plan) -> str:
    """The text with everything private hidden; the plan's own numbers and addresses stay."""
    return _hidden(text, plan.regions, plan.own_contacts)


@lru_cache(_REMEMBERED)
def _hidden(text: str, regions: tuple[str, ...], contacts: tuple[str, ...]) -> str:
    return masked(text, regions, contacts)


def discreet_card(card: Card, plan: Plan) -> Card:
    """The card, in every place that may hold a customer's words or a member's notes on them."""
    return replace(
        card,
        quote=discreet(card.quote, plan),
        byline=_spans(card.byline, plan),
        lines=tuple(_spans(line, plan) for line in card.lines),
        facts=tuple(Fact(fact.label, _spans(fact.value, plan)) for fact in card.facts),
        sections=tuple(Section(each.title, tuple(_spans(line, plan) for line in each.lines)) for each in card.sections),
    )


def _spans(text: Text, plan: Plan) -> Text:
    return tuple(_span(span, plan) for span in text)


def _span(span: Span, plan: Plan) -> Span:
    match span:
        case str():
            return discreet(span, plan)
        case Gone(text) | Added(text):
            return replace(span, text=discreet(text, plan))
    return span
