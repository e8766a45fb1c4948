"""The numbers by which people and accounts are known: how long, how grouped, and whether their check digits hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Final, NamedTuple

from stdnum import iban, luhn
from stdnum.ar import cbu, cuit
from stdnum.br import cnpj, cpf
from stdnum.cl import rut
from stdnum.es import ccc, cif, dni, nie
from stdnum.mx import curp
from stdnum.pl import nip, pesel, regon

Shape = tuple[int, ...]


class Number(NamedTuple):
    """A kind of number made of digits alone.

    ``shapes`` are the groups in which people write it; ``regions`` (ISO 3166) are where it is so common that
    it is known ungrouped, without its name before it. Empty: nowhere, there are too many others like it.
    """

    kind: str
    lengths: tuple[int, ...]
    shapes: frozenset[Shape]
    regions: frozenset[str]
    is_valid: Callable[[str], bool]


def _checked(standard: ModuleType) -> Callable[[str], bool]:
    """The check of python-stdnum; one digit repeated is nobody's number, whatever its sum."""

    def is_valid(digits: str) -> bool:
        return len(set(digits)) > 1 and bool(standard.is_valid(digits))

    return is_valid


def is_card(digits: str) -> bool:
    """Whether Luhn's digit holds and the number begins as an issuer's do.

    The beginnings are those of ISO/IEC 7812 that Visa, Mastercard, American Express, Diners, Discover, JCB,
    UnionPay, Maestro, Elo and Hipercard publish; without them every tenth long number would be a card.
    """
    return len(digits) in is_issued(digits) and _checked(luhn)(digits)


def is_issued(digits: str) -> tuple[int, ...]:
    """The lengths of cards that begin so."""
    for beginnings, lengths in _ISSUERS:
        if digits.startswith(beginnings):
            return lengths
    return (16,) if "222100" <= digits[:6] <= "272099" else ()


_ISSUERS: Final = (
    (("34", "37"), (15,)),
    (("36", "38", "39", "300", "301", "302", "303", "304", "305"), (14, 16)),
    (("4",), (13, 16, 19)),
    (("51", "52", "53", "54", "55"), (16,)),
    (("6011", "644", "645", "646", "647", "648", "649", "65"), (16, 19)),
    (("62",), (16, 17, 18, 19)),
    (("35",), (16, 17, 18, 19)),
    (("5018", "5020", "5038", "5067", "509", "5893", "6304", "6363", "6759", "676", "627780"), (13, 16, 18, 19)),
    (("6062", "3841"), (13, 16, 19)),
    (("637095", "637568", "637599", "637609", "637612"), (16,)),
)


def is_iban(text: str) -> bool:
    """An account with its country, checked by its remainder."""
    return bool(iban.is_valid(text.upper(), check_country=False))


def _is_polish_account(digits: str) -> bool:
    return is_iban(f"PL{digits}")


def _is_spanish_account(digits: str) -> bool:
    return bool(ccc.is_valid(digits))


_CARD_SHAPES: Final = frozenset({(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 4, 1), (6, 10), (8, 8)})


def _of(kind: str, length: int, shapes: tuple[Shape, ...], regions: str, is_valid: Callable[[str], bool]) -> Number:
    return Number(kind, (length,), frozenset(shapes), frozenset(regions.split()), is_valid)


#: In the order in which they are tried: the surest first.
NUMBERS: Final = (
    _of("iban", 26, ((2, 4, 4, 4, 4, 4, 4),), "PL", _is_polish_account),
    _of("iban", 22, ((8, 14), (3, 4, 1, 13, 1)), "AR", _checked(cbu)),
    _of("iban", 20, ((4, 4, 2, 10),), "ES", _is_spanish_account),
    Number("card", (16, 15, 14, 19, 13, 18, 17), _CARD_SHAPES, frozenset(("*",)), is_card),
    _of("cnpj", 14, ((2, 3, 3, 4, 2), (8, 4, 2)), "BR", _checked(cnpj)),
    _of("regon", 14, (), "", _checked(regon)),
    _of("cpf", 11, ((3, 3, 3, 2), (9, 2)), "BR", _checked(cpf)),
    _of(
        "pesel",
        11,
        ((6, 5), (2, 2, 2, 5), (2, 2, 2, 2, 3), (2, 2, 2, 3, 2), (6, 2, 3), (6, 3, 2), (3, 3, 3, 2)),
        "PL",
        _checked(pesel),
    ),
    _of("cuit", 11, ((2, 8, 1), (2, 2, 3, 3, 1)), "AR", _checked(cuit)),
    _of("nip", 10, ((3, 3, 2, 2), (3, 2, 2, 3)), "", _checked(nip)),
    _of("rut", 9, ((2, 3, 3, 1), (8, 1)), "", _checked(rut)),
    _of("rut", 8, ((1, 3, 3, 1), (7, 1)), "", _checked(rut)),
    _of("rg", 9, ((2, 3, 3, 1),), "", lambda digits: len(set(digits)) > 1),
    _of("regon", 9, (), "", _checked(regon)),
    _of("dni", 8, (), "", lambda digits: len(set(digits)) > 1),
    _of("rg", 8, (), "", lambda digits: len(set(digits)) > 1),
    _of("dni", 7, (), "", lambda digits: len(set(digits)) > 1),
    _of("rg", 7, (), "", lambda digits: len(set(digits)) > 1),
)

#: Numbers that hold letters: how they are written, and the check of what is left without signs.
_J: Final = r"[ .\-/]{0,2}"
LETTERED: Final[Mapping[str, tuple[str, tuple[Callable[[str], bool], ...]]]] = {
    "curp": (rf"[a-z]{{4}}{_J}[0-9]{{6}}{_J}[hmx]{_J}[a-z]{{5}}{_J}[0-9a-z]{_J}[0-9]", (_checked(curp),)),
    "cnpj": (
        rf"[0-9a-z]{{2}}{_J}[0-9a-z]{{3}}{_J}[0-9a-z]{{3}}{_J}[0-9a-z]{{4}}{_J}[0-9]{{2}}",
        (_checked(cnpj),),
    ),
    "dni": (
        (
            rf"[0-9](?:[ .\-]{{0,2}}[0-9]){{7}}{_J}[a-z]|[xyz]{_J}[0-9](?:[ .\-]{{0,2}}[0-9]){{6}}{_J}[a-z]"
            rf"|[a-hjnp-suvw]{_J}[0-9](?:[ .\-]{{0,2}}[0-9]){{6}}[ .\-]{{0,2}}[0-9a-j]"
        ),
        (_checked(dni), _checked(nie), _checked(cif)),
    ),
    "rut": (
        r"[0-9]{1,2},[0-9]{3},[0-9]{3}-[0-9k]|[0-9]{1,2}[. ]?[0-9]{3}[. ]?[0-9]{3}[ ]?-[ ]?k|[0-9]{7,8}-k",
        (_checked(rut),),
    ),
    "rg": (r"[0-9]{1,2}[. ]?[0-9]{3}[. ]?[0-9]{3}[ ]?-[ ]?x", (lambda text: text.endswith("X"),)),
}
