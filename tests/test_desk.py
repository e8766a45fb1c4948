"""The desk with a real store: what is written, by whom, once."""

import asyncio
import re
from datetime import timedelta

import pytest

from bot.core.cards import Card, Form
from bot.core.case import Ending
from bot.core.complaint import Complaint, Kind
from bot.core.events import Sighted
from bot.core.words import plain
from bot.demo.people import START
from bot.ports import StaleCase, Undelivered
from tests.rooms import open_room

HOUR = timedelta(hours=1)


def complaint(
    key="k", text="Meu pedido não chegou", author="João", channel="facebook", ago=timedelta(), kind=Kind.COMPLAINT
):
    return Complaint(key=key, channel=channel, text=text, author=author, posted_at=START - ago, kind=kind)


def text(answer):
    """What a member reads, in one string."""
    if isinstance(answer, Form):
        return " ".join([answer.title, plain(answer.error), *(plain(line) for line in answer.lines)])
    return " ".join([answer.title, *(plain(line) for line in answer.lines)]).strip()


@pytest.fixture
async def room(tmp_path):
    async with open_room(tmp_path, checks=False) as (room, _):
        yield room


@pytest.fixture
async def case(room):
    return await room.receive(complaint())


async def test_a_complaint_is_one_card_and_one_ring_and_turns_the_light_yellow(tmp_path):
    """Rules 000-02 and 004-03."""
    said = []
    async with open_room(tmp_path, checks=False, said=said) as (room, _):
        assert await room.is_green()
        await room.receive(complaint())
        assert not await room.is_green()
    assert len(said) == 1
    assert said[0].endswith("→ ana, bea")


async def test_the_same_complaint_twice_is_one_case(room):
    assert await room.receive(complaint()) == 1
    assert await room.receive(complaint()) is None


async def test_a_complaint_without_words_is_no_case(room):
    assert await room.receive(complaint(text="  ")) is None


async def test_the_customers_clock_counts_from_their_post(room):
    """Rule 004-21: found five hours late, nineteen hours are left."""
    number = await room.receive(complaint(ago=5 * HOUR))
    await room.hear("ana", f"claim {number}")
    card = await room.todo("ana")
    assert any("25 Aug" in plain(line) or "2026-08-25T08:00" in plain(line) for line in card.lines)


async def test_a_command_that_the_platform_repeats_acts_once(room, case):
    await room.hear("ana", "claim 1", request="press-1")
    await room.hear("ana", "promise 1 a call by today 18:00", request="press-2")
    again = await room.hear("ana", "promise 1 a call by today 18:00", request="press-2")
    assert text(again).startswith("That was done already.")
    assert len((await room.store.case(1)).promises) == 1


async def test_a_repeated_report_is_one_case(room):
    first = await room.hear("bea", "new the lamp broke", request="slash-9")
    again = await room.hear("bea", "new the lamp broke", request="slash-9")
    assert text(first).startswith("Noted as #1")
    assert text(again) == "We know it already: #1."


async def test_a_repeated_reply_is_accepted_once(room, case):
    await room.hear("ana", "claim 1")
    for _ in range(2):
        await room.hear("ana", "reply 1 heard: João, sinto muito. Volto aqui às 15h.", request="modal-3")
    assert len((await room.store.case(1)).replies) == 1


async def test_two_presses_at_once_and_exactly_one_claim_wins(room, case):
    answers = await asyncio.gather(room.hear("ana", "claim 1"), room.hear("bea", "claim 1"))
    owner = (await room.store.case(1)).owner
    other = "bea" if owner == "ana" else "ana"
    assert sorted(text(each).split(".")[0] for each in answers)[1].startswith(
        f"{owner} has #1"
    ) or f"{owner} has #1 already" in " ".join(map(text, answers))
    assert owner != other


async def test_what_somebody_else_changed_meanwhile_is_decided_anew(room, case, monkeypatch):
    append, stale = room.store.append, [True]

    async def append_after_somebody_else(*args, **kwargs):
        if stale.pop() if stale else False:
            raise StaleCase("somebody was quicker")
        return await append(*args, **kwargs)

    monkeypatch.setattr(room.store, "append", append_after_somebody_else)
    assert text(await room.hear("ana", "claim 1")).startswith("Noted.")


async def test_a_case_that_never_stands_still_is_given_up_with_a_sentence(room, case, monkeypatch):
    async def always_stale(*args, **kwargs):
        raise StaleCase("again")

    monkeypatch.setattr(room.store, "append", always_stale)
    assert text(await room.hear("ana", "claim 1")) == "#1 is changing too fast; try once more."


