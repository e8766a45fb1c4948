"""The terminal room, used as a member uses it: real desk, real store, a clock moved by hand."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from textual.widgets import Input, Select, Static, TextArea

from adapters.chats.terminal import TerminalChat
from adapters.chats.terminal.cards import CardView, CommandButton
from adapters.chats.terminal.forms import FormScreen
from adapters.chats.terminal.line import Candidates
from adapters.chats.terminal.screen import MOST_SHOWN, RoomScreen, welcome
from adapters.stores.tiny import open_store
from bot.core.cards import Button, Card, Tone
from bot.core.complaint import Complaint, key_of
from bot.core.words import Code
from bot.demo.arrivals import arrivals
from bot.demo.people import START, demo_plan
from bot.library import load
from bot.room import HandClock, Room

LIBRARY = load()
REPLY = (
    "João, sentimos muito pelo atraso do pedido 48213. Ele se perdeu em Campinas; enviamos outro hoje, "
    "e eu mesma acompanho até chegar. Ana, da Loja Aurora"
)


def complaint(text="Meu pedido não chegou", author="João", channel="facebook", ago=timedelta(minutes=5)):
    return Complaint(key_of(channel, author, text), channel, text, START - ago, author)


@asynccontextmanager
async def open_screen(folder, size=(120, 40), complaints=None, coming=(), is_demo=True, language="en"):
    """A screen over a room; the complaints have arrived."""
    clock = HandClock(START)
    chat = TerminalChat(folder, clock)
    plan = demo_plan(language)
    room = Room(plan, LIBRARY, await open_store(folder), chat, clock, folder, arrivals=coming, is_demo=is_demo)
    app = RoomScreen(room, chat)
    try:
        for each in [complaint()] if complaints is None else complaints:
            await room.receive(each)
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            yield app, pilot
    finally:
        await room.close()


async def settle(pilot):
    """Until everything that was asked for is on the screen."""
    for _ in range(3):
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()


async def say(pilot, line):
    """A member types the line and presses Enter."""
    pilot.app.line.enter(line)
    await pilot.press("enter")
    await settle(pilot)


def seen(widget):
    """What can be read in a widget, whatever its colours."""
    if isinstance(widget, Static):
        return str(widget.render()) if widget.display else ""
    if isinstance(widget, CommandButton):
        return f"[{widget.label}]"
    return "\n".join(filter(None, (seen(child) for child in widget.children if child.display)))


def room_text(app):
    return seen(app.cards)


def thread_text(app):
    return seen(app.thread)


def private_text(app):
    strip = app.query_one("#private")
    return f"{strip.border_title}\n{seen(strip)}" if strip.display else ""


# Cards


async def test_a_complaint_becomes_a_card_that_leads_with_the_customers_words(tmp_path):
    async with open_screen(tmp_path) as (app, _):
        assert "#1 Facebook · new" in room_text(app)
        assert "“Meu pedido não chegou”" in room_text(app)
        assert "[Claim]" in room_text(app)


async def test_a_complaint_that_arrives_meanwhile_is_the_newest_card(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await app.room.receive(complaint("Otro retraso", "Lucía", "x"))
        await settle(pilot)
        assert "“Otro retraso”" in seen(list(app.cards.query(CardView))[-1])


async def test_a_typed_claim_changes_the_card_in_its_place(tmp_path):
    async with open_screen(tmp_path, complaints=[complaint(), complaint("Otro retraso", "Lucía", "x")]) as (app, pilot):
        await say(pilot, "claim 1")
        views = list(app.cards.query(CardView))
        assert "in hand" in seen(views[0])
        assert "Owner: ana" in seen(views[0])
        assert "#2 X · new" in seen(views[1])
        assert "ana has #1" in thread_text(app)
        assert "Noted." in private_text(app)
        assert app.selected == 1


async def test_a_clicked_button_acts(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        claim = app.cards.query(CommandButton).first()
        assert await pilot.click(claim)
        await settle(pilot)
        assert "Owner: ana" in room_text(app)
        assert app.selected == 1


async def test_buttons_are_reached_by_tab_and_pressed_by_enter(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await pilot.press("tab", "tab")
        assert isinstance(app.focused, CommandButton)
        assert app.focused.command == "claim 1"
        await pilot.press("right")
        assert app.focused.command == "dismiss 1"
        await pilot.press("left", "enter")
        await settle(pilot)
        assert "Owner: ana" in room_text(app)


async def test_buttons_are_pressed_by_their_number(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await pilot.press("tab")
        assert "[1 Claim]" in room_text(app)
        await pilot.press("1")
        await settle(pilot)
        assert "Owner: ana" in room_text(app)


async def test_a_number_without_a_button_does_nothing(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await pilot.press("tab", "9")
        await settle(pilot)
        assert "nobody yet" in room_text(app)


async def test_arrows_go_from_card_to_card(tmp_path):
    three = [complaint(f"text {n}", f"author {n}") for n in range(3)]
    async with open_screen(tmp_path, complaints=three) as (app, pilot):
        await pilot.press("tab")
        assert app.selected == 3
        await pilot.press("up", "up", "up", "up")
        await settle(pilot)
        assert app.selected == 1
        await pilot.press("down")
        await settle(pilot)
        assert app.selected == 2


async def test_only_the_selected_card_takes_the_focus(tmp_path):
    three = [complaint(f"text {n}", f"author {n}") for n in range(3)]
    async with open_screen(tmp_path, complaints=three) as (app, pilot):
        await pilot.press("tab", "up")
        await settle(pilot)
        assert [view.can_focus for view in app.cards.query(CardView)] == [False, True, False]


async def test_a_letter_struck_on_a_card_belongs_in_the_line(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await pilot.press("tab", "c", "l")
        assert app.line.value == "cl"
        assert isinstance(app.focused, Input)


async def test_a_clicked_card_is_selected_and_whole(tmp_path):
    long = complaint("muito " * 60 + "fim")
    async with open_screen(tmp_path, complaints=[long]) as (app, pilot):
        assert "fim”" not in room_text(app)
        await pilot.click(app.cards.query(CardView).first(), offset=(5, 1))
        await settle(pilot)
        assert app.selected == 1
        assert "fim”" in room_text(app)


async def test_the_room_shows_the_newest_messages_and_stays_quick(tmp_path):
    many = [complaint(f"text {n}", f"author {n}") for n in range(MOST_SHOWN + 5)]
    async with open_screen(tmp_path, complaints=many) as (app, _):
        assert len(app.cards.query(CardView)) == MOST_SHOWN
        assert f"“text {MOST_SHOWN + 4}”" in room_text(app)


async def test_a_quick_row_of_changes_leaves_one_row_of_buttons(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        app.line.enter("claim 1")
        await pilot.press("enter")
        for line in ("facts 1 lost in Campinas", "private 1 phone", "release 1", "claim 1"):
            app.line.enter(line)
            await pilot.press("enter")
        await settle(pilot)
        labels = [str(button.label).strip() for button in app.cards.query(CommandButton)]
        assert len(labels) == len(set(labels))


# Untrusted words


@pytest.mark.parametrize(
    "evil",
    ["[bold]x[/]", "[@click=app.quit]x[/]", "[/] [red \\[x] $text-error {x} [link=https://a.example]x[/link]"],
)
async def test_a_customers_words_are_never_markup(tmp_path, evil):
    async with open_screen(tmp_path, complaints=[complaint(f"{evil} não chegou", author=evil)]) as (app, pilot):
        assert f"“{evil} não chegou”" in room_text(app)
        await say(pilot, "claim 1")
        await say(pilot, f"facts 1 {evil} é verdade")
        assert f"Facts: {evil} é verdade" in room_text(app)
        assert f"recorded the facts: {evil}" in thread_text(app)
        await say(pilot, f"promise 1 {evil} by tomorrow 12:00")
        assert f"Done: {evil}"[:30] in room_text(app)
        await say(pilot, "reply 1")
        assert evil in seen(app.screen.query_one("#notes"))


async def test_an_escape_sequence_never_reaches_the_terminal(tmp_path):
    async with open_screen(tmp_path, complaints=[complaint("a\x1b]52;c;aGk=\x07b\x1b[2J", author="\x1b[31mx")]) as (
        app,
        _,
    ):
        assert "\x1b" not in room_text(app)
        assert "\x07" not in room_text(app)


async def test_a_click_on_a_customers_link_runs_no_action(tmp_path):
    async with open_screen(tmp_path, complaints=[complaint("[@click=app.quit]aqui[/] está")]) as (app, pilot):
        body = app.cards.query(CardView).first().query(Static).first()
        await pilot.click(body, offset=(3, 1))
        await settle(pilot)
        assert app.is_running
        assert app.selected == 1


# Forms


async def test_facts_opens_a_form_and_submitting_records_them(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await say(pilot, "facts 1")
        assert isinstance(app.screen, FormScreen)
        app.screen.query_one(TextArea).text = "Parcel lost in Campinas"
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert not isinstance(app.screen, FormScreen)
        assert "Facts: Parcel lost in Campinas" in room_text(app)
        assert "Noted." in private_text(app)


async def test_a_reply_goes_from_draft_to_text_and_stands_ready_to_copy(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await say(pilot, "claim 1")
        await say(pilot, "facts 1 lost in Campinas")
        await say(pilot, "reply 1")
        app.screen.query_one(Select).value = "apology-delay"
        await pilot.click("#send")
        await settle(pilot)
        assert "⟦" in app.screen.query_one(TextArea).text
        app.screen.query_one(TextArea).text = REPLY
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert not isinstance(app.screen, FormScreen)
        assert REPLY in private_text(app)
        assert REPLY in thread_text(app)
        await pilot.press("f4")
        assert app.clipboard == REPLY


async def test_a_refused_reply_keeps_its_text_and_says_why(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await say(pilot, "claim 1")
        await say(pilot, "reply 1 heard-delay")
        mine = app.screen.query_one(TextArea).text + " Um abraço."
        app.screen.query_one(TextArea).text = mine
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert isinstance(app.screen, FormScreen)
        assert "hole" in seen(app.screen.query_one("#error"))
        assert app.screen.query_one(TextArea).text == mine


async def test_what_was_typed_in_a_form_that_was_put_away_is_there_again(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await say(pilot, "facts 1")
        app.screen.query_one(TextArea).text = "half a sentence"
        await pilot.press("escape")
        await settle(pilot)
        assert not isinstance(app.screen, FormScreen)
        await say(pilot, "facts 1")
        assert app.screen.query_one(TextArea).text == "half a sentence"
        await pilot.press("ctrl+s")
        await settle(pilot)
        await say(pilot, "facts 1")
        assert app.screen.query_one(TextArea).text == ""


async def test_enter_goes_through_the_fields_and_sends_from_the_last(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await say(pilot, "claim 1")
        await say(pilot, "promise 1")
        await pilot.press(*"parcel", "enter", *"2h", "enter")
        await settle(pilot)
        assert not isinstance(app.screen, FormScreen)
        assert "Promise: 1. parcel, by 12:00" in room_text(app)


async def test_a_member_is_chosen_from_a_list(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await say(pilot, "claim 1")
        await say(pilot, "assign 1")
        chosen = app.screen.query_one(Select)
        assert [value for _, value in chosen._options if isinstance(value, str)] == ["ana", "bea", "rui", "lia", "carl"]
        chosen.value = "rui"
        await pilot.click("#send")
        await settle(pilot)
        assert "Leave a note" in seen(app.screen.query_one("#error"))
        app.screen.query_one(Input).value = "She knows the carrier"
        await pilot.click("#send")
        await settle(pilot)
        assert "Owner: rui" in room_text(app)


async def test_a_form_that_lacks_something_stays_with_its_values(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await say(pilot, "claim 1")
        await say(pilot, "promise 1")
        app.screen.query(Input).first().value = "a new parcel"
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert "missing" in seen(app.screen.query_one("#error"))
        assert app.screen.query(Input).first().value == "a new parcel"
        app.screen.query(Input).last().value = "someday"
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert "someday" in seen(app.screen.query_one("#error"))
        assert app.screen.query(Input).first().value == "a new parcel"


# What one member sees


async def test_a_refusal_is_seen_by_its_member_alone(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await say(pilot, "claim 1")
        before = room_text(app), thread_text(app)
        await say(pilot, "bea> claim 1")
        assert "Only bea sees this" in private_text(app)
        assert "ana" in private_text(app)
        assert (room_text(app), thread_text(app)) == before


async def test_somebody_who_is_not_on_the_committee_is_refused_privately(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await say(pilot, "eve> claim 1")
        assert "Only eve sees this" in private_text(app)
        assert "nobody yet" in room_text(app)


async def test_a_button_of_a_private_answer_acts_for_its_reader(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await app.tell("bea", Card(lines=(("Take it?",),), buttons=(Button("Claim", "claim 1"),)))
        await settle(pilot)
        await pilot.click(app.query_one("#private").query(CommandButton).first())
        await settle(pilot)
        assert "Owner: bea" in room_text(app)


async def test_escape_puts_the_private_answer_away(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await say(pilot, "list")
        assert "Open cases" in private_text(app)
        await pilot.press("escape")
        await settle(pilot)
        assert private_text(app) == ""
        assert isinstance(app.focused, Input)


async def test_a_message_to_one_member_is_shown_when_they_take_the_seat(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await app.chat.post("trouble/lia/case/1", Card(lines=(("only for the lead",),)), to="lia")
        await settle(pilot)
        assert "only for the lead" not in private_text(app) + room_text(app)
        await say(pilot, "/as lia")
        assert "only for the lead" in private_text(app)


async def test_a_command_that_is_shown_goes_to_the_line_to_be_finished(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await app.tell("ana", Card(lines=((Code("claim 1"),),)))
        await settle(pilot)
        await pilot.click(app.query_one("#private").query(Static).first(), offset=(2, 0))
        await settle(pilot)
        assert app.line.value == "claim 1 "


async def test_a_bug_in_the_room_does_not_end_the_screen(tmp_path, monkeypatch):
    async with open_screen(tmp_path) as (app, pilot):

        async def broken(*_, **__):
            raise ZeroDivisionError

        monkeypatch.setattr(app.room, "hear", broken)
        await say(pilot, "claim 1")
        assert app.is_running
        assert "Something went wrong" in private_text(app)


# Seat, clock and light


async def test_the_seat_is_changed_by_word_and_by_key(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await say(pilot, "/as bea")
        assert "bea · Bea" in seen(app.query_one("#seat"))
        await say(pilot, "claim 1")
        assert "Owner: bea" in room_text(app)
        await pilot.press("f2")
        await settle(pilot)
        assert app.me == "rui"
        await say(pilot, "/as eve")
        assert app.me == "rui"
        assert "not on the committee" in private_text(app)


async def test_my_duties_are_always_in_sight(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        duties = app.query_one("#duties")
        assert "ana" in str(duties.border_title)
        assert "#1 somebody to take it: due 10:30" in seen(duties)
        await say(pilot, "claim 1")
        assert "somebody to take it" not in seen(duties)
        assert "the facts: due 14:00" in seen(duties)
        await say(pilot, "/as carl")
        assert "You owe nothing" in seen(duties)


async def test_the_clock_is_moved_and_reminders_come_in_the_thread(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await say(pilot, "claim 1")
        await say(pilot, "+6h30m")
        assert "16:30" in seen(app.query_one("#clock"))
        assert "Mon 24 Aug" in seen(app.query_one("#clock"))
        assert "first contact" in thread_text(app)
        assert "[" in thread_text(app)
        await say(pilot, "+5h30m")
        assert "22:00" in seen(app.query_one("#clock"))
        assert "first contact" not in thread_text(app), "nobody follows the thread any more"
        assert "first contact" in room_text(app)


async def test_an_unclaimed_case_is_spoken_of_in_the_room_once(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await say(pilot, "+47m")
        assert "#1 nobody has claimed this case yet" in room_text(app)
        await say(pilot, "+3h")
        words = [view for view in app.cards.query(CardView) if not view.card.quote and view.card.case == 1]
        assert len(words) == 1
        await say(pilot, "claim 1")
        assert "nobody has claimed" not in room_text(app)


async def test_complaints_that_are_coming_arrive_by_themselves(tmp_path):
    async with open_screen(tmp_path, complaints=(), coming=arrivals(START)) as (app, pilot):
        app.room.clock.at += timedelta(minutes=1)
        await app._pulse()
        await settle(pilot)
        first = len(app.cards.query(CardView))
        assert first > 0
        await say(pilot, "+10m")
        assert len(app.cards.query(CardView)) > first


async def test_moves_of_the_clock_happen_one_after_the_other(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        for line in ("+1h", "+1h", "+1h"):
            app.line.enter(line)
            await pilot.press("enter")
        await settle(pilot)
        assert app.room.now() == START + timedelta(hours=3)


async def test_the_speed_is_set_by_word(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        speeds = []
        type(app.room).speed, kept = (
            property(lambda _: 60.0, lambda _, speed: speeds.append(speed)),
            type(app.room).speed,
        )
        try:
            await say(pilot, "speed 60")
            assert speeds == [60.0]
            assert "speed 60" in seen(app.query_one("#clock"))
        finally:
            type(app.room).speed = kept


@pytest.mark.parametrize("order", ["+12h", "speed 60"])
async def test_a_real_clock_is_neither_moved_nor_sped_up(tmp_path, order):
    async with open_screen(tmp_path, is_demo=False) as (app, pilot):
        await say(pilot, order)
        assert "demo only" in private_text(app)
        assert app.room.now() == START
        assert "speed" not in seen(app.query_one("#clock"))


async def test_the_light_turns_green_when_no_case_is_open(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        assert "● yellow: time to act" in seen(app.query_one("#brand"))
        await say(pilot, "dismiss 1 not about us")
        assert "● green: no case is open" in seen(app.query_one("#brand"))


async def test_brand_and_data_folder_are_named(tmp_path):
    async with open_screen(tmp_path) as (app, _):
        assert "Loja Aurora" in seen(app.query_one("#brand"))
        assert tmp_path.name[-10:] in seen(app.query_one("#data"))


# The line


async def test_tab_completes_words_and_numbers(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await pilot.press(*"cla")
        assert app.query_one(Candidates).display
        await pilot.press("tab")
        assert app.line.value == "claim "
        await pilot.press("tab")
        assert app.line.value == "claim 1 "
        assert not app.query_one(Candidates).display
        await pilot.press("enter")
        await settle(pilot)
        assert "Owner: ana" in room_text(app)


async def test_arrows_choose_among_the_candidates(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await pilot.press(*"cl", "down", "tab")
        assert app.line.value == "close "


async def test_a_clicked_candidate_is_taken(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await pilot.press(*"cl")
        await settle(pilot)
        await pilot.click(Candidates, offset=(3, 2))
        await settle(pilot)
        assert app.line.value == "close "


async def test_escape_closes_the_candidates_first(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await say(pilot, "list")
        await pilot.press(*"cl", "escape")
        await settle(pilot)
        assert not app.query_one(Candidates).display
        assert "Open cases" in private_text(app)


async def test_lines_that_were_typed_come_back(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await say(pilot, "list")
        await say(pilot, "todo")
        await pilot.press("up")
        assert app.line.value == "todo"
        await pilot.press("up")
        assert app.line.value == "list"
        await pilot.press("up")
        assert app.line.value == "list"
        await pilot.press("down", "down")
        assert app.line.value == ""


async def test_a_pasted_text_stays_whole(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        from textual import events

        app.line._typing.post_message(events.Paste("facts 1 one\ntwo\r\n\n three"))
        await settle(pilot)
        assert app.line.value == "facts 1 one two three"


async def test_the_prompt_says_whose_words_and_where(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        assert seen(app.query_one("#prompt")).strip() == "ana>"
        await pilot.press("tab")
        await settle(pilot)
        assert seen(app.query_one("#prompt")).strip() == "ana #1>"


async def test_the_hint_says_how_a_command_is_typed(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        assert "Ctrl+Q" in seen(app.query_one("#hints"))
        app.line.enter("facts 1 x")
        await settle(pilot)
        assert seen(app.query_one("#hints")).startswith("facts 12 TEXT")


async def test_a_command_without_a_number_means_the_selected_card(tmp_path):
    two = [complaint("a a", "A"), complaint("b b", "B")]
    async with open_screen(tmp_path, complaints=two) as (app, pilot):
        await say(pilot, "claim")
        assert "Which case?" in private_text(app)
        await pilot.press("escape", "tab", "up")
        await settle(pilot)
        await say(pilot, "claim")
        assert "Owner: ana" in seen(app.cards.view("case/1"))
        assert "nobody yet" in seen(app.cards.view("case/2"))


async def test_looking_at_a_card_never_changes_which_case_a_number_means(tmp_path):
    two = [complaint("a a", "A"), complaint("b b", "B")]
    async with open_screen(tmp_path, complaints=two) as (app, pilot):
        await pilot.press("tab")
        await settle(pilot)
        assert app.selected == 2
        await say(pilot, "facts 1 parcel lost")
        assert "Facts: parcel lost" in room_text(app)
        assert app.selected == 1


# Sizes and keys


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60), (40, 12)])
async def test_light_clock_duties_and_line_are_in_sight_at_every_size(tmp_path, size):
    async with open_screen(tmp_path, size=size, complaints=(), coming=arrivals(START)) as (app, pilot):
        await say(pilot, "+47m")
        await say(pilot, "claim 1")
        await say(pilot, "help")
        for wanted in ("#brand", "#clock", "#duties", "#line"):
            region = app.query_one(wanted).region
            assert region.area > 0, wanted
            assert app.screen.region.contains_region(region), wanted
        assert app.cards.region.height >= 1
        app.export_screenshot()


async def test_a_narrow_terminal_shows_the_thread_on_a_key(tmp_path):
    async with open_screen(tmp_path, size=(80, 24)) as (app, pilot):
        await say(pilot, "claim 1")
        assert not app.thread.display
        await pilot.press("f3")
        await settle(pilot)
        assert app.thread.display
        assert not app.cards.display
        assert app.query_one("#duties").region.area > 0
        await pilot.press("f3")
        await settle(pilot)
        assert app.cards.display


async def test_a_resized_terminal_changes_its_shape(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        assert app.thread.display
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert not app.thread.display


async def test_every_button_is_in_sight_in_a_narrow_card(tmp_path):
    async with open_screen(tmp_path, size=(44, 30)) as (app, pilot):
        await say(pilot, "claim 1")
        await pilot.press("escape")
        await settle(pilot)
        card = app.cards.view("case/1")
        assert all(card.region.contains_region(button.region) for button in card.query(CommandButton))


async def test_f1_helps_and_ctrl_q_quits(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await pilot.press("f1")
        await settle(pilot)
        assert "What you can say" in private_text(app)
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert not app.is_running


async def test_copying_without_a_text_says_so(tmp_path):
    async with open_screen(tmp_path) as (app, pilot):
        await pilot.press("f4")
        await settle(pilot)
        assert app.clipboard == ""


async def test_a_newcomer_is_told_what_to_try(tmp_path):
    clock = HandClock(START)
    chat = TerminalChat(tmp_path, clock)
    room = Room(demo_plan(), LIBRARY, await open_store(tmp_path), chat, clock, tmp_path, is_demo=True)
    app = RoomScreen(room, chat, welcome=welcome(room.words))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "claim 1" in private_text(app)
    await room.close()


@pytest.mark.parametrize("language", ["es", "pl", "pt"])
async def test_the_room_speaks_the_brands_language(tmp_path, language):
    async with open_screen(tmp_path, language=language) as (app, pilot):
        await say(pilot, "claim 1")
        await say(pilot, "facts 1")
        await pilot.press("escape")
        await settle(pilot)
        told = room_text(app) + private_text(app) + seen(app.query_one("#brand")) + seen(app.query_one("#hints"))
        for english in ("Owner", "Next", "yellow", "Only you see this", "F1 help"):
            assert english not in told


# Restarts


async def test_the_room_is_there_again_after_a_restart(tmp_path):
    async with open_screen(tmp_path) as (_, pilot):
        await say(pilot, "claim 1")
    async with open_screen(tmp_path, complaints=()) as (app, pilot):
        assert "Owner: ana" in room_text(app)
        await say(pilot, "show 1")
        assert "ana has #1" in thread_text(app)


async def test_a_lost_picture_of_the_room_comes_back_with_the_next_change(tmp_path):
    async with open_screen(tmp_path) as (_, pilot):
        await say(pilot, "claim 1")
    (tmp_path / "room-screen.json").unlink()
    async with open_screen(tmp_path, complaints=()) as (app, pilot):
        assert room_text(app) == ""
        await say(pilot, "facts 1 lost in Campinas")
        assert "Facts: lost in Campinas" in room_text(app)


async def test_many_cards_are_drawn_quickly(tmp_path):
    many = [complaint(f"text {n}", f"author {n}") for n in range(60)]
    async with open_screen(tmp_path, complaints=many) as (app, pilot):
        begun = asyncio.get_running_loop().time()
        await app._catch_up(anew=True)
        assert asyncio.get_running_loop().time() - begun < 2.0


def test_every_tone_has_its_colour():
    from adapters.chats.terminal.looks import TONES

    assert set(TONES) == set(Tone)
