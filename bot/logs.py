"""Structured logs that hold no personal data and no secrets, whatever somebody logs by accident."""

from __future__ import annotations

import copy
import logging
import re
import sys
import traceback
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import Enum
from functools import partial
from pathlib import PurePath
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, TextIO

import msgspec

from bot.core.complaint import clean
from bot.masks import GONE, mask
from bot.ports import SourceDown, StoreError, Undelivered

if TYPE_CHECKING:
    from structlog.stdlib import BoundLogger

#: Our own loggers begin so; every other belongs to a library.
OURS: Final = "heard"
#: How much of an error is told: frames of each, the nearest to the fault, and errors behind it.
FRAMES, CAUSES = 12, 4
#: Longest path and most words of a list that are told.
LONGEST_PATH, MOST_WORDS = 500, 20

Said = dict[str, Any]

#: Errors whose message is made for the operator; any other may quote what a customer wrote.
_OPERATORS_ERRORS = (StoreError, SourceDown, Undelivered)

_WORD = re.compile(r"[A-Za-z0-9_./:#+-]{1,64}")
#: Keys as ``key_of`` makes them: digests, from which nothing can be learned.
_OUR_KEY = re.compile(r"(?=[0-9]*[a-f])[0-9a-f]{24}")
#: Where the fixed words of a library's sentence end, and what it was made for may begin.
_DATA_BEGINS = re.compile(r"[\n({\[<\"`]|(?<!\w)'|: ")


#: Libraries that say at INFO that nothing happened: the scheduler tells of every tick.
CHATTY = ("apscheduler",)


def configure(level: str, format: str, stream: TextIO) -> None:
    """Sends every log of this process to ``stream``, one line for each event, times in UTC.

    Ours are heard from ``level`` on, those of libraries from INFO at the lowest: at DEBUG
    they quote messages whole. ``format`` is "text" or "json". Handlers that others put up
    before are taken down: they would not mask.
    """
    _prepare()
    ours = logging.getLevelNamesMapping()[level.upper()]
    libraries = max(ours, logging.INFO)
    handler = _Handler(stream)
    handler.setFormatter(_formatter(_as_json if format == "json" else _as_text))
    handler.addFilter(partial(_is_wanted, libraries=libraries))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(libraries)
    logging.getLogger(OURS).setLevel(ours)
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(libraries, logging.WARNING))


def logger(name: str) -> BoundLogger:
    """A logger of ours. Say what happened in fixed words, and the case, member or source in keys of ``HARMLESS``.

    Any other key is left out, and counted as ``dropped``. ``name`` is the module's ``__name__``.
    """
    import structlog

    _prepare()
    made: BoundLogger = structlog.stdlib.get_logger(f"{OURS}.{name.removeprefix('bot.')}")
    return made


def _number(value: object) -> object:
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value if value is None or isinstance(value, int | float) else _gone(value)


def _word(value: object) -> object:
    """One word, or a few, as ids, kinds and keys are; whatever is longer may be a customer's."""
    if isinstance(value, list | tuple | set | frozenset):
        return ",".join(str(_word(each)) for each in list(value)[:MOST_WORDS])
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str) or not _WORD.fullmatch(value):
        return _gone(value)
    return value if _OUR_KEY.fullmatch(value) else mask(value)


def _sentence(value: object) -> object:
    return mask(value) if isinstance(value, str) else _word(value)


def _place(value: object) -> object:
    """A folder or file of ours, which is not masked: paths are long words with numbers in them."""
    return clean(str(value), LONGEST_PATH) if isinstance(value, PurePath) else _gone(value)


def _gone(value: object) -> str:
    return GONE if isinstance(value, str) else f"<{type(value).__name__}>"


_NUMBERS = "case count dropped entries into members open pid port posts seconds size status templates tries version"
_WORDS = """
    channel chat command commit day due duty error feed feeds job key kind language member network
    phase post python release role since signal source state step template until urgency
"""
#: Every key that may be logged, and what may be said in it. What is missing here is never written.
HARMLESS: Final[Mapping[str, Callable[[object], object]]] = {
    **dict.fromkeys(_NUMBERS.split(), _number),
    **dict.fromkeys(_WORDS.split(), _word),
    "reason": _sentence,
    "folder": _place,
    "file": _place,
}
#: What logging and structlog carry along; it is taken out before the line is written.
_CARRIED: Final = frozenset({"_record", "_from_structlog", "exc_info"})


def _prepare() -> None:
    """Makes every logger of ours harmless before its first word, whether ``configure`` was called or not."""
    import structlog

    if _guard in structlog.get_config()["processors"]:
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
        _guard,
        _tell_error,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]


