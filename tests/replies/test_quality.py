"""The corpora are whole, and the checks are as good on them as is promised."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location("quality", Path(__file__).parent / "quality.py")
quality = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(quality)

each_language = pytest.mark.parametrize("language", quality.LANGUAGES)


@each_language
def test_a_language_has_150_drafts_and_a_part_of_them_is_held_back(language):
    dev, held = (list(quality.lines(language, part)) for part in quality.PARTS)
    assert len(dev) + len(held) >= 150
    assert len(held) >= 30
    assert len({line["id"] for line in dev + held}) == len(dev) + len(held)


@each_language
@pytest.mark.parametrize(("check", "precision", "recall"), [("discretion", 0.97, 0.99), ("go-private", 0.95, 0.95)])
def test_the_checks_keep_their_aims_on_what_they_were_tuned_on(language, check, precision, recall):
    by_id, _, mistakes = quality.measured(language, "dev", check)
    score = quality.total(by_id)
    assert score.precision >= precision, [(each.id, each.text) for each in mistakes]
    assert score.recall >= recall, [(each.id, each.text) for each in mistakes]


@each_language
def test_no_card_is_ever_missed(language):
    """Card numbers always block (rule 004-30): also in drafts that nobody tuned the check on."""
    for part in quality.PARTS:
        by_id = quality.measured(language, part, "discretion").by_id
        assert by_id.get("discretion/card", quality.Score()).missed == 0
