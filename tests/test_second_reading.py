"""The second reader at the desk: what waits, what is said to whom, and what happens once (000-12, 001-13, 004-24)."""

import asyncio
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from bot.core.cards import Form
from bot.core.events import Mark, Marked, ReplyAccepted, ReplyApproved, ReplyImproved
from bot.core.words import plain
from bot.demo.people import START, demo_plan
from tests.rooms import open_room
from tests.test_desk import complaint, text

GOOD = "João, sinto muito pelo atraso do seu pedido. Falo com a transportadora e volto aqui hoje às 18h."
BETTER = "João, sinto muito pelo atraso e pelo silêncio. Falo com a transportadora e volto aqui hoje às 18h."
ANGRY = "João, a culpa é sua, o senhor deveria ter lido o prazo."
READING = "case/1/reading/"


@pytest.fixture
async def room(tmp_path):
    """Ana has a heated case."""
    async with open_room(tmp_path, checks=False) as (room, _):
        await room.receive(complaint())
        await room.hear("ana", "claim 1")
        await room.hear("ana", "mark 1 heated")
        yield room


async def standing(room):
    """The cards that stand in the case's thread, by key, after everything was delivered."""
    await room.deliver()
    found = {}
    for number in range(1, (await room.store.case(1)).version + 1):
        for key in (f"case/1/{number}", f"{READING}{number}"):
            if ref := await room.store.ref(key):
                found[key] = ref
    return set(found)


def said(answer):
    return "\n".join(plain(line) for line in answer.lines)


def pressed(answer):
    return [each.command for each in answer.buttons]


async def events(room, *kinds):
    return [entry.event for entry in await room.store.history(1) if isinstance(entry.event, kinds)]


async def test_the_author_reads_that_it_waits_and_nothing_to_copy(room):
    """Rule 001-13: not even the button that records a posted reply."""
    answer = await room.hear("ana", f"reply 1 heard: {GOOD}")
    assert said(answer).startswith("Do not post it yet: it waits for a second reader (heated customer).")
    assert (answer.copy, answer.buttons) == ("", ())
    assert "waits for a second reader" in text(await room.hear("ana", "sent 1 https://example.com/r"))


async def test_the_same_text_again_waits_and_is_no_second_reply(room):
    await room.hear("ana", f"reply 1 heard: {GOOD}")
    again = await room.hear("ana", f"reply 1 heard: {GOOD}")
    assert said(again).startswith("Do not post it yet")
    assert len(await events(room, ReplyAccepted)) == 1


async def test_what_is_delivered_twice_acts_once(room):
    """Rule 003-03: a platform repeats what it is not sure of."""
    await room.hear("ana", f"reply 1 heard: {GOOD}", request="r1")
    await room.hear("rui", f"improve 1 {BETTER}", request="r2")
    again = await room.hear("rui", f"improve 1 {BETTER}", request="r2")
    assert text(again).startswith("That was done already.")
    await room.hear("ana", f"reply 1 heard: {GOOD}", request="r3")
    await room.hear("lia", "approve 1", request="r4")
    assert text(await room.hear("lia", "approve 1", request="r4")).startswith("That was done already.")
    await room.hear("bea", "mark 1 legal", request="r5")
    await room.hear("bea", "mark 1 legal", request="r5")
    assert len(await events(room, ReplyImproved, ReplyApproved)) == 2
    assert len(await events(room, Marked)) == 2


async def test_of_two_readers_at_once_one_is_first(room):
    await room.hear("ana", f"reply 1 heard: {GOOD}")
    answers = await asyncio.gather(*(room.hear(who, "approve 1") for who in ("rui", "lia", "bea")))
    assert sorted(text(each).partition(".")[0] for each in answers) == [
        "Noted",
        "That was done already",
        "That was done already",
    ]
    assert len(await events(room, ReplyApproved)) == 1


async def test_an_approval_after_an_improvement_finds_it_done(room):
    await room.hear("ana", f"reply 1 heard: {GOOD}")
    answers = await asyncio.gather(room.hear("rui", f"improve 1 {BETTER}"), room.hear("lia", "approve 1"))
    assert len(await events(room, ReplyImproved, ReplyApproved)) == 1
    assert any("done already" in text(each) or "needs no more reader" in text(each) for each in answers)


async def test_one_message_asks_for_readers_and_a_new_version_takes_its_place(room):
    await room.hear("ana", f"reply 1 heard: {GOOD}")
    assert {each for each in await standing(room) if each.startswith(READING)} == {f"{READING}4"}
    await room.hear("ana", f"reply 1 heard: {BETTER}")
    assert {each for each in await standing(room) if each.startswith(READING)} == {f"{READING}5"}
    await room.hear("rui", "approve 1")
    assert {each for each in await standing(room) if each.startswith(READING)} == {f"{READING}5"}
    assert "case/1/6" in await standing(room), "the author is given the text"


