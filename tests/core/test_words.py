"""Heard's own sentences: all there in every language, whole, and counted as people count."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog, Message
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogs import ROOT, catalog_of, sentences
from bot.core.commands import COMMANDS, slots, summary
from bot.core.showing.card import _LABELS
from bot.core.when import read_when
from bot.core.words import LANGUAGES, At, CaseLink, Code, Sentence, WebLink, Who, Words, count, plain, say

TRANSLATED = LANGUAGES[1:]
#: The hints of fields that are examples to type; each part has to be read as a moment.
EXAMPLES = ("2h, tomorrow 9:00, fri", "today, tomorrow 12:00, 2h, fri 17:00")
#: A hint that ends in examples of a moment that has passed.
PAST_EXAMPLES = "When the customer posted it: 2h, yesterday 18:00"
#: Words that are typed, or are a choice's value: they stay as they are in every language.
TYPED_CHOICES = {
    "phone, ticket or dm": "phone ticket dm",
    "yes, no or unreachable": "yes no unreachable",
    "statement, update or wrap-up": "statement update wrap-up",
    "advocate, satisfied, neutral, lost or unreachable": "advocate satisfied neutral lost unreachable",
    "Complaint, question or praise": "complaint question praise",
    "en, es, pl or pt": "en es pl pt",
    "Where it stands: facebook, x, reclameaqui…": "facebook x reclameaqui",
}
#: Longest description of a command or an option (Discord, "Application Commands"), and longest label of a field (Discord, "Modals").
DESCRIPTION_LIMIT, LABEL_LIMIT = 100, 45
#: Longest text of a button, and of a modal's submit (Slack, "Button element", "Views").
BUTTON_LIMIT, SUBMIT_LIMIT = 75, 24

_HOLE = re.compile(r"\{\w*\}")


@cache
def code_sentences() -> Catalog:
    return sentences()


@cache
def translated(language: str) -> Catalog:
    return catalog_of(language)


def messages(catalog: Catalog) -> Iterator[Message]:
    """Every message but the header."""
    return (message for message in catalog if message.id)


def strings(string: str | tuple[str, ...]) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (string,)


def holes(text: str) -> list[str]:
    return sorted(_HOLE.findall(text))


def button_labels() -> set[str]:
    """Labels of card buttons: the commands' own, and those that are written in place as ``Button(words.line(say(…)), …)``."""
    calls = (
        node
        for file in ROOT.glob("bot/**/*.py")
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Button" and node.args
    )
    said = (inner for call in calls for inner in ast.walk(call.args[0]) if isinstance(inner, ast.Constant))
    return {*_LABELS.values(), *(constant.value for constant in said if isinstance(constant.value, str))}


