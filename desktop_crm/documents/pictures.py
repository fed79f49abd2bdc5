"""Pictures for paper: a logo or a seal from whatever file it comes in, scaled once and kept small."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, UnidentifiedImageError

from desktop_crm.foundation.errors import Refusal

_LARGEST: Final = 900  # dots a side: 300 an inch at the largest size a form prints it
_MOST_BYTES: Final = 20 * 1024 * 1024
_MOST_DOTS: Final = 60_000_000


def prepared(content: bytes) -> bytes:
    """The picture as PNG, no side longer than paper needs, without what the camera or program wrote about itself.

    Raises Refusal `picture.unreadable` for what is no picture or far too large.
    """
    if len(content) > _MOST_BYTES:
        raise Refusal("picture.unreadable")
    try:
        with Image.open(io.BytesIO(content)) as opened:
            if opened.width * opened.height > _MOST_DOTS:
                raise Refusal("picture.unreadable")
            picture = opened.convert("RGBA" if "A" in opened.mode or "transparency" in opened.info else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Refusal("picture.unreadable") from error
    picture.thumbnail((_LARGEST, _LARGEST), Image.Resampling.LANCZOS)
    target = io.BytesIO()
    picture.save(target, "PNG", optimize=True)
    return target.getvalue()
