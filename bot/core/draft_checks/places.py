"""Postal addresses and dates of birth, as people write them in four languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.core.draft_checks.patterns import pattern
from bot.core.draft_checks.plain import Plain

_NAME: Final = r"[a-z][a-z'\-]{0,24}"
_NAMES: Final = rf"{_NAME}\.?(?: {_NAME}\.?){{0,5}}"
_NO: Final = r"(?:,? ?(?:n\.?o?\.?|numero|nro\.?|num\.?|nr|km|no\.)? ?)"
_DOOR: Final = r"[0-9]{1,5}[a-z]?\b(?:[/\-][0-9]{1,4}[a-z]?)?"
_CODE: Final = r"(?:[ ,\-]{1,3}(?:cep |cp |c\.p\. )?(?:[0-9]{5}-[0-9]{3}|[0-9]{2}-[0-9]{3}|[0-9]{5})\b)?"

#: The name of the street (group 1) is written with a capital: "na rua 3 dias" is no address.
_STREETS: Final = (
    pattern(
        rf"\b(?:r\.|rua|av\.|avenida|travessa|tv\.|alameda|al\.|praca|rodovia|estrada|largo|calle|c/|avda\.?|plaza|pza\.?|paseo|pza|carrera|cra\.?|camino|ronda|"
        rf"jiron|pasaje|boulevard|blvd\.?|calzada|diagonal) ?(?:de la |de los |de las |del |da |do |dos |das |de |la |el |los )?({_NAMES}){_NO}{_DOOR}{_CODE}"
    ),
    pattern(
        rf"\b(?:ul\.|ulic[aye]|ulicy|al\.|alei|aleja|aleje|pl\.|placu?|os\.|osiedl[ea]) ?({_NAMES}) {_DOOR}{_CODE}"
    ),
    pattern(
        r"\b(?:cra|carrera|calle|cll|cl|dg|diagonal|transversal|tv|av)\.? ?([0-9]{1,3}[a-z]?) ?(?:#|no\.?|n\.?o?\.?) ?[0-9]{1,3}[a-z]?[ \-]{1,3}[0-9]{1,3}"
    ),
    pattern(rf"\b(?:przy|na|pod adresem|pod) ({_NAME}(?:ej|iej|ego)) {_DOOR}{_CODE}"),
    pattern(
        rf"\b[0-9]{{1,5}}[a-z]?,? ((?:{_NAME} ){{1,3}})(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|court|ct|"
        r"boulevard|blvd|terrace|crescent|way|gardens|square|place)\b"
    ),
)
#: Codes that only an address has, when they are called so or of a country that writes them oddly.
_CODES: Final = (
    pattern(
        r"\b(?:cep|codigo postal|c\.p\.|cp|kod pocztowy|zip(?: code)?|postcode):? {0,2}(?:[0-9]{5}-?[0-9]{3}|[0-9]{2}-[0-9]{3}|[0-9]{4,5})\b"
    ),
    pattern(r"\b(?:postcode:? )?[a-z]{1,2}[0-9][0-9a-z]? [0-9][abd-hjlnp-uw-z]{2}\b"),
)

_MONTH: Final = (
    "(?:jan|feb|fev|mar|apr|abr|may|mai|maio|mayo|jun|jul|aug|ago|sep|set|oct|out|nov|dec|dez|dic|ene|sty|lut|kwi|maj|cze|lip|sie"
    "|wrz|paz|lis|gru|marc|czerw)[a-z]{0,8}"
)
_DATE: Final = (
    rf"(?:[0-9]{{1,2}}[ ./\-]{{1,3}}[0-9]{{1,2}}[ ./\-]{{1,3}}(?:19|20)?[0-9]{{2}}|(?:19|20)[0-9]{{2}}[./\-][0-9]{{1,2}}[./\-][0-9]{{1,2}}"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th|o|\.)? (?:de |of )?{_MONTH},?(?: (?:de |del )?(?:19|20)[0-9]{{2}})?"
    rf"|{_MONTH} [0-9]{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)[0-9]{{2}})"
)
_BORN: Final = (
    r"nascid[oa]s?|nasceu|nascimento|data de nasc|dn|nac(?:ido|ida|io|imiento|iste)|fecha de nac|urodzon\w{1,3}|urodzeni\w{1,3}|ur\.|urodzil\w{1,4}|born|birth(?:day|date)?|d\.?o\.?b"
    r"|aniversario|cumple(?:anos)?"
)
_BIRTH: Final = pattern(rf"\b(?:data |date of |fecha de |data de )?(?:{_BORN})(?:\b|[ .:])[^0-9\n!?]{{0,25}}?{_DATE}\b")


def addresses(plain: Plain) -> Iterator[tuple[int, int]]:
    """Where addresses stand in the plain text."""
    taken = 0
    spans = [span for wanted in _STREETS for span in _streets(wanted, plain)]
    spans += [match.span() for wanted in _CODES for match in wanted.finditer(plain.raw)]
    for start, end in sorted(spans):
        if start >= taken:
            yield start, end
            taken = end


def _streets(wanted: object, plain: Plain) -> Iterator[tuple[int, int]]:
    for match in wanted.finditer(plain.raw):  # type: ignore[attr-defined]  # RE2 publishes no types
        start, _ = plain.span(match.start(1), match.end(1))
        if not plain.original[start : start + 1].islower():
            yield match.span()


def birth_dates(plain: Plain) -> Iterator[tuple[int, int]]:
    """Where dates of birth stand in the plain text, with the words that say what they are."""
    for match in _BIRTH.finditer(plain.raw):
        yield match.span()
