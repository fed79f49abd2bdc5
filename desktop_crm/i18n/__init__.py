"""Language: texts, amounts, dates and names in Korean and English, for the screen, the terminal and the PDF.

This room translates and formats; it must not decide anything about selling and must not know Qt or the database.
`from desktop_crm.i18n import tr, ntr` is what the other rooms use.
"""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark, ntr, ptr, told, tr
from desktop_crm.i18n.language import Language, current, detect, speaking, use

__all__ = ["Language", "current", "detect", "mark", "ntr", "ptr", "speaking", "told", "tr", "use"]
