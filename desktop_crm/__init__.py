"""Desktop CRM: the client account managers open on their laptops. This file holds the version and nothing else."""

from __future__ import annotations

__version__ = "0.1.0"
