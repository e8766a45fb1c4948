"""A Slack workspace on loopback, a real server in a process of its own, and the bot's room in it."""

import asyncio
import json
import socket
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from msgspec.structs import replace

from adapters.chats.slack.outbound import SlackChat, client
from adapters.chats.slack.people import SlackDirectory
from adapters.chats.slack.room import SlackRoom
from adapters.stores.tiny import open_store
from adapters.stores.tiny.atomic import replace_file
from bot.config.reading import Secret
from bot.config.settings import SlackMode, SlackSettings
from bot.core.complaint import Complaint
from bot.core.people import Joining
from bot.demo.people import demo_plan
from bot.library import load
from bot.people import People
from bot.room import Room

SERVER = Path(__file__).parents[2] / ".parts" / "local-slack-linux-x64-0.1.8" / "local-slack"
CHANNEL, BOT = "C0CRISIS", "U0BOT"
USERS = {"ana": "U0ANA", "bea": "U0BEA", "lia": "U0LIA", "rui": "U0RUI", "carl": "U0CARL", "eve": "U0EVE"}
LIBRARY = load()
PLAN = replace(
    demo_plan(),
    committee=tuple(
        replace(member, accounts={"slack": USERS[member.id]} if member.id in USERS else {})
        for member in demo_plan().committee
    ),
)
#: Looks at the server until something is there: some seconds in all, and never by the clock.
LOOKS, REST_S = 400, 0.025

needs_slack = pytest.mark.skipif(not SERVER.exists(), reason="the Slack server is not there: run .ci/parts")


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


async def until(look):
    """What ``look`` finds, once it finds something."""
    for _ in range(LOOKS):
        if found := await look():
            return found
        await asyncio.sleep(REST_S)
    raise AssertionError(f"never: {look.__doc__ or look}")


class Workspace:
    """The people's side: they type, press and fill in; and what they see."""

    def __init__(self, base, session):
        self.base, self.session = base, session

    @property
    def api(self):
        return f"{self.base}/api/"

    async def _post(self, what, **said):
        async with self.session.post(f"{self.base}/_control/{what}", json=said) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def _get(self, what):
        async with self.session.get(f"{self.base}/_control/{what}") as answer:
            return await answer.json()

    async def log(self):
        return (await self._get("log"))["log"]

    async def messages(self, channel=CHANNEL):
        return (await self._get(f"messages/{channel}"))["messages"]

    async def type(self, who, text, command="/crisis"):
        """A slash command; returns when it is acknowledged."""
        await self._post("command", channel=CHANNEL, user=USERS[who], command=command, text=text)

    async def mention(self, who, text, thread):
        await self._post("message", channel=CHANNEL, user=USERS[who], text=f"<@{BOT}> {text}", thread_ts=thread)

    async def press(self, who, command):
        """The newest button with this command that the member can see."""
        message, button = await until(lambda: self.button(who, command))
        await self.click(who, message["ts"], button)

    async def click(self, who, ts, button):
        await self._post("interact", channel=CHANNEL, messageTs=ts, user=USERS[who], action=button)

    async def button(self, who, command):
        for message in reversed(await self.messages()):
            if message.get("ephemeral_to") in (None, USERS[who]):
                for button in buttons(message):
                    if button.get("value") == command:
                        return message, button
        return None

    async def told(self, who, words):
        """Waits until this member alone has read these words."""

        async def look():
            for message in await self.messages():
                if message.get("ephemeral_to") == USERS[who] and words in shown(message):
                    return message
            return None

        look.__doc__ = f"{who} reads “{words}”"
        return await until(look)

    async def told_in(self, thread, who, times, words):
        """Waits until this member alone has read these words so many times in this thread, empty for the room."""

        async def look():
            said = [each for each in await self.messages() if each.get("ephemeral_to") == USERS[who]]
            return len([each for each in said if each.get("thread_ts", "") == thread and words in shown(each)]) >= times

        look.__doc__ = f"{who} reads “{words}” {times} times in {thread or 'the room'}"
        await until(look)

    async def card(self, words):
        """Waits until the room shows a message with these words."""

        async def look():
            for message in await self.messages():
                if not message.get("ephemeral_to") and words in shown(message):
                    return message
            return None

        look.__doc__ = f"the room reads “{words}”"
        return await until(look)

    async def open_home(self, who):
        await self._post("open-home", user=USERS[who])

    async def home(self, who, words):
        async def look():
            views = (await self.ui())["homeViews"].get(USERS[who], {})
            return next((view for view in views.values() if words in shown(view)), None)

        look.__doc__ = f"{who}'s home says “{words}”"
        return await until(look)

    async def ui(self):
        """Everything that the people's screens show."""
        async with self.session.ws_connect(f"{self.base}/ui") as ui:
            return (await ui.receive_json(timeout=10))["state"]

    async def window(self, words):
        """Waits for the window on top that shows these words."""

        async def look():
            stack = (await self.ui())["modalStack"]
            return stack[-1] if stack and words in shown(stack[-1]) else None

        look.__doc__ = f"a window with “{words}”"
        return await until(look)

    async def no_window(self):
        async def look():
            return not (await self.ui())["modalStack"]

        look.__doc__ = "no window stands open"
        await until(look)

    async def submit(self, who, **values):
        """Fills in the window on top and sends it; returns what became of it: the errors, or the windows."""
        async with self.session.ws_connect(f"{self.base}/ui") as ui:
            state = (await ui.receive_json(timeout=10))["state"]
            await ui.send_json(
                {"t": "view_submit", "user": USERS[who], "values": filled(state["modalStack"][-1], values)}
            )
            for _ in range(50):
                said = await ui.receive_json(timeout=10)
                if said["t"] == "view_errors":
                    return said["errors"]
                if said["t"] == "view":
                    return said["stack"]
        raise AssertionError("nothing became of the form")

    async def close_window(self):
        """The member closes every window."""
        async with self.session.ws_connect(f"{self.base}/ui") as ui:
            await ui.send_json({"t": "view_close", "user": USERS["ana"]})
        await self.no_window()

    async def connected(self):
        return any(app["connected"] for app in (await self.ui())["apps"])


