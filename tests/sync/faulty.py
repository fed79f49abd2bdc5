"""Bad lines and bad servers on loopback: a proxy that cuts, and servers that answer anything but our protocol."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class CuttingProxy:
    """Passes bytes on, and cuts each connection after so many bytes of answer. `answered` is called as soon as an answer comes;
    after each of `sent` bytes of questions, in turn, the line is cut too.
    """

    def __init__(
        self,
        target: str,
        cut_after: int | None,
        answered: Callable[[bytes], None] | None = None,
        sent: Iterator[int] | None = None,
    ) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname or "", parts.port or 80)
        self._cut_after, self._answered = cut_after, answered
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.connections = self.passed = 0
        self._sent = sent
        self._spawn(self._accept)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for end in self._open:
            _shut(end)
        for thread in self._threads:
            thread.join(5)

    def _spawn(self, act: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=act, args=arguments)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._target)
            except OSError:
                return
            self.connections += 1
            self._open += [near, far]
            self._spawn(self._there, near, far)
            self._spawn(self._back, far, near)

    def _there(self, near: socket.socket, far: socket.socket) -> None:
        left = next(self._sent, None) if self._sent is not None else None
        with suppress(OSError):
            while data := near.recv(65536):
                data = data if left is None else data[:left]
                far.sendall(data)
                self.passed += len(data)
                left = None if left is None else left - len(data)
                if left == 0:
                    _shut(near)
                    break
        _shut(far)

    def _back(self, far: socket.socket, near: socket.socket) -> None:
        passed = 0
        with suppress(OSError):
            while data := far.recv(65536):
                if self._answered is not None:
                    self._answered(data)
                if self._cut_after is not None:
                    data = data[: max(self._cut_after - passed, 0)]
                near.sendall(data)
                passed += len(data)
                if self._cut_after is not None and passed >= self._cut_after:
                    break
        _shut(near)
        _shut(far)


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def proxy(
    target: str,
    cut_after: int | None = None,
    answered: Callable[[bytes], None] | None = None,
    sent: Iterator[int] | None = None,
) -> Iterator[CuttingProxy]:
    made = CuttingProxy(target, cut_after, answered, sent)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def answering(*answers: bytes) -> Iterator[str]:
    """A server that gives these bytes, one for each connection, the last one for ever."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        given = 0
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            with suppress(OSError):
                near.settimeout(2)
                near.recv(65536)
                near.sendall(answers[min(given, len(answers) - 1)])
            given += 1
            _shut(near)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def http(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    """An answer as bytes."""
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
