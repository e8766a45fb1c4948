"""The numbers by which people and accounts are known: how long, how grouped, and whether their check digits hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final, NamedTuple

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


def _stdnum(name: str) -> Callable[[str], bool]:
    """The check of python-stdnum, loaded when the first number of its length is met."""

    def is_valid(digits: str) -> bool:
        check: Any = import_module(f"stdnum.{name}").is_valid
        return bool(check(digits)) and len(set(digits)) > 1

    return is_valid


def is_card(digits: str) -> bool:
    """Whether Luhn's digit holds and the number begins as an issuer's do.

    The beginnings are those of ISO/IEC 7812 that Visa, Mastercard, American Express, Diners, Discover, JCB,
    UnionPay, Maestro, Elo and Hipercard publish; without them every tenth long number would be a card.
    """
    return len(digits) in is_issued(digits) and _stdnum("luhn")(digits)


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
)


def is_iban(text: str) -> bool:
    """An account number with or without its country, checked by its remainder."""
    check: Any = import_module("stdnum.iban").is_valid
    return bool(check(text.upper(), check_country=False))


def _is_polish_account(digits: str) -> bool:
    return is_iban(f"PL{digits}")


def _is_spanish_account(digits: str) -> bool:
    return _stdnum("es.ccc")(digits)


_CARD_SHAPES: Final = frozenset({(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 4, 1), (6, 10), (8, 8)})


def _of(kind: str, length: int, shapes: tuple[Shape, ...], regions: str, is_valid: Callable[[str], bool]) -> Number:
    return Number(kind, (length,), frozenset(shapes), frozenset(regions.split()), is_valid)


#: In the order in which they are tried: the surest first.
NUMBERS: Final = (
    _of("iban", 26, ((2, 4, 4, 4, 4, 4, 4),), "PL", _is_polish_account),
    _of("iban", 22, ((8, 14), (3, 4, 1, 13, 1)), "AR", _stdnum("ar.cbu")),
    _of("iban", 20, ((4, 4, 2, 10),), "ES", _is_spanish_account),
    Number("card", (16, 15, 14, 19, 13, 18, 17), _CARD_SHAPES, frozenset(("*",)), is_card),
    _of("cnpj", 14, ((2, 3, 3, 4, 2), (8, 4, 2)), "BR", _stdnum("br.cnpj")),
    _of("regon", 14, (), "", _stdnum("pl.regon")),
    _of("cpf", 11, ((3, 3, 3, 2), (9, 2)), "BR", _stdnum("br.cpf")),
    _of("pesel", 11, ((6, 5),), "PL", _stdnum("pl.pesel")),
    _of("cuit", 11, ((2, 8, 1), (2, 2, 3, 3, 1)), "AR", _stdnum("ar.cuit")),
    _of("nip", 10, ((3, 3, 2, 2), (3, 2, 2, 3)), "", _stdnum("pl.nip")),
    _of("rut", 9, ((2, 3, 3, 1), (8, 1)), "", _stdnum("cl.rut")),
    _of("rut", 8, ((1, 3, 3, 1), (7, 1)), "", _stdnum("cl.rut")),
    _of("rg", 9, ((2, 3, 3, 1),), "", lambda digits: len(set(digits)) > 1),
    _of("regon", 9, (), "", _stdnum("pl.regon")),
    _of("dni", 8, (), "", lambda digits: len(set(digits)) > 1),
    _of("rg", 8, (), "", lambda digits: len(set(digits)) > 1),
    _of("dni", 7, (), "", lambda digits: len(set(digits)) > 1),
    _of("rg", 7, (), "", lambda digits: len(set(digits)) > 1),
)

#: Numbers that hold letters: how they are written, and the check of what is left without signs.
_J: Final = r"[ .\-/]{0,2}"
LETTERED: Final[Mapping[str, tuple[str, tuple[Callable[[str], bool], ...]]]] = {
    "curp": (rf"[a-z]{{4}}{_J}[0-9]{{6}}{_J}[hmx]{_J}[a-z]{{5}}{_J}[0-9a-z]{_J}[0-9]", (_stdnum("mx.curp"),)),
    "cnpj": (
        rf"[0-9a-z]{{2}}{_J}[0-9a-z]{{3}}{_J}[0-9a-z]{{3}}{_J}[0-9a-z]{{4}}{_J}[0-9]{{2}}",
        (_stdnum("br.cnpj"),),
    ),
    "dni": (
        (
            rf"[0-9](?:[ .\-]{{0,2}}[0-9]){{7}}{_J}[a-z]|[xyz]{_J}[0-9](?:[ .\-]{{0,2}}[0-9]){{6}}{_J}[a-z]"
            rf"|[a-hjnp-suvw]{_J}[0-9](?:[ .\-]{{0,2}}[0-9]){{6}}[ .\-]{{0,2}}[0-9a-j]"
        ),
        (_stdnum("es.dni"), _stdnum("es.nie"), _stdnum("es.cif")),
    ),
    "rut": (
        r"[0-9]{1,2},[0-9]{3},[0-9]{3}-[0-9k]|[0-9]{1,2}[. ]?[0-9]{3}[. ]?[0-9]{3}[ ]?-[ ]?k|[0-9]{7,8}-k",
        (_stdnum("cl.rut"),),
    ),
    "rg": (r"[0-9]{1,2}[. ]?[0-9]{3}[. ]?[0-9]{3}[ ]?-[ ]?x", (lambda text: text.endswith("X"),)),
}