@pytest.mark.parametrize("end", ["dismiss 1 spam", "unmark 1 heated"])
async def test_the_message_goes_when_nobody_has_to_read_any_more(room, end):
    await room.hear("ana", f"reply 1 heard: {GOOD}")
    await room.hear("bea", end)
    assert not {each for each in await standing(room) if each.startswith(READING)}


async def test_a_mark_set_late_holds_the_reply_that_was_not_posted_yet(room):
    await room.hear("bea", "unmark 1 heated")
    ready = await room.hear("ana", f"reply 1 heard: {GOOD}")
    assert ready.copy == GOOD
    await room.hear("bea", "mark 1 reach")
    assert "high reach" in text(await room.hear("ana", "sent 1 https://example.com/r"))
    assert f"{READING}5" in await standing(room)


async def test_who_read_it_hears_that_its_owner_has_it_and_an_owner_reads_the_text(room):
    await room.hear("lia", f"reply 1 heard: {GOOD}")
    answer = await room.hear("ana", "approve 1")
    assert answer.copy == GOOD
    assert pressed(answer)[0] == "sent 1"
    assert pressed(answer)[1].startswith("promise 1 "), "each promise in it with one press"
    await room.hear("ana", f"reply 1 heard: {BETTER}")
    read = said(await room.hear("rui", "approve 1 well said"))
    assert read.startswith("Noted. ana has it now, ready to post.\n")
    assert "hoje às 18h" in read, "and what a careful colleague would say"


async def test_a_better_text_passes_the_same_checks(room):
    """Rules 000-13 and 001-08; who leads may set them aside with a reason."""
    await room.hear("ana", f"reply 1 heard: {GOOD}")
    assert "whose fault" in text(await room.hear("rui", f"improve 1 {ANGRY}"))
    form = await room.submit("rui", "improve 1", {"text": ANGRY})
    assert isinstance(form, Form)
    assert (form.command, form.fields[0].value) == ("improve 1 version=4", ANGRY)
    assert [field.name for field in form.fields] == ["text"]
    led = await room.submit("lia", "improve 1", {"text": ANGRY})
    assert [field.name for field in led.fields] == ["text", "despite"]
    await room.submit("lia", "improve 1", {"text": ANGRY, "despite": "he asked for plain words"})
    (event,) = await events(room, ReplyImproved)
    assert event.despite == "he asked for plain words"
    assert "calm/blame" in event.findings
    await room.advance(timedelta(days=1))
    (section,) = [each for each in (await room.hear("lia", "digest")).sections if "let pass" in each.title]
    assert plain(section.lines[0]) == "#1 lia: he asked for plain words"


async def test_a_better_text_that_went_to_another_customer_is_refused(room):
    await room.receive(complaint(key="k2", author="Maria", text="O meu também não"))
    await room.hear("bea", "claim 2")
    await room.hear("bea", f"reply 2 heard: {BETTER.replace('João', 'Maria')}")
    await room.hear("ana", f"reply 1 heard: {GOOD}")
    assert "went to another customer, in #2" in text(await room.hear("rui", f"improve 1 {BETTER}"))


async def test_a_better_text_counts_as_said_to_this_customer(room):
    await room.hear("ana", f"reply 1 heard: {GOOD}")
    await room.hear("rui", f"improve 1 {BETTER}")
    await room.receive(complaint(key="k2", author="Maria", text="O meu também não"))
    await room.hear("bea", "claim 2")
    refused = await room.hear("bea", f"reply 2 heard: {BETTER.replace('João', 'Maria')}")
    assert "went to another customer, in #1" in text(refused)


async def test_the_form_begins_with_the_words_that_wait(room):
    await room.hear("ana", f"reply 1 heard: {GOOD}")
    form = await room.hear("rui", "improve 1")
    assert (form.command, form.fields[0].value) == ("improve 1 version=4", GOOD)
    same = await room.submit("rui", "improve 1", {"text": GOOD})
    assert plain(same.error) == "These are the same words: approve 1 lets them go out."
    late = await room.submit("ana", "improve 1", {"text": BETTER})
    assert plain(late.error).startswith("You wrote it")
    assert late.fields[0].value == BETTER, "nobody writes it twice"


async def test_a_better_text_that_comes_too_late_is_given_back_whole(room):
    await room.hear("ana", f"reply 1 heard: {GOOD}")
    form = await room.hear("rui", "improve 1")
    await room.hear("lia", "approve 1")
    late = await room.submit("rui", form.command, {"text": BETTER})
    assert "needs no more reader" in text(late)
    assert late.copy == BETTER
    await room.receive(complaint(key="k2", author="Maria", text="O meu também não"))
    nothing = await room.submit("rui", "improve 2", {"text": BETTER})
    assert "No reply waits to be read in #2." in text(nothing)
    assert nothing.copy == BETTER


