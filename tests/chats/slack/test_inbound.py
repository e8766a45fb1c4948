"""The whole path on a real Slack server, in both modes: what members do, and what they alone read."""

import asyncio
import hashlib
import hmac
import json
import time
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from adapters.chats.slack import inbound
from bot.core import events
from bot.demo.people import START
from bot.room import HandClock
from tests.chats.slack.judging import all_are_fit
from tests.chats.slack.workspace import (
    CHANNEL,
    HTTP,
    SOCKET,
    USERS,
    buttons,
    free_port,
    needs_slack,
    open_bot,
    open_workspace,
    shown,
    until,
)

pytestmark = [needs_slack, pytest.mark.xdist_group("slack")]


@asynccontextmanager
async def opened(tmp_path, mode="socket"):
    """A workspace and the bot in it."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/slack/events" if mode == "http" else None
    async with open_workspace(tmp_path / "workspace", url) as workspace:
        settings = HTTP if mode == "http" else SOCKET
        async with open_bot(tmp_path, workspace, settings, port) as bot:
            yield workspace, bot
            await all_are_fit(workspace)


async def happened(bot, kind, case=1):
    """The events of this kind in the case's history."""
    return [entry for entry in await bot.room.store.history(case) if isinstance(entry.event, kind)]


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_from_a_complaint_to_a_closed_case_by_two_members(tmp_path, mode):
    async with opened(tmp_path, mode) as (slack, bot):
        await bot.complain()
        await slack.card("Meu pedido não chegou")
        await slack.press("ana", "claim 1")
        await slack.told("ana", "Noted.")
        await slack.type("bea", "claim 1")
        await slack.told("bea", "has #1 already.")
        await slack.press("ana", "reply 1")
        await slack.window("choose a draft")
        await slack.submit("ana", template="heard-delay")
        await slack.window("⟦")
        text = "João, sentimos muito pela demora do pedido. Já estou atrás dele e volto aqui hoje às 15h."
        await slack.submit("ana", text=text)
        await slack.window("Copy it, post it by hand")
        await slack.type("ana", "sent 1 https://example.com/p/1#r1")
        await slack.press("ana", "facts 1")
        await slack.window("What happened")
        await slack.submit("ana", text="pedido 7, devolvido pela transportadora")
        await slack.no_window()
        await slack.card("pedido 7, devolvido pela transportadora")
        await slack.type("ana", "promise 1 situação do pedido by 2h")
        await slack.press("ana", "done 1 1")
        await slack.press("ana", "told 1 1")
        await slack.type("ana", f"assign 1 to <@{USERS['bea']}|bea> goodnight")
        await slack.type("bea", "private 1 dm")
        await slack.press("bea", "resolved 1")
        await slack.window("What solved")
        await slack.submit("bea", text="novo envio")
        await slack.press("bea", "told 1")
        await slack.press("bea", "satisfied 1")
        await slack.window("#1")
        await slack.submit("bea", answer="yes")
        await slack.press("bea", "close 1")
        owed = await slack.window("#1 cannot be closed yet; still owed:")
        assert {"update-asked 1", "reply 1"} <= {button["value"] for button in buttons(owed)}
        await slack.close_window()
        await slack.type("bea", "update-asked 1")
        for step in ("statement", "wrap-up"):
            await slack.type("bea", f"skip 1 {step} because o cliente apagou o post")
        await slack.press("bea", "close 1")
        await slack.window("#1")
        await slack.submit("bea", outcome="advocate")
        await slack.card("The light is green")
        case = await bot.room.store.case(1)
        assert not case.is_open
        assert case.owner == "bea"
        assert case.outcome.value == "advocate"


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_of_two_presses_at_once_one_wins_and_the_other_reads_who(tmp_path, mode):
    async with opened(tmp_path, mode) as (slack, bot):
        await bot.complain()
        await slack.card("Meu pedido")
        message, button = await until(lambda: slack.button("ana", "claim 1"))
        await asyncio.gather(*(slack.click(who, message["ts"], button) for who in ("ana", "bea")))
        owner = (await bot.room.store.case(1)).owner
        (loser,) = {"ana", "bea"} - {owner}
        await slack.told(owner, "Noted.")
        await slack.told(loser, "has #1 already.")
        assert len(await happened(bot, events.Claimed)) == 1


