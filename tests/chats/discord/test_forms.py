"""Forms as windows: within Discord's limits, whatever stands in them, and read back whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chats.discord.card import Look, lines_of
from adapters.chats.discord.forms import fits, menu, modal, submission
from adapters.chats.discord.limits import check_components, check_modal
from adapters.chats.discord.privately import typed
from bot.core.cards import Choice, Field, FieldKind, Form
from tests.chats.discord.judges import read
from tests.chats.discord.kinds import ACCOUNTS, LINKS, forms, plan
from tests.chats.discord.test_injection import PAYLOADS

LOOK = Look(plan(), LINKS, is_private=True)
NAMES = sorted(forms())


def window(form):
    shown = lines_of([line for line in (form.error, *form.lines) if line], LOOK)
    return modal(form, "h:facts 12", shown).to_dict()


def parts(made):
    return [part for part in made["components"] if part["type"] == 18]


@pytest.mark.parametrize("name", NAMES)
def test_every_form_of_the_product_becomes_a_window(name):
    form = forms()[name]
    if not form.fields:
        return
    made = window(form)
    check_modal(made)
    assert [part["component"]["custom_id"] for part in parts(made)] == [field.name for field in form.fields]
    assert [part["component"]["required"] for part in parts(made)] == [field.required for field in form.fields]


def test_a_title_that_is_too_long_for_a_window_stands_in_it_whole():
    title = "Close a case when nothing is owed to the customer #12"
    made = window(Form(title, "close 12", (Field("note", "Note"),), "Record", lines=(("Soon.",),)))
    assert made["title"].endswith("…")
    above = [part["content"] for part in made["components"] if part["type"] == 10]
    assert above == ["**Close a case when nothing is owed to the customer \\#12**\nSoon."]


@pytest.mark.parametrize(
    "payload", [*PAYLOADS, "x" * 9_000, "🤯" * 5_000, "a\n" * 4_000], ids=lambda text: repr(text)[:20]
)
def test_whatever_anybody_wrote_stays_text_in_a_window(payload):
    for form in forms(payload).values():
        if not form.fields:
            continue
        made = window(form)
        check_modal(made)
        for part in made["components"]:
            if part["type"] == 10:
                read(part["content"], ACCOUNTS, "message")


@given(st.text(max_size=4_000))
def test_any_text_fits_and_what_fits_is_shown_whole(text):
    form = Form(text[:50], "facts 12", (Field("text", text[:60], FieldKind.TEXT, text[:200], text),), "Record")
    check_modal(window(form))
    assert fits(form) or len(text.encode("utf-16-le")) // 2 > 4_000


@given(st.dictionaries(st.text(min_size=1, max_size=100), st.text(max_size=200), min_size=1, max_size=25))
def test_any_choices_are_a_menu_that_discord_takes(choices):
    fields = Field("step", "Step", FieldKind.CHOICE, choices=tuple(Choice(v, label) for v, label in choices.items()))
    made = modal(Form("t", "skip 12", (fields,), "Record"), "h:skip 12").to_dict()
    check_modal(made)


def test_a_choice_that_discords_menus_cannot_hold_is_typed():
    many = tuple(Choice(f"c{n}", f"Choice {n}") for n in range(26))
    form = Form("t", "reply 12", (Field("template", "Template", FieldKind.CHOICE, choices=many),), "Next")
    (part,) = parts(window(form))
    assert part["component"]["type"] == 4


def test_a_menu_in_a_message_has_its_choice_made():
    field = Field(
        "t", "T", FieldKind.CHOICE, value="b", choices=(Choice("a", "A"), Choice("b", "B"), Choice("a", "A2"))
    )
    made = menu(field, "c:t:reply 12").to_component_dict()
    check_components([{"type": 1, "components": [made]}])
    assert [(each["value"], each["default"]) for each in made["options"]] == [("a", False), ("b", True)]


def test_what_was_submitted_is_read_whatever_it_stands_in():
    data = {
        "custom_id": "h:private 12",
        "components": [
            {"type": 10, "id": 1},
            {"type": 18, "component": {"type": 3, "custom_id": "where", "values": ["phone"]}},
            {"type": 18, "component": {"type": 4, "custom_id": "note", "value": ""}},
            {"type": 1, "components": [{"type": 4, "custom_id": "text", "value": "a\nb"}]},
        ],
    }
    assert submission(data) == ("h:private 12", {"where": "phone", "text": "a\nb"})
    assert submission({}) == ("", {})


def test_what_was_typed_comes_back_whole():
    assert typed([Field("text", "Text", value="one\ntwo")]) == "one\ntwo"
    several = [Field("what", "What", value="a call"), Field("by", "By", value="2h"), Field("note", "Note")]
    assert typed(several) == "What: a call\nBy: 2h"
    assert typed([]) == ""


def test_a_draft_longer_than_an_input_is_not_opened_but_handed_over():
    assert not fits(Form("t", "reply 12", (Field("text", "Text", FieldKind.TEXT, value="x" * 4_001),), "Accept"))
    assert not fits(Form("t", "claim 12", (), "Record"))
