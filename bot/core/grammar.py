"""Commands to text and back: ``parse(write(command))`` is the command again."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from bot.core.commands import (
    COMMANDS,
    CaseCommand,
    Command,
    Link,
    MemberId,
    Slot,
    TemplateName,
    missing,
    slots,
)
from bot.core.plan import Member, Plan
from bot.core.when import read_when
from bot.core.words import Code, Sentence, say


class ForMember(Exception):
    """Something to tell the member as it is: one sentence that says what to do instead."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.id)
        self.sentence = sentence


class BadCommand(ForMember):
    """The line is no command."""


class Ground(msgspec.Struct, frozen=True):
    """What a line is read against: the plan, the present moment, and the case in whose thread it was typed.

    ``zone`` is the typing member's, an IANA name; empty: the brand's.
    """

    plan: Plan
    now: datetime
    case: int = 0
    zone: str = ""

    @property
    def tz(self) -> ZoneInfo:
        """The zone in which a time means what its writer means: their own clock's."""
        return ZoneInfo(self.zone) if self.zone else self.plan.tz


def parse(line: str, ground: Ground) -> Command:
    """The command that a member typed, with or without ``/crisis``; raises BadCommand.

    Fields that were left out keep their empty defaults: ``missing`` names them.
    """
    line = re.sub(r"^/?(?:crisis|heard)\b\s*", "", line.strip().lstrip("/"), flags=re.IGNORECASE)
    word, _, rest = _first_word(line)
    if not word:
        return COMMANDS["todo"]()
    command = COMMANDS.get(word.casefold().rstrip(":"))
    if command is None:
        raise BadCommand(_unknown(word))
    return _Reading(command, rest.strip(), ground).read()


def write(command: Command) -> str:
    """The line that means this command, in its canonical form."""
    parts = [type(command).word]
    for slot in slots(type(command)):
        value = getattr(command, slot.name)
        if value not in (None, "", 0):
            parts.append(_written(command, slot, value))
    return " ".join(parts)


def fill(command: Command, values: Mapping[str, str], ground: Ground) -> Command:
    """The command with the fields of a form merged in; raises BadCommand for a field that cannot be read."""
    changes: dict[str, object] = {}
    for slot in slots(type(command)):
        if text := values.get(slot.name, "").strip():
            changes[slot.name] = _value(slot, text, ground)
    return replace(command, **changes)


def opens_form(command: Command) -> bool:
    """Whether the command still wants fields, known before it is run (Discord asks for it)."""
    return any(slot.name != "case" for slot in missing(command))


