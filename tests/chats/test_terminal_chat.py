"""The terminal's chat: one key stands once, an edit finds its place, and the picture of the room is kept."""

from datetime import timedelta

import pytest

from adapters.chats.terminal import TerminalChat
from adapters.chats.terminal.chat import FILE, MOST_MESSAGES
from bot.core.cards import Card
from bot.demo.people import START
from bot.ports import Chat


@pytest.fixture
def clock():
    class Hand:
        at = START

        def __call__(self):
            return self.at

    return Hand()


@pytest.fixture
def chat(clock):
    return TerminalChat(None, clock)


def test_it_is_a_chat(chat):
    port: Chat = chat
    assert port.pace == timedelta()


async def test_a_key_posted_twice_stands_once(chat):
    first = await chat.post("case/1", Card(title="a"))
    again = await chat.post("case/1", Card(title="b"))
    assert first == again
    assert [said.card.title for said in chat.messages.values()] == ["b"]


async def test_an_edit_keeps_its_place_and_time(chat, clock):
    ref = await chat.post("case/1", Card(title="a"))
    await chat.post("case/2", Card(title="b"))
    clock.at += timedelta(hours=1)
    await chat.edit(ref, Card(title="c"))
    assert [(said.card.title, said.at) for said in chat.messages.values()] == [("c", START), ("b", START)]


async def test_a_thread_stands_under_its_card(chat):
    card = await chat.post("case/1", Card(case=1))
    await chat.post("case/1/2", Card(title="x"), under=card)
    await chat.post("case/1/3", Card(title="y"), under=card)
    await chat.post("case/2", Card(case=2))
    assert [said.card.title for said in chat.thread(card)] == ["x", "y"]
    assert chat.thread("") == []
    assert [said.card.case for said in chat.cards()] == [1, 2]


async def test_a_private_message_knows_its_reader(chat):
    ref = await chat.post("trouble/lia/case/1", Card(title="x"), to="lia")
    assert chat.messages[ref].to == "lia"


async def test_an_edit_of_a_message_that_is_not_known_sets_it_up_again(clock):
    before = TerminalChat(None, clock)
    card = await before.post("case/1", Card(case=1))
    talk = await before.post("case/1/2", Card(), under=card)
    private = await before.post("trouble/lia/x", Card(), to="lia")
    after = TerminalChat(None, clock)
    for ref in (card, talk, private):
        await after.edit(ref, Card(title="again"))
        assert after.messages[ref].key == before.messages[ref].key
        assert after.messages[ref].under == before.messages[ref].under
        assert after.messages[ref].to == before.messages[ref].to
    assert await after.post("case/1/2", Card(), under=card) == talk


async def test_listeners_hear_posts_and_edits_until_they_stop(chat):
    heard = []
    stop = chat.listen(heard.append)
    ref = await chat.post("case/1", Card(title="a"))
    await chat.edit(ref, Card(title="b"))
    stop()
    await chat.edit(ref, Card(title="c"))
    assert [said.card.title for said in heard] == ["a", "b"]


async def test_the_room_comes_back_after_a_restart(tmp_path, clock):
    before = TerminalChat(tmp_path, clock)
    card = await before.post("case/1", Card(case=1, quote="“olá”"))
    await before.post("case/1/2", Card(title="x"), under=card)
    before.keep()
    after = TerminalChat(tmp_path, clock)
    assert list(after.messages.values()) == list(before.messages.values())


@pytest.mark.parametrize("junk", [b"", b"{", b"null", b'{"a": 1}', b"\xff\xfe", b"[1]"])
async def test_a_picture_that_cannot_be_read_is_no_loss(tmp_path, clock, junk):
    (tmp_path / FILE).write_bytes(junk)
    assert not TerminalChat(tmp_path, clock).messages


async def test_nothing_is_written_when_nothing_changed(tmp_path, clock):
    chat = TerminalChat(tmp_path, clock)
    chat.keep()
    assert not (tmp_path / FILE).exists()
    await chat.post("case/1", Card())
    chat.keep()
    written = (tmp_path / FILE).stat().st_mtime_ns
    chat.keep()
    assert (tmp_path / FILE).stat().st_mtime_ns == written
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


async def test_the_oldest_messages_go_first(chat):
    for number in range(MOST_MESSAGES + 5):
        await chat.post(f"digest/{number}", Card())
    assert len(chat.messages) == MOST_MESSAGES
    assert "digest/4" not in chat.messages
    assert "digest/5" in chat.messages
