"""`pictures.py WORKSPACE FOLDER [--only KEY]`: pictures of the main pages, Korean and English, light and dark.

`pictures.py --for-help` makes the pictures that the pages of the help show anew, from a demo workspace of its own;
`pictures.py --for-help --check` makes them beside and fails where those of the help no longer show what the app looks like.

The real window on the offscreen platform, opened by the composition root; the passphrase comes from the environment.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from desktop_crm import bootstrap
from desktop_crm.foundation.settings import Settings
from desktop_crm.services import accounts, quotes, records, stakeholders
from desktop_crm.services.workspace import Workspace, open_workspace
from desktop_crm.ui.quotes.preview import PreviewPane
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.shell.application import Opening, Running
from desktop_crm.ui.theme import Scheme

SIZE = (1440, 900)
HELP_SIZE, HELP_WIDTH = (1280, 800), 1120
COLOURS = 256
PATIENCE = 30.0
ROOT = Path(__file__).resolve().parent.parent
HELP = ROOT / "resources" / "help"
DEMO_ACCOUNTS = 150
SPOTS, OTHER_GREY, OTHER_SHARE = (48, 30), 12, 0.08
"""A picture is stale when more than this share of its spots is another grey: a card that moved is, another day is not."""
LOOKS = tuple((language, scheme) for language in ("ko", "en") for scheme in (Scheme.light, Scheme.dark))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path, nargs="?")
    parser.add_argument("folder", type=Path, nargs="?", default=HELP)
    parser.add_argument("--only", help="the key of one page")
    parser.add_argument("--for-help", action="store_true", help="only the pictures that the help shows, in its folders")
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    options = parser.parse_args()
    if options.for_help:
        return _for_help(check=options.check)
    if options.workspace is None:
        parser.error("which workspace?")
    return _take(options.workspace, options.folder, only=options.only)


def _take(workspace: Path, folder: Path, *, only: str | None = None, for_help: bool = False) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(Path(scratch) / "settings.json")
        settings.put("language", "ko")
        settings.put("theme", "light")
        running = Running(app, settings, bootstrap.pages, Opening(open_file=_opened, make=bootstrap.make))
        try:
            _open(running, workspace)
            taken = _help(running, folder) if for_help else _tour(running, folder, only)
        finally:
            running.window.close()
            running.stop()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    print(f"{taken} pictures in {folder}")
    return 0 if taken else 1


def _for_help(*, check: bool) -> int:
    """The pictures of the help, from a demo whose companies and people are the same each time."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        os.environ["DESKTOP_CRM_HOME"] = str(place / "home")
        os.environ["DESKTOP_CRM_PASSPHRASE"] = "only for pictures"  # noqa: S105 - of a file that is thrown away
        demo = place / "demo.crm"
        command = [sys.executable, "-m", "desktop_crm", "demo", "--accounts", str(DEMO_ACCOUNTS), "--output", str(demo)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        if not check:
            return _take(demo, HELP, for_help=True)
        fresh = shutil.copytree(HELP, place / "help")
        code = _take(demo, fresh, for_help=True)
        stale = [str(one.relative_to(HELP)) for one in sorted(HELP.glob("??/*.png")) if not _alike(one, fresh)]
        for one in stale:
            print(f"{one} no longer shows what the app looks like")
        if stale:
            print("Make the pictures of the help anew: .venv/bin/python packaging/pictures.py --for-help")
        return 1 if stale else code


def _alike(shown: Path, folder: Path) -> bool:
    """Whether two pictures show the same page: days and figures may be others, what stands where may not."""
    before, now = (_coarse(one) for one in (shown, folder / shown.relative_to(HELP)))
    other = sum(abs(mine - theirs) > OTHER_GREY for mine, theirs in zip(before, now, strict=True))
    return other <= len(now) * OTHER_SHARE


def _coarse(path: Path) -> bytes:
    """A picture as a few grey spots."""
    grey = QImage(str(path)).convertToFormat(QImage.Format.Format_Grayscale8)
    small = grey.scaled(*SPOTS, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    return bytes(small.pixelColor(x, y).red() for y in range(SPOTS[1]) for x in range(SPOTS[0]))


def _opened(path: Path, passphrase: str | None) -> Workspace:
    return open_workspace(path, passphrase=passphrase or os.environ.get("DESKTOP_CRM_PASSPHRASE"))


def _open(running: Running, workspace: Path) -> None:
    running.begin(workspace)
    running.window.resize(*SIZE)
    ends = time.monotonic() + 60
    while running.context is None:
        QApplication.processEvents()
        if time.monotonic() > ends:
            raise SystemExit("the workspace does not open")


def _help(running: Running, folder: Path) -> int:
    """One picture for each that a page of the help names, in its language."""
    context, taken = running.context, 0
    assert context is not None
    running.window.resize(*HELP_SIZE)
    for language in ("ko", "en"):
        running.window.use_language(language)
        running.window.use_scheme(Scheme.light)
        _settled(running)
        pages = "".join(page.read_text(encoding="utf-8") for page in (folder / language).glob("*.md"))
        for key, row_id in _stops(context):
            if f"({key}.png)" in pages:
                _go(context, key, row_id)
                shown = _settled(running).scaledToWidth(HELP_WIDTH, Qt.TransformationMode.SmoothTransformation)
                _in_few_colours(shown).save(str(folder / language / f"{key}.png"))
                taken += 1
    return taken


def _in_few_colours(picture: QImage) -> QImage:
    """A small picture in its own most frequent colours."""
    plain = picture.convertToFormat(QImage.Format.Format_RGB32)
    frequent = Counter(memoryview(plain.constBits()).cast("I")).most_common(COLOURS)
    avoid = Qt.ImageConversionFlag.AvoidDither
    return plain.convertToFormat(QImage.Format.Format_Indexed8, [colour for colour, _ in frequent], avoid)


def _tour(running: Running, folder: Path, only: str | None) -> int:
    context, taken = running.context, 0
    assert context is not None
    for language, scheme in LOOKS:
        running.window.use_language(language)
        running.window.use_scheme(scheme)
        _settled(running)
        for key, row_id in _stops(context):
            if only in {None, key}:
                _go(context, key, row_id)
                file = folder / f"{key}-{language}-{scheme}.png"
                _settled(running).save(str(file))
                taken += 1
    return taken


def _stops(context: UiContext) -> Iterator[tuple[str, str | None]]:
    """Pages worth a picture, with a row that shows what they can do."""
    workspace = context.workspace
    drawn = max(stakeholders.maps(workspace), key=lambda one: one.people, default=None)
    newest = records.ListQuery(sort="number", descending=True, limit=40)
    offered = [str(quote.id) for quote in records.list_rows(workspace, "quote", newest).records]
    yield "account", _group(workspace)
    yield "stakeholder_map", drawn.id if drawn else None
    yield "quote", max(offered, key=lambda one: len(quotes.open_quote(workspace, one).versions), default=None)
    for key in ("day", "opportunity", "contact", "task", "import", "sync", "settings"):
        yield key, None


def _group(workspace: Workspace) -> str | None:
    """A company with companies below it and business in them."""
    top = accounts.children(workspace, None).nodes
    busy = [node for node in top if node.child_count and any(one.total.won for one in node.sums)]
    return max(busy, key=lambda node: node.child_count).id if busy else None


def _go(context: UiContext, key: str, row_id: str | None) -> None:
    if row_id is not None and context.routes.can_open(key):
        context.routes.open(key, row_id)
    else:
        context.routes.go(key)


def _settled(running: Running) -> QImage:
    """The window once two looks in a row are alike and no page of a preview is being drawn."""
    ends, before = time.monotonic() + PATIENCE, QImage()
    while True:
        pause = time.monotonic() + 0.4
        while time.monotonic() < pause:
            QApplication.processEvents()
        now = running.window.grab().toImage()
        drawn = all(one.rendered for one in running.window.findChildren(PreviewPane) if one.isVisible())
        if (now == before and drawn) or time.monotonic() > ends:
            return now
        before = now


if __name__ == "__main__":
    sys.exit(main())
