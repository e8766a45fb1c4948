"""Every story once more, by the people of a Discord server: the same decisions, and the same answers read."""

import pytest

from bot.story import SetClock, read_story
from tests.rooms import START
from tests.stories.chats import histories, play_on, told_on_a_terminal
from tests.stories.discord import discord_room
from tests.stories.test_stories import STORIES, plan_of

#: Told in a forum and in a text channel: talk in a thread, a digest, and a case that goes its whole way.
IN_BOTH = ("01-from-complaint-to-closed", "07-promises-have-two-ends", "11-the-digest")
#: In these stories members say things that no option can express, and things that options can.
IN_BOTH_WAYS = ("02-who-may-do-what", "08-replies-are-ones-own", "14-by-hand")


def rooms():
    for position, story in enumerate(STORIES):
        for is_forum in (True, False):
            if story.stem in IN_BOTH or is_forum is (position % 2 == 0):
                yield pytest.param(story, is_forum, id=f"{story.stem}-{'forum' if is_forum else 'channel'}")


@pytest.mark.parametrize(("story", "is_forum"), list(rooms()))
async def test_the_story_goes_on_discord_as_on_a_terminal(story, is_forum, tmp_path):
    steps = list(read_story(story.read_text(encoding="utf-8").splitlines()))
    start = steps[0].at if isinstance(steps[0], SetClock) else START
    plan = plan_of(story)
    told = await told_on_a_terminal(tmp_path / "terminal", steps, plan, start)
    async with discord_room(tmp_path, plan, start, is_forum=is_forum) as (room, people):
        await play_on(people, room, steps, told)
        assert await histories(room.store) == told.histories
        await members_were_told_their_duties(people)
    assert story.stem not in IN_BOTH_WAYS or set(people.ways) == {"line", "options"}


async def members_were_told_their_duties(people):
    """Before each digest, whoever owed something then, once, and each of them alone."""
    assert sorted(key for key, _, _ in people.duties) == sorted(people.owing)
    for key, card, member in people.duties:
        assert key.endswith(f"/{member}")
        await people.room_reads(key, card, "", member)
