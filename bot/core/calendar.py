"""The brand's calendar: business days, quiet hours and local times, as moments in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.core.plan import Plan

ONE_DAY = timedelta(days=1)

#: How far we look for a business day, in days (our choice). A brand that is shut for longer, or
#: whose plan names no business day at all, owes its customers an answer all the same.
FARTHEST = 31


def local_date(at: datetime, plan: Plan) -> date:
    """The date that the brand's wall calendar shows at that moment."""
    return at.astimezone(plan.tz).date()


def is_business_day(day: date, plan: Plan) -> bool:
    """Whether the brand works on that day."""
    return (
        day.weekday() in plan.hours.weekdays
        and day not in plan.days_off
        and day not in public_holidays(plan.country, plan.subdivision, day.year)
    )


@lru_cache(maxsize=256)
def public_holidays(country: str, subdivision: str, year: int) -> frozenset[date]:
    """Public holidays by ISO 3166 codes; none where no country is named.

    Raises NotImplementedError for codes that ``holidays`` does not know: the
    configuration asks here once, so that nobody meets it later.
    """
    if not country:
        return frozenset()
    import holidays

    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year))


def end_of_business_day(at: datetime, plan: Plan) -> datetime:
    """When the business day of that moment ends: the next one's, after closing time or on a day off (004-11).

    Yesterday is looked at too: a shop that closes at 02:00 is still in yesterday's business day at 01:00.
    """
    day = local_date(at, plan) - ONE_DAY
    for _ in range(FARTHEST):
        if is_business_day(day, plan) and (end := _closing(day, plan)) > at:
            return end
        day += ONE_DAY
    return _midnight(local_date(at, plan) + ONE_DAY, plan)


def _closing(day: date, plan: Plan) -> datetime:
    hours = plan.hours
    return moment(day if hours.closes > hours.opens else day + ONE_DAY, hours.closes, plan.tz)


def _midnight(day: date, plan: Plan) -> datetime:
    return moment(day, time.min, plan.tz)


def after_quiet(at: datetime, plan: Plan) -> datetime:
    """The moment itself, or when the quiet that it falls into ends: a night and a weekend are one quiet.

    A plan in which all is quiet has no quiet at all, rather than reminders that never go out.
    """
    later = at
    for _ in range(FARTHEST):
        end = _end_of_quiet(later, plan)
        if end is None:
            return later
        later = end
    return at


def is_quiet(at: datetime, plan: Plan) -> bool:
    """Whether soft reminders have to wait at that moment."""
    return after_quiet(at, plan) != at


def _end_of_quiet(at: datetime, plan: Plan) -> datetime | None:
    """When the quiet that covers this moment ends; None when it is not quiet."""
    today = local_date(at, plan)
    spans = (span for day in (today, today - ONE_DAY) for span in _quiet_of(day, plan))
    return next((end for start, end in spans if start <= at < end), None)


def _quiet_of(day: date, plan: Plan) -> Iterator[tuple[datetime, datetime]]:
    """The spans of quiet that begin on this local date. Equal ends mean that no hour is quiet."""
    hours = plan.hours
    if hours.quiet_days_off and not is_business_day(day, plan):
        yield _midnight(day, plan), _midnight(day + ONE_DAY, plan)
    if hours.quiet_from != hours.quiet_to:
        last_day = day if hours.quiet_from < hours.quiet_to else day + ONE_DAY
        yield moment(day, hours.quiet_from, plan.tz), moment(last_day, hours.quiet_to, plan.tz)


def digest_moment(day: date, plan: Plan) -> datetime:
    """When the digest of that local date is due: one moment, on the days of clock changes too."""
    return moment(day, plan.hours.digest, plan.tz)


@lru_cache(maxsize=4096)
def moment(day: date, at: time, tz: ZoneInfo) -> datetime:
    """The moment in UTC at which the local clock shows this time.

    Where the clock is set back and shows it twice: the first. Where it is set
    forward and never shows it: the moment of the change, the first that exists after.
    """
    naive = datetime.combine(day, at, tzinfo=UTC)
    before, after = (_offset(naive, tz, fold) for fold in (0, 1))
    if before >= after:
        return naive - before
    return _change(naive - after, naive - before, tz)


def _offset(naive: datetime, tz: ZoneInfo, fold: int) -> timedelta:
    offset = naive.replace(tzinfo=tz, fold=fold).utcoffset()
    assert offset is not None, "a ZoneInfo knows its offset at every moment"
    return offset


def _change(early: datetime, late: datetime, tz: ZoneInfo) -> datetime:
    """The moment between these two at which the clock was set forward, found by halving."""
    new = late.astimezone(tz).utcoffset()
    while late - early > timedelta.resolution:
        middle = early + (late - early) / 2
        early, late = (early, middle) if middle.astimezone(tz).utcoffset() == new else (middle, late)
    return late
