"""What every customer's copy in a PDF has in common: its format, and how it is read back without trusting the file."""

from __future__ import annotations

from typing import Final, Protocol, TypeVar

from desktop_crm.domain.quotes import canonical
from desktop_crm.foundation.errors import Refusal

COPY_FORMAT: Final = 1


class _Copy(Protocol):
    @property
    def format(self) -> int: ...


_C = TypeVar("_C", bound=_Copy)


def read_copy(kind: type[_C], text: str) -> _C:
    """The copy out of its text. Raises Refusal `quote.file.foreign` for what is none."""
    try:
        found = canonical.decode(kind, text)
        same = canonical.encode(found) == text
    except (ValueError, KeyError, TypeError, ArithmeticError, AttributeError, RecursionError) as error:
        raise Refusal("quote.file.foreign") from error
    if not same or found.format != COPY_FORMAT:
        raise Refusal("quote.file.foreign")
    return found
