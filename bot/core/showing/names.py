"""How networks, kinds, phases, steps and outcomes are called in the room's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from bot.core.case import Case, Phase
from bot.core.complaint import Kind
from bot.core.events import Mark, Outcome, Satisfaction
from bot.core.plan import Plan, PrivateChannel, Step
from bot.core.words import Words, msg, say

#: How networks write their own names.
CHANNEL_NAMES: Mapping[str, str] = {
    "facebook": "Facebook",
    "x": "X",
    "instagram": "Instagram",
    "reclameaqui": "Reclame AQUI",
    "google": "Google",
    "linkedin": "LinkedIn",
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "whatsapp": "WhatsApp",
    "trustpilot": "Trustpilot",
    "forum": msg("forum"),
    "blog": msg("blog"),
    "mail": msg("mail"),
    "other": msg("elsewhere"),
    "": msg("elsewhere"),
}

KINDS: Mapping[StrEnum, str] = {
    Kind.COMPLAINT: msg("complaint"),
    Kind.QUESTION: msg("question"),
    Kind.PRAISE: msg("praise"),
}
WHERE: Mapping[StrEnum, str] = {
    PrivateChannel.PHONE: msg("on the phone"),
    PrivateChannel.TICKET: msg("in a support ticket"),
    PrivateChannel.DM: msg("in private messages"),
}
STEPS: Mapping[StrEnum, str] = {
    Step.STATEMENT: msg("closing statement"),
    Step.UPDATE: msg("customer's update"),
    Step.WRAP_UP: msg("public wrap-up"),
}
OUTCOMES: Mapping[StrEnum, str] = {
    Outcome.ADVOCATE: msg("the customer speaks well of us now"),
    Outcome.SATISFIED: msg("satisfied"),
    Outcome.NEUTRAL: msg("neutral"),
    Outcome.LOST: msg("lost"),
    Outcome.UNREACHABLE: msg("unreachable"),
}
MARKS: Mapping[StrEnum, str] = {
    Mark.HEATED: msg("heated customer"),
    Mark.LEGAL: msg("legal face"),
    Mark.REACH: msg("high reach"),
}
PHASES = {
    Phase.RECOGNITION: say("recognition: gather the facts"),
    Phase.INTERACTION: say("interaction: answer and take responsibility"),
    Phase.RESOLUTION: say("resolution: solve, tell, verify"),
    Phase.CLOSURE: say("closure: statement and update"),
    Phase.CLOSED: say("closed"),
}
ANSWERS = {
    Satisfaction.YES: say("The customer is satisfied."),
    Satisfaction.NO: say("The customer is not satisfied: back to solving."),
    Satisfaction.UNREACHABLE: say("The customer could not be reached."),
}


def channel_name(channel: str, words: Words) -> str:
    """The network as people write it."""
    return words.word(CHANNEL_NAMES.get(channel, channel))


def outcome_name(outcome: Outcome | None, words: Words) -> str:
    """How a case ended, in the room's language."""
    return words.word(OUTCOMES[outcome]) if outcome else ""


def age_in_days(case: Case, plan: Plan, now: datetime) -> int:
    """Days since the complaint, by the brand's calendar (rule 000-15)."""
    return (now.astimezone(plan.tz).date() - case.complaint.posted_at.astimezone(plan.tz).date()).days


def clip(text: str, limit: int) -> str:
    """The beginning of a text, on one line, at most ``limit`` characters."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
