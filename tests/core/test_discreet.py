"""What identifies a customer is on no card, in no listing, no digest, no thread and no form (DESIGN, section 8)."""

from __future__ import annotations

import msgspec

from bot.core.case import fold
from bot.core.duties import duties
from bot.core.events import Claimed, FactsRecorded, Promised, Resolved, Sighted, Snoozed
from bot.core.figures import digest_card, figures
from bot.core.plan import Discretion
from bot.core.showing import case_card, case_line, history_card, reminder_card, thread_card
from tests.core.made import EN, HOUR, NOW, PLAN, complaint, history

CPF, CARD, PHONE, MAIL = "318.204.957-54", "5232 7062 3161 4810", "(11) 98765-4321", "joao.prado@uol.com.br"
SECRETS = (CPF, CARD, PHONE, MAIL)
WORDS = f"Sou o João, CPF {CPF}, cartão {CARD}, {PHONE}, {MAIL}. Pedido 4411!"
MASKED = "Sou o João, CPF •••54, cartão •••4810, •••21, j•••@•••. Pedido 4411!"
ENTRIES = history(
    Claimed(),
    FactsRecorded(WORDS),
    Promised(1, f"ligar no {PHONE}", NOW + 4 * HOUR),
    Sighted(complaint(f"De novo! {WORDS}", key="k2")),
    Resolved(f"estorno no cartão {CARD}"),
    Snoozed(NOW + 2 * HOUR, f"espera {MAIL}"),
    text=WORDS,
    author=MAIL,
)
CASE = fold(12, ENTRIES)
OWED = duties(CASE, PLAN, NOW)


def is_discreet(shown):
    said = msgspec.json.encode(shown).decode()
    return not [secret for secret in SECRETS if secret in said]


def test_the_quote_is_verbatim_but_for_what_identifies_the_customer():
    """Rules 001-03 and 004-30."""
    assert case_card(CASE, PLAN, EN, NOW, OWED).quote == MASKED


def test_no_card_shows_what_identifies_the_customer():
    assert is_discreet(case_card(CASE, PLAN, EN, NOW, OWED))
    assert is_discreet(history_card(CASE, ENTRIES, case_card(CASE, PLAN, EN, NOW, OWED), EN))
    assert is_discreet(reminder_card(CASE, OWED, (), PLAN, EN, NOW))


def test_no_thread_shows_it():
    shown = [thread_card(CASE, entry, PLAN, EN) for entry in ENTRIES]
    assert is_discreet([each for each in shown if each])


def test_no_listing_and_no_digest_shows_it():
    day = figures([CASE], PLAN, NOW + 5 * HOUR, news=[complaint(WORDS, key="n")])
    assert is_discreet(digest_card(day, PLAN, EN, NOW + 5 * HOUR))
    assert is_discreet(case_line(CASE, PLAN, EN, NOW, OWED))


def test_a_number_is_hidden_whole_where_a_text_is_clipped():
    """Clipped first, half a card number would not be known for one."""
    for spaces in range(60):
        case = fold(12, history(text=f"{'x' * spaces} {CARD} fim"))
        assert "5232" not in str(case_line(case, PLAN, EN, NOW))


def test_the_case_keeps_the_original():
    assert CASE.complaint.text == WORDS


def test_the_companys_own_numbers_stay():
    plan = msgspec.structs.replace(PLAN, discretion=Discretion(own_contacts=(PHONE,)))
    assert PHONE in case_card(CASE, plan, EN, NOW, OWED).quote
