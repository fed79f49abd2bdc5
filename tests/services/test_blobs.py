"""Files beside the workspace: whole, kept once, also when two threads keep the same one at the same moment."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from desktop_crm.persistence import copying
from desktop_crm.persistence.stores import blobs as store
from desktop_crm.services import blobs


def test_the_same_content_kept_by_many_threads_at_once_is_one_whole_file(workspace) -> None:
    content, together = bytes(range(256)) * 4000, threading.Barrier(8)

    def keep(_: int) -> str:
        together.wait()
        return blobs.put(workspace, content, "application/pdf")

    with ThreadPoolExecutor(8) as threads:
        (digest,) = set(threads.map(keep, range(8)))
    assert blobs.get(workspace, digest) == content
    assert [path.name for path in workspace.files.iterdir()] == [digest]


def test_a_file_has_its_name_for_good_before_the_database_names_it(workspace, monkeypatch) -> None:
    order: list[str] = []
    monkeypatch.setattr(copying, "flush_folder", lambda folder: order.append(folder.name))
    note = store.note
    monkeypatch.setattr(store, "note", lambda *values: (order.append("noted"), note(*values)))
    blobs.put(workspace, b"photo", "image/jpeg")
    assert order == [workspace.files.name, "noted"]
