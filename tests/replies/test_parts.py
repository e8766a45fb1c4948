"""Parts of replies: what ships passes every check however it is joined, and one's own stand beside them (004-27)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.draft_checks.templates import compositions, filled, library_findings, template_findings
from bot.core.plan import Plan, PrivateChannel
from bot.core.replies import (
    CHOSEN,
    Library,
    Part,
    PartKind,
    ReplyKind,
    Template,
    TemplateError,
    composed,
    draft,
    is_bare,
    read_part,
    unfilled,
)
from bot.core.words import LANGUAGES
from bot.library import BrokenTemplates, load

LIBRARY = load()
NOW = datetime(2026, 8, 24, 13, tzinfo=UTC)
PLAN = Plan(brand="Loja Azul", committee=())
PHONE, TICKET, DM = "0800 591 2040", "https://aurora.example/help", "@lojaaurora"
PLANS = {
    "nothing": PLAN,
    "phone": Plan("Loja Azul", (), private={PrivateChannel.PHONE: PHONE}),
    "ticket": Plan("Loja Azul", (), private={PrivateChannel.TICKET: TICKET}),
    "all": Plan(
        "Loja Azul", (), private={PrivateChannel.PHONE: PHONE, PrivateChannel.TICKET: TICKET, PrivateChannel.DM: DM}
    ),
}
KNOWN = {"customer": "Ana", "brand": "Loja Azul", "member": "Rui", "channel": "Facebook"}
every_language = pytest.mark.parametrize("language", LANGUAGES)

SOURCE = """---
title: Sorry
part: empathy
holes:
  problem: {hint: what went wrong, example: the delay}
