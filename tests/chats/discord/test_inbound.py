"""What members do on Discord: commands, buttons, forms, menus, and what only they read."""

from __future__ import annotations

from datetime import timedelta

import discord
import pytest

from bot.core.commands import COMMANDS, CaseCommand
from bot.core.plan import Step
from tests.chats.discord.guild import components, ids, open_server, shown, text_of


@pytest.fixture
async def server(tmp_path):
    async with open_server(tmp_path) as server:
        yield server


@pytest.fixture
async def case(server):
    return await server.complain()


async def claimed(server, case):
    await server.ana.slash(server.lobby, "crisis claim", case=case)
    await server.ana.slash(server.lobby, "crisis facts", case=case, text="Order 7 never left the shop.")
    return case


# Commands


async def test_a_claim_is_kept_and_answered_privately(server, case):
    result = await server.ana.slash(server.lobby, "crisis claim", case=case)
    assert "Noted." in shown(result)
    assert result.ephemeral
    assert (await server.case(case)).owner == "ana"


async def test_in_a_cases_own_post_the_number_may_be_left_out(server, case):
    await server.ana.slash(await server.place(case), "crisis claim")
    assert (await server.case(case)).owner == "ana"


async def test_in_a_cases_own_thread_the_number_may_be_left_out(tmp_path):
    async with open_server(tmp_path, is_forum=False) as server:
        case = await server.complain()
        await server.ana.slash(server.lobby, "crisis claim", case=case)
        await server.deliver()  # What happened is told in the thread, which begins with it.
        place = await server.place(case)
        await server.ana.slash(place, "crisis say", line="facts the parcel is lost")
        assert (await server.case(case)).facts == ("the parcel is lost",)


async def test_a_number_that_is_missing_is_asked_for(server):
    assert "Which case?" in shown(await server.ana.slash(server.lobby, "crisis claim"))


async def test_every_word_is_a_sub_command_and_answers(server, case):
    known = server.env.backend.find_command("crisis", server.guild.id)
    paths = {each["name"]: f"crisis {each['name']}" for each in known["options"] if each["type"] == 1}
    for group in (each for each in known["options"] if each["type"] == 2):
        paths |= {each["name"]: f"crisis {group['name']} {each['name']}" for each in group["options"]}
    assert set(paths) == {*COMMANDS, "say"}
    for word, command in COMMANDS.items():
        given = {"case": case} if issubclass(command, CaseCommand) else {}
        result = await server.ana.slash(server.lobby, paths[word], **given)
        assert result.modal or shown(result), word
        assert result.modal or result.ephemeral, word


async def test_a_case_goes_its_whole_way_by_sub_commands(server, case):
    place = await server.place(case)

    async def give(words, **options):
        return await server.ana.slash(place, f"crisis {words}", **options)

    await give("claim")
    await give("facts", text="The parcel is lost; order 7.")
    await give("promise", what="a new parcel", by="tomorrow 12:00")
    assert (await server.case(case)).promises[0].what == "a new parcel"
    await give("done", promise=1)
    await give("told", promise=1)
    await give("private", where="phone")
    await give("resolved", text="A new parcel is on its way.")
    await give("told")
    await give("closing satisfied", answer="yes")
    for step in Step:
        await give("closing skip", step=step.value, because="the customer does not want it")
    refused = await give("closing close", outcome="satisfied")
    assert (await server.case(case)).is_open
    assert "cannot be closed yet" in shown(refused)
    assert any(each.startswith("h:") for each in ids(refused.response))
    help = await give("help", about="close")
    assert "/crisis closing close" in shown(await give("help"))
    assert "close 12 OUTCOME" in shown(help)


async def test_members_are_chosen_as_discord_users(server, case):
    await server.ana.slash(server.lobby, "crisis assign", case=case, to=server.rui, note="you know the courier")
    assert (await server.case(case)).owner == "rui"


async def test_somebody_outside_the_committee_cannot_be_assigned(server, case):
    result = await server.ana.slash(server.lobby, "crisis assign", case=case, to=server.stranger)
    assert (await server.case(case)).owner == ""
    (label,) = [part for part in result.modal["components"] if part.get("label") == "To"]
    assert {option["value"] for option in label["component"]["options"]} >= {"ana", "rui", "lia"}


