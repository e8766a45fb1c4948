"""The pattern language of the phrase lists: gaps, sets, groups, parts that may be missing, and what they stand for."""

from __future__ import annotations

import pytest

from bot.core.draft_checks.case_words import names_a_cause, says_of
from bot.core.draft_checks.phrase_lists import FOLDER, Kinds, Lists, Phrases, kinds
from bot.core.draft_checks.plain import Plain
from bot.core.words import LANGUAGES

SETS = {"past": ("ł", "ła", "li"), "you": ("pan", "pani"), "care": ("sprawdzi", "przeczyta"), "did": ("{care}{past}",)}


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("sprawdz*", "proszę sprawdzić", ["sprawdzić"]),
        ("nie*miły", "Niezbyt miły, niemiły", ["niemiły"]),
        ("#h", "w 24h", ["24h"]),
        ("to …2 wina", "To jest Pana wina", ["To jest Pana wina"]),
        ("to …2 wina", "To jest chyba jednak Pana wina", []),
        ("to … wina", "To jest chyba jednak Pana wina", ["To jest chyba jednak Pana wina"]),
        ("nie {did} {you}", "Nie przeczytała Pani", ["Nie przeczytała Pani"]),
        ("nie {care}{past} {you}", "nie sprawdził pan", ["nie sprawdził pan"]),
        ("nie {care}{past} {you}", "nie sprawdziliśmy, Panie Janie", []),
        (
            "sprawdzi(ć|ł(a)?)",
            "sprawdziła, sprawdził, sprawdzić, sprawdziliby",
            ["sprawdziła", "sprawdził", "sprawdzić"],
        ),
        ("to (jest)? wina", "to wina; to jest wina", ["to wina", "to jest wina"]),
        ("to {you}? wina", "To pana wina, to Pan, wina", ["to Pan, wina"]),
        ("la ~3 culpa", "la, dice, culpa; la misma culpa", ["la misma culpa"]),
        ("(devia|tinha que) ter …1 (*ado|*ido)", "O senhor tinha que ter nos avisado.", ["tinha que ter nos avisado"]),
        ("(devia|tinha que) ter …1 (*ado|*ido)", "O senhor devia ter, como todos, avisado.", []),
        ("quem (não)? leu", "Quem leu, quem não leu, quem nunca leu", ["Quem leu", "quem não leu"]),
        ("tem (muita)?", "Ele tem razão", ["tem"]),
        ("em * dia", "em qualquer dia", ["em qualquer dia"]),
        ("não … avisado", "Não leu. Foi avisado", []),
        ("wina (Pana|po Pana stronie)?", "wina po Pana stronie, wina!", ["wina po Pana stronie", "wina"]),
    ],
)
def test_a_phrase_finds_what_it_says(phrase, text, found):
    assert [text[start:end] for start, end in Phrases((phrase,), SETS).found(Plain(text))] == found


TYPED = {"you": ("u",), "don": ("do",), "t": ("not",), "joined": ("t", "re", "thats"), "not-joined": ("were",)}


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("you don t", "You don't, u dont, you do not, you donut", ["You don't", "u dont", "you do not"]),
        ("you (re|are) late", "Youre late, u are late, your late", ["Youre late", "u are late"]),
        ("we re late", "we're late; we were late", ["we're late"]),
        ("(we|you) re late", "we're late, were late, youre late", ["we're late"]),
        ("(that|record) (s|is) late", "that's late, thats late, records late", ["that's late"]),
        ("that (s|is) late", "thats late", ["thats late"]),
        ("if (don_t|you_re) go", "if dont go, if do not go", ["if dont go", "if do not go"]),
    ],
)
def test_words_are_found_as_people_type_them(phrase, text, found):
    wanted = Phrases.named("said", Lists({"said": (phrase,)}, TYPED))
    assert [text[start:end] for start, end in wanted.found(Plain(text))] == found


def test_a_sign_in_a_phrase_does_not_part_it():
    assert Phrases(("co? ja",)).found(Plain("ja")) == ()
    assert Phrases(("co? ja",)).found(Plain("co ja")) == ((0, 5),)


def test_parentheses_that_stay_open_are_told():
    with pytest.raises(ValueError, match=r"\(nigdy"):
        Phrases(("(nigdy",))


def test_the_lists_of_a_table_are_read_at_once():
    causes = Kinds({"late": ("spóźni*",), "broken": ("pęk*", "zepsu*")})
    assert causes.of(Plain("Spóźniony i pęknięty")) == {"late", "broken"}
    assert causes.of(Plain("Dzień dobry")) == frozenset()
    assert Kinds({}).of(Plain("Spóźniony")) == frozenset()


CAUSES = [
    ("pl", "paczka nie dotarła od tygodnia", "przepraszam za spóźnioną przesyłkę", "przepraszam za kłopot"),
    ("pt", "cobraram duas vezes", "sinto muito pelo valor em dobro", "sinto muito pelo transtorno"),
    ("es", "me gritó el camarero", "lamento los malos modos", "lamento lo sucedido"),
    ("en", "your driver swore at me", "I'm sorry that he was rude", "I'm sorry for the trouble"),
]


@pytest.mark.parametrize(("language", "complaint", "other_words", "no_words"), CAUSES)
def test_a_cause_is_named_in_other_words_than_the_customers(language, complaint, other_words, no_words):
    """004-27"""
    assert names_a_cause(complaint, Plain(other_words), language)
    assert not names_a_cause(complaint, Plain(no_words), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_knows_what_complaints_are_about(language):
    assert kinds(language, "causes").of(Plain("")) == frozenset()


def test_an_idle_word_names_nothing():
    words = frozenset([b"dzia"])
    assert says_of(Plain("aplikacja nie działała"), words, "pl")
    assert not says_of(Plain("Działamy!"), words, "pl")


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.toml")), ids=lambda file: file.stem)
def test_a_line_of_phrases_is_short_enough_to_be_reviewed(file):
    """A phrase of more than a line goes on behind a backslash."""
    assert [line for line in file.read_text(encoding="utf-8").split("\n") if len(line) > 120] == []
