"""The people of a Slack workspace, as players of a story."""

import asyncio
import re
from contextlib import asynccontextmanager
from html import escape

from msgspec.structs import replace

from bot.core.cards import Form
from bot.room import HandClock
from tests.chats.slack.workspace import CHANNEL, USERS, buttons, open_bot, open_workspace
from tests.stories.chats import as_read, flat, note_places, texts, unread

#: Looks at the server until something is there: many in all, and never by the clock.
LOOKS, REST_S = 1_500, 0.01


def on_slack(plan):
    """The same committee with accounts."""
    committee = (replace(member, accounts={"slack": USERS[member.id]}) for member in plan.committee)
    return replace(plan, committee=tuple(committee))


@asynccontextmanager
async def slack_room(folder, plan, start):
    """A room on Slack whose clock is moved by hand, and its people."""
    plan = on_slack(plan)
    async with (
        open_workspace(folder / "workspace", zone=plan.zone) as workspace,
        open_bot(folder, workspace, plan=plan, clock=HandClock(start)) as bot,
    ):
        yield bot.room, SlackPeople(workspace, bot, plan)


class SlackPeople:
    """``tests.stories.chats.People`` on Slack."""

    def __init__(self, workspace, bot, plan):
        self.workspace, self.bot, self.plan = workspace, bot, plan
        self._refs, self._seen, self._errors = {}, set(), []
        note_places(bot.chat, self._refs)

    # What they do

    async def speak(self, who, words, case=0):
        await self._begin()
        words = _typed(words)
        if case:
            thread = self._refs[f"case/{case}"].partition(":")[2]
            linked = re.sub(r"https?://[^\s\"]+", r"<\g<0>>", words)
            await self.workspace.mention(who, linked, thread)
        else:
            await self.workspace.type(who, words.removeprefix("/crisis").strip())

    async def press(self, who, case, label):
        await self._begin()
        for _ in range(LOOKS):
            if found := await self._button(who, case, label):
                await self.workspace.click(who, *found)
                return
            await asyncio.sleep(REST_S)
        raise AssertionError(f"{who} sees no button “{label}” of #{case}")

    async def fill(self, who, values):
        window = (await self._stack())[-1]
        for block in window["blocks"]:
            options = block.get("element", {}).get("options")
            wanted = values.get(block.get("element", {}).get("action_id"))
            if options and wanted and wanted not in {each["value"] for each in options}:
                return False
        await self._begin(is_over=False)
        said = await self.workspace.submit(who, **values)
        self._errors = list(said.values()) if isinstance(said, dict) else []
        return True

    # What they read

    async def reads(self, who, answer):
        wanted = self._shown(answer, is_private=True)
        is_asked = False
        read = ""
        for _ in range(LOOKS):
            messages = await self._new(who)
            read = flat("\n".join([*map(_read, messages), *map(_read, (await self._stack())[-1:]), *self._errors]))
            if not unread(wanted, read):
                return
            if isinstance(answer, Form) and not is_asked and messages and len(buttons(messages[-1])) == 1:
                is_asked = True  # A mention opens no window; the button that came instead does.
                await self.workspace.click(who, messages[-1]["ts"], buttons(messages[-1])[0])
            await asyncio.sleep(REST_S)
        raise AssertionError(f"{who} should read\n{unread(wanted, read)}\nbut reads\n{read}")

    async def room_reads(self, key, card, under, to):
        channel, _, ts = self._refs[key].partition(":")
        [message] = [each for each in await self.workspace.messages(channel) if each["ts"] == ts]
        read = flat(_read(message))
        missing = unread(self._shown(card, is_private=False), read)
        assert not missing, f"{key} should say\n{missing}\nbut says\n{read}"
        assert message.get("thread_ts", "") == (self._refs[under].partition(":")[2] if under else "")
        assert (channel == CHANNEL) is (not to)
        rung = re.findall(r"<@(\w+)>", read)
        assert rung == [USERS[member] for member in card.calls]

    def keys(self):
        return set(self._refs)

    def _shown(self, answer, *, is_private):
        """What has to be read of it; only in private are members shown as Slack shows them."""
        mentions = {each.id: f"<@{USERS[each.id]}>" for each in self.plan.committee} if is_private else {}
        return [said for text in texts(answer) if (said := as_read(text, self.plan, mentions))]

    async def _begin(self, *, is_over=True):
        """What was read before is read; who does something else closes the window first."""
        self._errors = []
        self._seen |= {each["ts"] for each in await self.workspace.messages() if each.get("ephemeral_to")}
        if is_over and await self._stack():
            await self.workspace.close_window()

    async def _stack(self):
        return (await self.workspace.ui())["modalStack"]

    async def _new(self, who):
        said = await self.workspace.messages()
        return [each for each in said if each.get("ephemeral_to") == USERS[who] and each["ts"] not in self._seen]

    async def _button(self, who, case, label):
        own = self._refs[f"case/{case}"].partition(":")[2]
        newest = (await self.workspace.messages())[::-1]
        said = [each for each in newest if each.get("ephemeral_to") in (None, USERS[who])]
        for message in sorted(said, key=lambda each: each["ts"] != own):
            for action in _actions(message):
                command, called = _command(action)
                if command.split()[1:2] == [str(case)] and called.casefold() == label.casefold():
                    return message["ts"], action
        return None


def _actions(message):
    """Its buttons and menus; of a menu the last choice, which is the command itself."""
    for block in message.get("blocks") or []:
        for element in block["elements"] if block["type"] == "actions" else []:
            chosen = {"selected_option": element["options"][-1]} if element["type"] == "static_select" else {}
            yield {**element, **chosen}


def _command(action):
    """What it does, and what it is called."""
    option = action.get("selected_option")
    return (option["value"], action["placeholder"]["text"]) if option else (action["value"], action["text"]["text"])


def _typed(words):
    """What Slack makes of what somebody types: mentions are ids, three characters are escaped."""
    called = re.sub(
        r"(?<!\S)@(\w+)", lambda match: f"<@{USERS[match[1]]}|{match[1]}>" if match[1] in USERS else match[0], words
    )
    return "".join(
        part if part.startswith("<@U0") else escape(part, quote=False) for part in re.split(r"(<@U0\w+\|\w+>)", called)
    )


def _read(part):
    """Everything that a message or a view shows, as a person reads it."""
    match part:
        case {"type": "link", "url": url}:
            return part.get("text", url)
        case {"type": "user", "user_id": id}:
            return f"<@{id}>"
        case {"type": "date", "fallback": fallback}:
            return fallback
        case {"type": "text" | "plain_text", "text": text}:
            return text
        case {"type": "rich_text_section" | "rich_text_quote" | "rich_text_preformatted", "elements": elements}:
            return "".join(map(_read, elements)) + "\n"
        case dict():
            shown = [part["initial_value"]] if "initial_value" in part else []
            # A message's text is what a notification says; whoever reads it reads its blocks.
            own = {name: each for name, each in part.items() if isinstance(each, dict | list)}
            return "\n".join([*shown, *map(_read, own.values())])
        case list():
            return "\n".join(map(_read, part))
    return ""
