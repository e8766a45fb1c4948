"""E-mail addresses, also as people hide them: "joao (at) gmail (dot) com", "joao arroba gmail ponto com"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.core.draft_checks.patterns import Hit, each, pattern

#: Where people have their mail: after "arroba" one of these needs no "ponto com".
_PROVIDERS: Final = (
    "gmail|googlemail|hotmail|outlook|live|yahoo|icloud|me|aol|gmx|proton|protonmail|uol|bol|terra|ig|globo"
    "|wp|onet|o2|interia|op|tlen|poczta|telefonica|msn|ymail"
)
_ENDINGS: Final = (
    "com|net|org|info|biz|edu|gov|gob|online|shop|store|app|dev|io|me"
    "|eu|br|pt|es|mx|ar|cl|co|pe|uy|pl|uk|us|ie|de|fr|it"
)
_DOT_WORD: Final = "(?:ponto|punto|kropka|dot|pto)"
_AT_WORD: Final = "(?:arroba|malpa|at)"
_BRACKETED: Final = r" {{0,2}}[(\[{{] {{0,2}}(?:{}) {{0,2}}[)\]}}] {{0,2}}"
_BRACKETED_DOT: Final = _BRACKETED.format(rf"\.|{_DOT_WORD}")
_BRACKETED_AT: Final = _BRACKETED.format(f"@|a|{_AT_WORD}")
_DOT: Final = rf"(?: {{0,2}}\. {{0,2}}|{_BRACKETED_DOT}| {{1,2}}{_DOT_WORD} {{1,2}})"
_AT: Final = rf"(?:@| {{1,2}}@ {{1,2}}|@ {{1,2}}|{_BRACKETED_AT})"
_JOINT: Final = (
    rf"(?: {{1,2}}(?:{_DOT_WORD}|underline|underscore|hifen|traco|guion bajo|guion|podkreslnik|myslnik) {{1,2}})"
)
_LOCAL: Final = rf"[a-z0-9][a-z0-9._%+\-]{{0,63}}(?:{_JOINT}[a-z0-9._%+\-]{{1,30}}){{0,3}}"
#: A local part with a spelt sign is nothing else, whatever it ends in: "jane dot hale at mailbox dot example".
_SPELT_LOCAL: Final = rf"[a-z0-9][a-z0-9._%+\-]{{0,63}}(?:{_JOINT}[a-z0-9._%+\-]{{1,30}}){{1,3}}"
#: A local part that is no word: only such a one may stand before a bare "at".
_ODD_LOCAL: Final = r"[a-z0-9]{0,30}[0-9._][a-z0-9._%+\-]{1,30}"
_LABEL: Final = r"[a-z0-9][a-z0-9\-]{0,62}"
_DOMAIN: Final = rf"{_LABEL}(?:{_DOT}{_LABEL}){{0,3}}{_DOT}(?:{_ENDINGS})"

_EMAIL: Final = pattern(
    rf"\b(?:{_LOCAL}@{_LABEL}(?:\.{_LABEL}){{0,4}}\.[a-z]{{2,24}}\b"
    rf"|{_LOCAL}{_AT}{_DOMAIN}\b"
    rf"|{_LOCAL}{_BRACKETED_AT}{_LABEL}(?:{_DOT}{_LABEL}){{0,3}}(?:\.|{_BRACKETED_DOT})[a-z]{{2,24}}\b"
    rf"|{_LOCAL} {{1,2}}(?:arroba|malpa) {{1,2}}(?:{_DOMAIN}|(?:{_PROVIDERS})(?:{_DOT}[a-z]{{2,24}}){{0,2}}"
    rf"|{_LABEL}(?:{_DOT}{_LABEL}){{0,2}} {{1,2}}{_DOT_WORD} {{1,2}}[a-z]{{2,24}})\b"
    rf"|{_LOCAL} {{1,2}}(?:arroba|malpa) {{1,2}}{_LABEL}(?:{_BRACKETED_DOT}| {{1,2}}{_DOT_WORD} {{1,2}})[a-z]{{2,24}}\b"
    rf"|{_ODD_LOCAL} {{1,2}}(?:arroba|malpa) {{1,2}}{_LABEL}(?:\.{_LABEL}){{0,3}}\.[a-z]{{2,24}}\b"
    rf"|{_LOCAL} @ {_LABEL} \. [a-z]{{2,24}}\b"
    rf"|{_LOCAL} @(?:{_PROVIDERS}){_DOT}[a-z]{{2,24}}\b"
    rf"|{_ODD_LOCAL} {{1,2}}at {{1,2}}(?:{_PROVIDERS}){_DOT}[a-z]{{2,24}}\b"
    rf"|{_LOCAL} {{1,2}}at {{1,2}}{_LABEL} {{1,2}}dot {{1,2}}(?:{_ENDINGS})\b"
    rf"|{_SPELT_LOCAL} {{1,2}}at {{1,2}}{_LABEL} {{1,2}}dot {{1,2}}[a-z]{{2,24}}\b)"
)
_MAY_BE: Final = pattern(r"@|arroba|malpa|\bat\b|[(\[{] {0,2}a {0,2}[)\]}]")
_DOTS: Final = pattern(rf"{_BRACKETED_DOT}| {{1,2}}{_DOT_WORD} {{1,2}}")
_ATS: Final = pattern(rf"{_BRACKETED_AT}| {{1,2}}{_AT_WORD} {{1,2}}")

#: Desks, not people: what stands before the @ of an address that is printed on every invoice.
_DESKS: Final = frozenset(
    [
        "sac",
        "contato",
        "contacto",
        "contact",
        "atendimento",
        "atencion",
        "atencionalcliente",
        "ayuda",
        "soporte",
        "suporte",
        "support",
        "help",
        "care",
        "info",
        "kontakt",
        "biuro",
        "pomoc",
        "bok",
        "reklamacje",
        "reklamacja",
        "zwroty",
        "sklep",
        "hello",
        "hi",
        "ola",
        "hola",
        "ouvidoria",
        "privacidade",
        "privacidad",
        "privacy",
        "dpo",
        "iod",
        "rodo",
        "lgpd",
        "service",
        "servicio",
        "clientes",
        "cliente",
        "customercare",
        "customerservice",
        "relacionamento",
        "faleconosco",
        "posvenda",
        "posventa",
        "postventa",
        "garantia",
        "garantias",
        "tienda",
        "loja",
        "shop",
        "store",
        "team",
        "equipo",
        "devolucoes",
        "devoluciones",
        "returns",
        "reclamaciones",
        "reclamacoes",
        "complaints",
        "imprensa",
        "prensa",
        "press",
        "protecaodedados",
    ]
)
#: Words before "at" that are nobody's: "meet us at acme dot com".
_NOBODY: Final = frozenset(
    [
        "us",
        "me",
        "him",
        "her",
        "them",
        "look",
        "here",
        "visit",
        "team",
        "site",
        "meet",
        "find",
        "see",
        "mail",
        "email",
        "write",
        "read",
        "live",
    ]
)
_FREE: Final = frozenset(_PROVIDERS.split("|"))


def emails(raw: bytes) -> Iterator[Hit]:
    """Every address of a person in the plain text; a desk's has no kind."""
    if _MAY_BE.search(raw):
        yield from each(_EMAIL, raw, _read)


def _read(raw: bytes, start: int, end: int) -> Hit | None:
    said = _address(raw[start:end])
    local, _, domain = said.partition("@")
    if local in _NOBODY and b"@" not in raw[start:end]:
        return None
    return Hit("" if is_desk(local, domain) else "email", start, end, said)


def is_desk(local: str, domain: str) -> bool:
    """Whether nobody in particular reads this mail."""
    return local in _DESKS and domain.partition(".")[0] not in _FREE


def _address(said: bytes) -> str:
    """The address as a machine would write it."""
    with_at = said if b"@" in said and b"(" not in said else _ATS.sub(b"@", said, 1)
    plain: bytes = _DOTS.sub(b".", with_at)
    return plain.decode().translate(_SPARE)


_SPARE: Final = str.maketrans("", "", " ()[]{}")
