"""Two versions of a text, word by word."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.difference import difference
from bot.core.words import Added, Gone, plain

LONG = "one two three four five six seven eight nine ten"

CHANGES = [
    ("", "", ""),
    ("we are sorry", "we are sorry", ""),
    ("we are sorry", "we  are\nsorry", ""),
    ("", "we are sorry", "{+we are sorry+}"),
    ("we are sorry", "", "[-we are sorry-]"),
    ("we are sorry", "we are very sorry", "we are {+very+} sorry"),
    ("we are not sorry", "we are sorry", "we are [-not-] sorry"),
    ("Dear João, we wait", "Dear Maria, we wait", "Dear [-João,-] {+Maria,+} we wait"),
    ("a b", "c d", "[-a b-] {+c d+}"),
    (LONG, f"{LONG} eleven", "… seven eight nine ten {+eleven+}"),
    (f"zero {LONG}", LONG, "[-zero-] one two three four …"),
    (f"a {LONG} b", f"c {LONG} d", "[-a-] {+c+} one two three four … seven eight nine ten [-b-] {+d+}"),
    ("a one two three b", "c one two three d", "[-a-] {+c+} one two three [-b-] {+d+}"),
    ("⟦customer⟧, we are sorry", "João, we are sorry", "[-⟦customer⟧,-] {+João,+} we are sorry"),
]


@pytest.mark.parametrize(("before", "after", "told"), CHANGES)
def test_what_went_and_what_came_stand_where_they_were(before, after, told):
    assert plain(difference(before, after)) == told


WORDS = st.lists(st.sampled_from(["we", "are", "very", "sorry", "today."]), max_size=30).map(" ".join)


@given(WORDS, WORDS)
def test_both_versions_can_be_read_from_it_but_for_what_stayed(before, after):
    told = difference(before, after)
    old = " ".join(span.text if isinstance(span, Gone) else span for span in told if not isinstance(span, Added))
    new = " ".join(span.text if isinstance(span, Added) else span for span in told if not isinstance(span, Gone))
    if before != after:
        assert re.fullmatch(_shortened(old), before)
        assert re.fullmatch(_shortened(new), after)


def _shortened(text):
    return ".*".join(r"\s+".join(map(re.escape, part.split())) + r"\s*" for part in text.split("…")).join([r"\s*"] * 2)


@given(WORDS, WORDS)
def test_no_span_begins_or_ends_with_a_space(before, after):
    """Discord reads no style that does."""
    for span in difference(before, after):
        if isinstance(span, Gone | Added):
            assert span.text
            assert span.text == span.text.strip()
