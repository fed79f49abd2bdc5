"""What an open window needs not, is not in its memory: libraries of documents, network and files come with their first use."""

from __future__ import annotations

import subprocess
import sys

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
