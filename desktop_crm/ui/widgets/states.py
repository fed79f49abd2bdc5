"""Empty, loading and failed, designed: what belongs here and the first step, what is under way, what went wrong."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from desktop_crm.foundation.errors import CrmError
from desktop_crm.i18n import tr
from desktop_crm.ui.theme import current, pixmap
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import label

PATIENCE_MS = 300
"""Work that takes longer than this shows its progress."""

WIDEST = 440
MIDDLE = Qt.AlignmentFlag.AlignHCenter


class EmptyState(QWidget):
    """What belongs here, and the buttons for the first step."""

    def __init__(
        self,
        title: str,
        text: str = "",
        actions: tuple[QPushButton, ...] = (),
        *,
        icon_name: str = "sparkle",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 24, 24, 24)
        box.setSpacing(6)
        box.addStretch(2)
        self._sign = QLabel()
        self._sign.setPixmap(pixmap(icon_name, current().ink_3, 32, self.devicePixelRatioF()))
        box.addWidget(self._sign, 0, MIDDLE)
        self._title = label(title, "section")
        self._text = label(text, "body2", wrap=True)
        self._text.setAlignment(MIDDLE)
        self._text.setMaximumWidth(WIDEST)
        box.addWidget(self._title, 0, MIDDLE)
        box.addWidget(self._text, 0, MIDDLE)
        box.addSpacing(6)
        for action in actions:
            box.addWidget(action, 0, MIDDLE)
        box.addStretch(3)
        self.tell(title, text)

    def tell(self, title: str, text: str = "") -> None:
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        width = min(WIDEST, 60 + 8 * len(text))
        self._text.setMinimumWidth(width)
        # A stack does not pass height for width on, so the text asks for its own.
        self._text.setMinimumHeight(max(self._text.heightForWidth(width), 0))
        self.setAccessibleName(f"{title}. {text}" if text else title)


class Skeleton(QWidget):
    """Grey bars where rows will be; painted, without a timer, so that a waiting page costs nothing."""

    def sizeHint(self) -> QSize:
        return QSize(320, 200)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(current().sunken))
        for row in range(min(self.height() // 32, 14)):
            width = self.width() * (0.28 + 0.11 * ((row * 7) % 4))
            painter.drawRoundedRect(QRectF(16, 10 + row * 32, width, 12), 6, 6)
            painter.drawRoundedRect(QRectF(self.width() - 120, 10 + row * 32, 96, 12), 6, 6)
        painter.end()


class LoadingState(QWidget):
    """Quiet for 300 ms, then a skeleton, or progress with its words, and a way to cancel where there is one."""

    cancelled = Signal()

    def __init__(self, text: str = "", *, can_cancel: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 8, 0, 8)
        self._skeleton = Skeleton(self)
        self._text = label(text or tr("Loading…"), "hint")
        self._bar = QProgressBar(self)
        self._bar.setMaximumWidth(320)
        self._bar.setAccessibleName(self._text.text())
        self._cancel = button(tr("Cancel"), self.cancelled.emit, kind="small")
        box.addWidget(self._skeleton, 1)
        box.addWidget(self._text, 0, MIDDLE)
        box.addWidget(self._bar, 0, MIDDLE)
        box.addWidget(self._cancel, 0, MIDDLE)
        self._can_cancel = can_cancel
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._lose_patience)
        self.begin()

    def begin(self) -> None:
        """Start waiting: nothing is shown at first."""
        for part in (self._skeleton, self._text, self._bar, self._cancel):
            part.hide()
        self._patience.start()

    def end(self) -> None:
        self._patience.stop()

    def show_progress(self, done: int, whole: int, text: str = "") -> None:
        """How far the work is; `whole` 0 means nobody knows."""
        self._bar.setRange(0, whole)
        self._bar.setValue(done)
        if text:
            self._text.setText(text)
            self._bar.setAccessibleName(text)
        if not self._patience.isActive():
            self._bar.show()

    def _lose_patience(self) -> None:
        self._skeleton.show()
        self._text.show()
        self._bar.setVisible(self._bar.maximum() != 100 or self._bar.value() > 0)
        self._cancel.setVisible(self._can_cancel)


class FailedState(QWidget):
    """What happened, what was kept, what to do, and a way to try again."""

    retried = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 24, 24, 24)
        box.setSpacing(6)
        box.addStretch(2)
        sign = QLabel()
        sign.setPixmap(pixmap("warning", current().bad, 32, self.devicePixelRatioF()))
        self._title = label("", "section")
        self._text = label("", "body2", wrap=True)
        self._text.setAlignment(MIDDLE)
        self._text.setMinimumWidth(440)
        box.addWidget(sign, 0, MIDDLE)
        box.addWidget(self._title, 0, MIDDLE)
        box.addWidget(self._text, 0, MIDDLE)
        box.addSpacing(6)
        box.addWidget(button(tr("Try again"), self.retried.emit, icon_name="refresh"), 0, MIDDLE)
        box.addStretch(3)

    def tell(self, title: str, *lines: str) -> None:
        self._title.setText(title)
        self._text.setText("\n".join(line for line in lines if line))
        self.setAccessibleName(f"{title}. {self._text.text()}")


class StateStack(QWidget):
    """Shows one of: the content, its empty state, loading, failed."""

    def __init__(self, content: QWidget, empty: EmptyState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.content = content
        self.empty = empty
        self.loading = LoadingState()
        self.failed = FailedState()
        self._stack = QStackedLayout(self)
        for page in (content, empty, self.loading, self.failed):
            self._stack.addWidget(page)
        self.loading.end()

    def show_content(self) -> None:
        self._show(self.content)

    def show_empty(self) -> None:
        self._show(self.empty)

    def show_loading(self) -> None:
        self.loading.begin()
        self._stack.setCurrentWidget(self.loading)

    @Slot(object)
    def show_failed(self, error: BaseException) -> None:
        """Say all four things of an error in place of the content; what is no CrmError is a bug of ours."""
        from desktop_crm.i18n.error_texts import explain
        from desktop_crm.ui.runtime.reporter import as_bug

        text = explain(error if isinstance(error, CrmError) else as_bug(error))
        self.failed.tell(text.title, text.happened, text.kept, text.next_step)
        self._show(self.failed)

    def _show(self, page: QWidget) -> None:
        self.loading.end()
        self._stack.setCurrentWidget(page)
