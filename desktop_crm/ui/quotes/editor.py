"""The quote being edited: the newest draft, priced at once after every edit and while typing, saved as it is typed.

Each edit is one transaction on the write lane under the workspace's undo stack. Changes from elsewhere (the server, undo,
another page) are read in when no key press is waiting: what is being typed is never overwritten.
Signals (GUI thread): `opened()` when another quote or version is shown; `drafted()` after the draft changed;
`priced(amounts)` while a value is being typed; `settled()` when all edits are saved; `failed(error)` when it cannot be read.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_crm.documents.previewing import files_of_version
from desktop_crm.documents.quote_document import QuoteDocument
from desktop_crm.domain.quotes.approvals.content import content_hash
from desktop_crm.domain.quotes.draft import QuoteDraft
from desktop_crm.domain.quotes.pricing import LineMemory, PricedQuote, price
from desktop_crm.domain.quotes.versions import QuoteVersion
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.ids import RowId
from desktop_crm.i18n import tr
from desktop_crm.ui.runtime.context import UiContext

if TYPE_CHECKING:
    from desktop_crm.domain.quotes.paper import Paper
    from desktop_crm.services.quotes import Issued, OpenQuote, Prepared, Printing

ENTITIES = (
    "quote",
    "quote_section",
    "quote_line",
    "quote_version",
    "supplier",
    "document_template",
    "account",
    "contact",
    "opportunity",
    "user",
)


class QuoteEditor(QObject):
    """One for each builder."""

    opened = Signal()
    drafted = Signal()
    priced = Signal(object)
    settled = Signal()
    failed = Signal(object)
    issued = Signal(object)

    def __init__(self, context: UiContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._slot = context.lanes.slot()
        self._quote_id: str | None = None
        self._open: OpenQuote | None = None
        self._printing: Printing | None = None
        self._draft: QuoteDraft | None = None
        self._amounts: PricedQuote | None = None
        self._memory = LineMemory()
        self._viewing: QuoteVersion | None = None
        self._saving = 0
        self._holding = 0
        self._stale = False
        self._issuing = False
        context.hub.changed.connect(self._on_changed)

    @property
    def quote(self) -> OpenQuote | None:
        """What is known of the quote beside its draft."""
        return self._open

    @property
    def draft(self) -> QuoteDraft | None:
        """What is shown: the draft, or the content of the version that is looked at."""
        return self._viewing.content.draft if self._viewing is not None else self._draft

    @property
    def amounts(self) -> PricedQuote | None:
        return self._viewing.content.amounts if self._viewing is not None else self._amounts

    @property
    def viewing(self) -> QuoteVersion | None:
        """The issued version that is looked at, if any; it cannot be edited."""
        return self._viewing

    @property
    def lacks_rate(self) -> bool:
        """Whether nobody knows what the quote is worth at home."""
        draft = self._draft
        return draft is not None and not draft.exchange_rate and draft.currency != self._context.workspace.currency

    @property
    def may_edit(self) -> bool:
        return self._draft is not None and self._viewing is None and not self._closed

    @property
    def printed_version(self) -> int | None:
        """The issued version whose stored file is the page to show; None while there is a draft in work."""
        if self._viewing is not None:
            return self._viewing.content.version
        if self._open is None or self._open.is_draft or not self._open.versions:
            return None
        return self._open.versions[0].version

    @property
    def printed_hash(self) -> str | None:
        """The hash of that version: two laptops may have issued the same number."""
        if self._viewing is not None:
            return self._viewing.hash
        return self._open.versions[0].hash if self._open is not None and self.printed_version is not None else None

    @property
    def saved(self) -> bool:
        """Whether everything that was edited is in the file."""
        return self._saving == 0

    @property
    def _closed(self) -> bool:
        return self._open is not None and self._open.status is QuoteStatus.ACCEPTED

    def open_quote(self, quote_id: str) -> None:
        """Show another quote."""
        self._quote_id = quote_id
        self._draft = self._amounts = self._open = self._viewing = None
        self.refresh()

    def refresh(self) -> None:
        """Read the quote again, as soon as nothing is being typed or saved."""
        if self._quote_id is None:
            return
        if self._saving or self._holding:
            self._stale = True
            return
        self._stale = False
        self._slot.read(partial(_read, self._context, self._quote_id), self._on_read, self._on_failed)

    def edit(self, text: str, draft: QuoteDraft) -> None:
        """Take a new draft: shown and priced at once, saved behind. `text` names the act for undo."""
        before = self._draft
        if before is None or not self.may_edit or draft == before:
            return
        self._slot.cancel()
        self._draft, self._amounts = draft, price(draft, self._memory)
        if self._open is not None:
            self._open = replace(self._open, draft=draft, status=_state_after(self._open.status, before, draft))
        self._saving += 1
        read_with_it = (draft.account_id, draft.contact_id, draft.template)
        if read_with_it != (before.account_id, before.contact_id, before.template):
            self._stale = True  # the customer's block and the form are read with the quote
        self._context.undo.run(
            text,
            partial(_save, self._context, before, draft, self._amounts),
            self._on_saved,
            self._on_save_failed,
            self,
            quiet=True,
        )
        self.drafted.emit()

    def preview(self, draft: QuoteDraft) -> None:
        """Price what is being typed, without taking it."""
        self.priced.emit(price(draft, self._memory))

    def hold(self) -> None:
        """Something is being typed: leave everything as it stands."""
        self._holding += 1

    def release(self) -> None:
        """The typing is over; what came meanwhile is read in."""
        self._holding = max(self._holding - 1, 0)
        if self.amounts is not None:
            self.priced.emit(self.amounts)
        if self._stale:
            self.refresh()

    def issue(self) -> None:
        """Freeze the draft as a version; `issued` tells of it, the reporter what stands in the way."""
        if self._quote_id is not None and self.may_edit and not self._issuing:
            self._issuing = True
            # Behind the saves that are under way, since writes queue; it only reads.
            self._context.lanes.write(
                partial(_prepare, self._context, self._quote_id), self._on_prepared, self._on_refused
            )

    def view(self, version: int | str | None) -> None:
        """Look at an issued version; None goes back to the draft."""
        if version is None or self._quote_id is None:
            self._viewing = None
            self.opened.emit()
            return
        self._context.lanes.read(partial(_version, self._context, self._quote_id, version), self._on_version)

    def restore(self, version: int, digest: str = "") -> None:
        """Make an issued version's content the draft again, as one act that can be undone; `digest` when two share the number."""
        if self._quote_id is None or self._draft is None:
            return
        self._viewing = None
        text = tr("Version {version} taken back as the draft", version=version)
        self._context.undo.run(text, partial(_restore, self._context, self._quote_id, digest or version))

    def document(self) -> QuoteDocument | None:
        """The draft as the page would show it."""
        if self._draft is None or self._open is None:
            return None
        return QuoteDocument.from_draft(
            self._draft,
            number=self._open.number,
            version=self._open.draft_version,
            today=self._context.workspace.today(),
            paper=self._printing.paper if self._printing is not None else None,
            pictures=self._printing.pictures if self._printing is not None else (),
            amounts=self._amounts,
        )

    @property
    def paper(self) -> Paper | None:
        """The form the draft is printed in."""
        return self._printing.paper if self._printing is not None else None

    def _on_read(self, read: tuple[OpenQuote, Printing]) -> None:
        found, self._printing = read
        if self._saving or self._holding:
            self._stale = True
            return
        fresh = self._open is None or self._open.draft.id != found.draft.id
        self._open = found
        self._draft = found.draft
        self._amounts = price(found.draft, self._memory)
        if fresh:
            self.opened.emit()
        else:
            self.drafted.emit()

    def _on_failed(self, error: BaseException) -> None:
        self.failed.emit(error)

    def _on_saved(self, _changes: object) -> None:
        self._saving -= 1
        if self._saving:
            return
        self.settled.emit()
        if self._stale:
            self.refresh()

    def _on_save_failed(self, error: BaseException) -> None:
        self._saving -= 1
        self._context.lanes.troubled.emit(error)
        self.refresh()

    def _on_prepared(self, prepared: Prepared) -> None:
        done = partial(self._on_rendered, prepared)
        self._context.lanes.work(files_of_version, prepared.document, done=done, failed=self._on_refused)

    def _on_rendered(self, prepared: Prepared, pdfs: tuple[bytes, ...]) -> None:
        self._context.lanes.write(partial(_finish, self._context, prepared, pdfs), self._on_issued, self._on_refused)

    def _on_refused(self, error: BaseException) -> None:
        self._issuing = False
        self._context.lanes.troubled.emit(error)

    def _on_issued(self, done: Issued) -> None:
        self._issuing = False
        self.issued.emit(done)
        self.refresh()

    def _on_version(self, version: QuoteVersion) -> None:
        self._viewing = version
        self.opened.emit()

    def _on_changed(self, changes: Changes, initiator: object) -> None:
        if initiator is not self and changes.touches(*ENTITIES):
            self.refresh()


