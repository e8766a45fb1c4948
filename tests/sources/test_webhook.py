"""Webhooks: who sent it, what it says through the mapping, and every fault in one sentence."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook as Signing

from adapters.sources.webhook import Webhook
from bot.config.reading import Secret, Wrong
from bot.config.settings import HookFields, HookSettings
from bot.core.complaint import Kind
from bot.ports import NotAllowed, Unfit

NOW = datetime(2026, 8, 24, 13, 0, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TOKEN = "a-token-of-our-own"
BODY = b'{"text":"Meu pedido nao chegou","author":"Joao"}'


def hook(**said):
    said = {"name": "mention", "secret": Secret(SECRET), "fields": HookFields(author="author", link="link")} | said
    return Webhook(HookSettings(**said))


def by_token(**said):
    return hook(secret=None, token=Secret(TOKEN), **said)


def signed(body=BODY, at=NOW, delivery="msg_1", secret=SECRET):
    """Headers as a sender makes them, with the library that senders use."""
    return {
        "webhook-id": delivery,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Signing(secret).sign(delivery, at, body.decode()),
    }


BEARER = {"Authorization": f"Bearer {TOKEN}"}


def read(value, **said):
    return by_token(**said).read(json.dumps(value).encode(), BEARER, NOW)


def unfit(value, **said):
    with pytest.raises(Unfit) as error:
        read(value, **said)
    return error.value.reason


# Who sent it ------------------------------------------------------------------------------------


def test_a_signed_delivery_is_taken():
    (complaint,) = hook().read(BODY, signed(), NOW)
    assert (complaint.text, complaint.author, complaint.source) == ("Meu pedido nao chegou", "Joao", "mention")


def test_the_vector_of_the_standard_webhooks_is_taken():
    """https://github.com/standard-webhooks/standard-webhooks, the libraries' own test vector."""
    body = b'{"test": 2432232314}'
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    at = datetime.fromtimestamp(1614265330, UTC)
    with pytest.raises(Unfit, match="missing required field `text`"):
        hook().read(body, headers, at)
    with pytest.raises(NotAllowed):
        hook().read(body + b" ", headers, at)


def test_header_names_have_no_case_and_one_of_several_signatures_is_enough():
    headers = signed()
    other = Signing("whsec_" + base64.b64encode(b"x" * 24).decode()).sign("msg_1", NOW, BODY.decode())
    headers["webhook-signature"] = f"v1a,abc {other} {headers['webhook-signature']}"
    assert hook().read(BODY, {name.title(): value for name, value in headers.items()}, NOW)


@pytest.mark.parametrize("away", [timedelta(minutes=5), -timedelta(minutes=5)])
def test_a_signature_is_good_for_five_minutes(away):
    assert hook().read(BODY, signed(at=NOW + away), NOW)
    with pytest.raises(NotAllowed):
        hook().read(BODY, signed(at=NOW + away * 1.01), NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "msg_2"},
        {"webhook-timestamp": str(int(NOW.timestamp()) + 1)},
        {"webhook-signature": ""},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,a,b"},
        {"webhook-signature": "v1,ä"},
        {"webhook-signature": "v1,===="},
        {"webhook-signature": "v2," + "A" * 44},
        {"webhook-signature": signed(secret="whsec_" + base64.b64encode(b"x" * 24).decode())["webhook-signature"]},
        {"webhook-timestamp": "now"},
        {"webhook-timestamp": "1e9"},
        {"webhook-timestamp": "9" * 400},
        {"webhook-timestamp": "-1"},
        {"webhook-timestamp": "٣"},
        {"webhook-id": ""},
        {"webhook-id": "\udc80"},
    ],
)
def test_a_tampered_or_malformed_signature_is_not_allowed(change):
    with pytest.raises(NotAllowed):
        hook().read(BODY, signed() | change, NOW)


def test_a_tampered_body_is_not_allowed():
    for body in (BODY + b" ", BODY.replace(b"Joao", b"Jose"), b"", b"\xff\xfe"):
        with pytest.raises(NotAllowed):
            hook().read(body, signed(), NOW)


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_not_allowed(missing):
    headers = signed()
    del headers[missing]
    with pytest.raises(NotAllowed):
        hook().read(BODY, headers, NOW)


@given(st.dictionaries(st.sampled_from([*signed(), "authorization"]), st.text(max_size=60)), st.binary(max_size=60))
def test_whatever_stands_in_the_headers_nothing_else_is_raised(headers, body):
    for each in (hook(), by_token(), hook(token=Secret(TOKEN))):
        with pytest.raises(NotAllowed):
            each.read(body, headers, NOW)
        with pytest.raises(NotAllowed):
            each.read(body, {**signed(), "authorization": "Bearer x", **headers, "webhook-id": "other"}, NOW)