async def test_nobody_lets_a_version_go_out_that_they_did_not_see(room):
    """The author writes another one while the reader has the first before them."""
    await room.hear("ana", f"reply 1 heard: {GOOD}")
    form = await room.hear("rui", "improve 1")
    await room.hear("ana", f"reply 1 heard: {BETTER}")
    assert "was changed meanwhile" in text(await room.hear("lia", "approve 1 version=4"))
    again = await room.submit("rui", form.command, {"text": f"{GOOD} Rui"})
    assert "was changed meanwhile" in plain(again.error)
    assert (again.command, again.fields[0].value) == ("improve 1 version=5", f"{GOOD} Rui"), "now they know, and decide"
    assert (await room.store.case(1)).unsent.read_at is None


async def test_a_better_text_keeps_the_template_that_it_began_with(room):
    form = await room.hear("ana", "reply 1 heard")
    await room.submit("ana", form.command, {"text": GOOD})
    await room.hear("rui", f"improve 1 {BETTER}")
    (reply,) = (await room.store.case(1)).replies
    assert (reply.template, reply.by, reply.improved_by) == (form.command.split()[-1], "ana", "rui")
    assert "⟦" in reply.draft


async def test_a_legal_face_stops_admissions(room):
    """Tension 7: apologise for the experience, admit nothing; before the mark it is no matter."""
    guilty = "João, foi culpa nossa que o pedido se perdeu. Falo com a transportadora e volto aqui hoje às 18h."
    await room.hear("bea", "mark 1 legal")
    assert "admits a fault" in text(await room.hear("ana", f"reply 1 heard: {guilty}"))
    await room.hear("bea", "unmark 1 legal")
    assert said(await room.hear("ana", f"reply 1 heard: {guilty}")).startswith("Do not post it yet")


async def test_a_mark_is_proposed_where_the_complaint_suggests_it_and_is_not_set(room):
    """Rules 000-12 and 001-13."""
    await room.receive(complaint(key="k2", author="Maria", text="VOCÊS NUNCA RESPONDEM, já falei com meu advogado"))
    await room.hear("bea", "claim 2")
    notes = "\n".join(plain(line) for line in (await room.hear("bea", "reply 2 heard")).lines)
    assert "mark 2 heated" in notes
    assert "mark 2 legal" in notes
    assert (await room.store.case(2)).marks == {}
    await room.hear("bea", "mark 2 heated")
    notes = "\n".join(plain(line) for line in (await room.hear("bea", "reply 2 heard")).lines)
    assert "mark 2 heated" not in notes
    assert "mark 2 legal" in notes


async def test_marks_go_on_with_the_case_that_goes_on(room):
    await room.receive(complaint(key="k2", author="Maria", text="O meu também não"))
    await room.hear("ana", "merge 1 into 2")
    assert (await room.store.case(2)).marks == {Mark.HEATED: ""}


async def test_whoever_is_not_trained_has_a_reader_who_is(tmp_path):
    """Rule 004-24; a committee that keeps no dates answers as ever."""
    own = demo_plan()
    since = {"rui": date(2026, 3, 1), "bea": date(2027, 1, 1)}
    plan = replace(own, committee=tuple(replace(each, trained_on=since.get(each.id)) for each in own.committee))
    async with open_room(tmp_path, plan, checks=False) as (room, _):
        await room.receive(complaint())
        await room.hear("bea", "claim 1")
        answer = await room.hear("bea", f"reply 1 heard: {GOOD}")
        assert "(untrained author). rui may read it.\n" in said(answer)
        assert "read by rui" in text(await room.hear("lia", "approve 1"))
        assert said(await room.hear("rui", "approve 1")).startswith("Noted. bea has it now")


async def test_the_todo_of_a_reader_says_what_to_do(room):
    await room.hear("ana", f"reply 1 heard: {GOOD}")
    assert "a second pair of eyes on the reply" in text(await room.hear("carl", "todo"))
    assert "approve 1" in text(await room.hear("carl", "todo"))
    assert "approve 1" not in text(await room.hear("ana", "todo"))


async def test_after_a_restart_the_message_is_still_changed_and_not_posted_anew(tmp_path):
    async with open_room(tmp_path, checks=False) as (room, _):
        await room.receive(complaint())
        await room.hear("ana", "claim 1")
        await room.hear("ana", "mark 1 heated")
        await room.hear("ana", f"reply 1 heard: {GOOD}")
        await room.deliver()
    async with open_room(tmp_path, start=START + timedelta(minutes=5), checks=False) as (room, _):
        await room.hear("rui", "approve 1")
        assert f"{READING}4" in await standing(room)
        assert (await room.store.case(1)).unsent.read_by == "rui"
