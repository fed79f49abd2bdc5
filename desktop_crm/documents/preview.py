"""Pages of a PDF as pictures, for the preview on screen. Bytes in, bytes out; knows nothing of Qt."""

from __future__ import annotations

from typing import NamedTuple

import pypdfium2

from desktop_crm.foundation.errors import Trouble


class PagePicture(NamedTuple):
    """One page: size in pixels and its RGBA bytes, row by row without gaps."""

    width: int
    height: int
    rgba: bytes


def page_pictures(pdf: bytes, scale: float, first: int = 0, count: int | None = None) -> list[PagePicture]:
    """The pages from `first` on, at `scale` pixels a point. Raises Trouble `document.unreadable` for what is no PDF."""
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise Trouble("document.unreadable") from error
    try:
        document.init_forms()  # the field of a signature is seen too
        last = len(document) if count is None else min(len(document), first + count)
        return [_picture(document[index], scale) for index in range(first, last)]
    finally:
        document.close()


def page_count(pdf: bytes) -> int:
    """How many pages the file has."""
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise Trouble("document.unreadable") from error
    try:
        return len(document)
    finally:
        document.close()


def _picture(page: pypdfium2.PdfPage, scale: float) -> PagePicture:
    bitmap = page.render(scale=scale, rev_byteorder=True, force_bitmap_format=pypdfium2.raw.FPDFBitmap_BGRA)
    try:
        width, height, stride = bitmap.width, bitmap.height, bitmap.stride
        raw = bytes(bitmap.buffer)
    finally:
        bitmap.close()
        page.close()
    if stride == width * 4:
        return PagePicture(width, height, raw)
    rows = (raw[row * stride : row * stride + width * 4] for row in range(height))
    return PagePicture(width, height, b"".join(rows))
