"""Calm, empathy, order and own words: what a careful colleague would say, and where they would say nothing."""

from __future__ import annotations

import importlib.util
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.core.draft_checks.calm import calm
from bot.core.draft_checks.draft import Draft, findings
from bot.core.draft_checks.empathy import Heard, empathy
from bot.core.draft_checks.finding import Severity
from bot.core.draft_checks.order import order
from bot.core.draft_checks.own_words import own_words, share_of_own
from bot.core.draft_checks.phrase_lists import phrases
from bot.core.draft_checks.quotes import own_voice
from bot.core.draft_checks.templates import filled, known, template_findings
from bot.core.plan import OwnPhrases, Plan
from bot.core.replies import Template, draft
from bot.core.replies.template import ReplyKind
from bot.core.words import LANGUAGES
from bot.library import load

_SPEC = importlib.util.spec_from_file_location("quality", Path(__file__).parent / "quality.py")
quality = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(quality)

PLAN = Plan(brand="Loja Azul", committee=())
NOW = datetime(2026, 8, 24, 13, tzinfo=UTC)
each_language = pytest.mark.parametrize("language", LANGUAGES)


def ids(found):
    return [finding.id for finding in found]


# Calm

ANGRY = [
    ("pt", "calm/insult", "Você é um idiota."),
    ("pt", "calm/blame", "O senhor deveria ter lido o manual."),
    ("pt", "calm/blame", "A culpa nao e nossa, foi a chuva."),
    ("pt", "calm/threat", "Nosso advogado vai entrar em contato."),
    ("pt", "calm/dismissal", "Fica calma, vai dar certo."),
    ("pt", "calm/non-apology", "Desculpe se você se sentiu ofendida."),
    ("pt", "calm/sarcasm", "Parabéns, Sherlock."),
    ("pt", "calm/blame", "Se vc tivesse chegado antes, teria entrado."),
    ("pt", "calm/blame", "Cabia à senhora conferir na entrega."),
    ("pt", "calm/threat", "Caso insista nas ofensas, seu cadastro será encerrado."),
    ("pt", "calm/insult", "Que cliente mais sem noção."),
    ("es", "calm/insult", "No seas ignorante."),
    ("es", "calm/blame", "Usted no leyó las bases."),
    ("es", "calm/threat", "Tomaremos acciones legales."),
    ("es", "calm/dismissal", "Cálmate, por favor."),
    ("es", "calm/non-apology", "Lamentamos si se sintió molesto."),
    ("es", "calm/sarcasm", "¡Qué tragedia!"),
    ("pl", "calm/insult", "Jest Pan idiotą."),
    ("pl", "calm/blame", "To nie nasza wina."),
    ("pl", "calm/blame", "Zgodnie z regulaminem zwrot jest niemozliwy."),
    ("pl", "calm/threat", "Spotkamy się w sądzie."),
    ("pl", "calm/dismissal", "Proszę się uspokoić."),
    ("pl", "calm/non-apology", "Przepraszamy, jeśli poczuł się Pan urażony."),
    ("pl", "calm/sarcasm", "Cóż za tragedia."),
    ("en", "calm/insult", "You're a liar."),
    ("en", "calm/blame", "You should have read the label."),
    ("en", "calm/threat", "You'll be hearing from our solicitors."),
    ("en", "calm/dismissal", "Calm down, please."),
    ("en", "calm/non-apology", "We're sorry if you were offended."),
    ("en", "calm/sarcasm", "Well spotted, Sherlock."),
    ("en", "calm/shouting", "WE HAVE SAID THIS BEFORE."),
    ("pl", "calm/shouting", "TO JUŻ PANU MÓWILIŚMY"),
    ("en", "calm/exclamation", "Thanks!!!"),
    ("pt", "calm/exclamation", "O quê?!"),
    ("pl", "calm/blame", "Gdyby Pani doczytała maila do końca, wiedziałaby Pani o zmianie."),
    ("pl", "calm/blame", "Jak już wielokrotnie informowaliśmy, termin był podany."),
    ("pl", "calm/threat", "Jeszcze jeden taki komentarz i sprawę przejmie kancelaria."),
    ("pl", "calm/dismissal", "Nie róbmy z tego wielkiej sprawy."),
    ("pl", "calm/non-apology", "Ubolewamy, że tak Państwo odebrali nasz żart."),
    ("pl", "calm/sarcasm", "Szklaną kulę mamy akurat w naprawie."),
    ("en", "calm/sarcasm", "Sure, we will get right on it 🙄"),
]