async def test_a_refused_form_returns_with_what_was_typed(room, case):
    await room.hear("ana", "claim 1")
    form = await room.hear("ana", "promise 1")
    again = await room.submit("ana", form.command, {"what": "a long and careful promise", "by": "someday"})
    assert isinstance(again, Form)
    assert "someday" in text(again)
    assert {field.name: field.value for field in again.fields} == {
        "what": "a long and careful promise",
        "by": "someday",
    }


async def test_a_refused_reply_returns_whole_with_the_reason(room, case):
    await room.hear("ana", "claim 1")
    form = await room.hear("ana", "reply 1 heard-delay")
    draft = form.fields[0].value
    again = await room.submit("ana", form.command, {"text": draft})
    assert isinstance(again, Form)
    assert again.fields[0].value == draft
    assert "hole to fill" in text(again)


async def test_a_reply_goes_from_choosing_to_writing_to_accepted(room, case):
    await room.hear("ana", "claim 1")
    choose = await room.hear("ana", "reply 1")
    assert [field.name for field in choose.fields] == ["template"]
    write = await room.submit("ana", choose.command, {"template": choose.fields[0].choices[0].value})
    assert isinstance(write, Form)
    assert write.fields[0].name == "text"
    accepted = await room.submit(
        "ana", write.command, {"text": "João, sinto muito pela espera. Sou a Ana e volto hoje às 15h."}
    )
    assert isinstance(accepted, Card)
    assert accepted.copy.startswith("João, sinto muito")


async def test_the_first_drafts_fit_the_complaint(room, case):
    """Rule 004-25: the first reply tells the customer that they are heard."""
    await room.hear("ana", "claim 1")
    form = await room.hear("ana", "reply 1")
    assert form.fields[0].choices[0].value == "heard-delay"


async def test_the_drafts_speak_the_customers_language_and_a_foreign_one_is_named(room):
    await room.receive(complaint("pl", "Paczka nie przyszła, czekam już trzeci tydzień i nikt nie odpowiada", "Ola"))
    await room.receive(
        complaint("de", "Das Paket ist nie angekommen und niemand antwortet auf meine Nachrichten", "Uwe")
    )
    await room.hear("ana", "claim 1")
    await room.hear("ana", "claim 2")
    polish, german = await room.hear("ana", "reply 1"), await room.hear("ana", "reply 2")
    assert "The customer writes in polski." in text(polish)
    assert "another language (de)" in text(german)


async def test_a_long_refused_line_is_given_back_whole(room, case):
    line = "facts 99 " + "what happened in every detail " * 5
    answer = await room.hear("ana", line)
    assert answer.copy == line


async def test_merging_leaves_one_open_case_with_a_sighting(room, case):
    await room.receive(complaint("other", "A geladeira veio amassada", "Maria"))
    await room.hear("bea", "merge 2 into 1")
    first, second = await room.store.case(1), await room.store.case(2)
    assert second.ending is Ending.MERGED
    assert [sighting.key for sighting in first.sightings] == ["other"]


async def test_a_merge_that_was_cut_off_half_way_is_finished_by_repeating_it(room, case):
    await room.receive(complaint("other", "A geladeira veio amassada", "Maria"))
    first = await room.store.case(1)
    await room.desk._ledger.record(
        first, (Sighted(complaint=complaint("other", "A geladeira veio amassada", "Maria"), merged_from=2),), "bea"
    )
    await room.hear("bea", "merge 2 into 1")
    assert len((await room.store.case(1)).sightings) == 1
    assert (await room.store.case(2)).ending is Ending.MERGED


async def test_the_light_is_green_only_when_the_last_case_ends(tmp_path):
    """Rule 000-03."""
    said = []
    async with open_room(tmp_path, checks=False, said=said) as (room, _):
        await room.receive(complaint("a", author="A"))
        await room.receive(complaint("b", "Outra coisa", author="B"))
        await room.hear("bea", "dismiss 1 not ours")
        assert not any("light is green" in line for line in said)
        await room.hear("bea", "dismiss 2 not ours")
        assert sum("light is green" in line for line in said) == 1


async def test_praise_does_not_turn_the_light_yellow(room):
    """Rule 001-11."""
    await room.receive(complaint(kind=Kind.PRAISE))
    assert await room.is_green()


async def test_a_digest_is_posted_once_a_day_however_often_it_is_asked_for(room, case):
    room.clock.at = START + timedelta(hours=23)
    assert await room.desk.digest()
    assert not await room.desk.digest()


