"""Odd input that once broke a rule or stopped the room."""

import time

import pytest

from bot.core.commands import Done, Promise
from bot.core.grammar import BadCommand, Ground, parse
from bot.core.links import is_web_link
from bot.core.replies import fingerprint
from tests.core.made import NOW, PLAN

GROUND = Ground(PLAN, NOW)


@pytest.mark.parametrize("line", ["done 12 0", "told 12 0", "merge 12 into 0", "merge 12 #0"])
def test_0_is_the_number_of_nothing(line):
    """It stands inside for a number that was left out, and must not pick the only promise."""
    with pytest.raises(BadCommand):
        parse(line, GROUND)


def test_a_number_that_was_left_out_stays_out():
    assert parse("done 12", GROUND) == Done(12)


def test_a_long_text_full_of_words_that_lead_to_a_moment_is_read_at_once():
    text = "para " * 20_000
    started = time.perf_counter()
    assert parse(f"promise 12 {text}", GROUND) == Promise(12, text.strip())
    assert time.perf_counter() - started < 2


def test_half_a_character_is_in_no_link():
    """It could not be written to a file."""
    assert not is_web_link("https://example.com/\ud800")


def test_two_rows_of_pictures_are_two_texts():
    assert fingerprint("❤️", "João") != fingerprint("🎉", "João")
