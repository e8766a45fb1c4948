"""The outward side in a whole server: the library with its gateway, forum, tags, threads and permissions as Discord has them."""

from __future__ import annotations

import discord
import pytest
import simcord

from adapters.chats.discord.forum import missing_tags
from adapters.chats.discord.outbound import DiscordChat
from bot.core.cards import Button, Card, Fact, State, Tone
from bot.core.plan import Member, Plan, Role
from bot.core.words import CaseLink, Words
from bot.ports import MessageGone, Undelivered

ONE = Card(lines=(("one",),))


@pytest.fixture
async def env():
    client = discord.Client(intents=discord.Intents(guilds=True), allowed_mentions=discord.AllowedMentions.none())
    env = simcord.Env(client)
    await env.start()
    try:
        yield env
    finally:
        await env.shutdown()


@pytest.fixture
async def guild(env):
    return env.create_guild()


@pytest.fixture
async def ana(env, guild):
    return guild.add_member(env.create_user("ana"))


@pytest.fixture
def kept():
    """The store's part: where each key stands."""
    return {}


def chat_in(env, channel, kept, ana, **more):
    async def ref_of(key):
        return kept.get(key, "")

    async def key_of(ref):
        return next((key for key, stands in kept.items() if stands == ref), "")

    plan = Plan("Loja Aurora", (Member("ana", "Ana", (Role.LEAD,), {"discord": str(ana.id)}),), language="pt")
    return DiscordChat(env.bot, channel.id, plan, ref_of, key_of, **more)


def case_card(title="#1 novo", state=State.NEW, tone=Tone.NEW, **more):
    return Card(title=title, state=state, tone=tone, case=1, **more)


@pytest.fixture
async def room(guild):
    return guild.create_text_channel("crise")


@pytest.fixture
async def forum(guild):
    return guild.create_forum_channel("casos")


@pytest.fixture
async def in_room(env, room, kept, ana):
    return chat_in(env, room, kept, ana)


@pytest.fixture
async def in_forum(env, forum, kept, ana):
    return chat_in(env, forum, kept, ana)


def tags_of(env, thread):
    return sorted(tag.name for tag in env.bot.get_channel(thread).applied_tags)


async def test_a_card_stands_in_the_room_with_its_buttons_and_rings_whom_it_calls(in_room, room, ana):
    await in_room.post("case/1", case_card(quote="@everyone", buttons=(Button("Claim", "claim 1"),), calls=("ana",)))
    said = room.last_message
    assert said.embeds[0].description == "**🔵 \\#1 novo**\n> \\@everyone"
    assert said.components[0].children[0].custom_id == "h:claim 1"
    assert [user.id for user in said.mentions] == [ana.id]
    assert not said.mention_everyone


async def test_talk_stands_in_the_cards_thread(in_room, room):
    ref = await in_room.post("case/1", case_card(quote="Meu pedido"))
    await in_room.post("case/1/2", ONE, under=ref)
    (thread,) = room.threads
    assert thread.name == "🔵 #1 novo: Meu pedido"
    assert thread.last_message.embeds[0].description == "one"


async def test_a_case_is_a_post_with_the_tag_of_its_state_in_the_rooms_language(in_forum, env, forum, kept):
    ref = kept["case/1"] = await in_forum.post("case/1", case_card())
    id = int(ref.partition(":")[0])
    assert tags_of(env, id) == ["novo"]
    assert missing_tags(env.bot.get_channel(forum.id), Words("pt")) == []
    await in_forum.edit(ref, case_card("#1 em andamento", State.SOLVING, Tone.CLAIMED))
    assert tags_of(env, id) == ["resolvendo"]
    assert env.bot.get_channel(id).name == "🟢 #1 em andamento"


async def test_tags_that_people_put_on_a_post_stay(in_forum, env, forum):
    ref = await in_forum.post("case/1", case_card())
    id = int(ref.partition(":")[0])
    own = await env.bot.get_channel(forum.id).create_tag(name="VIP")
    await env.bot.get_channel(id).add_tags(own)
    await in_forum.edit(ref, case_card("#1", State.CLAIMED))
    assert tags_of(env, id) == ["VIP", "assumido"]


async def test_what_is_as_it_should_be_is_not_set_again(in_forum, env):
    ref = await in_forum.post("case/1", case_card())
    before = len(env.http_requests)
    await in_forum.edit(ref, case_card(lines=(("x",),)))
    assert [call.method for call in env.http_requests[before:]] == ["PATCH"]


async def test_an_archived_post_is_opened_before_a_word_is_said(in_forum, env):
    ref = await in_forum.post("case/1", case_card())
    thread = env.bot.get_channel(int(ref.partition(":")[0]))
    await thread.edit(archived=True)
    env.inject_error("POST", f"/channels/{thread.id}/messages", status=400, code=50_083)
    await in_forum.post("case/1/2", ONE, under=ref)
    assert not env.bot.get_channel(thread.id).archived


async def test_a_reminder_stands_in_its_cases_post_and_what_belongs_to_none_alone(in_forum, forum, kept):
    kept["case/1"] = await in_forum.post("case/1", case_card())
    await in_forum.post("remind/1/3", Card(case=1, lines=(("late",),)))
    await in_forum.post("light/1/9", Card(title="A luz está verde."))
    assert sorted(len(thread.history()) for thread in forum.threads) == [1, 2]


async def test_after_a_restart_a_post_that_the_store_does_not_know_is_taken_for_its_key(env, forum, kept, ana):
    ref = await chat_in(env, forum, kept, ana).post("case/1", case_card())
    assert await chat_in(env, forum, kept, ana).post("case/1", case_card("#1 outra vez")) == ref
    assert len(forum.threads) == 1


async def test_a_private_message_reaches_one_member(in_room, ana, env):
    await in_room.post("dm/1", Card(title="Lembrete"), to="ana")
    user = env.bot.get_user(ana.id) or await env.bot.fetch_user(ana.id)
    assert user.dm_channel is not None or env.bot.private_channels


async def test_a_case_is_linked_to_its_post(in_forum, env, guild, kept):
    ref = kept["case/1"] = await in_forum.post("case/1", case_card())
    look = await in_forum.look(Card(facts=(Fact("x", (CaseLink(1), CaseLink(2))),)), is_private=True)
    assert look.links == {1: f"https://discord.com/channels/{guild.id}/{ref.replace(':', '/')}"}


async def test_a_deleted_card_is_gone(in_room, env):
    ref = await in_room.post("case/1", case_card())
    await in_room.remove(ref)
    with pytest.raises(MessageGone):
        await in_room.edit(ref, case_card())
    await in_room.remove(ref)


@pytest.mark.parametrize(
    ("code", "status", "said", "for_good"),
    [
        (50_001, 403, "View Channel", True),
        (50_013, 403, "Manage Threads", True),
        (50_007, 403, "Direct Messages", True),
        (0, 500, "HTTP 500", False),
        (0, 503, "HTTP 503", False),
    ],
)
async def test_an_error_says_what_it_means(in_room, env, code, status, said, for_good):
    env.inject_error("POST", "/channels/*/messages", status=status, code=code)
    with pytest.raises(Undelivered, match=said) as failure:
        await in_room.post("one", ONE)
    assert failure.value.for_good is for_good
