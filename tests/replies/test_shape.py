"""Length and signs: what a network refuses, and what it shows otherwise than it was meant (rule 001-19)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.draft_checks.draft import Draft, findings
from bot.core.draft_checks.finding import Severity
from bot.core.draft_checks.shape import is_near, longest, shape
from bot.core.plan import Channel, Plan
from bot.core.replies import LIMITS, fitting, length
from bot.core.replies.networks import NETWORKS
from bot.core.replies.template import ReplyKind
from bot.core.words import Words

PLAN = Plan(brand="Loja Azul", committee=())


def found(text, channel, plan=PLAN):
    return [(each.id, text[each.start : each.end], each.instead) for each in shape(text, channel, plan)]


@pytest.mark.parametrize("channel", sorted(LIMITS))
def test_a_text_that_fits_to_the_last_sign_is_let_pass_and_one_more_stops_it(channel):
    text = "a" * LIMITS[channel]
    assert found(text, channel) == []
    assert found(f"{text}bc", channel) == [("length/too-long", "bc", "")]


def test_it_stops_a_text_through_the_one_door_and_says_by_how_much():
    draft = Draft("a" * 281, ReplyKind.HEARD, "en", datetime(2026, 8, 24, tzinfo=UTC), PLAN, channel="x")
    (finding,) = [each for each in findings(draft) if each.id == "length/too-long"]
    assert finding.severity is Severity.BLOCK
    assert Words("en").line(finding.sentence) == "It is 1 character too long for X, which takes 280."


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("a" * 256 + " https://aurora.example.com/" + "a" * 90, 0),
        ("a" * 258 + " https://aurora.example.com/help", 2),
        ("a" * 278 + "👩‍👩‍👧", 0),
        ("a" * 279 + "😀", 1),
    ],
)
def test_x_counts_as_x_does(text, over):
    """A link counts 23 and an emoji 2, however long they are."""
    assert [each.sentence.n for each in shape(text, "x", PLAN)] == ([over] if over else [])


def test_google_counts_bytes():
    assert found("ą" * 2_048, "google") == []
    assert found("ą" * 2_049, "google") == [("length/too-long", "ą", "")]


def test_the_plan_knows_better():
    plan = Plan(brand="Loja Azul", committee=(), channels={"x": Channel(longest=25_000), "forum": Channel(longest=10)})
    assert (longest("x", plan), longest("forum", plan), longest("blog", plan)) == (25_000, 10, None)
    assert found("a" * 11, "forum", plan) == [("length/too-long", "a", "")]


@pytest.mark.parametrize(("many", "near"), [(265, False), (266, True), (280, True), (281, False)])
def test_from_95_percent_on_there_is_little_room_left(many, near):
    assert is_near("a" * many, "x", PLAN) is near
    assert not is_near("a" * many, "forum", PLAN)


@given(st.text(alphabet="aé😀\n https://x.com/", max_size=400), st.sampled_from(["x", "google", "tiktok"]))
def test_what_fits_is_the_longest_beginning_that_does(text, channel):
    end = fitting(text, channel, 150)
    assert length(text[:end], channel) <= 150 or end == 0
    if length(text, channel) <= 150:
        assert end == len(text)


MARKED = [
    ("Olá **João**, lamento", "**João**", "João"),
    ("veja [aqui](https://a.com/x) o caso", "[aqui](https://a.com/x)", "aqui: https://a.com/x"),
    ("isto <b>já</b>", "<b>", ""),
    ("linha<br/>outra", "<br/>", ""),
    ("nós *sentimos* muito", "*sentimos*", "sentimos"),
    ("nós _sentimos_ muito", "_sentimos_", "sentimos"),
    ("um __forte__ abraço", "__forte__", "forte"),
    ("Oi.\n# Resposta", "# ", ""),
]


@pytest.mark.parametrize(("text", "signs", "instead"), MARKED)
@pytest.mark.parametrize("channel", ["facebook", "x", "instagram", "reclameaqui", "google"])
def test_markup_that_everybody_would_read_raw_is_found(channel, text, signs, instead):
    assert ("form/markup", signs, instead) in found(text, channel)
    assert all(each.severity is Severity.WARN for each in shape(text, channel, PLAN))


@pytest.mark.parametrize(("text", "signs", "instead"), MARKED)
@pytest.mark.parametrize("channel", ["forum", "blog", "mail", "other", ""])
def test_where_markdown_may_be_shown_it_is_left_alone(channel, text, signs, instead):
    assert found(text, channel) == []


@pytest.mark.parametrize(
    "text",
    [
        "nota 5*, 2 * 3 * 4 e #atraso",
        "o cartão terminado em **** 1234",
        "meu_arquivo_final e @_ana_ no perfil",
        "I <3 you, a < b > c",
        "- um item\n- outro item",
        "[nome] e (https://a.com)",
        "https://a.com/x_y_z?b=*",
    ],
)
def test_signs_that_are_no_markup_are_left_alone(text):
    assert found(text, "facebook") == []


def test_every_network_that_has_a_limit_counts_it_in_a_way_we_know():
    assert {name for name, each in NETWORKS.items() if each.longest} == set(LIMITS)
    assert all(length("a", name) == 1 for name in NETWORKS)
