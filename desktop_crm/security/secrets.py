"""Where secrets are kept: the operating system's keyring, or memory for a demo that is thrown away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from desktop_crm.foundation.errors import Trouble

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_SERVICE = "desktop-crm"
_PLAIN_TEXT_BACKENDS = ("keyrings.alt", "keyring.backends.null", "keyring.backends.fail")


class SecretStore(Protocol):
    """Names to secrets."""

    def get(self, name: str) -> str | None: ...

    def put(self, name: str, secret: str) -> None: ...

    def remove(self, name: str) -> None: ...


class KeyringStore:
    """The operating system's keyring. Backends that store plain text or nothing count as absent (Trouble `keyring.absent`).

    Of several backends in a chain the first safe one is asked, and no other.
    """

    def get(self, name: str) -> str | None:
        import keyring

        try:
            return _safe_backend().get_password(_SERVICE, name)
        except keyring.errors.KeyringError as error:
            raise Trouble("keyring.absent", reason=str(error)) from error

    def put(self, name: str, secret: str) -> None:
        import keyring

        try:
            _safe_backend().set_password(_SERVICE, name, secret)
        except keyring.errors.KeyringError as error:
            raise Trouble("keyring.absent", reason=str(error)) from error

    def remove(self, name: str) -> None:
        import keyring

        try:
            _safe_backend().delete_password(_SERVICE, name)
        except keyring.errors.PasswordDeleteError:
            return
        except keyring.errors.KeyringError as error:
            raise Trouble("keyring.absent", reason=str(error)) from error


def _safe_backend() -> KeyringBackend:
    import keyring
    from keyring.backends.chainer import ChainerBackend

    chosen = keyring.get_keyring()
    members = list(chosen.backends) if isinstance(chosen, ChainerBackend) else [chosen]
    for one in members:
        if not type(one).__module__.startswith(_PLAIN_TEXT_BACKENDS):
            return one
    raise Trouble("keyring.absent", reason=", ".join(type(one).__module__ for one in members))


class MemoryStore:
    """Secrets that end with the process: for the demo on a machine without a keyring, and for tests."""

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self._secrets.get(name)

    def put(self, name: str, secret: str) -> None:
        self._secrets[name] = secret

    def remove(self, name: str) -> None:
        self._secrets.pop(name, None)