async def test_a_digest_is_posted_once_across_a_restart(tmp_path):
    async with open_room(tmp_path, checks=False) as (room, _):
        await room.receive(complaint())
        room.clock.at = START + timedelta(hours=23)
        assert await room.desk.digest()
    async with open_room(tmp_path, start=START + timedelta(hours=23), checks=False) as (room, _):
        assert not await room.desk.digest()


async def test_a_digest_that_was_missed_is_posted_later_the_same_day(room, case):
    room.clock.at = START + timedelta(hours=30)
    assert await room.desk.digest()


async def test_a_new_room_does_not_begin_with_a_digest(room):
    assert not await room.desk.digest()


async def test_sector_news_goes_to_the_digest_and_opens_no_case(tmp_path):
    """Rule 002-03."""
    said = []
    async with open_room(tmp_path, checks=False, said=said) as (room, _):
        await room.receive(complaint())
        for cursor in ("1", "2"):
            await room.store.save_cursor("press", cursor, room.now(), [complaint("news", "New rules for online shops")])
        await room.advance(timedelta(hours=23))
        assert len(await room.store.live_cases()) == 1
    assert sum("New rules for online shops" in line for line in said) == 1


async def test_a_shelved_case_is_still_shown_and_can_be_opened_again(room, case):
    await room.hear("bea", "dismiss 1 not ours")
    await room.advance(timedelta(days=4))
    assert not await room.store.live_cases()
    assert text(await room.hear("bea", "show 1")).startswith("#1 Facebook")
    assert text(await room.hear("ana", "reopen 1 it is ours")).startswith("Noted.")
    assert len(await room.store.live_cases()) == 1


async def test_a_customer_who_returns_after_their_case_was_shelved_is_a_recurrence(tmp_path):
    async with open_room(tmp_path, checks=False) as (room, _):
        await room.receive(complaint())
        await room.hear("bea", "dismiss 1 not ours")
        await room.advance(timedelta(days=4))
        later = room.now()
    async with open_room(tmp_path, start=later, checks=False) as (room, _):
        await room.receive(complaint("again", "A geladeira veio amassada"))
        assert (await room.store.case(2)).recurrence_of == 1


async def test_a_message_that_can_never_be_posted_is_told_to_the_lead_once(tmp_path, monkeypatch):
    said = []
    async with open_room(tmp_path, checks=False, said=said) as (room, transcript):
        post = transcript.post

        async def refuse(key, card, under="", to=""):
            if key == "case/1":
                raise Undelivered("is_archived", for_good=True)
            return await post(key, card, under, to)

        monkeypatch.setattr(transcript, "post", refuse)
        await room.receive(complaint())
        await room.deliver()
        await room.deliver()
    assert sum("could not post case/1: is_archived" in line for line in said) == 1
    assert said[0].split()[1:3] == ["to", "lia:"]


async def test_an_unsent_reminder_is_withdrawn_when_its_duty_is_met(tmp_path, monkeypatch):
    said = []
    async with open_room(tmp_path, checks=False, said=said) as (room, transcript):
        await room.receive(complaint())
        room.clock.at = START + timedelta(minutes=31)
        await room.desk.remind()
        await room.hear("ana", "claim 1")
    assert not any("nobody has claimed" in line for line in said)


async def test_a_stranger_is_refused_politely_and_learns_nothing(room, case):
    """Rule 001-04."""
    for line in ("claim 1", "show 1", "todo", "list", "digest", "help"):
        answer = await room.hear("eve", line)
        assert text(answer) == "Only the crisis committee of Loja Aurora acts here; lia can tell you more."
        assert not answer.quote


async def test_a_button_is_a_command(room, case):
    card = await room.hear("ana", "show 1")
    assert [button.command for button in card.buttons] == ["claim 1", "dismiss 1"]


async def test_a_reply_that_cannot_be_seen_is_no_reply(room, case):
    await room.hear("ana", "claim 1")
    assert "still missing" in text(await room.hear("ana", "reply 1 heard: \u200b"))
    assert (await room.store.case(1)).replies == ()


async def test_a_reply_that_is_too_long_to_keep_is_refused_and_not_cut(room):
    await room.receive(complaint(channel="forum"))
    await room.hear("ana", "claim 1")
    line = "reply 1 heard: João, sinto muito. " + "x" * 4_000
    refused = await room.hear("ana", line)
    assert "too long" in text(refused)
    assert refused.copy == line


async def test_a_draft_without_its_templates_name_is_a_draft_all_the_same(room, case):
    """Rule 004-28."""
    await room.hear("ana", "claim 1")
    form = await room.submit("ana", "reply 1", {"template": "heard-delay"})
    draft = re.sub("⟦[^⟧]*⟧", "o pedido", form.fields[0].value)
    assert "nothing else" in text(await room.hear("ana", f"reply 1 heard: {draft}"))
    assert (await room.store.case(1)).replies == ()


