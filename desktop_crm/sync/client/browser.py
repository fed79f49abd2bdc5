"""The laptop's half of a sign-in by browser: what is asked there, and the door on loopback to which the answer comes.

Only an answer with our own `state` counts; the verifier and the nonce never leave this process before the code is here.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.sync.protocol import BrowserOffer, BrowserSignIn

PATIENCE: Final = 300.0
"""So many seconds somebody may take to sign in."""
_LOOKS_EVERY: Final = 0.2
_LONGEST: Final = 2048
_PAGE: Final = (
    '<!doctype html><html><head><meta charset="utf-8"><title>{title}</title>'
    "<style>:root{{color-scheme:light dark}}body{{font:18px/1.6 system-ui,sans-serif;margin:20vh auto;max-width:32rem;"
    "text-align:center}}</style></head><body><h1>{title}</h1><p>{text}</p></body></html>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the browser shows at the end: when the code is here, and when the provider said no. Title and text."""

    good: tuple[str, str]
    bad: tuple[str, str]


@dataclass(slots=True)
class _Came:
    code: str = ""
    error: str = ""
    done: threading.Event = field(default_factory=threading.Event)


class Errand:
    """One sign-in. `stop` may be called from another thread."""

    def __init__(self, offer: BrowserOffer, words: Words) -> None:
        self._offer, self._words = offer, words
        self._verifier, self._state, self._nonce = (secrets.token_urlsafe(48) for _ in range(3))
        self._came = _Came()

    def run(
        self, show: Callable[[str], object], ended: threading.Event, device: str, device_name: str
    ) -> BrowserSignIn:
        """Send the browser off by `show` and wait for it, until `ended` is set.

        Raises Refusal `sync.browser.refused`, `sync.browser.stopped`, `sync.browser.address`; Trouble `sync.browser.late`.
        """
        if not _is_web(self._offer.address):
            raise Refusal("sync.browser.address", address=self._offer.address[:200])
        with ThreadingHTTPServer(("127.0.0.1", 0), self._door()) as server:
            server.daemon_threads = True
            thread = threading.Thread(target=server.serve_forever, args=(_LOOKS_EVERY,), name="browser", daemon=True)
            thread.start()
            back = f"http://127.0.0.1:{server.server_port}/"
            try:
                show(self._address(back))
                self._wait(ended)
            finally:
                server.shutdown()
        if self._came.error:
            raise Refusal("sync.browser.refused", reason=self._came.error)
        return BrowserSignIn(
            code=self._came.code,
            verifier=self._verifier,
            nonce=self._nonce,
            back=back,
            device=device,
            device_name=device_name,
        )

    def _wait(self, ended: threading.Event) -> None:
        until = time.monotonic() + PATIENCE
        while not self._came.done.wait(_LOOKS_EVERY):
            if ended.is_set():
                raise Refusal("sync.browser.stopped")
            if time.monotonic() > until:
                raise Trouble("sync.browser.late")

    def _address(self, back: str) -> str:
        challenge = hashlib.sha256(self._verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._offer.client,
            "redirect_uri": back,
            "scope": self._offer.scope,
            "state": self._state,
            "nonce": self._nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        joint = "&" if urlsplit(self._offer.address).query else "?"
        return f"{self._offer.address}{joint}{urlencode(asked)}"

    def _take(self, query: str) -> tuple[int, tuple[str, str]]:
        told = {name: held[0] for name, held in parse_qs(query).items()}
        if self._came.done.is_set() or not secrets.compare_digest(told.get("state", "").encode(), self._state.encode()):
            return 404, self._words.bad
        code = told.get("code", "")
        if 0 < len(code) <= _LONGEST:
            self._came.code = code
        else:
            self._came.error = told.get("error", "")[:80] or "no code"
        return 200, self._words.good if self._came.code else self._words.bad

    def _door(self) -> type[BaseHTTPRequestHandler]:
        errand = self

        class Door(BaseHTTPRequestHandler):
            timeout = 5

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                status, (title, text) = errand._take(parts.query) if parts.path == "/" else (404, errand._words.bad)
                page = _PAGE.format(title=escape(title), text=escape(text)).encode()
                self.send_response(status)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.send_header("content-length", str(len(page)))
                self.send_header("cache-control", "no-store")
                self.send_header("referrer-policy", "no-referrer")
                self.end_headers()
                self.wfile.write(page)
                self.wfile.flush()
                if status == 200:
                    errand._came.done.set()

            def log_message(self, format: str, *args: object) -> None:
                """Nothing: a code is nobody's business."""

        return Door


def _is_web(address: str) -> bool:
    from desktop_crm.sync.client.transport import is_loopback

    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))
