"""The composition root: the only file that sees every floor. It hands the shell its pages and the ways workspaces are opened.

Nothing heavy is imported here at import time: a page's room is imported when it is first opened, the database's libraries
when a workspace is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from desktop_crm.services.first_look import FirstLook
    from desktop_crm.services.workspace import Workspace
    from desktop_crm.ui.runtime.context import UiContext
    from desktop_crm.ui.shell.rows import Page, PageRow
    from desktop_crm.ui.signin.start import Wanted
    from desktop_crm.ui.widgets.record_source import Beginning


def run_app(argv: Sequence[str], path: Path | None = None, passphrase: str | None = None, *, safe: bool = False) -> int:
    """Open the app; with a path, on that workspace, with its passphrase if it has one. Raises Trouble `app.no_display`."""
    from desktop_crm.foundation.glance import glance

    first = None if passphrase else glance(look, path)  # begun before the toolkit is loaded, on a thread of its own
    from desktop_crm.ui.shell.application import Opening, run

    def open_known(file: Path, typed: str | None) -> Workspace:
        return open_file(file, typed or (passphrase if file == path else None))

    return run(argv, pages, Opening(open_file=open_known, make=make, glance=first, tabs=tabs_of_all), path, safe=safe)


def open_file(path: Path, passphrase: str | None) -> Workspace:
    """Open a workspace file; runs on a lane."""
    from desktop_crm.services.workspace import open_workspace

    return open_workspace(path, passphrase=passphrase)


def look(path: Path) -> FirstLook | None:
    """The first rows of a workspace, before the database's libraries are imported."""
    from desktop_crm.security.secrets import KeyringStore
    from desktop_crm.services.first_look import first_look

    return first_look(path, KeyringStore())


def make(wanted: Wanted) -> Workspace | None:
    """Make the workspace that the start screen was asked for; runs on a lane. What could not be finished is taken away again.

    None when nothing is to be opened: an archive was written.
    """
    if wanted.kind == "restore":
        return _restore(wanted)
    if wanted.kind == "save":
        _save(wanted)
        return None
    from desktop_crm.foundation.paths import user_data
    from desktop_crm.services.workspace import init_workspace

    path = free_path(user_data(), wanted.name or wanted.kind)
    if wanted.kind == "archive":
        return _from_archive(wanted, path)
    made = init_workspace(path, name=wanted.name, currency=wanted.currency, passphrase=wanted.passphrase or None)
    try:
        _furnish(made, wanted)
    except BaseException:
        made.close()
        for left in path.parent.glob(f"{path.name}*"):
            if left.is_file():
                left.unlink()
        raise
    return made


def _restore(wanted: Wanted) -> Workspace:
    from desktop_crm.services.safety.restoring import restore

    target = Path(wanted.target) if wanted.target else None
    done = restore(Path(wanted.path), target, passphrase=wanted.passphrase or None)
    return open_file(done.path, wanted.passphrase or None)


def _save(wanted: Wanted) -> None:
    from desktop_crm.services.archiving import archive

    workspace = open_file(Path(wanted.path), wanted.passphrase or None)
    try:
        archive(workspace, Path(wanted.target))
    finally:
        workspace.close()


def _from_archive(wanted: Wanted, path: Path) -> Workspace:
    from desktop_crm.services.archiving import workspace_from

    return workspace_from(Path(wanted.path), path, passphrase=wanted.passphrase or None)


def _furnish(made: Workspace, wanted: Wanted) -> None:
    from desktop_crm.services.journal import begin_here

    _fill(made, wanted)
    begin_here(made)


def _fill(made: Workspace, wanted: Wanted) -> None:
    if wanted.kind == "demo":
        from desktop_crm.services.demo import fill

        fill(made)
    elif wanted.kind == "join":
        from desktop_crm.services.sync import connect

        connect(made, wanted.server, wanted.user, wanted.password, wanted.code, wanted.browser, wanted.pin)
    else:
        from desktop_crm.foundation.ids import UserId
        from desktop_crm.services import records
        from desktop_crm.services.pipeline import ensure_pipeline

        if wanted.user:
            me = records.create(made, "user", {"name": wanted.user, "role": "manager", "active": True})
            made.act_as(UserId(me.id))
        ensure_pipeline(made)


