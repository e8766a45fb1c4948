"""A form as a modal, and what comes back from it."""

from __future__ import annotations

import pytest

from adapters.chats.slack.blocks import Look
from adapters.chats.slack.views import FORM, Carried, carried, modal, submission
from bot.core.cards import Choice, Field, FieldKind, Form
from bot.core.commands import COMMANDS, CaseCommand
from bot.core.forms import form
from bot.core.grammar import Ground, fill, parse
from tests.chats.slack.made import EN, forms, plan
from tests.core.made import NOW

LOOK = Look(plan(), is_private=True)


def sent_back(view, typed):
    """The view as Slack sends it back, with this typed into it."""
    values = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        value = typed.get(element["action_id"], element.get("initial_value"))
        if element["type"] == "static_select":
            chosen = [each for each in element["options"] if each["value"] == value] or [element.get("initial_option")]
            state = {"type": "static_select", "selected_option": chosen[0]}
        else:
            state = {"type": "plain_text_input", "value": value}
        values[block["block_id"]] = {element["action_id"]: state}
    return {
        "private_metadata": view["private_metadata"],
        "callback_id": view["callback_id"],
        "state": {"values": values},
    }


def test_a_form_carries_its_command_and_its_answers_come_back():
    asked = form(COMMANDS["promise"](12), plan(), EN)
    view = modal(asked, LOOK)
    assert view["callback_id"] == FORM
    back = submission(sent_back(view, {"what": "a call", "by": "tomorrow 12:00"}))
    assert back.command == "promise 12"
    assert dict(back.values) == {"what": "a call", "by": "tomorrow 12:00"}


@pytest.mark.parametrize("word", COMMANDS)
def test_what_is_typed_into_any_form_makes_the_command_whole(word):
    command = COMMANDS[word]
    begun = command(12) if issubclass(command, CaseCommand) else command()
    asked = form(begun, plan(), EN)
    typed = {}
    for field in asked.fields:
        typed[field.name] = (
            field.choices[0].value if field.choices else "2h" if field.kind is FieldKind.WHEN else "because"
        )
    back = submission(sent_back(modal(asked, LOOK), typed))
    assert dict(back.values) == typed
    ground = Ground(plan(), NOW)
    if not typed.keys() & {"other", "into", "promise"}:  # numbers, which "because" is not
        fill(parse(back.command, ground), back.values, ground)


def test_what_stood_in_a_form_comes_back_as_it_was():
    asked = forms("João\n  sentimos *muito*")["reply: write"]
    view = modal(asked, LOOK)
    assert submission(sent_back(view, {})).values == {"text": "João\n  sentimos *muito*"}


def test_an_empty_field_is_not_answered():
    view = {
        "private_metadata": '{"command":"list"}',
        "state": {"values": {"field/a/00": {"a": {"value": None}}, "x": {"y": {"value": "z"}}}},
    }
    assert submission(view) == ("list", {})
    assert submission({}) == ("", {})


def ids(view):
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


def test_what_we_put_into_a_field_is_seen_even_where_slack_keeps_what_was_typed():
    """Slack keeps the old state where both ids stay: https://docs.slack.dev/reference/views/modal-views"""
    begun = COMMANDS["promise"](12)
    first, same = modal(form(begun, plan(), EN), LOOK), modal(form(begun, plan(), EN), LOOK)
    again = modal(form(begun, plan(), EN, values={"what": "a call", "by": "whenever"}), LOOK)
    assert ids(first) == ids(same)
    assert not set(ids(first)) & set(ids(again))
    facts, resolved = (modal(form(COMMANDS[word](12), plan(), EN), LOOK) for word in ("facts", "resolved"))
    assert not set(ids(facts)) & set(ids(resolved))


def test_a_window_carries_where_it_was_opened_from():
    view = modal(form(COMMANDS["promise"](12), plan(), EN), LOOK, Carried("list", "C01", "17.1"))
    assert carried(view) == Carried("promise 12", "C01", "17.1")
    assert carried({"private_metadata": "claim 12"}) == carried({}) == Carried()


def test_a_command_that_leaves_no_room_for_the_origin_goes_without():
    command = "reply 12 " + "x" * 2_950
    view = modal(Form("Reply", command, (), "Next"), LOOK, Carried("", "C0CRISIS", "1787000000.000100"))
    assert carried(view) == Carried(command)


def test_a_long_title_stands_whole_above_the_form():
    view = modal(forms()["reply: choose"], LOOK)
    assert view["title"]["text"] == "Reply in #12: choose a…"
    assert view["blocks"][0]["text"]["text"] == "Reply in #12: choose a draft"


def test_a_draft_longer_than_an_input_is_there_to_be_copied():
    draft = "a line of the draft\n" * 200
    view = modal(Form("Reply", "reply 12", (Field("text", "Your text", FieldKind.TEXT, value=draft),), "Accept"), LOOK)
    copied, asked = view["blocks"]
    assert copied["elements"][0]["elements"][0]["text"] == draft
    assert len(asked["element"]["initial_value"]) <= 3_000


def test_more_choices_than_a_menu_holds_are_typed():
    many = tuple(Choice(f"t{n}", f"Template {n}") for n in range(101))
    view = modal(
        Form("Reply", "reply 12", (Field("template", "Template", FieldKind.CHOICE, choices=many),), "Next"), LOOK
    )
    assert view["blocks"][0]["element"]["type"] == "plain_text_input"


def test_members_are_mentioned_in_private_only():
    view = modal(Form("Reply", "reply 12", (), "Next", lines=((("Ask ", *forms()["reply: choose"].lines[1])),)), LOOK)
    (section,) = view["blocks"][1]["elements"]
    assert {"type": "user", "user_id": "U01ANA"} in section["elements"]