class _Reading:
    """One pass over the rest of a line, slot by slot."""

    def __init__(self, command: type[Command], rest: str, ground: Ground) -> None:
        self.command, self.rest, self.ground = command, rest, ground
        self.values: dict[str, object] = {}

    def read(self) -> Command:
        own = slots(self.command)
        self._options([slot for slot in own if slot.arg.option])
        plain = [slot for slot in own if not slot.arg.option]
        for position, slot in enumerate(plain):
            self._slot(slot, plain[position + 1 :])
        if self.rest and self.command.instead:
            raise BadCommand(
                say(
                    self.command.instead,
                    link=Code("sent 12 https://…"),
                    without=Code("sent 12 no link, because …"),
                )
            )
        if self.rest:
            raise BadCommand(
                say(
                    "I don't know what to do with “{rest}” after {word}; see {help}.",
                    rest=_clip(self.rest),
                    word=Code(self.command.word),
                    help=Code(f"help {self.command.word}"),
                )
            )
        return self.command(**self.values)

    def _slot(self, slot: Slot, later: list[Slot]) -> None:
        if slot.name == "case" and issubclass(self.command, CaseCommand):
            self._case(later)
        elif slot.arg.rest:
            self._text(slot, later)
        elif self.rest:
            self._token(slot)

    def _case(self, later: list[Slot]) -> None:
        """The number, or the thread's own case when it was left out."""
        match = re.match(r"(#?)(\d{1,9})(?=\s|$|:)", self.rest)
        if match and self._means_case(match, later):
            self.values["case"] = int(match[2])
            self.rest = self.rest[match.end() :].lstrip()
        elif self.ground.case:
            self.values["case"] = self.ground.case
        elif issubclass(self.command, CaseCommand) and self.command.needs_case:
            raise BadCommand(
                say(
                    "Which case? Write its number: {example}.",
                    example=Code(f"{self.command.word} 12"),
                )
            )

    def _means_case(self, match: re.Match[str], later: list[Slot]) -> bool:
        """In a case's own thread a bare number may be a promise, or the first word of a text."""
        if not self.ground.case or match[1] or not later:
            return True
        if later[0].type is int:
            return bool(re.match(rf"\s+(?:{later[0].arg.lead})?#?\d+(?=\s|$)", self.rest[match.end() :], re.IGNORECASE))
        return int(match[2]) == self.ground.case or not (later[0].arg.rest and later[0].arg.required)

    def _token(self, slot: Slot) -> None:
        lead = re.match(slot.arg.lead, self.rest, re.IGNORECASE) if slot.arg.lead else None
        if slot.arg.needs_lead and not lead:
            return
        rest = self.rest[lead.end() :] if lead else self.rest
        if slot.type is datetime:
            self._moment(slot, rest)
            return
        token, _, after = _first_word(rest)
        if slot.type is TemplateName:
            if after and not _TEMPLATE.fullmatch(token):
                return
            token = token.rstrip(":")
        if slot.type is Link and not token.lower().startswith(("http://", "https://")):
            return
        self.values[slot.name] = _value(slot, token, self.ground)
        self.rest = after.lstrip()

    def _moment(self, slot: Slot, rest: str) -> None:
        """The longest run of words, at most four, that means a moment."""
        words = rest.split()
        for length in range(min(4, len(words)), 0, -1):
            moment = read_when(" ".join(words[:length]), self.ground.now, self.ground.tz, past=slot.arg.past)
            if moment is not None:
                self.values[slot.name] = moment
                self.rest = " ".join(rest.split(maxsplit=length)[length:])
                return
        raise BadCommand(_no_moment(rest))

    def _text(self, slot: Slot, later: list[Slot]) -> None:
        if lead := re.match(slot.arg.lead, self.rest, re.IGNORECASE) if slot.arg.lead else None:
            self.rest = self.rest[lead.end() :]
        elif slot.arg.needs_lead and self.rest:
            return
        if self.rest.startswith(": ") or (self.rest.startswith(":") and "template" in self.values):
            self.rest = self.rest[1:].lstrip()
        text, self.rest = self._quoted() or self._before(later)
        self.values[slot.name] = text

    def _quoted(self) -> tuple[str, str] | None:
        """A text in double quotes that holds what would otherwise be read as more."""
        if not self.rest.startswith('"'):
            return None
        try:
            text, end = json.JSONDecoder(strict=False).raw_decode(self.rest)
        except ValueError:
            return None
        rest = self.rest[end:]
        return (text.strip(), rest.strip()) if isinstance(text, str) and (not rest or rest[0].isspace()) else None

    def _before(self, later: list[Slot]) -> tuple[str, str]:
        """The text up to the last word that leads to a moment: *call her by tomorrow 12:00*."""
        if later and later[0].type is datetime:
            for lead in reversed(list(re.finditer(rf"(?:^|\s)(?={later[0].arg.lead})", self.rest, re.IGNORECASE))):
                after = self.rest[lead.end() :]
                start = re.match(later[0].arg.lead, after, re.IGNORECASE)
                if start and read_when(after[start.end() :], self.ground.now, self.ground.tz):
                    return self.rest[: lead.start()].strip(), after
        return self.rest.strip(), ""

    def _options(self, options: list[Slot]) -> None:
        """``channel=facebook author="João Silva"``, anywhere behind the text."""
        if not options:
            return
        quoted = self._quoted()
        text, tail = (self.rest[: len(self.rest) - len(quoted[1])], quoted[1]) if quoted else ("", self.rest)
        names = {slot.name: slot for slot in options}
        pattern = rf'(?:(?<=\s)|^)({"|".join(names)})=("(?:[^"\\]|\\.)*"|\S+)'

        def take(match: re.Match[str]) -> str:
            slot = names[match[1]]
            self.values[slot.name] = _value(slot, _unquoted(match[2]), self.ground)
            return ""

        self.rest = (text + re.sub(pattern, take, tail)).strip()


