"""Phones: which groups of digits are one, by the numbering plans of phonenumbers, and whether it is a person's."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

#: Where customers live, by the language in which they write: the regions whose phones are known without a country.
REGIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "pt": ("BR", "PT"),
    "es": ("ES", "MX", "AR", "CL", "CO", "PE"),
    "pl": ("PL",),
    "en": ("US", "GB", "IE"),
}
_EVERYWHERE: Final = ("BR", "PL", "ES", "PT", "MX", "AR", "CL", "US", "GB")
#: Fewest and most digits of a phone (ITU-T E.164 has at most fifteen).
_LEAST, _MOST = 7, 15
#: Groups in which people write phones, by region. Others than these want the word "phone" before them.
_SHAPES: Final[Mapping[str, frozenset[tuple[int, ...]]]] = {
    "BR": frozenset({(2, 5, 4), (2, 4, 4), (2, 1, 4, 4), (2, 9), (2, 8), (3, 5, 4), (5, 4), (1, 4, 4), (3, 3, 3, 2)}),
    "PT": frozenset({(3, 3, 3), (2, 3, 2, 2), (3, 2, 2, 2)}),
    "ES": frozenset({(3, 3, 3), (3, 2, 2, 2), (2, 3, 2, 2), (3, 6), (2, 3, 4)}),
    "PL": frozenset({(3, 3, 3), (2, 3, 2, 2), (2, 7), (2, 3, 4)}),
    "MX": frozenset({(2, 4, 4), (3, 3, 4), (2, 8), (3, 3, 2, 2)}),
    "AR": frozenset({(2, 4, 4), (3, 3, 4), (1, 2, 4, 4), (2, 2, 4, 4), (3, 4, 4), (4, 2, 4)}),
    "CL": frozenset({(1, 4, 4), (2, 4, 4), (1, 8)}),
    "CO": frozenset({(3, 3, 4), (3, 7), (3, 3, 2, 2)}),
    "PE": frozenset({(3, 3, 3)}),
    "US": frozenset({(3, 3, 4), (1, 3, 3, 4), (3, 7)}),
    "GB": frozenset({(5, 6), (5, 3, 3), (3, 4, 4), (4, 3, 4), (5, 5), (4, 3, 3)}),
    "IE": frozenset({(3, 3, 4), (2, 3, 4), (3, 7)}),
}
#: Where a mobile written without any group is so common that it is known by itself.
_COMPACT: Final[Mapping[str, int]] = {"BR": 11, "ES": 9, "PL": 9, "PT": 9, "MX": 10, "GB": 11, "IE": 10}


class Phone(NamedTuple):
    """``start`` takes in the plus and the bracket before; ``last`` is its last group of digits."""

    start: int
    end: int
    last: int
    is_personal: bool
    is_international: bool


def known_regions() -> frozenset[str]:
    """The regions (ISO 3166) whose phones are known."""
    import phonenumbers as known

    return frozenset(known.SUPPORTED_REGIONS)


def phone_at(
    raw: bytes, start: int, digits: str, shape: tuple[int, ...], cue: str, regions: tuple[str, ...]
) -> Phone | None:
    """The phone that these digits are, if any. ``cue`` is what the words before call the number."""
    if not _LEAST <= len(digits) <= _MOST or is_date(digits, shape):
        return None
    begins, is_international = _beginning(raw, start)
    is_whole = is_international or (digits.startswith("00") and len(digits) > _LEAST + 4)
    kind = _abroad(digits.lstrip("0")) if is_whole else _at_home(digits, shape, cue, regions or _EVERYWHERE)
    if kind is None and is_whole and cue == "phone" and len(digits) >= _LEAST + 2:
        kind = True
    return None if kind is None else Phone(begins, start, 0, kind, is_international)


def _beginning(raw: bytes, start: int) -> tuple[int, bool]:
    """Where the phone begins with its bracket and plus, and whether it has one."""
    at = start
    while at > 0 and raw[at - 1 : at] in (b"(", b"+", b" ") and start - at < 3:
        at -= 1
    head = raw[at:start]
    while head[:1] == b" ":
        at, head = at + 1, head[1:]
    return at, b"+" in head


@lru_cache(maxsize=2_048)
def _abroad(digits: str) -> bool | None:
    return _kind(f"+{digits}", None)


def _at_home(digits: str, shape: tuple[int, ...], cue: str, regions: tuple[str, ...]) -> bool | None:
    """True for a person's, False for a service line, None for no phone of these regions."""
    if cue == "phone":
        return _by_name(digits, regions)
    for region in regions:
        is_shaped = shape in _SHAPES.get(region, ()) and len(shape) > 1
        is_compact = len(shape) == 1 and _COMPACT.get(region) == len(digits) and cue == ""
        is_compact |= len(shape) == len(digits) and cue != "thing"  # spelt: "0 7 4 5 7 - 2 2 1 - 9 0 8"
        if is_shaped and region == "BR" and shape in ((5, 4), (1, 4, 4)):
            if digits.startswith("9") and cue != "thing":
                return True
        elif (is_shaped and cue != "thing") or is_compact:
            kind = _at(digits, region)
            if kind is not None and (is_shaped or _is_mobile(digits, region)):
                return kind
    return None


def _by_name(digits: str, regions: tuple[str, ...]) -> bool | None:
    """What was called a phone: also one without its area, or with an area that is none."""
    kinds = [kind for region in regions if (kind := _at(digits, region)) is not None]
    if kinds:
        return any(kinds) and not digits.startswith(_SERVICE)
    if digits.startswith(_SERVICE):
        return False
    return True if _LEAST + 1 <= len(digits) <= _LEAST + 6 else None


#: Free and shared lines where no plan of numbers knows them, or another country takes them for a person's.
_SERVICE: Final = ("0800", "0300", "4004", "4003", "3003", "800", "801", "900", "902", "1800")


@lru_cache(maxsize=2_048)
def _at(digits: str, region: str) -> bool | None:
    return _kind(digits, region)


def _kind(said: str, region: str | None) -> bool | None:
    """Whether a valid number is a person's; None for an invalid one. Free and shared lines belong to companies."""
    import phonenumbers as known

    try:
        number = known.parse(said, region)
    except known.NumberParseException:
        return None
    if not known.is_valid_number(number):
        return None
    types = known.PhoneNumberType
    return known.number_type(number) not in {
        types.TOLL_FREE,
        types.SHARED_COST,
        types.PREMIUM_RATE,
        types.UAN,
        types.VOICEMAIL,
    }


@lru_cache(maxsize=2_048)
def _is_mobile(digits: str, region: str) -> bool:
    import phonenumbers as known

    types = known.PhoneNumberType
    number = known.parse(digits, region)
    return known.number_type(number) in {types.MOBILE, types.FIXED_LINE_OR_MOBILE}


_DATES: Final = frozenset(
    {(2, 2, 4), (1, 2, 4), (2, 1, 4), (4, 2, 2), (4, 4), (2, 2, 4, 2), (2, 2, 4, 2, 2), (4, 2, 2, 2, 2)}
)


def is_date(digits: str, shape: tuple[int, ...]) -> bool:
    """A day, a day with an hour, or two years: 24/08/2026 18.30."""
    if shape not in _DATES:
        return False
    if shape == (4, 4):
        return digits[:2] in {"19", "20"} and digits[4:6] in {"19", "20"}
    year = digits[:4] if shape[0] == 4 else digits[sum(shape[:2]) : sum(shape[:3])]
    return year[:2] in {"19", "20"}
