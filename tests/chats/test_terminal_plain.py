"""Cards and forms as plain text: stable bytes, in the brand's zone and the room's language."""

import os
import time
from datetime import UTC, datetime, timedelta

import pytest

from adapters.chats.terminal.looks import Looks
from adapters.chats.terminal.plain import Plain, clip, safe
from bot.core.cards import Button, Card, Choice, Fact, Field, FieldKind, Form, Section
from bot.core.words import Added, At, CaseLink, Code, Gone, WebLink, Who, Words
from bot.demo.people import START, demo_plan

NOW = START
LANGUAGES = ["en", "es", "pl", "pt"]


def plain(language="en"):
    words = Words("en")
    words.language = language
    return Plain(demo_plan(language), words)


@pytest.mark.parametrize(
    ("language", "tomorrow", "last_year"),
    [
        ("en", "25 Aug 10:05", "24 Aug 2025 10:00"),
        ("es", "25 ago 10:05", "24 ago 2025 10:00"),
        ("pl", "25 sie 10:05", "24 sie 2025 10:00"),
        ("pt", "25 de ago. 10:05", "24 de ago. de 2025 10:00"),
    ],
)
def test_a_time_is_as_short_as_today_allows(language, tomorrow, last_year):
    say = plain(language)
    assert say.moment(NOW + timedelta(minutes=5), NOW) == "10:05"
    assert say.moment(NOW + timedelta(days=1, minutes=5), NOW) == tomorrow
    assert say.moment(datetime(2025, 8, 24, 13, tzinfo=UTC), NOW) == last_year


def test_the_day_is_the_brands_not_utcs():
    late_in_utc = datetime(2026, 8, 25, 1, 30, tzinfo=UTC)
    assert plain().moment(late_in_utc, NOW) == "22:30"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("month", range(1, 13))
def test_no_wide_or_narrow_spaces_are_printed(language, month):
    at = datetime(2027, month, 3, 12, tzinfo=UTC)
    told = plain(language).moment(at, NOW) + plain(language).day(at, with_weekday=True, with_year=True)
    assert not [char for char in told if char.isspace() and char != " "]


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles", "UTC"])
def test_the_machines_zone_and_locale_change_nothing(zone, monkeypatch):
    monkeypatch.setenv("TZ", zone)
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("LANGUAGE", "de")
    time.tzset()
    try:
        assert plain("pl").moment(NOW + timedelta(days=1), NOW) == "25 sie 10:00"
    finally:
        monkeypatch.undo()
        os.environ.pop("TZ", None)
        time.tzset()


def test_spans_become_plain_words():
    text = (
        Who("ana"),
        " has ",
        CaseLink(12),
        ", see ",
        Code("show 12"),
        ": ",
        WebLink("https://a.example/1", "post"),
        " ",
        At(NOW),
    )
    assert plain().text(text, NOW) == "ana has #12, see `show 12`: post (https://a.example/1) 10:00"
    assert plain().text((WebLink("https://a.example"),), NOW) == "https://a.example"


def test_what_changed_in_a_text_has_brackets_where_there_is_no_style():
    text = ("we are ", Gone("not \x1b[31m"), " ", Added("very"), " sorry")
    assert plain().text(text, NOW) == "we are [-not [31m-] {+very+} sorry"


CARD = Card(
    title="#12 Facebook · new",
    case=12,
    quote="Meu pedido não chegou\ne ninguém responde",
    byline=("João, posted ", At(NOW)),
    link="https://facebook.example/1",
    lines=(("one",), ("two",)),
    facts=(Fact("Owner", ("nobody yet",)), Fact("Next", ("somebody: due ", At(NOW)))),
    sections=(Section("History", (("then",), ("now",))),),
    copy="Olá, João\n\ntchau",
    buttons=(Button("Claim", "claim 12", is_main=True), Button("Dismiss", "dismiss 12", is_danger=True)),
    calls=("ana", "bea"),
)