def free_path(folder: Path, name: str) -> Path:
    """A file name for a workspace that is not taken: `Sales team 1.crm`, `Sales team 1 2.crm`."""
    plain = "".join(sign for sign in name if sign.isalnum() or sign in " -_").strip() or "workspace"
    path = folder / f"{plain}.crm"
    number = 2
    while path.exists():
        path = folder / f"{plain} {number}.crm"
        number += 1
    return path


class RecordPage:
    """Makes the list page of one entity."""

    def __init__(self, entity: str, **description: Any) -> None:
        self._entity = entity
        self._description = description

    def __call__(self, context: UiContext) -> Page:
        from desktop_crm.ui.widgets.record_page import ListDescription, RecordListPage

        return RecordListPage(context, self._entity, ListDescription(**self._description))


def _picture(context: UiContext) -> Any:
    """The picture in a product's panel; its room is loaded when the page is."""
    from desktop_crm.ui.widgets.record_picture import RecordPicture

    return RecordPicture(context, "product", "image", height=260)


def _accounts(context: UiContext) -> Page:
    from desktop_crm.ui.accounts.page import AccountsPage

    return AccountsPage(context, {"map": _account_map, "timeline": _account_timeline, "comment": _account_comments})


def _account_map(context: UiContext, account_id: str) -> Any:
    """The map's tab on the account page; its room is loaded when the tab is first opened."""
    from desktop_crm.ui.stakeholders.page import map_panel

    return map_panel(context, account_id)


def _day(context: UiContext) -> Page:
    from desktop_crm.ui.activities.page import DayPage

    return DayPage(context)


def _account_timeline(context: UiContext, account_id: str) -> Any:
    """The timeline's tab on the account page."""
    made = _timeline("account", context)
    made.show_row(account_id)
    return made


def _timeline(entity: str, context: UiContext) -> Any:
    """The timeline of one kind of record; its room is loaded when it is first looked at."""
    from desktop_crm.ui.activities.stream_panel import StreamPanel

    return StreamPanel(context, entity)


def _discussion(entity: str, context: UiContext) -> Any:
    """What is said about one kind of record; its room is loaded when it is first looked at."""
    from desktop_crm.ui.activities.discussion import DiscussionPanel

    return DiscussionPanel(context, entity)


def _account_comments(context: UiContext, account_id: str) -> Any:
    """The comments' tab on the account page."""
    made = _discussion("account", context)
    made.show_row(account_id)
    return made


def tabs_of_all(entity: str) -> tuple[tuple[str, Callable[[UiContext], Any]], ...]:
    """The tabs that the panel of any record has."""
    from desktop_crm.i18n import tr

    return ((tr("Comments"), partial(_discussion, entity)),)


def _timeline_tab(entity: str) -> tuple[tuple[str, Callable[[UiContext], Any]], ...]:
    """The tab of a record's panel."""
    from desktop_crm.i18n import tr

    return ((tr("Timeline"), partial(_timeline, entity)),)


def _search(context: UiContext) -> Page:
    from desktop_crm.ui.insights.search_page import SearchPage

    return SearchPage(context)


def _calendar(context: UiContext) -> Page:
    from desktop_crm.ui.activities.calendar_page import CalendarPage

    return CalendarPage(context)


def _mail(context: UiContext) -> Page:
    from desktop_crm.ui.mail.page import MailPage

    return MailPage(context)


def _visits(context: UiContext) -> Page:
    from desktop_crm.ui.activities.visit_page import VisitsPage

    return VisitsPage(context)


def _tasks(context: UiContext) -> Page:
    from desktop_crm.ui.activities.page import tasks_page

    return tasks_page(context)


def _activities(context: UiContext) -> Page:
    from desktop_crm.ui.activities.page import activities_page

    return activities_page(context)


def _contacts(context: UiContext) -> Page:
    from desktop_crm.ui.accounts.page import contacts_page

    return contacts_page(context, _timeline_tab("contact"))


def _opportunities(context: UiContext) -> Page:
    from desktop_crm.i18n import tr
    from desktop_crm.ui.pipeline.page import OpportunitiesPage

    papers = (tr("Quotes and proposals"), _papers_of_deal)
    return OpportunitiesPage(context, _deal_begins, (*_timeline_tab("opportunity"), papers))


