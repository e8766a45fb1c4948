"""Heard's own sentences: written once in English, said in the room's language, free of any markup."""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import NewType

import msgspec

LANGUAGES = ("en", "es", "pl", "pt")
CATALOGS = Path(__file__).parent / "catalogs"

Msgid = NewType("Msgid", str)


class Who(msgspec.Struct, frozen=True, tag="who"):
    """A member, by id; each chat shows the name in its own way, ringing nobody."""

    member: str


class At(msgspec.Struct, frozen=True, tag="at"):
    """A moment, aware and in UTC; each chat shows it in the reader's zone where it can."""

    at: datetime


class CaseLink(msgspec.Struct, frozen=True, tag="case"):
    """A case, by number, linked to its card where the chat can."""

    number: int


class Code(msgspec.Struct, frozen=True, tag="code"):
    """Words to type, without the slash command: ``claim 12``."""

    text: str


class WebLink(msgspec.Struct, frozen=True, tag="web"):
    """An address outside, shown as itself or as ``label``."""

    url: str
    label: str = ""


class Gone(msgspec.Struct, frozen=True, tag="gone"):
    """Words of an earlier version that are no more; literal, as a plain string is."""

    text: str


class Added(msgspec.Struct, frozen=True, tag="added"):
    """Words that an earlier version did not have; literal, as a plain string is."""

    text: str


#: A plain ``str`` is always literal text: chats escape it, whoever wrote it.
Span = str | Who | At | CaseLink | Code | WebLink | Gone | Added
Text = tuple[Span, ...]


class Sentence(msgspec.Struct, frozen=True):
    """One of Heard's sentences with its values, not yet in any language."""

    id: str
    values: Mapping[str, object] = {}
    plural: str = ""
    n: int = 0


def say(sentence: str, /, **values: object) -> Sentence:
    """A sentence; ``{name}`` in it is filled by the value of that name (spans, sentences, text, numbers)."""
    return Sentence(sentence, values)


def count(one: str, many: str, n: int, /, **values: object) -> Sentence:
    """A sentence that counts; ``{n}`` is the number."""
    return Sentence(one, {"n": n, **values}, many, n)


def listed(members: Iterable[str]) -> Text:
    """Members, by id, one after the other."""
    return tuple(span for member in members for span in (", ", Who(member)))[1:]


def msg(sentence: str) -> Msgid:
    """Marks a constant that is translated when it is shown."""
    return Msgid(sentence)


_HOLE = re.compile(r"\{(\w+)\}")


class Words:
    """The sentences of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalog = _catalog(language)

    def text(self, sentence: Sentence | str) -> Text:
        """The sentence as spans. A plain string is literal text and is not translated."""
        if isinstance(sentence, str):
            return (sentence,)
        pattern = (
            self._catalog.ngettext(sentence.id, sentence.plural, sentence.n)
            if sentence.plural
            else self._catalog.gettext(sentence.id)
        )
        spans: list[Span] = []
        for position, piece in enumerate(_HOLE.split(pattern)):
            if position % 2:
                spans.extend(self._value(sentence.values.get(piece, f"{{{piece}}}")))
            elif piece:
                spans.append(piece)
        return tuple(spans)

    def _value(self, value: object) -> Text:
        match value:
            case Sentence():
                return self.text(value)
            case Who() | At() | CaseLink() | Code() | WebLink() | Gone() | Added():
                return (value,)
            case tuple():
                return value
            case _:
                return (str(value),)

    def line(self, sentence: Sentence | str) -> str:
        """The sentence as one string, for labels and titles: members, times and links as plain words."""
        return plain(self.text(sentence))

    def word(self, msgid: str) -> str:
        """A marked constant in this language."""
        return self._catalog.gettext(msgid) if msgid else ""


def plain(text: Text) -> str:
    """Spans as plain characters, for labels and logs."""
    return "".join(span if isinstance(span, str) else _plain(span) for span in text)


def _plain(span: Who | At | CaseLink | Code | WebLink | Gone | Added) -> str:
    match span:
        case Who(member):
            return member
        case At(at):
            return at.isoformat(timespec="minutes")
        case CaseLink(number):
            return f"#{number}"
        case Code(text):
            return text
        case WebLink(url, label):
            return label or url
        case Gone(text):
            return f"[-{text}-]"
        case Added(text):
            return f"{{+{text}+}}"


@lru_cache
def _catalog(language: str) -> gettext.NullTranslations:
    """The catalog, read from its text file once; English is the language of the sentences themselves."""
    if language == "en":
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with (CATALOGS / f"{language}.po").open("rb") as text:
        catalog = read_po(text, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
