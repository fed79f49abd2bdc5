"""The protocol over HTTPS, as the laptop speaks it: time-outs, retries, packed bodies, tokens. Holds no rule of replication.

Every message may be sent again: the server answers a repeat as it answered the first. So a cut line, a time-out and a busy
server are tried again a few times; what then still fails is a Trouble, and the next run goes on from what was saved.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec
import zstandard
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from desktop_crm.foundation.errors import CrmError, Refusal, Trouble
from desktop_crm.sync.client.pinning import options
from desktop_crm.sync.protocol import (
    ARRIVED,
    BrowserOffer,
    BrowserSignIn,
    ErrorAnswer,
    Hello,
    HelloAnswer,
    Lease,
    LeaseAnswer,
    Look,
    Looking,
    PartAnswer,
    Pull,
    PullAnswer,
    Push,
    PushAnswer,
    Refresh,
    SignIn,
    SnapshotAnswer,
    SnapshotAsk,
    SnapshotPart,
    Standing,
    Tokens,
    pack,
    unpack,
)

TIMEOUT: Final = httpx.Timeout(60.0, connect=10.0)
_ATTEMPTS: Final = 3
_PART: Final = 4 * 1024 * 1024
_SENT_PART: Final = 1024 * 1024
"""A line that is cut while a file is sent costs this much at most."""
_BROWSER: Final = "/auth/v1/browser"
_SNAPSHOT: Final = "/sync/v1/snapshot"
_PACKED_OVER: Final = 1024
_LARGEST_ANSWER: Final = 256 * 1024 * 1024
_TRY_AGAIN: Final = frozenset({429, 502, 503, 504})
_REFUSALS: Final = {
    "server.sign_in": "sync.sign_in",
    "server.code": "sync.code",
    "server.quota": "sync.quota",
    "server.sign_in_again": "sync.sign_in_again",
    "server.token": "sync.sign_in_again",
    "server.device.revoked": "sync.device_revoked",
    "server.oidc.refused": "sync.browser.refused",
    "server.oidc.user": "sync.browser.user",
}
"""What the server says, and what the laptop tells its user."""

Message = TypeVar("Message", bound=msgspec.Struct)


class Credentials(Protocol):
    """Where the transport finds its tokens, and leaves the new pair when they were renewed."""

    def access(self) -> str: ...

    def refresh(self) -> str: ...

    def keep(self, tokens: Tokens) -> None: ...


def checked_url(url: str) -> str:
    """The server's address, made whole. Raises Refusal `sync.url`, `sync.plain_http`: beyond this machine only https is spoken."""
    text = url.strip()
    if "://" not in text:
        text = f"https://{text}" if not is_loopback(text.split("/")[0].rsplit(":", 1)[0]) else f"http://{text}"
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Refusal("sync.url", url=url) from error
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment or parts.username:
        raise Refusal("sync.url", url=url)
    if parts.scheme == "http" and not is_loopback(host):
        raise Refusal("sync.plain_http", url=url)
    return text.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether the name means this very machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class HttpTransport:
    """Implements SyncProtocol. One per run; used by one thread. Close it. `pin`: the server's fingerprint, where it is known by one."""

    def __init__(
        self,
        url: str,
        credentials: Credentials | None = None,
        *,
        timeout: httpx.Timeout = TIMEOUT,
        pause: Callable[[float], None] | None = None,
        pin: str = "",
    ) -> None:
        self.url = checked_url(url)
        self._credentials = credentials
        host = urlsplit(self.url).hostname or ""
        known, self._each = options(self.url, host, pin, trust_env=not is_loopback(host))
        self._client = httpx.Client(base_url=self.url, timeout=timeout, follow_redirects=False, **known)
        self._pause = pause
        self._told: dict[str, str] = {}
        """What the last answer said in its head."""

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def sign_in(self, ask: SignIn) -> Tokens:
        """Tokens for a name and a password. Raises Refusal `sync.sign_in`."""
        return self._message("/auth/v1/token", ask, Tokens, signed=False)

    def browser_offer(self) -> BrowserOffer:
        """Where the browser signs people in. Raises Refusal `sync.browser.off` where the server knows of no such place."""
        status, data = self._send("GET", _BROWSER, b"", {}, signed=False, allow=(404,))
        if status == 404:
            raise Refusal("sync.browser.off", url=self.url)
        return self._read(data, BrowserOffer)

    def browser_sign_in(self, ask: BrowserSignIn) -> Tokens:
        """Tokens for what came back from the browser. Raises Refusal `sync.browser.refused`, `sync.browser.user`."""
        return self._message(_BROWSER, ask, Tokens, signed=False)

    def hello(self, message: Hello) -> HelloAnswer:
        return self._message("/sync/v1/hello", message, HelloAnswer)

    def push(self, message: Push) -> PushAnswer:
        return self._message("/sync/v1/push", message, PushAnswer)

    def pull(self, message: Pull) -> PullAnswer:
        return self._message("/sync/v1/pull", message, PullAnswer)

    def snapshot(self, message: SnapshotAsk) -> SnapshotAnswer:
        """A server of before answers 404: it has pages only."""
        return self._message(
            _SNAPSHOT, message, SnapshotAnswer, missing=SnapshotAnswer(standing=Standing.OK, hw=message.hw, now="")
        )

    def snapshot_part(self, message: SnapshotPart) -> PartAnswer:
        wanted = {"range": f"bytes={message.first}-{message.last}"}
        status, data = self._send("GET", f"{_SNAPSHOT}/{message.id}", b"", wanted, allow=(404,))
        return PartAnswer(data=data if status == 206 else b"")

    def look(self, message: Look) -> Looking:
        return self._message("/sync/v1/presence", message, Looking)

    def lease(self, message: Lease) -> LeaseAnswer:
        return self._message("/sync/v1/numbers", message, LeaseAnswer)

    def has_blob(self, digest: str) -> bool:
        status, _ = self._send("HEAD", f"/sync/v1/blob/{digest}", b"", {}, allow=(404,))
        return status == 200

    def put_blob(self, digest: str, data: bytes) -> None:
        """Part by part where it is large: what was cut goes on where it stopped, also in a later run."""
        path, kind = f"/sync/v1/blob/{digest}", {"content-type": "application/octet-stream"}
        here = self._arrived(path) if len(data) > _SENT_PART else None
        if here is None or not 0 <= here < len(data):
            self._send("PUT", path, data, kind)
            return
        tries = 0
        while here < len(data):
            part = data[here : here + _SENT_PART]
            told = f"bytes {here}-{here + len(part) - 1}/{len(data)}"
            status, _ = self._send("PUT", path, part, {**kind, "content-range": told}, allow=(409,))
            if status != 409:
                here += len(part)
                continue
            tries += 1  # an answer was lost, or this user sends it from another laptop too
            found = self._arrived(path)
            if found is None:
                return
            if tries > _ATTEMPTS:
                raise Trouble("sync.server.cut", url=self.url, reason="offset")
            here = found

    def _arrived(self, path: str) -> int | None:
        """How much of a file is at the server; None when it is whole there, or when the server takes whole files alone."""
        self._told.clear()
        status, _ = self._send("HEAD", path, b"", {}, allow=(404,))
        told = self._told.get(ARRIVED, "")
        return int(told) if status == 404 and told.isdecimal() and len(told) < 18 else None

    def get_blob(self, digest: str) -> bytes | None:
        """Part by part: a cut line costs one part, not the file."""
        parts: list[bytes] = []
        while True:
            start = sum(map(len, parts))
            wanted = {"range": f"bytes={start}-{start + _PART - 1}"}
            status, data = self._send("GET", f"/sync/v1/blob/{digest}", b"", wanted, allow=(404, 416))
            if status == 404:
                return None
            if status == 200:  # the whole
                return data
            parts.append(data if status == 206 else b"")
            if status == 416 or len(data) < _PART:
                return b"".join(parts)

    def _message(
        self,
        path: str,
        ask: msgspec.Struct,
        kind: type[Message],
        *,
        signed: bool = True,
        missing: Message | None = None,
    ) -> Message:
        body, headers = pack(ask), {"content-type": "application/json"}
        if len(body) > _PACKED_OVER:
            body = zstandard.ZstdCompressor(level=3).compress(body)
            headers["content-encoding"] = "zstd"
        allow = () if missing is None else (404,)
        status, data = self._send("POST", path, body, headers, signed=signed, allow=allow)
        if status == 404 and missing is not None:
            return missing
        return self._read(data, kind)

    def _read(self, data: bytes, kind: type[Message]) -> Message:
        try:
            return unpack(data, kind)
        except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Trouble("sync.server.garbage", url=self.url, reason=str(error)[:200]) from error

    def _send(
        self,
        method: str,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        signed: bool = True,
        allow: tuple[int, ...] = (),
    ) -> tuple[int, bytes]:
        """One request with its retries; renews the tokens once when they are over."""
        status, data = self._attempts(method, path, body, headers, signed=signed)
        if status == 401 and signed and self._credentials is not None:
            self._renew()
            status, data = self._attempts(method, path, body, headers, signed=signed)
        if 200 <= status < 300 or status in allow:
            return status, data
        raise self._complaint(status, data)

    def _attempts(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str], *, signed: bool
    ) -> tuple[int, bytes]:
        options: dict[str, Any] = {"sleep": self._pause} if self._pause else {}
        retrying = Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, _Passing)),
            wait=wait_random_exponential(multiplier=0.2, max=3),
            stop=stop_after_attempt(_ATTEMPTS),
            reraise=True,
            **options,
        )
        try:
            for attempt in retrying:
                with attempt:
                    return self._once(method, path, body, headers, signed=signed)
        except _Passing as passing:
            raise passing.trouble from passing
        raise AssertionError

    def _once(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str], *, signed: bool
    ) -> tuple[int, bytes]:
        sent = dict(headers)
        if signed and self._credentials is not None:
            token = self._credentials.access()
            if not token:  # a laptop that came back from a backup has none
                return 401, b""
            sent["authorization"] = f"Bearer {token}"
        try:
            with self._client.stream(method, path, content=body, headers=sent, **self._each) as response:
                parts, size = [], 0
                for part in response.iter_bytes():
                    size += len(part)
                    if size > _LARGEST_ANSWER:
                        raise Trouble("sync.server.garbage", url=self.url, reason="too large")
                    parts.append(part)
            if _is_captive(response):
                raise Trouble("sync.server.captive", url=self.url)
        except httpx.DecodingError as error:
            raise Trouble("sync.server.garbage", url=self.url, reason=str(error)[:200]) from error
        except httpx.TimeoutException as error:
            raise _Passing(Trouble("sync.server.slow", url=self.url)) from error
        except httpx.RemoteProtocolError as error:
            raise _Passing(Trouble("sync.server.cut", url=self.url, reason=str(error)[:200])) from error
        except (httpx.ReadError, httpx.WriteError) as error:
            raise _Passing(Trouble("sync.server.cut", url=self.url, reason=str(error)[:200])) from error
        except httpx.HTTPError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise Trouble("sync.server.certificate", url=self.url) from error
            raise _Passing(Trouble("sync.server.unreachable", url=self.url, reason=str(error)[:200])) from error
        if response.status_code in _TRY_AGAIN:
            raise _Passing(Trouble("sync.server.busy", url=self.url, status=str(response.status_code)))
        self._told = dict(response.headers)
        return response.status_code, b"".join(parts)

    def _renew(self) -> None:
        assert self._credentials is not None
        token = self._credentials.refresh()
        if not token:
            raise Refusal("sync.sign_in_again", url=self.url)
        tokens = self._message("/auth/v1/refresh", Refresh(refresh=token), Tokens, signed=False)
        self._credentials.keep(tokens)

    def _complaint(self, status: int, data: bytes) -> CrmError:
        try:
            answer = unpack(data, ErrorAnswer)
        except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            answer = ErrorAnswer(error="")
        if answer.error in _REFUSALS:
            return Refusal(_REFUSALS[answer.error], url=self.url)
        if not answer.error.startswith("server."):
            return Trouble("sync.server.garbage", url=self.url, reason=f"status {status}")
        if status >= 500:
            return Trouble("sync.server.failed", url=self.url, status=str(status))
        return Trouble("sync.server.refused", url=self.url, reason=answer.error)


def _is_captive(response: httpx.Response) -> bool:
    """Whether the network answers in the server's place, as those do that want a sign-in first: with a page, or by sending us away."""
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    return (
        response.status_code == 511
        or (response.status_code < 400 and kind == "text/html")
        or (300 <= response.status_code < 400 and "location" in response.headers)
    )


class _Passing(Exception):
    def __init__(self, trouble: Trouble) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble
