"""What an open window needs not, is not in its memory: libraries of documents, network and files come with their first use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAVY = {
    "reportlab",
    "PIL",
    "httpx",
    "cryptography",
    "charset_normalizer",
    "pypdfium2",
    "alembic",
    "phonenumbers",
    "rapidfuzz",
}


def test_services_of_the_first_page_bring_no_library_that_only_some_acts_need() -> None:
    program = (
        "import sys\n"
        "from desktop_crm.services import accounts, history, journal, records, search, sync, workspace\n"
        "from desktop_crm.services import quotes, stakeholders, pipeline, activities\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert HEAVY & set(done.stdout.split()) == set()


ONLY_WITH_A_SERVER_OR_MAIL = {
    "PySide6.QtNetwork",
    "zstandard",
    "desktop_crm.persistence.arrivals",
    "desktop_crm.persistence.snapshots",
    "desktop_crm.persistence.stores.mail",
    "desktop_crm.persistence.stores.stakeholders",
    "desktop_crm.services.blobs",
    "desktop_crm.services.mail.working",
    "desktop_crm.services.sync_files",
    "desktop_crm.sync.client.engine",
    "desktop_crm.sync.client.transport",
    "desktop_crm.sync.protocol",
}


def test_a_workspace_without_server_and_mail_holds_nothing_of_either(tmp_path: Path) -> None:
    """What the window asks once its first page stands: how sync stands, whether mail is due, whether values are disputed."""
    program = (
        "import sys; from pathlib import Path\n"
        "from desktop_crm.security.secrets import MemoryStore\n"
        "from desktop_crm.services.workspace import init_workspace\n"
        "from desktop_crm.ui.runtime import mail_runner, sync_runner\n"
        "from desktop_crm.ui.widgets import field_marks\n"
        "workspace = init_workspace(Path(sys.argv[1]), name='mine', secrets=MemoryStore())\n"
        "assert not sync_runner._status(workspace).joined\n"
        "assert mail_runner._work(workspace, False) is None\n"
        "assert field_marks._first(workspace, 'a')[0] == 0\n"
        "workspace.close()\n"
        "print(*sys.modules)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "mine.crm")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ONLY_WITH_A_SERVER_OR_MAIL & set(done.stdout.split()) == set()