@pytest.mark.parametrize(("language", "id", "text"), ANGRY)
def test_what_is_not_calm_blocks(language, id, text):
    """000-13, 001-08"""
    found = calm(text, language)
    assert id in ids(found)
    assert all(finding.severity is Severity.BLOCK and finding.rules for finding in found)


CALM = [
    ("pt", "Não foi culpa sua, e sinto muito."),
    ("pt", 'Dizer que "você deveria ter lido" não ajuda.'),
    ("pt", "Vou ler tudo com calma e respondo hoje!"),
    ("pt", "A TV LED OLED LG chega amanhã."),
    ("pt", "A vendedora devia ter avisado você, e foi a nossa equipe que digitou errado."),
    ("pt", "Se você continuar sem acesso, me chame; a cobrança foi bloqueada por segurança."),
    ("pt", "Lamento que o atendente tenha sido ignorante, e que você tenha visto um fio na sopa."),
    ("es", "No fue culpa suya."),
    ("es", "Te llamamos HOY, antes de las 18."),
    ("es", "Usted escribió «NADIE LO ARREGLA» y tiene razón."),
    ("pl", "To nie Pana wina."),
    ("pl", "Kurier powinien był zadzwonić, a my mogliśmy Panią uprzedzić."),
    ("pl", "Nie doczekała się Pani odpowiedzi."),
    ("pl", "Wyciągniemy konsekwencje służbowe wobec kierowcy."),
    ("pl", "To nie jest drobiazg."),
    ("pl", "Przepraszamy. Jeśli pasuje Pani środa, technik przyjedzie o 9."),
    ("pl", "Dzbanek, buciki i gadżet czekają, Pani Grażyno."),
    ("pl", "Napisała Pani „NIGDY WIĘCEJ” i rozumiem to."),
    ("pl", "Prawo UE i dokument TAX FREE mówią co innego."),
    ("en", "You did nothing wrong, and this is not your fault."),
    ("en", "You should have been told, and we should have called."),
    ("en", 'You wrote "NEVER AGAIN!!!" and I can see why.'),
    ("en", 'The wheel is 17" and the tyre 18" wide, thank you!'),
]


@pytest.mark.parametrize(("language", "text"), CALM)
def test_what_is_calm_is_left_alone(language, text):
    assert calm(text, language) == ()


def test_an_admission_counts_where_the_case_has_a_legal_face():
    """000-12"""
    text = "We admit that it was our fault."
    assert calm(text, "en") == ()
    assert ids(calm(text, "en", legal=True)) == ["calm/admission"]


def test_a_hard_word_that_the_complaint_has_is_its_echo():
    text = "I'm sorry that you met a liar at our desk."
    assert calm(text, "en")
    assert calm(text, "en", complaint="met a liar") == ()


def test_what_is_quoted_keeps_its_place():
    text = 'She wrote "you idiots" and left.'
    assert len(own_voice(text)) == len(text)
    assert "idiots" not in own_voice(text)


# Empathy

WARM = {
    "pt": "Oi, João. Sinto muito que a mesa não chegou. Ligo para a transportadora e respondo amanhã às 15h. Camila",
    "es": "Hola, João. Siento que la mesa no llegara. Llamo al transportista y respondo mañana a las 15 h. Camila",
    "pl": "Panie João, przykro mi, że stół nie dotarł. Zadzwonię do kuriera i odpiszę jutro do 15:00. Kamila",
    "en": "Hi João, I'm sorry the table never came. I'll ring the courier and reply tomorrow by 3 pm. Camila",
}
TABLE = {"pt": "mesa não chega", "es": "la mesa no llega", "pl": "stół nie dotarł", "en": "the table never arrived"}


@each_language
def test_a_warm_reply_lacks_nothing_and_a_cold_one_everything(language):
    """000-09, 000-10, 004-27"""
    heard = Heard(TABLE[language], "João Prado")
    assert empathy(WARM[language], language, ReplyKind.HEARD, heard) == ()
    cold = empathy("Ok.", language, ReplyKind.HEARD, heard)
    assert ids(cold) == ["empathy/name", "empathy/regret", "empathy/understood", "empathy/next-step"]
    assert {(each.start, each.end, each.severity) for each in cold} == {(3, 3, Severity.WARN)}


def test_a_closing_owes_regret_alone_and_thanks_nothing():
    heard = Heard("mesa", "João")
    assert ids(empathy("Tudo certo.", "pt", ReplyKind.CLOSING, heard)) == ["empathy/regret"]
    assert empathy("Valeu!", "pt", ReplyKind.THANKS, heard) == ()


