"""What stands in an Atom or RSS document, as complaints; hostile and broken documents are expected."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import msgspec
import nh3

from adapters.sources.document import NoFeed, document_of
from bot.core.complaint import NAME_LIMIT, TEXT_LIMIT, Complaint, Kind, clean, key_of
from bot.core.links import canonical, channel_of, is_web_link, key_of_post, unwrapped

#: How far ahead a customer's clock may run. Anything later is a mistake of the feed.
CLOCK_SKEW = timedelta(minutes=5)
#: Letters of markup that are looked at. Far more than TEXT_LIMIT, since markup outweighs text.
_MARKUP_LIMIT = 100_000

_LINE_BREAK = re.compile(
    r"<(?:br|hr|/?(?:p|div|li|tr|h[1-6]|ul|ol|table|blockquote|article|section))\b[^<>]*>", re.IGNORECASE
)
_TAG = re.compile(r"</?(?:b|i|u|em|strong|br|p|a|span|div|img|font)\b[^<>]*>", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+")
#: A time of day with its zone. Only the zone names of RFC 822: feedparser takes others for UTC.
_ZONED = re.compile(r"\d\d?:\d\d(?::\d\d(?:\.\d+)?)?\s*(?:Z|UTC?|GMT|[ECMP][SD]T|[+-]\d\d:?\d\d)\s*", re.IGNORECASE)


class Entries(msgspec.Struct, frozen=True):
    """Complaints oldest first, each once. Not ``whole`` when the document broke off: more may follow."""

    complaints: tuple[Complaint, ...]
    whole: bool


class _Origin(msgspec.Struct, frozen=True):
    """What all entries of one document have in common."""

    home: str
    is_rss: bool
    now: datetime
    channel: str
    kind: Kind
    source: str


def read(
    data: bytes,
    *,
    now: datetime,
    channel: str = "",
    kind: Kind = Kind.COMPLAINT,
    source: str = "",
    base: str = "",
    content_type: str = "",
    most: int = 0,
) -> Entries:
    """The entries of a feed as complaints, or NoFeed. ``most`` entries are allowed, 0 for any number.

    ``base`` is where the document came from: relative links start there. ``now`` stands in
    for a date that an entry does not give, gives without a zone, or puts into the future.
    """
    document, whole = document_of(data, content_type=content_type, most=most)
    feed = _parsed(document, base)
    origin = _Origin(
        home=str(feed.feed.get("link") or base),
        is_rss=feed.version.startswith("rss"),
        now=now,
        channel=channel,
        kind=kind,
        source=source,
    )
    found: dict[str, Complaint] = {}
    # Feeds list the newest first; reversed, entries of the same moment keep their order.
    for entry in reversed(feed.entries):
        complaint = _complaint(entry, origin)
        if complaint.text:
            found[complaint.key] = complaint
    if not found and (feed.bozo or not whole):
        raise NoFeed("sent a feed that is broken and holds no whole entry")
    return Entries(tuple(sorted(found.values(), key=lambda one: one.posted_at)), whole)


def _parsed(document: str, base: str) -> Any:
    """What feedparser makes of it.

    It is given a stream: a text it would open as an address, and plain bytes as the name of a
    file (``feedparser/api.py``, ``_open_resource``). The markup stays, since ``_words`` removes it all.
    """
    headers = {"content-type": "application/xml; charset=utf-8"}
    if is_web_link(base):
        headers["content-location"] = base
    stream = io.BytesIO(b'<?xml version="1.0" encoding="utf-8"?>\n' + document.encode())
    return feedparser.parse(stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)


def _complaint(entry: Any, origin: _Origin) -> Complaint:
    title, body = clean(_title(entry, origin), TEXT_LIMIT), clean(_body(entry, origin), TEXT_LIMIT)
    link = unwrapped(str(entry.get("link", "")))
    link = link if is_web_link(link) else ""
    author = _author(entry)
    channel = origin.channel or channel_of(link) or "other"
    text = clean(_together(title, body) or link, TEXT_LIMIT)
    posted = _posted(entry, origin.now)
    id = str(entry.get("id", ""))
    if link or not id:
        day = posted.date() if posted else None
        key = key_of_post(link=link, channel=channel, author=author, text=text, day=day)
    else:
        key = key_of("entry", canonical(origin.home), id)
    return Complaint(
        key=key,
        channel=channel,
        text=text,
        posted_at=posted or origin.now,
        author=author,
        link=link,
        kind=origin.kind,
        source=origin.source,
        title=clean(title, NAME_LIMIT),
    )


def _title(entry: Any, origin: _Origin) -> str:
    return _words(entry.get("title_detail") or {}, origin)


def _body(entry: Any, origin: _Origin) -> str:
    """The longest of what an entry tells: many give a summary beside the whole."""
    bodies = [*entry.get("content", ()), entry.get("summary_detail") or {}]
    return max((_words(each, origin) for each in bodies), key=len)


def _words(detail: Mapping[str, Any], origin: _Origin) -> str:
    """The plain text of a title or a body: all markup gone, entities decoded once.

    Atom says what is markup. RSS does not, and feedparser guesses; it leaves a title with an
    unclosed ``<b>`` alone.
    """
    value = str(detail.get("value", ""))[:_MARKUP_LIMIT]
    if detail.get("type") == "text/plain" and not (origin.is_rss and _TAG.search(value)):
        return value
    return html.unescape(nh3.clean(_LINE_BREAK.sub("\n", value), tags=set()))


def _together(title: str, body: str) -> str:
    """Title and body on two lines, or one of them where it repeats the other."""
    head = title.rstrip(" .…").casefold()
    if not head or body.casefold().startswith(head):
        return body or title
    if title.casefold().startswith(body.rstrip(" .…").casefold()):
        return title
    return f"{title}\n{body}"


def _author(entry: Any) -> str:
    """The author's public name; of a bare e-mail address only the part before the @.

    Taken apart here: feedparser knows no top-level domain of more than four letters.
    """
    written = clean(str(entry.get("author") or ""), NAME_LIMIT)
    named = _EMAIL.sub("", written)
    if named == written:
        return written
    return named.strip(" ()<>") or written.partition("@")[0].strip("<( ")


def _posted(entry: Any, now: datetime) -> datetime | None:
    """When the customer posted, or None where the feed does not really say. Never later than ``now``."""
    for name in ("published", "updated"):
        # Not get(): feedparser answers with "published" when "updated" is missing, and warns.
        if name not in entry or not (parsed := entry.get(f"{name}_parsed")):
            continue
        if not _ZONED.search(str(entry[name])[:100]):
            continue
        year, month, day, hour, minute, second = parsed[:6]
        try:
            posted = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        except ValueError:  # a leap second, the year 0
            continue
        if posted <= now + CLOCK_SKEW:
            return min(posted, now)
    return None
