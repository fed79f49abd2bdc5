"""A real, small identity provider as a process of its own, and a browser that signs somebody in there."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import httpx

PATIENCE = 60.0


class IdentityProvider:
    """Its address, and the people it knows."""

    def __init__(self, address: str) -> None:
        self.address = address

    def knows(self, subject: str, **claims: object) -> None:
        httpx.put(f"{self.address}/users/{subject}", json=claims).raise_for_status()

    def browser(self, subject: str, seen: list[str] | None = None) -> Callable[[str], None]:
        """What a person does with the page: gives his name there; the browser follows wherever it is sent."""

        def show(address: str) -> None:
            if seen is not None:
                seen.append(address)
            with httpx.Client(follow_redirects=True, trust_env=False) as client:
                assert re.search("<form", client.get(address).text)
                if subject:
                    client.post(address, data={"sub": subject})
                else:  # this provider leaves out the state when it says no, which the standard demands
                    asked = {name: held[0] for name, held in parse_qs(urlsplit(address).query).items()}
                    client.get(f"{asked['redirect_uri']}?error=access_denied&state={asked['state']}")

        return show


@contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "oidc_provider_mock",
        "--port",
        str(port),
        "--require-nonce",
        "true",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    made = IdentityProvider(f"http://127.0.0.1:{port}")
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            assert process.poll() is None
            try:
                httpx.get(f"{made.address}/jwks", timeout=2).raise_for_status()
                break
            except httpx.TransportError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield made
    finally:
        process.terminate()
        process.wait(10)
