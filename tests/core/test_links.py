"""One post, one canonical link, whatever way it was shared."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.links import canonical, channel_of, is_web_link, unwrapped

ALERT = (
    "https://www.google.com/url?rct=j&sa=t&url=https://blog.example/post%3Fid%3D7%26lang%3Dpt&ct=ga&cd=CAI&usg=AOvVaw"
)


@pytest.mark.parametrize(
    ("seen", "known"),
    [
        ("HTTP://Example.COM:80/a", "https://example.com/a"),
        ("https://example.com:443/a/", "https://example.com/a"),
        ("https://example.com/", "https://example.com"),
        ("https://example.com./a", "https://example.com/a"),
        ("https://example.com:8443/a", "https://example.com:8443/a"),
        ("https://www.example.com/a#reviews", "https://example.com/a"),
        ("https://m.facebook.com/acme/posts/1", "https://facebook.com/acme/posts/1"),
        ("https://mobile.example.com/a", "https://example.com/a"),
        ("https://web.facebook.com/acme/posts/1?__cft__[0]=AZ&__tn__=R", "https://facebook.com/acme/posts/1"),
        ("https://old.reddit.com/r/acme/comments/1/", "https://reddit.com/r/acme/comments/1"),
        ("https://old.example.com/a", "https://old.example.com/a"),
        ("https://web.com/a", "https://web.com/a"),
        ("https://example.com/a?utm_source=x&b=2&UTM_Medium=y&a=1&fbclid=z", "https://example.com/a?a=1&b=2"),
        ("https://example.com/a?gclid=1&igshid=2&mc_cid=3&ref=home", "https://example.com/a"),
        ("https://twitter.com/Ana_P/status/12345?s=20&t=abc", "https://x.com/i/status/12345"),
        ("https://x.com/ana_p/status/12345/photo/1", "https://x.com/i/status/12345"),
        ("https://mobile.twitter.com/i/web/status/12345", "https://x.com/i/status/12345"),
        ("https://shop.example/search?s=shoes&t=2", "https://shop.example/search?s=shoes&t=2"),
        ("https://example.com/caf\u00e9", "https://example.com/caf%C3%A9"),
        ("https://example.com/caf%c3%a9", "https://example.com/caf%C3%A9"),
        ("https://[::1]:8080/a", "https://[::1]:8080/a"),
        (ALERT, "https://blog.example/post?id=7&lang=pt"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fblog.example%2Fpost&h=AT0", "https://blog.example/post"),
        ("  https://example.com/a \n", "https://example.com/a"),
    ],
)
def test_every_address_of_a_post_has_one_canonical_form(seen: str, known: str) -> None:
    assert canonical(seen) == known


def test_comments_of_different_customers_on_one_page_stay_apart() -> None:
    page = "https://blog.example/post"
    assert canonical(f"{page}#comment-12") != canonical(f"{page}#comment-13")
    assert canonical(f"{page}#comments") == canonical(page)


def test_an_alert_inside_an_alert_is_unwrapped_to_the_page() -> None:
    assert unwrapped("https://www.google.pt/url?q=" + quote(ALERT, safe="")) == "https://blog.example/post?id=7&lang=pt"


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "", "file:///etc/passwd", "https://", "http://a b/", "//evil.example/"]
)
def test_a_redirect_to_something_that_is_no_web_link_is_left_alone(target: str) -> None:
    link = f"https://www.google.com/url?url={target}"
    assert unwrapped(link) == link.strip()


def test_a_page_that_only_looks_like_google_is_not_unwrapped() -> None:
    link = "https://www.google.com.evil.example/url?url=https://example.com/"
    assert unwrapped(link) == link


@pytest.mark.parametrize(
    "text",
    ["https://example.com", "http://example.com/a?b=c#d", "https://zażółć.pl/x", "http://127.0.0.1:80/", "https://[::1]/",
     "http://forum/123", "HTTPS://EXAMPLE.COM/A"],
)  # fmt: skip
def test_a_web_link_is_recognised(text: str) -> None:
    assert is_web_link(text)


@pytest.mark.parametrize(
    "text",
    ["", "example.com", "ftp://example.com", "javascript:alert(1)", "https://", "https:///a", "http:// example.com",
     "https://example.com/a b", "https://example.com/<b>", "https://user:pw@example.com/", "https://facebook.com@evil.pl",
     "https://exa\u202emple.com/\n", "https://[::1/", "https://a:99999/", "https://a:b/", "https://..", "https://-a.pl/",
     "see https://example.com", "https://example.com\\@evil.pl", "https://example.com/" + "a" * 3000, "data:text/html,x"],
)  # fmt: skip
def test_what_is_no_plain_web_link_is_refused(text: str) -> None:
    assert not is_web_link(text)


@pytest.mark.parametrize(
    ("link", "channel"),
    [
        ("https://www.facebook.com/acme/posts/1", "facebook"),
        ("https://pt-br.facebook.com/acme", "facebook"),
        ("https://x.com/ana/status/1", "x"),
        ("https://mobile.twitter.com/ana/status/1", "x"),
        ("https://www.instagram.com/p/abc/", "instagram"),
        ("https://www.reclameaqui.com.br/acme/pedido-nao-chegou_abc/", "reclameaqui"),
        ("https://www.google.com/maps/place/Acme/reviews", "google"),
        ("https://maps.google.com.br/?cid=1", "google"),
        ("https://maps.app.goo.gl/abc", "google"),
        ("https://www.google.com/search?q=acme", "other"),
        ("https://old.reddit.com/r/acme/", "forum"),
        ("https://forum.example.pl/temat/1", "forum"),
        ("https://ana.blogspot.com/2026/08/acme.html", "blog"),
        ("https://ana.blogspot.com.br/2026/08/acme.html", "blog"),
        ("https://ana.wordpress.com/acme", "blog"),
        ("https://blog.example.com/acme", "blog"),
        ("https://jornal.example/noticia", "other"),
        ("https://notfacebook.com/acme", "other"),
        ("https://facebook.com.evil.example/acme", "other"),
        (ALERT, "blog"),
        ("not a link", ""),
    ],
)
def test_the_host_says_on_which_channel_a_post_stands(link: str, channel: str) -> None:
    assert channel_of(link) == channel


HOSTS = st.lists(
    st.sampled_from(["www", "m", "mobile", "web", "old", "google", "twitter", "x", "facebook", "example", "com", "pl"]),
    min_size=1,
    max_size=5,
).map(".".join)
LINKS = st.builds(
    "{}://{}{}/{}{}{}".format,
    st.sampled_from(["http", "HTTPS"]),
    HOSTS,
    st.sampled_from(["", ":80", ":8080", "."]),
    st.sampled_from(["", "a/../b//", "url", "%2e%2E/x", "ana/status/12/", "\u00e9;p=1"]),
    st.sampled_from(
        ["", "?", "?b=1&a=%20+&ref=1", "?url=http%3A%2F%2Fm.x.com%2F", "?q=https://a.b/?url=c", "?utm_a&%zz"]
    ),
    st.sampled_from(["", "#", "#c1", "#c-%31", "#top"]),
)
GARBAGE = (
    LINKS | st.text() | st.from_regex(r"https?://[^\s]*") | st.from_regex(r"https?://www\.google\.com/url\?(url|q)=.*")
)


@settings(deadline=None)
@given(GARBAGE)
def test_no_text_however_odd_raises(text: str) -> None:
    canonical(text)
    channel_of(text)
    unwrapped(text)
    is_web_link(text)


@settings(deadline=None)
@given(GARBAGE | st.sampled_from([ALERT, "https://www.m.example.com/a/#c1?x"]))
def test_a_canonical_link_is_its_own_canonical_form(text: str) -> None:
    once = canonical(text)
    assert canonical(once) == once
