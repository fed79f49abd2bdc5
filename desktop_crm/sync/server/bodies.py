"""Bodies in and out: size limits that hold for packed bodies too, zstd, JSON, coded error answers."""

from __future__ import annotations

import io
from typing import Final, TypeVar

import msgspec
import zstandard
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from desktop_crm.foundation.errors import CrmError, Refusal, Trouble
from desktop_crm.sync.protocol import BODY_BYTES, ErrorAnswer, pack, unpack

PACKED_OVER: Final = 1024
"""Answers above this many bytes are packed when the caller can read that."""
_STATUS: Final = {
    "server.token": 401,
    "server.sign_in": 401,
    "server.code": 401,
    "server.sign_in_again": 401,
    "server.oidc.off": 404,
    "server.oidc.refused": 401,
    "server.oidc.user": 403,
    "server.device.revoked": 403,
    "server.device.other": 403,
    "server.too_many": 413,
    "server.too_large": 413,
    "server.not_found": 404,
    "server.upload.offset": 409,
    "server.too_often": 429,
    "server.quota": 507,
}

Message = TypeVar("Message", bound=msgspec.Struct)


async def raw_body(request: Request, most: int = BODY_BYTES) -> bytes:
    """The body as sent, unpacked. Raises Refusal `server.too_large`, `server.malformed`."""
    declared = request.headers.get("content-length", "0")
    if not declared.isdigit() or int(declared) > most:
        raise Refusal("server.too_large", most=most)
    parts, size = [], 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > most:
                raise Refusal("server.too_large", most=most)
            parts.append(part)
    except ClientDisconnect as gone:
        raise Refusal("server.malformed") from gone
    data = b"".join(parts)
    encoding = request.headers.get("content-encoding", "identity")
    if encoding == "identity":
        return data
    if encoding != "zstd":
        raise Refusal("server.malformed")
    return _unpacked(data, most)


def _unpacked(data: bytes, most: int) -> bytes:
    try:
        with zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(io.BytesIO(data)) as reader:
            plain = reader.read(most + 1)
    except zstandard.ZstdError as error:
        raise Refusal("server.malformed") from error
    if len(plain) > most:
        raise Refusal("server.too_large", most=most)
    return plain


async def message(request: Request, kind: type[Message]) -> Message:
    """The body as a message. Raises Refusal as `raw_body`."""
    data = await raw_body(request)
    try:
        return unpack(data, kind)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal("server.malformed", reason=str(error)[:200]) from error


def reply(request: Request, answer: msgspec.Struct) -> Response:
    """An answer, packed when it is worth it."""
    data = pack(answer)
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    if len(data) > PACKED_OVER and "zstd" in request.headers.get("accept-encoding", ""):
        data = zstandard.ZstdCompressor(level=3).compress(data)
        headers["content-encoding"] = "zstd"
    return Response(data, headers=headers)


def refusal(error: CrmError) -> Response:
    """A coded error as an answer."""
    status = 503 if isinstance(error, Trouble) else _STATUS.get(error.code, 400)
    facts = {name: str(value) for name, value in error.params.items()} if isinstance(error, Refusal) else {}
    return Response(
        pack(ErrorAnswer(error=error.code, facts=facts)),
        status_code=status,
        headers={"content-type": "application/json"},
    )
