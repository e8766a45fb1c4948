"""A committee with one member in each role, and cases told event by event, for the tables of the core."""

from datetime import UTC, datetime, timedelta

from bot.core.case import fold
from bot.core.complaint import Complaint
from bot.core.events import (
    Claimed,
    Closed,
    Dismissed,
    Entry,
    FactsRecorded,
    Merged,
    Opened,
    Outcome,
    Promised,
    PromiseDone,
    ReplyAccepted,
    ReplySent,
    ResolutionTold,
    Resolved,
    Satisfaction,
    SatisfactionChecked,
    UpdateAsked,
)
from bot.core.plan import Member, Plan, Role
from bot.core.replies import ReplyKind
from bot.core.words import Words

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
#: A Monday, 10:00 in São Paulo.
NOW = datetime(2026, 8, 24, 13, tzinfo=UTC)
EN = Words("en")

ANA = Member("ana", "Ana Souza", (Role.COMMUNITY_MANAGER,), {"slack": "U01ANA"})
RUI = Member("rui", "Rui Martins", (Role.SERVICE,))
MIA = Member("mia", "Mia Lopes", (Role.MARKETING,))
CAIO = Member("caio", "Caio Reis", (Role.CONTENT,))
LEX = Member("lex", "Lex Weber", (Role.LEGAL,))
EVA = Member("eva", "Eva Nowak", (Role.EXECUTIVE,))
LIA = Member("lia", "Lia Fernández", (Role.LEAD,))
COMMITTEE = (ANA, RUI, MIA, CAIO, LEX, EVA, LIA)
PLAN = Plan("Loja Aurora", COMMITTEE, country="BR", language="en")


def complaint(text="Meu pedido não chegou", **about):
    """A complaint of João's, posted on Facebook at NOW."""
    given = {"key": "k1", "channel": "facebook", "posted_at": NOW, "author": "João"}
    return Complaint(text=text, **{**given, **about})


def by(member, event):
    """What somebody other than Ana did; nobody (``""``) is Heard itself."""
    return (member, event)


def history(*told, start=NOW, opened=None, **about):
    """One event a minute, Ana's unless ``by`` says otherwise."""
    events = [("", opened or Opened(complaint(**about)))]
    events += [each if isinstance(each, tuple) else ("ana", each) for each in told]
    return [Entry(start + position * MINUTE, event, who) for position, (who, event) in enumerate(events)]


def case(*told, number=12, **about):
    """The case that this history tells."""
    return fold(number, history(*told, **about))


def accepted(kind, text="João, sentimos muito"):
    return ReplyAccepted(text, kind)


def sent(kind, link="https://example.com/r"):
    """A reply that was accepted and posted."""
    return accepted(kind), ReplySent(link)


CALL = Promised(1, "a call", NOW + 4 * HOUR)
CLAIMED = (Claimed(),)
HEARD = (*CLAIMED, *sent(ReplyKind.HEARD))
KNOWN = (*HEARD, FactsRecorded("lost by the carrier"))
ANSWERED = (*KNOWN, *sent(ReplyKind.APOLOGY))
PROMISED = (*CLAIMED, CALL)
DONE = (*PROMISED, PromiseDone(1))
RESOLVED = (*ANSWERED, Resolved("sent again"))
TOLD = (*RESOLVED, ResolutionTold())
SATISFIED = (*TOLD, SatisfactionChecked(Satisfaction.YES))
SETTLED = (*SATISFIED, *sent(ReplyKind.CLOSING), UpdateAsked(), *sent(ReplyKind.WRAP_UP))
CLOSED = (*SETTLED, Closed(Outcome.SATISFIED))
DISMISSED = (Dismissed("another shop"),)
MERGED = (Merged(9),)

#: Every state of a case that the tables of this folder speak of.
STATES = {
    "new": (),
    "claimed": CLAIMED,
    "reply to post": (*CLAIMED, accepted(ReplyKind.HEARD)),
    "heard": HEARD,
    "facts": KNOWN,
    "answered": ANSWERED,
    "promised": PROMISED,
    "done": DONE,
    "resolved": RESOLVED,
    "told": TOLD,
    "satisfied": SATISFIED,
    "settled": SETTLED,
    "closed": CLOSED,
    "dismissed": DISMISSED,
    "merged": MERGED,
}
