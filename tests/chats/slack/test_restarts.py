"""The bot is started again in the middle of every form: what it needs is in the window, and it acts once."""

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.core import events
from bot.core.cards import Card, Tone
from bot.core.commands import COMMANDS, CaseCommand, missing
from tests.chats.slack.judging import all_are_fit
from tests.chats.slack.workspace import CHANNEL, USERS, needs_slack, open_bot, open_workspace, until

pytestmark = [needs_slack, pytest.mark.xdist_group("slack")]

OWN = "João, sentimos muito pela demora. Já estou atrás do pedido e volto aqui às 15h."
CLAIMED = ("claim 1", "facts 1 order 7 came back")
HEARD = (*CLAIMED, f"reply 1 heard: {OWN}", "sent 1 https://example.com/p/1#r1")
SATISFIED = (*HEARD, "private 1 phone", "resolved 1 a new parcel", "told 1", "satisfied 1 yes")
SKIPPED = tuple(f"skip 1 {step} because he deleted the post" for step in ("statement", "update", "wrap-up"))
CLOSED = (*SATISFIED, *SKIPPED, "close 1 satisfied")
#: A reply of Ana's that another member reads.
ANAS = ("ana> claim 1", "ana> mark 1 heated", f"ana> reply 1 heard: {OWN}")

#: Each word with what was said before, by Lia where nobody else is named, what is filled in, and what then has happened.
FORMS = {
    "new": ((), {"text": "They laughed at me", "channel": "google"}, events.Opened),
    "facts": (("claim 1",), {"text": "order 7 came back"}, events.FactsRecorded),
    "promise": (CLAIMED, {"what": "a call", "by": "2h"}, events.Promised),
    "sent": (HEARD[:-1], {"link": "https://example.com/p/1#r1"}, events.ReplySent),
    "private": (CLAIMED, {"where": "phone"}, events.MovedPrivate),
    "resolved": (HEARD, {"text": "a new parcel"}, events.Resolved),
    "satisfied": (SATISFIED[:-1], {"answer": "yes"}, events.SatisfactionChecked),
    "skip": (SATISFIED, {"step": "wrap-up", "because": "he deleted the post"}, events.StepSkipped),
    "close": ((*SATISFIED, *SKIPPED), {"outcome": "satisfied"}, events.Closed),
    "review": (CLOSED, {"text": "labels are checked twice from now on"}, events.Reviewed),
    "snooze": (CLAIMED, {"until": "2h", "reason": "waiting for the carrier"}, events.Snoozed),
    "dismiss": ((), {"reason": "it is another shop"}, events.Dismissed),
    "mark": ((), {"what": "heated", "note": "he shouts"}, events.Marked),
    "unmark": (("mark 1 legal",), {"what": "legal"}, events.Unmarked),
    "improve": (ANAS, {"text": f"{OWN} Lia"}, events.ReplyImproved),
    "reopen": (("dismiss 1 because it is another shop",), {"reason": "it is ours"}, events.Reopened),
    "assign": (CLAIMED, {"to": "bea", "note": "she knows the carrier"}, events.Assigned),
    "release": (HEARD, {"note": "he waits for a word at 15:00"}, events.Released),
    "merge": (("new They laughed at me",), {"into": "2"}, events.Merged),
}
#: A reply has steps of its own, below. What is not here asks for nothing (checked, update-asked): it acts at once.
OWN_TEST = {"reply", "check"}


async def happened(bot, kind, case=1):
    return [entry for entry in await bot.room.store.history(case) if isinstance(entry.event, kind)]


async def begun(bot, lines):
    await bot.complain()
    for line in lines:
        who, _, words = line.rpartition("> ")
        answer = await bot.room.desk.hear(who or "lia", words)
        assert isinstance(answer, Card) and answer.tone is not Tone.REFUSAL, answer


def test_every_word_that_asks_for_something_is_here():
    asking = {word for word, command in COMMANDS.items() if {slot.name for slot in missing(command())} - {"case"}}
    assert asking - OWN_TEST <= set(FORMS)


