"""What a colleague says while a member types into a window: seldom, the newest, and never in the way."""

import asyncio
from html import escape

import pytest
from msgspec.structs import replace
from slack_bolt.request.async_request import AsyncBoltRequest

from adapters.chats.slack.blocks import Look
from adapters.chats.slack.outbound import client
from adapters.chats.slack.remarking import REST_S, TRIES, Remarking
from adapters.chats.slack.views import is_field, modal, remarks_id, with_remarks
from bot.core import events
from bot.core.cards import Field, FieldKind, Form
from bot.demo.people import START
from bot.room import HandClock
from tests.chats.slack.judges import judge
from tests.chats.slack.judging import all_are_fit
from tests.chats.slack.server import fault_server
from tests.chats.slack.workspace import PLAN, USERS, needs_slack, open_bot, open_workspace, shown, until
from tests.rooms import open_room
from tests.test_desk import complaint

LOOK = Look(PLAN, is_private=True)
BLAMING = "João, a culpa é sua, o senhor deveria ter lido o prazo."
FORM_WITH_SIGNS = Form(
    "A & B",
    "reply 1 heard",
    (Field("text", "Your <text>", FieldKind.TEXT, "> & <", "a & b <c>", read_along=True),),
    "OK & on",
    lines=(("“R&D <laughs>”",),),
)
SHOUTING = "João, SINTO MUITO PELO SEU PEDIDO, ACREDITE!!!"


class Rests:
    """The rest between two changes of a window, over when the test says so."""

    def __init__(self):
        self.asked, self._turns = [], asyncio.Semaphore(0)

    async def __call__(self, seconds):
        self.asked.append(seconds)
        await self._turns.acquire()

    def end(self):
        self._turns.release()


class Window:
    """A member's window on the server, and what they type in it."""

    def __init__(self, server, view):
        self.server, self.view = server, server.open("V1", view)
        self.at = 1_787_000_000.0

    @property
    def block(self):
        return next(block for block in self.view["blocks"] if block["type"] == "input")

    def state(self, text):
        """The window as Slack tells of it, with this in its field."""
        name, element = self.block["block_id"], self.block["element"]["action_id"]
        return {**self.view, "state": {"values": {name: {element: {"type": "plain_text_input", "value": text}}}}}

    def key(self, remarking, text, at=0.0):
        self.at += 0.01
        action = {
            "type": "plain_text_input",
            "block_id": self.block["block_id"],
            "action_id": self.block["element"]["action_id"],
            "value": text or None,
            "action_ts": f"{at or self.at:.6f}",
        }
        remarking.typed(USERS["ana"], self.state(text), action)

    def drawn(self):
        """Slack's client has drawn what the server holds."""
        self.view = self.server.views["V1"]

    @property
    def said(self):
        blocks = self.server.views["V1"]["blocks"]
        return [shown(block) for block in blocks if block["block_id"].startswith("remarks/")] if blocks else []


@pytest.fixture
async def server():
    async with fault_server(HandClock(START)) as server:
        yield server


@pytest.fixture
async def desk(tmp_path):
    async with open_room(tmp_path, PLAN, checks=False) as (room, _):
        await room.receive(complaint())
        await room.hear("ana", "claim 1")
        yield room.desk


@pytest.fixture
async def window(server, desk):
    form = await desk.hear("ana", "reply 1 heard-delay")
    view = modal(replace(form, fields=(replace(form.fields[0], value=""),)), LOOK)
    blocks = [{"block_id": f"b{n}", **block} for n, block in enumerate(view["blocks"])]
    return Window(server, {**view, "blocks": blocks})


@pytest.fixture
def rests():
    return Rests()


@pytest.fixture
async def remarking(server, desk, rests):
    async def looking(*_, is_private):
        return replace(LOOK, is_private=is_private)

    async def ask(user, command, values):
        said = await desk.remarks({account: who for who, account in USERS.items()}[user], command, values)
        return said.lines

    made = Remarking(client("xoxb-test", server.url), looking, ask, rests)
    yield made
    await made.close()


async def rested(rests, times):
    async def look():
        return len(rests.asked) >= times

    await until(look)


async def test_what_there_is_to_say_stands_right_under_the_text(server, window, remarking, rests):
    """Rule 000-13: before the text is accepted."""
    window.key(remarking, BLAMING)
    await rested(rests, 1)
    place = [block["block_id"] for block in server.views["V1"]["blocks"]].index(window.block["block_id"])
    assert "“culpa é sua" in shown(server.views["V1"]["blocks"][place + 1])
    (payload,) = server.payloads
    judge({**payload, "blocks": [without_own_id(block) for block in payload["blocks"]]}, USERS.values())
    assert "state" not in payload and "hash" not in payload
    (asked,) = [block for block in payload["blocks"] if block["type"] == "input"]
    assert asked == window.block, "ids and first value stay, and so what is typed stays"


