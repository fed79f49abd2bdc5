"""Reading documents back with a real PDF reader, the way a customer's program would."""

from __future__ import annotations

import re

import pypdfium2


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page, with plain line ends."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]
    finally:
        document.close()


def outline(pdf: bytes) -> list[tuple[str, int]]:
    """Bookmarks: title and page, from 0."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [(mark.get_title(), mark.get_dest().get_index()) for mark in document.get_toc()]
    finally:
        document.close()


def metadata(pdf: bytes) -> dict[str, str]:
    """Title, Author, Subject …"""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document.get_metadata_dict()
    finally:
        document.close()


def squeezed(text: str) -> str:
    """Without any white space, for texts that were wrapped."""
    return re.sub(r"\s+", "", text)
