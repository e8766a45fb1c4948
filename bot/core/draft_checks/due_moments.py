"""When what was said is due: a saying and the brand's calendar in, a moment in UTC out."""

from __future__ import annotations

import calendar as months
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from bot.core.calendar import FARTHEST, ONE_DAY, is_business_day, local_date, moment
from bot.core.draft_checks.clocks import Clock
from bot.core.draft_checks.moments import Day, Length, Said
from bot.core.plan import Plan
from bot.core.when import LAST_MINUTE

#: Until when the morning, the afternoon and the evening last for who was promised something (the corpora's README).
_PARTS: Final = {"morning": time(12), "afternoon": time(18), "night": LAST_MINUTE}
_FRIDAY, _SUNDAY = 4, 6
#: An hour up to six of which nobody said whether it is before noon is after noon: nobody calls at four in the
#: morning. Our choice.
_EARLY: Final = 6
#: A day and month that passed less long ago than this, in days, are past; longer, they are next year's. Our choice.
_LONG_AGO: Final = 183


def due(said: Said, now: datetime, plan: Plan) -> datetime | None:
    """The moment, in UTC and after ``now`` (aware), or None when it has gone by or there is no such day."""
    try:
        found = _due(said, now.astimezone(UTC), plan)
    except (ValueError, OverflowError):  # 31 February; the year 9999
        return None
    return found if found is not None and found > now else None


def _due(said: Said, now: datetime, plan: Plan) -> datetime | None:
    if said.length and said.length.unit in {"minutes", "hours"}:
        return _whole_minutes(now) + timedelta(**{said.length.unit: said.length.number})
    day = _day(said, now, plan)
    if day is None:
        return _next_clock(said, now, plan) if said.clock else _part_alone(said, now, plan)
    return _at(day, _time(said, day, now, plan), now, plan)


def _whole_minutes(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)


# The day


def _day(said: Said, now: datetime, plan: Plan) -> date | None:
    """The local day, or None where none is said."""
    today = local_date(now, plan)
    if said.end_of.startswith("next-week") and said.weekday is not None:
        return _monday(today) + timedelta(days=7 + said.weekday)
    if said.offset is not None:
        return today + timedelta(days=said.offset)
    if said.date is not None:
        return _date(said.date, said, today, plan)
    if said.weekday is not None:
        return _weekday(said, now, today, plan)
    if said.length is not None:
        return _after(said.length, today, plan)
    return _end(said.end_of, today) if said.end_of else None


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _weekday(said: Said, now: datetime, today: date, plan: Plan) -> date:
    """The next such day; today counts only with an hour that is still to come."""
    ahead = ((said.weekday or 0) - today.weekday()) % 7
    if ahead or said.is_next:
        return today + timedelta(days=ahead or 7)
    is_said = said.clock is not None or said.part
    is_to_come = is_said and _at(today, _time(said, today, now, plan), now, plan) > now
    return today if is_to_come else today + timedelta(days=7)


def _date(said: Day, whole: Said, today: date, plan: Plan) -> date:
    """A day by its number. Americans who write English say the month first."""
    month, day = said.month, said.day
    if said.is_digits and plan.language == "en" and plan.zone.startswith("America/"):
        month, day = day, month
    if said.year:
        return date(said.year, month, day)
    if month:
        found = date(today.year, month, day)
        return found if (today - found).days < _LONG_AGO else date(today.year + 1, month, day)
    return _day_of_month(day, whole.weekday, today)


def _day_of_month(number: int, weekday: int | None, today: date) -> date:
    """The next day of this number. Beside a weekday that no such day is, the weekday counts."""
    days = (today + timedelta(days=ahead) for ahead in range(62))
    numbered = [day for day in days if day.day == number]
    if weekday is None:
        return numbered[0]
    fitting = [day for day in numbered if day.weekday() == weekday]
    return fitting[0] if fitting else today + timedelta(days=(weekday - today.weekday()) % 7 or 7)


