"""The picture of a record: kept by its content, shown, replaced, taken away, and undone; what is no picture is refused."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage

from desktop_crm.foundation.errors import CrmError
from desktop_crm.services import blobs, pictures, records
from desktop_crm.ui.widgets.record_picture import RecordPicture


def png(colour: str, side: int = 40) -> bytes:
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


@pytest.fixture
def product(workspace):
    return records.create(workspace, "product", {"name": "펌프"}).id


@pytest.fixture
def view(qtbot, context, show, product):
    made = show(RecordPicture(context, "product", "image", height=260), 340, 400)
    made.show_row(product)
    qtbot.waitUntil(lambda: made.view.text() == "No picture yet")
    return made


def test_a_picture_is_kept_and_shown_and_undone(qtbot, view, context, workspace, product, tmp_path):
    file = tmp_path / "pump.png"
    file.write_bytes(png("red"))
    view.take(str(file))
    qtbot.waitUntil(lambda: not view.view.pixmap().isNull())
    digest = records.get(workspace, "product", product).fields["image"]
    kept = QImage.fromData(blobs.get(workspace, digest))
    assert (kept.width(), kept.height(), kept.pixelColor(5, 5).name()) == (40, 40, "#ff0000")
    assert view.remove.isEnabled()
    context.undo.undo()
    qtbot.waitUntil(lambda: view.view.text() == "No picture yet")


def test_it_is_taken_away(qtbot, view, workspace, product, tmp_path):
    file = tmp_path / "pump.png"
    file.write_bytes(png("blue"))
    pictures.set_picture(workspace, "product", product, "image", file)
    view.show_row(product)
    qtbot.waitUntil(view.remove.isEnabled)
    view.remove.click()
    qtbot.waitUntil(lambda: pictures.picture(workspace, "product", product, "image") is None)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("notes.txt", b"hello", "picture.kind"),
        ("big.png", b"\x89PNG\r\n\x1a\n" + b"0" * (pictures.MOST_BYTES + 1), "picture.size"),
        ("torn.png", b"\x89PNG\r\n\x1a\nand no more", "picture.unreadable"),
        ("gone.png", None, "picture.file"),
    ],
)
def test_what_is_no_picture_is_refused(workspace, product, tmp_path, name, content, code):
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CrmError) as refused:
        pictures.set_picture(workspace, "product", product, "image", file)
    assert refused.value.code == code
    assert records.get(workspace, "product", product).fields.get("image") is None


def test_a_picture_that_did_not_come_yet_shows_nothing(workspace, product):
    records.set_fields(workspace, "product", product, {"image": "0" * 64})
    assert pictures.picture(workspace, "product", product, "image") is None
