"""The invitation, the check, and the command line with Discord."""

from __future__ import annotations

import os
import re
import signal
import socket
import textwrap
import threading
import time
import urllib.error
import urllib.request
from asyncio import new_event_loop
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import discord as library
import pytest
from msgspec.structs import replace

from adapters.chats.discord.checking import look
from adapters.chats.discord.manifest import PERMISSIONS, SCOPES, invitation, permissions, written
from bot.__main__ import main
from bot.config.reading import Secret
from bot.config.settings import DiscordSettings
from bot.demo.people import demo_plan
from tests.chats.discord.gateway import APP, CHANNEL, GUILD, IDENTIFY, LOOKS, REST_S, TOKEN, USER, open_discord

GUIDE = Path(__file__).parents[3] / "docs/discord.md"
ANA, NEWS = 900_000_000_000_000_010, 900_000_000_000_000_011
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SETTINGS = DiscordSettings(Secret(TOKEN), str(GUILD), str(CHANNEL))
TAGS = ("new", "claimed", "heard", "solving", "waiting", "closed")


# The invitation


def test_the_invitation_asks_for_exactly_what_is_explained():
    asked = parse_qs(urlsplit(invitation("123")).query)
    assert asked == {
        "client_id": ["123"],
        "scope": ["bot applications.commands"],
        "permissions": [str(permissions().value)],
    }
    assert len([name for name, given in permissions() if given]) == len(PERMISSIONS)
    for name, use in [*PERMISSIONS.values(), *SCOPES.items()]:
        assert f"{name}: {use}" in written("123")


def test_it_never_asks_to_govern_anybody():
    assert not permissions() & library.Permissions(
        administrator=True,
        manage_guild=True,
        manage_channels=True,
        manage_messages=True,
        manage_roles=True,
        mention_everyone=True,
        kick_members=True,
        ban_members=True,
    )


def test_the_command_line_prints_the_invitation(capsys):
    assert main(["manifest", "discord", "--app", "123456789012345678"]) == 0
    assert capsys.readouterr().out == written("123456789012345678")
    assert main(["manifest", "discord"]) == 0
    assert "APPLICATION_ID" in capsys.readouterr().out
    assert main(["manifest", "discord", "--app", "Heard"]) == 2
    assert "General Information" in capsys.readouterr().err


# The check


def everyone(given):
    role = {"id": str(GUILD), "name": "@everyone", "color": 0, "hoist": False, "position": 0, "managed": False}
    return {**role, "permissions": str(given), "mentionable": False, "flags": 0, "colors": {"primary_color": 0}}


def server(given):
    empty = dict.fromkeys(("emojis", "stickers", "features"), [])
    zero = dict.fromkeys(
        ("verification_level", "default_message_notifications", "explicit_content_filter", "mfa_level", "premium_tier"),
        0,
    )
    return {
        **empty, **zero, "id": str(GUILD), "name": "Loja Aurora", "icon": None, "roles": [everyone(given)],
        "owner_id": "1", "afk_timeout": 300, "system_channel_flags": 0, "preferred_locale": "en-US",
        "nsfw_level": 0, "premium_progress_bar_enabled": False,
    }  # fmt: skip


def channel(id, type=15, name="crisis", tags=TAGS, flags=0):
    available = [
        {"id": str(n), "name": tag, "moderated": False, "emoji_id": None, "emoji_name": None}
        for n, tag in enumerate(tags, 1)
    ]
    return {
        "id": str(id), "type": type, "guild_id": str(GUILD), "name": name, "position": 0, "permission_overwrites": [],
        "parent_id": None, "topic": None, "nsfw": False, "available_tags": available, "flags": flags,
        "default_reaction_emoji": None, "default_forum_layout": 0, "default_sort_order": None, "bitrate": 64000,
        "user_limit": 0, "rtc_region": None,
    }  # fmt: skip


def member(id):
    user = {**USER, "id": str(id), "username": "somebody"}
    return {"user": user, "roles": [], "joined_at": None, "deaf": False, "mute": False, "flags": 0}


