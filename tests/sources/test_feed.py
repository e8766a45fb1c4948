"""A polled feed on a real server: what it brings, what it remembers, and what goes wrong."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from adapters.sources.feed import WINDOW, Feed
from bot.config.settings import FeedKind, FeedSettings
from bot.core.complaint import Kind, key_of
from bot.core.links import canonical
from bot.ports import Source, SourceDown
from tests.sources.web import Web, raw

NOW = datetime(2026, 8, 24, 12, 0, tzinfo=UTC)
SHORT = timedelta(seconds=0.3)
Sample = Callable[[str], bytes]


def feed(
    url: str,
    *,
    limit: int = 20,
    clock: Callable[[], datetime] = lambda: NOW,
    within: timedelta = timedelta(seconds=5),
    **settings,
) -> Feed:
    return Feed(FeedSettings("alerts", url, **{"allow_private": True} | settings), clock, limit=limit, within=within)


def item(number: int, *, minutes_ago: int | None = None, link: str = "", text: str = "") -> str:
    posted = NOW - timedelta(minutes=1000 - number if minutes_ago is None else minutes_ago)
    return (
        f"<item><title>{text or f'Complaint {number}'}</title>"
        f"<link>{link or f'https://forum.example/posts/{number}'}</link>"
        f"<pubDate>{format_datetime(posted)}</pubDate></item>"
    )


def rss(*items: str) -> bytes:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{"".join(items)}</channel></rss>'.encode()


def texts(batch) -> list[str]:
    return [one.text for one in batch.complaints]


async def why(source: Feed) -> str:
    with pytest.raises(SourceDown) as down:
        await source.fetch("")
    return str(down.value)


# What it brings


async def test_002_02_a_google_alert_becomes_complaints_with_the_customers_own_link_and_clock(
    web: Web, sample: Sample
) -> None:
    batch = await feed(web.says(sample("google_alerts.atom"))).fetch("")
    forum, reclame, blog = batch.complaints
    assert [one.channel for one in batch.complaints] == ["forum", "reclameaqui", "blog"]
    assert blog.link == "https://diariodaana.blogspot.com/2026/08/acme-inundou.html?utm_source=x"
    assert blog.key == key_of("link", "https://diariodaana.blogspot.com/2026/08/acme-inundou.html")
    assert blog.title == "Máquina da Acme Lar inundou a cozinha & ninguém atende"
    assert blog.text == (
        "Máquina da Acme Lar inundou a cozinha & ninguém atende\n"
        "Comprei a máquina na Acme Lar em julho e ontem a tampa abriu a meio do programa. Liguei seis vezes para a linha de apoio ..."
    )
    assert 'o chat diz "aguarde"' in reclame.text
    assert forum.author == ""
    assert (forum.kind, forum.source) == (Kind.COMPLAINT, "alerts")


async def test_004_21_the_clock_starts_when_the_customer_posted_and_not_when_we_looked(
    web: Web, sample: Sample
) -> None:
    batch = await feed(web.says(sample("google_alerts.atom"))).fetch("")
    assert [one.posted_at for one in batch.complaints] == [
        datetime(2026, 8, 23, 21, 12, 9, tzinfo=UTC),
        datetime(2026, 8, 24, 7, 5, tzinfo=UTC),
        datetime(2026, 8, 24, 10, 33, 45, tzinfo=UTC),
    ]


async def test_002_02_the_same_entry_twice_is_one_complaint(web: Web) -> None:
    shared = item(
        1, link="https://www.google.com/url?sa=t&amp;url=https://forum.example/posts/1%3Futm_source%3Dalert&amp;ct=ga"
    )
    source = feed(web.says(rss(item(1), shared, item(1, link="http://www.forum.example/posts/1/"))))
    batch = await source.fetch("")
    assert len(batch.complaints) == 1
    assert texts(await source.fetch(batch.cursor)) == []


async def test_002_03_sector_news_is_for_the_digest_and_opens_no_case(web: Web, sample: Sample) -> None:
    batch = await feed(web.says(sample("google_alerts.atom")), kind=FeedKind.SECTOR).fetch("")
    assert batch.complaints == ()
    assert len(batch.news) == 3


@pytest.mark.parametrize("kind", [FeedKind.COMPLAINT, FeedKind.QUESTION, FeedKind.PRAISE])
async def test_the_settings_say_of_what_kind_the_entries_are(web: Web, kind: FeedKind) -> None:
    batch = await feed(web.says(rss(item(1))), kind=kind).fetch("")
    assert batch.complaints[0].kind == kind.value


async def test_a_channel_of_the_settings_goes_before_that_of_the_link(web: Web) -> None:
    batch = await feed(web.says(rss(item(1, link="https://x.com/ana/status/1"))), channel="facebook").fetch("")
    assert batch.complaints[0].channel == "facebook"


def test_a_feed_is_a_source() -> None:
    source: Source = feed("https://example.com/feed", every=timedelta(hours=1))
    assert (source.name, source.every) == ("alerts", timedelta(hours=1))


# What it remembers


async def test_000_01_the_next_question_is_conditional_and_nothing_new_keeps_the_cursor(web: Web) -> None:
    source = feed(web.says(rss(item(1)), ETag='"v1"', Last_Modified="Mon, 24 Aug 2026 10:00:00 GMT"))
    first = await source.fetch("")
    web.says(status=304)
    second = await source.fetch(first.cursor)
    assert 'If-None-Match: "v1"' in web.asked[1]
    assert "If-Modified-Since: Mon, 24 Aug 2026 10:00:00 GMT" in web.asked[1]
    assert (second.complaints, second.cursor) == ((), first.cursor)


async def test_the_oldest_comes_first_and_only_what_is_new_comes_again(web: Web) -> None:
    source = feed(web.says(rss(item(2), item(1))))
    first = await source.fetch("")
    assert texts(first) == ["Complaint 1", "Complaint 2"]
    web.says(rss(item(3), item(2), item(1)))
    assert texts(await source.fetch(first.cursor)) == ["Complaint 3"]


async def test_a_crash_before_the_cursor_is_saved_repeats_and_skips_nothing(web: Web) -> None:
    source = feed(web.says(rss(item(2), item(1))))
    first = await source.fetch("")
    assert await source.fetch("") == first


async def test_at_first_only_the_newest_are_taken_and_history_is_let_be(web: Web) -> None:
    source = feed(web.says(rss(*map(item, range(30, 0, -1)))))
    first = await source.fetch("")
    assert texts(first) == [f"Complaint {n}" for n in range(11, 31)]
    assert texts(await source.fetch(first.cursor)) == []


async def test_after_a_busy_night_everything_comes_in_portions_although_the_server_would_say_nothing_new(
    web: Web,
) -> None:
    source = feed(web.says(rss(item(1)), ETag='"v1"'), limit=5)
    cursor = (await source.fetch("")).cursor
    web.says(rss(*map(item, range(13, 0, -1))), ETag='"v2"')
    portions = []
    for _ in range(4):
        batch = await source.fetch(cursor)
        portions.append(texts(batch))
        cursor = batch.cursor
    assert portions == [[f"Complaint {n}" for n in range(*span)] for span in ((2, 7), (7, 12), (12, 14), (14, 14))]
    assert "If-None-Match" not in web.asked[2] + web.asked[3]
    assert json.loads(cursor)["etag"] == '"v2"'


async def test_an_entry_that_leaves_the_feed_and_returns_is_remembered(web: Web) -> None:
    source = feed(web.says(rss(item(1))))
    cursor = (await source.fetch("")).cursor
    cursor = (await source.fetch(cursor)).cursor
    web.says(rss(item(2)))
    cursor = (await source.fetch(cursor)).cursor
    web.says(rss(item(2), item(1)))
    assert texts(await source.fetch(cursor)) == []


async def test_the_cursor_stays_small_and_a_long_feed_does_not_come_again(web: Web) -> None:
    source = feed(web.says(rss(*map(item, range(500, 0, -1)))))
    cursor = (await source.fetch("")).cursor
    assert len(json.loads(cursor)["seen"]) == WINDOW
    assert len(cursor) < 8_000
    assert texts(await source.fetch(cursor)) == []


@pytest.mark.parametrize("cursor", ["garbage", "{}", "null", '{"of":1}', '{"of":"other","etag":"v0","seen":["x"]}'])
async def test_an_unreadable_cursor_or_that_of_another_address_begins_anew(web: Web, cursor: str) -> None:
    batch = await feed(web.says(rss(item(1)))).fetch(cursor)
    assert texts(batch) == ["Complaint 1"]
    assert "If-None-Match" not in web.asked[0]


async def test_an_entry_without_a_date_counts_from_now_and_only_once(web: Web) -> None:
    moments = iter([NOW, NOW + timedelta(minutes=10)])
    source = feed(web.says(rss("<item><title>When?</title></item>")), clock=lambda: next(moments))
    first = await source.fetch("")
    assert first.complaints[0].posted_at == NOW
    assert texts(await source.fetch(first.cursor)) == []


# What goes wrong


@pytest.mark.parametrize(("status", "said"), [(404, "404"), (410, "for good (410)"), (500, "error (500)")])
async def test_an_error_of_the_server_is_one_sentence_for_the_operator(web: Web, status: int, said: str) -> None:
    assert said in await why(feed(web.says(b"sorry", status=status)))


async def test_a_server_that_stalls_is_given_up(web: Web) -> None:
    import asyncio

    async def stall(_: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    assert "did not answer within" in await why(feed(web.does(stall), within=SHORT))


async def test_a_feed_that_breaks_off_gives_its_whole_entries_and_the_rest_next_time(web: Web) -> None:
    whole = rss(item(3), item(2), item(1))
    source = feed(web.says(whole[: whole.index(b"Complaint 1") + 4], ETag='"v1"'))
    first = await source.fetch("")
    assert texts(first) == ["Complaint 2", "Complaint 3"]
    web.says(whole, ETag='"v1"')
    assert texts(await source.fetch(first.cursor)) == ["Complaint 1"]
    assert "If-None-Match" not in web.asked[1]


async def test_a_feed_that_breaks_off_before_its_first_entry_is_down(web: Web) -> None:
    assert "breaks off before its first entry" in await why(feed(web.says(rss(item(1))[:90])))


async def test_a_connection_cut_in_the_middle_gives_nothing_by_halves(web: Web) -> None:
    cut = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + rss(item(2), item(1)))
    assert "broke off in the middle" in await why(feed(web.does(cut)))


BOMB = b'<?xml version="1.0"?>\n<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>\n<rss><channel><item><title>&b;</title></item></channel></rss>'
THIEF = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><item><title>&x;</title></item></channel></rss>'


@pytest.mark.parametrize("hostile", [BOMB, THIEF], ids=["bomb", "thief"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
async def test_a_document_type_is_refused_in_whatever_encoding(web: Web, hostile: bytes, encoding: str) -> None:
    assert "document type declaration" in await why(feed(web.says(hostile.decode().encode(encoding))))


@pytest.mark.parametrize(
    "before", [b"", b"\n \t", b"<!-- hello -->", b"<?pi <rss?>", b"<!-- <rss> --><?xml-stylesheet href='x'?>\n"]
)
async def test_a_document_type_is_refused_behind_whatever_comes_before_it(web: Web, before: bytes) -> None:
    assert "document type declaration" in await why(
        feed(web.says(before + THIEF.removeprefix(b'<?xml version="1.0"?>')))
    )


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html><html><body>Sign in</body></html>",
        b"<html><body>Sign in</body></html>",
        b"  <!doctype HTML>\n<title>x</title>",
    ],
)
async def test_a_web_page_instead_of_a_feed_is_named_as_such(web: Web, page: bytes) -> None:
    assert "sent a web page, no feed" in await why(feed(web.says(page, Content_Type="text/html")))


@pytest.mark.parametrize(
    "body",
    [
        b'{"items": []}',
        b"<opml></opml>",
        b"\xff\xd8\xff\xe0 picture",
        b"/etc/passwd",
        b"https://example.com/feed",
        b"<",
    ],
)
async def test_something_else_instead_of_a_feed_is_refused(web: Web, body: bytes) -> None:
    assert "no Atom or RSS feed" in await why(feed(web.says(body)))


@pytest.mark.parametrize("body", [b"", b"  \n", b'<?xml version="1.0"?>', b"\xef\xbb\xbf"])
async def test_an_empty_answer_is_refused(web: Web, body: bytes) -> None:
    assert "sent nothing" in await why(feed(web.says(body)))


async def test_a_feed_without_entries_is_fine(web: Web) -> None:
    assert texts(await feed(web.says(b'<feed xmlns="http://www.w3.org/2005/Atom"/>')).fetch("")) == []
    assert texts(await feed(web.says(rss())).fetch("")) == []


async def test_a_gzip_bomb_is_stopped(web: Web) -> None:
    assert "more than 5 MB" in await why(feed(web.says(gzip.compress(b" " * 50_000_000), Content_Encoding="gzip")))


async def test_ten_megabytes_are_too_many(web: Web) -> None:
    assert "more than 5 MB" in await why(feed(web.says(rss(item(1, text="x" * 10_000_000)))))


async def test_redirects_into_our_own_network_are_refused(web: Web) -> None:
    for target in ("http://127.0.0.1:1/", "http://169.254.169.254/latest/meta-data/"):
        url = web.says(status=302, Location=target)
        assert "private address" in await why(feed(url, allow_private=False))


TEXT = "Não chegou: coração, żółć?"


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("utf-8", "utf-8", "application/rss+xml"),
        ("utf-8", "utf-8", "text/xml"),
        ("utf-8", "iso-8859-1", "text/xml; charset=iso-8859-1"),
        ("utf-8", "", "text/html; charset=windows-1252"),
        ("utf-8", "nonsense", 'text/xml; charset="nonsense"'),
        ("utf-8-sig", "utf-16", ""),
        ("utf-16", "utf-16", "application/xml"),
        ("utf-16-le", "utf-16", "text/xml; charset=utf-8"),
        ("iso-8859-2", "iso-8859-2", "text/xml; charset=utf-8"),
        ("cp1250", "", "text/xml; charset=windows-1250"),
    ],
)  # fmt: skip
async def test_letters_survive_whatever_the_server_says_of_the_encoding(
    web: Web, encoding: str, declared: str, header: str
) -> None:
    text = (
        TEXT.replace("ão", "ao").replace("ç", "c").replace("cã", "ca") if encoding in {"iso-8859-2", "cp1250"} else TEXT
    )
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = declaration + rss(item(1, text=text)).decode().removeprefix('<?xml version="1.0"?>')
    batch = await feed(web.says(body.encode(encoding), Content_Type=header)).fetch("")
    assert texts(batch) == [text]


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "us-ascii", "utf-8", ""])
async def test_latin_1_is_read_as_windows_wrote_it(web: Web, declared: str) -> None:
    text = "Não é “coração” – 10 €"
    body = rss(item(1, text=text)).decode().replace('version="1.0"', f'version="1.0" encoding="{declared}"', 1)
    assert texts(await feed(web.says(body.encode("cp1252"))).fetch("")) == [text]


async def test_a_link_is_the_same_key_for_the_feed_as_for_everyone(web: Web) -> None:
    link = "https://twitter.com/Ana/status/99?s=20"
    batch = await feed(web.says(rss(item(1, link=link)))).fetch("")
    assert batch.complaints[0].key == key_of("link", canonical("https://x.com/i/web/status/99"))
