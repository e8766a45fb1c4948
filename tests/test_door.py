"""The door: a real server on a free port of this machine, and every answer that it can give."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
import schemathesis
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from schemathesis.specs.openapi.checks import positive_data_acceptance
from standardwebhooks import Webhook as Signing

import bot.door
from adapters.sources.webhook import Webhook
from bot.config.reading import Secret
from bot.config.settings import DoorSettings, HookFields, HookSettings
from bot.door import BODY_LIMIT, Door
from bot.ports import NoDoor, StoreDown
from tests.rooms import open_room

ROOT = Path(__file__).parents[1]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TOKEN = "a-token-of-our-own"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
BODY = b'{"text":"Meu pedido nao chegou","author":"Joao"}'
FIELDS = HookFields(author="author", link="link", posted="posted")
HOOKS = (
    HookSettings("tool", "x", token=Secret(TOKEN), fields=FIELDS),
    HookSettings("mention", "x", secret=Secret(SECRET), fields=FIELDS),
)


class Visitor:
    """Asks at the door of a room, and tells the status and what was answered."""

    def __init__(self, room, door, web):
        self.room, self.door, self.web = room, door, web

    async def ask(self, path, method="GET", **more):
        async with self.web.request(method, path, **more) as response:
            text = await response.text()
            is_json = response.content_type == "application/json"
            return response.status, json.loads(text) if is_json and text else text, response.headers

    async def bring(self, body=BODY, hook="tool", headers=BEARER):
        status, said, _ = await self.ask(
            f"/hooks/{hook}", "POST", data=body, headers={"Content-Type": "application/json", **headers}
        )
        return status, said

    def signed(self, body=BODY, delivery="msg_1", ago=timedelta(0), secret=SECRET):
        at = self.room.now() - ago
        return {
            "webhook-id": delivery,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Signing(secret).sign(delivery, at, body.decode()),
        }

    async def cases(self):
        return await self.room.store.live_cases()


@contextlib.asynccontextmanager
async def opened(folder, routes=(), **more):
    async with open_room(folder, checks=False) as (room, _):
        door = Door(room, [Webhook(hook) for hook in HOOKS], DoorSettings(port=0), **more)
        door.add_routes(routes)
        await door.start()
        try:
            async with aiohttp.ClientSession(
                f"http://127.0.0.1:{door.port}", skip_auto_headers=["Accept-Encoding"]
            ) as web:
                yield Visitor(room, door, web)
        finally:
            await door.stop()


@pytest.fixture
async def at(tmp_path):
    async with opened(tmp_path / "data") as visitor:
        yield visitor


# Deliveries -------------------------------------------------------------------------------------


async def test_a_complaint_is_durable_before_it_is_answered(at, tmp_path):
    assert await at.bring() == (202, {"case": 1})
    assert "Meu pedido nao chegou" in (tmp_path / "data/cases/1.json").read_text(encoding="utf-8")


async def test_a_complaint_known_already_is_told_and_does_nothing(at):
    assert await at.bring() == (202, {"case": 1})
    assert await at.bring() == (200, {"known": True})
    assert len(await at.cases()) == 1


async def test_a_signed_delivery_is_taken_and_replayed_does_nothing(at):
    headers = at.signed()
    assert await at.bring(hook="mention", headers=headers) == (202, {"case": 1})
    assert await at.bring(hook="mention", headers=headers) == (200, {"known": True})
    at.room.clock.at += timedelta(minutes=5, seconds=1)
    status, said = await at.bring(hook="mention", headers=headers)
    assert (status, set(said)) == (401, {"error"})
    assert len(await at.cases()) == 1


async def test_one_delivery_brought_twenty_times_at_once_opens_one_case(at):
    answers = await asyncio.gather(*(at.bring() for _ in range(20)))
    assert sorted(status for status, _ in answers) == [200] * 19 + [202]
    assert len(await at.cases()) == 1


async def test_a_sighting_brought_twenty_times_at_once_is_one(at):
    await at.bring(b'{"text":"Meu pedido nao chegou","author":"Joao","link":"https://x.com/j/status/1"}')
    again = b'{"text":"Meu pedido nao chegou!","author":"Joao","link":"https://x.com/j/status/2"}'
    answers = await asyncio.gather(*(at.bring(again) for _ in range(20)))
    assert [said for _, said in answers].count({"case": 1}) == 1
    (case,) = await at.cases()
    assert len(case.sightings) == 1


async def test_a_batch_is_told_by_its_cases(at):
    await at.bring(b'{"text":"um"}')
    assert await at.bring(b'[{"text":"um"},{"text":"dois"},{"text":"tres"}]') == (202, {"cases": [2, 3], "known": 1})
    assert await at.bring(b'[{"text":"um"},{"text":"dois"}]') == (200, {"known": True})


async def test_the_card_waits_for_the_courier_and_the_tool_does_not(at):
    await at.bring()
    (waiting,) = await at.room.store.waiting(at.room.now())
    assert waiting.post.key == "case/1"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": TOKEN}])
async def test_a_wrong_token_is_401(at, headers):
    status, said = await at.bring(headers=headers)
    assert (status, said) == (401, {"error": "The signature or token is missing, wrong or too old."})


async def test_a_tampered_body_and_a_strange_secret_are_401(at):
    strange = "whsec_" + "A" * 32
    assert (await at.bring(BODY + b" ", "mention", at.signed()))[0] == 401
    assert (await at.bring(BODY, "mention", at.signed(secret=strange)))[0] == 401
    assert (await at.bring(BODY, "mention", BEARER))[0] == 401
    assert not await at.cases()


HEADER = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x24FF, exclude_characters="\x7f"), max_size=80)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=st.lists(
        st.fixed_dictionaries(
            {},
            optional=dict.fromkeys(["webhook-id", "webhook-timestamp", "webhook-signature", "Authorization"], HEADER),
        ),
        max_size=5,
    )
)
def test_no_shape_of_signature_or_token_is_ever_500(tmp_path_factory, said):
    async def ask():
        async with opened(tmp_path_factory.mktemp("door")) as at:
            for headers in said:
                for hook in ("tool", "mention"):
                    assert (await at.bring(BODY, hook, headers))[0] in {
                        400,
                        401,
                    }  # 400: aiohttp refuses the header itself

    asyncio.run(ask())


async def test_raw_bytes_in_a_header_are_401(at):
    reader, writer = await asyncio.open_connection("127.0.0.1", at.door.port)
    writer.write(
        b"POST /hooks/mention HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\nwebhook-id: \xff\xfe\r\n"
        b"webhook-timestamp: \xc3\xa9\r\nwebhook-signature: v1,\xff\r\nAuthorization: Bearer \xed\xa0\x80\r\n\r\n{}"
    )
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"{", 400), (b"\xff", 400), (b"3", 422), (b'{"text":3}', 422), (b'{"text":""}', 422)],
)
async def test_what_cannot_be_read_is_told_in_one_sentence(at, body, status):
    found, said = await at.bring(body)
    assert found == status
    assert said["error"].endswith(".")


async def test_unknown_hooks_and_paths_are_404_and_other_methods_405(at):
    assert await at.bring(hook="nobody") == (404, {"error": "There is no such hook."})
    assert (await at.ask("/"))[:2] == (404, {"error": "Not Found."})
    for method in ("GET", "PUT", "DELETE", "PATCH", "TRACE"):
        status, said, headers = await at.ask("/hooks/tool", method)
        assert (status, said, headers["Allow"]) == (405, {"error": "Method Not Allowed."}, "POST")
    assert (await at.ask("/metrics", "POST"))[0] == 405


async def test_a_store_that_cannot_write_is_503_and_asks_to_come_again(at, monkeypatch):
    async def down(*_):
        raise StoreDown("the disk is full")

    monkeypatch.setattr(at.room.store, "open", down)
    status, said, headers = await at.ask(
        "/hooks/tool", "POST", data=BODY, headers={**BEARER, "Content-Type": "application/json"}
    )
    assert (status, headers["Retry-After"]) == (503, "30")
    assert "disk" not in said["error"]
    monkeypatch.undo()
    assert await at.bring() == (202, {"case": 1})


async def test_a_bug_is_500_without_its_insides(at, monkeypatch, caplog):
    async def broken(*_):
        raise KeyError("Joao")

    monkeypatch.setattr(at.room.desk, "receive", broken)
    assert await at.bring() == (500, {"error": "Something is wrong here; it is noted."})


# What is sent -----------------------------------------------------------------------------------


def of_size(size):
    return BODY[:-1] + b',"more":"' + b"x" * (size - len(BODY) - 10) + b'"}'


async def in_chunks(body):
    for start in range(0, len(body), 65_536):
        yield body[start : start + 65_536]


@pytest.mark.parametrize("is_chunked", [False, True])
async def test_a_body_of_one_megabyte_is_taken_and_one_byte_more_is_not(at, is_chunked):
    whole, more = of_size(BODY_LIMIT), of_size(BODY_LIMIT + 1)
    assert (len(whole), len(more)) == (1_000_000, 1_000_001)
    status, said = await at.bring(in_chunks(more) if is_chunked else more)
    assert (status, said) == (413, {"error": "It is larger than 1 MB; send less."})
    assert (await at.bring(in_chunks(whole) if is_chunked else whole))[0] == 202


async def test_packed_bodies_are_refused_unread(at):
    for packing in ("gzip", "deflate", "br"):
        headers = {**BEARER, "Content-Encoding": packing}
        assert (await at.bring(b"\x1f\x8b\x08\x00", headers=headers))[0] == 415
    assert (await at.bring(headers={**BEARER, "Content-Encoding": "identity"}))[0] == 202


async def test_what_is_not_declared_as_json_is_refused(at):
    assert (await at.bring(headers={**BEARER, "Content-Type": "text/xml"}))[0] == 415
    assert (await at.bring(headers={**BEARER, "Content-Type": "application/cloudevents+json; charset=utf-8"}))[0] == 202


async def slowly(port, *parts):
    """What comes back when the parts are sent and then nothing."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in parts:
        writer.write(part)
    async with asyncio.timeout(5):
        answer = await reader.read()
    writer.close()
    return answer


