"""How long a reply is, counted as the network that it goes to counts it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from bot.core.replies.networks import NETWORKS, Counted, network

#: Longest reply of each channel that has a limit.
LIMITS: Mapping[str, int] = MappingProxyType({name: each.longest for name, each in NETWORKS.items() if each.longest})

#: What every address counts on X, once wrapped by t.co.
_LINK_WEIGHT: Final = 23
#: So many characters may count one: a link of 460 counts 23 on X. Our choice; it bounds the time.
_LONGEST_PART: Final = 20
#: What an emoji counts on X, however many characters it is made of.
_EMOJI_WEIGHT: Final = 2
#: Characters that count one on X; every other counts two (config/v3.json of twitter-text).
_LIGHT: Final = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))

# Endings after which a bare name counts as an address. X takes all that exist; we take the ones that
# our customers write, so a rare one ("shop.museum") counts as its letters. That is our choice.
_ENDINGS = (
    "com net org info biz app dev shop store online site blog page link help support"
    " io co me ly gg tv ai eu br pt es pl uk us ca mx ar cl pe uy de fr it nl be ch at jp"
)
_LABELS = r"(?:(?!-)[\w-]{1,63}\.)+"
_PATH = r"(?:[:/?#][^\s<>]*[\w/=&#%+~-])?"
_BARE_LINK = rf"(?<![@\w.$#/-]){_LABELS}(?:{'|'.join(_ENDINGS.split())})(?![\w@-]|\.\w){_PATH}"
_LINK = rf"(?i:https?://{_LABELS}\w[\w-]*{_PATH}|{_BARE_LINK})"

_PICTURE = (
    "[\u203c\u2049\u2139\u2194-\u2199\u21a9\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf"
    "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
)
_ONE_PICTURE = rf"{_PICTURE}(?!\ufe0e)\ufe0f?[\U0001f3fb-\U0001f3ff]?(?:[\U000e0020-\U000e007e]+\U000e007f)?"
_EMOJI = (
    "[\U0001f1e6-\U0001f1ff]{2}"  # two letters make a flag
    "|[0-9#*]\ufe0f?\u20e3"  # a key
    "|[\u00a9\u00ae\u2122]\ufe0f"
    rf"|{_ONE_PICTURE}(?:\u200d{_ONE_PICTURE})*"  # a family is joined of its people
)
_WEIGHED = re.compile(rf"(?P<link>{_LINK})|(?P<emoji>{_EMOJI})")


def length(text: str, channel: str) -> int:
    """How long the network finds the text: X by weight, Google in bytes, others in characters."""
    return _COUNTS[network(channel).counted](unicodedata.normalize("NFC", text))


def fitting(text: str, channel: str, limit: int) -> int:
    """How many characters of the beginning of the text the network takes, of ``limit`` in its own counting."""
    low, high = 0, min(len(text), limit * _LONGEST_PART)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if length(text[:middle], channel) <= limit else (low, middle - 1)
    return low


def _x_weight(text: str) -> int:
    weight = end = 0
    for found in _WEIGHED.finditer(text):
        weight += _plain_weight(text[end : found.start()])
        weight += _LINK_WEIGHT if found["link"] else _EMOJI_WEIGHT
        end = found.end()
    return weight + _plain_weight(text[end:])


def _plain_weight(text: str) -> int:
    return sum(1 if any(first <= ord(char) <= last for first, last in _LIGHT) else 2 for char in text)


def _bytes(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))


_COUNTS: Mapping[Counted, Callable[[str], int]] = {
    Counted.CHARACTERS: len,
    Counted.BYTES: _bytes,
    Counted.X_WEIGHT: _x_weight,
}
