"""Error texts about stakeholder maps. Data, no behaviour; `error_table.py` says how a row is read."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark
from desktop_crm.i18n.error_rows.row import Row

ROWS: dict[str, Row] = {
    "stakeholder.connect.self": Row(
        mark("A line needs two people"),
        mark("“{name}” cannot be connected to itself."),
        "",
        mark("Drag the line to another card."),
    ),
    "stakeholder.connect.twice": Row(
        mark("The line is there already"),
        mark("“{source}” and “{target}” are connected that way."),
        "",
        mark("Edit the line that is there."),
    ),
    "stakeholder.evidence.empty": Row(
        mark("The evidence needs words"),
        mark("Nothing is written down."),
        "",
        mark("Write who said or did what, and when."),
    ),
    "stakeholder.influence.range": Row(
        mark("Influence goes from 0 to 10"), mark("{value} is outside."), "", mark("Enter a number from 0 to 10.")
    ),
    "stakeholder.map.no_name": Row(mark("The map needs a name"), mark("The name is empty."), "", mark("Enter a name.")),
    "stakeholder.map.private": Row(
        mark("This map is private"),
        mark("“{name}” is kept for the account team."),
        "",
        mark("Ask the account's owner to open it to you."),
    ),
    "stakeholder.person.no_name": Row(
        mark("The card needs a name"),
        mark("The name is empty."),
        "",
        mark("Enter a name, or add a person not yet known."),
    ),
    "stakeholder.person.on_map": Row(
        mark("The person is on the map already"),
        mark("“{name}” has a card on this map."),
        "",
        mark("Use the card that is there."),
    ),
    "stakeholder.reports_to.circle": Row(
        mark("Nobody can report to themselves"),
        mark("The line would run in a circle: {path}."),
        "",
        mark("Choose somebody who is not below."),
    ),
    "stakeholder.tie.nobody": Row(
        mark("The tie needs somebody"),
        mark("Neither one of ours nor a competitor is named."),
        "",
        mark("Choose one of ours, or type the competitor's name."),
    ),
    "stakeholder.tie.strength": Row(
        mark("Strength goes from 1 to 3"), mark("{value} is outside."), "", mark("Enter a number from 1 to 3.")
    ),
}
