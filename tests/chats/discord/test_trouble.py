"""What goes wrong on the way: too late, twice, at once, refused by Discord, slow, or a bug of ours."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager

import pytest
import simcord.interactions
from discord.app_commands import CommandNotFound
from simcord import InteractionResult

from adapters.chats.discord import inbound
from tests.chats.discord.guild import components, open_server, shown

CALLBACK = "/interactions/*/callback"


@pytest.fixture
async def server(tmp_path):
    async with open_server(tmp_path) as server:
        yield server


@pytest.fixture
async def case(server):
    return await server.complain()


def pressed(server, who, line, channel=None):
    """An interaction as the gateway brings it, not yet sent: a slash command with a whole line."""
    return given(server, who, "say", channel, {"name": "line", "type": 3, "value": line})


def given(server, who, word, channel=None, *options):
    root = server.env.backend.find_command("crisis", server.guild.id)
    data = {
        "id": root["id"],
        "name": "crisis",
        "type": 1,
        "guild_id": str(server.guild.id),
        "options": [{"name": word, "type": 1, "options": list(options)}],
    }
    return simcord.interactions.base_payload(
        server.env.backend,
        type=2,
        channel_id=(channel or server.lobby).id,
        guild_id=server.guild.id,
        user_id=server.people[who].id,
        data=data,
    )


async def send(server, *payloads):
    for payload in payloads:
        server.env.backend.emit("INTERACTION_CREATE", payload)
    await server.env.settle()


def answer(server, record):
    return shown(InteractionResult(server.env, record))


def direct(server, who):
    """What a member has got by direct message."""
    channel = server.env.backend.dm_channels.get(server.people[who].id)
    return list(server.env.backend.messages.get(channel, {}).values()) if channel else []


# At once, and twice


async def test_of_two_at_once_one_wins_and_the_other_reads_who(server, case):
    (one, ana), (two, rui) = pressed(server, "ana", "claim 1"), pressed(server, "rui", "claim 1")
    await send(server, ana, rui)
    owner = (await server.case(case)).owner
    winner, loser = (one, two) if owner == "ana" else (two, one)
    assert owner in {"ana", "rui"}
    assert "Noted." in answer(server, winner)
    assert f"{server.people[owner].mention} has #1 already" in answer(server, loser)
    assert sum(type(entry.event).__name__ == "Claimed" for entry in await server.room.store.history(case)) == 1


async def test_an_interaction_that_comes_twice_acts_once(server, case):
    await server.ana.slash(server.lobby, "crisis claim", case=case)
    record, payload = pressed(server, "ana", "facts 1 the parcel is lost")
    await send(server, payload, payload)
    await send(server, payload)
    assert (await server.case(case)).facts == ("the parcel is lost",)
    assert "Noted." in answer(server, record)


async def test_a_complaint_that_is_reported_twice_is_one_case(server):
    _, payload = pressed(server, "ana", "new they lost my parcel")
    await send(server, payload, payload)
    assert await server.case(1)
    assert await server.case(2) is None


async def test_two_windows_with_one_command_are_two_submissions(server, case):
    await server.ana.slash(server.lobby, "crisis claim", case=case)
    for what in ("a call", "a letter"):
        opened = await server.ana.slash(server.lobby, "crisis promise", case=case)
        await server.ana.submit_modal(opened, {"what": what, "by": "tomorrow 12:00"})
    assert len((await server.case(case)).promises) == 2


# Too late


async def test_what_was_too_late_for_discord_is_committed_and_told_directly(server, case):
    server.env.inject_error("POST", CALLBACK, status=404, code=10062)
    await server.ana.slash(server.lobby, "crisis claim", case=case)
    assert (await server.case(case)).owner == "ana"
    (message,) = direct(server, "ana")
    assert "Noted." in str(message.embeds)


async def test_a_window_that_was_too_late_is_handed_over_as_a_button(server, case):
    await server.ana.slash(server.lobby, "crisis claim", case=case)
    server.env.inject_error("POST", CALLBACK, status=404, code=10062)
    server.env.inject_error("POST", CALLBACK, status=404, code=10062)
    await server.ana.slash(server.lobby, "crisis promise", case=case)
    (message,) = direct(server, "ana")
    (button,) = [part for row in message.components for part in row["components"]]
    assert button["custom_id"].startswith("k:")
    window = await server.people["ana"].user.click(message_of(server, message), custom_id=button["custom_id"])
    await server.people["ana"].user.submit_modal(window, {"what": "a call", "by": "tomorrow 12:00"})
    assert (await server.case(case)).promises[0].what == "a call"


def message_of(server, stored):
    from simcord.results import to_discord_message

    return to_discord_message(server.env, stored)


async def test_a_member_who_takes_no_direct_messages_misses_the_answer_only(server, case):
    server.env.inject_error("POST", CALLBACK, status=404, code=10062)
    server.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    await server.ana.slash(server.lobby, "crisis claim", case=case)
    assert (await server.case(case)).owner == "ana"
    assert direct(server, "ana") == []


@pytest.mark.parametrize("status", [500, 502, 403, 400])
async def test_an_answer_that_discord_refuses_changes_nothing_that_is_kept(server, case, status):
    server.env.inject_error("POST", CALLBACK, status=status, times=None)
    await server.ana.slash(server.lobby, "crisis claim", case=case)
    assert (await server.case(case)).owner == "ana"


# Slow

#: "An answer will come": https://docs.discord.com/developers/interactions/receiving-and-responding
DEFERRED = 5


def first_answer(server):
    """What Discord was told last, as the first answer to an interaction."""
    return [asked.json["type"] for asked in server.env.http_requests if asked.path.endswith("/callback")][-1]


@contextmanager
def slow(server, monkeypatch, method):
    """The store answers only after Discord has been told that an answer will come."""
    monkeypatch.setattr(inbound, "PATIENCE_S", 0.0)
    monkeypatch.setattr(inbound, "FORM_PATIENCE_S", 0.0)
    quick = getattr(server.room.store, method)

    def told():
        return [asked for asked in server.env.http_requests if asked.path.endswith("/callback")]

    before = len(told())

    async def slowly(*given, **more):
        for _ in range(400):
            if len(told()) > before:
                break
            await asyncio.sleep(0.005)
        return await quick(*given, **more)

    monkeypatch.setattr(server.room.store, method, slowly)
    yield
    monkeypatch.undo()


async def test_a_slow_store_is_answered_for_in_time_and_then_told(server, case, monkeypatch):
    with slow(server, monkeypatch, "append"):
        result = await server.ana.slash(server.lobby, "crisis claim", case=case)
    assert first_answer(server) == DEFERRED
    assert result.ephemeral
    assert "Noted." in shown(result)
    assert (await server.case(case)).owner == "ana"


async def test_a_form_that_comes_late_is_a_button_and_never_a_window(server, case, monkeypatch):
    await server.ana.slash(server.lobby, "crisis claim", case=case)
    with slow(server, monkeypatch, "case"):
        result = await server.ana.slash(server.lobby, "crisis promise", case=case)
    assert first_answer(server) == DEFERRED
    assert result.modal is None
    message = result.followups[-1] if result.followups else result.response
    (button,) = components(message)
    window = await server.ana.click(message, custom_id=button["custom_id"])
    await server.ana.submit_modal(window, {"what": "a call", "by": "tomorrow 12:00"})
    assert (await server.case(case)).promises[0].what == "a call"


def test_what_opens_a_window_is_waited_for_longer_and_never_too_long():
    assert inbound.PATIENCE_S < inbound.FORM_PATIENCE_S < 3


async def test_a_full_disk_is_told_and_what_was_typed_comes_back(server, case, monkeypatch):
    from bot.ports import StoreDown

    await server.ana.slash(server.lobby, "crisis claim", case=case)

    async def full(*_, **__):
        raise StoreDown("full")

    opened = await server.ana.slash(server.lobby, "crisis promise", case=case)
    monkeypatch.setattr(server.room.store, "append", full)
    refused = await server.ana.submit_modal(opened, {"what": "a call", "by": "tomorrow 12:00"})
    assert "I cannot write right now" in shown(refused)
    assert "a call" in shown(refused)


# Bugs


@pytest.mark.parametrize("method", ["answer", "hear", "submit"])
async def test_a_bug_is_noted_and_the_room_goes_on(server, case, monkeypatch, caplog, method):
    async def broken(*_, **__):
        raise RuntimeError("a bug")

    monkeypatch.setattr(server.room.desk, method, broken)
    if method == "submit":
        await server.ana.slash(server.lobby, "crisis claim", case=case)
        opened = await server.ana.slash(server.lobby, "crisis promise", case=case)
        result = await server.ana.submit_modal(opened, {"what": "a call", "by": "2h"})
    elif method == "hear":
        result = await server.ana.slash(server.lobby, "crisis say", line="claim 1")
    else:
        result = await server.ana.slash(server.lobby, "crisis claim", case=case)
    assert "it is noted" in shown(result)
    monkeypatch.undo()
    assert "Noted." in shown(await server.ana.slash(server.lobby, "crisis claim", case=case)) or method == "submit"


async def test_a_menu_older_than_the_commands_is_explained(server):
    record, payload = given(server, "ana", "gone")
    payload["data"]["name"] = "crisis-of-old"
    await send(server, payload)
    assert "an old menu" in answer(server, record)
    with pytest.raises(CommandNotFound):
        raise server.forgive()


# Kept forms


async def test_a_disk_that_refuses_keeps_the_form_until_the_next_start(server, case, monkeypatch, tmp_path):
    await server.ana.slash(server.lobby, "crisis claim", case=case)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(server.discord.inbound._kept, "_write", full)
    opened = await server.ana.slash(server.lobby, "crisis promise", case=case)
    refused = await server.ana.submit_modal(opened, {"what": "a call", "by": "soonish"})
    (button,) = [part for part in components(refused.response) if part["custom_id"].startswith("k:")]
    again = await server.ana.click(refused.response, custom_id=button["custom_id"])
    assert again.modal
    await server.start()
    gone = await server.ana.click(refused.response, custom_id=button["custom_id"])
    assert "I do not have this form any more" in shown(gone)


async def test_old_forms_make_room_and_nobody_else_can_read_them(tmp_path, monkeypatch):
    from adapters.chats.discord import kept
    from bot.core.cards import Form

    monkeypatch.setattr(kept, "MOST", 3)
    forms = kept.Kept(tmp_path / "forms")
    tokens = [await forms.keep(Form(f"form {n}", "new", (), "Record")) for n in range(5)]
    assert len(list((tmp_path / "forms").iterdir())) == 3
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "forms").iterdir()} == {0o600}
    read = kept.Kept(tmp_path / "forms")
    assert (await read.form(tokens[-1])).title == "form 4"
    assert await read.form(tokens[0]) is None
    assert await read.form("../../etc/passwd") is None
