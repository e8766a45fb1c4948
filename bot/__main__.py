"""The command line; the only file that knows both the bot and its adapters."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    import asyncio
    from zoneinfo import ZoneInfo

    from adapters.chats.terminal.transcript import Transcript
    from bot.config.settings import Settings
    from bot.core.cards import Form
    from bot.core.complaint import Complaint
    from bot.core.people import Joining
    from bot.core.plan import Plan
    from bot.core.replies import Library
    from bot.door import Door
    from bot.finding import Finding
    from bot.ports import Chat, Clock, MessageRef, Source, Store
    from bot.room import Room
    from bot.story import Step

#: What the shell reads: done, refused, and a command or file that cannot be understood.
DONE, FAILED, MISREAD = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns the exit status."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # The same story gives the same bytes, whatever the machine's locale.
            stream.reconfigure(encoding="utf-8", errors="replace")
    given = _parser().parse_args(arguments)
    try:
        return int(given.run(given))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="heard", description="The crisis committee's memory: every public complaint answered by a person."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="the terminal room with sample complaints, or a story from standard input")
    demo.add_argument("--data", type=Path, metavar="DIR", help="keep the data here (default: a folder that goes away)")
    demo.add_argument(
        "--complaints", type=Path, metavar="FILE", help="add complaints from CSV, JSON Lines, Atom or RSS"
    )
    demo.add_argument(
        "--language", choices=("en", "es", "pl", "pt"), default="en", help="what the bot speaks (default: en)"
    )
    demo.set_defaults(run=_demo)

    run = commands.add_parser("run", help="the bot for real, with your configuration")
    _takes_config(run)
    run.set_defaults(run=_with_settings(_run))

    check = commands.add_parser(
        "check", help="look at configuration, templates, data, clock, door, chat and plan; change nothing"
    )
    _takes_config(check)
    check.set_defaults(run=_with_settings(_check))

    manifest = commands.add_parser(
        "manifest", help="what Slack must be told of the app, or the link that invites the app to a Discord server"
    )
    manifest.add_argument("chat", choices=("slack", "discord"))
    manifest.add_argument("--mode", choices=("socket", "http"), default="socket", help="Slack's; default: socket")
    manifest.add_argument("--command", default="/crisis", help="Slack's slash command (default: /crisis)")
    manifest.add_argument(
        "--url",
        default="https://heard.example.com",
        metavar="URL",
        help="our own address, for Slack over http",
        type=_own_address,
    )
    manifest.add_argument("--app", default="", metavar="ID", help="Discord's application id")
    manifest.set_defaults(run=_manifest)

    backup = commands.add_parser("backup", help="copy the data, also while the bot runs")
    backup.add_argument("folder", type=Path, metavar="DIR", help="an empty or new folder")
    _takes_config(backup)
    backup.set_defaults(run=_with_settings(_backup))

    take = commands.add_parser("import", help="take in complaints from a file; the bot must be stopped")
    take.add_argument("file", type=Path, metavar="FILE", help="CSV, JSON Lines, Atom or RSS")
    take.add_argument("--channel", default="", help="where they were posted, when the file does not say")
    take.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="NAME=HEADER",
        help="a CSV column: text=Mensagem, author, channel, link, posted, kind (repeat)",
    )
    _takes_config(take)
    take.set_defaults(run=_with_settings(_import))
    return parser


def _takes_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, default=Path("heard.toml"), metavar="FILE", help="default: heard.toml")


# The demo


def _demo(given: argparse.Namespace) -> int:
    import asyncio
    import tempfile

    if given.data:
        return asyncio.run(_demo_in(given, given.data))
    with tempfile.TemporaryDirectory(prefix="heard-demo-") as folder:
        return asyncio.run(_demo_in(given, Path(folder)))


async def _demo_in(given: argparse.Namespace, data: Path) -> int:
    from bot.ports import StoreError

    try:
        if _has_screen():
            return await _demo_screen(given, data)
        return await _demo_story(given, data)
    except StoreError as error:
        return _failed(str(error))


async def _demo_story(given: argparse.Namespace, data: Path) -> int:
    """Plays the story on standard input, or the shipped one when nothing stands there."""
    from adapters.chats.terminal.transcript import Transcript
    from adapters.stores.tiny import open_store
    from bot.demo.people import START, demo_plan
    from bot.library import load
    from bot.playing import play
    from bot.room import HandClock, Room
    from bot.story import NoStory, SetClock

    plan = demo_plan(given.language)
    try:
        steps = _story()
        start = steps[0].at if steps and isinstance(steps[0], SetClock) else START
        clock = HandClock(start)
        extra = _read_complaints(given.complaints, plan.tz, clock) if given.complaints else ()
        transcript = Transcript(plan, clock, lambda line: print(line, flush=True), checks=False)
        room = Room(plan, load(), await open_store(data), transcript, clock, data, is_demo=True)
        try:
            for complaint in extra:
                await room.receive(complaint)
            await play(steps, room, transcript)
        finally:
            await room.close()
    except (NoStory, _BadInput) as error:
        print(error, file=sys.stderr)
        return MISREAD
    return DONE


def _story() -> list[Step]:
    from bot.story import read_story

    told = sys.stdin.read() if _is_given() else ""
    if not told.strip():
        told = (Path(__file__).parent / "demo" / "story.txt").read_text(encoding="utf-8")
    return list(read_story(told.split("\n")))


async def _demo_screen(given: argparse.Namespace, data: Path) -> int:
    import asyncio
    import time

    from adapters.chats.terminal import TerminalChat
    from adapters.chats.terminal.screen import RoomScreen, welcome
    from adapters.stores.tiny import open_store
    from bot.core.language import warm_up
    from bot.demo.arrivals import arrivals
    from bot.demo.people import START, demo_plan
    from bot.library import load
    from bot.room import FastClock, Room

    plan = demo_plan(given.language)
    clock = FastClock(START, time.monotonic)
    try:
        extra = _read_complaints(given.complaints, plan.tz, clock) if given.complaints else ()
    except _BadInput as error:
        return _failed(str(error), MISREAD)
    store = await open_store(data)
    chat = TerminalChat(data, clock)
    coming = [*arrivals(START), *((START, complaint) for complaint in extra)]
    room = Room(plan, load(), store, chat, clock, data, arrivals=coming, is_demo=True)
    await asyncio.to_thread(warm_up)
    try:
        await RoomScreen(room, chat, welcome=welcome(room.words)).run_async()
    finally:
        await room.close()
    if given.data:
        print(f"The data is kept in {data}.")
    return DONE


class _BadInput(Exception):
    """A file on the command line that cannot be read."""


def _read_complaints(
    file: Path, zone: ZoneInfo, clock: Clock, channel: str = "", columns: Mapping[str, str] | None = None
) -> tuple[Complaint, ...]:
    from adapters.sources.files import BadFile, read_file

    try:
        return read_file(file, channel=channel, columns=columns, clock=clock, zone=zone)
    except BadFile as error:
        raise _BadInput(str(error)) from None
    except OSError as error:
        raise _BadInput(f"{file}: {error.strerror}") from None


# For real


def _with_settings(work: Callable[[argparse.Namespace, Settings], int]) -> Callable[[argparse.Namespace], int]:
    """A command that reads the configuration first; every fault of the file is printed, each on its line."""

    def begun(given: argparse.Namespace) -> int:
        from bot.config.loading import BadConfig, load

        try:
            settings = load(given.config, os.environ)
        except BadConfig as error:
            return _failed(str(error), MISREAD)
        return work(given, settings)

    return begun


def _run(_: argparse.Namespace, settings: Settings) -> int:
    import asyncio

    from bot import logs
    from bot.config.settings import ChatName
    from bot.library import BrokenTemplates
    from bot.ports import NoChat, NoDoor, StoreError

    logs.configure(settings.log.level, settings.log.format, _log_stream(settings))
    try:
        if settings.chat is ChatName.SLACK:
            return asyncio.run(_open_slack(settings))
        if settings.chat is ChatName.DISCORD:
            return asyncio.run(_open_discord(settings))
        return asyncio.run(_open_room(settings))
    except (BrokenTemplates, NoChat, NoDoor, StoreError) as error:
        return _failed(str(error))


def _log_stream(settings: Settings) -> TextIO:
    """Standard error; beside a screen a file in the data folder, since the screen is drawn on standard error."""
    if not _has_screen():
        return sys.stderr
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return (settings.data / "heard.log").open("a", encoding="utf-8", buffering=1)


def _has_screen() -> bool:
    return bool(sys.stdin) and sys.stdin.isatty() and sys.stdout.isatty()


def _is_given() -> bool:
    """Whether there is a standard input to be read; a shell may have closed it."""
    return bool(sys.stdin) and not sys.stdin.closed and not sys.stdin.isatty()


async def _open_room(settings: Settings) -> int:
    """The terminal is the room: a screen where there is one, else members' lines from standard input."""
    import asyncio

    from adapters.chats.terminal import TerminalChat
    from adapters.chats.terminal.screen import RoomScreen
    from adapters.chats.terminal.transcript import Transcript
    from bot.running import converse, serve, told_to_stop, typed

    stop, wake = told_to_stop(), asyncio.Event()
    sources = _sources(settings)
    if _has_screen():
        chat = TerminalChat(settings.data, _now)
        room = await _room(settings, chat, wake, sources)
        screen = RoomScreen(room, chat)
        stopping = asyncio.create_task(stop.wait())
        stopping.add_done_callback(lambda _: screen.exit())
        await serve(room, wake, sources, settings.tick, screen.run_async(), _door(settings, room))
        stopping.cancel()
        return DONE
    transcript = Transcript(settings.plan, _now, lambda line: print(line, flush=True), checks=False)
    room = await _room(settings, transcript, wake, sources)

    forms: dict[str, Form] = {}

    async def say(line: str) -> None:
        await _say(line, room, transcript, forms)

    talking = asyncio.create_task(converse(typed(sys.stdin), say))
    try:
        await serve(room, wake, sources, settings.tick, stop.wait(), _door(settings, room))
    finally:
        talking.cancel()
    return DONE


