"""The message that asks for a second reader, and what it says once the reply was read."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.cards import Card
from bot.core.case import Case, Reply
from bot.core.decisions.approval import why_read
from bot.core.difference import difference
from bot.core.plan import Plan
from bot.core.second_reading import alone_from, readers, rung, waiting
from bot.core.showing.card import READING, button, reading
from bot.core.showing.discreet import discreet, discreet_card
from bot.core.words import At, Code, Sentence, Text, Who, Words, listed, say


def reading_card(case: Case, plan: Plan, words: Words) -> Card:
    """The last reply with what changed in it; while it waits with the buttons, ringing its readers, never its author.

    Raises IndexError where nothing was ever written.
    """
    reply = case.replies[-1]
    is_waiting = waiting(case, plan) is not None
    made = (button(reading(word, case), words, is_main=word == READING[0]) for word in READING)
    card = Card(
        case=case.number,
        lines=(
            words.text(_wanted(case, reply, plan) if is_waiting else _read(reply)),
            (f"“{discreet(reply.text, plan)}”",),
            *_changes(reply, plan, words),
        ),
        buttons=tuple(made) if is_waiting else (),
        calls=tuple(id for id in rung(case, plan) if id != reply.by),
    )
    return discreet_card(card, plan)


def _wanted(case: Case, reply: Reply, plan: Plan) -> Sentence:
    who, why = Who(reply.by), why_read(case, plan)
    if at := alone_from(case, plan):
        return say("{who} wrote a reply and reads it over from {at} on ({why}):", who=who, at=At(at), why=why)
    return say("{who} wrote a reply that wants a second reader ({why}):", who=who, why=why)


def _read(reply: Reply) -> Sentence:
    if reply.read_by == reply.by:
        return say("{who} wrote the reply, and read it over:", who=Who(reply.by))
    if reply.improved_by:
        return say("{who} wrote the reply, and {reader} wrote it better:", who=Who(reply.by), reader=Who(reply.read_by))
    return say("{who} wrote the reply, and {reader} read it:", who=Who(reply.by), reader=Who(reply.read_by))


def _changes(reply: Reply, plan: Plan, words: Words) -> Iterator[Text]:
    """What was private in either version is hidden before they are compared: no half of a number stays."""
    now = discreet(reply.text, plan)
    if reply.draft and (changes := difference(discreet(reply.draft, plan), now)):
        yield words.text(say("Against the template: {changes}", changes=changes))
    if reply.earlier and (changes := difference(discreet(reply.earlier, plan), now)):
        yield words.text(say("Against the last version: {changes}", changes=changes))


def awaited(case: Case, plan: Plan, words: Words) -> Text:
    """What the author of a reply that has to be read learns: for whom it waits and why, or from when they read it."""
    if at := alone_from(case, plan):
        sentence = say(
            "Nobody else is there to read it ({why}): read it over yourself at {at}, then {approve}.",
            why=why_read(case, plan),
            at=At(at),
            approve=Code(f"approve {case.number}"),
        )
    else:
        sentence = say(
            "Do not post it yet: it waits for a second reader ({why}). {members} may read it.",
            why=why_read(case, plan),
            members=listed(readers(case, plan)),
        )
    return words.text(sentence)
