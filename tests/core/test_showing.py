"""What members see: the card of a case, its thread, reminders, refusals, listings and help."""

from typing import get_args

import msgspec
import pytest

from bot.core.cards import Button, Card, Tone
from bot.core.commands import COMMANDS
from bot.core.complaint import Kind
from bot.core.decisions.closing import wanting
from bot.core.decisions.permission import permit
from bot.core.decisions.refusals import Refused, Unmet
from bot.core.duties import Duty, DutyKind, duties
from bot.core.events import (
    Assigned,
    CaseEvent,
    CheckedIn,
    Claimed,
    Closed,
    Dismissed,
    Entry,
    FactsRecorded,
    Lapsed,
    Mark,
    Marked,
    Merged,
    MovedPrivate,
    Nudge,
    Opened,
    Outcome,
    PrivateChannel,
    Promised,
    PromiseDone,
    PromiseTold,
    Released,
    Reminded,
    Reopened,
    ReplyAccepted,
    ReplyApproved,
    ReplyImproved,
    ReplySent,
    ResolutionTold,
    Resolved,
    Reviewed,
    Satisfaction,
    SatisfactionChecked,
    Sighted,
    Snoozed,
    StepSkipped,
    StillOn,
    Unmarked,
    UpdateAsked,
)
from bot.core.grammar import Ground, parse
from bot.core.plan import Step
from bot.core.replies import ReplyKind
from bot.core.showing import (
    age_in_days,
    button,
    buttons,
    case_card,
    case_line,
    channel_name,
    green_card,
    help_card,
    history_card,
    owed_line,
    refusal,
    reminder_card,
    said,
    thread_card,
    todo_card,
    usage,
)
from bot.core.words import LANGUAGES, At, CaseLink, Code, WebLink, Who, Words, plain, say
from tests.core.made import (
    ANSWERED,
    CALL,
    CLAIMED,
    CLOSED,
    DAY,
    DISMISSED,
    DONE,
    EN,
    HEARD,
    HOUR,
    KNOWN,
    LIA,
    MERGED,
    MINUTE,
    NOW,
    PLAN,
    PROMISED,
    RESOLVED,
    SATISFIED,
    SETTLED,
    STATES,
    TOLD,
    accepted,
    by,
    case,
    complaint,
    history,
    sent,
)

LATER = NOW + DAY


def card(*told, now=NOW, calls=(), words=EN, **about):
    shown = case(*told, **about)
    return case_card(shown, PLAN, words, now, duties(shown, PLAN, now), calls)


def facts(*told, now=NOW, **about):
    return {fact.label: plain(fact.value) for fact in card(*told, now=now, **about).facts}


def labels(*told, **about):
    return [each.label for each in buttons(case(*told, **about), PLAN, EN)]


# The card


def test_the_card_leads_with_the_customers_own_words():
    """What people say we are comes before our labels (rule 001-03)."""
    order = Card.__struct_fields__
    assert order.index("quote") < min(order.index(name) for name in ("byline", "lines", "facts", "sections", "buttons"))
    assert card(*ANSWERED).quote == "Meu pedido não chegou"


def test_the_quote_is_verbatim():
    words = "PÉSSIMO!!!\n\n  Nunca mais… <!channel> *já chega*"
    assert card(text=words).quote == words


def test_the_card_says_who_said_it_when_and_where():
    shown = card(link="https://example.com/p/1")
    assert shown.byline == ("João", ", posted ", At(NOW))
    assert (shown.link, shown.case) == ("https://example.com/p/1", 12)
    assert plain(card(author="").byline) == "somebody, posted 2026-08-24T13:00+00:00"
    assert plain(card(kind=Kind.QUESTION).byline).endswith(" · question")
    assert plain(card(kind=Kind.PRAISE).byline).endswith(" · praise")


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        ("facebook", "Facebook"),
        ("x", "X"),
        ("reclameaqui", "Reclame AQUI"),
        ("forum", "forum"),
        ("", "elsewhere"),
        ("bluesky", "bluesky"),
    ],
)
def test_a_network_is_written_as_it_writes_itself(channel, name):
    assert channel_name(channel, EN) == name
    assert card(channel=channel).title == f"#12 {name} · new"


