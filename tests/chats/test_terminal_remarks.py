"""What a careful colleague says in the terminal while one types: in the form, and below the input line."""

import pytest
from textual.widgets import Static, TextArea

from adapters.chats.terminal import forms, line
from adapters.chats.terminal.forms import FormScreen
from adapters.chats.terminal.underlined import UnderlinedText, moved
from bot.core.cards import Underline
from bot.core.draft_checks.finding import Severity
from bot.core.replies import length
from tests.chats.test_terminal_screen import REPLY, complaint, open_screen, say, seen, settle

BLAMING = "João, a culpa é sua, o senhor deveria ter lido o prazo."
ANGRY = f"{BLAMING}\nCALMA, POR FAVOR!!! Escreva para joao@example.com."
#: Looks at the screen until something is there: some seconds in all, and never by the clock.
LOOKS, LOOK_S = 400, 0.01


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    """A key rests for a moment only."""
    monkeypatch.setattr(forms, "REST_S", 0.01)
    monkeypatch.setattr(line, "REST_S", 0.01)


async def until(pilot, look):
    for _ in range(LOOKS):
        if look():
            return
        await pilot.pause(LOOK_S)
    raise AssertionError("it never was on the screen")


async def open_reply(pilot, template="heard-delay"):
    await say(pilot, "claim 1")
    await say(pilot, f"reply 1 {template}")
    return pilot.app.screen


def said(screen):
    return seen(screen.query_one(".said", Static))


def end(screen):
    return seen(screen.query_one(".more", Static))


async def test_what_there_is_to_say_follows_what_is_typed(tmp_path):
    """Rule 000-13: before the text is accepted."""
    async with open_screen(tmp_path, complaints=[complaint(channel="x")]) as (_, pilot):
        form = await open_reply(pilot)
        await until(pilot, lambda: "hole" in said(form))
        form.query_one(TextArea).text = ""
        await until(pilot, lambda: not said(form))
        await pilot.press(*"a culpa")
        await until(pilot, lambda: end(form) == "X: 7 of 280")
        assert not said(form)
        await pilot.press(*" é sua")
        await until(pilot, lambda: "whose fault" in said(form))
        form.query_one(TextArea).text = REPLY
        await until(pilot, lambda: "fault" not in said(form) and f"X: {length(REPLY, 'x')} of 280" in end(form))
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert not isinstance(pilot.app.screen, FormScreen)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 12)])
async def test_nothing_jumps_while_one_types(tmp_path, size):
    async with open_screen(tmp_path, size=size) as (_, pilot):
        form = await open_reply(pilot)
        parts = [form.query_one(TextArea), form.query_one(".said"), form.query_one(".more"), form.query_one("#send")]
        before = None
        for typed in ("", "João", ANGRY, "João", ANGRY * 5):
            form.query_one(TextArea).text = typed
            await until(pilot, lambda typed=typed: bool(said(form)) is (len(typed) > 5))
            await pilot.pause()
            now = [part.region for part in parts]
            assert now == (before or now)
            before = now


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_remarks_are_in_sight_with_the_text_and_what_is_left_out_is_counted(tmp_path, size):
    async with open_screen(tmp_path, size=size) as (app, pilot):
        form = await open_reply(pilot)
        form.query_one(TextArea).text = ANGRY
        await until(pilot, lambda: "culpa" in said(form))
        for part in (".asked", ".said", ".more", "#send"):
            assert app.screen.region.contains_region(form.query_one(part).region), part
        told = said(form).count("⛔") + said(form).count("⚠️")
        everything = await app.room.remarks("ana", "reply 1 heard-delay", {"text": ANGRY})
        assert f"… and {len(everything.lines) + everything.left - told} more" in end(form)


async def test_the_words_that_something_is_said_of_are_underlined(tmp_path):
    async with open_screen(tmp_path) as (_, pilot):
        form = await open_reply(pilot)
        text = form.query_one(UnderlinedText)
        text.text = ANGRY
        await until(pilot, lambda: marked(text, 0) == ["culpa é sua, o senhor deveria"])
        assert "joao@example.com" in marked(text, 1)


async def test_marks_keep_to_their_words_while_one_types(tmp_path, monkeypatch):
    async with open_screen(tmp_path) as (_, pilot):
        form = await open_reply(pilot)
        text = form.query_one(UnderlinedText)
        text.text = BLAMING
        await until(pilot, lambda: marked(text, 0) == ["culpa é sua, o senhor deveria"])
        monkeypatch.setattr(forms, "REST_S", 3_600)
        text.move_cursor((0, 0))
        await pilot.press(*"Oi ")
        assert text.text.startswith("Oi João")
        assert marked(text, 0) == ["culpa é sua, o senhor deveria"]


