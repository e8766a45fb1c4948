"""The people of a Discord server, as players of a story."""

import re
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from msgspec.structs import replace
from simcord import ResponseMessage

from adapters.chats.discord.buttons import CHOICE
from adapters.chats.discord.card import MENU
from adapters.chats.discord.forms import COMMAND, is_menu
from adapters.chats.discord.tree import path
from bot.core.calendar import local_date
from bot.core.cards import FieldKind, Form
from bot.core.commands import MemberId, slots
from bot.core.duties import duties
from bot.core.grammar import BadCommand, Ground, parse
from bot.core.when import read_when
from bot.core.words import LANGUAGES
from tests.chats.discord.guild import components, open_server, with_guild
from tests.chats.discord.judges import OURS
from tests.chats.discord.judges import read as judge
from tests.stories.chats import as_read, flat, moment, note_places, texts, unread

#: What every member is told each morning on Discord, and nobody on a terminal (``DiscordChat.tells_duties_to``).
DUTIES = "todo/"
_BUTTON, _MENU = 2, 3


@asynccontextmanager
async def discord_room(folder, plan, start, *, is_forum):
    """A room on Discord whose clock is moved by hand, and its people."""
    members = tuple(member.id for member in plan.committee)
    async with open_server(folder, is_forum=is_forum, plan=plan, members=members, at=start) as server:
        yield server.room, DiscordPeople(server, is_forum=is_forum)


