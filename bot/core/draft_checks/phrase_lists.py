"""The phrases of each language, read from ``phrases/<language>.toml`` and compiled to linear-time patterns.

A file has tables of named lists: ``[calm]`` with ``insult = ["…"]`` is the list ``calm/insult``. Case, accents and
punctuation do not count, and no phrase goes on in the next sentence. In a phrase

- ``*`` in a word stands for any letters (``cobr*``, ``*ed``), and alone for any word; ``#`` is a number (also within
  a word: ``#h``), ``¤`` a sum of money;
- ``…`` between words stands for at most five words, ``…2`` for at most two, ``~3`` for at most three with no sign
  between them;
- ``{name}`` is any phrase of that list, of the same table or of ``[words]``;
- ``(this|or that)`` is one of its phrases, also within a word: ``sprawdzi(ć|ł|ła)``;
- what has ``?`` behind its ``)`` or ``}`` may be missing.

``[typed]`` says how else people type a word, in every phrase: ``you = ["u"]``. Its list ``joined`` names words that may
stand without the space before them ("dont" for "don t"), and whole words made so ("thats") whose end alone may not
("records"); ``not-joined`` names those that come out so and are another word ("were" for "we re").
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final, Self

from bot.core.draft_checks.patterns import pattern
from bot.core.draft_checks.plain import Plain
from bot.core.words import LANGUAGES

FOLDER: Final = Path(__file__).parent / "phrases"

_NUMBER: Final = "[0-9]+(?: [0-9]{2,3})*"
_CURRENCY: Final = (
    "(?:S|zl|zlotych|zlote|reais|euros?|eur|pesos|pounds|quid|dolares|dollars|bucks|pln|usd|gbp|brl|soles)"
)
#: What stands alone between spaces.
_SIGNS: Final = {
    "#": "[0-9]+",
    "*": "[a-z0-9]+",
    "¤": rf"(?:(?:[a-z]{{1,3}} ?)?S ?{_NUMBER}|(?:eur|pln|usd|gbp|brl) ?{_NUMBER}|{_NUMBER} ?{_CURRENCY})",
}
#: What stands within a word.
_WILD: Final = {"*": "[a-z0-9]*", "#": _SIGNS["#"]}
#: Words between two others, so many at most: a phrase begins where a word does, so that the words between are looked
#: at so many times at the most, whatever the text.
_MOST: Final = "5"
_BETWEEN: Final = {"…": "(?:[a-z0-9]+ +){0,%s}", "~": "(?:[a-z0-9]+ ){0,%s}"}
#: Spaces go with the word before them: what follows may be missing.
_END, _NEAR_END = r"\b *", r"\b ?"
#: Memory of one compiled list, in bytes: RE2 falls back to a slow way when a list outgrows it.
_MEMORY: Final = 64 << 20


class Lists:
    """Named lists of phrases; each is made a pattern once, however many phrases name it."""

    def __init__(self, said: Mapping[str, Sequence[str]], typed: Mapping[str, Sequence[str]] | None = None) -> None:
        self.said = {name: tuple(phrases) for name, phrases in said.items()}
        self._made: dict[str, str] = {}
        others = dict(typed or {})
        self._joined = frozenset(others.pop("joined", ()))
        self._not_joined = frozenset(others.pop("not-joined", ()))
        self._tails = frozenset(word[at:] for word in self._joined for at in range(len(word)))
        self._typed = {word: rf"(?:{word}|\b(?:{'|'.join(other)}))" for word, other in others.items()}

    def as_typed(self, words: Sequence[str]) -> str:
        """These words one after the other, each as people type it."""
        if not self._typed and not self._joined:
            return " +".join(words)
        pairs = zip_longest(words, words[1:], fillvalue="")
        ended = (self._typed.get(word, word) + (" ?" if self.may_join(word, after) else " +") for word, after in pairs)
        return "".join(ended)[: -len(" +")]

    def may_join(self, word: str, after: str) -> bool:
        """Whether people write this item of a phrase and the one behind it as one word."""
        if not self._joined or not (word[-1:].isalpha() or word.endswith(")")):
            return False
        ends = _either(after)[0]
        if self._tails.isdisjoint(ends):
            return False
        befores = _either(word)[1]
        cut = {end for end in ends if any(self._is_joined(before, end) for before in befores)}
        return bool(cut) and all(self._is_joined(before, end) for before in befores for end in cut)

    def _is_joined(self, before: str, end: str) -> bool:
        whole = before + end
        return whole in self._joined or (end in self._joined and whole not in self._not_joined)

    def any_of(self, name: str) -> str:
        """Any phrase of the list of this name. Raises KeyError where there is none."""
        if name not in self._made:
            self._made[name] = _any(self.said[name], self)
        return self._made[name]


class Phrases:
    """A list of phrases as one pattern. Where two begin at one place the longer one is found."""

    def __init__(self, phrases: Sequence[str], lists: Mapping[str, Sequence[str]] | None = None) -> None:
        self.phrases = tuple(phrases)
        self._wanted = _compiled(_any(self.phrases, Lists(lists or {}))) if phrases else None

    @classmethod
    def named(cls, name: str, lists: Lists) -> Self:
        """The phrases of one of the lists; none where there is no such list."""
        made = cls(())
        if said := lists.said.get(name):
            made.phrases, made._wanted = said, _compiled(lists.any_of(name))
        return made

    def spans(self, text: Plain, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
        """Where phrases stand in the plain text, between ``start`` and ``end``."""
        if self._wanted is None:
            return
        for found in self._wanted.finditer(text.sentences, start, end):
            yield found.start(), found.start() + len(found.group().rstrip())

    def found(self, text: Plain) -> tuple[tuple[int, int], ...]:
        """Where phrases stand, in characters of the original."""
        return tuple(text.span(*span) for span in self.spans(text))


@lru_cache(maxsize=256)
def phrases(language: str, name: str) -> Phrases:
    """The list of this name, such as "calm/insult"; empty where the language has none."""
    table, _, key = name.partition("/")
    return Phrases.named(key, _table(language, table))


class Kinds:
    """The lists of one table as one pattern, that says of which of them a text has phrases."""

    def __init__(self, said: Mapping[str, Sequence[str]]) -> None:
        self._names, lists = tuple(said), Lists(said)
        groups = "|".join(f"(?P<n{n}>{lists.any_of(name)})" for n, name in enumerate(said))
        self._wanted = _compiled(groups) if said else None

    def of(self, text: Plain) -> frozenset[str]:
        """The names of the lists that have a phrase in the text."""
        if self._wanted is None:
            return frozenset()
        found = {match.lastgroup for match in self._wanted.finditer(text.sentences)}
        return frozenset(self._names[int(group[1:])] for group in found)


@lru_cache(maxsize=16)
def kinds(language: str, table: str) -> Kinds:
    """All lists of a table, such as "causes"; none where the language has no such table."""
    return Kinds(_lists(language).get(table, {}))


@lru_cache(maxsize=64)
def _table(language: str, table: str) -> Lists:
    """The lists of a table, and those of ``[words]``, which all tables share."""
    file = _lists(language)
    return Lists({**file.get("words", {}), **file.get(table, {})}, file.get("typed"))


@lru_cache(maxsize=8)
def _lists(language: str) -> dict[str, Any]:
    if language not in LANGUAGES:
        return {}
    with (FOLDER / f"{language}.toml").open("rb") as file:
        return tomllib.load(file)


#: Longest phrase of a committee, in characters, and its fewest letters: less would be found everywhere. Our choice.
LONGEST_PHRASE, _LEAST_LETTERS = 80, 3


def is_phrase(said: str) -> bool:
    """Whether somebody's own phrase can be looked for: words, and perhaps the signs for letters, numbers and gaps."""
    letters = sum(map(str.isalpha, Plain(said).text)) if said.isprintable() else 0
    return len(said) <= LONGEST_PHRASE and letters >= _LEAST_LETTERS and not set(said) & set("{}()|")