async def _open_slack(settings: Settings) -> int:
    """The room is a channel on Slack; in HTTP mode Slack comes through the door."""
    import asyncio

    from adapters.chats.slack.outbound import SlackChat, client
    from adapters.chats.slack.people import SlackDirectory
    from adapters.chats.slack.room import SlackRoom
    from adapters.stores.tiny.atomic import replace_file
    from bot.config.settings import SlackMode
    from bot.people import People
    from bot.running import serve, told_to_stop

    stop, wake = told_to_stop(), asyncio.Event()
    sources, slack = _sources(settings), settings.slack
    assert slack.bot_token, "the settings were checked"
    api = client(slack.bot_token.reveal(), slack.api)

    async def ref_of(key: str) -> MessageRef:
        return await room.store.ref(key)

    chat = SlackChat(api, slack.channel, settings.plan, ref_of, slack.command)
    room = await _room(settings, chat, wake, sources)
    people = People(room, _joining(settings), SlackDirectory(api, slack.usergroup), replace_file)
    await people.recall()
    listening = SlackRoom(room, chat, api, slack, people)
    door = _door(settings, room, listening.is_connected)
    if door and slack.mode is SlackMode.HTTP:
        door.add_routes([listening.route])
    await serve(room, wake, sources, settings.tick, listening.stay(stop.wait()), door)
    return DONE


