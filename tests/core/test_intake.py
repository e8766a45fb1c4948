"""What an incoming complaint is: new, another sighting, a recurrence, or nothing of ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.complaint import Kind
from bot.core.events import Closed, Dismissed, Merged, Outcome, Sighted
from bot.core.intake import (
    MOST_ALIKE,
    SAME_PROBLEM,
    Judgement,
    Verdict,
    handle,
    is_same_problem,
    judge,
    likeness,
)
from tests.core.made import CLAIMED, CLOSED, DAY, HOUR, MINUTE, NOW, PLAN, SETTLED, by, case, complaint

PARCEL = "Meu pedido 48213 não chegou e ninguém responde no chat"
AGAIN = "Meu pedido 48213 continua sem chegar e ninguém responde no chat"
FRIDGE = "A geladeira veio amassada na porta"


def judged(text, theirs=(), alike=(), now=NOW, **about):
    return judge(complaint(text, **about), theirs, alike, PLAN, now)


NEW = Judgement(Verdict.NEW)


def test_the_first_complaint_of_a_customer_is_a_new_case():
    """Rule 000-02."""
    assert judged(PARCEL) == NEW


@pytest.mark.parametrize("text", ["", " ", "\n\t "])
def test_what_says_nothing_is_ignored(text):
    assert judged(text, [case(text=PARCEL)]) == Judgement(Verdict.IGNORED)


@pytest.mark.parametrize("text", [PARCEL, AGAIN, PARCEL.upper(), f"  {PARCEL}!!!", f"{PARCEL}. Alguém?"])
def test_the_same_customers_same_problem_is_a_sighting_of_the_open_case(text):
    assert judged(text, [case(*CLAIMED, number=7, text=PARCEL)]) == Judgement(Verdict.SIGHTING, of=7)


def test_what_was_said_in_a_sighting_is_the_same_problem_too():
    told = case(by("", Sighted(complaint(FRIDGE, key="k2"))), text=PARCEL)
    assert is_same_problem(told, FRIDGE)
    assert not is_same_problem(case(text=PARCEL), FRIDGE)


def test_another_problem_of_the_same_customer_is_a_recurrence():
    assert judged(FRIDGE, [case(number=7, text=PARCEL)]) == Judgement(Verdict.NEW, recurrence_of=7)


def test_the_newest_case_is_the_one_that_recurs():
    theirs = [case(*CLOSED, number=9, text=FRIDGE), case(number=7, text="Cobraram duas vezes")]
    assert judged("Troquem a torradeira", theirs) == Judgement(Verdict.NEW, recurrence_of=9)


@pytest.mark.parametrize("told", [CLOSED, (Dismissed("spam"),)], ids=["closed", "dismissed"])
def test_a_problem_that_was_over_is_a_new_case_and_not_a_sighting(told):
    assert judged(PARCEL, [case(*told, number=7, text=PARCEL)]) == Judgement(Verdict.NEW, recurrence_of=7)


def test_a_merged_case_is_nobodys_before():
    assert judged(PARCEL, [case(Merged(3), number=7, text=PARCEL)]) == NEW


def test_an_open_case_with_the_problem_wins_over_a_newer_one_without_it():
    theirs = [case(number=9, text=FRIDGE), case(number=7, text=PARCEL)]
    assert judged(PARCEL, theirs) == Judgement(Verdict.SIGHTING, of=7)


@pytest.mark.parametrize(("days", "recurs"), [(0, True), (90, True), (91, False)])
def test_after_ninety_days_nothing_recurs(days, recurs):
    """The window is the plan's and counts from the end of the case."""
    ended = (*SETTLED, Closed(Outcome.SATISFIED))
    before = case(*ended, number=7, text=PARCEL)
    assert PLAN.clocks.recurrence == 90 * DAY
    found = judged(FRIDGE, [before], now=before.ended_at + days * DAY)
    assert found.recurrence_of == (7 if recurs else 0)


def test_an_open_case_counts_from_its_last_action():
    before = case(*CLAIMED, number=7, text=PARCEL)
    assert judged(FRIDGE, [before], now=before.active_at + 90 * DAY).recurrence_of == 7
    assert judged(FRIDGE, [before], now=before.active_at + 90 * DAY + MINUTE).recurrence_of == 0


def test_an_open_problem_is_a_sighting_however_old():
    assert judged(PARCEL, [case(number=7, text=PARCEL)], now=NOW + 400 * DAY).verdict is Verdict.SIGHTING


def test_what_resembles_others_is_proposed_and_never_merged():
    """One opinion can start an avalanche (rule 003-03): the card names open cases, most alike first."""
    alike = [case(number=5), case(*CLOSED, number=4), case(number=3), case(number=2), case(number=1)]
    assert judged(PARCEL, alike=alike) == Judgement(Verdict.NEW, alike=(5, 3, 2))
    assert MOST_ALIKE == 3


def test_a_new_case_may_recur_and_resemble_at_once():
    assert judged(FRIDGE, [case(number=7, text=PARCEL)], [case(number=5)]) == Judgement(
        Verdict.NEW, recurrence_of=7, alike=(5,)
    )


@pytest.mark.parametrize("kind", Kind)
def test_praise_and_questions_are_taken_in_like_complaints(kind):
    """Rule 001-11: good comments are answered too."""
    assert judged(PARCEL, kind=kind) == NEW


@pytest.mark.parametrize(
    ("author", "compared"),
    [
        ("@João", "joão"),
        ("  João   Souza ", "joão souza"),
        ("JOÃO souza", "joão souza"),
        ("@@joao", "joao"),
        ("", ""),
    ],
)
def test_a_handle_is_compared_without_case_spaces_and_the_at_sign(author, compared):
    assert handle(author) == compared


def test_likeness_goes_from_0_to_100_whatever_the_order():
    assert likeness(PARCEL, " ".join(reversed(PARCEL.split()))) == 100
    assert likeness(PARCEL, FRIDGE) < SAME_PROBLEM
    assert likeness("pedido", PARCEL) < SAME_PROBLEM


TEXTS = st.text(max_size=60) | st.sampled_from([PARCEL, AGAIN, FRIDGE])


@given(TEXTS, st.lists(TEXTS, max_size=3), st.integers(-5, 500))
def test_every_complaint_is_judged(text, earlier, hours):
    theirs = [case(number=number, text=each) for number, each in enumerate(earlier, 1)]
    found = judged(text, theirs, theirs, now=NOW + hours * HOUR)
    assert (found.verdict is Verdict.SIGHTING) == bool(found.of)
    assert (found.verdict is Verdict.IGNORED) == (not text.strip())