def test_a_card_leads_with_the_customers_words():
    assert plain().lines(CARD, NOW) == [
        "#12 Facebook · new",
        "“Meu pedido não chegou",
        "e ninguém responde”",
        "— João, posted 10:00",
        "https://facebook.example/1",
        "one",
        "two",
        "Owner: nobody yet",
        "Next: somebody: due 10:00",
        "History",
        "  then",
        "  now",
        "│ Olá, João",
        "│",
        "│ tchau",
        "[Claim] [Dismiss]",
    ]


def test_a_card_in_one_line_leaves_its_number_to_the_reader():
    card = Card(title=CARD.title, case=12, quote=CARD.quote, byline=("João",), facts=CARD.facts, buttons=CARD.buttons)
    assert plain().one_line(card, NOW) == (
        "Facebook · new · “Meu pedido não chegou e ninguém responde” (João) · "
        "Owner: nobody yet · Next: somebody: due 10:00 [Claim] [Dismiss]"
    )


def test_one_line_is_one_line_whatever_stands_in_the_card():
    card = Card(
        title="t",
        quote="a\nb",
        facts=(Fact("Facts", ("first\nsecond",)),),
        copy="x\ny",
        sections=(Section("s", (("p\nq",),)),),
    )
    assert "\n" not in plain().one_line(card, NOW)
    assert plain().one_line(Card(), NOW) == ""


def test_who_is_rung_is_said():
    assert plain().calls(CARD) == "@ana @bea"


def test_a_form_shows_its_error_its_fields_and_what_stands_in_them():
    form = Form(
        title="Reply in #1",
        command="reply 1",
        fields=(
            Field("template", "Template", FieldKind.CHOICE, value="b", choices=(Choice("a", "A"), Choice("b", "B"))),
            Field("text", "Your text", FieldKind.TEXT, hint="Make it yours", value="one\n\ntwo"),
            Field("note", "Note", required=False),
        ),
        submit="Accept",
        lines=(("“quote”",),),
        error=("There is a hole in ", Code("x")),
    )
    assert plain().form_lines(form, NOW) == [
        "Reply in #1",
        "! There is a hole in `x`",
        "“quote”",
        "Template: a | *b",
        "Your text (Make it yours):",
        "│ one",
        "│",
        "│ two",
        "Note?:",
        "[Accept]",
    ]


@pytest.mark.parametrize(
    "bad", ["\x1b[2J", "\x1b]52;c;aGk=\x07", "\x07", "\u202e", "\u2066", "\x9b31m", "\r", "\u200b"]
)
def test_nothing_that_a_terminal_obeys_is_printed(bad):
    assert safe(f"a{bad}b").startswith("a")
    assert not {"\x1b", "\x07", "\u202e", "\u2066", "\x9b", "\r", "\u200b"} & set(safe(f"a{bad}b"))
    card = Card(title=bad, quote=bad, byline=(bad,), link=bad, lines=((bad,),), facts=(Fact(bad, (bad,)),), copy=bad)
    told = "\n".join([*plain().lines(card, NOW), plain().one_line(card, NOW)])
    assert all(char == "\n" or char.isprintable() for char in told)


def test_letters_and_joined_signs_of_every_language_stay():
    for text in ("ção ñ łódź ¿?", "👩\u200d💻", "日本", "שלום"):
        assert safe(text) == text


def test_a_clipped_text_ends_with_an_ellipsis():
    assert clip("a " * 50, 10) == "a a a a a…"
    assert clip("  a \n b ", 10) == "a b"


def test_what_changed_in_a_text_is_struck_out_and_underlined_on_the_screen():
    said = Looks(plain()).text(("we are ", Gone("[b]not\x1b[1m"), " ", Added("very"), " sorry"), NOW)
    assert said.plain == "we are [b]not[1m very sorry"
    assert [(said.plain[span.start : span.end], span.style) for span in said.spans] == [
        ("[b]not[1m", "strike"),
        ("very", "underline"),
    ]
