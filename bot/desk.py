"""The desk: receives complaints, answers members, reminds, and writes the digest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.core import case as happened
from bot.core import showing
from bot.core.calendar import digest_moment, local_date
from bot.core.cards import Answer, Card, Tone
from bot.core.case import Case, CaseEvent, Entry, apply
from bot.core.commands import (
    COMMANDS,
    CaseCommand,
    Close,
    Command,
    Digest,
    Help,
    List,
    ListOf,
    Merge,
    New,
    Reply,
    Show,
    Templates,
    Todo,
)
from bot.core.complaint import LINK_LIMIT, NAME_LIMIT, TEXT_LIMIT, Complaint, Kind, clean, key_of
from bot.core.decide import Refused, decide, permit, refuse_to_close
from bot.core.duties import Duty, duties, is_late, may_be_shelved, next_look, overdue, rings
from bot.core.figures import digest_card, figures, is_green
from bot.core.forms import form
from bot.core.grammar import BadCommand, ForMember, Ground, fill, opens_form, parse
from bot.core.intake import Verdict, judge
from bot.core.links import canonical, channel_of, is_web_link
from bot.core.plan import Member, Plan
from bot.core.replies import Library
from bot.core.words import LANGUAGES, At, Code, Words, count, say
from bot.lookalikes import Known, Lookalikes
from bot.ports import Clock, Post, StaleCase, Store, StoreDown, Urgency, Waiting
from bot.writing import Writing

#: How often a decision is taken anew when somebody else was quicker.
ATTEMPTS = 5
#: Cases in one listing (our choice: more is not read on a phone).
LISTED = 20
#: A digest is sent later than this only when there were cases at its hour.
PUNCTUAL = timedelta(minutes=10)
#: How long sector news waits for a digest.
NEWS_KEPT = timedelta(days=2)


class NoSuchCase(ForMember):
    """There is no case of this number."""


class Noted(NamedTuple):
    """What became of a command about a case."""

    case: Case
    events: tuple[CaseEvent, ...]


class Desk:
    """One desk for one brand. It holds no case: the store does.

    ``woken`` is called after every write that leaves a post waiting, so that the
    courier need not poll. Every public coroutine is safe to call again after a crash.
    """

    def __init__(
        self,
        store: Store,
        plan: Plan,
        library: Library,
        clock: Clock,
        *,
        woken: Callable[[], None] = lambda: None,
        every: Mapping[str, timedelta] | None = None,
    ) -> None:
        self.store, self.plan, self.library, self.clock = store, plan, library, clock
        self.words = Words(plan.language)
        self._woken = woken
        self._every = dict(every or {})
        self._writing = Writing(store, plan, library, self.words)
        self._lookalikes: Lookalikes | None = None
        self._news: list[tuple[datetime, Complaint]] = []

    # Complaints come in

    async def receive(self, complaint: Complaint) -> int | None:
        """Takes a complaint in and returns its case's number; None when it is known already or empty.

        Raises StoreDown when it could not be kept: the source brings it again.
        """
        if await self.store.known(complaint.key) is not None:
            return None
        now = self.clock()
        similar = await self._similar(complaint)
        theirs = [case for number in await self._customers_cases(complaint) if (case := await self.store.case(number))]
        judged = judge(complaint, theirs, similar, self.plan, now)
        match judged.verdict:
            case Verdict.IGNORED:
                return None
            case Verdict.SIGHTING:
                return await self._sight(judged.of, complaint)
        opened = happened.Opened(complaint=complaint, recurrence_of=judged.recurrence_of, alike=judged.alike)
        case = await self.store.open(complaint, [Entry(now, opened)], self._first_posts)
        if case is None:
            return None
        (await self._known_texts()).add(case.number, complaint.channel, complaint.author, complaint.text)
        self._woken()
        return case.number

    def _first_posts(self, case: Case) -> Sequence[Post]:
        """The card, ringing the first line once (rules 000-02, 004-03). Praise rings nobody."""
        calls = () if case.kind is Kind.PRAISE else self.plan.listeners
        return (Post(f"case/{case.number}", self._card(case, calls), urgency=Urgency.CARD),)

    async def _sight(self, number: int, complaint: Complaint) -> int | None:
        for _ in range(ATTEMPTS):
            case = await self._case(number)
            try:
                await self._record(case, (happened.Sighted(complaint=complaint),), by="")
            except StaleCase:
                continue
            return number
        raise StaleCase(f"case {number} keeps changing")

    async def _known_texts(self) -> Lookalikes:
        """The index of known complaints, built when the first complaint needs it."""
        if self._lookalikes is None:
            index = Lookalikes()
            index.add_many(
                Known(case.number, case.complaint.channel, case.complaint.author, case.complaint.text)
                for case in await self.store.live_cases()
            )
            self._lookalikes = index
        return self._lookalikes

    async def _similar(self, complaint: Complaint) -> list[Case]:
        found = (await self._known_texts()).alike(complaint.text, limit=10)
        return [case for each in found if (case := await self.store.case(each.number))]

    async def _customers_cases(self, complaint: Complaint) -> Sequence[int]:
        return (await self._known_texts()).by_author(complaint.channel, complaint.author)

    def tell_news(self, news: Sequence[Complaint]) -> None:
        """Sector news for the next digest; it opens no case (rule 002-03)."""
        now = self.clock()
        kept = [(at, each) for at, each in self._news if now - at < NEWS_KEPT]
        seen = {each.key for _, each in kept}
        self._news = kept + [(now, each) for each in news if each.key not in seen]

    # Members speak

    async def hear(self, by: str, line: str, *, case: int = 0, request: str = "") -> Answer:
        """What a member typed; ``case`` is the case in whose thread, ``request`` names this very delivery.

        The answer is for this member alone. Whatever can be told is told as a card;
        only bugs are raised.
        """
        try:
            self._member(by)
            command = parse(line, self._ground(case))
        except ForMember as error:
            return showing.refusal(error, self.words, kept=_own_text(line))
        return await self.answer(by, command, request=request, kept=_own_text(line))

    async def submit(self, by: str, command: str, values: Mapping[str, str], *, request: str = "") -> Answer:
        """A form came back. When it is refused, the form returns with what was typed in it."""
        try:
            self._member(by)
            begun = parse(command, self._ground())
        except ForMember as error:
            return showing.refusal(error, self.words)
        try:
            filled = fill(begun, values, self._ground())
            if opens_form(filled) and not isinstance(filled, Reply):
                raise BadCommand(say("Something is still missing."))
            return await self._act(by, filled, request)
        except ForMember as error:
            return await self._form_again(begun, values, error)
        except StoreDown:
            return await self._form_again(begun, values, _not_kept())

    async def _form_again(self, begun: Command, values: Mapping[str, str], error: ForMember) -> Answer:
        if isinstance(begun, Reply):
            return self._writing.form_again(begun, values, error, await self._case(begun.case))
        if not opens_form(begun):
            return showing.refusal(error, self.words)
        return form(begun, self.plan, self.words, error=error.sentence, values=dict(values))

    async def answer(self, by: str, command: Command, *, request: str = "", kept: str = "") -> Answer:
        """A command that is read already: a button, an option, a parsed line."""
        try:
            return await self._act(by, command, request)
        except ForMember as error:
            return showing.refusal(error, self.words, kept=kept)
        except StoreDown:
            return showing.refusal(_not_kept(), self.words, kept=kept)

    async def _act(self, by: str, command: Command, request: str) -> Answer:
        member = self._member(by)
        match command:
            case Reply():
                return await self._reply(member, command, request)
            case Show():
                return await self._show(command)
            case Merge() if command.into:
                return await self._merge(member, command, request)
            case CaseCommand():
                return await self._on_case(member, command, request)
            case New():
                return await self._new(member, command, request)
            case Todo():
                return await self.todo(by)
            case List():
                return await self._list(by, command.which)
            case Digest():
                return await self._digest_card(self.clock())
            case Templates():
                return self._writing.shelf(_language(command.language) or self.plan.language)
            case Help():
                return showing.help_card(self.words, self._about(command.about))
        raise AssertionError(f"nobody answers {command.word}")

    def _member(self, by: str) -> Member:
        member = self.plan.member(by)
        if member is None:
            raise Refused(
                say(
                    "Only the crisis committee of {brand} acts here; {leads} can tell you more.",
                    brand=self.plan.brand,
                    leads=", ".join(self.plan.leads),
                )
            )
        return member

    def _ground(self, case: int = 0) -> Ground:
        return Ground(self.plan, self.clock(), case)

    def _about(self, word: str) -> type[Command] | None:
        if not word:
            return None
        wanted = word.casefold().strip("/")
        if wanted not in COMMANDS:
            raise BadCommand(say("There is no “{word}”; {help} lists what I know.", word=word[:60], help=Code("help")))
        return COMMANDS[wanted]

    async def _on_case(self, member: Member, command: CaseCommand, request: str) -> Answer:
        case = await self._case(command.case)
        if not (request and request in case.requests):
            permit(case, member, command, self.plan)
        if opens_form(command):
            if isinstance(command, Close):
                refuse_to_close(case, self.plan)
            return form(command, self.plan, self.words)
        noted = await self._decide(member, command, request)
        return self._noted(noted)

    async def _decide(self, member: Member, command: CaseCommand, request: str) -> Noted:
        """Decides and keeps; decides anew when somebody else was quicker, so that exactly one wins."""
        for _ in range(ATTEMPTS):
            case = await self._case(command.case)
            if request and request in case.requests:
                return Noted(case, ())
            events = decide(case, member, command, self.plan, self.clock())
            if not events:
                return Noted(case, ())
            try:
                return Noted(await self._record(case, events, member.id, request), events)
            except StaleCase:
                continue
        raise Refused(say("#{n} is changing too fast; try once more.", n=command.case))

    async def _record(
        self, case: Case, events: Sequence[CaseEvent], by: str, request: str = "", *, alarm: bool = False
    ) -> Case:
        """Appends events with every message they cause, in one durable write."""
        now = self.clock()
        entries = [Entry(now, event, by, request) for event in events]
        posts: dict[str, Post] = {}
        after = case
        for entry in entries:
            after = apply(after, entry)
            if card := self._thread_card(after, entry):
                key = f"case/{case.number}/{after.version}"
                posts[key] = Post(key, card, under=f"case/{case.number}")
        posts[f"case/{case.number}"] = Post(f"case/{case.number}", self._card(after), urgency=Urgency.CARD)
        if case.is_open and not after.is_open and await self._turns_green(after):
            key = f"light/{case.number}/{after.version}"
            posts[key] = Post(key, showing.light_card(self.words, is_green=True))
        look_at = next_look(after, self.plan, now)
        withdraw = () if alarm else self._met(case, after, now)
        kept = await self.store.append(case, entries, tuple(posts.values()), withdraw, look_at)
        self._woken()
        return kept

    def _met(self, before: Case, after: Case, now: datetime) -> tuple[str, ...]:
        """Unsent reminders of a state that has been left are withdrawn."""
        owed = {duty.key for duty in duties(after, self.plan, now)}
        met = any(duty.key not in owed for duty in duties(before, self.plan, now))
        return (f"case/{before.number}/remind/",) if met else ()

    async def _turns_green(self, after: Case) -> bool:
        """Whether this was the last open case; the light is computed, never set (rule 000-03)."""
        if after.kind is Kind.PRAISE:
            return False
        return is_green(case for case in await self.store.live_cases() if case.number != after.number)

    def _thread_card(self, case: Case, entry: Entry) -> Card | None:
        return showing.thread_card(case, entry, self.plan, self.words)

    def _card(self, case: Case, calls: tuple[str, ...] = ()) -> Card:
        now = self.clock()
        return showing.case_card(case, self.plan, self.words, now, duties(case, self.plan, now), calls)

    def _noted(self, noted: Noted) -> Card:
        """What the member who acted reads: that it is kept, and what comes next."""
        owed = duties(noted.case, self.plan, self.clock())
        sentence = say("Noted.") if noted.events else say("That was done already.")
        nearest = showing.next_owed(owed)
        if nearest is None or not noted.case.is_open:
            return showing.said(sentence, self.words)
        return Card(
            case=noted.case.number,
            lines=(
                self.words.text(sentence),
                self.words.text(
                    say(
                        "Next in #{n}: {owed} · {command}",
                        n=noted.case.number,
                        owed=showing.owed_line(nearest, self.words, self.clock()),
                        command=Code(nearest.command),
                    )
                ),
            ),
        )

    async def _case(self, number: int) -> Case:
        case = await self.store.case(number) if number else None
        if case is None:
            raise NoSuchCase(say("There is no case #{n}; {list} shows the open ones.", n=number, list=Code("list")))
        return case

    # Single commands

    async def _new(self, member: Member, command: New, request: str) -> Answer:
        if not command.text.strip():
            return form(command, self.plan, self.words)
        now = self.clock()
        posted = command.posted or now
        if posted > now:
            raise Refused(say("{at} is still to come; when was it posted?", at=At(posted)))
        link = command.link.strip()
        if link and not is_web_link(link):
            raise Refused(say("“{link}” is no address; paste it as https://…", link=link[:80]))
        complaint = Complaint(
            key=key_of("link", canonical(link))
            if link
            else key_of("request", request or f"{member.id}/{now.isoformat()}"),
            channel=_channel(command.channel, link),
            text=clean(command.text, TEXT_LIMIT),
            author=clean(command.author, NAME_LIMIT),
            link=link[:LINK_LIMIT],
            posted_at=posted,
            kind=command.kind or Kind.COMPLAINT,
        )
        known = await self.store.known(complaint.key)
        number = known or await self.receive(complaint)
        if number is None:
            raise Refused(say("There is nothing in it to act on: write what the customer said."))
        if known:
            return showing.said(say("We know it already: #{n}.", n=number), self.words)
        return showing.said(
            say("Noted as #{n}. {claim} makes it yours.", n=number, claim=Code(f"claim {number}")), self.words
        )

    async def _show(self, command: Show) -> Answer:
        case = await self._case(command.case)
        history = await self.store.history(case.number)
        return showing.history_card(case, history, self._card(case), self.words)

    async def _merge(self, member: Member, command: Merge, request: str) -> Answer:
        """Two cases, two writes: the sighting first, so that a crash between them loses nothing."""
        if command.into == command.case:
            raise Refused(say("#{n} is the case itself; join it with another one.", n=command.case))
        case, other = await self._case(command.case), await self._case(command.into)
        if request and request in case.requests:
            return self._noted(Noted(case, ()))
        permit(case, member, command, self.plan)
        if not other.is_open:
            raise Refused(say("#{n} is not open; join with an open case.", n=other.number))
        if case.open_promises:
            raise Refused(say("#{n} holds a promise to the customer; keep it first.", n=case.number))
        seen = {sighting.key for sighting in other.sightings}
        moved = [each for each in (case.complaint, *case.sightings) if each.key not in seen]
        if moved:
            events = tuple(happened.Sighted(complaint=each, merged_from=case.number) for each in moved)
            await self._record(other, events, member.id)
        joined = await self._record(case, (happened.Merged(into=other.number),), member.id, request)
        return self._noted(Noted(joined, (happened.Merged(into=other.number),)))

    async def _reply(self, member: Member, command: Reply, request: str) -> Answer:
        case = await self._case(command.case)
        if request and request in case.requests:
            return self._noted(Noted(case, ()))
        permit(case, member, command, self.plan)
        if not command.text.strip():
            return self._writing.form(case, command, member)
        for _ in range(ATTEMPTS):
            event = await self._writing.accept(case, command, member)
            try:
                after = await self._record(case, (event,), member.id, request)
            except StaleCase:
                case = await self._case(command.case)
                permit(case, member, command, self.plan)
                continue
            return self._writing.copy_ready(after, event)
        raise Refused(say("#{n} is changing too fast; try once more.", n=command.case))

    # What is owed

    async def todo(self, by: str) -> Card:
        """What this member owes, most urgent first."""
        now = self.clock()
        owed = [
            (case, duty)
            for case in await self.store.live_cases()
            for duty in duties(case, self.plan, now)
            if by in duty.who
        ]
        owed.sort(key=lambda pair: (not (pair[1].is_hard and is_late(pair[1], now)), pair[1].due, pair[0].number))
        card = showing.todo_card(owed[:LISTED], self.words, now)
        return _more(card, len(owed) - LISTED, self.words)

    async def _list(self, by: str, which: ListOf) -> Card:
        now = self.clock()
        found: list[tuple[Case, Sequence[Duty]]] = []
        for case in sorted(await self.store.live_cases(), key=lambda case: (case.complaint.posted_at, case.number)):
            owed = duties(case, self.plan, now)
            if _is_listed(case, owed, which, by, now):
                found.append((case, owed))
        lines = tuple(showing.case_line(case, self.plan, self.words, now, owed) for case, owed in found[:LISTED])
        nothing = (self.words.text(say("There is none.")),)
        card = Card(title=self.words.line(_LISTS[which]), lines=lines or nothing)
        return _more(card, len(found) - LISTED, self.words)

    async def is_green(self) -> bool:
        """The brand's light."""
        return is_green(await self.store.live_cases())

    async def remind(self) -> int:
        """Looks at every case whose time has come and says what is owed; how many were looked at."""
        numbers = await self.store.to_look(self.clock())
        for number in numbers:
            await self._look(number)
        return len(numbers)

    async def _look(self, number: int) -> None:
        case = await self.store.case(number)
        now = self.clock()
        if case is None:
            return
        if may_be_shelved(case, self.plan, now):
            await self.store.shelve(number)
            return
        events = overdue(case, self.plan, now)
        if not events:
            await self.store.looked(number, next_look(case, self.plan, now))
            return
        try:
            await self._remind(case, events, now)
        except StaleCase:
            return  # Somebody acted meanwhile: their write set a new look time.

    async def _remind(self, case: Case, events: Sequence[CaseEvent], now: datetime) -> None:
        entries = [Entry(now, event) for event in events]
        posts: list[Post] = []
        after = case
        for entry in entries:
            after = apply(after, entry)
            if isinstance(entry.event, happened.Reminded):
                posts.append(self._reminder(case, entry.event, after.version, now))
            elif card := self._thread_card(after, entry):
                posts.append(Post(f"case/{case.number}/{after.version}", card, under=f"case/{case.number}"))
        posts.append(Post(f"case/{case.number}", self._card(after), urgency=Urgency.CARD))
        await self.store.append(
            case, entries, posts, (f"case/{case.number}/remind/",), next_look(after, self.plan, now)
        )
        self._woken()

    def _reminder(self, case: Case, event: happened.Reminded, version: int, now: datetime) -> Post:
        """In the case's thread; in the room while nobody follows the thread."""
        owed = duties(case, self.plan, now)
        by_key = {duty.key: duty for duty in owed}
        nudged = [(by_key[nudge.duty], nudge.level) for nudge in event.nudges if nudge.duty in by_key]
        calls = tuple(dict.fromkeys(who for duty, level in nudged for who in rings(duty, level, self.plan)))
        card = showing.reminder_card(case, event, owed, calls, self.words, now)
        under = f"case/{case.number}" if case.owner or not case.is_open else ""
        urgency = Urgency.ALARM if card.tone is Tone.LATE else Urgency.TALK
        return Post(f"case/{case.number}/remind/{version}", card, under=under, urgency=urgency)

    # The digest

    async def digest(self) -> bool:
        """Posts today's digest once its hour has come; True when this call was the one that did.

        Keyed by the brand's local date: once a day on any number of machines,
        across restarts and clock changes.
        """
        now = self.clock()
        today = local_date(now, self.plan)
        moment = digest_moment(today, self.plan)
        if now < moment or (now - moment > PUNCTUAL and not await self._had_cases(moment)):
            return False
        post = Post(f"digest/{today.isoformat()}", await self._digest_card(now), urgency=Urgency.NEWS)
        posted = await self.store.announce(post)
        if posted:
            self._news.clear()
            self._woken()
        return posted

    async def _had_cases(self, moment: datetime) -> bool:
        """Whether a digest that is late has anything of its hour to tell: a new room begins without one."""
        return any(case.opened_at <= moment for case in await self.store.live_cases())

    def next_digest(self) -> datetime:
        """When the next digest is due, in UTC."""
        now = self.clock()
        today = local_date(now, self.plan)
        moment = digest_moment(today, self.plan)
        return moment if now < moment else digest_moment(today + timedelta(days=1), self.plan)

    async def _digest_card(self, now: datetime) -> Card:
        day = figures(
            await self.store.live_cases(),
            self.plan,
            now,
            await self.store.heard_from(),
            self._every,
            [each for _, each in self._news],
        )
        return digest_card(day, self.plan, self.words, now)

    # Trouble

    async def tell_refused(self, waiting: Waiting, reason: str) -> None:
        """A message can never be delivered: the leads are told once, and it is kept for the operator."""
        if waiting.post.key.startswith("trouble/"):
            return
        for lead in self.plan.leads:
            card = showing.said(
                say("I could not post {key}: {reason}.", key=waiting.post.key, reason=reason), self.words
            )
            await self.store.announce(Post(f"trouble/{lead}/{waiting.post.key}", card, to=lead, urgency=Urgency.ALARM))
        self._woken()

    def trouble_card(self, *, is_over: bool) -> Card:
        """What the room reads when nothing can be written, and when it can again."""
        if is_over:
            return showing.said(
                say("I can write again. What you tried meanwhile did not happen: please try it again."), self.words
            )
        return showing.refusal(_not_kept(), self.words)


