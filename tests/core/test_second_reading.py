"""The second reader: why, who, from when, and what the message says (000-12, 001-13, 004-24, tensions 7 and 12)."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.core.case import Phase
from bot.core.commands import Approve, Improve, Sent, SetMark, Unmark
from bot.core.complaint import Kind
from bot.core.decide import decide
from bot.core.decisions.approval import permit_reading, why_read
from bot.core.decisions.refusals import Refused
from bot.core.draft_checks.marks import suggested
from bot.core.duties import DutyKind, closing_list, duties, next_look, overdue
from bot.core.events import (
    Claimed,
    Dismissed,
    FactsRecorded,
    Mark,
    Marked,
    Released,
    Reopened,
    ReplyAccepted,
    ReplyApproved,
    ReplyImproved,
    ReplySent,
    Unmarked,
)
from bot.core.figures import figures
from bot.core.plan import Concern, Member, Plan, Power, Replies, Role
from bot.core.replies import ReplyKind
from bot.core.second_reading import alone_from, concerns, readers, rung, waiting
from bot.core.showing import case_card, reading_card, reminder_card
from bot.core.words import Added, Gone, Words, plain
from tests.core.made import (
    ANA,
    CAIO,
    CLAIMED,
    DAY,
    EN,
    EVA,
    HEARD,
    LEX,
    LIA,
    MIA,
    MINUTE,
    NOW,
    PLAN,
    RUI,
    SETTLED,
    TOLD,
    accepted,
    by,
    case,
)

HEATED, LEGAL, REACH = (Marked(mark) for mark in (Mark.HEATED, Mark.LEGAL, Mark.REACH))
REPLY = accepted(ReplyKind.HEARD)
WAITS = (*CLAIMED, HEATED, REPLY)
WRITTEN_AT = NOW + 3 * MINUTE
#: NOW is a Monday in August.
BEFORE, THAT_DAY, AFTER = (NOW.date() + each * DAY for each in (-1, 0, 1))
ALONE = replace(PLAN, committee=(ANA,))


def trained(plan=PLAN, **since):
    """The plan with these members trained since then."""
    return replace(plan, committee=tuple(replace(each, trained_on=since.get(each.id)) for each in plan.committee))


WHY = [
    ((), PLAN, ()),
    (CLAIMED, PLAN, ()),
    ((*CLAIMED, REPLY), PLAN, ()),
    ((*CLAIMED, HEATED), PLAN, ()),
    (WAITS, PLAN, (Concern.HEATED,)),
    ((*CLAIMED, REPLY, HEATED), PLAN, (Concern.HEATED,)),
    ((*CLAIMED, REACH, LEGAL, HEATED, REPLY), PLAN, (Concern.HEATED, Concern.LEGAL, Concern.REACH)),
    ((*WAITS, Unmarked(Mark.HEATED)), PLAN, ()),
    ((*WAITS, by("rui", ReplyApproved())), PLAN, ()),
    ((*WAITS, by("rui", ReplyApproved()), LEGAL), PLAN, ()),
    ((*WAITS, by("rui", ReplyImproved("better"))), PLAN, ()),
    ((*WAITS, by("rui", ReplyApproved()), REPLY), PLAN, ()),
    ((*WAITS, by("rui", ReplyApproved()), accepted(ReplyKind.CLARIFY)), PLAN, ()),
    ((*WAITS, by("rui", ReplyApproved()), accepted(ReplyKind.HEARD, "other words")), PLAN, (Concern.HEATED,)),
    ((*WAITS, by("rui", ReplyImproved("better")), accepted(ReplyKind.HEARD, " better\n")), PLAN, ()),
    ((*WAITS, by("rui", ReplyApproved()), ReplySent("https://example.com/r")), PLAN, ()),
    ((*WAITS, Released(), by("rui", Claimed())), PLAN, (Concern.HEATED,)),
    ((*WAITS, Dismissed("spam")), PLAN, ()),
    ((*WAITS, Dismissed("spam"), Reopened("ours")), PLAN, (Concern.HEATED,)),
    (WAITS, replace(PLAN, replies=Replies(second_reader=())), ()),
    (WAITS, replace(PLAN, replies=Replies(second_reader=(Concern.LEGAL, Concern.UNTRAINED))), ()),
    ((*CLAIMED, REPLY), trained(rui=BEFORE), (Concern.UNTRAINED,)),
    ((*CLAIMED, REPLY), trained(ana=BEFORE), ()),
    ((*CLAIMED, REPLY), trained(ana=THAT_DAY), ()),
    ((*CLAIMED, REPLY), trained(ana=AFTER), (Concern.UNTRAINED,)),
    ((*CLAIMED, HEATED, REPLY), trained(rui=BEFORE), (Concern.HEATED, Concern.UNTRAINED)),
    ((*CLAIMED, by("gone", REPLY)), trained(ana=BEFORE), (Concern.UNTRAINED,)),
]


@pytest.mark.parametrize(("told", "plan", "found"), WHY)
def test_a_reply_wants_a_second_reader_for_these_reasons(told, plan, found):
    """Rules 000-12, 001-13 and 004-24; who was read is not read again, unless the words change."""
    made = case(*told)
    assert concerns(made, plan) == found
    assert (waiting(made, plan) is not None) == bool(found)


def test_training_counts_by_the_brands_calendar():
    """At 01:00 UTC it is still the day before in São Paulo."""
    late = NOW.replace(hour=1) + DAY
    assert trained(ana=THAT_DAY).is_trained("ana", late)
    assert not trained(ana=AFTER).is_trained("ana", late)


#: (the case, the plan, who may read, who is rung)
WHO = [
    ((*CLAIMED, REPLY), PLAN, "", ""),
    (WAITS, PLAN, "rui mia caio lex eva lia", "rui mia caio lex eva lia"),
    ((*CLAIMED, HEATED, by("lia", REPLY)), PLAN, "ana rui mia caio lex eva", "ana rui mia caio lex eva"),
    ((*CLAIMED, LEGAL, REPLY), PLAN, "lex rui mia caio eva lia", "lex"),
    ((*CLAIMED, LEGAL, REPLY), replace(PLAN, committee=(ANA, RUI, MIA)), "rui mia", "rui mia"),
    ((*CLAIMED, by("lex", LEGAL), by("lex", REPLY)), PLAN, "ana rui mia caio eva lia", "ana rui mia caio eva lia"),
    ((*CLAIMED, REPLY), trained(rui=BEFORE, lia=THAT_DAY, eva=AFTER), "rui lia", "rui lia"),
    ((*CLAIMED, HEATED, REPLY), trained(ana=BEFORE), "rui mia caio lex eva lia", "rui mia caio lex eva lia"),
    ((*CLAIMED, by("rui", REPLY)), trained(ana=BEFORE), "ana", "ana"),
    ((*CLAIMED, REPLY), replace(trained(rui=AFTER), committee=trained(rui=AFTER).committee[:3]), "rui mia", "rui mia"),
    ((*CLAIMED, LEGAL, REPLY), trained(rui=BEFORE), "rui", "lex rui"),
    ((*CLAIMED, LEGAL, REPLY), trained(rui=BEFORE, lex=BEFORE), "lex rui", "lex"),
    (WAITS, ALONE, "ana", "ana"),
    (WAITS, replace(PLAN, committee=(ANA, LEX)), "lex", "lex"),
    ((*CLAIMED, HEATED, by("gone", REPLY)), ALONE, "ana", "ana"),
]


@pytest.mark.parametrize(("told", "plan", "who", "called"), WHO)
def test_these_may_read_it_and_these_are_rung(told, plan, who, called):
    """Lawyers first and rung for a legal face (tension 7); only the trained for the untrained, if there are any."""
    made = case(*told)
    assert readers(made, plan) == tuple(who.split())
    assert rung(made, plan) == tuple(called.split())


def test_a_power_that_nobody_holds_lets_everybody_read():
    nobody = replace(PLAN, powers=dict.fromkeys(Role, (Power.HELP,)))
    assert readers(case(*WAITS), nobody) == ("rui", "mia", "caio", "lex", "eva", "lia")


def test_whoever_is_alone_reads_it_over_after_a_pause():
    """Tension 12."""
    assert alone_from(case(*WAITS), ALONE) == WRITTEN_AT + 10 * MINUTE
    assert alone_from(case(*WAITS), replace(ALONE, replies=Replies(self_review=DAY / 2))) == WRITTEN_AT + DAY / 2
    assert alone_from(case(*WAITS), PLAN) is None
    assert alone_from(case(*CLAIMED, REPLY), ALONE) is None
    assert alone_from(case(*CLAIMED, HEATED, by("gone", REPLY)), ALONE) is None, "another wrote it"


# What members may do


def refused(told, command, member, plan=PLAN, now=WRITTEN_AT):
    with pytest.raises(Refused) as error:
        if isinstance(command, Improve):
            permit_reading(case(*told), member, plan, now, command.version)
        decide(case(*told), member, command, plan, now)
    return EN.line(error.value.sentence)


LINK = "https://example.com/r"
UNREAD = "#12's reply waits for a second reader (heated customer): approve 12 or improve 12 …."
YOURS = "You wrote it, so somebody else reads it: ask rui, mia, caio, lex, eva, lia."
PAUSE = "Nobody else is there to read it, so take a pause: approve 12 from 2026-08-24T13:13+00:00 on."
NOT_NEEDED = "#12's reply needs no more reader: sent 12 is next."
CHANGED = "#12's reply was changed meanwhile: read it once more, then decide."
BECAUSE = (
    "Your reply waits to be read because of this mark: it comes off when #12's reply was read, or by another member."
)

REFUSED = [
    (WAITS, Sent(12, LINK), ANA, PLAN, UNREAD),
    (WAITS, Sent(12, LINK), LIA, PLAN, UNREAD),
    (WAITS, Sent(12, LINK), ANA, ALONE, "Read #12's reply over first: approve 12, from 2026-08-24T13:13+00:00 on."),
    (WAITS, Approve(12), ANA, PLAN, YOURS),
    (WAITS, Improve(12, "better"), ANA, PLAN, YOURS),
    ((*CLAIMED, REPLY), Approve(12), MIA, trained(rui=BEFORE), "This reply is read by rui; ask one of them."),
    ((*CLAIMED, REPLY), Improve(12, "x"), LEX, trained(rui=BEFORE), "This reply is read by rui; ask one of them."),
    (CLAIMED, Approve(12), RUI, PLAN, "No reply waits to be read in #12."),
    (HEARD, Approve(12), RUI, PLAN, "No reply waits to be read in #12."),
    (CLAIMED, Improve(12, "x"), RUI, PLAN, "No reply waits to be read in #12."),
    ((*CLAIMED, REPLY), Approve(12), RUI, PLAN, NOT_NEEDED),
    ((*WAITS, by("rui", ReplyApproved())), Improve(12, "x"), LIA, PLAN, NOT_NEEDED),
    (WAITS, Approve(12), ANA, ALONE, PAUSE),
    (WAITS, Improve(12, "better"), ANA, ALONE, PAUSE),
    (WAITS, Approve(12, version=3), RUI, PLAN, CHANGED),
    (WAITS, Improve(12, "better", version=3), RUI, PLAN, CHANGED),
    (WAITS, Unmark(12, Mark.HEATED), ANA, PLAN, BECAUSE),
    (WAITS, Unmark(12, Mark.HEATED), ANA, ALONE, BECAUSE),
    ((HEATED,), SetMark(12), ANA, PLAN, "Say what is special: mark 12 heated|legal|reach."),
    ((HEATED,), Unmark(12), ANA, PLAN, "Say which mark: unmark 12 heated|legal|reach."),
    (
        (HEATED,),
        SetMark(12, Mark.HEATED, "he came back"),
        ANA,
        PLAN,
        "#12 is marked so already; unmark 12 heated comes first if it is to be said anew.",
    ),
    ((Dismissed("spam"),), SetMark(12, Mark.LEGAL), ANA, PLAN, "#12 was dismissed; reopen 12 … opens it again."),
]


@pytest.mark.parametrize(("told", "command", "member", "plan", "sentence"), REFUSED)
def test_a_refusal_says_what_to_do_instead(told, command, member, plan, sentence):
    assert refused(told, command, member, plan) == sentence


@pytest.mark.parametrize("reader", [RUI, MIA, CAIO, LEX, EVA, LIA], ids=lambda each: each.id)
def test_everybody_else_may_let_it_go_out(reader):
    assert decide(case(*WAITS), reader, Approve(12), PLAN, NOW) == (ReplyApproved(),)


def test_a_press_means_the_version_that_stood_there():
    assert decide(case(*WAITS), RUI, Approve(12, version=4), PLAN, NOW) == (ReplyApproved(),)


def test_an_owner_reads_what_another_wrote_in_their_case():
    made = case(*CLAIMED, HEATED, by("lia", REPLY))
    assert decide(made, ANA, Approve(12), PLAN, NOW) == (ReplyApproved(),)


def test_whoever_is_alone_comes_to_an_end():
    """Tension 12: after the pause, and not a moment before."""
    made, then = case(*WAITS), WRITTEN_AT + 10 * MINUTE
    assert decide(made, ANA, Approve(12), ALONE, then) == (ReplyApproved(),)
    permit_reading(made, ANA, ALONE, then)
    assert refused(WAITS, Approve(12), ANA, ALONE, then - timedelta.resolution) == PAUSE


@pytest.mark.parametrize("event", [ReplyApproved(), ReplyImproved("better")])
def test_what_was_posted_too_early_is_recorded_once_it_was_read(event):
    made = case(*WAITS, by("rui", event))
    assert decide(made, ANA, Sent(12, LINK), PLAN, NOW) == (ReplySent(LINK),)


def test_another_may_take_the_mark_off_while_the_reply_waits():
    assert decide(case(*WAITS), RUI, Unmark(12, Mark.HEATED, "he thanked us"), PLAN, NOW) == (
        Unmarked(Mark.HEATED, "he thanked us"),
    )
    assert decide(
        case(*WAITS, LEGAL),
        ANA,
        Unmark(12, Mark.LEGAL),
        replace(PLAN, replies=Replies(second_reader=(Concern.HEATED,))),
        NOW,
    )


# What the case remembers


def test_a_better_text_keeps_its_author_its_kind_its_template_and_the_words_before():
    first = ReplyAccepted("one", ReplyKind.HEARD, "heard-delay", draft="⟦customer⟧, one")
    (reply,) = case(*CLAIMED, HEATED, first, by("rui", ReplyImproved("two", despite="agreed"))).replies
    assert (reply.text, reply.earlier, reply.by, reply.improved_by, reply.read_by) == (
        "two",
        "one",
        "ana",
        "rui",
        "rui",
    )
    assert (reply.kind, reply.template, reply.draft, reply.despite) == (
        ReplyKind.HEARD,
        "heard-delay",
        "⟦customer⟧, one",
        "agreed",
    )
    assert (reply.at, reply.read_at) == (WRITTEN_AT, WRITTEN_AT + MINUTE)


def test_another_version_is_to_be_read_anew_and_remembers_the_last():
    (reply,) = case(*WAITS, by("rui", ReplyImproved("two")), accepted(ReplyKind.HEARD, "three")).replies
    assert (reply.text, reply.earlier, reply.read_by, reply.improved_by, reply.entry) == ("three", "two", "", "", 6)


# What is owed


def second_read(told, plan=PLAN, now=WRITTEN_AT, **about):
    found = [duty for duty in duties(case(*told, **about), plan, now) if duty.kind is DutyKind.SECOND_READ]
    return found[0] if found else None


def test_readers_owe_it_half_an_hour_from_when_it_was_written():
    duty = second_read(WAITS)
    assert duty.who == ("rui", "mia", "caio", "lex", "eva", "lia")
    assert (duty.since, duty.due, duty.command) == (WRITTEN_AT, WRITTEN_AT + 30 * MINUTE, "approve 12")
    assert second_read((*WAITS, by("rui", ReplyApproved()))) is None


@pytest.mark.parametrize(
    ("told", "kind", "is_hard"),
    [
        (WAITS, Kind.COMPLAINT, True),
        ((*TOLD, HEATED, accepted(ReplyKind.CLOSING, "bye")), Kind.COMPLAINT, False),
        (WAITS, Kind.QUESTION, True),
        ((*HEARD, HEATED, accepted(ReplyKind.SOLUTION, "so")), Kind.QUESTION, False),
        (WAITS, Kind.PRAISE, False),
    ],
)
def test_it_is_hard_while_the_customer_waits_for_it(told, kind, is_hard):
    assert second_read(told, kind=kind).is_hard is is_hard


def test_whoever_is_alone_is_reminded_when_they_may_read_it_over():
    """Tension 12: neither before, nor as if they were late."""
    made, then = case(*WAITS), WRITTEN_AT + 10 * MINUTE
    assert next_look(made, ALONE, WRITTEN_AT) == then
    assert not overdue(made, ALONE, then - timedelta.resolution)
    (reminded,) = overdue(made, ALONE, then)
    assert [nudge.duty for nudge in reminded.nudges] == ["second-read"]
    duty = second_read(WAITS, ALONE)
    card = reminder_card(made, [duty], ("ana",), ALONE, EN, then)
    assert plain(card.lines[0]) == "#12 read your reply over with fresh eyes, then let it go out"
    assert [each.command for each in card.buttons] == ["approve 12"]


def test_what_its_reply_met_waits_with_it():
    """The owner who wrote it looks whom it waits for; an owner who may read it reads it."""
    commands = {duty.kind: duty.command for duty in duties(case(*WAITS), PLAN, NOW)}
    assert commands[DutyKind.HEARD] == "show 12"
    others = duties(case(*CLAIMED, HEATED, by("lia", REPLY)), PLAN, NOW)
    assert {duty.kind: duty.command for duty in others}[DutyKind.HEARD] == "approve 12"


def test_closing_waits_for_what_was_never_read():
    told = (*SETTLED, HEATED, accepted(ReplyKind.THANKS, "goodbye"))
    assert [(each.kind, each.command) for each in closing_list(case(*told), PLAN)] == [
        (DutyKind.SECOND_READ, "approve 12")
    ]
    read = case(*told, by("rui", ReplyApproved()))
    assert closing_list(read, PLAN) == ()
    (close,) = [duty for duty in duties(read, PLAN, NOW) if duty.kind is DutyKind.CLOSE]
    assert close.since == read.replies[-1].read_at


def test_the_digest_lists_what_waits():
    made = case(*WAITS)
    assert [pair[0] for pair in figures([made], PLAN, NOW).second_reads] == [made]


@pytest.mark.parametrize("event", [FactsRecorded("x"), ReplyApproved()])
def test_the_phase_has_nothing_to_do_with_it(event):
    assert case(*WAITS, by("rui", event)).phase in {Phase.RECOGNITION, Phase.INTERACTION}


# What members see


def test_the_card_offers_the_reading_and_says_why():
    made = case(*WAITS)
    card = case_card(made, PLAN, EN, NOW, duties(made, PLAN, NOW))
    assert [each.command for each in card.buttons][:3] == ["approve 12 version=4", "improve 12 version=4", "reply 12"]
    facts = {fact.label: plain(fact.value) for fact in card.facts}
    assert facts["Special"] == "heated customer"
    assert facts["Reply"] == "waits for a second reader (heated customer)"
    read = case(*WAITS, by("rui", ReplyApproved()))
    assert case_card(read, PLAN, EN, NOW, duties(read, PLAN, NOW)).buttons[0].command == "sent 12"


def test_marks_are_one_fact_with_their_notes():
    made = case(Marked(Mark.HEATED), Marked(Mark.LEGAL, "a lawyer wrote"))
    card = case_card(made, PLAN, Words("pt"), NOW, ())
    assert {fact.label: plain(fact.value) for fact in card.facts}["Especial"] == (
        "cliente exaltado, lado jurídico (a lawyer wrote)"
    )


DRAFTED = ReplyAccepted("João, we are sorry", ReplyKind.HEARD, "heard-delay", draft="⟦customer⟧, we are sorry")


def test_the_message_says_who_wrote_it_why_it_waits_and_what_changed():
    again = accepted(ReplyKind.HEARD, "João, we are very sorry")
    card = reading_card(case(*CLAIMED, HEATED, DRAFTED, again), PLAN, EN)
    assert [plain(line) for line in card.lines] == [
        "ana wrote a reply that wants a second reader (heated customer):",
        "“João, we are very sorry”",
        "Against the last version: João, we are {+very+} sorry",
    ]
    first = reading_card(case(*CLAIMED, HEATED, DRAFTED), PLAN, EN)
    assert first.lines[2][1:] == (Gone("⟦customer⟧,"), " ", Added("João,"), " ", "we are sorry")
    assert [each.command for each in first.buttons] == ["approve 12 version=4", "improve 12 version=4"]
    assert first.calls == ("rui", "mia", "caio", "lex", "eva", "lia")
    assert not first.copy, "nothing that is not read is ready to copy"


def test_the_message_ends_without_buttons_and_rings_nobody():
    """001-13: it says by whom it was read."""
    approved = reading_card(case(*WAITS, by("rui", ReplyApproved())), PLAN, EN)
    improved = reading_card(case(*WAITS, by("rui", ReplyImproved("better"))), PLAN, EN)
    alone = reading_card(case(*WAITS, ReplyApproved()), ALONE, EN)
    assert [plain(card.lines[0]) for card in (approved, improved, alone)] == [
        "ana wrote the reply, and rui read it:",
        "ana wrote the reply, and rui wrote it better:",
        "ana wrote the reply, and read it over:",
    ]
    assert not [each for card in (approved, improved, alone) for each in (*card.buttons, *card.calls)]


def test_an_author_is_never_rung_for_their_own_words():
    assert reading_card(case(*WAITS), ALONE, EN).calls == ()


def test_what_is_private_is_hidden_before_versions_are_compared():
    """Rule 004-30: not even half of a number stays."""
    before = ReplyAccepted("Ligamos para 11 98765-4321 hoje", ReplyKind.HEARD)
    after = accepted(ReplyKind.HEARD, "Ligamos para 11 98765-9999 hoje à tarde")
    card = reading_card(case(*CLAIMED, HEATED, before, after), PLAN, EN)
    said = "\n".join(plain(line) for line in card.lines)
    assert "98765" not in said
    assert "{+à tarde+}" in said


def test_reasons_are_said_one_after_the_other():
    made = case(*CLAIMED, REACH, HEATED, REPLY)
    assert EN.line(why_read(made, PLAN)) == "heated customer, high reach"
    assert Words("pl").line(why_read(made, PLAN)) == "wzburzony klient, duży zasięg"


# What a complaint itself suggests

SUGGESTED = [
    ("pt", "Meu pedido não chegou", ()),
    ("pt", "VOCÊS NUNCA RESPONDEM NINGUÉM", (Mark.HEATED,)),
    ("pt", "Já falei com meu advogado e vou ao Procon", (Mark.LEGAL,)),
    ("pt", "Seus idiotas, vou processar vocês", (Mark.HEATED, Mark.LEGAL)),
    ("en", "My parcel is three weeks late", ()),
    ("en", "My lawyer will be in touch", (Mark.LEGAL,)),
    ("en", "YOU NEVER ANSWER ANYBODY", (Mark.HEATED,)),
    ("es", "Mi pedido no ha llegado", ()),
    ("es", "Voy a poner una demanda, ya tengo abogado", (Mark.LEGAL,)),
    ("pl", "Paczka nie dotarła", ()),
    ("pl", "Sprawę oddaję do UOKiK, pozew już pisze mój adwokat", (Mark.LEGAL,)),
]


@pytest.mark.parametrize(("language", "complaint", "marks"), SUGGESTED)
def test_a_complaint_suggests_marks_and_sets_none(language, complaint, marks):
    """Rules 000-12 and 001-13: Heard proposes, people decide."""
    assert suggested(complaint, language) == marks


def test_a_plan_without_a_committee_asks_for_nothing():
    made = case(*WAITS)
    empty = Plan("Loja Aurora", (), is_complete=False)
    assert readers(made, empty) == ("ana",)
    assert Member("zoe", "Zoe", (Role.SERVICE,)).trained_on is None