@pytest.mark.parametrize(
    ("told", "hours", "state", "tone"),
    [
        ((), 0, "new", Tone.NEW),
        (CLAIMED, 0, "in hand", Tone.CLAIMED),
        (CLAIMED, 12, "late", Tone.LATE),
        ((), 12, "late", Tone.LATE),
        (HEARD, 12, "in hand", Tone.CLAIMED),
        (HEARD, 24, "late", Tone.LATE),
        (TOLD, 0, "waiting for the customer", Tone.WAITING),
        (TOLD, 80, "waiting for the customer", Tone.WAITING),
        (SATISFIED, 0, "in hand", Tone.CLAIMED),
        (PROMISED, 4, "late", Tone.LATE),
        (CLOSED, 0, "closed", Tone.CLOSED),
        ((*SETTLED, CALL, Closed(Outcome.LOST)), 24, "closed", Tone.CLOSED),
        (DISMISSED, 0, "dismissed", Tone.CLOSED),
        (MERGED, 0, "joined with #9", Tone.CLOSED),
    ],
)
def test_the_state_of_a_case_stands_in_its_title_and_tone(told, hours, state, tone):
    """Late is what a customer waits for: hard duties alone."""
    shown = card(*told, now=NOW + hours * HOUR)
    assert (shown.title, shown.tone) == (f"#12 Facebook · {state}", tone)


@pytest.mark.parametrize(
    ("moment", "days"),
    [
        (NOW, 0),
        (NOW + 13 * HOUR, 0),  # 23:00 in São Paulo
        (NOW + 14 * HOUR, 1),  # midnight there
        (NOW + 3 * DAY, 3),
    ],
)
def test_every_day_since_the_complaint_is_counted_by_the_brands_calendar(moment, days):
    """Day N since the complaint (rule 000-15)."""
    assert age_in_days(case(), PLAN, moment) == days
    assert facts(now=moment).get("Age") == (f"day {days} since the complaint" if days else None)


def test_an_ended_case_ages_no_more():
    assert "Age" not in facts(*CLOSED, now=NOW + 3 * DAY)


def test_the_facts_of_a_new_case_name_what_is_next():
    assert facts() == {
        "Owner": "nobody yet",
        "Phase": "recognition: gather the facts",
        "Next": "somebody to take it: due 2026-08-24T13:30+00:00",
    }


def test_the_facts_tell_what_was_recorded():
    told = case(
        *ANSWERED,
        MovedPrivate(PrivateChannel.PHONE),
        CALL,
        Promised(2, "a parcel", LATER),
        PromiseDone(1),
        Resolved("sent again"),
        by("", Sighted(complaint("Ainda não", key="k2"))),
        Snoozed(LATER, "the workshop answers"),
        opened=Opened(complaint(), recurrence_of=3, alike=(5, 6)),
    )
    shown = case_card(told, PLAN, EN, NOW, duties(told, PLAN, NOW))
    assert [(fact.label, plain(fact.value)) for fact in shown.facts] == [
        ("Owner", "ana"),
        ("Phase", "resolution: solve, tell, verify"),
        ("Next", "a promise: due 2026-08-24T17:00+00:00"),
        ("Seen", "1 more sighting"),
        ("Before", "the same customer as in #3"),
        ("Looks like", "#5, #6"),
        ("Facts", "lost by the carrier"),
        ("Private", "on the phone"),
        ("Promise", "1. a call: done, tell the customer"),
        ("Promise", "2. a parcel, by 2026-08-25T13:00+00:00"),
        ("Solution", "sent again"),
        ("Snoozed", "until 2026-08-25T13:00+00:00 by ana: the workshop answers"),
    ]


def test_a_closed_case_names_its_outcome_and_a_snooze_that_is_over_is_gone():
    assert facts(*CLOSED)["Outcome"] == "satisfied"
    assert "Snoozed" not in facts(*CLAIMED, Snoozed(LATER, "x"), now=LATER)


def test_the_question_whether_you_are_still_on_it_is_no_work_for_the_customer():
    told = case(*CLAIMED)
    now = NOW + 7 * HOUR
    owed = duties(told, PLAN, now)
    assert DutyKind.STILL_ON in {duty.kind for duty in owed}
    assert all("still" not in plain(fact.value) for fact in case_card(told, PLAN, EN, now, owed).facts)


