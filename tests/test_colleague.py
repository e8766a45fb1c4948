"""The careful colleague at the desk: what stops a reply, who may let it pass, and what is offered with it."""

import threading
from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.core.cards import Form
from bot.core.draft_checks import draft as draft_door
from bot.core.draft_checks import own_words
from bot.core.events import Promised, ReplyAccepted
from bot.core.plan import Limits, PrivateChannel, Replies, Role
from bot.core.words import plain
from bot.demo.people import START, demo_plan
from bot.desk import colleague
from tests.rooms import open_room
from tests.test_desk import complaint, text

GOOD = "João, sinto muito pelo atraso do seu pedido. Falo com a transportadora e volto aqui hoje às 18h."
ANGRY = "João, a culpa é sua, o senhor deveria ter lido o prazo."


@pytest.fixture
async def room(tmp_path):
    async with open_room(tmp_path, checks=False) as (room, _):
        await room.receive(complaint())
        yield room


async def accepted(room):
    return [entry.event for entry in await room.store.history(1) if isinstance(entry.event, ReplyAccepted)]


def said(answer):
    return "\n".join(plain(line) for line in answer.lines)


async def test_an_angry_text_is_stopped_and_comes_back_with_the_reason(room):
    """Rules 000-13 and 001-08."""
    await room.hear("rui", "claim 1")
    refused = await room.hear("rui", f"reply 1 heard: {ANGRY}")
    assert "whose fault" in text(refused)
    form = await room.submit("rui", "reply 1 heard", {"text": ANGRY})
    assert isinstance(form, Form)
    assert [field.name for field in form.fields] == ["text"], "who does not lead is not asked for a reason"
    assert form.fields[0].value == ANGRY
    assert await accepted(room) == []


async def test_who_leads_may_let_it_pass_with_a_reason_that_the_digest_lists(room):
    """Rule 001-08; the plan says which checks."""
    await room.hear("lia", "claim 1")
    form = await room.submit("lia", "reply 1 heard", {"text": ANGRY})
    assert [field.name for field in form.fields] == ["text", "despite"]
    await room.submit("lia", "reply 1 heard", {"text": ANGRY, "despite": "he asked for plain words"})
    (event,) = await accepted(room)
    assert event.despite == "he asked for plain words"
    assert "calm/blame" in event.findings
    await room.advance(timedelta(days=1))
    digest = await room.hear("lia", "digest")
    (section,) = [each for each in digest.sections if "let pass" in each.title]
    assert "he asked for plain words" in plain(section.lines[0])


async def test_a_card_number_is_never_let_pass(tmp_path):
    """Rule 004-30."""
    plan = replace(demo_plan(), replies=Replies(overridable=("calm", "discretion", "order")))
    async with open_room(tmp_path, plan, checks=False) as (room, _):
        await room.receive(complaint())
        await room.hear("lia", "claim 1")
        for number, is_accepted in (("4111 1111 1111 1111", False), ("joao@example.com", True)):
            line = f'reply 1 heard: João, sinto muito. É {number}? Volto às 15h. despite="he wrote it himself"'
            await room.hear("lia", line)
            assert bool(await accepted(room)) is is_accepted


async def test_advice_does_not_stop_a_reply_and_is_kept_with_it(room):
    """Rules 000-09 and 004-27: missing parts are named; 001-14: what was found is kept for the evaluation."""
    await room.hear("ana", "claim 1")
    card = await room.hear("ana", "reply 1 heard: O seu pedido não chegou.")
    assert "sorry" in said(card)
    (event,) = await accepted(room)
    assert {"empathy/regret", "empathy/next-step"} <= set(event.findings)
    assert event.despite == ""


async def test_a_promise_in_the_text_is_recorded_with_one_press(room):
    """Rule 000-10."""
    await room.hear("ana", "claim 1")
    card = await room.hear("ana", f"reply 1 heard: {GOOD}")
    (button,) = [each for each in card.buttons if each.command.startswith("promise")]
    await room.hear("ana", button.command)
    (promised,) = [each.event for each in await room.store.history(1) if isinstance(each.event, Promised)]
    assert promised.due.isoformat() == "2026-08-24T21:00:00+00:00"
    again = await room.hear("ana", f"reply 1 heard: {GOOD}")
    assert not [each for each in again.buttons if each.command.startswith("promise")], "it is held already"


