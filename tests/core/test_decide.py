"""What each command does to a case, what it does the second time, and why it is refused."""

from datetime import timedelta

import msgspec
import pytest

from bot.core import events as happened
from bot.core.commands import (
    COMMANDS,
    Approve,
    Assign,
    CaseCommand,
    Check,
    Checked,
    Claim,
    Close,
    Dismiss,
    Done,
    Facts,
    Improve,
    Merge,
    Private,
    Promise,
    Release,
    Reopen,
    Reply,
    Review,
    Satisfied,
    Sent,
    SetMark,
    Show,
    Skip,
    Snooze,
    StillOn,
    Told,
    Unmark,
    UpdateAsked,
)
from bot.core.commands import Resolved as Resolve
from bot.core.complaint import Kind
from bot.core.decide import decide
from bot.core.decisions.permission import permit
from bot.core.decisions.refusals import LONGEST, LONGEST_LINE, Refused, Unmet, Wants
from bot.core.events import (
    Assigned,
    CheckedIn,
    Claimed,
    Closed,
    Dismissed,
    FactsRecorded,
    Mark,
    Marked,
    MovedPrivate,
    Outcome,
    PrivateChannel,
    Promised,
    PromiseDone,
    PromiseTold,
    Released,
    Reopened,
    ReplyApproved,
    ReplyImproved,
    ReplySent,
    ResolutionTold,
    Resolved,
    Reviewed,
    Satisfaction,
    SatisfactionChecked,
    Snoozed,
    StepSkipped,
    Unmarked,
)
from bot.core.plan import Need, Plan, Power, Role, Step
from bot.core.replies import ReplyKind
from tests.core.made import (
    ANA,
    ANSWERED,
    CALL,
    CLAIMED,
    CLOSED,
    COMMITTEE,
    DAY,
    DISMISSED,
    DONE,
    EN,
    EVA,
    HEARD,
    HOUR,
    KNOWN,
    LEX,
    LIA,
    MERGED,
    MIA,
    NOW,
    PLAN,
    PROMISED,
    RESOLVED,
    RUI,
    SATISFIED,
    SETTLED,
    STATES,
    TOLD,
    accepted,
    by,
    case,
    sent,
)

LINK = "https://example.com/r"
AT_16 = NOW + 3 * HOUR
WRITTEN = (*CLAIMED, accepted(ReplyKind.HEARD))
KEPT = (*DONE, PromiseTold(1))
TWO_CALLS = (*PROMISED, Promised(2, "a parcel", NOW + DAY))
RUIS_PROMISE = (*CLAIMED, by("rui", CALL), by("rui", PromiseDone(1)))
SECOND_IS_RUIS = (*CLAIMED, CALL, by("rui", Promised(2, "a parcel", NOW + DAY)))


def decided(told, command, member=ANA, plan=PLAN, now=NOW, **about):
    return decide(case(*told, **about), member, command, plan, now)


def refused(told, command, member=ANA, plan=PLAN, now=NOW, **about):
    """The sentence that the member reads."""
    with pytest.raises(Refused) as error:
        decided(told, command, member, plan, now, **about)
    return EN.line(error.value.sentence)


