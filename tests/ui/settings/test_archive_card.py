"""The card of archives: out and back, with progress, stopped at once, and a failure told."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import archiving, records
from desktop_crm.services.workspace import open_workspace
from desktop_crm.ui.settings.archive_card import ArchiveCard

WORDS = "correct horse battery"


@pytest.fixture
def card(context, workspace, show):
    records.create(workspace, "account", {"name": "한빛전자"})
    return show(ArchiveCard(context), 720, 300)


def test_out_and_back_and_the_new_one_is_opened(qtbot, card, context, tmp_path):
    heard = []
    card.progressed.connect(lambda done, whole: heard.append((done, whole)))
    card.save_to(tmp_path / "all.zip")
    qtbot.waitUntil(lambda: "1 record archived" in card.said.text())
    assert heard[-1][0] > 0
    assert all(done <= whole for done, whole in heard)
    assert not card.progress.isVisible()
    card.make_of(tmp_path / "all.zip", tmp_path / "new.crm", WORDS)
    qtbot.waitUntil(card.open_made.isVisible)
    with open_workspace(tmp_path / "new.crm", passphrase=WORDS).closing() as made:
        assert [one.fields["name"] for one in records.list_rows(made, "account").records] == ["한빛전자"]
    with qtbot.waitSignal(context.preferences.workspace_wanted) as wanted:
        qtbot.mouseClick(card.open_made, Qt.MouseButton.LeftButton)
    assert wanted.args == [str(tmp_path / "new.crm")]


def test_it_is_stopped_and_leaves_nothing(qtbot, card, tmp_path):
    card._begin("…")
    card._stop.set()
    with pytest.raises(Refusal, match=r"archive\.cancelled"):
        archiving.archive(card._context.workspace, tmp_path / "a.zip", cancelled=card._stop.is_set)
    assert list(tmp_path.glob("*a.zip*")) == []
    card._on_failed(Refusal("archive.cancelled"))
    assert card.said.text() == "Stopped. Nothing was written."
    assert card.save.isEnabled()


@pytest.mark.parametrize("stop_after", [0, 1, 2])
def test_a_workspace_half_made_of_an_archive_goes_when_it_is_stopped(card, tmp_path, stop_after):
    archiving.archive(card._context.workspace, tmp_path / "a.zip")
    asked = []

    def cancelled():
        asked.append(1)
        return len(asked) > stop_after

    steps = []
    with pytest.raises(Refusal, match=r"archive\.cancelled"):
        archiving.workspace_from(
            tmp_path / "a.zip",
            tmp_path / "b.crm",
            passphrase=WORDS,
            cancelled=cancelled,
            progress=lambda done, whole: steps.append((done, whole)),
        )
    assert [path.name for path in tmp_path.glob("b.crm*") if path.suffix != ".lock"] == []
    assert steps == sorted(steps)


def test_an_archive_that_is_none_is_reported(qtbot, card, context, tmp_path):
    (tmp_path / "x.zip").write_bytes(b"no zip")
    context.reporter.setProperty("expected", 1)
    card.make_of(tmp_path / "x.zip", tmp_path / "new.crm", WORDS)
    qtbot.waitUntil(card.save.isEnabled)
    assert not (tmp_path / "new.crm").exists()
