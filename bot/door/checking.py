"""Looks at what the door needs; each fault says what to write. It listens for a moment, and asks nobody."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
from collections.abc import Iterator
from typing import Final

from bot.config.settings import ChatName, DoorSettings, HookSettings, Settings, SlackMode
from bot.finding import Finding

#: The lowest port that everybody may listen on: https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html
_FIRST_FREE_PORT: Final = 1_024


async def look(settings: Settings, *, is_running: bool = False) -> tuple[Finding, ...]:
    """Every finding. ``is_running`` says that Heard runs on this data: then the port is rightly taken."""
    if not settings.door.enabled:
        return (Finding("shut: nothing listens"),)  # Whether that is wise, the plan's notes say.
    return (await _listening(settings.door, is_running=is_running), *_open(settings))


def _open(settings: Settings) -> Iterator[Finding]:
    if not _is_loopback(settings.door.host):
        instead = 'put a proxy with TLS before it and let it pass on what is needed alone, or write host = "127.0.0.1"'
        yield Finding(f"{settings.door.host} speaks plain HTTP to other machines; {instead}", is_note=True)
    if settings.chat is ChatName.SLACK and settings.slack.mode is SlackMode.HTTP:
        yield Finding("Slack comes in at /slack/events, with its signature")
    for hook in settings.hooks:
        yield Finding(f"{hook.name} comes in at /hooks/{hook.name}, with {_proof(hook)}")


async def _listening(door: DoorSettings, *, is_running: bool) -> Finding:
    """Listens where the door will, and lets go at once."""
    where = f"{door.host} port {door.port}"
    try:
        server = await asyncio.get_running_loop().create_server(asyncio.Protocol, door.host, door.port)
    except (OSError, UnicodeError) as error:
        taken = getattr(error, "errno", None) == errno.EADDRINUSE
        if taken and is_running:
            return Finding(f"{where} is in use: Heard is running")
        return Finding(f"{where} {_why(error, door)}", is_fault=True)
    server.close()
    await server.wait_closed()
    return Finding(f"{where} is free")


def _why(error: Exception, door: DoorSettings) -> str:
    match getattr(error, "errno", None):
        case errno.EADDRINUSE:
            return "is in use; stop what listens there, or write another port in [door]"
        case errno.EACCES if door.port < _FIRST_FREE_PORT:
            return f"is for the system alone; write a port from {_FIRST_FREE_PORT} on in [door], such as 8080"
        case _:
            return 'is no address of this machine; write one in [door], such as host = "127.0.0.1"'


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _proof(hook: HookSettings) -> str:
    proofs = [name for name, has in (("its signature", hook.secret), ("its token", hook.token)) if has]
    return " and ".join(proofs)
