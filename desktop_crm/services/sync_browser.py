"""Signing in by the browser, at the company's own identity provider: opens the page, waits, and can be called off."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop_crm.i18n import tr

if TYPE_CHECKING:
    from desktop_crm.sync.client.transport import HttpTransport
    from desktop_crm.sync.protocol import Tokens


def open_page(address: str) -> None:
    """Show an address in the system's browser."""
    import webbrowser

    webbrowser.open(address)


class ByBrowser:
    """One sign-in. `show`: brings an address before the user's eyes."""

    def __init__(self, show: Callable[[str], object] | None = None) -> None:
        self._show = show
        self._ended = threading.Event()

    def stop(self) -> None:
        """Wait no longer; from any thread."""
        self._ended.set()

    def tokens(self, transport: HttpTransport, device: str, device_name: str) -> Tokens:
        """Tokens, when the user has signed in there.

        Raises Refusal `sync.browser.off`, `sync.browser.refused`, `sync.browser.user`, `sync.browser.stopped`,
        `sync.browser.address`; Trouble `sync.browser.late`, `sync.server.…`.
        """
        from desktop_crm.sync.client.browser import Errand, Words

        words = Words(
            good=(tr("You are signed in"), tr("Close this page and go back to Desktop CRM.")),
            bad=(tr("Not signed in"), tr("Go back to Desktop CRM and try again.")),
        )
        errand = Errand(transport.browser_offer(), words)
        return transport.browser_sign_in(errand.run(self._show or open_page, self._ended, device, device_name))
