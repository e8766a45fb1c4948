"""Links to public posts: one canonical form for each post, and the channel on which it stands."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

from w3lib.url import canonicalize_url

from bot.core.complaint import LINK_LIMIT, key_of

#: Query parameters that say who led the reader to the post, and nothing about the post.
_TRACKING = frozenset(
    {
        *("fbclid", "gclid", "dclid", "gbraid", "wbraid", "gclsrc", "msclkid", "yclid", "twclid", "ttclid"),
        *("li_fat_id", "igshid", "igsh", "mibextid", "rdid", "sfnsn", "fref", "hc_ref", "__tn__", "mc_cid", "mc_eid"),
        *("mkt_tok", "ref", "ref_src", "ref_url", "refsrc", "referrer", "trk", "trackingid", "lipi", "cmpid"),
        *("_ga", "_gl", "srsltid", "ved", "usg", "spm", "feature", "si", "share_id", "amp"),
    }
)
_TRACKING_PREFIXES = ("utm_", "hsa_", "pk_", "mtm_", "__cft__")
#: Share buttons add these; elsewhere the same short names may choose the page itself.
_TRACKING_ON = {"x.com": frozenset({"s", "t"}), "tiktok.com": frozenset({"_r", "_t", "is_from_webapp"})}

#: Hosts that show the same pages as another.
_PREFIX_ONLY_OF = {
    "web": "facebook.com",
    "touch": "facebook.com",
    "mbasic": "facebook.com",
    "old": "reddit.com",
    "new": "reddit.com",
    "np": "reddit.com",
}
_SAME_PREFIXES = {"www", "m", "mobile", *_PREFIX_ONLY_OF}
_SAME_HOST = {"twitter.com": "x.com", "fb.com": "facebook.com"}

#: A fragment is a place on a page, except where it names one customer's comment or post on it.
_ONE_COMMENT = re.compile(r"(?:comment|comentario|resposta|answer|reply|post|msg|entry|c|p)[-_]?\d+", re.IGNORECASE)
#: One post of X has many addresses: any screen name in any case, ``/i/web``, ``/photo/1``.
_X_POST = re.compile(r"/(?:i/web|[^/]+)/status(?:es)?/(\d+)(?:/.*)?")
_HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)*[^\W_](?:[\w-]*[^\W_])?\.?")
_ADDRESS_LITERAL = re.compile(r"[0-9a-f:.]+")
#: Spaces, controls, quotes, and the marks that turn the reading direction or are not seen.
_NEVER_IN_A_LINK = re.compile(
    r'[\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufeff<>"\\]'
)

_CHANNEL_OF_HOST = {
    "facebook.com": "facebook",
    "fb.watch": "facebook",
    "x.com": "x",
    "t.co": "x",
    "instagram.com": "instagram",
    "threads.net": "threads",
    "threads.com": "threads",
    "youtube.com": "youtube",
    "youtu.be": "youtube",
    "tiktok.com": "tiktok",
    "linkedin.com": "linkedin",
    "reclameaqui.com.br": "reclameaqui",
    "reddit.com": "forum",
    "quora.com": "forum",
    "wykop.pl": "forum",
    "forocoches.com": "forum",
    "maps.app.goo.gl": "google",
    "g.page": "google",
    "blogspot.com": "blog",
    "wordpress.com": "blog",
    "medium.com": "blog",
    "tumblr.com": "blog",
    "substack.com": "blog",
}
_GOOGLE = re.compile(r"(?:[\w-]+\.)*google(?:\.[a-z]{2,3}){1,2}")
_BLOGSPOT = re.compile(r"[\w-]+\.blogspot(?:\.[a-z]{2,3}){1,2}")


def is_web_link(text: str) -> bool:
    """Whether ``text`` is one http(s) address with a host, and nothing else.

    An address with a user name or a password in it is refused: no public post has
    one, and ``https://facebook.com@evil.example`` reads as what it is not.
    """
    return len(text) <= LINK_LIMIT and _is_address(text)


@lru_cache(maxsize=64)
def _is_address(text: str) -> bool:
    """Remembered for a moment: on its way in, a complaint's link is asked about five times."""
    if _NEVER_IN_A_LINK.search(text):
        return False
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:  # an unclosed bracket, a port above 65535
        return False
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc:
        return False
    literal = ":" in host and _ADDRESS_LITERAL.fullmatch(host)
    return bool(literal or (len(host) <= 253 and _HOST.fullmatch(host)))


