"""The registry holds together: references point somewhere, units are whole, workflows name real states."""

from __future__ import annotations

import pytest

from desktop_crm.domain.schema import REGISTRY, FieldType, MergeRule
from desktop_crm.domain.schema.workflows import WORKFLOWS, may_follow

ENTITIES = list(REGISTRY)
FIELDS = [(entity, field) for entity in ENTITIES for field in entity.fields]


def named(pair):
    return f"{pair[0].name}.{pair[1].name}"


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.name)
def test_an_entity_names_only_fields_it_has(entity):
    assert entity.title in {"id", *entity.by_name}
    assert set(entity.columns) <= set(entity.by_name)
    assert entity.parent is None or entity.parent in entity.by_name
    assert entity.scope_path == () or entity.scope_path[0] in {"id", *entity.by_name}
    assert len(entity.by_name) == len(entity.fields)
    assert REGISTRY.find(entity.name) is REGISTRY.find(entity.plural) is entity


@pytest.mark.parametrize("pair", FIELDS, ids=named)
def test_a_field_is_whole(pair):
    entity, field = pair
    assert field.name.islower()
    assert (field.type is FieldType.REFERENCE) == (field.target is not None)
    assert (field.type is FieldType.OPTION) == (field.options is not None)
    if field.target is not None:
        assert field.target in REGISTRY
        assert field.name.endswith("_id")
    if field.type is FieldType.MONEY:
        assert entity.field(field.currency_field).type is FieldType.CURRENCY
    if field.type is FieldType.SET:
        assert field.merge is MergeRule.ADD_WINS
    if field.merge is MergeRule.TREE_PARENT:
        assert field.target == entity.name


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.name)
def test_a_merge_unit_has_at_least_two_fields(entity):
    assert [unit for unit, names in entity.units.items() if len(names) < 2] == []


@pytest.mark.parametrize(("key", "workflow"), list(WORKFLOWS.items()), ids=[" ".join(key) for key in WORKFLOWS])
def test_workflows_name_real_states(key, workflow):
    entity, name = key
    field = REGISTRY[entity].field(name)
    assert field.merge is MergeRule.WORKFLOW
    assert {*workflow, *(after for some in workflow.values() for after in some)} <= set(field.options)


def test_a_state_may_follow_as_its_workflow_says():
    assert may_follow("quote", "status", None, "accepted")
    assert may_follow("quote", "status", "accepted", "accepted")
    assert not may_follow("quote", "status", "accepted", "draft")
    assert may_follow("order", "status", "cancelled", "received")
    assert not may_follow("order", "status", "cancelled", "delivered")
    assert may_follow("ticket", "status", "solved", "open")


def test_fields_of_the_first_issue_are_there():
    wanted = (
        "name parent_id industry employees annual_revenue founded_year country business_registration_number owner_id"
    )
    assert set(wanted.split()) <= set(REGISTRY["account"].by_name)
    entities = "account contact product price_book opportunity pipeline stage stakeholder_map map_node map_edge quote"
    more = "quote_version quote_line activity task user team contract order lead ticket"
    assert set(f"{entities} {more}".split()) <= set(REGISTRY.names())


def test_an_unknown_field_is_plain_text_and_an_unknown_entity_is_none():
    assert REGISTRY["account"].field("x_grade").type is FieldType.TEXT
    assert not REGISTRY["account"].has("x_grade")
    assert REGISTRY.find("nothing") is None
    assert "nothing" not in REGISTRY
