"""Whose words they are: what stands between quotation marks is the customer's, and blames nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

#: Opening marks and what closes them. An inch (17") closes nothing that was not opened, and opens nothing.
_MARKS: Final = {'"': '"', "“": "”", "„": '”“"', "«": "»", "»": "«", "‘": "’", "‹": "›", "「": "」"}
_OPENS: Final = re.compile(r"(?:^|(?<=[\s(\[:,;.¿¡!?—–-]))[\"“„«»‘‹「](?=\S)")
#: The longest quotation, in characters: a mark that is never closed swallows no more. Our choice.
LONGEST: Final = 400


@lru_cache(maxsize=8)
def own_voice(text: str) -> str:
    """The text with ends of lines in place of what is quoted: as long as it was, and each word where it was."""
    parts: list[str] = []
    end = 0
    for start, last in quotations(text):
        parts += (text[end:start], "\n" * (last - start))
        end = last
    return "".join((*parts, text[end:])) if parts else text


def quotations(text: str) -> Iterator[tuple[int, int]]:
    """Where quotations stand, with their marks."""
    at = 0
    while opening := _OPENS.search(text, at):
        closing = _closing(text, opening.start())
        if closing:
            yield opening.start(), closing
        at = closing or opening.end()


def _closing(text: str, start: int) -> int:
    """Where the quotation ends; 0 where it does not."""
    marks = _MARKS[text[start]]
    ends = (text.find(mark, start + 1, start + LONGEST) for mark in marks)
    return min((end for end in ends if end > 0), default=-1) + 1