@pytest.mark.parametrize("line", ["check 1 {}", "check {}"])
async def test_a_text_can_be_checked_by_hand_and_nothing_is_recorded(room, line):
    before = await room.store.history(1)
    card = await room.hear("carl", line.format(ANGRY))
    assert "whose fault" in said(card)
    assert card.copy == ANGRY
    assert await room.store.history(1) == before
    assert isinstance(await room.hear("carl", "check"), Form)


async def test_the_same_words_to_another_customer_are_stopped(room):
    """Rule 003-05: a name more or less makes them no others."""
    await room.receive(complaint("other", author="Marta", text="O pedido de vocês atrasou de novo"))
    await room.hear("ana", "claim 1")
    await room.hear("ana", "claim 2")
    await room.hear("ana", f"reply 1 heard: {GOOD}")
    refused = await room.hear("ana", f"reply 2 heard: {GOOD.replace('João', 'Marta').replace('18h', '17h')}")
    assert "Another customer got the same text" in text(refused)


def test_the_colleague_gets_ready_in_the_rooms_language(monkeypatch):
    """The first draft of a process takes a second: nobody who answers a customer waits for it."""
    read = []
    monkeypatch.setattr(draft_door, "findings", lambda each: read.append(each.language))
    draft_door.get_ready(demo_plan("pt"), START)
    assert read == ["pt"]


async def test_the_first_text_in_a_language_holds_up_nobody_else(room, monkeypatch):
    """Its phrases take a second: they are read beside the room, and once."""
    threads = []

    def findings(draft):
        threads.append(threading.current_thread() is threading.main_thread())
        return ()

    monkeypatch.setattr(colleague, "findings", findings)
    for said in ("Sinto muito pelo seu pedido.", "Lamento o atraso do seu pedido.", "Przepraszamy za opóźnienie."):
        await room.hear("carl", f"check {said}")
    assert threads == [False, True, False]


# What a member may promise alone


@pytest.fixture
async def limited(tmp_path):
    """Ana, a community manager, may promise three days and 50; Lia, who leads, what she likes."""
    limits = {Role.COMMUNITY_MANAGER: Limits(timedelta(days=3), 50, 10)}
    async with open_room(tmp_path, replace(demo_plan(), limits=limits), checks=False) as (room, _):
        await room.receive(complaint())
        yield room


REFUND = "João, sinto muito pelo pedido que não chegou. Vamos devolver R$ 80 e eu ligo hoje às 18h."
BEYOND = "Let one of those promise it who may"


@pytest.mark.parametrize(("by", "is_said"), [("ana", True), ("lia", False)])
async def test_who_gives_more_than_they_may_is_told_who_may(limited, by, is_said):
    """Rules 001-07 and 002-20."""
    await limited.hear(by, "claim 1")
    assert (BEYOND in said(await limited.hear(by, f"check 1 {REFUND}"))) is is_said
    assert (BEYOND in said(await limited.hear(by, f"reply 1 heard: {REFUND}"))) is is_said
    (event,) = await accepted(limited)
    assert ("promise/beyond-limit" in event.findings) is is_said


@pytest.mark.parametrize(
    ("by", "line", "sentence"),
    [
        ("ana", "promise 1 a call by 31/08 12:00", "longer than you may promise, 3 days"),
        ("ana", "promise 1 a refund of £80 by today 18:00", "more than you may give, 50"),
        ("ana", "promise 1 a call by today 18:00", ""),
        ("lia", "promise 1 a refund of £80 by 31/08 12:00", ""),
    ],
)
async def test_a_promise_by_hand_is_recorded_as_it_was_made_and_the_answer_says_so(limited, by, line, sentence):
    """Rules 000-10 and 001-07."""
    await limited.hear(by, "claim 1")
    answer = await limited.hear(by, line)
    assert said(answer).startswith("Noted.")
    assert sentence in said(answer)
    assert (BEYOND in said(answer)) is bool(sentence)
    assert len((await limited.store.case(1)).promises) == 1


# The plan's private channels

PRIVATE = {PrivateChannel.PHONE: "0800 591 2040", PrivateChannel.DM: "@lojaaurora"}


