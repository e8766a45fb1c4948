"""Empathy: a reply names the person, regrets, shows that it understood the problem, and says what comes next."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Final

import msgspec

from bot.core.draft_checks.case_words import case_words, names_a_cause, says_of, vague
from bot.core.draft_checks.finding import Finding, Severity
from bot.core.draft_checks.patterns import pattern
from bot.core.draft_checks.phrase_lists import phrases
from bot.core.draft_checks.plain import Plain, read
from bot.core.draft_checks.quotes import own_voice
from bot.core.draft_checks.short_names import short_names
from bot.core.draft_checks.taken_back import Span, apart, standing
from bot.core.replies.template import ReplyKind
from bot.core.words import Msgid, msg, say

#: What each kind of reply must have. The others say one thing only, and are not measured by it.
WANTED: Final[Mapping[ReplyKind, tuple[str, ...]]] = {
    **dict.fromkeys(
        (ReplyKind.HEARD, ReplyKind.APOLOGY, ReplyKind.CLARIFY, ReplyKind.SOLUTION),
        ("name", "regret", "understood", "next-step"),
    ),
    ReplyKind.CLOSING: ("regret",),
}
#: A missing part warns: a colleague would ask for it, and a person may know why it is left out.
_SEVERITY: Final = Severity.WARN
_SAID: Final[dict[str, tuple[Msgid, tuple[str, ...]]]] = {
    "name": (msg("Greet the customer by the name that the post shows."), ("000-09",)),
    "regret": (msg("Say that you are sorry for what happened, without conditions."), ("000-09", "004-27")),
    "understood": (msg("Name the problem in the customer's own words, so that they see it was read."), ("004-27",)),
    "next-step": (msg("Say who does what next, and by when: a day and an hour."), ("000-09", "000-10")),
}


class Heard(msgspec.Struct, frozen=True):
    """What the reply answers: the complaint, who wrote it (as the post shows it), and a name that only we know.

    ``is_dated`` says that the draft holds a dated undertaking already.
    """

    complaint: str = ""
    author: str = ""
    known_name: str = ""
    is_dated: bool = False


def empathy(text: str, language: str, kind: ReplyKind, heard: Heard) -> tuple[Finding, ...]:
    """A finding for each part that this kind of reply wants and the draft lacks; it stands at the draft's end."""
    wanted = WANTED.get(kind, ())
    if not wanted:
        return ()
    plain = read(text)
    return tuple(_missing(part, len(text)) for part in wanted if not _HAS[part](plain, language, heard))


def _missing(part: str, at: int) -> Finding:
    sentence, rules = _SAID[part]
    return Finding(f"empathy/{part}", _SEVERITY, at, at, say(sentence), rules)


# The name

#: Words of a handle or a title that name nobody.
_NOBODY: Final = frozenset(
    [
        "the",
        "la",
        "el",
        "los",
        "las",
        "le",
        "de",
        "do",
        "da",
        "dos",
        "das",
        "del",
        "of",
        "and",
        "e",
        "y",
        "i",
        "na",
        "w",
        "z",
        "van",
        "von",
        "um",
        "uma",
        "un",
        "una",
        "com",
        "net",
        "pl",
        "br",
        "es",
        "uk",
        "user",
        "cliente",
        "clientes",
        "klient",
        "klientka",
        "customer",
        "pani",
        "pan",
        "panie",
        "sr",
        "sra",
        "senhor",
        "senhora",
        "senor",
        "senora",
        "don",
        "dona",
        "dr",
        "dra",
        "mr",
        "mrs",
        "ms",
        "loja",
        "tienda",
        "sklep",
        "shop",
        "family",
        "familia",
        "familia",
        "rodzina",
        "anonymous",
        "anonimo",
    ]
)
#: Greetings name nobody either; but somebody may be called so: Ola.
_GREETINGS: Final = frozenset(["hola", "ola", "oi", "hello", "hi", "czesc"])
#: Names where they are no small words: Una and Don.
_NAMES_ELSEWHERE: Final = frozenset(["una", "don"])
_WORDS: Final = re.compile(rb"[a-z]+")
_CAPITALIZED: Final = re.compile(r"\b[^\W\da-z_]\w{1,20}")
#: Two letters are a name where somebody is called by them: "Rê, …", "Oi Lu!".
_CALLED: Final = re.compile(r"\b[^\W\da-z_]\w(?=[,!])")
#: Shortest piece of a handle that is a name ("Carol" of @casadacarol), and the longest ending that a case adds.
_PIECE, _ENDING = 3, 3
#: Longest short form in Polish, and what it ends in when somebody is called by it: Tomku, Sebo.
_SHORT_FORM, _VOCATIVE = 6, (b"u", b"o")


