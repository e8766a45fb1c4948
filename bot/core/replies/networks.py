"""What is known of the networks where replies are posted: how long one may be, how it is counted, what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import msgspec


class Counted(StrEnum):
    """What a network's limit counts."""

    CHARACTERS = "characters"
    BYTES = "bytes"
    X_WEIGHT = "x-weight"


class Markup(StrEnum):
    """What becomes of markup (``**bold**``, ``[text](link)``, ``<b>``) that is typed into a reply."""

    RAW = "raw"
    """Everybody reads the signs."""
    SHOWN = "shown"
    """It may be shown as it is meant, or nobody knows."""


class Network(msgspec.Struct, frozen=True):
    """One network. ``longest`` is in what ``counted`` says; None: no limit that we know of."""

    longest: int | None = None
    counted: Counted = Counted.CHARACTERS
    markup: Markup = Markup.RAW


#: Where a network publishes nothing, the figure is what its users report. That markup is shown raw is, without a page
#: beside it, what anybody sees who types it into the network's own window for a reply: it has no other.
NETWORKS: Final[Mapping[str, Network]] = MappingProxyType(
    {
        # docs.x.com/fundamentals/counting-characters; paying accounts may write 25,000 (then say so in the plan).
        "x": Network(280, Counted.X_WEIGHT),
        # Meta publishes no figure for a comment: as reported.
        "facebook": Network(8_000),
        # Meta publishes no figure for a comment: 2,196 to 2,200 as reported; the lower one is our choice.
        "instagram": Network(2_196),
        # developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews#ReviewReply: in bytes.
        "google": Network(4_096, Counted.BYTES),
        # developers.google.com/android-publisher/api-ref/rest/v3/reviews/reply: "approximately 350", and HTML tags
        # are stripped.
        "google-play": Network(350),
        # developers.buffer.com/guides/character-limits: a LinkedIn comment.
        "linkedin": Network(1_250),
        # The same page: a reply on Threads is a post like any other.
        "threads": Network(500),
        # TikTok publishes no figure for a comment: as reported.
        "tiktok": Network(150),
        "reclameaqui": Network(),
        "trustpilot": Network(),
    }
)

#: Forums, blogs, mail, and networks that we know nothing of: no limit, and some of them take markdown.
UNKNOWN: Final = Network(markup=Markup.SHOWN)


def network(channel: str) -> Network:
    """What is known of a channel."""
    return NETWORKS.get(channel, UNKNOWN)
