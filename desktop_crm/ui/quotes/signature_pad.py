"""Where a customer signs on the screen, by mouse, finger or pen. Signals: `signed(name, png)` when it is taken."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QIODevice, QPointF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_crm.i18n import tr
from desktop_crm.ui.theme import current
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import label

SIZE = (520, 200)
PEN = 2.4
SCALE = 2


class Pad(QWidget):
    """Signals: `drawn()` after each stroke."""

    drawn = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(*SIZE)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(tr("Sign here"))
        self._path = QPainterPath()
        self._strokes = 0

    @property
    def empty(self) -> bool:
        return self._strokes == 0

    def wipe(self) -> None:
        """Begin again."""
        self._path, self._strokes = QPainterPath(), 0
        self.update()
        self.drawn.emit()

    def png(self) -> bytes:
        """The drawing on white."""
        image = QImage(SIZE[0] * SCALE, SIZE[1] * SCALE, QImage.Format.Format_RGB32)
        image.fill(0xFFFFFFFF)
        painter = QPainter(image)
        painter.scale(SCALE, SCALE)
        self._draw(painter, light=True)
        painter.end()
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")  # type: ignore[call-overload]
        return bytes(buffer.data().data())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._path.moveTo(event.position())
        self._path.lineTo(event.position() + QPointF(0.1, 0))
        self._strokes += 1
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() and self._strokes:
            self._path.lineTo(event.position())
            self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self.drawn.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), current().surface)
        painter.setPen(current().line_strong)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.drawLine(24, SIZE[1] - 46, SIZE[0] - 24, SIZE[1] - 46)
        self._draw(painter, light=False)
        painter.end()

    def _draw(self, painter: QPainter, *, light: bool) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen() if light else QPen(current().ink)  # on paper the pen is black
        pen.setWidthF(PEN)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPath(self._path)


class SignatureDialog(QDialog):
    """Asks for a name and a signature over one version."""

    signed = Signal(str, bytes)

    def __init__(self, what: str, name: str, digest: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        explained_by(self, "quote")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Signature of the customer"))
        self.name = QLineEdit(name)
        self.name.setAccessibleName(tr("Name and title"))
        self.pad = Pad()
        self.take = primary(tr("Accept with this signature"), self.accept)
        foot = QHBoxLayout()
        foot.addWidget(button(tr("Begin again"), self.pad.wipe, kind="small"))
        foot.addStretch(1)
        foot.addWidget(button(tr("Cancel"), self.reject))
        foot.addWidget(self.take)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 16)
        box.setSpacing(10)
        box.addWidget(label(what, "section"))
        box.addWidget(label(tr("We accept this quotation and order accordingly."), "body"))
        box.addWidget(label(tr("Name and title"), "label"))
        box.addWidget(self.name)
        box.addWidget(self.pad)
        box.addWidget(label(tr("Document hash {hash}", hash=digest[:16]), "hint"))
        box.addLayout(foot)
        self.pad.drawn.connect(self._show)
        self.name.textChanged.connect(self._show)
        self._show()

    def accept(self) -> None:
        self.signed.emit(self.name.text().strip(), self.pad.png())
        super().accept()

    def _show(self, *_values: object) -> None:
        self.take.setEnabled(not self.pad.empty and bool(self.name.text().strip()))
