"""The parts of the ear one by one: what was typed, the manifest, the check, and the command line with Slack."""

import asyncio
import json
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime

import aiohttp
import pytest
from msgspec.structs import replace
from slack_sdk.errors import SlackApiError

from adapters.chats.slack import checking
from adapters.chats.slack.blocks import Look
from adapters.chats.slack.home import home_view
from adapters.chats.slack.manifest import EVENTS, REPORT, SCOPES, manifest, written
from adapters.chats.slack.outbound import client
from adapters.chats.slack.typed import called, links, typed
from bot.config.settings import SlackMode
from bot.core.cards import Button, Card, Section
from bot.core.people import Roster
from tests.chats.slack.workspace import CHANNEL, PLAN, SOCKET, USERS, free_port, needs_slack, open_workspace, until
from tests.test_main import ROOT, environment, heard

NOW = datetime(2026, 8, 24, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("claim 12", "claim 12"),
        ("assign 1 to <@U0BEA|bea> please", "assign 1 to <@U0BEA> please"),
        ("sent 1 <https://example.com/p?a=1&amp;copy=2|example.com>", "sent 1 https://example.com/p?a=1&copy=2"),
        ("facts 1 a &lt;b&gt; &amp;amp; c", "facts 1 a <b> &amp; c"),
        ("new in <#C1|room> and <!here> and <!subteam^S1|@crisis>", "new in #room and @here and @crisis"),
        ("new mail <mailto:a@example.com|a@example.com>", "new mail a@example.com"),
        ("new\xa0text &eacute; &lt", "new text &eacute; &lt"),
        ("", ""),
    ],
)
def test_what_was_typed_is_read_back(sent, meant):
    assert typed(sent) == meant


def test_the_bot_is_not_part_of_what_it_is_told():
    assert called("<@U0BOT> claim") == "claim"
    assert called(" <@U0BOT|heard>: assign to <@U0BEA>") == "assign to <@U0BEA>"
    assert called("<@U0BOT>") == ""


def test_links_of_a_message_are_found_in_order():
    assert links("<https://a.example/1|one> <@U1> <http://b.example/?x=1&amp;y=2>") == (
        "https://a.example/1",
        "http://b.example/?x=1&y=2",
    )


@pytest.mark.parametrize("mode", SlackMode)
def test_the_manifests_are_those_of_the_code(mode):
    file = ROOT / "manifests" / "slack" / f"manifest.{mode}.json"
    assert file.read_text(encoding="utf-8") == written(mode)
    assert heard("manifest", "slack", "--mode", mode.value).stdout == written(mode)


def test_the_manifest_asks_for_no_more_than_it_says_why():
    said = manifest(SlackMode.SOCKET, "/heard")
    assert said["oauth_config"]["scopes"]["bot"] == sorted(SCOPES)
    assert all(SCOPES.values())
    assert not [scope for scope in SCOPES if "admin" in scope or scope in {"chat:write.public", "files:read"}]
    assert said["settings"]["event_subscriptions"]["bot_events"] == list(EVENTS)
    assert said["features"]["slash_commands"][0]["command"] == "/heard"
    assert said["features"]["shortcuts"][0]["callback_id"] == REPORT
    assert "url" not in json.dumps(said)


def test_in_http_mode_every_address_is_our_own():
    said = manifest(SlackMode.HTTP, url="https://bot.example.com")
    assert json.dumps(said).count("https://bot.example.com/slack/events") == 3
    assert not said["settings"]["socket_mode_enabled"]
    assert heard("manifest", "slack", "--mode", "http", "--url", "http://bot.example.com").returncode == 2


def test_a_home_that_is_too_long_keeps_the_duties():
    def card(title, lines):
        rows = tuple((f"{n} {'x' * 200}",) for n in range(lines))
        return Card(title=title, sections=(Section("", rows),), buttons=(Button("New", "new"),))

    view = home_view([card("Duties", 5), card("Cases", 3)], Look(PLAN))
    assert [block["type"] for block in view["blocks"]] == [
        *("header", "rich_text", "actions", "divider", "header", "rich_text", "actions"),
    ]
    ids = [block["block_id"] for block in view["blocks"] if "block_id" in block]
    assert len(set(ids)) == len(ids) == 2
    assert home_view([], Look(PLAN)) == {"type": "home", "blocks": []}


# The check


class Answer(dict):
    headers: dict = {}

    @property
    def data(self):
        return dict(self)