#: (the case, who, the command, the event)
CAUSES = [
    ((), ANA, Claim(12), Claimed()),
    (CLAIMED, ANA, Release(12), Released()),
    (HEARD, ANA, Release(12, "waits for the carrier"), Released("waits for the carrier")),
    ((), ANA, Assign(12, "rui"), Assigned("rui")),
    ((), ANA, Assign(12, "ana"), Assigned("ana")),
    (CLAIMED, ANA, Assign(12, "rui", "knows the carrier"), Assigned("rui", "knows the carrier")),
    (CLAIMED, LIA, Assign(12, "rui", "Ana is ill"), Assigned("rui", "Ana is ill")),
    (CLAIMED, EVA, Assign(12, "eva", "I answer this one"), Assigned("eva", "I answer this one")),
    ((), ANA, Dismiss(12, "another shop"), Dismissed("another shop")),
    (CLAIMED, MIA, Dismiss(12, "another shop"), Dismissed("another shop")),
    (CLOSED, RUI, Reopen(12, "he wrote again"), Reopened("he wrote again")),
    (DISMISSED, RUI, Reopen(12, "it is ours"), Reopened("it is ours")),
    ((), LEX, Facts(12, "order 7"), FactsRecorded("order 7")),
    (KNOWN, LEX, Facts(12, "order 8"), FactsRecorded("order 8")),
    (WRITTEN, ANA, Sent(12, LINK), ReplySent(LINK)),
    (WRITTEN, ANA, Sent(12, because="it was a story"), ReplySent(no_link="it was a story")),
    ((*WRITTEN, Marked(Mark.HEATED)), RUI, Approve(12), ReplyApproved()),
    ((*WRITTEN, Marked(Mark.LEGAL)), LEX, Approve(12, "well said"), ReplyApproved("well said")),
    ((), LEX, SetMark(12, Mark.LEGAL, "a lawyer wrote"), Marked(Mark.LEGAL, "a lawyer wrote")),
    ((Marked(Mark.LEGAL),), RUI, Unmark(12, Mark.LEGAL), Unmarked(Mark.LEGAL)),
    (CLAIMED, ANA, Private(12, PrivateChannel.DM), MovedPrivate(PrivateChannel.DM)),
    (CLAIMED, ANA, Private(12, PrivateChannel.PHONE, "at six"), MovedPrivate(PrivateChannel.PHONE, "at six")),
    (CLAIMED, ANA, Promise(12, "a call", AT_16), Promised(1, "a call", AT_16)),
    (PROMISED, ANA, Promise(12, "a parcel", AT_16), Promised(2, "a parcel", AT_16)),
    (PROMISED, LEX, Done(12, 1), PromiseDone(1)),
    (PROMISED, LEX, Done(12), PromiseDone(1)),
    (TWO_CALLS, ANA, Done(12, 2), PromiseDone(2)),
    (DONE, ANA, Told(12, 1), PromiseTold(1)),
    (DONE, ANA, Told(12), PromiseTold(1)),
    (RUIS_PROMISE, RUI, Told(12, 1), PromiseTold(1)),
    (RUIS_PROMISE, RUI, Told(12), PromiseTold(1)),
    (RESOLVED, ANA, Told(12), ResolutionTold()),
    ((*DONE, Resolved("sent again")), ANA, Told(12), ResolutionTold()),
    ((*DONE, Resolved("sent again"), ResolutionTold()), ANA, Told(12), PromiseTold(1)),
    (CLAIMED, ANA, Resolve(12, "sent again"), Resolved("sent again")),
    (CLAIMED, LIA, Resolve(12, "sent again"), Resolved("sent again")),
    (TOLD, ANA, Satisfied(12, Satisfaction.YES), SatisfactionChecked(Satisfaction.YES)),
    (TOLD, ANA, Satisfied(12, Satisfaction.NO, "too small"), SatisfactionChecked(Satisfaction.NO, "too small")),
    (TOLD, ANA, Satisfied(12, Satisfaction.UNREACHABLE), SatisfactionChecked(Satisfaction.UNREACHABLE)),
    (SATISFIED, ANA, UpdateAsked(12), happened.UpdateAsked()),
    (SATISFIED, ANA, UpdateAsked(12, "by phone"), happened.UpdateAsked("by phone")),
    (SETTLED, ANA, Close(12, Outcome.ADVOCATE), Closed(Outcome.ADVOCATE)),
    (SETTLED, EVA, Close(12, Outcome.NEUTRAL, "tired"), Closed(Outcome.NEUTRAL, "tired")),
    (SATISFIED, ANA, Skip(12, Step.WRAP_UP, "post is gone"), StepSkipped(Step.WRAP_UP, "post is gone")),
    (CLAIMED, ANA, StillOn(12), happened.StillOn()),
    (CLOSED, LEX, Checked(12), CheckedIn()),
    (CLOSED, LEX, Checked(12, "all well"), CheckedIn("all well")),
    (CLOSED, LIA, Review(12, "labels are checked twice"), Reviewed("labels are checked twice")),
    (CLAIMED, RUI, Snooze(12, AT_16, "the workshop answers"), Snoozed(AT_16, "the workshop answers")),
    ((), RUI, Snooze(12, AT_16, "the workshop answers"), Snoozed(AT_16, "the workshop answers")),
    (CLOSED, RUI, Snooze(12, AT_16, "she travels"), Snoozed(AT_16, "she travels")),
]


@pytest.mark.parametrize(("told", "member", "command", "event"), CAUSES)
def test_a_command_causes_its_event(told, member, command, event):
    assert decided(told, command, member) == (event,)


#: These speak of more than one case, or of a template: the desk decides them.
OF_THE_DESK = (Show(12), Check(12, "João…"), Reply(12, "heard-delay", "João…"), Improve(12, "João…"), Merge(12, 9))


@pytest.mark.parametrize("command", OF_THE_DESK)
def test_what_the_desk_decides_is_only_permitted_here(command):
    assert decided(CLAIMED, command) == ()