@pytest.mark.parametrize("name", ["Panie Marku", "Pani Anno", "Panie Sylwestrze", "Panie Piotrze"])
def test_a_polish_name_is_known_in_its_case(name):
    authors = Heard(
        "", {"M": "Marek Wilk", "A": "Anna Kot", "S": "Sylwester Kania", "P": "Piotr Lis"}[name.split()[1][0]]
    )
    assert "empathy/name" not in ids(empathy(f"{name}, dzień dobry.", "pl", ReplyKind.HEARD, authors))


def test_somebody_may_be_called_like_a_greeting():
    assert "empathy/name" not in ids(empathy("Pani Olu, dzień dobry.", "pl", ReplyKind.HEARD, Heard("", "Ola Mróz")))


def test_a_new_clause_after_regret_is_not_what_was_regretted():
    heard = Heard("rower przyjechał bez pedałów", "")
    assert "empathy/understood" in ids(empathy("Przykro mi, wrócę z odpowiedzią.", "pl", ReplyKind.HEARD, heard))


@pytest.mark.parametrize(
    ("language", "author", "text"),
    [
        ("es", "María José Peña", "Majo, perdón por la espera."),
        ("es", "Carmen Soto", "Carmencita, lo siento."),
        ("pt", "Regina Silva", "Rê, sinto muito."),
        ("pl", "Katarzyna Lis", "Kasiu, przepraszamy."),
    ],
)
def test_what_friends_call_a_person_is_their_name(language, author, text):
    assert "empathy/name" not in ids(empathy(text, language, ReplyKind.HEARD, Heard("", author)))
    assert "empathy/name" in ids(empathy(text, language, ReplyKind.HEARD, Heard("", "Bogumila Zwyrtek")))


def test_a_non_apology_regrets_nothing():
    text = "Sarah, we're sorry if you were offended."
    assert "empathy/regret" in ids(empathy(text, "en", ReplyKind.HEARD, Heard("", "Sarah")))


# Order

ASKED = [
    ("pt", "order/update", "Por favor, atualize sua reclamação."),
    ("pt", "order/correction", "Corrija o seu comentário, por favor."),
    ("pt", "order/removal", "Pode apagar o post?"),
    ("es", "order/update", "Actualice su reseña, por favor."),
    ("es", "order/correction", "Le pedimos que rectifique la reseña."),
    ("es", "order/removal", "¿Puede borrar el comentario?"),
    ("pl", "order/update", "Prosimy o aktualizację opinii."),
    ("pl", "order/correction", "Prosimy o sprostowanie wpisu."),
    ("pl", "order/removal", "Proszę usunąć swój komentarz."),
    ("en", "order/update", "Please update your review."),
    ("en", "order/correction", "Please correct your post."),
    ("en", "order/removal", "Please delete your tweet."),
]


@pytest.mark.parametrize(("language", "id", "text"), ASKED)
def test_nothing_is_asked_before_the_agreement_and_each_in_its_turn(language, id, text):
    """003-14 and tension 3: an update first, then a correction, then the removal."""
    found = order(text, language, agreed=False)
    assert ids(found) == [id]
    assert found[0].severity is Severity.BLOCK
    before = {"order/update": "", "order/correction": "update", "order/removal": "correction"}[id]
    assert order(text, language, agreed=True, asked=before) == ()
    if before:
        assert ids(order(text, language, agreed=True, asked="")) == [id]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pt", "Apague o post e devolvemos o frete."),
        ("es", "Si borra el comentario, le damos un cupón."),
        ("pl", "Usuń wpis, a zwrócimy pieniądze."),
        ("en", "Delete your review and we'll refund you."),
    ],
)
def test_a_remedy_is_never_the_price_of_a_removal(language, text):
    """003-14 and tension 4: also when everything was agreed."""
    assert ids(order(text, language, agreed=True, asked="correction")) == ["order/remedy-for-removal"]


@pytest.mark.parametrize(
    ("language", "text", "apart"),
    [
        ("pt", "Apague o post. Em troca devolvemos o frete.", "Apague o post. O frete é devolvido na terça."),
        ("es", "Borre la reseña. A cambio le damos un cupón.", "Borre la reseña. Mañana le damos un cupón."),
        ("pl", "Usuń wpis. W zamian damy kupon.", "Usuń wpis. Jutro damy kupon."),
        ("en", "Please delete it. In return we'll refund you.", "Please delete it. We'll refund you tomorrow."),
    ],
)
def test_what_is_given_in_return_is_joined_to_the_sentence_before(language, text, apart):
    """Tension 4: two sentences, and one price."""
    assert ids(order(text, language, agreed=True, asked="correction")) == ["order/remedy-for-removal"]
    assert order(apart, language, agreed=True, asked="correction") == ()