class Asked:
    """Slack's answers to the questions of the check, each as it is given."""

    def __init__(self, headers=None, **answers):
        self.headers = headers or {}
        self.answers = {
            "auth_test": {"user": "heard", "team": "Aurora"},
            "conversations_info": {"channel": {"name": "crisis", "is_member": True}},
            "apps_connections_open": {"url": "wss://…"},
            "usergroups_users_list": {"users": list(USERS.values())},
            "users_info": {"user": {"name": "someone", "tz": "Europe/Madrid"}},
            **answers,
        }

    def __getattr__(self, name):
        async def ask(user="", **_):
            said = self.answers[name]
            said = said(user) if callable(said) else said
            if isinstance(said, str):
                raise SlackApiError("no", Answer(error=said))
            if isinstance(said, Exception):
                raise said
            answer = Answer(said)
            answer.headers = self.headers
            return answer

        return ask


async def found(asked, settings=SOCKET, plan=PLAN, known=Roster()):  # noqa: B008 - a frozen value
    return [each async for each in checking.look(asked, settings, plan, lambda: NOW, known)]


async def test_all_is_well():
    headers = {"Date": "Mon, 24 Aug 2026 13:00:30 GMT", "X-OAuth-Scopes": ", ".join(SCOPES)}
    assert not [each.what for each in await found(Asked(headers)) if each.is_fault]


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        (Asked(auth_test="invalid_auth"), "copy the Bot User OAuth Token"),
        (Asked(auth_test=OSError()), "Slack cannot be reached (OSError)"),
        (Asked({"date": "Mon, 24 Aug 2026 13:06:00 GMT"}), "clock is 360 s off Slack's; set it by NTP"),
        (Asked({"x-oauth-scopes": "chat:write,commands"}), "app_mentions:read, channels:history"),
        (Asked(conversations_info="channel_not_found"), "/invite @Heard"),
        (Asked(conversations_info={"channel": {"name": "crisis", "is_member": False}}), "/invite @Heard there"),
        (Asked(conversations_info={"channel": {"name": "crisis", "is_archived": True}}), "unarchive it"),
        (Asked(apps_connections_open="invalid_auth"), "generate one with connections:write"),
        (Asked(users_info="missing_scope"), "see that users:read is there"),
    ],
)
async def test_each_fault_says_what_to_click(asked, fault):
    (said,) = [each.what for each in await found(asked) if each.is_fault]
    assert fault in said


SITTING = replace(PLAN, committee=tuple(each for each in PLAN.committee if each.accounts))
NOBODY = replace(PLAN, committee=())
GROUP = replace(SOCKET, usergroup="S1")


async def test_who_is_on_the_committee_by_the_user_group_is_told():
    people = [*(each.accounts["slack"] for each in SITTING.committee[1:]), "U0NEW"]
    told = [each.what for each in await found(Asked(usergroups_users_list={"users": people}), GROUP, SITTING)]
    assert "by the user group, as community-manager: someone" in told
    assert f"on the committee, not in the user group: {SITTING.committee[0].id}" in told


async def test_people_without_an_account_and_closed_accounts_are_noted():
    def info(user):
        return {"user": {"name": "someone", "deleted": user == USERS["bea"]}}

    *others, last = PLAN.committee
    without = replace(PLAN, committee=(*others, replace(last, accounts={})))
    told = [each for each in await found(Asked(users_info=info), SOCKET, without) if each.is_note]
    assert told[0].what.startswith("without a Slack account, and so without a voice: " + last.id + "; ")
    assert told[1].what.startswith(
        f"accounts that are closed, a bot's or not of this workspace: bea ({USERS['bea']}); "
    )
    nobody = replace(PLAN, committee=tuple(replace(each, accounts={}) for each in PLAN.committee))
    (fault,) = [each.what for each in await found(Asked(), SOCKET, nobody) if each.is_fault]
    assert fault.startswith("nobody of the committee has a Slack account; ")


@pytest.mark.parametrize(
    ("answer", "instead"),
    [
        ("no_such_subteam", "User groups: enable it, or copy the id of another"),
        ("missing_scope", "add usergroups:read, then Reinstall"),
        ("plan_upgrade_required", "write sections [[committee]] instead"),
        ("ratelimited", "try again in a minute"),
        ({"users": []}, "User groups, add people to it"),
    ],
)
async def test_a_user_group_that_brings_nobody_says_what_to_click(answer, instead):
    (fault,) = [each.what for each in await found(Asked(usergroups_users_list=answer), GROUP, NOBODY) if each.is_fault]
    assert "the user group S1" in fault
    assert instead in fault


async def test_an_empty_group_beside_members_of_the_settings_is_only_noted():
    told = await found(Asked(usergroups_users_list={"users": []}), GROUP, SITTING)
    assert not [each for each in told if each.is_fault]
    assert "the user group S1 brings nobody who is not on the committee" in [each.what for each in told if each.is_note]


