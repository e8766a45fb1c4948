"""Entries of Atom and RSS documents as complaints, also from broken and hostile ones."""

from __future__ import annotations

import contextlib
import io
import random
from collections.abc import Callable
from datetime import UTC, datetime

import feedparser
import pytest

from adapters.sources import entries
from adapters.sources.document import NoFeed
from bot.core.complaint import TEXT_LIMIT, Complaint

NOW = datetime(2026, 8, 24, 12, 0, tzinfo=UTC)
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom">'


def read(document: str | bytes, **more) -> tuple[Complaint, ...]:
    data = document.encode() if isinstance(document, str) else document
    return entries.read(data, **{"now": NOW} | more).complaints


def atom(entry: str) -> Complaint:
    return read(f"{ATOM}<entry>{entry}</entry></feed>")[0]


def rss(entry: str) -> Complaint:
    return read(f'<rss version="2.0"><channel><item>{entry}</item></channel></rss>')[0]


# Text


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ('<title type="html">&lt;b&gt;Acme&lt;/b&gt; &amp;amp; Co</title>', "Acme & Co"),
        ('<title type="html">1 &amp;lt; 2 &amp;amp;lt; 3</title>', "1 < 2 &lt; 3"),
        ('<title type="html">a&lt;br&gt;b&lt;script&gt;alert(1)&lt;/script&gt;&lt;style&gt;p{}&lt;/style&gt;</title>', "a\nb"),
        ('<title type="html">&lt;img src=x onerror=alert(1)&gt;foto&lt;b</title>', "foto"),
        ('<title type="text">use &lt;b&gt; &amp;amp; &lt;i&gt;</title>', "use <b> &amp; <i>"),
        ('<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><b>Acme</b> &amp; <i>Co</i></div></title>', "Acme & Co"),
        ("<title>&#225;&#8230; \u202eevil\u202c\u200b x</title>", "á… evil x"),
    ],
)  # fmt: skip
def test_an_atom_text_loses_its_markup_and_its_entities_are_decoded_once(title: str, text: str) -> None:
    assert atom(title).text == text


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("&lt;b&gt;Acme&lt;/b&gt; e &lt;i&gt;Co&lt;/i&gt;", "Acme e Co"),
        ("&lt;b&gt;Acme sem fim", "Acme sem fim"),
        ("preço &lt; 5 e &gt; 3", "preço < 5 e > 3"),
        ("<![CDATA[<p>um</p><p>dois</p>]]>", "um\n\ndois"),
        ("&amp;#225; tarde", "á tarde"),
    ],
)
def test_an_rss_text_is_markup_where_it_looks_like_it(title: str, text: str) -> None:
    assert rss(f"<title>{title}</title>").text == text


@pytest.mark.parametrize(
    ("title", "body", "text"),
    [
        ("Não chegou", "O pedido está em Faro.", "Não chegou\nO pedido está em Faro."),
        ("Não chegou…", "NÃO CHEGOU o pedido 7", "NÃO CHEGOU o pedido 7"),
        ("Não chegou o pedido 7", "Não chegou ...", "Não chegou o pedido 7"),
        ("", "Só o corpo", "Só o corpo"),
        ("Só o título", "", "Só o título"),
    ],
)
def test_the_title_is_not_said_twice(title: str, body: str, text: str) -> None:
    assert rss(f"<title>{title}</title><description>{body}</description>").text == text


def test_the_whole_text_goes_before_the_summary(sample: Callable[[str], bytes]) -> None:
    marta, rui = read(sample("blog.rss"))
    assert rui.text == "Por: Rui\nA mim também me aconteceu com o frigorífico.\n\nEsperei 3 < 5 semanas!"
    assert marta.text == "Por: marta@correio.example (Marta)\nObrigada pelo aviso."


def test_comments_of_two_customers_below_one_post_are_two_complaints(sample: Callable[[str], bytes]) -> None:
    assert len({one.key for one in read(sample("blog.rss"))}) == 2


def test_an_author_is_a_name_and_never_a_whole_mail_address(sample: Callable[[str], bytes]) -> None:
    assert [one.author for one in read(sample("blog.rss"))] == ["Marta", "Rui"]
    assert rss("<title>x</title><author>ana@correio.example</author>").author == "ana"
    assert rss("<title>x</title><author>Ana P &lt;ana@correio.example&gt;</author>").author == "Ana P"
    assert rss("<title>x</title><author>@ana_p</author>").author == "@ana_p"
    assert rss("<title>x</title><author>Ana (Porto)</author>").author == "Ana (Porto)"
    assert atom("<title>x</title><author><name> Ana \u202e P </name></author>").author == "Ana P"
    assert atom("<title>x</title><author><name>Ana</name><email>ana@correio.example</email></author>").author == "Ana"


