"""What a careful colleague says while a member types: few lines, the worst first, and nothing is recorded."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.cards import Card, Form, Remarks
from bot.core.commands import COMMANDS
from bot.core.draft_checks.finding import Severity
from bot.core.showing import remarks_end
from bot.core.words import Words, plain
from tests.rooms import open_room
from tests.test_desk import complaint

BLAMING = "João, a culpa é sua, o senhor deveria ter lido o prazo."


@pytest.fixture
async def room(tmp_path):
    async with open_room(tmp_path, checks=False) as (room, _):
        await room.receive(complaint())
        await room.receive(complaint("x", channel="x", author="Lucía", text="Me cobraron dos veces el pedido"))
        await room.hear("ana", "claim 1")
        yield room


def said(remarks):
    return [plain(line) for line in remarks.lines]


def end_of(remarks):
    return plain(remarks_end(remarks, Words("en")))


async def remarks(room, command, text=None, by="ana", case=0):
    return await room.desk.remarks(by, command, None if text is None else {"text": text}, case=case)


async def draft(room, command="reply 1 heard-delay"):
    form = await room.hear("ana", command)
    assert isinstance(form, Form)
    return form.fields[0].value


async def test_the_worst_is_said_first_in_few_lines_and_the_others_are_counted(room):
    """Rule 000-13."""
    told = await remarks(room, "reply 1 heard", f"{BLAMING} Calma!!! Não é culpa nossa!!! ACALME-SE AGORA")
    assert len(told.lines) == 3
    assert said(told)[0].startswith("⛔ “culpa é sua, o senhor deveria")
    assert all(line.startswith("⛔") for line in said(told))
    assert "… and" in end_of(told)


async def test_what_is_found_often_is_told_once(room):
    told = await remarks(room, "check", "How dare you!!! Really!!! Again!!!")
    assert len([line for line in said(told) if "exclamation" in line]) == 1
    assert len([place for place in told.underlined if place.severity is Severity.BLOCK]) >= 3


async def test_marks_stand_where_it_was_typed(room):
    text = f"\n  {BLAMING}"
    (mark, *_) = (await remarks(room, "reply 1 heard", text)).underlined
    assert text[mark.start : mark.end] == "culpa é sua, o senhor deveria"


async def test_an_untouched_draft_lacks_nothing_yet(room):
    """Missing parts are for texts that somebody has written (rules 000-09 and 004-27)."""
    untouched = await draft(room)
    told = await remarks(room, "reply 1 heard-delay", untouched)
    assert ["hole" in line for line in said(told)] == [True]
    assert {untouched[mark.start] for mark in told.underlined} == {"⟦"}, "what stands in a hole is the template's own"
    touched = await remarks(room, "reply 1 heard-delay", f"{untouched} Um abraço.")
    assert any("of this is your own" in line for line in said(touched))


@pytest.mark.parametrize("begun", ["", "J", "João,", "João, bom dia!"])
async def test_of_a_text_that_has_hardly_begun_nothing_is_missing(room, begun):
    assert (await remarks(room, "reply 1 heard", begun)).lines == ()


async def test_what_is_missing_is_said_once_there_is_a_text(room):
    told = await remarks(room, "reply 1 heard", "João, o seu pedido ainda não chegou.")
    assert any("sorry" in line for line in said(told))


async def test_a_text_with_nothing_to_say_against_it_hears_so(room):
    told = await remarks(room, "reply 1 wrap-up", "O pedido do João, que não chegou, está com ele desde ontem.")
    assert said(told) == ["Nothing to say against it. Read it once more as the customer would."]


async def test_the_room_that_is_left_is_counted_as_the_channel_counts_it(room):
    told = await remarks(room, "reply 2 heard", "Lucía 🙂 https://loja.example/a/very/long/address/indeed")
    assert end_of(told).endswith("X: 32 of 280")
    told = await remarks(room, "reply 2 heard", "Lucía " * 60)
    assert said(told)[0].endswith("”: It is 79 characters too long for X, which takes 280.")
    assert end_of(told).endswith("X: 359 of 280")
    assert end_of(await remarks(room, "check", "Lucía")) == "", "nobody knows where it goes"


@pytest.mark.parametrize(
    "line", [f"reply 1 heard: {BLAMING}", f"/crisis reply #1 {BLAMING}", f"check 1 {BLAMING}", f"check {BLAMING}"]
)
async def test_a_line_is_read_while_it_is_typed(room, line):
    assert said(await remarks(room, line))[0].startswith("⛔ “culpa é sua")


async def test_in_a_thread_the_line_needs_no_number(room):
    told = await remarks(room, "reply heard: Lucía, qué pena", case=2)
    assert end_of(told).startswith("X: ")


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"reply", "check", "improve"}))
async def test_other_commands_are_not_read(room, command):
    for line in (f"{command} 1", f"{command} 1 {BLAMING}"):
        values = dict.fromkeys(("text", "note", "reason", "what", "because"), BLAMING)
        assert await room.desk.remarks("ana", line, values) == Remarks()


@pytest.mark.parametrize("line", ["", "rep", "reply", "reply 99: Olá, João", "reply 1", "reply 1 nothing: Olá", "  "])
async def test_of_what_is_typed_half_way_nothing_is_said(room, line):
    assert await remarks(room, line) == Remarks()


async def test_who_is_not_on_the_committee_hears_nothing(room):
    assert await remarks(room, f"check {BLAMING}", by="eve") == Remarks()


async def test_nothing_is_recorded_and_the_end_is_what_was_said_on_the_way(room):
    before = await room.store.history(1)
    told = await remarks(room, "reply 1 heard", BLAMING)
    assert await room.store.history(1) == before
    refused = await room.hear("ana", f"reply 1 heard: {BLAMING}")
    assert isinstance(refused, Card)
    assert plain(refused.lines[0]) in said(told)[0]


TYPED = st.one_of(
    st.text(max_size=80),
    st.builds("{} {}".format, st.sampled_from(sorted(COMMANDS)), st.text(max_size=60)),
    st.builds('reply 1 heard: {} despite="{}'.format, st.text(max_size=40), st.text(max_size=10)),
)


@given(line=TYPED, text=st.one_of(st.none(), st.text(max_size=120)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
async def test_whatever_is_typed_half_way_breaks_nothing(room, line, text):
    assert len((await remarks(room, line, text)).lines) <= 3


async def test_a_second_reader_is_read_along_as_the_author_was(room):
    """Rule 001-13: who writes a reply better hears the same of it, by the kind that it began with."""
    await room.hear("ana", "mark 1 heated")
    text = "João, sinto muito que seu pedido não chegou. Falo agora com a transportadora e hoje às 15h escrevo aqui."
    await room.hear("ana", f"reply 1 heard: {text}")
    form = await room.hear("rui", "improve 1")
    assert isinstance(form, Form) and form.fields[0].read_along
    assert said(await remarks(room, form.command, f"{text} Acalme-se.", by="rui"))[0].startswith("⛔ “Acalme-se”")
    assert said(await remarks(room, form.command, "Vamos ver isso com a equipe toda aqui.", by="rui"))