def unwrapped(link: str) -> str:
    """The address behind a redirect of Google or Facebook, or the link itself.

    Google Alerts sends ``https://www.google.com/url?rct=j&sa=t&url=<the page>&ct=ga``.
    """
    link = link.strip()
    while is_web_link(link):
        parts = urlsplit(link)
        host = (parts.hostname or "").rstrip(".")
        if parts.path == "/url" and _GOOGLE.fullmatch(host):
            names: tuple[str, ...] = ("url", "q")
        elif parts.path == "/l.php" and host in {"l.facebook.com", "lm.facebook.com", "l.instagram.com"}:
            names = ("u",)
        else:
            break
        query = dict(parse_qsl(parts.query))
        target = next((query[name] for name in names if is_web_link(query.get(name, ""))), "")
        if not target:
            break
        link = target  # always shorter than what wrapped it, so this ends
    return link


def canonical(link: str) -> str:
    """One form for every address of the same post; what is no web link comes back as it is, stripped.

    It is meant for keys, not for readers: show the link as the customer's page has it.
    """
    link = unwrapped(link)
    if not is_web_link(link):
        return link
    try:
        safe = urlsplit(canonicalize_url(link, keep_fragments=True))
        port = safe.port
    except ValueError:  # w3lib refuses some hosts that urlsplit lets pass
        return link
    host = _plain_host(safe.hostname or "")
    if post := _X_POST.fullmatch(safe.path) if host == "x.com" else None:
        return f"https://x.com/i/status/{post[1]}"
    netloc = f"[{host}]" if ":" in host else host
    if port not in {None, 80, 443}:
        netloc += f":{port}"
    query = _plain_query(safe.query, host)
    fragment = safe.fragment if _ONE_COMMENT.fullmatch(safe.fragment) else ""
    return f"https://{netloc}{safe.path.rstrip('/')}" + (query and f"?{query}") + (fragment and f"#{fragment}")


def key_of_post(*, link: str, channel: str, author: str, text: str, day: date | None) -> str:
    """The key of a post from whatever source: its link when it has one, otherwise all else that is known.

    ``day`` is the customer's, and None when only the moment of finding is known: that
    one would change with each finding.
    """
    if is_web_link(link):
        return key_of("link", canonical(link))
    who = author.casefold().strip().lstrip("@")
    words = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    return key_of("text", channel.casefold(), who, words, day.isoformat() if day else "")


def channel_of(link: str) -> str:
    """The channel of a post by its host; "other" for a host we do not know, empty for what is no link."""
    link = unwrapped(link)
    if not is_web_link(link):
        return ""
    parts = urlsplit(link)
    host = _plain_host(parts.hostname or "")
    labels = host.split(".")
    for start in range(len(labels) - 1):
        if channel := _CHANNEL_OF_HOST.get(".".join(labels[start:])):
            return channel
    if _GOOGLE.fullmatch(host):
        return "google" if labels[0] in {"maps", "business"} or parts.path.startswith("/maps") else "other"
    if _BLOGSPOT.fullmatch(host) or {"blog", "blogs"} & set(labels[:-1]) or "/blog/" in parts.path:
        return "blog"
    if {"forum", "forums", "foro", "foros", "community", "comunidade"} & set(labels[:-1]) or "/forum/" in parts.path:
        return "forum"
    return "other"


def _plain_host(host: str) -> str:
    host = host.lower().rstrip(".")
    while True:
        prefix, _, bare = host.partition(".")
        if prefix not in _SAME_PREFIXES or "." not in bare or _PREFIX_ONLY_OF.get(prefix, bare) != bare:
            return _SAME_HOST.get(host, host)
        host = bare


def _plain_query(query: str, host: str) -> str:
    dropped = _TRACKING_ON.get(host, frozenset()) | _TRACKING
    kept = [
        pair
        for pair in query.split("&")
        if pair and (name := unquote(pair.partition("=")[0]).lower()) not in dropped
        if not name.startswith(_TRACKING_PREFIXES)
    ]
    return "&".join(kept)
