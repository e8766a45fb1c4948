"""The courier, a real store and Discord's outward side against a server that fails as it is told; a hand-moved clock."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta

import pytest

from adapters.chats.discord.doubts import mark_of
from adapters.chats.discord.outbound import DiscordChat
from adapters.stores.tiny import open_store
from bot.core.cards import Button, Card, Fact, State, Tone
from bot.core.plan import Member, Plan, Role
from bot.core.words import CaseLink
from bot.courier import Courier
from bot.ports import MessageGone, Undelivered, Urgency
from bot.room import HandClock
from tests.chats.discord.server import FORUM, GUILD, NEWS, ROOM, client_on, fault_server
from tests.stores.made import NOW, keys_waiting, new, post

SECOND = timedelta(seconds=1)
PLAN = Plan(
    "Loja Aurora",
    (Member("ana", "Ana", (Role.LEAD,), {"discord": "201"}), Member("rui", "Rui", (Role.LEAD,))),
    language="en",
)
ONE = Card(lines=(("one",),))


def case_card(title="#1 new", state=State.NEW, tone=Tone.NEW, number=1, **more):
    return Card(title=title, state=state, tone=tone, case=number, **more)


@pytest.fixture
def clock():
    return HandClock(NOW)


@pytest.fixture
async def server(clock):
    async with fault_server(clock) as server:
        yield server


@pytest.fixture
async def client(server, monkeypatch):
    async with client_on(server, monkeypatch) as client:
        yield client


@pytest.fixture
async def store(tmp_path):
    store = await open_store(tmp_path / "data")
    yield store
    await store.close()


def chat_on(client, store, channel=ROOM, **more):
    return DiscordChat(client, channel, PLAN, store.ref, store.key_of, **more)


@pytest.fixture
def chat(client, store):
    return chat_on(client, store)


@pytest.fixture
def forum(client, store):
    return chat_on(client, store, FORUM)


@pytest.fixture(params=[ROOM, FORUM], ids=["text", "forum"])
def either(client, store, request):
    return chat_on(client, store, request.param)


@pytest.fixture
def told():
    return []


def courier_of(store, chat, clock, told):
    async def tell(waiting, reason):
        told.append((waiting.post.key, reason))

    return Courier(store, chat, clock, tell)


@pytest.fixture
def courier(store, either, clock, told):
    return courier_of(store, either, clock, told)


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


def once(keys):
    return {mark_of(key): 1 for key in keys}


def assert_paced(server):
    """Never two tries to speak within a second."""
    times = [at for *_, at, is_new in server.calls if is_new]
    assert all(later - earlier >= SECOND for earlier, later in zip(times, times[1:], strict=False))


# One message


async def test_a_post_stands_in_the_room_with_its_mark_and_rings_nobody(chat, server):
    ref = await chat.post("case/1", Card(title="@everyone #1", lines=(("x",),)))
    (given,) = server.payloads
    assert ref == f"{ROOM}:{server.messages[0]['id']}"
    assert given["nonce"] == mark_of("case/1")
    assert given["enforce_nonce"] is True
    assert given["allowed_mentions"] == {"parse": [], "users": []}
    assert given["content"] is None
    assert given["embeds"][0]["description"] == "**\\@everyone \\#1**\nx"


async def test_nobody_sees_the_mark(chat, server):
    """Discord shows an embed's address as its title's link, and ours have no title."""
    await chat.post("case/1", Card(title="x"))
    (embed,) = server.payloads[0]["embeds"]
    assert embed["url"].endswith(mark_of("case/1"))
    assert "title" not in embed
    assert "case/1" not in embed["url"]


async def test_who_is_called_is_rung(chat, server):
    await chat.post("one", Card(title="x", calls=("ana", "rui")))
    (given,) = server.payloads
    assert given["content"] == "→ <@201>, Rui"
    assert given["allowed_mentions"]["users"] == [201]
    assert given["allowed_mentions"]["parse"] == []


async def test_an_edit_changes_the_message_and_keeps_its_mark(chat, store, server, clock, told):
    await new(store, "a", post("case/1", "new"))
    await drain(courier_of(store, chat, clock, told), clock)
    await chat.edit(await store.ref("case/1"), Card(title="claimed"))
    assert server.texts() == ["claimed"]
    assert server.marks() == once(["case/1"])


async def test_text_that_an_embed_would_change_is_attached(chat, server):
    await chat.post("one", Card(copy="a ```b``` c"))
    assert server.files == [("text.txt", "a ```b``` c")]


async def test_buttons_carry_their_commands_and_the_library_keeps_no_view(chat, client, server):
    await chat.post("one", Card(title="x", buttons=(Button("Claim", "claim 1", is_main=True),)))
    (row,) = server.payloads[0]["components"]
    assert row["components"][0]["custom_id"] == "h:claim 1"
    assert not client.persistent_views


async def test_a_case_is_linked_to_its_card(chat, server, store, clock, told):
    await new(store, "a", post("case/1"))
    await drain(courier_of(store, chat, clock, told), clock)
    await chat.post("digest/1", Card(facts=(Fact("Like", (CaseLink(1), " ", CaseLink(2))),)))
    id = server.messages[0]["id"]
    said = server.payloads[-1]["embeds"][0]["description"]
    assert said.endswith(f" [\\#1](https://discord.com/channels/{GUILD}/{ROOM}/{id}) \\#2")


async def test_a_payload_that_discord_would_refuse_is_never_sent(chat, server):
    calls = len(server.calls)
    with pytest.raises(Undelivered) as refused:
        await chat.post("case/1", Card(copy="x" * 11_000_000))
    assert refused.value.for_good
    assert "bytes of a file" in refused.value.reason
    assert len(server.calls) == calls


async def test_a_private_message_opens_its_channel_once(either, server):
    await either.post("dm/1", Card(title="one"), to="ana")
    await either.post("dm/2", Card(title="two"), to="ana")
    assert {said["channel_id"] for said in server.messages} == {"7201"}
    assert sum(path == "/users/@me/channels" for _, path, *_ in server.calls) == 1


async def test_who_has_no_account_cannot_be_written_to(either):
    with pytest.raises(Undelivered) as refused:
        await either.post("dm/1", Card(title="one"), to="rui")
    assert refused.value.for_good
    assert "rui has no Discord account" in refused.value.reason


async def test_a_new_plan_is_heeded_at_once(chat, server):
    chat.plan = Plan("Loja Aurora", (Member("rui", "Rui", (Role.LEAD,), {"discord": "301"}),), language="en")
    await chat.post("dm/1", Card(title="one"), to="rui")
    assert server.messages[0]["channel_id"] == "7301"


# Threads of a text channel


async def test_the_first_word_under_a_card_begins_its_thread(chat, server):
    ref = await chat.post("case/1", case_card(quote="Meu pedido não chegou"))
    assert not server.threads
    await chat.post("case/1/2", ONE, under=ref)
    await chat.post("case/1/3", ONE, under=ref)
    (thread,) = server.threads.values()
    assert thread["name"] == "🔵 #1 new: Meu pedido não chegou"
    assert thread["id"] == ref.partition(":")[2]
    assert [said["channel_id"] for said in server.messages[1:]] == [thread["id"]] * 2
    assert server.called("POST", "threads") == 1


async def test_after_a_restart_the_thread_is_known_again(client, store, server):
    ref = await chat_on(client, store).post("case/1", case_card())
    for n in range(3):
        await chat_on(client, store).post(f"case/1/{n}", Card(case=1, lines=(("x",),)), under=ref)
    assert len(server.threads) == 1
    assert len(server.messages) == 4


async def test_a_thread_whose_beginning_is_in_doubt_is_begun_once(chat, server):
    ref = await chat.post("case/1", case_card())
    server.thread_faults.extend(["cut after", "cut before", 500])
    for _ in range(3):
        with pytest.raises(Undelivered):
            await chat.post("case/1/2", ONE, under=ref)
    await chat.post("case/1/2", ONE, under=ref)
    assert len(server.threads) == 1
    assert len(server.messages) == 2


# Forum


async def test_a_case_is_a_post_whose_first_message_is_its_card(forum, server):
    ref = await forum.post("case/1", case_card(quote="Meu pedido não chegou"))
    (thread,) = server.threads.values()
    assert ref == f"{thread['id']}:{thread['id']}"
    assert thread["name"] == "🔵 #1 new: Meu pedido não chegou"
    assert [tag["name"] for tag in server.tags if tag["id"] in thread["applied_tags"]] == ["new"]
    assert server.payloads[0]["auto_archive_duration"] == 10_080


async def test_the_name_and_the_tag_follow_the_state(forum, server):
    ref = await forum.post("case/1", case_card())
    (thread,) = server.threads.values()
    for state, tone in [(State.CLAIMED, Tone.CLAIMED), (State.WAITING, Tone.WAITING), (State.CLOSED, Tone.CLOSED)]:
        await forum.edit(ref, case_card(f"#1 {state}", state, tone))
        assert [tag["name"] for tag in server.tags if tag["id"] in thread["applied_tags"]] == [state.value]
        assert thread["name"].endswith(f"#1 {state}")
    assert not thread["thread_metadata"]["archived"]


async def test_a_name_that_may_not_be_changed_yet_is_changed_later(forum, server, monkeypatch):
    """Discord lets a thread be renamed twice in ten minutes: the card and the tag do not wait for that."""
    ref = await forum.post("case/1", case_card())
    (thread,) = server.threads.values()
    server.update_faults.extend([None, None, 429])
    server.retry_after = "500"
    await forum.edit(ref, case_card("#1 mine", State.CLAIMED))
    assert thread["name"] == "🔵 #1 new"
    assert server.texts() == ["🔵 \\#1 mine"]
    assert [tag["name"] for tag in server.tags if tag["id"] in thread["applied_tags"]] == ["claimed"]
    await forum.edit(ref, case_card("#1 mine", State.CLAIMED))
    assert thread["name"] == "🔵 #1 new"
    later = asyncio.get_running_loop().time() + 501
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: later)
    await forum.edit(ref, case_card("#1 mine", State.CLAIMED))
    assert thread["name"] == "🔵 #1 mine"


async def test_without_the_right_to_make_tags_cases_are_posted_all_the_same(forum, server, caplog):
    server.update_faults.append((403, 50_013))
    await forum.post("case/1", case_card())
    await forum.post("case/2", case_card("#2", number=2))
    assert len(server.threads) == 2
    assert server.tags == []
    assert caplog.text.count("the forum lacks the tags new, claimed, heard, solving, waiting, closed, news") == 1


async def test_a_reminder_of_a_case_stands_in_its_post_and_news_stand_alone(forum, store, server, clock, told):
    await new(store, "a", post("case/1"))
    await drain(courier_of(store, forum, clock, told), clock)
    await forum.post("remind/1/1", Card(case=1, lines=(("late",),)))
    await forum.post("digest/2026-11-22", Card(title="Digest of 2026-11-22"))
    first, second = server.threads.values()
    assert [said["channel_id"] for said in server.messages] == [first["id"], first["id"], second["id"]]
    assert second["name"] == "Digest of 2026-11-22"
    assert [tag["name"] for tag in server.tags if tag["id"] in second["applied_tags"]] == ["news"]


@pytest.mark.parametrize("channel", [ROOM, FORUM])
async def test_news_have_a_channel_of_their_own_if_there_is_one(client, store, server, channel):
    chat = chat_on(client, store, channel, news=NEWS)
    await chat.post("digest/2026-11-22", Card(title="Digest"))
    await chat.post("case/1", case_card())
    assert server.messages[0]["channel_id"] == str(NEWS)
    assert server.messages[1]["channel_id"] != str(NEWS)


# Archived and deleted


async def test_an_archived_thread_is_opened_before_a_word_is_said(either, server):
    ref = await either.post("case/1", case_card())
    await either.post("case/1/2", ONE, under=ref)
    (thread,) = server.threads.values()
    thread["thread_metadata"]["archived"] = True
    await either.post("case/1/3", ONE, under=ref)
    assert not thread["thread_metadata"]["archived"]
    assert len(server.messages) == 3


async def test_an_archived_post_is_opened_for_its_card(forum, server):
    ref = await forum.post("case/1", case_card())
    (thread,) = server.threads.values()
    thread["thread_metadata"]["archived"] = True
    await forum.edit(ref, case_card("#1 mine", State.CLAIMED))
    assert server.texts() == ["🔵 \\#1 mine"]
    assert not thread["thread_metadata"]["archived"]


async def test_what_was_for_a_thread_that_is_gone_is_said_in_the_room(either, server):
    ref = await either.post("case/1", case_card())
    await either.post("case/1/2", ONE, under=ref)
    server.threads.clear()
    said = await either.post("case/1/3", ONE, under=ref)
    assert server.messages[-1]["channel_id"] == said.partition(":")[0]
    assert said.partition(":")[0] in {str(ROOM), *map(str, server.threads)}


async def test_a_message_that_was_deleted_is_said_anew(courier, store, server, clock):
    case = await new(store, "a", post("case/1", "new"))
    await drain(courier, clock)
    first = await store.ref("case/1")
    server.messages.clear()
    server.threads.clear()
    await store.append(case, [], [post("case/1", "claimed")])
    clock.at += SECOND
    await drain(courier, clock)
    assert server.texts() == ["claimed"]
    assert await store.ref("case/1") != first


@pytest.mark.parametrize(("status", "code"), [(404, 10_008), (404, 10_003), (403, 50_005)])
async def test_a_gone_message_is_never_adopted_again(either, server, status, code):
    ref = await either.post("case/1", ONE)
    server.update_faults.append((status, code))
    with pytest.raises(MessageGone):
        await either.edit(ref, ONE)
    server.faults.append("cut before")
    with pytest.raises(Undelivered):
        await either.post("case/1", ONE)
    assert await either.post("case/1", ONE) != ref


async def test_a_message_is_taken_down_and_twice_is_well(either, server):
    ref = await either.post("one", ONE)
    under = await either.post("two", ONE, under=ref)
    await either.remove(under)
    await either.remove(under)
    assert len(server.messages) == 1
    await either.remove(ref)
    await either.remove(ref)


# Refusals

REFUSALS = {
    (403, 50_001): "give Heard View Channel",
    (404, 10_003): "copy the channel's id",
    (403, 50_013): "Send Messages in Threads",
    (403, 50_007): "switch on Direct Messages",
    (400, 40_067): "create the tags",
    (400, 50_035): "50035",
    (401, 0): "Reset Token",
}


@pytest.mark.parametrize(("error", "said"), REFUSALS.items(), ids=str)
async def test_what_discord_refuses_for_good_is_kept_and_told_once_with_what_to_click(
    courier, store, server, clock, told, error, said
):
    await new(store, "a", post("one"), post("two"))
    server.faults.append(error)
    await drain(courier, clock)
    clock.at += timedelta(days=1)
    await drain(courier, clock)
    ((key, reason),) = told
    assert key == "one"
    assert said in reason
    assert server.marks() == once(["two"])
    assert [waiting.refused for waiting in await store.refused()] == [reason]


@pytest.mark.parametrize("error", [(403, 0), (400, 20_016), (400, 30_046), (429, 0), (400, 160_006), (503, 40_333)])
async def test_what_passes_by_itself_is_tried_again(courier, store, server, clock, told, error):
    await new(store, "a", post("one"))
    server.faults.append(error)
    await drain(courier, clock)
    assert told == []
    assert server.marks() == once(["one"])


@pytest.mark.parametrize(("said", "waits"), [("7", 7), ("1.5", 1.5), ("", 30), ("soon", 30)])
async def test_a_rate_limit_says_how_long_or_we_do(either, server, said, waits):
    server.faults.append(429)
    server.retry_after = said
    with pytest.raises(Undelivered) as limited:
        await either.post("one", ONE)
    assert limited.value.wait == timedelta(seconds=waits)
    assert not limited.value.for_good
    assert sum(is_new for *_, is_new in server.calls) == 1


async def test_the_courier_waits_as_long_as_it_is_told(courier, store, server, clock):
    await new(store, "a", post("one"))
    server.faults.append(429)
    assert await courier.deliver() == NOW + timedelta(seconds=30)
    await drain(courier, clock)
    assert server.marks() == once(["one"])


async def test_a_rate_limit_on_reading_is_honoured_too(either, server):
    server.read_faults.append(429)
    with pytest.raises(Undelivered) as limited:
        await either.post("one", ONE)
    assert limited.value.wait == timedelta(seconds=30)
    await either.post("one", ONE)
    assert server.marks() == once(["one"])


async def test_a_channel_of_another_kind_is_refused_with_a_sentence(client, store, server):
    server.new_thread(FORUM, 77, "a thread")
    with pytest.raises(Undelivered, match="neither a forum nor a text channel") as refused:
        await chat_on(client, store, 77).post("one", ONE)
    assert refused.value.for_good


# Doubt

UNSURE = [500, 502, 503, 504, "cut before", "cut after", "plain", (500, 0, "after"), (502, 0, "after")]


@pytest.mark.parametrize("fault", UNSURE, ids=str)
@pytest.mark.parametrize("place", ["room", "thread", "private"])
async def test_after_a_doubt_the_message_stands_once(either, server, fault, place):
    await either.post("zero", Card(title="zero"))
    where = {"room": {}, "thread": {}, "private": {"to": "ana"}}[place]
    if place == "thread":
        where = {"under": await either.post("case/1", case_card())}
    server.faults.append(fault)
    tries = sum(is_new for *_, is_new in server.calls)
    with pytest.raises(Undelivered) as doubt:
        await either.post("one", Card(title="one"), **where)
    assert not doubt.value.for_good
    assert sum(is_new for *_, is_new in server.calls) == tries + 1
    ref = await either.post("one", Card(title="newer"), **where)
    said = server.with_key("one")
    assert ref == f"{said['channel_id']}:{said['id']}"
    assert said["embeds"][0]["description"] == "**newer**"


@pytest.mark.parametrize("fault", ["hang before", "hang after"])
async def test_an_answer_that_never_comes_is_a_doubt(either, server, fault):
    await either.post("zero", ONE)
    server.faults.append(fault)
    either.timeout_s = 0.2
    with pytest.raises(Undelivered):
        await either.post("one", ONE)
    either.timeout_s = 10
    await either.post("one", ONE)
    assert server.marks() == once(["zero", "one"])


async def test_being_cancelled_while_sending_is_a_doubt(either, server):
    server.faults.append("hang after")
    sending = asyncio.create_task(either.post("one", ONE))
    while not server.messages:
        await asyncio.sleep(0)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    await either.post("one", ONE)
    assert server.marks() == once(["one"])


async def test_a_sending_that_arrives_late_is_no_second_message_and_shows_the_last_card(chat, server):
    """The history does not have it yet, so it is sent again; Discord knows the nonce and answers with the first."""
    server.dedupes = True
    await chat.post("zero", ONE)
    server.faults.append("cut before")
    with pytest.raises(Undelivered):
        await chat.post("one", Card(title="one"))

    def arrives():
        server.say(ROOM, nonce=mark_of("one"), embeds=[server.messages[0]["embeds"][0] | {"description": "old"}])

    server.faults.append(arrives)
    await chat.post("one", Card(title="newer"))
    assert server.texts() == ["one", "newer"]


async def test_while_the_history_cannot_be_read_nothing_is_sent_again(either, server):
    await either.post("zero", ONE)
    server.faults.append("cut after")
    server.read_faults.extend([500, 503])
    for _ in range(3):
        with pytest.raises(Undelivered):
            await either.post("one", ONE)
    await either.post("one", ONE)
    assert server.marks() == once(["zero", "one"])


async def test_the_message_is_found_behind_much_talk(chat, server):
    await chat.post("zero", ONE)
    server.faults.append("cut after")
    with pytest.raises(Undelivered):
        await chat.post("one", ONE)
    for _ in range(600):
        server.say(ROOM, "people talk", author=5)
    await chat.post("one", ONE)
    assert server.marks() == once(["zero", "one"])


async def test_a_stranger_cannot_pass_for_a_post_of_ours(chat, server):
    url = f"https://discord.com/app#heard-{mark_of('one')}"
    server.say(ROOM, author=5, embeds=[{"type": "rich", "description": "not ours", "url": url}])
    await chat.post("one", Card(title="one"))
    assert server.texts() == ["not ours", "one"]


@pytest.mark.parametrize("place", ["room", "thread"])
@pytest.mark.parametrize("channel", [ROOM, FORUM])
async def test_after_a_restart_what_arrived_unnoticed_is_found(client, server, store, place, channel):
    before = chat_on(client, store, channel)
    ref = await before.post("case/1", case_card())
    where = {"under": ref} if place == "thread" else {}
    await before.post("one", ONE, **where)
    after = chat_on(client, store, channel)
    await after.post("one", Card(title="newer"), **where)
    assert server.with_key("one")["embeds"][0]["description"] == "**newer**"


async def test_one_reading_settles_the_doubts_of_a_whole_outage(chat, server):
    await chat.post("zero", ONE)
    keys = [f"k{n}" for n in range(20)]
    server.faults.extend(["cut after", "cut before"] * 10)
    for key in keys:
        with pytest.raises(Undelivered):
            await chat.post(key, ONE)
    reads = server.called("GET", "messages")
    for key in keys:
        await chat.post(key, ONE)
    assert server.called("GET", "messages") == reads + 1
    assert server.marks() == once(["zero", *keys])


async def test_an_edit_in_doubt_is_simply_made_again(either, server):
    ref = await either.post("one", ONE)
    server.update_faults.extend(["cut after", "cut before", 500])
    for _ in range(3):
        with pytest.raises(Undelivered):
            await either.edit(ref, Card(title="claimed"))
    await either.edit(ref, Card(title="claimed"))
    assert server.texts() == ["claimed"]


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
    assert server.marks() == once(keys)
    assert await keys_waiting(store, clock()) == []
    assert_paced(server)


async def test_a_thousand_posts_in_doubt_all_arrive_and_none_twice(store, chat, server, clock, told):
    keys = await fill(store, 1_000)
    chance = random.Random(4)
    server.faults.extend(chance.choice(["cut before", "cut after", 500]) for _ in keys)
    await drain(courier_of(store, chat, clock, told), clock)
    assert server.marks() == once(keys)
    assert await keys_waiting(store, clock()) == []
    assert_paced(server)


async def test_restarts_in_the_middle_of_doubts_lose_and_repeat_nothing(client, store, server, clock, told):
    """Each new process reads the room before it speaks."""
    keys = await fill(store, 60)
    chance = random.Random(5)
    server.always = lambda: chance.choice([None, None, "cut after", "cut before"])
    for number in range(30):
        courier = courier_of(store, chat_on(client, store, ROOM), clock, told)
        await courier.deliver()
        clock.at += timedelta(seconds=chance.randint(1, 400))
        assert number < 30
    server.always = None
    await drain(courier, clock)
    assert server.marks() == once(keys)


async def test_an_alarm_overtakes_what_waits(courier, store, server, clock):
    await new(store, "a", *(post(f"r{n}") for n in range(5)), post("alarm", urgency=Urgency.ALARM))
    await drain(courier, clock)
    assert server.texts()[0] == "alarm"


async def test_no_card_is_written_to_the_log(courier, store, server, clock, caplog):
    caplog.set_level("INFO")
    await new(store, "a", post("one", "João's telephone"), post("two", "João's address"))
    server.faults.extend(["cut after", (403, 50_013)])
    await drain(courier, clock)
    assert "João" not in caplog.text
