"""The entities of settings that a whole team shares: single settings by name, and exchange rates; rows of the registry, data only."""

from __future__ import annotations

from desktop_crm.domain.schema.fields import Entity, Field, FieldType, day, decimal, text

SETTINGS = (
    Entity(
        name="workspace_setting",
        plural="workspace_settings",
        title="name",
        since=2,
        columns=("name", "value"),
        fields=(
            Field(name="name", required=True),
            text("value"),
        ),  # JSON, one value: two choices are never merged by line
    ),
    Entity(
        name="exchange_rate",
        plural="exchange_rates",
        title="from_currency",
        since=2,
        columns=("from_currency", "to_currency", "rate", "valid_on", "source"),
        fields=(
            Field(name="from_currency", type=FieldType.CURRENCY),
            Field(name="to_currency", type=FieldType.CURRENCY),
            decimal("rate", least=0),  # units of the second for one of the first
            day("valid_on"),
            text("source"),
        ),
    ),
)
