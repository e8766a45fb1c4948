"""Calm: no shouting, insults, mockery, blame or threats, and no apology that is none (000-13, 001-08, 001-13)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from bot.core.draft_checks.common_words import most_common
from bot.core.draft_checks.finding import Finding, Severity
from bot.core.draft_checks.phrase_lists import phrases
from bot.core.draft_checks.plain import Plain, read
from bot.core.draft_checks.quotes import own_voice
from bot.core.draft_checks.taken_back import joined, standing
from bot.core.words import LANGUAGES, Msgid, msg, say

_Kind = tuple[Msgid, tuple[str, ...]]
#: All of it blocks until the draft is edited, or a person says why it may stay: an angry answer enlarges the
#: problem, whatever its share of anger, and it is read by everybody who comes later (001-08).
_SEVERITY: Final = Severity.BLOCK
#: What to do instead, and the rule behind it, by what is found in lists of phrases.
_SAID: Final[Mapping[str, _Kind]] = {
    "insult": (msg("This insults: take it out, whatever the customer wrote."), ("001-07", "001-08", "001-13")),
    "sarcasm": (msg("This reads as mockery: say it plainly, or leave it out."), ("001-08",)),
    "blame": (
        msg("This argues about whose fault it is: say what was lived through, and what you do now."),
        ("000-06", "000-13"),
    ),
    "threat": (msg("This threatens: take it out, and leave what is for lawyers to lawyers."), ("001-08", "001-09")),
    "dismissal": (msg("This makes light of the problem: say that you see what it meant."), ("001-08", "004-27")),
    "non-apology": (
        msg("This apologizes for what the customer felt: apologize for what happened, without “if”."),
        ("000-09", "004-27"),
    ),
}
_ADMISSION: Final[_Kind] = (
    msg("This admits a fault, and the case has a legal face: regret the experience, and admit nothing."),
    ("000-12", "000-13"),
)
#: What is found by phrases; an admission only where the case has a legal face.
KINDS: Final = (*_SAID, "admission")
#: Findings of one kind that are so near to each other are one, in characters. Our choice.
_SAME: Final = 40


def calm(
    text: str, language: str, *, legal: bool = False, names: Sequence[str] = (), complaint: str = ""
) -> tuple[Finding, ...]:
    """What is not calm in the draft, in its order; what is quoted is the customer's.

    ``legal``: the case has a legal face, so that admissions count. ``names`` (the brand, the author) may stand
    in capitals, and be called like an insult. Blame and hard words that the ``complaint`` has too are its echo.
    """
    voice = own_voice(text)
    plain = read(voice)
    echo = _told(complaint, names)
    phrased = list(_phrased(plain, language, KINDS if legal else tuple(_SAID), echo))
    made = [
        *phrased,
        *_rolled_eyes(voice, phrased),
        *_shouting(voice, names),
        *_exclamations(voice),
    ]
    return tuple(sorted(made, key=lambda finding: (finding.start, finding.id)))


#: What only echoes the complaint: "I'm sorry that the driver was rude", "calling it misuse was wrong".
_ECHOED: Final = frozenset({"insult", "blame"})


def _told(complaint: str, names: Sequence[str]) -> bytes:
    said = (b" ".join(Plain(each).words.split()) for each in (complaint, *names))
    return b" | ".join(said)


def _phrased(plain: Plain, language: str, kinds: Sequence[str], echo: bytes) -> Iterator[Finding]:
    for kind in kinds:
        for span in joined(standing(plain, language, f"calm/{kind}", f"calm/not-{kind}"), _SAME):
            if kind not in _ECHOED or b" ".join(plain.words[slice(*span)].split()) not in echo:
                yield phrase_finding(kind, plain.span(*span))


def phrase_finding(kind: str, span: tuple[int, int]) -> Finding:
    """Words of this kind (one of ``KINDS``) between these characters of the draft."""
    sentence, rules = _SAID.get(kind, _ADMISSION)
    return _finding(kind, span, sentence, rules)


def _finding(kind: str, span: tuple[int, int], sentence: Msgid, rules: tuple[str, ...]) -> Finding:
    return Finding(f"calm/{kind}", _SEVERITY, *span, say(sentence), rules)


# Faces

#: Eyes that roll, a smirk, a yawn, a clown, a tiny violin: in answer to a complaint none of them is friendly. Laughter
#: and applause may be, and are left to the words beside them. Our choice.
_ROLLED_EYES: Final = re.compile("[\U0001f644\U0001f60f\U0001f971\U0001f921\U0001f3bb]")


#: What ends the sentence before, and how far back a sentence is looked for, in characters. Our choice.
_ENDS, _SENTENCE = ".!?\n", 120


def _rolled_eyes(voice: str, found: Sequence[Finding]) -> Iterator[Finding]:
    """The sentence that the face closes, unless mockery was found in it already."""
    mocked = {finding.end for finding in found if finding.id == "calm/sarcasm"}
    for face in _ROLLED_EYES.finditer(voice):
        before = voice[max(0, face.start() - _SENTENCE) : face.start()].rstrip(_ENDS + " ")
        start = face.start() - _SENTENCE if face.start() > _SENTENCE else 0
        start += max(map(before.rfind, _ENDS)) + 1
        if not any(start < end <= face.start() for end in mocked):
            yield phrase_finding("sarcasm", (start, face.end()))


# Capitals

_WORD: Final = re.compile(r"[^\W_]+")
#: Words without a small letter of ASCII; the others are left to ``isupper``.
_IN_CAPITALS: Final = re.compile(r"\b[^\W\da-z_][^\Wa-z_]*\b")
#: What ends a row of capitals: a letter, or the end of a line, as quotations have.
_PARTS: Final = re.compile(r"[^\W\d_]|\n")
#: From how many letters in a row on capitals are loud. "NO TV" is not. Our choice.
_LOUD: Final = 8
#: From how many words on capitals are loud even if none is a common word, and how long two of them are. Our choice.
_MANY, _LONG = 4, 6


def _shouting(voice: str, names: Sequence[str]) -> Iterator[Finding]:
    """Words in capitals one after the other, one of them common at least: no makes, no codes, no abbreviations."""
    quiet = {word.casefold() for name in names for word in _WORD.findall(name)}
    run: list[re.Match[str]] = []
    for word in _IN_CAPITALS.finditer(voice):
        if not word.group().isupper() or word.group().casefold() in quiet:
            continue
        if run and _PARTS.search(voice, run[-1].end(), word.start()):
            yield from _loud(run)
            run = []
        run.append(word)
    yield from _loud(run)


def _loud(run: list[re.Match[str]]) -> Iterator[Finding]:
    words = [word.group() for word in run if word.group().isalpha()]
    counted = [word for word in words if len(word) > 1]
    if len(counted) < 2 or sum(map(len, words)) < _LOUD:  # one word in capitals is emphasis
        return
    is_said = any(Plain(word).text in common() for word in counted)
    if is_said or (len(counted) >= _MANY and sum(len(word) >= _LONG for word in counted) > 1):
        sentence = msg("Capitals read as shouting: write it in small letters.")
        yield _finding("shouting", (run[0].start(), run[-1].end()), sentence, ("001-08",))


#: How many of the most common words of a language are no make and no abbreviation. Our choice.
_COMMON: Final = 400


@cache
def common() -> frozenset[str]:
    """Words of our languages that no make and no abbreviation is: long enough not to be chance."""
    return frozenset(word for language in LANGUAGES for word in _common(language))


def _common(language: str) -> Iterator[str]:
    yield from (word.decode() for word in most_common(language, _COMMON) if len(word) > 1)
    yield from (Plain(word).text for word in phrases(language, "calm/common").phrases)


# Exclamation marks

_PILE: Final = re.compile(r"[!?¡¿！？‼⁉][!?¡¿！？‼⁉1\ufe0f]*(?: [!?！？]+)*")


def _exclamations(voice: str) -> Iterator[Finding]:
    """Piled-up marks: "!!!", "?!", "!!1!". One "!" is warmth."""
    for pile in _PILE.finditer(voice):
        said = pile.group().translate({ord("！"): "!", ord("¡"): "!", ord("‼"): "!!", ord("⁉"): "!?", ord("？"): "?"})
        if said.count("!") > 1 or ("!" in said and "?" in said):
            sentence = msg("Piled-up exclamation marks read as anger or mockery: one is enough, none is calmer.")
            yield _finding("exclamation", pile.span(), sentence, ("001-08",))
