"""Numbers of digits alone, grouped at will: cards, identity numbers and phones, told from prices and parcels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from bot.core.draft_checks.cues import THING, Cues
from bot.core.draft_checks.numbers import NUMBERS, Number, is_issued
from bot.core.draft_checks.patterns import Hit, pattern
from bot.core.draft_checks.phones import Phone, is_date, phone_at

#: Fewest digits of anything private; and the most, those of an account without its country.
LEAST, _MOST = 7, 26

_DIGITS: Final = pattern("[0-9]+")
_JOINING: Final = frozenset(b" .-/()\\_*~|")
_AMOUNT_BEFORE: Final = pattern(r"(?:\$|\b(?:rs|eur|usd|pln|brl|mxn|ars|clp|cop|gbp|euros?|zl)) ?$")
_AMOUNT_AFTER: Final = pattern(
    r"^(?:,[0-9]| ?(?:\$|%|(?:zl|zlotych|reais|euros?|eur|pesos|pln|usd|gr|dolar\w{0,3}|pounds|kg|km|cm|mm|ml|gb|mb|mah"
    r"|szt)\b))"
)


class _Seen(NamedTuple):
    """A plain text, its cues, and the regions whose customers write here; none stands for all."""

    raw: bytes
    cues: Cues
    regions: tuple[str, ...]


class _Part(NamedTuple):
    """Consecutive groups of a chain of digits, read as one number."""

    groups: list[tuple[int, int]]
    first: int
    last: int

    @property
    def start(self) -> int:
        return self.groups[self.first][0]

    @property
    def end(self) -> int:
        return self.groups[self.last][1]

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(end - start for start, end in self.groups[self.first : self.last + 1])

    def digits(self, raw: bytes) -> str:
        return "".join(raw[start:end].decode() for start, end in self.groups[self.first : self.last + 1])

    @property
    def is_piece(self) -> bool:
        """Whether it only is a piece of a longer number, in groups of the same length."""
        shape, around = self.shape, _Part(self.groups, max(0, self.first - 1), min(self.last + 1, len(self.groups) - 1))
        before = around.shape[:1] if self.first else ()
        after = around.shape[-1:] if self.last + 1 < len(self.groups) else ()
        return before == shape[:1] or after == shape[-1:]


def numbers(raw: bytes, cues: Cues, regions: tuple[str, ...]) -> Iterator[Hit]:
    """Every number of a person in the plain text. What is known to be no person's has no kind."""
    raw = _undisguised(raw)
    seen = _Seen(raw, cues, regions)
    for groups in _chains(raw):
        at = 0
        while at < len(groups):
            hit, at = _number(seen, groups, at)
            if hit:
                yield hit


#: Letters that stand for digits between digits, and digits that are spelt: "5O1", "nueve 8164", "sześć-zero-jeden 234".
_LETTER_O: Final = pattern("[0-9][oil]{1,2}[0-9]")
_SPELT: Final = {
    word: digit
    for digit, words in enumerate(
        (
            "zero cero oh",
            "um uno un jeden one",
            "dois dos dwa two",
            "tres trzy three",
            "quatro cuatro cztery four",
            "cinco piec five",
            "seis meia szesc six",
            "sete siete siedem seven",
            "oito ocho osiem eight",
            "nove nueve dziewiec nine",
        )
    )
    for word in words.split()
} | {"diez": 10, "dez": 10, "dziesiec": 10, "ten": 10, "once": 11, "onze": 11, "doce": 12, "doze": 12, "quince": 15}
_WORDS: Final = "|".join(_SPELT)
_ROW: Final = pattern(rf"\b(?:{_WORDS})(?:[ ,.\-]{{1,2}}(?:{_WORDS})){{0,14}}\b")
#: Where a text without digits enough may still hold a number: one is spelt, and digits or others follow.
SPELT: Final = rf"\b(?:{_WORDS})(?:[ \-]{{1,2}}[0-9]|(?:[ ,.\-]{{1,2}}(?:{_WORDS})){{{LEAST - 1}}}\b)"
#: What stands between a row of spelt digits and the digits that it is part of.
_WHOLE_WORD: Final = pattern("[a-z]+")
_GOES_ON: Final = pattern(r"^[ \-]{1,2}[0-9]")
#: Stands where letters of a digit stood, and counts for nothing.
_FILL: Final = b"\x04"
_AS_DIGITS: Final = bytes.maketrans(b"oil", b"011")


