"""Run as a process of its own by the tests of faults: it writes into a workspace and stops where it is told to.

python writer_process.py open FILE KEY_STORE            hold the file open
python writer_process.py die FILE KEY_STORE             print "inside" within a transaction and wait to be killed
python writer_process.py fill FILE KEY_STORE LIMIT      write until the file may not grow any further
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from desktop_crm.foundation.errors import CrmError
from desktop_crm.services import records
from desktop_crm.services.workspace import open_workspace


class FileStore:
    """Secrets handed over by the test in a file."""

    def __init__(self, path):
        self.known = json.loads(Path(path).read_text(encoding="utf-8"))

    def get(self, name):
        return self.known.get(name)

    def put(self, name, secret):
        raise AssertionError(name)

    def remove(self, name):
        raise AssertionError(name)


def say(word):
    print(word, flush=True)


def die(workspace):
    with workspace.write("test") as work:
        work.bulk("account", inserts=[{"name": f"halb {n}"} for n in range(3000)])
        work.session.flush()
        say("inside")
        sys.stdin.read()


def fill(workspace, limit):
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    written = 0
    try:
        while True:
            records.create(workspace, "account", {"name": "voll", "note": "x" * 20_000})
            written += 1
            if written % 5 == 0:
                say(written)
    except CrmError as error:
        say(f"{type(error).__name__} {error.code} {written}")
        say(records.count(workspace, "account"))


def main(act, file, store, *rest):
    try:
        workspace = open_workspace(Path(file), secrets=FileStore(store))
    except CrmError as error:
        say(error.code)
        return
    with workspace.closing():
        if act == "open":
            say("open")
            sys.stdin.read()
        elif act == "die":
            die(workspace)
        else:
            fill(workspace, int(rest[0]))


if __name__ == "__main__":
    main(*sys.argv[1:])
