"""Asking the web: what comes back, what is refused, and what goes wrong on the way."""

from __future__ import annotations

import asyncio
import gzip
import socket
import time
import tracemalloc
import zlib
from datetime import timedelta

import pytest

from adapters.sources.fetch import Fetched, get, is_public
from bot.ports import SourceDown
from tests.sources.web import Web, raw

SHORT = timedelta(seconds=0.3)


async def ask(url: str, **more) -> Fetched:
    return await get(url, allow_private=True, **more)


async def why(url: str, **more) -> str:
    with pytest.raises(SourceDown) as down:
        await get(url, **{"allow_private": True} | more)
    return str(down.value)


async def test_an_answer_comes_with_its_marks(web: Web) -> None:
    url = web.says(b"<feed/>", ETag='"v1"', Last_Modified="Mon, 24 Aug 2026 10:00:00 GMT", Content_Type="text/xml")
    fetched = await ask(url)
    assert fetched == Fetched(200, b"<feed/>", '"v1"', "Mon, 24 Aug 2026 10:00:00 GMT", "text/xml", url)


async def test_the_marks_are_sent_back_and_nothing_new_has_no_body(web: Web) -> None:
    url = web.says(status=304)
    fetched = await ask(url, etag='"v1"', last_modified="Mon, 24 Aug 2026 10:00:00 GMT")
    assert (fetched.status, fetched.body) == (304, b"")
    assert 'If-None-Match: "v1"' in web.asked[0]
    assert "If-Modified-Since: Mon, 24 Aug 2026 10:00:00 GMT" in web.asked[0]


async def test_nothing_new_on_a_first_question_is_an_error(web: Web) -> None:
    assert "304" in await why(web.says(status=304))


@pytest.mark.parametrize("mark", ["caf\u00e9", "x" * 300])
async def test_an_odd_mark_is_not_kept(web: Web, mark: str) -> None:
    assert (await ask(web.says(b"x", ETag=mark))).etag == ""


@pytest.mark.parametrize(
    ("status", "said"),
    [(404, "nothing at this address"), (410, "withdrawn this address for good"), (429, "too often"), (403, "refuses"),
     (401, "password"), (500, "error (500)"), (503, "error (503)"), (206, "error (206)")],
)  # fmt: skip
async def test_an_answer_that_is_no_answer_is_told_in_one_sentence(web: Web, status: int, said: str) -> None:
    assert said in await why(web.says(b"page", status=status))


async def test_an_empty_answer_without_content_is_an_error(web: Web) -> None:
    assert "error (204)" in await why(web.says(status=204))


async def test_no_message_holds_the_address_itself(web: Web) -> None:
    for status in (404, 500):
        message = await why(web.says(status=status, path="/alerts/secret-token") + "?key=secret-token")
        assert "secret-token" not in message
    for what in (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", b"not http at all\r\n\r\n", b""):
        assert "secret-token" not in await why(web.does(raw(what), "/secret-token"))


async def test_a_server_that_stalls_is_left_after_the_timeout(web: Web) -> None:
    async def stall(_: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    began = time.monotonic()
    assert "did not answer within 0.3 s" in await why(web.does(stall), within=SHORT)
    assert time.monotonic() - began < 5


async def test_a_server_that_drips_one_byte_at_a_time_is_left_after_the_timeout(web: Web) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(1000):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    assert "did not answer within" in await why(web.does(drip), within=SHORT)


async def test_a_body_of_10_mb_is_not_read_to_its_end(web: Web) -> None:
    assert "sent more than 5 MB" in await why(web.says(b"x" * 10_000_000))


async def test_a_body_without_end_is_not_read_on(web: Web) -> None:
    sent = 0

    async def endless(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 100_000)
            await writer.drain()
            sent += 100_000

    assert "sent more than 1 MB" in await why(web.does(endless), limit=1_000_000)
    assert sent < 20_000_000


def deflated(data: bytes) -> bytes:
    return zlib.compress(data, 9)


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", deflated)])
async def test_a_bomb_of_1_mb_that_unpacks_to_1_gb_is_stopped_early(web: Web, encoding: str, pack) -> None:
    bomb = pack(b"\0" * 100_000_000) * (10 if encoding == "gzip" else 1)
    url = web.says(bomb, Content_Encoding=encoding)
    tracemalloc.start()
    message = await why(url)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "sent more than 5 MB" in message
    assert peak < 40_000_000


async def test_a_packed_answer_is_unpacked(web: Web) -> None:
    assert (await ask(web.says(gzip.compress(b"<feed/>"), Content_Encoding="gzip"))).body == b"<feed/>"


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
async def test_a_body_that_is_not_packed_as_it_says_is_an_error(web: Web, encoding: str) -> None:
    assert "127.0.0.1 " in await why(web.says(b"plainly not packed", Content_Encoding=encoding))


async def test_a_connection_cut_in_the_middle_is_an_error(web: Web) -> None:
    cut = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<feed><entry>")
    assert "broke off in the middle" in await why(web.does(cut))


async def test_a_chunked_answer_cut_in_the_middle_is_an_error(web: Web) -> None:
    cut = raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<feed\r\n")
    assert "broke off in the middle" in await why(web.does(cut))


async def test_a_server_that_hangs_up_at_once_is_an_error(web: Web) -> None:
    assert "hung up before it answered" in await why(web.does(raw(b"")))


@pytest.mark.parametrize(
    "said", [b"220 smtp.example ESMTP\r\n\r\n", b"\x16\x03\x01\0\0", b"HTTP/1.1 200 OK\r\n" + b"A: " + b"x" * 100_000]
)
async def test_what_is_no_http_is_an_error(web: Web, said: bytes) -> None:
    assert "127.0.0.1 " in await why(web.does(raw(said)), within=timedelta(seconds=2))


async def test_a_port_where_nobody_listens_is_an_error() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    assert await why(f"http://127.0.0.1:{port}/") == "127.0.0.1 cannot be reached"


async def test_https_to_a_server_without_it_is_an_error(web: Web) -> None:
    assert "127.0.0.1 " in await why(web.url().replace("http:", "https:"), within=timedelta(seconds=2))


async def test_redirects_are_followed_by_hand(web: Web) -> None:
    web.says(status=301, path="/old", Location="/newer")
    web.says(status=302, path="/newer", Location=web.url("/new"))
    web.says(b"here", path="/new")
    fetched = await ask(web.url("/old"))
    assert (fetched.body, fetched.url) == (b"here", web.url("/new"))


async def test_a_redirect_loop_ends(web: Web) -> None:
    assert "redirects more than 5 times" in await why(web.says(status=302, Location="/feed"))
    assert len(web.asked) == 6


async def test_a_redirect_to_nowhere_is_an_error(web: Web) -> None:
    assert "redirects (302) to nowhere" in await why(web.says(status=302))


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "ftp://example.com/", "javascript:1", "http://[::1", "http://a:99999/", "gopher://x/"],
)
async def test_a_redirect_away_from_the_web_is_refused(web: Web, target: str) -> None:
    assert "no http or https address" in await why(web.says(status=302, Location=target))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.com/",
        "/etc/passwd",
        "",
        "http://",
        "http:///x",
        "https://[::1/",
        "//example.com/",
        "http://a:99999/",
        "javascript:1",
    ],
)
async def test_only_web_addresses_are_asked(url: str) -> None:
    assert "no http or https address" in await why(url)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "[::]", "2130706433", "0x7f000001",
     "0x7f.1", "0177.0.0.1", "127.1", "127.0.0.1.", "10.0.0.1", "192.168.0.1", "172.16.0.1", "169.254.169.254", "[fe80::1]",
     "[fd00::1]", "224.0.0.1", "100.64.0.1", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "168.63.129.16", "①②⑦.⓪.⓪.①"],
)  # fmt: skip
async def test_our_own_network_is_not_asked(web: Web, host: str) -> None:
    message = await why(f"http://{host}:{web.port}/feed", allow_private=False, within=timedelta(seconds=3))
    assert "private" in message or "not an address that can be asked" in message
    assert web.asked == []


