"""The content library on the screen: a block takes a picture, shows it, tells where it was used and that it is expired; undo takes it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QPushButton

from desktop_crm.services import records
from desktop_crm.ui.marketing.content import ContentUse, library_page


@pytest.fixture
def block(workspace):
    day = workspace.today() - timedelta(days=3)
    fields = {"name": "보증 조항", "content_kind": "clause", "language": "ko", "expires_on": day}
    return records.create(workspace, "content_block", fields).id


def test_a_block_is_listed_and_its_file_is_shown_and_undone(qtbot, context, show, block, tmp_path):
    page = show(library_page(context), 1200, 700)
    qtbot.waitUntil(lambda: page.table.model().rowCount() == 1)
    page.open_row(block)
    page.panel.findChild(QPushButton, "own0").click()
    use = page.panel.findChild(ContentUse)
    use.show_row(block)
    qtbot.waitUntil(lambda: use.expired.isVisibleTo(use))
    assert use.effect.text() == "0 won · 0 lost"
    image = QImage(300, 120, QImage.Format.Format_RGB32)
    image.fill(QColor("navy"))
    image.save(str(tmp_path / "plant.png"))
    use.take(str(tmp_path / "plant.png"))
    qtbot.waitUntil(lambda: not use.view.pixmap().isNull())
    assert use.no_picture.isVisibleTo(use)
    context.undo.undo()
    qtbot.waitUntil(lambda: use.view.text() == "No picture yet")
