"""What a member on Slack waits for: a signed command or press, durable, against Bolt apps that only acknowledge.

The subject is ``heard run`` itself, on a real store. It and the apps that it is compared with are processes of
their own, asked by one client over kept connections, one after the other.
"""

from __future__ import annotations

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import msgspec
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from adapters.stores.tiny import open_store
from bot.core.events import Entry, StillOn
from tests.bench.bench_door import Plain
from tests.bench.bench_store import post, replaced, write_cases

ROOT = Path(__file__).parents[2]
SECRET, TOKEN, CHANNEL = "signed", "xoxb-test-token", "C1"
SOME, FEW, MANY = 1_000, 100, 10_000
WARMING = 10
MEMBERS, PRESSED = 20, 200

SETTINGS = """
brand = "B"
chat = "slack"
language = "en"
zone = "America/Sao_Paulo"
data = "data"
[door]
enabled = true
port = {port}
[slack]
bot_token = "{token}"
signing_secret = "{secret}"
channel = "{channel}"
mode = "http"
api = "{api}"
[log]
level = "warning"
"""
MEMBER = """
[[committee]]
id = "m{n}"
name = "Member {n}"
roles = ["community-manager", "lead"]
accounts = {{ slack = "U00000{n:02}" }}
"""
#: The whole bot as it is, but for the pace that it keeps to please Slack.
UNPACED = """
import sys
from datetime import timedelta
from adapters.chats.slack.outbound import SlackChat
from bot.__main__ import main
SlackChat.pace = timedelta(0)
sys.exit(main(sys.argv[1:]))
"""
#: An app that only acknowledges, on the server that Bolt itself brings.
BOLT = """
import sys
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

port, api, is_bare = int(sys.argv[1]), sys.argv[2], sys.argv[3] == "bare"
client = AsyncWebClient("{token}", base_url=api)
app = AsyncApp(client=client, signing_secret="{secret}", **({{"process_before_response": True}} if is_bare else {{}}))

@app.command("/crisis")
async def claimed(ack):
    await ack()

web.run_app(app.web_app("/slack/events"), host="127.0.0.1", port=port, access_log=None, print=None)
"""