def test_only_who_is_called_is_rung():
    assert card().calls == ()
    assert card(calls=("ana",)).calls == ("ana",)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_a_card_is_shown_in_every_language(language, state):
    shown = card(*STATES[state], words=Words(language), now=NOW + 3 * DAY)
    assert shown.title.startswith("#12 Facebook · ")
    assert all(fact.label for fact in shown.facts)


# Buttons

BUTTONS = [
    ((), ["Claim", "Dismiss"]),
    (CLAIMED, ["Reply", "Facts", "Go private", "Promise", "Solved", "Release"]),
    (
        (*CLAIMED, accepted(ReplyKind.HEARD)),
        ["Posted it", "Reply", "Facts", "Go private", "Promise", "Solved", "Release"],
    ),
    (KNOWN, ["Reply", "Go private", "Promise", "Solved", "Release"]),
    (PROMISED, ["Reply", "Facts", "Go private", "Promise", "Solved", "Release", "Done: a call"]),
    (DONE, ["Reply", "Facts", "Go private", "Promise", "Solved", "Release", "Customer told"]),
    ((*CLAIMED, MovedPrivate(PrivateChannel.DM)), ["Reply", "Facts", "Promise", "Solved", "Release"]),
    (RESOLVED, ["Reply", "Customer told", "Release"]),
    (TOLD, ["Reply", "Satisfied?", "Release"]),
    (SATISFIED, ["Reply", "Update asked", "Skip a step", "Close", "Release"]),
    ((*TOLD, SatisfactionChecked(Satisfaction.UNREACHABLE)), ["Reply", "Skip a step", "Close", "Release"]),
    ((*SATISFIED, StepSkipped(Step.UPDATE, "gone")), ["Reply", "Skip a step", "Close", "Release"]),
    (SETTLED, ["Reply", "Skip a step", "Close", "Release"]),
    (CLOSED, ["Checked in", "Review", "Reopen"]),
    ((*CLOSED, CheckedIn()), ["Review", "Reopen"]),
    ((*CLOSED, CheckedIn(), Reviewed("x")), ["Reopen"]),
    (DISMISSED, ["Reopen"]),
    (MERGED, []),
    ((*HEARD, Released("ill")), ["Claim"]),
    ((*PROMISED, Released("ill")), ["Claim", "Done: a call"]),
]


@pytest.mark.parametrize(("told", "shown"), BUTTONS)
def test_the_state_decides_the_buttons_and_what_is_next_comes_first(told, shown):
    assert labels(*told) == shown
    assert [each.is_main for each in buttons(case(*told), PLAN, EN)][: len(shown)] == [
        position == 0 for position in range(len(shown))
    ]


@pytest.mark.parametrize("kind", [Kind.QUESTION, Kind.PRAISE])
def test_what_is_no_complaint_is_closed_once_it_is_answered(kind):
    """Rules 001-11 and 003-18: a light path."""
    assert "Close" not in labels(*CLAIMED, kind=kind)
    assert "Close" in labels(*CLAIMED, *sent(ReplyKind.SOLUTION), kind=kind)
    assert "Skip a step" not in labels(*TOLD, SatisfactionChecked(Satisfaction.YES), kind=kind)


def test_what_looks_alike_is_joined_by_a_button_until_the_customer_has_been_heard():
    """Proposed, never merged silently (rule 003-03)."""
    opened = Opened(complaint(), alike=(5, 6))
    assert labels(opened=opened) == ["Claim", "Dismiss", "Join with #5"]
    assert "Join with #5" not in labels(*HEARD, opened=opened)


def every_button():
    for told, _ in BUTTONS:
        yield from ((told, each) for each in buttons(case(*told), PLAN, EN))


@pytest.mark.parametrize(("told", "pressed"), list(every_button()), ids=lambda each: getattr(each, "command", ""))
def test_every_button_is_a_command_that_the_owner_may_give(told, pressed):
    shown = case(*told)
    member = LIA if pressed.label == "Review" else PLAN.member(shown.owner) or LIA
    permit(shown, member, parse(pressed.command, Ground(PLAN, NOW)), PLAN)


