"""What a member may promise alone: how late, how much; and what only looks like a promise (rules 001-07, 002-20)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from bot.core.draft_checks.draft import Draft, findings
from bot.core.draft_checks.finding import Severity
from bot.core.draft_checks.limits import sums
from bot.core.draft_checks.promises import promises
from bot.core.plan import Limits, Member, Plan, Role
from bot.core.replies.template import ReplyKind
from bot.core.words import Words

#: A Monday, 10:00 in São Paulo.
NOW = datetime(2026, 8, 24, 13, tzinfo=UTC)
NARROW = Limits(timedelta(days=3), 50, 10)
PLAN = Plan(
    brand="Loja Azul",
    committee=(
        Member("ana", "Ana Souza", (Role.COMMUNITY_MANAGER,)),
        Member("rui", "Rui", (Role.SERVICE,)),
        Member("lia", "Lia", (Role.LEAD,)),
        Member("lex", "Lex", (Role.LEGAL,)),
    ),
    limits={Role.COMMUNITY_MANAGER: NARROW, Role.SERVICE: Limits(timedelta(days=5), 100)},
)

GIVEN = [
    ("en", "We'll refund £80 to you today.", [("£80", 80, False)]),
    ("en", "I'm giving you a 20% discount on the next order.", [("20%", 20, True)]),
    ("en", "You'll get a £25 voucher by email.", [("£25", 25, False)]),
    ("en", "You paid £200, so we will refund £50.50.", [("£50.50", 50.5, False)]),
    ("en", "I can offer £1,250.00 as compensation.", [("£1,250.00", 1250, False)]),
    ("en", "Take 30 per cent off your next order, on us.", [("30 per cent", 30, True)]),
    ("pt", "Vamos devolver R$ 80 ainda hoje.", [("R$ 80", 80, False)]),
    ("pt", "Libero um cupom de 20% de desconto.", [("20%", 20, True)]),
    ("pt", "Você vai receber um vale de R$ 50,00.", [("R$ 50,00", 50, False)]),
    ("pt", "Você pagou R$ 200, por isso estornaremos R$ 1.250,90.", [("R$ 1.250,90", 1250.9, False)]),
    ("pt", "R$ 60 de crédito para a próxima compra.", [("R$ 60", 60, False)]),
    ("es", "Le devolveremos 80 € hoy.", [("80 €", 80, False)]),
    ("es", "Le ofrezco un 20 % de descuento.", [("20 %", 20, True)]),
    ("es", "Recibirá un vale de 50 euros.", [("50 euros", 50, False)]),
    ("es", "Usted pagó 200 €, así que le abonamos 50,50 €.", [("50,50 €", 50.5, False)]),
    ("pl", "Zwrócimy 80 zł dzisiaj.", [("80 zł", 80, False)]),
    ("pl", "Proponuję 20% rabatu na kolejne zakupy.", [("20%", 20, True)]),
    ("pl", "Dostanie pani bon na 50 zł.", [("50 zł", 50, False)]),
    ("pl", "Zapłacił pan 200 zł, dlatego zwrócę 1 250,50 zł.", [("1 250,50 zł", 1250.5, False)]),
]

#: Prices, fees, shares of customers, numbers of orders, what was given already, what was asked for, what is refused.
LOOKALIKES = [
    ("en", "The kettle costs £80."),
    ("en", "10% of our customers had the same trouble."),
    ("en", "Your order 45012 left today."),
    ("en", "We can't refund £80."),
    ("en", "We never give 50% off."),
    ("en", "We refunded £80 yesterday."),
    ("en", "You got £150 compensation and a new phone."),
    ("en", "£31 is back on your account."),
    ("en", "You asked for a refund of £200."),
    ("en", "It is 100% cotton, and delivery is £5."),
    ("en", "Your remaining balance is $1,240 and the next payment is $155."),
    ("pt", "O produto custa R$ 80."),
    ("pt", "10% dos clientes tiveram esse problema."),
    ("pt", "O pedido 45012 saiu hoje."),
    ("pt", "Não podemos devolver R$ 80."),
    ("pt", "Já devolvemos R$ 80 ontem."),
    ("pt", "Você pediu um reembolso de R$ 200."),
    ("pt", "É 100% algodão. Frete de R$ 15."),
    ("es", "Cuesta 80 €."),
    ("es", "El 10 % de los clientes lo notó."),
    ("es", "No podemos devolver 80 €."),
    ("es", "Ya le devolvimos 80 € ayer."),
    ("es", "Pidió un reembolso de 200 €."),
    ("es", "Esperaba envío gratis y le aparecieron 8.900 pesos."),
    ("es", "Es 100 % algodón. Los gastos de envío son 5 €."),
    ("pl", "Czajnik kosztuje 80 zł."),
    ("pl", "10% klientów miało ten sam problem."),
    ("pl", "Nie możemy zwrócić 80 zł."),
    ("pl", "Zwróciliśmy 80 zł wczoraj."),
    ("pl", "Prosił pan o zwrot 200 zł."),
    ("pl", "To 100% bawełny. Dostawa to 15 zł."),
]


def found(text: str, limits: Limits, language: str = "en", plan: Plan = PLAN):
    draft = Draft(text, ReplyKind.SOLUTION, language, NOW, plan, limits=limits)
    return [each for each in findings(draft) if each.id == "promise/beyond-limit"]


def said(finding, language: str = "en") -> str:
    return Words(language).line(finding.sentence)


@pytest.mark.parametrize(("language", "text", "given"), GIVEN)
def test_what_a_draft_undertakes_to_give_is_found_with_its_amount(language, text, given):
    assert [(text[each.start : each.end], each.value, each.is_percent) for each in sums(text, language)] == given


@pytest.mark.parametrize(("language", "text"), LOOKALIKES)
def test_what_only_looks_like_it_is_left_alone(language, text):
    assert list(sums(text, language)) == []


@pytest.mark.parametrize(("language", "text", "given"), GIVEN)
def test_it_warns_beyond_the_limit_and_only_there(language, text, given):
    ((_, value, is_percent),) = given
    just = Limits(percent=value) if is_percent else Limits(money=int(value) + 1)
    less = Limits(percent=value - 1) if is_percent else Limits(money=int(value) - 1)
    assert found(text, just, language) == []
    (finding,) = found(text, less, language)
    assert finding.severity is Severity.WARN
    assert finding.rules == ("001-07", "002-20")
    assert text[finding.start : finding.end] == given[0][0]


def test_the_sentence_names_those_who_may():
    (finding,) = found("We'll refund £80 to you today.", NARROW)
    sentence = "This is more than you may give, 50. Let one of those promise it who may (rui, lia), or promise less."
    assert said(finding) == sentence
    (finding,) = found("We'll refund £800 to you today.", NARROW)
    assert "(lia)" in said(finding), "a lawyer without a limit answers no customers, and promises them nothing"


def test_where_nobody_may_it_says_to_promise_less():
    plan = replace(PLAN, committee=PLAN.committee[:2], limits=dict.fromkeys(Role, NARROW))
    (finding,) = found("We'll refund £80 to you today.", NARROW, plan=plan)
    assert said(finding).endswith("Nobody here may: promise less.")


@pytest.mark.parametrize(
    ("text", "limit", "is_found"),
    [
        ("I'll call you on Thursday.", timedelta(days=3), False),
        ("I'll call you on Friday at 9 am.", timedelta(days=3), True),
        ("I'll call you in 2 hours.", timedelta(hours=2), False),
        ("I'll call you in 3 hours.", timedelta(hours=2), True),
        ("I'll call you in 3 hours.", None, False),
    ],
)
def test_a_promise_of_whole_days_lasts_to_the_end_of_the_last(text, limit, is_found):
    """Monday and three days: Thursday, until midnight."""
    assert promises(text, "en", NOW, PLAN)
    assert bool(found(text, Limits(longest_promise=limit))) is is_found


def test_a_late_promise_is_told_with_the_limit_and_who_may():
    text = "I'll have a new one with you on Friday at 9 am."
    (finding,) = found(text, NARROW)
    assert "Friday at 9 am" in text[finding.start : finding.end]
    assert said(finding) == (
        "This takes longer than you may promise, 3 days. Let one of those promise it who may (rui, lia), "
        "or promise less."
    )
    assert "3 dias" in said(finding, "pt")
    assert "3 dni" in said(finding, "pl")


@pytest.mark.parametrize(
    ("roles", "limits"),
    [
        ((Role.COMMUNITY_MANAGER,), NARROW),
        ((Role.COMMUNITY_MANAGER, Role.SERVICE), Limits(timedelta(days=5), 100, None)),
        ((Role.COMMUNITY_MANAGER, Role.LEAD), Limits()),
        ((Role.LEAD,), Limits()),
    ],
)
def test_a_member_has_the_widest_of_their_roles_and_no_entry_is_no_limit(roles, limits):
    plan = replace(PLAN, committee=(Member("eva", "Eva", roles),))
    assert plan.limits_of("eva") == limits
    assert plan.limits_of("nobody") == Limits()


def test_without_limits_nothing_is_said():
    assert found("We'll refund £8,000 to you next month.", Limits()) == []


def test_a_text_of_sums_alone_is_read_to_a_bound():
    given = list(sums("I'll refund £80. " * 20_000, "en"))
    assert 0 < len(given) <= 200
