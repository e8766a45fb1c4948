"""Postal addresses and dates of birth, as people write them in four languages."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import Final

from bot.core.draft_checks.patterns import pattern
from bot.core.draft_checks.plain import Plain

_NAME: Final = r"[a-z][a-z'\-]{0,24}"
_NAMES: Final = rf"{_NAME}\.?(?: {_NAME}\.?){{0,5}}"
_NO: Final = r"(?:,? ?(?:n\.?o?\.?|numero|nro\.?|num\.?|nr|km|no\.|#)? ?)"
_DOOR: Final = r"[0-9]{1,5}[a-z]?\b(?:[/\-][0-9]{1,4}[a-z]?)?"
_CODE: Final = r"(?:[ ,\-]{1,3}(?:cep |cp |c\.p\. )?(?:[0-9]{5}-[0-9]{3}|[0-9]{2}-[0-9]{3}|[0-9]{5})\b)?"

#: What a street is called before its name. "r." and "c/" need their sign: as letters they are other words.
_IBERIAN: Final = (
    r"r\.|rua|av\.|avenida|travessa|tv\.|alameda|al\.|praca|rodovia|estrada|largo|calle|c/|avda\.?|plaza|pza\.?|paseo"
    r"|carrera|cra\.?|camino|ronda|jiron|jr\.|pasaje|pje\.|psje\.|boulevard|blvd\.?|calzada|diagonal|cda\.|cerrada"
    r"|priv\.|prol\.|prolongacion|callejon|andador|circuito|glorieta|travesia|carretera|carr\.|urbanizacion|urb\."
)
_ARTICLE: Final = "(?:de la |de los |de las |del |da |do |dos |das |de |la |el |los )?"
_POLISH: Final = r"ul\.|ulic[aye]|ulicy|al\.|alei|aleja|aleje|pl\.|placu?|os\.|osiedl[ea]"
_ENGLISH: Final = (
    "street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|court|ct|grove|boulevard|blvd|terrace|crescent|way|gardens"
    "|square|place|yard|mews|quay|wharf"
)
_COLOMBIAN: Final = r"cra|carrera|calle|cll|cl|dg|diagonal|transversal|tv|av"
#: The name of the street (group 1) is written with a capital: "na rua 3 dias" is no address.
_STREETS: Final = (
    pattern(rf"\b(?:{_IBERIAN}) ?{_ARTICLE}({_NAMES}){_NO}{_DOOR}{_CODE}"),
    pattern(rf"\b(?:{_POLISH}) ?({_NAMES}) {_DOOR}{_CODE}"),
    pattern(
        rf"\b(?:{_COLOMBIAN})\.? ?([0-9]{{1,3}} ?[a-z]?(?: ?bis)?(?: (?:sur|norte|este|oeste))?) ?(?:#|n\.?o?\.?)"
        r" ?[0-9]{1,3}[a-z]?[ \-]{1,3}[0-9]{1,3}"
    ),
    pattern(rf"\b(?:przy|na|pod adresem|pod) ({_NAME}(?:ej|iej|ego)) {_DOOR}{_CODE}"),
    pattern(rf"\b[0-9]{{1,5}}[a-z]?,? ((?:{_NAME} ){{1,3}})(?:{_ENGLISH})\b"),
)
#: No name of a street ends in these, but "calle Mitre, y estoy hasta las 20" goes on with an hour.
_BEFORE_HOURS: Final = frozenset(b"las hasta sobre antes as ate at by until till from since".split())
#: Polish streets without the word "street" are known by their ending and the flat: "pod Kwiatową 8/12". Open all day,
#: "24/7", is none.
_HOUSES: Final = pattern(
    rf"\b(?:przy|na|pod adresem|pod|z|ze|do) ({_NAME}(?: {_NAME})?(?:ej|ego|icza|ina|uszki|owa|ska|cka|na)) "
    rf"([0-9]{{1,3}}[a-z]?/[0-9]{{1,3}}){_CODE}\b"
)
_ALL_DAY: Final = b"24/7"
#: A house without the word "street" is known by the flat that follows.
_FLAT: Final = (
    "casa|piso|depto|dpto|departamento|apto|ap|apt|flat|unit|bloco|bloque|torre|portal|puerta|lokal|int|interior|dto|esc"
    "|escalera|oficina|of"
)
_FLATS: Final = pattern(
    rf"\b({_NAME}(?: {_NAME}){{0,2}}),? [0-9]{{2,5}},? {{0,2}}"
    rf"(?:(?:{_FLAT})\.? ?[0-9a-z]{{1,4}}\b|m\. ?[0-9]{{1,4}}\b|[0-9]{{1,2}}\.? ?o\b)"
)
#: The letters of an Irish code; its end has letters and digits both, so that "A52 near" is none.
_EIR, _EIR_ANY = "[ac-fhknprtv-y]", "[0-9ac-fhknprtv-y]"
#: Codes that only an address has, when they are called so or of a country that writes them oddly.
_CODES: Final = (
    pattern(
        r"\b(?:cep|codigo postal|c\.p\.|cp|kod pocztowy|zip(?: code)?|postcode):? {0,2}"
        r"(?:[0-9]{5}-?[0-9]{3}|[0-9]{2}-[0-9]{3}|[0-9]{4,5})\b"
    ),
    pattern(r"\b(?:postcode:? )?[a-z]{1,2}[0-9][0-9a-z]? [0-9][abd-hjlnp-uw-z]{2}\b"),
    pattern(
        rf"\b(?:eircode:? )?[ac-fhknprtv-y][0-9][0-9w] "
        rf"(?:{_EIR}[0-9]{_EIR_ANY}{{2}}|{_EIR}{{2}}[0-9]{_EIR_ANY}|{_EIR}{{3}}[0-9]|[0-9]{_EIR}{_EIR_ANY}{{2}})\b"
    ),
)

_MONTH: Final = (
    "(?:jan|feb|fev|mar|apr|abr|may|mai|maio|mayo|jun|jul|aug|ago|sep|set|oct|out|nov|dec|dez|dic|ene|sty|lut|kwi|maj"
    "|cze|lip|sie|wrz|paz|lis|gru|marc|czerw)[a-z]{0,8}"
)
_YEAR: Final = "(?:19|20)[0-9]{2}"
_PART: Final = r"[ ./\-]{1,3}"
_DATE: Final = (
    rf"(?:[0-9]{{1,2}}{_PART}[0-9]{{1,2}}{_PART}(?:19|20)?[0-9]{{2}}|{_YEAR}[./\-][0-9]{{1,2}}[./\-][0-9]{{1,2}}"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th|o|\.)? (?:de |of )?{_MONTH},?(?: (?:de |del )?{_YEAR})?"
    rf"|{_MONTH} [0-9]{{1,2}}(?:st|nd|rd|th)?,? {_YEAR})"
)
_BORN: Final = (
    r"nascid[oa]s?|nasceu|nascimento|data de nasc|dn|nac(?:ido|ida|io|imiento|iste)?|fecha de nac|urodzon\w{1,3}"
    r"|urodzeni\w{1,3}|ur\.|urodzil\w{1,4}|born|birth(?:day|date)?|d\.?o\.?b|aniversario|cumple(?:anos)?"
)
#: Of a day long ago somebody is by birth: "a senhora é de 02/05/1951".
_LONG_AGO: Final = rf"[0-9]{{1,2}}{_PART}[0-9]{{1,2}}{_PART}(?:19[0-9]{{2}}|200[0-9])"
_PERSON: Final = r"voce|vc|senhora?|sra?\.?|paciente|titular|cliente|filh[oa]|usted|ud\.?"
_BIRTH: Final = pattern(
    rf"\b(?:(?:data |date of |fecha de |data de )?(?:{_BORN})(?:\b|[ .:])[^0-9\n!?]{{0,25}}?{_DATE}"
    rf"|(?:{_PERSON}) (?:e|es) (?:de|del|do dia|de dia) {_LONG_AGO})\b"
)


def addresses(plain: Plain, language: str = "") -> Iterator[tuple[int, int]]:
    """Where addresses stand in the plain text; some are known in the draft's ``language`` alone."""
    taken = 0
    spans = [span for wanted in _STREETS for span in _streets(wanted, plain)]
    spans += _flats(plain)
    spans += _houses(plain) if language == "pl" else ()
    spans += [match.span() for wanted in _CODES for match in wanted.finditer(plain.raw)]
    for start, end in sorted(spans):
        if start >= taken:
            yield start, end
            taken = end


