"""A text as checks read it: small letters without accents, plain digits and signs, and where each stood.

Whoever hides a number behind full-width digits, zero-width characters or accents hides it from no
check, and a finding still points at what the member typed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cached_property, lru_cache
from itertools import chain, repeat
from typing import Final

#: Stands where a masked form stood: no digit, no letter, and no sign that joins any.
HIDDEN: Final = "\x02"
#: A letter of a script that none of our patterns names; it still is part of a word.
_FOREIGN: Final = "_"
#: Any other sign: it parts words, and nothing more.
_SIGN: Final = ";"

#: Letters that customers type bare and Unicode does not take apart.
_BARE: Final = {"ł": "l", "Ł": "l", "đ": "d", "ø": "o", "ß": "ss", "•": HIDDEN, "’": "'", "‘": "'"}
_BY_CATEGORY: Final = {"Pd": "-", "Zs": " ", "Sc": "$", "Pi": '"', "Pf": '"', "Mn": "", "Me": "", "Cf": "", "Cc": ""}


class Plain:
    """``text`` in ASCII, and ``span`` back to the characters of the original.

    Its length may differ from the original's: unseen marks are dropped, and a ligature is its letters.
    """

    def __init__(self, original: str) -> None:
        self.original = original
        forms: dict[str, str] = {char: _form(char) for char in set(original) if not char.isascii()}
        self._is_even = all(len(form) == 1 for form in forms.values())
        self._forms = forms
        self._folded = _replaced(original, forms)
        self.text = self._folded.lower()

    @cached_property
    def raw(self) -> bytes:
        """The text as bytes, one for each character: patterns in bytes count as the text does."""
        return self.text.encode("ascii")

    @cached_property
    def cased(self) -> bytes:
        """As ``raw``, but that capitals are kept."""
        return self._folded.encode("ascii")

    @cached_property
    def words(self) -> bytes:
        """The same, with a space for everything that is no letter and no digit.

        But that a sentence's end in ``!``, ``?`` or a new line stays one, as ``|``, and a currency's sign as ``S``.
        """
        return self.raw.translate(_WORDS_ONLY)

    @cached_property
    def sentences(self) -> bytes:
        """The words, with ``|`` behind a sentence's full stop as well: no phrase goes on in the next sentence.

        A full stop is one before a capital or a sum of money: behind "p. m.", "godz. 14" and other abbreviations
        phrases go on.
        """
        first, *others = self.cased.split(b". ")
        ended = (b"| " + other if other[:1].isupper() or other[:1] == b"$" else b". " + other for other in others)
        return b"".join((first, *ended)).lower().translate(_WORDS_ONLY)

    @cached_property
    def _at(self) -> list[int]:
        forms = self._forms
        return list(chain.from_iterable(repeat(n, len(forms.get(c, c))) for n, c in enumerate(self.original)))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the original has what stands here between ``start`` and ``end``, dropped marks included."""
        if self._is_even:
            return start, end
        at = self._at
        return at[start], at[end] if end < len(at) else len(self.original)


_KEPT: Final = {ord("|"): ord("|"), ord("!"): ord("|"), ord("?"): ord("|"), ord("\n"): ord("|"), ord("$"): ord("S")}
_WORDS_ONLY: Final = bytes(n if chr(n).isalnum() and n < 128 else _KEPT.get(n, 32) for n in range(256))


#: Up to so many kinds of signs are replaced one after the other, which is five times as fast. Measured.
_FEW: Final = 100


def _replaced(text: str, forms: Mapping[str, str]) -> str:
    if len(forms) > _FEW:
        return text.translate({ord(char): form for char, form in forms.items()})
    for char, form in forms.items():
        text = text.replace(char, form)
    return text


@lru_cache(maxsize=2_048)
def _form(char: str) -> str:
    """What a character that is not ASCII is read as."""
    if char in _BARE:
        return _BARE[char]
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(char)
    apart = unicodedata.normalize("NFKD", char)
    bare = "".join(each for each in apart if each.isascii() and each.isprintable())
    if bare and (len(bare) == 1 or bare.isalpha() or bare == "..."):
        return bare
    if category in _BY_CATEGORY:
        return _BY_CATEGORY[category]
    return _FOREIGN if category[0] in "LN" else _SIGN


@lru_cache(maxsize=8)
def read(text: str) -> Plain:
    """The text as checks read it, once for all of them. A few drafts are remembered, and no more."""
    return Plain(text)