async def test_a_double_click_acts_once(tmp_path):
    async with opened(tmp_path) as (slack, bot):
        await bot.complain()
        await slack.card("Meu pedido")
        message, button = await until(lambda: slack.button("ana", "claim 1"))
        await asyncio.gather(*(slack.click("ana", message["ts"], button) for _ in range(5)))
        assert len(await happened(bot, events.Claimed)) == 1


async def test_an_envelope_that_comes_again_acts_once(tmp_path):
    async with opened(tmp_path) as (slack, bot):
        await bot.complain()
        await slack.type("ana", "claim 1")
        await slack.type("ana", "promise 1 a call by 2h")
        await slack.type("ana", 'new "They laughed at me" channel=google author=Peter')
        came = [entry["detail"] for entry in await slack.log() if entry["kind"] == "slash_commands"]
        for _ in range(3):
            for body in came:
                response = await bot.slack.inbound.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
                assert response.status == 200
        assert len(await happened(bot, events.Promised)) == 1
        assert [case.number for case in await bot.room.store.live_cases()] == [1, 2]


async def test_a_form_that_is_sent_twice_acts_once(tmp_path):
    async with opened(tmp_path) as (slack, bot):
        await bot.complain()
        await slack.type("ana", "claim 1")
        await slack.type("ana", "promise 1")
        await slack.window("#1")
        await slack.submit("ana", what="a call", by="2h")
        (came,) = [e["detail"] for e in await slack.log() if e["kind"] == "interactive" and "envelope" in e["summary"]]
        await bot.slack.inbound.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=came))
        assert len(await happened(bot, events.Promised)) == 1


async def test_a_stranger_is_refused_politely_and_privately(tmp_path):
    async with opened(tmp_path) as (slack, bot):
        await bot.complain()
        card = await slack.card("Meu pedido")
        await slack.press("eve", "claim 1")
        await slack.type("eve", "dismiss 1 because no")
        await slack.mention("eve", "claim", card["ts"])

        async def three():
            said = [each for each in await slack.messages() if each.get("ephemeral_to") == USERS["eve"]]
            return len(said) == 3 and all("Only the crisis committee of Loja Aurora" in shown(each) for each in said)

        await until(three)
        assert (await bot.room.store.case(1)).owner == ""
        await slack.open_home("eve")
        assert "Meu pedido" not in shown(await slack.home("eve", "Only the crisis committee"))


async def press_in(bot, who, command, view, at, trigger=""):
    """A button in a window or a home tab, for which the server has no way of its own."""
    body = {
        "type": "block_actions",
        "team": {"id": "T01TEST"},
        "user": {"id": USERS[who]},
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
        "trigger_id": trigger,
        "actions": [{"type": "button", "action_id": "heard/0", "value": command, "action_ts": at}],
    }
    await bot.slack.inbound.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))


async def test_what_is_still_owed_before_closing_is_worked_off_in_its_window(tmp_path):
    async with opened(tmp_path) as (slack, bot):
        await bot.complain()
        for words in ("claim", "facts order 7", "private dm", "resolved a new parcel", "told", "satisfied yes"):
            word, _, rest = words.partition(" ")
            await slack.type("ana", f"{word} 1 {rest}")
        await slack.type("ana", "reply 1 Oi João, lamento o atraso. O pacote novo sai hoje às 15h.")
        await slack.type("ana", "sent 1 https://example.com/p/1#r1")
        await slack.press("ana", "close 1")
        owed = await slack.window("#1 cannot be closed yet")
        assert "update-asked 1" in {button["value"] for button in buttons(owed)}
        await press_in(bot, "ana", "update-asked 1", owed, "1.1")
        await slack.window("Noted.")
        await press_in(bot, "ana", "close 1", await slack.window("Noted."), "1.2")
        left = await slack.window("#1 cannot be closed yet")
        assert "update-asked 1" not in {button["value"] for button in buttons(left)}