class DiscordPeople:
    """``tests.stories.chats.People`` on Discord."""

    def __init__(self, server, *, is_forum):
        self.server, self.is_forum, self.plan = server, is_forum, server.room.plan
        self.accounts = {member.id: member.accounts["discord"] for member in self.plan.committee}
        self.ways = Counter()
        """How often each way of giving a command was taken: a sub-command's options, or a whole line."""
        self.duties, self.owing = [], []
        """What members were told each morning: key, card and member; and the keys of what they owed then."""
        self._refs, self._results, self._window = {}, [], None
        self._line, self._typed = "", []
        note_places(server.chat, self._refs)
        self._note_duties(server.chat)

    def _note_duties(self, chat):
        post = chat.post

        async def note_post(key, card, under="", to=""):
            if key.startswith("digest/"):
                self.owing += await self._owed()
            if key.startswith(DUTIES):
                self.duties.append((key, card, to))
            return await post(key, card, under, to)

        chat.post = note_post

    async def _owed(self):
        """The key of what each member owes at this moment."""
        room = self.server.room
        cases, now = await room.store.live_cases(), room.now()
        owing = {member for case in cases for duty in duties(case, self.plan, now) for member in duty.who}
        return [f"{DUTIES}{local_date(now, self.plan)}/{member}" for member in owing]

    # What they do

    async def speak(self, who, words, case=0):
        place = await self.server.place(case) if case else self._talk
        options = self._options(words, case)
        self.ways["line" if options is None else "options"] += 1
        word, given = ("say", {"line": words}) if options is None else options
        self._line = words
        self._typed = [] if options is None else [value for value in given.values() if isinstance(value, str)]
        self._heard(await self._person(who).slash(place, f"crisis {word}", **given))

    async def press(self, who, case, label):
        for message in self._in_sight(who, case):
            for part in components(message):
                if _means(part, case, label):
                    self._heard(await self._pressed(who, message, part))
                    return
        raise AssertionError(f"{who} sees no button “{label}” of #{case}")

    async def fill(self, who, values):
        if self._window is None:
            message, menu = self._offered()
            [value] = values.values()
            # What is chosen already sends nothing: https://github.com/discord/discord-api-docs/issues/4801
            if value not in {option["value"] for option in menu["options"] if not option.get("default")}:
                return False
            self._heard(await self._person(who).select(message, [value]))
            return True
        inputs = _inputs(self._window.modal)
        for name, value in values.items():
            options = inputs[name].get("options")
            if options and value not in {each["value"] for each in options}:
                return False
        filled = {name: _filled_in(part) for name, part in inputs.items()} | values
        # Discord keeps a menu's choices, and what was filled in already, until somebody changes them.
        sent = {name: [value] if inputs[name]["type"] == _MENU else value for name, value in filled.items() if value}
        self._heard(await self._person(who).submit_modal(self._window, sent))
        return True

    # What they read

    async def reads(self, who, answer):
        assert all(each.modal or each.ephemeral for each in self._results), "only this member may read it"
        wanted = _own_texts(answer)
        if self._typed and (self._line,) in wanted:
            # Given back is what was typed: here it was options and no line.
            wanted = [text for text in wanted if text != (self._line,)] + [(value,) for value in self._typed]
        again = self._again()
        if isinstance(answer, Form) and answer.fields and again:
            # A window never follows a window; the button that came instead opens it.
            message, button = again
            self._heard(await self._pressed(who, message, button), is_new=False)
        read = flat("\n".join([text for each in self._results for text in await self._answer(each)]))
        missing = unread(self._shown(wanted, is_private=True), read)
        assert not missing, f"{who} should read\n{missing}\nbut reads\n{read}"

    async def room_reads(self, key, card, under, to):
        channel, id = map(int, self._refs[key].split(":"))
        stands = self.server.env.backend.get_message(channel, id)
        read = flat("\n".join(await self._message(ResponseMessage(self.server.env, stands))))
        missing = unread(self._shown(texts(card), is_private=False), read)
        assert not missing, f"{key} should say\n{missing}\nbut says\n{read}"
        assert channel == self._place(key, card, under, to), f"{key} stands in the wrong place"
        called = [self.accounts[member] for member in card.calls]
        assert re.findall(r"<@(\d+)>", read) == called
        assert sorted(map(str, stands.ping_user_ids)) == sorted(called)
        assert not stands.mention_everyone

    def keys(self):
        """Of what stands, but for what members are told each morning; nothing stands that has no key."""
        assert set(self._refs.values()) == set(self._standing())
        return {key for key in self._refs if not key.startswith(DUTIES)}

    # Doing

    @property
    def _talk(self):
        """Where commands are given that belong to no case: nobody types into a forum itself."""
        return self.server.lobby if self.is_forum else self.server.channel

    def _person(self, who):
        if who not in self.server.people:
            person = self.server.guild.add_member(self.server.env.create_user(who))
            with_guild(person)
            self.server.people[who] = person
        return self.server.people[who]

    def _options(self, words, case):
        """The sub-command and its options, as they mean these words; None where they cannot."""
        try:
            command = parse(words, Ground(self.plan, self.server.room.now(), case))
        except BadCommand:
            return None
        usual, given = type(command)(), {}
        for slot in slots(type(command)):
            value = getattr(command, slot.name)
            if slot.name == "language" and value and value not in LANGUAGES:
                return None
            # In a case's own thread its number is left out.
            if value != (case or 0 if slot.name == "case" else getattr(usual, slot.name)):
                given[slot.name] = self._option(slot, value, words)
        return path(command.word), given

    def _option(self, slot, value, words):
        match value:
            case datetime():
                return self._moment(value, words, is_past=slot.arg.past)
            case int():
                return value
            case _:
                return self._person(value) if slot.type is MemberId else str(value)

    def _moment(self, at, words, *, is_past):
        """The words that meant this moment."""
        parts, now = re.sub(r'\w+=|"', " ", words).split(), self.server.room.now()
        for length in range(4, 0, -1):
            for begin in range(len(parts) - length + 1):
                said = " ".join(parts[begin : begin + length])
                if read_when(said, now, self.plan.tz, past=is_past) == at:
                    return said
        raise AssertionError(f"no words of “{words}” mean {at}")

    async def _pressed(self, who, message, part):
        if part["type"] == _BUTTON:
            return await self._person(who).click(message, custom_id=part["custom_id"])
        # The last choice of a menu is the command itself.
        value = part["options"][-1]["value"]
        assert value == part["custom_id"].removeprefix(MENU)
        return await self._person(who).select(message, [value], custom_id=part["custom_id"])

    def _heard(self, result, *, is_new=True):
        self._results = [result] if is_new else [*self._results, result]
        self._window = result if result.modal else None

    def _in_sight(self, who, case):
        """A case's card first, then everything that this member sees, the newest first."""
        own = int(self._refs[f"case/{case}"].partition(":")[2])
        places = [self.server.thread(id) for id, each in self.server.env.backend.channels.items() if each.guild_id]
        seen = [message for place in places for message in place.history(viewer=self._person(who))]
        return sorted(seen, key=lambda message: (message.id != own, -message.id))

    def _answers(self):
        """The messages with which what they did last was answered."""
        return [each for result in self._results for each in (result.response, *result.followups) if each]

    def _again(self):
        """The message whose only button opens a window again."""
        found = [(message, part) for message in self._answers() for part in components(message)]
        return found[0] if len(found) == 1 and found[0][1]["type"] == _BUTTON else None

    def _offered(self):
        """The menu that stands instead of a window, and its message."""
        found = [(message, part) for message in self._answers() for part in components(message)]
        [(message, menu)] = [each for each in found if each[1]["custom_id"].startswith(CHOICE)]
        return message, menu

    # Reading

    async def _answer(self, result):
        window = self._read_window(result.modal) if result.modal else []
        messages = [text for each in (result.response, *result.followups) if each for text in await self._message(each)]
        return [*window, *messages]

    def _read_window(self, window):
        read = [window["title"], *(self._read(part["content"]) for part in window["components"] if "content" in part)]
        for part in window["components"]:
            read += [part.get("label", ""), part.get("description") or ""]
        for part in _inputs(window).values():
            read += [_filled_in(part), *(option["label"] for option in part.get("options", ()))]
        return read

    async def _message(self, message):
        read = [self._read(message.content or "")]
        for embed in message.embeds:
            read += [self._read(embed.description or "")]
            read += [f"{self._read(field.name)}: {self._read(field.value)}" for field in embed.fields]
        for part in components(message):
            read += [part.get("label") or part.get("placeholder") or ""]
            read += [option["label"] for option in part.get("options", ())]
        return [*read, *[(await each.read()).decode() for each in message.attachments]]

    def _read(self, said):
        """Discord's markdown as a person reads it; nothing in it may be read as markup but our own."""
        judge(said, set(self.accounts.values()), "message", twice=False)
        return OURS.sub(self._seen, re.sub(r" · <t:-?\d+:R>", "", said))

    def _seen(self, found):
        if found["fence"]:
            return found[0][3:-3]
        if found["escape"]:
            return found[0][1:]
        if found["code"]:
            return found[0][1:-1]
        if found["time"]:
            return moment(datetime.fromtimestamp(int(found[0].split(":")[1]), UTC), self.plan)
        if found["case"]:
            number = re.search(r"#(\d+)", found[0])[1]
            there = self._refs[f"case/{number}"].replace(":", "/")
            assert found["card"] == f"https://discord.com/channels/{self.server.guild.id}/{there}"
            return f"#{number}"
        return found["url"] or (found[0] if found["user"] else "")

    def _shown(self, said, *, is_private):
        """What has to be read; only in private are members shown as Discord shows them."""
        mentions = {id: f"<@{account}>" for id, account in self.accounts.items()} if is_private else {}
        return [as_read(text, self.plan, mentions, path) for text in said]

    def _place(self, key, card, under, to):
        """Where the message with this key has to stand: a channel's, a thread's or a post's number."""
        backend = self.server.env.backend
        if to:
            return backend.dm_channels[int(self.accounts[to])]
        own = f"case/{card.case}"
        if self.is_forum and card.case and key != own:
            under = under or own
        if not under:
            return int(self._refs[key].partition(":")[2]) if self.is_forum else self.server.channel.id
        channel, id = map(int, self._refs[under].split(":"))
        thread = channel if backend.get_channel(channel).is_thread else id
        assert backend.get_channel(thread).parent_id == self.server.channel.id
        return thread

    def _standing(self):
        """What the bot has said to the room and to members, wherever it stands; Discord's own notices are of a kind."""
        backend = self.server.env.backend
        for channel, messages in backend.messages.items():
            for each in messages.values():
                if each.author_id == backend.bot_user.id and not each.is_ephemeral and each.type == 0:
                    yield f"{channel}:{each.id}"


