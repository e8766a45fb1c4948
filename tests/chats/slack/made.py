"""Every kind of card and form, made by the product's own code, with any text in every place that takes one."""

from __future__ import annotations

from datetime import timedelta

from bot.core import events as happened
from bot.core import showing
from bot.core.cards import Button, Card, Choice, Fact, Field, FieldKind, Form, Section, Tone
from bot.core.case import fold
from bot.core.commands import COMMANDS, CaseCommand
from bot.core.complaint import Complaint, Kind
from bot.core.decisions.refusals import Refused, Unmet
from bot.core.duties import duties
from bot.core.events import Entry, Mark, Outcome, PrivateChannel, Satisfaction
from bot.core.figures import digest_card, figures
from bot.core.forms import choose_parts, choose_template, form, write_reply
from bot.core.plan import Member, Plan, Role, Step
from bot.core.replies import ReplyKind
from bot.core.words import Added, At, CaseLink, Code, Gone, WebLink, Who, Words, say
from bot.library import load
from tests.core.made import HOUR, NOW, STATES, by, history

EN = Words("en")
LIBRARY = load()
LATER = NOW + timedelta(hours=7)


def plan(name="Ana Souza"):
    """Ana and Lia are on Slack, Rui is not."""
    return Plan(
        "Loja Aurora",
        (
            Member("ana", name, (Role.COMMUNITY_MANAGER,), {"slack": "U01ANA"}),
            Member("lia", "Lia Fernández", (Role.LEAD,), {"slack": "U02LIA"}),
            Member("rui", name, (Role.SERVICE,)),
        ),
        country="BR",
        language="en",
    )


def told(text):
    """One of each event, with this text wherever it takes one."""
    again = Complaint(key="k2", channel="facebook", text=text, posted_at=NOW, author=text)
    return {
        "claimed": happened.Claimed(),
        "facts": happened.FactsRecorded(text),
        "sighted": happened.Sighted(again),
        "joined": happened.Sighted(again, 4),
        "released": happened.Released(text),
        "assigned": by("lia", happened.Assigned("ana", text)),
        "lapsed": by("", happened.Lapsed()),
        "still on": happened.StillOn(),
        "accepted": happened.ReplyAccepted(text, ReplyKind.HEARD),
        "sent": happened.ReplySent(f"https://example.com/{len(text)}"),
        "sent, odd link": happened.ReplySent(text),
        "sent, no link": happened.ReplySent("", text),
        "private": happened.MovedPrivate(PrivateChannel.PHONE, text),
        "promised": happened.Promised(1, text, NOW + HOUR),
        "done": happened.PromiseDone(1),
        "kept": happened.PromiseTold(1),
        "resolved": happened.Resolved(text),
        "solution told": happened.ResolutionTold(),
        "satisfied": happened.SatisfactionChecked(Satisfaction.YES, text),
        "update asked": happened.UpdateAsked(text),
        "skipped": happened.StepSkipped(Step.UPDATE, text),
        "closed": happened.Closed(Outcome.SATISFIED, text),
        "dismissed": happened.Dismissed(text),
        "merged": happened.Merged(9),
        "reopened": happened.Reopened(text),
        "checked": happened.CheckedIn(text),
        "reviewed": happened.Reviewed(text),
        "snoozed": happened.Snoozed(NOW + HOUR, text),
        "marked": happened.Marked(Mark.LEGAL, text),
        "unmarked": happened.Unmarked(Mark.LEGAL, text),
        "approved": by("rui", happened.ReplyApproved(text)),
        "improved": by("rui", happened.ReplyImproved(f"{text} Desculpe.")),
    }


