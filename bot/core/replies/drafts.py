"""Drafts with holes, and what tells a person's own reply from a draft that went out as it was."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from bot.core.replies.allowed import PRIVATE, VALUE_LIMIT, printed
from bot.core.replies.flaw import Flaw
from bot.core.replies.template import Template, TemplateError

OPEN, CLOSE = "⟦", "⟧"

_STANDING = re.compile(r"⟦([^⟦⟧]*)⟧|\{\{([^{}]*)\}\}|[⟦⟧]|\{\{|\}\}|\{%|%\}")
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
#: From how many words on a sentence is one. Our choice: "Thank you." and "no. 12" are not.
_SENTENCE_WORDS: Final = 3
#: Stands for a hole when sentences are counted: enough words for whatever it will hold.
_ANY_WORDS: Final = " any words here "
#: Taken out of what is known: it would read as a hole, or as code, in the draft.
_MARKS = str.maketrans("", "", "⟦⟧{}")
#: Letters that customers type bare and Unicode does not take apart.
_BARE_LETTERS = str.maketrans({"ł": "l", "Ł": "L", "đ": "d", "ø": "o"})


def draft(template: Template, known: Mapping[str, str]) -> str:
    """The template with each hole standing as ``⟦hint⟧``.

    ``known`` has ``customer`` (may be empty), ``brand``, ``member`` and ``channel``; one that the
    template prints and ``known`` lacks is an error, never a blank (rule 002-10). It may have ``phone``,
    ``ticket`` and ``dm``; one of these that is printed and lacking is a hole.
    """
    without = {name: _Lacking(f"{OPEN}{name}{CLOSE}") for name in PRIVATE}
    return _print(template, known, {hole.name: f"{OPEN}{hole.hint}{CLOSE}" for hole in template.holes}, without)


class _Lacking(str):
    """A hole in the place of what the plan does not say: printed it is seen, asked for it is not there."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False


def unfilled(text: str) -> tuple[str, ...]:
    """What still waits for a person: hints between brackets, lone brackets, raw template code."""
    return tuple(dict.fromkeys((hint or name or whole).strip() for whole, hint, name in _standing(text)))


def is_bare(text: str, template: Template, known: Mapping[str, str]) -> bool:
    """Whether the text is the draft and nothing more (rule 004-28).

    Holes may hold any words; spaces, case, accents and punctuation do not count. A sentence more
    than the draft has is a person's own, even where a hole could have held it.
    """
    without = {name: _Lacking(OPEN + CLOSE) for name in PRIVATE}
    frame = _print(template, known, {hole.name: OPEN + CLOSE for hole in template.holes}, without)
    literals = [_letters(part) for part in frame.split(OPEN + CLOSE)]
    return _fits(_letters(text), literals) and _sentences(text) <= _sentences(frame.replace(OPEN + CLOSE, _ANY_WORDS))


def fingerprint(text: str, customer: str = "") -> str:
    """The same for the same words, whoever they are sent to (rule 003-05).

    Spaces, case, accents and punctuation do not count, nor do the customer's names. A customer
    called like a common word takes it out of the text too: such a repeat may go unnoticed. Pictures
    count only where there are no words.
    """
    names, words = set(_words(customer)), _words(text) or text.split()
    kept = "".join(word for word in words if word not in names)
    return hashlib.blake2b(kept.encode(), digest_size=8).hexdigest()


def fold(text: str) -> str:
    """The words of a text in one form, set apart by single spaces: no case, accents, punctuation."""
    return " ".join(_words(text))


def _words(text: str) -> list[str]:
    return _WORD.findall(_bare(text).casefold())


def _bare(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.translate(_BARE_LETTERS))
    return "".join(char for char in apart if not unicodedata.category(char).startswith("M"))


def _print(template: Template, known: Mapping[str, str], holes: Mapping[str, str], without: Mapping[str, str]) -> str:
    said = {name: _as_data(value) for name, value in known.items() if value or name not in without}
    try:
        return printed(template.body, holes, {**without, **said})
    except Flaw as flaw:
        raise TemplateError(template.file, flaw.line, flaw.reason) from flaw


def _as_data(value: str) -> str:
    return " ".join(value.translate(_MARKS).split())[:VALUE_LIMIT]


def _standing(text: str) -> list[tuple[str, str, str]]:
    return [(found[0], found[1] or "", found[2] or "") for found in _STANDING.finditer(text)]


def _letters(text: str) -> str:
    return "".join(char for char in _bare(text).casefold() if char.isalnum())


def _fits(letters: str, literals: Sequence[str]) -> bool:
    """Whether the literals stand in the letters in order, the first at the start, the last at the end.

    Each one between is taken at its first place after the one before. That leaves most room for
    the rest, so nothing is ever tried twice: a search starts where the last one ended, and one that
    fails ends it all. The time grows with the text's length alone, whatever the text.
    """
    if len(literals) == 1:
        return letters == literals[0]
    first, *between, last = literals
    start, end = len(first), len(letters) - len(last)
    if start > end or not (letters.startswith(first) and letters.endswith(last)):
        return False
    for literal in between:
        found = letters.find(literal, start, end)
        if found < 0:
            return False
        start = found + len(literal)
    return True


def _sentences(text: str) -> int:
    return sum(map(_is_sentence, _SENTENCE_END.split(text)))


def _is_sentence(text: str) -> bool:
    words = _WORD.findall(text)
    return len(words) >= _SENTENCE_WORDS and words[0].isalpha()
