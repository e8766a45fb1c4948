"""A case is what its history tells: every event, every phase, and lines that stay readable for ever."""

from datetime import timedelta
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.case import REMEMBERED_REQUESTS, Case, Commitment, Ending, Phase, Reply, apply, first, fold
from bot.core.commands import COMMANDS, CaseCommand, Improve, SetMark, Unmark
from bot.core.commands import Reply as WriteReply
from bot.core.complaint import Kind
from bot.core.decide import decide
from bot.core.decisions.approval import permit_reading
from bot.core.decisions.permission import permit
from bot.core.decisions.refusals import Refused
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
from bot.core.plan import Step
from bot.core.replies import FULLER, ReplyKind
from tests.core.made import (
    ANSWERED,
    CALL,
    CLAIMED,
    CLOSED,
    COMMITTEE,
    DAY,
    DISMISSED,
    DONE,
    HEARD,
    HOUR,
    KNOWN,
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

AT = NOW + HOUR
LATER = NOW + DAY
AGAIN = complaint("Ainda não chegou", key="k2", posted_at=AT)
NUDGE = Nudge("heard", 1, LATER)
TEXT = "João, sentimos muito"


def changes(told, event, who="ana", at=AT, **about):
    """What the event changes in the case, its count of entries aside."""
    before = case(*told, **about)
    after = apply(before, Entry(at, event, who))
    assert after.version == before.version + 1
    one, other = msgspec.structs.asdict(before), msgspec.structs.asdict(after)
    return {name: value for name, value in other.items() if value != one[name] and name != "version"}


def written(kind, **more):
    """A reply of Ana's that was accepted at AT."""
    return Reply(TEXT, kind, "", "ana", AT, **more)


POSTED = {"sent_at": AT, "sent_by": "ana", "link": "https://example.com/r"}
UNSOLVED = {"resolution": "", "resolved_at": None, "told_at": None}

#: (the case before, the event, what changes besides the time of the last action)
FOLDS = [
    ((), Claimed(), {"owner": "ana", "claimed_at": AT, "free_since": None}),
    (CLAIMED, Released("ill"), {"owner": "", "claimed_at": None, "free_since": AT}),
    (CLAIMED, Lapsed(), {"owner": "", "claimed_at": None, "free_since": AT}),
    (CLAIMED, Assigned("rui", "ill"), {"owner": "rui", "claimed_at": AT}),
    ((), Assigned("rui"), {"owner": "rui", "claimed_at": AT, "free_since": None}),
    (CLAIMED, StillOn(), {}),
    ((), Sighted(AGAIN), {"sightings": (AGAIN,)}),
    ((), FactsRecorded("order 7"), {"facts": ("order 7",), "facts_at": AT}),
    (KNOWN, FactsRecorded("order 8"), {"facts": ("lost by the carrier", "order 8")}),
    (CLAIMED, accepted(ReplyKind.HEARD), {"replies": (written(ReplyKind.HEARD, entry=3),)}),
    (
        (*CLAIMED, accepted(ReplyKind.APOLOGY)),
        accepted(ReplyKind.HEARD),
        {"replies": (written(ReplyKind.HEARD, entry=3),)},
    ),
    ((), Marked(Mark.HEATED, "shouts"), {"marks": {Mark.HEATED: "shouts"}}),
    ((Marked(Mark.HEATED), Marked(Mark.REACH)), Unmarked(Mark.HEATED), {"marks": {Mark.REACH: ""}}),
    ((), MovedPrivate(PrivateChannel.DM), {"private": PrivateChannel.DM, "private_at": AT}),
    ((MovedPrivate(PrivateChannel.DM),), MovedPrivate(PrivateChannel.PHONE), {"private": PrivateChannel.PHONE}),
    ((), CALL, {"promises": (Commitment(1, "a call", "ana", AT, CALL.due),)}),
    (
        PROMISED,
        PromiseDone(1),
        {"promises": (Commitment(1, "a call", "ana", NOW + 2 * MINUTE, CALL.due, done_at=AT),)},
    ),
    (
        DONE,
        PromiseTold(1),
        {
            "promises": (
                Commitment(1, "a call", "ana", NOW + 2 * MINUTE, CALL.due, done_at=NOW + 3 * MINUTE, told_at=AT),
            )
        },
    ),
    (ANSWERED, Resolved("sent again"), {"resolution": "sent again", "resolved_at": AT}),
    (RESOLVED, ResolutionTold(), {"told_at": AT}),
    (TOLD, SatisfactionChecked(Satisfaction.YES), {"satisfaction": Satisfaction.YES, "satisfaction_at": AT}),
    (
        TOLD,
        SatisfactionChecked(Satisfaction.UNREACHABLE),
        {"satisfaction": Satisfaction.UNREACHABLE, "satisfaction_at": AT},
    ),
    (TOLD, SatisfactionChecked(Satisfaction.NO), {**UNSOLVED, "resolve_from": AT}),
    (
        SATISFIED,
        SatisfactionChecked(Satisfaction.NO),
        {**UNSOLVED, "satisfaction": None, "satisfaction_at": None, "resolve_from": AT},
    ),
    (SATISFIED, UpdateAsked(), {"update_asked_at": AT}),
    (SATISFIED, StepSkipped(Step.UPDATE, "gone"), {"skipped": {Step.UPDATE: "gone"}, "skipped_at": AT}),
    (
        (*SATISFIED, StepSkipped(Step.UPDATE, "gone")),
        StepSkipped(Step.WRAP_UP, "locked"),
        {"skipped": {Step.UPDATE: "gone", Step.WRAP_UP: "locked"}, "skipped_at": AT},
    ),
    (
        SETTLED,
        Closed(Outcome.LOST, "tired"),
        {"ending": Ending.CLOSED, "ended_at": AT, "outcome": Outcome.LOST},
    ),
    ((), Dismissed("spam"), {"ending": Ending.DISMISSED, "ended_at": AT}),
    ((), Merged(9), {"ending": Ending.MERGED, "ended_at": AT, "merged_into": 9}),
    (DISMISSED, Reopened("ours"), {"ending": None, "ended_at": None, "anchor": AT, "free_since": AT}),
    (CLOSED, CheckedIn(), {"checked_at": AT}),
    (CLOSED, Reviewed("calm"), {"review": "calm", "reviewed_at": AT}),
    ((), Snoozed(LATER, "leave"), {"snoozed_until": LATER, "snooze_reason": "leave", "snoozed_by": "ana"}),
    ((), Reminded((NUDGE,)), {"reminded": {"heard": (NUDGE, AT)}, "reminder": 2}),
]


@pytest.mark.parametrize(("told", "event", "changed"), FOLDS)
def test_an_event_changes_this_and_nothing_else(told, event, changed):
    assert changes(told, event) == {**changed, "active_at": AT}


def test_heard_s_own_events_are_no_activity():
    assert "active_at" not in changes(CLAIMED, Lapsed(), who="")
    assert "active_at" not in changes((), Reminded((NUDGE,)), who="")
    assert "active_at" not in changes((), Sighted(AGAIN), who="")


#: What posting a reply of each kind says besides that the customer has been heard (rule 004-25).
SAYS = {
    ReplyKind.HEARD: {},
    ReplyKind.CLARIFY: {},
    ReplyKind.APOLOGY: {"answered_at"},
    ReplyKind.PRIVATE: {"answered_at"},
    ReplyKind.SOLUTION: {"answered_at"},
    ReplyKind.THANKS: {"answered_at"},
    ReplyKind.CLOSING: {"answered_at", "statement_at"},
    ReplyKind.WRAP_UP: {"answered_at", "wrapped_at"},
    ReplyKind.ASK_UPDATE: {"answered_at", "update_asked_at"},
}


@pytest.mark.parametrize("kind", ReplyKind)
def test_a_posted_reply_stops_the_first_contact_clock_and_says_what_its_kind_says(kind):
    """You have been heard stops the first-contact clock, not the resolution clock (rule 004-06)."""
    changed = changes((*CLAIMED, accepted(kind)), ReplySent("https://example.com/r"))
    (reply,) = changed.pop("replies")
    assert (reply.sent_at, reply.sent_by, reply.link) == (AT, "ana", "https://example.com/r")
    assert set(changed) == {"heard_at", "active_at", *SAYS[kind]}
    assert set(changed.values()) == {AT}


@pytest.mark.parametrize("kind", ReplyKind)
def test_a_posted_solution_tells_the_customer_once_it_is_recorded(kind):
    """Communicated is what counts (rule 004-02)."""
    tells = {ReplyKind.SOLUTION, ReplyKind.CLOSING}
    assert bool(case(*RESOLVED, *sent(kind)).told_at) is (kind in tells)
    assert case(*CLAIMED, *sent(kind)).told_at is None


def test_the_first_contact_is_kept_when_more_replies_follow():
    told = case(*HEARD, *sent(ReplyKind.APOLOGY))
    assert (told.heard_at, told.answered_at) == (NOW + 3 * MINUTE, NOW + 5 * MINUTE)
    assert [reply.kind for reply in told.replies] == [ReplyKind.HEARD, ReplyKind.APOLOGY]


def test_only_the_last_accepted_reply_waits_to_be_posted():
    told = case(*HEARD, accepted(ReplyKind.APOLOGY, "one"), accepted(ReplyKind.APOLOGY, "two"))
    assert told.unsent.text == "two"
    assert len(told.replies) == 2
    assert case(*HEARD).unsent is None


def test_a_promise_is_kept_only_with_both_ends():
    """Rule 002-21."""
    assert not case(*PROMISED).promises[0].is_kept
    assert not case(*DONE).promises[0].is_kept
    assert case(*DONE, PromiseTold(1)).promises[0].is_kept
    assert case(*DONE).open_promises
    assert not case(*DONE, PromiseTold(1)).open_promises


def test_ends_belong_to_the_promise_of_their_number():
    told = case(*PROMISED, Promised(2, "a parcel", LATER), PromiseDone(2))
    assert [bool(promise.done_at) for promise in told.promises] == [False, True]
    assert told.promise(2).what == "a parcel"
    assert told.promise(3) is None


def test_the_customers_clock_starts_with_the_post_and_a_reopening_starts_it_again():
    """Rule 004-21: from the original complaint, whenever we noticed it."""
    late = case(start=NOW + 5 * HOUR)
    assert (late.anchor, late.opened_at) == (NOW, NOW + 5 * HOUR)
    assert apply(case(*CLOSED), Entry(LATER, Reopened("again"), "ana")).anchor == LATER


def test_the_customers_clock_runs_from_their_first_post_also_when_it_is_found_last():
    """Principle 5."""
    earlier = complaint(key="k0", posted_at=NOW - 5 * HOUR)
    assert case(by("", Sighted(earlier))).anchor == NOW - 5 * HOUR
    assert (
        case(by("", Sighted(earlier)), by("", Sighted(complaint(key="k2", posted_at=LATER)))).anchor == NOW - 5 * HOUR
    )
    reopened = apply(case(*CLOSED), Entry(LATER, Reopened("again"), "ana"))
    assert apply(reopened, Entry(LATER, Sighted(earlier))).anchor == LATER


def test_another_solution_is_told_and_asked_about_anew_in_a_time_of_its_own():
    """Rules 004-02 and 000-16: the customer's yes was for the other one."""
    again = apply(case(*SATISFIED), Entry(LATER, Resolved("a new parcel"), "ana"))
    assert (again.told_at, again.satisfaction, again.satisfaction_at) == (None, None, None)
    assert again.resolve_from == LATER
    assert case(*RESOLVED, Resolved("sent again by courier")).resolve_from is None


def test_a_reopened_case_keeps_what_we_know_and_owes_everything_else_anew():
    before = case(*SETTLED, CALL, Snoozed(LATER, "x"), Closed(Outcome.SATISFIED), CheckedIn(), Reviewed("calm"))
    after = apply(before, Entry(LATER, Reopened("he wrote again"), "ana"))
    kept = ("owner", "claimed_at", "facts", "facts_at", "replies", "promises", "sightings", "complaint")
    assert all(getattr(after, name) == getattr(before, name) for name in kept)
    fresh = (
        *("ending", "ended_at", "outcome", "heard_at", "answered_at", "private", "resolved_at", "told_at"),
        *("satisfaction", "statement_at", "update_asked_at", "wrapped_at", "checked_at", "reviewed_at"),
        *("snoozed_until", "resolve_from", "skipped_at"),
    )
    assert not any(getattr(after, name) for name in fresh)
    assert after.reminded == {}


def test_what_is_snoozed_wakes_with_the_end():
    assert case(*SETTLED, Snoozed(LATER, "x"), Closed(Outcome.SATISFIED)).snoozed_until is None


def test_a_history_begins_with_opened_and_is_opened_once():
    with pytest.raises(AssertionError):
        first(1, Entry(NOW, Claimed(), "ana"))
    with pytest.raises(ValueError, match="once"):
        apply(case(), Entry(NOW, Opened(complaint()), ""))


def test_the_version_counts_the_entries():
    told = history(*CLOSED)
    assert [fold(12, told[:length]).version for length in range(1, len(told) + 1)] == list(range(1, len(told) + 1))


def test_the_opening_tells_of_what_it_resembles():
    told = case(opened=Opened(complaint(), recurrence_of=3, alike=(5, 6)))
    assert (told.recurrence_of, told.alike, told.number, told.kind) == (3, (5, 6), 12, Kind.COMPLAINT)


def test_a_request_is_remembered_so_that_it_does_not_act_twice():
    told = case()
    for each in (*range(60), 59, 59):
        told = apply(told, Entry(NOW, StillOn(), "ana", f"request {each}"))
    assert len(told.requests) == REMEMBERED_REQUESTS
    assert told.requests[-2:] == ("request 58", "request 59")
    assert first(1, Entry(NOW, Opened(complaint()), "", "r")).requests == ("r",)


# Phases

PHASES = {
    "new": Phase.RECOGNITION,
    "claimed": Phase.RECOGNITION,
    "reply to post": Phase.RECOGNITION,
    "heard": Phase.RECOGNITION,
    "facts": Phase.INTERACTION,
    "answered": Phase.RESOLUTION,
    "promised": Phase.RECOGNITION,
    "done": Phase.RECOGNITION,
    "resolved": Phase.RESOLUTION,
    "told": Phase.RESOLUTION,
    "satisfied": Phase.CLOSURE,
    "settled": Phase.CLOSURE,
    "closed": Phase.CLOSED,
    "dismissed": Phase.CLOSED,
    "merged": Phase.CLOSED,
}


@pytest.mark.parametrize("state", STATES)
def test_the_phase_is_derived_from_what_was_recorded(state):
    assert case(*STATES[state]).phase is PHASES[state]


@pytest.mark.parametrize(
    ("told", "phase"),
    [
        ((MovedPrivate(PrivateChannel.PHONE),), Phase.RESOLUTION),
        ((Resolved("sent"),), Phase.RESOLUTION),
        ((*CLAIMED, accepted(ReplyKind.APOLOGY)), Phase.RECOGNITION),
        ((*TOLD, SatisfactionChecked(Satisfaction.NO)), Phase.RESOLUTION),
        ((*KNOWN, Resolved("x"), ResolutionTold(), SatisfactionChecked(Satisfaction.NO)), Phase.INTERACTION),
        ((*TOLD, SatisfactionChecked(Satisfaction.UNREACHABLE)), Phase.CLOSURE),
        ((*CLOSED, Reopened("again")), Phase.INTERACTION),
        ((*DISMISSED, Reopened("ours")), Phase.RECOGNITION),
    ],
)
def test_other_paths_lead_to_their_phase_too(told, phase):
    assert case(*told).phase is phase


#: From each phase, the phases that one event may lead to (rule 000-07).
ONWARD = {
    Phase.RECOGNITION: {Phase.INTERACTION, Phase.RESOLUTION, Phase.CLOSED},
    Phase.INTERACTION: {Phase.RESOLUTION, Phase.CLOSED},
    Phase.RESOLUTION: {Phase.RECOGNITION, Phase.INTERACTION, Phase.CLOSURE, Phase.CLOSED},
    Phase.CLOSURE: {Phase.RECOGNITION, Phase.INTERACTION, Phase.RESOLUTION, Phase.CLOSED},
    Phase.CLOSED: {Phase.RECOGNITION, Phase.INTERACTION},
}

MOMENTS = st.integers(1, 300).map(lambda minutes: timedelta(minutes=minutes))
VALUES = {
    "text": st.sampled_from(["order 7", "sent again", "refunded"]),
    "note": st.sampled_from(["", "a note"]),
    "reason": st.sampled_from(["", "a reason"]),
    "because": st.sampled_from(["", "a reason"]),
    "despite": st.sampled_from(["", "a reason"]),
    "what": st.sampled_from(["a call", "a parcel"]),
    "to": st.sampled_from([member.id for member in COMMITTEE]),
    "into": st.just(9),
    "link": st.sampled_from(["", "https://example.com/r"]),
    "where": st.sampled_from(PrivateChannel),
    "promise": st.integers(0, 2),
    "version": st.integers(0, 9),
    "answer": st.sampled_from(Satisfaction),
    "outcome": st.sampled_from(Outcome),
    "step": st.sampled_from(Step),
    "template": st.sampled_from([kind.value for kind in ReplyKind]),
    "by": MOMENTS,
    "until": MOMENTS,
}
ABOUT_CASES = [command for command in COMMANDS.values() if issubclass(command, CaseCommand)]


@st.composite
def commands(draw):
    """A command with values, its moments still spans; some end a case, so the others come more often."""
    command = draw(st.sampled_from([each for each in ABOUT_CASES if draw(st.booleans()) or each.word != "dismiss"]))
    fields = [name for name in command.__struct_fields__ if name != "case"]
    return command, {name: draw(VALUES[name]) for name in fields}


def obey(told, member, command, values, now):
    """The events of a command, with the desk's part for those that it decides."""
    if command is SetMark or command is Unmark:
        values = {**values, "what": tuple(Mark)[len(values["note"]) % len(Mark)]}
    values = {name: now + value if isinstance(value, timedelta) else value for name, value in values.items()}
    given_command = command(12, **values)
    events = decide(told, member, given_command, PLAN, now)
    if isinstance(given_command, WriteReply):
        kind = ReplyKind(values["template"])
        permit(told, member, given_command, PLAN)
        if kind in FULLER and told.kind is Kind.COMPLAINT and not told.facts_at:
            return ()
        return (ReplyAccepted(values["text"], kind),)
    if isinstance(given_command, Improve):
        permit_reading(told, member, PLAN, now)
        return (ReplyImproved(values["text"]),)
    return events


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(Kind),
    state=st.sampled_from(list(STATES)),
    steps=st.lists(st.tuples(st.sampled_from(COMMITTEE), commands(), MOMENTS), max_size=25),
)
def test_whatever_is_accepted_folds_again_to_the_same_case_and_never_jumps_a_phase(kind, state, steps):
    """Illegal jumps are impossible (rule 000-07); a complaint closes from its closure alone (rule 000-16)."""
    entries = history(*STATES[state], kind=kind)
    told, now = fold(12, entries), entries[-1].at
    for number, (member, (command, values), wait) in enumerate(steps):
        now += wait
        try:
            events = obey(told, member, command, values, now)
        except Refused:
            continue
        for event in events:
            entry = Entry(now, event, member.id, f"request {number}")
            after = apply(told, entry)
            assert after.phase is told.phase or after.phase in ONWARD[told.phase]
            if kind is Kind.COMPLAINT and isinstance(event, Closed):
                assert told.phase is Phase.CLOSURE
            told = after
            entries.append(entry)
    assert fold(12, entries) == told
    assert told.version == len(entries)
    stored = msgspec.json.decode(msgspec.json.encode(entries), type=list[Entry])
    assert stored == entries
    assert fold(12, stored) == told


