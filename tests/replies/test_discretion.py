"""A public draft is told what it gives away, in whatever language it is written."""

from __future__ import annotations

import pytest

from bot.core.draft_checks.discretion import Public, discretion
from bot.core.draft_checks.finding import Severity
from bot.core.draft_checks.phones import REGIONS
from bot.core.draft_checks.phrase_lists import Phrases, phrases
from bot.core.draft_checks.plain import Plain
from bot.core.draft_checks.private import found
from bot.core.words import LANGUAGES, Words

CARD = "5232 7062 3161 4810"


def said(text, language="pt", **known):
    """What is found: ids without the part before the slash, and where."""
    public = Public(language, regions=REGIONS[language], **known)
    return [(each.id, text[each.start : each.end]) for each in discretion(text, public)]


def ids(text, language="pt", **known):
    return [id for id, _ in said(text, language, **known)]


# What is given away -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text", "id", "where"),
    [
        ("pt", "Enviamos para a Rua das Acácias, 45, CEP 04321-080.", "discretion/address", "Rua das Acácias, 45, CEP 04321-080"),
        ("es", "Lo llevamos a la calle Mayor 12 hoy.", "discretion/address", "calle Mayor 12"),
        ("es", "Pasamos por Bolívar 2746, piso 2 mañana.", "discretion/address", "Bolívar 2746, piso 2"),
        ("es", "Va a la Cra. 118 # 64-31 hoy.", "discretion/address", "Cra. 118 # 64-31"),
        ("pl", "Kurier będzie na ul. Lipowej 14/3, 30-702 Kraków.", "discretion/address", "ul. Lipowej 14/3, 30-702"),
        ("pl", "Bałagan na Sienkiewicza 14/3 widziałam.", "discretion/address", "Sienkiewicza 14/3"),
        ("pl", "W polisie jest 910 722 314 72, tak?", "discretion/pesel", "910 722 314 72"),
        ("en", "We sent it to 118 Mill Lane, Bristol.", "discretion/address", "118 Mill Lane"),
        ("pt", "No cadastro, nasceu em 02.11.89, certo?", "discretion/birth-date", "nasceu em 02.11.89"),
        ("es", "Su fecha de nacimiento (14/03/1961) no coincide.", "discretion/birth-date", "fecha de nacimiento (14/03/1961"),
        ("pl", "W bazie jest ur. 1985-07-14, tak?", "discretion/birth-date", "ur. 1985-07-14"),
        ("en", "Your profile says born 7 November 1996.", "discretion/birth-date", "born 7 November 1996"),
        ("pt", "Sabemos da sua gravidez de risco.", "discretion/sensitive", "sua gravidez"),
        ("es", "Por ser musulmana, le molestó.", "discretion/sensitive", "Por ser musulmana"),
        ("pl", "Figuruje Pan w rejestrze dłużników.", "discretion/sensitive", "rejestrze dłużników"),
        ("en", "With your hearing loss it is hard.", "discretion/sensitive", "your hearing loss"),
        ("pt", "Me passa aqui seu CPF e telefone.", "go-private/asks", "Me passa aqui seu CPF e telefone"),
        ("es", "Déjanos aquí tu número de pedido.", "go-private/asks", "Déjanos aquí tu número de pedido"),
        ("pl", "Proszę podać numer zamówienia.", "go-private/asks", "podać numer zamówienia"),
        ("en", "Please leave your phone number below.", "go-private/asks", "leave your phone number"),
        ("pt", "Devolvemos R$ 1.249,90 hoje.", "go-private/details", "Devolvemos R$ 1.249,90"),
        ("es", "Le reintegramos 540 € hoy.", "go-private/details", "reintegramos 540 €"),
        ("pl", "Zwróciliśmy 649 zł na konto.", "go-private/details", "Zwróciliśmy 649 zł"),
        ("en", "We're refunding you £164.00 now.", "go-private/details", "refunding you £164.00"),
    ],
)  # fmt: skip
def test_it_is_found(language, text, id, where):
    """Rules 004-29, 004-30."""
    found = dict(said(text, language))
    assert list(found) == [id]
    assert where.startswith(found[id]) or found[id].startswith(where)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pt", "Fiquei na rua 3 dias esperando, entendo."),
        ("pt", "Nossa loja da Av. Paulista, 1230 abre às 9h."),
        ("pt", "Nunca publique seu CPF aqui."),
        ("pt", "Envie seu CPF por mensagem privada, por favor."),
        ("pt", "A tomada de 220 V e o modelo SC-1400 estão certos."),
        ("es", "Siento que se cancelara el pedido."),
        ("es", "No publique aquí su NIF, por favor."),
        ("es", "Sin embargo, entendemos su enfado."),
        ("es", "Nuestro local de la calle Mayor 12 abre a las 10."),
        ("pl", "Czekał Pan 40 minut, przepraszam."),
        ("pl", "Nasz salon przy ul. Długiej 5 jest otwarty."),
        ("pl", "Numer zamówienia proszę podać w wiadomości prywatnej."),
        ("en", "Our shop at 5 Long Street is open."),
        ("en", "Send us your order number by DM."),
        ("en", "Please don't post your address here."),
        ("en", "The lamp costs £30 in our shop."),
    ],
)
def test_what_only_looks_indiscreet_is_not(language, text):
    assert ids(text, language) == []


