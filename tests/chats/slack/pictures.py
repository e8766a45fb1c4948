"""Takes the pictures of the guides: a room on the local Slack server, seen with Chromium. ``make pictures`` runs it.

The server's own page draws everything but rich text, for which it writes "[rich_text]", and
inputs of several lines, of which it shows one. These this script draws from the blocks that the
server was given, as Slack describes them: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

import asyncio
import json
import sys
import tempfile
from datetime import datetime
from html import escape
from pathlib import Path

import time_machine

from bot.demo.arrivals import arrivals
from bot.demo.people import START
from tests.browser import open_browser
from tests.chats.slack.workspace import PLAN, SERVER, USERS, open_bot, open_workspace

#: Slack's lettering, and rich text. When the server got a message is hidden: it is today, and the scene is not.
LOOKS = """
body, button, select, input, textarea { font-family: Lato, "Noto Color Emoji", sans-serif !important }
.msg-time, .thread-summary-time { display: none }  .msg { background: none !important; padding-bottom: 12px !important }
.home-inner { padding: 12px }  .modal { max-height: none !important; box-shadow: none !important }
.rich { line-height: 1.45; white-space: pre-wrap; color: #1d1c1d }  .rich a { color: #1264a3 }
.rich .quote { border-left: 4px solid #ddd; padding-left: 12px }
.rich ul { margin: 2px 0; padding-left: 24px }  .rich .user { background: #e8f5fb; color: #1264a3; padding: 0 2px }
.rich code { border: 1px solid #ddd; border-radius: 3px; background: #f8f8f8; color: #c01343; padding: 0 3px }
textarea { width: 100%; border: 1px solid #bbb; border-radius: 4px; padding: 8px; font-size: 15px; line-height: 1.45; field-sizing: content }
.rich pre { border: 1px solid #ddd; border-radius: 4px; background: #f8f8f8; padding: 8px; white-space: pre-wrap }
"""
NAMES = {USERS[member.id]: member.name for member in PLAN.committee if member.id in USERS}


# What the page leaves out


def drawn(block):
    """A rich text block as HTML."""
    return "".join(f"<div>{_part(part)}</div>" for part in block["elements"])


def drawn_input(element):
    """An input of several lines as HTML."""
    return f"<textarea>{escape(element.get('initial_value', ''))}</textarea>"


def _part(part):
    inside = "".join(map(_element, part["elements"])) if part["type"] != "rich_text_list" else ""
    match part["type"]:
        case "rich_text_quote":
            return f'<div class="quote">{inside}</div>'
        case "rich_text_preformatted":
            return f"<pre>{inside}</pre>"
        case "rich_text_list":
            return f"<ul>{''.join(f'<li>{_part(each)}</li>' for each in part['elements'])}</ul>"
    return inside


def _element(element):
    match element["type"]:
        case "link":
            return f"<a>{escape(element.get('text') or element['url'])}</a>"
        case "user":
            return f'<span class="user">@{escape(NAMES[element["user_id"]])}</span>'
        case "date":
            return _moment(datetime.fromtimestamp(element["timestamp"], PLAN.tz))
    text, style = escape(element["text"]), element.get("style", {})
    for name, tag in (("code", "code"), ("italic", "i"), ("bold", "b")):
        text = f"<{tag}>{text}</{tag}>" if style.get(name) else text
    return text


def _moment(at):
    """``{date_short_pretty} {time}``, as Slack writes it."""
    days = (at.date() - datetime.now(PLAN.tz).date()).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    return f"{near.get(days) or f'{at:%b} {at.day}, {at.year}'} {at.hour % 12 or 12}:{at:%M %p}"


async def draw(browser, where, blocks):
    """Puts what the page leaves out of these blocks in the element that ``where`` finds."""
    rich = [drawn(block) for block in blocks if block["type"] == "rich_text"]
    await browser.see(f"({where})?.querySelectorAll('.bk-unknown').length === {len(rich)}")
    script = "(all, rich) => all.forEach((each, n) => { each.className = 'rich'; each.innerHTML = rich[n] })"
    await browser.ask(f"({script})([...({where}).querySelectorAll('.bk-unknown')], {json.dumps(rich)})")
    inputs = [block["element"] for block in blocks if block["type"] == "input"]
    long = [drawn_input(each) if each.get("multiline") else "" for each in inputs]
    script = "(all, long) => all.forEach((each, n) => { if (long[n]) each.outerHTML = long[n] })"
    await browser.ask(f"({script})([...({where}).querySelectorAll('.bk-input input')], {json.dumps(long)})")


# The scene


async def complaints_arrive(workspace, bot):
    """The demo's first three, each as long ago as it says."""
    for _, complaint in arrivals(START)[:3]:
        await bot.room.receive(complaint)
        await workspace.card(complaint.text[:30])


async def committee_sets_to_work(workspace):
    for who, line in (
        ("ana", "claim 1"),
        ("ana", "facts 1 Order 48213, promised for Friday. The parcel lies at the carrier's depot since Thursday."),
        ("ana", 'promise 1 "A courier brings it" by 18:00'),
        ("bea", "claim 3"),
    ):
        await workspace.type(who, line)
    await workspace.card("A courier brings it")
    await workspace.card("Bea Kowalska")


async def take(browser, workspace):
    await take_cards(browser, workspace)
    await take_home(browser, workspace)
    await take_reply(browser, workspace)


async def take_cards(browser, workspace):
    await browser.see("[...document.querySelectorAll('.msg')].some(m => m.innerText.includes('Done: A courier'))")
    shown = [each for each in await workspace.messages() if each.get("blocks") and not each.get("ephemeral_to")]
    cards = [each for each in shown if not each.get("thread_ts")][:2]
    parts = [f"document.querySelector('.msg[data-ts=\"{each['ts']}\"]')" for each in cards]
    for part, card in zip(parts, cards, strict=True):
        await draw(browser, part, card["blocks"])
    await browser.picture("slack-card.png", *parts)


async def take_home(browser, workspace):
    await browser.ask("[...document.querySelectorAll('.sidebar-item')].at(-1).click()")
    await workspace.open_home("ana")
    view = await workspace.home("ana", "Open cases")
    await draw(browser, "document.querySelector('.home-inner')", view["blocks"])
    await browser.picture("slack-home.png", "document.querySelector('.home-inner')")


async def take_reply(browser, workspace):
    await workspace.press("ana", "reply 1")
    await workspace.window("choose a draft")
    await workspace.submit("ana", template="heard-delay")
    view = await workspace.window("⟦")
    await draw(browser, "document.querySelector('.modal')", view["blocks"])
    await browser.picture("slack-reply.png", "document.querySelector('.modal')")


async def main():
    with tempfile.TemporaryDirectory(prefix="heard-pictures-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        async with (
            open_workspace(folder / "workspace", zone=PLAN.zone) as workspace,
            open_bot(folder, workspace) as bot,
        ):
            await complaints_arrive(workspace, bot)
            await committee_sets_to_work(workspace)
            async with open_browser(folder / "profile", workspace.base) as browser:
                await browser.see("Boolean(document.querySelector('.messages .msg'))")
                await browser.dress(LOOKS)
                await take(browser, workspace)


if __name__ == "__main__":
    SERVER.exists() or sys.exit("The Slack server is not there: run .ci/parts.")
    with time_machine.travel(START):  # the scene is the same on every day
        asyncio.run(main())
