"""The arrows and the purity of DESIGN, section 3, read from the code itself.

``bot.core`` <- ``bot`` <- ``adapters``; only ``bot/command_line`` sees everything. The core has no clock, no
files and no network; nothing anywhere can write to a customer.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import adapters
import bot
from bot.core.commands import COMMANDS
from bot.ports import Chat, Source

ROOT = Path(bot.__file__).parents[1]
assert Path(adapters.__file__).parents[1] == ROOT
FILES = sorted(
    file.relative_to(ROOT).as_posix() for folder in ("bot", "adapters") for file in (ROOT / folder).rglob("*.py")
)
MAIN = "bot/__main__.py"
COMMAND_LINE = [file for file in FILES if file == MAIN or file.startswith("bot/command_line/")]
CORE = [file for file in FILES if file.startswith("bot/core/")]
SHELL = [file for file in FILES if file.startswith("bot/") and file not in {*CORE, *COMMAND_LINE}]
ADAPTERS = [file for file in FILES if file.startswith("adapters/")]

each_file = pytest.mark.parametrize("file", FILES)
each_core_file = pytest.mark.parametrize("file", CORE)


class Import(NamedTuple):
    """A module that a file names; ``is_lazy`` when the import waits for a function, or for the type checker."""

    module: str
    is_lazy: bool


@cache
def tree(file):
    return ast.parse((ROOT / file).read_bytes(), file)


@cache
def imports(file):
    found = []

    def look(node, is_lazy):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                found.extend(Import(alias.name, is_lazy) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, f"{file}:{child.lineno} imports from where it stands; write the whole name"
                module = child.module or ""
                found.append(Import(module, is_lazy))
                found.extend(Import(f"{module}.{alias.name}", is_lazy) for alias in child.names)
            elif isinstance(child, ast.Call) and _called(child) in {"import_module", "__import__"}:
                (name, *_) = child.args
                assert isinstance(name, ast.Constant), f"{file}:{child.lineno} imports what only running it would tell"
                found.append(Import(name.value, is_lazy))
            is_inner = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            look(child, is_lazy or is_inner or _is_for_types(child))

    look(tree(file), is_lazy=False)
    return tuple(found)


def _is_for_types(node):
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def _called(node):
    """The last name of what is called: ``now`` of ``datetime.now()``."""
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def calls(file):
    return [node for node in ast.walk(tree(file)) if isinstance(node, ast.Call)]


def is_of(module, *packages):
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def importers(*packages):
    return {file for file in FILES if any(is_of(each.module, *packages) for each in imports(file))}


def test_there_is_something_to_look_at():
    assert len(CORE) > 20
    assert "bot/core/decide.py" in CORE
    assert "bot/courier.py" in SHELL
    assert "bot/command_line/run.py" in COMMAND_LINE
    assert "adapters/stores/tiny/store.py" in ADAPTERS
    assert Import("datetime", False) in imports("bot/core/decide.py")
    assert Import("bot.command_line.run", True) in imports(MAIN)


# The arrows

#: The pure helpers of the core. Whatever joins them reads no clock, no file and no network.
HELPERS = {
    "msgspec",
    "jinja2",
    "yaml",
    "rapidfuzz",
    "babel",
    "holidays",
    "py3langid",
    "w3lib",
    "stdnum",
    "phonenumbers",
    "re2",
    "wordfreq",
}
#: What the standard library has for clocks, tasks, chance, processes, files and wires. ``urllib.parse`` only parses.
IMPURE = {
    *("asyncio", "time", "sched", "threading", "concurrent", "multiprocessing", "queue", "signal", "selectors"),
    *("os", "shutil", "tempfile", "glob", "fileinput", "subprocess", "pickle", "shelve", "sqlite3", "mmap"),
    *("socket", "ssl", "http", "smtplib", "imaplib", "poplib", "ftplib", "xmlrpc", "webbrowser", "socketserver"),
    *("random", "secrets", "uuid", "logging", "ctypes", "sys", "runpy", "code"),
    *("urllib.request", "urllib.error"),
}


@each_core_file
def test_the_core_imports_the_standard_library_pure_helpers_and_itself(file):
    for module, _ in imports(file):
        assert is_of(module, "bot.core", *HELPERS) or module.partition(".")[0] in sys.stdlib_module_names, module
        assert not is_of(module, *IMPURE), module


@pytest.mark.parametrize("file", SHELL)
def test_the_bot_knows_no_adapter(file):
    assert not [module for module, _ in imports(file) if is_of(module, "adapters")]


@pytest.mark.parametrize("file", [*CORE, *SHELL, *ADAPTERS])
def test_nobody_imports_the_command_line(file):
    assert not [module for module, _ in imports(file) if is_of(module, "bot.__main__", "bot.command_line")]


@pytest.mark.parametrize("file", ADAPTERS)
def test_kinds_of_adapter_never_import_each_other(file):
    kind = ".".join(file.split("/")[:2])
    others = [module for module, _ in imports(file) if is_of(module, "adapters") and module != "adapters"]
    assert all(is_of(module, kind) for module in others)


@pytest.mark.parametrize("file", [file for file in ADAPTERS if file.split("/")[1] in {"chats", "stores"}])
def test_one_chat_or_store_never_imports_another(file):
    own = ".".join(file.removesuffix(".py").split("/")[:3])
    others = [module for module, _ in imports(file) if is_of(module, "adapters.chats", "adapters.stores")]
    assert all(is_of(module, own) for module in others)


#: Each library is imported in its own part alone.
HOMES = {
    "textual": "adapters/chats/terminal",
    "slack_bolt": "adapters/chats/slack",
    "slack_sdk": "adapters/chats/slack",
    "discord": "adapters/chats/discord",
    "tinydb": "adapters/stores/tiny",
    "psycopg": "adapters/stores/postgres",
    "filelock": "adapters/stores",
    "feedparser": "adapters/sources",
    "selectolax": "adapters/sources",
    "imap_tools": "adapters/sources",
    "standardwebhooks": "adapters/sources/webhook.py",
    "prometheus_client": "bot/door",
    "apscheduler": "bot/timetable.py",
    "structlog": "bot/logs.py",
    "jinja2": "bot/core/replies",
    "yaml": "bot/core/replies",
    "py3langid": "bot/core/language.py",
    "w3lib": "bot/core/links.py",
    "stdnum": "bot/core/draft_checks",
    "phonenumbers": "bot/core/draft_checks",
    "re2": "bot/core/draft_checks",
    "wordfreq": "bot/core/draft_checks/common_words.py",
}


@pytest.mark.parametrize(("library", "home"), HOMES.items())
def test_a_library_is_imported_in_its_own_part_alone(library, home):
    assert all(file.startswith(home) for file in importers(library))


@pytest.mark.parametrize("file", [MAIN])
def test_the_command_line_imports_adapters_and_the_bot_only_when_they_are_needed(file):
    assert not [module for module, is_lazy in imports(file) if is_of(module, "adapters", "bot") and not is_lazy]


def loaded_by(statement):
    """The modules that a fresh Python has loaded after the statement."""
    done = subprocess.run(
        [sys.executable, "-c", f"{statement}; import sys; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return {module.partition(".")[0] for module in done.stdout.split()}


def test_the_command_line_loads_nothing_heavy():
    heavy = {*("textual", "slack_bolt", "slack_sdk", "discord", "apscheduler", "jinja2", "tinydb", "aiohttp"), "babel"}
    assert not loaded_by("import bot.__main__") & heavy


def test_the_terminal_loads_no_other_chats_sdk():
    loaded = loaded_by("import adapters.chats.terminal, adapters.stores.tiny, bot.room")
    assert not loaded & {"textual", "slack_bolt", "slack_sdk", "discord", "psycopg", "aiohttp", "feedparser"}


def test_a_room_on_slack_or_discord_loads_the_others_sdk_never():
    slack = "bot.command_line.run, bot.command_line.check, bot.command_line.slack, adapters.chats.slack.manifest"
    assert not loaded_by(f"import {slack}") & {"discord", "textual"}
    discord = "bot.command_line.run, bot.command_line.check, bot.command_line.discord"
    assert not loaded_by(f"import {discord}") & {"slack_bolt", "slack_sdk", "textual"}


# The purity of the core


@each_core_file
def test_the_core_waits_for_nothing(file):
    waiting = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
    assert not [node.lineno for node in ast.walk(tree(file)) if isinstance(node, waiting)]


def reads_clock(node):
    """``datetime.now()``, ``date.today()`` and their like; a clock that was handed in is no module's."""
    if not isinstance(node, ast.Attribute) or node.attr not in {"now", "utcnow", "today", "time", "time_ns"}:
        return False
    return ast.unparse(node.value).rpartition(".")[2] in {"datetime", "date", "time"} and not (
        node.attr == "time" and ast.unparse(node.value) == "datetime"
    )


