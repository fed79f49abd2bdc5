"""The protocol over HTTP (Starlette): routes, sign-in, coded answers, the stream of news. Holds no rule of its own.

Database work runs on a thread pool; nothing here blocks the event loop.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable

from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desktop_crm import __version__
from desktop_crm.foundation import logs
from desktop_crm.foundation.errors import CrmError, Refusal, Trouble
from desktop_crm.sync.protocol import (
    ARRIVED,
    BLOB_BYTES,
    BLOB_PART,
    BrowserSignIn,
    Hello,
    Lease,
    Look,
    Pull,
    Push,
    Refresh,
    SignIn,
    SnapshotAsk,
    SnapshotPart,
    pack,
)
from desktop_crm.sync.server import admin
from desktop_crm.sync.server.bodies import message, raw_body, refusal, reply
from desktop_crm.sync.server.core import Conversation, Server
from desktop_crm.sync.server.metrics import Metrics
from desktop_crm.sync.server.openapi import document
from desktop_crm.sync.server.presence import Place
from desktop_crm.sync.server.snapshots import PART as SNAPSHOT_PART

_LOG = logs.get("desktop_crm.sync.server")
_HEARTBEAT = 15.0
_BLOB = "/sync/v1/blob/"
_SNAPSHOT = "/sync/v1/snapshot/"
_BYTES = "application/octet-stream"
_PATHS = frozenset(
    "/health /ready /metrics /openapi.json /auth/v1/token /auth/v1/browser /auth/v1/refresh /auth/v1/sign-out /sync/v1/hello /sync/v1/push /sync/v1/pull"
    " /sync/v1/snapshot /sync/v1/presence /sync/v1/numbers /sync/v1/blob /sync/v1/events".split()
)
Handler = Callable[[Request], Awaitable[Response]]


def application(server: Server) -> ASGIApp:
    """The whole server as an ASGI application. The first tenant is at the root, each other one under /t/ and its name."""
    doors = _Doors(server)
    spoken = [
        Route("/auth/v1/token", doors.sign_in, methods=["POST"]),
        Route("/auth/v1/browser", doors.browser, methods=["GET", "POST"]),
        Route("/auth/v1/refresh", doors.refresh, methods=["POST"]),
        Route("/auth/v1/sign-out", doors.sign_out, methods=["POST"]),
        Route("/sync/v1/hello", doors.hello, methods=["POST"]),
        Route("/sync/v1/push", doors.push, methods=["POST"]),
        Route("/sync/v1/pull", doors.pull, methods=["POST"]),
        Route("/sync/v1/snapshot", doors.snapshot, methods=["POST"]),
        Route("/sync/v1/snapshot/{digest}", doors.snapshot_part, methods=["GET"]),
        Route("/sync/v1/presence", doors.presence, methods=["POST"]),
        Route("/sync/v1/numbers", doors.numbers, methods=["POST"]),
        Route("/sync/v1/blob/{digest}", doors.blob, methods=["HEAD", "GET", "PUT"]),
        Route("/sync/v1/events", doors.events),
        *admin.routes(doors.of),
    ]
    own = [
        Route("/health", doors.health),
        Route("/ready", doors.ready),
        Route("/metrics", doors.metrics),
        Route("/openapi.json", doors.described),
    ]
    routes = [*own, Mount("/t/{tenant}", routes=spoken), *spoken]
    handlers = {HTTPException: _http_error}
    shield = Middleware(_Shield, metrics=server.metrics)
    return Starlette(routes=routes, exception_handlers=handlers, middleware=[shield])


class _Shield:
    """Nothing that goes wrong inside leaves without a coded answer; what is ours is logged without content. Counts answers."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.monotonic(), 0

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._guarded(scope, receive, sent)
        finally:
            self._metrics.answered(_route(scope), status, time.monotonic() - started)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except CrmError as error:
            await refusal(error)(scope, receive, send)
        except DBAPIError as error:
            _LOG.warning("server.database", path=_route(scope), kind=type(error.orig).__name__)
            await refusal(Trouble("server.database"))(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - the last wall before the caller
            _LOG.error("server.failed", path=_route(scope), kind=type(error).__name__, exc_info=True)
            await JSONResponse({"error": "server.failed"}, status_code=500)(scope, receive, send)


def _route(scope: Scope) -> str:
    """The path without what names a tenant or a file."""
    path = str(scope.get("path", ""))
    if path.startswith("/t/"):
        path = "/" + path[3:].partition("/")[2]
    path = "/" + "/".join(path.split("/")[1:4]) if path.startswith((_BLOB, _SNAPSHOT)) else path
    return path if path in _PATHS else "/admin" if path.startswith("/admin/") else "other"


def _range(asked: str, size: int) -> tuple[int, int]:
    """The first and last byte wanted; the whole for what is no single range; first above last for one that lies outside."""
    found = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", asked.strip())
    if found is None or not any(found.groups()):
        return 0, size - 1
    first, last = found.groups()
    if not first:
        return max(size - int(last), 0), size - 1
    return int(first), min(int(last or size - 1), size - 1)


async def _taken(request: Request, talk: Conversation, digest: str) -> Response:
    """A file that is sent whole, or the next part of one: 204 when it is here, 202 while more is to come."""
    told = request.headers.get("content-range", "")
    if not told:
        await run_in_threadpool(talk.put_blob, digest, await raw_body(request, BLOB_BYTES))
        return Response(status_code=204)
    found = re.fullmatch(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})", told)
    data = await raw_body(request, BLOB_PART)
    if found is None or int(found[2]) - int(found[1]) + 1 != len(data):
        raise Refusal("server.malformed")
    whole = int(found[3])
    here = await run_in_threadpool(talk.put_part, digest, int(found[1]), whole, data)
    return Response(status_code=204 if here == whole else 202, headers={ARRIVED: str(here)})


