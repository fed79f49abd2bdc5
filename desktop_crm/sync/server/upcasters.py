"""Operations of older schemas in today's words. The server serves its schema and the two before it.

A step takes an operation of its version and gives one of the next. There is one schema so far, so there is no step yet; the
recorded operations of each release, kept with the tests, go through here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from desktop_crm.domain.schema import SCHEMA_VERSION
from desktop_crm.sync.protocol import Operation

Step = Callable[[Operation], Operation]
STEPS: Final[Mapping[int, Step]] = {}
OLDEST_SERVED: Final = max(1, SCHEMA_VERSION - 2)


def upcast(op: Operation, version: int, steps: Mapping[int, Step] = STEPS) -> Operation:
    """The operation as a laptop of today's schema would have sent it. Newer ones pass: what is not known is parked."""
    for step in range(version, SCHEMA_VERSION):
        if step in steps:
            op = steps[step](op)
    return op
