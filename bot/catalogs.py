"""The sentences that catalogs translate, gathered from the code: ``make catalogs`` brings the files up to date."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from bot.core.commands import COMMANDS, slots, summary
from bot.core.words import CATALOGS, LANGUAGES

ROOT = Path(__file__).parents[1]
#: How many of the first words of a call are sentences: ``say(id)``, ``count(one, many, n)``, ``msg(id)``.
_CALLS = {"say": 1, "count": 2, "msg": 1}


def sentences() -> Catalog:
    """Every sentence of the code, and the help of every command and field."""
    catalog = Catalog(project="Heard", charset="utf-8")
    for file in sorted((*ROOT.glob("bot/**/*.py"), *ROOT.glob("adapters/**/*.py"))):
        for message in _called(file):
            catalog.add(message)
    for command in COMMANDS.values():
        catalog.add(summary(command))
        for slot in slots(command):
            catalog.add(slot.arg.help)
    return catalog


def _called(file: Path) -> Iterator[str | tuple[str, ...]]:
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLS:
            words = [arg.value for arg in node.args[: _CALLS[node.func.id]] if isinstance(arg, ast.Constant)]
            strings = tuple(word for word in words if isinstance(word, str))
            if len(strings) == _CALLS[node.func.id]:
                yield strings if len(strings) > 1 else strings[0]


def catalog_of(language: str) -> Catalog:
    """The catalog of a language as its file has it."""
    with (CATALOGS / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def main() -> None:
    """Brings every catalog up to date: new sentences are added empty, gone ones are dropped."""
    template = sentences()
    for language in LANGUAGES[1:]:
        path = CATALOGS / f"{language}.po"
        catalog = catalog_of(language) if path.exists() else Catalog(locale=language, project="Heard")
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalog, width=100, sort_output=True, no_location=True, omit_header=False)
        empty = [message.id for message in catalog if message.id and not all(_strings(message.string))]
        print(f"{path.name}: {len(catalog)} sentences, {len(empty)} to translate")


def _strings(string: object) -> tuple[str, ...]:
    return tuple(string) if isinstance(string, tuple | list) else (str(string or ""),)


if __name__ == "__main__":
    main()