def cards(text="Meu pedido não chegou", name="Ana Souza"):
    """Card of each kind by name. ``text`` is whatever was typed or complained, ``name`` a member's."""
    own = plan(name)
    about = {"text": text, "author": text, "link": "https://example.com/p/1", "channel": "facebook"}
    made = {}
    for state, events in STATES.items():
        case = fold(12, history(*events, **about))
        owed = duties(case, own, LATER)
        made[f"case: {state}"] = showing.case_card(case, own, EN, LATER, owed, ("ana", "rui"))
    full = (
        *("claimed", "facts", "sighted", "accepted", "sent", "private", "promised", "resolved", "solution told"),
        *("snoozed",),
    )
    events = told(text)
    opened = happened.Opened(
        Complaint(key="k1", channel=text, text=text, posted_at=NOW, author=text, link=text, kind=Kind.QUESTION),
        recurrence_of=3,
        alike=(5, 6),
    )
    whole = history(*(events[each] for each in full), opened=opened)
    case = fold(12, whole)
    owed = duties(case, own, LATER)
    made["case: everything"] = showing.case_card(case, own, EN, LATER, owed)
    made["history"] = showing.history_card(case, whole, made["case: everything"], EN)
    for kind, event in events.items():
        who, what = event if isinstance(event, tuple) else ("ana", event)
        if card := showing.thread_card(case, Entry(NOW, what, who), own, EN):
            made[f"thread: {kind}"] = card
    made |= readings(text, own)
    made["reminder"] = showing.reminder_card(case, owed, ("ana", "lia", "rui"), own, EN, LATER)
    made["todo"] = showing.todo_card([(case, duty) for duty in owed], EN, LATER)
    made["todo: nothing"] = showing.todo_card([], EN, LATER)
    made["listing"] = Card(title="Open cases", lines=(showing.case_line(case, own, EN, LATER, owed),) * 30)
    made["digest"] = digest_card(figures([case], own, LATER, {text: NOW}, {text: HOUR}, []), own, EN, LATER)
    made["light: green"] = showing.green_card(EN)
    made["help"] = showing.help_card(EN)
    made["help: promise"] = showing.help_card(EN, COMMANDS["promise"])
    made["refusal"] = showing.refusal(Refused(say("There is no case {n}: {text}", n=12, text=text)), EN, kept=text)
    unmet = Unmet(say("#12 cannot be closed yet:"), ((say(text), "satisfied 12"), (say("tell"), "told 12 1")))
    made["refusal: unmet"] = showing.refusal(unmet, EN)
    made["all of it"] = everywhere(text)
    return made


def readings(text, own):
    """What is seen of a reply that has to be read: its case's card, and the message for second readers."""
    opened = happened.Opened(Complaint(key="k1", channel="facebook", text=text, posted_at=NOW, author=text))
    draft = happened.ReplyAccepted(f"{text} Sinto muito. Ana", ReplyKind.HEARD, draft=f"⟦customer⟧, {text} Ana")
    waiting = (happened.Claimed(), happened.Marked(Mark.HEATED, text), draft)
    better = happened.ReplyImproved(f"{text} Sinto muito mesmo. Ana")
    case, read = (fold(12, history(*each, opened=opened)) for each in (waiting, (*waiting, by("rui", better))))
    owed = duties(case, own, LATER)
    return {
        "case: to be read": showing.case_card(case, own, EN, LATER, owed),
        "reading: wanted": showing.reading_card(case, own, EN),
        "reading: improved": showing.reading_card(read, own, EN),
    }


def everywhere(text):
    """The text in every place of a card, whether or not the product puts any there."""
    spans = (
        text,
        Who("ana"),
        Who(text),
        At(NOW),
        CaseLink(3),
        CaseLink(4),
        Code(text),
        WebLink(text),
        WebLink(text, text),
        Gone(text),
        Added(text),
    )
    return Card(
        title=text,
        tone=Tone.LATE,
        case=12,
        quote=text,
        byline=spans,
        link=text,
        lines=(spans, (text,)),
        facts=(Fact(text, spans),),
        sections=(Section(text, (spans, (text,))),),
        copy=text,
        buttons=(Button(text, "claim 12", is_main=True), Button(text, "dismiss 12", is_danger=True)),
        calls=("ana", "rui", text),
    )


def forms(text="Meu pedido não chegou", name="Ana Souza"):
    """Form of each kind by name."""
    own = plan(name)
    made = {}
    for word, command in COMMANDS.items():
        begun = command(12) if issubclass(command, CaseCommand) else command()
        values = dict.fromkeys(command.__struct_fields__, text)
        made[f"form: {word}"] = form(begun, own, EN)
        made[f"form: {word}, refused"] = form(
            begun, own, EN, error=say("No: {t}", t=text), lines=((text,),), values=values
        )
    case = fold(12, history(text=text))
    made["reply: choose"] = choose_template(
        case, LIBRARY.templates[:12], EN, ((text,), (Who("ana"), At(NOW), CaseLink(3)))
    )
    made["reply: compose"] = choose_parts(case, LIBRARY.parts_in("pt"), EN, ((text,),), say("No: {t}", t=text))
    made["reply: write"] = write_reply(case, "heard-first", text, EN, ((text,),), say("Too long: {t}", t=text))
    made["all of it"] = Form(
        title=text,
        command="promise 12",
        fields=(
            Field("what", text, FieldKind.LINE, text, text),
            Field("text", text, FieldKind.TEXT, text, text),
            Field("who", text, FieldKind.MEMBER, text, "ana", choices=(Choice("ana", text), Choice("rui", text))),
            Field("step", text, FieldKind.CHOICE, text, text, choices=(Choice("a", text), Choice("b", text))),
            Field("by", text, FieldKind.WHEN, text, text, required=False),
        ),
        submit=text,
        lines=((text, Who("ana"), WebLink(text), Code(text)),),
        error=(text,),
    )
    return made