def test_no_button_deletes_or_blocks():
    """Rules 002-19 and 001-09."""
    shown = " ".join(f"{each.label} {each.command}" for _, each in every_button()).casefold()
    assert not any(word in shown for word in ("delet", "block", "remov", "ban", "hide", "report"))
    assert {each.command.split()[0] for _, each in every_button()} <= set(COMMANDS)


def test_a_button_that_puts_a_case_away_looks_dangerous():
    assert [each.label for each in buttons(case(), PLAN, EN) if each.is_danger] == ["Dismiss"]


def test_a_long_promise_is_clipped_on_its_button():
    shown = button("done 12 1", EN, what="a new parcel with everything that was missing from the first one")
    assert shown == Button("Done: a new parcel with everything that was m…", "done 12 1")
    assert button("done 12 1", EN, what="{n} and {what}").label == "Done: {n} and {what}"


# The thread

#: What the thread says of each event, in English, in full.
THREAD = [
    ((), Opened(complaint()), None),
    (CLAIMED, StillOn(), None),
    (CLAIMED, Reminded((Nudge("heard", 1, NOW),)), None),
    (
        (),
        Claimed(),
        "ana has #12.\nBreathe first. The aim is to understand, to solve the customer's problem and to limit the damage.",
    ),
    (CLAIMED, Released("ill"), "ana gave #12 back.\nNote: ill"),
    (CLAIMED, Assigned("rui", "ill"), "ana handed #12 to rui.\nNote: ill"),
    (CLAIMED, Lapsed(), "#12 is free again: its owner did not answer."),
    ((), Sighted(complaint("Ainda não")), "The same customer said it again (Facebook): “Ainda não”"),
    ((), Sighted(complaint("Ainda não"), 4), "Joined from #4: “Ainda não”"),
    (CLAIMED, FactsRecorded("order 7"), "ana recorded the facts: order 7"),
    (
        CLAIMED,
        ReplyAccepted("João…", ReplyKind.HEARD),
        "ana wrote the reply; copy it, post it by hand, then press the button:",
    ),
    (
        (*CLAIMED, accepted(ReplyKind.HEARD)),
        ReplyApproved("well said"),
        "ana read the reply and lets it go out.\nNote: well said\nCopy it, post it by hand, then press the button:",
    ),
    (
        (*CLAIMED, accepted(ReplyKind.HEARD)),
        ReplyImproved("João, pedimos desculpas"),
        "ana read the reply and wrote it better.\nCopy it, post it by hand, then press the button:",
    ),
    (CLAIMED, Marked(Mark.LEGAL, "a lawyer wrote"), "ana marked #12: legal face.\nNote: a lawyer wrote"),
    (
        CLAIMED,
        Marked(Mark.HEATED),
        "ana marked #12: heated customer.\nTake a break before you answer, or hand it over: assign 12 ….",
    ),
    (CLAIMED, Unmarked(Mark.REACH), "ana took a mark from #12: high reach."),
    (
        (*CLAIMED, accepted(ReplyKind.HEARD)),
        ReplySent("https://example.com/r"),
        "ana posted the reply: https://example.com/r",
    ),
    (
        (*CLAIMED, accepted(ReplyKind.HEARD)),
        ReplySent(no_link="a story"),
        "ana posted the reply; no link, because a story",
    ),
    (CLAIMED, MovedPrivate(PrivateChannel.DM, "at six"), "ana settles the details in private messages.\nNote: at six"),
    (CLAIMED, CALL, "ana promised (1): a call, by 2026-08-24T17:00+00:00"),
    (PROMISED, PromiseDone(1), "Promise 1 is done; now tell the customer, then told 12 1."),
    (DONE, PromiseTold(1), "Promise 1 is kept: done, and the customer knows."),
    (ANSWERED, Resolved("sent again"), "ana recorded the solution: sent again"),
    (RESOLVED, ResolutionTold(), "The customer knows of the solution."),
    (TOLD, SatisfactionChecked(Satisfaction.YES), "The customer is satisfied."),
    (TOLD, SatisfactionChecked(Satisfaction.NO, "x"), "The customer is not satisfied: back to solving.\nNote: x"),
    (TOLD, SatisfactionChecked(Satisfaction.UNREACHABLE), "The customer could not be reached."),
    (SATISFIED, UpdateAsked(), "ana asked the customer to tell in public how it ended."),
    (SATISFIED, StepSkipped(Step.WRAP_UP, "gone"), "ana skips the public wrap-up: gone"),
    (SETTLED, Closed(Outcome.ADVOCATE, "x"), "ana closed #12: the customer speaks well of us now.\nNote: x"),
    ((), Dismissed("spam"), "ana dismissed #12: spam"),
    ((), Merged(9), "ana joined #12 with #9."),
    (CLOSED, Reopened("again"), "ana opened #12 again: again"),
    (CLOSED, CheckedIn(), "ana checked in with the customer."),
    (CLOSED, Reviewed("calm"), "ana wrote the review: calm"),
    (CLAIMED, Snoozed(LATER, "x"), "ana lets the reminders rest until 2026-08-25T13:00+00:00: x"),
]


