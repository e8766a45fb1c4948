"""The App Home, where there is no line to type in: what is owed next can be pressed."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from adapters.chats.slack.blocks import Look, blocks
from adapters.chats.slack.home import NEAREST, home_view, nearest_first
from bot.core.duties import duties
from bot.core.events import Claimed
from bot.core.showing import todo_card
from bot.core.words import CaseLink
from tests.chats.slack.made import EN, plan
from tests.chats.slack.workspace import buttons, needs_slack, open_bot, open_workspace, shown
from tests.core.made import NOW, case

LOOK = Look(plan(), is_private=True)


def owed():
    now = NOW + timedelta(minutes=5)
    some = [case(), case(Claimed(), number=2)]
    return todo_card([(each, duty) for each in some for duty in duties(each, plan(), now)], EN, now)


def test_each_command_that_is_owed_has_one_button_with_its_case_and_the_first_is_the_main_one():
    made = nearest_first(owed(), EN)
    assert [each.command for each in made] == list(dict.fromkeys(each.command for each in made))
    assert made[0].label == "#12 Claim"
    assert [each.is_main for each in made] == [True, *([False] * (len(made) - 1))]
    assert len(made) <= NEAREST


def test_who_owes_nothing_has_no_such_buttons():
    assert nearest_first(todo_card([], EN, NOW), EN) == ()


def test_several_cases_are_a_list_and_one_is_a_line():
    def kinds(*lines):
        (block,) = blocks(replace(owed(), title="", lines=lines, buttons=()), LOOK)
        return [part["type"] for part in block["elements"]]

    first, second = (CaseLink(1), " late"), (CaseLink(2), " late")
    assert kinds(("Said.",), first, second, ("And said.",)) == [
        "rich_text_section",
        "rich_text_list",
        "rich_text_section",
    ]
    assert kinds(("Said.",), first) == ["rich_text_section", "rich_text_section"]


def test_ids_of_the_home_are_unique():
    card = owed()
    ids = [each["block_id"] for each in home_view([card, card, card], LOOK)["blocks"] if "block_id" in each]
    assert len(ids) == len(set(ids)) == 3


@needs_slack
@pytest.mark.xdist_group("slack")
async def test_the_home_offers_what_is_owed_before_everything_else(tmp_path):
    async with open_workspace(tmp_path / "workspace") as slack, open_bot(tmp_path, slack) as bot:
        await bot.complain()
        await slack.open_home("ana")
        view = await slack.home("ana", "Open cases")
        assert [each["value"] for each in buttons(view)][:2] == ["claim 1", "new"]
        assert "#1 Claim" in shown(view)
        await slack.open_home("eve")
        assert not buttons(await slack.home("eve", "Only the crisis committee"))
