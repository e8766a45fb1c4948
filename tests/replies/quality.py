"""How good the checks of drafts are: precision and recall per check and language, over the corpora.

``python -m tests.replies.quality`` prints a table; ``--misses`` also prints each mistake of the "dev" part.
Phrase lists are tuned on "dev" alone; "held" only tells whether they hold for drafts nobody tuned them on.
A finding is right when it has the id and the place that were expected. The columns under "drafts" count whole drafts:
how many of those that the check stops deserve it, and how many that deserve it are stopped, by whichever finding.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from bot.core.draft_checks.calm import calm
from bot.core.draft_checks.discretion import Public, discretion
from bot.core.draft_checks.empathy import Heard, empathy
from bot.core.draft_checks.finding import Finding
from bot.core.draft_checks.order import order
from bot.core.draft_checks.phones import REGIONS
from bot.core.draft_checks.promises import promises
from bot.core.draft_checks.tongue import spoken, tongue
from bot.core.language import guess
from bot.core.plan import Plan
from bot.core.replies.template import ReplyKind

CORPUS = Path(__file__).parent / "corpus"
LANGUAGES = ("pt", "es", "pl", "en")
PARTS = ("dev", "held")
#: How far a promise's due moment may be from the expected one: the corpora count in minutes.
ON_TIME = timedelta(minutes=1)

Line = dict[str, Any]


class Found(NamedTuple):
    """A finding as the corpora see it. ``due`` is a promise's moment."""

    id: str
    start: int
    end: int
    due: datetime | None = None


def discretion_of(line: Line, language: str) -> Iterable[Found]:
    plan = plans()[language]
    public = Public(
        language=language,
        author=line.get("author", ""),
        known_name=line.get("known_name", ""),
        regions=REGIONS[language],
        order_shapes=tuple(plan.get("order_shapes", ())),
        own_contacts=tuple(plan.get("own_contacts", ())),
        complaint=line["complaint"],
    )
    return map(_as_found, discretion(line["text"], public))


def _as_found(finding: Finding) -> Found:
    return Found(finding.id, finding.start, finding.end)


def promises_of(line: Line, language: str) -> Iterator[Found]:
    """No country: the corpora's working days are Monday to Friday."""
    plan = Plan(brand="Loja Aurora", committee=(), zone=line["zone"], language=language)
    for each in promises(line["text"], language, datetime.fromisoformat(line["now"]), plan):
        yield Found("promise/found", each.start, each.end, each.due)


def calm_of(line: Line, language: str) -> Iterable[Found]:
    names, written = (line.get("author", ""),), spoken(line["text"], language)
    return map(_as_found, calm(line["text"], written, legal=line["legal"], names=names, complaint=line["complaint"]))


def empathy_of(line: Line, language: str) -> Iterable[Found]:
    is_dated = any(promises_of(line, language))
    heard = Heard(line["complaint"], line.get("author", ""), line.get("known_name", ""), is_dated)
    return map(_as_found, empathy(line["text"], spoken(line["text"], language), ReplyKind(line["kind"]), heard))


def order_of(line: Line, language: str) -> Iterable[Found]:
    written = spoken(line["text"], language)
    return map(_as_found, order(line["text"], written, agreed=line["agreed"], asked=line["asked"]))


def language_of(line: Line, language: str) -> Iterable[Found]:
    """The customer's language is the corpus's, unless words and model agree that it is another: some write in theirs."""
    said = spoken(line["complaint"], language)
    return map(_as_found, tongue(line["text"], said if said == guess(line["complaint"]).code else language))


#: Every check that is measured: what it finds in a line of a corpus, and the beginnings of its ids.
CHECKS: dict[str, Callable[[Line, str], Iterable[Found]]] = {
    "discretion": discretion_of,
    "go-private": discretion_of,
    "promise": promises_of,
    "calm": calm_of,
    "empathy": empathy_of,
    "order": order_of,
    "language": language_of,
}


@cache
def plans() -> dict[str, Any]:
    """What the plans of the corpora's brands say: their own contacts, the shapes of their order numbers."""
    return tomllib.loads((CORPUS / "plans.toml").read_text(encoding="utf-8"))


def lines(language: str, part: str) -> Iterator[Line]:
    file = CORPUS / f"{language}.jsonl"
    if file.exists():
        for said in file.read_text(encoding="utf-8").splitlines():
            line = json.loads(said)
            if line["part"] == part:
                yield line