def test_every_command_about_a_case_stands_in_these_tables():
    about_cases = {word for word, command in COMMANDS.items() if issubclass(command, CaseCommand)}
    assert {type(row[2]).word for row in CAUSES} | {type(each).word for each in OF_THE_DESK} == about_cases


#: Given again, these change nothing. The others are refused the second time, and say why.
REPEATS = [
    (CLAIMED, Claim(12)),
    (CLAIMED, Assign(12, "ana")),
    (CLAIMED, Assign(12, "ana", "a note")),
    ((by("lex", FactsRecorded("order 7")),), Facts(12, "order 7")),
    (HEARD, Sent(12, LINK)),
    ((*WRITTEN, ReplySent(no_link="a story")), Sent(12, because="a story")),
    ((*WRITTEN, Marked(Mark.HEATED), by("rui", ReplyApproved())), Approve(12)),
    ((*WRITTEN, Marked(Mark.HEATED), by("rui", ReplyImproved("better")), ReplySent(LINK)), Approve(12)),
    ((Marked(Mark.REACH),), SetMark(12, Mark.REACH)),
    ((Marked(Mark.REACH, "on TV"),), SetMark(12, Mark.REACH, "on TV")),
    ((), Unmark(12, Mark.REACH)),
    ((*CLAIMED, MovedPrivate(PrivateChannel.DM)), Private(12, PrivateChannel.DM)),
    (PROMISED, Promise(12, CALL.what, CALL.due)),
    (DONE, Done(12, 1)),
    (DONE, Done(12)),
    (KEPT, Done(12)),
    (KEPT, Told(12, 1)),
    (KEPT, Told(12)),
    (TOLD, Told(12)),
    (RESOLVED, Resolve(12, "sent again")),
    (SATISFIED, Satisfied(12, Satisfaction.YES)),
    (SETTLED, UpdateAsked(12)),
    (SETTLED, Skip(12, Step.STATEMENT, "said already")),
    ((*SATISFIED, StepSkipped(Step.UPDATE, "gone")), Skip(12, Step.UPDATE, "gone")),
    ((*CLOSED, CheckedIn()), Checked(12)),
    ((*CLAIMED, Snoozed(AT_16, "the workshop")), Snooze(12, AT_16, "the workshop")),
]


@pytest.mark.parametrize(("told", "command"), REPEATS)
def test_what_is_done_already_happens_once(told, command):
    assert decided(told, command) == ()


def test_saying_still_on_again_counts_again():
    assert decided((*CLAIMED, happened.StillOn()), StillOn(12)) == (happened.StillOn(),)