def _is_named(plain: Plain, language: str, heard: Heard) -> bool:
    if not (heard.author or heard.known_name):
        return True
    whole = Plain(heard.author).words.replace(b" ", b"")
    said = plain.words
    if whole and whole in said.replace(b" ", b""):
        return True
    names = _names(heard.author, language) | _names(heard.known_name, language)
    if not names.isdisjoint(_WORDS.findall(said)):
        return True
    if any(name.startswith(Plain(word).words) for word in set(_CALLED.findall(plain.original)) for name in names):
        return True
    written = {Plain(word).words for word in set(_CAPITALIZED.findall(plain.original))}
    return any(_is_name(word, names, whole, language) for word in written if not _is_nobody(word, language, _GREETINGS))


def _names(said: str, language: str) -> frozenset[bytes]:
    words = _WORDS.findall(Plain(said).words.replace(b"_", b" "))
    return frozenset(word for word in words if len(word) > 1 and not _is_nobody(word, language))


def _is_nobody(word: bytes, language: str, besides: frozenset[str] = frozenset()) -> bool:
    said = word.decode()
    return (said in _NOBODY or said in besides) and not (said in _NAMES_ELSEWHERE and language in {"en", "pl"})


def _is_name(said: bytes, names: frozenset[bytes], whole: bytes, language: str) -> bool:
    if len(said) >= _PIECE and (said in whole or any(name.startswith(said) for name in names)):
        return True
    shorts = [short for stem, short in short_names(language) if any(name.startswith(stem) for name in names)]
    if any(said.startswith(short) and len(said) <= len(short) + _ENDING for short in shorts):
        return True
    return any(_is_form(said, name, language) for name in names) or _is_joined(said, names)


def _is_joined(said: bytes, names: frozenset[bytes]) -> bool:
    """Two names in one, as friends say them: Majo of María José, Juanjo."""
    parts = ((said[:at], said[at:]) for at in range(2, len(said) - 1))
    return len(said) <= _JOINED and any(
        one.startswith(first) and other.startswith(second)
        for first, second in parts
        for one in names
        for other in names
        if one != other
    )


#: The longest of them, in letters.
_JOINED: Final = 8
_DIMINUTIVES: Final = (b"ita", b"ito", b"inha", b"inho")


def _is_form(said: bytes, name: bytes, language: str) -> bool:
    """A short form ("Seba", "Tommy") or, in Polish, a case: Anna, Anno; Marek, Marku."""
    if language == "pl":
        stem = name[: max(2, len(name) - (1 if name.endswith((b"a", b"o")) else 2))]
        if said.startswith(stem) and len(said) <= len(name) + _ENDING:
            return True
        return len(said) <= _SHORT_FORM and said[:_PIECE] == name[:_PIECE] and said.endswith(_VOCATIVE)
    if said.endswith(_DIMINUTIVES) and language in {"es", "pt"} and said.startswith(name[:-1]):
        return True
    if len(name) <= _PIECE:
        return False
    return said.startswith(name) or (said.startswith(name[:_PIECE]) and abs(len(said) - len(name)) <= _ENDING)


