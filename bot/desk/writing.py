"""Replies at the desk: offers drafts, checks a member's own text, and shows it ready to copy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.core import forms, showing
from bot.core.cards import Answer, Button, Card, Form, Remarks, Section
from bot.core.case import Case, Phase
from bot.core.case import Reply as CaseReply
from bot.core.commands import Improve, Reply, TemplateName
from bot.core.complaint import Kind
from bot.core.decisions.closing import before_agreement
from bot.core.decisions.refusals import Refused, needed
from bot.core.draft_checks.discretion import in_private
from bot.core.draft_checks.finding import Finding
from bot.core.draft_checks.shape import is_near, longest
from bot.core.events import CaseEvent, ReplyAccepted, ReplyApproved, ReplyImproved, Satisfaction
from bot.core.grammar import ForMember
from bot.core.language import Language, guess
from bot.core.plan import Member, Plan
from bot.core.replies import (
    FULLER,
    JOIN,
    KNOWN,
    MOST_PARTS,
    PARTS,
    Library,
    Part,
    PartKind,
    ReplyKind,
    Template,
    TemplateError,
    draft,
    fingerprint,
    is_bare,
    length,
    nearest,
    unfilled,
)
from bot.core.second_reading import waiting
from bot.core.showing import button, channel_name, discreet
from bot.core.words import Code, Sentence, Text, Who, count, msg, say
from bot.desk.colleague import Colleague, Stopped
from bot.desk.ledger import Ledger
from bot.ports import Store

_FITTING: Mapping[Phase, tuple[ReplyKind, ...]] = {
    Phase.RECOGNITION: (ReplyKind.HEARD, ReplyKind.CLARIFY, ReplyKind.PRIVATE),
    Phase.INTERACTION: (ReplyKind.APOLOGY, ReplyKind.PRIVATE, ReplyKind.SOLUTION, ReplyKind.CLARIFY, ReplyKind.HEARD),
    Phase.RESOLUTION: (ReplyKind.SOLUTION, ReplyKind.PRIVATE, ReplyKind.APOLOGY, ReplyKind.CLARIFY),
    Phase.CLOSURE: (ReplyKind.CLOSING, ReplyKind.WRAP_UP, ReplyKind.ASK_UPDATE, ReplyKind.SOLUTION),
    Phase.CLOSED: (ReplyKind.WRAP_UP, ReplyKind.ASK_UPDATE),
}
#: A reply as it was accepted just now, or as the case has it.
Written = ReplyAccepted | CaseReply
_KINDS = frozenset(kind.value for kind in ReplyKind)
_KIND_NAMES = {
    ReplyKind.HEARD: msg("You have been heard"),
    ReplyKind.APOLOGY: msg("Apology"),
    ReplyKind.PRIVATE: msg("Into a private channel"),
    ReplyKind.SOLUTION: msg("Solution"),
    ReplyKind.WRAP_UP: msg("Public wrap-up"),
    ReplyKind.CLOSING: msg("Closing statement"),
    ReplyKind.ASK_UPDATE: msg("Asking for an update"),
    ReplyKind.CLARIFY: msg("Questions"),
    ReplyKind.THANKS: msg("Thanks"),
}
_PART_NAMES = {
    PartKind.EMPATHY: msg("Parts, joined by +: empathy"),
    PartKind.FACT: msg("Parts: facts"),
    PartKind.NEXT_STEP: msg("Parts: next step"),
}
_LANGUAGE_NAMES = {"en": "English", "es": "español", "pl": "polski", "pt": "português"}


class Writing:
    """Where replies are written. It posts nothing: a person does (rules 000-11, 001-15)."""

    def __init__(self, ledger: Ledger, library: Library) -> None:
        self._ledger, self.library, self.words = ledger, library, ledger.words
        self.colleague = Colleague(ledger)

    @property
    def store(self) -> Store:
        """The desk's store."""
        return self._ledger.store

    @property
    def plan(self) -> Plan:
        """The desk's plan, as it is now."""
        return self._ledger.plan

    def form(self, case: Case, command: Reply, member: Member) -> Answer:
        """The first step chooses a draft, the second makes it one's own."""
        language = self._language(case)
        if command.template in _KINDS:
            command = Reply(command.case, self._best(case, ReplyKind(command.template), language.code))
        if not command.template:
            return self._choose(case, language)
        if command.template == PARTS:
            return self._choose_parts(case, language)
        template = self._template(case, command.template, language.code)
        if template is None:
            kind = self._kind(case, command.template)
            self._may(case, kind)
            return forms.write_reply(case, command.template, "", self.words, self._notes(case, language, kind))
        self._may(case, template.kind)
        tone: list[Text] = [(template.tone,)] if template.tone else []
        notes = [*self._notes(case, language, template.kind), *tone]
        return forms.write_reply(case, template.name, draft(template, self._known(case, member)), self.words, notes)

    def _choose(self, case: Case, language: Language) -> Form:
        fitting, parts = self.fitting(case, language.code), self.library.parts_in(language.code)
        return forms.choose_template(case, fitting, self.words, self._notes(case, language), has_parts=bool(parts))

    def _choose_parts(
        self, case: Case, language: Language, error: ForMember | None = None, values: Mapping[str, str] | None = None
    ) -> Form:
        notes, why = self._notes(case, language), error.sentence if error else None
        return forms.choose_parts(case, self.library.parts_in(language.code), self.words, notes, why, values)

    def _best(self, case: Case, kind: ReplyKind, language: str) -> TemplateName:
        """The most fitting template of a kind; the kind's own name where there is none: all words are one's own."""
        channel, text = case.complaint.channel, case.complaint.text
        found = self.library.fitting(language=language, channel=channel, kinds=(kind,), text=text)
        return TemplateName(found[0].name if found else kind.value)

    def form_again(self, begun: Reply, values: Mapping[str, str], error: ForMember, case: Case, member: Member) -> Form:
        """The refused text comes back whole, with the reason; who may set the check aside is asked why."""
        language = self._language(case)
        template = values.get("template", "") or begun.template
        if begun.template == PARTS and "text" not in values:
            return self._choose_parts(case, language, error, values)
        if not template or "text" not in values:
            again = self._choose(case, language)
            return Form(
                again.title, again.command, again.fields, again.submit, again.lines, self.words.text(error.sentence)
            )
        notes = self._notes(case, language, self._kind_of(case, template), values["text"])
        may_decide = False
        if isinstance(error, Stopped):
            notes += showing.findings_lines(error.found[1:], error.text, self.words)
            may_decide = self.colleague.may_decide(error.found, member)
        despite = values.get("despite", "") if may_decide else None
        return forms.write_reply(case, template, values["text"], self.words, notes, error.sentence, despite)

    def fitting(self, case: Case, language: str) -> Sequence[Template]:
        """The drafts that suit the phase, the channel, the kind and the words of the complaint, best first."""
        kinds = _FITTING[case.phase]
        if case.kind is Kind.PRAISE:
            kinds = (ReplyKind.THANKS,)
        elif case.kind is Kind.QUESTION:
            kinds = (ReplyKind.SOLUTION, ReplyKind.HEARD, ReplyKind.CLARIFY)
        elif case.heard_at and ReplyKind.HEARD in kinds:
            kinds = (*(kind for kind in kinds if kind is not ReplyKind.HEARD), ReplyKind.HEARD)
        channel, text = case.complaint.channel, case.complaint.text
        return self.library.fitting(language=language, channel=channel, kinds=kinds, text=text)

    async def accept(self, case: Case, command: Reply, member: Member, author: Member | None = None) -> ReplyAccepted:
        """The member's own final text, checked; the ``author`` is another where a second reader wrote it better.

        Raises Refused with what to change.
        """
        author = author or member
        text = needed(command.text)
        language = self._language(case).code
        template = self._template(case, command.template, language)
        kind = template.kind if template else self._kind(case, command.template)
        self._may(case, kind)
        templates = {*self.library.in_language(language), *([template] if template else [])}
        for check in (_is_filled(text), self._is_own(case, text, templates, author)):
            if check is not None:
                raise Refused(check)
        if elsewhere := await self._said_to_another(case, text):
            raise Refused(say("This very text went to another customer, in #{n}: write it for this one.", n=elsewhere))
        frame = draft(template, self._known(case, author)) if template else ""
        found = await self.colleague.findings(text, kind, language, case, frame, by=member)
        reason = self.colleague.let_pass(found, text, member, command.despite)
        ids = tuple(dict.fromkeys(each.id for each in found))
        return ReplyAccepted(text, kind, template.name if template else "", ids, reason, frame)

    async def improve(self, case: Case, command: Improve, member: Member) -> ReplyImproved:
        """The waiting reply as its second reader wrote it, checked as any. Raises Refused with what to change."""
        reply = case.replies[-1]
        if needed(command.text).split() == reply.text.split():
            raise Refused(
                say("These are the same words: {approve} lets them go out.", approve=Code(f"approve {case.number}"))
            )
        again = Reply(case.number, self.begun(case, reply), command.text, command.despite)
        better = await self.accept(case, again, member, self.plan.member(reply.by))
        return ReplyImproved(better.text, better.findings, better.despite)

    def begun(self, case: Case, reply: CaseReply) -> TemplateName:
        """What the reply began with: its template, or its kind where there was none or it is gone."""
        try:
            template = self._template(case, reply.template, self._language(case).code)
        except Refused:
            template = None
        return TemplateName(reply.template if template else reply.kind.value)

    def improving(
        self, case: Case, member: Member, text: str = "", error: ForMember | None = None, despite: str = ""
    ) -> Form:
        """The waiting reply, to be written better; a refused text comes back whole, with the reason."""
        text = text or (case.unsent.text if case.unsent else "")
        kind = case.unsent.kind if case.unsent else None
        notes, may_decide = self._notes(case, self._language(case), kind, text), False
        if isinstance(error, Stopped):
            notes += showing.findings_lines(error.found[1:], error.text, self.words)
            may_decide = self.colleague.may_decide(error.found, member)
        reason = error.sentence if error else None
        return forms.improve_reply(case, text, self.words, notes, reason, despite if may_decide else None)

    async def accepted(self, case: Case, reply: ReplyAccepted, member: Member) -> Card:
        """What the author of an accepted reply reads: the text to copy, or whom it waits for."""
        if waiting(case, self.plan) is None:
            return await self.copy_ready(case, reply, member)
        found = await self._found(case, reply, member)
        return Card(
            case=case.number,
            lines=(
                showing.awaited(case, self.plan, self.words),
                *showing.findings_lines(found, reply.text, self.words),
            ),
        )

    async def read(self, case: Case, member: Member, reply: Written) -> Card:
        """What a second reader reads: that its owner has the text now; being its owner, the text itself."""
        if member.id == case.owner:
            return await self.copy_ready(case, reply, member)
        found = await self._found(case, reply, member)
        noted = say("Noted. {owner} has it now, ready to post.", owner=Who(case.owner)) if case.owner else say("Noted.")
        return Card(
            case=case.number,
            lines=(self.words.text(noted), *showing.findings_lines(found, reply.text, self.words)),
        )

    async def _found(self, case: Case, reply: Written, member: Member) -> Sequence[Finding]:
        """What there is to say of a text that was accepted: it is not compared with other customers' once more."""
        language = self._language(case).code
        return await self.colleague.findings(reply.text, reply.kind, language, case, by=member, is_accepted=True)

    def promised_in(self, case: Case, events: Iterable[CaseEvent]) -> tuple[Button, ...]:
        """The promises of a reply that was read just now, each to be recorded with one press."""
        made: list[Button] = []
        for event in events:
            if isinstance(event, ReplyApproved | ReplyImproved):
                text = event.text if isinstance(event, ReplyImproved) else case.replies[-1].text
                made += self.colleague.promise_buttons(case, text, self._language(case).code)
        return tuple(made)

    async def _said_to_another(self, case: Case, text: str) -> int | None:
        """The case in which another customer was to read this text; one that was joined with this case is no other."""
        number = await self.store.said(fingerprint(text, case.complaint.author))
        other = await self.store.case(number) if number else None
        return number if other and case.number not in (other.number, other.merged_into) else None

    async def copy_ready(self, case: Case, event: Written, member: Member) -> Card:
        """The text to copy, what is to be said of it, and the step that follows; each promise in it with one press."""
        language = self._language(case).code
        found = await self._found(case, event, member)
        return Card(
            case=case.number,
            lines=(
                self.words.text(
                    say(
                        "Copy it, post it by hand ({channel}), then {sent}.",
                        channel=channel_name(case.complaint.channel, self.words),
                        sent=Code(f"sent {case.number} https://…"),
                    )
                ),
                *showing.findings_lines(found, event.text, self.words),
            ),
            copy=event.text,
            buttons=(
                button(f"sent {case.number}", self.words, is_main=True),
                *self.colleague.promise_buttons(case, event.text, language),
            ),
        )

    def shelf(self, language: str) -> Card:
        """The templates of a language, by kind."""
        by_kind: dict[ReplyKind, list[Text]] = {}
        for template in self.library.in_language(language):
            by_kind.setdefault(template.kind, []).append((Code(template.name), f": {template.title}"))
        return Card(
            title=self.words.line(say("Reply templates · {language}", language=_LANGUAGE_NAMES[language])),
            sections=(
                *(
                    Section(self.words.word(name), tuple(by_kind[kind]))
                    for kind, name in _KIND_NAMES.items()
                    if kind in by_kind
                ),
                *self._parts(language),
            ),
        )

    def _parts(self, language: str) -> Iterator[Section]:
        parts = self.library.parts_in(language)
        for kind, name in _PART_NAMES.items():
            lines: list[Text] = [(Code(part.name), f": {part.title}") for part in parts if part.part is kind]
            if lines:
                yield Section(self.words.word(name), tuple(lines))

    def _language(self, case: Case) -> Language:
        return guess(case.complaint.text, self.plan.language)

    def _notes(self, case: Case, language: Language, kind: ReplyKind | None = None, text: str = "") -> list[Text]:
        """The customer's own words first (rule 001-03); then what is special about the language, and the room left."""
        notes: list[Text] = [(f"“{discreet(case.complaint.text, self.plan)}”",)]
        if language.other:
            notes.append(
                self.words.text(
                    say(
                        "The complaint seems to be in another language ({other}); the drafts are in {language}.",
                        other=language.other,
                        language=_LANGUAGE_NAMES[language.code],
                    )
                )
            )
        elif language.code != self.plan.language:
            notes.append(
                self.words.text(say("The customer writes in {language}.", language=_LANGUAGE_NAMES[language.code]))
            )
        notes += self.colleague.marks_suggested(case, language.code)
        where = in_private(self.plan.private) if kind is ReplyKind.PRIVATE else None
        if where:
            notes.append(self.words.text(say("Where it goes on in private: {where}.", where=where)))
        return [*notes, *self._room_left(case.complaint.channel, text)]

    def _room_left(self, channel: str, text: str) -> Iterator[Text]:
        """How long a reply may be here, and near the end how much is left (rule 001-19)."""
        limit = longest(channel, self.plan)
        if limit is None:
            return
        name = channel_name(channel, self.words)
        takes = count("{channel} takes {n} character.", "{channel} takes {n} characters.", limit, channel=name)
        yield self.words.text(takes)
        if is_near(text, channel, self.plan):
            left = count("{n} character is left.", "{n} characters are left.", limit - length(text, channel))
            yield self.words.text(left)

    def _kind_of(self, case: Case, name: str) -> ReplyKind:
        """The kind of a template, by its name; or what the name says itself."""
        template = self.library.find(name, self._language(case).code)
        return template.kind if template else self._kind(case, name)

    def _known(self, case: Case, member: Member) -> dict[str, str]:
        return {
            "customer": case.complaint.author,
            "brand": self.plan.brand,
            "member": member.name.split()[0],
            "channel": channel_name(case.complaint.channel, self.words),
            **{channel.value: said for channel, said in self.plan.private.items()},
        }

    def _template(self, case: Case, name: TemplateName | str, language: str) -> Template | None:
        """The template of this name, or what parts compose; None for a kind's name or none at all: then all words are
        the member's own.
        """
        if not name or name in _KINDS:
            return None
        template = self.library.find(name, language)
        if template is None and (JOIN in name or self.library.part(name, language)):
            return self._composed(case, name, language)
        if template is None:
            near = nearest(name, self.library)
            if near:
                raise Refused(say("There is no template “{name}”; did you mean {near}?", name=name, near=Code(near)))
            raise Refused(
                say("There is no template “{name}”; {templates} lists them.", name=name, templates=Code("templates"))
            )
        return template

    def _composed(self, case: Case, name: str, language: str) -> Template:
        """What the parts of these names compose. Raises Refused with the name that is none."""
        names = [each for each in name.split(JOIN) if each]
        parts = [self._part(each, language) for each in names]
        if not 0 < len(parts) <= MOST_PARTS:
            where = Code("templates")
            raise Refused(say("Join one to {most} parts; {templates} lists them.", most=MOST_PARTS, templates=where))
        composed = self.library.compose(parts, self._kind(case, ""))
        try:
            draft(composed, dict.fromkeys(KNOWN, ""))
        except TemplateError:
            raise Refused(say("These parts are too much for one reply: take fewer of them.")) from None
        return composed

    def _part(self, name: str, language: str) -> Part:
        part = self.library.part(name, language)
        if part is None:
            near = nearest(name, self.library, parts=True)
            if near:
                raise Refused(say("There is no part “{name}”; did you mean {near}?", name=name, near=Code(near)))
            where = Code("templates")
            raise Refused(say("There is no part “{name}”; {templates} lists them.", name=name, templates=where))
        return part

    async def checked(self, case: Case | None, text: str, member: Member) -> Card:
        """What the checks say of a text that nobody has accepted; without a case, of the text alone."""
        if case is None:
            language = guess(text, self.plan.language).code
            return await self.colleague.checked(text, ReplyKind.HEARD, language, None, member)
        return await self.colleague.checked(text, self._kind(case, ""), self._language(case).code, case, member)

    async def remarks(self, case: Case | None, template: str, text: str, member: Member) -> Remarks:
        """What there is to say of a text that is still being typed. Raises Refused where there is no such template."""
        text = text.rstrip()  # As it would be kept: the space before the next word is not too long yet.
        if case is None:
            language = guess(text, self.plan.language).code
            found = await self.colleague.findings(text, ReplyKind.HEARD, language, by=member)
            return self.colleague.remarks(found, text)
        language = self._language(case).code
        chosen = self._template(case, template, language)
        frame = draft(chosen, self._known(case, member)) if chosen else ""
        kind = chosen.kind if chosen else self._kind(case, template)
        found = await self.colleague.findings(text, kind, language, case, frame, by=member)
        return self.colleague.remarks(found, text, frame, self._room(case, text))

    def _kind(self, case: Case, name: str) -> ReplyKind:
        """The kind of a text without a template: named, or what the phase asks for."""
        if name in _KINDS:
            return ReplyKind(name)
        if case.kind is Kind.PRAISE:
            return ReplyKind.THANKS
        if case.kind is Kind.COMPLAINT and not case.facts_at:
            return ReplyKind.HEARD
        return ReplyKind.SOLUTION

    def _may(self, case: Case, kind: ReplyKind) -> None:
        """The hard gate: a fuller reply needs the facts (rules 000-07, tension 12)."""
        if kind is ReplyKind.ASK_UPDATE and case.satisfaction is not Satisfaction.YES:
            raise Refused(before_agreement(case))
        if kind in FULLER and case.kind is Kind.COMPLAINT and not case.facts_at:
            raise Refused(
                say(
                    "A fuller reply needs the facts: {facts} first. Until then, say that you have heard: {heard}.",
                    facts=Code(f"facts {case.number} …"),
                    heard=Code(f"reply {case.number} heard"),
                )
            )

    def _is_own(self, case: Case, text: str, templates: Iterable[Template], member: Member) -> Sentence | None:
        """Held against every draft: one that is typed without its name is no more a person's own."""
        known = self._known(case, member)
        if not any(is_bare(text, template, known) for template in templates):
            return None
        return say("This is the template and nothing else: put in a sentence of your own, for this customer.")

    def _room(self, case: Case, text: str) -> Sentence | None:
        """How much of what the channel takes is used, counted as the channel counts it."""
        channel = case.complaint.channel
        if (limit := longest(channel, self.plan)) is None:
            return None
        name = channel_name(channel, self.words)
        return say("{channel}: {n} of {limit}", channel=name, n=length(text, channel), limit=limit)


def _is_filled(text: str) -> Sentence | None:
    holes = unfilled(text)
    if not holes:
        return None
    return say("There is still a hole to fill: {hole}.", hole=f"⟦{holes[0]}⟧")
