"""Numbers with letters in them: accounts (IBAN) and the identity numbers of LETTERED."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from bot.core.draft_checks.cues import THING, Cues
from bot.core.draft_checks.numbers import LETTERED, is_iban
from bot.core.draft_checks.patterns import Hit, each, pattern

_IBAN: Final = pattern(r"\b[a-z][ .\-]?[a-z][ .\-]{0,2}[0-9][ .\-]?[0-9](?:[ .\-]{0,3}[0-9a-z]){11,30}")
_LETTERED: Final = tuple((kind, pattern(rf"\b(?:{said})\b"), checks) for kind, (said, checks) in LETTERED.items())
#: How long an IBAN is, by country (SWIFT's registry; Europe, and the other countries that are next to it).
_LENGTHS: Final = {
    said[:2]: int(said[2:])
    for said in [
        "AD24",
        "AE23",
        "AL28",
        "AT20",
        "AZ28",
        "BA20",
        "BE16",
        "BG22",
        "BH22",
        "BR29",
        "CH21",
        "CR22",
        "CY28",
        "CZ24",
        "DE22",
        "DK18",
        "DO28",
        "EE20",
        "ES24",
        "FI18",
        "FO18",
        "FR27",
        "GB22",
        "GE22",
        "GI23",
        "GL18",
        "GR27",
        "GT28",
        "HR21",
        "HU28",
        "IE22",
        "IL23",
        "IS26",
        "IT27",
        "KZ20",
        "LB28",
        "LI21",
        "LT20",
        "LU20",
        "LV21",
        "MC27",
        "MD24",
        "ME22",
        "MK19",
        "MT31",
        "NL18",
        "NO15",
        "PL28",
        "PT25",
        "RO24",
        "RS22",
        "SA24",
        "SE24",
        "SI19",
        "SK24",
        "SM27",
        "TR26",
        "UA29",
        "VA22",
    ]
}


def accounts(raw: bytes, cues: Cues) -> Iterator[Hit]:
    """Every IBAN of the plain text; words may follow it directly."""
    yield from each(_IBAN, raw, partial(_account, cues))


def _account(cues: Cues, raw: bytes, start: int, end: int) -> Hit | None:
    places = [at for at in range(start, end) if chr(raw[at]).isalnum()]
    said = "".join(chr(raw[at]) for at in places).upper()
    length = _LENGTHS.get(said[:2], 0)
    if not length or len(said) < length:
        return None
    ends = places[length - 1] + 1
    if chr(raw[ends : ends + 1][0]).isalnum() if ends < len(raw) else False:
        return None
    is_one = is_iban(said[:length]) or cues.before(start)[-1:] == ("iban",)
    return Hit("iban", start, ends, raw[start:ends].decode()) if is_one else None


def lettered(raw: bytes, cues: Cues) -> Iterator[Hit]:
    """Every identity number that holds letters, in the plain text."""
    for kind, wanted, checks in _LETTERED:
        yield from each(wanted, raw, partial(_lettered, cues, kind, checks))


def _lettered(
    cues: Cues, kind: str, checks: Sequence[Callable[[str], bool]], raw: bytes, start: int, end: int
) -> Hit | None:
    said = raw[start:end].decode()
    bare = "".join(filter(str.isalnum, said)).upper()
    if (bare.isdigit() and "," not in said) or not any(map(str.isdigit, bare)):
        return None
    named = cues.before(start)
    if said[-2:-1] == " " and said[0].isdigit() and kind not in named:
        return None  # "12345678 y": the letter is a word of its own.
    is_called = named[-1:] == (kind,)
    if not is_called and named[-1:] == (THING,) and len(bare) <= _SHORT:
        return None
    is_one = is_called or any(check(bare) for check in checks)
    return Hit(kind, start, end, said) if is_one else None


#: Of codes no longer than that, one in ten or twenty has the right check digit by chance: the code of a part is none.
_SHORT: Final = 9
