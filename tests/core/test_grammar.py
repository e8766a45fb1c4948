"""Commands to text and back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.commands import (
    COMMANDS,
    Assign,
    CaseCommand,
    Claim,
    Close,
    Done,
    Facts,
    Link,
    List,
    ListOf,
    MemberId,
    Merge,
    New,
    Private,
    Promise,
    Reply,
    Satisfied,
    Sent,
    Show,
    Skip,
    Snooze,
    TemplateName,
    Todo,
    Told,
    missing,
    slots,
    summary,
)
from bot.core.complaint import Kind
from bot.core.events import Outcome, PrivateChannel, Satisfaction
from bot.core.grammar import BadCommand, Ground, fill, opens_form, parse, write
from bot.core.plan import Step
from bot.core.words import Words
from bot.demo.people import demo_plan

NOW = datetime(2026, 8, 24, 13, tzinfo=UTC)  # a Monday, 10:00 in São Paulo
PLAN = demo_plan()
ROOM = Ground(PLAN, NOW)
IN_12 = Ground(PLAN, NOW, case=12)


def local(day, hour, minute=0):
    return datetime(2026, 8, day, hour + 3, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("", Todo()),
        ("/crisis", Todo()),
        ("/crisis claim 12", Claim(12)),
        ("crisis claim 12", Claim(12)),
        ("claim 12", Claim(12)),
        ("CLAIM #12", Claim(12)),
        ("  claim   12  ", Claim(12)),
        ("list", List()),
        ("list late", List(ListOf.LATE)),
        ("show 12", Show(12)),
        ("assign 12 @rui", Assign(12, MemberId("rui"))),
        ("assign 12 to rui knows the carrier", Assign(12, MemberId("rui"), "knows the carrier")),
        ("assign 12 Rui", Assign(12, MemberId("rui"))),
        ("merge 12 into 9", Merge(12, 9)),
        ("merge 12 9", Merge(12, 9)),
        ("merge 12 em #9", Merge(12, 9)),
        ("facts 12 order 7, two parcels", Facts(12, "order 7, two parcels")),
        ("facts 12: order 7", Facts(12, "order 7")),
        ("facts 12\norder 7\nsecond line", Facts(12, "order 7\nsecond line")),
        ("reply 12", Reply(12)),
        ("reply 12 heard-delay", Reply(12, TemplateName("heard-delay"))),
        ("reply 12 heard-delay: João, sentimos", Reply(12, TemplateName("heard-delay"), "João, sentimos")),
        ("reply 12 : João: sentimos", Reply(12, TemplateName(""), "João: sentimos")),
        ("reply 12 João: sentimos muito", Reply(12, TemplateName(""), "João: sentimos muito")),
        ("sent 12 https://x.example/1", Sent(12, Link("https://x.example/1"))),
        ("sent 12 no link, because it went by phone", Sent(12, Link(""), "it went by phone")),
        ("sent 12 sem link, porque foi por telefone", Sent(12, Link(""), "foi por telefone")),
        ("sent 12 bez linku, bo telefonicznie", Sent(12, Link(""), "telefonicznie")),
        ("private 12 phone", Private(12, PrivateChannel.PHONE)),
        ("private 12 dm since he asked", Private(12, PrivateChannel.DM, "since he asked")),
        ("promise 12 new parcel by fri 17:00", Promise(12, "new parcel", local(28, 17))),
        ("promise 12 stand by him by tomorrow 12:00", Promise(12, "stand by him", local(25, 12))),
        ("promise 12 novo envio até amanhã 12h", Promise(12, "novo envio", local(25, 12))),
        ("promise 12 zwrot do jutro 12:00", Promise(12, "zwrot", local(25, 12))),
        ("promise 12 llamarle antes de hoy 18:00", Promise(12, "llamarle", local(24, 18))),
        ("promise 12 a call", Promise(12, "a call")),
        ("done 12 1", Done(12, 1)),
        ("done 12", Done(12)),
        ("told 12 #1", Told(12, 1)),
        ("satisfied 12 yes", Satisfied(12, Satisfaction.YES)),
        ("satisfied 12 NO, still waits", Satisfied(12, Satisfaction.NO, "still waits")),
        ("close 12 advocate wrote a kind post", Close(12, Outcome.ADVOCATE, "wrote a kind post")),
        ("skip 12 wrap-up because the thread is locked", Skip(12, Step.WRAP_UP, "the thread is locked")),
        ("snooze 12 2h waiting for the carrier", Snooze(12, NOW + timedelta(hours=2), "waiting for the carrier")),
        ("snooze 12 until tomorrow 9:00 waiting", Snooze(12, local(25, 9), "waiting")),
        ("new the lamp broke", New("the lamp broke")),
        (
            'new the lamp broke channel=google author="Peter Hale" posted=2h',
            New("the lamp broke", "google", "Peter Hale", posted=NOW - timedelta(hours=2)),
        ),
        ("new where is my order kind=question", New("where is my order", kind=Kind.QUESTION)),
    ],
)
def test_a_typed_line_means_its_command(line, command):
    assert parse(line, ROOM) == command


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("claim", Claim(12)),
        ("claim 12", Claim(12)),
        ("claim 13", Claim(13)),
        ("done 1", Done(12, 1)),
        ("done 12 1", Done(12, 1)),
        ("done 13 1", Done(13, 1)),
        ("done 12", Done(12, 12)),
        ("facts 2 parcels were lost", Facts(12, "2 parcels were lost")),
        ("facts #13 2 parcels", Facts(13, "2 parcels")),
        ("merge into 9", Merge(12, 9)),
        ("merge 12 into 9", Merge(12, 9)),
        ("reply heard-delay: João, sentimos", Reply(12, TemplateName("heard-delay"), "João, sentimos")),
        ("satisfied yes", Satisfied(12, Satisfaction.YES)),
    ],
)
def test_in_a_cases_own_thread_the_number_may_be_left_out(line, command):
    assert parse(line, IN_12) == command


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("clam 12", "did you mean claim?"),
        ("xyzzy", "help lists what I know"),
        ("claim", "Which case?"),
        ("claim twelve", "Which case?"),
        ("claim 12 now please", "I don't know what to do with “now please”"),
        ("list everything", "“everything” is none of open, mine, late, unclaimed, closed"),
        ("assign 12 zoe", "zoe is not on the committee; its members are ana, bea, rui, lia, carl"),
        ("merge 12 into nine", "“nine” is no number"),
        ("private 12 fax", "“fax” is none of phone, ticket, dm"),
        ("snooze 12 whenever", "I can't read “whenever” as a time"),
        ("close 12 happily", "“happily” is none of"),
        ("new text posted=soon", "I can't read “soon” as a time"),
        ("claim 99999999999", "Which case?"),
    ],
)
def test_a_bad_line_gets_one_sentence_that_says_what_to_write(line, says):
    with pytest.raises(BadCommand) as refused:
        parse(line, ROOM)
    assert says in Words("en").line(refused.value.sentence)


def test_every_command_is_listed_under_its_own_word():
    assert {command.word: command for command in COMMANDS.values()} == dict(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.word)
def test_every_command_explains_itself(command):
    assert summary(command).endswith(".")
    assert len(summary(command)) <= 100, "Discord takes 100 characters of description"
    for slot in slots(command):
        assert slot.arg.label
        assert 0 < len(slot.arg.help) <= 100


def test_no_command_blocks_a_user_or_deletes_anything():
    """Rules 001-09 and 002-19."""
    assert not {word for word in COMMANDS for bad in ("block", "ban", "delete", "remove", "hide") if bad in word}


def test_a_command_that_misses_something_opens_a_form():
    assert [slot.name for slot in missing(Promise(12))] == ["what", "by"]
    assert opens_form(Promise(12))
    assert opens_form(Sent(12))
    assert not opens_form(Sent(12, Link("https://x.example/1")))
    assert not opens_form(Claim(12))


def test_a_form_fills_what_was_missing():
    filled = fill(Promise(12), {"what": "a call", "by": "tomorrow 12:00"}, ROOM)
    assert filled == Promise(12, "a call", local(25, 12))


def test_a_forms_bad_field_is_refused():
    with pytest.raises(BadCommand):
        fill(Promise(12), {"what": "a call", "by": "soon"}, ROOM)


TEXT = st.text(min_size=1, max_size=60).map(str.strip).filter(bool)
VALUES = {
    int: st.integers(1, 999_999),
    str: TEXT,
    datetime: st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    MemberId: st.sampled_from([MemberId(member.id) for member in PLAN.committee]),
    TemplateName: st.sampled_from([TemplateName("heard-delay"), TemplateName("closing")]),
    Link: st.just(Link("https://x.example/a?b=c#d")),
}


@st.composite
def commands(draw):
    command = draw(st.sampled_from(list(COMMANDS.values())))
    values = {}
    for slot in slots(command):
        if slot.name != "case" and not slot.arg.option and not slot.arg.needs_lead and draw(st.booleans()):
            break  # what stands behind a missing word cannot be told from it
        strategy = VALUES[slot.type] if slot.type in VALUES else st.sampled_from(list(slot.type))
        if slot.name in {"about", "language"}:
            strategy = st.sampled_from(["claim", "pt"])
        if not slot.arg.option or draw(st.booleans()):
            values[slot.name] = draw(strategy)
    if values.get("link") and values.get("because"):
        del values["because"]
    return command(**values)


@given(commands())
def test_what_is_written_is_read_back(command):
    assert parse(write(command), ROOM) == command
    names_its_promise = getattr(command, "promise", 1)  # "done 1" in a thread is promise 1
    if isinstance(command, CaseCommand) and not missing(command) and names_its_promise:
        assert parse(write(command), Ground(PLAN, NOW, case=command.case)) == command


@given(st.text(max_size=200))
def test_no_line_breaks_the_grammar(line):
    try:
        assert parse(line, ROOM)
    except BadCommand as error:
        assert Words("en").line(error.sentence)
