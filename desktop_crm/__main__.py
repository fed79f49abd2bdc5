"""`python -m desktop_crm`, and the two console scripts. Nothing heavy is imported before it is known what is wanted."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> None:
    """The client: the app without arguments, else a command."""
    from desktop_crm.cli.main import group

    group(_open_app)()


def server() -> None:
    """The team's server."""
    from desktop_crm.cli.server import desktop_crm_server

    desktop_crm_server()


def _open_app(path: Path | None = None, passphrase: str | None = None) -> int:
    from desktop_crm.bootstrap import run_app

    return run_app(sys.argv, path, passphrase)


if __name__ == "__main__":
    main()