#: (the case, who, the command, what the member reads)
REFUSED = [
    (CLAIMED, RUI, Claim(12), "ana has #12 already."),
    ((), ANA, Release(12), "Nobody has #12 yet: claim 12 first."),
    (
        HEARD,
        ANA,
        Release(12),
        "The customer has heard from you: leave a note for whoever takes over, release 12 ….",
    ),
    (
        PROMISED,
        ANA,
        Release(12, " \n"),
        "The customer has heard from you: leave a note for whoever takes over, release 12 ….",
    ),
    (CLAIMED, RUI, Assign(12, "rui", "me"), "ana has #12: only they or a lead can hand it over."),
    ((), ANA, Assign(12, "lex"), "lex does not answer customers; ana, rui, mia, caio, eva, lia do."),
    ((), ANA, Assign(12, "zoe"), "zoe does not answer customers; ana, rui, mia, caio, eva, lia do."),
    (
        CLAIMED,
        ANA,
        Assign(12, "rui"),
        "Leave a note for rui, so that the customer need not tell it twice: assign 12 rui ….",
    ),
    (
        CLAIMED,
        LIA,
        Assign(12, "rui", " "),
        "Leave a note for rui, so that the customer need not tell it twice: assign 12 rui ….",
    ),
    (PROMISED, ANA, Dismiss(12, "spam"), "Promise 1 of #12 is not kept yet (“a call”): done 12 1 first."),
    (DONE, ANA, Dismiss(12, "spam"), "Promise 1 of #12 is not kept yet (“a call”): told 12 1 first."),
    (HEARD, ANA, Dismiss(12, "spam"), "The customer has been answered in #12: close 12 it instead."),
    (CLAIMED, ANA, Reopen(12, "he wrote again"), "#12 is open."),
    (MERGED, ANA, Reopen(12, "he wrote again"), "#12 was joined with #9: go on there."),
    (CLAIMED, ANA, Sent(12, LINK), "There is no reply waiting to be posted: reply 12 first."),
    (HEARD, ANA, Sent(12, f"{LINK}2"), "There is no reply waiting to be posted: reply 12 first."),
    (HEARD, ANA, Sent(12, because="a story"), "There is no reply waiting to be posted: reply 12 first."),
    (CLAIMED, ANA, Private(12), "Say where you talk now: private 12 phone."),
    (CLAIMED, ANA, Promise(12, "a call"), "Say what and until when: promise 12 … by fri 17:00."),
    (CLAIMED, ANA, Promise(12, " ", AT_16), "Say what and until when: promise 12 … by fri 17:00."),
    (CLAIMED, ANA, Promise(12, "a call", NOW), "2026-08-24T13:00+00:00 has passed; promise a time to come."),
    (
        CLAIMED,
        ANA,
        Promise(12, "a call", NOW + 400 * DAY),
        "2027-09-28T13:00+00:00 is more than a year away; promise something nearer.",
    ),
    (CLAIMED, ANA, Done(12), "Nothing was promised in #12."),
    (CLAIMED, ANA, Done(12, 1), "Nothing was promised in #12."),
    (TWO_CALLS, ANA, Done(12, 7), "#12 has no promise 7; it has 1, 2."),
    (TWO_CALLS, ANA, Done(12), "Which promise? done 12 1. Open are 1 “a call”, 2 “a parcel”."),
    (CLAIMED, ANA, Told(12), "There is nothing to tell yet: record the solution with resolved 12 … first."),
    (PROMISED, ANA, Told(12, 1), "Promise 1 is not done yet: done 12 1 comes first."),
    (PROMISED, ANA, Told(12), "Promise 1 is not done yet: done 12 1 comes first."),
    (
        (*TWO_CALLS, PromiseDone(2), PromiseTold(2)),
        ANA,
        Told(12),
        "Promise 1 is not done yet: done 12 1 comes first.",
    ),
    (
        (*TWO_CALLS, PromiseDone(1), PromiseDone(2)),
        ANA,
        Told(12),
        "Which promise? told 12 1. Open are 1 “a call”, 2 “a parcel”.",
    ),
    (PROMISED, ANA, Told(12, 7), "#12 has no promise 7; it has 1."),
    (TOLD, ANA, Satisfied(12), "What did the customer answer? satisfied 12 yes|no|unreachable."),
    (ANSWERED, ANA, Satisfied(12, Satisfaction.YES), "Record the solution first: resolved 12 …."),
    (RESOLVED, ANA, Satisfied(12, Satisfaction.YES), "Tell the customer of the solution first: told 12."),
    (
        TOLD,
        ANA,
        UpdateAsked(12),
        "Ask for an update only when the customer is satisfied: satisfied 12 yes comes first.",
    ),
    (SETTLED, ANA, Close(12), "How did it end? close 12 advocate|satisfied|neutral|lost|unreachable."),
    (SATISFIED, ANA, Skip(12, Step.UPDATE), "Say which step and why: skip 12 statement|update|wrap-up because …."),
    (SATISFIED, ANA, Skip(12, None, "gone"), "Say which step and why: skip 12 statement|update|wrap-up because …."),
    ((), ANA, StillOn(12), "Nobody has #12 yet: claim 12 first."),
    (CLAIMED, RUI, StillOn(12), "ana has #12."),
    (TOLD, LEX, Checked(12), "The check-in comes after closing; #12 is still open."),
    (TOLD, LIA, Review(12, "calm"), "The review comes after closing; #12 is still open."),
    (CLAIMED, ANA, Snooze(12), "Say until when, in the time to come: snooze 12 2h …."),
    (CLAIMED, ANA, Snooze(12, NOW, "the workshop"), "Say until when, in the time to come: snooze 12 2h …."),
    (CLAIMED, ANA, Snooze(12, AT_16), "Say what you are waiting for: snooze 12 2h …."),
    (CLAIMED, ANA, Snooze(12, NOW + 4 * DAY, "leave"), "Reminders may rest until 2026-08-27T13:00+00:00 at most."),
    (
        (*ANSWERED, Promised(1, "a call", NOW + HOUR)),
        ANA,
        Snooze(12, AT_16, "the workshop"),
        "What #12 owes cannot wait: a promise is due 2026-08-24T14:00+00:00.",
    ),
]


@pytest.mark.parametrize(("told", "member", "command", "sentence"), REFUSED)
def test_what_is_refused_says_what_to_do_instead(told, member, command, sentence):
    assert refused(told, command, member) == sentence


@pytest.mark.parametrize("link", ["ftp://example.com/r", "example.com/r", "https://ana@example.com/", "no"])
def test_a_reply_is_recorded_with_its_address_or_the_reason_for_none(link):
    wanted = (
        "Paste the address of the reply that you posted, sent 12 https://…, "
        "or say why it has none: sent 12 no link, because …."
    )
    assert refused(WRITTEN, Sent(12, link)) == wanted
    assert refused(WRITTEN, Sent(12)) == wanted


