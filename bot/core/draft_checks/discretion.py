"""Discretion: what a public reply must not say of a customer, nor ask for where everybody reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from typing import Final

import msgspec

from bot.core.draft_checks.case_words import vague
from bot.core.draft_checks.finding import Finding, Severity
from bot.core.draft_checks.patterns import pattern
from bot.core.draft_checks.phrase_lists import phrases
from bot.core.draft_checks.places import addresses, birth_dates
from bot.core.draft_checks.plain import Plain, read
from bot.core.draft_checks.private import MASK, found, own
from bot.core.draft_checks.short_names import short_names
from bot.core.draft_checks.taken_back import joined, standing
from bot.core.plan import PrivateChannel
from bot.core.words import Sentence, msg, say

_RULES: Final = ("004-30",)


class Public(msgspec.Struct, frozen=True):
    """What is known of a public reply. ``author`` is what the post shows; ``known_name`` what only the company knows.

    ``complaint`` are the customer's public words: what they tell of themselves there must be named. ``order_shapes``,
    ``own_contacts`` and the ``private`` channels are the plan's; ``regions`` (ISO 3166) are where its customers live.
    """

    language: str
    author: str = ""
    known_name: str = ""
    regions: tuple[str, ...] = ()
    order_shapes: tuple[str, ...] = ()
    own_contacts: tuple[str, ...] = ()
    private: Mapping[PrivateChannel, str] = {}
    complaint: str = ""


#: What blocks, and what warns. Whatever is known by its check digits or its form, reaches a person or their money,
#: and cannot be taken back once read, blocks. A company's own number (CNPJ, REGON) stands in public registers,
#: an order number says nothing without our systems, and an address or a state of health is guessed from
#: words: there a person judges.
_SEVERITY: Final[Mapping[str, Severity]] = {
    **dict.fromkeys(("card", "iban", "email", "phone", "cpf", "rg", "dni", "cuit", "rut"), Severity.BLOCK),
    **dict.fromkeys(("curp", "nip", "pesel", "birth-date", "full-name"), Severity.BLOCK),
    **dict.fromkeys(("cnpj", "regon", "order", "address", "sensitive"), Severity.WARN),
}
_NAMES: Final[Mapping[str, str]] = {
    "email": msg("an e-mail address"),
    "phone": msg("a phone number"),
    "card": msg("a card number"),
    "iban": msg("a bank account"),
    "order": msg("an order number"),
    "address": msg("a postal address"),
    "birth-date": msg("a date of birth"),
}


def discretion(text: str, public: Public) -> tuple[Finding, ...]:
    """What is indiscreet in a public draft, in its order."""
    plain = read(text)
    made = [
        *_private(text, plain, public),
        *_places(plain, public),
        *_sensitive(plain, public),
        *_full_name(plain, public),
        *_asks(plain, public),
        *_details(plain, public),
    ]
    return tuple(sorted(made, key=lambda finding: (finding.start, finding.id)))


def _private(text: str, plain: Plain, public: Public) -> Iterator[Finding]:
    for span in found(text, public.regions, public.order_shapes, public.own_contacts):
        if span.kind != "card" and _is_called_ours(plain, span.start, public.language, span.end):
            continue
        yield _finding(span.kind, span.start, span.end, _take_out(span.kind), span.masked)


def _take_out(kind: str) -> Sentence:
    """An identity number is called by its own name, which is the same in every language."""
    what: object = say(_NAMES[kind]) if kind in _NAMES else kind.upper()
    if kind == "card":
        return say("This is {what}: never in public. Take it out, and settle it in private.", what=what)
    return say("This is {what}, and everybody reads it: take it out, or hide all but its end.", what=what)


def _finding(kind: str, start: int, end: int, sentence: Sentence, instead: str = "") -> Finding:
    return Finding(f"discretion/{kind}", _SEVERITY[kind], start, end, sentence, _RULES, instead)


# Addresses and dates of birth


def _places(plain: Plain, public: Public) -> Iterator[Finding]:
    ours = own(public.own_contacts).texts
    streets = joined(addresses(plain, public.language), _SAME_ADDRESS)
    for kind, spans in (("address", streets), ("birth-date", birth_dates(plain))):
        for start, end in spans:
            if kind == "address" and _is_ours(plain, start, end, ours, public.language):
                continue
            yield _finding(kind, *plain.span(start, end), _take_out(kind), MASK)


#: How far a street and its postcode are apart, in characters: ", ".
_SAME_ADDRESS: Final = 2


def _is_ours(plain: Plain, start: int, end: int, ours: Sequence[bytes], language: str) -> bool:
    """The plan's own, or called ours in the words before: "our shop in Krótka 12"."""
    said = b" ".join(plain.words[start:end].split())
    return any(said in each or each in said for each in ours) or _is_called_ours(plain, start, language)


