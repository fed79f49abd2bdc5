"""Export on the terminal: all records of a kind into one file, or to standard output and nothing else with it."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

import click

from desktop_crm.cli.door import emit, say_bytes, workspace_options
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import tr
from desktop_crm.services import list_views
from desktop_crm.services.exporting import ExportFormat, export, exported
from desktop_crm.services.list_tables import TableKind, export_view, exported_view
from desktop_crm.services.workspace import Workspace

KINDS = tuple(entity.plural for entity in REGISTRY)


class KindName(click.ParamType[str]):
    """A kind of records by its plural name; the help does not list all of them in the line of use."""

    name = "kind"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in KINDS:
            near = ", ".join(get_close_matches(value, KINDS, n=3))
            known = tr("Known are: {kinds}.", kinds=", ".join(KINDS))
            guess = tr("Do you mean {kinds}?", kinds=near) if near else ""
            self.fail(
                " ".join(filter(None, (tr("{name} is no kind of records.", name=value), guess, known))), param, ctx
            )
        return value


@click.command("export")
@click.argument("kind", type=KindName())
@click.option(
    "--format",
    "form",
    type=click.Choice([form.value for form in ExportFormat]),
    default="csv",
    show_default=True,
    help="The form of the file.",
)
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="The file to write; - for standard output.",
)
@click.option("--encoding", default="utf-8", show_default=True, help="For CSV: utf-8, utf-8-sig, cp949 or utf-16.")
@click.option("--guard", is_flag=True, help="For CSV that strangers open: put ' before cells that look like formulas.")
@click.option("--replace", is_flag=True, help="For CSV: write ? for letters that the encoding lacks.")
@click.option("--private", is_flag=True, help="With the stakeholder maps that are private to an account team.")
@click.option(
    "--fields", default="", metavar="NAME,…", help="Only these fields, by their names; the id comes with them."
)
@click.option("--view", default="", help="Write what this view of the list shows, as people read it; for csv and xlsx.")
@workspace_options
def export_records(
    kind: str,
    form: str,
    output: Path,
    encoding: str,
    *,
    guard: bool,
    replace: bool,
    private: bool,
    fields: str,
    view: str,
    workspace: Workspace,
    as_json: bool,
) -> None:
    """Write all records of a kind (accounts, contacts, …) into a file; references are ids."""
    asked = tuple(name.strip() for name in fields.split(",") if name.strip())
    if asked and view:
        raise click.UsageError(tr("A view says its columns itself: --view and --fields exclude each other."))
    if view:
        _export_view(workspace, kind, view, form, output, encoding, private=private, as_json=as_json)
        return
    if str(output) == "-":
        _, data = exported(
            workspace,
            kind,
            ExportFormat(form),
            encoding=encoding,
            guard=guard,
            replace=replace,
            private=private,
            fields=asked,
        )
        say_bytes(data)
        return
    count = export(
        workspace,
        kind,
        ExportFormat(form),
        output,
        encoding=encoding,
        guard=guard,
        replace=replace,
        private=private,
        fields=asked,
    )
    _tell(kind, output, count, as_json=as_json)


def _export_view(
    workspace: Workspace,
    kind: str,
    name: str,
    form: str,
    output: Path,
    encoding: str,
    *,
    private: bool,
    as_json: bool,
) -> None:
    entity = REGISTRY.find(kind)
    if entity is None or form == ExportFormat.JSON:
        raise click.UsageError(tr("A view is written as csv or xlsx."))
    view = list_views.kept(workspace, entity.name, entity.name).named(name)
    if view is None:
        raise Refusal("view.missing", name=name)
    if str(output) == "-":
        _, data = exported_view(workspace, entity.name, view, TableKind(form), encoding=encoding, private=private)
        say_bytes(data)
        return
    count = export_view(workspace, entity.name, view, TableKind(form), output, encoding=encoding, private=private)
    _tell(kind, output, count, as_json=as_json)


def _tell(kind: str, output: Path, count: int, *, as_json: bool) -> None:
    emit(
        {"kind": kind, "path": str(output), "rows": count},
        tr("{n} rows written to {path}", n=count, path=str(output)),
        as_json=as_json,
    )


commands = (export_records,)