async def test_the_same_reply_typed_twice_is_one_reply(room, case):
    await room.hear("ana", "claim 1")
    for _ in range(2):
        answer = await room.hear("ana", "reply 1 heard: João, sinto muito. Volto aqui às 15h.")
    assert answer.copy == "João, sinto muito. Volto aqui às 15h."
    assert len(await room.store.history(1)) == 3


async def test_what_was_written_for_a_case_may_be_sent_in_the_one_it_was_joined_with(room, case):
    await room.receive(complaint("other", "A geladeira veio amassada", "joao_p"))
    await room.hear("ana", "claim 2")
    await room.hear("ana", "reply 2 heard: Sinto muito pela geladeira, volto às 15h.")
    await room.hear("ana", "merge 2 into 1")
    await room.hear("ana", "claim 1")
    again = await room.hear("ana", "reply 1 heard: Sinto muito pela geladeira, volto às 15h.")
    assert again.copy


async def test_an_answered_case_is_not_joined_with_one_that_still_waits_for_an_answer(room, case):
    """What was said to the customer would be forgotten, and their clock run again."""
    await room.receive(complaint("other", "A geladeira veio amassada", "joao_p"))
    await room.hear("ana", "claim 2")
    await room.hear("ana", "reply 2 heard: Sinto muito pela geladeira, volto às 15h.")
    await room.hear("ana", "sent 2 https://example.com/r")
    assert "merge 1 into 2" in text(await room.hear("ana", "merge 2 into 1"))
    await room.hear("ana", "merge 1 into 2")
    assert (await room.store.case(1)).ending is Ending.MERGED


async def test_a_joined_customer_who_says_it_again_is_a_sighting_of_the_case_that_goes_on(room, case):
    await room.receive(complaint("other", "A geladeira veio amassada", "joao_p"))
    await room.hear("ana", "merge 2 into 1")
    assert await room.receive(complaint("third", "A geladeira veio amassada!", "joao_p")) == 1


async def test_a_sighting_is_remembered_across_a_restart(tmp_path):
    """Somebody else's words that read like a sighting are proposed, whatever the case began with."""
    async with open_room(tmp_path, checks=False) as (room, _):
        await room.receive(complaint())
        await room.receive(complaint("other", "A geladeira veio amassada e ninguém responde", "joao_p"))
        await room.hear("ana", "merge 2 into 1")
    async with open_room(tmp_path, checks=False) as (room, _):
        await room.receive(complaint("third", "A geladeira veio amassada e ninguém responde", "Maria"))
        assert (await room.store.case(3)).alike == (1,)


@pytest.mark.parametrize("channel", ['"\\ud800"', "\u202efb\u202c", "Twitter", "x" * 500])
async def test_whatever_a_member_calls_the_channel_the_report_is_kept(room, channel):
    await room.hear("ana", f"new the lamp broke channel={channel}")
    kept = (await room.store.case(1)).complaint.channel
    assert len(kept) <= 120
    assert kept.isprintable()


async def test_two_reports_of_one_moment_are_two_cases(room):
    for words in ("the lamp broke", "the parcel is lost"):
        await room.submit("ana", "new", {"text": words})
    assert await room.store.case(2)


async def test_a_backslash_that_means_nothing_is_part_of_the_name(room):
    await room.hear("ana", 'new the lamp broke author="Jo\\ao"')
    assert (await room.store.case(1)).complaint.author == "Jo\\ao"


async def test_a_form_for_a_case_that_is_not_there_is_refused(room):
    assert "no case #7" in text(await room.submit("ana", "reply 7 heard", {"text": "João, sinto muito."}))


async def test_a_note_that_is_refused_returns_with_what_was_typed(room, case):
    await room.hear("ana", "claim 1")
    form = await room.hear("ana", "assign 1 rui")
    await room.hear("lia", "assign 1 bea Ana is ill")
    again = await room.submit("ana", form.command, {"note": "he knows the carrier"})
    assert [field.value for field in again.fields] == ["he knows the carrier"]


async def test_a_reopened_case_rings_its_owner_or_the_first_line(tmp_path):
    said = []
    async with open_room(tmp_path, checks=False, said=said) as (room, _):
        await room.receive(complaint())
        await room.hear("bea", "dismiss 1 another shop")
        await room.hear("rui", "reopen 1 it is ours")
    assert any("rui opened #1 again" in line and line.endswith("→ ana, bea") for line in said)
