"""Takes the pictures of the guide to Discord: the room on simcord's server, drawn by simcord's own page in Chromium.

The messages, windows and suggestions are those that discord.py really sent; ``make pictures``
runs it. Where the page is not as Discord is, it is helped: its quotes go on over the lines
below them (on Discord a quote ends with its own line) and it swallows empty lines; and what is
the server's, which is in memory, is named or hidden: the bot is called TestBot there, and the hours
beside the messages are not those of the scene. The text of a window, which scrolls, is shown whole.
"""

import asyncio
import re
import tempfile
from pathlib import Path

import time_machine
from simcord.preview import _markdown

from bot.demo.arrivals import arrivals
from bot.demo.people import START
from tests.browser import open_browser
from tests.chats.discord.guild import open_server

NAMES = {"ana": "Ana Souza", "rui": "Rui Martins", "lia": "Lia Fernández"}
#: The conversation without what stands around it, and without the hours; an empty line is one.
LOOKS = """
[data-workbench], .channel-composer, .message-time, .message-gutter-time, .message-edited-compact,
.message-context-actions, .timeline-day-divider { display: none !important }
.embed-card p + p { margin-top: 1em !important }
.channel-timeline { padding-bottom: 0 !important }  #modal-root textarea { field-sizing: content }
#modal-root [role=dialog], #modal-root [role=dialog] * { max-height: none !important }
"""
#: What is on the page of the room.
HEAD, TALK = "document.querySelector('.channel-header')", "document.querySelector('#channel-message-list')"
WINDOW = "document.querySelector('#modal-root [role=dialog]')"
OFFERED = "document.querySelector('.command-popup')"
QUOTE = re.compile(r"^(> .*\n)(?!>)", re.MULTILINE)


def end_quotes():
    """https://support.discord.com/hc/en-us/articles/210298617: ``>`` quotes a line, ``>>>`` the rest."""
    expand = _markdown._discord_multiline_quotes
    _markdown._discord_multiline_quotes = lambda text: expand(QUOTE.sub(r"\1\n", text))


# The scene


def name_people(server):
    server.env.backend.bot_user.name = "Heard"
    for name, said in NAMES.items():
        server.env.backend.users[server.people[name].id].global_name = said


async def complaints_arrive(server):
    """The demo's first three, each as long ago as it says."""
    for _, complaint in arrivals(START)[:3]:
        await server.room.receive(complaint)
        await server.deliver()


async def committee_sets_to_work(server):
    facts = "Order 48213, promised for Friday. The parcel lies at the carrier's depot since Thursday."
    for who, words, options in (
        (server.ana, "claim", {}),
        (server.ana, "facts", {"text": facts}),
        (server.ana, "promise", {"what": "A courier brings it", "by": "18:00"}),
    ):
        await who.slash(server.lobby, f"crisis {words}", case=1, **options)
        await server.deliver()


async def main():
    end_quotes()
    with tempfile.TemporaryDirectory(prefix="heard-pictures-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        async with open_server(folder) as server:
            name_people(server)
            await complaints_arrive(server)
            await committee_sets_to_work(server)
            await take(server, folder)


async def take(server, folder):
    look = {"layout": "channel", "timezone": "America/Sao_Paulo", "presentation_time": START}
    async with (
        server.env.preview(await server.place(1), viewers=[server.ana], **look) as page,
        open_browser(folder / "profile", page.url, width=640) as browser,
    ):
        await settle(browser)
        await browser.dress(LOOKS)
        await settle(browser)
        await browser.picture("discord-case.png", HEAD, TALK)
        await take_reply(browser)
        await take_suggestions(browser)


async def take_reply(browser):
    await press(browser, ".component-button", "Reply")
    await press(browser, ".select-trigger", "The ones that fit best come first")
    await press(browser, ".select-option", "Recebemos seu relato: atraso")
    await browser.see(f"Boolean({WINDOW})")
    await settle(browser)
    await browser.picture("discord-reply.png", WINDOW)
    await press(browser, "#modal-root button", "Cancel")


async def take_suggestions(browser):
    """Ana types ``/crisis claim``, and then the first letter of what she remembers."""
    await browser.dress(
        ".channel-composer { display: block !important }  .command-row input { min-width: 6ch !important }"
    )
    await browser.ask("document.querySelector('#channel-composer-input').focus()")
    await browser.tell("Input.insertText", text="/crisis cl")
    await choose(browser, "/crisis claim")
    await choose(browser, "case")
    await browser.see("document.activeElement.matches('.command-row input, .command-row [role=combobox]')")
    await browser.tell("Input.insertText", text="m")
    await browser.see(f"{OFFERED}?.innerText.includes('Marta Lins')")
    await browser.picture("discord-suggestions.png", OFFERED, "document.querySelector('#channel-composer')")


async def choose(browser, label):
    """Takes what is offered first, once it is this."""
    await browser.see(f"{OFFERED}?.querySelector('.is-active')?.innerText.startsWith({label!r})")
    for kind in ("keyDown", "keyUp"):
        await browser.tell("Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", windowsVirtualKeyCode=13)


async def settle(browser):
    """Until nothing on the page waits for an answer."""
    await browser.see("window.simcordPreview?.ready && !document.querySelector('[aria-busy=true]')")


async def press(browser, kind, label):
    """The last part of this kind that says so."""
    found = f"[...document.querySelectorAll('{kind}')].filter(each => each.innerText.trim() === {label!r}).at(-1)"
    await browser.see(f"Boolean({found})")
    await browser.ask(f"{found}.click()")


if __name__ == "__main__":
    with time_machine.travel(START):  # the scene is the same on every day
        asyncio.run(main())