async def test_a_stranger_named_like_a_member_is_not_taken_for_one(server, case):
    other = server.guild.add_member(server.env.create_user("rui"))
    await server.ana.slash(server.lobby, "crisis assign", case=case, to=other)
    assert (await server.case(case)).owner == ""


async def test_a_moment_that_cannot_be_read_brings_the_form_with_all_that_was_given(server, case):
    await claimed(server, case)
    result = await server.ana.slash(server.lobby, "crisis promise", case=case, what="a new parcel", by="soonish")
    assert result.modal["custom_id"] == "h:promise 1"
    values = {part["component"]["custom_id"]: part["component"].get("value") for part in inputs(result.modal)}
    assert values == {"what": "a new parcel", "by": "soonish"}
    assert "soonish" in result.modal["components"][0]["content"]


async def test_a_window_without_room_for_the_reason_comes_after_it(server):
    refused = await server.ana.slash(server.lobby, "crisis new", text="The lamp broke", posted="soonish")
    assert "soonish" in shown(refused)
    (id,) = ids(refused.response)
    window = (await server.ana.click(refused.response.message, custom_id=id)).modal
    values = {part["component"]["custom_id"]: part["component"].get("value") for part in inputs(window)}
    assert (values["text"], values["posted"]) == ("The lamp broke", "soonish")


async def test_a_refused_option_gives_back_what_was_typed(server, case):
    text = "The customer wrote twice, and nobody answered. " * 3
    result = await server.rui.slash(server.lobby, "crisis resolved", case=case, text=text)
    assert text.strip() in shown(result)


async def test_a_whole_line_is_heard_as_on_any_other_chat(server, case):
    await server.ana.slash(server.lobby, "crisis say", line=f"claim {case}")
    assert (await server.case(case)).owner == "ana"
    wrong = await server.ana.slash(server.lobby, "crisis say", line="clam 1")
    assert "There is no “clam”" in shown(wrong)


async def test_a_listing_links_to_the_cards(server, case):
    message = (await server.ana.slash(server.lobby, "crisis list")).response
    assert f"https://discord.com/channels/{server.guild.id}/" in text_of(message)


# Who, and where


async def test_a_stranger_is_refused_politely_and_privately(server, case):
    result = await server.stranger.slash(server.lobby, "crisis claim", case=case)
    assert "Only the crisis committee of Loja Aurora acts here" in shown(result)
    assert result.ephemeral
    assert await server.stranger.autocomplete(server.lobby, "crisis claim", "case", "") == []


async def test_another_server_is_refused(server, case):
    other = server.env.create_guild()
    channel = other.create_text_channel("elsewhere")
    ana = other.add_member(server.people["ana"].user)
    message = await press_me(server, channel, f"claim {case}")
    result = await ana.click(message, custom_id=f"h:claim {case}")
    assert "in the committee's own server only" in shown(result)
    assert (await server.case(case)).owner == ""


async def press_me(server, channel, *lines):
    """A message of the bot's with buttons, in any channel."""
    view = discord.ui.View(timeout=None)
    for line in lines:
        view.add_item(discord.ui.Button(label=line[:80], custom_id=f"h:{line}"))
    view.stop()
    message = await server.client.get_channel(channel.id).send("press", view=view)
    await server.env.settle()
    return message


async def test_buttons_work_in_direct_messages_too(server, case):
    user = server.people["ana"].user
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Claim", custom_id=f"h:claim {case}"))
    view.stop()
    message = await (await server.client.fetch_user(user.id)).send("press", view=view)
    await user.click(message, custom_id=f"h:claim {case}")
    assert (await server.case(case)).owner == "ana"


# Buttons, and restarts


async def test_the_cards_own_button_claims(server, case):
    message = await card(server, case)
    result = await server.ana.click(message, custom_id=f"h:claim {case}")
    assert (await server.case(case)).owner == "ana"
    assert result.ephemeral


async def card(server, case):
    """The card of a case, as Discord has it."""
    channel, _, message = (await server.room.store.ref(f"case/{case}")).partition(":")
    return await (await server.client.fetch_channel(int(channel))).fetch_message(int(message))


STEPS = (
    *("claim 1", "facts 1 It is lost.", "reply 1 heard: João, we read about order 7 and call you today at six."),
    *("sent 1 https://facebook.com/c/1", "promise 1 a new parcel by 2h", "resolved 1 A new one.", "told 1"),
    *("satisfied 1 yes", "skip 1 update because he wants none"),
)