UNSEEN = "\u200b\u202e \n\u200d"


@pytest.mark.parametrize(
    ("told", "member", "command"),
    [
        ((), ANA, Dismiss(12, UNSEEN)),
        (CLOSED, ANA, Reopen(12, UNSEEN)),
        (CLAIMED, ANA, Facts(12, UNSEEN)),
        (WRITTEN, ANA, Sent(12, because=UNSEEN)),
        (CLAIMED, ANA, Promise(12, UNSEEN, AT_16)),
        (CLAIMED, ANA, Resolve(12, UNSEEN)),
        (SATISFIED, ANA, Skip(12, Step.UPDATE, UNSEEN)),
        (CLOSED, LIA, Review(12, UNSEEN)),
        (CLAIMED, ANA, Snooze(12, AT_16, UNSEEN)),
        (HEARD, ANA, Release(12, UNSEEN)),
    ],
)
def test_what_cannot_be_seen_is_no_text_and_opens_no_gate(told, member, command):
    """An empty fact sheet does not take a case further (rule 000-05)."""
    assert refused(told, command, member)


def test_what_a_member_writes_is_cleaned_and_kept_whole():
    text = "order\u202e 7" + "x" * (LONGEST - 7)
    (event,) = decided(CLAIMED, Facts(12, text))
    assert event.text == text.replace("\u202e", "")


TOO_LONG = "x" * (LONGEST + 2)


@pytest.mark.parametrize(
    ("told", "command"),
    [
        (CLAIMED, Facts(12, TOO_LONG)),
        (CLAIMED, Release(12, TOO_LONG)),
        (CLAIMED, Assign(12, "rui", TOO_LONG)),
        (CLAIMED, Private(12, PrivateChannel.DM, TOO_LONG)),
        (ANSWERED, Resolve(12, TOO_LONG)),
    ],
)
def test_a_text_that_is_too_long_is_refused_rather_than_cut(told, command):
    """Nothing that a member wrote is dropped in silence."""
    assert refused(told, command) == f"That is 2 characters too long; write {LONGEST} at most."


def test_a_promise_that_no_card_could_show_is_refused_rather_than_cut():
    command = Promise(12, "x" * (LONGEST_LINE + 1), AT_16)
    assert refused(CLAIMED, command) == f"That is 1 character too long; write {LONGEST_LINE} at most."


def test_a_handover_note_that_cannot_be_seen_is_none():
    """Rule 004-32."""
    with pytest.raises(Wants):
        decided(CLAIMED, Assign(12, "rui", "\u200b"))


def test_the_same_review_twice_is_one_review():
    told = (*CLOSED, by("lia", Reviewed("calm")))
    assert decided(told, Review(12, "calm"), LIA) == ()
    assert decided(told, Review(12, "calm, and earlier"), LIA) == (Reviewed("calm, and earlier"),)


# Who may do what

#: Rule 004-20. Reading and helping is everybody's; the rows say who may do the rest.
OF_ALL = "show check release facts done checked mark unmark approve improve"
OF_ANSWERING = (
    "claim assign reopen reply sent private promise told resolved satisfied update-asked close skip still-on snooze"
)
MAY = {
    Role.COMMUNITY_MANAGER: f"{OF_ALL} {OF_ANSWERING} merge dismiss",
    Role.SERVICE: f"{OF_ALL} {OF_ANSWERING}",
    Role.MARKETING: f"{OF_ALL} {OF_ANSWERING} merge dismiss",
    Role.CONTENT: f"{OF_ALL} {OF_ANSWERING}",
    Role.LEGAL: OF_ALL,
    Role.EXECUTIVE: f"{OF_ALL} {OF_ANSWERING} merge dismiss review",
    Role.LEAD: f"{OF_ALL} {OF_ANSWERING} merge dismiss review",
}


@pytest.mark.parametrize("role", Role)
def test_a_role_may_give_its_commands_and_no_others(role):
    """Rules 001-05 and 004-20, command by command; the case is the member's own."""
    member = next(member for member in COMMITTEE if role in member.roles)
    own = case(by(member.id, Claimed()))
    allowed = set()
    for word, command in COMMANDS.items():
        if issubclass(command, CaseCommand):
            try:
                permit(own, member, command(12), PLAN)
            except Refused:
                continue
            allowed.add(word)
    assert allowed == set(MAY[role].split())


