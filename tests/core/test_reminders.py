"""When Heard speaks up by itself: reminders, claims that lapse, and the moment to look again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.core.calendar import is_quiet
from bot.core.case import Step, apply, first
from bot.core.complaint import Complaint, Kind
from bot.core.duties import (
    SHELVED_AFTER,
    SHELVED_ANYWAY,
    duties,
    may_be_shelved,
    next_look,
    overdue,
    reminders,
    rings,
)
from bot.core.events import (
    Assigned,
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
    Opened,
    Outcome,
    PrivateChannel,
    Promised,
    PromiseDone,
    PromiseTold,
    Released,
    Reopened,
    ReplyAccepted,
    ReplyApproved,
    ReplySent,
    ResolutionTold,
    Resolved,
    Reviewed,
    Satisfaction,
    SatisfactionChecked,
    Snoozed,
    StepSkipped,
    StillOn,
    Unmarked,
    UpdateAsked,
)
from bot.core.plan import Clocks, Hours, Member, Plan, Role
from bot.core.replies import ReplyKind

COMMITTEE = (
    Member("ana", "Ana", (Role.COMMUNITY_MANAGER,)),
    Member("bia", "Bia", (Role.COMMUNITY_MANAGER,)),
    Member("rui", "Rui", (Role.LEAD,)),
)
PLAN = Plan("acme", COMMITTEE, country="BR", subdivision="SP")
#: Never quiet, so that tables of hours read as they are.
AWAKE = Plan("acme", COMMITTEE, hours=Hours(quiet_from=PLAN.hours.quiet_to, quiet_days_off=False))
#: Awake, and nobody is asked whether they are still on it.
TRUSTING = Plan("acme", COMMITTEE, hours=AWAKE.hours, clocks=Clocks(still_on=timedelta(days=99)))
#: A Tuesday, 09:00 in São Paulo.
POSTED = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def after(hours: float, posted=POSTED) -> datetime:
    return posted + timedelta(hours=hours)


class Room:
    """A case that lives: members act on it, and Heard looks when it said it would."""

    def __init__(self, *told, plan=PLAN, kind=Kind.COMPLAINT, channel="facebook", noticed=0.0, posted=POSTED):
        self.plan, self.posted, self.said = plan, posted, []
        opened = Opened(Complaint("key", channel, "Meu pedido não chegou", posted, kind=kind))
        self.now = after(noticed, posted)
        self.case = first(12, Entry(self.now, opened))
        for hours, by, event in told:
            self.now = after(hours, posted)
            self.case = apply(self.case, Entry(self.now, event, by))

    def look(self):
        """What Heard records at this moment, as (hours after the post, what was said)."""
        for event in overdue(self.case, self.plan, self.now):
            self.case = apply(self.case, Entry(self.now, event))
            self.said.append((round((self.now - self.posted) / timedelta(hours=1), 2), event))
        assert overdue(self.case, self.plan, self.now) == ()

    def at(self, hours: float):
        """Looks once, then: whatever came before was missed."""
        self.now = after(hours, self.posted)
        self.look()
        return self

    def until(self, hours: float):
        """Looks whenever there is something to see, until then."""
        self.look()
        while (look := next_look(self.case, self.plan, self.now)) and look <= after(hours, self.posted):
            self.now = look
            if may_be_shelved(self.case, self.plan, self.now):
                break
            self.look()
        return self

    def act(self, hours: float, by: str, event):
        self.now = after(hours, self.posted)
        self.case = apply(self.case, Entry(self.now, event, by))
        return self

    def nudged(self, key):
        """(hours after the post, level) of each reminder of this duty."""
        return [
            (hours, nudge.level)
            for hours, event in self.said
            if not isinstance(event, Lapsed)
            for nudge in event.nudges
            if nudge.duty == key
        ]

    @property
    def lapsed(self):
        return [hours for hours, event in self.said if isinstance(event, Lapsed)]


def sent(hours, by, kind):
    return (hours, by, ReplyAccepted("Olá João", kind)), (hours, by, ReplySent("https://example.com/1"))


CLAIMED = (0.5, "ana", Claimed())
HEARD = sent(1, "ana", ReplyKind.HEARD)
ANSWERED = sent(1, "ana", ReplyKind.APOLOGY)
FACTS = (1, "ana", FactsRecorded("lost by the carrier"))
HANDLED = (CLAIMED, *ANSWERED, FACTS, (2, "ana", Resolved("sent")), (2, "ana", ResolutionTold()))


# Hard duties ----------------------------------------------------------------------------------


def test_000_14_a_resolution_is_pressed_at_half_three_quarters_and_the_end_and_then_hourly():
    room = Room(CLAIMED, *ANSWERED, FACTS, plan=TRUSTING).until(27)
    assert room.nudged("resolution") == [(12, 1), (18, 2), (24, 3), (25, 4), (26, 5), (27, 6)]


def test_000_14_pressing_stops_when_the_resolution_is_told():
    room = Room(CLAIMED, *ANSWERED, FACTS, plan=TRUSTING).until(13)
    room.act(13, "ana", Resolved("sent")).act(13, "ana", ResolutionTold()).until(30)
    assert room.nudged("resolution") == [(12, 1)]


def test_hard_reminders_ignore_the_night_and_the_snooze():
    snoozed = (1, "ana", Snoozed(after(60), "waiting for the carrier"))
    room = Room(CLAIMED, *ANSWERED, FACTS, snoozed).until(26)
    assert room.nudged("resolution") == [(12, 1), (18, 2), (24, 3), (25, 4), (26, 5)]


def test_004_26_at_twelve_hours_without_contact_the_leads_are_rung_too():
    room = Room(CLAIMED, plan=TRUSTING).until(12)
    assert room.nudged("heard") == [(6, 1), (9, 2), (12, 3)]
    (heard,) = (duty for duty in duties(room.case, TRUSTING, room.now) if duty.key == "heard")
    assert [rings(heard, level, PLAN) for level in (1, 2, 3, 4)] == [("ana",), ("ana",), ("ana", "rui"), ("ana", "rui")]


def test_002_20_a_promise_that_is_not_kept_rings_the_leads():
    room = Room(*HANDLED, (3, "ana", Promised(1, "call", after(7))), plan=TRUSTING).until(8)
    assert room.nudged("promise/1") == [(5, 1), (6, 2), (7, 3), (8, 4)]
    (promise,) = (duty for duty in duties(room.case, PLAN, room.now) if duty.key == "promise/1")
    assert rings(promise, 3, PLAN) == ("ana", "rui")


def test_002_21_done_is_not_yet_told_and_the_reminders_go_on():
    room = Room(*HANDLED, (3, "ana", Promised(1, "call", after(7))), (4, "ana", PromiseDone(1)), plan=TRUSTING).until(8)
    assert room.nudged("promise/1")[-1] == (8, 4)
    assert (
        Room(
            *HANDLED,
            (3, "ana", Promised(1, "call", after(7))),
            (4, "ana", PromiseDone(1)),
            (5, "ana", PromiseTold(1)),
            plan=TRUSTING,
        )
        .until(8)
        .nudged("promise/1")
        == []
    )


def test_half_time_of_a_promise_counts_from_when_it_was_made():
    made, later = (3, "ana", Promised(1, "call", after(7))), (4.5, "leo", FactsRecorded("more"))
    assert Room(*HANDLED, made, later, plan=TRUSTING).until(6).nudged("promise/1") == [(5, 1), (6, 2)]


def test_a_promise_of_a_merged_case_is_still_pressed():
    room = Room(CLAIMED, (1, "ana", Promised(1, "call", after(5))), (1, "ana", Merged(9))).until(6)
    assert room.nudged("promise/1") == [(3, 1), (4, 2), (5, 3), (6, 4)]


def test_003_01_a_lead_who_owes_it_is_rung_once():
    alone = Plan("acme", (Member("ana", "Ana", ()),))
    (heard, *_) = (duty for duty in duties(Room(plan=alone).case, alone, after(0)) if duty.is_hard)
    assert rings(heard, 3, alone) == ("ana",)


def test_what_was_missed_while_the_bot_was_down_is_said_once_at_the_level_reached():
    room = Room(CLAIMED, *ANSWERED, FACTS, plan=TRUSTING).at(29.5).until(31)
    assert room.nudged("resolution") == [(29.5, 8), (30.5, 9)]
    assert len(room.said) == 2


def test_what_is_found_late_starts_at_the_level_reached():
    assert Room(noticed=10).at(10).nudged("heard") == [(10, 2)]
    assert Room(noticed=7).at(7).nudged("heard") == [(7, 1)]
    assert Room(noticed=13.5).at(13.5).nudged("heard") == [(13.5, 4)]


def test_a_restarted_clock_begins_its_reminders_anew():
    room = Room(*HANDLED, plan=TRUSTING).until(20)
    room.act(20, "ana", SatisfactionChecked(Satisfaction.NO)).until(40)
    assert room.nudged("resolution") == [(32, 1), (38, 2)]


def test_a_case_that_changes_hands_keeps_its_clock_and_its_level():
    room = Room(CLAIMED, plan=TRUSTING).until(7).act(7, "rui", Assigned("bia", "over to you")).until(9)
    assert room.nudged("heard") == [(6, 1), (9, 2)]


# Soft duties ----------------------------------------------------------------------------------


def test_a_soft_reminder_comes_when_due_pauses_longer_each_time_and_stops_after_five():
    room = Room(plan=AWAKE).until(48)
    assert room.nudged("claim") == [(0.5, 1), (1.5, 2), (3.5, 3), (7.5, 4), (15.5, 5)]


def test_soft_reminders_wait_for_the_morning_and_for_the_weekend_to_end():
    friday_evening = datetime(2026, 3, 13, 22, 45, tzinfo=UTC)  # 19:45 in São Paulo
    room = Room(posted=friday_evening).until(62)
    monday_at_eight = (datetime(2026, 3, 16, 11, tzinfo=UTC) - friday_evening) / timedelta(hours=1)
    assert room.nudged("claim") == [(monday_at_eight, 1), (monday_at_eight + 1, 2)]
    assert room.nudged("heard")[0] == (6, 1)


@pytest.mark.parametrize(
    ("zone", "country", "posted", "reminded"),
    [
        ("Europe/Madrid", "ES", "2026-03-27T19:00", "2026-03-30T06:00"),  # 08:00 in summer time
        ("Europe/Madrid", "ES", "2026-10-23T19:00", "2026-10-26T07:00"),  # 08:00 in winter time
        ("Europe/Warsaw", "PL", "2026-11-10T19:00", "2026-11-12T07:00"),  # the day after Independence Day
        ("America/Sao_Paulo", "BR", "2018-11-02T23:00", "2018-11-05T10:00"),  # 08:00 in the old summer time
    ],
)
def test_soft_reminders_come_at_eight_by_the_brands_own_clock(zone, country, posted, reminded):
    plan = Plan("acme", COMMITTEE, zone=zone, country=country)
    at = datetime.fromisoformat(posted).replace(tzinfo=UTC)
    room = Room(plan=plan, posted=at)
    hours = (datetime.fromisoformat(reminded).replace(tzinfo=UTC) - at) / timedelta(hours=1)
    assert room.until(hours).nudged("claim") == [(hours, 1)]


def test_after_downtime_a_soft_reminder_still_waits_for_the_morning():
    room = Room().at(14)  # 23:00
    assert room.nudged("claim") == []
    assert room.nudged("heard") == [(14, 5)]
    assert room.until(23).nudged("claim") == [(23, 1)]


def test_after_downtime_a_soft_duty_has_all_its_reminders_still_to_come():
    assert Room(plan=AWAKE).at(40).until(44).nudged("claim") == [(40, 1), (41, 2), (43, 3)]


def test_a_snooze_delays_soft_reminders_until_it_is_over():
    room = Room(*HANDLED, (3, "ana", Snoozed(after(40), "she is travelling")), plan=AWAKE).until(42)
    assert room.nudged("satisfaction") == [(40, 1), (41, 2)]


def test_who_just_acted_is_not_pinged_for_five_minutes():
    room = Room(CLAIMED, *HEARD, plan=TRUSTING)
    room.act(4.45, "ana", StillOn()).until(6)  # the facts are due at 4.5
    assert room.nudged("facts") == [(4.53, 1), (5.53, 2)]


def test_late_closing_rings_the_leads_after_the_owner():
    settled = (
        *HANDLED,
        (3, "ana", SatisfactionChecked(Satisfaction.YES)),
        *((4, "ana", StepSkipped(step, "page is gone")) for step in Step),
    )
    room = Room(*settled, plan=AWAKE)
    called = []
    for hours in (28, 29, 31):
        (closing,) = duties(room.case, AWAKE, after(hours))
        (reminder,) = reminders(room.case, AWAKE, after(hours))
        called.append(rings(closing, reminder.nudges[0].level, AWAKE))
        room.at(hours)
    assert called == [("ana",), ("ana", "rui"), ("ana", "rui")]


# One reminder for all of it -------------------------------------------------------------------


def test_one_reminder_names_everything_that_is_due_most_urgent_first():
    (reminder,) = reminders(Room(plan=AWAKE).case, AWAKE, after(30))
    assert [(nudge.duty, nudge.level) for nudge in reminder.nudges] == [
        ("claim", 1),
        ("same-day", 1),
        ("heard", 21),
        ("resolution", 9),
    ]


def test_hourly_repeats_of_several_late_duties_travel_together():
    room = Room(CLAIMED, (1, "ana", Promised(1, "call", after(12.75))), plan=TRUSTING).until(15.5)
    late = [(hours, len(event.nudges)) for hours, event in room.said if hours > 12]
    assert late == [(12.75, 2), (13.75, 2), (14.75, 2)]


def test_nothing_is_said_before_anything_is_due():
    assert overdue(Room().case, PLAN, after(0.49)) == ()
    assert reminders(Room(*HANDLED).case, PLAN, after(9)) == ()


# Still on it? ---------------------------------------------------------------------------------


def test_a_silent_owner_is_asked_and_an_hour_later_the_claim_lapses():
    room = Room(CLAIMED, *ANSWERED, FACTS, plan=AWAKE).until(14)
    assert room.nudged("still-on") == [(12, 1)]
    assert room.lapsed == [13]
    assert room.case.owner == ""
    assert room.nudged("claim") == [(13.5, 1)]


def test_any_activity_in_between_keeps_the_claim():
    room = Room(CLAIMED, *ANSWERED, FACTS, plan=AWAKE).until(12.5).act(12.9, "ana", FactsRecorded("more")).until(16)
    assert room.lapsed == []
    assert room.nudged("still-on") == [(12, 1), (15.9, 1)]


def test_still_on_it_keeps_the_claim():
    room = Room(CLAIMED, *ANSWERED, FACTS, plan=AWAKE).until(12.5).act(12.9, "ana", StillOn()).until(15)
    assert room.lapsed == []


def test_nobody_loses_a_case_at_night():
    afternoon = datetime(2026, 3, 10, 10, 30, tzinfo=UTC)  # half time of the resolution: 19:30 in São Paulo
    room = Room(CLAIMED, *ANSWERED, FACTS, posted=afternoon).until(40)
    asked = [datetime(2026, 3, 10, 22, 30, tzinfo=UTC), datetime(2026, 3, 11, 11, tzinfo=UTC)]
    assert [after(hours, afternoon) for hours, _ in room.nudged("still-on")] == asked
    assert [after(hours, afternoon) for hours in room.lapsed] == [datetime(2026, 3, 11, 12, tzinfo=UTC)]


def test_a_claim_that_lapsed_during_downtime_lapses_once_the_bot_is_back():
    room = Room(CLAIMED, *ANSWERED, FACTS, plan=AWAKE).until(12).at(20)
    assert room.lapsed == [20]
    assert room.nudged("resolution") == [(12, 1), (20, 2)]


def test_a_bot_that_comes_back_at_night_lets_the_claim_lapse_in_the_morning():
    room = Room(CLAIMED, *ANSWERED, FACTS).until(23)  # asked at 08:00 of the second day
    assert room.at(38).lapsed == []  # 23:00
    assert room.until(48).lapsed == [47]


def test_the_claim_of_a_member_who_left_lapses_at_once():
    room = Room((1, "gone", Claimed()), plan=AWAKE).until(2)
    assert room.lapsed == [1]
    assert room.nudged("claim") == [(1.5, 1)]


# Shelving -------------------------------------------------------------------------------------

CLOSED = (*HANDLED, (3, "ana", SatisfactionChecked(Satisfaction.YES)), (4, "ana", Closed(Outcome.SATISFIED)))


def test_an_ended_case_is_shelved_two_days_after_when_nothing_is_owed():
    dismissed = Room(CLAIMED, (2, "ana", Dismissed("spam")))
    assert next_look(dismissed.case, PLAN, after(2)) == after(2) + SHELVED_AFTER
    assert not may_be_shelved(dismissed.case, PLAN, after(2) + SHELVED_AFTER - MINUTE)
    assert may_be_shelved(dismissed.case, PLAN, after(2) + SHELVED_AFTER)


def test_a_closed_case_waits_for_its_check_in_and_review_and_a_month_at_most():
    closed = Room(*CLOSED)
    assert not may_be_shelved(closed.case, PLAN, after(4) + SHELVED_AFTER)
    assert may_be_shelved(closed.case, PLAN, after(4) + SHELVED_ANYWAY)
    closed.act(170, "ana", CheckedIn()).act(171, "rui", Reviewed("calm"))
    assert may_be_shelved(closed.case, PLAN, after(171))


def test_a_promise_keeps_a_case_from_the_shelf():
    room = Room(CLAIMED, (1, "ana", Promised(1, "call", after(5))), (2, "ana", Merged(9)))
    assert not may_be_shelved(room.case, PLAN, after(2) + 9 * SHELVED_ANYWAY)


def test_an_open_case_is_never_shelved():
    assert not may_be_shelved(Room().case, PLAN, after(9_999))


def test_002_22_the_check_in_is_reminded_a_week_after_closing():
    assert Room(*CLOSED, plan=AWAKE).until(173).nudged("check-in") == [(172, 1), (173, 2)]


def test_there_is_nothing_to_look_for_when_every_reminder_was_given():
    room = Room(kind=Kind.PRAISE, plan=AWAKE).until(200)
    assert room.nudged("heard") == [(24, 1), (25, 2), (27, 3), (31, 4), (39, 5)]
    assert next_look(room.case, AWAKE, room.now) is None


# Any history ----------------------------------------------------------------------------------


def reply(kind):
    return lambda case, now: ReplyAccepted("Olá João", kind)


def promise(hours):
    return lambda case, now: Promised(len(case.promises) + 1, "call", now + timedelta(hours=hours))


def if_any(event):
    """The end of the first promise that wants it."""
    end = {PromiseDone: "done_at", PromiseTold: "told_at"}[event]
    return lambda case, now: next((event(p.id) for p in case.promises if getattr(p, end) is None), None)


def just(event):
    return lambda case, now: event


#: What members do while a case is open, whether it is wise or not.
DEEDS = [
    just(Claimed()),
    just(Released()),
    just(Assigned("bia", "…")),
    just(Assigned("gone", "…")),
    just(StillOn()),
    just(FactsRecorded("…")),
    *(reply(kind) for kind in ReplyKind),
    lambda case, now: ReplySent("https://example.com") if case.unsent else None,
    *(just(Marked(mark)) for mark in Mark),
    just(Unmarked(Mark.HEATED)),
    lambda case, now: ReplyApproved() if case.unsent else None,
    just(MovedPrivate(PrivateChannel.DM)),
    promise(2),
    promise(50),
    if_any(PromiseDone),
    if_any(PromiseTold),
    just(Resolved("…")),
    just(ResolutionTold()),
    *(just(SatisfactionChecked(answer)) for answer in Satisfaction),
    just(UpdateAsked()),
    *(just(StepSkipped(step, "…")) for step in Step),
    lambda case, now: Snoozed(now + timedelta(hours=30), "…"),
]
ENDINGS = [just(Closed(Outcome.NEUTRAL)), just(Dismissed("…")), just(Merged(9))]
#: What members do to an ended one.
AFTERMATH = [just(CheckedIn()), just(Reviewed("…")), just(Reopened("…")), if_any(PromiseDone), if_any(PromiseTold)]

#: Late duties repeat less often than they do in life: a week of silence is then quickly lived through.
SLOW = Clocks(hard_repeat=timedelta(hours=7))
PLANS = (
    Plan("acme", COMMITTEE, country="BR", subdivision="SP", clocks=SLOW),
    Plan("acme", COMMITTEE, hours=AWAKE.hours, clocks=SLOW),
    Plan("acme", COMMITTEE, zone="Europe/Madrid", country="ES", subdivision="MD", clocks=SLOW),
    Plan(
        "acme",
        COMMITTEE[:1],
        zone="Europe/Warsaw",
        country="PL",
        clocks=Clocks(lapse=timedelta(hours=5), hard_repeat=timedelta(hours=3), soft_most=2),
    ),
    Plan("acme", COMMITTEE, hours=Hours(weekdays=()), clocks=SLOW),
)
PAUSES = st.one_of(st.integers(0, 180), st.integers(0, 3 * 24 * 60), st.just(31 * 24 * 60))
LIVES = st.lists(
    st.tuples(
        PAUSES,
        st.sampled_from(["ana", "bia", "gone"]),
        st.one_of(st.sampled_from(DEEDS), st.sampled_from(DEEDS), st.sampled_from(ENDINGS)),
        st.sampled_from(AFTERMATH),
    ),
    max_size=7,
)
ABOUT = {
    "plan": st.sampled_from(PLANS),
    "kind": st.sampled_from([Kind.COMPLAINT, Kind.COMPLAINT, Kind.QUESTION, Kind.PRAISE]),
    "posted": st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),
    "noticed": st.sampled_from([0, 0.25, 7, 100]),
}


def lived(room, life, rest):
    """Members act one after the other; between their deeds Heard ``rest``s until each next one."""
    for minutes, by, deed, aftermath in life:
        then = room.now + minutes * MINUTE
        rest(room, then)
        event = (deed if room.case.is_open else aftermath)(room.case, then)
        if event:
            room.now, room.case = then, apply(room.case, Entry(then, event, by))
    rest(room, room.now + timedelta(days=5))


def has_something(room, at):
    return bool(overdue(room.case, room.plan, at)) or may_be_shelved(room.case, room.plan, at)


@settings(max_examples=100, deadline=None)
@given(life=LIVES, samples=st.lists(st.integers(0, 999), min_size=3, max_size=3), **ABOUT)
def test_the_next_look_is_exact(life, samples, plan, kind, posted, noticed):
    """Nothing happens in between, and something does at that moment."""

    def rest(room, then):
        room.look()
        while not may_be_shelved(room.case, plan, room.now):
            look = next_look(room.case, plan, room.now)
            end = min(look or then, then)
            for share in samples:
                assert not has_something(room, room.now + (end - room.now) // 1000 * share)
            if look is None or look > then:
                break
            assert look > room.now
            assert not has_something(room, look - timedelta.resolution)
            assert has_something(room, look)
            room.now = look
            room.look()
        room.now = then
        room.look()

    lived(Room(plan=plan, kind=kind, posted=posted, noticed=noticed), life, rest)


@settings(max_examples=60, deadline=None)
@given(life=LIVES, ticks=st.lists(st.integers(1, 3_000), min_size=1, max_size=5), **ABOUT)
def test_looking_late_or_needlessly_reminds_of_the_same_duties(life, ticks, plan, kind, posted, noticed):
    """A bot that was down, or looks every minute, has said the same in the end: once, and no more."""
    room = Room(plan=plan, kind=kind, posted=posted, noticed=noticed)
    lived(room, life, lambda room, then: setattr(room, "now", then))
    assume(
        not room.case.owner or plan.member(room.case.owner)
    )  # a stranger's claim lapses when somebody looks, and a new clock starts then
    exact, late = Room.__new__(Room), Room.__new__(Room)
    for other in (exact, late):
        # The question to a silent owner hangs on when it was asked; all else only on the clock.
        trusting = Clocks(lapse=timedelta(days=999), hard_repeat=plan.clocks.hard_repeat)
        other.plan = Plan("acme", plan.committee, plan.zone, country=plan.country, hours=plan.hours, clocks=trusting)
        other.case, other.now, other.posted, other.said = room.case, room.now, posted, []
    end = next(at for n in range(2_000) if not is_quiet(at := room.now + timedelta(hours=200 + n / 4), exact.plan))
    while (look := next_look(exact.case, exact.plan, exact.now)) and look <= end:
        exact.now = look
        exact.look()
        if may_be_shelved(exact.case, exact.plan, exact.now):
            break
    for minutes in ticks:
        late.now += minutes * MINUTE
        late.look()
    late.now = max(late.now, end)
    late.look()

    def reminded(of):
        return {(key, nudge.due) for key, (nudge, _) in of.case.reminded.items() if key != "still-on"}

    if not may_be_shelved(exact.case, exact.plan, end):
        assert reminded(exact) == reminded(late)
    assert all(isinstance(event, Lapsed) or len(set(event.nudges)) == len(event.nudges) for _, event in late.said)


def test_a_reminder_is_due_when_the_next_look_says_so_even_when_it_was_missed():
    """A store that could not write is tried again at once, not an hour later."""
    case = Room(plan=AWAKE).case
    assert overdue(case, AWAKE, after(1))
    assert next_look(case, AWAKE, after(1)) == after(1) + timedelta.resolution