@pytest.fixture
async def discord(monkeypatch):
    async with open_discord(monkeypatch) as discord:
        discord.guild = server(permissions().value)
        discord.channels = [channel(CHANNEL), channel(NEWS, 0, "news")]
        discord.members = {APP: member(APP), ANA: member(ANA)}
        discord.date = "Sun, 22 Nov 2026 12:00:10 GMT"
        discord.commands = [{"id": "1", "application_id": str(APP), "type": 1, "name": "crisis", "description": "x",
                             "version": "1", "default_member_permissions": None}]  # fmt: skip
        yield discord


def plan(**accounts):
    committee = demo_plan().committee
    given = {name: {"discord": str(account)} for name, account in accounts.items()}
    return replace(demo_plan(), committee=tuple(replace(each, accounts=given.get(each.id, {})) for each in committee))


async def found(settings=SETTINGS, the_plan=None, clock=lambda: NOW):
    return [each async for each in look(settings, the_plan or plan(ana=ANA), clock)]


def faults(findings):
    return [each.what for each in findings if each.is_fault]


async def test_a_room_in_which_all_is_well(discord):
    findings = await found(replace(SETTINGS, news=str(NEWS)))
    assert faults(findings) == []
    said = "\n".join(each.what for each in findings)
    for what in ("heard", "in Loja Aurora", "in #crisis, a forum channel", "news in #news", "/crisis is registered"):
        assert what in said
    assert "1 members of the committee are in this server" in said
    assert "without a voice: bea, rui, lia, carl" in said
    assert not [path for method, path in discord.asked if method != "GET"], "a check changes nothing"


async def test_a_refused_token_is_told_with_what_to_click(discord):
    (fault,) = faults(await found(replace(SETTINGS, token=Secret("a.wrong.token"))))
    assert "the token is refused" in fault
    assert "Reset Token" in fault
    assert "wrong" not in fault


async def test_a_server_that_heard_is_not_in(discord):
    discord.guild = None
    (fault,) = faults(await found())
    assert invitation(str(APP)) in fault


async def test_a_channel_that_is_not_there_or_is_of_the_wrong_kind(discord):
    (fault,) = faults(await found(replace(SETTINGS, channel="900000000000000099")))
    assert "there is no channel 900000000000000099" in fault
    discord.channels = [channel(CHANNEL, 2, "voice")]
    (fault,) = faults(await found())
    assert "#voice is neither a forum nor a text channel" in fault
    discord.channels = [channel(CHANNEL), channel(NEWS, 2, "voice")]
    (fault,) = faults(await found(replace(SETTINGS, news=str(NEWS))))
    assert "#voice is no text channel" in fault
    (fault,) = faults(await found(replace(SETTINGS, news="900000000000000099")))
    assert "for news" in fault


@pytest.mark.parametrize("permission", PERMISSIONS)
async def test_every_permission_that_is_missing_is_named(discord, permission):
    wanted = permissions()
    setattr(wanted, permission, False)
    discord.guild = server(wanted.value)
    (fault,) = faults(await found())
    assert PERMISSIONS[permission][0] in fault
    assert "Edit Channel, Permissions" in fault


async def test_tags_that_are_missing_are_named(discord):
    discord.channels = [channel(CHANNEL, tags=TAGS[:4])]
    (note,) = [each.what for each in await found() if "lacks the tags" in each.what]
    assert "waiting, closed" in note
    discord.channels = [channel(CHANNEL, tags=TAGS[:4], flags=1 << 4)]  # The forum wants a tag on every post.
    assert len(faults(await found())) == 1
    discord.guild = server(permissions().value | library.Permissions(manage_channels=True).value)
    assert faults(await found()) == []


async def test_members_who_are_not_in_the_server_are_named(discord):
    findings = await found(the_plan=plan(ana=ANA, rui=900_000_000_000_000_077))
    assert "not in this server: rui" in "\n".join(each.what for each in findings if each.is_note)
    (fault,) = faults(await found(the_plan=plan()))
    assert "nobody of the committee has a Discord account" in fault


async def test_a_clock_that_is_wrong_is_told(discord):
    discord.date = "Sun, 22 Nov 2026 12:05:00 GMT"
    (fault,) = faults(await found())
    assert "300 s off" in fault


async def test_commands_that_are_not_there_yet_or_may_not_be(discord):
    discord.commands = []
    assert "the first start does it" in "\n".join(each.what for each in await found() if each.is_note)
    discord.refuse[f"applications/{APP}/guilds"] = (403, 50001)
    (fault,) = faults(await found())
    assert "may have no commands" in fault


