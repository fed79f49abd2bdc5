"""The senders nothing is asked about: a list, and asking again."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QAbstractItemView, QDialog, QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from desktop_crm.i18n import tr
from desktop_crm.services.mail import deciding
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, no_default
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.states import EmptyState, StateStack

WIDTH, HEIGHT = 520, 440


class NeverDialog(QDialog):
    """Mails of a sender that is asked about again come with the next run, from then on."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        explained_by(self, "mail")
        self._context = context
        self._slot = context.lanes.slot()
        self.setWindowTitle(tr("Senders never asked about"))
        self.resize(WIDTH, HEIGHT)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Senders never asked about"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.itemSelectionChanged.connect(self._on_picked)
        said = tr("“Never ask about this sender” puts a sender here.")
        self.states = StateStack(self.list, EmptyState(tr("Every sender is asked about"), said, icon_name="mail"))
        self.states.failed.retried.connect(self.refresh)
        self.again = button(tr("Ask again"), self._ask_again)
        self.again.setEnabled(False)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.again)
        foot.addStretch(1)
        foot.addWidget(button(tr("Close"), self.reject))
        text = tr(
            "Mails of these senders are passed over, on this laptop alone. Those that come after “Ask again” wait for you."
        )
        box = QVBoxLayout(self)
        box.setContentsMargins(18, 16, 18, 16)
        box.setSpacing(10)
        box.addWidget(label(text, "body2", wrap=True))
        box.addWidget(self.states, 1)
        box.addLayout(foot)
        no_default(self)
        self.refresh()

    def refresh(self) -> None:
        """Read them again."""
        work = partial(deciding.never, self._context.workspace)
        self._slot.read(work, self._show, self.states.show_failed)

    def _show(self, senders: tuple[str, ...]) -> None:
        self.list.clear()
        self.list.addItems(senders)
        if senders:
            self.states.show_content()
            self.list.setCurrentRow(0)
        else:
            self.states.show_empty()
        self._on_picked()

    def _on_picked(self) -> None:
        self.again.setEnabled(bool(self.list.selectedItems()))

    def _ask_again(self) -> None:
        chosen = tuple(one.text() for one in self.list.selectedItems())
        work = partial(deciding.ask_again, self._context.workspace, *chosen)
        self._context.lanes.write(work, self._on_asked, self._context.reporter.report, self)

    def _on_asked(self, _nothing: None) -> None:
        self.refresh()
