"""Complaints that are known already are found again, and strangers are left alone."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.lookalikes import COMPARED, Alike, Lookalikes, plain
from tests.bench import bench_lookalikes as bench


@pytest.fixture(scope="module")
def known() -> list[str]:
    rng = random.Random(2026)
    return [bench.complaint(rng) for _ in range(2_000)]


@pytest.fixture(scope="module")
def index(known: list[str]) -> Lookalikes:
    return bench.filled(known)


@pytest.mark.parametrize("mutate", bench.MUTATIONS, ids=lambda mutate: mutate.__name__)
def test_a_changed_duplicate_is_found_again_in_95_of_100(mutate, known: list[str], index: Lookalikes) -> None:
    rng = random.Random(5)
    asked = rng.sample(range(len(known)), 200)
    found = [number in [one.number for one in index.alike(mutate(known[number], rng))] for number in asked]
    assert sum(found) >= 0.95 * len(found)


def test_the_index_finds_as_many_as_comparing_with_every_known_complaint(known: list[str], index: Lookalikes) -> None:
    rng = random.Random(6)
    texts = [plain(text) for text in known]
    by_index = by_scan = 0
    for number in rng.sample(range(len(known)), 60):
        text = rng.choice(bench.MUTATIONS)(known[number], rng)
        by_index += number in [one.number for one in index.alike(text)]
        by_scan += number in bench.scan(plain(text), texts)
    assert by_index >= by_scan


#: Each pair shares its commonest words, and nothing else.
STRANGERS = [
    ("O meu pedido não chegou e ninguém responde.", "Ninguém da loja responde aos meus e-mails sobre a garantia."),
    ("Comprei uma máquina de lavar e não funciona.", "Comprei um telemóvel na loja de Lisboa e o ecrã não funciona bem."),
    ("El pedido no ha llegado y nadie contesta al teléfono.", "El pedido llegó roto y nadie quiere cambiarlo por otro."),
    ("Paczka nie dotarła, czekam już dwa tygodnie.", "Czekam na zwrot pieniędzy już dwa tygodnie, sklep milczy."),
    ("My order has not arrived and nobody answers.", "Nobody answers when I ask why I was charged twice for my order."),
    ("Worst customer service ever!", "Your customer service never told me that the store had closed."),
    ("O pedido não chegou", "O pedido não chegou, o estafeta disse que a morada não existe e devolveu tudo ao armazém."),
    ("Quero o meu dinheiro de volta!", "Quero o meu dinheiro de volta, o colchão cheira a mofo desde o primeiro dia."),
]  # fmt: skip


@pytest.mark.parametrize(("known_text", "new_text"), STRANGERS)
def test_unrelated_complaints_that_share_common_words_are_not_proposed(known_text: str, new_text: str) -> None:
    index = Lookalikes()
    for number, (text, _) in enumerate(STRANGERS):
        index.add(number, text)
    asked = [one for one in STRANGERS if one[1] == new_text]
    assert asked
    assert index.alike(new_text) == []
    reverse = Lookalikes()
    reverse.add(1, new_text)
    assert reverse.alike(known_text) == []


def test_a_new_complaint_rarely_brings_up_a_stranger_from_the_same_sentences(index: Lookalikes) -> None:
    rng = random.Random(99)
    proposed = [len(index.alike(bench.complaint(rng))) for _ in range(200)]
    assert sum(proposed) <= 0.5 * len(proposed)


def test_the_same_text_scores_100_and_comes_first() -> None:
    index = Lookalikes()
    index.add(1, "A encomenda 4711 chegou partida, com a caixa aberta e molhada.")
    index.add(2, "A encomenda 4711 chegou partida, com a caixa rota e molhada.")
    first, second = index.alike("a ENCOMENDA 4711 chegou partida: com a caixa aberta e molhada!!")
    assert first == Alike(1, 100.0)
    assert second.number == 2
    assert second.score < 100


def test_accents_case_and_strokes_do_not_tell_texts_apart() -> None:
    assert plain("ŁÓDŹ, Straße — Ação! https://t.co/x1 @Ana_P") == "lodz strasse acao ana p"


def test_a_case_with_two_sightings_is_found_by_either_and_named_once() -> None:
    index = Lookalikes()
    index.add(7, "A torradeira nova deixou a cozinha cheia de fumo.")
    index.add(7, "Acme, a vossa torradeira ia pegando fogo à minha cozinha nova!")
    index.add(7, "A torradeira nova deixou a cozinha cheia de fumo!")
    assert [one.number for one in index.alike("a torradeira nova deixou a cozinha cheia de fumo")] == [7]
    assert [one.number for one in index.alike("acme a vossa torradeira ia pegando fogo a minha cozinha nova")] == [7]


def test_no_more_are_proposed_than_asked_for() -> None:
    index = Lookalikes()
    for number in range(40):
        index.add(number, "o mesmo texto outra vez, palavra por palavra")
    assert [one.number for one in index.alike("o mesmo texto outra vez, palavra por palavra", limit=3)] == [39, 38, 37]
    assert index.alike("o mesmo texto outra vez, palavra por palavra", limit=0) == []


def test_a_long_post_is_known_again_by_its_beginning() -> None:
    index = Lookalikes()
    story = " ".join(f"palavra{n}" for n in range(1_000))
    index.add(1, story)
    assert index.alike(story[:900])[0].number == 1
    assert len(plain(story)) <= COMPARED


@settings(deadline=None)
@given(st.text(), st.text())
def test_no_text_however_odd_raises(text: str, other: str) -> None:
    index = Lookalikes()
    index.add(1, text)
    index.alike(other)
    index.alike(text + '" OR NEAR(')
