"""The brand's days and nights, on three calendars and over clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.calendar import (
    after_quiet,
    digest_moment,
    end_of_business_day,
    is_business_day,
    is_quiet,
    local_date,
    public_holidays,
)
from bot.core.plan import Hours, Plan

SAO_PAULO = Plan("acme", (), zone="America/Sao_Paulo", country="BR", subdivision="SP")
MADRID = Plan("acme", (), zone="Europe/Madrid", country="ES", subdivision="MD")
WARSAW = Plan("acme", (), zone="Europe/Warsaw", country="PL")
PLANS = (SAO_PAULO, MADRID, WARSAW)


def with_hours(plan: Plan, **hours) -> Plan:
    return Plan("acme", (), zone=plan.zone, country=plan.country, subdivision=plan.subdivision, hours=Hours(**hours))


def local(plan: Plan, text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(plan.zone), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("plan", "day", "works"),
    [
        (SAO_PAULO, "2026-03-10", True),
        (SAO_PAULO, "2026-03-14", False),  # Saturday
        (SAO_PAULO, "2026-04-21", False),  # Tiradentes
        (SAO_PAULO, "2026-07-09", False),  # the state's own day
        (Plan("acme", (), country="BR"), "2026-07-09", True),
        (MADRID, "2026-01-06", False),  # Epiphany
        (MADRID, "2026-10-12", False),
        (MADRID, "2026-04-21", True),
        (WARSAW, "2026-06-04", False),  # Corpus Christi
        (WARSAW, "2026-11-11", False),
        (WARSAW, "2026-10-12", True),
        (Plan("acme", (), country=""), "2026-12-25", True),  # no country named, no holidays known
    ],
)
def test_business_days_honour_the_public_holidays(plan, day, works):
    assert is_business_day(date.fromisoformat(day), plan) is works


def test_the_brands_own_days_off_and_weekdays_are_honoured():
    plan = Plan("acme", (), days_off=(date(2026, 3, 10),), hours=Hours(weekdays=(1, 5)))
    assert not is_business_day(date(2026, 3, 10), plan)
    assert is_business_day(date(2026, 3, 14), plan)
    assert not is_business_day(date(2026, 3, 11), plan)


def test_an_unknown_country_is_said_at_once():
    with pytest.raises(NotImplementedError):
        public_holidays("XX", "", 2026)


@pytest.mark.parametrize(
    ("plan", "posted", "ends"),
    [
        (SAO_PAULO, "2026-03-10T16:00", "2026-03-10T18:00"),
        (SAO_PAULO, "2026-03-10T07:00", "2026-03-10T18:00"),
        (SAO_PAULO, "2026-03-10T18:00", "2026-03-11T18:00"),  # at closing time nobody is left to answer
        (SAO_PAULO, "2026-03-10T17:59", "2026-03-10T18:00"),
        (SAO_PAULO, "2026-03-13T22:00", "2026-03-16T18:00"),
        (SAO_PAULO, "2026-03-14T10:00", "2026-03-16T18:00"),
        (SAO_PAULO, "2026-04-02T19:00", "2026-04-06T18:00"),  # Good Friday and a weekend
        (MADRID, "2026-03-27T19:00", "2026-03-30T18:00"),  # the clock changes on Sunday
        (MADRID, "2026-12-07T10:00", "2026-12-09T18:00"),  # two holidays in a row
        (WARSAW, "2026-05-01T10:00", "2026-05-04T18:00"),
    ],
)
def test_004_11_a_matter_is_handled_by_the_end_of_its_business_day(plan, posted, ends):
    assert end_of_business_day(local(plan, posted), plan) == local(plan, ends)


def test_a_shop_that_closes_after_midnight_is_still_in_yesterdays_business_day():
    plan = with_hours(MADRID, opens=time(17), closes=time(2))
    assert end_of_business_day(local(MADRID, "2026-03-11T01:00"), plan) == local(MADRID, "2026-03-11T02:00")
    assert end_of_business_day(local(MADRID, "2026-03-11T10:00"), plan) == local(MADRID, "2026-03-12T02:00")


def test_a_plan_without_business_days_still_has_an_end_of_the_day():
    plan = with_hours(MADRID, weekdays=())
    assert end_of_business_day(local(MADRID, "2026-03-10T10:00"), plan) == local(MADRID, "2026-03-11T00:00")


@pytest.mark.parametrize(
    ("plan", "at", "later"),
    [
        (SAO_PAULO, "2026-03-10T14:00", "2026-03-10T14:00"),
        (SAO_PAULO, "2026-03-10T08:00", "2026-03-10T08:00"),
        (SAO_PAULO, "2026-03-10T19:59", "2026-03-10T19:59"),
        (SAO_PAULO, "2026-03-10T20:00", "2026-03-11T08:00"),
        (SAO_PAULO, "2026-03-11T03:00", "2026-03-11T08:00"),
        (SAO_PAULO, "2026-03-13T21:00", "2026-03-16T08:00"),  # a night, a weekend and a night are one quiet
        (SAO_PAULO, "2026-03-14T12:00", "2026-03-16T08:00"),
        (SAO_PAULO, "2026-04-02T22:00", "2026-04-06T08:00"),  # Good Friday
        (SAO_PAULO, "2018-11-02T22:00", "2018-11-05T08:00"),  # the Sunday that began at 01:00
        (MADRID, "2026-03-28T23:00", "2026-03-30T08:00"),  # set forward in that night
        (MADRID, "2026-10-25T02:30", "2026-10-26T08:00"),  # set back in that night
        (WARSAW, "2026-11-10T20:30", "2026-11-12T08:00"),
        (WARSAW, "2026-12-23T20:30", "2026-12-28T08:00"),
    ],
)
def test_quiet_hours_and_days_off_are_waited_for(plan, at, later):
    assert after_quiet(local(plan, at), plan) == local(plan, later)


def test_days_off_are_quiet_only_where_the_plan_says_so():
    plan = with_hours(SAO_PAULO, quiet_days_off=False)
    saturday = local(plan, "2026-03-14T12:00")
    assert after_quiet(saturday, plan) == saturday


def test_quiet_within_one_day_and_no_quiet_at_all():
    siesta = with_hours(MADRID, quiet_from=time(14), quiet_to=time(17))
    assert after_quiet(local(MADRID, "2026-03-10T15:00"), siesta) == local(MADRID, "2026-03-10T17:00")
    assert not is_quiet(local(MADRID, "2026-03-10T03:00"), siesta)
    always_on = with_hours(MADRID, quiet_from=time(8), quiet_to=time(8))
    assert not is_quiet(local(MADRID, "2026-03-10T03:00"), always_on)


def test_a_plan_that_is_always_quiet_does_not_silence_the_bot():
    plan = with_hours(MADRID, weekdays=())
    at = local(MADRID, "2026-03-10T15:00")
    assert after_quiet(at, plan) == at


def test_quiet_that_ends_in_a_doubled_hour_ends_the_first_time():
    plan = with_hours(MADRID, quiet_from=time(20), quiet_to=time(2, 30), quiet_days_off=False)
    first, second = (local(plan, "2026-10-25T02:30", fold) for fold in (0, 1))
    assert second - first == timedelta(hours=1)
    assert after_quiet(first - timedelta(minutes=1), plan) == first
    assert not is_quiet(second - timedelta(minutes=1), plan)


def test_quiet_that_ends_in_a_missing_hour_ends_at_the_change():
    plan = with_hours(WARSAW, quiet_from=time(20), quiet_to=time(2, 30), quiet_days_off=False)
    assert after_quiet(local(plan, "2026-03-29T01:30"), plan) == local(plan, "2026-03-29T03:00")


@pytest.mark.parametrize(
    ("plan", "at", "day", "moment"),
    [
        (SAO_PAULO, time(9), "2026-03-10", "2026-03-10T12:00+00:00"),
        (MADRID, time(9), "2026-03-28", "2026-03-28T08:00+00:00"),
        (MADRID, time(9), "2026-03-29", "2026-03-29T07:00+00:00"),
        (MADRID, time(2, 30), "2026-03-29", "2026-03-29T01:00+00:00"),  # never shown: at the change
        (MADRID, time(2, 30), "2026-10-25", "2026-10-25T00:30+00:00"),  # shown twice: the first
        (WARSAW, time(2), "2026-03-29", "2026-03-29T01:00+00:00"),
        (WARSAW, time(3), "2026-03-29", "2026-03-29T01:00+00:00"),
        (SAO_PAULO, time(0), "2018-11-04", "2018-11-04T03:00+00:00"),  # a day without a midnight
        (SAO_PAULO, time(0, 30), "2018-11-04", "2018-11-04T03:00+00:00"),
        (SAO_PAULO, time(23, 30), "2018-02-17", "2018-02-18T01:30+00:00"),  # a doubled hour before midnight
    ],
)
def test_the_digest_has_one_moment_a_day_over_clock_changes(plan, at, day, moment):
    assert digest_moment(date.fromisoformat(day), with_hours(plan, digest=at)) == datetime.fromisoformat(moment)


@given(plan=st.sampled_from(PLANS), digest=st.times(), day=st.dates(date(2015, 1, 1), date(2035, 1, 1)))
def test_every_date_has_its_own_digest_moment(plan, digest, day):
    timed = with_hours(plan, digest=digest.replace(tzinfo=None))
    moment = digest_moment(day, timed)
    assert local_date(moment, timed) == day
    assert moment < digest_moment(day + timedelta(days=1), timed)


MOMENTS = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))


@given(plan=st.sampled_from(PLANS), at=MOMENTS, share=st.integers(0, 999))
def test_after_quiet_is_the_first_moment_that_is_not_quiet(plan, at, share):
    end = after_quiet(at, plan)
    assert end >= at
    assert not is_quiet(end, plan)
    if end > at:
        assert is_quiet(at + (end - at) // 1000 * share, plan)


@given(plan=st.sampled_from(PLANS), at=MOMENTS, later=st.timedeltas(timedelta(0), timedelta(days=5)))
def test_after_quiet_keeps_the_order_of_moments(plan, at, later):
    assert after_quiet(at, plan) <= after_quiet(at + later, plan)


@given(plan=st.sampled_from(PLANS), at=MOMENTS)
def test_the_end_of_the_business_day_is_closing_time_on_the_next_working_day(plan, at):
    end = end_of_business_day(at, plan)
    day = local_date(end, plan)
    assert end > at
    assert is_business_day(day, plan)
    assert end.astimezone(plan.tz).time() == plan.hours.closes
    between = (day - timedelta(days=n) for n in range(1, (day - local_date(at, plan)).days))
    assert not any(is_business_day(other, plan) for other in between)
