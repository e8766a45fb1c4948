"""Times of day as they are said: "15h30", "half past four", "8 de la noche", "noon"."""

from __future__ import annotations

from typing import NamedTuple

from bot.core.draft_checks.moment_words import MomentWords, said_in


class Clock(NamedTuple):
    """A time of day. ``is_open``: nobody said whether before or after noon."""

    hour: int
    minute: int = 0
    is_open: bool = False


def clock_in(said: str, words: MomentWords) -> Clock | None:
    """The first time of day in these words; None where there is no such hour."""
    match = words.clock.search(said.encode())
    return _read(said_in(match), words) if match else None


def last_clock_in(said: str, words: MomentWords) -> Clock | None:
    """The end of a range of hours."""
    found = [said_in(match) for match in words.clock.finditer(said.encode())]
    return _read(found[-1], words) if found else None


def _read(groups: dict[str, str], words: MomentWords) -> Clock | None:
    if "noon" in groups:
        return Clock(12)
    if "midnight" in groups:
        return Clock(23, 59)
    hour, minute = _beside(groups, words)
    half = _half(groups.get("tail", ""), words)
    if half == "pm" and hour < 12:
        hour += 12
    if half == "am" and hour == 12:
        hour = 0
    if hour == 24:
        return Clock(23, 59)
    return Clock(hour, minute, is_open=hour < 12 and not half and not _is_marked(groups, words))


def _beside(groups: dict[str, str], words: MomentWords) -> tuple[int, int]:
    """The hour and minute, with the halves and quarters that are said before or after."""
    said = groups["hour"]
    hour = int(said) if said.isdigit() else words.hours[said]
    places = [words.clock_places.get(groups.get(group, "").strip(), "") for group in ("before", "after")]
    match next(filter(None, places), ""):
        case "half_to":
            return (hour - 1) % 24, 30
        case "quarter_to" | "quarter_less":
            return (hour - 1) % 24, 45
        case "half_before" | "half_after":
            return hour, 30
        case "quarter_before" | "quarter_after":
            return hour, 15
    return hour, int(groups.get("minute", 0))


def _half(tail: str, words: MomentWords) -> str:
    """Whether the words after the hour say "am" or "pm"; else empty."""
    return next((half for word, half in words.clock_tails.items() if half in {"am", "pm"} and word in tail), "")


def _is_marked(groups: dict[str, str], words: MomentWords) -> bool:
    """Whether the hour is written as on a clock of 24 hours: "9h", "09:00", "09"."""
    is_mark_said = any(words.clock_tails.get(word) == "marks" for word in groups.get("tail", "").split())
    return is_mark_said or groups["hour"].startswith("0") or "minute" in groups