@pytest.mark.parametrize("said", ["", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer é"])
def test_a_wrong_token_is_not_allowed(said):
    with pytest.raises(NotAllowed) as error:
        by_token().read(BODY, {"Authorization": said}, NOW)
    assert TOKEN not in str(error.value)


def test_with_secret_and_token_both_are_proven():
    both = hook(token=Secret(TOKEN))
    assert both.read(BODY, signed() | BEARER, NOW)
    for headers in (signed(), BEARER):
        with pytest.raises(NotAllowed):
            both.read(BODY, headers, NOW)


def test_with_neither_nobody_comes_in():
    with pytest.raises(NotAllowed):
        hook(secret=None).read(BODY, {}, NOW)


# What it says -----------------------------------------------------------------------------------

MENTION = HookFields(
    text="mention.body",
    author="mention.author.name",
    link="mention.url",
    posted="mention.published_at",
    channel="mention.source",
)
RADIAN = HookFields(text="posts.0.content", author="posts.0.user", link="posts.0.permalink", posted="posts.0.ts")


def test_two_mappings_give_the_same_complaint_004_04():
    (one,) = read(
        {
            "mention": {
                "body": "Meu pedido não chegou",
                "author": {"name": "João", "followers": 12},
                "url": "https://twitter.com/joao/status/12",
                "published_at": "2026-08-24T09:30:00-03:00",
                "source": "Twitter",
            },
            "alert": {"id": 3},
        },
        fields=MENTION,
    )
    (other,) = read(
        {
            "posts": [
                {
                    "content": "Meu pedido não chegou",
                    "user": "João",
                    "permalink": "https://x.com/i/status/12?utm_source=r6",
                    "ts": 1787574600,
                },
                {"content": None},
                None,
            ]
        },
        name="radian6",
        channel="x",
        fields=RADIAN,
    )
    assert one == msgspec.structs.replace(other, source="mention", link=one.link)
    assert one.posted_at == datetime(2026, 8, 24, 12, 30, tzinfo=UTC)
    assert (one.channel, one.kind) == ("x", Kind.COMPLAINT)


def test_names_of_any_sort_may_stand_in_a_path():
    (complaint,) = read({"a-b": {"class": {"é é": "Não chegou"}}}, fields=HookFields(text="a-b.class.é é"))
    assert complaint.text == "Não chegou"


def test_the_text_is_needed_and_all_else_may_be_missing_or_null():
    (complaint,) = read({"text": "Não chegou", "author": None})
    assert (complaint.author, complaint.link, complaint.channel, complaint.posted_at) == ("", "", "other", NOW)
    assert unfit({"author": "J"}).endswith("Object missing required field `text`.")


def test_the_channel_is_the_tools_then_the_hooks_then_the_links():
    fields = HookFields(link="link", channel="where")
    said = {"text": "t", "link": "https://www.facebook.com/1", "where": "Reclame Aqui"}
    assert read(said, fields=fields, channel="forum")[0].channel == "reclameaqui"
    del said["where"]
    assert read(said, fields=fields, channel="forum")[0].channel == "forum"
    assert read(said, fields=fields)[0].channel == "facebook"


def test_the_kind_is_the_tools_then_the_hooks():
    fields = HookFields(kind="kind")
    assert read({"text": "t"}, fields=fields, kind=Kind.QUESTION)[0].kind is Kind.QUESTION
    assert read({"text": "t", "kind": "Praise"}, fields=fields)[0].kind is Kind.PRAISE
    assert unfit({"text": "t", "kind": "rant"}, fields=fields) == "The kind is none of complaint, question, praise."


@pytest.mark.parametrize(
    ("said", "posted"),
    [
        ("2026-08-24T12:00:00Z", NOW - timedelta(hours=1)),
        ("2026-08-24 12:00", NOW - timedelta(hours=1)),
        ("Mon, 24 Aug 2026 09:00:00 -0300", NOW - timedelta(hours=1)),
        (1787572800, NOW - timedelta(hours=1)),
        (1787572800.5, NOW - timedelta(minutes=59, seconds=59.5)),
        (1787572800000, NOW - timedelta(hours=1)),
        ("1787572800", NOW - timedelta(hours=1)),
        ("2026-08-24T13:04:00Z", NOW),
        ("", NOW),
        (None, NOW),
    ],
)
def test_the_customers_time_in_the_forms_that_tools_write(said, posted):
    assert read({"text": "t", "posted": said}, fields=HookFields(posted="posted"))[0].posted_at == posted


@pytest.mark.parametrize("said", ["yesterday", 1e300, -1e300, "2026-13-01", "24/08/2026", 9 * 10**17, "9" * 15])
def test_no_time_is_told(said):
    assert unfit({"text": "t", "posted": said}, fields=HookFields(posted="posted")).startswith("The time ")


def test_a_time_to_come_is_refused():
    said = {"text": "t", "posted": "2026-08-24T13:06:00Z"}
    assert unfit(said, fields=HookFields(posted="posted")) == "The time lies in the future."


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "x.com/1", "https://a@b.example/", "https://x.com/" + "a" * 2000]
)
def test_what_is_no_link_is_refused(link):
    assert unfit({"text": "t", "link": link}).startswith("The link is no web address")


