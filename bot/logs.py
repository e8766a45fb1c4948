"""Structured logs that hold no personal data and no secrets, whatever somebody logs by accident."""

from __future__ import annotations

import copy
import json
import logging
import re
import sys
import traceback
from collections.abc import Callable, Mapping, MutableMapping
from datetime import date, timedelta
from enum import Enum
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, TextIO

from bot.core.complaint import clean
from bot.ports import SourceDown, StoreError, Undelivered

if TYPE_CHECKING:
    import structlog

#: Stands in place of what was taken out.
GONE: Final = "…"
#: Our own loggers; every other belongs to a library.
OURS: Final = "heard"
#: Longest text of one value, and how much of a longer one is looked at, in characters.
LONGEST, LOOK_AT = 200, 2_000
#: Frames of an error and errors behind an error that are told: the nearest to the fault.
FRAMES, CAUSES = 12, 4

Said = MutableMapping[str, Any]

#: Errors whose message is made for the operator; any other may quote what a customer wrote.
_OPERATORS_ERRORS = (StoreError, SourceDown, Undelivered)

_URL = re.compile(r"([a-z][a-z0-9+.-]{1,20})://([^\s/?#]*)(\S*)", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9-]+\.)*[a-z0-9-]+(?::\d{1,5})?", re.IGNORECASE)
_MASKS = (
    # Who an access is granted to: what follows the word, in headers and in settings.
    re.compile(r"(?<=\bbearer)\s+\S+|(?<=\bbasic)\s+\S+", re.IGNORECASE),
    re.compile(r"(?<=token|ecret|sword|senha|apikey|i_key)[\"']?\s*[=:]\s*\S+", re.IGNORECASE),
    # Slack's tokens, webhook secrets, Discord's tokens, and whatever else is too long to be a word.
    re.compile(r"(?:xox[a-z]|xapp)-\S+|whsec_\S+", re.IGNORECASE),
    re.compile(r"[\w-]{20,}\.[\w-]{5,}\.[\w-]{20,}"),
    re.compile(r"(?=[^\W\d_]*\d)[\w+/=-]{32,}"),
    # E-mail addresses, and names on networks such as @joana.
    re.compile(r"[^\s<>()\[\]\"',;:]*[@＠][^\s<>()\[\]\"',;]+"),
    # Phones, cards, CPF, PESEL and the like: seven digits or more, grouped at will. ISO dates are harmless.
    re.compile(r"(?<!\d)(?!\d{4}-\d\d-\d\d(?![\d-]))[+(]{0,2}\d(?:[\s().\-/]{0,3}\d){6,}"),
    # Where a request came from is personal too; this machine is not.
    re.compile(r"(?<![\d.])(?!127\.)\d{1,3}(?:\.\d{1,3}){3}(?![\d.])"),
)
#: Keys as ``key_of`` makes them: digests, from which nothing can be learned.
_OUR_KEY = re.compile(r"(?=[0-9]*[a-f])[0-9a-f]{24}")
_WORD = re.compile(r"[\w./:#+-]{1,64}")
#: Where what a library says about the case at hand begins: after this everything may be data.
_DATA_BEGINS = re.compile(r"[\n({\[<\"'`]|: ")


