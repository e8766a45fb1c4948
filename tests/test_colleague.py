"""The careful colleague at the desk: what stops a reply, who may let it pass, and what is offered with it."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.core.cards import Form
from bot.core.draft_checks import colleague
from bot.core.events import Promised, ReplyAccepted
from bot.core.plan import Replies
from bot.core.words import LANGUAGES, plain
from bot.demo.people import START, demo_plan
from tests.rooms import open_room
from tests.test_desk import complaint, text

GOOD = "João, sinto muito pelo atraso do seu pedido. Falo com a transportadora e volto aqui hoje às 18h."
ANGRY = "João, a culpa é sua, o senhor deveria ter lido o prazo."


@pytest.fixture
async def room(tmp_path):
    async with open_room(tmp_path, checks=False) as (room, _):
        await room.receive(complaint())
        yield room


async def accepted(room):
    return [entry.event for entry in await room.store.history(1) if isinstance(entry.event, ReplyAccepted)]


def said(answer):
    return "\n".join(plain(line) for line in answer.lines)


async def test_an_angry_text_is_stopped_and_comes_back_with_the_reason(room):
    """Rules 000-13 and 001-08."""
    await room.hear("rui", "claim 1")
    refused = await room.hear("rui", f"reply 1 heard: {ANGRY}")
    assert "whose fault" in text(refused)
    form = await room.submit("rui", "reply 1 heard", {"text": ANGRY})
    assert isinstance(form, Form)
    assert [field.name for field in form.fields] == ["text"], "who does not lead is not asked for a reason"
    assert form.fields[0].value == ANGRY
    assert await accepted(room) == []


async def test_who_leads_may_let_it_pass_with_a_reason_that_the_digest_lists(room):
    """Rule 001-08; the plan says which checks."""
    await room.hear("lia", "claim 1")
    form = await room.submit("lia", "reply 1 heard", {"text": ANGRY})
    assert [field.name for field in form.fields] == ["text", "despite"]
    await room.submit("lia", "reply 1 heard", {"text": ANGRY, "despite": "he asked for plain words"})
    (event,) = await accepted(room)
    assert event.despite == "he asked for plain words"
    assert "calm/blame" in event.findings
    await room.advance(timedelta(days=1))
    digest = await room.hear("lia", "digest")
    (section,) = [each for each in digest.sections if "let pass" in each.title]
    assert "he asked for plain words" in plain(section.lines[0])


async def test_a_card_number_is_never_let_pass(tmp_path):
    """Rule 004-30."""
    plan = replace(demo_plan(), replies=Replies(overridable=("calm", "discretion", "order")))
    async with open_room(tmp_path, plan, checks=False) as (room, _):
        await room.receive(complaint())
        await room.hear("lia", "claim 1")
        for number, is_accepted in (("4111 1111 1111 1111", False), ("joao@example.com", True)):
            line = f'reply 1 heard: João, sinto muito. É {number}? Volto às 15h. despite="he wrote it himself"'
            await room.hear("lia", line)
            assert bool(await accepted(room)) is is_accepted


async def test_advice_does_not_stop_a_reply_and_is_kept_with_it(room):
    """Rules 000-09 and 004-27: missing parts are named."""
    await room.hear("ana", "claim 1")
    card = await room.hear("ana", "reply 1 heard: O seu pedido não chegou.")
    assert "sorry" in said(card)
    (event,) = await accepted(room)
    assert {"empathy/regret", "empathy/next-step"} <= set(event.findings)
    assert event.despite == ""


async def test_a_promise_in_the_text_is_recorded_with_one_press(room):
    """Rule 000-10."""
    await room.hear("ana", "claim 1")
    card = await room.hear("ana", f"reply 1 heard: {GOOD}")
    (button,) = [each for each in card.buttons if each.command.startswith("promise")]
    await room.hear("ana", button.command)
    (promised,) = [each.event for each in await room.store.history(1) if isinstance(each.event, Promised)]
    assert promised.due.isoformat() == "2026-08-24T21:00:00+00:00"
    again = await room.hear("ana", f"reply 1 heard: {GOOD}")
    assert not [each for each in again.buttons if each.command.startswith("promise")], "it is held already"


@pytest.mark.parametrize("line", ["check 1 {}", "check {}"])
async def test_a_text_can_be_checked_by_hand_and_nothing_is_recorded(room, line):
    before = await room.store.history(1)
    card = await room.hear("carl", line.format(ANGRY))
    assert "whose fault" in said(card)
    assert card.copy == ANGRY
    assert await room.store.history(1) == before
    assert isinstance(await room.hear("carl", "check"), Form)


async def test_the_same_words_to_another_customer_are_stopped(room):
    """Rule 003-05: a name more or less makes them no others."""
    await room.receive(complaint("other", author="Marta", text="O pedido de vocês atrasou de novo"))
    await room.hear("ana", "claim 1")
    await room.hear("ana", "claim 2")
    await room.hear("ana", f"reply 1 heard: {GOOD}")
    refused = await room.hear("ana", f"reply 2 heard: {GOOD.replace('João', 'Marta').replace('18h', '17h')}")
    assert "Another customer got the same text" in text(refused)


def test_the_colleague_gets_ready_in_every_language(monkeypatch):
    """The first draft of a process takes a second: nobody who answers a customer waits for it."""
    read = []
    monkeypatch.setattr(colleague, "findings", lambda draft: read.append(draft.language))
    colleague.get_ready(demo_plan(), START)
    assert read == list(LANGUAGES)