async def test_a_reminder_takes_the_place_of_the_last_one_and_rests_when_a_choice_is_made(tmp_path):
    clock = HandClock(START)
    async with (
        open_workspace(tmp_path / "workspace") as slack,
        open_bot(tmp_path, slack, clock=clock) as bot,
    ):
        await bot.complain(at=START)
        for hours in (1, 1, 5):
            await bot.room.advance(timedelta(hours=hours))
            said = [shown(each) for each in await slack.messages() if "nobody has claimed" in shown(each)]
            assert len(said) == 1
        message, menu = await menu_in(slack, "snooze 1")
        hour = menu["options"][0]
        assert [option["value"] for option in menu["options"]] == [
            "snooze 1 1h",
            "snooze 1 3h",
            "snooze 1 tomorrow 09:00",
            "snooze 1",
        ]
        chosen = {"type": "static_select", "action_id": menu["action_id"], "selected_option": hour}
        await slack.click("ana", message["ts"], chosen)
        view = await slack.window("What you are waiting for")
        assert [block["label"]["text"] for block in view["blocks"] if block["type"] == "input"] == ["Reason"]
        await slack.submit("ana", reason="the shop opens at nine")
        await bot.room.deliver()
        assert (await bot.room.store.case(1)).snooze_reason == "the shop opens at nine"
        assert not [each for each in await slack.messages() if "nobody has claimed" in shown(each)]


async def menu_in(slack, command):
    """The newest menu whose last choice is this command, and its message."""
    for message in reversed(await slack.messages()):
        for block in message.get("blocks") or []:
            for element in block.get("elements", []):
                if element.get("type") == "static_select" and element["options"][-1]["value"] == command:
                    return message, element
    raise AssertionError(f"no menu for {command}")


async def test_a_button_in_a_window_goes_on_in_it_and_one_of_the_home_opens_one(tmp_path):
    async with opened(tmp_path) as (slack, bot):
        await bot.complain()
        await slack.type("ana", "claim 1")
        (came,) = [entry["detail"] for entry in await slack.log() if entry["kind"] == "slash_commands"]

        async def pressed(command, view, at):
            await press_in(bot, "ana", command, view, at, came["trigger_id"])

        await slack.open_home("ana")
        home = await slack.home("ana", "What you owe")
        await pressed("facts 1", home, "1.1")
        await slack.window("What happened")
        await slack.submit("ana", text="order 7 came back")
        await slack.told("ana", "Noted.")
        await pressed("list open", home, "1.2")
        await slack.window("Open cases")
        await slack.press("ana", "reply 1")
        await slack.window("choose a draft")
        await slack.submit("ana", template="heard-delay")
        await slack.window("⟦")
        await slack.submit("ana", text="João, sentimos muito. Já estou atrás do pedido e volto aqui às 15h.")
        window = await slack.window("Copy it")
        await pressed("sent 1", window, "1.3")
        await slack.window("The address of the reply")
        await slack.submit("ana", link="https://example.com/p/1#r1")
        assert await happened(bot, events.ReplySent)


async def test_the_bot_is_called_in_a_cases_thread(tmp_path):
    async with opened(tmp_path) as (slack, bot):
        await bot.complain()
        card = await slack.card("Meu pedido")
        await until(lambda: bot.room.store.ref("case/1"))  # It stands a moment before it is known where.
        await slack.mention("ana", "claim", card["ts"])
        told = await slack.told("ana", "Noted.")
        assert told["thread_ts"] == card["ts"]
        assert (await bot.room.store.case(1)).owner == "ana"
        await slack.mention("ana", "facts", card["ts"])
        await slack.told("ana", "This wants a form")
        await slack.press("ana", "facts 1")
        await slack.window("What happened")
        await slack.submit("ana", text="order 7 came back")
        await slack.told_in(card["ts"], "ana", 2, "Noted.")


async def test_the_home_shows_duties_first_and_then_the_open_cases(tmp_path):
    async with opened(tmp_path) as (slack, bot):
        await bot.complain()
        await slack.type("ana", "claim 1")
        await slack.open_home("ana")
        home = shown(await slack.home("ana", "What you owe"))
        assert home.index("What you owe") < home.index("Open cases")
        assert "Facebook" in home


async def test_a_form_that_is_refused_keeps_what_was_typed(tmp_path):
    async with opened(tmp_path) as (slack, bot):
        await bot.complain()
        await slack.type("ana", "claim 1")
        await slack.type("ana", "promise 1")
        await slack.window("#1")
        await slack.submit("ana", what="we call you back", by="some day")
        again = shown(await slack.window("some day"))
        assert "I can't read" in again
        assert "we call you back" in again
        await slack.submit("ana", what="we call you back", by="2h")
        await slack.no_window()
        await slack.type("ana", "reply 1 heard-delay")
        window = await slack.window("⟦")
        errors = await slack.submit("ana", text="João ⟦what we do⟧")
        assert list(errors) == [window["blocks"][-1]["block_id"]]
        assert list(errors.values()) == ["There is still a hole to fill: ⟦what we do⟧."]