def test_to_change_it_is_asked_of_a_review_and_not_of_a_battery():
    assert ids(order("Leímos su reseña. Cámbiela, por favor.", "es", agreed=False)) == ["order/update"]
    assert order("La batería falla: cámbiela cuando pueda.", "es", agreed=False) == ()


def test_to_take_out_a_part_of_a_post_is_a_correction():
    text = "Peço que retire do seu post o trecho sobre a tripulação."
    assert ids(order(text, "pt", agreed=False)) == ["order/correction"]


def test_an_app_is_updated_and_no_post():
    assert order("Atualize o aplicativo e troque a senha, por favor.", "pt", agreed=False) == ()


def test_what_we_correct_ourselves_is_not_asked_of_the_customer():
    assert order("I'll have the post corrected by our web team, and we'll fix the thread.", "en", agreed=False) == ()


# Own words


def test_a_hole_that_still_stands_blocks_where_it_stands():
    """001-15 and tension 1: a template is a draft with holes that a person fills."""
    found = own_words("Olá, ⟦nome⟧.", "pt")
    assert [(each.id, each.start, each.end) for each in found] == [("own-words/unfilled", 5, 11)]


def test_the_same_text_to_another_customer_blocks():
    """003-05"""
    sent = "Olá, João. Sinto muito pela mesa que não chegou, respondo amanhã às 15h."
    assert ids(own_words(sent.replace("João", "Rita"), "pt", earlier=(sent,))) == ["own-words/repeated"]
    assert own_words("Oi, Rita. A cadeira quebrada já tem conserto marcado.", "pt", earlier=(sent,)) == ()


def test_a_reply_without_a_word_of_the_case_warns():
    assert ids(own_words("Obrigado por escrever.", "pt", complaint="geladeira quebrada")) == ["own-words/case"]
    assert own_words("A geladeira sai amanhã.", "pt", complaint="geladeira quebrada") == ()


def test_two_sentences_of_ones_own_are_enough():
    """004-28"""
    frame = "Olá. Li sobre ⟦problema⟧ e sinto muito pela experiência que você teve com a nossa loja. Respondo ⟦prazo⟧."
    text = frame.replace("⟦problema⟧", "o sofá rasgado").replace("⟦prazo⟧", "amanhã")
    own = "Eu mesmo vi as fotos hoje cedo. Também liguei para o motorista da entrega."
    assert share_of_own(text, frame) == (0, 0)
    assert ids(own_words(text, "pt", frame=frame)) == ["own-words/share"]
    assert own_words(text, "pt", frame=frame)[0].severity is Severity.BLOCK
    assert own_words(f"{text} {own}", "pt", frame=frame) == ()


# The shipped templates, and the door

LIBRARY = load()


@pytest.mark.parametrize("template", LIBRARY.templates, ids=[f"{t.language}/{t.name}" for t in LIBRARY.templates])
def test_a_shipped_reply_filled_with_its_examples_lacks_own_words_alone(template: Template):
    assert template_findings(template, PLAN, NOW) == ()
    text = filled(template, PLAN, "facebook")
    found = own_words(text, template.language, frame=draft(template, {**known(PLAN), "channel": "facebook"}))
    assert {finding.id for finding in found} == {"own-words/share"}


def test_the_worst_comes_first_and_then_the_place():
    text = "Você é um idiota. Apague o post!!! ⟦nome⟧"
    found = findings(Draft(text, ReplyKind.HEARD, "pt", NOW, PLAN, complaint="mesa", author="João"))
    rank = [(list(Severity).index(finding.severity), finding.start) for finding in found]
    assert rank == sorted(rank)
    assert {"calm/insult", "order/removal", "calm/exclamation", "own-words/unfilled", "empathy/name"} <= set(ids(found))


PIECES = st.sampled_from(
    [
        "você deveria ter ",
        "se você ",
        "apague o post ",
        "e devolvemos ",
        "!!!",
        "?!",
        '"',
        "„",
        "”",
        "«",
        "SEM RESPOSTA ",
        "⟦",
        "⟧",
        "{{",
        "ﬁ",
        "\u200b",
        "１２３",
        "we are sorry if ",
        "przykro nam, że ",
        "amanhã às 15h ",
        "\n",
        ". ",
        "İ",
        "ß",
        "delete your post ",
        "and we'll refund ",
        "👩\u200d🔧",
    ]  # fmt: skip
)


