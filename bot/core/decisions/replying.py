"""What is recorded on the way to an answer: facts, marks, the posted reply, the move to a private channel."""

from __future__ import annotations

from bot.core import events as happened
from bot.core.case import Case
from bot.core.commands import Facts, Private, Sent, SetMark, Unmark
from bot.core.decisions.approval import unread
from bot.core.decisions.refusals import LONGEST_LINE, Refused, needed, said, typed
from bot.core.events import CaseEvent
from bot.core.links import is_web_link
from bot.core.plan import Concern, Member, Plan
from bot.core.second_reading import concerns
from bot.core.words import Sentence, say


def facts(case: Case, command: Facts) -> tuple[CaseEvent, ...]:
    """What was found out. Raises Refused."""
    text = needed(command.text)
    return () if text in case.facts[-1:] else (happened.FactsRecorded(text=text),)


def sent(case: Case, command: Sent, plan: Plan) -> tuple[CaseEvent, ...]:
    """Where the reply stands that a member has posted, or why it has no link. Raises Refused."""
    link, because = command.link.strip(), said(command.because)
    if not case.unsent:
        last = case.replies[-1] if case.replies else None
        if last and (link or because) and (last.link, last.no_link) == (link, because):
            return ()
        raise Refused(say("There is no reply waiting to be posted: {reply} first.", reply=typed(case, "reply")))
    if link and not is_web_link(link):
        raise Refused(_no_web_link(case))
    if not link and not because:
        raise Refused(_no_web_link(case))
    if concerns(case, plan):
        raise Refused(unread(case, plan))
    return (happened.ReplySent(link=link, no_link=because),)


def _no_web_link(case: Case) -> Sentence:
    return say(
        "Paste the address of the reply that you posted, {link}, or say why it has none: {without}.",
        link=typed(case, "sent", "https://…"),
        without=typed(case, "sent", "no link, because …"),
    )


def mark(case: Case, command: SetMark) -> tuple[CaseEvent, ...]:
    """What is special about the customer or the case. Raises Refused."""
    if command.what is None:
        raise Refused(say("Say what is special: {example}.", example=typed(case, "mark", "heated|legal|reach")))
    note = said(command.note, LONGEST_LINE)
    if command.what not in case.marks:
        return (happened.Marked(mark=command.what, note=note),)
    if note and note != case.marks[command.what]:
        raise Refused(
            say(
                "#{n} is marked so already; {unmark} comes first if it is to be said anew.",
                n=case.number,
                unmark=typed(case, "unmark", command.what.value),
            )
        )
    return ()


def unmark(case: Case, by: Member, command: Unmark, plan: Plan) -> tuple[CaseEvent, ...]:
    """It is not so after all; whose reply waits because of it cannot say so. Raises Refused."""
    if command.what is None:
        raise Refused(say("Say which mark: {example}.", example=typed(case, "unmark", "heated|legal|reach")))
    if command.what not in case.marks:
        return ()
    if case.unsent and case.unsent.by == by.id and Concern(command.what.value) in concerns(case, plan):
        raise Refused(
            say(
                "Your reply waits to be read because of this mark: it comes off when #{n}'s reply was read, "
                "or by another member.",
                n=case.number,
            )
        )
    return (happened.Unmarked(mark=command.what, note=said(command.note, LONGEST_LINE)),)


def private(case: Case, command: Private) -> tuple[CaseEvent, ...]:
    """Where the talk goes on. Raises Refused."""
    if command.where is None:
        raise Refused(say("Say where you talk now: {example}.", example=typed(case, "private", "phone")))
    if command.where is case.private and not command.note:
        return ()
    return (happened.MovedPrivate(where=command.where, note=said(command.note)),)