def resolving_to(*addresses: str):
    """A name server for one test: whatever is asked, in turn these addresses."""
    left = list(addresses)

    def getaddrinfo(host, port, *args, **kwargs):
        address = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    return getaddrinfo


async def test_a_name_that_leads_to_our_own_network_is_refused(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to("127.0.0.1"))
    message = await why(f"http://feeds.example:{web.port}/feed", allow_private=False)
    assert message == "feeds.example leads to a private address, which is refused"
    assert web.asked == []


async def test_a_name_that_changes_its_address_after_the_check_gains_nothing(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name is resolved once for a connection, and the address that is checked is the one connected to."""
    connected: list[str] = []

    async def sock_connect(sock: socket.socket, address: tuple[str, int]) -> None:
        connected.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", sock_connect)
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to("93.184.215.14", "127.0.0.1"))
    assert "cannot be reached" in await why(f"http://feeds.example:{web.port}/feed", allow_private=False)
    assert connected == ["93.184.215.14"]
    assert "private" in await why(f"http://feeds.example:{web.port}/feed", allow_private=False)
    assert connected == ["93.184.215.14"]


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1:{port}/secret", "http://169.254.169.254/latest/meta-data/", "http://[::1]:{port}/secret"],
)
async def test_a_redirect_into_our_own_network_is_refused(
    web: Web, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    """The first hop is let through as if it were public; the second goes through the real guard."""
    from adapters.sources import fetch

    real, hops = fetch._public_socket, 0

    def first_hop_is_public(address):
        nonlocal hops
        hops += 1
        return socket.socket(*address[:3]) if hops == 1 else real(address)

    monkeypatch.setattr(fetch, "_public_socket", first_hop_is_public)
    web.says(b"secret", path="/secret")
    url = web.says(status=302, Location=target.format(port=web.port))
    assert "leads to a private address" in await why(url, allow_private=False)
    assert len(web.asked) == 1


async def test_a_name_that_nobody_knows_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody_knows(*args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody_knows)
    assert await why("https://nowhere.example/") == "nowhere.example has no address: its name is not known"


async def test_a_proxy_of_the_environment_is_not_used(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", web.url("/"))
    monkeypatch.setenv("HTTP_PROXY", web.url("/"))
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to("10.0.0.1"))
    assert "private" in await why("http://feeds.example/", allow_private=False)
    assert web.asked == []


async def test_the_password_of_an_address_is_not_sent_after_a_redirect(web: Web) -> None:
    web.says(status=302, Location=web.url("/new").replace("127.0.0.1", "localhost"))
    web.says(b"here", path="/new")
    await ask(web.url().replace("http://", "http://ana:pw@"))
    assert "Authorization" in web.asked[0]
    assert "Authorization" not in web.asked[1]


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::"]
)
def test_the_open_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    ["192.0.0.192", "198.18.0.1", "192.0.2.1", "240.0.0.1", "255.255.255.255", "ff02::1", "2001:db8::1", "fe80::1%eth0",
     "::7f00:1", "64:ff9b:1::1", "::ffff:10.0.0.1", "2001:0:7f00:1::", "localhost", ""],
)  # fmt: skip
def test_no_reserved_or_wrapped_address_is_public(address: str) -> None:
    assert not is_public(address)