@pytest.fixture
async def reachable(tmp_path):
    async with open_room(tmp_path, replace(demo_plan(), private=PRIVATE), checks=False) as (room, _):
        await room.receive(complaint())
        await room.hear("ana", "claim 1")
        yield room


async def test_who_asks_for_data_in_public_is_offered_the_private_channels_by_name(reachable):
    """Rules 004-29 and 004-30."""
    card = await reachable.hear("ana", "check 1 João, qual é o seu telefone?")
    assert "Ask for it in private: by phone, 0800 591 2040, or by DM, @lojaaurora." in said(card)
    card = await reachable.hear("ana", "check 1 João, vamos estornar R$ 90 no seu cartão.")
    assert "Settle them in private (by phone, 0800 591 2040, or by DM, @lojaaurora)" in said(card)


async def test_the_private_channels_are_our_own_and_neither_found_nor_masked(reachable):
    card = await reachable.hear("ana", "check 1 João, sinto muito. Ligue para 0800 591 2040.")
    assert "phone number" not in said(card)
    await reachable.hear("ana", "facts 1 we gave them 0800 591 2040")
    history = await reachable.hear("ana", "show 1")
    assert any("0800 591 2040" in plain(line) for section in history.sections for line in section.lines) or (
        "0800 591 2040" in said(history)
    )


async def test_a_form_that_goes_private_says_where_and_prints_it(reachable):
    form = await reachable.hear("ana", "reply 1 private-invite")
    assert "Where it goes on in private: by phone, 0800 591 2040, or by DM, @lojaaurora." in said(form)
    assert "@lojaaurora" in form.fields[0].value
    assert "Where it goes on" not in said(await reachable.hear("ana", "reply 1 heard-delay"))
    again = await reachable.submit("ana", "reply 1 private-invite", {"text": form.fields[0].value})
    assert "Where it goes on" in said(again)


async def test_the_form_of_private_shows_them_beside_each_choice(reachable):
    form = await reachable.hear("ana", "private 1")
    assert [choice.label for choice in form.fields[0].choices] == [
        "on the phone: 0800 591 2040",
        "in a support ticket",
        "in private messages: @lojaaurora",
    ]


# Length


async def test_a_text_that_is_too_long_is_stopped_and_found_by_hand_too(room):
    """Rule 001-19."""
    await room.receive(complaint("x", channel="x"))
    await room.hear("ana", "claim 2")
    long = f"{GOOD} {'Olhei o seu pedido outra vez. ' * 8}"
    over = "characters too long for X, which takes 280"
    assert over in said(await room.hear("ana", f"check 2 {long}"))
    assert over in text(await room.hear("ana", f"reply 2 heard: {long}"))
    assert "too long" not in said(await room.hear("ana", f"check 1 {long}"))


async def test_near_the_end_the_form_says_how_much_is_left(room):
    await room.receive(complaint("x", channel="x"))
    await room.hear("ana", "claim 2")
    near = ("João, sinto muito, a culpa é sua. " * 9)[:270]
    form = await room.submit("ana", "reply 2 heard", {"text": near})
    assert "10 characters are left." in said(form)
    assert "left." not in said(await room.submit("ana", "reply 2 heard", {"text": near[:200]}))


# What others were told


async def test_a_text_is_compared_with_what_others_were_told_once(room, monkeypatch):
    await room.receive(complaint("other", author="Marta", text="A mesa chegou riscada"))
    await room.hear("ana", "claim 1")
    await room.hear("ana", "claim 2")
    await room.hear("ana", f"reply 1 heard: {GOOD}")
    compared = []
    repeated = own_words._repeated
    monkeypatch.setattr(
        own_words, "_repeated", lambda text, earlier: compared.extend(earlier) or repeated(text, earlier)
    )
    await room.hear("ana", "reply 2 heard: Marta, sinto muito pela mesa riscada. Mando uma nova até amanhã às 12h.")
    assert compared == [GOOD]


async def test_it_is_compared_with_every_live_case_and_not_with_the_latest_alone(room):
    """Rule 003-05."""
    await room.hear("ana", "claim 1")
    await room.hear("ana", f"reply 1 heard: {GOOD}")
    for n in range(2, 12):
        await room.receive(complaint(f"k{n}", author=f"Rita{n}", text=f"A mesa {n} chegou riscada"))
        await room.hear("ana", f"claim {n}")
        if n < 11:
            await room.hear("ana", f"reply {n} heard: {n * 'Outra coisa. '} Sinto muito, {n * 'de verdade '}.")
    refused = await room.hear("ana", f"reply 11 heard: {GOOD.replace('João', 'Rita').replace('18h', '17h')}")
    assert "Another customer got the same text" in text(refused)


