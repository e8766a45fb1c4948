"""Slack's limits hold for every payload, whatever is put in; what may not be cut is refused."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adapters.chats.slack import limits
from adapters.chats.slack.blocks import Look, message
from adapters.chats.slack.limits import LIMITS, TooMuch, checked, most, shown_size
from adapters.chats.slack.views import modal
from bot.core.cards import Button, Card, Choice, Fact, Field, FieldKind, Form, Section
from bot.core.literal import clip, size
from bot.core.words import Added, At, CaseLink, Code, Gone, WebLink, Who
from tests.chats.slack.judges import judge
from tests.chats.slack.made import plan
from tests.core.made import NOW

LOOK = Look(plan(), {3: "https://aurora.slack.com/archives/C1/p1"})
ACCOUNTS = {"U01ANA", "U02LIA"}

text = st.text(max_size=60) | st.builds(
    lambda t, n: t * n, st.text(min_size=1, max_size=8), st.sampled_from([1, 100, 1_500])
)
spans = st.lists(
    text
    | st.sampled_from([Who("ana"), Who("nobody"), At(NOW), CaseLink(3), CaseLink(4), Code("claim 12")])
    | st.builds(Gone, text)
    | st.builds(Added, text)
    | st.builds(WebLink, text | st.just("https://example.com/1"), text),
    max_size=5,
).map(tuple)
lines = st.lists(spans, max_size=8).map(tuple)
commands = st.sampled_from(["claim 12", "reply 12", "done 12 1"])
cards = st.builds(
    Card,
    title=text,
    quote=text,
    byline=spans,
    link=text,
    lines=lines,
    facts=st.lists(st.builds(Fact, text, spans), max_size=6).map(tuple),
    sections=st.lists(st.builds(Section, text, lines), max_size=3).map(tuple),
    copy=text.map(lambda copy: copy[:8_000]),
    buttons=st.lists(st.builds(Button, st.text(max_size=100), commands, st.booleans(), st.booleans()), max_size=30).map(
        tuple
    ),
    calls=st.lists(st.sampled_from(["ana", "lia", "rui", "gone"]), max_size=5).map(tuple),
)
short = st.text(max_size=100)
choices = st.builds(
    lambda n, label: tuple(Choice(f"v{each}", label) for each in range(n)), st.sampled_from([0, 1, 2, 100, 101]), short
)
fields = st.lists(
    st.builds(
        Field,
        st.text("abc_", min_size=1, max_size=20),
        text,
        st.sampled_from(FieldKind),
        text,
        text,
        st.booleans(),
        choices,
    ),
    max_size=5,
    unique_by=lambda field: field.name,
).map(tuple)
forms = st.builds(
    Form,
    title=text,
    command=st.text(min_size=1, max_size=1_500),
    fields=fields,
    submit=text,
    lines=st.lists(spans, max_size=8).map(tuple),
    error=spans,
)


@settings(
    deadline=None,
    max_examples=50,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(cards)
def test_any_card_is_a_message_that_slack_takes(card):
    judge(message(card, LOOK), ACCOUNTS)


@settings(
    deadline=None,
    max_examples=50,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(forms)
def test_any_form_is_a_view_that_slack_takes(form):
    judge(modal(form, LOOK), ACCOUNTS)


@given(st.text(), st.integers(1, 50))
def test_a_clipped_text_is_no_longer_than_its_limit_and_is_whole_text(said, limit):
    clipped = clip(said, limit)
    assert size(clipped) <= limit
    assert clipped == said or (clipped.endswith("…") and said.startswith(clipped[:-1]))


def test_pictures_count_as_slack_counts_them():
    assert size("é") == 1
    assert size("😀") == 2
    assert clip("😀😀😀", 4) == "😀…"


def test_each_limit_names_its_page():
    assert all(limit.most > 0 and limit.page for limit in LIMITS.values())


# What is refused


def blocks_of(*blocks):
    return {"text": "x", "blocks": list(blocks)}


def actions(*elements, block_id="actions/0"):
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def button(n=0, **more):
    text = {"type": "plain_text", "text": "x", "emoji": False}
    return {"type": "button", "action_id": f"heard/{n}", "text": text, "value": "claim 12", **more}


def plain(text):
    return {"type": "plain_text", "text": text, "emoji": False}


def rich(*texts):
    elements = [{"type": "text", "text": text} for text in texts]
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}


DIVIDER = {"type": "divider"}
INPUT = {
    "type": "input",
    "block_id": "field/a",
    "label": plain("a"),
    "element": {"type": "plain_text_input", "action_id": "a"},
}
LONG = {"type": "static_select", "action_id": "a", "options": [{"text": plain("x"), "value": "y" * 151}]}
MANY = {"type": "static_select", "action_id": "a", "options": [{"text": plain("x"), "value": "y"}] * 101}
REFUSED = {
    "51 blocks in a message": blocks_of(*[DIVIDER] * 51),
    "101 blocks in a view": {"type": "home", "blocks": [DIVIDER] * 101},
    "26 buttons in a row": blocks_of(actions(*(button(n) for n in range(26)))),
    "11 elements in a context": blocks_of({"type": "context", "elements": [plain("x")] * 11}),
    "11 fields in a section": blocks_of({"type": "section", "fields": [plain("x")] * 11}),
    "a value over 2,000": blocks_of(actions(button(value="x" * 2_001))),
    "an option's value over 150": {"type": "modal", "submit": plain("x"), "blocks": [INPUT | {"element": LONG}]},
    "101 options": {"type": "modal", "submit": plain("x"), "blocks": [INPUT | {"element": MANY}]},
    "a block_id twice": blocks_of(actions(button()), actions(button())),
    "an action_id twice": blocks_of(actions(button(1), button(1))),
    "an id over 255": blocks_of(actions(button(action_id="x" * 256))),
    "an empty id": blocks_of(actions(button(), block_id="")),
    "private metadata over 3,000": {"type": "modal", "private_metadata": "x" * 3_001, "blocks": []},
    "an input without submit": {"type": "modal", "blocks": [INPUT]},
    "an input text over 3,000": {
        "type": "modal",
        "submit": plain("x"),
        "blocks": [INPUT | {"element": INPUT["element"] | {"initial_value": "x" * 3_001}}],
    },
    "a link over 3,000": blocks_of(
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "link", "url": "https://a.b/" + "x" * 3_000}]}
            ],
        }
    ),
    "text to copy over 10,000": blocks_of(
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x" * 10_001}]}],
        }
    ),
}


@pytest.mark.parametrize("payload", REFUSED.values(), ids=REFUSED)
def test_what_may_not_be_cut_is_refused_and_the_page_is_named(payload):
    with pytest.raises(TooMuch, match=r"docs\.slack\.dev/"):
        checked(payload)


@pytest.mark.parametrize("payload", REFUSED.values(), ids=REFUSED)
def test_a_payload_is_never_changed_in_place(payload):
    before = repr(payload)
    with pytest.raises(TooMuch):
        checked(payload)
    assert repr(payload) == before


# What is shortened


def test_what_is_read_is_shortened_where_it_stands():
    long = "x" * 4_000
    made = checked(
        blocks_of(
            {"type": "header", "text": plain(long)},
            {"type": "section", "text": plain(long), "fields": [plain(long)]},
            actions(button(text=plain(long))),
        )
    )
    header, section, row = made["blocks"]
    assert size(header["text"]["text"]) == most("header") == 150
    assert size(section["text"]["text"]) == 3_000
    assert size(section["fields"][0]["text"]) == 2_000
    assert size(row["elements"][0]["text"]["text"]) == 75


def test_a_view_keeps_its_titles_short():
    made = checked({"type": "modal", "title": plain("x" * 25), "submit": plain("y" * 25), "blocks": []})
    assert made["title"]["text"] == "x" * 23 + "…"
    assert size(made["submit"]["text"]) == 24


def test_long_texts_are_cut_alike_and_short_ones_stay():
    made = checked(blocks_of(rich("a" * 9_000), rich("b" * 9_000), rich("short")))
    texts = [block["elements"][0]["elements"][0]["text"] for block in made["blocks"]]
    assert size(texts[0]) == size(texts[1]) > 4_900
    assert texts[2] == "short"
    assert shown_size(made["blocks"]) <= most("all blocks")


def test_of_many_short_lines_the_last_are_left_out():
    made = checked(blocks_of(rich(*("line of forty characters, more or less\n",) * 500), rich("below")))
    elements = made["blocks"][0]["elements"][0]["elements"]
    assert elements[-1]["text"] == "…"
    assert 200 < len(elements) < 300
    assert made["blocks"][1] == rich("below")


def test_text_to_copy_stays_whole_beside_a_long_quote():
    reply = "r" * 8_000
    made = message(Card(quote="q" * 8_000, copy=reply), LOOK)
    assert made["blocks"][-1]["elements"][0]["elements"] == [{"type": "text", "text": reply}]
    assert shown_size(made["blocks"]) <= limits.most("all blocks")
