"""What is owed, by whom, by when and how it is met: the table of DESIGN, row by row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from bot.core.case import fold
from bot.core.complaint import Complaint, Kind
from bot.core.duties import DutyKind, closing_list, duties, is_late
from bot.core.events import (
    Assigned,
    CheckedIn,
    Claimed,
    Closed,
    Dismissed,
    Entry,
    FactsRecorded,
    Lapsed,
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
    ReplySent,
    ResolutionTold,
    Resolved,
    Reviewed,
    Satisfaction,
    SatisfactionChecked,
    StepSkipped,
    StillOn,
    UpdateAsked,
)
from bot.core.plan import Channel, Clocks, Member, Need, Plan, Role, Step
from bot.core.replies import ReplyKind

COMMITTEE = (
    Member("ana", "Ana", (Role.COMMUNITY_MANAGER,)),
    Member("bia", "Bia", (Role.COMMUNITY_MANAGER,)),
    Member("leo", "Leo", (Role.SERVICE,)),
    Member("rui", "Rui", (Role.LEAD,)),
)
PLAN = Plan("acme", COMMITTEE, country="BR", subdivision="SP")
#: A Tuesday, 09:00 in São Paulo.
POSTED = datetime(2026, 3, 10, 12, tzinfo=UTC)


def after(hours: float) -> datetime:
    return POSTED + timedelta(hours=hours)


def history(*told, kind=Kind.COMPLAINT, channel="facebook", noticed=0.0, posted=POSTED) -> list[Entry]:
    """``told`` are hours after the post, who did it, and what happened."""
    opened = Opened(Complaint("key", channel, "Meu pedido não chegou", posted, kind=kind))
    at = [(noticed, "", opened), *told]
    return [Entry(posted + timedelta(hours=hours), event, by) for hours, by, event in at]


def case(*told, **about):
    return fold(12, history(*told, **about))


def sent(hours, by, kind):
    """A reply that was accepted and posted."""
    return (hours, by, ReplyAccepted("Olá João", kind)), (hours, by, ReplySent("https://example.com/1"))


def owed(of, kind, plan=PLAN, now=None, promise=0):
    found = [duty for duty in duties(of, plan, now or after(0)) if duty.kind == kind and duty.promise == promise]
    assert len(found) < 2
    return found[0] if found else None


CLAIMED = (1, "ana", Claimed())
FACTS = (2, "ana", FactsRecorded("lost by the carrier"))
HEARD = sent(1, "ana", ReplyKind.HEARD)
ANSWERED = sent(3, "ana", ReplyKind.APOLOGY)
RESOLVED = (10, "ana", Resolved("sent again"))
TOLD = (11, "ana", ResolutionTold())
SATISFIED = (20, "ana", SatisfactionChecked(Satisfaction.YES))
STATEMENT = sent(21, "ana", ReplyKind.CLOSING)
UPDATE = (22, "ana", UpdateAsked())
WRAP_UP = sent(23, "ana", ReplyKind.WRAP_UP)
HANDLED = (CLAIMED, *HEARD, FACTS, *ANSWERED, RESOLVED, TOLD)
SETTLED = (*HANDLED, SATISFIED, *STATEMENT, UPDATE, *WRAP_UP)
CLOSED = (*SETTLED, (24, "ana", Closed(Outcome.SATISFIED)))
CALL = Promised(1, "call", after(8))


@pytest.mark.parametrize(
    ("told", "kind", "who", "due", "is_hard", "command"),
    [
        ((), "claim", ("ana", "bia"), after(0.5), False, "claim 12"),
        ((CLAIMED, (4, "ana", Released())), "claim", ("ana", "bia"), after(4.5), False, "claim 12"),
        ((), "heard", ("ana", "bia"), after(12), True, "claim 12"),
        ((CLAIMED,), "heard", ("ana",), after(12), True, "reply 12"),
        ((CLAIMED, *HEARD[:1]), "heard", ("ana",), after(12), True, "sent 12"),
        ((), "same-day", ("ana", "bia"), after(9), False, "claim 12"),
        ((CLAIMED, *HEARD), "same-day", ("ana",), after(9), False, "reply 12"),
        ((CLAIMED, ANSWERED[0]), "same-day", ("ana",), after(9), False, "sent 12"),
        ((CLAIMED, HEARD[0]), "same-day", ("ana",), after(9), False, "reply 12"),
        ((CLAIMED,), "facts", ("ana",), after(5), False, "facts 12"),
        ((CLAIMED,), "resolution", ("ana",), after(24), True, "resolved 12"),
        ((), "resolution", ("ana", "bia"), after(24), True, "claim 12"),
        ((CLAIMED, RESOLVED), "resolution", ("ana",), after(24), True, "told 12"),
        (HANDLED, "satisfaction", ("ana",), after(11 + 24), False, "satisfied 12"),
        ((*HANDLED, SATISFIED), "statement", ("ana",), after(20 + 24), False, "reply 12"),
        ((*HANDLED, SATISFIED, STATEMENT[0]), "statement", ("ana",), after(20 + 24), False, "sent 12"),
        ((*HANDLED, SATISFIED), "update", ("ana",), after(20 + 24), False, "update-asked 12"),
        ((*HANDLED, SATISFIED), "wrap-up", ("ana",), after(20 + 24), False, "reply 12"),
        (SETTLED, "close", ("ana",), after(23 + 24), False, "close 12"),
        (CLOSED, "check-in", ("ana",), after(24 + 7 * 24), False, "checked 12"),
        (CLOSED, "review", ("rui",), after(24 + 3 * 24), False, "review 12"),
    ],
)
def test_each_duty_has_its_owners_its_date_and_its_command(told, kind, who, due, is_hard, command):
    duty = owed(case(*told), kind)
    assert (duty.who, duty.due, duty.is_hard, duty.command) == (who, due, is_hard, command)


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ((CLAIMED,), "claim"),
        (HEARD, "heard"),
        (ANSWERED, "heard"),
        (ANSWERED, "same-day"),
        (((3, "ana", MovedPrivate(PrivateChannel.PHONE)),), "same-day"),
        ((), "facts"),
        ((CLAIMED, FACTS), "facts"),
        ((CLAIMED, RESOLVED, TOLD), "resolution"),
        ((CLAIMED,), "satisfaction"),
        ((CLAIMED, RESOLVED), "satisfaction"),
        ((*HANDLED, SATISFIED), "satisfaction"),
        (HANDLED, "statement"),
        ((*HANDLED, SATISFIED, *STATEMENT), "statement"),
        ((*HANDLED, SATISFIED, (21, "ana", StepSkipped(Step.STATEMENT, "page is gone"))), "statement"),
        (SETTLED, "update"),
        (SETTLED, "wrap-up"),
        ((*HANDLED, SATISFIED), "close"),
        (CLOSED, "close"),
        ((*CLOSED, (200, "ana", CheckedIn())), "check-in"),
        ((*CLOSED, (90, "rui", Reviewed("calm"))), "review"),
    ],
)
def test_what_is_met_or_not_yet_wanted_is_not_owed(told, kind):
    assert owed(case(*told), kind) is None


def test_the_most_urgent_comes_first_and_the_hard_one_first_of_two():
    kinds = [duty.kind for duty in duties(case(CLAIMED, (1, "ana", Promised(1, "call", after(9)))), PLAN, after(2))]
    assert kinds == ["facts", "promise", "same-day", "heard", "resolution"]


def test_a_duty_is_late_from_its_due_date_on():
    duty = owed(case(), "heard")
    assert not is_late(duty, after(11.99))
    assert is_late(duty, after(12))


# Clocks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("channel", "hours"), [("x", 2), ("facebook", 12), ("instagram", 6), ("forum", 12)])
def test_004_08_004_09_002_18_first_contact_has_the_channels_own_clock(channel, hours):
    assert owed(case(channel=channel), "heard").due == after(hours)


def test_004_10_the_firm_decides_its_own_times_and_never_above_twelve_hours():
    plan = Plan(
        "acme", COMMITTEE, channels={"blog": Channel(timedelta(hours=3)), "forum": Channel(timedelta(hours=40))}
    )
    assert owed(case(channel="blog"), "heard", plan).due == after(3)
    assert owed(case(channel="forum"), "heard", plan).due == after(12)
    slow = Plan("acme", COMMITTEE, clocks=Clocks(first_contact=timedelta(hours=40)))
    assert owed(case(channel="site"), "heard", slow).due == after(12)


def test_004_21_a_post_found_five_hours_late_leaves_nineteen_for_its_resolution():
    duty = owed(case(noticed=5), "resolution", now=after(5))
    assert duty.due - after(5) == timedelta(hours=19)


def test_003_07_what_is_found_late_is_owed_late():
    assert is_late(owed(case(noticed=30), "heard"), after(30))


@pytest.mark.parametrize("zone", ["America/Sao_Paulo", "Europe/Madrid", "Europe/Warsaw"])
@pytest.mark.parametrize("posted", ["2026-03-28T20:00", "2026-10-24T20:00", "2026-03-14T03:00", "2026-12-25T12:00"])
def test_004_07_the_customers_clock_runs_at_night_on_weekends_and_over_clock_changes(zone, posted):
    plan = Plan("acme", COMMITTEE, zone=zone)
    at = datetime.fromisoformat(posted).replace(tzinfo=UTC)
    assert owed(case(posted=at), "heard", plan).due - at == timedelta(hours=12)
    assert owed(case(posted=at), "resolution", plan).due - at == timedelta(hours=24)


@pytest.mark.parametrize(
    ("zone", "country", "posted", "due"),
    [
        ("America/Sao_Paulo", "BR", "2026-03-10T19:00", "2026-03-10T21:00"),  # 16:00, the day ends at 18:00
        ("America/Sao_Paulo", "BR", "2026-04-20T22:00", "2026-04-22T21:00"),  # after hours, then Tiradentes
        ("Europe/Madrid", "ES", "2026-03-28T10:00", "2026-03-30T16:00"),  # summer time begins in between
        ("Europe/Madrid", "ES", "2026-10-24T10:00", "2026-10-26T17:00"),  # summer time ends in between
        ("Europe/Warsaw", "PL", "2026-11-10T19:00", "2026-11-12T17:00"),  # Independence Day
    ],
)
def test_004_11_the_same_business_day_is_the_brands_own(zone, country, posted, due):
    plan = Plan("acme", COMMITTEE, zone=zone, country=country)
    at = datetime.fromisoformat(posted).replace(tzinfo=UTC)
    assert owed(case(posted=at), "same-day", plan).due == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_004_06_a_heard_reply_stops_the_first_clock_and_not_the_others():
    heard = case(CLAIMED, *HEARD)
    assert owed(heard, "heard") is None
    assert owed(heard, "resolution").due == after(24)
    assert owed(heard, "same-day").due == after(9)


@pytest.mark.parametrize("kind", [ReplyKind.HEARD, ReplyKind.SOLUTION, ReplyKind.CLARIFY])
def test_004_25_a_heard_reply_and_a_full_one_both_stop_the_first_clock(kind):
    assert owed(case(CLAIMED, *sent(1, "ana", kind)), "heard") is None


def test_004_02_solved_but_not_told_is_still_owed():
    solved = case(CLAIMED, RESOLVED)
    assert is_late(owed(solved, "resolution"), after(24))
    assert owed(solved, "resolution").command == "told 12"
    assert owed(case(CLAIMED, RESOLVED, *sent(12, "ana", ReplyKind.SOLUTION)), "resolution") is None


def test_an_unsatisfied_customer_starts_the_resolution_anew():
    again = case(*HANDLED, (20, "ana", SatisfactionChecked(Satisfaction.NO)))
    assert owed(again, "resolution").due == after(20 + 24)
    assert owed(again, "satisfaction") is None


def test_a_reopened_case_has_fresh_clocks():
    again = case(*CLOSED, (100, "ana", Reopened("it broke again")))
    assert owed(again, "heard").due == after(112)
    assert owed(again, "resolution").due == after(124)
    assert owed(again, "facts") is None  # they are known
    assert owed(again, "claim") is None  # still Ana's
    assert owed(again, "check-in") is None


def test_facts_are_owed_anew_from_a_reopening_and_not_from_an_old_claim():
    again = case(CLAIMED, (2, "ana", Dismissed("spam")), (50, "rui", Reopened("no spam")))
    assert owed(again, "facts").due == after(54)


def test_the_clocks_are_the_plans():
    clocks = Clocks(claim=timedelta(hours=2), facts=timedelta(hours=1), resolution=timedelta(hours=48))
    plan = Plan("acme", COMMITTEE, clocks=clocks)
    assert owed(case(), "claim", plan).due == after(2)
    assert owed(case(CLAIMED), "facts", plan).due == after(2)
    assert owed(case(CLAIMED), "resolution", plan).due == after(48)


# Who ------------------------------------------------------------------------------------------


def test_004_03_what_nobody_has_claimed_is_the_community_managers():
    assert {duty.who for duty in duties(case(), PLAN, after(0))} == {("ana", "bia")}


def test_what_a_member_who_left_owed_falls_to_the_first_line():
    left = case((1, "gone", Claimed()))
    assert owed(left, "heard").who == ("ana", "bia")
    assert owed(left, "facts").who == ("ana", "bia")
    assert owed(case(*CLOSED[:-1], (23.5, "rui", Assigned("gone")), CLOSED[-1]), "check-in").who == ("rui",)


def test_the_owner_is_whoever_it_was_assigned_to():
    handed = case(CLAIMED, (2, "rui", Assigned("leo", "knows carriers")))
    assert owed(handed, "heard").who == ("leo",)
    assert owed(handed, "facts").due == after(6)


@pytest.mark.parametrize("told", [(), (CLAIMED, (1, "ana", CALL)), SETTLED, CLOSED])
def test_003_01_a_committee_of_one_owes_everything_once(told):
    alone = Plan("acme", (Member("ana", "Ana", ()),))
    owed_alone = duties(case(*told), alone, after(100))
    assert owed_alone
    assert {duty.who for duty in owed_alone} == {("ana",)}


def test_closing_that_is_late_is_the_leads_too_once_the_owner_was_reminded():
    assert owed(case(*SETTLED), "close", now=after(60)).who == ("ana",)
    reminded = (47, "", Reminded((Nudge("close", 1, after(47)),)))
    assert owed(case(*SETTLED, reminded), "close", now=after(60)).who == ("ana", "rui")


# Promises -------------------------------------------------------------------------------------


def test_002_21_a_promise_is_kept_only_when_it_is_done_and_told():
    made = (CLAIMED, (1, "ana", CALL))
    done, told = (5, "leo", PromiseDone(1)), (6, "ana", PromiseTold(1))
    assert owed(case(*made), "promise", promise=1).command == "done 12 1"
    assert owed(case(*made, done), "promise", promise=1).command == "told 12 1"
    assert owed(case(*made, done, told), "promise", promise=1) is None
    assert [wanted.command for wanted in closing_list(case(*SETTLED, *made, done), PLAN)] == ["told 12 1"]


def test_a_promise_is_hard_and_due_when_it_was_promised():
    duty = owed(case(CLAIMED, (1, "leo", CALL)), "promise", promise=1)
    assert (duty.is_hard, duty.due, duty.key, duty.who) == (True, after(8), "promise/1", ("leo",))


@pytest.mark.parametrize(
    ("by", "owner", "who"), [("leo", "ana", "leo"), ("gone", "ana", "ana"), ("gone", "gone", "rui")]
)
def test_the_promise_of_a_member_who_left_is_the_owners_and_then_the_leads(by, owner, who):
    assert owed(case((1, owner, Claimed()), (1, by, CALL)), "promise", promise=1).who == (who,)


@pytest.mark.parametrize("ending", [Dismissed("spam"), Merged(9)])
def test_an_ended_case_owes_nothing_but_its_promises(ending):
    ended = case(CLAIMED, (1, "ana", CALL), (2, "ana", ending))
    assert [duty.key for duty in duties(ended, PLAN, after(3))] == ["promise/1"]
    assert duties(case(CLAIMED, (2, "ana", ending)), PLAN, after(3)) == ()


# Kinds of case --------------------------------------------------------------------------------


def keys(of, now=None, plan=PLAN):
    return {duty.key for duty in duties(of, plan, now or after(0))}


def test_a_question_owes_an_answer_and_no_resolution():
    question = {"kind": Kind.QUESTION}
    assert keys(case(**question)) == {"claim", "heard", "same-day"}
    assert keys(case(CLAIMED, **question)) == {"heard", "same-day"}
    answered = case(CLAIMED, *ANSWERED, **question)
    assert keys(answered) == {"close"}
    assert owed(answered, "close").due == after(3 + 24)
    assert keys(case(CLAIMED, *ANSWERED, (4, "ana", Closed(Outcome.NEUTRAL)), **question)) == {"check-in"}


def test_praise_owes_a_soft_thank_you_within_a_day():
    praise = {"kind": Kind.PRAISE, "channel": "x"}
    (thanks,) = duties(case(**praise), PLAN, after(0))
    assert (thanks.kind, thanks.due, thanks.is_hard) == (DutyKind.HEARD, after(24), False)
    assert keys(case(CLAIMED, **praise)) == {"heard"}
    thanked = (CLAIMED, *sent(2, "ana", ReplyKind.THANKS))
    assert keys(case(*thanked, **praise)) == {"close"}
    assert keys(case(*thanked, (3, "ana", Closed(Outcome.ADVOCATE)), **praise)) == set()


def test_only_a_closed_complaint_is_reviewed():
    assert keys(case(*CLOSED)) == {"check-in", "review"}
    assert keys(case(CLAIMED, (2, "ana", Dismissed("spam")))) == set()


def test_002_22_the_check_in_is_owed_after_a_restart_too():
    stored = msgspec.json.encode(history(*CLOSED))
    again = fold(12, msgspec.json.decode(stored, type=list[Entry]))
    assert duties(again, PLAN, after(24)) == duties(case(*CLOSED), PLAN, after(24))
    assert owed(again, "check-in").due == after(24 + 7 * 24)


# Closing --------------------------------------------------------------------------------------


def commands(of, plan=PLAN):
    return [wanted.command for wanted in closing_list(of, plan)]


def test_000_16_closing_waits_until_the_customer_was_asked():
    assert "satisfied 12" in commands(case(*HANDLED))
    assert commands(case(*SETTLED)) == []


def test_the_closing_list_names_the_command_that_meets_each_want():
    assert commands(case()) == [
        "reply 12",
        "resolved 12",
        "satisfied 12",
        "reply 12",
        "update-asked 12",
        "reply 12",
    ]
    promised = case(*HANDLED, (12, "ana", CALL))
    assert commands(promised)[0] == "done 12 1"


def test_a_question_closes_with_an_answer_and_praise_with_nothing_at_all():
    assert commands(case(kind=Kind.QUESTION)) == ["reply 12"]
    assert commands(case(CLAIMED, *HEARD, kind=Kind.QUESTION)) == ["reply 12"]
    in_private = (1, "ana", MovedPrivate(PrivateChannel.DM))
    assert commands(case(in_private, kind=Kind.QUESTION)) == ["reply 12"]
    assert commands(case(*HEARD, in_private, kind=Kind.QUESTION)) == []
    assert commands(case(kind=Kind.PRAISE)) == []
    assert commands(case((1, "ana", CALL), kind=Kind.PRAISE)) == ["done 12 1"]


def test_advised_steps_are_owed_and_do_not_hold_up_closing():
    plan = Plan("acme", COMMITTEE, closing={Step.STATEMENT: Need.ADVISED, Step.UPDATE: Need.OFF})
    satisfied = case(*HANDLED, SATISFIED)
    assert commands(satisfied, plan) == ["reply 12"]
    assert keys(satisfied, plan=plan) == {"statement", "wrap-up"}
    wrapped = case(*HANDLED, SATISFIED, *WRAP_UP)
    assert owed(wrapped, "close", plan).due == after(23 + 24)


def test_who_cannot_be_reached_is_not_asked_for_an_update():
    lost = case(*HANDLED, (20, "ana", SatisfactionChecked(Satisfaction.UNREACHABLE)))
    assert keys(lost) == {"statement", "wrap-up"}
    assert commands(lost) == ["reply 12", "reply 12"]


def test_a_skipped_step_counts_as_taken_when_its_reason_was_recorded():
    skipped = case(*HANDLED, SATISFIED, *STATEMENT, UPDATE, (30, "ana", StepSkipped(Step.WRAP_UP, "page is gone")))
    assert commands(skipped) == []
    assert owed(skipped, "close").due == after(30 + 24)


def test_a_late_promise_holds_up_closing_and_closing_is_due_a_day_after_it_is_kept():
    late = (*SETTLED, (25, "ana", Promised(1, "call", after(40))))
    assert owed(case(*late), "close") is None
    kept = case(*late, (30, "ana", PromiseDone(1)), (31, "ana", PromiseTold(1)))
    assert owed(kept, "close").due == after(31 + 24)


# Still on it? ---------------------------------------------------------------------------------


def test_a_silent_owner_is_asked_when_a_hard_duty_is_past_its_half():
    silent = case(CLAIMED)  # first contact: half time after 6 hours
    assert owed(silent, "still-on", now=after(5.9)) is None
    question = owed(silent, "still-on", now=after(6))
    assert (question.who, question.due, question.is_hard, question.command) == (
        ("ana",),
        after(6),
        False,
        "still-on 12",
    )
    assert owed(case(CLAIMED, (5, "ana", FactsRecorded("…"))), "still-on", now=after(7.9)) is None
    assert owed(case(CLAIMED, (5, "ana", FactsRecorded("…"))), "still-on", now=after(8)).due == after(8)
    assert owed(case(CLAIMED, (5, "ana", StillOn())), "still-on", now=after(8)).due == after(8)


def test_nobody_is_asked_while_nothing_hard_is_theirs():
    assert owed(case(), "still-on", now=after(50)) is None
    assert owed(case(*HANDLED), "still-on", now=after(50)) is None
    assert owed(case(*HANDLED, (12, "leo", CALL)), "still-on", now=after(50)) is None
    assert owed(case(CLAIMED, (9, "", Lapsed())), "still-on", now=after(50)) is None
    assert owed(case(CLAIMED, (1, "ana", CALL), (2, "ana", Merged(9))), "still-on", now=after(50)) is None
