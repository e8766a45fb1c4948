"""Complaints from a file that a member has: a table (CSV), JSON Lines, or a saved Atom or RSS feed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

import msgspec

from adapters.sources import entries
from adapters.sources.charset import decoded
from adapters.sources.document import NoFeed
from bot.core.complaint import NAME_LIMIT, TEXT_LIMIT, Complaint, Kind, clean
from bot.core.links import channel_of, is_web_link, key_of_post, unwrapped
from bot.lookalikes import plain
from bot.ports import Clock

#: Our choice: some hundred thousand complaints. More is a mistake, and would be read into memory.
FILE_LIMIT = 50_000_000

#: What a column may be called, as ``plain`` writes it, in English, Portuguese, Spanish and Polish.
#: Where a file has several of one line, the first named here is taken.
NAMES: dict[str, tuple[str, ...]] = {
    "text": (
        *("text", "texto", "tresc", "tekst", "complaint", "reclamacao", "reclamacion", "queixa", "queja", "skarga"),
        *("reklamacja", "message", "mensagem", "mensaje", "wiadomosc", "comment", "comentario", "komentarz", "review"),
        *("avaliacao", "resena", "opinia", "content", "conteudo", "contenido", "description", "descricao"),
        *("descripcion", "opis", "body"),
    ),
    "author": (
        *("author", "autor", "username", "user name", "user", "utilizador", "usuario", "uzytkownik", "handle"),
        *("customer", "client", "cliente", "klient", "name", "nome", "nombre", "imie"),
    ),
    "channel": (
        *("channel", "canal", "kanal", "network", "rede", "rede social", "red", "red social", "siec", "platform"),
        *("plataforma", "platforma", "source", "fonte", "fuente", "zrodlo"),
    ),
    "link": ("link", "url", "permalink", "enlace", "ligacao", "hiperligacao"),
    "posted": (
        *("posted", "posted at", "published", "published at", "publicado", "publicado em", "opublikowano", "date"),
        *("data", "fecha", "created", "created at", "criado em", "creado", "utworzono", "timestamp", "when", "quando"),
        *("cuando", "kiedy", "data e hora", "fecha y hora", "data i godzina", "data publikacji"),
    ),
    "kind": ("kind", "type", "tipo", "typ", "rodzaj"),
    "title": ("title", "titulo", "tytul", "subject", "assunto", "asunto", "temat"),
}
_KINDS = {
    **dict.fromkeys(("", "complaint", "reclamacao", "reclamacion", "queixa", "queja", "skarga"), Kind.COMPLAINT),
    **dict.fromkeys(("question", "pergunta", "duvida", "pregunta", "duda", "pytanie"), Kind.QUESTION),
    **dict.fromkeys(("praise", "elogio", "pochwala"), Kind.PRAISE),
}
_CHANNELS = {"twitter": "x", "x twitter": "x", "fb": "facebook", "ig": "instagram", "reclame aqui": "reclameaqui"}
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ ,T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")


class BadFile(Exception):
    """The file cannot be taken as it is, and nothing of it was. The message names the file and the line."""


def read_file(
    path: Path,
    *,
    clock: Clock,
    channel: str = "",
    columns: Mapping[str, str] | None = None,
    zone: tzinfo = UTC,
) -> tuple[Complaint, ...]:
    """The complaints of a file, oldest first and each once; its suffix says the format. All of it or BadFile."""
    try:
        if path.stat().st_size > FILE_LIMIT:
            raise BadFile(f"{path.name}: larger than {FILE_LIMIT // 1_000_000} MB, split it")
        data = path.read_bytes()
    except OSError as error:
        raise BadFile(f"{path.name}: cannot be read: {error.strerror}") from None
    return read_bytes(data, path.suffix, name=path.name, clock=clock, channel=channel, columns=columns, zone=zone)


def read_bytes(
    data: bytes,
    format: str,
    *,
    clock: Clock,
    name: str = "file",
    channel: str = "",
    columns: Mapping[str, str] | None = None,
    zone: tzinfo = UTC,
) -> tuple[Complaint, ...]:
    """The complaints in ``data``; ``format`` is csv, jsonl, ndjson, atom, rss or xml.

    ``columns`` names a file's own column for one of ours: ``{"text": "Relato"}``; an empty
    name leaves a column of ours out. ``zone`` is that of times without one. ``channel`` is
    for rows that neither name one nor have a link that tells it.
    """
    now = clock()
    match format.lower().removeprefix("."):
        case "csv":
            rows = _csv_rows(decoded(data), name, columns or {})
        case "jsonl" | "ndjson":
            rows = _json_rows(decoded(data), name, columns or {})
        case "atom" | "rss" | "xml":
            return _feed(data, name, channel, now)
        case other:
            raise BadFile(f"{name}: '{other}' is no format that can be read: csv, jsonl, ndjson, atom, rss or xml")
    found: dict[str, Complaint] = {}
    for line, row in rows:
        try:
            complaint = _complaint(row, now=now, channel=channel, zone=zone, source=name)
        except ValueError as error:
            raise BadFile(f"{name}: line {line}: {error}") from None
        found.setdefault(complaint.key, complaint)
    return tuple(sorted(found.values(), key=lambda one: one.posted_at))


def _feed(data: bytes, name: str, channel: str, now: datetime) -> tuple[Complaint, ...]:
    try:
        read = entries.read(data, now=now, channel=channel, source=clean(name, NAME_LIMIT))
    except NoFeed as error:
        raise BadFile(f"{name}: {str(error).removeprefix('sent ')}") from None
    if not read.whole:
        raise BadFile(f"{name}: the feed breaks off, its end is missing")
    return read.complaints


def _complaint(row: Mapping[str, str], *, now: datetime, channel: str, zone: tzinfo, source: str) -> Complaint:
    """One row as a complaint; ValueError says what is wrong with it."""
    text = clean(row.get("text", ""), TEXT_LIMIT)
    if not text:
        raise ValueError("the text is missing")
    link = unwrapped(row.get("link", ""))
    if link and not is_web_link(link):
        raise ValueError(f"'{clean(link, 80)}' is no web link, it has to start with https://")
    kind = _KINDS.get(plain(row.get("kind", "")))
    if kind is None:
        raise ValueError(f"'{clean(row['kind'], 80)}' is no kind: complaint, question or praise")
    author = clean(row.get("author", ""), NAME_LIMIT)
    named = clean(row.get("channel", ""), NAME_LIMIT).casefold() or channel
    at = _CHANNELS.get(plain(named), named) or channel_of(link) or "other"
    posted = _posted(row.get("posted", "").strip(), zone, now)
    return Complaint(
        key=key_of_post(link=link, channel=at, author=author, text=text, day=posted.date() if posted else None),
        channel=at,
        text=text,
        posted_at=posted or now,
        author=author,
        link=link,
        kind=kind,
        source=clean(source, NAME_LIMIT),
        title=clean(row.get("title", ""), NAME_LIMIT),
    )


def _posted(written: str, zone: tzinfo, now: datetime) -> datetime | None:
    """The moment that is written: ISO 8601, or the day first as in 24/08/2026 10:00. None when nothing is."""
    if not written:
        return None
    try:
        if match := _DAY_FIRST.fullmatch(written):
            day, month, year, hour, minute, second = (int(part or 0) for part in match.groups())
            posted = datetime(year, month, day, hour, minute, second, tzinfo=zone)
        else:
            posted = datetime.fromisoformat(written)
        posted = (posted if posted.tzinfo else posted.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"'{clean(written, 80)}' is no date: 2026-08-24 10:00 or 24/08/2026 10:00") from None
    if posted > now + entries.CLOCK_SKEW:
        raise ValueError(f"'{clean(written, 80)}' lies in the future")
    return min(posted, now)


def _csv_rows(text: str, name: str, columns: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows with the line on which each begins. The heading decides which delimiter it is."""
    heading = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=lambda each: len(_split(heading, each)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names: Sequence[str] | None = None
    where: dict[str, int] = {}
    line = 1
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                pass
            elif names is None:
                names = [cell.strip() for cell in cells]
                where = _where(names, columns, name)
            elif len(cells) > len(names):
                raise BadFile(
                    f"{name}: line {line}: {len(cells)} cells for {len(names)} columns;"
                    f" a text with '{delimiter}' in it needs quotes"
                )
            else:
                yield line, {field: cells[at] for field, at in where.items() if at < len(cells)}
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadFile(f"{name}: line {line}: {error}") from None
    if names is None:
        raise BadFile(f"{name}: the file is empty")


def _split(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _json_rows(text: str, name: str, columns: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    # Not splitlines(): JSON may hold line separators of Unicode within a text.
    for line, content in enumerate(text.split("\n"), start=1):
        if not content.strip():
            continue
        try:
            row = msgspec.json.decode(content, type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError) as error:
            raise BadFile(f"{name}: line {line}: {error}") from None
        # Each line is its own table here; what it does not have, it does not say.
        mine = {field: column for field, column in columns.items() if not column or column in row or field == "text"}
        where = _where(list(row), mine, name, line)
        values = list(row.values())
        yield line, {field: _text(values[at], field, name, line) for field, at in where.items()}


def _text(value: Any, field: str, name: str, line: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadFile(f"{name}: line {line}: {field} has to be a text in quotes")
    return value


def _where(names: Sequence[str], columns: Mapping[str, str], name: str, line: int = 1) -> dict[str, int]:
    """The position of each of our columns that the file has."""
    known: dict[str, int] = {}
    for at, each in enumerate(names):
        known.setdefault(plain(each), at)
    where = {}
    for field, synonyms in NAMES.items():
        if found := [known[synonym] for synonym in synonyms if synonym in known]:
            where[field] = found[0]
    for field, column in columns.items():
        if field not in NAMES:
            raise BadFile(f"{name}: '{field}' is none of our columns: {', '.join(NAMES)}")
        if not column:
            where.pop(field, None)
        elif column in names:
            where[field] = names.index(column)
        else:
            raise BadFile(f"{name}: line {line}: there is no column '{column}', only {_listed(names)}")
    if "text" not in where:
        raise BadFile(f"{name}: line {line}: no column is called 'text' or the like, only {_listed(names)}")
    return where


def _listed(names: Iterable[str]) -> str:
    return clean(", ".join(f"'{each}'" for each in names), 200) or "nothing"
