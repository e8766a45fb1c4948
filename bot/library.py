"""Reads the reply library from its folders: ours first, then the committee's own over it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, TypeVar

from bot.core.replies import (
    PARTS,
    SOURCE_LIMIT,
    Library,
    Part,
    Template,
    TemplateError,
    read_part,
    read_template,
)
from bot.core.words import LANGUAGES

_HERE: Final = Path(__file__).resolve().parent
_INSTALLED: Final = _HERE / "shipped" / "replies"

#: The replies that come with Heard: inside the package once installed (pyproject.toml puts them
#: there), beside it in a checkout.
SHIPPED: Final = _INSTALLED if _INSTALLED.is_dir() else _HERE.parent / "templates" / "replies"

_SUFFIX: Final = ".md.j2"
_FILE = re.compile(r"[a-z0-9-]+\.md\.j2")
_Read = TypeVar("_Read", Template, Part)


class BrokenTemplates(Exception):
    """Every fault of every template at once, so that the operator mends them in one go."""

    def __init__(self, errors: Iterable[TemplateError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(map(str, self.errors)))


def load(*folders: Path) -> Library:
    """The shipped library with ``<language>/<name>.md.j2`` of these folders over it, or BrokenTemplates.

    Parts stand in ``<language>/parts``.
    """
    templates: list[Template] = []
    parts: list[Part] = []
    errors: list[TemplateError] = []
    for read in _reads((SHIPPED, *folders)):
        if isinstance(read, TemplateError):
            errors.append(read)
        elif isinstance(read, Part):
            parts.append(read)
        else:
            templates.append(read)
    if errors:
        raise BrokenTemplates(errors)
    return Library.of(templates, parts)


def _reads(folders: Iterable[Path]) -> Iterator[Template | Part | TemplateError]:
    for folder in folders:
        if not folder.is_dir():
            yield TemplateError(str(folder), 1, "no such folder")
            continue
        for path in _visible(folder):
            yield from _language(path, folder.resolve())


def _language(path: Path, inside: Path) -> Iterator[Template | Part | TemplateError]:
    if path.name not in LANGUAGES or not path.is_dir():
        yield TemplateError(str(path), 1, f"no language of ours: the folders here are {', '.join(LANGUAGES)}")
        return
    for file in _visible(path):
        if file.name == PARTS and file.is_dir():
            yield from (_read(read_part, each, path.name, inside) for each in _visible(file))
        else:
            yield _read(read_template, file, path.name, inside)


def _read(read: Callable[..., _Read], file: Path, language: str, inside: Path) -> _Read | TemplateError:
    try:
        return read(_bytes(file, inside), name=file.name.removesuffix(_SUFFIX), language=language, file=str(file))
    except TemplateError as error:
        return error


def _visible(folder: Path) -> list[Path]:
    """What a folder holds, sorted; dot files belong to editors and version control."""
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _bytes(file: Path, inside: Path) -> bytes:
    """The file's bytes, one more than a template may have at most."""
    if not _FILE.fullmatch(file.name):
        raise TemplateError(str(file), 1, f"a template is called a-z0-9-{_SUFFIX}")
    if not file.resolve().is_relative_to(inside):
        raise TemplateError(str(file), 1, "leads outside its folder")
    if not file.is_file():
        raise TemplateError(str(file), 1, "no ordinary file")
    with file.open("rb") as source:
        return source.read(SOURCE_LIMIT + 1)
