"""What ``heard check`` says of the door, with real ports."""

import re
import socket

import pytest
from msgspec.structs import replace

from bot.config.reading import Secret
from bot.config.settings import ChatName, DoorSettings, HookSettings, Settings, SlackMode, SlackSettings
from bot.demo.people import demo_plan
from bot.door.checking import look
from tests.test_main import CONFIG, heard

TOKEN, SECRET = Secret("a-token-made-by-chance"), Secret("whsec_bWFrZSBhIHNlY3JldCBvZiB5b3VyIG93bg==")


def listener(host="127.0.0.1"):
    made = socket.socket()
    made.bind((host, 0))
    made.listen()
    return made


def free_port():
    with listener() as made:
        return made.getsockname()[1]


def settings(host="127.0.0.1", port=0, enabled=True, **more):
    return Settings(plan=demo_plan(), door=DoorSettings(host, port or free_port(), enabled), **more)


async def said(given, **more):
    return [(found.what, found.is_fault, found.is_note) for found in await look(given, **more)]


async def test_a_door_that_is_shut_is_said_in_one_line():
    assert await said(settings(enabled=False)) == [("shut: nothing listens", False, False)]


async def test_a_free_port_is_tried_and_let_go():
    given = settings()
    for _ in range(2):  # the second finds it free again
        assert await said(given) == [(f"127.0.0.1 port {given.door.port} is free", False, False)]


async def test_a_port_in_use_is_a_fault_unless_heard_itself_has_it():
    with listener() as other:
        given = settings(port=other.getsockname()[1])
        ((what, is_fault, _),) = await said(given)
        assert is_fault
        assert what.endswith("is in use; stop what listens there, or write another port in [door]")
        ((what, is_fault, _),) = await said(given, is_running=True)
        assert not is_fault
        assert what.endswith("is in use: Heard is running")


async def test_an_address_of_another_machine_is_a_fault_that_says_what_to_write():
    first, second = await said(settings("203.0.113.7"))
    assert first[1]
    assert 'write one in [door], such as host = "127.0.0.1"' in first[0]
    assert second[2]


async def test_a_port_of_the_systems_own_is_a_fault_that_names_another(monkeypatch):
    import asyncio

    async def refused(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(asyncio.get_running_loop(), "create_server", refused)  # as root, no port is refused
    ((what, is_fault, _),) = await said(settings(port=80))
    assert is_fault
    assert "write a port from 1024 on in [door], such as 8080" in what


@pytest.mark.parametrize(("host", "notes"), [("127.0.0.1", 0), ("localhost", 0), ("0.0.0.0", 1)])
async def test_a_door_that_other_machines_can_reach_is_noted_with_tls_and_proxy(host, notes):
    noted = [what for what, _, is_note in await said(settings(host)) if is_note]
    assert len(noted) == notes
    assert all("proxy with TLS" in what for what in noted)


async def test_each_hook_says_what_it_proves_itself_with_and_no_secret():
    hooks = (
        HookSettings(name="mention", secret=SECRET),
        HookSettings(name="forms", token=TOKEN),
        HookSettings(name="both", secret=SECRET, token=TOKEN),
    )
    lines = [what for what, _, _ in await said(settings(hooks=hooks))]
    assert lines[1:] == [
        "mention comes in at /hooks/mention, with its signature",
        "forms comes in at /hooks/forms, with its token",
        "both comes in at /hooks/both, with its signature and its token",
    ]


async def test_slack_over_http_comes_in_by_the_door_and_over_a_socket_does_not():
    http = settings(chat=ChatName.SLACK, slack=SlackSettings(mode=SlackMode.HTTP))
    assert any("/slack/events" in what for what, _, _ in await said(http))
    assert not any("/slack/events" in what for what, _, _ in await said(replace(http, slack=SlackSettings())))


def test_check_has_a_line_for_the_door_and_fails_when_the_port_is_taken(tmp_path):
    config = tmp_path / "heard.toml"
    config.write_text(CONFIG, encoding="utf-8")
    assert re.search(r"^ok +door +shut", heard("check", "--config", config).stdout, re.MULTILINE)
    with listener() as other:
        door = {"HEARD_DOOR__ENABLED": "true", "HEARD_DOOR__PORT": str(other.getsockname()[1])}
        looked = heard("check", "--config", config, **door)
    assert looked.returncode == 1
    assert re.search(r"^FAIL  door: 127.0.0.1 port \d+ is in use", looked.stdout, re.MULTILINE)
