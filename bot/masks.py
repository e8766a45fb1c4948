"""Takes out of a text what may name a person or open a door, before the text is logged."""

from __future__ import annotations

import re
from typing import Final

from bot.core.complaint import clean
from bot.core.draft_checks.private import found

#: Stands in place of what was taken out.
GONE: Final = "…"
#: Longest text that is let through, and how much of a longer one is looked at, in characters.
LONGEST, LOOK_AT = 200, 2_000

# Patterns begin where a word begins, so that none looks twice at the same letters: their time
# grows with the text and not with its square.
_URL = re.compile(r"([a-z][a-z0-9+.-]{1,20})://([^\s/?#]*)(\S*)", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9-]+\.)*[a-z0-9-]+(?::\d{1,5})?", re.IGNORECASE)
_AT = r"[@＠]"
_MASKS = tuple(
    (re.compile(pattern, re.IGNORECASE), instead)
    for pattern, instead in (
        # What opens a door, as headers and settings say it.
        (r"\b(bearer|basic)\s+\S+", rf"\1 {GONE}"),
        (r"\b(\w*(?:token|secret|passw(?:or)?d|senha|contraseña|hasło|api_?key)[\"']?\s*[=:]\s*)\S+", rf"\1{GONE}"),
        # Slack's tokens, webhook secrets, Discord's tokens, and whatever else is too long to be a word.
        (r"(?:xox[a-z]|xapp)-\S+|whsec_\S+", GONE),
        (r"(?<![\w-])[\w-]{20,}\.[\w-]{5,}\.[\w-]{20,}", GONE),
        (r"(?<![\w+=-])[\w+=-]{32,}", GONE),
        # E-mail addresses, and names on networks, such as @joana.
        (rf"(?<![^\s<>()\[\]\",])[^\s<>()\[\]\",@＠]*{_AT}[^\s<>()\[\]\"',;]+", GONE),
        # Phones, cards, CPF, PESEL and the like: seven figures or more, grouped at will. Dates are harmless.
        (r"(?<!\d)(?!\d{4}-\d\d-\d\d(?![\d-]))[+(]{0,2}\d(?:[\s().\-/]{0,3}\d){6,}", GONE),
        # Where a request came from is personal too; this machine is not.
        (r"(?<![\d.])(?!127\.)\d{1,3}(?:\.\d{1,3}){3}(?![\d.])", GONE),
    )
)


def mask(text: str) -> str:
    """The text on one line, without addresses, long numbers, tokens, and what follows the host of a link."""
    text = " ".join(clean(_whole_words(text), LOOK_AT).split())
    text = _URL.sub(_masked_url, text)
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    text = _without_private(text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + GONE


def _without_private(text: str) -> str:
    """Without what the committee's cards hide as well, and that no pattern here knows: spelt-out mails, say."""
    for span in reversed(found(text)):
        text = f"{text[: span.start]}{GONE}{text[span.end :]}"
    return text


def _whole_words(text: str) -> str:
    """Clipped between words: half a token would not be known for one."""
    if len(text) < LOOK_AT:
        return text
    start, space, _ = text[: LOOK_AT - 1].rpartition(" ")
    return f"{start}{space}{GONE}"


def _masked_url(url: re.Match[str]) -> str:
    """Scheme and host. The path goes too: networks write names and numbers of people into it.

    An @ behind the host may belong to a password with a slash in it, and then the host is none.
    """
    scheme, netloc, rest = url.groups()
    host = netloc.rpartition("@")[2]
    is_plain = _HOST.fullmatch(host) and not re.search(_AT, rest)
    return f"{scheme}://{host if is_plain else GONE}{f'/{GONE}' if rest else ''}"
