"""Members by a user group, and names and zones from Slack, on a real Slack server."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace

from adapters.chats.slack import people as slack_people
from adapters.chats.slack import room as slack_room
from adapters.chats.slack.outbound import SlackChat, client
from adapters.chats.slack.people import SlackDirectory, person
from bot.core.people import Group, Person, Roster
from bot.core.plan import Role
from bot.people import roster_file
from bot.ports import Undelivered
from tests.chats.slack.groups import GROUP, open_groups
from tests.chats.slack.workspace import (
    PLAN,
    SOCKET,
    USERS,
    free_port,
    needs_slack,
    open_bot,
    open_workspace,
    until,
)
from tests.test_main import heard

pytestmark = [needs_slack, pytest.mark.xdist_group("slack")]

#: Ana is of the settings, without a name; Lia leads; whoever else acts is of the group.
SETTINGS = replace(
    PLAN,
    committee=tuple(
        replace(each, name=each.id if each.id == "ana" else each.name)
        for each in PLAN.committee
        if each.id in {"ana", "lia"}
    ),
)
WITH_GROUP = replace(SOCKET, usergroup=GROUP, usergroup_roles=(Role.COMMUNITY_MANAGER,))


@asynccontextmanager
async def opened(tmp_path):
    """A workspace with a user group, and Eve in it."""
    async with open_workspace(tmp_path / "workspace") as slack, open_groups(slack) as groups:
        groups.accounts = [USERS["eve"]]
        yield slack, groups


def bot_in(tmp_path, slack, groups, plan=SETTINGS, **more):
    return open_bot(tmp_path, slack, WITH_GROUP, plan=plan, api=groups.url, **more)


async def owner(bot, number=1):
    return (await bot.room.store.case(number)).owner


async def test_a_group_member_claims_and_is_called_as_on_slack(tmp_path):
    async with opened(tmp_path) as (slack, groups):
        groups.profiles[USERS["eve"]] = {"real_name": "Eve Nowak", "name": "eve.n"}
        async with bot_in(tmp_path, slack, groups) as bot:
            await bot.complain()
            await slack.press("eve", "claim 1")
            await slack.card("Eve Nowak")
            assert await owner(bot) == "eve.n"
            assert bot.room.plan.member("ana").name == "Ana"


async def test_a_group_alone_is_a_committee(tmp_path):
    async with opened(tmp_path) as (slack, groups):
        async with bot_in(tmp_path, slack, groups, plan=replace(PLAN, committee=())) as bot:
            await bot.complain()
            await slack.type("bea", "claim 1")
            await slack.told("bea", "Only the crisis committee of Loja Aurora acts here; eve can tell you more.")
            await slack.press("eve", "claim 1")
            await slack.told("eve", "Noted.")
            assert await owner(bot) == "eve"


async def test_whoever_joins_while_the_bot_runs_acts_at_once_and_whoever_leaves_loses_the_claim(tmp_path):
    async with opened(tmp_path) as (slack, groups), bot_in(tmp_path, slack, groups) as bot:
        await bot.complain()
        groups.accounts = [USERS["eve"], USERS["rui"]]
        await slack.type("rui", "claim 1")
        await slack.told("rui", "Noted.")
        assert await owner(bot) == "rui"
        groups.accounts = [USERS["eve"]]
        await bot.people.refresh()
        await bot.room.tick()
        assert await owner(bot) == ""
        await slack.type("rui", "claim 1")
        await slack.told("rui", "Only the crisis committee")


async def test_strangers_ask_slack_nothing_but_once_a_minute(tmp_path):
    async with opened(tmp_path) as (slack, groups), bot_in(tmp_path, slack, groups):

        async def asked_by_the_start():
            """Once before the room opens, and once as the group is followed from then on."""
            return len(groups.asked("usergroups.users.list")) == 2

        await until(asked_by_the_start)
        for _ in range(5):
            await slack.type("bea", "todo")
            await slack.type("rui", "todo")
        await slack.told("rui", "Only the crisis committee")
        assert len(groups.asked("usergroups.users.list")) == 3
        assert not {USERS["bea"], USERS["rui"]} & set(groups.asked("users.info"))


async def test_tomorrow_at_noon_is_noon_where_the_member_is(tmp_path):
    async with opened(tmp_path) as (slack, groups):
        groups.profiles = {USERS["eve"]: {"tz": "Asia/Tokyo"}, USERS["ana"]: {"tz": "Europe/Madrid"}}
        async with bot_in(tmp_path, slack, groups) as bot:
            await bot.complain()
            await slack.type("eve", "claim 1")
            await slack.type("eve", "promise 1 a call by tomorrow 12:00")
            await slack.type("eve", "assign 1 ana your morning")
            await slack.type("ana", "promise 1")
            await slack.window("#1")
            await slack.submit("ana", what="a letter", by="tomorrow 12:00")
            await slack.no_window()
            case = await bot.room.store.case(1)
            hours = [promise.due.hour for promise in case.promises]
            assert hours[0] == 3
            assert hours[1] in {10, 11}


# Slack away


async def test_slack_away_at_the_start_with_a_roster(tmp_path, monkeypatch):
    monkeypatch.setattr(slack_room, "AGAIN_S", 0.01)
    async with opened(tmp_path) as (slack, groups):
        async with bot_in(tmp_path, slack, groups) as bot:
            await bot.complain()
            await slack.press("eve", "claim 1")
            await slack.told("eve", "Noted.")
        groups.is_away = True
        async with bot_in(tmp_path, slack, groups, is_waiting=False) as bot:
            await bot.room.tick()
            assert bot.room.plan.member("eve").name == "Eve"
            assert await owner(bot) == "eve"
            groups.is_away = False
            await met(bot, slack)
            await slack.press("eve", "release 1")
            await slack.told("eve", "Noted.")


async def test_pages_that_are_no_answers_of_slacks_do_not_end_the_start(tmp_path, monkeypatch):
    monkeypatch.setattr(slack_room, "AGAIN_S", 0.01)
    async with opened(tmp_path) as (slack, groups):
        groups.refusals = dict.fromkeys(("auth.test", "users.info", "usergroups.users.list"), "HTTP 500")
        async with bot_in(tmp_path, slack, groups, is_waiting=False) as bot:
            await until(lambda: asked_again(groups))
            groups.refusals = {"users.info": "HTTP 500"}
            await met(bot, slack)
            await bot.complain()
            await slack.press("ana", "claim 1")
            await slack.told("ana", "Noted.")


async def met(bot, slack):
    """The bot and the server have found each other: what is pressed before that, the server drops."""

    async def is_connected():
        return bot.slack.is_connected()

    await until(is_connected)
    await until(slack.connected)


async def asked_again(groups):
    return len(groups.asked("auth.test")) > 2


async def test_slack_away_at_the_start_without_a_roster(tmp_path, monkeypatch):
    """Nobody's claim lapses; as soon as Slack is there, everybody is known before the first word is heard."""
    monkeypatch.setattr(slack_room, "AGAIN_S", 0.01)
    async with opened(tmp_path) as (slack, groups):
        async with bot_in(tmp_path, slack, groups) as bot:
            await bot.complain()
            await slack.press("eve", "claim 1")
            await slack.told("eve", "Noted.")
        roster_file(tmp_path / "data", "slack").unlink()
        groups.is_away = True
        async with bot_in(tmp_path, slack, groups, is_waiting=False) as bot:
            await bot.room.tick()
            assert bot.room.plan.member("eve") is None
            assert await owner(bot) == "eve"
            groups.is_away = False
            await met(bot, slack)
            assert bot.room.plan.is_complete
            await bot.room.tick()
            assert await owner(bot) == "eve"
            await slack.press("eve", "release 1")


