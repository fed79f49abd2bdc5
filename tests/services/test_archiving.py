"""A workspace goes into an open archive and comes back as it was: every export, the history, the files; what is damaged is refused."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.persistence.stores import archives as store
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import accounts, blobs, importing, records
from desktop_crm.services import demo as demo_room
from desktop_crm.services.archiving import archive, workspace_from
from desktop_crm.services.exporting import ExportFormat, exported, plain_rows
from desktop_crm.services.search import find
from desktop_crm.services.workspace import Workspace


def everything(workspace: Workspace) -> dict[str, Any]:
    """All exports, all rows of the laptop's own tables, and the hashes of the files."""
    found: dict[str, Any] = {
        entity.plural: exported(workspace, entity.plural, ExportFormat.JSON)[1] for entity in REGISTRY
    }
    with workspace.read() as session:
        connection = session.connection()
        for entity in REGISTRY:
            found[f"{entity.name} with marks"] = list(store.records(connection, entity.name))
        for table in store.local_tables():
            found[table] = list(store.lines(connection, table))
        found["files"] = {digest: blobs.get(workspace, digest) for digest in store.files(connection)}
    return found


@pytest.fixture
def full(workspace: Workspace, tmp_path: Path) -> Workspace:
    """Accounts with a history, own fields, a deleted row, an import that was undone, files."""
    top = records.create(workspace, "account", {"name": "한빛전자", "x_grade": "A;B", "tags": ("나", "가")}).id
    low = records.create(workspace, "account", {"name": "Low", "parent_id": top, "annual_revenue": None}).id
    records.set_fields(workspace, "account", low, {"name": "Lower", "note": "=1+1\n둘째"})
    gone = records.create(workspace, "contact", {"name": "Gone", "account_id": low, "email": "g@example.com"}).id
    records.delete(workspace, "contact", gone)
    table = tmp_path / "more.csv"
    table.write_text('account,revenue,class\nAcme,12.50,A\nBolt,"1,395",B\n', encoding="utf-8")
    importing.run(workspace, importing.inspect([table]))
    again = importing.run(workspace, importing.inspect([_written(tmp_path / "x.csv", "account\nTemporary\n")]))
    importing.undo_import(workspace, again.import_id or "")
    blobs.put(workspace, b"%PDF-1.7 something", "application/pdf")
    blobs.put(workspace, bytes(range(256)) * 2000, "image/png")
    return workspace


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def back(tmp_path: Path) -> Iterator[Callable[..., Workspace]]:
    made: list[Workspace] = []

    def make(source: Path, **more: Any) -> Workspace:
        one = workspace_from(source, tmp_path / f"back{len(made)}.crm", secrets=MemoryStore(), **more)
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()


def test_nothing_is_lost_on_the_way_there_and_back(
    full: Workspace, tmp_path: Path, back: Callable[..., Workspace]
) -> None:
    before = everything(full)
    done = archive(full, tmp_path / "a.zip")
    again = back(tmp_path / "a.zip")
    after = everything(again)
    assert {name for name in before if before[name] != after[name]} == set()
    assert (done.files, done.absent) == (2, 0)
    assert (again.name, again.currency) == (full.name, full.currency)
    assert again.author.device_id != full.author.device_id
    assert [hit.title for hit in find(again, "한빛", 5)] == [hit.title for hit in find(full, "한빛", 5)]
    assert accounts.children(again, None) == accounts.children(full, None)