def _own_texts(answer):
    """Everything that has to be read of an answer; Discord's windows have one word of their own for sending."""
    if not isinstance(answer, Form):
        return texts(answer)
    if is_offered(answer):  # Above the choices of a menu stands one sentence, and none is chosen beforehand.
        [field] = answer.fields
        answer = replace(answer, fields=(replace(field, label=field.hint or field.label, value=""),))
    *said, submit = texts(answer)
    chosen = [(each.label,) for field in answer.fields if is_menu(field) for each in field.choices]
    return [*said, *chosen, *((field.value,) for field in answer.fields), *([] if answer.fields else [submit])]


def is_offered(form):
    """Whether its one choice is a menu in a message, because a window may follow."""
    return len(form.fields) == 1 and form.fields[0].kind is FieldKind.CHOICE and is_menu(form.fields[0])


def _means(part, case, label):
    """Whether a button or menu is called so and is about this case."""
    begin = COMMAND if part["type"] == _BUTTON else MENU
    about = part["custom_id"].removeprefix(begin).split()[1:2]
    called = part.get("label") or part.get("placeholder") or ""
    return part["custom_id"].startswith(begin) and about == [str(case)] and called.casefold() == label.casefold()


def _inputs(window):
    """The inputs of a window, by the names of their fields."""
    parts = [part["component"] for part in window["components"] if "component" in part]
    return {part["custom_id"]: part for part in parts}


def _filled_in(part):
    """What is filled in, or chosen, already."""
    chosen = [option["value"] for option in part.get("options", ()) if option.get("default")]
    return part.get("value") or "".join(chosen)