async def test_a_slow_store_is_acknowledged_at_once_and_answered_later(tmp_path, monkeypatch):
    monkeypatch.setattr(inbound, "PATIENCE_S", 0.01)
    async with opened(tmp_path) as (slack, bot):
        await bot.complain()
        await slack.card("Meu pedido")
        slow = asyncio.Event()
        hear, submit = bot.room.desk.hear, bot.room.desk.submit

        async def hear_slowly(*args, **more):
            await slow.wait()
            return await hear(*args, **more)

        async def submit_slowly(*args, **more):
            await slow.wait()
            return await submit(*args, **more)

        monkeypatch.setattr(bot.room.desk, "hear", hear_slowly)
        await slack.type("ana", "claim 1")  # It is acknowledged: this returns.
        assert (await bot.room.store.case(1)).owner == ""
        slow.set()
        await slack.told("ana", "Noted.")
        await slack.type("ana", "facts 1")
        await slack.window("What happened")
        monkeypatch.setattr(bot.room.desk, "submit", submit_slowly)
        slow.clear()
        await slack.submit("ana", text="order 7 came back")
        await slack.window("still writing it down")
        slow.set()
        await slack.window("Noted.")


async def test_a_message_is_reported_as_a_complaint(tmp_path):
    async with opened(tmp_path) as (slack, bot):
        await slack.type("ana", "help")
        (body,) = [entry["detail"] for entry in await slack.log() if entry["kind"] == "slash_commands"]
        payload = {
            "type": "message_action",
            "callback_id": "report_as_complaint",
            "trigger_id": body["trigger_id"],
            "response_url": body["response_url"],
            "team": {"id": "T01TEST"},
            "user": {"id": USERS["ana"]},
            "channel": {"id": CHANNEL},
            "message": {
                "user": USERS["rui"],
                "ts": "1787000000.000100",
                "text": "They laughed &amp; left <https://example.com/post/9?a=1&amp;b=2|here> <!channel>",
            },
        }
        await bot.slack.inbound.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=payload))
        view = shown(await slack.window("They laughed & left"))
        assert "https://example.com/post/9?a=1&b=2" in view
        assert "Rui" in view
        await slack.submit("ana", channel="google", author="Peter")
        await slack.told("ana", "Noted as #1.")
        case = await bot.room.store.case(1)
        assert case.complaint.author == "Peter"
        assert case.complaint.posted_at.isoformat() == "2026-08-17T20:53:00+00:00"


async def test_a_bug_is_noted_and_the_member_reads_so(tmp_path, monkeypatch):
    async with opened(tmp_path) as (slack, bot):

        async def broken(*_, **__):
            raise ZeroDivisionError

        monkeypatch.setattr(bot.room.desk, "hear", broken)
        await slack.type("ana", "todo")
        await slack.told("ana", "Something went wrong here; it is noted")


async def test_the_socket_opens_again_after_it_was_dropped(tmp_path, monkeypatch):
    monkeypatch.setattr("adapters.chats.slack.connection.PING_S", 0.05)
    async with opened(tmp_path) as (slack, bot):
        assert bot.slack.is_connected()
        await bot.slack.socket.client.current_session.close()
        assert not bot.slack.is_connected()

        async def back():
            return bot.slack.is_connected()

        await until(back)
        await slack.type("ana", "help")
        await slack.told("ana", "What you can say")


async def test_a_request_without_a_signature_or_an_old_one_is_refused(tmp_path):
    async with opened(tmp_path, "http") as (slack, bot):
        await bot.complain()
        await slack.type("ana", "help")
        (entry,) = [e for e in await slack.log() if e["kind"] == "slash_commands" and e["direction"] == "to_bot"]
        url, body = entry["summary"].split()[1], entry["detail"].replace("text=help", "text=claim+1")
        assert parse_qs(body)["text"] == ["claim 1"]
        now = int(time.time())
        for at, secret, status in ((now, "wrong", 401), (now - 600, "signed", 401), (now, "signed", 200)):
            digest = hmac.new(secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
            headers = {
                "X-Slack-Signature": f"v0={digest}",
                "X-Slack-Request-Timestamp": str(at),
                "Content-Type": "application/x-www-form-urlencoded",
            }
            async with slack.session.post(url, data=body, headers=headers) as answer:
                assert answer.status == status
                said = await answer.text()
        assert json.loads(said)["response_type"] == "ephemeral"
        assert (await bot.room.store.case(1)).owner == "ana"