def _joining(settings: Settings) -> Joining:
    """Whom the room's chat puts on the committee."""
    from bot.core.people import Joining

    return Joining(settings.chat.value, settings.slack.usergroup, settings.group_roles)


async def _open_discord(settings: Settings) -> int:
    """The room is a forum or a channel on Discord, reached through its gateway."""
    import asyncio

    from adapters.chats.discord.outbound import DiscordChat
    from adapters.chats.discord.room import DiscordRoom, HeardClient
    from bot.running import serve, told_to_stop

    stop, wake = told_to_stop(), asyncio.Event()
    sources, plan, discord = _sources(settings), settings.plan, settings.discord
    client = HeardClient()

    async def ref_of(key: str) -> MessageRef:
        return await room.store.ref(key)

    async def key_of(ref: MessageRef) -> str:
        return await room.store.key_of(ref)

    news, command = int(discord.news or 0), discord.command
    chat = DiscordChat(client, int(discord.channel), plan, ref_of, key_of, news=news, command=command)
    room = await _room(settings, chat, wake, sources)
    listening = DiscordRoom(room, chat.look, client, discord)
    door = _door(settings, room, listening.is_connected)
    await serve(room, wake, sources, settings.tick, listening.stay(stop.wait()), door)
    return DONE


async def _say(line: str, room: Room, transcript: Transcript, forms: dict[str, Form]) -> None:
    """A member's line in a room without a screen: ``ana> claim 1``."""
    from bot.playing import play
    from bot.story import Moves, NoStory, SetClock, read_story

    try:
        steps = [step for step in read_story([line]) if not isinstance(step, Moves | SetClock)]
        await play(steps, room, transcript, forms)
    except NoStory as error:
        print(error.reason, file=sys.stderr)


