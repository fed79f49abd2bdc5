"""Cards on the clipboard: which map and which cards, for a paste here or on another map; as words for everything else."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QGuiApplication

KIND = "application/x-desktop-crm-cards"


def put_on_clipboard(map_id: str, node_ids: Sequence[str], words: Sequence[str]) -> None:
    """The cards by reference: what is pasted is how they stand then."""
    data = QMimeData()
    data.setData(KIND, QByteArray(json.dumps([map_id, list(node_ids)]).encode()))
    data.setText("\n".join(words))
    QGuiApplication.clipboard().setMimeData(data)


def from_clipboard() -> tuple[str, list[str]] | None:
    """The map and the cards that were copied; None when something else was."""
    data = QGuiApplication.clipboard().mimeData()
    if data is None or not data.hasFormat(KIND):
        return None
    try:
        map_id, node_ids = json.loads(bytes(data.data(KIND).data()))
    except ValueError:
        return None
    return str(map_id), [str(one) for one in node_ids]


def leave_plain_text() -> None:
    """At the end leave copied cards as Qt's own text: a clipboard that outlives Python must not hold an object of Python's."""
    clipboard = QGuiApplication.clipboard()
    if from_clipboard() is not None:
        clipboard.setText(clipboard.text())
