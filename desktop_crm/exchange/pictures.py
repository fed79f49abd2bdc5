"""Photos on their way in: scaled to what a screen and a page need, upright, and without the place where they were taken.

What is no picture that can be read passes as it is.
"""

from __future__ import annotations

import io

LONGEST_SIDE = 2560
QUALITY = 86
_FORMATS = {"JPEG", "PNG", "WEBP"}


def for_keeping(content: bytes, *, longest_side: int = LONGEST_SIDE, with_place: bool = False) -> bytes:
    """The photo as it is kept. A small one without anything to remove is returned byte for byte."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content)) as picture:
            kind = picture.format
            if kind not in _FORMATS:
                return content
            exif = picture.getexif()
            small = max(picture.size) <= longest_side
            if small and (with_place or not exif):
                return content
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((longest_side, longest_side))
            kept = Image.Exif()
            if with_place:
                kept = upright.getexif()
            out = io.BytesIO()
            upright.save(out, kind, quality=QUALITY, exif=kept.tobytes() if len(kept) else b"")
            return out.getvalue()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return content
