"""The states of quotes as SQL text, from the domain's own sets: no query writes them down again."""

from __future__ import annotations

from typing import Final

from desktop_crm.domain.accounts.rollup import OPEN_QUOTES

OPEN: Final = f"""({",".join(f"'{status}'" for status in sorted(OPEN_QUOTES))})"""
"""Those that are not answered yet: `… IN {OPEN}`"""