@pytest.mark.parametrize(
    "told",
    [CLAIMED, HEARD, KNOWN, ANSWERED, PROMISED, RESOLVED, (*TOLD, SatisfactionChecked(Satisfaction.NO))],
)
def test_closure_is_reached_through_solved_told_and_verified_alone(told):
    """Rule 000-16."""
    assert case(*told).phase is not Phase.CLOSURE
    assert case(*told, SatisfactionChecked(Satisfaction.YES)).phase is not Phase.CLOSURE


# The history as it is stored

GOLDEN = Path(__file__).with_name("history.jsonl")

#: One entry for each event. A line of the golden file is never changed: somewhere a case is stored that way.
EXAMPLES = [
    Entry(
        NOW,
        Opened(
            complaint(
                "Meu pedido não chegou",
                link="https://example.com/p/1",
                kind=Kind.QUESTION,
                source="google-alerts",
                title="Pedido",
            ),
            recurrence_of=3,
            alike=(5, 6),
        ),
        "",
        "hook/1",
    ),
    Entry(AT, Sighted(AGAIN, merged_from=4)),
    Entry(AT, Claimed(), "ana", "press/7"),
    Entry(AT, Released("ill"), "ana"),
    Entry(AT, Assigned("rui", "knows the carrier"), "lia"),
    Entry(AT, Lapsed()),
    Entry(AT, StillOn(), "ana"),
    Entry(AT, FactsRecorded("order 7, lost by the carrier"), "ana"),
    Entry(AT, ReplyAccepted("João, sentimos muito", ReplyKind.HEARD, "heard-delay"), "ana"),
    Entry(AT, ReplyApproved("as I would say it"), "rui"),
    Entry(AT, ReplyImproved("João, sentimos muito pelo atraso", ("empathy/regret",), "the lead agrees"), "rui"),
    Entry(AT, ReplySent("https://example.com/p/1#r", "a story"), "ana"),
    Entry(AT, Marked(Mark.HEATED, "third complaint"), "ana"),
    Entry(AT, Unmarked(Mark.LEGAL, "no lawyer"), "ana"),
    Entry(AT, MovedPrivate(PrivateChannel.PHONE, "at six"), "ana"),
    Entry(AT, Promised(1, "a call", LATER), "ana"),
    Entry(AT, PromiseDone(1), "ana"),
    Entry(AT, PromiseTold(1), "ana"),
    Entry(AT, Resolved("sent again"), "ana"),
    Entry(AT, ResolutionTold(), "ana"),
    Entry(AT, SatisfactionChecked(Satisfaction.UNREACHABLE, "wrote twice"), "ana"),
    Entry(AT, UpdateAsked("by phone"), "ana"),
    Entry(AT, StepSkipped(Step.WRAP_UP, "the post is gone"), "ana"),
    Entry(AT, Closed(Outcome.ADVOCATE, "kind man"), "ana"),
    Entry(AT, Dismissed("another shop"), "ana"),
    Entry(AT, Merged(9), "ana"),
    Entry(AT, Reopened("he wrote again"), "ana"),
    Entry(AT, CheckedIn("all well"), "ana"),
    Entry(AT, Reviewed("labels are checked twice; Rui, Friday"), "lia"),
    Entry(AT, Snoozed(LATER, "the workshop answers"), "ana"),
    Entry(AT, Reminded((NUDGE, Nudge("promise/1", 3, AT)))),
]


