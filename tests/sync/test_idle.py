"""A server that nobody has spoken with yet holds only what it needs for the first word."""

from __future__ import annotations

import subprocess
import sys

from tests.support.source_tree import ROOT

HEAVY = (
    "joserfc",
    "cryptography",
    "httpx",
    "alembic",
    "sqlalchemy.orm",
    "sqlcipher3",
    "desktop_crm.persistence",
    "jinja2",
)
STARTED = """
import sys
from desktop_crm.cli import server
from desktop_crm.sync.server import serve
from desktop_crm.sync.server.api import application
application(serve.open_server("sqlite://"))
print(*[name for name in sys.argv[1:] if name in sys.modules])
"""


def test_nothing_heavy_is_loaded_before_somebody_comes():
    done = subprocess.run(
        [sys.executable, "-c", STARTED, *HEAVY], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.split() == []