# From parts


async def test_a_reply_is_composed_from_parts_that_are_chosen(room):
    """Rule 004-27."""
    await room.hear("ana", "claim 1")
    choosing = await room.hear("ana", "reply 1")
    assert choosing.fields[0].choices[-1].value == "parts"
    asking = await room.submit("ana", "reply 1", {"template": "parts"})
    assert [(field.name, field.required) for field in asking.fields] == [
        ("empathy", True),
        ("fact", False),
        ("next_step", True),
    ]
    assert all(choice.label for field in asking.fields for choice in field.choices)
    chosen = {"empathy": "sorry-wait", "fact": "what-we-know", "next_step": "call-today"}
    writing = await room.submit("ana", asking.command, chosen)
    assert writing.command == "reply 1 sorry-wait+what-we-know+call-today"
    assert writing.fields[0].value.startswith("Olá, João.\n\nSinto muito pela espera. ⟦")
    two = await room.submit("ana", asking.command, {"empathy": "sorry-wait", "next_step": "call-today"})
    assert two.command == "reply 1 sorry-wait+call-today"


async def test_parts_are_joined_by_typing_their_names(room):
    await room.hear("ana", "claim 1")
    form = await room.hear("ana", "reply 1 sorry-wait+what-we-know+call-today")
    assert isinstance(form, Form)
    alone = await room.hear("ana", "reply 1 sorry-wait")
    assert "Sinto muito pela espera" in alone.fields[0].value
    card = await room.hear("ana", f"reply 1 sorry-wait+call-today: {GOOD} Abri uma busca do pacote com eles.")
    (event,) = await accepted(room)
    assert event.template == "sorry-wait+call-today"
    assert card.copy.startswith("João, sinto muito")


async def test_a_composed_draft_with_few_own_words_is_stopped(room):
    """Rules 001-15 and 004-28: own words are held against the composed frame."""
    await room.hear("ana", "claim 1")
    form = await room.hear("ana", "reply 1 sorry-wait+what-we-know+call-today")
    holes = {
        "⟦há quanto tempo espera, em início de frase (Nove dias)⟧": "Nove dias",
        "⟦o que está faltando, com artigo (a geladeira)⟧": "a geladeira",
        "⟦o que é certo, em uma frase sem ponto⟧": "o pacote está parado desde terça",
        "⟦hora, com artigo (as 18h)⟧": "as 18h",
        "⟦para quê, com verbo no infinitivo⟧": "combinar a entrega",
    }
    filled = form.fields[0].value
    for hole, words in holes.items():
        assert hole in filled
        filled = filled.replace(hole, words)
    refused = await room.submit("ana", form.command, {"text": filled})
    assert isinstance(refused, Form)
    assert "template and nothing else" in plain(refused.error)
    assert refused.command == form.command


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("sorry-wiat+call-today", "There is no part “sorry-wiat”; did you mean sorry-wait?"),
        ("xyz+qqq", "There is no part “xyz”; templates lists them."),
        ("+", "Join one to 5 parts; templates lists them."),
        ("+".join(["sorry-wait"] * 6), "Join one to 5 parts; templates lists them."),
    ],
)
async def test_a_part_that_there_is_not_is_refused_with_what_to_write(room, name, answer):
    await room.hear("ana", "claim 1")
    assert text(await room.hear("ana", f"reply 1 {name}")) == answer


async def test_nothing_chosen_asks_again(room):
    await room.hear("ana", "claim 1")
    again = await room.submit("ana", "reply 1 parts", {})
    assert isinstance(again, Form)
    assert again.command == "reply 1 parts"


async def test_the_list_of_templates_has_the_parts(room):
    card = await room.hear("ana", "templates en")
    titles = [section.title for section in card.sections]
    assert titles[-3:] == ["Parts, joined by +: empathy", "Parts: facts", "Parts: next step"]
    assert "call-today: A call today" in [plain(line) for line in card.sections[-1].lines]