async def _room(settings: Settings, chat: Chat, wake: asyncio.Event, sources: Sequence[Source]) -> Room:
    import gc

    from adapters.stores.tiny import open_store
    from bot.room import Room

    library = _library(settings)
    store = await open_store(settings.data)
    gc.collect()
    gc.freeze()  # Ten thousand cases stay as they are: the collector need not walk them again and again.
    every = {source.name: source.every for source in sources}
    return Room(settings.plan, library, store, chat, _now, settings.data, woken=wake.set, every=every)


def _library(settings: Settings) -> Library:
    from bot.library import load

    return load(settings.templates) if settings.templates else load()


def _sources(settings: Settings) -> Sequence[Source]:
    from adapters.sources.feed import Feed

    return [Feed(feed, _now) for feed in settings.feeds]


def _door(settings: Settings, room: Room, is_connected: Callable[[], bool] = lambda: True) -> Door | None:
    """The door, not yet open; None when it is to stay shut. ``is_connected`` asks the chat."""
    if not settings.door.enabled:
        return None
    from adapters.sources.webhook import Webhook
    from bot.door import Door

    return Door(room, [Webhook(hook) for hook in settings.hooks], settings.door, is_connected=is_connected)


def _now() -> datetime:
    return datetime.now(UTC)


def _check(given: argparse.Namespace, settings: Settings) -> int:
    """Looks at everything that a start needs, and says what to mend."""
    import asyncio

    from adapters.stores.tiny import open_store
    from bot.config.readiness import readiness
    from bot.config.settings import ChatName
    from bot.door.checking import look
    from bot.library import BrokenTemplates
    from bot.ports import StoreError, StoreInUse

    faults: list[str] = []
    print(f"ok    config     {given.config}: {settings.plan.brand}, {_members(settings)}")
    try:
        library = _library(settings)
        languages = ", ".join(sorted({each.language for each in library.templates}))
        print(f"ok    templates  {len(library.templates)} in {languages}, and {len(library.parts)} parts to join")
        faults += _told("templates", _read_through(library, settings.plan))
    except BrokenTemplates as error:
        faults += [str(each) for each in error.errors]
    is_running = False
    try:
        made = settings.data.exists()
        found = asyncio.run(_looked_at(open_store, settings.data)) if made else "will be made at the first start"
        print(f"ok    data       {settings.data}: {found}")
    except StoreInUse:
        is_running = True
        print(f"ok    data       {settings.data} is in use: Heard is running")
    except StoreError as error:
        faults.append(str(error))
    local = _now().astimezone(settings.plan.tz)
    print(f"ok    clock      {local:%Y-%m-%d %H:%M} in {settings.plan.zone}; is that right?")
    faults += _told("door", asyncio.run(look(settings, is_running=is_running)))
    if settings.chat is ChatName.SLACK:
        faults += asyncio.run(_check_slack(settings))
    if settings.chat is ChatName.DISCORD:
        faults += asyncio.run(_check_discord(settings))
    for warning in readiness(settings):
        print(f"note  plan       {warning}")
    for fault in faults:
        print(f"FAIL  {fault}")
    return FAILED if faults else DONE


def _read_through(library: Library, plan: Plan) -> Iterable[Finding]:
    """What the careful colleague says of every template, each finding once, with its file and words."""
    from bot.core.draft_checks.finding import Severity
    from bot.core.draft_checks.templates import library_findings
    from bot.core.words import Words
    from bot.finding import Finding

    english = Words("en")
    for file, words, found in library_findings(library, plan, _now()):
        about = f"“{words}”: " if words else ""
        is_fault = found.severity is Severity.BLOCK
        yield Finding(f"{file}: {about}{english.line(found.sentence)}", is_fault=is_fault, is_note=not is_fault)


def _members(settings: Settings) -> str:
    group = f" and the user group {settings.slack.usergroup}" if settings.group_roles else ""
    return f"{len(settings.plan.committee)} members{group}"


