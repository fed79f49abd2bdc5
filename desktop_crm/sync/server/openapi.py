"""The protocol described for machines (OpenAPI 3.1), made from the typed messages that both sides use. Served at /openapi.json."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec

from desktop_crm import __version__
from desktop_crm.sync import protocol as said
from desktop_crm.sync.protocol import BODY_BYTES, PROTOCOL_VERSION

_TEMPLATE: Final = "#/components/schemas/{name}"


class Endpoint(NamedTuple):
    """One address: how it is asked, what is sent and what comes back; None for what is no message."""

    method: str
    path: str
    summary: str
    ask: type[msgspec.Struct] | None
    answer: type[msgspec.Struct] | None
    signed: bool = True


ENDPOINTS: Final = (
    Endpoint("GET", "/health", "The process runs.", None, None, signed=False),
    Endpoint("GET", "/ready", "The database answers.", None, None, signed=False),
    Endpoint("GET", "/metrics", "Counters, in Prometheus's form.", None, None, signed=False),
    Endpoint("GET", "/openapi.json", "This description.", None, None, signed=False),
    Endpoint("POST", "/auth/v1/token", "Sign in.", said.SignIn, said.Tokens, signed=False),
    Endpoint("GET", "/auth/v1/browser", "Where the browser signs people in.", None, said.BrowserOffer, signed=False),
    Endpoint("POST", "/auth/v1/browser", "Sign in with what came back.", said.BrowserSignIn, said.Tokens, signed=False),
    Endpoint("POST", "/auth/v1/refresh", "The next pair of tokens.", said.Refresh, said.Tokens, signed=False),
    Endpoint("POST", "/auth/v1/sign-out", "End a family of tokens.", said.Refresh, None, signed=False),
    Endpoint("POST", "/sync/v1/hello", "Where laptop and server stand.", said.Hello, said.HelloAnswer),
    Endpoint("POST", "/sync/v1/push", "Operations go up.", said.Push, said.PushAnswer),
    Endpoint("POST", "/sync/v1/pull", "Rows come down.", said.Pull, said.PullAnswer),
    Endpoint("POST", "/sync/v1/snapshot", "A file for a first sync.", said.SnapshotAsk, said.SnapshotAnswer),
    Endpoint("GET", "/sync/v1/snapshot/{digest}", "A range of that file.", None, None),
    Endpoint("POST", "/sync/v1/presence", "Who looks at a row right now; kept for a minute.", said.Look, said.Looking),
    Endpoint("POST", "/sync/v1/numbers", "A block of numbers.", said.Lease, said.LeaseAnswer),
    Endpoint("HEAD", "/sync/v1/blob/{digest}", "Whether a file is there.", None, None),
    Endpoint("GET", "/sync/v1/blob/{digest}", "A file, or a range of it.", None, None),
    Endpoint("PUT", "/sync/v1/blob/{digest}", "Keep a file under its SHA-256.", None, None),
    Endpoint("GET", "/sync/v1/events", "Server-sent events: the newest commit, as it moves.", None, None),
)


def document() -> dict[str, Any]:
    """The whole description."""
    messages = [kind for one in ENDPOINTS for kind in (one.ask, one.answer) if kind is not None]
    kinds = list(dict.fromkeys([*messages, said.ErrorAnswer]))
    refs, schemas = msgspec.json.schema_components(kinds, ref_template=_TEMPLATE)
    known: dict[object, Any] = dict(zip(kinds, refs, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for one in ENDPOINTS:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, known)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Desktop CRM sync",
            "version": __version__,
            "description": f"Protocol {PROTOCOL_VERSION}. Bodies are JSON, at most {BODY_BYTES} bytes unpacked, plain or zstd."
            " Another tenant than the first is spoken with under /t/ and its name.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"access": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _operation(one: Endpoint, known: Mapping[object, Any]) -> dict[str, Any]:
    good: dict[str, Any] = {"description": one.summary}
    if one.answer is not None:
        good["content"] = _json(known[one.answer])
    refused = {"description": "Refused, with a stable code.", "content": _json(known[said.ErrorAnswer])}
    operation: dict[str, Any] = {"summary": one.summary, "responses": {"200": good, "default": refused}}
    if one.ask is not None:
        operation["requestBody"] = {"required": True, "content": _json(known[one.ask])}
    if "{digest}" in one.path:
        form = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
        operation["parameters"] = [{"name": "digest", "in": "path", "required": True, "schema": form}]
    if one.signed:
        operation["security"] = [{"access": []}]
    return operation


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