# How a phrase becomes a pattern


def _compiled(said: str) -> Any:
    return pattern(rf"\b(?:{said})\b", longest=True, memory=_MEMORY)


def _any(phrases: Sequence[str], lists: Lists) -> str:
    return "|".join(_phrase(phrase, lists) for phrase in phrases)


def _phrase(phrase: str, lists: Lists) -> str:
    """A phrase, its words folded as texts are."""
    words = list(_words(phrase))
    pairs = zip_longest(words, words[1:], fillvalue="")
    made = "".join(_item(word, lists, _end(word, after, lists)) for word, after in pairs)
    return made.removesuffix(_END)


@lru_cache(maxsize=20_000)
def _either(item: str) -> tuple[frozenset[str], frozenset[str]]:
    """The first words, and the last, of the phrases that an item of a phrase stands for: "(re|are not)"."""
    inner, rest = _closed(item) if item.startswith("(") else (item, "")
    said = [each.replace("_", " ").split() or [""] for each in ([item] if rest else _split(inner, "|"))]
    return frozenset(words[0] for words in said), frozenset(words[-1] for words in said)


def _end(word: str, after: str, lists: Lists) -> str:
    if lists.may_join(word, after):
        return " ?"
    return _NEAR_END if after.startswith("~") else _END


def _words(phrase: str) -> Iterator[str]:
    """The words of a phrase; a gap is one, with how many words it stands for."""
    for word in _split(phrase.replace("…", " …").replace("~", " ~"), " "):
        gap = (2 if word[1:2].isdigit() else 1) if word[:1] in _BETWEEN else 0
        yield from filter(None, (word[:gap], word[gap:]))


