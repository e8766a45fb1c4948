"""The language of a complaint is guessed, and one that nobody here answers in is named."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.language import Language, guess
from bot.core.words import LANGUAGES


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Where is my order? I have been waiting for three weeks", "en"),
        ("This is the worst shop ever, never again", "en"),
        ("Meu pedido não chegou", "pt"),
        ("a minha encomenda ainda nao chegou", "pt"),
        ("Minha geladeira chegou quebrada", "pt"),
        ("¿Dónde está mi pedido?", "es"),
        ("quiero mi dinero ya", "es"),
        ("Pésimo servicio nunca más", "es"),
        ("Gdzie jest moje zamówienie?", "pl"),
        ("Paczka nie doszła, nikt nie odpowiada na maile", "pl"),
        ("PACZKA NIE DOSZŁA, NIKT NIE ODPOWIADA NA MAILE", "pl"),
        ("@LojaAzul Meu pedido não chegou!!! #fail https://x.com/some/thing/in/english", "pt"),
    ],
)
def test_our_languages_are_told_apart(text: str, code: str) -> None:
    assert guess(text, default="??") == Language(code)


@pytest.mark.parametrize("text", ["", "ok", "...", "12345 67", "👍👍👍", "@LojaAzul", "https://x.com/a/b", "😡 !!!"])
@pytest.mark.parametrize("default", ["pt", "pl"])
def test_what_cannot_be_told_is_the_default(text: str, default: str) -> None:
    assert guess(text, default=default) == Language(default)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Où est ma commande? J'attends depuis trois semaines", "fr"),
        ("Wo ist meine Bestellung? Ich warte seit drei Wochen", "de"),
        ("Il mio ordine non è ancora arrivato da tre settimane", "it"),
        ("Моя посылка не пришла уже три недели", "ru"),
        ("私の注文はどこですか", "ja"),
    ],
)
def test_a_language_that_is_none_of_ours_is_named(text: str, other: str) -> None:
    read = guess(text)
    assert read.other == other
    assert read.code in LANGUAGES


def test_two_foreign_words_are_no_language_yet() -> None:
    assert guess("Porca miseria").other is None
    assert guess("Bonjour Madame").other is None


def test_an_endless_text_is_read_from_its_beginning() -> None:
    assert guess("Meu pedido não chegou ainda. " * 100 + "Where is my order? " * 100_000).code == "pt"


@settings(max_examples=50)
@given(st.text(max_size=100))
def test_any_text_has_an_answer(text: str) -> None:
    assert guess(text, default="pt").code in LANGUAGES
