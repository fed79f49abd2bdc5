"""The pictures of the help show the app as it is: made by a program, and made anew when a page looks another way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from tests.support.source_tree import ROOT
from tests.support.terminal import environment

pytestmark = pytest.mark.timeout(900)
sys.path.insert(0, str(ROOT / "packaging"))


def test_the_pictures_of_the_help_are_not_stale(tmp_path: Path) -> None:
    command = [sys.executable, "packaging/pictures.py", "--for-help", "--check"]
    env = environment(tmp_path, QT_QPA_PLATFORM="offscreen")
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]


@pytest.mark.parametrize(("part", "alike"), [(QRect(0, 0, 30, 30), True), (QRect(400, 200, 500, 300), False)])
def test_another_day_is_no_other_page_and_a_moved_card_is(
    qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: QRect, alike: bool
) -> None:
    import pictures

    shown = pictures.HELP / "ko" / "account.png"
    (tmp_path / "ko").mkdir()
    other = QImage(str(shown)).convertToFormat(QImage.Format.Format_RGB32)
    painter = QPainter(other)
    painter.fillRect(part, QColor("#804020"))
    painter.end()
    other.save(str(tmp_path / "ko" / "account.png"))
    assert pictures._alike(shown, tmp_path) is alike
