"""The entities of stakeholder maps: the map, its cards and lines, ties of our people and of competitors, and evidence."""

from __future__ import annotations

from dataclasses import replace

from desktop_crm.domain.schema import options as o
from desktop_crm.domain.schema.fields import (
    Entity,
    Field,
    FieldType,
    MergeRule,
    day,
    flag,
    integer,
    long_text,
    moment,
    option,
    order_key,
    reference,
    text,
)

STAKEHOLDERS = (
    Entity(
        name="stakeholder_map",
        plural="stakeholder_maps",
        title="name",
        scope_path=("account_id",),
        columns=("name", "account_id", "opportunity_id"),
        fields=(
            Field(name="name", required=True, searchable=True),
            reference("account_id", "account"),
            reference("opportunity_id", "opportunity"),
            option("layout", o.MapLayout),
            replace(flag("private"), since=2),
            replace(reference("owner_id", "user"), since=2),
            replace(moment("reviewed_at"), since=2),
        ),
    ),
    Entity(
        name="map_node",
        plural="map_nodes",
        title="label",
        parent="map_id",
        scope_path=("map_id", "account_id"),
        columns=("map_id", "label", "title", "buying_role", "influence", "support", "coverage"),
        fields=(
            reference("map_id", "stakeholder_map", required=True),
            option("kind", o.NodeKind),
            reference("contact_id", "contact"),
            text("label"),
            text("title"),
            text("department"),
            option("buying_role", o.BuyingRole),
            integer("influence", least=0, most=10),
            option("support", o.Support),
            option("coverage", o.Coverage),
            reference("reports_to_id", "map_node", merge=MergeRule.TREE_PARENT),
            Field(name="x", type=FieldType.INTEGER, unit="position"),  # scene units of the free layout
            Field(name="y", type=FieldType.INTEGER, unit="position"),
            order_key(),
            long_text("note"),
            replace(option("political_status", o.PoliticalStatus), since=2),
            replace(option("decision_orientation", o.DecisionOrientation), since=2),
            replace(option("adaptability", o.Adaptability), since=2),
            replace(option("response_mode", o.ResponseMode), since=2),
            replace(long_text("goals"), since=2),
            replace(long_text("pains"), since=2),
            replace(reference("group_id", "map_node"), since=2),
            replace(moment("erased_at"), since=2),
        ),
    ),
    Entity(
        name="map_edge",
        plural="map_edges",
        title="label",
        parent="map_id",
        scope_path=("map_id", "account_id"),
        columns=("map_id", "source_id", "target_id", "kind", "label"),
        fields=(
            reference("map_id", "stakeholder_map", required=True),
            reference("source_id", "map_node", required=True),
            reference("target_id", "map_node", required=True),
            option("kind", o.EdgeKind),
            text("label"),
            integer("strength", least=1, most=3),
        ),
    ),
    Entity(
        name="map_tie",
        plural="map_ties",
        title="competitor",
        parent="map_id",
        scope_path=("map_id", "account_id"),
        columns=("map_id", "node_id", "user_id", "competitor", "strength"),
        since=2,
        fields=(
            reference("map_id", "stakeholder_map", required=True),
            reference("node_id", "map_node", required=True),
            reference("user_id", "user"),  # one of ours, or
            reference("competitor_id", "competitor"),  # a competitor, and
            text("competitor"),  # its name as it was then
            integer("strength", least=1, most=3),
        ),
    ),
    Entity(
        name="map_evidence",
        plural="map_evidences",
        title="body",
        parent="map_id",
        scope_path=("map_id", "account_id"),
        columns=("map_id", "node_id", "topic", "value", "body", "observed_on", "author_id"),
        since=2,
        fields=(
            reference("map_id", "stakeholder_map", required=True),
            reference("node_id", "map_node"),  # empty when it is about the deal
            option("topic", o.EvidenceTopic),
            text("value"),  # what was found, in the registry's words; empty for a letter of the scorecard
            long_text("body"),
            day("observed_on"),
            reference("author_id", "user"),
            reference("activity_id", "activity"),
        ),
    ),
)
