"""The help: short pages of resources/help in the language of now, beside the app so that one can read and do.

`show_topic("account")` opens a page by its key; a key without a page opens the first one. Nothing is fetched from anywhere.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QImage, QTextDocument
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QTextBrowser, QWidget

from desktop_crm import i18n
from desktop_crm.foundation.paths import resources
from desktop_crm.i18n import tr
from desktop_crm.ui.theme import current
from desktop_crm.ui.theme.tokens import BODY_PX, SECTION_PX, TITLE_PX

SIZE = QSize(860, 640)
CONTENTS_WIDTH = 190
PICTURE_WIDTH = 560
FIRST = "start"
LAST = (
    "lists",
    "filters",
    "views",
    "groups",
    "bulk",
    "approvals",
    "map_reading",
    "workbooks",
    "archive",
    "backups",
    "problems",
    "server",
    "keyboard",
)
"""Pages about what many pages have in common."""
_OWN_LOOKS = re.compile(r"(font-size|color|font-family|margin-top|margin-bottom)\s*:[^;\"]*;?")


def folder() -> Path:
    """Where the pages of the language of now lie."""
    return resources("help", str(i18n.current()))


def title_of(key: str) -> str:
    """The heading of a page."""
    text = (folder() / f"{key}.md").read_text(encoding="utf-8")
    return text.split("\n", 1)[0].removeprefix("# ").strip()


class HelpBrowser(QTextBrowser):
    """Draws a page in the app's type and colours; pictures are made to fit the column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = current()
        self.setOpenLinks(False)
        self.setProperty("role", "help")
        self.setAccessibleName(tr("Help"))
        self.document().setDocumentMargin(22)
        self.document().setIndentWidth(18)
        self.document().setDefaultStyleSheet(
            f"body, p, li, td, th {{ font-size: {BODY_PX}px; color: {look.ink}; }}"
            "p, li { margin-bottom: 6px; }"
            f"a {{ color: {look.accent}; }}"
            f"th {{ color: {look.ink_3}; font-weight: 400; text-align: left; }}"
            f"table {{ border-color: {look.line}; border-collapse: collapse; margin: 8px 0; }}"
            f"td, th {{ padding: 4px 14px 4px 8px; border-color: {look.line}; }}"
        )

    def show_page(self, path: Path) -> None:
        """Show one file."""
        made = QTextDocument()
        made.setMarkdown(path.read_text(encoding="utf-8"))
        self.document().setBaseUrl(QUrl.fromLocalFile(f"{path.parent}/"))
        self.setHtml(_plain(made.toHtml()))

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Pictures are taken from the folder of the page, no wider than the column."""
        url = name if isinstance(name, QUrl) else QUrl(name)
        path = Path(self.document().baseUrl().resolved(url).toLocalFile())
        if kind != QTextDocument.ResourceType.ImageResource.value or not path.is_file():
            return super().loadResource(kind, url)
        ratio = self.devicePixelRatioF()
        picture = QImage(str(path)).scaledToWidth(
            round(PICTURE_WIDTH * ratio), Qt.TransformationMode.SmoothTransformation
        )
        picture.setDevicePixelRatio(ratio)
        return picture


class HelpWindow(QDialog):
    """Contents at the left, a page at the right."""

    def __init__(self, keys: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Help"))
        self.setModal(False)
        self.resize(SIZE)
        self.contents = QListWidget()
        self.contents.setFixedWidth(CONTENTS_WIDTH)
        self.contents.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.contents.setProperty("role", "contents")
        self.contents.setAccessibleName(tr("Contents"))
        for key in (FIRST, *keys, *LAST):
            if (folder() / f"{key}.md").is_file():
                entry = QListWidgetItem(title_of(key))
                entry.setData(Qt.ItemDataRole.UserRole, key)
                self.contents.addItem(entry)
        self.page = HelpBrowser()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.contents)
        row.addWidget(self.page, 1)
        self.contents.currentRowChanged.connect(self._on_chosen)
        self.page.anchorClicked.connect(self._on_link)

    def topic(self) -> str:
        """The key of the page that is shown."""
        entry = self.contents.currentItem()
        return str(entry.data(Qt.ItemDataRole.UserRole)) if entry is not None else ""

    def show_topic(self, key: str) -> None:
        """Open a page."""
        known = [self.contents.item(row).data(Qt.ItemDataRole.UserRole) for row in range(self.contents.count())]
        self.contents.setCurrentRow(known.index(key) if key in known else 0)
        self.page.setFocus()

    @Slot(int)
    def _on_chosen(self, _row: int) -> None:
        self.page.show_page(folder() / f"{self.topic()}.md")

    @Slot(QUrl)
    def _on_link(self, url: QUrl) -> None:
        if url.isRelative() and url.path().endswith(".md"):
            self.show_topic(url.path().removesuffix(".md"))
        else:
            QDesktopServices.openUrl(url)


def _plain(html: str) -> str:
    """Qt's Markdown writes sizes and colours into the text; without them the sheet of the app holds."""
    html = _OWN_LOOKS.sub("", html)
    for level, size, above in (("h1", TITLE_PX, 0), ("h2", SECTION_PX, 16)):
        looks = f"font-size: {size}px; font-weight: 700; margin-top: {above}px; margin-bottom: 6px;"
        html = re.sub(f"<{level}[^>]*>(<span[^>]*>)?", f'<p style="{looks}"><span style="{looks}">', html)
        html = re.sub(f"(</span>)?</{level}>", "</span></p>", html)
    return html
