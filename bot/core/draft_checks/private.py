"""The one detector of what identifies a person: e-mails, phones, accounts, cards, identity and order numbers.

Drafts are checked with it before they are posted, and whatever Heard shows or logs is masked with it.
Its patterns run in linear time; libraries that do not are given a candidate of a few dozen characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec
import re2

from bot.core.draft_checks.accounts import accounts, lettered
from bot.core.draft_checks.cues import Cues
from bot.core.draft_checks.digits import LEAST, SPELT, numbers
from bot.core.draft_checks.emails import emails
from bot.core.draft_checks.patterns import Hit, blank, pattern
from bot.core.draft_checks.plain import HIDDEN, Plain, read

#: How a mask begins, and how much of a number stays seen behind it: enough for two people to mean the same one.
MASK: Final = "•••"
_SEEN: Final = {"card": 4}
#: After so many rounds a mask gives up on understanding, and hides every digit.
_ROUNDS: Final = 4


class Span(msgspec.Struct, frozen=True):
    """Something private: ``start`` and ``end`` in characters of the text as it was given, and what to show instead."""

    kind: str
    start: int
    end: int
    masked: str


class Own(msgspec.Struct, frozen=True):
    """The company's own addresses and numbers, which anybody may see."""

    mails: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    numbers: tuple[str, ...] = ()
    texts: tuple[bytes, ...] = ()

    def has(self, said: str) -> bool:
        """Whether what was found is the company's. A number is the same with and without its country."""
        at = said.rpartition("@")
        if at[1] and (said in self.mails or at[2] in self.domains):
            return True
        digits = "".join(filter(str.isdigit, said)).lstrip("0")
        return len(digits) >= LEAST and any(
            digits.endswith(number) or number.endswith(digits) for number in self.numbers
        )


@lru_cache(maxsize=16)
def own(contacts: tuple[str, ...]) -> Own:
    """Own contacts as the plan says them: ``sac@brand.com``, ``@brand.com`` (its whole domain), phones, addresses."""
    plain = [Plain(contact.strip()).text for contact in contacts]
    mails = [said for said in plain if "@" in said]
    numbers = ("".join(filter(str.isdigit, said)).lstrip("0") for said in plain if "@" not in said)
    texts = (b" ".join(Plain(said).words.split()) for said in plain if "@" not in said)
    return Own(
        mails=frozenset(mails),
        domains=frozenset(said[1:] for said in mails if said.startswith("@")),
        numbers=tuple(number for number in numbers if len(number) >= LEAST),
        texts=tuple(text for text in texts if any(chr(char).isalpha() for char in text)),
    )


def found(
    text: str, regions: Sequence[str] = (), order_shapes: Sequence[str] | None = None, contacts: tuple[str, ...] = ()
) -> tuple[Span, ...]:
    """Everything private in the text, in its order; nothing overlaps.

    ``regions`` (ISO 3166) are where customers live: their phones are known without a country code. Empty: all
    that Heard knows. ``order_shapes`` are the plan's, such as ``ZA-######``; None looks for no orders. ``contacts``
    are the company's own numbers and addresses.
    """
    if not _may_hold(text):
        return ()
    plain = read(text)
    if order_shapes is None and not _holds_enough(plain.raw):
        return ()
    ours = own(tuple(contacts))
    hits = [hit for hit in _hits(plain.raw, tuple(regions), order_shapes) if not ours.has(hit.said)]
    return tuple(_span(hit, plain) for hit in sorted(hits, key=lambda hit: hit.start))


def masked(text: str, regions: Sequence[str] = (), contacts: tuple[str, ...] = ()) -> str:
    """The text with everything private hidden, but for the last digits. Order numbers stay: the work needs them.

    Masking twice changes nothing more. A mask never gives rise to another number: each round hides more.
    """
    for _ in range(_ROUNDS):
        spans = found(text, regions, None, contacts)
        if not spans:
            return text
        text = _replaced(text, spans)
    return "".join("•" if char.isdigit() else char for char in text).replace("@", "•")


def _replaced(text: str, spans: Iterable[Span]) -> str:
    parts: list[str] = []
    end = 0
    for span in spans:
        parts += (text[end : span.start], span.masked)
        end = span.end
    return "".join((*parts, text[end:]))


def _span(hit: Hit, plain: Plain) -> Span:
    start, end = plain.span(hit.start, hit.end)
    return Span(hit.kind, start, end, _mask(hit))


def _mask(hit: Hit) -> str:
    if hit.kind == "email":
        return f"{hit.said[:1]}{MASK}@{MASK}"
    return MASK + "".join(filter(str.isalnum, hit.said.upper()))[-_SEEN.get(hit.kind, 2) :]