async def _http_error(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return JSONResponse({"error": "server.not_found" if status == 404 else "server.malformed"}, status_code=status)


class _Doors:
    """One method for each route."""

    def __init__(self, server: Server) -> None:
        self._server = server

    async def health(self, _request: Request) -> Response:
        return JSONResponse({"ok": True, "version": __version__})

    async def ready(self, _request: Request) -> Response:
        head = await run_in_threadpool(self._server.head)
        return JSONResponse({"ok": True, "head": head})

    async def metrics(self, _request: Request) -> Response:
        head = await run_in_threadpool(self._server.head)
        told = self._server.metrics.told(head=head, streams=len(self._server.news))
        return Response(told, media_type="text/plain; version=0.0.4")

    async def described(self, _request: Request) -> Response:
        return JSONResponse(document())

    async def of(self, request: Request) -> Server:
        tenant = request.path_params.get("tenant")
        return self._server if tenant is None else await run_in_threadpool(self._server.of, tenant)

    async def sign_in(self, request: Request) -> Response:
        ask = await message(request, SignIn)
        return reply(request, await run_in_threadpool((await self.of(request)).people.sign_in, ask))

    async def browser(self, request: Request) -> Response:
        door = (await self.of(request)).doorway()
        if request.method != "POST":
            return reply(request, await run_in_threadpool(door.offer))
        return reply(request, await run_in_threadpool(door.sign_in, await message(request, BrowserSignIn)))

    async def refresh(self, request: Request) -> Response:
        ask = await message(request, Refresh)
        return reply(request, await run_in_threadpool((await self.of(request)).people.refresh, ask.refresh))

    async def sign_out(self, request: Request) -> Response:
        ask = await message(request, Refresh)
        await run_in_threadpool((await self.of(request)).people.sign_out, ask.refresh)
        return JSONResponse({"ok": True})

    async def hello(self, request: Request) -> Response:
        talk = await self._talk(request)
        return reply(request, await run_in_threadpool(talk.hello, await message(request, Hello)))

    async def push(self, request: Request) -> Response:
        talk = await self._talk(request)
        return reply(request, await run_in_threadpool(talk.push, await message(request, Push)))

    async def pull(self, request: Request) -> Response:
        talk = await self._talk(request)
        return reply(request, await run_in_threadpool(talk.pull, await message(request, Pull)))

    async def snapshot(self, request: Request) -> Response:
        talk = await self._talk(request)
        return reply(request, await run_in_threadpool(talk.snapshot, await message(request, SnapshotAsk)))

    async def snapshot_part(self, request: Request) -> Response:
        """One range of the file; what is asked without a range is its first part."""
        talk, digest = await self._talk(request), request.path_params["digest"]
        first, last = _range(request.headers.get("range", ""), SNAPSHOT_PART)
        found = await run_in_threadpool(talk.snapshot_part, SnapshotPart(id=digest, first=first, last=last))
        if not found.data:
            return refusal(Refusal("server.not_found"))
        told = {"accept-ranges": "bytes", "cache-control": "private", "etag": f'"{digest}"'}
        return Response(found.data, status_code=206, headers=told, media_type=_BYTES)

    async def presence(self, request: Request) -> Response:
        talk = await self._talk(request)
        return reply(request, await run_in_threadpool(talk.look, await message(request, Look)))

    async def numbers(self, request: Request) -> Response:
        talk = await self._talk(request)
        return reply(request, await run_in_threadpool(talk.lease, await message(request, Lease)))

    async def blob(self, request: Request) -> Response:
        talk = await self._talk(request)
        digest = request.path_params["digest"]
        if request.method == "PUT":
            return await _taken(request, talk, digest)
        size = await run_in_threadpool(talk.blob_size, digest)
        if size is None and request.method == "HEAD":
            return Response(status_code=404, headers={ARRIVED: str(await run_in_threadpool(talk.blob_arrived, digest))})
        if size is None:
            return refusal(Refusal("server.not_found"))
        told = {"accept-ranges": "bytes", "etag": f'"{digest}"', "cache-control": "private, immutable"}
        first, last = _range(request.headers.get("range", ""), size)
        if request.method == "HEAD":
            return Response(headers={**told, "content-length": str(size)}, media_type=_BYTES)
        if first > last and size:
            return Response(status_code=416, headers={"content-range": f"bytes */{size}"})
        found = await run_in_threadpool(talk.blob_range, digest, first, last)
        if (first, last) == (0, size - 1):
            return Response(found, headers=told, media_type=_BYTES)
        told["content-range"] = f"bytes {first}-{last}/{size}"
        return Response(found, status_code=206, headers=told, media_type=_BYTES)

    async def events(self, request: Request) -> Response:
        talk = await self._talk(request)
        return StreamingResponse(
            self._news(request, await self.of(request), talk),
            media_type="text/event-stream",
            headers={"cache-control": "no-store"},
        )

    async def _talk(self, request: Request) -> Conversation:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Refusal("server.token")
        server = await self.of(request)
        session = await run_in_threadpool(server.people.session, token)
        server.gate.take(session.device)
        return server.conversation(session)

    async def _news(self, request: Request, server: Server, talk: Conversation) -> AsyncIterator[bytes]:
        loop, queue = asyncio.get_running_loop(), asyncio.Queue[bytes]()

        def hear(head: int) -> None:
            loop.call_soon_threadsafe(queue.put_nowait, b"event: head\ndata: %d\n\n" % head)

        def see(place: Place) -> None:
            if talk.told_of(place[2]):
                told = pack(server.board.who(place, talk.device))
                loop.call_soon_threadsafe(queue.put_nowait, b"event: presence\ndata: %s\n\n" % told)

        stop = await run_in_threadpool(server.news.listen, hear)
        look_away = await run_in_threadpool(server.board.listen, see)
        try:
            yield b"event: head\ndata: %d\n\n" % await run_in_threadpool(server.head)
            while not await request.is_disconnected():
                try:
                    told = await asyncio.wait_for(queue.get(), _HEARTBEAT)
                except TimeoutError:
                    yield b": still here\n\n"
                else:
                    yield told
        finally:
            look_away()
            stop()
