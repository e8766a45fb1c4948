"""One guarded HTTP GET: public addresses only, bounded in time and size, for every source that polls the web."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from datetime import timedelta

import aiohttp
import msgspec
from yarl import URL

from bot import __version__
from bot.ports import SourceDown

BODY_LIMIT = 5_000_000
TIMEOUT = timedelta(seconds=20)
MOST_REDIRECTS = 5

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 64 * 1024
_LONGEST_HEADER = 256
#: Only what aiohttp unpacks piece by piece, so that a small answer cannot unfold at once
#: (since 3.13.3, GHSA-6mq8-rvhq-8wgg).
_ENCODINGS = "gzip, deflate"
#: Sites like Reddit turn away callers that do not say who they are.
_USER_AGENT = f"Heard/{__version__} (feed reader of a customer care team)"

#: Answers for which the operator can do something, in the words to tell it.
_MEANING = {
    401: "wants a password (401)",
    403: "refuses to show this address to us (403)",
    404: "has nothing at this address (404): correct it in the settings",
    410: "has withdrawn this address for good (410): take the source out of the settings",
    429: "was asked too often (429): ask it less often",
}

#: Addresses that Python calls global, and behind which a cloud keeps its secrets or a network translates
#: to private ones: Azure's platform (learn.microsoft.com, "What is IP address 168.63.129.16"), IETF
#: protocol assignments (RFC 6890, not yet private in every Python 3.11), local-use NAT64 (RFC 8215).
_ALSO_PRIVATE = tuple(
    ipaddress.ip_network(network) for network in ("168.63.129.16/32", "192.0.0.0/24", "64:ff9b:1::/48")
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class Fetched(msgspec.Struct, frozen=True):
    """What the web answered. ``body`` is unpacked; it is empty when ``status`` is 304, nothing new."""

    status: int
    body: bytes
    etag: str
    last_modified: str
    content_type: str
    url: str


class PrivateAddress(OSError):
    """A connection to an address of our own network was about to be made."""


async def get(
    url: str,
    *,
    etag: str = "",
    last_modified: str = "",
    accept: str = "*/*",
    limit: int = BODY_LIMIT,
    within: timedelta = TIMEOUT,
    allow_private: bool = False,
) -> Fetched:
    """The answer at ``url``, after redirects. Anything but 200 and an expected 304 raises SourceDown.

    ``within`` is for everything together: names, redirects and the body. ``allow_private``
    opens our own network and is for tests and intranets only. Messages name the host and
    never the whole address: the address of a Google alert is a secret.

    The session lives for this one call: sources are polled minutes apart, nobody has to
    close it, and no session without the guard can come in by mistake.
    """
    headers = {"Accept": accept, "Accept-Encoding": _ENCODINGS, "User-Agent": _USER_AGENT}
    headers |= {"If-None-Match": etag} if etag else {}
    headers |= {"If-Modified-Since": last_modified} if last_modified else {}
    target = _parsed(url)
    try:
        async with (
            asyncio.timeout(within.total_seconds()),
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(socket_factory=None if allow_private else _public_socket),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=None),
                # A proxy would connect for us, and to where it likes.
                trust_env=False,
            ) as session,
        ):
            return await _followed(session, target, limit)
    except TimeoutError:
        raise SourceDown(f"{target.host} did not answer within {within.total_seconds():g} s") from None
    except aiohttp.ClientError as error:
        raise SourceDown(f"{target.host} {_said(error)}") from None


async def _followed(session: aiohttp.ClientSession, url: URL, limit: int) -> Fetched:
    for _ in range(MOST_REDIRECTS + 1):
        async with session.get(url, allow_redirects=False) as response:
            if response.status not in _REDIRECTS:
                return await _read(response, url, limit)
            location = response.headers.get("Location", "")
        if not location:
            raise SourceDown(f"{url.host} redirects ({response.status}) to nowhere")
        url = _parsed(location, base=url)
    raise SourceDown(f"{url.host} redirects more than {MOST_REDIRECTS} times")


async def _read(response: aiohttp.ClientResponse, url: URL, limit: int) -> Fetched:
    status = response.status
    asked_for_news = {"If-None-Match", "If-Modified-Since"} & set(response.request_info.headers)
    if status == 304 and not asked_for_news:
        raise SourceDown(f"{url.host} says that nothing is new (304) though it was not asked")
    if status not in {200, 304}:
        raise SourceDown(f"{url.host} {_MEANING.get(status, f'answered with an error ({status})')}")
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > limit:
            raise SourceDown(f"{url.host} sent more than {limit / 1_000_000:g} MB")
    return Fetched(
        status=status,
        body=bytes(body),
        etag=_header(response, "ETag"),
        last_modified=_header(response, "Last-Modified"),
        content_type=_header(response, "Content-Type"),
        url=str(url),
    )


def _header(response: aiohttp.ClientResponse, name: str) -> str:
    """A header that can be stored and sent back, or nothing when it is odd."""
    value = response.headers.get(name, "")
    return value if value.isascii() and value.isprintable() and len(value) <= _LONGEST_HEADER else ""


def _parsed(url: str, base: URL | None = None) -> URL:
    try:
        parsed = base.join(URL(url)) if base else URL(url)
        host, _ = parsed.host, parsed.port
    except ValueError:  # an unclosed bracket, a port above 65535, a label that is no IDNA name
        host, parsed = None, URL()
    where = f"{base.host} redirects to" if base else "this source has"
    if not host or parsed.scheme not in {"http", "https"}:
        raise SourceDown(f"{where} an address that is no http or https address")
    return parsed


def _said(error: aiohttp.ClientError) -> str:
    """What went wrong, as the end of a sentence. The library's own text may hold the whole address."""
    match error:
        case aiohttp.ClientConnectorError(os_error=PrivateAddress()):
            return "leads to a private address, which is refused"
        case aiohttp.ClientConnectorDNSError():
            return "has no address: its name is not known"
        case aiohttp.ClientConnectorCertificateError():
            return "has a certificate that cannot be trusted"
        case aiohttp.ClientConnectorError():
            return "cannot be reached"
        case aiohttp.InvalidURL():
            return "is not an address that can be asked"
        case aiohttp.ClientPayloadError():
            return "broke off in the middle of its answer"
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError():
            return "hung up before it answered"
        case _:
            return f"answered with something that is not HTTP ({type(error).__name__})"


def _public_socket(address: aiohttp.AddrInfoType) -> socket.socket:
    """A socket for an address that is public.

    The guard stands here, at the last moment: names have been resolved, and this very address
    is connected to, so a name that answers differently the second time gains nothing. Literal
    addresses come this way too; a guard in the resolver would not see them.
    """
    family, kind, protocol, _, sockaddr = address
    if not is_public(str(sockaddr[0])):
        raise PrivateAddress("a private address")
    return socket.socket(family=family, type=kind, proto=protocol)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet, and to nobody's own network."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if any(ip in network for network in _ALSO_PRIVATE if network.version == ip.version):
        return False
    if isinstance(ip, ipaddress.IPv6Address) and (inner := _embedded(ip)):
        return all(is_public(str(each)) for each in inner)
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


def _embedded(ip: ipaddress.IPv6Address) -> tuple[ipaddress.IPv4Address, ...]:
    """The IPv4 addresses that an IPv6 address stands for: mapped, NAT64, 6to4, Teredo."""
    if ip.ipv4_mapped:
        return (ip.ipv4_mapped,)
    if ip in _NAT64:
        return (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF),)
    if ip.sixtofour:
        return (ip.sixtofour,)
    return ip.teredo or ()
