"""The replies that come with Heard: complete in four languages, fit for their networks, never sendable as they are."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.core.replies import LIMITS, ReplyKind, Template, draft, fingerprint, is_bare, length, unfilled
from bot.core.replies.library import CAUSES
from bot.core.words import LANGUAGES
from bot.library import load

LIBRARY = load()
KNOWN = {"customer": "Ana Souza", "brand": "Loja Azul", "member": "Rui", "channel": "facebook"}
#: A name that is longer than most, so that short replies are not short by luck.
LONG = {"customer": "Maria Fernanda", "brand": "Lojas Horizonte", "member": "Magdalena", "channel": "x"}
OWN = {
    "en": "I looked at your order myself this morning.",
    "es": "Yo mismo he mirado su pedido esta mañana.",
    "pl": "Dziś rano osobiście sprawdziłem to zamówienie.",
    "pt": "Eu mesmo olhei o seu pedido hoje cedo.",
}

every_template = pytest.mark.parametrize(
    "template", LIBRARY.templates, ids=[f"{each.language}/{each.name}" for each in LIBRARY.templates]
)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def filled(template: Template, known: dict[str, str] = KNOWN) -> str:
    """The draft with the examples of its own file in the holes."""
    text = draft(template, known)
    for hole in template.holes:
        text = text.replace(f"⟦{hole.hint}⟧", hole.example)
    return text


@every_language
def test_every_language_has_the_same_replies(language: str) -> None:
    """002-10"""
    names = {each.name for each in LIBRARY.in_language(language)}
    assert names == {each.name for each in LIBRARY.in_language("en")}
    assert len(names) >= 14


@every_language
def test_every_language_has_every_kind(language: str) -> None:
    assert {each.kind for each in LIBRARY.in_language(language)} == set(ReplyKind)


def test_a_name_is_one_kind_for_the_same_channels_and_causes_in_every_language() -> None:
    meanings = {(each.name, each.kind, each.channels, frozenset(each.causes)) for each in LIBRARY.templates}
    assert {name: count for name, count in Counter(meaning[0] for meaning in meanings).items() if count > 1} == {}


@every_template
def test_a_cause_is_one_that_complaints_are_matched_with(template: Template) -> None:
    assert set(template.causes) <= CAUSES[template.language].keys() | {"other"}


@every_template
def test_no_reply_can_go_out_as_it_is(template: Template) -> None:
    """001-15, 004-28"""
    assert sorted(unfilled(draft(template, KNOWN))) == sorted({hole.hint for hole in template.holes})
    assert template.holes


@every_template
def test_filled_with_its_examples_nothing_is_left_to_fill(template: Template) -> None:
    assert unfilled(filled(template)) == ()


@every_template
def test_filled_with_its_examples_it_is_still_bare_and_one_own_sentence_changes_that(template: Template) -> None:
    """004-28"""
    text, own = filled(template), OWN[template.language]
    assert is_bare(text, template, KNOWN)
    assert not is_bare(f"{text}\n{own}", template, KNOWN)
    assert not is_bare(f"{own}\n{text}", template, KNOWN)
    first, end, rest = text.partition(". ")
    assert not is_bare(f"{first}. {own} {rest}" if end else f"{own} {first}", template, KNOWN)


@every_template
def test_another_customer_gets_the_same_fingerprint(template: Template) -> None:
    """003-05"""
    other = {**KNOWN, "customer": "Krzysztof Zieliński"}
    assert fingerprint(filled(template), "Ana Souza") == fingerprint(filled(template, other), "Krzysztof Zieliński")


@every_template
def test_a_customer_without_a_name_leaves_no_gap(template: Template) -> None:
    text = filled(template, {**KNOWN, "customer": ""})
    assert not any(gap in text for gap in ("  ", " ,", " .", "( ", "\n\n\n", " !"))


@every_template
def test_a_reply_made_for_a_channel_fits_it(template: Template) -> None:
    """001-19: X's 280"""
    channels = template.channels or ("facebook", "google")
    assert all(length(filled(template, LONG), channel) <= LIMITS[channel] for channel in channels)


@every_language
def test_x_has_a_short_reply_to_be_heard_and_one_to_go_private(language: str) -> None:
    """004-09, 004-29"""
    for kind in (ReplyKind.HEARD, ReplyKind.PRIVATE):
        first = LIBRARY.fitting(language=language, channel="x", kinds=[kind])[0]
        assert first.name.endswith("-short")


@pytest.mark.parametrize(
    ("language", "text", "cause"),
    [
        ("en", "My parcel is two weeks late!!", "delay"),
        ("es", "Mi paquete llega con dos semanas de retraso", "delay"),
        ("pl", "Paczka jest opóźniona o dwa tygodnie", "delay"),
        ("pt", "Minha encomenda está com duas semanas de atraso", "delay"),
        ("en", "The kettle arrived broken", "defect"),
        ("es", "El hervidor llegó roto", "defect"),
        ("pl", "Czajnik przyszedł uszkodzony", "defect"),
        ("pt", "A chaleira chegou quebrada", "defect"),
    ],
)
def test_a_complaint_finds_its_apology(language: str, text: str, cause: str) -> None:
    fitting = LIBRARY.fitting(language=language, channel="facebook", kinds=[ReplyKind.APOLOGY], text=text)
    assert cause in fitting[0].causes


def test_every_language_has_words_for_every_cause() -> None:
    assert {tuple(sorted(causes)) for causes in CAUSES.values()} == {tuple(sorted(CAUSES["en"]))}
    assert set(CAUSES) == set(LANGUAGES)
