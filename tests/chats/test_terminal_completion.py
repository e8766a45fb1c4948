"""What could stand next in a line."""

from datetime import UTC, datetime

import pytest

from adapters.chats.terminal.completion import MOMENTS, Known, Sight, complete, completed, hint
from bot.core.commands import COMMANDS
from bot.core.grammar import Ground, parse
from bot.core.words import Words
from bot.demo.people import demo_plan
from bot.library import load

CASES = (Known(1, "#1 Facebook"), Known(12, "#12 X"), Known(3, "#3 closed", is_open=False))
SIGHT = Sight(demo_plan(), Words("en"), load(), CASES, is_demo=True)
BESIDE_12 = Sight(demo_plan(), Words("en"), SIGHT.library, CASES, selected=12, is_demo=True)


def texts(line, sight=SIGHT):
    return [candidate.text.strip() for candidate in complete(line, sight)]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("", []),
        ("cl", ["claim", "close"]),
        ("/cl", ["claim", "close"]),
        ("/crisis cl", ["claim", "close"]),
        ("bea> cl", ["claim", "close"]),
        ("ana #3> cl", ["claim", "close"]),
        ("claim", []),
        ("claim ", ["12", "1"]),
        ("claim 1", ["12"]),
        ("claim #1", ["12"]),
        ("claim 12 ", []),
        ("reopen ", ["12", "3", "1"]),
        ("merge 1 into ", ["12", "1"]),
        ("merge 1 ", ["12", "1"]),
        ("assign 1 ", ["ana", "bea", "rui", "lia", "carl"]),
        ("assign 1 @r", ["rui"]),
        ("assign 1 to l", ["lia"]),
        ("list ", ["open", "mine", "late", "unclaimed", "closed"]),
        ("list m", ["mine"]),
        ("close 1 ", ["advocate", "satisfied", "neutral", "lost", "unreachable"]),
        ("satisfied 1 ", ["yes", "no", "unreachable"]),
        ("private 1 ", ["phone", "ticket", "dm"]),
        ("skip 1 ", ["statement", "update", "wrap-up"]),
        ("snooze 1 ", list(MOMENTS)),
        ("promise 1 a new parcel by ", list(MOMENTS)),
        ("promise 1 a new parcel ", []),
        ("facts 1 cla", []),
        ("help cl", ["claim", "close"]),
        ("templates p", ["pl", "pt"]),
        ("new it broke ch", ["channel="]),
        ("new it broke channel=fa", ["channel=facebook"]),
        ("new it broke kind=p", ["kind=praise"]),
        ("/as ", ["ana", "bea", "rui", "lia", "carl"]),
        ("/as b", ["bea"]),
        ("sp", ["speed"]),
        ("+", ["+12h"]),
        ("ana", ["ana>"]),
        ("unknown ", []),
        ("unknown word", []),
    ],
)
def test_what_fits_is_offered(line, found):
    assert texts(line) == found


def test_templates_are_offered_with_their_titles():
    found = complete("reply 1 heard-d", SIGHT)
    assert [candidate.text for candidate in found] == ["heard-defect ", "heard-delay "]
    assert all(candidate.about for candidate in found)


def test_parts_are_offered_one_after_the_other_and_complete_the_word():
    assert texts("reply 1 sorry-w") == ["sorry-wait+"]
    assert texts("reply 1 sorry-wait+call") == ["sorry-wait+call-today"]
    assert "sorry-wait+what-we-know+" in texts("reply 1 sorry-wait+")
    (last,) = complete("reply 1 sorry-wait+what-we-know+call", SIGHT)
    assert completed("reply 1 sorry-wait+what-we-know+call", last) == "reply 1 sorry-wait+what-we-know+call-today "
    assert texts("reply 1 sorry-wait+call-today: my own des") == ["despite="]


def test_the_selected_cards_number_may_be_left_out():
    assert texts("reply heard-de", BESIDE_12) == ["heard-defect", "heard-delay"]
    assert texts("list m", BESIDE_12) == ["mine"]
    assert texts("claim ", BESIDE_12) == ["12", "1"]


def test_a_real_room_offers_no_orders_to_its_clock():
    real = Sight(demo_plan(), Words("en"), SIGHT.library)
    assert texts("sp", real) == []
    assert texts("+", real) == []


def test_every_word_is_offered_with_what_it_does():
    for word, command in COMMANDS.items():
        found = {candidate.text.strip(): candidate.about for candidate in complete(word[:1], SIGHT)}
        assert found[word] == command.__doc__


@pytest.mark.parametrize("word", COMMANDS)
def test_completion_never_stumbles(word):
    line = f"{word} 12 into by because ana x=1 heard-delay: “ç” 2h "
    for end in range(len(line)):
        for sight in (SIGHT, BESIDE_12):
            complete(line[:end], sight)


@pytest.mark.parametrize("line", ["cl", "claim ", "claim 1", "bea> list m", "assign 1 @r", "new it broke channel=fa"])
def test_a_candidate_takes_the_place_of_the_last_word(line):
    candidate = complete(line, SIGHT)[0]
    whole = completed(line, candidate)
    assert whole.endswith(candidate.text)
    assert whole.startswith(line[: line.rfind(" ") + 1])


def test_completed_lines_are_commands():
    ground = Ground(demo_plan(), datetime(2026, 8, 24, 13, tzinfo=UTC))
    for line in ("claim ", "list m", "satisfied 1 ", "assign 1 ", "merge 12 into ", "snooze 1 ", "help cl"):
        for candidate in complete(line, SIGHT):
            parse(completed(line, candidate), ground)


def test_the_hint_says_how_a_word_is_typed():
    assert hint("bea> promise 1", SIGHT.words).startswith("promise 12 WHAT by BY · Record what you promised")
    assert hint("what", SIGHT.words) == ""
    assert hint("", SIGHT.words) == ""
