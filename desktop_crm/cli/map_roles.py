"""Which buying roles the team wants on its maps at each stage, on the terminal: list them, choose them, go back to the odds."""

from __future__ import annotations

from typing import Any

import click

from desktop_crm.cli.door import emit, workspace_options
from desktop_crm.domain.schema.options import BuyingRole
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.services import stakeholder_roles
from desktop_crm.services.stakeholder_roles import StageRoles
from desktop_crm.services.workspace import Workspace


@click.command("map-roles")
@click.argument("stage", required=False, default=None)
@click.option(
    "--want",
    type=click.Choice([role.value for role in BuyingRole]),
    multiple=True,
    help="A role that is wanted; may be given several times.",
)
@click.option("--nothing", is_flag=True, help="No role is wanted.")
@click.option("--usual", is_flag=True, help="What the odds of the stage ask for, as before anything was chosen.")
@workspace_options
def map_roles(
    stage: str | None, want: tuple[str, ...], *, nothing: bool, usual: bool, workspace: Workspace, as_json: bool
) -> None:
    """List the buying roles that stakeholder maps want at each stage; with STAGE (name, id, or - for maps without a deal) only there, or choose them."""
    if sum((bool(want), nothing, usual)) > 1:
        raise click.UsageError(tr("Choose one of --want, --nothing and --usual."))
    changing = bool(want) or nothing or usual
    if changing and stage is None:
        raise click.UsageError(tr("Say for which stage."))
    found = _stages(workspace, stage)
    if changing:
        if len(found) > 1:
            names = ", ".join(f"{one.pipeline}: {one.stage_id}" for one in found)
            raise click.UsageError(tr("Several stages are called so: {names}", names=names))
        stakeholder_roles.choose(workspace, found[0].stage_id, None if usual else map(BuyingRole, want))
        found = _stages(workspace, found[0].stage_id or "-")
    emit([_plain(one) for one in found], "\n".join(map(_line, found)), as_json=as_json)


def _stages(workspace: Workspace, wanted: str | None) -> list[StageRoles]:
    """All, or those of this name or id. Raises Refusal `record.missing`."""
    every = stakeholder_roles.of_stages(workspace)
    if wanted is None:
        return list(every)
    key = stakeholder_roles.NO_DEAL if wanted == "-" else wanted.casefold()
    found = [
        one for one in every if key in ({one.stage_id.casefold(), one.stage.casefold()} if key else {one.stage_id})
    ]
    if not found:
        raise Refusal("record.missing", entity="stage", id=wanted)
    return found


def _plain(one: StageRoles) -> dict[str, Any]:
    roles = [role.value for role in one.roles]
    return {
        "stage_id": one.stage_id,
        "stage": one.stage,
        "pipeline": one.pipeline,
        "roles": roles,
        "chosen": one.chosen,
    }


def _line(one: StageRoles) -> str:
    name = f"{one.pipeline} · {one.stage}" if one.stage_id else tr("Maps without a deal")
    roles = ", ".join(option_label("buying_role", role) for role in one.roles) or tr("no role")
    return f"{name}: {roles}" if one.chosen else tr("{stage}: {roles} (as usual)", stage=name, roles=roles)


commands = (map_roles,)
