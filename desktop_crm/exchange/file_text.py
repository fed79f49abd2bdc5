"""The words in a file: PDF and DOCX by libraries, plain text as it is. What has none, or cannot be read, is empty."""

from __future__ import annotations

import io
from pathlib import PurePath

LONGEST = 200_000
"""Signs that are kept of one file."""
MOST_PAGES = 400
PLAIN = (".txt", ".md", ".csv", ".log", ".eml", ".ics", ".vcf")


def text_of(name: str, mime: str, data: bytes) -> str:
    """The text of a file by its name or kind; for a worker process, since a long PDF takes a second."""
    ending = PurePath(name).suffix.lower()
    try:
        if ending == ".pdf" or mime == "application/pdf":
            return _pdf(data)[:LONGEST]
        if ending == ".docx" or mime.endswith("wordprocessingml.document"):
            return _docx(data)[:LONGEST]
        if ending in PLAIN or mime.startswith("text/"):
            return data.decode("utf-8", "replace")[:LONGEST]
    except Exception:  # noqa: BLE001 - whatever a broken file does to a library, it has no words for us
        return ""
    return ""


def _pdf(data: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        found = []
        for number in range(min(len(document), MOST_PAGES)):
            page = document[number]
            words = page.get_textpage()
            found.append(words.get_text_bounded())
            words.close()
            page.close()
        return "\n".join(found)
    finally:
        document.close()


def _docx(data: bytes) -> str:
    import docx

    document = docx.Document(io.BytesIO(data))
    found = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        found += [cell.text for row in table.rows for cell in row.cells]
    return "\n".join(part for part in found if part)