#: What a text without anything private mostly lacks: a digit of any script, a row of spelt ones, an @ in any guise.
_SPELT: Final = (
    "zero|cero|oh|um|uno?|jeden|one|dois|dos|dwa|two|tr[eê]s|trzy|three|quatro|cuatro|cztery|four|cinco|pi[eę][cć]|five"
    "|seis|meia|sze[sś][cć]|six|sete|siete|siedem|seven|oito|ocho|osiem|eight|nove|nueve|dziewi[eę][cć]|nine"
    "|diez|dez|dziesi[eę][cć]|ten|once|onze|do[cz]e|quince"
)
_ROW: Final = rf"(?:(?:{_SPELT})[ ,.\-]{{1,2}}){{6}}"
_MAY_HOLD: Final = re2.compile(rf"(?i)[\p{{Nd}}\p{{No}}@＠﹫]|arroba|ma[lł]pa|\bat\b|[(\[{{] ?a ?[)\]}}]|{_ROW}")
_AT_SAID: Final = pattern(r"@|arroba|malpa|\bat\b|[(\[{] ?a ?[)\]}]")
_DIGITS_SAID: Final = pattern(SPELT)
_LINK: Final = pattern(
    r"(?:https?://|www\.)[^ \n\t]+"
    r"|\b[a-z0-9\-]{1,63}\.(?:com|net|org|me|ly|co|pl|es|br|app)(?:\.[a-z]{2})?/[^ \n\t]+"
)
#: A mask that stands already: its last digits are no number.
_MASKED: Final = pattern(rf"{HIDDEN}{{3}}[0-9a-z]{{1,4}}")


def _may_hold(text: str) -> bool:
    return _MAY_HOLD.search(text.encode(errors="replace")) is not None


def _holds_enough(raw: bytes) -> bool:
    """Whether there are digits for the shortest number, or an @ that somebody may have spelt."""
    return sum(map(raw.count, _FIGURES)) >= LEAST or bool(_AT_SAID.search(raw) or _DIGITS_SAID.search(raw))


_FIGURES: Final = tuple(b"%d" % n for n in range(10))


def _hits(raw: bytes, regions: tuple[str, ...], order_shapes: Sequence[str] | None) -> Iterator[Hit]:
    """Each stage blanks what it found, so that the next sees no part of it."""
    left, cues = bytearray(raw), Cues(raw)
    yield from _taken(_masks(bytes(left)), left)
    yield from _taken(emails(bytes(left)), left)
    yield from _taken(_links(bytes(left)), left)
    yield from _taken(accounts(bytes(left), cues), left)
    yield from _taken(lettered(bytes(left), cues), left)
    if order_shapes is not None:
        yield from _taken(_orders(bytes(left), tuple(order_shapes)), left)
    yield from _taken(numbers(bytes(left), cues, regions), left)


def _taken(hits: Iterable[Hit], left: bytearray) -> Iterator[Hit]:
    for hit in hits:
        blank(left, hit.start, hit.end)
        if hit.kind:
            yield hit


def _masks(raw: bytes) -> Iterator[Hit]:
    for match in _MASKED.finditer(raw) if HIDDEN.encode() in raw else ():
        yield Hit("", match.start(), match.end(), "")


def _links(raw: bytes) -> Iterator[Hit]:
    for match in _LINK.finditer(raw) if b"/" in raw else ():
        yield Hit("", match.start(), match.end(), "")


def _orders(raw: bytes, shapes: tuple[str, ...]) -> Iterator[Hit]:
    left = bytearray(raw)
    for wanted in _order_patterns(shapes):
        for match in wanted.finditer(bytes(left)):
            blank(left, match.start(1), match.end(1))
            yield Hit("order", match.start(1), match.end(1), match.group(1).decode())


#: An order number that the plan does not describe: the word, and a code with digits enough.
_ANY_ORDER: Final = (
    r"\b(?:pedidos?|ordenes|orden|orders?|zamowieni\w{1,4}|compra)"
    r"(?: (?:n\.?o?\.?|nr\.?|num\.?|numero|number|numer|de compra|e a|a|es el|es la|is))?"
    r"[ .:;#]{1,4}([a-z]{0,4}[ .\-/#]{0,3}[0-9](?:[ .\-/]{0,3}[0-9]){4,15})\b"
)
_BETWEEN: Final = r"[ .\-/_]{0,3}"


@lru_cache(maxsize=16)
def _order_patterns(shapes: tuple[str, ...]) -> tuple[Any, ...]:
    """A shape such as ``ZA-######``: each # is a digit, each ? a letter; signs and spaces between do not count."""
    made = [_BETWEEN.join(map(_order_sign, filter(_counts, Plain(shape).text))) for shape in shapes]
    return (*(pattern(rf"(?:^|[^0-9a-z])({said})(?:[^0-9a-z]|$)") for said in made if said), pattern(_ANY_ORDER))


#: Fewest digits of an order number that the plan describes, and its longest shape: a year is none. Our choice.
_LEAST_ORDER, _LONGEST_SHAPE = 4, 40


def is_order_shape(shape: str) -> bool:
    """Whether it describes an order number well enough not to be found everywhere."""
    return shape.count("#") >= _LEAST_ORDER and len(shape) <= _LONGEST_SHAPE and shape.isprintable()


def _counts(sign: str) -> bool:
    return sign.isalnum() or sign in "#?"


def _order_sign(sign: str) -> str:
    return {"#": "[0-9]", "?": "[a-z]"}.get(sign, sign)
