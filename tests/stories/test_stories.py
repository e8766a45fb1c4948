"""The stories of this folder: executed documentation of what the committee and the bot do."""

from pathlib import Path

import pytest

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
    import msgspec

    plan = demo_plan()
    return msgspec.structs.replace(plan, committee=plan.committee[:1])


def speaking(language):
    return lambda: demo_plan(language)


PLANS = {"demo": demo_plan, "alone": alone, "pt": speaking("pt"), "es": speaking("es"), "pl": speaking("pl")}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.stem)
def test_every_story_expects_something(story):
    assert any(line[:2].isdigit() and line[2:3] == ":" for line in story.read_text(encoding="utf-8").splitlines())
