"""What Discord offers while a member types."""

from __future__ import annotations

import pytest

from adapters.chats.discord.limits import check_choices, most
from tests.chats.discord.guild import open_server


@pytest.fixture
async def server(tmp_path):
    async with open_server(tmp_path) as server:
        yield server


async def offered(server, word, option, typed="", who="ana", place=None, **filled):
    found = await server.people[who].autocomplete(place or server.lobby, f"crisis {word}", option, typed, **filled)
    check_choices(found)
    return [choice["value"] for choice in found]


async def three(server):
    """João's and Zoë's are open, Rui's is in resolution."""
    for n, (author, text) in enumerate(
        [("João Lima", "Meu pedido sumiu"), ("Zoë", "Nobody answers"), ("Ivo", "Broken lamp")]
    ):
        await server.complain(text, author, link=f"https://example.com/{n}")
    await server.rui.slash(server.lobby, "crisis claim", case=3)
    await server.rui.slash(server.lobby, "crisis facts", case=3, text="It fell.")


async def test_cases_are_found_by_number_author_first_words_and_phase(server):
    await three(server)
    assert await offered(server, "show", "case") == [3, 2, 1]
    assert await offered(server, "show", "case", "2") == [2]
    assert await offered(server, "show", "case", "#1") == [1]
    assert await offered(server, "show", "case", "joao") == [1]
    assert await offered(server, "show", "case", "ZOË") == [2]
    assert await offered(server, "show", "case", "lamp") == [3]
    assert await offered(server, "show", "case", "lima ped") == [1]
    assert await offered(server, "show", "case", "recogn") == [2, 1]
    assert await offered(server, "show", "case", "interac ivo") == [3]
    assert await offered(server, "show", "case", "nothing like it") == []


async def test_what_a_member_likely_means_comes_first(server):
    await three(server)
    assert await offered(server, "claim", "case") == [2, 1, 3]
    assert await offered(server, "release", "case", who="rui") == [3, 2, 1]


async def test_ended_cases_are_offered_where_they_are_meant(server):
    await three(server)
    await server.lia.slash(server.lobby, "crisis sorting dismiss", case=2, reason="no customer of ours")
    assert await offered(server, "claim", "case") == [1, 3]
    assert await offered(server, "closing reopen", "case") == [2]
    assert await offered(server, "show", "case", "zoe") == [2]


async def test_a_case_says_who_and_what_it_is_about(server):
    await server.complain("Meu   pedido\nnão chegou", "João")
    (choice,) = await server.ana.autocomplete(server.lobby, "crisis claim", "case", "")
    assert choice["name"] == "#1 · João · recognition · Meu pedido não chegou"


async def test_a_long_complaint_is_cut_to_what_discord_takes(server):
    await server.complain("🤯" * 300, "João " * 30)
    (choice,) = await server.ana.autocomplete(server.lobby, "crisis claim", "case", "")
    check_choices([choice])


async def test_promises_of_the_case_are_offered_as_long_as_they_are_owed(server):
    await three(server)
    for what in ("a call", "a new lamp"):
        await server.rui.slash(server.lobby, "crisis promise", case=3, what=what, by="tomorrow 12:00")
    assert await offered(server, "done", "promise", case=3) == [1, 2]
    assert await offered(server, "done", "promise", "lamp", case=3) == [2]
    await server.rui.slash(server.lobby, "crisis done", case=3, promise=1)
    assert await offered(server, "done", "promise", case=3) == [2]
    assert await offered(server, "told", "promise", case=3) == [1, 2]
    assert await offered(server, "done", "promise", place=await server.place(3)) == [2]


async def test_templates_that_fit_the_case_come_first(server):
    await three(server)
    names = await offered(server, "reply", "template", who="rui", case=3)
    assert names
    assert len(names) <= most("choices")
    assert await offered(server, "reply", "template", "apol", who="rui", case=3) == [n for n in names if "apol" in n]
    assert await offered(server, "reply", "template")


async def test_parts_are_joined_while_one_types_in_the_customers_language(server):
    await three(server)
    assert "sorry-wait+" in await offered(server, "reply", "template", "sorry-w", who="rui", case=3)
    then = await offered(server, "reply", "template", "sorry-wait+call", who="rui", case=3)
    assert then == ["sorry-wait+call-today"]
    (choice,) = await server.rui.autocomplete(
        server.lobby, "crisis reply", "template", "sorry-wait+what-we-know+call", case=1
    )
    assert choice["name"] == "sorry-wait+what-we-know+call-today · Uma ligação hoje"


async def test_channels_and_words_are_offered(server):
    assert await offered(server, "new", "channel", "insta") == ["instagram"]
    assert await offered(server, "help", "about", "snoo") == ["snooze"]


async def test_a_bug_while_looking_offers_nothing_and_is_noted(server, monkeypatch):
    async def broken(*_):
        raise RuntimeError

    monkeypatch.setattr(server.discord.inbound._suggesting, "cases", broken)
    assert await offered(server, "claim", "case") == []


async def test_cases_that_come_while_the_bot_runs_are_known(server):
    assert await offered(server, "claim", "case") == []
    await server.complain()
    assert await offered(server, "claim", "case", "jo") == [1]
    await server.complain("Another", "Joana", link="https://example.com/2")
    assert await offered(server, "claim", "case", "jo") == [2, 1]
