"""Moments as tired people type them, in four languages."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core.when import read_span, read_when

SAO_PAULO, MADRID, WARSAW = map(ZoneInfo, ("America/Sao_Paulo", "Europe/Madrid", "Europe/Warsaw"))
#: A Monday, 10:00 in São Paulo.
NOW = datetime(2026, 8, 24, 13, tzinfo=UTC)


def local(text, zone=SAO_PAULO):
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def read(text, now=NOW, zone=SAO_PAULO, **more):
    return read_when(text, now, zone, **more)


MIN, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("30m", 30 * MIN),
        ("2h", 2 * HOUR),
        ("2 h", 2 * HOUR),
        ("3d", 3 * DAY),
        ("1w", 7 * DAY),
        ("in 30 min", 30 * MIN),
        ("within 2 hours", 2 * HOUR),
        ("45 minutes", 45 * MIN),
        ("1 week", 7 * DAY),
        ("em 2 horas", 2 * HOUR),
        ("em 20 minutos", 20 * MIN),
        ("dentro de 3 dias", 3 * DAY),
        ("2 semanas", 14 * DAY),
        ("en 2 horas", 2 * HOUR),
        ("3 días", 3 * DAY),
        ("za 2 godziny", 2 * HOUR),
        ("za 5 godzin", 5 * HOUR),
        ("w ciągu 2 dni", 2 * DAY),
        ("1 tydzień", 7 * DAY),
        ("15 minut", 15 * MIN),
        ("0m", timedelta()),
        ("2H", 2 * HOUR),
        ("  2   h ", 2 * HOUR),
        ("12h", 12 * HOUR),
    ],
)
def test_a_span_counts_from_now_and_backwards_for_what_is_past(text, span):
    assert read(text) == NOW + span
    assert read(text, past=True) == NOW - span


@pytest.mark.parametrize(
    "text", ["2h ago", "2 hours ago", "há 2 horas", "2 horas atrás", "hace 2 horas", "2 godziny temu"]
)
def test_ago_is_past_whatever_is_asked(text):
    assert read(text) == read(text, past=True) == NOW - 2 * HOUR


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        # A day alone is its last minute (rule 000-10).
        ("today", "2026-08-24T23:59"),
        ("hoje", "2026-08-24T23:59"),
        ("HOJE", "2026-08-24T23:59"),
        ("hoy", "2026-08-24T23:59"),
        ("dziś", "2026-08-24T23:59"),
        ("dzisiaj", "2026-08-24T23:59"),
        ("tomorrow", "2026-08-25T23:59"),
        ("amanhã", "2026-08-25T23:59"),
        ("amanha", "2026-08-25T23:59"),
        ("mañana", "2026-08-25T23:59"),
        ("jutro", "2026-08-25T23:59"),
        ("pojutrze", "2026-08-26T23:59"),
        ("yesterday", "2026-08-23T23:59"),
        # With a time.
        ("today 15:00", "2026-08-24T15:00"),
        ("today 9:30", "2026-08-24T09:30"),
        ("tomorrow 12:00", "2026-08-25T12:00"),
        ("tomorrow at 12:00", "2026-08-25T12:00"),
        ("amanhã 12h", "2026-08-25T12:00"),
        ("amanhã às 12h30", "2026-08-25T12:30"),
        ("mañana a las 12", "2026-08-25T12:00"),
        ("mañana, 12:00", "2026-08-25T12:00"),
        ("jutro o 12", "2026-08-25T12:00"),
        ("jutro o godz. 12", "2026-08-25T12:00"),
        ("pt. 17:00", "2026-08-28T17:00"),
        ("sex. 17h", "2026-08-28T17:00"),
        ("jutro godz 12.30", "2026-08-25T12:30"),
        # Weekdays are the next ones; today's name means in a week.
        ("fri 17:00", "2026-08-28T17:00"),
        ("friday", "2026-08-28T23:59"),
        ("next friday 9:00", "2026-08-28T09:00"),
        ("mon 17:00", "2026-08-31T17:00"),
        ("sexta 17h", "2026-08-28T17:00"),
        ("sexta-feira às 17h", "2026-08-28T17:00"),
        ("terça", "2026-08-25T23:59"),
        ("sábado 10:00", "2026-08-29T10:00"),
        ("vie 17:00", "2026-08-28T17:00"),
        ("miércoles", "2026-08-26T23:59"),
        ("pt 17:00", "2026-08-28T17:00"),
        ("w piątek o 17", "2026-08-28T17:00"),
        ("we wtorek", "2026-08-25T23:59"),
        ("w środę 8:00", "2026-08-26T08:00"),
        ("niedziela", "2026-08-30T23:59"),
        # A time alone is the next such time.
        ("15:00", "2026-08-24T15:00"),
        ("às 15h", "2026-08-24T15:00"),
        ("a las 15:00", "2026-08-24T15:00"),
        ("o 15", "2026-08-24T15:00"),
        ("10:00", "2026-08-25T10:00"),
        ("9:59", "2026-08-25T09:59"),
        ("0:00", "2026-08-25T00:00"),
        # Dates, day first.
        ("28/8", "2026-08-28T23:59"),
        ("28/08 17:00", "2026-08-28T17:00"),
        ("28/08/2026 17:00", "2026-08-28T17:00"),
        ("1/3", "2027-03-01T23:59"),
        ("24/8", "2026-08-24T23:59"),
        # ISO.
        ("2026-08-28", "2026-08-28T23:59"),
        ("2026-08-28 17:00", "2026-08-28T17:00"),
        ("2026-08-28T17:00", "2026-08-28T17:00"),
        ("2026-08-28T17:00:30", "2026-08-28T17:00:30"),
    ],
)
def test_a_day_and_a_time_are_the_brands(text, moment):
    assert read(text) == local(moment)


@pytest.mark.parametrize("text", ["2026-08-28T17:00Z", "2026-08-28T17:00+00:00", "2026-08-28T19:00+02:00"])
def test_an_iso_moment_may_name_its_own_zone(text):
    assert read(text) == datetime(2026, 8, 28, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("yesterday 18:00", "2026-08-23T18:00"),
        ("ontem", "2026-08-23T23:59"),
        ("ayer 18:00", "2026-08-23T18:00"),
        ("wczoraj o 18", "2026-08-23T18:00"),
        ("sun", "2026-08-23T23:59"),
        ("fri 17:00", "2026-08-21T17:00"),
        ("mon 9:00", "2026-08-24T09:00"),
        ("mon 17:00", "2026-08-17T17:00"),
        ("10:00", "2026-08-24T10:00"),
        ("9:00", "2026-08-24T09:00"),
        ("11:00", "2026-08-23T11:00"),
        ("28/8", "2025-08-28T23:59"),
        ("23/8 9:00", "2026-08-23T09:00"),
        ("2026-08-20", "2026-08-20T23:59"),
    ],
)
def test_what_a_customer_posted_lies_behind_us(text, moment):
    assert read(text, past=True) == local(moment)


@pytest.mark.parametrize("text", ["today", "hoje", "hoy", "dziś", "24/8", "mon", "2026-08-24"])
def test_posted_today_is_posted_by_now(text):
    assert read(text, past=True) == NOW


@pytest.mark.parametrize("text", ["2027-01-01", "1/1/2027", "tomorrow", "today 18:00"])
def test_a_future_that_is_spelt_out_stays_one(text):
    """The desk then says that it is still to come."""
    assert read(text, past=True) > NOW


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "whenever", "soon", "tomorrow noon", "fri 25:00", "24:00", "12:60", "99h99", "h", ":", "12:"),
        *(
            "31/2",
            "32/1",
            "1/13",
            "0/1",
            "1/0",
            "29/2/2027",
            "1/1/0000",
            "2026-13-01",
            "2026-02-30",
            "2026-08-28 25:00",
        ),
        *(
            "2 parsecs",
            "h2",
            "-2h",
            "2.5h",
            "20000h",
            "today tomorrow",
            "fri fri 12:00",
            "by friday",
            "²h",
            "today 12 x",
            ".",
            "today .",
        ),
        *("9999-12-31", "31/12/9999", "0001-01-01T00:00+14:00", "ago", "ha", "há", "hace"),
    ],
)
def test_nonsense_means_no_moment(text):
    assert read(text) is None


@pytest.mark.parametrize(
    ("zone", "now", "text", "moment"),
    [
        # Madrid and Warsaw, 29 March 2026: 02:00 becomes 03:00; half past two is an hour later.
        (MADRID, "2026-03-28T12:00", "tomorrow 2:30", "2026-03-29T01:30"),
        (WARSAW, "2026-03-28T12:00", "jutro 2:30", "2026-03-29T01:30"),
        (WARSAW, "2026-03-28T12:00", "2026-03-29 02:30", "2026-03-29T01:30"),
        (WARSAW, "2026-03-28T12:00", "jutro 1:59", "2026-03-29T00:59"),
        (WARSAW, "2026-03-28T12:00", "jutro 3:00", "2026-03-29T01:00"),
        # 25 October 2026: 02:30 comes twice; the first is meant.
        (MADRID, "2026-10-24T12:00", "mañana 2:30", "2026-10-25T00:30"),
        (MADRID, "2026-10-24T12:00", "2026-10-25 02:30", "2026-10-25T00:30"),
        (MADRID, "2026-10-24T12:00", "mañana 3:00", "2026-10-25T02:00"),
        # Between the two, the second one is still to come, and the first has gone by.
        (MADRID, "2026-10-25T00:45", "2:30", "2026-10-25T01:30"),
        (MADRID, "2026-10-25T01:45", "2:30", "2026-10-26T01:30"),
        # A day of a clock change has 23 or 25 hours; its last minute is its last.
        (WARSAW, "2026-03-28T12:00", "jutro", "2026-03-29T21:59"),
        (WARSAW, "2026-10-24T12:00", "jutro", "2026-10-25T22:59"),
        # Brazil has had none since 2019: 3 November 2018, 23:00, an hour before midnight was skipped.
        (SAO_PAULO, "2018-11-03T12:00", "amanhã 0:30", "2018-11-04T03:30"),
        (SAO_PAULO, "2018-11-04T01:00", "2h", "2018-11-04T03:00"),
    ],
)
def test_clock_changes_are_honest(zone, now, text, moment):
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert read_when(text, at, zone) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(("now", "moment"), [("00:45", "00:30"), ("01:15", "00:30"), ("01:45", "01:30")])
def test_a_past_time_that_the_clock_showed_twice_is_the_last_that_has_gone_by(now, moment):
    """Madrid, 25 October 2026: half past two comes at 00:30 and at 01:30 UTC."""
    day = "2026-10-25T"
    at = datetime.fromisoformat(f"{day}{now}").replace(tzinfo=UTC)
    assert read_when("2:30", at, MADRID, past=True) == datetime.fromisoformat(f"{day}{moment}").replace(tzinfo=UTC)


def test_a_span_is_elapsed_time_over_a_clock_change():
    now = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # 01:30 in Warsaw, half an hour before the change
    assert read("2h", now, WARSAW) == now + 2 * HOUR


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("30m", 30 * MIN),
        ("2 h", 2 * HOUR),
        ("3 dias", 3 * DAY),
        ("1 tydzień", 7 * DAY),
        ("2", None),
        ("", None),
        ("2h1m", None),
    ],
)
def test_a_length_of_time_is_read(text, span):
    assert read_span(text) == span


WORDS = st.sampled_from(
    "today hoje amanhã mañana jutro yesterday fri sexta vie pt w at às a las o godz in em za dentro de ciągu next "
    "2h 30 min horas dni ago há hace temu 12:00 12h30 9 24:00 31/12/9999 1/1/0001 29/2 31/4 2026-08-24 9999-12-31 "
    "0001-01-01 2026-W35-1 T17:00 +14:00 9999w 12: , ²".split()
)
MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
ZONES = st.sampled_from(
    [SAO_PAULO, MADRID, WARSAW, *map(ZoneInfo, ("UTC", "Pacific/Apia", "Pacific/Kiritimati", "Australia/Lord_Howe"))]
)


@settings(deadline=None)
@example("23:00", datetime(2011, 12, 30, 10, 10, tzinfo=UTC), ZoneInfo("Pacific/Apia"), True)
@given(st.lists(WORDS, max_size=4).map(" ".join) | st.text(max_size=30), MOMENTS, ZONES, st.booleans())
def test_no_text_raises_and_what_is_read_is_utc(text, now, zone, past):
    moment = read_when(text, now, zone, past=past)
    assert moment is None or moment.tzinfo is UTC


@given(st.times(), MOMENTS, st.sampled_from([SAO_PAULO, MADRID, WARSAW]))
def test_a_time_alone_is_the_nearest_to_come_or_the_nearest_gone_by(clock, now, zone):
    text = f"{clock.hour}:{clock.minute:02}"
    ahead, behind = read_when(text, now, zone), read_when(text, now, zone, past=True)
    assert now < ahead <= now + 26 * HOUR
    assert now - 26 * HOUR <= behind <= now