async def test_a_group_that_slack_refuses_to_tell_keeps_nobody_of_the_settings_out(tmp_path):
    async with opened(tmp_path) as (slack, groups):
        groups.refusals["usergroups.users.list"] = "missing_scope"
        async with bot_in(tmp_path, slack, groups) as bot:
            await bot.complain()
            await slack.type("ana", "claim 1")
            await slack.told("ana", "Noted.")
            assert not bot.room.plan.is_complete


async def test_a_group_that_is_disabled_has_nobody_in_it(tmp_path):
    async with opened(tmp_path) as (slack, groups), bot_in(tmp_path, slack, groups) as bot:
        assert bot.room.plan.member("eve")
        groups.refusals["usergroups.users.list"] = "no_such_subteam"
        await bot.people.refresh()
        assert [member.id for member in bot.room.plan.committee] == ["ana", "lia"]
        assert bot.room.plan.is_complete


@pytest.mark.parametrize("is_complete", [True, False])
async def test_a_word_for_somebody_who_may_still_be_named_is_kept(is_complete):
    chat = SlackChat(client("xoxb-test-token", "http://127.0.0.1:9/"), "C0CRISIS", PLAN, None)
    chat.plan_of = lambda: replace(PLAN, is_complete=is_complete)
    with pytest.raises(Undelivered) as refused:
        await chat.direct("ghost")
    assert refused.value.for_good is is_complete


# The command line


CONFIG = """
brand = "Loja Aurora"
chat = "slack"
data = "data"
[slack]
channel = "C0CRISIS"
api = "{api}"
usergroup = "S0CRISIS"
usergroup_roles = ["community-manager", "lead"]
"""
TOKENS = {"HEARD_SLACK__BOT_TOKEN": "xoxb-test-token", "HEARD_SLACK__APP_TOKEN": "xapp-test-token"}