_LISTS = {
    ListOf.OPEN: say("Open cases"),
    ListOf.MINE: say("My cases"),
    ListOf.LATE: say("Late cases"),
    ListOf.UNCLAIMED: say("Unclaimed cases"),
    ListOf.CLOSED: say("Closed cases"),
}


def _is_listed(case: Case, owed: Sequence[Duty], which: ListOf, by: str, now: datetime) -> bool:
    match which:
        case ListOf.OPEN:
            return case.is_open
        case ListOf.MINE:
            return case.is_open and case.owner == by
        case ListOf.LATE:
            return any(duty.is_hard and is_late(duty, now) for duty in owed)
        case ListOf.UNCLAIMED:
            return case.is_open and not case.owner
        case ListOf.CLOSED:
            return not case.is_open


def _more(card: Card, more: int, words: Words) -> Card:
    if more <= 0:
        return card
    line = words.text(count("… and {n} more", "… and {n} more", more))
    return Card(title=card.title, lines=(*card.lines, line), buttons=card.buttons)


def _not_kept() -> ForMember:
    return Refused(
        say("I cannot write right now (is the disk full?); nothing was changed. Please try again in a moment.")
    )


def _own_text(line: str) -> str:
    """A long line is given back when it is refused, so that nobody writes it twice."""
    return line if len(line) > 80 else ""


def _channel(channel: str, link: str) -> str:
    named = "".join(channel.split()).casefold().replace("reclameaqui", "reclameaqui")
    return {"twitter": "x", "fb": "facebook", "ig": "instagram", "ra": "reclameaqui"}.get(named, named) or (
        channel_of(link) if link else ""
    )


def _language(language: str) -> str:
    wanted = language.casefold()[:2]
    if wanted and wanted not in LANGUAGES:
        raise BadCommand(say("I have templates in {languages}.", languages=", ".join(LANGUAGES)))
    return wanted
