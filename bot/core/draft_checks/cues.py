"""The words that say what a number is: "CPF", "zadzwonię na", "nº do pedido"; the nearest before it counts."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import Final

from bot.core.draft_checks.patterns import pattern

#: How far before a number its name may stand, in characters. Our choice: "CPF do titular (com dígito): …".
REACH: Final = 40
#: What belongs to no person: orders, parcels, tickets, products.
THING: Final = "thing"

#: Folded, as texts are. "thing" goes last: a name that a person's number has wins at the same place.
_CUES: Final = {
    "card": r"cart(?:ao|oes)|tarjetas?|kart[aycei]|karcie|cards?|visa|mastercard|amex|maestro",
    "cpf": r"cpf",
    "cnpj": r"cnpj",
    "rg": r"rg|identidade|registro geral",
    "dni": r"dni|nif|cif|documento(?: de identidad)?|cedula",
    "cuit": r"cuit|cuil",
    "rut": r"rut",
    "curp": r"curp",
    "nip": r"nip|nipu|nipem",
    "pesel": r"pesel(?:a|u|em)?",
    "regon": r"regon(?:u|em)?",
    "iban": (
        r"iban|ccc|cbu|nrb|konta|konto|(?:numero de )?cuenta|rachun\w{0,5}|account(?: number)?|conta(?: bancaria)?"
    ),
    "phone": (
        r"tel|tels|telefon\w{0,4}|phones?|mobile|cell|fones?|cel|celular\w{0,2}|movil|moviles|whats\w{0,4}|zap|wpp|wa"
        r"|sms|kom|komork\w{1,4}|dzwoni\w{0,6}|(?:za|od|prze)dzwoni\w{0,6}|call(?:ed|ing)?|ring(?:ing)?|rang|rung"
        r"|(?:do|z) numeru|na numer|dial\w{0,4}|landline|text(?:ed|ing)?|llam\w{1,8}"
        r"|lig(?:ar|amos|uei|ue|o|a|aremos|ando|uem)|pix"
    ),
    THING: (
        r"pedidos?|protocol\w{0,3}|rastrei\w{1,2}|rastreamento|codigos?|encomendas?|objetos?|nota fiscal|nfe?|chamado"
        r"|tickets?|orden|ordenes|seguimiento|guia|envio|facturas?|referencia|ref|incidencia|caso|reclamo|modelo|serie"
        r"|serial|imei|sku|ean|isbn|lote|lot|zamowieni\w{1,4}|zgloszeni\w{1,4}|przesylk\w{1,4}|paczk\w{1,4}|paczek"
        r"|list\w{0,4} przewozow\w{1,4}|faktur\w{0,4}|reklamacj\w{1,4}|sygnatur\w{1,4}|kod\w{0,4}|model\w{0,3}|partii"
        r"|sprawy|krs|bdo|radicados?|folio|expediente|boleta|albaran(?:es)?|lacre|patrimonio|orders?|tracking|parcels?|invoices?|reference|case|complaint|batch|part|items?|code"
        r"|voucher|kupon\w{0,3}|cupom|cupon|vuelo|voo|boletim|processo|laudo|pecas?"
    ),
}
_CUE: Final = pattern("|".join(rf"\b(?P<{kind}>{words})\b" for kind, words in _CUES.items()))


class Cues:
    """Where numbers are named in a plain text."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    @cached_property
    def _found(self) -> tuple[list[int], list[str]]:
        """Where each name ends, and what it is; read only when there is a number to be named."""
        found = [(match.end(), match.lastgroup.decode()) for match in _CUE.finditer(self._raw)]
        return [end for end, _ in found], [kind for _, kind in found]

    def before(self, start: int) -> tuple[str, ...]:
        """The names that stand shortly before, the nearest last."""
        ends, kinds = self._found
        return tuple(kinds[bisect_left(ends, start - REACH) : bisect_left(ends, start + 1)])
