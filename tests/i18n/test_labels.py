"""Every entity, field and option of the registry has a label of its own in both languages."""

from __future__ import annotations

import pytest

from desktop_crm import i18n
from desktop_crm.domain.lists.computed import COMPUTED
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.i18n import labels
from desktop_crm.i18n.label_table import ENTITIES, FIELDS, OPTIONS

FIELDS_OF_ALL = [
    (entity.name, field.name) for entity in REGISTRY for field in (*entity.fields, *COMPUTED.get(entity.name, ()))
]
OPTIONS_OF_ALL = sorted(
    {
        (field.name, value.value)
        for entity in REGISTRY
        for field in entity.fields
        if field.options is not None
        for value in field.options
    }
)


def _hangul(text: str) -> bool:
    return any("가" <= sign <= "힣" for sign in text)


@pytest.mark.parametrize("entity", REGISTRY.names())
def test_every_entity_is_called_something(entity: str) -> None:
    assert entity in ENTITIES
    with i18n.speaking("ko"):
        assert _hangul(labels.entity_label(entity))
    with i18n.speaking("en"):
        assert labels.entity_label(entity) != labels.entity_label(entity, plural=True)


def test_every_field_is_called_something() -> None:
    missing = [
        f"{entity}.{field}"
        for entity, field in FIELDS_OF_ALL
        if f"{entity}.{field}" not in FIELDS and field not in FIELDS
    ]
    assert missing == []
    with i18n.speaking("ko"):
        unsaid = [pair for pair in FIELDS_OF_ALL if not _hangul(labels.field_label(*pair))]
    assert unsaid == []


def test_every_option_is_called_something() -> None:
    missing = [(field, value) for field, value in OPTIONS_OF_ALL if value not in OPTIONS.get(field, {})]
    assert missing == []
    with i18n.speaking("ko"):
        unsaid = [pair for pair in OPTIONS_OF_ALL if not _hangul(labels.option_label(*pair))]
    assert unsaid == []


@pytest.mark.parametrize("language", ["ko", "en"])
def test_two_columns_of_one_entity_never_look_alike(language: str) -> None:
    with i18n.speaking(language):
        for entity in REGISTRY:
            said = [labels.field_label(entity.name, field.name) for field in entity.fields]
            assert len(set(said)) == len(said), (entity.name, sorted(said))


@pytest.mark.parametrize("language", ["ko", "en"])
def test_two_options_of_one_field_never_look_alike(language: str) -> None:
    with i18n.speaking(language):
        for entity in REGISTRY:
            for field in entity.fields:
                if field.options is not None:
                    said = [labels.option_label(field.name, value.value) for value in field.options]
                    assert len(set(said)) == len(said), (entity.name, field.name, said)


def test_no_label_for_what_the_registry_does_not_know() -> None:
    named = {f"{entity}.{field}" for entity, field in FIELDS_OF_ALL} | {field for _, field in FIELDS_OF_ALL} | {"id"}
    assert set(FIELDS) <= named
    assert set(ENTITIES) == set(REGISTRY.names())
    assert {(field, value) for field, values in OPTIONS.items() for value in values} == set(OPTIONS_OF_ALL)


def test_glossary_words() -> None:
    with i18n.speaking("ko"):
        assert labels.entity_label("account") == "계정"
        assert labels.entity_label("stakeholder_map") == "이해관계자 맵"
        assert labels.field_label("account", "parent_id") == "모회사"
        assert labels.field_label("quote_line", "unit_price") == "단가"
        assert labels.option_label("buying_role", "economic_buyer") == "예산 결정권자"
        assert labels.option_label("forecast_category", "pipeline") == "진행"
        assert labels.option_label("support", None) == ""


def test_fields_of_ones_own_and_of_newer_versions_stay_readable() -> None:
    assert labels.field_label("account", "x_credit_limit") == "Credit limit"
    assert labels.field_label("account", "x_신용한도") == "신용한도"
    assert labels.option_label("status", "frozen_by_law") == "Frozen by law"
    assert labels.entity_label("space_ship") == "Space ship"