def _is_called_ours(plain: Plain, start: int, language: str, end: int | None = None) -> bool:
    """In the words before, or right behind ``end``: "on +353 1 555 0123, our Dublin office"."""
    ours = phrases(language, "discretion/ours")
    if any(ours.spans(plain, max(0, start - _OURS_REACH), start)):
        return True
    behind = () if end is None else ours.spans(plain, end, end + _OURS_REACH)
    return any(plain.raw[end:first] in _APPOSED for first, _ in behind)


#: How far before an address or a number it may be called ours, in characters. Our choice.
_OURS_REACH: Final = 60
#: What may stand between a number and what it is called right behind it.
_APPOSED: Final = frozenset((b", ", b" (", b" - "))


# What is said of the customer


def _sensitive(plain: Plain, public: Public) -> Iterator[Finding]:
    spans: list[tuple[int, int]] = []
    told = frozenset(word[:_BEGINNING] for word in Plain(public.complaint).words.split())
    for start, end in standing(plain, public.language, "discretion/sensitive", "discretion/not-sensitive"):
        if _is_told(plain.words[start:end], told, public.language):
            continue
        if spans and start - spans[-1][1] <= _SAME:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    for span in spans:
        yield sensitive_finding(*plain.span(*span))


def sensitive_finding(start: int, end: int) -> Finding:
    """Words between these characters tell what only the customer may tell."""
    sentence = say("This tells everybody of the customer's health, belief, family or debts: leave it out.")
    return _finding("sensitive", start, end, sentence)


def _is_told(said: bytes, told: frozenset[bytes], language: str) -> bool:
    """Whether the customer said it, with one long word at least: "your weight" where the complaint says "my weight"."""
    words = [word for word in said.split() if not vague(language).has(word)]
    is_long = bool(words) and any(len(word) > _BEGINNING for word in said.split())
    return is_long and all(word[:_BEGINNING] in told for word in words)


#: So many letters stay when an ending changes: asthma, asthmatic. Our choice.
_BEGINNING: Final = 4
#: Words so near to each other tell the same: "your depression … your doctor". Our choice, in characters.
_SAME: Final = 40


def _full_name(plain: Plain, public: Public) -> Iterator[Finding]:
    """First name and surname next to each other, also declined, where the post shows another name."""
    known = [word for word in Plain(public.known_name).words.split() if len(word) > 1]
    shown = Plain(public.author).words.split()
    surnames = [word for word in known[1:] if len(word) >= _SHORTEST and word not in _TITLES and word not in shown]
    if not surnames:
        return
    words = [(match.group(), *match.span()) for match in _WORD.finditer(plain.words)]
    places = [
        n
        for n, (word, start, end) in enumerate(words)
        if any(_is_form(word, name, public.language) for name in surnames)
        and (len(word) > _SHORTEST + 1 or plain.original[slice(*plain.span(start, end))][:1].isupper())
    ]
    taken = 0
    for n in places:
        start, end = _with_first(plain, words, n, known[0], public.language)
        if end > start >= taken:
            taken = end
            sentence = say("The post does not show this name: greet the customer as the post does.")
            yield _finding("full-name", *plain.span(start, end), sentence, public.author)


def _with_first(
    plain: Plain, words: Sequence[tuple[bytes, int, int]], at: int, first: bytes, language: str
) -> tuple[int, int]:
    """The surname at this place and the first name near it, before it or, as in a list, behind it; else (0, 0)."""
    _, start, end = words[at]
    before = words[max(0, at - _NAME_WORDS + 1) : at]
    begins = [begin for word, begin, _ in before if _is_form(word, first, language)]
    if not begins and before and before[-1][2] + 1 == start and _is_short_name(plain, before[-1], first, language):
        begins = [before[-1][1]]
    ends = [last for word, _, last in words[at + 1 : at + _NAME_WORDS] if _is_form(word, first, language)]
    ends = [last for last in ends if not _SENTENCE_END.search(plain.raw, end, last)]
    if not begins and not ends:
        return 0, 0
    return min((*begins, start)), max((*ends[:1], end))


