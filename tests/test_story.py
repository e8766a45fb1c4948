"""The grammar of stories: every kind of line, errors that name theirs, and nothing else ever raised."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.complaint import Kind
from bot.story import Arrives, Expects, Fills, Moves, NoStory, Presses, Says, SetClock, read_story, span

MIN, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def read(text):
    return list(read_story(text.splitlines()))


def fault(text):
    with pytest.raises(NoStory) as error:
        read(text)
    return error.value.number, error.value.reason


@pytest.mark.parametrize(
    ("line", "step"),
    [
        # Complaints arrive.
        ('facebook: "Não chegou"', Arrives(1, "facebook", "Não chegou")),
        ('facebook:"Não chegou"', Arrives(1, "facebook", "Não chegou")),
        ('facebook: "Não chegou" (João)', Arrives(1, "facebook", "Não chegou", "João")),
        ('facebook: "Não chegou" ( João Souza )', Arrives(1, "facebook", "Não chegou", "João Souza")),
        ('facebook: "Não chegou" ()', Arrives(1, "facebook", "Não chegou")),
        ('x: "Duas vezes" (@lucia) https://x.com/1', Arrives(1, "x", "Duas vezes", "@lucia", "https://x.com/1")),
        ('x: "Duas vezes" https://x.com/1', Arrives(1, "x", "Duas vezes", link="https://x.com/1")),
        ('x 5h ago: "a"', Arrives(1, "x", "a", ago=5 * HOUR)),
        ('x 1d2h30m ago: "a"', Arrives(1, "x", "a", ago=DAY + 2 * HOUR + 30 * MIN)),
        ('x question: "a?"', Arrives(1, "x", "a?", kind=Kind.QUESTION)),
        ('x praise 2h ago: "a!"', Arrives(1, "x", "a!", ago=2 * HOUR, kind=Kind.PRAISE)),
        ('x complaint: "a"', Arrives(1, "x", "a")),
        ('google-play.2: "a"', Arrives(1, "google-play.2", "a")),
        (r'x: "she said \"no\" \\ \u00e9\n."', Arrives(1, "x", 'she said "no" \\ é\n.')),
        ('x: ""', Arrives(1, "x", "")),
        # Members speak.
        ("ana> claim 1", Says(1, "ana", "claim 1")),
        ("ana>claim 1", Says(1, "ana", "claim 1")),
        ("ana>", Says(1, "ana", "")),
        ("ana #1> done 1", Says(1, "ana", "done 1", 1)),
        ("joão.silva-2> todo", Says(1, "joão.silva-2", "todo")),
        ("ana> reply 1: a > b: c", Says(1, "ana", "reply 1: a > b: c")),
        # They press and fill in.
        ("press ana: 1 Release", Presses(1, "ana", 1, "Release")),
        ("press ana: #12 Done: a call", Presses(1, "ana", 12, "Done: a call")),
        ('fill ana: what="a call" by=today', Fills(1, "ana", {"what": "a call", "by": "today"})),
        (r'fill ana: text="one \"two\" \u2014"', Fills(1, "ana", {"text": 'one "two" —'})),
        ('fill ana: text=""', Fills(1, "ana", {"text": ""})),
        # Time passes.
        ("+47m", Moves(1, 47 * MIN)),
        ("+1w2d3h4m", Moves(1, 9 * DAY + 3 * HOUR + 4 * MIN)),
        ("down 5h", Moves(1, 5 * HOUR, is_down=True)),
        ("=2026-08-24T10:00:00-03:00", SetClock(1, datetime(2026, 8, 24, 13, tzinfo=UTC))),
        ("= 2026-08-24T13:00Z", SetClock(1, datetime(2026, 8, 24, 13, tzinfo=UTC))),
        # The bot is expected to say.
        ("10:47 room: #1 nobody has it", Expects(1, "10:47 room: #1 nobody has it")),
        ("10:47 to ana: Noted.", Expects(1, "10:47 to ana: Noted.")),
        ("10:47 #1 thread: ana has #1.", Expects(1, "10:47 #1 thread: ana has #1.")),
        ("10:47 card #1: new", Expects(1, "10:47 card #1: new")),
        # Spaces around do not matter.
        ("   ana> claim 1   ", Says(1, "ana", "claim 1")),
        ("\ufeffana> claim 1", Says(1, "ana", "claim 1")),
    ],
)
def test_a_line_is_one_thing_that_happens(line, step):
    assert read(line) == [step]


def test_blank_lines_and_remarks_are_skipped_and_lines_are_counted_all_the_same():
    assert read("# a story\n\n   \n  # more\nana> claim 1\n\n+1h") == [Says(5, "ana", "claim 1"), Moves(7, HOUR)]


def test_a_line_goes_on_after_a_backslash():
    told = 'ana> reply 1: João,\\\n# no remark\\\n\\\nsentimos\n+1h\nx: "one\\\ntwo"'
    assert read(told) == [
        Says(1, "ana", "reply 1: João,\n# no remark\n\nsentimos"),
        Moves(5, HOUR),
        Arrives(6, "x", "one\ntwo"),
    ]


def test_a_last_line_may_end_with_a_backslash():
    assert read("ana> claim 1\\") == [Says(1, "ana", "claim 1")]


def test_line_ends_of_every_system_are_read():
    assert list(read_story(["ana> claim 1\r\n", "+1h\n", "+2h\r"])) == [
        Says(1, "ana", "claim 1"),
        Moves(2, HOUR),
        Moves(3, 2 * HOUR),
    ]


def test_a_story_is_read_as_it_comes():
    """A room that is typed to reads line by line."""
    steps = read_story(iter(["ana> claim 1", "nonsense"]))
    assert next(steps) == Says(1, "ana", "claim 1")
    with pytest.raises(NoStory):
        next(steps)


@pytest.mark.parametrize(
    ("text", "number", "reason"),
    [
        ("nonsense", 1, "is no story line"),
        ("+1h\n\n# x\nclaim 1", 4, "“claim 1” is no story line"),
        ("+47", 1, "is no story line"),
        ("+1h 2m", 1, "is no story line"),
        ("+99999h", 1, "is no story line"),
        ("down", 1, "is no story line"),
        ("facebook: Não chegou", 1, "is no story line"),
        ('Facebook: "a"', 1, "is no story line"),
        ('facebook: "a', 1, "is no story line"),
        ('facebook rant: "a"', 1, "is no story line"),
        ('facebook: "a" (b) (c)', 1, "is no story line"),
        ("press ana: Release", 1, "is no story line"),
        ("press ana: 1", 1, "is no story line"),
        ("press ana: 99999999999 Claim", 1, "is no story line"),
        ("ana #99999999999> done", 1, "is no story line"),
        ('+1h\nfacebook: "\\q"', 2, "the text in quotes cannot be read"),
        ('fill ana: what="\\q"', 1, "the text in quotes cannot be read"),
        ("fill ana: what", 1, 'fields are written name="value"'),
        ("fill ana: what=a call", 1, 'fields are written name="value"'),
        ('fill ana: what="a" and by="b"', 1, 'fields are written name="value"'),
        ("=tomorrow", 1, "“tomorrow” is no time"),
        ("=", 1, "“” is no time"),
        ("=2026-08-24T10:00:00", 1, "has no zone"),
        ("=2026-08-24", 1, "has no zone"),
        ("=0001-01-01T00:00:00+14:00", 1, "lies beyond the calendar"),
        ("+1h\n=2026-08-24T10:00:00Z", 2, "the clock is set before anything else"),
        ("=2026-08-24T10:00:00Z\n=2026-08-25T10:00:00Z", 2, "the clock is set before anything else"),
        ("ana> a\\\nb\nnonsense\\\nmore", 3, "is no story line"),
    ],
)
def test_what_is_no_story_names_its_line_and_says_why(text, number, reason):
    found, said = fault(text)
    assert found == number
    assert reason in said


def test_a_refusal_shows_how_lines_are_written():
    with pytest.raises(
        NoStory, match=r'^line 1: “claim 1” is no story line; write a complaint \(facebook: "text"'
    ) as error:
        read("claim 1")
    assert "ana> claim 1" in str(error.value)
    assert len(fault("x" * 500)[1]) < 300


def test_the_clock_may_follow_what_is_expected():
    assert len(read("10:00 room: x\n=2026-08-24T10:00:00Z")) == 2


@pytest.mark.parametrize(
    ("text", "length"),
    [("1m", MIN), ("2h", 2 * HOUR), ("3d", 3 * DAY), ("1w", 7 * DAY), ("1d2h", DAY + 2 * HOUR), ("", timedelta())],
)
def test_a_span_is_a_length_of_time(text, length):
    assert span(text) == length


PIECES = st.sampled_from(
    'facebook x question praise 3h ago : "a" "\\ \\" \\ \\u12 (João) ( ) https://e.com ana > #1 > claim press fill what= '
    '="x" + - 1h 9999w down = 2026-08-24T10:00:00 -03:00 Z 0001-01-01 +14:00 9999-12-31 10:47 room: card thread: to \n # '
    "² ١ 1 99999999999 \ufeff \x00 \ud800".split(" ")
)
LINES = st.lists(PIECES).map(" ".join) | st.lists(PIECES).map("".join) | st.text()


@example("ana #" + "1" * 5000 + "> x")
@example("press ana: " + "1" * 5000 + " x")
@example("+" + "9999w" * 20_000)
@example("=9999-12-31T23:59:59-14:00")
@given(LINES)
def test_no_text_raises_anything_but_no_story(text):
    try:
        steps = read(text)
    except NoStory as error:
        assert 1 <= error.number <= len(text.splitlines())
    else:
        assert [step.line for step in steps] == sorted({step.line for step in steps})
