"""A socket that breaks in every way: it is noticed, it opens again, and what members did acts exactly once."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from adapters.chats.slack import connection
from bot.config.settings import DoorSettings
from bot.core import events
from bot.door import Door
from tests.chats.slack.gate import open_gate
from tests.chats.slack.workspace import needs_slack, open_bot, open_workspace, shown, until

pytestmark = [needs_slack, pytest.mark.xdist_group("slack")]


@asynccontextmanager
async def opened(tmp_path, monkeypatch):
    """The workspace, the gate before it, the bot and its door."""
    monkeypatch.setattr(connection, "PING_S", 0.2)
    monkeypatch.setattr(connection, "ANSWER_S", 0.6)
    async with (
        open_workspace(tmp_path / "workspace") as slack,
        open_gate(slack) as gate,
        open_bot(tmp_path, slack, api=gate.api) as bot,
    ):
        door = Door(bot.room, [], DoorSettings(port=0), is_connected=bot.slack.is_connected)
        await door.start()
        try:
            yield slack, gate, bot, door
        finally:
            await door.stop()


async def says(slack, door, status):
    """Waits until ``/readyz`` answers so."""

    async def look():
        async with slack.session.get(f"http://127.0.0.1:{door.port}/readyz") as answer:
            return answer.status == status

    look.__doc__ = f"/readyz says {status}"
    await until(look)


async def breaks(gate, fault):
    """Breaks the socket; the faults of what comes after it stay until they are lifted."""
    gate.fault = "no address" if fault in {"dropped", "half-open"} else fault
    if fault == "half-open":
        gate.freeze()
    else:
        await gate.drop()


@pytest.mark.parametrize("fault", ["dropped", "half-open", "no address", "refused", "hanging"])
async def test_a_broken_socket_opens_again_and_nothing_is_lost_or_doubled(fault, tmp_path, monkeypatch):
    async with opened(tmp_path, monkeypatch) as (slack, gate, bot, door):
        await bot.complain()
        await slack.card("Meu pedido")
        await says(slack, door, 200)
        before = gate.opened
        await breaks(gate, fault)
        claiming = asyncio.create_task(slack.type("ana", "claim 1"))
        await says(slack, door, 503)
        assert not bot.slack.is_connected()
        await bot.complain("Segundo pedido", "Lia", "https://example.com/p/2")
        await slack.card("Segundo pedido")
        gate.fault = ""
        await says(slack, door, 200)
        assert bot.slack.is_connected()
        assert gate.opened > before
        await claiming
        await until(lambda: claimed(bot))
        assert len(await claimed(bot)) == 1
        assert len([each for each in await slack.messages() if "Segundo pedido" in shown(each)]) == 1
        await slack.type("ana", "todo")
        await slack.told("ana", "What you owe")


async def claimed(bot):
    """The case is claimed."""
    return [entry for entry in await bot.room.store.history(1) if isinstance(entry.event, events.Claimed)]


async def test_what_was_done_but_not_acknowledged_comes_again_and_acts_once(tmp_path, monkeypatch):
    async with opened(tmp_path, monkeypatch) as (slack, gate, bot, door):
        await bot.complain()
        await slack.card("Meu pedido")
        gate.loses_acks = True
        claiming = asyncio.create_task(slack.type("ana", "claim 1"))
        promised = asyncio.create_task(slack.type("ana", 'new "They laughed at me" channel=google'))
        await until(lambda: claimed(bot))
        await until(lambda: bot.room.store.case(2))
        gate.loses_acks = False
        await gate.drop()
        await says(slack, door, 200)
        await asyncio.gather(claiming, promised)
        assert len(await claimed(bot)) == 1
        assert [case.number for case in await bot.room.store.live_cases()] == [1, 2]


async def test_a_token_that_slack_refuses_ends_the_start(tmp_path, monkeypatch):
    async with opened(tmp_path, monkeypatch) as (_, _, bot, _):

        async def refused():
            raise SlackApiError("no", {"ok": False, "error": "invalid_auth"})

        monkeypatch.setattr(bot.slack.socket.client, "issue_new_wss_url", refused)
        with pytest.raises(SlackApiError):
            await bot.slack.socket.open()


def test_with_the_figures_that_we_ship_a_dead_socket_is_replaced_within_thirty_seconds():
    """aiohttp closes a socket one and a half heartbeats after its last sign; the SDK looks once in a ping interval
    (``SocketModeClient.monitor_current_session``), asks for an address and connects.
    """
    noticed = connection.PING_S * 1.5
    looked_at = connection.PING_S
    assert noticed + looked_at + 2 * connection.ANSWER_S <= 30
    # While Slack refuses: the try that is under way when it is back, the next look, and the try that succeeds.
    assert 2 * connection.ANSWER_S + looked_at + 2 * connection.ANSWER_S <= 30


async def test_the_sdks_own_rule_is_the_one_that_we_reckon_with(tmp_path, monkeypatch):
    client = SocketModeClient("xapp-1", ping_interval=connection.PING_S)
    try:
        now = 1_787_000_000.0
        monkeypatch.setattr("slack_sdk.socket_mode.aiohttp.time.time", lambda: now)
        client.last_ping_pong_time = now - 4 * connection.PING_S
        assert await client.is_ping_pong_failing()
        client.last_ping_pong_time += 1
        assert not await client.is_ping_pong_failing()
    finally:
        client.closed = True
        client.message_processor.cancel()
        await client.aiohttp_client_session.close()