# Regret


def _regrets(plain: Plain, language: str, _: Heard) -> bool:
    return any(True for _ in _regret(plain, language))


def _regret(plain: Plain, language: str) -> Iterator[Span]:
    """What regrets only a feeling regrets nothing ("if you were offended, we are sorry"), nor does what is quoted."""
    voice, regret = read(own_voice(plain.original)), phrases(language, "empathy/regret")
    mock = sorted(
        (start, end if any(regret.spans(voice, start, end)) else _sentence_end(voice, end))
        for kind in ("non-apology", "sarcasm")
        for start, end in standing(voice, language, f"calm/{kind}", f"calm/not-{kind}")
    )
    return apart(regret.spans(voice), mock)


def _sentence_end(plain: Plain, at: int) -> int:
    stop = _STOP.search(plain.raw, at, min(len(plain.raw), at + _AFTER))
    return int(stop.start()) if stop else min(len(plain.raw), at + _AFTER)


# The problem


def _has_understood(plain: Plain, language: str, heard: Heard) -> bool:
    words = case_words(heard.complaint, language, heard.author)
    return (
        not words
        or says_of(plain, words, language)
        or names_a_cause(heard.complaint, plain, language)
        or _regrets_something(plain, language, heard)
    )


def _regrets_something(plain: Plain, language: str, heard: Heard) -> bool:
    """Regret for something that has a name: the words after it, or before it up to the sentence before, are its own."""
    for start, end in islice(_regret(plain, language), _LOOKED_AT):
        if _told(plain, _sentence_start(plain, start), start, language, heard) >= _TOLD_BEFORE:
            return True
        turn = _TURN.match(plain.raw, end)
        if turn and turn.group(1) not in _THAT:
            continue
        if _told(plain, end, _sentence_end(plain, end), language, heard) >= _TOLD:
            return True
    return False


def _told(plain: Plain, start: int, end: int, language: str, heard: Heard) -> int:
    """How many words between two places are none that fit every complaint, nor the customer's name."""
    idle, names = vague(language), _names(heard.author, language)
    return sum(word not in names and not idle.has(word) for word in _WORDS.findall(plain.words[start:end]))


def _sentence_start(plain: Plain, at: int) -> int:
    """Where the sentence before the one of this place begins, so far as it is looked for."""
    first = max(0, at - _AFTER)
    stops = [stop.end() for stop in _STOP.finditer(plain.raw, first, at)]
    return stops[-_SENTENCES] if len(stops) >= _SENTENCES else first


#: The sentence of the regret and the one before: "Three weeks without a call. I'm sorry."
_SENTENCES: Final = 2
_STOP: Final = pattern(r"[.!?;\n]")
#: A comma so soon after regret turns to something else ("sorry, Ana, we …"), unless a word goes on with what for.
_TURN: Final = pattern(r"(?: [a-z]{1,6}){0,2}, ([a-z]+)")
_THAT: Final = frozenset((b"ze", b"iz", b"jak", b"gdy", b"bo", b"za", b"that", b"how", b"for", b"que", b"por", b"pelo"))
#: How far around regret its object is looked for, in characters, and how many words of their own it takes behind it,
#: and before it, where a greeting and thanks stand too. Our choice.
_AFTER, _TOLD, _TOLD_BEFORE = 120, 2, 3
#: Who regrets this often in one reply is not read any further.
_LOOKED_AT: Final = 20


# What comes next


def _is_dated(plain: Plain, language: str, heard: Heard) -> bool:
    return heard.is_dated or any(True for _ in standing(plain, language, "empathy/when", "empathy/not-when"))


_HAS: Final[Mapping[str, Callable[[Plain, str, Heard], bool]]] = {
    "name": _is_named,
    "regret": _regrets,
    "understood": _has_understood,
    "next-step": _is_dated,
}