def told_of(told, event, who="ana", words=EN):
    return thread_card(case(*told), Entry(NOW, event, who), PLAN, words)


@pytest.mark.parametrize(("told", "event", "line"), THREAD, ids=lambda each: type(each).__name__)
def test_the_thread_tells_what_happened(told, event, line):
    shown = told_of(told, event)
    assert (shown and "\n".join(map(plain, shown.lines))) == line
    assert shown is None or shown.case == 12


def test_the_thread_has_a_line_for_every_event():
    assert {type(event) for _, event, _ in THREAD} == set(get_args(CaseEvent))


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_the_thread_speaks_the_rooms_language(language):
    """Every sentence of the thread is translated; what is only a value or a note is not asked."""
    for told, event, line in THREAD:
        shown = told_of(told, event, words=Words(language))
        if line:
            assert plain(shown.lines[0]) != line.partition("\n")[0], line


@pytest.mark.parametrize(
    ("event", "who", "rung"),
    [
        (Assigned("rui"), "ana", ("rui",)),
        (Assigned("ana"), "ana", ()),
        (Released(), "ana", ()),
        (Released(), "rui", ("ana",)),
        (Lapsed(), "", ("ana",)),
        (Claimed(), "ana", ()),
        (FactsRecorded("x"), "lex", ()),
        (Reopened("x"), "rui", ("ana",)),
        (Reopened("x"), "ana", ()),
        (Marked(Mark.LEGAL), "ana", ("lex",)),
        (Marked(Mark.LEGAL), "lex", ()),
        (Marked(Mark.HEATED), "ana", ()),
    ],
)
def test_the_thread_rings_who_has_to_know_and_never_who_acted(event, who, rung):
    assert told_of(CLAIMED, event, who).calls == rung


def test_nobody_is_rung_for_what_they_did_themselves():
    """Principle 4, for every event and every member."""
    for told, event, _ in THREAD:
        for member in PLAN.committee:
            shown = told_of(told, event, member.id)
            assert shown is None or member.id not in shown.calls


def test_an_accepted_reply_is_shown_to_be_copied_with_the_one_button_that_follows():
    """A person posts it by hand (rules 000-11, 001-15)."""
    shown = told_of(CLAIMED, ReplyAccepted("João, sentimos muito", ReplyKind.HEARD))
    assert (shown.copy, shown.buttons) == (
        "João, sentimos muito",
        (Button("Posted it", "sent 12", is_main=True),),
    )
    assert told_of(CLAIMED, Lapsed(), "").buttons == (Button("Claim", "claim 12", is_main=True),)
    assert told_of((), Claimed()).buttons == ()


def test_taking_a_case_begins_with_calm_and_the_aim():
    """Above all stay calm (rule 003-04); the aim has three parts and no blame (rule 000-06)."""
    line = plain(told_of((), Claimed()).lines[1])
    assert line.startswith("Breathe first.")
    assert all(part in line for part in ("understand", "solve", "limit the damage"))


# What comes from outside stays text

HOSTILE = "<!channel> <@U01ANA> *b* [a](https://evil.example) {who} {n} @everyone ⟦x⟧ <https://evil.example|Facebook>"