def buttons(message):
    return [
        element
        for block in message.get("blocks") or []
        if block["type"] == "actions"
        for element in block["elements"]
        if element["type"] == "button"
    ]


def shown(part):
    """Everything that a message or view shows, as one text."""
    if isinstance(part, dict):
        own = [part["url"]] if part.get("type") == "link" else []
        own += [f"<@{part['user_id']}>"] if part.get("type") == "user" else []
        texts = [part[key] for key in ("text", "initial_value") if isinstance(part.get(key), str)]
        return "".join([*texts, *own, *(shown(each) for each in part.values() if isinstance(each, dict | list))])
    if isinstance(part, list):
        return "".join(shown(each) for each in part)
    return ""


def filled(view, values):
    """The view's inputs as Slack sends them: what is not said keeps its initial value."""
    state = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        name = element["action_id"]
        if element["type"] == "static_select":
            wanted = values.get(name)
            option = next(
                (each for each in element["options"] if each["value"] == wanted), element.get("initial_option")
            )
            state[block["block_id"]] = {name: {"type": "static_select", "selected_option": option}}
        else:
            value = values.get(name, element.get("initial_value"))
            state[block["block_id"]] = {name: {"type": element["type"], "value": value}}
    return state


@asynccontextmanager
async def open_workspace(folder, request_url=None, zone="America/Los_Angeles"):
    """The server, until the block ends."""
    folder.mkdir(exist_ok=True)
    mode = {"mode": "events", "requestUrl": request_url} if request_url else {"mode": "socket"}
    config = {
        "apps": [{"appId": "A0HEARD", "botUserId": BOT, "botName": "heard", "signingSecret": "signed", **mode}],
        "users": [{"id": id, "name": name, "real_name": name.title(), "tz": zone} for name, id in USERS.items()],
        "channels": [{"id": CHANNEL, "name": "crisis", "members": [BOT, *USERS.values()]}],
    }
    file = folder / "workspace.json"
    file.write_text(json.dumps(config), encoding="utf-8")
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(str(SERVER), "--config", str(file), "--port", str(port), "--base-host", "127.0.0.1"),
        *("--files-dir", str(folder / "files")),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
            workspace = Workspace(f"http://127.0.0.1:{port}", session)

            async def answers():
                with suppress(aiohttp.ClientError):
                    return await workspace.log() is not None

            await until(answers)
            yield workspace
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


SOCKET = SlackSettings(Secret("xoxb-test-token"), Secret("xapp-test-token"), None, CHANNEL)
HTTP = replace(SOCKET, app_token=None, signing_secret=Secret("signed"), mode=SlackMode.HTTP)


class Bot:
    """A running bot: its room, and its ear on Slack."""

    def __init__(self, room, slack, chat, people):
        self.room, self.slack, self.chat, self.people = room, slack, chat, people

    async def complain(self, text="Meu pedido não chegou", author="João", link="https://example.com/p/1", at=None):
        at = at or datetime.now(UTC) - timedelta(minutes=5)
        return await self.room.desk.receive(
            Complaint(key=f"link:{link}", channel="facebook", text=text, author=author, link=link, posted_at=at)
        )


async def connected(slack, staying):
    """The bot and Slack have found each other."""
    return staying.done() or slack.is_connected()


@asynccontextmanager
async def open_bot(folder, workspace, settings=SOCKET, port=0, plan=PLAN, clock=None, api="", is_waiting=True):
    """The bot, until the block ends; then everything of it is gone but its data.

    With a ``clock`` of the test's own the test delivers too, when it says so.
    ``api`` is another way to the workspace; without ``is_waiting`` the bot may still be trying to reach it.
    """
    wake = asyncio.Event()
    web_client = client("xoxb-test-token", api or workspace.api)
    store = await open_store(folder / "data")
    chat = SlackChat(web_client, CHANNEL, plan, store.ref)
    chat.pace = timedelta(0)
    now = clock or (lambda: datetime.now(UTC))
    room = Room(plan, LIBRARY, store, chat, now, folder / "data", woken=wake.set, is_demo=bool(clock))
    roles = settings.usergroup_roles if settings.usergroup else ()
    people = People(
        room, Joining("slack", settings.usergroup, roles), SlackDirectory(web_client, settings.usergroup), replace_file
    )
    await people.recall()
    slack = SlackRoom(room, chat, web_client, settings, people)
    runner = None
    if settings.mode is SlackMode.HTTP:
        app = web.Application()
        app.router.add_routes([slack.route])
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
    courier = None if clock else asyncio.create_task(room.courier.run(wake))
    ending = asyncio.Event()
    staying = asyncio.create_task(slack.stay(ending.wait()))
    try:
        if is_waiting:
            await until(lambda: connected(slack, staying))
        yield Bot(room, slack, chat, people)
    finally:
        ending.set()
        await staying
        if courier:
            courier.cancel()
            with suppress(asyncio.CancelledError):
                await courier
        if runner:
            await runner.cleanup()
        await room.close()