@settings(max_examples=150, deadline=None)
@given(
    text=st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=25).map("".join)),
    complaint=st.text(max_size=40),
    author=st.text(max_size=20),
    kind=st.sampled_from(list(ReplyKind)),
    language=st.sampled_from(LANGUAGES),
    frame=st.text(max_size=60),
)
def test_any_text_is_read_and_every_finding_stands_within_it(text, complaint, author, kind, language, frame):
    asked = Draft(
        text, kind, language, NOW, PLAN, complaint=complaint, author=author, legal=True, frame=frame, earlier=(frame,)
    )
    found = findings(asked)
    assert found == findings(asked)
    for finding in found:
        assert 0 <= finding.start <= finding.end <= len(text)
        assert finding.rules


@each_language
def test_every_list_compiles_within_its_memory(language):
    for name in ("calm/insult", "calm/blame", "order/removal", "empathy/when"):
        assert phrases(language, name).phrases


# How good they are on the corpora

AIMS = [("calm", 0.95, 0.85), ("empathy", 0.95, 0.85), ("order", 0.95, 0.85), ("language", 0.95, 0.95)]


@each_language
@pytest.mark.parametrize(("check", "precision", "recall"), AIMS)
def test_the_checks_keep_their_aims_on_what_they_were_tuned_on(language, check, precision, recall):
    by_id, _, mistakes = quality.measured(language, "dev", check)
    score = quality.total(by_id)
    assert score.precision >= precision, [(each.id, each.text) for each in mistakes]
    assert score.recall >= recall, [(each.id, each.text) for each in mistakes]


# The committee's own phrases


def read_with(own, text, **more):
    plan = Plan(brand="Loja Azul", committee=(), phrases={"pt": own})
    return findings(Draft(text, ReplyKind.SOLUTION, "pt", NOW, plan, author="", **more))


def calm_of(found):
    return [each.id for each in found if each.id.startswith(("calm/", "discretion/"))]


def test_a_phrase_of_the_committee_is_found_besides():
    text = "Oi, Ana. A lua manda aqui dentro, e a sua Vespa não muda isso."
    assert calm_of(read_with(OwnPhrases(), text)) == []
    own = OwnPhrases(dismissal=("lua … dentro",), sensitive=("sua vespa*",))
    (dismissal, sensitive) = [each for each in read_with(own, text) if each.id.startswith(("calm/", "discretion/"))]
    assert (dismissal.id, text[dismissal.start : dismissal.end]) == ("calm/dismissal", "lua manda aqui dentro")
    assert (sensitive.id, text[sensitive.start : sensitive.end]) == ("discretion/sensitive", "sua Vespa")


def test_what_the_committee_finds_fine_is_not_found():
    text = "Fica calma, vai dar certo."
    assert calm_of(read_with(OwnPhrases(), text)) == ["calm/dismissal"]
    assert calm_of(read_with(OwnPhrases(fine=("fica calma",)), text)) == []


def test_nothing_private_is_ever_fine():
    text = "Pague com o cartão 4111 1111 1111 1111."
    assert calm_of(read_with(OwnPhrases(fine=("cartao 4111 1111 1111 1111",)), text)) == ["discretion/card"]


def test_a_phrase_that_is_listed_already_is_found_once():
    own = OwnPhrases(dismissal=("fica calma",))
    assert calm_of(read_with(own, "Fica calma, vai dar certo.")) == ["calm/dismissal"]


def test_an_own_admission_counts_where_the_case_has_a_legal_face():
    own = OwnPhrases(admission=("foi nosso o vacilo",))
    assert calm_of(read_with(own, "Ana, foi nosso o vacilo.")) == []
    assert calm_of(read_with(own, "Ana, foi nosso o vacilo.", legal=True)) == ["calm/admission"]


def test_own_words_of_regret_are_regret():
    text = "Ana, doeu na gente o sofá rasgado. Amanhã às 10h ligo para você."
    kept = Draft(text, ReplyKind.SOLUTION, "pt", NOW, PLAN, complaint="sofá rasgado", author="Ana")
    assert "empathy/regret" in ids(findings(kept))
    own = Plan(brand="Loja Azul", committee=(), phrases={"pt": OwnPhrases(regret=("doeu na gente",))})
    assert "empathy/regret" not in ids(findings(replace(kept, plan=own)))


def test_a_phrase_of_the_committee_counts_in_its_language_alone():
    own = Plan(brand="Loja Azul", committee=(), phrases={"es": OwnPhrases(insult=("fica calma",))})
    assert calm_of(findings(Draft("Fica calma, vai dar certo.", ReplyKind.SOLUTION, "pt", NOW, own))) == [
        "calm/dismissal"
    ]