def configure(level: str, format: str, stream: TextIO) -> None:
    """Sends every log of this process to ``stream``: ours from ``level`` on, those of libraries from INFO at the lowest.

    ``format`` is "text" or "json". Handlers that others put up before are taken down: they would not mask.
    """
    _prepare()
    ours = logging.getLevelNamesMapping()[level.upper()]
    handler = _Handler(stream)
    handler.setFormatter(_formatter(_as_json if format == "json" else _as_text))
    handler.addFilter(_is_wanted)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(ours, logging.INFO))
    logging.getLogger(OURS).setLevel(ours)


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger of ours. Say what happened in fixed words, and with which case, member or source in keys.

    Keys that are not known to be harmless are left out, and counted as ``dropped``.
    """
    import structlog

    _prepare()
    made: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(f"{OURS}.{name}")
    return made


def mask(text: str) -> str:
    """The text on one line, without addresses, long numbers, tokens and what follows the host of a link."""
    text = clean(_whole_words(text), LOOK_AT).replace("\n", " ").replace("\t", " ")
    text = _URL.sub(_masked_url, text)
    for each in _MASKS:
        text = each.sub(GONE, text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + GONE


def _whole_words(text: str) -> str:
    """Clipped between words: half a token would not be known for one."""
    if len(text) < LOOK_AT:
        return text
    start, space, _ = text[: LOOK_AT - 1].rpartition(" ")
    return f"{start}{space}{GONE}"


def _masked_url(url: re.Match[str]) -> str:
    """Scheme and host. The path goes too: networks write names and numbers of people into it.

    An @ behind the host may belong to a password with a slash in it, and then the host is none.
    """
    scheme, netloc, rest = url.groups()
    host = netloc.rpartition("@")[2]
    is_plain = _HOST.fullmatch(host) and not {"@", "＠"} & set(rest)
    return f"{scheme}://{host if is_plain else GONE}{f'/{GONE}' if rest else ''}"


def _number(value: object) -> object:
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value if value is None or isinstance(value, int | float) else _gone(value)


def _word(value: object) -> object:
    """One word or a few of them in a row, as ids, kinds and keys are; whatever is longer may be a customer's."""
    if isinstance(value, list | tuple | set | frozenset):
        return ",".join(str(_word(each)) for each in value)
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str) or not _WORD.fullmatch(value):
        return _gone(value)
    return value if _OUR_KEY.fullmatch(value) else mask(value)


def _sentence(value: object) -> object:
    return mask(str(value)) if isinstance(value, str) else _word(value)


def _place(value: object) -> object:
    """A folder or file of ours."""
    return mask(str(value))


def _gone(value: object) -> str:
    return GONE if isinstance(value, str) else f"<{type(value).__name__}>"


#: Every key that may be logged, and what its value may be.
HARMLESS: Mapping[str, Callable[[object], object]] = {
    **dict.fromkeys(("case", "into", "count", "seconds", "tries", "version", "status", "size", "port", "pid"), _number),
    **dict.fromkeys(("open_cases", "posts", "entries", "feeds", "members", "templates"), _number),
    **dict.fromkeys(("key", "post", "kind", "source", "member", "command", "chat", "channel", "language"), _word),
    **dict.fromkeys(("template", "duty", "phase", "step", "event_kind", "job", "signal", "state", "day"), _word),
    **dict.fromkeys(("since", "until", "due", "error", "commit", "release", "python"), _word),
    **dict.fromkeys(("reason", "frames", "causes"), _sentence),
    **dict.fromkeys(("folder", "file"), _place),
}
#: What the chain itself puts in.
_OWN: Final = frozenset({"at", "level", "logger"})
#: What structlog's formatter puts in and takes out again.
_META: Final = frozenset({"_record", "_from_structlog"})


