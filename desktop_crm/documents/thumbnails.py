"""Small pictures of files: of photos, and of the first page of a PDF. Bytes in, bytes out; for the worker process."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL import Image

SIDE: Final = 480  # dots
_QUALITY: Final = 80
_MOST_DOTS: Final = 60_000_000
PDF: Final = "application/pdf"


def has_picture(mime: str) -> bool:
    """Whether a file of this kind can be shown small."""
    return mime == PDF or mime in {"image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp", "image/tiff"}


def thumbnail(mime: str, content: bytes) -> bytes:
    """A JPEG no side longer than `SIDE`; nothing where the file cannot be shown."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        picture = _first_page(content) if mime == PDF else Image.open(io.BytesIO(content))
        if picture.width * picture.height > _MOST_DOTS:
            return b""
        small = ImageOps.exif_transpose(picture).convert("RGB")
        small.thumbnail((SIDE, SIDE))
        out = io.BytesIO()
        small.save(out, "JPEG", quality=_QUALITY)
        return out.getvalue()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return b""


def _first_page(content: bytes) -> Image.Image:
    from PIL import Image

    from desktop_crm.documents.preview import page_pictures
    from desktop_crm.foundation.errors import Trouble

    try:
        (page,) = page_pictures(content, 1.0, count=1)
    except Trouble as trouble:
        raise ValueError(trouble.code) from trouble
    return Image.frombytes("RGBA", (page.width, page.height), page.rgba)