def test_the_plans_own_is_nobodys_secret():
    known = {"own_contacts": ("22 120 44 10", "ul. Krótka 12"), "order_shapes": ("ZA-######",)}
    assert ids("Zapraszamy na ul. Krótka 12, tel. 22 120 44 10.", "pl", **known) == []
    assert ids("Zamówienie ZA-204518 wyjdzie jutro.", "pl", **known) == ["discretion/order"]


# Names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("pt", "Oi, Mariana Forno Albuquerque, tudo bem?", "Mariana Forno Albuquerque"),
        ("es", "Sra. Rosana Pires, búsqueme.", "Rosana Pires Alvarado"),
        ("pl", "Sprawa Anny Bieleckiej jest w serwisie.", "Anna Bielecka"),
        ("pl", "Pani Katarzyno Wrono, przepraszamy.", "Katarzyna Wrona"),
        ("pl", "Pani Katarzyno Lis, przepraszamy.", "Katarzyna Lis"),
        ("pl", "Hej Ola Majewska!", "Aleksandra Majewska"),
        ("en", "Anne Bellwood's case is with us.", "Anne Bellwood"),
    ],
)
def test_a_name_that_the_post_does_not_show_is_not_said(language, text, name):
    (only,) = said(text, language, author="@handle", known_name=name)
    assert only[0] == "discretion/full-name"


@pytest.mark.parametrize(
    ("author", "known_name", "text"),
    [
        ("Anna Bielecka", "Anna Bielecka", "Anna Bielecka, przepraszamy."),
        ("@ania", "Anna Bielecka", "Pani Anno, przepraszamy."),
        ("@ania", "", "Anna Bielecka, przepraszamy."),
        ("@kicia", "Katarzyna Lis", "Pani Katarzyno, list wysłaliśmy wczoraj."),
    ],
)
def test_a_name_that_the_post_shows_may_be_said_and_a_first_name_always(author, known_name, text):
    assert ids(text, "pl", author=author, known_name=known_name) == []


def test_a_colleague_of_a_similar_name_is_no_customer():
    assert ids("Our colleague John Crofton will look.", "en", author="x", known_name="John Croft") == []


# What follows -----------------------------------------------------------------------------------