def measure() -> dict[str, float]:
    """Ratios of medians, each taken alternately in one run; and times from a press to the edited card."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        return asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> dict[str, float]:
    async with slack_api() as api:
        by_default, bare, disk = await acknowledgement_ratios(folder, api)
        figures = {
            "signed claim, durable, 1,000 open / default Bolt's ack (aim 0.4)": by_default,
            "the same / an ack with process_before_response (aim 4)": bare,
            "a bare durable replacement of its file, of the claim": disk,
            "the same claim at 10,000 open cases / at 100 (aim 1.2)": await growth_ratio(folder, api),
        }
        return figures | await press_to_edit(folder, api)


async def acknowledgement_ratios(folder, api, rounds=300):
    async with AsyncExitStack() as stack:
        heard, by_default, bare = [
            await stack.enter_async_context(opened)
            for opened in (room(folder / "some", SOME, api), bolt(api, "default"), bolt(api, "bare"))
        ]
        ours, theirs, barely, disk = await claims((heard, by_default, bare), rounds, folder / "disk")
    return ours / theirs, ours / barely, disk / ours


async def growth_ratio(folder, api):
    async with room(folder / "few", FEW, api) as few, room(folder / "many", MANY, api) as many:
        at_few, at_many, _ = await claims((few, many), FEW - WARMING, folder / "disk")
    return at_many / at_few


async def claims(servers, rounds, scratch):
    """The median of each server and last of the disk, in seconds.

    Every case is claimed once, and every claim reads that it is noted.
    """
    scratch.mkdir(exist_ok=True)
    times, disk = [[] for _ in servers], []
    async with AsyncExitStack() as connected:  # Only now: a door closes connections that nobody uses.
        for server in servers:
            await connected.enter_async_context(server)
        for number in range(1, WARMING + rounds + 1):
            disk.append(replaced(scratch / "1.json"))
            for server, found in zip(servers, times, strict=True):
                found.append(await claim(server, number))
    for server in servers:
        assert not server.folder or claimed_in(server.folder) == WARMING + rounds
    return [statistics.median(found[WARMING:]) for found in (*times, disk)]


async def claim(server, number):
    """How long one claim took, in seconds."""
    body, headers = signed(command(f"claim {number}", f"{number}"))
    began = time.perf_counter()
    status = await server.ask(body, headers)
    lasted = time.perf_counter() - began
    assert status == 200
    assert not server.folder or b"Noted." in server.body, server.body
    return lasted


def claimed_in(folder):
    return sum(b'"claimed"' in path.read_bytes() for path in (folder / "data" / "cases").iterdir())


async def press_to_edit(folder, api):
    """Members press *Claim*, each the next card as soon as the last one shows it. Nobody keeps Slack's pace here."""
    lasted = []
    append_s = await one_append(folder / "append")
    async with room(folder / "pressed", PRESSED + MEMBERS, api, UNPACED) as server:
        cards = iter(range(1, PRESSED + MEMBERS + 1))

        async def member(n, presses):
            async with Plain(server.port, "/slack/events") as slack:
                for _ in range(presses):
                    number = next(cards)
                    edited = api.edited(f"{number}.1")
                    body, headers = signed({"payload": msgspec.json.encode(press(n, number))})
                    began = time.perf_counter()
                    assert await slack.ask(body, headers) == 200
                    lasted.append(await asyncio.wait_for(edited, 60) - began)

        await asyncio.gather(*(member(n, 1) for n in range(1, MEMBERS + 1)))
        lasted.clear()
        await asyncio.gather(*(member(n, PRESSED // MEMBERS) for n in range(1, MEMBERS + 1)))
        assert claimed_in(server.folder) == PRESSED + MEMBERS
    p50, p99 = statistics.median(lasted), statistics.quantiles(lasted, n=100)[98]
    return {
        "press to edited card, 20 members on 200 cases, p50 in ms": p50 * 1000,
        "the same, p99 in ms": p99 * 1000,
        "the same, p50 / one durable append": p50 / append_s,
        "the same, p99 / one durable append": p99 / append_s,
    }


async def one_append(folder, rounds=200):
    """The median of an append to a case like those that are pressed, in seconds."""
    write_cases(folder, rounds, now(), entries=1)
    store = await open_store(folder)
    times = []
    for case in await store.live_cases():
        began = time.perf_counter()
        await store.append(case, [Entry(now(), StillOn(), "m1", "r9")], [post(case.number, "card, later")])
        times.append(time.perf_counter() - began)
    await store.close()
    return statistics.median(times)


# What Slack sends


def command(text, turn):
    return {
        "token": "gIkuvaNzQIHg97ATvDxqgjtO",
        "team_id": "T0001",
        "team_domain": "aurora",
        "channel_id": CHANNEL,
        "channel_name": "crisis",
        "user_id": "U0000001",
        "user_name": "m1",
        "command": "/crisis",
        "text": text,
        "api_app_id": "A0HEARD",
        "is_enterprise_install": "false",
        "response_url": "http://127.0.0.1:9/commands/T0001/1/x",
        "trigger_id": f"{turn}.2.abcdef",
    }


def press(member, number):
    """A press on *Claim*, with as much of its message as the bot reads."""
    return {
        "type": "block_actions",
        "api_app_id": "A0HEARD",
        "token": "gIkuvaNzQIHg97ATvDxqgjtO",
        "trigger_id": f"{member}.{number}.abcdef",
        "team": {"id": "T0001", "domain": "aurora"},
        "user": {"id": f"U00000{member:02}", "username": f"m{member}", "team_id": "T0001"},
        "channel": {"id": CHANNEL, "name": "crisis"},
        "container": {"type": "message", "message_ts": f"{number}.1", "channel_id": CHANNEL, "is_ephemeral": False},
        "message": {"type": "message", "ts": f"{number}.1", "text": f"#{number}"},
        "response_url": "",
        "actions": [
            {
                "type": "button",
                "action_id": "0",
                "block_id": "buttons",
                "text": {"type": "plain_text", "text": "Claim", "emoji": True},
                "value": f"claim {number}",
                "action_ts": f"{time.time():.6f}",
            }
        ],
    }


def signed(fields):
    body, at = urlencode(fields), str(int(time.time()))
    return body.encode(), {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": SignatureVerifier(SECRET).generate_signature(timestamp=at, body=body),
    }


# The servers


class Server(Plain):
    """A process that is asked; ``folder`` is where the room is, None for an app that keeps nothing."""

    def __init__(self, port, folder=None):
        super().__init__(port, "/slack/events")
        self.folder = folder


@asynccontextmanager
async def room(folder, cases, api, program=None):
    """The whole bot on so many cases that came just now, of which nothing is owed yet."""
    folder.mkdir()
    write_cases(folder / "data", cases, now(), entries=1)
    port = free_port()
    settings = SETTINGS.format(port=port, token=TOKEN, secret=SECRET, channel=CHANNEL, api=api.url)
    members = "".join(MEMBER.format(n=n) for n in range(1, MEMBERS + 1))
    (folder / "heard.toml").write_text(settings + members, encoding="utf-8")
    start = ["-c", program] if program else ["-m", "bot"]
    command = [*start, "run", "--config", str(folder / "heard.toml")]
    async with process(command, port):
        await until_ready(port)
        yield Server(port, folder)


@asynccontextmanager
async def bolt(api, manner):
    port = free_port()
    program = BOLT.format(token=TOKEN, secret=SECRET)
    async with process(["-c", program, str(port), api.url, manner], port):
        yield Server(port)


@asynccontextmanager
async def process(arguments, port):
    """Runs until the block ends; entered once it listens."""
    with subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=None
    ) as running:
        try:
            for _ in range(1200):
                assert running.poll() is None, "it ended by itself"
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                await asyncio.sleep(0.05)
            yield running
        finally:
            running.terminate()
            try:
                await asyncio.to_thread(running.wait, 15)
            except subprocess.TimeoutExpired:
                running.kill()


async def until_ready(port, quick_s=0.02, times=20):
    """Slack is connected, and the first look at every case is over: nothing that only a start does is measured."""
    quick = 0
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        for _ in range(1200):
            began = time.perf_counter()
            async with session.get("/readyz") as answer:
                is_quick = answer.status == 200 and time.perf_counter() - began < quick_s
            quick = quick + 1 if is_quick else 0
            if quick == times:
                return
            await asyncio.sleep(0.05)


class SlackApi:
    """Slack's Web API as far as a room needs it: it takes every message, and tells when one was edited.

    Ours, because the local Slack server takes half as long again for each call, and says only to who asks it
    that a message was edited: it would be what is measured.
    """

    def __init__(self):
        self.url = ""
        self._edited = {}
        self._said = 0

    def edited(self, ts):
        """When the message was next changed, on this process's clock."""
        self._edited[ts] = asyncio.get_running_loop().create_future()
        return self._edited[ts]

    async def answer(self, request):
        arrived, method = time.perf_counter(), request.match_info["method"]
        given = await request.json() if request.content_type == "application/json" else await request.post()
        if method == "auth.test":
            me = {"team_id": "T0001", "bot_id": "B0HEARD", "user_id": "U0HEARD", "url": "https://aurora.slack.com/"}
            return web.json_response({"ok": True, **me})
        if method == "users.info":
            return web.json_response({"ok": True, "user": {"id": given.get("user", ""), "name": "somebody"}})
        if method.startswith("conversations."):
            return web.json_response({"ok": True, "messages": [], "channel": {"id": "D1"}})
        if method == "chat.update":
            edited = self._edited.pop(given["ts"], None)
            if edited and not edited.done():
                edited.set_result(arrived)
            return web.json_response({"ok": True, "channel": given["channel"], "ts": given["ts"]})
        self._said += 1
        return web.json_response({"ok": True, "channel": given["channel"], "ts": f"{int(time.time())}.{self._said:06}"})


@asynccontextmanager
async def slack_api():
    api = SlackApi()
    app = web.Application()
    app.router.add_route("*", "/api/{method}", api.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    api.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    try:
        yield api
    finally:
        await runner.cleanup()


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def now():
    return datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=5)


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name}: {value:.3f}")
