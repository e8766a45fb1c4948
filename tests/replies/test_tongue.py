"""Language: the draft speaks the customer's and one only, whatever loans, names and addresses stand in it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.draft_checks.common_words import NEIGHBOURS, UNKNOWN, most_common, zipf
from bot.core.draft_checks.tongue import spoken, tongue
from bot.core.words import LANGUAGES


def told(text, language):
    return [
        (finding.id.removeprefix("language/"), text[finding.start : finding.end]) for finding in tongue(text, language)
    ]


def ids(text, language):
    return [kind for kind, _ in told(text, language)]


WHOLE = [
    ("pt", "Please send us a message so that our team can look into it."),
    ("pt", "Hola Luciana, sentimos mucho la demora de los pasajes. Escríbenos por privado y lo vemos contigo."),
    ("es", "Oi Luciana, sentimos muito pela demora das passagens. Chama a gente no privado que a gente resolve."),
    ("es", "Marta, gràcies per avisar-nos. Ja hem passat la incidència a l'equip tècnic i et respondrem per missatge."),
    ("pl", "Dobrý den Paulo, děkujeme za zprávu. Prosíme, napište nám do soukromé zprávy, rádi se na to podíváme."),
    ("en", "Bonjour, nous sommes désolés de ce désagrément, merci de nous écrire par le formulaire."),
    ("en", "Guten Tag Niamh, vielen Dank für Ihre Nachricht. Bitte schreiben Sie uns eine private Nachricht."),
]
PARTS = [
    ("pt", "Oi Tati, sinto muito pela estante. ", "We are checking this with the carrier now", ". Te aviso."),
    ("pt", "Luiza, rodinha trocada! ", "Te agradecemos mucho por la paciencia que has tenido con nosotros", ". Beijos"),
    (
        "es",
        "Rayén, pasaje corregido. ",
        "Muito obrigado pela paciência e desculpa qualquer coisa",
        ". Nos vemos a bordo.",
    ),
    ("pl", "Pani Kseniu, ręczniki już są w pokoju. ", "Wir wünschen Ihnen noch einen angenehmen Aufenthalt", "."),
    ("en", "Ewan, poles replaced. ", "Wir bedanken uns ganz herzlich für Ihre Geduld", ". Happy camping."),
    ("en", "Sonia, thanks for the signal. ", "Bardzo przepraszamy za powstałe niedogodności", ". The chat is open."),
]
OWN = [
    ("pt", "Oi Tati, o follow-up com o time de software é hoje, e o feedback vem por e-mail."),
    ("pt", "Em Settings > Advanced desligue o split tunneling; o fix sai na build 3.0.18."),
    ("es", "Guille, el parking del outlet abre a las diez, y el ticket online vale igual. Un saludo, Kelly Smith"),
    ("es", "Escribe a thank.you.team@we-are-here.example o entra en https://please.read.this.example/now."),
    ("pl", "Pani Оксано, przykro nam, że telefon ma inny kolor."),
    ("pl", "Team wrzuca dziś full update, a deal z outletu to gratis. Mateo, Fabryka Pierogów"),
    ("en", "Gracias, Javier! The piñata kit with the jalapeño dip from Casa del Sol ships on Monday."),
    ("en", 'You wrote "lo siento mucho, no hay nada que hacer" was all you heard, and that is on us.'),
]


@pytest.mark.parametrize(("language", "text"), WHOLE)
def test_a_draft_in_another_language_is_told_whole(language, text):
    """004-27"""
    assert told(text, language) == [("other", text)]


@pytest.mark.parametrize(("language", "before", "passage", "after"), PARTS)
def test_a_passage_of_another_language_is_told_where_it_stands(language, before, passage, after):
    """004-27: a short sentence in the right language is enough to make it a mixture."""
    [(kind, said)] = told(before + passage + after, language)
    assert kind == "mixed"
    assert passage.split()[2] in said
    assert said in before[-12:] + passage + after[:12]


@pytest.mark.parametrize(("language", "text"), OWN)
def test_loans_names_addresses_and_quotations_are_no_other_language(language, text):
    assert ids(text, language) == []


def test_a_draft_in_another_script_is_in_another_language():
    assert ids("Добрий день, напишіть нам, будь ласка, у приватні повідомлення.", "pl") == ["other"]


@pytest.mark.parametrize(
    ("text", "default", "language"),
    [
        ("¿Dónde está mi pedido? Todavía no ha llegado.", "pt", "es"),
        ("Prosimy o sprostowanie informacji o cenie.", "pl", "pl"),
        ("Where is my parcel?", "pl", "en"),
        ("ok", "es", "es"),
        ("Wir wünschen Ihnen einen angenehmen Aufenthalt.", "pt", "pt"),
        ("", "en", "en"),
    ],
)
def test_the_language_spoken_is_the_expected_one_unless_the_words_tell_of_another_of_ours(text, default, language):
    assert spoken(text, default) == language


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_whatever_is_written_is_told_within_the_text(text, language):
    assert spoken(text, language) in LANGUAGES
    for finding in tongue(text, language):
        assert 0 <= finding.start <= finding.end <= len(text)


@pytest.mark.parametrize("language", [*LANGUAGES, *NEIGHBOURS])
def test_words_are_counted_the_most_common_first_and_none_is_rarer_than_the_unknown(language):
    values = list(zipf(language).values())
    assert values == sorted(values, reverse=True)
    assert values[-1] > UNKNOWN
    assert most_common(language, 10) == frozenset(list(zipf(language))[:10])
