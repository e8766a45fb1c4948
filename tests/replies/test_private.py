"""What identifies a person is found whatever hides it; what only looks like it is not; and a mask hides it for good.

Every number here is invented; its check digits are computed.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iban, luhn
from stdnum.ar import cuit
from stdnum.br import cpf
from stdnum.cl import rut
from stdnum.es import dni, nie
from stdnum.mx import curp
from stdnum.pl import nip, pesel, regon

import bot.core.draft_checks
from bot.core.draft_checks.phones import REGIONS
from bot.core.draft_checks.private import found, masked

BRAZIL, SPANISH, POLAND, ENGLISH = REGIONS["pt"], REGIONS["es"], REGIONS["pl"], REGIONS["en"]


def kinds(text, regions=(), **more):
    return [(span.kind, text[span.start : span.end]) for span in found(text, regions, **more)]


def only(text, kind, regions=()):
    """What is found of this kind, and that nothing else is."""
    spans = found(text, regions)
    assert {span.kind for span in spans} == {kind}, kinds(text, regions)
    (span,) = spans
    return text[span.start : span.end]


def of(standard, body, ends="0123456789"):
    """The body with the check digits that its standard wants."""
    tails = [first + second for first in ["", *ends] for second in ends]
    return next(body + tail for tail in tails if standard.is_valid(body + tail))


LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ"
CPF = of(cpf, "318204957")
CNPJ = "11222333000181"
NIP = of(nip, "78162042")
PESEL = of(pesel, "8003130181")
REGON = of(regon, "38616561")
DNI = of(dni, "53120486", LETTERS)
NIE = of(nie, "Z5213068", LETTERS)
CUIT = of(cuit, "2030456712")
RUT = of(rut, "12379909", "0123456789K")
CARD = of(luhn, "523270623161481")
IBAN = "PL" + iban.calc_check_digits("PL00109032576282627833359144") + "109032576282627833359144"


def wrong(number):
    """The number with its last digit changed."""
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def dotted(number):
    return f"{number[:3]}.{number[3:6]}.{number[6:9]}-{number[9:]}"


# What is found ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "said", "regions"),
    [
        ("cpf", f"o CPF {dotted(CPF)} do titular", dotted(CPF), BRAZIL),
        ("cpf", f"achei por {CPF} mesmo", CPF, BRAZIL),
        ("cpf", f"cpf:{CPF}", CPF, BRAZIL),
        ("cpf", f"o CPF {dotted(wrong(CPF))} com um dígito trocado", dotted(wrong(CPF)), BRAZIL),
        ("cnpj", "a 11.222.333/0001-81 pediu", "11.222.333/0001-81", BRAZIL),
        ("cnpj", f"CNPJ {CNPJ}", CNPJ, BRAZIL),
        ("cnpj", "CNPJ 12.ABC.345/01DE-35 novo", "12.ABC.345/01DE-35", BRAZIL),
        ("rg", "o RG 12.345.678-9 dele", "12.345.678-9", BRAZIL),
        ("rg", "RG 23.456.789-X", "23.456.789-X", BRAZIL),
        ("dni", f"el DNI {DNI} consta", DNI, SPANISH),
        ("dni", f"NIE {NIE}", NIE, SPANISH),
        ("dni", "su DNI 30.456.712 argentino", "30.456.712", SPANISH),
        ("cuit", f"CUIT {CUIT[:2]}-{CUIT[2:10]}-{CUIT[10]}", f"{CUIT[:2]}-{CUIT[2:10]}-{CUIT[10]}", SPANISH),
        ("rut", f"RUT 12.379.909-{RUT[-1]}", f"12.379.909-{RUT[-1]}", SPANISH),
        ("rut", f"guía con 12379909-{RUT[-1]}", f"12379909-{RUT[-1]}", SPANISH),
        ("curp", "su BOXW310820HNERXN09 está", "BOXW310820HNERXN09", SPANISH),
        ("nip", f"na NIP {NIP}", NIP, POLAND),
        ("nip", f"firma {NIP[:3]}-{NIP[3:6]}-{NIP[6:8]}-{NIP[8:]}", f"{NIP[:3]}-{NIP[3:6]}-{NIP[6:8]}-{NIP[8:]}", POLAND),
        ("pesel", f"konto {PESEL[:6]} {PESEL[6:]}", f"{PESEL[:6]} {PESEL[6:]}", POLAND),
        ("pesel", f"wniosek {PESEL} wraca", PESEL, POLAND),
        ("regon", f"REGON: {REGON}", REGON, POLAND),
        ("iban", f"na {IBAN}, dziś", IBAN, POLAND),
        ("iban", f"rachunek {IBAN[2:4]} {IBAN[4:8]} {IBAN[8:12]} {IBAN[12:16]} {IBAN[16:20]} {IBAN[20:24]} {IBAN[24:]}", None, POLAND),
        ("iban", "al ES91 2100 0418 4502 0005 1332 para el abono", "ES91 2100 0418 4502 0005 1332", SPANISH),
        ("iban", "to GB82 WEST 1234 5698 7654 32 tomorrow", "GB82 WEST 1234 5698 7654 32", ENGLISH),
        ("card", f"da {CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:]} ok", f"{CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:]}", BRAZIL),
        ("card", f"karta {CARD}", CARD, POLAND),
        ("card", "amex 3782-822463-10005.", "3782-822463-10005", ENGLISH),
        ("phone", "ligamos no (11) 98765-4321 hoje", "(11) 98765-4321", BRAZIL),
        ("phone", "no 11987654321", "11987654321", BRAZIL),
        ("phone", "+55 11 98765-4321", "+55 11 98765-4321", BRAZIL),
        ("phone", "o zap é 98765-4321", "98765-4321", BRAZIL),
        ("phone", "al 612 34 56 78 mañana", "612 34 56 78", SPANISH),
        ("phone", "lo llamé al +57 301 775 2846", "+57 301 775 2846", SPANISH),
        ("phone", "cel. 55 1234 5678", "55 1234 5678", SPANISH),
        ("phone", "zadzwonię na 601-234-567", "601-234-567", POLAND),
        ("phone", "kom. 22 120 44 10", "22 120 44 10", POLAND),
        ("phone", "we'll call (212) 736-5000 at noon", "(212) 736-5000", ENGLISH),
        ("phone", "ring 07700 900123 please", "07700 900123", ENGLISH),
        ("email", "para joao.silva+x@gmail.com.", "joao.silva+x@gmail.com", BRAZIL),
        ("email", "a maria@empresa-sur.com.ar hoy", "maria@empresa-sur.com.ar", SPANISH),
    ],
)  # fmt: skip
def test_it_is_found_where_it_stands(kind, text, said, regions):
    """Rule 004-30."""
    found_there = only(text, kind, regions)
    assert said is None or found_there == said


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("cpf", "cpf " + " ".join(CPF)),
        ("cpf", "cpf " + ".".join(CPF)),
        ("cpf", "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in CPF)),
        ("cpf", "\u200b".join(CPF)),
        ("cpf", "".join(f"{digit}\ufe0f\u20e3" for digit in CPF)),
        ("pesel", "PESEL " + "".join(chr(ord(digit) - ord("0") + 0x660) for digit in PESEL)),
        ("card", ".".join((CARD[:4], CARD[4:8], CARD[8:12], CARD[12:]))),
        ("card", "\u00ad".join(CARD)),
        ("phone", "tel. ５０１２３４６７８"),
        ("phone", "zap 1 1 9 8 7 6 5 4 3 2 1"),
        ("email", "joao (at) gmail (dot) com"),
        ("email", "joao [arroba] uol.com.br"),
        ("email", "joao arroba gmail ponto com"),
        ("email", "juan arroba hotmail punto com"),
        ("email", "gosia kropka gaj małpa poczta kropka pl"),
        ("email", "wieslaw . kot @ skrzynka . pl".replace("wieslaw . kot", "wieslaw.kot")),
        ("email", "mloda.polonistka＠skrzynka.pl"),
        ("email", "john99 at gmail.com"),
        ("email", "ann dot lee at proton dot me"),
        ("iban", " ".join(IBAN)),
        ("iban", "-".join(IBAN[n : n + 4] for n in range(0, 28, 4))),
    ],
)
def test_no_disguise_hides_it(kind, text):
    assert only(text, kind)


# What only looks like it ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "R$ 1.234.567,89",
        "1 234 567,89 zł",
        "US$ 12.345.678",
        "5.000.000 pesos",
        "2026-11-22 10:00",
        "24/08/2026 18.30, das 9 às 18h",
        "24.08.2026 i 25.08.2026",
        "de 2019-2025",
        "rastreio AA123456789BR",
        "Przesyłka 00259007738913345678 utknęła",
        "o protocolo 2026082600417",
        "pedido 11987654321",
        "zamówienie 601234567",
        "order 5261040828",
        "tracking H01HXA0012345678",
        "ref. TP-20300, modelo NV2-1000G, SC-1400 (220 V, 60 Hz)",
        "śruby M6x40, KALLA 147x77",
        f"código de barras {wrong(CARD)}",
        "gift card 2094347626924578",
        "https://x.com/joao/status/1234567890123456789",
        "0800 123 4567",
        "+1 800 555 0199",
        "fale com @marca.br",
        "sac@marca.com.br e pomoc@sklep.pl",
        "look at gmail.com",
        "meet us at acme dot com",
        "PL is short for Poland, ES for Spain",
        "chega das 10 às 12 e das 14 às 16",
        "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11",
        "•••09 e •••1111",
        "",
    ],
)  # fmt: skip
@pytest.mark.parametrize("regions", [BRAZIL, SPANISH, POLAND, ENGLISH, ()])
def test_a_lookalike_is_none(text, regions):
    assert kinds(text, regions) == []


@pytest.mark.parametrize(
    ("number", "standard"),
    [(CPF, cpf), (NIP, nip), (PESEL, pesel), (REGON, regon), (CUIT, cuit), (CARD, luhn)],
)
def test_the_invented_numbers_hold(number, standard):
    assert standard.is_valid(number)
    assert not standard.is_valid(wrong(number))


@pytest.mark.parametrize("number", [CPF, PESEL, CUIT, CARD, CNPJ])
def test_without_its_name_a_number_with_a_wrong_digit_is_none(number):
    assert kinds(f"o {wrong(number)} é", ("GB",)) == []


def test_curp_is_checked_by_its_library():
    assert curp.is_valid("BOXW310820HNERXN09")


# Whose it is ------------------------------------------------------------------------------------


def test_the_companys_own_is_nobodys():
    own = ("22 120 44 10", "@sklepaurora.pl", "anna.k@firma.pl")
    assert kinds("infolinia 22 120 44 10 lub +48 221204410", POLAND, contacts=own) == []
    assert kinds("iod.jan@sklepaurora.pl, anna.k@firma.pl", POLAND, contacts=own) == []
    assert kinds("jan@firma.pl", POLAND, contacts=own) == [("email", "jan@firma.pl")]


def test_orders_are_looked_for_where_the_plan_says_how_they_look():
    text = "zamówienie z a - 4 4 1 9 0 2 i ZA-204518"
    assert kinds(text, POLAND) == []
    assert kinds(text, POLAND, order_shapes=("ZA-######",)) == [("order", "z a - 4 4 1 9 0 2"), ("order", "ZA-204518")]


def test_an_order_is_known_by_its_word_too():
    assert kinds("o pedido nº 550123 saiu", BRAZIL, order_shapes=()) == [("order", "550123")]
    assert kinds("o pedido de 2 peças", BRAZIL, order_shapes=()) == []


def test_one_number_may_follow_another():
    text = f"CPF {dotted(CPF)}, tel (11) 98765-4321 e joao@uol.com.br"
    assert [kind for kind, _ in kinds(text, BRAZIL)] == ["cpf", "phone", "email"]


# Masks ------------------------------------------------------------------------------------------


def test_a_mask_leaves_the_end_of_a_number():
    text = f"CPF {dotted(CPF)}, cartão {CARD}, joao@uol.com.br"
    assert masked(text, BRAZIL) == f"CPF •••{CPF[-2:]}, cartão •••{CARD[-4:]}, j•••@•••"


def test_a_text_without_anything_private_is_the_very_same():
    text = "Meu pedido 4411 não chegou há 12 dias, e paguei R$ 1.249,90!"
    assert masked(text) is text


PIECES = st.sampled_from(
    [
        CPF,
        dotted(CPF),
        CARD,
        IBAN,
        PESEL,
        NIP,
        "(11) 98765-4321",
        "a@b.com",
        "joao arroba gmail ponto com",
        "•••",
        "•••09",
    ]
    + [" ", "-", ".", ",", " e ", "@", "tel ", "cpf ", "12", "4111", "\n", "ą", "１", "\u200b", "X", "pl", "+55 "]
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=14).map("".join))


@settings(deadline=None)
@given(TEXTS)
def test_a_masked_text_has_nothing_private_and_is_not_masked_again(text):
    once = masked(text)
    assert found(once) == ()
    assert masked(once) == once


@settings(deadline=None)
@given(TEXTS, st.sampled_from([(), BRAZIL, POLAND, SPANISH, ENGLISH]))
def test_spans_lie_within_the_text_in_order_and_apart(text, regions):
    end = 0
    for span in found(text, regions, order_shapes=("ZA-######",)):
        assert end <= span.start < span.end <= len(text)
        assert span.masked not in text[span.start : span.end]
        end = span.end


# Time -------------------------------------------------------------------------------------------

LONG = 100_000


@pytest.mark.parametrize(
    "piece",
    ["1", "1 ", "1.", "1-1", "a@", "@", "a ", "a.", "arroba ", "pl61", "4111 1111 1111 1111 ", "11 98765-4321; ", "+", "((", "1a", "•••1", "１ ", "\u200b1", "tel "],
)  # fmt: skip
def test_a_hostile_text_ends(piece):
    text = (piece * LONG)[:LONG]
    assert masked(text) is not None


#: Python's own engine tries again and again; RE2 cannot.
def test_no_backtracking_engine_reads_what_members_write():
    folder = Path(bot.core.draft_checks.__file__).parent
    for name in (
        "plain",
        "patterns",
        "private",
        "emails",
        "cues",
        "digits",
        "accounts",
        "places",
        "discretion",
        "phrase_lists",
        "phones",
        "numbers",
    ):
        tree = ast.parse((folder / f"{name}.py").read_bytes())
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        assert "re" not in imported, name
