"""Forms for what a command still wants: at most five fields, nothing typed is lost, and what comes back is understood."""

import msgspec
import pytest

from bot.core.cards import FieldKind, Form
from bot.core.commands import (
    COMMANDS,
    Assign,
    CaseCommand,
    Close,
    Facts,
    New,
    Private,
    Promise,
    Reply,
    Satisfied,
    Sent,
    Skip,
    Snooze,
    missing,
    slots,
)
from bot.core.complaint import Kind
from bot.core.events import Outcome, Satisfaction
from bot.core.forms import MOST_FIELDS, choice_name, choose_parts, choose_template, form, with_parts, write_reply
from bot.core.grammar import Ground, fill, opens_form, parse
from bot.core.plan import PrivateChannel, Step
from bot.core.replies import Part, PartKind
from bot.core.words import LANGUAGES, Words, plain, say
from tests.core.made import CLAIMED, COMMITTEE, EN, HOUR, NOW, PLAN, case

GROUND = Ground(PLAN, NOW)
#: What a member types into a field of each kind.
TYPED = {
    FieldKind.LINE: "order 7 by friday, because she said so",
    FieldKind.TEXT: "João, sentimos muito.\nVolto hoje às 15h: prometido.",
    FieldKind.WHEN: "tomorrow 12:00",
}


def bare(command):
    return command(12) if issubclass(command, CaseCommand) else command()


CAN_MISS = [command for command in COMMANDS.values() if opens_form(bare(command))]


def typed(field):
    return field.choices[0].value if field.choices else "2h" if field.name == "posted" else TYPED[field.kind]


def asked(command, **more):
    return form(command, PLAN, EN, **more)


def fields(command):
    return [(field.name, field.kind, field.required) for field in asked(command).fields]


