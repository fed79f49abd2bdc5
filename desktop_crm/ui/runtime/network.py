"""What the system knows of the network: whether the connection costs, and whether it wants a sign-in first. Loaded where there is a server.

Where the system tells nothing of it (or Qt finds no way to ask), nothing is said.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QNetworkInformation


class Network(QObject):
    """Signals: `changed()`."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        feature = QNetworkInformation.Feature.Metered
        if not QNetworkInformation.loadBackendByFeatures(feature):
            QNetworkInformation.loadDefaultBackend()
        self._known = QNetworkInformation.instance()
        if self._known is not None:
            self._known.isMeteredChanged.connect(self._on_changed)
            self._known.isBehindCaptivePortalChanged.connect(self._on_changed)
            self._known.reachabilityChanged.connect(self._on_changed)

    @property
    def metered(self) -> bool:
        """Whether the connection costs, as far as the system says."""
        return self._known is not None and self._known.isMetered()

    @property
    def captive(self) -> bool:
        """Whether the network wants a sign-in before it lets anybody through."""
        return self._known is not None and self._known.isBehindCaptivePortal()

    @Slot()
    def _on_changed(self) -> None:
        self.changed.emit()
