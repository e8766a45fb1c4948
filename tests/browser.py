"""Chromium for the pictures of the guides, with an empty profile and told over its own protocol."""

import asyncio
import base64
import json
import shutil
import subprocess
import sys
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from aiohttp import ClientSession, ClientTimeout

DOCS = Path(__file__).parents[1] / "docs"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--hide-scrollbars"),
    "--remote-debugging-port=0",
)
#: The page in its own points, and how many points of the picture each of them has: crisp on every screen.
SCREEN = {"height": 1800, "deviceScaleFactor": 2, "mobile": False}
#: Looks until something is so: some seconds in all, and never by the clock.
LOOKS, REST_S = 800, 0.0125
#: A part of the page that has not moved in so many seconds stays where it is. Our choice.
STILL_S = 0.3


class Browser:
    """One tab of Chromium: https://chromedevtools.github.io/devtools-protocol/."""

    def __init__(self, socket):
        self._socket, self._count = socket, 0

    async def tell(self, method, **what):
        self._count += 1
        await self._socket.send_json({"id": self._count, "method": method, "params": what})
        while True:
            said = await self._socket.receive_json()
            if said.get("id") == self._count:
                assert "error" not in said, said
                return said["result"]

    async def ask(self, script):
        said = await self.tell("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in said, said
        return said["result"].get("value")

    async def see(self, script):
        """Waits until the script finds something on the page."""
        for _ in range(LOOKS):
            if found := await self.ask(script):
                return found
            await asyncio.sleep(REST_S)
        raise AssertionError(f"it never was on the page: {script}")

    async def dress(self, looks):
        """Adds rules of style to the page."""
        style = "const s = new CSSStyleSheet(); s.replaceSync(%s); document.adoptedStyleSheets.push(s)"
        await self.ask(f"{{ {style % json.dumps(looks)} }}")

    async def _box(self, parts):
        """Where these parts are once they move no more."""
        before, box = None, await self.ask(_BOX % ", ".join(parts))
        for _ in range(LOOKS):
            if box == before:
                return box
            await asyncio.sleep(STILL_S)
            before, box = box, await self.ask(_BOX % ", ".join(parts))
        raise AssertionError(f"it never stood still: {parts}")

    async def picture(self, name, *parts):
        """Cuts out the box around these parts of the page."""
        x, y, width, height = await self._box(parts)
        clip = {"x": x, "y": y, "width": width, "height": height, "scale": 1}
        taken = await self.tell("Page.captureScreenshot", format="png", clip=clip)
        file = DOCS / name
        file.write_bytes(base64.b64decode(taken["data"]))
        if shutil.which("pngquant"):  # a third of the bytes, and nobody sees it
            subprocess.run(["pngquant", "--force", "--ext", ".png", "--skip-if-larger", "--strip", file], check=False)
        print(f"docs/{name}: {file.stat().st_size // 1000} kB")


_BOX = """(parts => {
    const boxes = parts.map(part => part.getBoundingClientRect());
    const left = Math.min(...boxes.map(box => box.left)), top = Math.min(...boxes.map(box => box.top));
    const right = Math.max(...boxes.map(box => box.right)), bottom = Math.max(...boxes.map(box => box.bottom));
    return [left, top, right - left, bottom - top];
})([%s])"""


@asynccontextmanager
async def open_browser(folder, url, width=960):
    """Chromium on this page, so many points wide, until the block ends; ``folder`` is its new profile."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None) or sys.exit("Chromium is needed: install it first.")
    process = await asyncio.create_subprocess_exec(
        *(program, *FLAGS, f"--user-data-dir={folder}", "about:blank"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with ClientSession(timeout=ClientTimeout(total=60)) as session:
            async with session.get(f"http://127.0.0.1:{await _port(folder)}/json/list") as answer:
                (tab,) = [each for each in await answer.json() if each["type"] == "page"]
            async with session.ws_connect(tab["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                browser = Browser(socket)
                await browser.tell("Emulation.setDeviceMetricsOverride", **SCREEN, width=width)
                await browser.tell("Page.navigate", url=url)
                yield browser
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _port(folder):
    for _ in range(LOOKS):
        with suppress(OSError, IndexError):
            return (folder / "DevToolsActivePort").read_text(encoding="ascii").split()[0]
        await asyncio.sleep(REST_S)
    raise AssertionError("Chromium never said where it listens.")
