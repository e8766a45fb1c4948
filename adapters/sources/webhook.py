"""Complaints that a tool brings to the door: who sent them, and what they say, through a mapping of its fields."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

import msgspec
from standardwebhooks import Webhook as Signing

from bot import payload
from bot.config.settings import HookSettings
from bot.core.complaint import LINK_LIMIT, NAME_LIMIT, TEXT_LIMIT, Complaint, Kind, clean, key_of
from bot.core.links import channel_of, is_web_link, key_of_post, unwrapped
from bot.ports import NotAllowed, Unfit

#: How old or how far ahead a signature may be: the Standard Webhooks' own five minutes.
REPLAY_WINDOW: Final = timedelta(minutes=5)
#: How far ahead a customer's clock may run, as for feeds and files.
CLOCK_SKEW: Final = timedelta(minutes=5)
#: Signatures that are looked at: a sender who changes keys sends two.
MOST_SIGNATURES: Final = 10
#: From here on a number of seconds since 1970 must be one of milliseconds (the year 5138).
_MILLISECONDS: Final = 100_000_000_000

_ID = re.compile(r"[\x21-\x7e]{1,256}")
_SECONDS = re.compile(r"[0-9]{1,12}")
_DIGITS = re.compile(r"[0-9]{9,15}")
_NO_NAME = re.compile(r"[^a-z0-9._-]+")
_CHANNELS: Final = {"twitter": "x", "fb": "facebook", "ig": "instagram", "reclame-aqui": "reclameaqui"}


class Webhook:
    """One ``[[hooks]]`` section. It holds nothing between two deliveries.

    A complaint with a link is known again by it, wherever it comes from; any other by
    what it says and the delivery's id (``webhook-id`` or ``Idempotency-Key``). So a
    repeated delivery acts once, and an id that is used twice for two texts loses neither.
    """

    def __init__(self, settings: HookSettings) -> None:
        self.name = settings.name
        self.is_signed, self.has_token = bool(settings.secret), bool(settings.token)
        self.shape = payload.shape(f"hook.{settings.name}", settings.fields, settings.items)
        self._settings = settings
        self._signing = Signing(settings.secret.reveal()) if settings.secret else None
        self._decoder = msgspec.json.Decoder(self.shape)
        self._items = payload.path(settings.items) if settings.items else ()
        mapped = payload.leaves(settings.fields)
        self._paths = {field: payload.path(getattr(settings.fields, field)) for field in mapped}

    def read(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Sequence[Complaint]:
        """The complaints of one delivery, each once. Raises NotAllowed and Unfit."""
        said = {name.lower(): value for name, value in headers.items()}
        self._admit(body, said, now)
        delivery = _delivery(said)
        items = payload.found(self._decoded(body), self._items)
        is_many = isinstance(items, list)
        taken: dict[str, Complaint] = {}
        for number, item in enumerate(items if is_many else [items]):
            try:
                complaint = self._complaint(item, delivery, now)
            except ValueError as error:
                raise Unfit(f"Entry {number}: {error}." if is_many else f"{str(error).capitalize()}.") from None
            taken.setdefault(complaint.key, complaint)
        return tuple(taken.values())

    def _admit(self, body: bytes, headers: Mapping[str, str], now: datetime) -> None:
        """Raises NotAllowed unless everything that the section names is proven."""
        proofs = []
        if self._settings.token:
            proofs.append(_has_token(headers, self._settings.token.reveal()))
        if self._signing:
            proofs.append(_is_signed(body, headers, now, self._signing))
        if not proofs or not all(proofs):
            raise NotAllowed("The signature or token is missing, wrong or too old.")

    def _decoded(self, body: bytes) -> Any:
        try:
            return self._decoder.decode(body)
        except msgspec.ValidationError as error:
            raise Unfit(f"This does not fit the mapping of {self.name}: {error}.") from None
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise Unfit(f"This is not JSON: {error}.", is_json=False) from None

    def _complaint(self, item: Any, delivery: str, now: datetime) -> Complaint:
        """One complaint; ValueError says what is wrong with it."""
        said = {field: payload.found(item, steps) for field, steps in self._paths.items()}
        text = clean(said["text"] or "", TEXT_LIMIT)
        if not text:
            raise ValueError(f"there is no text at {self._settings.fields.text}")
        author = clean(said.get("author") or "", NAME_LIMIT)
        link = _link(said.get("link") or "")
        channel = _channel(said.get("channel") or "") or self._settings.channel or channel_of(link) or "other"
        posted = _posted(said.get("posted"), now)
        key = key_of_post(link=link, channel=channel, author=author, text=text, day=posted.date() if posted else None)
        return Complaint(
            key=key_of("delivery", self.name, delivery, key) if delivery and not link else key,
            channel=channel,
            text=text,
            posted_at=posted or now,
            author=author,
            link=link,
            kind=_kind(said.get("kind") or "") or self._settings.kind,
            source=self.name,
            title=clean(said.get("title") or "", NAME_LIMIT),
        )


def _has_token(headers: Mapping[str, str], token: str) -> bool:
    scheme, _, given = headers.get("authorization", "").partition(" ")
    is_same = hmac.compare_digest(_bytes(given.strip()), token.encode())
    return is_same and scheme.lower() == "bearer"


def _is_signed(body: bytes, headers: Mapping[str, str], now: datetime, signing: Signing) -> bool:
    """Whether one signature is that of the body, and made just now.

    The library signs; its ``verify`` is not used, because it raises whatever base64,
    tuples and text raise on a malformed header, and reads a clock of its own.
    """
    delivery, seconds = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not _ID.fullmatch(delivery) or not _SECONDS.fullmatch(seconds):
        return False
    try:
        at = datetime.fromtimestamp(int(seconds), UTC)
        expected = signing.sign(delivery, at, body.decode()).encode()
    except (ValueError, OverflowError, OSError):
        return False
    given = headers.get("webhook-signature", "").split(" ")[:MOST_SIGNATURES]
    is_ours = any([hmac.compare_digest(_bytes(each), expected) for each in given])  # noqa: C419 - each is compared
    return is_ours and abs(now - at) <= REPLAY_WINDOW


def _bytes(header: str) -> bytes:
    return header.encode("utf-8", "surrogatepass")


def _delivery(headers: Mapping[str, str]) -> str:
    return headers.get("webhook-id") or headers.get("idempotency-key") or ""


def _link(said: str) -> str:
    link = unwrapped(said)
    if link and not is_web_link(link):
        raise ValueError(f"the link is no web address of at most {LINK_LIMIT} letters, it has to start with https://")
    return link


def _channel(said: str) -> str:
    name = _NO_NAME.sub("-", clean(said, NAME_LIMIT).casefold()).strip("-")[:40]
    return _CHANNELS.get(name, name)


def _kind(said: str) -> Kind | None:
    try:
        return Kind(said.strip().casefold()) if said.strip() else None
    except ValueError:
        raise ValueError(f"the kind is none of {', '.join(Kind)}") from None


def _posted(said: str | float | None, now: datetime) -> datetime | None:
    """ISO 8601, the date of a mail, or seconds or milliseconds since 1970; without a zone it is UTC."""
    if said is None or said == "":
        return None
    try:
        posted = _moment(said)
        posted = (posted if posted.tzinfo else posted.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError, TypeError, IndexError):
        raise ValueError("the time is none: write it as 2026-08-24T10:00:00Z or as seconds since 1970") from None
    if posted > now + CLOCK_SKEW:
        raise ValueError("the time lies in the future")
    return min(posted, now)


def _moment(said: str | float) -> datetime:
    if isinstance(said, str) and not _DIGITS.fullmatch(said.strip()):
        try:
            return datetime.fromisoformat(said.strip())
        except ValueError:
            return parsedate_to_datetime(said.strip())
    seconds = float(said)
    return datetime.fromtimestamp(seconds / 1000 if seconds >= _MILLISECONDS else seconds, UTC)