def _guard(_logger: object, _method: str, event: Said) -> Said:
    """Keeps what is harmless. What is dropped is counted and not named: names may come from data as well."""
    said = event["event"]
    kept = {key: value if key in _CARRIED else HARMLESS[key](value) for key, value in event.items() if _is_known(key)}
    kept["event"] = mask(said) if isinstance(said, str) else _gone(said)
    if dropped := len(event.keys() - kept.keys() - {"stack_info"}):
        kept["dropped"] = dropped
    return kept


def _is_known(key: str) -> bool:
    return key in HARMLESS or key in _CARRIED


def _tell_error(_logger: object, _method: str, event: Said) -> Said:
    """Type and frames of an error; its message only where that was made for the operator."""
    error = _error_of(event.pop("exc_info", None))
    if error is not None:
        told = {
            "error": type(error).__name__,
            "reason": mask(_reason(error)),
            "frames": _frames(error),
            "causes": "; ".join(f"{type(each).__name__} {_frames(each)}".strip() for each in _behind(error)[:CAUSES]),
        }
        event |= {key: value for key, value in told.items() if value}
    return event


def _error_of(exc_info: object) -> BaseException | None:
    """An error is said as itself, as a triple, or as True for the one at hand."""
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return exc_info[1] if isinstance(exc_info[1], BaseException) else None
    return sys.exception() if exc_info else None


def _frames(error: BaseException) -> str:
    """Where it happened, the innermost first: ``desk.py:41 answer < courier.py:12 deliver``. No values."""
    trace: TracebackType | None = error.__traceback__
    frames = traceback.extract_tb(trace)[-FRAMES:]
    return " < ".join(f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))


def _reason(error: BaseException) -> str:
    """What may be repeated of an error's message. Of the system's own, neither the path nor the address."""
    if isinstance(error, OSError):
        return error.strerror or ""
    return str(error) if isinstance(error, _OPERATORS_ERRORS) else ""


def _behind(error: BaseException) -> list[BaseException]:
    """The errors in a group, and those that led to this one, the nearest first."""
    behind = list(error.exceptions) if isinstance(error, BaseExceptionGroup) else []
    cause = error.__cause__ or error.__context__
    while cause is not None and cause not in behind and len(behind) < CAUSES:
        behind.append(cause)
        cause = cause.__cause__ or cause.__context__
    return behind


def _is_wanted(record: logging.LogRecord, libraries: int) -> bool:
    """Some libraries set a lower level of their own, which the root's does not stop."""
    return record.levelno >= libraries or record.name.partition(".")[0] == OURS


def _formatter(render: Callable[[object, str, Said], str]) -> logging.Formatter:
    import structlog

    class Formatter(structlog.stdlib.ProcessorFormatter):
        def format(self, record: logging.LogRecord) -> str:
            return super().format(record if isinstance(record.msg, dict) else _tamed(record))

    return Formatter(foreign_pre_chain=_chain(), processors=[Formatter.remove_processors_meta, render])  # type: ignore[list-item]


def _tamed(record: logging.LogRecord) -> logging.LogRecord:
    """A library's record, with its fixed words only.

    With arguments, the text is fixed and the arguments are data. Without, the library
    made the sentence itself, and we keep it up to where data may begin: slack-bolt and
    asyncio quote whole requests and errors there.
    """
    tame = copy.copy(record)
    if not isinstance(record.msg, str):
        tame.msg = _gone(record.msg)
    elif record.args:
        tame.msg = _filled(record.msg, record.args)
    else:
        tame.msg = _DATA_BEGINS.split(record.msg, maxsplit=1)[0].strip()
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
    """Numbers stay numbers, for %d; anything else is a word, or is gone."""
    return value if isinstance(value, int | float) else _Bare(_word(value))


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


def _as_json(_logger: object, _method: str, event: Said) -> str:
    first = {key: event.pop(key) for key in ("at", "level", "logger", "event")}
    return msgspec.json.encode(first | event, enc_hook=_gone).decode()


def _as_text(_logger: object, _method: str, event: Said) -> str:
    at, level, name, said = (event.pop(key) for key in ("at", "level", "logger", "event"))
    values = "".join(f" {key}={_spoken(value)}" for key, value in event.items())
    return f"{at} {level:<7} {name}: {said}{values}"


def _spoken(value: object) -> str:
    """A value without quotes where it is one word."""
    is_word = isinstance(value, str) and (_WORD.fullmatch(value) or value == GONE)
    return str(value) if is_word else msgspec.json.encode(value, enc_hook=_gone).decode()
