"""The three recipes of CONTRIBUTING are true: they are followed to the letter on a copy of the code."""

import importlib.util
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from bot.library import load
from bot.timetable import poll
from tests.rooms import open_room

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```(\w+)\n(?:# (\S+\.\S+)\n)?(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [
    (kind, file, text) for kind, file, text in BLOCK.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
]


def of_kind(kind):
    return [(file, text) for each, file, text in BLOCKS if each == kind]


def follow(diff, path):
    """Replaces what the diff's unchanged and taken lines say by its unchanged and added ones."""
    lines = diff.splitlines()
    old = "\n".join(line[1:] for line in lines if line[:1] in {" ", "-"})
    new = "\n".join(line[1:] for line in lines if line[:1] in {" ", "+"})
    code = path.read_text(encoding="utf-8")
    assert code.count(old) == 1, f"{path.name} has {code.count(old)} places for\n{old}"
    path.write_text(code.replace(old, new), encoding="utf-8")


def test_a_command_is_a_class_a_branch_and_a_line_in_a_story(tmp_path):
    for folder in ("bot", "adapters", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    diffs = of_kind("diff")
    assert len(diffs) == 4
    for file, diff in diffs:
        follow(diff, tmp_path / file)
    ((_, story),) = of_kind("story")
    played = subprocess.run(
        [sys.executable, "-m", "bot", "demo"],
        input=story,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    assert played.returncode == 0, played.stderr
    said = played.stdout.splitlines()
    assert set(story.splitlines()[2:]) <= set(said)
    helped = subprocess.run(
        [sys.executable, "-m", "bot", "demo"],
        input="ana> help evidence\n",
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
        check=True,
    )
    assert "Keep the address of a proof with the facts." in helped.stdout


async def test_a_source_is_one_file(tmp_path):
    ((file, code),) = of_kind("python")
    path = tmp_path / Path(file).name
    path.write_text(code, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("toy", path)
    toy = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(toy)
    async with open_room(tmp_path / "data", checks=False) as (room, _):
        source = toy.Toy(room.clock)
        assert await poll(room, source) == 1
        await room.advance(timedelta(minutes=10))
        assert await poll(room, source) == 1
        assert len(await room.store.live_cases()) == 2
        assert await room.store.cursor("toy") == "2"


async def test_a_template_is_one_file(tmp_path):
    ((file, text),) = of_kind("jinja")
    path = tmp_path / file
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    assert load(tmp_path).find("heard-leak", "en").title == "A leak in the shop, you have been heard"
