"""Every kind of card as it leaves for Discord, written down. Bring it up to date with ``--snapshot-update``."""

from __future__ import annotations

import pytest
from syrupy.extensions.json import JSONSnapshotExtension

from adapters.chats.discord.card import Look, message
from tests.chats.discord.judges import judge
from tests.chats.discord.kinds import ACCOUNTS, LINKS, cards, plan

CARDS = cards()
LOOK = Look(plan(), LINKS)


@pytest.fixture
def golden(snapshot):
    return snapshot.use_extension(JSONSnapshotExtension)


@pytest.mark.parametrize("kind", CARDS)
def test_a_card_leaves_as_it_is_written_down(kind, golden):
    made = message(CARDS[kind], LOOK)
    judge(made, ACCOUNTS)
    assert made.payload() | {"thread": made.name, "attached": made.file} == golden
