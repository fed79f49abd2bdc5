"""Writing a mail: what is typed is kept as a draft while it is typed; it goes out when there is a line.

Signals: `queued()` when it is to go out, `kept()` when it stays a draft.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop_crm.domain.mail.outgoing import Letter, LetterFile, addresses
from desktop_crm.foundation.errors import CrmError
from desktop_crm.i18n import formats, ptr, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.services.mail import outbox, writing
from desktop_crm.services.mail.accounts import MailAccount
from desktop_crm.services.mail.outbox import Outgoing
from desktop_crm.services.mail.writing import Template
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, no_default, primary
from desktop_crm.ui.widgets.flow_row import FlowRow
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import clear, label
from desktop_crm.ui.widgets.steady import SteadyComboBox

PAUSE_MS = 400
WIDTH, HEIGHT = 760, 600


class LetterDialog(QDialog):
    """`held`: the draft that is written on; `templates`: those there are."""

    queued = Signal()
    kept = Signal()

    def __init__(
        self,
        context: UiContext,
        held: Outgoing,
        every: tuple[MailAccount, ...],
        templates: tuple[Template, ...],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        explained_by(self, "mail")
        self._context, self._held = context, held
        self._files: list[LetterFile] = list(held.letter.files)
        self._done = False
        self._untouched = held.made_at == held.changed_at
        self.setWindowTitle(tr("Mail"))
        self.resize(WIDTH, HEIGHT)
        self.account = SteadyComboBox()
        for one in every:
            self.account.addItem(f"{one.name} <{one.address}>" if one.name else one.address, one.id)
        self.account.setCurrentIndex(max(0, self.account.findData(held.account)))
        self.to, self.cc, self.bcc, self.subject = (QLineEdit() for _ in range(4))
        self.body = QPlainTextEdit()
        self.body.setTabChangesFocus(True)
        self.body.setAccessibleName(tr("Text"))
        self.template = SteadyComboBox()
        self.template.addItem(tr("Mail template…"), "")
        for made in templates:
            self.template.addItem(made.name, made.id)
        self.template.setVisible(bool(templates))
        self.template.setAccessibleName(tr("Mail template"))
        self.word = label("", "error", wrap=True)
        self.word.hide()
        self.state = label("", "hint")
        self._chips = FlowRow()
        self._lay_out()
        self._show(held.letter)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PAUSE_MS)
        self._later.timeout.connect(self.save)
        for line in (self.to, self.cc, self.bcc, self.subject):
            line.textEdited.connect(self._on_typed)
        self.body.textChanged.connect(self._on_typed)
        self.account.activated.connect(self._on_typed)
        self.template.activated.connect(self._on_template)
        (self.body if held.letter.to else self.to).setFocus()

    def letter(self) -> Letter:
        """What is written."""
        return replace(
            self._held.letter,
            to=addresses(self.to.text()),
            cc=addresses(self.cc.text()),
            bcc=addresses(self.bcc.text()),
            subject=self.subject.text().strip(),
            body=self.body.toPlainText(),
            files=tuple(self._files),
        )

    def save(self, done: Any = None) -> None:
        """Keep it as a draft."""
        self._later.stop()
        work = partial(
            outbox.rewrite, self._context.workspace, self._held.id, self.letter(), str(self.account.currentData())
        )
        self._context.lanes.write(work, done or self._on_saved, self._on_failed, self)

    def send(self) -> None:
        """It is to go out."""
        self.word.hide()
        self.save(self._queue)

    def attach(self, paths: list[str]) -> None:
        """Files that go with it."""
        for path in paths:
            work = partial(writing.attach, self._context.workspace, Path(path))
            self._context.lanes.write(work, self._on_attached, self._on_failed, self)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        lines = (
            (ptr("mail", "From"), self.account),
            (ptr("mail", "To"), self.to),
            (tr("Cc"), self.cc),
            (tr("Bcc"), self.bcc),
            (tr("Subject"), self.subject),
        )
        for place, (name, control) in enumerate(lines):
            head = label(name, "label")
            head.setBuddy(control)
            control.setAccessibleName(name)
            grid.addWidget(head, place, 0)
            grid.addWidget(control, place, 1)
        grid.setColumnStretch(1, 1)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(button(tr("Attach…"), self._ask_files, icon_name="file"))
        below.addWidget(self.template)
        below.addWidget(self.state, 1)
        below.addWidget(button(tr("Keep as draft"), self.reject))
        self.go = primary(tr("Send"), self.send, icon_name="mail", shortcut="Ctrl+Return")
        below.addWidget(self.go)
        box = QVBoxLayout(self)
        box.setContentsMargins(18, 16, 18, 16)
        box.setSpacing(10)
        box.addLayout(grid)
        box.addWidget(self.body, 1)
        box.addLayout(self._chips)
        box.addWidget(self.word)
        box.addLayout(below)
        no_default(self)

    def _show(self, letter: Letter) -> None:
        self.to.setText(", ".join(letter.to))
        self.cc.setText(", ".join(letter.cc))
        self.bcc.setText(", ".join(letter.bcc))
        self.subject.setText(letter.subject)
        if self.body.toPlainText() != letter.body:
            self.body.blockSignals(True)
            self.body.setPlainText(letter.body)
            self.body.blockSignals(False)
        self._files = list(letter.files)
        self._show_files()

    def _show_files(self) -> None:
        clear(self._chips)
        for place, one in enumerate(self._files):
            size = formats.number(max(1, one.size // 1024))
            chip = button(f"{one.name} ({size} KB)", partial(self._detach, place), kind="small", icon_name="close")
            chip.setAccessibleName(tr("Take {name} off", name=one.name))
            self._chips.addWidget(chip)

    def _detach(self, place: int) -> None:
        del self._files[place]
        self._show_files()
        self._on_typed()

    def _ask_files(self) -> None:
        dialog = QFileDialog(self, tr("Attach files"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self.attach)
        dialog.open()

    @Slot()
    def _on_typed(self, _value: Any = None) -> None:
        self._untouched = False
        self.state.setText(tr("Saving…"))
        self._later.start()

    def _on_attached(self, file: LetterFile) -> None:
        self._files.append(file)
        self._show_files()
        self._on_typed()

    @Slot(int)
    def _on_template(self, _place: int) -> None:
        chosen = str(self.template.currentData() or "")
        self.template.setCurrentIndex(0)
        if chosen:
            work = partial(writing.from_template, self._context.workspace, self.letter(), chosen)
            self._context.lanes.read(work, self._on_filled, self._on_failed)

    def _on_filled(self, found: tuple[Letter, tuple[str, ...]]) -> None:
        letter, missing = found
        self._show(letter)
        self._tell(tr("Without a value: {fields}", fields=", ".join(missing)) if missing else "")
        self._on_typed()

    def _on_saved(self, held: Outgoing) -> None:
        self._held = held
        if not self._later.isActive():
            self.state.setText(tr("Kept as draft"))
        self.kept.emit()

    def _on_dropped(self, _nothing: object) -> None:
        self.kept.emit()

    def _queue(self, held: Outgoing) -> None:
        self._held = held
        work = partial(outbox.queue, self._context.workspace, held.id)
        self._context.lanes.write(work, self._on_queued, self._on_failed, self)

    def _on_queued(self, _held: Outgoing) -> None:
        self._done = True
        self.queued.emit()
        self.accept()

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, CrmError):
            self._context.reporter.report(error)
            return
        words = explain(error)
        self._tell(" ".join(part for part in (words.happened, words.next_step) if part))

    def _tell(self, text: str) -> None:
        self.word.setText(text)
        self.word.setVisible(bool(text))

    def done(self, result: int) -> None:
        if self._untouched and not self._done:  # nothing was written: no draft of it stays
            drop = partial(outbox.drop, self._context.workspace, self._held.id)
            self._context.lanes.write(drop, self._on_dropped, self._on_failed, self)
        elif self._later.isActive() and not self._done:
            self.save()
        super().done(result)
