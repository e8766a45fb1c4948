"""The digest: the light, what is owed in the order in which it hurts, and the brand's yesterday."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from bot.core.cards import Tone
from bot.core.case import fold
from bot.core.complaint import Kind
from bot.core.events import Closed, Outcome, Promised, PromiseDone, Reopened, Snoozed
from bot.core.figures import LINES, MISSED_TURNS, Silent, digest_card, figures, is_green, silent
from bot.core.replies import ReplyKind
from bot.core.words import LANGUAGES, CaseLink, Words, plain
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
    MERGED,
    MINUTE,
    NOW,
    PLAN,
    PROMISED,
    SATISFIED,
    SETTLED,
    STATES,
    TOLD,
    case,
    complaint,
    history,
    sent,
)

WAITING_MARIA = {"text": "Onde está?", "author": "Maria"}


def day(*cases, now=NOW, plan=PLAN, **sources):
    return figures(cases, plan, now, **sources)


def digest(*cases, now=NOW, words=EN, plan=PLAN, **sources):
    return digest_card(figures(cases, plan, now, **sources), plan, words, now)


def sections(*cases, **about):
    """Heading by heading, what the lines say."""
    return {section.title: list(map(plain, section.lines)) for section in digest(*cases, **about).sections}


def numbers(section):
    return [span.number for line in section.lines for span in line[:1] if isinstance(span, CaseLink)]


# The light


@pytest.mark.parametrize(
    ("cases", "green"),
    [
        ((), True),
        ((case(),), False),
        ((case(*CLAIMED), case(*CLOSED)), False),
        ((case(*CLOSED), case(*DISMISSED), case(*MERGED)), True),
        ((case(*SETTLED),), False),
        ((case(kind=Kind.QUESTION),), False),
        ((case(kind=Kind.PRAISE),), True),
        ((case(kind=Kind.PRAISE), case()), False),
    ],
)
def test_the_light_is_yellow_while_a_complaint_or_a_question_is_open(cases, green):
    """Rules 000-02 and 000-03; praise does not turn it yellow (001-11)."""
    assert is_green(cases) is green
    assert day(*cases).is_green is green


def test_the_light_turns_green_only_with_the_last_of_two():
    """Rule 000-03: computed, never set."""
    one, other = case(*CLAIMED, number=1), case(*CLAIMED, number=2)
    over = case(*CLOSED, number=1)
    assert [is_green(cases) for cases in ((one, other), (over, other), (over, case(*CLOSED, number=2)))] == [
        False,
        False,
        True,
    ]
    assert not is_green([case(*CLOSED, Reopened("again"))])


@pytest.mark.parametrize(
    ("cases", "line"),
    [
        ((), "The light is green."),
        ((case(),), "The light is yellow: 1 case is open."),
        ((case(number=1), case(number=2)), "The light is yellow: 2 cases are open."),
    ],
)
def test_the_digest_begins_with_the_light(cases, line):
    assert plain(digest(*cases).lines[0]) == line


# Order and content


def full_day():
    """One case for every heading, at NOW plus two days."""
    now = NOW + 2 * DAY
    return now, (
        case(*CLAIMED, number=1, posted_at=NOW),
        case(*HEARD, number=2),
        case(*SATISFIED, Promised(1, "a parcel", NOW + HOUR), number=3),
        case(number=4, posted_at=now, start=now, **WAITING_MARIA),
        case(*CLAIMED, number=5, kind=Kind.QUESTION, posted_at=now, start=now),
        case(*TOLD, number=6),
        case(*SATISFIED, Snoozed(now + HOUR, "leave"), number=7),
        fold(8, history(*SETTLED, Closed(Outcome.ADVOCATE), start=now - DAY)),
    )


def full_digest():
    now, cases = full_day()
    return digest(
        *cases,
        now=now,
        heard_from={"mail": now - DAY},
        every={"mail": HOUR, "alerts": HOUR},
        news=[complaint("Lojas fecham", key="n", link="https://example.com/n", title="Setor")],
    )


def test_what_hurts_most_comes_first():
    """Late first contacts, late resolutions, then the rest (rule 004-33)."""
    assert [section.title for section in full_digest().sections] == [
        "Late first contacts",
        "Late resolutions",
        "Promises due or untold",
        "Unclaimed",
        "Unanswered questions",
        "Waiting for the customer",
        "Snoozed",
        "Closed yesterday",
        "Silent sources",
        "News of the sector",
    ]


def test_each_heading_lists_its_cases():
    shown = full_digest()
    assert [numbers(section) for section in shown.sections] == [[1], [1, 2], [3], [4], [5], [6], [7], [8], [], []]


def test_the_lines_say_what_is_owed_by_whom_and_since_when():
    now, cases = full_day()
    shown = sections(*cases, now=now, heard_from={"mail": now - DAY}, every={"mail": HOUR, "alerts": HOUR})
    assert shown == {
        "Late first contacts": [
            "#1 Facebook · a first contact with the customer: was due 2026-08-25T01:00+00:00 · ana",
        ],
        "Late resolutions": [
            "#1 Facebook · a solution that the customer knows of: was due 2026-08-25T13:00+00:00 · ana",
            "#2 Facebook · a solution that the customer knows of: was due 2026-08-25T13:00+00:00 · ana",
        ],
        "Promises due or untold": ["#3 “a parcel” was due 2026-08-24T14:00+00:00 · ana"],
        "Unclaimed": ["#4 Facebook · Maria · nobody yet · “Onde está?”"],
        "Unanswered questions": ["#5 Facebook · João · ana · “Meu pedido não chegou”"],
        "Waiting for the customer": ["#6 Facebook · João · day 2 · ana · “Meu pedido não chegou”"],
        "Snoozed": ["#7 until 2026-08-26T14:00+00:00 by ana: leave"],
        "Closed yesterday": ["#8 the customer speaks well of us now · after 1 day · ana"],
        "Silent sources": ["alerts has not answered yet", "mail last answered 2026-08-25T13:00+00:00"],
    }


def test_nothing_is_listed_when_there_is_nothing():
    assert digest().sections == ()
    assert digest().title == "Digest of 2026-08-24"


def test_the_digest_is_red_while_a_customer_waits_too_long():
    assert digest(case(*CLAIMED), now=NOW + 13 * HOUR).tone is Tone.LATE
    assert digest(case(*HEARD), now=NOW + 25 * HOUR).tone is Tone.LATE
    assert digest(case(*CLAIMED)).tone is Tone.INFO


def test_the_oldest_complaint_stands_first():
    """Sorted by age (rule 000-15)."""
    cases = [case(number=number, posted_at=NOW - age * HOUR) for number, age in ((1, 30), (2, 60), (3, 40), (4, 60))]
    assert numbers(digest(*cases).sections[0]) == [2, 4, 3, 1]
    assert "day 3" in sections(*cases)["Unclaimed"][0]


@pytest.mark.parametrize(
    ("told", "is_listed"),
    [
        ((*CLAIMED, Promised(1, "a call", NOW + 4 * HOUR)), True),
        ((*CLAIMED, Promised(1, "a call", NOW + 13 * HOUR)), True),  # 23:00 in São Paulo
        ((*CLAIMED, Promised(1, "a call", NOW + 14 * HOUR)), False),  # tomorrow there
        ((*CLAIMED, Promised(1, "a call", NOW + DAY), PromiseDone(1)), True),
    ],
)
def test_promises_of_today_and_those_that_the_customer_does_not_know_kept_are_listed(told, is_listed):
    """Rules 002-20 and 002-21: done without told stays open."""
    assert ("Promises due or untold" in sections(case(*told))) is is_listed


def test_a_promise_says_how_it_stands():
    assert sections(case(*PROMISED))["Promises due or untold"] == ["#12 “a call” is due 2026-08-24T17:00+00:00 · ana"]
    assert sections(case(*DONE))["Promises due or untold"] == [
        "#12 “a call” is done; the customer does not know yet · ana"
    ]


def test_a_promise_of_an_ended_case_is_listed_too():
    assert "Promises due or untold" in sections(case(*SETTLED, CALL, Closed(Outcome.LOST)))


def test_unanswered_complaints_are_listed_and_praise_is_not():
    """Above all the bad ones (rule 001-11)."""
    praise = case(kind=Kind.PRAISE)
    assert sections(praise, now=NOW + 13 * HOUR) == {}
    assert set(sections(case(), now=NOW + 13 * HOUR)) == {"Late first contacts", "Unclaimed"}


def test_a_question_is_unanswered_until_more_than_a_first_word_was_posted():
    """Rule 003-18."""
    question = {"kind": Kind.QUESTION}
    assert sections(case(**question)).keys() == {"Unclaimed"}
    assert sections(case(*CLAIMED, **question)).keys() == {"Unanswered questions"}
    assert sections(case(*HEARD, **question)).keys() == {"Unanswered questions"}
    assert sections(case(*CLAIMED, *sent(ReplyKind.SOLUTION), **question)) == {}


def test_a_snooze_that_is_over_is_not_listed():
    told = case(*ANSWERED, Snoozed(NOW + HOUR, "leave"))
    assert "Snoozed" in sections(told)
    assert "Snoozed" not in sections(told, now=NOW + HOUR)


@pytest.mark.parametrize(("cases", "shown"), [(LINES, LINES), (LINES + 1, LINES + 1), (LINES + 7, LINES + 1)])
def test_a_long_section_is_counted_after_ten_lines(cases, shown):
    lines = sections(*(case(number=number) for number in range(1, cases + 1)))["Unclaimed"]
    assert len(lines) == shown
    if cases > LINES:
        assert lines[-1] == f"… and {cases - LINES} more"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_digest_is_told_in_every_language(language):
    now, cases = full_day()
    shown = digest(*cases, now=now, words=Words(language), every={"mail": HOUR})
    assert len({section.title for section in shown.sections}) == 9
    assert shown.buttons[0].command == "todo"


def test_personal_data_beyond_the_public_name_is_not_in_the_digest():
    shown = str(digest(*full_day()[1]))
    assert "k1" not in shown
    assert "U01ANA" not in shown


# Silent sources


@pytest.mark.parametrize(
    ("heard", "is_silent"),
    [
        (NOW, False),
        (NOW - MISSED_TURNS * HOUR, False),
        (NOW - MISSED_TURNS * HOUR - MINUTE, True),
        (None, True),
    ],
)
def test_a_source_that_missed_its_turns_is_silent(heard, is_silent):
    """Watched as a standing process (rule 000-01)."""
    found = silent({"alerts": heard} if heard else {}, {"alerts": HOUR}, NOW)
    assert found == ((Silent("alerts", heard),) if is_silent else ())


def test_only_sources_that_are_asked_can_be_silent():
    assert silent({"old": NOW - DAY}, {}, NOW) == ()


def test_sector_news_is_in_the_digest_only():
    """Rule 002-03."""
    news = [complaint("Lojas fecham " * 20, key="n"), complaint("x", key="m", title="Setor", link="https://e.com/n")]
    assert sections(news=news) == {"News of the sector": [("Lojas fecham " * 20)[:120], "Setor https://e.com/n"]}
    assert day(news=news).open == 0
    assert all(isinstance(span, str) for span in digest(news=news).sections[0].lines[0])


# Yesterday, by the brand's calendar


def zone(name):
    return msgspec.structs.replace(PLAN, zone=name, country="")


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "ended", "now", "is_yesterdays"),
    [
        # São Paulo is three hours behind UTC.
        ("America/Sao_Paulo", "2026-08-24T02:59", "2026-08-24T12:00", True),
        ("America/Sao_Paulo", "2026-08-24T03:00", "2026-08-24T12:00", False),
        ("America/Sao_Paulo", "2026-08-23T02:59", "2026-08-24T12:00", False),
        ("America/Sao_Paulo", "2026-08-23T03:00", "2026-08-24T12:00", True),
        # Madrid in summer is two hours ahead.
        ("Europe/Madrid", "2026-08-23T21:59", "2026-08-24T07:00", True),
        ("Europe/Madrid", "2026-08-23T22:00", "2026-08-24T07:00", False),
        ("Europe/Madrid", "2026-08-22T21:59", "2026-08-24T07:00", False),
        # In winter it is one.
        ("Europe/Madrid", "2026-01-11T22:59", "2026-01-12T08:00", True),
        ("Europe/Madrid", "2026-01-11T23:00", "2026-01-12T08:00", False),
        # The day before the digest has 23 hours: 29 March 2026, from 28T23:00 to 29T22:00.
        ("Europe/Warsaw", "2026-03-28T22:59", "2026-03-30T07:00", False),
        ("Europe/Warsaw", "2026-03-28T23:00", "2026-03-30T07:00", True),
        ("Europe/Warsaw", "2026-03-29T21:59", "2026-03-30T07:00", True),
        ("Europe/Warsaw", "2026-03-29T22:00", "2026-03-30T07:00", False),
        # And 25: 25 October 2026, from 24T22:00 to 25T23:00.
        ("Europe/Warsaw", "2026-10-24T21:59", "2026-10-26T08:00", False),
        ("Europe/Warsaw", "2026-10-24T22:00", "2026-10-26T08:00", True),
        ("Europe/Warsaw", "2026-10-25T22:59", "2026-10-26T08:00", True),
        ("Europe/Warsaw", "2026-10-25T23:00", "2026-10-26T08:00", False),
        # On the first of January yesterday was another year.
        ("Europe/Warsaw", "2026-12-31T22:59", "2027-01-01T08:00", True),
    ],
)
def test_yesterday_is_the_brands_also_around_midnight_and_clock_changes(name, ended, now, is_yesterdays):
    plan = zone(name)
    told = [*SETTLED, Closed(Outcome.SATISFIED)]
    posted = utc(ended) - len(told) * MINUTE
    closed = case(*told, start=posted, posted_at=posted)
    assert closed.ended_at == utc(ended)
    assert bool(day(closed, now=utc(now), plan=plan).closed) is is_yesterdays


@pytest.mark.parametrize(
    ("name", "now", "named"),
    [
        ("America/Sao_Paulo", "2026-08-25T02:59", date(2026, 8, 24)),
        ("America/Sao_Paulo", "2026-08-25T03:00", date(2026, 8, 25)),
        ("Europe/Madrid", "2026-08-24T22:00", date(2026, 8, 25)),
        ("Europe/Warsaw", "2026-12-31T23:00", date(2027, 1, 1)),
    ],
)
def test_the_digest_is_of_the_brands_day(name, now, named):
    assert day(now=utc(now), plan=zone(name)).date == named


def test_what_was_dismissed_or_merged_is_not_told_as_closed():
    yesterday = NOW - DAY
    ended = [case(*told, start=yesterday, posted_at=yesterday) for told in (DISMISSED, MERGED)]
    assert day(*ended).closed == ()


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_its_place_in_a_digest(state):
    told = case(*STATES[state])
    assert digest(told, now=NOW + 2 * DAY).title == "Digest of 2026-08-26"
