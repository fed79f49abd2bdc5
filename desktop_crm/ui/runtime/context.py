"""What every page is handed: the workspace and what connects a page to the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_crm.foundation.settings import Settings
from desktop_crm.ui.runtime.change_hub import ChangeHub
from desktop_crm.ui.runtime.lanes import Lanes
from desktop_crm.ui.runtime.mail_runner import MailRunner
from desktop_crm.ui.runtime.preferences import Preferences
from desktop_crm.ui.runtime.reporter import ErrorReporter
from desktop_crm.ui.runtime.routes import Routes
from desktop_crm.ui.runtime.shared_settings import SharedSettings
from desktop_crm.ui.runtime.sync_runner import SyncRunner
from desktop_crm.ui.runtime.undo import Undo

if TYPE_CHECKING:
    from desktop_crm.services.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class UiContext:
    """Handed to every page's constructor; made once per open workspace by `connected`."""

    workspace: Workspace
    lanes: Lanes
    hub: ChangeHub
    routes: Routes
    undo: Undo
    reporter: ErrorReporter
    settings: Settings
    sync: SyncRunner
    mail: MailRunner
    preferences: Preferences


def connected(workspace: Workspace, settings: Settings) -> UiContext:
    """The context of one open workspace, its parts joined: writes reach the hub, stray failures the reporter."""
    lanes = Lanes()
    hub = ChangeHub(lanes)
    reporter = ErrorReporter(lanes)
    lanes.wrote.connect(hub.announce)
    lanes.troubled.connect(reporter.report)
    sync = SyncRunner(workspace, lanes, settings, lanes)
    hub.changed.connect(sync.on_changed)
    sync.failed.connect(reporter.report)
    mail = MailRunner(workspace, lanes, sync, lanes)
    mail.failed.connect(reporter.report)
    hub.changed.connect(SharedSettings(workspace, lanes, lanes).on_changed)
    return UiContext(
        workspace=workspace,
        lanes=lanes,
        hub=hub,
        routes=Routes(lanes),
        undo=Undo(lanes, workspace, lanes),
        reporter=reporter,
        settings=settings,
        sync=sync,
        mail=mail,
        preferences=Preferences(lanes),
    )