#: A template's name, or those of parts joined by +, before the member's own text. "João: …" is the text itself.
_TEMPLATE = re.compile(r"[a-z][a-z0-9+-]*:")


def _unquoted(text: str) -> str:
    """What stands between double quotes; as it stands when a backslash in it means nothing."""
    if not text.startswith('"'):
        return text
    try:
        return str(json.loads(text, strict=False))
    except ValueError:
        return text.strip('"')


def _first_word(text: str) -> tuple[str, str, str]:
    match = re.match(r"(\S+)(\s*)", text)
    return (match[1], match[2], text[match.end() :]) if match else ("", "", "")


def _value(slot: Slot, text: str, ground: Ground) -> object:
    """A field's value from its text; raises BadCommand."""
    if slot.type is int:
        return _number(text)
    if slot.type is datetime:
        return _moment(slot, text, ground)
    if slot.type is MemberId:
        return _member(text, ground)
    if slot.type is TemplateName:
        return TemplateName(text.casefold())
    if isinstance(slot.type, type) and issubclass(slot.type, StrEnum):
        return _choice(slot.type, text)
    return text


def _number(text: str) -> int:
    digits = text.lstrip("#")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9 or not int(digits):
        raise BadCommand(say("“{text}” is no number.", text=_clip(text)))
    return int(digits)


def _moment(slot: Slot, text: str, ground: Ground) -> datetime:
    moment = read_when(text, ground.now, ground.tz, past=slot.arg.past)
    if moment is None:
        raise BadCommand(_no_moment(text))
    return moment


def _member(text: str, ground: Ground) -> MemberId:
    """A member by id, chat account (as platforms write mentions) or name, in this order.

    Names come from chats too, where anybody may call themselves by another's id.
    """
    wanted = text.strip("@<>!.,:").casefold()
    for known in (_ids, _accounts, _names):
        found = [member.id for member in ground.plan.committee if wanted in known(member)]
        if len(found) == 1:
            return MemberId(found[0])
        if found:
            raise BadCommand(
                say("“{name}” may be {members}; write which of them.", name=_clip(text), members=", ".join(found))
            )
    raise BadCommand(
        say(
            "{name} is not on the committee; its members are {members}.",
            name=_clip(text),
            members=", ".join(member.id for member in ground.plan.committee),
        )
    )


def _ids(member: Member) -> Collection[str]:
    return (member.id.casefold(),)


def _accounts(member: Member) -> Collection[str]:
    return [account.casefold() for account in member.accounts.values()]


def _names(member: Member) -> Collection[str]:
    return (member.name.casefold(),)


def _choice(choices: type[StrEnum], text: str) -> StrEnum:
    wanted = text.casefold().strip(".,:")
    for choice in choices:
        if wanted == choice.value:
            return choice
    raise BadCommand(
        say("“{text}” is none of {choices}.", text=_clip(text), choices=", ".join(choice.value for choice in choices))
    )


def _written(command: Command, slot: Slot, value: object) -> str:
    match value:
        case datetime():
            text = value.astimezone(UTC).isoformat()
        case int():
            text = str(value)
        case _:
            text = str(value)
            if slot.type is TemplateName:
                return f"{text}:" if getattr(command, "text", "") else text
            if slot.arg.rest or (slot.arg.option and re.search(r'[\s"\\]', text)):
                text = json.dumps(text, ensure_ascii=False)
    if slot.arg.option:
        return f"{slot.name}={text}"
    return f"{slot.arg.lead_word} {text}" if slot.arg.lead_word else text


def _no_moment(text: str) -> Sentence:
    return say(
        "I can't read “{text}” as a time; write it like {examples}.",
        text=_clip(text),
        examples=say("today, tomorrow 12:00, 2h, fri 17:00"),
    )


def _unknown(word: str) -> Sentence:
    near = difflib.get_close_matches(word.casefold(), COMMANDS, 1)
    if near:
        return say("There is no “{word}”; did you mean {near}?", word=_clip(word), near=Code(near[0]))
    return say("There is no “{word}”; {help} lists what I know.", word=_clip(word), help=Code("help"))


def _clip(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"