# Every sentence in every language


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_of_the_code_is_translated(language: str) -> None:
    known = translated(language)
    untranslated = [
        message.id
        for message in messages(code_sentences())
        if (found := known.get(message.id)) is None or not all(text.strip() for text in strings(found.string))
    ]
    assert untranslated == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_a_guess(language: str) -> None:
    assert [message.id for message in messages(translated(language)) if message.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_that_the_code_no_longer_says_is_kept(language: str) -> None:
    known = code_sentences()
    assert [message.id for message in messages(translated(language)) if known.get(message.id) is None] == []
    assert list(translated(language).obsolete) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_sentence_that_counts_has_every_form_of_the_language(language: str) -> None:
    catalog = translated(language)
    for message in messages(catalog):
        if message.pluralizable:
            assert len(message.string) == catalog.num_plurals, message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_form_has_exactly_the_placeholders_of_the_sentence(language: str) -> None:
    for message in messages(translated(language)):
        wanted = holes(strings(message.id)[-1])
        for text in filter(None, strings(message.string)):
            assert holes(text) == wanted, (message.id, text)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_fragment_stays_in_lower_case(language: str) -> None:
    """``the facts`` is put into ``{what}: due {at}``."""
    for message in messages(translated(language)):
        english = strings(message.id)[0]
        if english[0].islower() and " · " not in english:
            begun = [text[0] for text in strings(message.string) if text]
            assert not any(first.isupper() for first in begun), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_sentence_ends_as_the_original_does(language: str) -> None:
    """A label gets no full stop, a sentence keeps it: forms and titles rely on it."""
    for message in messages(translated(language)):
        english = strings(message.id)[0]
        for text in filter(None, strings(message.string)):
            assert text.endswith(".") == english.endswith("."), (english, text)
            assert text.endswith(":") == english.endswith(":"), (english, text)
            assert text == text.strip()


# What is typed stays typed


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("hint", TYPED_CHOICES)
def test_the_words_to_type_are_told_as_they_are_typed(language: str, hint: str) -> None:
    """They are read in English only; a hint may explain them beside it."""
    told = set(re.findall(r"[a-z-]+", Words(language).word(hint)))
    assert hint in {slot.arg.help for command in COMMANDS.values() for slot in slots(command)}
    assert set(TYPED_CHOICES[hint].split()) <= told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("hint", EXAMPLES)
def test_an_example_of_a_moment_is_read_as_one(language: str, hint: str) -> None:
    now = datetime(2026, 8, 24, 13, 0, tzinfo=UTC)
    for example in Words(language).word(hint).split(","):
        moment = read_when(example, now, ZoneInfo("Europe/Warsaw"))
        assert moment is not None, example
        assert moment > now, example


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_example_of_a_moment_that_has_passed_is_read_as_one(language: str) -> None:
    now = datetime(2026, 8, 24, 13, 0, tzinfo=UTC)
    for example in Words(language).word(PAST_EXAMPLES).partition(": ")[2].split(","):
        moment = read_when(example, now, ZoneInfo("Europe/Warsaw"), past=True)
        assert moment is not None, example
        assert moment < now, example


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_hole_stands_in_its_brackets(language: str) -> None:
    for message in messages(translated(language)):
        for text in filter(None, strings(message.string)):
            assert [text.count(mark) for mark in "⟦⟧"] == [strings(message.id)[0].count(mark) for mark in "⟦⟧"], text


def test_polish_quotes_are_polish() -> None:
    for message in messages(translated("pl")):
        for text in strings(message.string):
            assert not set(text) & set('“"«»'), text
            assert text.count("„") == text.count("”"), text


# Room for it


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_command_is_for_fits_into_a_description(language: str) -> None:
    words = Words(language)
    for command in COMMANDS.values():
        assert 0 < len(words.word(summary(command))) <= DESCRIPTION_LIMIT, summary(command)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_field_asks_for_fits_into_a_description_and_its_label(language: str) -> None:
    words = Words(language)
    for slot in (slot for command in COMMANDS.values() for slot in slots(command)):
        assert 0 < len(words.word(slot.arg.help)) <= DESCRIPTION_LIMIT, slot.arg.help
        assert 0 < len(words.word(slot.arg.label)) <= LABEL_LIMIT, slot.arg.label


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_has_room_for_its_label(language: str) -> None:
    words = Words(language)
    labels = button_labels()
    assert {"Claim", "Join with #{n}", "What I owe", "New complaint"} <= labels
    for label in labels:
        assert 0 < len(words.word(label)) <= BUTTON_LIMIT, label


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("submit", ["Record", "Next", "Accept"])
def test_every_form_has_room_for_the_word_that_sends_it(language: str, submit: str) -> None:
    assert 0 < len(Words(language).word(submit)) <= SUBMIT_LIMIT


# Counting


def light(n: int) -> Sentence:
    return count("The light is yellow: {n} case is open.", "The light is yellow: {n} cases are open.", n)


def too_long(n: int) -> Sentence:
    return count(
        "It is {n} character too long for {channel}, which takes {limit}.",
        "It is {n} characters too long for {channel}, which takes {limit}.",
        n,
        channel="X",
        limit=280,
    )


def characters(n: int) -> Sentence:
    return count("{channel} takes {n} character.", "{channel} takes {n} characters.", n, channel="X")


def seen(n: int) -> Sentence:
    return count("{n} more sighting", "{n} more sightings", n)


def after(n: int) -> Sentence:
    return count("after {n} day", "after {n} days", n)


@pytest.mark.parametrize(
    ("n", "cases", "letters", "times", "days"),
    [
        (0, "otwartych spraw", "znaków", "razy", "dniach"),
        (1, "otwarta sprawa", "znak", "raz", "dniu"),
        (2, "otwarte sprawy", "znaki", "razy", "dniach"),
        (4, "otwarte sprawy", "znaki", "razy", "dniach"),
        (5, "otwartych spraw", "znaków", "razy", "dniach"),
        (11, "otwartych spraw", "znaków", "razy", "dniach"),
        (12, "otwartych spraw", "znaków", "razy", "dniach"),
        (14, "otwartych spraw", "znaków", "razy", "dniach"),
        (21, "otwartych spraw", "znaków", "razy", "dniach"),
        (22, "otwarte sprawy", "znaki", "razy", "dniach"),
        (25, "otwartych spraw", "znaków", "razy", "dniach"),
        (112, "otwartych spraw", "znaków", "razy", "dniach"),
        (122, "otwarte sprawy", "znaki", "razy", "dniach"),
    ],
)
def test_polish_counts_as_poles_do(n: int, cases: str, letters: str, times: str, days: str) -> None:
    words = Words("pl")
    assert plain(words.text(light(n))) == f"Światło jest żółte: {n} {cases}."
    assert plain(words.text(too_long(n))) == f"Tekst jest o {n} {letters} za długi: X przyjmuje najwyżej 280."
    assert plain(words.text(characters(n))) == f"X przyjmuje najwyżej {n} {letters}."
    assert plain(words.text(seen(n))) == f"jeszcze {n} {times}"
    assert plain(words.text(after(n))) == f"po {n} {days}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("n", [0, 1, 2, 5, 12, 22, 112, 1_000_000])
def test_every_sentence_that_counts_tells_its_number_once_in_every_form(language: str, n: int) -> None:
    """Spain says *1.000.000 de*; whatever the form, the number is in it."""
    words = Words(language)
    for message in messages(code_sentences()):
        if message.pluralizable:
            one, many = message.id
            values = {name[1:-1]: "~" for name in holes(many) if name != "{n}"}
            spans = words.text(count(one, many, n, **values))
            assert spans.count(str(n)) == 1, (message.id, spans)


def test_english_is_the_language_of_the_sentences_themselves() -> None:
    assert Words("en").line(light(1)) == "The light is yellow: 1 case is open."
    assert Words("en").line(light(0)) == "The light is yellow: 0 cases are open."


# Spans


MOMENT = At(datetime(2026, 8, 25, 15, 0, tzinfo=UTC))


def test_members_times_cases_and_commands_stay_what_they_are_and_follow_the_languages_own_order() -> None:
    words = Words("pl")
    no_case = say("There is no case #{n}; {list} shows the open ones.", n=7, list=Code("list"))
    assert words.text(no_case) == ("Nie ma sprawy #", "7", "; otwarte pokaże ", Code("list"), ".")
    handed = say("{who} handed #{n} to {to}.", who=Who("ana"), n=12, to=Who("bea"))
    assert words.text(handed) == (Who("ana"), " przekazuje #", "12", ", teraz prowadzi ", Who("bea"), ".")
    joined = say("{who} joined #{n} with {other}.", who=Who("ana"), n=12, other=CaseLink(9))
    assert words.text(joined) == (Who("ana"), " łączy #", "12", " z ", CaseLink(9), ".")
    due = say("{what}: due {at}", what=say("the facts"), at=MOMENT)
    assert words.text(due) == ("fakty", ", termin ", MOMENT)
    link = WebLink("https://example.com/p/1")
    assert words.text(say("{who} posted the reply: {link}", who=Who("ana"), link=link))[-1] is link


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_of_every_sentence_arrives_as_it_was_given(language: str) -> None:
    """Each placeholder gets its own span; all of them come out, in the order of the translation."""
    words = Words(language)
    known = translated(language) if language in TRANSLATED else code_sentences()
    for message in messages(code_sentences()):
        if message.pluralizable:
            continue
        names = [name[1:-1] for name in holes(message.id)]
        values = {name: Code(name) for name in names}
        told = words.text(Sentence(message.id, values))
        pattern = known.get(message.id).string if language in TRANSLATED else ""
        order = [Code(name[1:-1]) for name in _HOLE.findall(pattern or message.id)]
        assert [span for span in told if isinstance(span, Code)] == order, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_within_a_sentence_is_said_in_the_same_language(language: str) -> None:
    words = Words(language)
    skipped = say("{who} skips the {step}: {reason}", who=Who("ana"), step=say("public wrap-up"), reason="x")
    assert words.word("public wrap-up") in words.line(skipped)


def test_a_fragment_reads_as_polish_in_the_sentences_that_take_it() -> None:
    words = Words("pl")

    def line(sentence: str, **values: object) -> str:
        return words.line(say(sentence, **values))

    ana = Who("ana")
    assert line("{who} closed #{n}: {outcome}.", who=ana, n=3, outcome=say("lost")) == "ana zamyka #3: utrata klienta."
    assert line("{who} skips the {step}: {reason}", who=ana, step=say("customer's update"), reason="usunięty wpis") == (
        "ana pomija krok „dopisek klienta”: usunięty wpis"
    )
    assert (
        line("{who} settles the details {where}.", who=ana, where=say("on the phone"))
        == "ana ustala szczegóły telefonicznie."
    )
    assert line(
        "Next in #{n}: {owed} · {command}",
        n=3,
        owed=words.text(say("{what}: due {at}", what=say("the review"), at="15:00")),
        command=Code("review 3"),
    ) == ("Dalej w #3: wnioski ze sprawy, termin 15:00 · review 3")
    assert line(
        "• {what}: {command}", what=say("asking the customer for an update"), command=Code("update-asked 3")
    ) == ("• prośba do klienta o dopisek: update-asked 3")


# Values


BRACES = ("{n}", "{who}", "{0}", "{}", "{{n}}", "{", "}", "%s", "%(n)s", "⟦hole⟧", "{who.__class__}", "{reason}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("value", BRACES)
def test_braces_in_a_value_are_text(language: str, value: str) -> None:
    dismissed = say("{who} dismissed #{n}: {reason}", who=Who("ana"), n=3, reason=value)
    told = Words(language).text(dismissed)
    assert told.count(value) == 1
    assert told.count(Who("ana")) == 1
    assert told.count("3") == 1


@given(st.text())
def test_a_value_arrives_whole_whatever_a_customer_wrote(value: str) -> None:
    assert Words("pl").text(say("Note: {note}", note=value)) == ("Notatka: ", value)
    assert Words("pl").text(say("Note: {note}", note=say("{note}", note=value))) == ("Notatka: ", value)


@given(st.text(min_size=1))
def test_a_plain_string_is_not_translated(text: str) -> None:
    assert Words("pl").text(text) == (text,)
    assert Words("pl").text("Claim") == ("Claim",)


# Loading


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_loads(language: str) -> None:
    words = Words(language)
    assert words.language == language
    assert words.line(say("Noted.")) == (words.word("Noted.") if language != "en" else "Noted.")
    assert words.word("") == "", "the header is no word"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_loaded_catalog_does_translate(language: str) -> None:
    assert Words(language).line(say("Noted.")) != "Noted."
    assert Words(language).line(light(3)) != Words("en").line(light(3))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_that_no_catalog_has_is_said_in_english(language: str) -> None:
    assert (
        Words(language).line(say("Nobody has translated {what} yet.", what="this")) == "Nobody has translated this yet."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_placeholder_without_a_value_raises_nothing(language: str) -> None:
    """A slip in a catalog or in the code must not take a reminder away; the sentence is said as well as it can be."""
    words = Words(language)
    assert "12" in words.line(Sentence("{who} gave #{n} back.", {"n": 12}))
    assert "known" in words.line(Sentence("{known} and {unknown}", {"known": "known"}))
