"""A person's business card on the screen: a code to scan with a telephone, and the numbers as people write them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import tr
from desktop_crm.services import contact_files
from desktop_crm.services.contact_files import ShownCard
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme.tokens import LIGHT
from desktop_crm.ui.widgets.labels import label

SIDE, QUIET = 220, 14
"""Pixels; around a code there must be a quiet zone, or cameras do not find it."""


class CodePicture(QWidget):
    """The code, dark on light in every theme: cameras expect that."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(QSize(SIDE, SIDE))
        self.setAccessibleName(tr("Business card as a code"))
        self.drawing: QSvgRenderer | None = None

    def show_code(self, code: bytes) -> None:
        self.drawing = QSvgRenderer(code, self)
        self.drawing.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(LIGHT.surface))
        if self.drawing is not None:
            self.drawing.render(painter, QRectF(self.rect()).adjusted(QUIET, QUIET, -QUIET, -QUIET))
        painter.end()


class CardPanel(QWidget):
    """`show_row(id)` reads the person's card; a tab of the contact's panel."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._row_id = ""
        self._slot = context.lanes.slot()
        self.name, self.around = label("", "section", wrap=True), label("", "body2", wrap=True)
        self.lines = label("", "body", wrap=True)
        self.lines.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.code = CodePicture()
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 14, 16, 14)
        box.setSpacing(8)
        for control in (self.name, self.around, self.code, self.lines):
            box.addWidget(control)
        box.addWidget(label(tr("Scan the code with a telephone to keep this contact."), "hint", wrap=True))
        box.addStretch(1)
        context.hub.changed.connect(self._on_changed)

    def show_row(self, row_id: str) -> None:
        self._row_id = row_id
        work = partial(contact_files.shown_card, self._context.workspace, row_id)
        self._slot.read(work, self._show, self._context.reporter.report)

    def _show(self, card: ShownCard) -> None:
        self.name.setText(card.name)
        self.around.setText(card.around)
        self.lines.setText("\n".join(card.lines))
        self.code.show_code(card.code)

    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if self._row_id and self.isVisible() and self._row_id in changes.rows("contact"):
            self.show_row(self._row_id)