def test_a_text_without_end_is_clipped() -> None:
    one = rss(f"<title>{'a' * 500}</title><description>{'x ' * 200_000}</description>")
    assert TEXT_LIMIT - 2 < len(one.text) <= TEXT_LIMIT
    assert one.text.endswith("…")
    assert len(one.title) == 120


# Links and keys


def test_an_entry_without_a_link_is_known_by_its_id() -> None:
    first = rss('<guid isPermaLink="false">41</guid><title>a</title>')
    again = rss('<guid isPermaLink="false">41</guid><title>edited</title>')
    other = rss('<guid isPermaLink="false">42</guid><title>a</title>')
    assert first.link == ""
    assert first.key == again.key != other.key


def test_the_same_id_in_feeds_of_different_sites_is_not_the_same_entry() -> None:
    feed = '<rss version="2.0"><channel><link>https://{}.example/</link><item><guid isPermaLink="false">41</guid><title>a</title></item></channel></rss>'
    assert read(feed.format("a"))[0].key != read(feed.format("b"))[0].key


def test_a_guid_that_is_a_permalink_is_the_link() -> None:
    assert rss("<guid>https://forum.example/1</guid><title>a</title>").link == "https://forum.example/1"


def test_an_entry_with_neither_link_nor_id_is_known_by_what_it_says() -> None:
    assert (
        rss("<title>Não chegou</title>").key
        == rss("<title>NÃO  chegou</title>").key
        != rss("<title>Chegou</title>").key
    )


def test_a_relative_link_starts_where_the_feed_stands() -> None:
    document = f'{ATOM}<entry><title>a</title><link href="/post/1"/></entry></feed>'
    assert read(document, base="https://blog.example/feed.xml")[0].link == "https://blog.example/post/1"


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "file:///etc/passwd", "https://a b/", "https://user:pw@x.pl/", "http://[::1/", "//["],
)
def test_a_link_that_is_no_web_link_is_left_out(link: str) -> None:
    one = rss(f"<title>a</title><link>{link}</link><guid isPermaLink='false'>7</guid>")
    assert one.link == ""


def test_an_entry_that_says_nothing_is_left_out_and_one_with_only_a_link_is_not() -> None:
    assert read('<rss version="2.0"><channel><item><guid>7</guid></item></channel></rss>') == ()
    assert rss("<link>https://x.com/a/status/1</link>").text == "https://x.com/a/status/1"


# Time


@pytest.mark.parametrize(
    ("written", "posted"),
    [
        ("Mon, 24 Aug 2026 10:00:00 +0200", datetime(2026, 8, 24, 8, 0, tzinfo=UTC)),
        ("Mon, 24 Aug 2026 10:00:00 GMT", datetime(2026, 8, 24, 10, 0, tzinfo=UTC)),
        ("24 Aug 2026 04:00 EST", datetime(2026, 8, 24, 9, 0, tzinfo=UTC)),
        ("2026-08-24T10:00:00Z", datetime(2026, 8, 24, 10, 0, tzinfo=UTC)),
        ("2026-08-24T10:00:00.5+01:00", datetime(2026, 8, 24, 9, 0, tzinfo=UTC)),
        ("2026-08-24T12:04:00Z", NOW),
        ("2026-08-24T12:06:00Z", NOW),
        ("2031-01-01T00:00:00Z", NOW),
        ("Mon, 24 Aug 2026 10:00:00", NOW),
        ("2026-08-24T10:00:00", NOW),
        ("2026-08-24", NOW),
        ("24-08-2026", NOW),
        ("Mon, 24 Aug 2026 10:00:00 CEST", NOW),
        ("yesterday", NOW),
        ("", NOW),
    ],
)
def test_004_21_a_date_counts_when_it_says_its_zone_and_lies_in_the_past(written: str, posted: datetime) -> None:
    assert rss(f"<title>a</title><pubDate>{written}</pubDate>").posted_at == posted


def test_the_first_publication_counts_and_not_the_last_change() -> None:
    changed = "<updated>2026-08-24T11:00:00Z</updated>"
    assert atom(f"<title>a</title>{changed}<published>2026-08-24T09:00:00Z</published>").posted_at.hour == 9
    assert atom(f"<title>a</title>{changed}").posted_at.hour == 11


def test_entries_come_oldest_first_and_undated_ones_in_reverse_order_of_the_feed() -> None:
    items = "".join(f"<item><title>{n}</title></item>" for n in (3, 2, 1))
    dated = "<item><title>0</title><pubDate>Mon, 24 Aug 2026 10:00:00 GMT</pubDate></item>"
    assert [one.text for one in read(f'<rss version="2.0"><channel>{dated}{items}</channel></rss>')] == [
        "0",
        "1",
        "2",
        "3",
    ]


