"""A customer signs on the screen: nothing is taken without a name and a stroke; what is taken accepts the version."""

from __future__ import annotations

import io

from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.services import quotes, records
from desktop_crm.services.records import ListQuery
from desktop_crm.ui.quotes.signature_pad import SignatureDialog


def stroke(pad):
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(40, 120))
    for place in range(40, 300, 20):
        QTest.mouseMove(pad, QPoint(place, 60 + place % 80))
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(300, 90))


def test_a_signature_needs_a_name_and_a_stroke(qtbot, show):
    dialog = show(SignatureDialog("Q-1 v1", "", "ab" * 32), 600, 480)
    assert not dialog.take.isEnabled()
    QTest.keyClicks(dialog.name, "Lee")
    assert not dialog.take.isEnabled()
    stroke(dialog.pad)
    assert dialog.take.isEnabled()
    with Image.open(io.BytesIO(dialog.pad.png())) as drawn:
        assert len(drawn.convert("L").getcolors()) > 1
    dialog.pad.wipe()
    assert not dialog.take.isEnabled()
    dialog.reject()


def test_what_is_signed_is_kept_with_time_and_hash_and_accepts_the_quote(qtbot, builder, workspace, quote):
    with qtbot.waitSignal(builder.editor.issued):
        builder.issue_now()
    qtbot.waitUntil(builder.answer.isVisible)
    builder.answer.ask_for_signature()
    dialog = builder.answer.findChild(SignatureDialog)
    dialog.name.setText("이정훈")
    stroke(dialog.pad)
    with qtbot.waitSignal(builder.answer.answered):
        dialog.take.click()
    found = quotes.open_quote(workspace, quote)
    assert found.status is QuoteStatus.ACCEPTED
    (kept,) = records.list_rows(workspace, "attachment", ListQuery()).records
    note = records.get(workspace, "attachment", kept.id).fields["note"]
    assert "이정훈" in note
    assert found.versions[0].hash in note
