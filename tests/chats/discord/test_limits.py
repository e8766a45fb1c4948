"""Discord's limits hold for every payload, whatever is put in; what may not be cut is refused."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from adapters.chats.discord import limits
from adapters.chats.discord.card import Look, Message, message
from adapters.chats.discord.limits import LIMITS, TooMuch, embed_size, most
from bot.core.cards import Button, Card, Fact, Section
from bot.core.literal import size
from tests.chats.discord.judges import judge, shown
from tests.chats.discord.kinds import ACCOUNTS, LINKS, plan
from tests.chats.slack.test_limits import cards

LOOK = Look(plan(), LINKS)


@settings(
    deadline=None,
    max_examples=80,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(cards)
def test_any_card_is_a_message_that_discord_takes(card):
    judge(message(card, LOOK), ACCOUNTS, twice=False)


def test_each_limit_names_its_page():
    assert all(limit.most > 0 and limit.page for limit in LIMITS.values())


# Each limit: one below and at it is taken, one above is refused


def embed(**more):
    return {"content": "x", "embeds": [{"description": "x", **more}]}


def row(*buttons):
    return {"type": 1, "components": list(buttons)}


def button(n=0, **more):
    return {"type": 2, "label": "x", "custom_id": f"h:{n}", **more}


def select(**more):
    return row({"type": 3, "custom_id": "s", "options": [{"label": "x", "value": "y"}], **more})


def option(**more):
    return select(options=[{"label": "x", "value": "y", **more}])


def field(**more):
    return embed(fields=[{"name": "x", "value": "y", **more}])


def modal(**more):
    return {"title": "x", "custom_id": "f", "components": [label()], **more}


def label(n=0, component=None, **more):
    return {"type": 18, "label": "x", "component": {"type": 4, "custom_id": f"i{n}", **(component or {})}, **more}


def command(**more):
    return {"name": "crisis", "description": "x", **more}


def sub(n=0, **more):
    return {"type": 1, "name": f"w{n}", "description": "x", **more}


def option_of(**more):
    return command(options=[{"type": 3, "name": "text", "description": "x", **more}])


def whole(n):
    """A command that counts ``n`` characters in all: some whole sub-commands, and what is left."""
    made = command(options=[sub(each, options=[]) for each in range(25)])
    rest = n - limits.whole_size(made)
    for each in made["options"]:
        while rest > 101 and len(each["options"]) < 25:
            each["options"].append({"type": 3, "name": "o", "description": "d" * 99})
            rest -= 100
    made["options"][-1]["options"].append({"type": 3, "name": "o", "description": "d" * (rest - 1)})
    return made


MESSAGES = {
    "content": lambda n: {"content": "x" * n},
    "embeds": lambda n: {"embeds": [{"description": "x"}] * n},
    "all embeds": lambda n: {"embeds": [{"description": "x" * 4_000}, {"description": "x" * (n - 4_000)}]},
    "embed title": lambda n: embed(title="x" * n),
    "description": lambda n: embed(description="x" * n),
    "fields": lambda n: embed(fields=[{"name": "x", "value": "y"}] * n),
    "field name": lambda n: field(name="x" * n),
    "field value": lambda n: field(value="x" * n),
    "footer": lambda n: embed(footer={"text": "x" * n}),
    "author": lambda n: embed(author={"name": "x" * n}),
    "nonce": lambda n: {"content": "x", "nonce": "x" * n},
    "users rung": lambda n: {"content": "x", "allowed_mentions": {"users": ["1"] * n}},
    "rows": lambda n: {"content": "x", "components": [row(button(each)) for each in range(n)]},
    "buttons in a row": lambda n: {"content": "x", "components": [row(*(button(each) for each in range(n)))]},
    "custom id": lambda n: {"content": "x", "components": [row(button(custom_id="x" * n))]},
    "button": lambda n: {"content": "x", "components": [row(button(label="x" * n))]},
    "options in a select": lambda n: {
        "content": "x",
        "components": [select(options=[{"label": "x", "value": str(each)} for each in range(n)])],
    },
    "option": lambda n: {"content": "x", "components": [option(label="x" * n)]},
    "option value": lambda n: {"content": "x", "components": [option(value="x" * n)]},
    "placeholder": lambda n: {"content": "x", "components": [select(placeholder="x" * n)]},
}
MODALS = {
    "modal title": lambda n: modal(title="x" * n),
    "inputs of a modal": lambda n: modal(components=[label(each) for each in range(n)]),
    "label": lambda n: modal(components=[label(label="x" * n)]),
    "hint": lambda n: modal(components=[label(description="x" * n)]),
    "input text": lambda n: modal(components=[label(component={"value": "x" * n})]),
    "input placeholder": lambda n: modal(components=[label(component={"placeholder": "x" * n})]),
}
COMMANDS = {
    "command name": lambda n: command(name="x" * n),
    "command description": lambda n: command(description="x" * n),
    "options of a command": lambda n: command(options=[sub(each) for each in range(n)]),
    "choices": lambda n: option_of(choices=[{"name": "x", "value": "y"}] * n),
    "choice name": lambda n: option_of(choices=[{"name": "x" * n, "value": "y"}]),
    "choice value": lambda n: option_of(choices=[{"name": "x", "value": "y" * n}]),
    "whole command": whole,
}
CHECKS = [
    *((limits.check_message, name, made) for name, made in MESSAGES.items()),
    *((limits.check_modal, name, made) for name, made in MODALS.items()),
    *((limits.check_command, name, made) for name, made in COMMANDS.items()),
    (limits.check_file, "bytes of a file", lambda n: b"x" * n),
    (lambda said: limits.text(said, "thread name"), "thread name", lambda n: "x" * n),
    (lambda said: limits.text(said, "tag"), "tag", lambda n: "x" * n),
    (lambda n: limits.at_most(n, "tags of a post"), "tags of a post", lambda n: n),
    (lambda n: limits.at_most(n, "tags of a forum"), "tags of a forum", lambda n: n),
]


def test_every_limit_is_tried():
    assert {name for _, name, _ in CHECKS} == set(LIMITS)


@pytest.mark.parametrize(("check", "name", "made"), CHECKS, ids=[name for _, name, _ in CHECKS])
def test_up_to_its_limit_it_is_taken_and_one_above_it_is_refused_with_the_page(check, name, made):
    check(made(most(name) - 1))
    check(made(most(name)))
    with pytest.raises(TooMuch, match=rf"{name}: .*docs\.discord\.com/developers/"):
        check(made(most(name) + 1))


@pytest.mark.parametrize(
    "payload",
    [
        *(field(value=""), field(value=" \n"), field(name=""), embed(title=" "), embed(description="")),
        *({"content": " "}, {"content": "", "embeds": []}, {"content": "x", "embeds": [{"color": 1}]}),
        {"content": "x", "components": [row(button(label=" "))]},
        {"content": "x", "components": [row(button(custom_id=""))]},
        {"content": "x", "components": [row(button(1), button(1))]},
        {"content": "x", "components": [row(button(1)), row(button(1))]},
        {"content": "x", "components": [select(options=[])]},
        {"content": "x", "components": [select(options=[{"label": "x", "value": "y"}] * 2)]},
    ],
    ids=repr,
)
def test_what_is_empty_or_stands_twice_is_refused(payload):
    with pytest.raises(TooMuch, match=r"docs\.discord\.com/developers/"):
        limits.check_message(payload)


def test_a_translation_has_the_same_limits():
    with pytest.raises(TooMuch, match="command description"):
        limits.check_command(command(description_localizations={"pt-BR": "x" * 101}))
    with pytest.raises(TooMuch, match="choice name"):
        limits.check_command(option_of(choices=[{"name": "x", "value": "y", "name_localizations": {"pl": "x" * 101}}]))


# What is shortened


def texts(made: Message):
    return [embed.description or "" for embed in made.embeds]


def test_a_long_quote_keeps_its_beginning_and_shows_that_it_goes_on():
    made = message(Card(title="#1", quote="q" * 9_000), LOOK)
    assert texts(made)[-1].endswith("q…")
    assert sum(map(size, texts(made))) > 4_000


def test_of_many_short_lines_the_last_are_left_out_with_a_sign():
    line = ("a line of forty characters, more or less",)
    made = message(Card(title="Open cases", lines=(line,) * 500), LOOK)
    assert texts(made)[-1].endswith("\n…")
    assert 120 < sum(text.count("forty") for text in texts(made)) < 150


def test_long_texts_are_cut_alike_and_short_ones_stay():
    facts = (Fact("A", ("a" * 900,)), Fact("B", ("b" * 900,)), Fact("C", ("short",)))
    made = message(Card(quote="q" * 4_000, facts=facts, sections=(Section("S", (("s" * 3_000,),)),)), LOOK)
    lines = [line for text in texts(made) for line in shown(text).splitlines()]
    assert [line for line in lines if ":** " in line] == ["**A:** " + "a" * 900, "**B:** " + "b" * 900, "**C:** short"]
    assert sum(embed_size(each.to_dict()) for each in made.embeds) <= most("all embeds")
    assert sum(embed_size(each.to_dict()) for each in made.embeds) > 5_900


def test_each_fact_is_a_line_below_a_blank_one():
    made = message(Card(title="#1", facts=tuple(Fact(f"F{n}", (f"v{n}",)) for n in range(30))), LOOK)
    assert shown(texts(made)[0]).splitlines() == ["**#1**", "", *(f"**F{n}:** v{n}" for n in range(30))]


def test_an_empty_fact_is_left_out():
    made = message(Card(facts=(Fact("A", (" ",)), Fact("B", ("b",)))), LOOK)
    assert shown(texts(made)[0]) == "**B:** b"


@pytest.mark.parametrize(("length", "is_attached"), [(4_087, False), (4_088, False), (4_089, True)])
def test_text_to_copy_stays_whole_in_an_embed_or_in_a_file(length, is_attached):
    reply = "r" * length
    made = message(Card(case=12, copy=reply), LOOK)
    assert made.file == (reply if is_attached else "")
    assert is_attached or reply in texts(made)[0]
    assert made.file_name == "case-12.txt"


def test_text_to_copy_is_attached_rather_than_that_anything_is_cut():
    quote, reply = "q" * 3_000, "r" * 3_500
    made = message(Card(quote=quote, copy=reply), LOOK)
    assert made.file == reply
    assert quote in texts(made)[0]


def test_a_file_larger_than_discord_takes_is_refused():
    with pytest.raises(TooMuch, match="bytes of a file"):
        message(Card(copy="x" * (10 * 1024 * 1024 + 1)), LOOK)


def test_a_message_has_25_buttons_and_the_rest_are_commands_to_type():
    made = message(Card(lines=(("x",),), buttons=tuple(Button(f"B{n}", f"show {n}") for n in range(27))), LOOK)
    assert [len(row["components"]) for row in made.payload()["components"]] == [5] * 5
    assert "B25\\: `/crisis show 25`\nB26\\: `/crisis show 26`" in texts(made)[0]


def test_two_buttons_of_one_command_are_one():
    made = message(Card(lines=(("x",),), buttons=(Button("A", "todo"), Button("B", "todo"))), LOOK)
    assert len(made.buttons) == 1


def test_an_empty_card_is_still_a_message():
    assert texts(message(Card(), LOOK)) == ["·"]


def test_a_name_is_one_short_line():
    assert message(Card(title="#1 <@1>\n# x", quote="q" * 200), LOOK).name.startswith("#1 <@1> # x: qqq")
    assert len(message(Card(title="#1", quote="q" * 200), LOOK).name) == 100
    assert message(Card(), LOOK).name == "·"