def test_a_second_archive_is_like_the_first(full: Workspace, tmp_path: Path, back: Callable[..., Workspace]) -> None:
    archive(full, tmp_path / "a.zip")
    archive(back(tmp_path / "a.zip"), tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as one, zipfile.ZipFile(tmp_path / "b.zip") as two:
        assert one.namelist() == two.namelist()
        differing = {name for name in one.namelist() if one.read(name) != two.read(name)}
    assert differing == {"archive.json"}  # it says when it was made


def test_work_goes_on_and_old_acts_can_still_be_undone(
    full: Workspace, tmp_path: Path, back: Callable[..., Workspace]
) -> None:
    archive(full, tmp_path / "a.zip")
    again = back(tmp_path / "a.zip", name="Another name")
    assert again.name == "Another name"
    (acme,) = (row for row in plain_rows(again, "account") if row["name"] == "Acme")
    assert records.history(again, "account", acme["id"])
    (past, *_) = [run for run in importing.past_imports(again) if run.state == "done"]
    importing.undo_import(again, past.import_id or "")
    assert "Acme" not in {row["name"] for row in plain_rows(again, "account")}
    records.create(again, "account", {"name": "New"})


def test_the_demo_goes_there_and_back(workspace: Workspace, tmp_path: Path, back: Callable[..., Workspace]) -> None:
    demo_room.fill(workspace, accounts=60)
    before = everything(workspace)
    archive(workspace, tmp_path / "demo.zip")
    after = everything(back(tmp_path / "demo.zip"))
    assert {name for name in before if before[name] != after[name]} == set()


def test_the_archive_can_be_read_without_this_app(full: Workspace, tmp_path: Path) -> None:
    archive(full, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as package:
        head = json.loads(package.read("archive.json"))
        for path, told in head["parts"].items():
            data = package.read(path)
            assert (data.count(b"\n"), hashlib.sha256(data).hexdigest()) == (told["rows"], told["sha256"])
        names = {json.loads(line)["name"] for line in package.read("records/accounts.jsonl").splitlines()}
        assert {"한빛전자", "Lower", "Acme"} <= names
        secret = {"content_key", "device_id", "keyring"}
        facts = {json.loads(line)["name"] for line in package.read("laptop/workspace_fact.jsonl").splitlines()}
        assert not facts & secret
        text = b"".join(package.read(name) for name in package.namelist() if not name.startswith("files/"))
    assert full.content_key.hex().encode() not in text


def test_a_file_that_is_not_here_is_wanted_afterwards(
    full: Workspace, tmp_path: Path, back: Callable[..., Workspace]
) -> None:
    digest = blobs.put(full, b"lost", "text/plain")
    (full.files / digest).unlink()
    assert archive(full, tmp_path / "a.zip").absent == 1
    again = back(tmp_path / "a.zip")
    with again.read() as session:
        states = {row["hash"]: row["state"] for row in store.lines(session.connection(), "blob")}
    assert states[digest] == "wanted"
    with pytest.raises(Trouble):
        blobs.get(again, digest)


# damage and malice


def rewritten(source: Path, target: Path, change: Callable[[dict[str, bytes]], None], *, honest: bool = False) -> Path:
    """The archive with other parts; `honest` corrects the hashes, as someone would who means it."""
    with zipfile.ZipFile(source) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    change(parts)
    if honest:
        head = json.loads(parts["archive.json"])
        for path, told in head["parts"].items():
            data = parts.get(path, b"")
            told.update(rows=data.count(b"\n"), sha256=hashlib.sha256(data).hexdigest())
        parts["archive.json"] = json.dumps(head).encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return target


def head_with(**more: Any) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        parts["archive.json"] = json.dumps(json.loads(parts["archive.json"]) | more).encode()

    return change


def part(name: str, data: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda parts: parts.update({name: data})


FIRST = "records/accounts.jsonl"
DAMAGE: dict[str, tuple[Callable[[dict[str, bytes]], None], bool, str]] = {
    "a changed value": (lambda parts: parts.update({FIRST: parts[FIRST].replace(b"Lower", b"Other")}), False, "archive.damaged"),
    "a row less": (lambda parts: parts.update({FIRST: parts[FIRST].split(b"\n", 1)[1]}), False, "archive.damaged"),
    "a part less": (lambda parts: parts.pop(FIRST) and None, False, "archive.damaged"),
    "no head": (lambda parts: parts.pop("archive.json") and None, False, "archive.not_one"),
    "another format": (head_with(format="zip"), False, "archive.not_one"),
    "a newer archive": (head_with(version=2), False, "archive.newer"),
    "a newer file": (head_with(schema=999), False, "archive.newer"),
    "a head that is no object": (part("archive.json", b"[1]"), False, "archive.damaged"),
    "a head of nonsense": (part("archive.json", b"{"), False, "archive.damaged"),
    "a part of an unknown table": (head_with(parts={"laptop/sqlite_master.jsonl": {"rows": 0, "sha256": ""}}), False, "archive.damaged"),
    "no JSON": (part(FIRST, b"hello\n"), True, "archive.damaged"),
    "no object": (part(FIRST, b"[1]\n"), True, "archive.damaged"),
    "a row without id": (part(FIRST, b'{"name":"x","_clk":"{}"}\n'), True, "archive.damaged"),
    "a number as id": (part(FIRST, b'{"id":7,"name":"x","_clk":"{}"}\n'), True, "archive.damaged"),
    "a list as name": (part(FIRST, b'{"id":"7","name":[1],"_clk":"{}"}\n'), True, "archive.damaged"),
    "an amount that is none": (part(FIRST, b'{"id":"7","annual_revenue":"x","_clk":"{}"}\n'), True, "archive.damaged"),
    "a column more": (part("laptop/blob.jsonl", b'{"hash":"a","drop":"b"}\n'), True, "archive.damaged"),
    "text in a number": (part("laptop/number_lease.jsonl", b'{"series":"a","kind":"own","next":"x","until":null}\n'), True, "archive.damaged"),
    "another content of a file": (
        lambda parts: parts.update({next(name for name in parts if name.startswith("files/")): b"other"}),
        False,
        "archive.damaged",
    ),
    "deep nonsense": (part(FIRST, b"[" * 100_000 + b"\n"), True, "archive.damaged"),
    "a bomb": (part(FIRST, b" " * 80_000_000), True, "archive.damaged"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_refused_and_nothing_is_left(full: Workspace, tmp_path: Path, name: str) -> None:
    archive(full, tmp_path / "a.zip")
    change, honest, code = DAMAGE[name]
    bad = rewritten(tmp_path / "a.zip", tmp_path / "bad.zip", change, honest=honest)
    folder = tmp_path / "made"
    folder.mkdir()
    with pytest.raises(Refusal) as caught:
        workspace_from(bad, folder / "w.crm", secrets=MemoryStore())
    assert caught.value.code == code
    assert [path.name for path in folder.iterdir() if not path.name.endswith(".lock")] == []


def test_no_zip_and_no_file_are_refused(tmp_path: Path) -> None:
    for path, code in (
        (_written(tmp_path / "t.zip", "hello"), "archive.damaged"),
        (tmp_path / "none.zip", "import.file.missing"),
    ):
        with pytest.raises(Refusal) as caught:
            workspace_from(path, tmp_path / "w.crm", secrets=MemoryStore())
        assert caught.value.code == code


def test_secrets_that_an_archive_brings_are_not_taken(
    full: Workspace, tmp_path: Path, back: Callable[..., Workspace]
) -> None:
    archive(full, tmp_path / "a.zip")
    line = json.dumps({"name": "content_key", "value": "00" * 32}).encode() + b"\n"
    line += json.dumps({"name": "device_id", "value": full.author.device_id}).encode() + b"\n"

    def change(parts: dict[str, bytes]) -> None:
        parts["laptop/workspace_fact.jsonl"] += line

    again = back(rewritten(tmp_path / "a.zip", tmp_path / "b.zip", change, honest=True))
    assert again.content_key not in {bytes(32), full.content_key}
    assert again.author.device_id != full.author.device_id


def test_a_stopped_archive_leaves_the_old_one(full: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_crm.services.archiving._PIECE", 1)
    target = _written(tmp_path / "a.zip", "the old one")
    with pytest.raises(Refusal) as caught:
        archive(full, target, cancelled=lambda: True)
    assert caught.value.code == "archive.cancelled"
    assert target.read_text(encoding="utf-8") == "the old one"
    assert not list(tmp_path.glob(".a.zip*"))
    with pytest.raises(Trouble):
        archive(full, tmp_path / "no" / "a.zip")