def without_own_id(block):
    """A block as the judges know it: Slack gives every block an id, ours or its own."""
    return {name: each for name, each in block.items() if name != "block_id" or not each.startswith("b")}


async def test_a_burst_of_keys_is_two_changes_and_the_last_text_wins(server, window, remarking, rests):
    for n in range(1, len(BLAMING)):
        window.key(remarking, BLAMING[:n])
    await rested(rests, 1)
    for text in (BLAMING, f"{BLAMING}!!", SHOUTING):
        window.key(remarking, text)
    assert server.called("views.update") == 1
    rests.end()
    await rested(rests, 2)
    assert server.called("views.update") == 2
    (said,) = window.said
    assert "culpa" not in said and "shouting" in said
    assert rests.asked == [REST_S, REST_S]


async def test_nothing_is_sent_when_there_is_nothing_new_to_say(server, window, remarking, rests):
    window.key(remarking, f"{BLAMING} Ana")
    await rested(rests, 1)
    window.drawn()
    for n, text in enumerate((f"{BLAMING} Rui", f"{BLAMING} Bea"), 2):
        window.key(remarking, text)
        rests.end()
        await rested(rests, n)
    assert server.called("views.update") == 1


async def test_a_remark_goes_when_the_text_goes(server, window, remarking, rests):
    window.key(remarking, BLAMING)
    await rested(rests, 1)
    window.key(remarking, "")
    rests.end()
    await rested(rests, 2)
    assert window.said == []


async def test_keys_struck_before_our_change_was_drawn_are_no_stale_state(server, window, remarking, rests):
    """They come with the window's state before our change, which we know was ours."""
    for n, text in enumerate((BLAMING, SHOUTING, BLAMING), 1):
        window.key(remarking, text)
        await rested(rests, n)
        rests.end()
        assert server.called("views.update") == n
    assert "culpa" in window.said[0]


async def test_of_two_keys_in_the_wrong_order_the_later_one_wins(window, remarking, rests):
    window.key(remarking, BLAMING, at=1_787_000_002.0)
    window.key(remarking, SHOUTING, at=1_787_000_001.0)
    await rested(rests, 1)
    assert "culpa" in window.said[0]


async def test_a_stale_change_is_refused_and_that_is_no_error(server, window, remarking, rests, caplog):
    """The member has gone on to the next step: it stays as it is."""
    window.key(remarking, BLAMING)
    server.views["V1"]["hash"] = "9.0"
    await rested(rests, 1)
    assert window.said == []
    assert not [each for each in caplog.records if each.levelname in {"WARNING", "ERROR"}]


@pytest.mark.parametrize("word", ["not_found", "expired"])
async def test_a_window_that_was_closed_meanwhile_is_left_in_peace(server, window, remarking, rests, caplog, word):
    server.view_faults.append({"error": word})
    window.key(remarking, BLAMING)
    await rested(rests, 1)
    rests.end()
    assert server.called("views.update") == 1
    assert not [each for each in caplog.records if each.levelname in {"WARNING", "ERROR"}]


async def test_a_window_that_was_sent_is_spoken_of_no_more(server, window, remarking, rests):
    window.key(remarking, BLAMING)
    await rested(rests, 1)
    window.key(remarking, SHOUTING)
    remarking.leave("V1")
    rests.end()
    await asyncio.sleep(0)
    window.drawn()
    window.key(remarking, BLAMING.replace("João", "Rui"))
    await rested(rests, 2)
    assert not [each for each in server.payloads if "shouting" in shown(each)]


@pytest.mark.parametrize("fault", [500, 503, "plain", "cut before", {"error": "fatal_error"}])
async def test_a_failure_is_noted_and_over_with_the_next_key(server, window, remarking, rests, caplog, fault):
    server.view_faults.append(fault)
    window.key(remarking, BLAMING)
    await rested(rests, 1)
    assert len(caplog.records) == 1
    window.drawn()
    window.key(remarking, SHOUTING)
    rests.end()
    await rested(rests, 2)
    assert "shouting" in window.said[0]
    assert rests.asked == [REST_S, REST_S], "also after a failure a window rests"


async def test_a_busy_slack_is_asked_again_when_it_said_and_not_for_ever(server, window, remarking, rests):
    server.retry_after = "7"
    server.view_faults.extend([429] * (TRIES - 1))
    window.key(remarking, BLAMING)
    for n in range(1, TRIES + 1):
        await rested(rests, n)
        rests.end()
    assert rests.asked == [7.0] * (TRIES - 1) + [REST_S]
    assert "culpa" in window.said[0]
    server.view_faults.extend([429] * 2 * TRIES)
    window.drawn()
    window.key(remarking, SHOUTING)
    for n in range(TRIES + 1, 2 * TRIES + 1):
        await rested(rests, n)
        rests.end()
    assert server.called("views.update") == 2 * TRIES