def _streets(wanted: object, plain: Plain) -> Iterator[tuple[int, int]]:
    for match in wanted.finditer(plain.raw):  # type: ignore[attr-defined]  # RE2 publishes no types
        start, _ = plain.span(match.start(1), match.end(1))
        if not plain.original[start : start + 1].islower() and match.group(1).split()[-1] not in _BEFORE_HOURS:
            yield match.span()


def _flats(plain: Plain) -> Iterator[tuple[int, int]]:
    """From the capitals on that stand before the number: "Pasamos por Los Aromos 1482, casa 3"."""
    for match in _FLATS.finditer(plain.raw):
        starts = [word.start() for word in _WORD.finditer(plain.raw, match.start(1), match.end(1))]
        capitals = list(takewhile(lambda at: plain.original[plain.span(at, at + 1)[0]].isupper(), reversed(starts)))
        if capitals:
            yield capitals[-1], match.end()


def _houses(plain: Plain) -> Iterator[tuple[int, int]]:
    for match in _HOUSES.finditer(plain.raw):
        start, _ = plain.span(match.start(1), match.end(1))
        if plain.original[start : start + 1].isupper() and match.group(2) != _ALL_DAY:
            yield match.start(1), match.end()


_WORD: Final = pattern("[a-z'\\-]+")


def birth_dates(plain: Plain) -> Iterator[tuple[int, int]]:
    """Where dates of birth stand in the plain text, with the words that say what they are."""
    for match in _BIRTH.finditer(plain.raw):
        yield match.span()