@pytest.mark.parametrize("text", ["", " ", "\u202e\u200b", "\x00"])
def test_a_text_without_words_is_refused(text):
    assert unfit({"text": text})


def test_text_is_cleaned_and_clipped():
    (complaint,) = read({"text": "N\u202eão " + "x" * 9000, "author": "J\x00" * 200})
    assert complaint.text.startswith("Não x")
    assert (len(complaint.text), len(complaint.author)) == (8000, 120)


@pytest.mark.parametrize(
    ("body", "is_json"),
    [
        (b"", False),
        (b"{", False),
        (b"\xff", False),
        (b'{"text":"\xff"}', False),
        (b'{"text":"a"} x', False),
        (b'{"text":NaN}', False),
        (b"[" * 100_000, True),
        (b'{"text":"a","more":' + b"[" * 100_000, False),
        (b"null", True),
        (b'"text"', True),
        (b'{"text":3}', True),
        (b'{"text":["a"]}', True),
        (b'{"text":"a","author":{}}', True),
        (b"[]", True),
        (b'[{"text":"a"},3]', True),
    ],
)
def test_what_cannot_be_read_is_told_in_one_sentence(body, is_json):
    with pytest.raises(Unfit) as error:
        by_token().read(body, BEARER, NOW)
    assert error.value.is_json is is_json
    assert error.value.reason.endswith(".")
    assert "\n" not in error.value.reason


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda s: st.lists(s) | st.dictionaries(st.sampled_from(["text", "author", "link"]) | st.text(), s),
    ).map(lambda v: json.dumps(v).encode())
)
def test_whatever_is_sent_is_taken_or_unfit(body):
    try:
        assert by_token().read(body, BEARER, NOW)
    except Unfit as unfit:
        assert unfit.reason


# Known again ------------------------------------------------------------------------------------


def key(body=BODY, **headers):
    (complaint,) = by_token().read(body, BEARER | headers, NOW)
    return complaint.key


def test_a_repeated_delivery_has_the_same_key():
    assert key() == key()
    assert key(**{"webhook-id": "1"}) == key(**{"webhook-id": "1"})
    assert key(**{"Idempotency-Key": "1"}) == key(**{"idempotency-key": "1"})


def test_two_deliveries_are_two_even_when_they_say_the_same():
    assert len({key(), key(**{"webhook-id": "1"}), key(**{"webhook-id": "2"})}) == 3


def test_an_id_used_twice_for_two_texts_loses_neither():
    assert key(**{"webhook-id": "1"}) != key(BODY.replace(b"pedido", b"pacote"), **{"webhook-id": "1"})


def test_a_complaint_with_a_link_is_known_by_it_whatever_the_delivery():
    body = b'{"text":"a","link":"https://x.com/j/status/1"}'
    assert key(body, **{"webhook-id": "1"}) == key(body.replace(b'"a"', b'"b"'), **{"webhook-id": "2"})


# Batches ----------------------------------------------------------------------------------------


def test_an_array_or_a_path_to_one_is_a_batch():
    items = [{"text": "um"}, {"text": "dois"}, {"text": "um"}]
    assert [each.text for each in read(items)] == ["um", "dois"]
    assert [each.text for each in read({"data": {"items": items}}, items="data.items")] == ["um", "dois"]
    assert [each.text for each in read({"data": {"items": items[0]}}, items="data.items")] == ["um"]
    assert [each.text for each in read([items], items="0")] == ["um", "dois"]


def test_a_batch_holds_at_most_a_hundred():
    assert len(read([{"text": f"reclamação {n}"} for n in range(100)])) == 100
    assert unfit([{"text": f"reclamação {n}"} for n in range(101)])


def test_of_a_batch_with_a_fault_nothing_is_taken():
    assert unfit([{"text": "um"}, {"text": " "}]) == "Entry 1: there is no text at text."
    assert unfit([{"text": "um"}, {"text": 2}]).endswith("- at `$[1].text`.")


@pytest.mark.parametrize(
    ("items", "fields"),
    [
        ("", HookFields("a", "a")),
        ("", HookFields("a", "a.b")),
        ("", HookFields("a.b", "a")),
        ("", HookFields("a.0", "a.b")),
        ("", HookFields("a.0", "a.1.b")),
        ("", HookFields("a..b")),
        ("", HookFields("a." * 20 + "b")),
    ],
)
def test_paths_that_contradict_each_other_are_refused(items, fields):
    with pytest.raises(Wrong):
        hook(items=items, fields=fields)
