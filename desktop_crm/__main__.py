"""`python -m desktop_crm`, and the two console scripts. Nothing heavy is imported before it is known what is wanted."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

from desktop_crm.foundation.errors import CrmError


def main() -> None:
    """The client: the app without arguments, else a command."""
    if getattr(sys, "frozen", False):
        from multiprocessing import freeze_support

        freeze_support()  # a worker process of the frozen app starts here, and must not open a window
    if len(sys.argv) == 1:
        sys.exit(_open_app())
    from desktop_crm.cli.main import group

    group(_open_app)()


def server() -> None:
    """The team's server."""
    from desktop_crm.cli.server import desktop_crm_server

    desktop_crm_server()


def _open_app(path: Path | None = None, passphrase: str | None = None, *, safe: bool = False) -> int:
    gc.disable()  # a start makes no rubbish worth looking for; once lanes run, `ui.runtime.garbage` sweeps
    from desktop_crm.bootstrap import run_app

    try:
        return run_app(sys.argv, path, passphrase, safe=safe)
    except CrmError as error:
        from desktop_crm.cli.door import fail

        fail(error, as_json=False)
        return error.exit_code


if __name__ == "__main__":
    main()
