"""The courier, a real store and Slack's outward side against a server that fails as it is told; a hand-moved clock."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta

import pytest

from adapters.chats.slack import outbound
from adapters.chats.slack.outbound import SlackChat, client
from adapters.stores.tiny import open_store
from bot.core.cards import Card, Fact
from bot.core.plan import Member, Plan, Role
from bot.core.words import CaseLink
from bot.courier import Courier
from bot.ports import MessageGone, Undelivered, Urgency
from bot.room import HandClock
from tests.chats.slack.server import ROOM, fault_server
from tests.stores.made import NOW, keys_waiting, new, post

SECOND = timedelta(seconds=1)
PLAN = Plan("Loja Aurora", (Member("ana", "Ana", (Role.LEAD,), {"slack": "U0ANA"}), Member("rui", "Rui", (Role.LEAD,))))


@pytest.fixture
def clock():
    return HandClock(NOW)


@pytest.fixture
async def server(clock):
    async with fault_server(clock) as server:
        yield server


@pytest.fixture
async def store(tmp_path):
    store = await open_store(tmp_path / "data")
    yield store
    await store.close()


def chat_on(server, store, timeout_s=10):
    asker = client("xoxb-test", server.url)
    asker.timeout = timeout_s
    return SlackChat(asker, ROOM, PLAN, store.ref)


@pytest.fixture
def chat(server, store):
    return chat_on(server, store)


@pytest.fixture
def told():
    return []


def courier_of(store, chat, clock, told):
    async def tell(waiting, reason):
        told.append((waiting.post.key, reason))

    return Courier(store, chat, clock, tell)


@pytest.fixture
def courier(store, chat, clock, told):
    return courier_of(store, chat, clock, told)


async def drain(courier, clock):
    """Delivers, and moves the clock to when the courier wants to come back, until nothing waits."""
    for _ in range(100_000):
        due = await courier.deliver()
        if due is None:
            return
        clock.at = max(due, clock.at)
    raise AssertionError("it never ends")


async def fill(store, posts, in_each=10):
    keys = []
    for number in range(posts // in_each):
        mine = [f"post/{number}/{n}" for n in range(in_each)]
        keys += mine
        await new(store, f"c{number}", *(post(key) for key in mine))
    return keys


def assert_paced(server):
    """Never two tries to speak in one channel within a second."""
    last = {}
    for method, at, channel in server.calls:
        if method == "chat.postMessage":
            assert channel not in last or at - last[channel] >= SECOND
            last[channel] = at


# One message


async def test_a_post_stands_in_the_room_with_its_key_and_without_previews(chat, server):
    ref = await chat.post("case/1", Card(title="<!channel> #1", lines=(("x",),)))
    (given,) = server.payloads
    assert ref == f"{ROOM}:{server.messages[0]['ts']}"
    assert given["metadata"] == {"event_type": "heard_post", "event_payload": {"key": "case/1"}}
    assert given["unfurl_links"] is given["unfurl_media"] is given["mrkdwn"] is False
    assert given["text"] == "&lt;!channel&gt; #1"


async def test_an_edit_changes_the_message(chat, server):
    ref = await chat.post("case/1", Card(title="new"))
    await chat.edit(ref, Card(title="claimed"))
    assert [said["text"] for said in server.messages] == ["claimed"]


async def test_talk_goes_to_its_thread_and_the_thread_is_not_read_first(chat, server):
    ref = await chat.post("case/1", Card(title="new"))
    await chat.post("talk/1", Card(title="hello"), under=ref)
    assert server.with_key("talk/1")["thread_ts"] == ref.partition(":")[2]
    assert server.called("conversations.replies") == 0


async def test_a_private_message_opens_its_channel_once(chat, server):
    await chat.post("dm/1", Card(title="one"), to="ana")
    await chat.post("dm/2", Card(title="two"), to="ana")
    assert {said["channel"] for said in server.messages} == {"DU0ANA"}
    assert server.called("conversations.open") == 1


async def test_who_has_no_account_cannot_be_written_to(chat):
    with pytest.raises(Undelivered) as refused:
        await chat.post("dm/1", Card(title="one"), to="rui")
    assert refused.value.for_good
    assert "rui has no Slack account" in refused.value.reason


async def test_a_case_is_linked_to_its_card(chat, server, store, courier):
    await new(store, "a", post("case/1"))
    await courier.deliver()
    await chat.post("digest/1", Card(facts=(Fact("Like", (CaseLink(1), " ", CaseLink(2))),)))
    (section,) = server.messages[-1]["blocks"][0]["elements"]
    ts = server.messages[0]["ts"].replace(".", "")
    assert section["elements"][1:] == [
        {"type": "link", "url": f"https://aurora.slack.com/archives/{ROOM}/p{ts}", "text": "#1"},
        {"type": "text", "text": " "},
        {"type": "text", "text": "#2"},
    ]


async def test_a_payload_that_slack_would_refuse_is_never_sent(chat, server):
    from bot.core.cards import Button

    with pytest.raises(Undelivered) as refused:
        await chat.post("case/1", Card(buttons=(Button("x", "y" * 2_001),)))
    assert refused.value.for_good
    assert not server.calls


# Refusals


@pytest.mark.parametrize(
    "error",
    [
        *("not_in_channel", "channel_not_found", "is_archived", "account_inactive", "invalid_auth", "token_revoked"),
        *("restricted_action", "msg_too_long", "msg_blocks_too_long", "missing_scope", "invalid_blocks", "no_text"),
    ],
)
async def test_what_slack_refuses_for_good_is_kept_and_told_once(courier, store, server, clock, told, error):
    await new(store, "a", post("one"), post("two"))
    server.faults.append({"error": error})
    await drain(courier, clock)
    clock.at += timedelta(days=1)
    await drain(courier, clock)
    assert told == [("one", error)]
    assert server.keys() == {"two": 1}
    assert [waiting.refused for waiting in await store.refused()] == [error]


async def test_retry_after_is_honoured(courier, store, server, clock):
    await new(store, "a", post("one"))
    server.faults.append(429)
    assert await courier.deliver() == NOW + timedelta(seconds=30)
    await drain(courier, clock)
    assert server.keys() == {"one": 1}
    assert server.called("conversations.history") == 1  # the first look at the room; a rate limit leaves no doubt


@pytest.mark.parametrize(("said", "waits"), [("7", 7), ("", 30), ("soon", 30)])
async def test_a_rate_limit_says_how_long_or_we_do(chat, server, said, waits):
    server.faults.append(429)
    server.retry_after = said
    with pytest.raises(Undelivered) as limited:
        await chat.post("one", Card(title="one"))
    assert limited.value.wait == timedelta(seconds=waits)
    assert not limited.value.for_good


async def test_a_rate_limit_on_reading_is_honoured_too(chat, server):
    server.read_faults.append(429)
    with pytest.raises(Undelivered) as limited:
        await chat.post("one", Card(title="one"))
    assert limited.value.wait == timedelta(seconds=30)
    await chat.post("one", Card(title="one"))
    assert server.keys() == {"one": 1}


# Doubt

UNSURE = [
    500,
    503,
    "cut before",
    "cut after",
    "plain",
    {"error": "fatal_error", "after": True},
    {"error": "internal_error"},
]


@pytest.mark.parametrize("fault", UNSURE, ids=str)
@pytest.mark.parametrize("place", ["room", "thread", "private"])
async def test_after_a_doubt_the_message_stands_once(chat, server, fault, place):
    where = {"room": {}, "thread": {"under": await chat.post("case/1", Card(title="c"))}, "private": {"to": "ana"}}
    server.faults.append(fault)
    with pytest.raises(Undelivered) as doubt:
        await chat.post("one", Card(title="one"), **where[place])
    assert not doubt.value.for_good
    ref = await chat.post("one", Card(title="newer"), **where[place])
    said = server.with_key("one")
    assert ref == f"{said['channel']}:{said['ts']}"
    assert said["text"] == "newer"


@pytest.mark.parametrize("fault", ["hang before", "hang after"])
async def test_an_answer_that_never_comes_is_a_doubt(server, store, fault):
    chat = chat_on(server, store, timeout_s=0.2)
    server.faults.append(fault)
    with pytest.raises(Undelivered):
        await chat.post("one", Card(title="one"))
    await chat.post("one", Card(title="one"))
    assert server.keys() == {"one": 1}


async def test_being_cancelled_while_sending_is_a_doubt(chat, server):
    server.faults.append("hang after")
    sending = asyncio.create_task(chat.post("one", Card(title="one")))
    while not server.messages:
        await asyncio.sleep(0)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    await chat.post("one", Card(title="one"))
    assert server.keys() == {"one": 1}


async def test_while_the_history_cannot_be_read_nothing_is_sent_again(chat, server):
    await chat.post("zero", Card(title="zero"))
    server.faults.append("cut after")
    server.read_faults.extend([500, 503])
    for _ in range(3):
        with pytest.raises(Undelivered):
            await chat.post("one", Card(title="one"))
    await chat.post("one", Card(title="one"))
    assert server.keys() == {"zero": 1, "one": 1}


async def test_the_message_is_found_behind_much_talk(chat, server):
    await chat.post("zero", Card(title="zero"))
    server.faults.append("cut after")
    with pytest.raises(Undelivered):
        await chat.post("one", Card(title="one"))
    for _ in range(3 * outbound.PAGE):
        server.say(ROOM, text="people talk")
    await chat.post("one", Card(title="one"))
    assert server.keys() == {"zero": 1, "one": 1}


async def test_a_stranger_cannot_pass_for_a_post_of_ours(chat, server):
    metadata = {"event_type": "heard_post", "event_payload": {"key": "one"}}
    server.say(ROOM, text="not ours", bot_id="B0OTHER", metadata=metadata)
    await chat.post("one", Card(title="one"))
    assert [said["text"] for said in server.messages] == ["not ours", "one"]


@pytest.mark.parametrize("place", ["room", "thread"])
async def test_after_a_restart_what_arrived_unnoticed_is_found(server, store, place):
    before = chat_on(server, store)
    ref = await before.post("case/1", Card(title="c"))
    where = {"under": ref} if place == "thread" else {}
    await before.post("one", Card(title="one"), **where)
    after = chat_on(server, store)
    await after.post("one", Card(title="newer"), **where)
    assert server.with_key("one")["text"] == "newer"


async def test_one_reading_settles_the_doubts_of_a_whole_outage(chat, server):
    await chat.post("zero", Card(title="zero"))
    keys = [f"k{n}" for n in range(20)]
    server.faults.extend(["cut after", "cut before"] * 10)
    for key in keys:
        with pytest.raises(Undelivered):
            await chat.post(key, Card(title=key))
    reads = server.called("conversations.history")
    for key in keys:
        await chat.post(key, Card(title=key))
    assert server.called("conversations.history") == reads + 1
    assert server.keys() == dict.fromkeys(["zero", *keys], 1)


# Messages that are gone


@pytest.mark.parametrize("error", sorted(outbound.GONE))
async def test_a_message_that_is_gone_is_said_anew(courier, store, server, clock, error):
    case = await new(store, "a", post("case/1", "new"))
    await drain(courier, clock)
    first = await store.ref("case/1")
    server.update_faults.append({"error": error})
    if error == "message_not_found":
        server.messages.clear()
    await store.append(case, [], [post("case/1", "claimed")])
    clock.at += SECOND
    await drain(courier, clock)
    assert server.messages[-1]["text"] == "claimed"
    assert await store.ref("case/1") == f"{ROOM}:{server.messages[-1]['ts']}" != first


async def test_a_gone_message_is_never_adopted_again(chat, server):
    ref = await chat.post("case/1", Card(title="new"))
    server.update_faults.append({"error": "edit_window_closed"})
    with pytest.raises(MessageGone):
        await chat.edit(ref, Card(title="claimed"))
    server.faults.append("cut before")
    with pytest.raises(Undelivered):
        await chat.post("case/1", Card(title="claimed"))
    assert await chat.post("case/1", Card(title="claimed")) != ref


async def test_a_message_is_taken_down_and_one_that_is_gone_is_well(chat, server):
    ref = await chat.post("case/1/remind/2", Card(title="late"))
    await chat.remove(ref)
    assert server.messages == []
    await chat.remove(ref)


@pytest.mark.parametrize(("fault", "for_good"), [({"error": "cant_delete_message"}, True), (500, False)])
async def test_what_cannot_be_taken_down_says_whether_it_ever_can(chat, server, fault, for_good):
    ref = await chat.post("case/1/remind/2", Card(title="late"))
    server.delete_faults.append(fault)
    with pytest.raises(Undelivered) as refused:
        await chat.remove(ref)
    assert refused.value.for_good is for_good


async def test_an_edit_in_doubt_is_simply_made_again(chat, server):
    ref = await chat.post("case/1", Card(title="new"))
    server.update_faults.extend(["cut after", "cut before"])
    for _ in range(2):
        with pytest.raises(Undelivered):
            await chat.edit(ref, Card(title="claimed"))
    await chat.edit(ref, Card(title="claimed"))
    assert [said["text"] for said in server.messages] == ["claimed"]


# The whole way, with the courier and a real store


async def test_ten_minutes_of_outage_with_300_posts_waiting(courier, store, server, clock):
    """Nothing is lost and nothing is said twice; the pace is held throughout."""
    keys = await fill(store, 300)
    chance = random.Random(3)
    over = NOW + timedelta(minutes=10)

    def outage():
        return chance.choice([500, 503, "cut before", "cut after", 429]) if clock() < over else None

    server.always = outage
    await drain(courier, clock)
    assert clock() > over
    assert server.keys() == dict.fromkeys(keys, 1)
    assert await keys_waiting(store, clock()) == []
    assert_paced(server)


async def test_a_thousand_posts_in_doubt_all_arrive_and_none_twice(courier, store, server, clock):
    keys = await fill(store, 1_000)
    chance = random.Random(4)
    server.faults.extend(chance.choice(["cut before", "cut after", 500]) for _ in keys)
    await drain(courier, clock)
    assert server.keys() == dict.fromkeys(keys, 1)
    assert await keys_waiting(store, clock()) == []
    assert_paced(server)


async def test_restarts_in_the_middle_of_doubts_lose_and_repeat_nothing(store, server, clock, told):
    """Each new process reads the room before it speaks."""
    keys = await fill(store, 60)
    chance = random.Random(5)
    server.always = lambda: chance.choice([None, None, "cut after", "cut before"])
    for _ in range(30):
        courier = courier_of(store, chat_on(server, store), clock, told)
        await courier.deliver()
        clock.at += timedelta(seconds=chance.randint(1, 400))
    server.always = None
    await drain(courier, clock)
    assert server.keys() == dict.fromkeys(keys, 1)


async def test_the_room_and_private_messages_keep_their_own_pace(courier, store, server, clock):
    await new(store, "a", *(post(f"r{n}") for n in range(5)), *(post(f"d{n}", to="ana") for n in range(5)))
    await drain(courier, clock)
    assert clock() == NOW + 4 * SECOND or clock() == NOW + 5 * SECOND
    assert_paced(server)


async def test_an_alarm_overtakes_what_waits(courier, store, server, clock):
    await new(store, "a", *(post(f"r{n}") for n in range(5)), post("alarm", urgency=Urgency.ALARM))
    await drain(courier, clock)
    assert server.messages[0]["text"] == "alarm"


async def test_no_card_is_written_to_the_log(courier, store, server, clock, caplog):
    caplog.set_level("INFO")
    await new(store, "a", post("one", "João's telephone"), post("two", "João's address"))
    server.faults.extend(["cut after", {"error": "is_archived"}])
    await drain(courier, clock)
    assert "João" not in caplog.text
