"""What a typed line means to the room."""

from datetime import timedelta

import pytest

from adapters.chats.terminal.lines import Move, Pace, Say, Sit, read_line, thread_of


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("claim 1", Say("claim 1")),
        ("  /crisis claim 1 ", Say("/crisis claim 1")),
        ("bea> claim 1", Say("claim 1", "bea")),
        ("Bea>claim 1", Say("claim 1", "bea")),
        ("ana #3> done 1", Say("done 1", "ana", 3)),
        ("eve> todo", Say("todo", "eve")),
        ("/as bea", Sit("bea")),
        ("/as @Bea", Sit("bea")),
        ("+12h", Move(timedelta(hours=12))),
        ("+1h30m", Move(timedelta(hours=1, minutes=30))),
        ("+ 47m", Move(timedelta(minutes=47))),
        ("+9999d", Move(timedelta(days=31))),
        ("speed 60", Pace(60)),
        ("Speed 0", Pace(0)),
        ("speed 99999", Pace(3600)),
        ("speed fast", Say("speed fast")),
        ("+12", Say("+12")),
        ("facts 1 a > b", Say("facts 1 a > b")),
        ("", Say("")),
    ],
)
def test_a_line_is_for_the_desk_unless_it_is_an_order_to_the_room(line, meant):
    assert read_line(line) == meant


@pytest.mark.parametrize(
    ("line", "thread"),
    [
        ("claim", 7),
        ("facts the parcel is lost", 7),
        ("reply heard-delay", 7),
        ("claim 1", 0),
        ("claim #1", 0),
        ("/crisis claim 1", 0),
        ("facts 3 parcels are lost", 0),
        ("done 1", 0),
        ("reply 1: text", 0),
    ],
)
def test_a_number_always_is_the_cases_own(line, thread):
    assert thread_of(read_line(line), selected=7) == thread


def test_a_thread_that_was_written_is_meant():
    assert thread_of(read_line("ana #3> done 1"), selected=7) == 3