def marked(text, row):
    shown = text.get_line(row)
    return [shown.plain[span.start : span.end] for span in shown.spans]


@pytest.mark.parametrize(
    ("before", "after", "stays"),
    [
        ("ab CD ef", "ab CD ef", ["CD"]),
        ("ab CD ef", "a CD ef", ["CD"]),
        ("ab CD ef", "ab xxx CD ef", ["CD"]),
        ("ab CD ef", "ab CD", ["CD"]),
        ("ab CD ef", "ab CxD ef", []),
        ("ab CD ef", "", []),
        ("ab CD ef", "ab C ef", []),
    ],
)
def test_a_mark_moves_with_its_words_and_goes_with_them(before, after, stays):
    (place, *_) = [Underline(3, 5, Severity.BLOCK)]
    assert [after[mark.start : mark.end] for mark in moved([place], before, after)] == stays


async def test_nobody_is_spoken_to_between_two_keys(tmp_path, monkeypatch):
    async with open_screen(tmp_path) as (app, pilot):
        form = await open_reply(pilot)
        await until(pilot, lambda: "hole" in said(form))
        monkeypatch.setattr(forms, "REST_S", 3_600)
        asked = []
        monkeypatch.setattr(app.room, "remarks", lambda *what, **_: asked.append(what))
        await pilot.press(*"twenty keys in a row")
        await settle(pilot)
        assert asked == []


async def test_other_forms_are_not_read(tmp_path):
    async with open_screen(tmp_path) as (_, pilot):
        await say(pilot, "facts 1")
        assert not pilot.app.screen.query(".said")
        assert not pilot.app.screen.query(UnderlinedText)


async def test_a_refused_text_is_read_in_the_form_that_comes_back(tmp_path):
    async with open_screen(tmp_path) as (_, pilot):
        form = await open_reply(pilot, "heard")
        form.query_one(TextArea).text = BLAMING
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert "fault" in seen(form.query_one("#error"))
        await until(pilot, lambda: "fault" in said(form))


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_a_refused_text_leaves_room_for_the_remarks_and_the_buttons(tmp_path, size):
    async with open_screen(tmp_path, size=size) as (app, pilot):
        form = await open_reply(pilot, "heard")
        form.query_one(TextArea).text = ANGRY
        await pilot.press("ctrl+s")
        await settle(pilot)
        await until(pilot, lambda: "fault" in said(form))
        for part in (".said", ".more", "#send"):
            assert form.query_one("#form").region.contains_region(form.query_one(part).region), part


async def test_a_bug_in_a_check_does_not_end_the_typing(tmp_path, monkeypatch):
    async with open_screen(tmp_path) as (app, pilot):

        async def fail(*_, **__):
            raise ValueError("a bug")

        monkeypatch.setattr(app.room, "remarks", fail)
        form = await open_reply(pilot)
        await pilot.press(*"abc")
        await pilot.pause(0.05)
        assert form.query_one(TextArea).text.startswith("abc")
        assert app.is_running


# The input line


def hints(app):
    return seen(app.query_one("#hints"))


@pytest.mark.parametrize("begun", ["reply 1 heard: ", "ana> reply 1 ", "check ", "check 1 "])
async def test_the_first_thing_to_say_stands_where_the_hint_stands(tmp_path, begun):
    async with open_screen(tmp_path) as (app, pilot):
        app.line.enter(begun)
        await settle(pilot)
        assert hints(app).startswith(("reply 12", "check [12]"))
        await pilot.press(*"a culpa é sua")
        await until(pilot, lambda: hints(app).startswith("⛔ “culpa é sua"))
        await pilot.press(*" e")
        assert hints(app).startswith("⛔"), "it stays while one types on"
        app.line.enter("facts 1 a culpa é sua")
        await until(pilot, lambda: hints(app).startswith("facts 12 TEXT"))


async def test_a_line_that_was_sent_has_nothing_said_of_it(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        app.line.enter("check a culpa é sua")
        await until(pilot, lambda: hints(app).startswith("⛔"))
        await pilot.press("enter")
        await until(pilot, lambda: hints(app).startswith("F1 help"))