@pytest.mark.parametrize(
    ("member", "command", "sentence"),
    [
        (LEX, Claim(12), "Answering customers is for ana, rui, mia, caio, eva, lia; you can help with facts."),
        (RUI, Dismiss(12, "spam"), "Sorting cases is for ana, mia, eva, lia; ask one of them."),
        (ANA, Review(12, "calm"), "That is the lead's to do: ask eva, lia."),
    ],
)
def test_who_lacks_the_power_reads_who_has_it(member, command, sentence):
    assert refused((), command, member) == sentence


def test_a_stranger_may_do_nothing():
    """Rule 001-04."""
    stranger = msgspec.structs.replace(ANA, id="eve")
    for command in COMMANDS.values():
        if issubclass(command, CaseCommand):
            assert refused((), command(12), stranger)


OWNERS_OWN = [command for command in COMMANDS.values() if issubclass(command, CaseCommand) and command.is_owners]


@pytest.mark.parametrize("command", OWNERS_OWN, ids=lambda command: command.word)
def test_the_owner_speaks_for_a_case_and_a_lead_may_stand_in(command):
    """One-to-one attention: one owner per case (rule 004-32)."""
    assert refused((), command(12)) == "Nobody has #12 yet: claim 12 first."
    assert refused(CLAIMED, command(12), RUI) == "ana has #12; write in its thread, or ask a lead for assign 12 rui."
    permit(case(*CLAIMED), LIA, command(12), PLAN)
    permit(case(*CLAIMED), EVA, command(12), PLAN)


def test_the_commands_of_the_owner_are_these():
    assert " ".join(sorted(command.word for command in OWNERS_OWN)) == (
        "close private promise release reply resolved satisfied sent skip told update-asked"
    )


def test_a_case_is_not_handed_over_without_a_note():
    """Rule 004-32."""
    assert "Leave a note for rui" in refused(CLAIMED, Assign(12, "rui"))
    assert "leave a note for whoever takes over" in refused(HEARD, Release(12))


def test_whoever_promised_may_tell_the_customer_when_the_case_is_anothers():
    assert decided(RUIS_PROMISE, Told(12), RUI) == (PromiseTold(1),)
    assert "ana has #12" in refused(DONE, Told(12, 1), RUI)


@pytest.mark.parametrize(
    "told",
    [
        (*RUIS_PROMISE, Resolved("sent again")),
        (*SECOND_IS_RUIS, PromiseDone(1)),
        (*CLAIMED, by("rui", CALL), Promised(2, "a parcel", NOW + DAY), PromiseDone(2)),
    ],
)
def test_an_own_promise_opens_nothing_else_of_anothers_case(told):
    """Told without a number may mean the resolution, or a promise of the owner's."""
    assert "ana has #12" in refused(told, Told(12), RUI)


def test_an_own_promise_opens_no_other_promise():
    assert "ana has #12" in refused((*SECOND_IS_RUIS, PromiseDone(1)), Told(12, 1), RUI)
    assert decided((*SECOND_IS_RUIS, PromiseDone(2)), Told(12, 2), RUI) == (PromiseTold(2),)


# A committee of one


def alone(role):
    return Plan("Loja Aurora", (msgspec.structs.replace(ANA, roles=(role,)),), language="en")


@pytest.mark.parametrize("role", Role)
def test_a_committee_of_one_may_do_everything_whatever_its_role(role):
    """A power that nobody holds is everybody's (rule 003-01)."""
    plan = alone(role)
    for command in COMMANDS.values():
        if issubclass(command, CaseCommand):
            permit(case(*CLAIMED), plan.committee[0], command(12), plan)


@pytest.mark.parametrize("role", Role)
def test_a_committee_of_one_can_finish_a_case(role):
    """Rule 003-01, 003-19: closed and reviewed by the one who has it."""
    plan = alone(role)
    assert decided(SETTLED, Close(12, Outcome.SATISFIED), plan=plan) == (Closed(Outcome.SATISFIED),)
    assert decided(CLOSED, Review(12, "labels"), plan=plan) == (Reviewed("labels"),)


# Ended cases

ENDED = {
    "closed": (CLOSED, "#12 is closed; reopen 12 … opens it again."),
    "dismissed": (DISMISSED, "#12 was dismissed; reopen 12 … opens it again."),
    "merged": (MERGED, "#12 was joined with #9: go on there."),
}
AFTER_THE_END = {"show", "check", "reopen", "checked", "review", "snooze", "done", "told"}


@pytest.mark.parametrize(("told", "sentence"), ENDED.values(), ids=ENDED)
def test_an_ended_case_takes_no_more_commands_but_these(told, sentence):
    for word, command in COMMANDS.items():
        if issubclass(command, CaseCommand) and word not in AFTER_THE_END:
            assert refused(told, command(12), LIA) == sentence, word


