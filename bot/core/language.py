"""Which language a complaint is written in: one of ours, or one that nobody here answers in."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib import import_module
from typing import Any, Final

import msgspec

from bot.core.words import LANGUAGES

#: How sure one must be that a text is in none of our languages before saying so. Our choice.
SURE: Final = 0.9
#: From how many words on another language is named at all: two foreign words may be a brand. Our choice.
ENOUGH_WORDS: Final = 4
#: Scripts without spaces have long "words"; from so many letters outside the Latin script on is enough. Our choice.
ENOUGH_LETTERS: Final = 8
#: Among our four, the share a language must have; below it, "ok" would be anything. Our choice.
LIKELY: Final = 0.6
#: How much of a text is looked at, in characters. Our choice; a language shows in a tenth of it.
LOOK_AT: Final = 2_000

_NOT_LANGUAGE = re.compile(r"https?://\S+|[@#]\w+")
_WORD = re.compile(r"[^\W\d_]+")


class Language(msgspec.Struct, frozen=True):
    """``code`` is the one of ours to answer in; ``other`` names the language it really seems to be, if none of ours."""

    code: str
    other: str | None = None


def guess(text: str, default: str = "en") -> Language:
    """The language of a text; ``default`` where the text is too short to tell."""
    words = _WORD.findall(_NOT_LANGUAGE.sub(" ", text[:LOOK_AT]))
    if not words:
        return Language(default)
    chances = _chances(" ".join(words))
    ours = {code: chances[code] for code in LANGUAGES}
    best = max(LANGUAGES, key=ours.__getitem__)
    code = best if ours[best] >= LIKELY * sum(ours.values()) else default
    is_other = sum(ours.values()) <= 1 - SURE and _is_enough(words)
    return Language(code, max(chances, key=chances.__getitem__) if is_other else None)


def warm_up() -> None:
    """Loads the model now, in half a second, rather than at the first complaint."""
    _identifier()


def _is_enough(words: list[str]) -> bool:
    return len(words) >= ENOUGH_WORDS or sum(map(_is_foreign, "".join(words))) >= ENOUGH_LETTERS


def _is_foreign(letter: str) -> bool:
    return not unicodedata.name(letter, "LATIN").startswith("LATIN")


def _chances(text: str) -> dict[str, float]:
    return dict(_identifier().rank(text))


@lru_cache(maxsize=1)
def _identifier() -> Any:
    """py3langid's model, read from its package at the first use: the one file that the core reads.

    One model over all languages answers both questions: its ranking of our four among
    themselves is the ranking of a model restricted to them, at half the time and memory.
    """
    langid = import_module("py3langid.langid")
    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
