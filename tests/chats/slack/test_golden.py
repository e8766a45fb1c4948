"""Every kind of card and form as it leaves for Slack, written down. Bring it up to date with ``--snapshot-update``."""

from __future__ import annotations

import pytest
from syrupy.extensions.json import JSONSnapshotExtension

from adapters.chats.slack.blocks import Look, message
from adapters.chats.slack.views import modal, with_remarks
from tests.chats.slack.judges import judge
from tests.chats.slack.made import cards, forms, plan

CARDS, FORMS = cards(), forms()
LOOK = Look(plan(), {3: "https://aurora.slack.com/archives/C1/p1"})
ACCOUNTS = {"U01ANA", "U02LIA"}


@pytest.fixture
def golden(snapshot):
    return snapshot.use_extension(JSONSnapshotExtension)


@pytest.mark.parametrize("kind", CARDS)
def test_a_card_leaves_as_it_is_written_down(kind, golden):
    made = message(CARDS[kind], LOOK)
    judge(made, ACCOUNTS)
    assert made == golden


@pytest.mark.parametrize("kind", FORMS)
def test_a_form_leaves_as_it_is_written_down(kind, golden):
    made = modal(FORMS[kind], LOOK)
    judge(made, ACCOUNTS)
    assert made == golden


def test_a_window_with_remarks_leaves_as_it_is_written_down(golden):
    view = modal(FORMS["reply: write"], LOOK)
    under = view["blocks"][-1]["block_id"]
    remarks = [("⛔ ", "“a culpa é sua”: say what you do now"), ("⚠️ ", "greet João"), ("… and 2 more",)]
    made = with_remarks({**view, "hash": "1.1", "state": {}, "close": None}, under, remarks, LOOK)
    judge(made, ACCOUNTS)
    assert made == golden