def _undisguised(raw: bytes) -> bytes:
    """The text with digits where letters or words stand for them; every place stays where it was."""
    seen = bytearray(raw)
    at = 0
    while match := _LETTER_O.search(raw, at):
        start, end = match.span()
        seen[start:end] = raw[start:end].translate(_AS_DIGITS)
        at = end - 1
    for row in _ROW.finditer(raw):
        start, end = row.span()
        words = [word.span() for word in _WHOLE_WORD.finditer(raw, start, end)]
        if _GOES_ON.search(raw[end : end + 3]):
            said = b"".join(_figures(raw, word) for word in words)
            seen[start:end] = said.ljust(end - start, _FILL)
        elif len(words) >= LEAST:
            seen[start:end] = _FILL * (end - start)
            for first, last in words[:-1]:
                seen[first:last] = _figures(raw, (first, last)).ljust(last - first, _FILL)
            seen[words[-1][0] : end] = _figures(raw, words[-1]).rjust(end - words[-1][0], _FILL)
    return bytes(seen)


def _figures(raw: bytes, word: tuple[int, int]) -> bytes:
    return b"%d" % _SPELT[raw[slice(*word)].decode()]


def _chains(raw: bytes) -> Iterator[list[tuple[int, int]]]:
    """Groups of digits with nothing but separators between them, when they hold digits enough."""
    groups: list[tuple[int, int]] = []
    for match in _DIGITS.finditer(raw):
        start, end = match.span()
        if groups and not _joins(raw, groups[-1], (start, end)):
            yield from _enough(groups)
            groups = []
        groups.append((start, end))
    yield from _enough(groups)


#: Longest separator within a number: " - ".
_WIDEST: Final = 4
#: Fewest digits on both sides of a letter that may be a separator, the longer first: "498x400x61". Sizes are shorter.
_LACED: Final = (3, 2)


def _joins(raw: bytes, before: tuple[int, int], after: tuple[int, int]) -> bool:
    between = raw[before[1] : after[0]].replace(_FILL, b"")
    if len(between) == 1 and between.isalpha():
        lengths = before[1] - before[0], after[1] - after[0]
        return max(lengths) >= _LACED[0] and min(lengths) >= _LACED[1]
    return len(between) <= _WIDEST and _JOINING.issuperset(between)


