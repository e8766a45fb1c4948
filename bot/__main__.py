"""The command line: what may be typed. Each command is loaded when it is given, so that ``--help`` loads none."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.config.settings import Settings


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
        return 0


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


def _own_address(said: str) -> str:
    if not said.startswith("https://"):
        raise argparse.ArgumentTypeError("Slack calls https:// only")
    return said.rstrip("/")


# The commands, each loaded when it is given


def _demo(given: argparse.Namespace) -> int:
    from bot.command_line.demo import demo

    return demo(given)


def _manifest(given: argparse.Namespace) -> int:
    from bot.command_line.manifest import manifest

    return manifest(given)


def _run(given: argparse.Namespace, settings: Settings) -> int:
    from bot.command_line.run import run

    return run(given, settings)


def _check(given: argparse.Namespace, settings: Settings) -> int:
    from bot.command_line.check import check

    return check(given, settings)


def _backup(given: argparse.Namespace, settings: Settings) -> int:
    from bot.command_line.data import back_up_data

    return back_up_data(given, settings)


def _import(given: argparse.Namespace, settings: Settings) -> int:
    from bot.command_line.data import take_in

    return take_in(given, settings)


def _with_settings(work: Callable[[argparse.Namespace, Settings], int]) -> Callable[[argparse.Namespace], int]:
    """A command that reads the configuration first; every fault of the file is printed, each on its line."""

    def begun(given: argparse.Namespace) -> int:
        from bot.command_line.outcome import MISREAD, failed
        from bot.config.loading import BadConfig, load

        try:
            settings = load(given.config, os.environ)
        except BadConfig as error:
            return failed(str(error), MISREAD)
        return work(given, settings)

    return begun


if __name__ == "__main__":
    sys.exit(main())
