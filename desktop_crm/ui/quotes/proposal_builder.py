"""The builder of one proposal: the outline at the left, the block in the middle, the printed page, library or versions at the right.

Signals: `back_wanted()`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop_crm.documents.previewing import files_of_proposal
from desktop_crm.domain.schema.options import BlockKind, ProposalState
from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.ui.quotes.output import begin_mail
from desktop_crm.ui.quotes.proposal_block import BlockEditor
from desktop_crm.ui.quotes.proposal_outline import Outline
from desktop_crm.ui.quotes.proposal_preview import ProposalPreview
from desktop_crm.ui.quotes.proposal_side import LibraryPanel, VersionsPanel
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import mood_of
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.header import Crumb, PageHeader
from desktop_crm.ui.widgets.segmented import SegmentedControl
from desktop_crm.ui.widgets.toast import Toast

if TYPE_CHECKING:
    from desktop_crm.services.proposals import AddedBlock, OpenProposal, PreparedProposal, QuoteChoice

SIZES = "proposals.builder.sizes"
TABS = ("preview", "library", "versions")
_TOUCHING = (
    "proposal", "proposal_block", "proposal_version", "content_block", "account", "contact", "opportunity", "quote_version",
    "plan_item", "account_plan", "account_member", "supplier",
)  # fmt: skip


class ProposalBuilder(QWidget):
    back_wanted = Signal()

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._slot = context.lanes.slot()
        self._offers = context.lanes.slot()
        self._id = ""
        self._viewing: str | None = None
        self._wanted = ""
        self.found: OpenProposal | None = None
        self.outline = Outline()
        self.block = BlockEditor()
        self.preview = ProposalPreview(context)
        self.pieces = LibraryPanel(context)
        self.versions = VersionsPanel(context)
        self.approval = button(tr("Submit for approval"), self.approve_step)
        self.save_pdf = button(tr("Save PDF"), self.ask_for_file, icon_name="file", shortcut="Ctrl+P")
        self.issue = primary(tr("Issue"), self.issue_now, icon_name="check")
        self.mail = button(tr("Mail…"), self.write_mail, icon_name="mail")
        self.accepted = button(tr("Accepted"), partial(self.answer, accepted=True))
        self.rejected = button(tr("Rejected"), partial(self.answer, accepted=False))
        actions = (self.accepted, self.rejected, self.approval, self.mail, self.save_pdf, self.issue)
        self.header = PageHeader("", actions=actions)
        self._toast = Toast(self)
        self._lay_out()
        self.outline.chosen.connect(self._on_block)
        self.outline.moved.connect(self._on_moved)
        self.outline.removal_wanted.connect(self._on_removal)
        self.outline.added.connect(self._on_added)
        self.outline.pieces_wanted.connect(partial(self.show_tab, "library"))
        self.block.changed.connect(self._on_typed)
        self.block.priced.connect(self._on_priced)
        self.block.block_wanted.connect(self.outline.choose)
        self.pieces.taken.connect(self._on_taken)
        self.versions.chosen.connect(self._on_version)
        self.versions.restore_wanted.connect(self.restore)
        context.hub.changed.connect(self._on_changed)

    @property
    def may_edit(self) -> bool:
        """Whether what is shown can be changed."""
        return self.found is not None and self._viewing is None and self.found.state is not ProposalState.ACCEPTED

    def open_proposal(self, proposal_id: str) -> None:
        """Show a proposal."""
        self.block.save()
        if proposal_id != self._id:
            self._id, self._viewing, self.found = proposal_id, None, None
        self.refresh()

    def refresh(self) -> None:
        """Read it again."""
        if self._id:
            self._slot.read(partial(_open, self._context, self._id), self._show)
            self._offers.read(partial(_choices, self._context, self._id), self._show_choices)

    def show_tab(self, key: str) -> None:
        """Show page, library or versions."""
        self.tabs.choose(key)
        self.stack.setCurrentIndex(TABS.index(key))

    def approve_step(self) -> None:
        """The next step of the approval: submit, approve, or take back into work."""
        self.block.save()
        found = self.found
        if found is None:
            return
        me = str(self._context.workspace.author.user_id or "")
        if found.state is ProposalState.SUBMITTED and found.submitted_by_id != me:
            self._do(tr("Proposal approved"), "approve")
        elif found.state in {ProposalState.SUBMITTED, ProposalState.APPROVED}:
            self._do(tr("Proposal taken back"), "send_back")
        else:
            self._do(tr("Proposal submitted"), "submit")

    def answer(self, *, accepted: bool) -> None:
        """Write down what the customer said."""
        text = tr("Proposal accepted") if accepted else tr("Proposal rejected")
        self._do(text, "answer", self._id, accepted=accepted)

    def restore(self, version_id: str) -> None:
        """Make an issued version the draft again."""
        self._viewing = None
        self._do(tr("Draft begun from an issued version"), "restore_version", self._id, version_id)

    def write_mail(self) -> None:
        """Begin a mail with the newest issued file on the mail page; it goes out when it is sent there."""
        if self.found is not None:
            begin_mail(self._context, "proposal", self._id, self.found.language)

    def issue_now(self) -> None:
        """Freeze the draft; the files are made in the worker process."""
        self.block.save()
        self.issue.setEnabled(False)
        fn = partial(_prepare, self._context, self._id)
        self._context.lanes.write(fn, self._on_prepared, self._on_failed)

    def ask_for_file(self) -> None:
        """Ask where the PDF goes."""
        if self.found is None:
            return
        dialog = QFileDialog(self, tr("Save PDF"), f"{self.found.number}-{self.preview.spoken}.pdf", "PDF (*.pdf)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.write_pdf)
        dialog.open()

    def write_pdf(self, path: str) -> None:
        """Write what is shown."""
        version = self._viewing or ("draft" if self.found is not None and self.found.is_draft else None)
        fn = partial(_print, self._context, self._id, Path(path), version, self.preview.spoken)
        self._context.lanes.read(fn, partial(self._on_printed, Path(path).name))

    def hideEvent(self, event: QHideEvent) -> None:
        self.block.save()
        super().hideEvent(event)

    def _lay_out(self) -> None:
        side = QFrame()
        side.setProperty("role", "panel")
        side.setMinimumWidth(300)
        words = (tr("Preview"), tr("Library"), tr("Versions"))
        self.tabs = SegmentedControl(tuple(zip(TABS, words, strict=True)), "preview")
        self.tabs.chosen.connect(self.show_tab)
        self.stack = QStackedWidget()
        for part in (self.preview, self.pieces, self.versions):
            self.stack.addWidget(part)
        box = QVBoxLayout(side)
        box.setContentsMargins(14, 12, 14, 12)
        box.setSpacing(10)
        box.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignLeft)
        box.addWidget(self.stack, 1)
        left = QFrame()
        left.setProperty("role", "panel")
        inner = QVBoxLayout(left)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.outline)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        for pane in (left, self.block, side):
            self.split.addWidget(pane)
        self.split.setStretchFactor(1, 1)
        sizes = self._context.settings.get(SIZES)
        self.split.setSizes(sizes if isinstance(sizes, list) and len(sizes) == 3 else [240, 480, 460])
        self.split.splitterMoved.connect(self._on_split)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addWidget(self.split, 1)

    def _show(self, told: tuple[OpenProposal, tuple[str, ...]]) -> None:
        found, words = told
        fresh = self.found is None
        self.found = found
        self.outline.show_blocks(found, self.may_edit)
        if self._wanted:
            self.outline.choose(self._wanted)
            self._wanted = ""
        self.block.show_block(found, self.outline.current(), editable=self.may_edit)
        self.block.show_missing(found.missing if self._viewing is None else (), words)
        self.preview.look(found.id, self._viewing, found.language)
        self.versions.show_versions(found, self._viewing)
        if fresh:
            self.pieces.look(found.industry, found.language)
        self._show_head(found)

    def _show_head(self, found: OpenProposal) -> None:
        state = found.state.value
        viewed = next((one for one in found.versions if one.id == self._viewing), None)
        shown = viewed or (None if found.is_draft or not found.versions else found.versions[0])
        named = shown.label if shown is not None else f"v{found.draft_version}"
        self.header.set_title(found.name or found.number, f"{found.number} {named}")
        self.header.set_pills((option_label("proposal_state", state), mood_of("proposal_state", state)))
        crumbs: list[Crumb] = [(tr("Proposals"), self.back_wanted.emit)]
        if found.account_name:
            crumbs.append((found.account_name, partial(self._context.routes.open, "account", found.account_id)))
        self.header.set_crumbs(tuple(crumbs))
        me = str(self._context.workspace.author.user_id or "")
        theirs = found.state is ProposalState.SUBMITTED and found.submitted_by_id != me
        waits = found.state in {ProposalState.SUBMITTED, ProposalState.APPROVED}
        text = tr("Approve") if theirs else tr("Take back into work") if waits else tr("Submit for approval")
        self.approval.setText(text)
        self.approval.setVisible(found.is_draft)
        for answer in (self.accepted, self.rejected):
            answer.setVisible(found.state is ProposalState.ISSUED)
        self.mail.setVisible(bool(found.versions))
        stops = any(one.stops for one in found.missing)
        self.issue.setEnabled(
            self.may_edit and not stops and found.state in {ProposalState.DRAFT, ProposalState.APPROVED}
        )

    def _show_choices(self, found: tuple[QuoteChoice, ...]) -> None:
        self.block.show_choices(found, self.found.quote_version_id if self.found is not None else "")

    def _do(self, text: str, verb: str, *values: Any, done: Callable[[Any], None] | None = None, **more: Any) -> None:
        """One act on the proposal, under undo."""
        fn = partial(_act, self._context, verb, *(values or (self._id,)), **more)
        self._context.undo.run(text, fn, done, quiet=verb == "change_block")

    def _on_block(self, block_id: str) -> None:
        self.block.save()
        if self.found is not None:
            self.block.show_block(self.found, block_id, editable=self.may_edit)
            self.preview.follow(block_id)

    def _on_moved(self, block_id: str, place: int) -> None:
        self._do(tr("Block moved"), "move_block", block_id, place)

    def _on_removal(self, block_id: str) -> None:
        if self.may_edit:
            self._do(tr("Block removed"), "remove_block", block_id)

    def _on_added(self, kind: str) -> None:
        self._add(BlockKind(kind))

    def _on_taken(self, content_id: str) -> None:
        if self.may_edit:
            self._add(BlockKind.CONTENT, content_id=content_id)

    def _add(self, kind: BlockKind, **more: Any) -> None:
        after = self.outline.current() or None
        self._do(tr("Block added"), "add_block", self._id, kind, after=after, done=self._on_block_made, **more)

    def _on_block_made(self, made: AddedBlock) -> None:
        self._wanted = made.id
        self.refresh()

    def _on_typed(self, block_id: str, fields: object) -> None:
        self._do(tr("Block changed"), "change_block", block_id, fields)

    def _on_priced(self, version_id: str) -> None:
        self._do(tr("Prices chosen"), "set_head", self._id, {"quote_version_id": version_id or None})

    def _on_version(self, version_id: str | None) -> None:
        self._viewing = version_id
        self.refresh()

    def _on_prepared(self, prepared: PreparedProposal) -> None:
        self._context.lanes.work(
            files_of_proposal, prepared.document, done=partial(self._on_files, prepared), failed=self._on_failed
        )

    def _on_files(self, prepared: PreparedProposal, files: tuple[bytes, ...]) -> None:
        self._context.lanes.write(partial(_finish, self._context, prepared, files), self._on_issued, self._on_failed)

    def _on_issued(self, done: Any) -> None:
        content = done.version.content
        self._toast.tell(tr("{number} v{version} issued", number=content.number, version=content.version))

    def _on_failed(self, error: BaseException) -> None:
        self.issue.setEnabled(True)
        self._context.lanes.troubled.emit(error)

    def _on_printed(self, name: str, _size: int) -> None:
        self._toast.tell(tr("Saved as {file}", file=name))

    def _on_split(self, _place: int, _index: int) -> None:
        self._context.settings.put(SIZES, self.split.sizes())

    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if self._id and changes.touches(*_TOUCHING):
            self.refresh()
            if changes.touches("content_block"):
                self.pieces.refresh()


def _open(context: UiContext, proposal_id: str) -> tuple[OpenProposal, tuple[str, ...]]:
    from desktop_crm.services import proposals

    found = proposals.open_proposal(context.workspace, proposal_id)
    return found, tuple(proposals.missing_words(one) for one in found.missing)


def _choices(context: UiContext, proposal_id: str) -> tuple[QuoteChoice, ...]:
    from desktop_crm.services import proposals

    return proposals.choices(context.workspace, proposal_id)


def _act(context: UiContext, verb: str, *values: Any, **more: Any) -> Any:
    from desktop_crm.services import proposals

    return getattr(proposals, verb)(context.workspace, *values, **more)


def _prepare(context: UiContext, proposal_id: str) -> PreparedProposal:
    from desktop_crm.services import proposals

    return proposals.prepare_issue(context.workspace, proposal_id)


def _finish(context: UiContext, prepared: PreparedProposal, files: tuple[bytes, ...]) -> Any:
    from desktop_crm.services import proposals

    return proposals.finish_issue(context.workspace, prepared, files)


def _print(context: UiContext, proposal_id: str, path: Path, version: str | None, locale: str) -> int:
    from desktop_crm.services import proposals

    return proposals.print_to(context.workspace, proposal_id, path, version, locale)