async def test_slow_senders_are_sent_away(monkeypatch, tmp_path):
    monkeypatch.setattr(bot.door, "BODY_WITHIN_S", 0.3)
    monkeypatch.setattr(bot.door, "REQUEST_WITHIN_S", 0.3)
    async with opened(tmp_path / "data") as at:
        line = b"POST /hooks/tool HTTP/1.1\r\nHost: a\r\n"
        none, half, body = await asyncio.gather(
            slowly(at.door.port),
            slowly(at.door.port, line),
            slowly(at.door.port, line, b"Content-Length: 100\r\n\r\n", b"{"),
        )
        assert (none, half) == (b"", b"")
        assert body.startswith(b"HTTP/1.1 408 ")
        assert (await at.bring())[0] == 202, "others are served meanwhile"


# Health and figures -----------------------------------------------------------------------------


async def test_it_lives_and_says_whether_it_can_work(tmp_path):
    connected = [True]
    async with opened(tmp_path / "data", is_connected=lambda: connected[0]) as at:
        assert (await at.ask("/healthz"))[:2] == (200, "ok\n")
        assert (await at.ask("/readyz"))[:2] == (200, {"store": True, "chat": True})
        connected[0] = False
        assert (await at.ask("/readyz"))[:2] == (503, {"store": True, "chat": False})
        at.room.store._is_writable = False
        assert (await at.ask("/readyz"))[:2] == (503, {"store": False, "chat": False})
        assert (await at.ask("/healthz"))[0] == 200


