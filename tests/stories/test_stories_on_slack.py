"""Every story once more, by the people of a real Slack workspace: the same decisions, and the same answers read."""

import pytest

from bot.story import SetClock, read_story
from tests.chats.slack.judging import all_are_fit
from tests.chats.slack.workspace import needs_slack
from tests.rooms import START
from tests.stories.chats import histories, play_on, told_on_a_terminal
from tests.stories.slack import on_slack, slack_room
from tests.stories.test_stories import STORIES, plan_of

pytestmark = needs_slack


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.stem)
async def test_the_story_goes_on_slack_as_on_a_terminal(story, tmp_path):
    steps = list(read_story(story.read_text(encoding="utf-8").splitlines()))
    start = steps[0].at if isinstance(steps[0], SetClock) else START
    plan = on_slack(plan_of(story))
    told = await told_on_a_terminal(tmp_path / "terminal", steps, plan, start)
    async with slack_room(tmp_path, plan, start) as (room, people):
        await play_on(people, room, steps, told)
        assert await histories(room.store) == told.histories
        assert (await all_are_fit(people.workspace)).total() >= len(told.messages)