async def test_discord_that_is_away_is_told(discord):
    discord.is_down = True
    (fault,) = faults(await found())
    assert "cannot be asked" in fault


# The command line


@pytest.fixture
def elsewhere(monkeypatch):
    """Discord in a thread of its own, for a command line that has the loop to itself."""
    loop = new_event_loop()
    opening = open_discord(monkeypatch)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    discord = loop.run_until_complete(opening.__aenter__())
    thread.start()
    yield discord
    loop.call_soon_threadsafe(loop.stop)
    thread.join(timeout=10)
    loop.run_until_complete(opening.__aexit__(None, None, None))
    loop.close()


CONFIG = f"""
brand = "Loja Aurora"
chat = "discord"
data = "data"

[discord]
token = "{{token}}"
guild = "{GUILD}"
channel = "{CHANNEL}"

[[committee]]
id = "ana"
name = "Ana Souza"
roles = ["community-manager", "lead"]
accounts = {{{{ discord = "{ANA}" }}}}
"""


@pytest.fixture
def config(tmp_path):
    def written(token=TOKEN):
        (tmp_path / "heard.toml").write_text(CONFIG.format(token=token), encoding="utf-8")
        return str(tmp_path / "heard.toml")

    return written


def test_the_guides_own_settings_are_enough(elsewhere, tmp_path, monkeypatch, capsys):
    """Those of docs/discord.md as they stand there, but for the ids and a brand; the token from a file."""
    (block,) = re.findall(r"```toml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    ids = dict(zip(re.findall(r"\d{17,}", block), (GUILD, CHANNEL, ANA), strict=True))
    said = re.sub(r"\d{17,}", lambda found: str(ids[found[0]]), textwrap.dedent(block))
    (tmp_path / "heard.toml").write_text(f'brand = "Loja Aurora"\n{said}', encoding="utf-8")
    (tmp_path / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    monkeypatch.setenv("HEARD_DISCORD__TOKEN_FILE", str(tmp_path / "token"))
    elsewhere.guild = server(permissions().value)
    elsewhere.channels = [channel(CHANNEL, tags=("novo",))]
    elsewhere.members = {APP: member(APP), ANA: member(ANA)}
    status = main(["check", "--config", str(tmp_path / "heard.toml")])
    out = capsys.readouterr().out
    assert status == 0, out
    assert "ok    discord    in Loja Aurora" in out
    assert TOKEN not in out


def test_a_wrong_token_ends_the_run_in_one_sentence(elsewhere, config, capsys):
    assert main(["run", "--config", config("a.wrong.token")]) == 1
    told = [line for line in capsys.readouterr().err.splitlines() if "refuses this token" in line]
    assert len(told) == 1
    assert "a.wrong.token" not in "".join(told)


def test_heard_runs_on_discord_and_sigterm_ends_it(elsewhere, config, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("HEARD_DOOR__ENABLED", "true")
    monkeypatch.setenv("HEARD_DOOR__PORT", str(port))
    seen = []

    def watch():
        """Not ready before Discord is, ready afterwards, and then told to stop."""
        for _ in range(LOOKS):
            with suppress(OSError, urllib.error.HTTPError):
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                    seen.append(answer.status)
                    break
            time.sleep(REST_S)
        os.kill(os.getpid(), signal.SIGTERM)

    watching = threading.Thread(target=watch)
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # Should the run end by itself, the tests go on.
    try:
        watching.start()
        status = main(["run", "--config", config()])
    finally:
        watching.join(timeout=60)
        for each, handler in before.items():
            signal.signal(each, handler)
    assert (status, seen) == (0, [200])
    assert elsewhere.count(IDENTIFY) == 1


def test_the_check_prints_what_is_well_and_what_is_not(elsewhere, config, capsys):
    assert main(["check", "--config", config("a.wrong.token")]) == 1
    assert "FAIL  discord: the token is refused" in capsys.readouterr().out
    elsewhere.guild = server(permissions().value)
    elsewhere.channels = [channel(CHANNEL, tags=("novo",))]
    elsewhere.members = {APP: member(APP), ANA: member(ANA)}
    main(["check", "--config", config()])
    assert "ok    discord    in Loja Aurora" in capsys.readouterr().out