async def test_settings_at_odds_with_the_ids_of_the_group_are_told():
    """Whoever acted by the group under an id of the settings is left out, and told how to be let in."""
    known = Roster(ids={"U0NEW": "ana", USERS["bea"]: "bea-2"})
    asked = Asked(usergroups_users_list={"users": ["U0NEW"]})
    told = await found(asked, GROUP, SITTING, known)
    (fault,) = [each.what for each in told if each.is_fault]
    assert fault.startswith("ana was U0NEW's id by the user group")
    assert 'accounts = { slack = "U0NEW" }' in fault
    assert any('write id = "bea-2" to keep it' in each.what for each in told if each.is_note)


# The command line

CONFIG = """
brand = "Loja Aurora"
language = "en"
chat = "slack"
data = "data"
tick = "1s"
[slack]
channel = "{channel}"
api = "{api}"
[[committee]]
id = "ana"
name = "Ana Souza"
roles = ["community-manager", "lead"]
accounts = {{ slack = "{ana}" }}
"""
TOKENS = {"HEARD_SLACK__BOT_TOKEN": "xoxb-test-token", "HEARD_SLACK__APP_TOKEN": "xapp-test-token"}


def configured(folder, api):
    path = folder / "heard.toml"
    path.write_text(CONFIG.format(channel=CHANNEL, api=api, ana=USERS["ana"]), encoding="utf-8")
    return path


@needs_slack
@pytest.mark.xdist_group("slack")
@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_heard_checks_and_runs_on_slack_and_sigterm_ends_it(tmp_path, mode):
    port = free_port()
    url = f"http://127.0.0.1:{port}/slack/events" if mode == "http" else None
    async with open_workspace(tmp_path / "workspace", url) as slack:
        config = configured(tmp_path, slack.api)
        tokens = {**TOKENS, "HEARD_SLACK__SIGNING_SECRET": "signed", "HEARD_SLACK__MODE": mode}
        tokens |= {"HEARD_DOOR__ENABLED": "true", "HEARD_DOOR__PORT": str(port)}
        looked = await asyncio.to_thread(heard, "check", "--config", config, **tokens)
        assert looked.returncode == 0, looked.stdout + looked.stderr
        assert "ok    slack      in #crisis" in looked.stdout
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run", "--config", str(config)),
            env=environment(**tokens),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

        async def is_ready():
            with suppress(aiohttp.ClientError):
                async with slack.session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    return answer.status == 200

        try:
            await until(is_ready)
            await slack.type("ana", "new They laughed at me")
            await slack.told("ana", "Noted as #1.")
            await slack.card("They laughed at me")
        finally:
            process.send_signal(signal.SIGTERM)
            out, err = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode == 0, err.decode()
        said = (looked.stdout + looked.stderr + out.decode() + err.decode()).casefold()
        assert "test-token" not in said
        assert "laughed" not in said


@needs_slack
@pytest.mark.xdist_group("slack")
async def test_a_refused_token_ends_the_start_with_one_sentence(tmp_path, monkeypatch):
    from adapters.chats.slack.room import SlackRoom
    from bot.ports import NoChat
    from tests.chats.slack.workspace import open_bot

    async def refused(*_, **__):
        raise SlackApiError("no", Answer(error="invalid_auth"))

    async with open_workspace(tmp_path / "workspace") as slack, open_bot(tmp_path, slack) as bot:
        api = client("xoxb-test-token", slack.api)
        room = SlackRoom(bot.room, bot.chat, api, SOCKET)
        monkeypatch.setattr(api, "auth_test", refused)
        with pytest.raises(NoChat, match="invalid_auth"):
            await room.stay(asyncio.Event().wait())


async def test_a_slack_that_cannot_be_reached_is_tried_again_until_the_end(tmp_path, monkeypatch):
    from adapters.chats.slack import room as slack_room
    from adapters.chats.slack.outbound import SlackChat
    from tests.rooms import open_room

    monkeypatch.setattr(slack_room, "AGAIN_S", 0.0)
    async with open_room(tmp_path) as (room, _):
        api = client("xoxb-test-token", f"http://127.0.0.1:{free_port()}/api/")
        listening = slack_room.SlackRoom(room, SlackChat(api, CHANNEL, PLAN, room.store.ref), api, SOCKET)
        tries, enough = 0, asyncio.Event()
        once = listening.open

        async def counted():
            nonlocal tries
            tries += 1
            if tries == 3:
                enough.set()
            await once()

        monkeypatch.setattr(listening, "open", counted)
        await listening.stay(enough.wait())
        assert tries >= 3
        assert not listening.is_connected()