def _is_short_name(plain: Plain, word: tuple[bytes, int, int], first: bytes, language: str) -> bool:
    """What friends call the person, right before a surname: "Kasiu Bielawska". A namesake who signs is another."""
    said, start, end = word
    if not plain.original[slice(*plain.span(start, end))].istitle():
        return False
    is_paired = any(first.startswith(stem) and said.startswith(short) for stem, short in short_names(language))
    return is_paired or (said[:1] == first[:1] and said not in _TITLES)


_WORD: Final = pattern("[a-z0-9_]+")
#: What stands before a surname and is no first name, without accents.
_TITLES: Final = frozenset(
    (
        b"pan pani panie panu pana pania panem panstwo panstwa panstwu szanowna szanowny szanowni droga drogi drodzy"
        b" hej czesc witaj witam rodzina rodziny sr sra srta senhor senhora senor senora senorita dona don seu prezada"
        b" prezado cara caro querida querido estimada estimado familia ola hola oi mr mrs ms miss mx sir madam dear"
        b" hi hello dr dra prof inz mgr family the a o la el da de do di del von van i e y and dos das"
    ).split()
)
#: Fewest letters of a surname: Lis, Gil, Lee. A word so short counts with a capital alone. A full name has at most so
#: many words.
_SHORTEST, _NAME_WORDS = 3, 5


#: Endings of a short surname in its cases: Lis, Lisa, Lisowi, Lisem, Lisie.
_CASES: Final = (b"", b"a", b"owi", b"em", b"ie", b"ow", b"y", b"om")


def _is_form(word: bytes, name: bytes, language: str) -> bool:
    """The name itself, or in Polish a case of it: Anna, Anny; Wrona, Wrono; Bielecka, Bieleckiej."""
    if language != "pl":
        return word == name
    if len(name) <= _SHORTEST:
        return word.startswith(name) and word[len(name) :] in _CASES
    stem = name[: max(3, len(name) - 2)]
    return word.startswith(stem) and len(word) <= len(name) + 3


# Into a private channel


def _asks(plain: Plain, public: Public) -> Iterator[Finding]:
    """Personal data asked for where everybody reads. In a private message it may be asked for."""
    sentence = say("Do not ask for this in public: invite the customer to a private channel.")
    if where := in_private(public.private):
        sentence = say("Do not ask for this in public. Ask for it in private: {where}.", where=where)
    private = phrases(public.language, "go-private/private")
    for start, end in standing(plain, public.language, "go-private/asks", "go-private/not-asks"):
        first, last = _around(plain, start, end)
        if not any(private.spans(plain, first, last)):
            yield Finding("go-private/asks", Severity.WARN, *plain.span(start, end), sentence, ("004-29", "004-30"))


def _details(plain: Plain, public: Public) -> Iterator[Finding]:
    """The customer's own sums and contracts, settled in public."""
    sentence = say(
        "These are the customer's own details: settle them in private, and tell the public only the outcome."
    )
    if where := in_private(public.private):
        sentence = say(
            "These are the customer's own details. Settle them in private ({where}), and tell the public only the "
            "outcome.",
            where=where,
        )
    for span in standing(plain, public.language, "go-private/details", "go-private/not-details"):
        yield Finding("go-private/details", Severity.WARN, *plain.span(*span), sentence, ("004-29",))


def in_private(channels: Mapping[PrivateChannel, str]) -> Sentence | None:
    """The plan's private channels as one names them to a customer: by phone, 0800…, or by DM, @…; None without any."""
    named = [say(_BY[channel], contact=channels[channel]) for channel in PrivateChannel if channel in channels]
    return reduce(lambda one, other: say("{one}, or {other}", one=one, other=other), named) if named else None


_BY: Final[Mapping[PrivateChannel, str]] = {
    PrivateChannel.PHONE: msg("by phone, {contact}"),
    PrivateChannel.TICKET: msg("in a support ticket, {contact}"),
    PrivateChannel.DM: msg("by DM, {contact}"),
}


_SENTENCE_END: Final = pattern(r"[.!?;]+(?: |$|\n)|\n")


def _around(plain: Plain, start: int, end: int) -> tuple[int, int]:
    """The sentence around a place; a search looks no further than a few hundred characters."""
    first, last = max(0, start - _FAR), min(len(plain.raw), end + _FAR)
    for match in _SENTENCE_END.finditer(plain.raw, first, last):
        if match.end() <= start:
            first = match.end()
        elif match.start() >= end:
            return first, match.start()
    return first, last


_FAR: Final = 300