def clock_readings(file):
    return [f"{file}:{node.lineno}" for node in ast.walk(tree(file)) if reads_clock(node)]


def test_the_present_is_asked_for_once_on_the_command_line():
    """Time comes in as ``now``; the one clock is handed to whoever needs it."""
    assert not importers("time.time", "time.time_ns")
    found = [reading for file in FILES for reading in clock_readings(file)]
    assert [reading.partition(":")[0] for reading in found] == ["bot/command_line/parts.py"], found


#: The only files that the core reads: its own catalogs and phrases, the language model that comes with py3langid, and
#: the lists of words that come with wordfreq.
READS = {
    "bot/core/words.py": {"open"},
    "bot/core/language.py": {"from_model_file"},
    "bot/core/draft_checks/common_words.py": {"get_frequency_list"},
    "bot/core/draft_checks/moment_words.py": {"open"},
    "bot/core/draft_checks/phrase_lists.py": {"open"},
}
OPENING = {
    *("open", "read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "unlink", "rename", "replace_file"),
    *(
        "iterdir",
        "glob",
        "rglob",
        "exists",
        "from_model_file",
        "get_frequency_list",
        "print",
        "input",
        "exec",
        "eval",
        "compile_file",
    ),
}


@each_core_file
def test_the_core_reads_no_file_but_its_own(file):
    opened = {_called(call) for call in calls(file)} & OPENING
    assert opened <= READS.get(file, set())


@each_core_file
def test_the_core_touches_no_path_but_its_own(file):
    if any(is_of(module, "pathlib", "io", "importlib") for module, _ in imports(file)):
        assert file in READS


@each_core_file
def test_the_core_changes_nothing_of_its_own(file):
    """No ``global``: what is remembered between calls is a cache of what never changes."""
    assert not [node.lineno for node in ast.walk(tree(file)) if isinstance(node, ast.Global | ast.Nonlocal)]


# Nothing can write to a customer

#: Whatever can reach another machine.
NETWORK = {
    *(
        "socket",
        "ssl",
        "http.client",
        "urllib.request",
        "smtplib",
        "imaplib",
        "poplib",
        "ftplib",
        "xmlrpc",
        "telnetlib",
    ),
    *("aiohttp", "requests", "httpx", "httpcore", "urllib3", "websockets", "websocket", "paramiko", "imap_tools"),
    *("slack_bolt", "slack_sdk", "discord", "tweepy", "facebook", "instagrapi", "praw", "twilio", "aiosmtplib"),
}
OUTWARD = ("adapters/chats/", "adapters/sources/")


@each_file
def test_only_chats_and_sources_reach_the_network(file):
    """Rules 000-11 and 001-15."""
    found = {module for module, _ in imports(file) if is_of(module, *NETWORK)}
    assert not found or file.startswith(OUTWARD) or (file == DOOR and found == {"aiohttp", "aiohttp.web"})


#: It listens and answers: of aiohttp it has the server, by the name of ``web``, and no client.
DOOR = "bot/door/__init__.py"


def test_the_door_only_answers():
    """Rules 000-11 and 001-15."""
    client = {"ClientSession", "request", "TCPConnector", "open_connection", "create_connection", "ws_connect"}
    assert not {_called(call) for call in calls(DOOR)} & client


#: Libraries that publish on a network where customers are. None is ever wanted.
PUBLISHERS = (
    "tweepy",
    "twitter",
    "facebook",
    "facebook_business",
    "instagrapi",
    "praw",
    "twilio",
    "mastodon",
    "smtplib",
)


def test_nothing_that_publishes_is_imported():
    """Rule 001-15: never automated replies."""
    assert not importers(*PUBLISHERS)


@pytest.mark.parametrize("file", [file for file in ADAPTERS if file.startswith("adapters/sources/")])
def test_a_source_only_asks(file):
    """It has no verb that could leave a word where a complaint was found (rules 000-11, 001-15)."""
    verbs = {"post", "put", "patch", "delete", "sendall", "sendmail", "send_message", "sendto", "append_message"}
    assert not [call.lineno for call in calls(file) if isinstance(call.func, ast.Attribute) and call.func.attr in verbs]
    constants = {node.value for node in ast.walk(tree(file)) if isinstance(node, ast.Constant)}
    assert not constants & {"POST", "PUT", "PATCH", "DELETE"}


def test_the_ports_have_no_way_to_a_customer():
    """A source is asked; a chat has the committee's room. Nothing else leads outside (rules 000-11, 001-15)."""
    assert public(Source) == {"name", "every", "fetch"}
    assert public(Chat) == {"pace", "post", "edit", "remove", "tells_duties_to"}


def public(protocol):
    names = {*vars(protocol), *protocol.__annotations__}
    return {name for name in names if not name.startswith("_")}


def test_no_command_sends_anything_to_a_customer():
    """``sent`` records what a person did (rules 000-11, 001-15)."""
    assert not set(COMMANDS) & {"send", "post", "publish", "answer", "tweet", "respond", "dm", "mail"}
    assert COMMANDS["sent"].__doc__ == "Record that you posted the reply, and where."
