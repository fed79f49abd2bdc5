"""The composition root makes what the start screen asks for, and leaves nothing behind when it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_crm import bootstrap
from desktop_crm.foundation.errors import CrmError
from desktop_crm.foundation.paths import user_data
from desktop_crm.services import archiving, pipeline, records, sync
from desktop_crm.services.safety import backups
from desktop_crm.services.workspace import init_workspace
from desktop_crm.ui.signin.start import Wanted
from tests.ui.sync.conftest import people, server  # noqa: F401 - fixtures of the neighbouring room

PASSPHRASE = "correct horse battery"


def files() -> set[str]:
    return {found.name for found in Path(user_data()).iterdir()}


def test_a_demo_is_filled_and_opened_as_one_of_its_people() -> None:
    with bootstrap.make(Wanted(kind="demo", name="Demo", passphrase=PASSPHRASE)).closing() as made:
        assert records.count(made, "account") >= 250
        assert made.author.user_id


def test_a_workspace_for_an_import_has_stages_and_me() -> None:
    wanted = Wanted(kind="import", name="영업2팀", currency="USD", user="김하늘", passphrase=PASSPHRASE)
    with bootstrap.make(wanted).closing() as made:
        assert (made.name, made.currency) == ("영업2팀", "USD")
        assert pipeline.pipelines(made)[0].stages
        (me,) = records.list_rows(made, "user").records
        assert (me.fields["name"], str(me.id)) == ("김하늘", made.author.user_id)
        assert records.history(made, "stage", pipeline.pipelines(made)[0].stages[0].id)[0].actor == made.author.user_id


def test_a_workspace_is_made_of_an_archive_and_the_archive_stays(tmp_path) -> None:
    source = tmp_path / "영업1팀 2026-11-23.zip"
    with bootstrap.make(Wanted(kind="empty", name="영업1팀", passphrase=PASSPHRASE)).closing() as first:
        records.create(first, "account", {"name": "한빛전자"})
        archiving.archive(first, source)
    wanted = Wanted(kind="archive", name=source.stem, path=str(source), passphrase=PASSPHRASE)
    with bootstrap.make(wanted).closing() as made:
        assert (made.name, made.path.name) == ("영업1팀", "영업1팀 2026-11-23.crm")
        assert records.count(made, "account") == 1
    assert source.is_file()
    before = files()
    source.write_bytes(b"PK no archive")
    with pytest.raises(CrmError, match=r"archive\."):
        bootstrap.make(wanted)
    assert files() == before


def test_a_made_workspace_is_opened_again_with_its_passphrase() -> None:
    made = bootstrap.make(Wanted(kind="empty", name="Again", passphrase=PASSPHRASE))
    made.close()
    with bootstrap.open_file(made.path, PASSPHRASE).closing() as again:
        assert again.name == "Again"


def test_a_laptop_joins_a_server(server: str) -> None:  # noqa: F811
    wanted = Wanted(
        kind="join", name="team", server=server, user="kim", password="long enough password", passphrase=PASSPHRASE
    )
    with bootstrap.make(wanted).closing() as made:
        assert sync.status(made).joined
        assert sync.status(made).user == "kim"


@pytest.mark.parametrize(("user", "password"), [("kim", "wrong password"), ("nobody", "long enough password")])
def test_a_refused_sign_in_leaves_no_file_behind(server: str, user: str, password: str) -> None:  # noqa: F811
    before = files()
    wanted = Wanted(kind="join", name="refused", server=server, user=user, password=password, passphrase=PASSPHRASE)
    with pytest.raises(CrmError) as refused:
        bootstrap.make(wanted)
    assert refused.value.code == "sync.sign_in"
    assert files() == before


def test_an_unreachable_server_leaves_no_file_behind() -> None:
    before = files()
    wanted = Wanted(
        kind="join", name="away", server="http://127.0.0.1:9", user="k", password="p", passphrase=PASSPHRASE
    )
    with pytest.raises(CrmError):
        bootstrap.make(wanted)
    assert files() == before


def test_there_is_no_first_look_without_a_key_in_the_keyring(workspace, monkeypatch) -> None:
    from desktop_crm.foundation.errors import Trouble
    from desktop_crm.security.secrets import KeyringStore

    def absent(_self: KeyringStore, _name: str) -> None:
        raise Trouble("keyring.absent", reason="none")

    monkeypatch.setattr(KeyringStore, "get", absent)
    assert bootstrap.look(workspace.path) is None
    assert bootstrap.look(workspace.path.with_name("no such file.crm")) is None


def test_a_backup_becomes_the_workspace_again(tmp_path) -> None:
    path = tmp_path / "team.crm"
    with init_workspace(path, name="Team", passphrase="correct horse").closing() as workspace:
        backup = backups.make(workspace).path
    path.unlink()
    wanted = Wanted(kind="restore", path=str(backup), target=str(path), passphrase="correct horse")
    with bootstrap.make(wanted).closing() as back:
        assert (back.name, back.path) == ("Team", path)
