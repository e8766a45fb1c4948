"""``python -m tests.stories.record FILE``: writes what the bot says into a story; read it before you keep it."""

import asyncio
import sys
import tempfile
from pathlib import Path

from bot.playing import play
from bot.story import Expects, SetClock, read_story
from tests.rooms import START, open_room
from tests.stories.test_stories import plan_of


async def record(path):
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not is_expected(line)]
    steps = {step.line: step for step in read_story(lines)}
    first = next(iter(steps.values()))
    said, out = [], []
    with tempfile.TemporaryDirectory() as folder:
        async with open_room(
            Path(folder), plan_of(path), first.at if isinstance(first, SetClock) else START, False, said
        ) as (
            room,
            transcript,
        ):
            number, forms = 0, {}
            pending = []
            while number < len(lines):
                pending.append(lines[number])
                step = steps.get(number + 1)
                number += 1
                if step is None and not lines[number - 1].endswith("\\"):
                    out += pending
                    pending = []
                    continue
                while lines[number - 1].endswith("\\"):
                    pending.append(lines[number])
                    number += 1
                await play([step], room, transcript, forms)
                out += pending + [line for line in said if not line.startswith(" ") and " card #" not in line]
                pending = []
                said.clear()
    path.write_text("\n".join(out) + "\n", encoding="utf-8")


def is_expected(line):
    try:
        return isinstance(next(iter(read_story([line])), None), Expects)
    except Exception:
        return False


if __name__ == "__main__":
    for name in sys.argv[1:]:
        asyncio.run(record(Path(name)))