@pytest.mark.parametrize("steps", range(len(STEPS) + 1))
async def test_every_button_of_a_card_opens_a_window_or_is_answered(server, case, steps):
    for line in STEPS[:steps]:
        await server.ana.slash(server.lobby, "crisis say", line=line)
    await server.deliver()
    message = await card(server, case)
    pressed = [each for each in ids(message) if each.startswith("h:")]
    assert pressed
    for each in pressed:
        message = await card(server, case)
        if each in ids(message):
            result = await server.ana.click(message, custom_id=each)
            assert result.modal or shown(result), each
        await server.deliver()


async def test_an_old_button_works_after_a_restart(server, case):
    await server.start()
    await server.ana.click(await card(server, case), custom_id=f"h:claim {case}")
    assert (await server.case(case)).owner == "ana"


async def test_of_two_presses_one_wins_and_the_other_reads_who(server, case):
    message = await card(server, case)
    await server.ana.click(message, custom_id=f"h:claim {case}")
    assert f"{server.ana.mention} has #1 already" in shown(await server.rui.click(message, custom_id=f"h:claim {case}"))
    assert (await server.case(case)).owner == "ana"


async def test_a_button_with_line_breaks_and_quotes_is_read_whole(server, case):
    message = await press_me(server, server.lobby, f'facts {case} "one\ntwo"')
    await server.ana.slash(server.lobby, "crisis claim", case=case)
    await server.ana.click(message, custom_id=f'h:facts {case} "one\ntwo"')
    assert (await server.case(case)).facts == ("one\ntwo",)


# Forms


def inputs(modal):
    return [part for part in modal["components"] if part["type"] == 18]


async def test_a_form_opens_as_a_window_and_is_kept(server, case):
    await claimed(server, case)
    opened = await server.ana.slash(server.lobby, "crisis promise", case=case)
    result = await server.ana.submit_modal(opened, {"what": "a call", "by": "tomorrow 12:00"})
    assert "Noted." in shown(result)
    assert (await server.case(case)).promises[0].what == "a call"


async def test_an_open_window_may_be_sent_after_a_restart(server, case):
    await claimed(server, case)
    opened = await server.ana.slash(server.lobby, "crisis promise", case=case)
    await server.start()
    await server.ana.submit_modal(opened, {"what": "a call", "by": "tomorrow 12:00"})
    assert (await server.case(case)).promises[0].what == "a call"


async def test_choices_are_menus_in_the_window(server, case):
    await claimed(server, case)
    opened = await server.ana.slash(server.lobby, "crisis private", case=case)
    (where, note) = inputs(opened.modal)
    assert [option["value"] for option in where["component"]["options"]] == ["phone", "ticket", "dm"]
    assert note["component"]["required"] is False
    await server.ana.submit_modal(opened, {"where": ["phone"]})
    assert (await server.case(case)).private_at


@pytest.mark.parametrize("word", [word for word, command in COMMANDS.items() if len(command.__struct_fields__) > 0])
async def test_every_form_fits_into_a_window(server, case, word):
    """Discord's own limits are checked by the product itself before a window opens."""
    from adapters.chats.discord.forms import fits, modal
    from bot.core.forms import form

    command = COMMANDS[word]
    begun = command(case=case) if issubclass(command, CaseCommand) else command()
    made = form(begun, server.plan(), server.room.words)
    if made.fields:
        assert fits(made)
        assert len(modal(made, f"h:{made.command}", "above").to_dict()["components"]) <= 5


async def test_a_refused_form_comes_back_whole_with_a_button_that_opens_it_again(server, case):
    await claimed(server, case)
    opened = await server.ana.slash(server.lobby, "crisis promise", case=case)
    refused = await server.ana.submit_modal(opened, {"what": "a call", "by": "soonish"})
    assert "soonish" in shown(refused)
    assert "a call" in shown(refused)
    (button,) = [part for part in components(refused.response) if part["custom_id"].startswith("k:")]
    await server.start()  # The token lives through a restart.
    again = await server.ana.click(refused.response, custom_id=button["custom_id"])
    assert {part["component"].get("value") for part in inputs(again.modal)} == {"a call", "soonish"}
    await server.ana.submit_modal(again, {"what": "a call", "by": "tomorrow 12:00"})
    assert (await server.case(case)).promises[0].what == "a call"


