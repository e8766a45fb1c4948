"""Invented complaints in four languages that arrive over the demo's first minutes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from bot.core.complaint import Complaint, Kind, key_of
from bot.core.links import canonical

SAMPLES = Path(__file__).parent / "complaints.jsonl"


class Sample(msgspec.Struct, frozen=True):
    """One complaint: it arrives ``after`` minutes, and was posted ``ago`` minutes before that."""

    after: float
    ago: int
    channel: str
    author: str
    text: str
    link: str = ""
    kind: Kind = Kind.COMPLAINT


def arrivals(start: datetime) -> Sequence[tuple[datetime, Complaint]]:
    """When each complaint arrives, counted from ``start``, in UTC."""
    samples = msgspec.json.Decoder(Sample).decode_lines(SAMPLES.read_bytes())
    return [_arrival(sample, start) for sample in samples]


def _arrival(sample: Sample, start: datetime) -> tuple[datetime, Complaint]:
    at = start + timedelta(minutes=sample.after)
    return at, Complaint(
        key=key_of("link", canonical(sample.link)),
        channel=sample.channel,
        text=sample.text,
        posted_at=at - timedelta(minutes=sample.ago),
        author=sample.author,
        link=sample.link,
        kind=sample.kind,
        source="demo",
    )