async def figures(at):
    at.door._metrics._next_count = 0.0
    status, text, headers = await at.ask("/metrics")
    assert (status, headers["Content-Type"].startswith("text/plain; version=0.0.4")) == (200, True)
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_the_figures_say_what_is_open_late_and_waiting(at):
    await at.bring()
    await at.bring(b'{"text":"Outra coisa","author":"Bia"}')
    await at.bring(headers={})
    await at.room.desk.hear("ana", "claim 1")
    await at.room.store.save_cursor("alerts", "c", at.room.now())
    at.room.clock.at += timedelta(hours=3)
    (first, *_) = await at.room.store.waiting(at.room.now())
    await at.room.store.postpone(first, at.room.now() + timedelta(hours=1))
    found = await figures(at)
    assert found["heard_cases_open", "recognition"] == 2
    assert found["heard_duties_late", "claim"] == 1
    assert found["heard_duties_late", "heard"] == 2
    assert found["heard_duties_late", "review"] == 0
    assert found["heard_posts_waiting",] == 3  # two cards, of which one is put off, and a line in a thread
    assert found["heard_source_age_seconds", "alerts"] == found["heard_source_age_seconds", "tool"] == 3 * 3600
    assert found["heard_command_seconds_count",] == 1
    assert found["heard_deliveries_total", "tool", "202"] == 2
    assert found["heard_deliveries_total", "tool", "401"] == 1
    assert found["heard_store_writable",] == found["heard_chat_connected",] == 1


async def test_the_figures_name_nobody(at):
    await at.bring()
    await at.room.desk.hear("ana", "claim 1")
    _, text, _ = await at.ask("/metrics")
    assert not [word for word in ("ana", "Joao", "pedido", "127.0.0.1", TOKEN) if word in text]


async def test_cases_are_counted_at_most_every_five_seconds(at, monkeypatch):
    counted = []
    count = at.door._metrics._count_cases

    async def counting():
        counted.append(1)
        await count()

    monkeypatch.setattr(at.door._metrics, "_count_cases", counting)
    await asyncio.gather(*(at.ask("/metrics") for _ in range(10)))
    assert len(counted) == 1
    await figures(at)
    assert len(counted) == 2


async def test_no_address_of_a_visitor_is_logged(at, caplog):
    caplog.set_level(logging.DEBUG)
    await at.bring()
    await at.bring(headers={})
    assert "127.0.0.1" not in caplog.text.replace(f"127.0.0.1:{at.door.port}", "")
    assert not [record for record in caplog.records if record.name == "aiohttp.access"]


# The description --------------------------------------------------------------------------------