async def test_a_form_that_is_gone_says_so(server, case):
    message = await server.client.get_channel(server.lobby.id).send("press", view=gone())
    result = await server.ana.click(message, custom_id="k:nothing-here")
    assert "I do not have this form any more" in shown(result)


def gone():
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Open", custom_id="k:nothing-here"))
    view.stop()
    return view


async def test_a_command_longer_than_an_id_is_kept_under_a_token(server, case):
    what = "a new parcel by express, with the present for the child in it, and a card that we all have signed by hand"
    await claimed(server, case)
    opened = await server.ana.slash(server.lobby, "crisis promise", case=case, what=what)
    assert opened.modal["custom_id"].startswith("k:")
    await server.start()
    await server.ana.submit_modal(opened, {"by": "tomorrow 12:00"})
    assert (await server.case(case)).promises[0].what == what


# Replies


async def test_a_reply_is_written_in_two_steps_and_handed_over_to_be_copied(server, case):
    await claimed(server, case)
    chosen = await server.ana.slash(server.lobby, "crisis reply", case=case)
    (menu,) = [part for part in components(chosen.response) if part["type"] == 3]
    assert menu["custom_id"] == f"c:template:reply {case}"
    assert not any(option.get("default") for option in menu["options"]), "what is chosen already cannot be chosen"
    first = menu["options"][0]["value"]
    window = await server.ana.select(chosen.response, [first], custom_id=menu["custom_id"])
    (text,) = inputs(window.modal)
    assert "⟦" in text["component"]["value"]
    own = "João, lemos o que aconteceu com o pedido 7 e vamos ligar hoje às 18h para resolver com você."
    result = await server.ana.submit_modal(window, {"text": own})
    assert own in shown(result)
    assert result.ephemeral
    assert f"h:sent {case}" in ids(result.response)
    assert (await server.case(case)).unsent.text == own


async def test_a_reply_is_composed_from_parts_in_a_window_of_menus(server, case):
    """Rule 004-27."""
    await claimed(server, case)
    chosen = await server.ana.slash(server.lobby, "crisis reply", case=case)
    window = await server.ana.select(chosen.response, ["parts"], custom_id=f"c:template:reply {case}")
    assert [part["component"]["custom_id"] for part in inputs(window.modal)] == ["empathy", "fact", "next_step"]
    parts = {"empathy": ["sorry-wait"], "next_step": ["call-today"]}
    answer = await server.ana.submit_modal(window, parts)
    assert "⟦" in shown(answer), "no window follows a window: the draft stands in the message, and a button opens it"
    (button,) = ids(answer.response)
    assert button.startswith("k:")


async def test_a_reply_with_a_hole_comes_back_with_the_text(server, case):
    await claimed(server, case)
    window = await server.ana.slash(server.lobby, "crisis reply", case=case, template="heard")
    refused = await server.ana.submit_modal(window, {"text": "João, ⟦what you will do⟧"})
    assert "hole to fill" in shown(refused)
    assert "⟦what you will do⟧" in shown(refused)


async def test_the_menu_of_drafts_works_after_a_restart(server, case):
    await claimed(server, case)
    chosen = await server.ana.slash(server.lobby, "crisis reply", case=case)
    (menu,) = [part for part in components(chosen.response) if part["type"] == 3]
    await server.start()
    window = await server.ana.select(chosen.response, [menu["options"][1]["value"]], custom_id=menu["custom_id"])
    assert window.modal


# Report as complaint


async def test_a_message_is_reported_as_a_complaint(server):
    said = await server.stranger.send(server.lobby, "Look: https://x.com/a/status/1 they lost my parcel")
    opened = await server.ana.context_menu(server.lobby, "Report as complaint", said)
    values = {part["component"]["custom_id"]: part["component"].get("value") for part in inputs(opened.modal)}
    assert values["text"] == said.content
    assert values["link"] == "https://x.com/a/status/1"
    assert values["author"] == "stranger"
    server.clock.at = said.created_at + timedelta(minutes=5)
    filled = {name: value for name, value in values.items() if value}
    result = await server.ana.submit_modal(opened, filled)
    assert "Noted as #1" in shown(result)
    assert (await server.case(1)).complaint.link == "https://x.com/a/status/1"


async def test_a_stranger_reports_nothing(server):
    said = await server.stranger.send(server.lobby, "They lost my parcel")
    result = await server.stranger.context_menu(server.lobby, "Report as complaint", said)
    assert "Only the crisis committee" in shown(result)