@pytest.mark.parametrize("told", [DISMISSED, MERGED], ids=["dismissed", "merged"])
@pytest.mark.parametrize("command", [Checked(12), Review(12, "calm"), Snooze(12, AT_16, "leave")])
def test_aftercare_is_for_closed_cases(told, command):
    sentences = [sentence for ended, sentence in ENDED.values() if ended == told]
    assert [refused(told, command, LIA)] == sentences


def test_a_promise_is_kept_also_when_the_case_has_ended():
    """Rules 002-20 and 002-21."""
    merged = (*PROMISED, happened.Merged(9))
    assert decided(merged, Done(12, 1), RUI) == (PromiseDone(1),)
    assert decided((*merged, PromiseDone(1)), Told(12, 1), RUI) == (PromiseTold(1),)


def test_what_a_closed_case_still_owes_may_be_snoozed_until_nothing_is_owed():
    assert decided(CLOSED, Snooze(12, AT_16, "she travels"), RUI)
    over = (*CLOSED, CheckedIn(), by("lia", Reviewed("calm")))
    assert refused(over, Snooze(12, AT_16, "she travels"), RUI) == ENDED["closed"][1]


# The closure gate


def gate(told, plan=PLAN, **about):
    with pytest.raises(Unmet) as error:
        decided(told, Close(12, Outcome.SATISFIED), plan=plan, **about)
    assert EN.line(error.value.sentence) == "#12 cannot be closed yet; still owed:"
    return [(EN.line(what), command) for what, command in error.value.items]


ANSWER = ("an answer beyond the first contact", "reply 12")
SOLUTION = ("a solution that the customer knows of", "resolved 12")
ASKED = ("whether the customer is satisfied", "satisfied 12")
STATEMENT = ("the closing statement", "reply 12")
UPDATE = ("asking the customer for an update", "update-asked 12")
WRAP_UP = ("the public wrap-up", "reply 12")


@pytest.mark.parametrize(
    ("told", "owed"),
    [
        (CLAIMED, [ANSWER, SOLUTION, ASKED, STATEMENT, UPDATE, WRAP_UP]),
        (HEARD, [ANSWER, SOLUTION, ASKED, STATEMENT, UPDATE, WRAP_UP]),
        (
            (*CLAIMED, accepted(ReplyKind.SOLUTION)),
            [(ANSWER[0], "sent 12"), SOLUTION, ASKED, STATEMENT, UPDATE, WRAP_UP],
        ),
        (ANSWERED, [SOLUTION, ASKED, STATEMENT, UPDATE, WRAP_UP]),
        (RESOLVED, [(SOLUTION[0], "told 12"), ASKED, STATEMENT, UPDATE, WRAP_UP]),
        (TOLD, [ASKED, STATEMENT, UPDATE, WRAP_UP]),
        ((*TOLD, SatisfactionChecked(Satisfaction.NO)), [SOLUTION, ASKED, STATEMENT, UPDATE, WRAP_UP]),
        ((*TOLD, SatisfactionChecked(Satisfaction.UNREACHABLE)), [STATEMENT, WRAP_UP]),
        (SATISFIED, [STATEMENT, UPDATE, WRAP_UP]),
        ((*SATISFIED, *sent(ReplyKind.CLOSING)), [UPDATE, WRAP_UP]),
        ((*SATISFIED, accepted(ReplyKind.CLOSING)), [(STATEMENT[0], "sent 12"), UPDATE, WRAP_UP]),
        ((*SATISFIED, happened.UpdateAsked()), [STATEMENT, WRAP_UP]),
        ((*SATISFIED, StepSkipped(Step.WRAP_UP, "gone")), [STATEMENT, UPDATE]),
        ((*SETTLED, CALL), [("a promise", "done 12 1")]),
        ((*SETTLED, CALL, PromiseDone(1)), [("a promise", "told 12 1")]),
    ],
)
def test_a_case_closes_only_when_nothing_is_owed_and_each_thing_owed_names_its_command(told, owed):
    """Rules 000-16, 000-18, 002-21, 003-15, 004-02: satisfaction, update, told, wrap-up, before closing."""
    assert gate(told) == owed


@pytest.mark.parametrize("step", Step)
def test_a_closing_step_that_is_not_possible_is_skipped_with_a_reason_on_record(step):
    """Rules 000-17, 000-18, 003-15."""
    assert {command for _, command in gate(SATISFIED)} == {"reply 12", "update-asked 12"}
    skipped = (*SATISFIED, *(StepSkipped(each, "the post is gone") for each in Step if each is not step))
    assert len(gate(skipped)) == 1
    done = (*skipped, StepSkipped(step, "the post is gone"))
    assert decided(done, Close(12, Outcome.NEUTRAL)) == (Closed(Outcome.NEUTRAL),)
    assert case(*done).skipped[step] == "the post is gone"