def _state_after(status: QuoteStatus, before: QuoteDraft, draft: QuoteDraft) -> QuoteStatus:
    """A quote that waits for approval or has it keeps its state as long as nothing that matters changes."""
    asked = status in {QuoteStatus.SUBMITTED, QuoteStatus.APPROVED}
    return status if asked and content_hash(before) == content_hash(draft) else QuoteStatus.DRAFT


def _read(context: UiContext, quote_id: str) -> tuple[OpenQuote, Printing]:
    from desktop_crm.services import quotes

    found = quotes.open_quote(context.workspace, quote_id)
    return found, quotes.printing(context.workspace, found.draft.template)


def _save(context: UiContext, before: QuoteDraft, after: QuoteDraft, priced: PricedQuote) -> Changes:
    from desktop_crm.services import quotes

    return quotes.save(context.workspace, before, after, priced)


def _prepare(context: UiContext, quote_id: str) -> Prepared:
    from desktop_crm.services import quotes

    return quotes.prepare_issue(context.workspace, quote_id)


def _finish(context: UiContext, prepared: Prepared, pdfs: tuple[bytes, ...]) -> Issued:
    from desktop_crm.services import quotes

    return quotes.finish_issue(context.workspace, prepared, pdfs)


def _version(context: UiContext, quote_id: str, version: int | str) -> QuoteVersion:
    from desktop_crm.services import quotes

    return quotes.version(context.workspace, RowId(quote_id), version)


def _restore(context: UiContext, quote_id: str, version: int | str) -> Changes:
    from desktop_crm.services import quotes

    return quotes.restore_version(context.workspace, quote_id, version)
