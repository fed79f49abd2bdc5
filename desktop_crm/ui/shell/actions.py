"""The shell's actions as rows: pages, new things, undo, search, settings. The palette, menus and shortcuts come from here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication

from desktop_crm.i18n import tr
from desktop_crm.ui.shell.rows import ActionRow, PageRow

if TYPE_CHECKING:
    from desktop_crm.ui.runtime.context import UiContext
    from desktop_crm.ui.shell.frame import Frame


class Acting(Protocol):
    """What the main window can be asked to do."""

    frame: Frame

    def search(self) -> None: ...
    def refresh(self) -> None: ...
    def use_language(self, language: str) -> None: ...
    def use_scheme(self, scheme: str) -> None: ...
    def show_shortcuts(self) -> None: ...
    def leave_workspace(self) -> None: ...
    def close(self) -> bool: ...


def action_rows(window: Acting, context: UiContext, pages: tuple[PageRow, ...]) -> tuple[ActionRow, ...]:
    """Everything, in the order in which an empty palette shows it."""
    return (
        *new_rows(context, pages),
        *(
            ActionRow(
                key=f"go.{row.key}",
                text=tr("Go to {page}", page=row.title),
                act=partial(context.routes.go, row.key),
                icon=row.icon,
                shortcut=row.shortcut,
                words=row.key,
            )
            for row in pages
        ),
        *_edit_rows(window, context),
        *_window_rows(window, context),
        *_setting_rows(context),
    )


def _setting_rows(context: UiContext) -> tuple[ActionRow, ...]:
    """Every setting by its name: the palette leads to it."""
    from desktop_crm.i18n.catalogue import told
    from desktop_crm.services.settings.declared import SETTINGS

    return tuple(
        ActionRow(
            key=f"setting.{one.name}",
            text=tr("Setting: {name}", name=told(one.label)),
            act=partial(context.routes.go, "settings", one.name),
            icon="settings",
            words=f"{one.label} {one.also}",
            only_typed=True,
        )
        for one in SETTINGS
    )


def new_rows(context: UiContext, pages: tuple[PageRow, ...]) -> tuple[ActionRow, ...]:
    """One row for each page that makes something."""
    return tuple(
        ActionRow(
            key=f"new.{row.entity}",
            text=row.creates,
            act=partial(context.routes.create, row.entity),
            icon=row.icon,
            words="new",
        )
        for row in pages
        if row.creates and row.entity
    )


def _edit_rows(window: Acting, context: UiContext) -> tuple[ActionRow, ...]:
    return (
        ActionRow(
            key="search",
            text=tr("Search"),
            act=window.search,
            icon="search",
            shortcut="Ctrl+K",
            in_palette=False,
        ),
        ActionRow(key="undo", text=tr("Undo"), act=context.undo.undo, icon="undo", shortcut="Ctrl+Z"),
        ActionRow(key="redo", text=tr("Redo"), act=context.undo.redo, icon="redo", shortcut="Ctrl+Shift+Z"),
        ActionRow(key="back", text=tr("Back"), act=context.routes.back, icon="arrow_left", shortcut="Alt+Left"),
        ActionRow(
            key="forward", text=tr("Forward"), act=context.routes.forward, icon="arrow_right", shortcut="Alt+Right"
        ),
        ActionRow(
            key="region.next",
            text=tr("Next part of the window"),
            act=partial(_step, window, 1),
            icon="columns",
            shortcut="F6",
            in_palette=False,
        ),
        ActionRow(
            key="region.back",
            text=tr("Part before"),
            act=partial(_step, window, -1),
            icon="columns",
            shortcut="Shift+F6",
            in_palette=False,
        ),
        ActionRow(
            key="menu",
            text=tr("Menu of what is chosen"),
            act=show_menu,
            icon="more",
            shortcut="Shift+F10",
            in_palette=False,
        ),
        ActionRow(key="refresh", text=tr("Load again"), act=window.refresh, icon="refresh", shortcut="F5"),
    )


def _step(window: Acting, by: int) -> None:
    """The frame is asked for late: it is another one after a change of language."""
    window.frame.step_region(by)


def show_menu() -> None:
    """The menu that a right click would bring, where the keyboard is; Qt itself knows only the menu key, which laptops lack."""
    held = QApplication.focusWidget()
    if held is not None:
        place = held.rect().center()
        wanted = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, held.mapToGlobal(place))
        QApplication.sendEvent(held, wanted)


def _show_reports(context: UiContext) -> None:
    from desktop_crm.ui.shell.reports_dialog import ReportsDialog

    ReportsDialog(context.reporter, QApplication.activeWindow()).open()


def _help(window: Acting) -> None:
    window.frame.show_help()


def _window_rows(window: Acting, context: UiContext) -> tuple[ActionRow, ...]:
    rows = [
        ActionRow(
            key="korean", text="한국어로 보기", act=partial(window.use_language, "ko"), icon="language", words="Korean"
        ),
        ActionRow(key="english", text="Show in English", act=partial(window.use_language, "en"), icon="language"),
        ActionRow(
            key="light",
            text=tr("Light appearance"),
            act=partial(window.use_scheme, "light"),
            icon="sun",
            words="light",
        ),
        ActionRow(
            key="dark",
            text=tr("Dark appearance"),
            act=partial(window.use_scheme, "dark"),
            icon="moon",
            words="dark",
        ),
        ActionRow(
            key="contrast", text=tr("High contrast appearance"), act=partial(window.use_scheme, "contrast"), icon="eye"
        ),
        ActionRow(
            key="system",
            text=tr("Appearance as the system"),
            act=partial(window.use_scheme, "system"),
            icon="laptop",
        ),
        ActionRow(key="help", text=tr("Help for this page"), act=partial(_help, window), icon="help", shortcut="F1"),
        ActionRow(
            key="shortcuts",
            text=tr("Keyboard shortcuts"),
            act=window.show_shortcuts,
            icon="key",
            shortcut="Ctrl+/",
        ),
    ]
    rows += [
        ActionRow(
            key="reports",
            text=tr("Problem reports"),
            act=partial(_show_reports, context),
            icon="warning",
            words="log crash bug",
        ),
        ActionRow(
            key="lock",
            text=tr("Lock the screen"),
            act=context.preferences.lock_wanted.emit,
            icon="lock",
            shortcut="Ctrl+Shift+L",
        ),
        ActionRow(
            key="switch",
            text=tr("Open another workspace"),
            act=window.leave_workspace,
            icon="folder",
            shortcut="Ctrl+Shift+O",
        ),
        ActionRow(key="quit", text=tr("Quit"), act=window.close, icon="close", shortcut="Ctrl+Q"),
    ]
    return tuple(rows)
