"""Why a command is refused, and the words that a member may leave with one."""

from __future__ import annotations

from bot.core.case import Case, Ending
from bot.core.complaint import clean
from bot.core.grammar import ForMember
from bot.core.words import Code, Sentence, count, say

#: Longest text that a member records, and longest line of it that every card shows, in characters (our choice).
LONGEST, LONGEST_LINE = 4_000, 300


class Refused(ForMember):
    """The committee's rules do not allow it now; the sentence says what to do instead."""


class Wants(Refused):
    """Only a note is missing: a chat asks for it in a form."""


class Unmet(Refused):
    """Closing is refused: ``items`` are what is still owed, each with the command that meets it."""

    def __init__(self, sentence: Sentence, items: tuple[tuple[Sentence, str], ...]) -> None:
        super().__init__(sentence)
        self.items = items


def ended(case: Case) -> Sentence:
    """Why nothing more is done to a case, and how it is opened again."""
    match case.ending:
        case Ending.MERGED:
            return say("#{n} was joined with #{other}: go on there.", n=case.number, other=case.merged_into)
        case Ending.DISMISSED:
            return say("#{n} was dismissed; {reopen} opens it again.", n=case.number, reopen=typed(case, "reopen", "…"))
        case _:
            return say("#{n} is closed; {reopen} opens it again.", n=case.number, reopen=typed(case, "reopen", "…"))


def typed(case: Case, word: str, *more: str) -> Code:
    """The command as a member would type it."""
    return Code(" ".join((word, str(case.number), *more)))


def said(text: str, limit: int = LONGEST) -> str:
    """The text as it is kept: whole, or not at all. Raises Refused."""
    kept = clean(text)
    if (more := len(kept) - limit) > 0:
        raise Refused(
            count(
                "That is {n} character too long; write {limit} at most.",
                "That is {n} characters too long; write {limit} at most.",
                more,
                limit=limit,
            )
        )
    return kept


def needed(text: str) -> str:
    """The same, and there has to be one. What cannot be seen would open a gate with nothing behind it."""
    kept = said(text)
    if not kept:
        raise Refused(say("Something is still missing."))
    return kept