async def test_what_is_typed_meanwhile_is_shown_instead_of_what_slack_was_too_busy_for(
    server, window, remarking, rests
):
    server.view_faults.append(429)
    window.key(remarking, BLAMING)
    await rested(rests, 1)
    window.key(remarking, SHOUTING)
    rests.end()
    await rested(rests, 2)
    assert "shouting" in window.said[0]
    assert server.called("views.update") == 2


async def test_a_bug_in_a_check_does_not_end_it(server, window, desk, rests, caplog):
    async def looking(*_, is_private):
        return LOOK

    answers = [ValueError("a bug"), [("⛔ ", "say it kindly")]]

    async def ask(*_):
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    remarking = Remarking(client("xoxb-test", server.url), looking, ask, rests)
    window.key(remarking, "a")
    await rested(rests, 1)
    window.key(remarking, "ab")
    rests.end()
    await rested(rests, 2)
    assert "say it kindly" in window.said[0]
    await remarking.close()


def test_what_slack_tells_of_a_window_is_sent_back_as_it_was_sent():
    """Slack writes & as &amp; in what it tells, and what is not there as null: https://docs.slack.dev/messaging/formatting-message-text"""
    view = modal(FORM_WITH_SIGNS, LOOK)
    under = view["blocks"][-1]["block_id"]
    told = with_remarks(escaped(view), under, [], LOOK)
    assert told == view
    assert remarks_id(with_remarks(escaped(view), under, [("⛔ ", "a & b")], LOOK))


def escaped(part):
    if isinstance(part, list):
        return [escaped(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {"url": None} | {
        name: escape(each, quote=False)
        if name in {"text", "initial_value"} and isinstance(each, str)
        else escaped(each)
        for name, each in part.items()
    }


# The whole path


async def typed_into(bot, view, who, text, n=1):
    """A key in the window, as Slack tells of it; returns when it is acknowledged."""
    (block,) = [each for each in view["blocks"] if each["type"] == "input"]
    name = block["element"]["action_id"]
    body = {
        "type": "block_actions",
        "team": {"id": "T0", "domain": "aurora"},
        "user": {"id": USERS[who], "team_id": "T0"},
        "api_app_id": "A0HEARD",
        "token": "t",
        "trigger_id": f"1.{n}",
        "container": {"type": "view", "view_id": view["id"]},
        "view": {**view, "state": {"values": {block["block_id"]: {name: {"type": "plain_text_input", "value": text}}}}},
        "actions": [
            {
                "type": "plain_text_input",
                "block_id": block["block_id"],
                "action_id": name,
                "value": text,
                "action_ts": f"1787000000.{n:06d}",
            }
        ],
    }
    response = await bot.slack.inbound.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
    assert response.status == 200
    return response


@needs_slack
@pytest.mark.xdist_group("slack")
@pytest.mark.parametrize("command", ["reply 1", "check 1"])
async def test_a_member_reads_it_while_they_type_and_sends_the_form_after(tmp_path, command):
    async with open_workspace(tmp_path / "workspace") as slack, open_bot(tmp_path, slack) as bot:
        await bot.complain()
        await slack.type("ana", "claim 1")
        await slack.type("ana", command)
        if command == "reply 1":
            await slack.window("choose a draft")
            await slack.submit("ana", template="heard-delay")
        view = await slack.window("Your text" if command == "reply 1" else "The reply as you would post it")
        await typed_into(bot, view, "ana", BLAMING)
        said = await slack.window("“culpa é sua")
        assert [block["block_id"] for block in said["blocks"] if block["type"] == "input"] == [
            block["block_id"] for block in view["blocks"] if block["type"] == "input"
        ]
        await slack.submit("ana", text="João, sinto muito pela demora do pedido. Volto aqui hoje às 15h.")
        await slack.window("Copy it, post it by hand" if command == "reply 1" else "What a careful colleague")
        await all_are_fit(slack)


@needs_slack
@pytest.mark.xdist_group("slack")
async def test_what_is_typed_into_a_form_is_no_command(tmp_path):
    async with open_workspace(tmp_path / "workspace") as slack, open_bot(tmp_path, slack) as bot:
        await bot.complain()
        await slack.type("ana", "check 1")
        view = await slack.window("The reply as you would post it")
        await typed_into(bot, view, "ana", "claim 1")
        await typed_into(bot, view, "ana", f"claim 1 {BLAMING}", 2)
        await slack.window("“culpa é sua")
        assert not [each for each in await bot.room.store.history(1) if isinstance(each.event, events.Claimed)]


def test_a_button_is_no_field():
    assert not is_field({"block_id": "actions/0", "action_id": "heard/0"})
    assert not is_field({})
