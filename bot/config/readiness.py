"""What a good plan has and this one lacks, said while there is still time to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Final

from msgspec.structs import replace

from bot.config.reading import spoken
from bot.config.settings import FeedKind, Settings
from bot.core.plan import HOUR, Hours, Member, Need, Plan, Power, Role, Step

#: Rule 004-21: the customer is told the resolution within this time.
RESOLUTION_AIM: Final = 24 * HOUR


def readiness(settings: Settings) -> tuple[str, ...]:
    """What a good plan has and this one lacks, one sentence each; Heard runs all the same (rules 001-01 and 003-01)."""
    checks = (_unready_committee, _unready_listening, _unready_clocks, _unready_calendar, _unready_closing)
    return tuple(warning for check in checks for warning in check(settings))


def _unready_committee(settings: Settings) -> Iterator[str]:
    """Who should sit on a committee (rules 001-05 and 004-03)."""
    plan = _with_group(settings)
    filled = {role for member in plan.committee for role in member.roles}
    if Role.LEAD not in filled:
        yield 'nobody leads, so everybody is told what is late: give one member roles = ["lead"]'
    if not plan.holders(Power.LEAD):
        yield 'nobody has the power to decide, so everybody has it: give one member roles = ["lead"] or ["executive"]'
    if Role.COMMUNITY_MANAGER not in filled:
        yield 'nobody is the first line, so everybody is: give one member roles = ["community-manager"]'
    if Role.SERVICE not in filled:
        yield 'nobody is from customer service: give one member roles = ["service"]'
    if not plan.holders(Power.ANSWER):
        yield 'nobody has the power to answer, so everybody has it: add "answer" to a role under [powers]'
    if len(plan.committee) == 1:
        yield "one member does everything: add a second [[committee]] section, for holidays and illness at least"


def _with_group(settings: Settings) -> Plan:
    """The plan with the people of the chat's group. How many they are only the chat knows: two stand for them."""
    seats = [Member(f"#{n}", "", settings.group_roles) for n in (1, 2)] if settings.group_roles else []
    return replace(settings.plan, committee=(*settings.plan.committee, *seats))


def _unready_listening(settings: Settings) -> Iterator[str]:
    """Someone must be listening (rules 002-02 and 004-05)."""
    is_hooked = bool(settings.hooks) and settings.door.enabled
    if not settings.feeds and not is_hooked:
        yield "no feed is listened to: add a [[feeds]] section, such as a Google Alerts feed of your brand's name"
    elif not is_hooked and all(feed.kind is FeedKind.SECTOR for feed in settings.feeds):
        yield 'every feed brings news of the sector, none brings complaints: add one with kind = "complaint"'
    if settings.hooks and not settings.door.enabled:
        yield "tools are to bring complaints and the door is closed: write enabled = true in [door]"
    for feed in settings.feeds:
        limit = settings.plan.first_contact(feed.channel)
        if feed.kind is not FeedKind.SECTOR and feed.every * 2 > limit:
            yield (
                f"feed {feed.name} is asked every {spoken(feed.every)} while {feed.channel} expects an answer within "
                f"{spoken(limit)}: write a shorter every"
            )


def _unready_clocks(settings: Settings) -> Iterator[str]:
    """What the customer was promised by the trade (rules 004-10 and 004-21)."""
    plan, clocks = settings.plan, settings.plan.clocks
    if clocks.resolution > RESOLUTION_AIM:
        yield f"customers wait {spoken(clocks.resolution)} for a resolution: write 24h or less for clocks.resolution"
    if clocks.facts > clocks.resolution:
        yield "the facts are due after the resolution: write less for clocks.facts than for clocks.resolution"
    for channel in sorted(plan.channels):
        if clocks.claim > plan.first_contact(channel):
            yield (
                f"on {channel} the first answer is due in {spoken(plan.first_contact(channel))}, before anybody must "
                "have claimed the case: write less for clocks.claim"
            )


def _unready_calendar(settings: Settings) -> Iterator[str]:
    plan, hours = settings.plan, settings.plan.hours
    if not plan.country:
        yield 'no country is named, so public holidays are working days: write country = "BR", or yours, in [calendar]'
    if _is_quiet(hours.digest, hours):
        yield f"the digest of {hours.digest:%H:%M} falls into the quiet hours: move digest, or the quiet, in [calendar]"
    if _is_quiet(hours.opens, hours):
        yield f"it is still quiet when you open at {hours.opens:%H:%M}: write an earlier quiet_to in [calendar]"


def _is_quiet(at: time, hours: Hours) -> bool:
    """Whether the clock alone makes it quiet. Equal ends mean that no hour is quiet."""
    if hours.quiet_from <= hours.quiet_to:
        return hours.quiet_from <= at < hours.quiet_to
    return at >= hours.quiet_from or at < hours.quiet_to


def _unready_closing(settings: Settings) -> Iterator[str]:
    if all(settings.plan.closing.get(step) is Need.OFF for step in Step):
        yield 'every closing step is off: write "advised" at least for one of them in [closing]'
