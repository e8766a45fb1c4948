"""Text from outside becomes plain data, and one post has one key."""

import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.complaint import LINK_LIMIT, NAME_LIMIT, TEXT_LIMIT, Complaint, Kind, clean, key_of
from tests.core.made import complaint


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Meu pedido não chegou", "Meu pedido não chegou"),
        ("  spaces \t and\u00a0more   ", "spaces and more"),
        ("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("a\u2028b\u2029c", "a b c"),
        # Controls and what hides.
        ("a\x00b\x07c\x1b[31md\x7f", "abc[31md"),
        ("a\x85b\x0bc\x0cd", "abcd"),
        ("\ufefftext", "text"),
        ("ze\u200bro wi\u200cd\u2060th", "zero width"),
        ("so\u00adft", "soft"),
        ("\ue000private\U000f0000", "private"),
        ("lone\ud800surrogate", "lonesurrogate"),
        # Bidirectional marks turn a text round: "evil.exe" reads as "exe.live".
        ("a\u202eexe.\u202clive", "aexe.live"),
        ("\u2066left\u2069 \u200fright\u061c", "left right"),
        # Tags can hold a hidden sentence.
        ("hi\U000e0041\U000e0042\U000e007f", "hi"),
        # Accents in one form.
        ("Joa\u0303o", "João"),
        ("e\u200b\u0301", "é"),
        # Pictures stay whole; between letters the joiner only hides.
        ("👩‍👧 ❤️‍🔥 👍🏽", "👩‍👧 ❤️‍🔥 👍🏽"),
        ("pass\u200dword\u200d", "password"),
        ("\u200d", ""),
        ("\u200b\u202e \n", ""),
        # What chats would read as markup is text like any other; each chat escapes it.
        ("<!channel> <@U1> *b* @everyone", "<!channel> <@U1> *b* @everyone"),
        ("żółć ßẞ 你好 ١٢٣", "żółć ßẞ 你好 ١٢٣"),
    ],
)
def test_what_is_kept_of_a_text_is_what_a_reader_sees(text, kept):
    assert clean(text, 100) == kept


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("12345", 5, "12345"),
        ("123456", 5, "1234…"),
        ("123  4567", 6, "123 4…"),
        ("1234 567", 6, "1234…"),
        ("\u200b12345\u200b", 5, "12345"),
    ],
)
def test_a_long_text_is_clipped_and_says_so(text, limit, kept):
    assert clean(text, limit) == kept
    assert len(kept) <= limit


def test_the_limits_leave_a_forum_post_whole():
    assert (TEXT_LIMIT, NAME_LIMIT, LINK_LIMIT) == (8_000, 120, 2_000)
    assert clean("a" * TEXT_LIMIT, TEXT_LIMIT) == "a" * TEXT_LIMIT


TRICKY = st.lists(
    st.sampled_from(
        "a é e\u0301 \u0301 \u200d \u200b \u202e \ufe0f 👩 👧 🏽 \U0001d15e \r \n \t \x00 \ud800 ( ^ . ~".split(" ")
    )
    | st.characters()
).map("".join)


@given(TRICKY, st.integers(1, 40))
def test_cleaning_is_done_once_and_for_all(text, limit):
    kept = clean(text, limit)
    assert clean(kept, limit) == kept
    assert len(kept) <= limit
    assert kept == kept.strip()
    assert unicodedata.is_normalized("NFC", kept)
    assert not any(unicodedata.category(char) in {"Cc", "Cs", "Co", "Cn"} for char in kept.replace("\n", ""))
    assert not any(unicodedata.category(char) == "Cf" and char != "\u200d" for char in kept)


def test_a_key_is_the_same_whenever_the_same_post_is_seen():
    """Seen twice it is one case (rule 002-02)."""
    assert key_of("link", "https://example.com/p/1") == "caa2373cdc5eef7a1a356143", "stores hold keys for ever"


def test_keys_tell_their_parts_apart():
    keys = {
        key_of("facebook", "João", "x"),
        key_of("facebook", "Joãox"),
        key_of("facebookJoãox"),
        key_of("facebook", "João", "x", ""),
        key_of("x", "João", "facebook"),
        key_of(""),
        key_of(),
    }
    assert len(keys) == 6  # nothing at all is the same as nothing said


@given(st.lists(st.text(), max_size=4))
def test_a_key_is_short_and_plain(parts):
    key = key_of(*parts)
    assert len(key) == 24
    assert set(key) <= set("0123456789abcdef")


def test_a_complaint_is_frozen_and_stored_without_what_goes_without_saying():
    given_complaint = complaint()
    with pytest.raises(AttributeError):
        given_complaint.text = "changed"
    stored = msgspec.json.encode(given_complaint)
    assert b"kind" not in stored
    assert msgspec.json.decode(stored, type=Complaint) == given_complaint


def test_the_kinds_are_three():
    """Praise and questions have their own path (rules 001-11, 003-18)."""
    assert [kind.value for kind in Kind] == ["complaint", "question", "praise"]
