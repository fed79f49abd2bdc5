"""`dev.py proof clean-clone`: what is committed, cloned into an empty folder, with an empty home, through both commands."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="desktop-crm-clean-") as folder:
        clone, home = Path(folder) / "clone", Path(folder) / "home"
        home.mkdir()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        env = {
            k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV", "DESKTOP_CRM_", "XDG_"))
        }
        data = ROOT.parent / "shared" / "data"
        env |= {"HOME": str(home), "CI": "true"} | ({"DESKTOP_CRM_TEST_DATA": str(data)} if data.is_dir() else {})
        python = Path(sys.base_prefix) / "bin" / "python3" if os.name != "nt" else sys.executable
        for arguments in (["run", "--headless"], ["test"]):
            print(f"--- dev.py {' '.join(arguments)}", flush=True)
            command = [str(python), "packaging/dev.py", *arguments]
            code = subprocess.run(command, cwd=clone, env=env, stdin=subprocess.DEVNULL, check=False).returncode
            if code != 0:
                return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
