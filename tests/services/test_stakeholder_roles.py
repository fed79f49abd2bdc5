"""Wanted roles of a stage: chosen by the team, shared, undone, and what the findings of a deal's map then ask for."""

from __future__ import annotations

import pytest

from desktop_crm.domain.schema.options import BuyingRole
from desktop_crm.domain.stakeholders.findings import Rule, usual_roles
from desktop_crm.foundation.errors import Refusal
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import history, pipeline, stakeholder_roles, stakeholders
from desktop_crm.services.settings import shared
from desktop_crm.services.workspace import init_workspace
from tests.services.test_stakeholders_apart import Desk
from tests.sync.peers import team

CHAMPION, APPROVER = BuyingRole.CHAMPION, BuyingRole.APPROVER


@pytest.fixture
def workspace(tmp_path):
    with init_workspace(tmp_path / "w.crm", name="w", secrets=MemoryStore()).closing() as opened:
        pipeline.ensure_pipeline(opened)
        yield opened


@pytest.fixture
def stage(workspace):
    return stakeholder_roles.of_stages(workspace)[0]


@pytest.fixture
def map_id(workspace, stage):
    with workspace.write("test") as work:
        account = work.insert("account", {"name": "한빛전자"})
        deal = work.insert("opportunity", {"name": "증설", "account_id": account, "stage_id": stage.stage_id})
    made = stakeholders.open_map(workspace, opportunity_id=deal).map_id
    stakeholders.add_placeholder(workspace, made, label="법무")
    return made


def asked_for(workspace, map_id):
    return {finding.role for finding in stakeholders.findings(workspace, map_id) if finding.rule is Rule.ROLE_MISSING}


def test_until_somebody_chooses_the_odds_decide(workspace, stage, map_id):
    found = stakeholder_roles.of_stages(workspace)
    assert [one.stage_id for one in found][-1] == stakeholder_roles.NO_DEAL
    assert not any(one.chosen for one in found)
    assert found[-1].roles == usual_roles(None)
    assert asked_for(workspace, map_id) == set(stage.roles)


def test_what_is_chosen_for_a_stage_is_asked_for_and_undone(workspace, stage, map_id):
    changes = stakeholder_roles.choose(workspace, stage.stage_id, [APPROVER, CHAMPION, CHAMPION])
    assert asked_for(workspace, map_id) == {CHAMPION, APPROVER}
    (one,) = [one for one in stakeholder_roles.of_stages(workspace) if one.chosen]
    assert (one.stage_id, one.roles) == (stage.stage_id, (APPROVER, CHAMPION))
    history.revert(workspace, changes.tx_id)
    assert asked_for(workspace, map_id) == set(stage.roles)


def test_a_stage_may_want_nobody_and_go_back_to_what_is_usual(workspace, stage, map_id):
    stakeholder_roles.choose(workspace, stage.stage_id, [])
    assert asked_for(workspace, map_id) == set()
    stakeholder_roles.choose(workspace, stage.stage_id, None)
    assert asked_for(workspace, map_id) == set(stage.roles)
    stakeholder_roles.choose(workspace, stage.stage_id, [CHAMPION])
    assert asked_for(workspace, map_id) == {CHAMPION}
    assert "map.roles" not in shared(workspace)


def test_maps_without_a_deal_have_roles_of_their_own(workspace, stage, map_id):
    plain = stakeholders.create_map(workspace, name="m").map_id
    stakeholders.add_placeholder(workspace, plain, label="법무")
    stakeholder_roles.choose(workspace, stakeholder_roles.NO_DEAL, [APPROVER])
    assert asked_for(workspace, plain) == {APPROVER}
    assert asked_for(workspace, map_id) == set(stage.roles)


def test_an_unknown_stage_is_refused(workspace):
    with pytest.raises(Refusal, match="missing"):
        stakeholder_roles.choose(workspace, "nothing", [CHAMPION])


def test_two_laptops_choose_apart_and_agree():
    with team() as made:
        one, other = (Desk(laptop) for laptop in made.laptops.values())
        stakeholder_roles.choose(one, stakeholder_roles.NO_DEAL, [CHAMPION])
        stakeholder_roles.choose(other, stakeholder_roles.NO_DEAL, [APPROVER])
        made.settle()
        assert stakeholder_roles.of_stages(one)[-1] == stakeholder_roles.of_stages(other)[-1]
        assert stakeholder_roles.of_stages(one)[-1].chosen
