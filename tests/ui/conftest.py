"""What tests of the screen stand on: a context over a real workspace, both themes and languages, and no word from Qt."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QtMsgType
from PySide6.QtWidgets import QApplication, QWidget

from desktop_crm import i18n
from desktop_crm.foundation.settings import Settings
from desktop_crm.services.workspace import Workspace
from desktop_crm.ui.runtime.context import UiContext, connected
from desktop_crm.ui.theme import Scheme, Theme

HARMLESS = re.compile(r"propagateSizeHints|Could not resolve|QFontDatabase: Cannot find|This plugin does not support")


@pytest.fixture(autouse=True)
def qt_says_nothing(qtlog) -> Iterator[None]:
    """A warning from Qt is a mistake of ours."""
    yield
    loud = {QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg}
    said = [r.message for r in qtlog.records if r.type in loud and not HARMLESS.search(r.message)]
    if said:
        pytest.fail("Qt said:\n" + "\n".join(said), pytrace=False)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Tests read English unless they say otherwise."""
    before = i18n.current()
    i18n.use("en")
    yield
    i18n.use(before)


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """The light theme on the test's application."""
    return Theme(qapp, Scheme.light)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.json")


@pytest.fixture
def context(qtbot, theme: Theme, workspace: Workspace, settings: Settings) -> Iterator[UiContext]:
    """Everything a page is handed, over an empty workspace; an error nobody expected fails the test."""
    made = connected(workspace, settings)
    reports: list[object] = []
    made.reporter.reported.connect(reports.append)
    made.reporter.setProperty("expected", 0)
    yield made
    made.lanes.stop()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    expected = int(made.reporter.property("expected"))
    if len(reports) != expected:
        pytest.fail(f"{len(reports)} errors reported, {expected} expected: {reports}", pytrace=False)


@pytest.fixture
def show(qtbot) -> Callable[[QWidget], QWidget]:
    """`show(widget)` puts it on the screen and sees that it is closed at the end."""

    def shown(widget: QWidget, width: int = 1280, height: int = 720) -> QWidget:
        qtbot.addWidget(widget)
        widget.resize(width, height)
        widget.show()
        qtbot.waitExposed(widget)
        widget.activateWindow()
        qtbot.waitUntil(widget.isActiveWindow)
        return widget

    return shown


def both_ways() -> list[object]:
    """Parameters for a test that opens a page in both languages and both themes."""
    return [
        pytest.param(language, scheme, id=f"{language}-{scheme}")
        for language in ("ko", "en")
        for scheme in (Scheme.light, Scheme.dark)
    ]
