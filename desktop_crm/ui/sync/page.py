"""The page: how sync stands, conflicts with their three values, refused changes, what waits, and how the last runs went."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import CrmError, Refusal
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.runtime.reporter import as_bug
from desktop_crm.ui.runtime.sync_runner import SyncState
from desktop_crm.ui.sync.cards import (
    ConflictCard,
    ConnectionCard,
    DecidedCard,
    FirstCard,
    ManyCard,
    OverusedCard,
    PendingCard,
    RefusedCard,
    RunBars,
)
from desktop_crm.ui.sync.offline_card import OfflineCard
from desktop_crm.ui.sync.view import SyncView, progress_words, view_of
from desktop_crm.ui.sync.without_server import ByFilesCard
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.ask_form import JoinForm
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.card import Card, KpiCard
from desktop_crm.ui.widgets.header import PageHeader
from desktop_crm.ui.widgets.labels import clear, label
from desktop_crm.ui.widgets.states import LoadingState

if TYPE_CHECKING:
    from desktop_crm.services.sync import RefusedChange
    from desktop_crm.services.sync_browser import ByBrowser

FORM_WIDTH = 480


class SyncCentrePage(QWidget):
    """`SyncCentrePage(context)`."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._slot = context.lanes.slot()
        self._view: SyncView | None = None
        self._form: JoinForm | None = None
        self._signed_out = False
        self.offline = button(tr("Work offline"), icon_name="offline")
        self.offline.setCheckable(True)
        self.offline.clicked.connect(self._on_offline)
        self.now = primary(tr("Sync now"), self._on_now, icon_name="sync", shortcut="Ctrl+R")
        self.header = PageHeader(
            tr("Sync centre"),
            subtitle=tr("Everything is saved on this laptop first, and sent when the server is reached."),
            actions=(self.offline, self.now),
        )
        self._body = QWidget()
        self._body.setProperty("role", "clear")
        self._columns = QHBoxLayout(self._body)
        self._columns.setContentsMargins(18, 16, 18, 16)
        self._columns.setSpacing(14)
        self._wanted = self._files_said = ""
        self._area = area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self._body)
        area.setAccessibleName(tr("Sync centre"))
        self._loading = LoadingState()
        content = QWidget()
        self._layers = QStackedLayout(content)
        self._layers.addWidget(self._loading)
        self._layers.addWidget(area)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        self.first = FirstCard()
        self._above = QWidget()
        above = QVBoxLayout(self._above)
        above.setContentsMargins(18, 16, 18, 0)
        above.addWidget(self.first)
        self._above.hide()
        box.addWidget(self._above)
        box.addWidget(content, 1)
        context.sync.changed.connect(self._on_sync)
        context.hub.changed.connect(self._on_changed)
        self._on_sync(context.sync.state)
        self.refresh()

    def title(self) -> str:
        return tr("Sync centre")

    def refresh(self) -> None:
        self._slot.read(partial(view_of, self._context.workspace), self._show, self._context.reporter.report)

    def view(self) -> SyncView | None:
        return self._view

    def _show(self, view: SyncView) -> None:
        self._loading.end()
        self._layers.setCurrentIndex(1)
        if view == self._view:
            return
        if self._form is not None and (self._signed_out or not view.joined):
            self._view = view  # what is being typed stays
            return
        self._view = view
        held = self._has_keyboard()
        if held:
            self.setFocus()  # before what holds the keyboard goes
        clear(self._columns)
        self._form = None
        self.now.setVisible(view.joined)
        self.offline.setVisible(view.joined)
        if view.joined:
            self._show_joined(view)
        else:
            self._show_join()
        if held and view.joined and self.now.isEnabled():
            self.now.setFocus()
        self._bring_wanted()

    def _has_keyboard(self) -> bool:
        holder = self.window().focusWidget()
        return holder is not None and (holder is self or self.isAncestorOf(holder))

    def _show_joined(self, view: SyncView) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(14)
        self._fill_left(left, view)
        right.addWidget(PendingCard(view.pending, view.pending_count, self._context.routes.open))
        right.addWidget(self._runs(view))
        for card in (OfflineCard(self._context), ConnectionCard(self._context), self._by_files(joined=True)):
            right.addWidget(card)
        right.addStretch(1)
        self._columns.addLayout(left, 11)
        self._columns.addLayout(right, 10)

    def _fill_left(self, left: QVBoxLayout, view: SyncView) -> None:
        if self._signed_out:
            self._form = JoinForm(can_leave=False, server=view.server, user=view.user)
            self._form.answered.connect(self._on_join)
            left.addWidget(self._form)
        figures = QHBoxLayout()
        figures.setSpacing(12)
        host = urlsplit(view.server).netloc
        figures.addWidget(KpiCard(tr("Changes to send"), formats.number(view.pending_count), self._oldest(view)))
        conflicts = KpiCard(tr("Conflicts to decide"), formats.number(view.conflict_count), tr("No value was lost"))
        if view.conflict_count:
            conflicts.show_pill(tr("To decide"), Mood.bad)
        figures.addWidget(conflicts)
        accounts = ntr("{count} account", "{count} accounts", view.accounts, count=formats.number(view.accounts))
        figures.addWidget(
            KpiCard(tr("On this laptop"), accounts, tr("{user} at {server}", user=view.user, server=host))
        )
        left.addLayout(figures)
        counts = Counter((one.account_id, one.account) for one in view.conflicts if one.account_id)
        for (account_id, account), count in counts.items():
            if count > 1:
                left.addWidget(ManyCard(account, count, partial(self.decide_all, account_id)))
        for conflict in view.conflicts:
            left.addWidget(ConflictCard(conflict, self.decide, self._context.routes.open, self.compare))
        for overused in view.overused:
            left.addWidget(OverusedCard(overused, self.revoke, self._context.routes.open))
        for refused in view.refused:
            left.addWidget(RefusedCard(refused, self.retry, self.give_up, self.edit))
        for decided in view.decided:
            left.addWidget(DecidedCard(decided, self.decide, self._context.routes.open))
        if not (view.conflicts or view.overused or view.refused or view.decided):
            calm = Card(tr("Nothing to decide"))
            calm.add(
                label(
                    tr("When the same field is changed in two places, both values appear here and you choose."),
                    "body2",
                    wrap=True,
                )
            )
            left.addWidget(calm)
        left.addStretch(1)

    def _oldest(self, view: SyncView) -> str:
        return tr("oldest from {time}", time=view.pending[-1].time) if view.pending else tr("all sent")

    def _runs(self, view: SyncView) -> Card:
        card = Card(tr("Recent syncs"))
        if not view.runs:
            card.add(label(tr("Not synced yet"), "hint"))
            return card
        card.add(RunBars(view.runs))
        card.add(label(view.runs[-1].text, "hint", wrap=True))
        return card

    def _show_join(self) -> None:
        self._form = JoinForm(can_leave=False)
        self._form.setFixedWidth(FORM_WIDTH)
        self._form.answered.connect(self._on_join)
        self._columns.addStretch(1)
        files = self._by_files(joined=False)
        files.setFixedWidth(FORM_WIDTH)
        middle = QVBoxLayout()
        middle.setSpacing(14)
        middle.addWidget(self._form)
        middle.addWidget(files)
        middle.addStretch(1)
        self._columns.addLayout(middle)
        self._columns.addStretch(1)

    def _by_files(self, *, joined: bool) -> Card:
        card = ByFilesCard(self._context, joined=joined, said=self._files_said)
        card.done.connect(self._on_files)
        return card

    @Slot(str)
    def _on_files(self, words: str) -> None:
        self._files_said = words
        self.refresh()
        self._context.sync.refresh()

    # acts

    def compare(self, place: str) -> None:
        """Put two records that carry the same key side by side; merging them closes the conflict."""
        self._context.routes.go("duplicates", place)

    def decide(self, conflict_id: str, keep: str) -> None:
        """Let one value of a conflict stand; can be undone like any act."""
        from desktop_crm.services import sync

        work = partial(sync.resolve, self._context.workspace, conflict_id, keep)
        self._context.undo.run(tr("Decide a conflict"), work, self._on_decided)

    def decide_all(self, account_id: str, mine: bool) -> None:
        """Let one side's values stand in all conflicts of an account, as one act."""
        from desktop_crm.services import sync

        work = partial(sync.resolve_all, self._context.workspace, account_id, mine=mine)
        self._context.undo.run(tr("Decide conflicts"), work, self._on_decided)

    def retry(self, op_id: str) -> None:
        """Send a refused change again."""
        from desktop_crm.services import sync

        self._context.undo.run(tr("Send again"), partial(sync.retry, self._context.workspace, op_id), self._on_decided)

    def edit(self, op_id: str) -> None:
        """Change what was refused, and send it again."""
        from desktop_crm.services import sync

        work = partial(sync.quarantined, self._context.workspace)
        self._context.lanes.read(work, partial(self._on_edit, op_id), self._context.reporter.report)

    def _on_edit(self, op_id: str, refused: tuple[RefusedChange, ...]) -> None:
        from desktop_crm.ui.sync.edit_refused import EditRefused

        line = next((one for one in refused if one.op_id == op_id), None)
        if line is not None:
            dialog = EditRefused(self._context, line, self)
            dialog.sent.connect(self._on_decided)
            dialog.open()

    def open_row(self, row_id: str | None) -> None:
        """Show one conflict, as a mark at its field asks."""
        self._wanted = row_id or ""
        self._bring_wanted()

    def _bring_wanted(self) -> None:
        card = self._body.findChild(ConflictCard, f"conflict:{self._wanted}") if self._wanted else None
        if card is None:
            return
        self._wanted = ""
        QTimer.singleShot(0, card, partial(self._area.ensureWidgetVisible, card, 0, 24))
        first = next((one for one in card.findChildren(QPushButton) if one.objectName().startswith("use:")), None)
        if first is not None:
            first.setFocus()

    def revoke(self, envelope_id: str) -> None:
        """Take an approval in advance back."""
        from desktop_crm.services import quotes

        self._context.lanes.write(partial(quotes.revoke, self._context.workspace, envelope_id), self._on_decided)

    def give_up(self, op_id: str) -> None:
        """Let a refused change go."""
        from desktop_crm.services import sync

        self._context.lanes.write(partial(sync.give_up, self._context.workspace, op_id), self._on_decided)

    def _on_decided(self, result: object) -> None:
        for refusal in [*getattr(result, "refused", {}).values()][:1]:  # of many conflicts; they stay in the list
            self._context.reporter.report(refusal)
        self.refresh()
        self._context.sync.refresh()

    def _on_now(self) -> None:
        self._context.sync.sync_now()

    def _on_offline(self, checked: bool) -> None:
        self._context.sync.set_offline(checked)

    def _on_join(self, values: dict[str, str]) -> None:
        who = (values["server"], values["user"], values["password"])
        self._context.sync.join(*who, self._on_not_joined, *_further(values, self._form))

    def _on_not_joined(self, error: BaseException) -> None:
        if self._form is None:
            return
        text = explain(error if isinstance(error, CrmError) else as_bug(error))
        self._form.tell(" ".join(part for part in (text.happened, text.next_step) if part))
        if not isinstance(error, CrmError):
            self._context.reporter.report(error)

    @Slot(object)
    def _on_sync(self, state: SyncState) -> None:
        self.offline.setChecked(state.offline)
        self.now.setEnabled(not state.running and not state.offline)
        self.now.setText(tr("Syncing…") if state.running else tr("Sync now"))
        self._above.setVisible(state.progress is not None)
        if state.progress is not None:
            self.first.show_progress(state.progress.share, progress_words(state.progress))
        failure = state.failure
        signed_out = isinstance(failure, Refusal) and failure.code == "sync.sign_in_again"
        if signed_out != self._signed_out and not state.running:
            self._signed_out, self._view, self._form = signed_out, None, None
        if failure is not None:
            mood = Mood.bad if isinstance(failure, Refusal) else Mood.warn
            self.header.set_pills((explain(failure).title, mood))
        elif state.offline:
            self.header.set_pills((tr("Working offline"), Mood.warn))
        else:
            self.header.set_pills()
        if not state.running and (self._view is not None or self._layers.currentIndex() == 1):
            self.refresh()

    @Slot(object, object)
    def _on_changed(self, _changes: Changes, _initiator: object) -> None:
        if self.isVisible():
            self.refresh()


def _further(values: dict[str, str], form: JoinForm | None) -> tuple[str, ByBrowser | None, str]:
    return values["code"], _by_browser(values, form), values["pin"]


def _by_browser(values: dict[str, str], form: JoinForm | None) -> ByBrowser | None:
    from desktop_crm.services.sync_browser import ByBrowser

    browser = ByBrowser() if values["browser"] else None
    if browser is not None and form is not None:
        form.called_off.connect(browser.stop)
    return browser