def _prepare() -> None:
    """Makes every logger of ours harmless before its first word, configured or not."""
    import structlog

    if structlog.is_configured():
        return
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            *_chain(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def _chain() -> list[Any]:
    """What every event goes through, ours and those of libraries."""
    import structlog

    return [
        _tell_error,
        _guard,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]


def _guard(_logger: object, _method: str, event: Said) -> Said:
    """Keeps what is harmless. The names of what is dropped are not told: they may come from data as well."""
    said = event.get("event")
    kept: Said = {"event": mask(said) if isinstance(said, str) else _gone(said)}
    kept |= {key: HARMLESS[key](value) for key, value in event.items() if key in HARMLESS}
    kept |= {key: value for key, value in event.items() if key in _META}
    if dropped := len(event.keys() - kept.keys()):
        kept["dropped"] = dropped
    return kept


def _tell_error(_logger: object, _method: str, event: Said) -> Said:
    """Type and frames of an error; its message only where that is made for the operator."""
    error = _error_of(event.pop("exc_info", None))
    event.pop("stack_info", None)
    if error is not None:
        event["error"] = type(error).__name__
        event["frames"] = _frames(error.__traceback__)
        if reason := _reason(error):
            event["reason"] = reason
        if causes := _causes(error):
            event["causes"] = causes
    return event


def _error_of(exc_info: object) -> BaseException | None:
    """structlog and logging say an error as itself, as a triple, or as True for the one at hand."""
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return exc_info[1] if isinstance(exc_info[1], BaseException) else None
    return sys.exception() if exc_info else None


def _frames(trace: TracebackType | None) -> str:
    """Where it happened, the innermost first: ``desk.py:41 answer < courier.py:12 deliver``."""
    frames = traceback.extract_tb(trace)[-FRAMES:]
    return " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in reversed(frames))


def _reason(error: BaseException) -> str:
    """What may be repeated of an error's message. The system's own errors are told without the path or the address."""
    if isinstance(error, OSError):
        return error.strerror or ""
    return str(error) if isinstance(error, _OPERATORS_ERRORS) else ""


def _causes(error: BaseException) -> str:
    """What stands behind an error, or in a group of them."""
    behind = list(error.exceptions) if isinstance(error, BaseExceptionGroup) else []
    seen = {id(error)}
    while (cause := error.__cause__ or error.__context__) and id(cause) not in seen:
        seen.add(id(cause))
        behind.append(cause)
        error = cause
    return "; ".join(f"{type(each).__name__} {_frames(each.__traceback__)}".strip() for each in behind[:CAUSES])


def _is_wanted(record: logging.LogRecord) -> bool:
    """Libraries are heard from INFO on, also those that set a lower level of their own: DEBUG quotes messages whole."""
    return record.levelno >= logging.INFO or record.name.partition(".")[0] == OURS


def _formatter(render: Callable[[object, str, Said], str]) -> logging.Formatter:
    import structlog

    class Formatter(structlog.stdlib.ProcessorFormatter):
        def format(self, record: logging.LogRecord) -> str:
            return super().format(record if isinstance(record.msg, dict) else _tamed(record))

    return Formatter(foreign_pre_chain=_chain(), processors=[Formatter.remove_processors_meta, render])


def _tamed(record: logging.LogRecord) -> logging.LogRecord:
    """A library's record, saying only what is fixed words in it.

    With arguments the text is fixed and the arguments are data. Without, the library
    made the text itself, and we keep it up to where data may begin: slack-bolt and
    asyncio quote whole requests and errors there.
    """
    tame = copy.copy(record)
    said = str(record.msg)
    tame.msg = _filled(said, record.args) if record.args else _DATA_BEGINS.split(said, maxsplit=1)[0].strip()
    tame.args = ()
    return tame


def _filled(text: str, args: object) -> str:
    try:
        if isinstance(args, Mapping):
            return text % {key: _argument(value) for key, value in args.items()}
        return text % tuple(map(_argument, args)) if isinstance(args, tuple) else text
    except (TypeError, ValueError, KeyError):
        return text


def _argument(value: object) -> object:
    """Numbers stay numbers, for %d; anything else is a word or is gone."""
    if isinstance(value, int | float):
        return value
    return _Bare(str(_word(value)))


class _Bare(str):
    """A text that %r writes without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class _Handler(logging.StreamHandler[TextIO]):
    """Writes lines, and keeps silent when it cannot: logging itself would print the record, arguments and all."""

    def format(self, record: logging.LogRecord) -> str:
        encoding = getattr(self.stream, "encoding", None) or "utf-8"
        return super().format(record).encode(encoding, "backslashreplace").decode(encoding)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Nothing can be said where nothing can be written."""


_dumped = partial(json.dumps, ensure_ascii=False, default=_gone)


def _as_json(_logger: object, _method: str, event: Said) -> str:
    first = {key: event.pop(key, "") for key in ("at", "level", "logger", "event")}
    return _dumped({**first, **event})


def _as_text(_logger: object, _method: str, event: Said) -> str:
    at, level, name, said = (event.pop(key, "") for key in ("at", "level", "logger", "event"))
    values = (f" {key}={_spoken(value)}" for key, value in event.items())
    return f"{at} {level:<7} {name}: {said}{''.join(values)}"


def _spoken(value: object) -> str:
    text = value if isinstance(value, str) else _dumped(value)
    return text if _WORD.fullmatch(text) or text == GONE else _dumped(text)