async def test_heard_checks_and_imports_for_a_group_alone(tmp_path):
    async with opened(tmp_path) as (slack, groups):
        config = tmp_path / "heard.toml"
        config.write_text(CONFIG.format(api=groups.url), encoding="utf-8")
        looked = await asyncio.to_thread(heard, "check", "--config", config, **TOKENS)
        assert looked.returncode == 0, looked.stdout + looked.stderr
        assert "0 members and the user group S0CRISIS" in looked.stdout
        assert "ok    slack      by the user group, as community-manager, lead: eve" in looked.stdout
        assert not roster_file(tmp_path / "data", "slack").exists()
        async with bot_in(tmp_path, slack, groups, plan=replace(PLAN, committee=())):
            pass
        complaints = tmp_path / "complaints.csv"
        complaints.write_text("text,channel\nMeu pedido sumiu,facebook\n", encoding="utf-8")
        taken = await asyncio.to_thread(heard, "import", complaints, "--config", config, **TOKENS)
        assert taken.returncode == 0, taken.stdout + taken.stderr
        assert '"eve"' in (tmp_path / "data" / "cases" / "1.json").read_text(encoding="utf-8")
        roster_file(tmp_path / "data", "slack").write_text("{", encoding="utf-8")
        for command in (("check",), ("run",), ("import", complaints)):
            refused = await asyncio.to_thread(heard, *command, "--config", config, **TOKENS)
            assert refused.returncode == 1
            assert "people-slack.json cannot be read" in refused.stdout + refused.stderr
            assert "Traceback" not in refused.stderr


# The directory


@asynccontextmanager
async def directory(tmp_path):
    async with opened(tmp_path) as (_, groups):
        yield SlackDirectory(client("xoxb-test-token", groups.url), GROUP), groups


async def test_people_who_are_known_are_asked_for_again_only_when_everybody_is(tmp_path):
    async with directory(tmp_path) as (slack, groups):
        first = await slack.look(Roster(), [USERS["ana"]], everybody=False)
        assert sorted(first.roster.people) == [USERS["ana"], USERS["eve"]]
        groups.calls.clear()
        await slack.look(first.roster, [USERS["ana"]], everybody=False)
        assert not groups.asked("users.info")
        await slack.look(first.roster, [USERS["ana"]], everybody=True)
        assert sorted(groups.asked("users.info")) == [USERS["ana"], USERS["eve"]]


async def test_one_look_asks_for_so_many_and_the_next_for_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(slack_people, "MOST_ASKED", 2)
    async with directory(tmp_path) as (slack, groups):
        groups.accounts = sorted(USERS.values())
        roster = Roster()
        for known in (2, 4, 6):
            roster = (await slack.look(roster, (), everybody=True)).roster
            assert len(roster.people) == known
        groups.calls.clear()
        for _ in range(2):
            await slack.look(roster, (), everybody=True)
        assert len(set(groups.asked("users.info"))) == 4


@pytest.mark.parametrize("error", ["ratelimited", "internal_error", "HTTP 500"])
async def test_at_a_refusal_what_was_known_stands(tmp_path, error):
    async with directory(tmp_path) as (slack, groups):
        first = await slack.look(Roster(), (), everybody=True)
        groups.profiles[USERS["eve"]] = {"real_name": "Other"}
        groups.refusals = {"users.info": error}
        again = await slack.look(first.roster, (), everybody=True)
        assert again.roster == first.roster
        assert error in again.trouble
        groups.refusals = {"usergroups.users.list": error}
        groups.accounts = []
        third = await slack.look(first.roster, (USERS["eve"],), everybody=True)
        assert third.roster.group == first.roster.group
        assert third.roster.people[USERS["eve"]].name == "Other"
        assert error in third.trouble


async def test_an_account_that_is_no_more_is_gone_and_an_empty_group_is_told(tmp_path):
    async with directory(tmp_path) as (slack, groups):
        groups.accounts = []
        looked = await slack.look(Roster(), ["U0GHOST"], everybody=True)
        assert looked.roster.people == {"U0GHOST": Person("U0GHOST", is_gone=True)}
        assert looked.roster.group == Group(GROUP, ())
        assert looked.trouble == f"nobody is in the user group {GROUP}"


async def test_a_slack_that_cannot_be_reached_says_nothing_new():
    slack = SlackDirectory(client("xoxb-test-token", f"http://127.0.0.1:{free_port()}/api/"), GROUP)
    known = Roster({"U1": Person("U1", "ana")}, Group(GROUP, ("U1",)))
    looked = await asyncio.wait_for(slack.look(known, ("U1",), everybody=True), 20)
    assert looked.roster == known
    assert "ClientConnectorError" in looked.trouble


@pytest.mark.parametrize(
    ("user", "known"),
    [
        (
            {"name": "ana", "tz": "Europe/Madrid", "profile": {"real_name": "Ana Souza", "display_name": "aninha"}},
            Person("U1", "ana", "Ana Souza", "Europe/Madrid"),
        ),
        ({"name": "ana", "profile": {"display_name": "aninha"}, "tz": None}, Person("U1", "ana", "aninha")),
        ({"name": "ana"}, Person("U1", "ana", "ana")),
        ({}, Person("U1")),
        ({"name": "ana", "deleted": True}, Person("U1", "ana", "ana", is_gone=True)),
        ({"name": "ana", "is_bot": True}, Person("U1", "ana", "ana", is_gone=True)),
    ],
)
def test_a_profile_is_read(user, known):
    assert person("U1", user) == known


def test_slackbot_is_nobody():
    assert person("USLACKBOT", {"name": "slackbot"}).is_gone
