"""The measure of pauses goes through every view of an import."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent

from tests.benchmarks.import_turns import measured


def test_every_view_is_gone_through_and_measured(qapp, tmp_path) -> None:
    told = list(measured(300, tmp_path))
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    names = [view for view, *_ in told]
    assert names[:2] == ["look", "read, match"]
    assert names[-2:] == ["write", "take back"]
    assert all(turn.longest >= turn.computing >= 0 <= turn.own for turn in told)
