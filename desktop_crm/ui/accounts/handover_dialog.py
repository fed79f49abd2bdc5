"""Handing an account over: to whom, with which memo and what goes along; then the paper. Nothing moves before the button is pressed."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop_crm.documents.handover_document import HandoverDocument
from desktop_crm.documents.previewing import handover_file
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.errors import CrmError, Refusal
from desktop_crm.i18n import current, ntr, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.services.account_work import handover, papers
from desktop_crm.services.account_work.handover import Coming, Handed
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, no_default, primary
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import ElidedLabel, label
from desktop_crm.ui.widgets.reference_editor import ReferenceEditor
from desktop_crm.ui.widgets.segmented import SegmentedControl

WIDTH = 480
MEMO_HEIGHT = 96


class HandoverDialog(QDialog):
    """After the act it stays and offers the paper in either language."""

    def __init__(self, context: UiContext, account_id: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        explained_by(self, "account")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(WIDTH)
        self._context, self._account, self._name = context, account_id, name
        self._paper: HandoverDocument | None = None
        title = tr("Hand over {account}", account=name)
        self.setWindowTitle(title)
        self._now = label("", "body2", wrap=True)
        self.to = ReferenceEditor(context, REGISTRY["account"].field("owner_id"))
        self.to.line.setAccessibleName(tr("To whom"))
        self.memo = QPlainTextEdit()
        self.memo.setTabChangesFocus(True)
        self.memo.setFixedHeight(MEMO_HEIGHT)
        self.memo.setAccessibleName(tr("Memo"))
        self.memo.setPlaceholderText(tr("What the next one must know: who decides, what was said, what to avoid"))
        self.below = QCheckBox(tr("Accounts below of the same owner too"))
        self.below.setChecked(True)
        self.work = QCheckBox(tr("Open opportunities, running quotes and contracts too"))
        self.work.setChecked(True)
        self._word = label("", "error", wrap=True)
        self._word.hide()
        self.language = SegmentedControl((("ko", "한국어"), ("en", "English")), current().value)
        self.pdf = button(tr("Save the paper as PDF…"), self._ask_where, icon_name="export")
        self.close_ = button(tr("Cancel"), self.reject)
        self.go = primary(tr("Hand over"), self._act)
        self._build(title)
        context.lanes.read(partial(handover.coming, context.workspace, account_id), self._tell, context.reporter.report)

    def _build(self, title: str) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 16, 20, 16)
        box.setSpacing(8)
        box.addWidget(ElidedLabel(title, "section"))
        box.addWidget(self._now)
        box.addWidget(label(tr("To whom"), "label"))
        box.addWidget(self.to)
        box.addWidget(label(tr("Memo"), "label"))
        box.addWidget(self.memo)
        box.addWidget(self.below)
        box.addWidget(self.work)
        box.addWidget(label(tr("Open tasks move always; what is done keeps its names."), "hint", wrap=True))
        box.addWidget(self._word)
        paper = QHBoxLayout()
        paper.addWidget(self.language)
        paper.addWidget(self.pdf)
        paper.addStretch(1)
        box.addLayout(paper)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.close_)
        row.addWidget(self.go)
        box.addLayout(row)
        no_default(self)

    def _tell(self, found: Coming) -> None:
        parts = (
            tr("Responsible now: {name}", name=found.owner or "–"),
            ntr("{n} open task", "{n} open tasks", found.tasks),
            ntr("{n} open opportunity", "{n} open opportunities", found.deals),
            ntr("{n} running quote", "{n} running quotes", found.quotes),
            ntr("{n} contract", "{n} contracts", found.contracts),
        )
        self._now.setText(" · ".join(parts))
        self.below.setVisible(found.below > 0)
        if found.below:
            text = ntr(
                "{n} account below of the same owner too", "{n} accounts below of the same owner too", found.below
            )
            self.below.setText(text)

    def _act(self) -> None:
        try:
            user = self.to.value()
        except Refusal as refusal:
            self._refused(refusal)
            return
        if not user:
            self._say(tr("Choose who takes the account over."))
            self.to.target().setFocus()
            return
        work = partial(
            handover.hand_over,
            self._context.workspace,
            self._account,
            str(user),
            memo=self.memo.toPlainText().strip(),
            with_below=self.below.isChecked(),
            with_open_work=self.work.isChecked(),
        )
        self._context.undo.run(tr("Hand over {account}", account=self._name), work, self._done, self._refused)

    def _done(self, handed: Handed) -> None:
        self._paper = handed.document
        self._word.hide()
        moved = ntr("{n} open task moved.", "{n} open tasks moved.", handed.tasks)
        self._now.setText(
            tr("{account} is now with {name}.", account=self._name, name=handed.document.after) + " " + moved
        )
        for part in (self.to, self.memo, self.below, self.work, self.go):
            part.setEnabled(False)
        self.close_.setText(tr("Close"))
        self.pdf.setFocus()

    def _refused(self, error: BaseException) -> None:
        if isinstance(error, CrmError):
            self._say(explain(error).happened)
        else:
            self._context.reporter.report(error)

    def _say(self, text: str) -> None:
        self._word.setText(text)
        self._word.setVisible(bool(text))

    # the paper

    def _ask_where(self) -> None:
        proposed = tr("Hand-over {account}", account=self._name) + ".pdf"
        name, _ = QFileDialog.getSaveFileName(self, tr("Save the paper as PDF…"), proposed, "PDF (*.pdf)")
        if name:
            self.save(Path(name))

    def save(self, target: Path) -> None:
        """Write the paper: as it was at the act, or as things stand when nothing was handed over yet."""
        if self._paper is not None:
            self._draw(target, self._paper)
            return
        memo = self.memo.toPlainText().strip()
        work = partial(handover.document, self._context.workspace, self._account, self.to.line.text().strip(), memo)
        self._context.lanes.read(work, partial(self._draw, target), self._context.reporter.report)

    def _draw(self, target: Path, paper: HandoverDocument) -> None:
        done, failed = partial(self._keep, target), self._context.reporter.report
        self._context.lanes.work(handover_file, paper, self.language.current(), done=done, failed=failed)

    def _keep(self, target: Path, data: bytes) -> None:
        self._context.lanes.read(partial(papers.keep, target, data), self._kept, self._context.reporter.report)

    def _kept(self, target: Path) -> None:
        self._now.setText(tr("Saved as {file}", file=target.name))
