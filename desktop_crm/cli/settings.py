"""Settings on the terminal: list them, read one, choose one; the same rows of data as on the settings page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from desktop_crm.cli.door import emit, guarded, opened_for_command
from desktop_crm.foundation.settings import Settings
from desktop_crm.i18n import tr
from desktop_crm.i18n.catalogue import told
from desktop_crm.services import settings as service
from desktop_crm.services.settings import GROUPS, Kept, Kind
from desktop_crm.services.workspace import Workspace

_WORKSPACE = click.option(
    "--workspace", "file", type=click.Path(path_type=Path, dir_okay=False), help="The workspace file."
)
_PASSPHRASE = click.option(
    "--passphrase-file", type=click.Path(path_type=Path, dir_okay=False), help="A file whose first line is it."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print nothing but JSON.")


@click.group("settings")
def settings() -> None:
    """Read and choose settings: this laptop's own, and those that the workspace shares."""


@settings.command("list")
@click.argument("search", required=False, default="")
@_WORKSPACE
@_PASSPHRASE
@_JSON
def list_settings(search: str, file: Path | None, passphrase_file: Path | None, *, as_json: bool) -> None:
    """List settings with what holds; a word finds those it fits. The workspace's need --workspace."""

    def run() -> None:
        laptop, workspace = Settings(), _opened(file, passphrase_file)
        try:
            rows = [
                _row(laptop, workspace, one.name)
                for one in service.found(search)
                if one.kind is not Kind.PLACE and (workspace is not None or one.kept is Kept.LAPTOP)
            ]
        finally:
            if workspace is not None:
                workspace.close()
        emit(rows, lambda: _table(rows), as_json=as_json)

    guarded(run, as_json=as_json)


@settings.command("get")
@click.argument("name")
@_WORKSPACE
@_PASSPHRASE
@_JSON
def get_setting(name: str, file: Path | None, passphrase_file: Path | None, *, as_json: bool) -> None:
    """Print what holds."""

    def run() -> None:
        with _Door(name, file, passphrase_file) as (laptop, workspace):
            row = _row(laptop, workspace, name)
        emit(row, str(row["shown"]), as_json=as_json)

    guarded(run, as_json=as_json)


@settings.command("set")
@click.argument("name")
@click.argument("value")
@_WORKSPACE
@_PASSPHRASE
@_JSON
def set_setting(name: str, value: str, file: Path | None, passphrase_file: Path | None, *, as_json: bool) -> None:
    """Choose a value."""

    def run() -> None:
        with _Door(name, file, passphrase_file) as (laptop, workspace):
            changes = service.choose(laptop, workspace, name, service.read(name, value))
            row = _row(laptop, workspace, name) | {"tx_id": changes.tx_id if changes is not None else None}
        emit(row, tr("{setting}: {value}", setting=row["label"], value=row["shown"]), as_json=as_json)

    guarded(run, as_json=as_json)


class _Door:
    """The laptop's settings, and the workspace when the setting is the workspace's."""

    def __init__(self, name: str, file: Path | None, passphrase_file: Path | None) -> None:
        self._shared = service.named(name).kept is Kept.WORKSPACE
        self._file, self._passphrase_file = file, passphrase_file
        self._workspace: Workspace | None = None

    def __enter__(self) -> tuple[Settings, Workspace | None]:
        if self._shared:
            self._workspace = opened_for_command(self._file, self._passphrase_file)
        return Settings(), self._workspace

    def __exit__(self, *_raised: object) -> None:
        if self._workspace is not None:
            self._workspace.close()


def _opened(file: Path | None, passphrase_file: Path | None) -> Workspace | None:
    return opened_for_command(file, passphrase_file) if file is not None else None


def _row(laptop: Settings, workspace: Workspace | None, name: str) -> dict[str, Any]:
    setting = service.named(name)
    held = service.value(laptop, workspace, name)
    return {
        "name": name,
        "group": setting.group,
        "label": told(setting.label),
        "value": list(held) if isinstance(held, tuple) else held,
        "shown": service.shown(name, held),
        "kept": setting.kept.value,
        "wanted": service.wanted_of(setting),
    }


def _table(rows: list[dict[str, Any]]) -> str:
    lines: list[str] = []
    for key, title in GROUPS:
        some = [row for row in rows if row["group"] == key]
        if some:
            lines += [told(title), *(f"  {row['name']} = {row['shown']}  ({row['label']})" for row in some)]
    return "\n".join(lines) or tr("Nothing found")


commands = (settings,)