def _papers_of_deal(context: UiContext) -> Any:
    from desktop_crm.ui.quotes.papers_of_deal import PapersOfDeal

    return PapersOfDeal(context)


def _contracts(context: UiContext) -> Page:
    from desktop_crm.ui.contracts.page import contracts_page

    return contracts_page(context, _timeline_tab("contract"))


def _orders(context: UiContext) -> Page:
    from desktop_crm.ui.contracts.page import orders_page

    return orders_page(context)


def _leads(context: UiContext) -> Page:
    from desktop_crm.ui.marketing.page import leads_page

    return leads_page(context)


def _library(context: UiContext) -> Page:
    from desktop_crm.ui.marketing.content import library_page

    return library_page(context)


def _tickets(context: UiContext) -> Page:
    from desktop_crm.ui.customers.page import tickets_page

    return tickets_page(context)


def _deal_begins(workspace: Workspace) -> Beginning:
    """A new opportunity stands in the first stage of the first pipeline."""
    from desktop_crm.services.pipeline import pipelines
    from desktop_crm.ui.widgets.record_source import Beginning

    values: dict[str, Any] = {"opened_on": workspace.today()}
    titles: dict[str, str] = {}
    for pipeline in pipelines(workspace)[:1]:
        values["pipeline_id"], titles["pipeline_id"] = pipeline.id, pipeline.name
        for stage in pipeline.stages[:1]:
            values["stage_id"], titles["stage_id"] = stage.id, stage.name
    return Beginning(values=values, titles=titles)


def _maps(context: UiContext) -> Page:
    from desktop_crm.ui.stakeholders.page import StakeholdersPage

    return StakeholdersPage(context)


def _quotes(context: UiContext) -> Page:
    from desktop_crm.ui.quotes.page import QuotesPage

    return QuotesPage(context, partial(_timeline, "quote", context), partial(_discussion, "quote", context))


def _proposals(context: UiContext) -> Page:
    from desktop_crm.ui.quotes.proposal_page import ProposalsPage

    return ProposalsPage(context)


def _import(context: UiContext) -> Page:
    from desktop_crm.ui.exchange.page import ImportPage

    return ImportPage(context)


def _sync_centre(context: UiContext) -> Page:
    from desktop_crm.ui.sync.page import SyncCentrePage

    return SyncCentrePage(context)


def _duplicates(context: UiContext) -> Page:
    from desktop_crm.ui.insights.page import DuplicatesPage

    return DuplicatesPage(context)


def _journal(context: UiContext) -> Page:
    from desktop_crm.ui.settings.journal import JournalPage

    return JournalPage(context)


def _settings(context: UiContext) -> Page:
    from desktop_crm.ui.settings.page import SettingsPage

    return SettingsPage(context)


def pages() -> tuple[PageRow, ...]:
    """The rows of the navigation, in the language of now."""
    return (*_pages_of_today(), *_pages_of_selling(), *_pages_around_selling(), *_pages_behind())


def _pages_of_today() -> tuple[PageRow, ...]:
    """What is to be done."""
    from desktop_crm.i18n import tr
    from desktop_crm.ui.shell.rows import PageRow

    today = tr("Today")
    return (
        PageRow(key="day", title=tr("My day"), section=today, icon="day", build=_day),
        PageRow(key="calendar", title=tr("Calendar"), section=today, icon="calendar", build=_calendar),
        PageRow(key="visit", title=tr("Visits"), section=today, icon="visit", build=_visits),
        PageRow(key="mail", title=tr("Mail"), section=today, icon="mail", build=_mail),
        PageRow(
            key="task",
            title=tr("Tasks"),
            section=today,
            icon="task",
            entity="task",
            creates=tr("New task"),
            build=_tasks,
        ),
    )