def _enough(groups: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    if sum(end - start for start, end in groups) >= LEAST:
        yield groups


def _number(seen: _Seen, groups: list[tuple[int, int]], first: int) -> tuple[Hit | None, int]:
    """What begins with this group, and the group that comes next."""
    parts = _parts(groups, first)
    if not parts or _is_glued(seen, groups[first][0]):
        return None, first + 1
    named = seen.cues.before(groups[first][0])
    phone = _phone(seen, parts, named)
    if phone and named[-1:] != ("phone",) and _is_laced(seen.raw, groups[first][0], phone.end):
        phone = None
    if phone and (named[-1:] == ("phone",) or phone.is_international):
        return _phone_hit(seen, phone)
    for number in NUMBERS:
        for length in number.lengths:
            if length in parts and not _is_piece_of(phone, parts[length]) and _is(number, parts[length], seen, named):
                part = parts[length]
                return Hit(number.kind, part.start, part.end, part.digits(seen.raw)), part.last + 1
    return _phone_hit(seen, phone) if phone else (None, _next(groups, first))


def _is_piece_of(phone: Phone | None, part: _Part) -> bool:
    """Whether the number would only be the beginning of a phone: seven digits of 91 445 23 78 are no document."""
    return phone is not None and phone.last > part.last and len(part.shape) > 1


def _is_laced(raw: bytes, start: int, end: int) -> bool:
    """Whether letters part its digits: such a number has to be named, or to be a card."""
    return any(chr(char).isalpha() for char in raw[start:end])


def _next(groups: list[tuple[int, int]], first: int) -> int:
    """The group after this one; of digits that are spelt one by one a number begins with the first alone."""
    first += 1
    while (
        0 < first < len(groups)
        and groups[first][1] - groups[first][0] == 1 == groups[first - 1][1] - groups[first - 1][0]
    ):
        first += 1
    return first


def _parts(groups: list[tuple[int, int]], first: int) -> dict[int, _Part]:
    """The parts that begin with this group, by how many digits they have."""
    parts, total = {}, 0
    for last in range(first, len(groups)):
        total += groups[last][1] - groups[last][0]
        if total > _MOST:
            break
        if total >= LEAST:
            parts[total] = _Part(groups, first, last)
    return parts


def _is_glued(seen: _Seen, start: int) -> bool:
    """The tail of a word, as in AA123456789BR; the name of a number may touch it."""
    before = seen.raw[start - 1 : start].decode()
    return before == "_" or (before.isalpha() and not (seen.cues.before(start) or seen.raw[start - 2 : start] == b"pl"))


def _is_head(seen: _Seen, part: _Part) -> bool:
    """The head of a word, as in 123456789BR."""
    after = seen.raw[part.end : part.end + 1].decode()
    return after == "_" or after.isalpha()


def _is_amount(seen: _Seen, part: _Part) -> bool:
    before = seen.raw[max(0, part.start - 6) : part.start]
    is_rest = before[-1:] == b"," and before[-2:-1].isdigit()
    return is_rest or bool(_AMOUNT_BEFORE.search(before) or _AMOUNT_AFTER.search(seen.raw[part.end : part.end + 10]))


def _is(number: Number, part: _Part, seen: _Seen, named: tuple[str, ...]) -> bool:
    """By its name it is one even with a digit wrong; without, by its groups or its country, if its digits hold."""
    shape = part.shape
    is_shaped, is_plain = shape in number.shapes, len(shape) == 1
    if _is_head(seen, part) or is_date(part.digits(seen.raw), shape):
        return False
    if number.kind in named:
        is_called = named[-1] == number.kind and (is_shaped or is_plain) and _is_like(number, part.digits(seen.raw))
        return is_called or number.is_valid(part.digits(seen.raw))
    if number.kind != "card" and _is_laced(seen.raw, part.start, part.end):
        return False
    is_spelt = len(shape) >= sum(shape) - 1
    is_laced = number.kind == "card" and _is_laced(seen.raw, part.start, part.end)
    if not is_shaped and not is_laced and not (_is_home(number, seen.regions) and (is_plain or is_spelt)):
        return False
    if named[-1:] == (THING,) and not is_shaped and number.kind != "card":
        return False
    return not part.is_piece and not _is_amount(seen, part) and number.is_valid(part.digits(seen.raw))


def _is_like(number: Number, digits: str) -> bool:
    """Whether it may be one with a digit wrong: a gift card, which no bank issued, is no card."""
    return number.kind != "card" or len(digits) in is_issued(digits)


def _is_home(number: Number, regions: tuple[str, ...]) -> bool:
    if "*" in number.regions:
        return True
    return bool(number.regions) and (not regions or bool(number.regions.intersection(regions)))


def _phone(seen: _Seen, parts: dict[int, _Part], named: tuple[str, ...]) -> Phone | None:
    said = [(part.digits(seen.raw), part.shape, part) for part in parts.values() if not _is_head(seen, part)]
    free = [(digits, shape, part) for digits, shape, part in said if not _is_amount(seen, part)]
    for digits, shape, part in reversed(free):
        phone = phone_at(seen.raw, part.start, digits, shape, named[-1] if named else "", seen.regions)
        if phone is not None:
            return phone._replace(end=part.end, last=part.last)
    return None


def _phone_hit(seen: _Seen, phone: Phone) -> tuple[Hit, int]:
    said = seen.raw[phone.start : phone.end].decode()
    return Hit("phone" if phone.is_personal else "", phone.start, phone.end, said), phone.last + 1