def lines():
    return GOLDEN.read_text(encoding="utf-8").splitlines()


def test_the_golden_file_has_a_line_for_every_event():
    assert [type(entry.event) for entry in EXAMPLES] == list(get_args(CaseEvent))
    assert len(lines()) == len(EXAMPLES)


@pytest.mark.parametrize(("line", "entry"), list(zip(lines(), EXAMPLES, strict=True)), ids=lambda each: str(each)[:40])
def test_what_was_stored_once_is_read_for_ever(line, entry):
    assert msgspec.json.decode(line, type=Entry) == entry


@pytest.mark.parametrize("entry", EXAMPLES, ids=lambda entry: type(entry.event).__name__)
def test_what_is_stored_comes_back_as_it_was(entry):
    assert msgspec.json.decode(msgspec.json.encode(entry), type=Entry) == entry
    assert msgspec.convert(msgspec.to_builtins(entry), Entry) == entry


@pytest.mark.parametrize(("line", "entry"), list(zip(lines(), EXAMPLES, strict=True)), ids=lambda each: str(each)[:40])
def test_the_stored_form_does_not_drift(line, entry):
    assert msgspec.json.encode(entry).decode() == line


def test_the_tags_of_events_are_told_apart():
    tags = [event.__struct_config__.tag for event in get_args(CaseEvent)]
    assert len(set(tags)) == len(tags)


def test_what_no_version_wrote_is_not_read():
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"at":"2026-08-24T13:00:00Z","event":{"event":"deleted"}}', type=Entry)


def test_a_case_is_a_value_and_takes_no_change():
    told = case()
    assert isinstance(told, Case)
    with pytest.raises(AttributeError):
        told.owner = "ana"
