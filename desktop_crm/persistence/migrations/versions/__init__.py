"""The steps: from a file version to the function that makes the next one of it."""

from __future__ import annotations

from collections.abc import Callable

from alembic.operations import Operations

from desktop_crm.persistence.migrations.versions import to_2

STEPS: dict[int, Callable[[Operations], None]] = {1: to_2.step}
