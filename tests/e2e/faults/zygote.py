"""A process that has everything imported and forks a child for each act, so that hundreds of kills take minutes.

python -m tests.e2e.faults.zygote: a JSON line in asks for an act, a JSON line out tells what became of it. The child is killed
after `kill_after` seconds, wherever it is. It is alone in its thread until it forks, and opens nothing before.
"""

from __future__ import annotations

import errno
import json
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.support.source_tree import ROOT
from tests.support.terminal import environment

LONGEST = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`said`: what was reported as saved; `error`: the code that ended it, empty when it went well."""

    said: list[str]
    error: str
    killed: bool
    seconds: float


class Zygote:
    """The process, as the tests hold it."""

    def __init__(self, home: Path) -> None:
        command = [sys.executable, "-m", "tests.e2e.faults.zygote"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment(home), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def act(
        self,
        moment: str,
        path: Path,
        home: Path,
        *,
        kill_after: float = LONGEST,
        days: float = 0,
        fault: str = "",
        limit: int = 0,
    ) -> Outcome:
        """One act in a child. `days`: how far the clock is off; `fault`: locks, links; `limit`: bytes a file may have."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        ask = {
            "moment": moment,
            "path": str(path),
            "home": str(home),
            "kill_after": kill_after,
            "days": days,
            "fault": fault,
            "limit": limit,
        }
        self._process.stdin.write(json.dumps(ask) + "\n")
        self._process.stdin.flush()
        return Outcome(**json.loads(self._process.stdout.readline()))

    def stop(self) -> None:
        self._process.communicate("")


def main() -> None:
    from desktop_crm.documents import quote_pdf
    from tests.e2e.faults import moments, team

    assert quote_pdf
    assert team
    for line in sys.stdin:
        print(json.dumps(_run(json.loads(line), moments.ACTS)), flush=True)


def _run(ask: dict[str, Any], acts: dict[str, Any]) -> dict[str, Any]:
    began = time.monotonic()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _child(ask, acts, writing)
    os.close(writing)
    text = b""
    killed = False
    while True:
        left = began + ask["kill_after"] - time.monotonic()
        ready, _, _ = select.select([reading], [], [], max(0.0, left))
        if not ready and not killed:
            os.kill(child, signal.SIGKILL)
            killed = True
        part = os.read(reading, 65536)
        if not part:
            break
        text += part
    os.close(reading)
    os.waitpid(child, 0)
    said: list[str] = []
    error = "" if killed else "vanished"
    for line in text.decode().splitlines():
        kind, _, rest = line.partition(":")
        if kind == "said":
            said.append(rest)
        elif kind == "end":
            error, killed = rest, False
    return {"said": said, "error": error, "killed": killed, "seconds": time.monotonic() - began}


def _child(ask: dict[str, Any], acts: dict[str, Any], writing: int) -> None:
    from desktop_crm.foundation.errors import CrmError

    def say(text: str) -> None:
        os.write(writing, f"said:{text}\n".encode())

    error = ""
    try:
        _break(ask)
        acts[ask["moment"]](Path(ask["path"]), Path(ask["home"]), timedelta(days=ask["days"]), say)
    except CrmError as raised:
        error = raised.code
    except BaseException as raised:  # noqa: BLE001 - a child of fork must not run on in its parent's code
        error = f"bug {type(raised).__name__} {raised}".replace("\n", " ")
    with suppress(OSError):
        os.write(writing, f"end:{error}\n".encode())
    os._exit(0)


def _break(ask: dict[str, Any]) -> None:
    """What this child's world lacks."""
    from desktop_crm.persistence import copying, file_lock

    def lacking(*_values: object, **_more: object) -> None:
        raise OSError(errno.ENOLCK if ask["fault"] == "locks" else errno.EOPNOTSUPP, "not supported here")

    if ask["fault"] == "locks":
        file_lock.take = lacking
    elif ask["fault"] == "links":
        os.link = lacking
        copying.flush_folder = lambda _folder: None
    if ask["limit"]:
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (ask["limit"], ask["limit"]))


if __name__ == "__main__":
    main()