def _after(length: Length, today: date, plan: Plan) -> date:
    if length.unit == "business":
        return _business_days(int(length.number), today, plan)
    if length.unit == "months":
        return _months_later(int(length.number), today)
    return today + timedelta(**{length.unit: length.number})


def _business_days(number: int, today: date, plan: Plan) -> date:
    """So many business days, counted from tomorrow. A brand that never works counts every day."""
    day = today
    for _ in range(number):
        day = next(
            (later for n in range(1, FARTHEST) if is_business_day(later := day + timedelta(days=n), plan)),
            day + ONE_DAY,
        )
    return day


def _months_later(number: int, today: date) -> date:
    """The same day of a later month, or its last."""
    year, month = divmod(today.year * 12 + today.month - 1 + number, 12)
    return date(year, month + 1, min(today.day, months.monthrange(year, month + 1)[1]))


def _end(unit: str, today: date) -> date:
    """The last day of what ends; a week ends on its Friday, or on Sunday once Friday has gone by."""
    match unit:
        case "week" | "next-week":
            start = _monday(today) + timedelta(days=7 * (unit == "next-week"))
            friday = start + timedelta(days=_FRIDAY)
            return friday if friday >= today else start + timedelta(days=_SUNDAY)
        case "weekend":
            return _monday(today) + timedelta(days=_SUNDAY)
        case "month":
            return _last_of(today.year, today.month)
        case "next-month":
            return _last_of(today.year + today.month // 12, today.month % 12 + 1)
        case "year":
            return date(today.year, 12, 31)
        case "day" | "business":
            return today
    month = int(unit.removeprefix("month-"))
    return _last_of(today.year + (month < today.month), month)


def _last_of(year: int, month: int) -> date:
    return date(year, month, months.monthrange(year, month)[1])


# The time


def _time(said: Said, day: date, now: datetime, plan: Plan) -> time:
    """The time that is said, else the end of the part of the day, else the day's last minute."""
    if said.clock:
        return _clock(said.clock, said.part, day, now, plan)
    if said.end_of == "business" and moment(day, plan.hours.closes, plan.tz) > now:
        return plan.hours.closes
    return _PARTS.get(said.part, LAST_MINUTE)


def _clock(clock: Clock, part: str, day: date, now: datetime, plan: Plan) -> time:
    """An hour that may be before or after noon is where the words around put it, or where it is still to come."""
    is_after_noon = part in {"afternoon", "night"} or (part == "" and clock.hour <= _EARLY)
    if clock.is_open and part == "" and not is_after_noon:
        is_gone = moment(day, time(clock.hour, clock.minute), plan.tz) <= now
        is_after_noon = is_gone and moment(day, time(clock.hour + 12, clock.minute), plan.tz) > now
    hour = clock.hour + 12 if clock.hour < 12 and is_after_noon and (clock.is_open or part) else clock.hour
    return time(hour, clock.minute)


def _at(day: date, at: time, now: datetime, plan: Plan) -> datetime:
    """The moment; of a time that the clock shows twice, the second once the first has gone by."""
    first = moment(day, at, plan.tz)
    if first > now:
        return first
    second = datetime.combine(day, at, plan.tz).replace(fold=1).astimezone(UTC)
    return second if second > now and second.astimezone(plan.tz).time() == at else first


def _next_clock(said: Said, now: datetime, plan: Plan) -> datetime:
    """A time alone: today's, or tomorrow's once it has gone by."""
    today = local_date(now, plan)
    days = (today, today + ONE_DAY)
    moments = [_at(day, _time(said, day, now, plan), now, plan) for day in days]
    return moments[0] if moments[0] > now else moments[1]


def _part_alone(said: Said, now: datetime, plan: Plan) -> datetime | None:
    today = local_date(now, plan)
    return _at(today, _PARTS[said.part], now, plan) if said.part else None