# Broken and hostile documents


@pytest.mark.parametrize(
    "fault",
    [
        "Tom & Jerry",
        "caf&eacute;&nbsp;x",
        "\x0bcontrol\x01",
        "&LT;b&GT;",
        "&bogus; x",
        "a <wrong b",
        "&#0; &#xFFFFFFF;",
    ],
)
def test_a_document_with_a_common_fault_is_read_nevertheless(fault: str) -> None:
    found = read(
        f'<rss version="2.0"><channel><item><title>{fault}</title></item><item><title>whole</title></item></channel></rss>'
    )
    assert "whole" in [one.text for one in found]


def test_faults_are_mended_and_not_made_worse() -> None:
    assert rss("<title>Tom & Jerry caf&eacute; &lt;3 &#225;</title>").text == "Tom & Jerry café <3 á"


def test_a_long_document_that_stays_broken_is_refused() -> None:
    with pytest.raises(NoFeed, match="broken in line 2 and too long"):
        read(f'<rss version="2.0"><channel>\n<item><title></wrong>{"x" * 400_000}</title></item></channel></rss>')


def test_html_quoted_inside_an_entry_may_declare_its_type() -> None:
    assert (
        rss(
            "<title>a</title><description><![CDATA[<!DOCTYPE html><html><body>texto</body></html>]]></description>"
        ).text
        == "a\ntexto"
    )


def test_a_feed_that_ends_in_an_empty_tag_has_still_broken_off() -> None:
    cut = entries.read(f'{ATOM}<entry><title>a</title></entry><entry><link href="x"/>'.encode(), now=NOW)
    assert (len(cut.complaints), cut.whole) == (1, False)


def test_too_many_entries_are_refused_where_a_limit_is_set() -> None:
    document = f"{ATOM}{'<entry><title>a</title></entry>' * 11}</feed>"
    assert len(read(document)) == 1
    with pytest.raises(NoFeed, match="more than 10 entries"):
        read(document, most=10)


def test_bytes_that_name_a_file_are_not_opened(tmp_path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text(f"{ATOM}<entry><title>secret</title></entry></feed>")
    with pytest.raises(NoFeed):
        read(str(secret))
    assert feedparser.parse(str(secret).encode()).entries, "feedparser itself would open it"
    assert not feedparser.parse(io.BytesIO(str(secret).encode())).entries


DEEP = "<a>" * 1_000_000
HOSTILE = {
    "deep": f"{ATOM}<entry>{DEEP}</entry></feed>",
    "attributes": f"{ATOM}<entry " + " ".join(f"a{n}=''" for n in range(300_000)) + "/></feed>",
    "namespaces": "<feed " + " ".join(f'xmlns:a{n}="u{n}"' for n in range(200_000)) + "></feed>",
    "white space": "\n" * 4_900_000 + f"{ATOM}</feed>",
    "brackets": f"{ATOM}<entry>{'<' * 4_000_000}</entry></feed>",
    "comments": f"{ATOM}<entry><title>&bad;{'<!--' * 1_000_000}</title></entry></feed>",
    "quoted tags": f'{ATOM}<entry><title type="html">{"&lt;div&gt;" * 100_000}</title></entry></feed>',
    "short and broken": f"{ATOM}<entry><title>&bad;</title></entry><entry>{'<b' * 100_000}</entry></feed>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_read_or_refused_and_nothing_else(name: str) -> None:
    """What it costs is printed by ``make bench``."""
    with contextlib.suppress(NoFeed):
        read(HOSTILE[name], most=5_000)


def test_a_document_damaged_anywhere_is_read_or_refused_and_nothing_else(sample: Callable[[str], bytes]) -> None:
    rng = random.Random(2026)
    for _ in range(300):
        data = bytearray(sample(rng.choice(["google_alerts.atom", "blog.rss"])))
        for _ in range(rng.randint(1, 8)):
            at = rng.randrange(len(data))
            match rng.randrange(4):
                case 0:
                    data[at] = rng.randrange(256)
                case 1:
                    del data[at : at + rng.randrange(60)]
                case 2:
                    data[at:at] = rng.choice(
                        [
                            b"<",
                            b">",
                            b"&",
                            b"]]>",
                            b"<![CDATA[",
                            b"<!--",
                            b"\0",
                            b'"',
                            b"</item>",
                            b"http://[",
                            b":99999/",
                        ]
                    )
                case _:
                    data[at:at] = bytes(data[: rng.randrange(300)])
        try:
            found = entries.read(
                bytes(data), now=NOW, base="https://blog.example/", content_type='text/xml; charset="utf-8"'
            ).complaints
        except NoFeed:
            continue
        assert all(one.text and one.posted_at <= NOW for one in found)