def test_a_card_number_always_blocks_and_its_masked_form_is_offered():
    (finding,) = discretion(f"O cartão {CARD} foi aceito.", Public("pt"))
    assert (finding.id, finding.severity, finding.instead) == ("discretion/card", Severity.BLOCK, "•••4810")
    assert finding.rules == ("004-30",)


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("joao@gmail.com", Severity.BLOCK),
        ("(11) 98765-4321", Severity.BLOCK),
        ("CNPJ 11.222.333/0001-81", Severity.WARN),
        ("Rua das Acácias, 45", Severity.WARN),
    ],
)
def test_what_reaches_a_person_blocks_and_what_is_public_or_guessed_warns(text, severity):
    (finding,) = discretion(text, Public("pt", regions=REGIONS["pt"]))
    assert finding.severity is severity


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_finding_says_what_to_do_in_the_members_language(language):
    text = f"{CARD}, a@b.com, CPF 123.456.789-09, Me passa seu CPF. Devolvemos R$ 12. Sua depressão. Rua das Acácias, 45. Ana Li"
    for finding in discretion(text, Public("pt", "@a", "Ana Li")):
        line = Words(language).line(finding.sentence)
        assert line
        assert "{" not in line


def test_findings_point_at_what_was_typed():
    text = "é\u200b: １２３.456.789-09 ﬁm, a@b.com"
    assert [text[each.start : each.end] for each in discretion(text, Public("pt"))] == ["１２３.456.789-09", "a@b.com"]


# Phrase lists -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["discretion/ours", "discretion/sensitive", "go-private/asks", "go-private/details", "go-private/private"])  # fmt: skip
def test_every_language_has_its_lists(language, name):
    assert phrases(language, name).phrases


def test_a_language_that_nobody_wrote_lists_for_has_none():
    assert phrases("de", "go-private/asks").phrases == ()


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("você deveria", "VOCE, DEVERIA ter", "VOCE, DEVERIA"),
        ("dever*", "deveríamos ir", "deveríamos"),
        ("se … apagar", "se o senhor puder apagar isto", "se o senhor puder apagar"),
        ("se … apagar", "se a b c d e f apagar", ""),
        ("em # dias", "em 3 dias úteis", "em 3 dias"),
        ("pago ¤", "pago R$ 1.249,90 já", "pago R$ 1.249,90"),
        ("pago ¤", "pago 3 vezes", ""),
        ("don't", "Don’t!", "Don’t"),
        ("apagar", "apagaria", ""),
        ("se apagar", "se! apagar", ""),
    ],
)
def test_a_phrase_is_found_whatever_case_accents_and_signs(phrase, text, found):
    places = Phrases((phrase,)).found(Plain(text))
    assert [text[start:end] for start, end in places] == ([found] if found else [])


def test_a_phrase_may_name_another_list():
    asks = Phrases(("{ask} … {data}",), {"ask": ("envie", "mande"), "data": ("CPF", "e-mail")})
    assert asks.found(Plain("Mande já o seu e-mail")) == ((0, 21),)


def test_a_phrase_that_names_an_unknown_list_is_no_phrase():
    with pytest.raises(KeyError, match="dta"):
        Phrases(("{ask} … {dta}",), {"ask": ("envie",)})


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("ligue no seis um um dois tres quatro cinco seis sete, ok", "seis um um dois tres quatro cinco seis sete"),
        ("kurier ma sześć-zero-jeden 234 789 w systemie", "sześć-zero-jeden 234 789"),
        ("es el 91 445 23 78, ¿no?", "91 445 23 78"),
    ],
)
def test_a_phone_is_one_whether_spelt_in_words_or_begun_like_a_document(text, phone):
    """004-30"""
    assert [(each.kind, text[each.start : each.end]) for each in found(text, ("BR", "ES", "PL"))] == [("phone", phone)]


def test_words_that_count_aloud_are_no_phone():
    assert found("uno, dos, tres, ya!", ("ES",)) == ()


def test_what_the_complaint_tells_of_its_author_may_be_named():
    told = Public(language="en", complaint="my weight was a joke to them")
    assert [each.id for each in discretion("I'm sorry about the comment on your weight.", told)] == []
    assert [each.id for each in discretion("Sorry, with your depression it is hard.", told)] == ["discretion/sensitive"]