async def _check_slack(settings: Settings) -> list[str]:
    from adapters.chats.slack.checking import look
    from adapters.chats.slack.outbound import client
    from bot.people import read_roster, roster_file
    from bot.ports import StoreError

    slack = settings.slack
    assert slack.bot_token, "the settings were checked"
    try:
        known = read_roster(roster_file(settings.data, settings.chat))
    except StoreError as error:
        return [str(error)]
    looking = look(client(slack.bot_token.reveal(), slack.api), slack, settings.plan, _now, known)
    return [fault async for found in looking for fault in _told("slack", [found])]


async def _check_discord(settings: Settings) -> list[str]:
    from adapters.chats.discord.checking import look

    looking = look(settings.discord, settings.plan, _now)
    return [fault async for found in looking for fault in _told("discord", [found])]


def _told(part: str, findings: Iterable[Finding]) -> list[str]:
    """Prints what is well or worth a note, and returns what is not."""
    faults = []
    for found in findings:
        if found.is_fault:
            faults.append(f"{part}: {found.what}")
        else:
            print(f"{'note' if found.is_note else 'ok':<4}  {part:<9}  {found.what}")
    return faults


async def _looked_at(open_store: Callable[[Path], Awaitable[Store]], data: Path) -> str:
    store = await open_store(data)
    try:
        is_open = sum(case.is_open for case in await store.live_cases())
        return f"{is_open} open cases, {len(await store.refused())} messages that could not be posted"
    finally:
        await store.close()


def _own_address(said: str) -> str:
    if not said.startswith("https://"):
        raise argparse.ArgumentTypeError("Slack calls https:// only")
    return said.rstrip("/")


def _manifest(given: argparse.Namespace) -> int:
    if given.chat == "discord":
        return _invitation(given.app)
    from adapters.chats.slack.manifest import written
    from bot.config.settings import SlackMode

    print(written(SlackMode(given.mode), given.command, given.url), end="")
    return DONE


def _invitation(app: str) -> int:
    from adapters.chats.discord.manifest import written

    if app and not app.isdecimal():
        return _failed(f"--app {app}: write the number under Application ID, General Information", MISREAD)
    print(written(app), end="")
    return DONE


def _backup(given: argparse.Namespace, settings: Settings) -> int:
    from adapters.stores.tiny import back_up
    from bot.ports import StoreError

    try:
        copied = back_up(settings.data, given.folder)
    except StoreError as error:
        return _failed(str(error))
    print(f"{copied} files copied to {given.folder}.")
    print(f"To restore, stop Heard and put the folder in the place of {settings.data}.")
    return DONE


def _import(given: argparse.Namespace, settings: Settings) -> int:
    import asyncio

    from bot.library import BrokenTemplates
    from bot.ports import StoreError

    try:
        columns = dict(_column(each) for each in given.column)
        complaints = _read_complaints(given.file, settings.plan.tz, _now, given.channel, columns)
        taken = asyncio.run(_take_in(settings, complaints))
    except _BadInput as error:
        return _failed(str(error), MISREAD)
    except (StoreError, BrokenTemplates) as error:
        return _failed(str(error))
    print(f"{taken} of {len(complaints)} complaints taken in; the others were known already.")
    return DONE


def _column(said: str) -> tuple[str, str]:
    name, equals, header = said.partition("=")
    if not equals:
        raise _BadInput(f"--column {said}: write it as text=Mensagem")
    return name, header


async def _take_in(settings: Settings, complaints: Sequence[Complaint]) -> int:
    """Into the store; their cards go out when the bot starts."""
    from adapters.stores.tiny import open_store
    from bot.desk import Desk

    library = _library(settings)
    store = await open_store(settings.data)
    try:
        desk = Desk(store, _known_plan(settings), library, _now)
        return sum([await desk.receive(complaint) is not None for complaint in complaints])
    finally:
        await store.close()


def _known_plan(settings: Settings) -> Plan:
    """The plan with whom the chat had named when Heard last ran. Raises StoreError."""
    from bot.core.people import staffed
    from bot.people import read_roster, roster_file

    return staffed(settings.plan, read_roster(roster_file(settings.data, settings.chat)), _joining(settings))


def _failed(reason: str, status: int = FAILED) -> int:
    print(reason, file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