def _pages_of_selling() -> tuple[PageRow, ...]:
    """Who is sold to, and what."""
    from desktop_crm.i18n import tr
    from desktop_crm.ui.shell.rows import PageRow

    customers = tr("Customers")
    return (
        PageRow(
            key="account",
            title=tr("Accounts"),
            section=customers,
            icon="account",
            entity="account",
            creates=tr("New account"),
            shortcut="Alt+1",
            build=_accounts,
        ),
        PageRow(
            key="contact",
            title=tr("Contacts"),
            section=customers,
            icon="contact",
            entity="contact",
            creates=tr("New contact"),
            shortcut="Alt+2",
            build=_contacts,
        ),
        PageRow(
            key="opportunity",
            title=tr("Opportunities"),
            section=customers,
            icon="opportunity",
            entity="opportunity",
            creates=tr("New opportunity"),
            shortcut="Alt+3",
            build=_opportunities,
        ),
        PageRow(
            key="stakeholder_map",
            title=tr("Stakeholder maps"),
            section=customers,
            icon="map",
            entity="stakeholder_map",
            shortcut="Alt+4",
            build=_maps,
        ),
        PageRow(
            key="quote",
            title=tr("Quotes"),
            section=customers,
            icon="quote",
            entity="quote",
            creates=tr("New quote"),
            shortcut="Alt+5",
            build=_quotes,
        ),
        PageRow(
            key="proposal",
            title=tr("Proposals"),
            section=customers,
            icon="note",
            entity="proposal",
            creates=tr("New proposal"),
            build=_proposals,
        ),
    )


def _pages_around_selling() -> tuple[PageRow, ...]:
    """What comes before and after a sale."""
    from desktop_crm.i18n import tr
    from desktop_crm.ui.shell.rows import PageRow

    customers = tr("Customers")
    return (
        PageRow(
            key="contract",
            title=tr("Contracts"),
            section=customers,
            icon="contract",
            entity="contract",
            creates=tr("New contract"),
            build=_contracts,
        ),
        PageRow(
            key="order",
            title=tr("Orders"),
            section=customers,
            icon="order",
            entity="order",
            creates=tr("New order"),
            build=_orders,
        ),
        PageRow(
            key="activity",
            title=tr("Activities"),
            section=customers,
            icon="activity",
            entity="activity",
            creates=tr("New activity"),
            build=_activities,
        ),
        PageRow(
            key="lead",
            title=tr("Leads"),
            section=customers,
            icon="lead",
            entity="lead",
            creates=tr("New lead"),
            build=_leads,
        ),
        PageRow(
            key="ticket",
            title=tr("Tickets"),
            section=customers,
            icon="ticket",
            entity="ticket",
            creates=tr("New ticket"),
            build=_tickets,
        ),
    )


def _pages_behind() -> tuple[PageRow, ...]:
    """What the daily work stands on."""
    from desktop_crm.i18n import tr
    from desktop_crm.ui.shell.rows import PageRow

    catalogue = tr("Catalogue")
    tools = tr("Tools")
    return (
        PageRow(
            key="product",
            title=tr("Products"),
            section=catalogue,
            icon="product",
            entity="product",
            creates=tr("New product"),
            build=RecordPage("product", icon="product", tab=(tr("Picture"), _picture)),
        ),
        PageRow(
            key="price_book",
            title=tr("Price books"),
            section=catalogue,
            icon="price_book",
            entity="price_book",
            build=RecordPage("price_book", icon="price_book"),
        ),
        PageRow(
            key="content_block",
            title=tr("Content library"),
            section=catalogue,
            icon="folder",
            entity="content_block",
            creates=tr("New content block"),
            build=_library,
        ),
        PageRow(key="search", title=tr("Search"), section=tools, icon="search", build=_search),
        PageRow(key="import", title=tr("Import"), section=tools, icon="import", shortcut="Ctrl+I", build=_import),
        PageRow(key="duplicates", title=tr("Duplicates"), section=tools, icon="quality", build=_duplicates),
        PageRow(key="sync", title=tr("Sync centre"), section=tools, icon="sync", build=_sync_centre),
        PageRow(key="journal", title=tr("Journal"), section=tools, icon="history", shortcut="Ctrl+H", build=_journal),
        PageRow(
            key="settings", title=tr("Settings"), section=tools, icon="settings", build=_settings, shortcut="Ctrl+,"
        ),
        PageRow(
            key="user",
            title=tr("Users"),
            section=tools,
            icon="user",
            entity="user",
            build=RecordPage("user", icon="user"),
        ),
        PageRow(
            key="team",
            title=tr("Teams"),
            section=tools,
            icon="team",
            entity="team",
            build=RecordPage("team", icon="team"),
        ),
    )
