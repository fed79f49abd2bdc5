"""Texts: the English source text is the key, Korean comes from one compiled gettext catalogue.

Korean texts may write a particle the way a form does, `{name}을(를)`: the right one is chosen by the sound of the value.
This module must not import Babel: gettext's own reader opens the catalogue in a few milliseconds.
"""

from __future__ import annotations

import gettext
from functools import cache

from desktop_crm.foundation.paths import resources
from desktop_crm.i18n.language import Language, current
from desktop_crm.i18n.particles import fill

DOMAIN = "desktop_crm"


def tr(source: str, /, **values: object) -> str:
    """The text in the current language, `{name}` filled from the values."""
    language = current()
    text = source if language is Language.EN else _translations(language).gettext(source)
    return fill(text, values, language) if values else text


def ptr(context: str, source: str, /, **values: object) -> str:
    """Like `tr`, for an English word that is two words in Korean: the context tells them apart (gettext's msgctxt)."""
    language = current()
    text = source if language is Language.EN else _translations(language).pgettext(context, source)
    return fill(text, values, language) if values else text


def ntr(singular: str, plural: str, n: int, /, **values: object) -> str:
    """The text for a count: `{n}` is the count; Korean has one form, English two."""
    return fill(ntold(singular, plural, n), {"n": n, **values}, current())


def mark(source: str, /, context: str = "") -> str:
    """Name a text in a table for the catalogue without translating it yet; `told` says it later."""
    return f"{context}\x04{source}" if context else source


def told(marked: str, /, **values: object) -> str:
    """A text that `mark` has named, in the current language."""
    context, _, source = marked.rpartition("\x04")
    return ptr(context, source, **values) if context else tr(source, **values)


def ntold(singular: str, plural: str, n: int, /) -> str:
    """A sentence of another library for a count, in the current language, still with its placeholders."""
    language = current()
    if language is Language.EN:
        return singular if n == 1 else plural
    return _translations(language).ngettext(singular, plural, n)


@cache
def _translations(language: Language) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, localedir=resources("locale"), languages=[language], fallback=True)
