"""The account at the server: address, user, tokens. Tokens lie in the keyring; without one, in the encrypted workspace."""

from __future__ import annotations

import json
import platform
from typing import TYPE_CHECKING

from desktop_crm.foundation.errors import Trouble
from desktop_crm.foundation.ids import UserId
from desktop_crm.persistence import outbox
from desktop_crm.services.sync_browser import ByBrowser
from desktop_crm.services.workspace import Workspace

if TYPE_CHECKING:
    from desktop_crm.sync.protocol import Tokens

_FACT = "tokens"


class Account:
    """Implements the transport's Credentials. Used by one thread at a time."""

    def __init__(self, workspace: Workspace, url: str, user: str, pin: str = "") -> None:
        self.url, self.user, self.pin = url, user, pin
        self._workspace = workspace
        self._name = f"sync:{workspace.author.device_id}"
        self._tokens: dict[str, str] | None = None

    def access(self) -> str:
        return self._held().get("access", "")

    def refresh(self) -> str:
        return self._held().get("refresh", "")

    def keep(self, tokens: Tokens) -> None:
        """Keep a new pair."""
        self._tokens = {"access": tokens.access, "refresh": tokens.refresh}
        text = json.dumps(self._tokens)
        try:
            self._workspace.secrets.put(self._name, text)
            text = ""
        except Trouble:
            pass  # no keyring: the workspace's own encryption keeps it
        with self._workspace.database.writing() as connection:
            outbox.save(connection, **{_FACT: text})

    def move(self, url: str) -> None:
        """The server has another address now."""
        self.url = url
        with self._workspace.database.writing() as connection:
            outbox.save(connection, url=url)

    def know_by(self, pin: str) -> None:
        """The server has another fingerprint now; "" for none. Raises Refusal `sync.pin.form`."""
        from desktop_crm.sync.client.pinning import checked_pin

        self.pin = checked_pin(pin)
        with self._workspace.database.writing() as connection:
            outbox.save(connection, pin=self.pin)

    def _held(self) -> dict[str, str]:
        if self._tokens is None:
            with self._workspace.read() as session:
                text = outbox.state(session.connection()).get(_FACT, "")
            if not text:
                try:
                    text = self._workspace.secrets.get(self._name) or ""
                except Trouble:
                    text = ""
            self._tokens = json.loads(text) if text else {}
        return self._tokens


def account_of(workspace: Workspace) -> Account | None:
    """The account this workspace is signed in with; None for a workspace without a server."""
    with workspace.read() as session:
        saved = outbox.state(session.connection())
    if not saved.get("url"):
        return None
    return Account(workspace, saved["url"], saved.get("user_name", ""), saved.get("pin", ""))


def sign_in(
    workspace: Workspace,
    url: str,
    user: str,
    password: str,
    code: str = "",
    browser: ByBrowser | None = None,
    pin: str = "",
) -> Account:
    """Exchange a name and a password for tokens; from now on the workspace writes in that user's name.

    `code`: of the second factor. With `browser` people show who they are there, and name and password do not matter.
    Raises Refusal `sync.sign_in`, `sync.code`, `sync.browser.…`; Trouble `sync.browser.late`, `sync.server.…`. `pin`: the server's fingerprint, for one that is to be known by it;
    Refusal `sync.pin.form`, `sync.pin.wrong`.
    """
    from desktop_crm.sync.client.pinning import checked_pin
    from desktop_crm.sync.client.transport import HttpTransport
    from desktop_crm.sync.protocol import SignIn

    known = account_of(workspace)
    pin = checked_pin(pin) or (
        known.pin if known is not None and known.url == url else ""
    )  # not lost by signing in again
    transport = HttpTransport(url, pin=pin)
    try:
        here = platform.node() or "laptop"
        device = workspace.author.device_id
        if browser is None:
            ask = SignIn(user=user, password=password, device=device, device_name=here, code=code)
            tokens = transport.sign_in(ask)
        else:
            tokens = browser.tokens(transport, device, here)
    finally:
        transport.close()
    account = Account(workspace, url, tokens.name, pin)
    account.keep(tokens)
    with workspace.database.writing() as connection:
        outbox.save(connection, url=url, pin=pin, user_name=tokens.name, user_id=tokens.user, user_role=tokens.role)
    workspace.act_as(UserId(tokens.user))
    return account