def _split(text: str, at: str) -> list[str]:
    """The parts between signs ``at`` that stand in no parentheses."""
    if "(" not in text:
        return text.split(at)
    parts, depth = [""], 0
    for char in text:
        depth += (char == "(") - (char == ")")
        if char == at and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _item(word: str, lists: Lists, end: str) -> str:
    """One word of a phrase, and what parts it from the next."""
    if word[0] in _BETWEEN:
        return _BETWEEN[word[0]] % (word[1:] or _MOST)
    if word.endswith("?") and word[0] in "({" and _closed(word)[1] == "?":
        return f"(?:{_word(word[:-1], lists)}{end})?"
    return _word(word, lists) + end


def _word(word: str, lists: Lists) -> str:
    """Letters with groups among them: ``{day}``, ``(this|that)``, ``sprawdzi(ć|ł(a)?)``."""
    start = min((at for at in map(word.find, "({") if at >= 0), default=-1)
    if start < 0:
        return lists.as_typed(_letters(word))
    said, after = " +".join(_letters(word[:start])), word[start:]
    inner, rest = _closed(after)
    either = lists.any_of(inner) if after[0] == "{" else _any(_split(inner, "|"), lists)
    said += f"(?:{either})"
    if rest.startswith("?"):
        said, rest = f"{said}?", rest[1:]
    return said + (_WILD.get(rest) or _word(rest, lists))


def _closed(text: str) -> tuple[str, str]:
    """What the parentheses that open the text hold, and what follows them. Raises ValueError when they stay open."""
    depth = 0
    for end, char in enumerate(text):
        depth += (char in "({") - (char in ")}")
        if not depth:
            return text[1:end], text[end + 1 :]
    raise ValueError(text)


@lru_cache(maxsize=20_000)
def _letters(word: str) -> tuple[str, ...]:
    """The words that are written as one, such as ``of_the``, as texts are; no sign counts: "|" parts phrases."""
    if word in _SIGNS:
        return (_SIGNS[word],)
    folded = Plain(word.replace("*", _ANY).replace("#", _NUMBERS)).words.decode().replace("|", " ")
    return tuple(each.replace(_ANY, _WILD["*"]).replace(_NUMBERS, _WILD["#"]) for each in folded.split())


#: Stand for "*" and "#" while a word is folded: in no phrase.
_ANY, _NUMBERS = "zqjxz", "zqjyz"