---
I'm sorry about {{ problem }}.
"""


def part(source=SOURCE, name="sorry"):
    return read_part(source, name=name, language="en", file=f"en/parts/{name}.md.j2")


# What ships


@every_language
def test_there_are_parts_enough_and_the_same_in_every_language(language):
    """004-27: starters of empathy, facts, next steps."""
    own = [each for each in LIBRARY.parts if each.language == language]
    counts = {kind: sum(each.part is kind for each in own) for kind in PartKind}
    assert counts[PartKind.EMPATHY] >= 6
    assert counts[PartKind.FACT] >= 5
    assert counts[PartKind.NEXT_STEP] >= 6
    assert {(each.name, each.part) for each in own} == {
        (each.name, each.part) for each in LIBRARY.parts if each.language == "en"
    }


def test_every_chosen_part_has_room_for_this_customers_own_words():
    for each in LIBRARY.parts:
        assert each.holes or each.part not in CHOSEN, each.file


def test_a_part_is_a_start_and_no_reply():
    """Rule 004-27: never full texts."""
    assert all(len(each.body) <= 420 for each in LIBRARY.parts)


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_templates_and_every_empathy_with_every_next_step_pass_the_careful_colleague(plan):
    assert [(fault.file, fault.words, fault.finding.id) for fault in library_findings(LIBRARY, plan, NOW)] == []


def test_every_part_is_composed_with_another():
    joined = {each.name for parts in compositions(LIBRARY) for each in parts}
    assert joined == {each.name for each in LIBRARY.parts if each.part in CHOSEN}


@every_language
def test_a_composed_reply_greets_says_its_parts_and_is_signed(language):
    parts = [LIBRARY.part(name, language) for name in ("sorry-wait", "what-we-know", "call-today")]
    template = LIBRARY.compose(parts, ReplyKind.HEARD)
    assert template.name == "sorry-wait+what-we-know+call-today"
    text = filled(template, PLAN, "facebook")
    assert "Ana Souza" in text.splitlines()[0]
    assert text.endswith("Rui, Loja Azul")
    assert unfilled(text) == ()
    assert sorted(unfilled(draft(template, KNOWN))) == sorted({hole.hint for hole in template.holes})


def test_a_composed_draft_that_goes_out_as_it_is_is_bare():
    """004-28"""
    template = LIBRARY.compose([LIBRARY.part("sorry-wait", "pt"), LIBRARY.part("call-today", "pt")], ReplyKind.HEARD)
    text = filled(template, PLAN, "facebook")
    known = {**KNOWN, "customer": "Ana Souza"}
    assert is_bare(text, template, known)
    assert not is_bare(f"{text}\nEu mesmo olhei o seu pedido hoje cedo.", template, known)


# The plan's private channels


@every_language
@pytest.mark.parametrize("name", ["private-invite", "private-short"])
def test_a_template_that_goes_private_prints_the_channel_where_the_plan_has_one(language, name):
    template = LIBRARY.find(name, language)
    assert template
    (where,) = [hole.hint for hole in template.holes if hole.name == "where"]
    assert where in unfilled(draft(template, KNOWN))
    for channel, said in (("phone", PHONE), ("ticket", TICKET), ("dm", DM)):
        text = draft(template, {**KNOWN, channel: said})
        assert said in text
        assert where not in unfilled(text)
    assert DM in draft(template, {**KNOWN, "dm": DM, "phone": PHONE})


def test_a_private_channel_that_is_printed_and_that_the_plan_lacks_is_a_hole():
    """002-10: never a blank."""
    template = composed([part(SOURCE.replace("{{ problem }}", "{{ problem }}: {{ phone }}"))], ReplyKind.HEARD)
    assert unfilled(draft(template, KNOWN)) == ("what went wrong", "phone")
    assert unfilled(draft(template, {**KNOWN, "phone": PHONE})) == ("what went wrong",)
    assert unfilled(draft(template, {**KNOWN, "phone": ""})) == ("what went wrong", "phone")


# One's own


def test_holes_of_one_name_are_one_hole_and_the_first_says_what_for():
    other = part(SOURCE.replace("what went wrong", "something else"), "other")
    template = composed([part(), other], ReplyKind.HEARD)
    assert [hole.hint for hole in template.holes] == ["what went wrong"]
    assert draft(template, KNOWN).count("⟦what went wrong⟧") == 2


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (SOURCE.replace("empathy", "sorrow"), "'sorrow' is no part of a reply: use opening, empathy"),
        (SOURCE.replace("part: empathy\n", ""), "part is missing"),
        (SOURCE.replace("part:", "kind: heard\npart:"), "unknown key 'kind'"),
        (SOURCE.replace("{{ problem }}", "it"), "the hole problem is never used"),
        ("---\ntitle: x\npart: empathy\n---\n{{ customer }}", "a reply must say something of its own"),
    ],
)
def test_a_faulty_part_is_refused_with_the_reason(source, reason):
    with pytest.raises(TemplateError, match=reason):
        part(source)


def test_only_what_stands_around_a_reply_may_say_nothing_of_its_own():
    assert part("---\ntitle: x\npart: ending\n---\n{{ member }}").part is PartKind.ENDING


def test_own_parts_are_read_from_their_folder_and_replace_those_of_the_same_name(tmp_path: Path):
    folder = tmp_path / "en" / "parts"
    folder.mkdir(parents=True)
    for name in ("sorry-wait", "our-own"):
        (folder / f"{name}.md.j2").write_text(SOURCE, encoding="utf-8")
    own = load(tmp_path)
    assert len(own.parts) == len(LIBRARY.parts) + 1
    assert own.part("sorry-wait", "en").title == "Sorry"
    assert own.part("our-own", "pl").title == "Sorry", "what a language lacks is taken from English"


def test_faults_of_parts_and_templates_are_told_at_once(tmp_path: Path):
    (tmp_path / "en" / "parts").mkdir(parents=True)
    (tmp_path / "en" / "parts" / "bad.md.j2").write_text("no front", encoding="utf-8")
    (tmp_path / "en" / "parts.md.j2").write_text("---\n---\n", encoding="utf-8")
    with pytest.raises(BrokenTemplates) as broken:
        load(tmp_path)
    assert len(broken.value.errors) == 2
    assert "'parts' offers the parts of replies" in str(broken.value)


def test_a_bad_template_and_a_bad_part_are_found_each_once_with_file_and_words():
    template = Template(
        name="bad",
        language="en",
        title="Bad",
        kind=ReplyKind.WRAP_UP,
        channels=("x", "facebook"),
        causes=(),
        tone="Any",
        holes=(),
        body="You should have read the **manual**.",
        file="en/bad.md.j2",
    )
    found = template_findings(template, PLAN, NOW)
    assert {(each.words, each.finding.id) for each in found} == {
        ("You should have read the **manual", "calm/blame"),
        ("**manual**", "form/markup"),
    }
    bad = part(SOURCE.replace("I'm sorry about", "I'm sorry, and it is your fault:"), "bad")
    library = Library.of([template], [*(each for each in LIBRARY.parts if each.language == "en"), bad])
    of_parts = [each for each in library_findings(library, PLAN, NOW) if each.file == bad.file]
    assert len({(each.words, each.finding.id) for each in of_parts}) == len(of_parts) == 1


# Joining them by name


def test_what_may_follow_is_offered_in_the_order_in_which_it_is_said():
    starters = LIBRARY.compositions("", "en")
    assert ("sorry-wait+", "Sorry: they have waited too long") in starters
    assert {name.rstrip("+") for name, _ in starters} == {
        each.name for each in LIBRARY.parts if each.part is PartKind.EMPATHY
    }
    then = [name for name, _ in LIBRARY.compositions("sorry-wait+wh", "en")]
    assert {"sorry-wait+what-we-know+", "sorry-wait+call-today"} <= set(then)
    last = [name for name, _ in LIBRARY.compositions("sorry-wait+what-we-know+", "en")]
    assert "sorry-wait+what-we-know+call-today" in last
    assert all(not name.endswith("+") for name in last)
    assert LIBRARY.compositions("sorry-wait+call-today+", "en") == ()


def test_a_language_without_parts_takes_the_english_ones():
    english = Library.of((), [each for each in LIBRARY.parts if each.language == "en"])
    assert english.parts_in("pl") == english.parts_in("en")
    found = english.part("sorry-wait", "pl")
    assert isinstance(found, Part)
    assert english.compose([found], ReplyKind.HEARD).body.startswith("{% if customer %}Hello")
