"""The door: where tools bring complaints and where a monitor sees how the room is, over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from http import HTTPStatus
from typing import Final

import msgspec
from aiohttp import web

from bot.config.settings import DoorSettings
from bot.door.answers import Known, Opened, Ready, Several, Wrong
from bot.door.description import describe
from bot.door.metrics import CONTENT_TYPE, Metrics
from bot.logs import logger
from bot.ports import Hook, NoDoor, NotAllowed, StoreError, Unfit
from bot.room import Room

__all__ = ["BODY_LIMIT", "Door"]

#: The largest delivery that is read, in bytes.
BODY_LIMIT: Final = 1_000_000
#: A body has this long to come, and a connection this long to ask for something. Slow senders hold nothing.
BODY_WITHIN_S, REQUEST_WITHIN_S = 10.0, 15.0
#: How long the rest of a body that was refused is still taken in, so that its sender hears why.
LINGER_S: Final = 2.0
#: What is under way when the door closes has this long to end.
DRAIN_S: Final = 2.0
#: When a tool should come again while nothing can be written.
RETRY_AFTER_S: Final = 30

log = logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Door:
    """One HTTP server for one room. ``is_connected`` asks whether the chat can be reached now.

    A complaint is durable before it is answered; it goes to the room afterwards, so
    that a slow chat holds up no tool.
    """

    def __init__(
        self,
        room: Room,
        hooks: Sequence[Hook],
        settings: DoorSettings,
        *,
        is_connected: Callable[[], bool] = lambda: True,
    ) -> None:
        self._room, self._settings, self._is_connected = room, settings, is_connected
        self._hooks = {hook.name: hook for hook in hooks}
        self._description = msgspec.json.encode(describe(hooks))
        self._metrics = Metrics(room, is_connected)
        # One after the other: two deliveries of one complaint at once are one complaint.
        self._turn = asyncio.Lock()
        self._runner: web.AppRunner | None = None
        room.desk.took = self._metrics.command_took
        self.app = web.Application(middlewares=[_told])
        self.add_routes(
            [
                web.post("/hooks/{source}", self._hooked),
                web.get("/healthz", self._health),
                web.get("/readyz", self._readiness),
                web.get("/metrics", self._measured),
                web.get("/openapi.json", self._described),
            ]
        )

    def add_routes(self, routes: Iterable[web.AbstractRouteDef]) -> None:
        """More doors in the same wall, such as a chat's; before ``start``."""
        self.app.add_routes(routes)

    @property
    def port(self) -> int:
        """The port that is listened on, once started."""
        assert self._runner, "the door is closed"
        port: int = self._runner.addresses[0][1]
        return port

    async def start(self) -> None:
        """Listens. Raises NoDoor when the address is taken or is none of this machine's.

        No access log: it would keep addresses of people. Bodies stay packed as they come:
        what unpacks to more than it weighs is refused.
        """
        runner = web.AppRunner(
            self.app,
            access_log=None,
            keepalive_timeout=REQUEST_WITHIN_S,
            lingering_time=LINGER_S,
            auto_decompress=False,
            shutdown_timeout=DRAIN_S,
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, self._settings.host, self._settings.port).start()
        except (OSError, UnicodeError) as error:
            await runner.cleanup()
            where = f"{self._settings.host} port {self._settings.port}"
            raise NoDoor(f"cannot listen on {where} ({_reason(error)}): write another under [door]") from None
        self._runner = runner
        log.info("the door is open", port=self.port)

    async def stop(self) -> None:
        """Takes no more, and lets what is under way end. May be called twice, and before ``start``."""
        runner, self._runner = self._runner, None
        if runner:
            await runner.cleanup()

    async def _hooked(self, request: web.Request) -> web.Response:
        hook = self._hooks.get(request.match_info["source"])
        if hook is None:
            return _wrong(HTTPStatus.NOT_FOUND, "There is no such hook.")
        response = await self._delivered(hook, request)
        self._metrics.delivered(hook.name, response.status)
        if response.status >= HTTPStatus.BAD_REQUEST:
            log.warning("a delivery was not taken", source=hook.name, status=response.status)
        return response

    async def _delivered(self, hook: Hook, request: web.Request) -> web.Response:
        try:
            body = await _body(request)
            complaints = hook.read(body, request.headers, self._room.now())
            async with self._turn:
                numbers = [await self._room.desk.receive(complaint) for complaint in complaints]
        except _Refused as refused:
            return _wrong(refused.status, refused.sentence)
        except NotAllowed as error:
            response = _wrong(HTTPStatus.UNAUTHORIZED, str(error))
            response.headers["WWW-Authenticate"] = "Bearer"
            return response
        except Unfit as unfit:
            return _wrong(HTTPStatus.UNPROCESSABLE_ENTITY if unfit.is_json else HTTPStatus.BAD_REQUEST, unfit.reason)
        except StoreError:
            response = _wrong(HTTPStatus.SERVICE_UNAVAILABLE, "This cannot be kept right now; bring it again.")
            response.headers["Retry-After"] = str(RETRY_AFTER_S)
            return response
        return _taken(numbers)

    async def _health(self, _: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _readiness(self, _: web.Request) -> web.Response:
        ready = Ready(store=self._room.store.is_writable, chat=self._is_connected())
        return _json(ready, HTTPStatus.OK if ready.store and ready.chat else HTTPStatus.SERVICE_UNAVAILABLE)

    async def _measured(self, _: web.Request) -> web.Response:
        return web.Response(body=await self._metrics.page(), headers={"Content-Type": CONTENT_TYPE})

    async def _described(self, _: web.Request) -> web.Response:
        return web.Response(body=self._description, content_type="application/json")


class _Refused(Exception):
    """A body that is not even looked at."""

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


async def _body(request: web.Request) -> bytes:
    """What was sent, whole; or _Refused when it is packed, is no JSON, is too large or comes too slowly."""
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise _Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send it unpacked, without Content-Encoding.")
    kind = request.content_type
    if "Content-Type" in request.headers and kind != "application/json" and not kind.endswith("+json"):
        raise _Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send it as application/json.")
    if (request.content_length or 0) > BODY_LIMIT:
        raise _too_large()
    held = bytearray()
    try:
        async with asyncio.timeout(BODY_WITHIN_S):
            async for chunk in request.content.iter_any():
                held += chunk
                if len(held) > BODY_LIMIT:
                    raise _too_large()
    except TimeoutError:
        raise _Refused(HTTPStatus.REQUEST_TIMEOUT, "It came too slowly.") from None
    except web.RequestPayloadError:
        raise _Refused(HTTPStatus.BAD_REQUEST, "It broke off.") from None
    return bytes(held)


def _too_large() -> _Refused:
    return _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"It is larger than {BODY_LIMIT // 1_000_000} MB; send less.")


def _taken(numbers: Sequence[int | None]) -> web.Response:
    """What became of one complaint, or of several."""
    cases = tuple(number for number in numbers if number is not None)
    if not cases:
        return _json(Known(), HTTPStatus.OK)
    if len(numbers) == 1:
        return _json(Opened(cases[0]), HTTPStatus.ACCEPTED)
    return _json(Several(cases, known=len(numbers) - len(cases)), HTTPStatus.ACCEPTED)


def _json(value: msgspec.Struct, status: HTTPStatus) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), status=status, content_type="application/json")


def _wrong(status: int, sentence: str) -> web.Response:
    return web.Response(body=msgspec.json.encode(Wrong(sentence)), status=status, content_type="application/json")


@web.middleware
async def _told(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every error in the one form of all our answers; a bug is logged and told without its insides."""
    try:
        return await handler(request)
    except web.HTTPError as error:
        response = _wrong(error.status, f"{error.reason}.")
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except web.HTTPException:
        raise
    except Exception:
        log.exception("a request failed")
        return _wrong(HTTPStatus.INTERNAL_SERVER_ERROR, "Something is wrong here; it is noted.")


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or "no such address"