async def test_the_description_has_every_hook_and_only_it(at):
    status, said, _ = await at.ask("/openapi.json")
    assert status == 200
    assert set(said["paths"]) == {"/hooks/tool", "/hooks/mention", "/healthz", "/readyz", "/metrics", "/openapi.json"}
    delivery = said["paths"]["/hooks/mention"]["post"]
    assert delivery["security"] == [{"signature": []}]
    assert SECRET not in json.dumps(said)


def answers_as_described(operation):
    """Asks with a bounded number of requests that fit the description and that do not.

    What fits may be refused all the same: no schema says that a text must have words and a time be past.
    """

    @given(case=operation.as_strategy())
    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def holds(case):
        headers = BEARER if operation.path == "/hooks/tool" else None
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    holds()


def test_schemathesis_finds_no_answer_that_is_not_described(tmp_path):
    """Against the running server, with a token and with none."""
    loop, stop, port = asyncio.new_event_loop(), asyncio.Event(), []
    is_open = threading.Event()

    async def serve():
        async with opened(tmp_path / "data") as at:
            port.append(at.door.port)
            is_open.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert is_open.wait(10)
        schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{port[0]}/openapi.json")

        operations = [found.ok() for found in schema.get_all_operations()]
        assert len(operations) == 5  # It leaves out the description itself.
        for operation in operations:
            answers_as_described(operation)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)


# Opening and closing ----------------------------------------------------------------------------


async def test_a_taken_port_is_told(at):
    other = Door(at.room, [], DoorSettings(port=at.door.port))
    with pytest.raises(NoDoor, match=r"^cannot listen on 127.0.0.1 port \d+ \(.+\): write another under \[door\]$"):
        await other.start()
    await other.stop()


@pytest.mark.parametrize("host", ["203.0.113.1", "nowhere.invalid", "a..b"])
async def test_an_address_that_is_not_ours_is_told(at, host):
    with pytest.raises(NoDoor):
        await Door(at.room, [], DoorSettings(host, 0)).start()


async def test_others_hang_their_routes_on_the_same_door(tmp_path):
    async def hello(_):
        return web.Response(text="hello")

    async with opened(tmp_path / "data", routes=[web.post("/slack/events", hello)]) as at:
        assert (await at.ask("/slack/events", "POST"))[:2] == (200, "hello")
        assert (await at.ask("/healthz"))[0] == 200


async def test_what_is_under_way_ends_before_the_door_is_shut(at, monkeypatch):
    receive, begun = at.room.desk.receive, asyncio.Event()

    async def slow(complaint):
        begun.set()
        await asyncio.sleep(0.3)
        return await receive(complaint)

    monkeypatch.setattr(at.room.desk, "receive", slow)
    brought = asyncio.create_task(at.bring())
    await begun.wait()
    await at.door.stop()
    assert await brought == (202, {"case": 1})
    with pytest.raises(aiohttp.ClientError):
        await at.bring()
    await at.door.stop()


CONFIG = """
brand = "Loja Aurora"
language = "en"
data = "data"
[[committee]]
id = "ana"
name = "Ana"
roles = ["lead"]
[door]
enabled = true
port = {port}
[[hooks]]
name = "tool"
channel = "x"
token = "{token}"
"""


def test_heard_run_opens_the_door_and_shuts_it_in_order(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = tmp_path / "heard.toml"
    config.write_text(CONFIG.format(port=port, token=TOKEN), encoding="utf-8")
    command = [sys.executable, "-m", "bot", "run", "--config", str(config)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        try:
            heard = next(line for line in running.stderr if "the room is open" in line)
            assert heard
            taken = subprocess.run(
                [sys.executable, "-c", BRING, f"http://127.0.0.1:{port}/hooks/tool", TOKEN],
                capture_output=True,
                text=True,
                timeout=20,
                check=True,
            )
            assert taken.stdout == '202 {"case":1}\n'
            assert "Meu pedido" in next(line for line in running.stdout if "Meu pedido" in line)
            second = subprocess.run(
                command,
                cwd=ROOT,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
                env=os.environ | {"HEARD_DATA": str(tmp_path / "other")},
            )
            assert second.returncode == 1
            assert f"cannot listen on 127.0.0.1 port {port} (" in second.stderr
            running.send_signal(signal.SIGTERM)
            assert running.wait(15) == 0
            rest = running.stderr.read()
            assert rest.index("stopping") < rest.index("stopped")
            assert "127.0.0.1" not in rest
        finally:
            running.kill()


BRING = """
import sys, urllib.request
body = b'{"text": "Meu pedido nao chegou"}'
asked = urllib.request.Request(sys.argv[1], body, {"Authorization": "Bearer " + sys.argv[2], "Content-Type": "application/json"})
with urllib.request.urlopen(asked, timeout=10) as answer:
    print(answer.status, answer.read().decode())
"""
