"""The stories of this folder: executed documentation of what the committee and the bot do."""

import re
from datetime import timedelta
from itertools import takewhile
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.core.plan import Limits, Need, PrivateChannel, Role, Step
from bot.demo.people import demo_plan
from tests.rooms import tell

STORIES = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.stem)
async def test_the_story_goes_as_it_is_told(story, tmp_path):
    await tell(tmp_path, story.read_text(encoding="utf-8"), plan_of(story))


def plan_of(story):
    """``# plan: name`` in the first line chooses another committee."""
    first = story.read_text(encoding="utf-8").partition("\n")[0]
    return PLANS[first.removeprefix("# plan:").strip() if first.startswith("# plan:") else "demo"]()


def alone():
    """A committee of one (rule 003-01)."""
    plan = demo_plan()
    return replace(plan, committee=plan.committee[:1])


def speaking(language):
    return lambda: demo_plan(language)


def living_in(zone, country, language, subdivision=""):
    """The same committee in another country, with its language, its clock and its holidays."""
    return lambda: replace(demo_plan(language), zone=zone, country=country, subdivision=subdivision)


def advised():
    """A committee that advises the closing steps, and asks for no public wrap-up."""
    closing = {Step.STATEMENT: Need.ADVISED, Step.UPDATE: Need.ADVISED, Step.WRAP_UP: Need.OFF}
    return replace(demo_plan(), closing=closing)


def limited():
    """Community managers promise three days and 50 alone; the plan says where customers are asked to write."""
    limits = {Role.COMMUNITY_MANAGER: Limits(timedelta(days=3), 50, 10)}
    private = {PrivateChannel.PHONE: "0800 591 2040", PrivateChannel.DM: "@lojaaurora"}
    return replace(demo_plan(), limits=limits, private=private)


PLANS = {
    "demo": demo_plan,
    "alone": alone,
    "advised": advised,
    "limited": limited,
    "pt": speaking("pt"),
    "es": speaking("es"),
    "pl": speaking("pl"),
    "madrid": living_in("Europe/Madrid", "ES", "es", "MD"),
    "warsaw": living_in("Europe/Warsaw", "PL", "pl"),
}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.stem)
def test_every_story_expects_something(story):
    assert any(line[:2].isdigit() and line[2:3] == ":" for line in story.read_text(encoding="utf-8").splitlines())


async def test_the_long_digest_tells_each_thing_in_the_order_in_which_it_hurts(tmp_path):
    """Rules 000-15, 002-21, 003-18 and 004-33: stories expect first lines alone, so its sections are read here."""
    [story] = [each for each in STORIES if each.stem == "29-a-long-digest"]
    said = await tell(tmp_path, story.read_text(encoding="utf-8"), plan_of(story))
    begin = next(number for number, line in enumerate(said) if "room: Digest of 2026-08-25" in line)
    digest = list(takewhile(lambda line: line.startswith(" "), said[begin + 1 :]))
    assert [line.strip() for line in digest if not line.startswith(" " * 8)] == [
        "The light is yellow: 6 cases are open.",
        "Late first contacts",
        "Late resolutions",
        "Promises due or untold",
        "Unclaimed",
        "Unanswered questions",
        "Waiting for the customer",
        "Snoozed",
        "Closed yesterday",
        "[What I owe] [Late] [Unclaimed]",
    ]
    cases = [re.search(r"#(\d)", line)[1] for line in digest if line.startswith(" " * 8)]
    assert cases == ["1", "4", "1", "2", "2", "3", "1", "4", "5", "4", "8"]


@pytest.mark.parametrize("language", ["pt", "es", "pl"])
async def test_a_committee_of_another_language_reads_nothing_in_english(language, tmp_path):
    """What the bot says for itself; the customer's words, the members' words and commands are as they are."""
    [story] = [each for each in STORIES if each.read_text(encoding="utf-8").startswith(f"# plan: {language}\n")]
    said = "\n".join(await tell(tmp_path, story.read_text(encoding="utf-8"), plan_of(story)))
    spoken = re.sub(r"`[^`]*`|“[^”]*”|„[^”]*”", "", said)
    english = re.compile(r"\b(the|was|has|noted|due|customer|owed|reply|promise|case|close[sd]?|next)\b", re.IGNORECASE)
    assert not [line for line in spoken.splitlines() if english.search(line)]
