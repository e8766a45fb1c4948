"""Answering: what members type, press and submit becomes events, and an answer for them alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bot.core import events as happened
from bot.core import showing
from bot.core.cards import Answer, Card
from bot.core.case import Case
from bot.core.commands import (
    COMMANDS,
    Approve,
    CaseCommand,
    Check,
    Close,
    Command,
    Digest,
    Help,
    Improve,
    List,
    Merge,
    New,
    Reply,
    Show,
    Templates,
    Todo,
)
from bot.core.complaint import LINK_LIMIT, NAME_LIMIT, TEXT_LIMIT, Complaint, Kind, clean, key_of
from bot.core.decide import decide
from bot.core.decisions.approval import permit_reading
from bot.core.decisions.closing import refuse_to_close
from bot.core.decisions.permission import permit
from bot.core.decisions.refusals import Refused, Wants
from bot.core.duties import duties
from bot.core.events import CaseEvent
from bot.core.forms import form, with_parts
from bot.core.grammar import BadCommand, ForMember, Ground, fill, opens_form, parse, write
from bot.core.links import canonical, channel_of, is_web_link
from bot.core.plan import Member
from bot.core.second_reading import waiting
from bot.core.words import LANGUAGES, At, Code, Text, say
from bot.desk.ledger import ATTEMPTS, Ledger, NoSuchCase
from bot.desk.receiving import Receiving
from bot.desk.surveys import Surveys
from bot.desk.writing import Writing
from bot.ports import StaleCase, StoreDown


class Noted(NamedTuple):
    """What became of a command about a case."""

    case: Case
    events: tuple[CaseEvent, ...]


class Answering:
    """Hears members. Whatever can be told is told as a card; only bugs are raised."""

    def __init__(self, ledger: Ledger, writing: Writing, receiving: Receiving, surveys: Surveys) -> None:
        self._ledger, self._writing, self._receiving, self._surveys = ledger, writing, receiving, surveys

    async def hear(self, by: str, line: str, *, case: int = 0, request: str = "") -> Answer:
        """What a member typed; ``case`` is the case in whose thread, ``request`` names this very delivery.

        The answer is for this member alone. Whatever can be told is told as a card;
        only bugs are raised.
        """
        try:
            command = parse(line, self._ground(self._member(by), case))
        except ForMember as error:
            return showing.refusal(error, self._ledger.words, kept=_own_text(line))
        return await self.answer(by, command, request=request, kept=_own_text(line))

    async def submit(self, by: str, command: str, values: Mapping[str, str], *, request: str = "") -> Answer:
        """A form came back. When it is refused, the form returns with what was typed in it."""
        try:
            ground = self._ground(self._member(by))
            begun = parse(command, ground)
        except ForMember as error:
            return showing.refusal(error, self._ledger.words)
        try:
            filled = fill(begun, with_parts(values) if isinstance(begun, Reply) else values, ground)
            if opens_form(filled) and not isinstance(filled, Reply):
                raise BadCommand(say("Something is still missing."))
            return await self._act(by, filled, request)
        except ForMember as error:
            return await self._form_again(by, begun, values, error)
        except StoreDown:
            return await self._form_again(by, begun, values, not_kept())

    async def _form_again(self, by: str, begun: Command, values: Mapping[str, str], error: ForMember) -> Answer:
        if isinstance(begun, Reply) and not isinstance(error, NoSuchCase):
            case = await self._ledger.case(begun.case)
            return self._writing.form_again(begun, values, error, case, self._member(by))
        if isinstance(begun, Improve) and not isinstance(error, NoSuchCase):
            return await self._improve_again(by, begun, values, error)
        if not values and not isinstance(error, Wants):
            return showing.refusal(error, self._ledger.words)
        return form(begun, self._ledger.plan, self._ledger.words, error=error.sentence, values=dict(values))

    async def answer(self, by: str, command: Command, *, request: str = "", kept: str = "") -> Answer:
        """A command that is read already: a button, an option, a parsed line."""
        try:
            return await self._act(by, command, request)
        except Wants as wants:
            return form(command, self._ledger.plan, self._ledger.words, error=wants.sentence)
        except ForMember as error:
            return showing.refusal(error, self._ledger.words, kept=kept)
        except StoreDown:
            return showing.refusal(not_kept(), self._ledger.words, kept=kept)

    async def _act(self, by: str, command: Command, request: str) -> Answer:
        member = self._member(by)
        match command:
            case Reply():
                return await self._reply(member, command, request)
            case Improve():
                return await self._improve(member, command, request)
            case Approve():
                return await self._approve(member, command, request)
            case Show():
                return await self._show(command)
            case Check():
                return await self._check(member, command)
            case Merge() if command.into:
                return await self._merge(member, command, request)
            case CaseCommand():
                return await self._on_case(member, command, request)
            case New():
                return await self._new(member, command, request)
            case Todo():
                return await self._surveys.todo(by)
            case List():
                return await self._surveys.listing(by, command.which)
            case Digest():
                return await self._surveys.digest_card(self._ledger.clock())
            case Templates():
                return self._writing.shelf(_language(command.language) or self._ledger.plan.language)
            case Help():
                return showing.help_card(self._ledger.words, self._about(command.about))
        raise AssertionError(f"nobody answers {command.word}")

    def _member(self, by: str) -> Member:
        plan = self._ledger.plan
        member = plan.member(by)
        if member is not None:
            return member
        if not plan.leads:  # A committee that its chat names, and has not named yet.
            raise Refused(say("Only the crisis committee of {brand} acts here.", brand=plan.brand))
        raise Refused(
            say(
                "Only the crisis committee of {brand} acts here; {leads} can tell you more.",
                brand=plan.brand,
                leads=", ".join(plan.leads),
            )
        )

    def _ground(self, member: Member, case: int = 0) -> Ground:
        return Ground(self._ledger.plan, self._ledger.clock(), case, member.zone)

    def _about(self, word: str) -> type[Command] | None:
        if not word:
            return None
        wanted = word.casefold().strip("/")
        if wanted not in COMMANDS:
            raise BadCommand(say("There is no “{word}”; {help} lists what I know.", word=word[:60], help=Code("help")))
        return COMMANDS[wanted]

    async def _on_case(self, member: Member, command: CaseCommand, request: str) -> Answer:
        case = await self._ledger.case(command.case)
        if not (request and request in case.requests):
            permit(case, member, command, self._ledger.plan)
        if opens_form(command):
            if isinstance(command, Close):
                refuse_to_close(case, self._ledger.plan)
            return form(command, self._ledger.plan, self._ledger.words)
        said = self._writing.colleague.beyond(command, member)
        return self._noted(await self._decide(member, command, request), said)

    async def _decide(self, member: Member, command: CaseCommand, request: str) -> Noted:
        """Decides and keeps; decides anew when somebody else was quicker, so that exactly one wins."""
        for _ in range(ATTEMPTS):
            case = await self._ledger.case(command.case)
            if request and request in case.requests:
                return Noted(case, ())
            events = decide(case, member, command, self._ledger.plan, self._ledger.clock())
            if not events:
                return Noted(case, ())
            try:
                beside = self._writing.promised_in(case, events)
                return Noted(await self._ledger.record(case, events, member.id, request, beside), events)
            except StaleCase:
                continue
        raise Refused(say("#{n} is changing too fast; try once more.", n=command.case))

    def _noted(self, noted: Noted, said: Sequence[Text] = ()) -> Card:
        """What the member who acted reads: that it is kept, what is ``said`` of it, and what comes next."""
        owed = duties(noted.case, self._ledger.plan, self._ledger.clock())
        sentence = say("Noted.") if noted.events else say("That was done already.")
        nearest = showing.next_owed(owed)
        if nearest is None or not noted.case.is_open:
            return showing.said(sentence, self._ledger.words)
        return Card(
            case=noted.case.number,
            lines=(
                self._ledger.words.text(sentence),
                *said,
                self._ledger.words.text(
                    say(
                        "Next in #{n}: {owed} · {command}",
                        n=noted.case.number,
                        owed=showing.owed_line(nearest, self._ledger.words, self._ledger.clock()),
                        command=Code(nearest.command),
                    )
                ),
            ),
        )

    async def _new(self, member: Member, command: New, request: str) -> Answer:
        if not command.text.strip():
            return form(command, self._ledger.plan, self._ledger.words)
        now = self._ledger.clock()
        posted = command.posted or now
        if posted > now:
            raise Refused(say("{at} is still to come; when was it posted?", at=At(posted)))
        link = command.link.strip()
        if link and not is_web_link(link):
            raise Refused(say("“{link}” is no address; paste it as https://…", link=link[:80]))
        complaint = Complaint(
            key=key_of("link", canonical(link))
            if link
            else key_of("request", request or f"{member.id}/{now.isoformat()}", command.text),
            channel=_channel(command.channel, link),
            text=clean(command.text, TEXT_LIMIT),
            author=clean(command.author, NAME_LIMIT),
            link=link[:LINK_LIMIT],
            posted_at=posted,
            kind=command.kind or Kind.COMPLAINT,
        )
        known = await self._ledger.store.known(complaint.key)
        number = known or await self._receiving.receive(complaint)
        if number is None:
            raise Refused(say("There is nothing in it to act on: write what the customer said."))
        is_sighting = (await self._ledger.case(number)).complaint.key != complaint.key
        if known or is_sighting:
            return showing.said(say("We know it already: #{n}.", n=number), self._ledger.words)
        return showing.said(
            say("Noted as #{n}. {claim} makes it yours.", n=number, claim=Code(f"claim {number}")), self._ledger.words
        )

    async def _show(self, command: Show) -> Answer:
        case = await self._ledger.case(command.case)
        history = await self._ledger.store.history(case.number)
        return showing.history_card(case, history, self._ledger.card(case), self._ledger.words)

    async def _check(self, member: Member, command: Check) -> Answer:
        """What a careful colleague would say; nothing is recorded, and anybody may ask."""
        if not command.text.strip():
            return form(command, self._ledger.plan, self._ledger.words)
        case = await self._ledger.case(command.case) if command.case else None
        return await self._writing.checked(case, command.text, member)

    async def _merge(self, member: Member, command: Merge, request: str) -> Answer:
        """Joins anew when somebody else was quicker; what is joined already is not joined twice."""
        for _ in range(ATTEMPTS):
            try:
                return await self._joined(member, command, request)
            except StaleCase:
                continue
        raise Refused(say("#{n} is changing too fast; try once more.", n=command.case))

    async def _joined(self, member: Member, command: Merge, request: str) -> Answer:
        """Two cases, two writes: the sighting first, so that a crash between them loses nothing."""
        if command.into == command.case:
            raise Refused(say("#{n} is the case itself; join it with another one.", n=command.case))
        case, other = await self._ledger.case(command.case), await self._ledger.case(command.into)
        if request and request in case.requests:
            return self._noted(Noted(case, ()))
        permit(case, member, command, self._ledger.plan)
        if not other.is_open:
            raise Refused(say("#{n} is not open; join with an open case.", n=other.number))
        if case.open_promises:
            raise Refused(say("#{n} holds a promise to the customer; keep it first.", n=case.number))
        if case.heard_at and not other.heard_at:
            raise Refused(
                say(
                    "The customer was answered in #{n}: join the other way round, {merge}.",
                    n=case.number,
                    merge=Code(write(Merge(other.number, case.number))),
                )
            )
        seen = {sighting.key for sighting in other.sightings}
        moved = [each for each in (case.complaint, *case.sightings) if each.key not in seen]
        if moved:
            sighted = (happened.Sighted(complaint=each, merged_from=case.number) for each in moved)
            marked = (happened.Marked(mark, note) for mark, note in case.marks.items() if mark not in other.marks)
            await self._ledger.record(other, (*sighted, *marked), member.id)
        joined = await self._ledger.record(case, (happened.Merged(into=other.number),), member.id, request)
        return self._noted(Noted(joined, (happened.Merged(into=other.number),)))

    async def _reply(self, member: Member, command: Reply, request: str) -> Answer:
        case = await self._ledger.case(command.case)
        if request and request in case.requests:
            return self._noted(Noted(case, ()))
        permit(case, member, command, self._ledger.plan)
        if not command.text.strip():
            return self._writing.form(case, command, member)
        for _ in range(ATTEMPTS):
            event = await self._writing.accept(case, command, member)
            if case.unsent and (case.unsent.text, case.unsent.kind) == (event.text, event.kind):
                return await self._writing.accepted(case, event, member)
            try:
                after = await self._ledger.record(case, (event,), member.id, request)
            except StaleCase:
                case = await self._ledger.case(command.case)
                permit(case, member, command, self._ledger.plan)
                continue
            return await self._writing.accepted(after, event, member)
        raise Refused(say("#{n} is changing too fast; try once more.", n=command.case))

    async def _approve(self, member: Member, command: Approve, request: str) -> Answer:
        noted = await self._decide(member, command, request)
        reply = noted.case.unsent
        return await self._writing.read(noted.case, member, reply) if noted.events and reply else self._noted(noted)

    async def _improve(self, member: Member, command: Improve, request: str) -> Answer:
        case = await self._ledger.case(command.case)
        if request and request in case.requests:
            return self._noted(Noted(case, ()))
        for _ in range(ATTEMPTS):
            self._may_read(case, member, command)
            if not command.text.strip():
                return self._writing.improving(case, member)
            event = await self._writing.improve(case, command, member)
            beside = self._writing.promised_in(case, (event,))
            try:
                after = await self._ledger.record(case, (event,), member.id, request, beside)
            except StaleCase:
                case = await self._ledger.case(command.case)
                continue
            return await self._writing.read(after, member, after.replies[-1])
        raise Refused(say("#{n} is changing too fast; try once more.", n=command.case))

    async def _improve_again(self, by: str, begun: Improve, values: Mapping[str, str], error: ForMember) -> Answer:
        """The better text comes back whole: to be changed, or, when nothing waits any more, to be kept elsewhere."""
        case, text = await self._ledger.case(begun.case), values.get("text", "")
        if waiting(case, self._ledger.plan) is None:
            return showing.refusal(error, self._ledger.words, kept=text)
        return self._writing.improving(case, self._member(by), text, error, values.get("despite", ""))

    def _may_read(self, case: Case, member: Member, command: Improve) -> None:
        permit(case, member, command, self._ledger.plan)
        permit_reading(case, member, self._ledger.plan, self._ledger.clock(), command.version)


def not_kept() -> ForMember:
    return Refused(
        say("I cannot write right now (is the disk full?); nothing was changed. Please try again in a moment.")
    )


def _own_text(line: str) -> str:
    """A long line is given back when it is refused, so that nobody writes it twice."""
    return line if len(line) > 80 else ""


def _channel(channel: str, link: str) -> str:
    named = "".join(clean(channel, NAME_LIMIT).split()).casefold()
    return _SHORT_FOR.get(named, named) or channel_of(link)


#: What members call a network in a hurry.
_SHORT_FOR = {"twitter": "x", "fb": "facebook", "ig": "instagram", "ra": "reclameaqui"}


def _language(language: str) -> str:
    wanted = language.casefold()[:2]
    if wanted and wanted not in LANGUAGES:
        raise BadCommand(say("I have templates in {languages}.", languages=", ".join(LANGUAGES)))
    return wanted