class Score(NamedTuple):
    """Counts of one check over some lines; ``on_time`` counts the found promises whose moment is right."""

    right: int = 0
    wrong: int = 0
    hit: int = 0
    missed: int = 0
    on_time: int = 0
    dated: int = 0

    def __add__(self, other: Score) -> Score:  # type: ignore[override]
        return Score(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.hit / (self.hit + self.missed) if self.hit + self.missed else 1.0

    @property
    def dates(self) -> float:
        return self.on_time / self.dated if self.dated else 1.0


class Measured(NamedTuple):
    """``by_id`` counts findings, ``drafts`` the drafts that a check stops, and ``mistakes`` are those of the findings."""

    by_id: dict[str, Score]
    drafts: Score
    mistakes: list[Mistake]


class Mistake(NamedTuple):
    kind: str
    line: Line
    id: str
    text: str


def judged(line: Line, language: str, check: str) -> Measured:
    """The scores of one line, and what was wrong."""
    text = line["text"]
    found = [each for each in CHECKS[check](line, language) if each.id.startswith(f"{check}/")]
    wanted = [each for each in line["expect"] if each["id"].startswith(f"{check}/")]
    by_id: dict[str, Score] = {}
    mistakes = []

    def add(id: str, score: Score) -> None:
        by_id[id] = by_id.get(id, Score()) + score

    for each in found:
        is_right = any(_is_same(each, want, text) for want in wanted)
        add(each.id, Score(right=is_right, wrong=not is_right))
        if not is_right:
            mistakes.append(Mistake("false", line, each.id, text[each.start : each.end]))
    for want in wanted:
        same = [each for each in found if _is_same(each, want, text)]
        on_time = any(_is_on_time(each, want) for each in same)
        is_dated = bool(same) and "due" in want
        add(want["id"], Score(hit=bool(same), missed=not same, on_time=is_dated and on_time, dated=is_dated))
        if not same or (is_dated and not on_time):
            mistakes.append(Mistake("late" if same else "missed", line, want["id"], want.get("text", "")))
    is_right, is_wanted = bool(found) and bool(wanted), bool(wanted)
    draft = Score(is_right, bool(found) and not wanted, is_right, is_wanted and not found)
    return Measured(by_id, draft, mistakes)


def _is_same(found: Found, wanted: Line, text: str) -> bool:
    """The same id, and where the expectation has a text, spans that overlap."""
    if found.id != wanted["id"]:
        return False
    if not wanted.get("text") or found.id.partition("/")[0] in {"empathy", "language", "order"}:
        return True
    return any(found.start < end and start < found.end for start, end in _places(wanted["text"], text))


def _places(said: str, text: str) -> Iterator[tuple[int, int]]:
    at = text.find(said)
    assert at >= 0, f"{said!r} does not stand in {text!r}"
    while at >= 0:
        yield at, at + len(said)
        at = text.find(said, at + 1)


def _is_on_time(found: Found, wanted: Line) -> bool:
    due = wanted.get("due")
    return due is None or (found.due is not None and abs(found.due - datetime.fromisoformat(due)) <= ON_TIME)


def measured(language: str, part: str, check: str) -> Measured:
    whole = Measured({}, Score(), [])
    for line in lines(language, part):
        each = judged(line, language, check)
        for id, score in each.by_id.items():
            whole.by_id[id] = whole.by_id.get(id, Score()) + score
        whole = Measured(whole.by_id, whole.drafts + each.drafts, whole.mistakes + each.mistakes)
    return whole


def total(by_id: dict[str, Score]) -> Score:
    return sum(by_id.values(), Score())


def _row(name: str, score: Score, drafts: Score | None = None) -> str:
    dates = f"{score.dates:6.3f}" if score.dated else ""
    whole = f"{drafts.precision:9.3f} {drafts.recall:7.3f} {drafts.hit + drafts.missed:9}" if drafts else ""
    return (
        f"{name:34} {score.precision:9.3f} {score.recall:7.3f} {score.hit + score.missed:9}  {dates:6} {whole}".rstrip()
    )


def main(arguments: list[str]) -> None:
    wanted = [each for each in arguments if not each.startswith("-")]
    print(f"{'':34} {'findings':>27}          {'drafts':>27}")
    columns = "precision  recall  expected"
    print(f"{'check, language, part':34} {columns}   dates {columns}")
    for check in CHECKS:
        for language in LANGUAGES:
            for part in PARTS:
                if wanted and not {check, language} & set(wanted):
                    continue
                by_id, drafts, mistakes = measured(language, part, check)
                print(_row(f"{check} {language} {part}", total(by_id), drafts))
                if "--ids" in arguments:
                    for id, score in sorted(by_id.items()):
                        print(_row(f"    {id}", score))
                for mistake in mistakes if "--misses" in arguments and part == "dev" else ():
                    print(
                        f"  {mistake.kind} {mistake.id} {mistake.text!r} in {mistake.line['id']}: {mistake.line['text']}"
                    )


if __name__ == "__main__":
    main(sys.argv[1:])