def spans(shown):
    """Every span of a card."""
    texts = [shown.byline, *shown.lines, *(fact.value for fact in shown.facts)]
    texts += [line for section in shown.sections for line in section.lines]
    return [span for text in texts for span in text]


def hostile_history():
    return history(
        *CLAIMED,
        FactsRecorded(HOSTILE),
        MovedPrivate(PrivateChannel.DM, HOSTILE),
        Promised(1, HOSTILE, LATER),
        accepted(ReplyKind.SOLUTION, HOSTILE),
        ReplySent(no_link=HOSTILE),
        Resolved(HOSTILE),
        ResolutionTold(),
        SatisfactionChecked(Satisfaction.YES, HOSTILE),
        UpdateAsked(HOSTILE),
        StepSkipped(Step.WRAP_UP, HOSTILE),
        Assigned("rui", HOSTILE),
        Released(HOSTILE),
        by("", Sighted(complaint(HOSTILE, channel=HOSTILE))),
        by("", Sighted(complaint(HOSTILE), 4)),
        Snoozed(LATER, HOSTILE),
        Closed(Outcome.LOST, HOSTILE),
        CheckedIn(HOSTILE),
        Reviewed(HOSTILE),
        Reopened(HOSTILE),
        Dismissed(HOSTILE),
        text=HOSTILE,
        author=HOSTILE,
        channel=HOSTILE,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_from_outside_is_never_a_link_a_mention_or_a_hole(language):
    words = Words(language)
    told = hostile_history()
    for length in range(1, len(told) + 1):
        shown = case(*((entry.by, entry.event) for entry in told[1:length]), opened=told[0].event)
        made = case_card(shown, PLAN, words, NOW, duties(shown, PLAN, NOW))
        for each in (
            made,
            history_card(shown, told[:length], made, words),
            Card(lines=(case_line(shown, PLAN, words, NOW + DAY, duties(shown, PLAN, NOW)),)),
        ):
            for span in spans(each):
                assert isinstance(span, str | Who | At | CaseLink | Code)
                assert isinstance(span, str) or "evil" not in plain((span,))
            assert each.calls == ()


def test_a_posted_replys_address_is_the_only_link_outside():
    links = [span for told, event, _ in THREAD for span in spans(told_of(told, event) or Card())]
    assert [span for span in links if isinstance(span, WebLink)] == [WebLink("https://example.com/r")]


def test_a_long_sighting_is_clipped():
    shown = told_of((), Sighted(complaint("palavra " * 100)))
    assert len(plain(shown.lines[0])) < 360


# Reminders


def reminder(told, *keys, now=NOW, calls=("ana",), **about):
    shown = case(*told, **about)
    due = [duty for duty in duties(shown, PLAN, now) if duty.key in keys]
    return reminder_card(shown, due, calls, PLAN, EN, now)


@pytest.mark.parametrize(
    ("told", "keys", "hours", "lines", "shown"),
    [
        ((), ["claim"], 0, ["#12 nobody has claimed this case yet"], ["Claim", "Snooze"]),
        (
            CLAIMED,
            ["heard"],
            6,
            ["#12 a first contact with the customer: due 2026-08-25T01:00+00:00"],
            ["Reply"],
        ),
        (
            CLAIMED,
            ["heard"],
            12,
            ["#12 a first contact with the customer: was due 2026-08-25T01:00+00:00"],
            ["Reply"],
        ),
        (PROMISED, ["promise/1"], 2, ["#12 promise “a call” is due 2026-08-24T17:00+00:00"], ["Done: a call"]),
        (DONE, ["promise/1"], 4, ["#12 promise “a call” was due 2026-08-24T17:00+00:00"], ["Customer told"]),
        (
            CLAIMED,
            ["still-on"],
            7,
            ["#12 are you still on it? Without an answer it goes back to the room."],
            ["Still on it", "Snooze"],
        ),
        (
            TOLD,
            ["satisfaction"],
            30,
            ["#12 whether the customer is satisfied: was due 2026-08-25T13:08+00:00"],
            ["Satisfied?", "Snooze"],
        ),
    ],
)
def test_a_reminder_says_what_is_owed_with_the_button_that_meets_it(told, keys, hours, lines, shown):
    made = reminder(told, *keys, now=NOW + hours * HOUR)
    assert list(map(plain, made.lines)) == lines
    assert [each.label for each in made.buttons] == shown
    assert made.calls == ("ana",)


def test_one_reminder_tells_of_all_that_is_due_and_is_red_when_a_customer_waits_too_long():
    made = reminder(PROMISED, "heard", "promise/1", now=NOW + 13 * HOUR)
    assert len(made.lines) == 2
    assert made.tone is Tone.LATE
    assert reminder((), "claim", now=NOW + DAY).tone is Tone.INFO


def test_a_hard_duty_alone_offers_no_snooze():
    assert [each.label for each in reminder(CLAIMED, "heard", now=NOW + 6 * HOUR).buttons] == ["Reply"]


def test_a_rest_is_chosen_from_a_menu_and_every_choice_can_be_typed():
    (*_, snooze) = reminder((), "claim").buttons
    assert [choice.label for choice in snooze.choices] == ["for an hour", "for three hours", "until tomorrow 09:00"]
    at_ten = NOW  # ten in the morning in São Paulo
    rests = [parse(choice.value, Ground(PLAN, at_ten)).until - at_ten for choice in snooze.choices]
    assert rests == [HOUR, 3 * HOUR, 23 * HOUR]


@pytest.mark.parametrize("kind", DutyKind)
def test_every_duty_has_its_words_and_its_line(kind):
    duty = Duty(kind, 12, ("ana",), NOW, NOW + HOUR, True, "show 12")
    assert EN.line(wanting(kind))
    assert plain(owed_line(duty, EN, NOW)).endswith(": due 2026-08-24T14:00+00:00")
    assert plain(owed_line(duty, EN, NOW + HOUR)).endswith(": was due 2026-08-24T14:00+00:00")


@pytest.mark.parametrize("state", STATES)
def test_every_duty_of_every_state_has_a_button(state):
    shown = case(*STATES[state])
    for duty in duties(shown, PLAN, NOW + 30 * DAY):
        made = reminder(STATES[state], duty.key, now=NOW + 30 * DAY)
        assert made.buttons[0].command == duty.command


# What one member reads


def test_a_refusal_says_why_and_gives_the_members_own_text_back():
    shown = refusal(Refused(say("#{n} is open.", n=12)), EN, kept="João, sentimos muito…")
    assert shown == Card(tone=Tone.REFUSAL, lines=(("#", "12", " is open."),), copy="João, sentimos muito…")


def test_a_refused_closing_lists_what_is_owed_each_with_its_button():
    items = (
        (say("the facts"), "facts 12"),
        (say("a promise"), "done 12 1"),
        (say("the closing statement"), "reply 12"),
        (say("the public wrap-up"), "reply 12"),
    )
    shown = refusal(Unmet(say("still owed:"), items), EN)
    assert list(map(plain, shown.lines)) == [
        "still owed:",
        "• the facts: facts 12",
        "• a promise: done 12 1",
        "• the closing statement: reply 12",
        "• the public wrap-up: reply 12",
    ]
    assert shown.buttons == (
        Button("Facts", "facts 12"),
        Button("Done: 1", "done 12 1"),
        Button("Reply", "reply 12"),
    )
    assert shown.lines[1] == ("• ", "the facts", ": ", Code("facts 12"))


def test_an_answer_is_its_sentences():
    shown = said(say("Noted."), EN, say("#{n} is open.", n=12), buttons=(Button("Help", "help"),))
    assert [plain(line) for line in shown.lines] == ["Noted.", "#12 is open."]
    assert shown.buttons == (Button("Help", "help"),)


def test_the_history_stands_below_the_card_in_its_order_with_our_own_words():
    told = history(*CLAIMED, accepted(ReplyKind.HEARD), ReplySent("https://example.com/r"))
    shown = case(*CLAIMED, *sent(ReplyKind.HEARD))
    made = card(*CLAIMED, *sent(ReplyKind.HEARD))
    full = history_card(shown, told, made, EN)
    assert (full.title, full.quote, full.facts, full.buttons) == (made.title, made.quote, made.facts, made.buttons)
    (section,) = full.sections
    assert section.title == "History"
    assert list(map(plain, section.lines)) == [
        "2026-08-24T13:01+00:00 ana has #12.",
        (
            "2026-08-24T13:01+00:00 Breathe first. The aim is to understand, to solve the customer's problem "
            "and to limit the damage."
        ),
        "2026-08-24T13:02+00:00 ana wrote the reply:",
        "“João, sentimos muito”",
        "2026-08-24T13:03+00:00 ana posted the reply: https://example.com/r",
    ]


def test_a_case_to_which_nothing_happened_has_no_history():
    assert history_card(case(), history(), card(), EN).sections == ()


def test_a_case_in_one_line_is_linked_and_says_what_is_next():
    told = case(*CLAIMED, text="Meu pedido não chegou " * 5)
    now = NOW + 2 * DAY
    line = case_line(told, PLAN, EN, now, duties(told, PLAN, now))
    assert line[0] == CaseLink(12)
    assert plain(line) == (
        "#12 Facebook · João · day 2 · ana · the facts: was due 2026-08-24T17:01+00:00"
        " · “Meu pedido não chegou Meu pedido não chegou Meu pedido não…”"
    )
    assert plain(case_line(case(author=""), PLAN, EN, NOW)) == "#12 Facebook · nobody yet · “Meu pedido não chegou”"


def test_the_to_do_list_names_the_command_that_meets_each_duty():
    told = case(*CLAIMED)
    owed = [(told, duty) for duty in duties(told, PLAN, NOW)]
    shown = todo_card(owed, EN, NOW)
    assert shown.title == "What you owe"
    assert plain(shown.lines[0]) == "#12 the facts: due 2026-08-24T17:01+00:00 · facts 12"
    assert shown.lines[0][-1] == Code("facts 12")
    assert [each.command for each in shown.buttons] == ["new", "list unclaimed", "list mine", "help"]
    assert plain(todo_card([], EN, NOW).lines[0]) == "You owe nothing. Breathe."


USAGES = """\
new TEXT [channel=…] [author=…] [link=…] [posted=…] [kind=…]
list [WHICH]
show 12
claim 12
release 12 [NOTE]
assign 12 TO [NOTE]
merge 12 into INTO
dismiss 12 REASON
mark 12 WHAT [NOTE]
unmark 12 WHAT [NOTE]
reopen 12 REASON
facts 12 TEXT
reply 12 [TEMPLATE] TEXT [despite=…]
check [12] TEXT
approve 12 [NOTE]
improve 12 TEXT [despite=…]
sent 12 [LINK] [no link, because BECAUSE]
private 12 WHERE [NOTE]
promise 12 WHAT by BY
done 12 [PROMISE]
told 12 [PROMISE]
resolved 12 TEXT
satisfied 12 ANSWER [NOTE]
update-asked 12 [NOTE]
close 12 OUTCOME [NOTE]
skip 12 STEP because BECAUSE
still-on 12
checked 12 [NOTE]
review 12 TEXT
snooze 12 UNTIL REASON
todo
digest
templates [LANGUAGE]
help [ABOUT]"""


def test_the_usage_of_every_command():
    assert [usage(command) for command in COMMANDS.values()] == USAGES.splitlines()


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_lists_every_command_and_explains_each(language):
    words = Words(language)
    assert [line[0] for line in help_card(words).lines] == [Code(line) for line in USAGES.splitlines()]
    for word, command in COMMANDS.items():
        shown = help_card(words, command)
        assert shown.title.split()[0] == word
        assert all(plain(line) for line in shown.lines)


def test_help_explains_each_field():
    shown = help_card(EN, COMMANDS["promise"])
    assert [plain(line) for line in shown.lines] == [
        "Record what you promised the customer, and until when.",
        "case: Case. The number on the card",
        "what: What. What the customer was promised",
        "by: By. today, tomorrow 12:00, 2h, fri 17:00",
    ]


def test_the_green_light_is_said_in_words():
    """Rule 000-03."""
    assert plain(green_card(EN).lines[0]) == "The light is green: no case is open. Thank you."


def test_a_card_is_stored_and_comes_back_as_it_was():
    for state in STATES.values():
        made = card(*state, now=NOW + DAY + MINUTE)
        assert msgspec.json.decode(msgspec.json.encode(made), type=Card) == made
