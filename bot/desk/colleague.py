"""The careful colleague: reads a member's text before it is accepted, and says what to do instead."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from bot.core import showing
from bot.core.cards import Button, Card, Remarks
from bot.core.case import Case
from bot.core.commands import CaseCommand, Promise
from bot.core.decisions.refusals import Refused, needed
from bot.core.draft_checks.draft import Draft, findings, get_ready
from bot.core.draft_checks.finding import Finding, Severity
from bot.core.draft_checks.limits import beyond_limit
from bot.core.draft_checks.marks import suggested
from bot.core.draft_checks.promises import Undertaking, promises
from bot.core.draft_checks.tongue import spoken
from bot.core.events import Mark, Satisfaction
from bot.core.grammar import write
from bot.core.plan import Member, Power
from bot.core.replies import ReplyKind
from bot.core.showing.names import clip
from bot.core.words import Code, Sentence, Text, msg, say
from bot.desk.ledger import Ledger

#: Promises that are offered with a press. Our choice: more than these nobody should make in one reply.
_MOST_PROMISES = 3
_SUGGESTED = {
    Mark.HEATED: msg("💡 The customer sounds heated; if so, {command} gives the reply a second reader."),
    Mark.LEGAL: msg("💡 The customer speaks of the law; {command} shows the draft to who looks after it."),
}
#: With so many replies to other customers a new one is compared, the latest of all live cases. Our choice: they take
#: ten to thirty milliseconds on the machine of tests/bench/bench_replies.py.
_MOST_COMPARED = 10_000
#: A text of fewer words has hardly begun: nobody has had the time to greet and to regret. Our choice.
_BEGUN = 5
_NOTHING = say("Nothing to say against it. Read it once more as the customer would.")


class Stopped(Refused):
    """A text that must not go out as it stands. The first finding is the sentence."""

    def __init__(self, found: Sequence[Finding], text: str) -> None:
        first = found[0]
        words = clip(text[first.start : first.end], 60)
        super().__init__(say("“{words}”: {what}", words=words, what=first.sentence) if words else first.sentence)
        self.found, self.text = tuple(found), text


class Colleague:
    """Reads for the desk. What it finds is advice, but for what blocks."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: set[str] = set()
        self._reading = asyncio.Lock()

    async def get_ready(self) -> None:
        """Reads the room's language, and what customers were told: nobody who answers one waits for it."""
        plan, now, cases = self._ledger.plan, self._ledger.clock(), await self._ledger.store.live_cases()
        earlier = [reply.text for case in cases for reply in case.replies]
        async with self._reading:
            await asyncio.to_thread(get_ready, plan, now, earlier)
            self._known.add(plan.language)

    async def findings(
        self,
        text: str,
        kind: ReplyKind,
        language: str,
        case: Case | None = None,
        frame: str = "",
        *,
        by: Member,
        is_accepted: bool = False,
    ) -> Sequence[Finding]:
        """What there is to say of a public text of this member's, worst first.

        ``frame`` is the template's draft, if there was one. A text that ``is_accepted`` was compared with what others
        were told then, and is not once more.
        """
        plan = self._ledger.plan
        draft = Draft(text, kind, language, self._ledger.clock(), plan, frame=frame, limits=plan.limits_of(by.id))
        if case is None:
            return await self._read(draft)
        return await self._read(
            replace(
                draft,
                channel=case.complaint.channel,
                earlier=() if is_accepted else await self._earlier(case),
                complaint=case.complaint.text,
                author=case.complaint.author,
                agreed=case.satisfaction is Satisfaction.YES,
                asked="update" if case.update_asked_at else "",
                legal=Mark.LEGAL in case.marks,
            )
        )

    async def _read(self, draft: Draft) -> Sequence[Finding]:
        """The first text in a language waits a second for its phrases, and the room goes on meanwhile."""
        if self._known and spoken(draft.text, draft.language) in self._known:
            return findings(draft)
        async with self._reading:
            found = await asyncio.to_thread(findings, draft)
            self._known.add(spoken(draft.text, draft.language))
        return found

    async def _earlier(self, case: Case) -> tuple[str, ...]:
        """What other customers are answered in live cases: all of it, or the latest."""
        cases = await self._ledger.store.live_cases()
        others = [each for each in cases if each.replies and case.number not in (each.number, each.merged_into)]
        said = [reply for each in others for reply in each.replies]
        if len(said) > _MOST_COMPARED:
            said = sorted(said, key=lambda reply: reply.at)[-_MOST_COMPARED:]
        return tuple(reply.text for reply in said)

    def let_pass(self, found: Sequence[Finding], text: str, member: Member, despite: str) -> str:
        """Why a text goes out that was stopped, empty when nothing stops it. Raises Stopped (rule 001-08)."""
        stopping = [each for each in found if each.severity is Severity.BLOCK]
        if not stopping:
            return ""
        reason = needed(despite) if despite.strip() else ""
        if not reason or not self.may_decide(stopping, member):
            raise Stopped(stopping, text)
        return reason

    def may_decide(self, stopping: Iterable[Finding], member: Member) -> bool:
        """Whether this member may set all of these aside: who leads, where the plan lets them; card numbers never."""
        plan = self._ledger.plan
        return plan.may(member.id, Power.LEAD) and all(
            each.id.partition("/")[0] in plan.replies.overridable and each.id != "discretion/card" for each in stopping
        )

    async def checked(self, text: str, kind: ReplyKind, language: str, case: Case | None, by: Member) -> Card:
        """What there is to say of a text that nobody has accepted."""
        words = self._ledger.words
        found = await self.findings(text, kind, language, case, by=by)
        nothing = (words.text(_NOTHING),)
        return Card(
            title=words.line(say("What a careful colleague would say")),
            case=case.number if case else 0,
            lines=showing.findings_lines(found, text, words) or nothing,
            copy=text,
        )

    def remarks(
        self,
        found: Sequence[Finding],
        text: str,
        frame: str = "",
        room: Sentence | None = None,
    ) -> Remarks:
        """What to say of a text while it is typed: what it lacks only once it is more than a beginning."""
        words, found = self._ledger.words, _written(found)
        if len(text.split()) < _BEGUN or text.strip() == frame.strip():
            found = [each for each in found if not _is_missing(each)]
        elif not found:
            return replace(showing.remarks((), text, words, room=room), lines=(words.text(_NOTHING),))
        return showing.remarks(found, text, words, room)

    def marks_suggested(self, case: Case, language: str) -> Iterable[Text]:
        """What the complaint itself suggests and nobody has marked yet: Heard proposes, people decide."""
        for mark in suggested(case.complaint.text, language):
            if mark not in case.marks:
                yield self._ledger.words.text(say(_SUGGESTED[mark], command=Code(f"mark {case.number} {mark}")))

    def beyond(self, command: CaseCommand, member: Member) -> Sequence[Text]:
        """What is said of a promise that goes beyond what this member may promise: it is recorded, as it was made."""
        if not isinstance(command, Promise) or command.by is None:
            return ()
        plan, what = self._ledger.plan, command.what
        made = [Undertaking(0, 0, command.by, what)]
        limits, now = plan.limits_of(member.id), self._ledger.clock()
        found = beyond_limit(what, spoken(what, plan.language), made, limits, now, plan)
        return showing.findings_lines(found, what, self._ledger.words)

    def promise_buttons(self, case: Case, text: str, language: str) -> Iterable[Button]:
        """What the text undertakes and the case does not hold yet, to be recorded with one press (rule 000-10)."""
        held = {promise.due for promise in case.promises}
        made = promises(text, language, self._ledger.clock(), self._ledger.plan)
        new = {each.due: each for each in made if each.due not in held}
        for each in list(new.values())[:_MOST_PROMISES]:
            label = self._ledger.words.line(say("Promise: {what}", what=clip(each.what, 40)))
            yield Button(label, write(Promise(case.number, each.what, each.due)))


def _written(found: Sequence[Finding]) -> Sequence[Finding]:
    """What the member wrote: what stands in a hole that is still open is the template's own hint."""
    holes = [each for each in found if each.id == "own-words/unfilled"]
    return [
        each
        for each in found
        if each in holes or not any(hole.start <= each.start < each.end <= hole.end for hole in holes)
    ]


def _is_missing(found: Finding) -> bool:
    """What the text lacks, words of one's own among it; not what stands in it."""
    return found.start == found.end or found.id == "own-words/share"
