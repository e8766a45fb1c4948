"""The picture of the README: invented, the same every time, and complete in itself."""

import re
from xml.etree import ElementTree as ET

from adapters.chats.terminal.picture import draw, main


async def test_the_picture_is_the_same_every_time():
    assert await draw() == await draw()


async def test_it_shows_the_room():
    svg = await draw()
    ET.fromstring(svg)
    told = re.sub(r"<[^>]+>", " ", svg).replace("&#160;", " ")
    for words in ("Loja Aurora", "yellow: time to act", "Thread of #3", "Claim", "ana"):
        assert words in told


async def test_nothing_in_it_is_fetched_from_elsewhere():
    svg = await draw()
    assert "@font-face" not in svg
    assert not re.search(r"(?:href|src|url)\s*[=(]\s*[\"']?\s*https?:", svg)


def test_it_is_written_where_it_is_asked_for(tmp_path):
    main([str(tmp_path / "docs" / "room.svg")])
    assert (tmp_path / "docs" / "room.svg").read_text(encoding="utf-8").startswith("<svg")