@pytest.mark.parametrize("need", [Need.ADVISED, Need.OFF])
def test_a_step_that_the_plan_does_not_require_holds_no_case(need):
    """Tension 12: the plan says for each step whether it is required, advised or off."""
    plan = msgspec.structs.replace(PLAN, closing=dict.fromkeys(Step, need))
    assert decided(SATISFIED, Close(12, Outcome.SATISFIED), plan=plan) == (Closed(Outcome.SATISFIED),)


@pytest.mark.parametrize(
    ("kind", "told", "owed"),
    [
        (Kind.QUESTION, CLAIMED, [ANSWER]),
        (Kind.QUESTION, HEARD, [ANSWER]),
        (Kind.QUESTION, PROMISED, [ANSWER, ("a promise", "done 12 1")]),
        (Kind.PRAISE, PROMISED, [("a promise", "done 12 1")]),
    ],
)
def test_a_question_wants_an_answer_and_praise_only_what_was_promised(kind, told, owed):
    """Rules 001-11 and 003-18."""
    assert gate(told, kind=kind) == owed


def test_an_answered_question_and_praise_close_without_closing_steps():
    answered = (*CLAIMED, *sent(ReplyKind.SOLUTION))
    assert decided(answered, Close(12, Outcome.SATISFIED), kind=Kind.QUESTION) == (Closed(Outcome.SATISFIED),)
    assert decided(CLAIMED, Close(12, Outcome.ADVOCATE), kind=Kind.PRAISE) == (Closed(Outcome.ADVOCATE),)


def test_an_update_is_asked_only_of_a_satisfied_customer():
    """Never before agreement (rule 003-14), and never of who is out of reach."""
    for told in (CLAIMED, TOLD, (*TOLD, SatisfactionChecked(Satisfaction.UNREACHABLE))):
        assert "only when the customer is satisfied" in refused(told, UpdateAsked(12))
    assert decided(SATISFIED, UpdateAsked(12))


def test_a_promise_needs_its_two_ends_in_order():
    """Done, then told (rules 002-20, 002-21)."""
    assert "is not done yet" in refused(PROMISED, Told(12, 1))
    assert gate((*SETTLED, CALL, PromiseDone(1))) == [("a promise", "told 12 1")]
    assert decided((*SETTLED, CALL, PromiseDone(1), PromiseTold(1)), Close(12, Outcome.SATISFIED))


def test_satisfaction_is_asked_after_the_solution_was_told():
    """Rules 000-16 and 004-02: solved, told, then verified."""
    assert "Record the solution first" in refused(ANSWERED, Satisfied(12, Satisfaction.YES))
    assert "Tell the customer of the solution first" in refused(RESOLVED, Satisfied(12, Satisfaction.YES))


def test_a_dissatisfied_customer_takes_the_case_back_to_solving():
    back = (*TOLD, SatisfactionChecked(Satisfaction.NO))
    assert "Record the solution first" in refused(back, Satisfied(12, Satisfaction.YES))
    assert decided(back, Resolve(12, "refunded")) == (Resolved("refunded"),)


def test_hard_duties_cannot_be_snoozed_but_a_case_with_soft_ones_rests_at_most_three_days():
    assert decided(CLAIMED, Snooze(12, NOW + 3 * DAY, "the workshop"))
    assert "Reminders may rest until" in refused(CLAIMED, Snooze(12, NOW + 3 * DAY + timedelta(minutes=1), "leave"))


def test_no_command_blocks_a_user_or_deletes_a_message():
    """Rules 001-09 and 002-19: the surface has no such word."""
    said = " ".join((*COMMANDS, *(command.__doc__ for command in COMMANDS.values()))).casefold()
    assert not any(word in said for word in ("block", "delet", "remov", "hide", "ban "))


def test_nothing_but_the_committees_powers_is_named():
    assert {command.power for command in COMMANDS.values()} == set(Power)


@pytest.mark.parametrize("state", STATES)
def test_every_state_answers_every_command_with_events_or_a_sentence(state):
    """No command on no state raises anything but Refused, also with all its fields empty."""
    for member in COMMITTEE:
        for command in COMMANDS.values():
            if issubclass(command, CaseCommand):
                try:
                    assert isinstance(decided(STATES[state], command(12), member), tuple)
                except Refused as error:
                    assert EN.line(error.sentence)