def test_the_commands_that_can_miss_something_are_these():
    assert " ".join(sorted(command.word for command in CAN_MISS)) == (
        "assign check close dismiss facts improve mark merge new private promise reopen reply resolved review satisfied "
        "sent skip snooze unmark"
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", CAN_MISS, ids=lambda command: command.word)
def test_a_form_has_one_to_five_fields_each_with_its_label(command, language):
    """Five is what a Discord modal takes."""
    made = form(bare(command), PLAN, Words(language))
    assert 1 <= len(made.fields) <= MOST_FIELDS == 5
    assert all(field.label and field.hint for field in made.fields)
    assert made.title
    assert made.submit
    assert len({field.name for field in made.fields}) == len(made.fields)


@pytest.mark.parametrize("command", CAN_MISS, ids=lambda command: command.word)
def test_a_form_asks_for_all_that_is_missing(command):
    assert {slot.name for slot in missing(bare(command))} <= {field.name for field in asked(bare(command)).fields}
    required = {field.name for field in asked(bare(command)).fields if field.required}
    assert required == {slot.name for slot in slots(command) if slot.arg.required and slot.name != "case"}


@pytest.mark.parametrize("command", CAN_MISS, ids=lambda command: command.word)
def test_what_is_filled_in_completes_the_command(command):
    """The form's own command and its fields, as they come back from a chat."""
    made = asked(bare(command))
    values = {field.name: "9" if field.name == "into" else typed(field) for field in made.fields}
    filled = fill(parse(made.command, GROUND), values, GROUND)
    assert not opens_form(filled)
    assert isinstance(filled, command)
    assert getattr(filled, "case", 12) == 12


@pytest.mark.parametrize("command", CAN_MISS, ids=lambda command: command.word)
def test_fields_that_need_not_be_filled_may_stay_empty(command):
    made = asked(bare(command))
    values = {field.name: "" for field in made.fields}
    values |= {field.name: "9" if field.name == "into" else typed(field) for field in made.fields if field.required}
    if command is Sent:
        values["because"] = "it was a story"
    assert not opens_form(fill(parse(made.command, GROUND), values, GROUND))


def test_a_field_is_asked_as_its_type_wants():
    assert fields(Facts(12)) == [("text", FieldKind.TEXT, True)]
    assert fields(Promise(12)) == [("what", FieldKind.LINE, True), ("by", FieldKind.WHEN, True)]
    assert fields(Assign(12)) == [("to", FieldKind.MEMBER, True), ("note", FieldKind.LINE, False)]
    assert fields(Private(12)) == [("where", FieldKind.CHOICE, True), ("note", FieldKind.LINE, False)]
    assert fields(Sent(12)) == [("link", FieldKind.LINE, False), ("because", FieldKind.LINE, False)]
    assert fields(Snooze(12)) == [("until", FieldKind.WHEN, True), ("reason", FieldKind.LINE, True)]
    assert fields(New()) == [
        ("text", FieldKind.TEXT, True),
        ("channel", FieldKind.LINE, False),
        ("author", FieldKind.LINE, False),
        ("link", FieldKind.LINE, False),
        ("posted", FieldKind.WHEN, False),
    ]


def test_what_is_known_already_is_not_asked_again():
    assert fields(Promise(12, "a call")) == [("by", FieldKind.WHEN, True)]
    made = asked(Promise(12, "a call by friday"))
    filled = fill(parse(made.command, GROUND), {"by": "2h"}, GROUND)
    assert filled == Promise(12, "a call by friday", NOW + 2 * HOUR)


@pytest.mark.parametrize("kind", Kind)
def test_what_the_form_of_a_report_has_no_room_for_is_kept(kind):
    made = asked(New(kind=kind))
    assert fill(parse(made.command, GROUND), {"text": "Não chegou"}, GROUND) == New("Não chegou", kind=kind)


@pytest.mark.parametrize(
    ("command", "choices"),
    [
        (Satisfied(12), [("yes", "yes"), ("no", "no"), ("unreachable", "unreachable")]),
        (
            Private(12),
            [("phone", "on the phone"), ("ticket", "in a support ticket"), ("dm", "in private messages")],
        ),
        (
            Skip(12),
            [("statement", "closing statement"), ("update", "customer's update"), ("wrap-up", "public wrap-up")],
        ),
        (
            Close(12),
            [
                ("advocate", "the customer speaks well of us now"),
                ("satisfied", "satisfied"),
                ("neutral", "neutral"),
                ("lost", "lost"),
                ("unreachable", "unreachable"),
            ],
        ),
        (Assign(12), [(member.id, member.name) for member in COMMITTEE]),
    ],
)
def test_choices_are_said_in_words(command, choices):
    assert [(choice.value, choice.label) for choice in asked(command).fields[0].choices] == choices


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("choices", [Outcome, PrivateChannel, Satisfaction, Step, Kind])
def test_every_choice_has_its_words_in_every_language(choices, language):
    labels = [Words(language).word(choice_name(each)) for each in choices]
    assert len(set(labels)) == len(list(choices))
    assert all(labels)


@pytest.mark.parametrize("command", [Private(12), Satisfied(12), Close(12), Skip(12), Assign(12)])
def test_every_choice_is_understood_when_it_comes_back(command):
    (field, *_) = asked(command).fields
    for choice in field.choices:
        filled = fill(command, {field.name: choice.value}, GROUND)
        assert getattr(filled, field.name) == choice.value


def test_a_refused_form_comes_back_with_what_was_typed_and_the_reason():
    made = asked(
        Promise(12), error=say("#{n} is open.", n=12), values={"what": "a call", "by": "whenever"}, lines=[("note",)]
    )
    assert {field.name: field.value for field in made.fields} == {"what": "a call", "by": "whenever"}
    assert plain(made.error) == "#12 is open."
    assert made.lines == (("note",),)
    assert asked(Promise(12)).error == ()


def test_the_title_names_the_case():
    assert asked(Facts(12)).title == "Write down what happened, as far as we know #12"
    assert asked(New()).title == "Report a complaint that you saw in public"


def test_the_fact_sheet_asks_for_facts_and_not_for_blame():
    """Rules 000-05 and 000-06: understand, solve; there is no field for who is to blame."""
    made = asked(Facts(12))
    assert [field.name for field in made.fields] == ["text"]
    assert "No blame: we want to understand and solve" in made.fields[0].hint


def test_a_move_to_private_names_where():
    """Rule 004-31."""
    assert asked(Private(12)).fields[0].required


def test_a_case_is_handed_over_with_a_field_for_the_note():
    """Rule 004-32."""
    assert "note" in {field.name for field in asked(Assign(12)).fields}


# Replies are written in two steps


class Draft(msgspec.Struct):
    name: str
    title: str


def test_the_first_step_of_a_reply_chooses_a_draft_and_the_best_stands_first():
    made = choose_template(case(*CLAIMED), [Draft("heard-delay", "Late"), Draft("heard", "Any")], EN, [("note",)])
    (field,) = made.fields
    assert (field.name, field.kind, field.value) == ("template", FieldKind.CHOICE, "heard-delay")
    assert [choice.value for choice in field.choices] == ["heard-delay", "heard"]
    assert (made.title, made.command, made.lines) == ("Reply in #12: choose a draft", "reply 12", (("note",),))
    chosen = fill(parse(made.command, GROUND), {"template": "heard-delay"}, GROUND)
    assert chosen == Reply(12, "heard-delay")


def test_a_reply_may_be_composed_of_parts_that_are_chosen():
    """Rule 004-27."""
    made = choose_template(case(*CLAIMED), [], EN, [], has_parts=True)
    assert [choice.value for choice in made.fields[0].choices] == ["parts"]
    parts = [
        Part("sorry", "en", "Sorry", PartKind.EMPATHY, (), "I'm sorry.", ""),
        Part("call", "en", "A call", PartKind.NEXT_STEP, (), "I'll call.", ""),
    ]
    asking = choose_parts(case(*CLAIMED), parts, EN, [("note",)])
    assert [(field.name, field.kind) for field in asking.fields] == [
        ("empathy", FieldKind.CHOICE),
        ("next_step", FieldKind.CHOICE),
    ], "of facts there is none to choose"
    values = with_parts({"empathy": "sorry", "next_step": "call"})
    assert fill(parse(asking.command, GROUND), values, GROUND) == Reply(12, "sorry+call")
    assert with_parts({"text": "my own"}) == {"text": "my own"}


def test_the_plans_private_channels_stand_beside_the_choices():
    """Rule 004-31."""
    plan = msgspec.structs.replace(PLAN, private={PrivateChannel.PHONE: "0800 1"})
    (where, _) = form(Private(12), plan, EN).fields
    assert [choice.label for choice in where.choices] == [
        "on the phone: 0800 1",
        "in a support ticket",
        "in private messages",
    ]


def test_without_a_fitting_draft_nothing_is_chosen_beforehand():
    assert choose_template(case(*CLAIMED), [], EN, []).fields[0].value == ""


def test_the_second_step_holds_the_draft_with_its_holes():
    """Templates are drafts that a person makes their own (rule 004-28)."""
    made = write_reply(case(*CLAIMED), "heard-delay", "João, ⟦problem⟧", EN, [("“Não chegou”",)])
    (field,) = made.fields
    assert (field.name, field.kind, field.value) == ("text", FieldKind.TEXT, "João, ⟦problem⟧")
    assert (made.command, made.submit) == ("reply 12 heard-delay", "Accept")
    filled = fill(parse(made.command, GROUND), {"text": "João: sentimos"}, GROUND)
    assert filled == Reply(12, "heard-delay", "João: sentimos")


def test_a_reply_of_ones_own_needs_no_template():
    made = write_reply(case(*CLAIMED), "", "", EN, [], error=say("There is still a hole to fill: {hole}.", hole="⟦x⟧"))
    assert made.command == "reply 12"
    assert plain(made.error) == "There is still a hole to fill: ⟦x⟧."
    assert fill(parse(made.command, GROUND), {"text": "João…"}, GROUND) == Reply(12, text="João…")


def test_a_form_is_a_value_that_chats_may_keep():
    made = asked(Promise(12), values={"what": "a call"})
    assert msgspec.json.decode(msgspec.json.encode(made), type=Form) == made