@pytest.mark.parametrize("word", FORMS)
async def test_a_form_outlives_a_restart_and_acts_once(word, tmp_path):
    before, values, kind = FORMS[word]
    case = 2 if word == "new" else 1
    async with open_workspace(tmp_path / "workspace") as slack:
        async with open_bot(tmp_path, slack) as bot:
            await begun(bot, before)
            asked = word if not issubclass(COMMANDS[word], CaseCommand) else f"{word} 1"
            known = len(await happened(bot, kind, case))
            await slack.type("lia", asked)
            await slack.window("")
        async with open_bot(tmp_path, slack) as bot:
            await slack.submit("lia", **values)
            await slack.no_window()
            await slack.told_in("", "lia", 1, "Noted")
            assert len(await happened(bot, kind, case)) == known + 1
            await come_again(bot, slack)
            assert len(await happened(bot, kind, case)) == known + 1
        await all_are_fit(slack)


async def come_again(bot, slack):
    """What was submitted last is delivered once more."""
    [*_, came] = [e["detail"] for e in await slack.log() if e["kind"] == "interactive" and "envelope" in e["summary"]]
    await bot.slack.inbound.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=came))


async def test_each_step_of_a_reply_outlives_a_restart(tmp_path):
    async with open_workspace(tmp_path / "workspace") as slack:
        async with open_bot(tmp_path, slack) as bot:
            await begun(bot, ("claim 1",))
            await slack.type("lia", "reply 1")
            await slack.window("choose a draft")
        async with open_bot(tmp_path, slack):
            await slack.submit("lia", template="heard-delay")
            await slack.window("⟦")
        async with open_bot(tmp_path, slack) as bot:
            await slack.submit("lia", text=OWN)
            await slack.window("Copy it")
            await come_again(bot, slack)
            assert len(await happened(bot, events.ReplyAccepted)) == 1
        await all_are_fit(slack)


async def test_a_reported_message_outlives_a_restart(tmp_path):
    async with open_workspace(tmp_path / "workspace") as slack:
        async with open_bot(tmp_path, slack) as bot:
            await slack.type("ana", "help")
            (body,) = [entry["detail"] for entry in await slack.log() if entry["kind"] == "slash_commands"]
            await bot.slack.inbound.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=reported(body)))
            await slack.window("They laughed & left")
        async with open_bot(tmp_path, slack) as bot:
            await slack.submit("ana", channel="google", author="Peter")
            await slack.told_in("", "ana", 1, "Noted as #1.")
            await come_again(bot, slack)
            assert [case.number for case in await bot.room.store.live_cases()] == [1]
        await all_are_fit(slack)


def reported(body):
    """*Report as complaint* on somebody's message."""
    return {
        "type": "message_action",
        "callback_id": "report_as_complaint",
        "trigger_id": body["trigger_id"],
        "response_url": body["response_url"],
        "team": {"id": "T01TEST"},
        "user": {"id": USERS["ana"]},
        "channel": {"id": CHANNEL},
        "message": {"user": USERS["rui"], "ts": "1787000000.000100", "text": "They laughed &amp; left"},
    }


async def test_a_form_of_a_thread_is_answered_in_that_thread_after_a_restart(tmp_path):
    async with open_workspace(tmp_path / "workspace") as slack:
        async with open_bot(tmp_path, slack) as bot:
            await begun(bot, ("claim 1",))
            card = await slack.card("Meu pedido")
            await until(lambda: bot.room.store.ref("case/1"))
            await slack.mention("lia", "facts", card["ts"])
            await slack.told("lia", "This wants a form")
            await slack.press("lia", "facts 1")
            await slack.window("What happened")
        async with open_bot(tmp_path, slack):
            await slack.submit("lia", text="order 7 came back")
            await slack.told_in(card["ts"], "lia", 1, "Noted.")


async def test_buttons_from_before_a_restart_are_pressed_after_it(tmp_path):
    async with open_workspace(tmp_path / "workspace") as slack:
        async with open_bot(tmp_path, slack) as bot:
            await begun(bot, ("claim 1",))
            await slack.card("Meu pedido")
        async with open_bot(tmp_path, slack) as bot:
            await slack.press("lia", "release 1")
            assert (await bot.room.store.case(1)).owner == ""


async def test_a_text_is_checked_after_a_restart_and_nothing_is_recorded(tmp_path):
    async with open_workspace(tmp_path / "workspace") as slack:
        async with open_bot(tmp_path, slack) as bot:
            await bot.complain()
            await slack.type("ana", "check 1")
            await slack.window("The reply as you would post it")
        async with open_bot(tmp_path, slack) as bot:
            before = await bot.room.store.history(1)
            await slack.submit("ana", text="João, a culpa é sua!!!")
            await slack.window("Piled-up exclamation marks")
            assert await bot.room.store.history(1) == before
