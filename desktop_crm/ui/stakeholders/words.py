"""The words on the map: labels of values, names of people without a name, sentences for findings. Texts only, no looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from desktop_crm.domain.schema.options import Coverage, EdgeKind, MapLayout, NodeKind, Support
from desktop_crm.domain.stakeholders.aligning import Alignment
from desktop_crm.domain.stakeholders.balance import Balance
from desktop_crm.domain.stakeholders.findings import Finding, Mend, Rule
from desktop_crm.domain.stakeholders.routes import Way
from desktop_crm.domain.stakeholders.scorecard import LetterState
from desktop_crm.domain.stakeholders.seniority import Seniority
from desktop_crm.domain.stakeholders.support_grid import InfluenceBand
from desktop_crm.domain.stakeholders.values import EdgeView, MapView, NodeView, Touch
from desktop_crm.i18n import formats, ntr, ptr, tr
from desktop_crm.i18n.labels import field_label, option_label


def name_of(node: NodeView) -> str:
    """The card's first line."""
    return node.label or (tr("Not yet known") if node.kind is NodeKind.PLACEHOLDER else tr("No name"))


def place_of(node: NodeView) -> str:
    """Title and department, as far as known."""
    return " · ".join(part for part in (node.title, node.department) if part)


def support_word(support: Support | None) -> str:
    """The attitude in a word; empty while unknown."""
    return option_label("support", support)


def pill_of(node: NodeView) -> str:
    """The buying role; without one what kind of card this is."""
    if node.kind is NodeKind.DEPARTED:
        return tr("Has left")
    if node.buying_role is not None:
        return option_label("buying_role", node.buying_role)
    if node.kind is NodeKind.PLACEHOLDER:
        return ptr("person", "Unknown")
    return tr("Group or department") if node.kind is NodeKind.GROUP else tr("No role")


def coverage_word(node: NodeView) -> str:
    """How well we know the person; a placeholder is a vacant seat."""
    if node.kind is NodeKind.PLACEHOLDER:
        return tr("Vacant seat")
    short = {Coverage.BRIEF: ptr("contact on a card", "Brief"), Coverage.MULTIPLE: ptr("contact on a card", "Several")}
    return short.get(node.coverage or Coverage.UNKNOWN) or option_label("coverage", node.coverage) or "—"


def edge_word(edge: EdgeView) -> str:
    """A line's pill: its own words, or its kind with a word for strength."""
    if edge.label:
        return edge.label
    kind = option_label("kind", edge.kind)
    strength = strength_word(edge.strength) if edge.strength in {1, 3} else ""
    return f"{kind} · {strength}" if strength else kind


def strength_word(strength: int | None) -> str:
    """Weak, medium or strong; empty while unknown."""
    return {1: tr("Weak"), 2: tr("Medium"), 3: tr("Strong")}.get(strength or 0, "")


def alignment_word(wanted: Alignment) -> str:
    """What an alignment does."""
    return {
        Alignment.LEFT: tr("Align left edges"),
        Alignment.CENTRE: tr("Align centres"),
        Alignment.RIGHT: tr("Align right edges"),
        Alignment.TOP: tr("Align upper edges"),
        Alignment.MIDDLE: tr("Align middles"),
        Alignment.BOTTOM: tr("Align lower edges"),
        Alignment.ACROSS: tr("Distribute from left to right"),
        Alignment.DOWN: tr("Distribute from above to below"),
    }[wanted]


def layout_word(layout: MapLayout) -> str:
    return option_label("layout", layout)


def layout_short(layout: MapLayout) -> str:
    """A layout on its button."""
    return {
        MapLayout.ORG_CHART: layout_word(layout),
        MapLayout.INFLUENCE_SUPPORT: ptr("layout", "Influence"),
        MapLayout.SENIORITY_DEPARTMENT: ptr("layout", "Seniority"),
        MapLayout.FREE: layout_word(layout),
    }[layout]


def band_word(band: InfluenceBand) -> str:
    """The rows of the grid."""
    return {
        InfluenceBand.HIGH: tr("High influence"),
        InfluenceBand.MIDDLE: tr("Middle influence"),
        InfluenceBand.LOW: tr("Low influence"),
        InfluenceBand.UNKNOWN: tr("Influence unknown"),
    }[band]


def band_short(band: InfluenceBand) -> str:
    """A band beside a number."""
    return {
        InfluenceBand.HIGH: ptr("influence", "High"),
        InfluenceBand.MIDDLE: ptr("influence", "Middle"),
        InfluenceBand.LOW: ptr("influence", "Low"),
        InfluenceBand.UNKNOWN: tr("Unknown"),
    }[band]


def row_word(key: InfluenceBand | Seniority) -> str:
    """The rows of a grid."""
    return level_word(key) if isinstance(key, Seniority) else band_word(key)


def level_word(level: Seniority) -> str:
    """How high somebody stands."""
    return {
        Seniority.CHIEF: tr("Top management"),
        Seniority.DIRECTOR: tr("Directors"),
        Seniority.MANAGER: tr("Managers"),
        Seniority.STAFF: tr("Staff"),
        Seniority.UNKNOWN: tr("Title unknown"),
    }[level]


def head_word(key: Support | str | None) -> str:
    """The columns of a grid: an attitude, or a department."""
    if key is None or isinstance(key, Support):
        return support_word(key) or tr("Attitude unknown")
    return key or tr("Department unknown")


def finding_word(finding: Finding) -> str:
    """A pill of the coverage bar."""
    role = option_label("buying_role", finding.role)
    if finding.rule is Rule.ROLE_COVERED:
        return tr("{role} ✓", role=role)
    if finding.rule is Rule.ROLE_GUESSED:
        return tr("{role} assumed", role=role)
    if finding.rule is Rule.ROLE_MISSING:
        return tr("{role} missing", role=role)
    n = len(finding.node_ids)
    return {
        Rule.HIGH_INFLUENCE_NO_CONTACT: ntr("{n} influential without contact", "{n} influential without contact", n),
        Rule.STRONG_OPPONENT: ntr("{n} strong opponent", "{n} strong opponents", n),
        Rule.COMPETITOR_TIE: ntr("{n} close to a competitor", "{n} close to a competitor", n),
        Rule.NO_WAY: tr("No way to who signs"),
        Rule.SINGLE_THREAD: ntr("Hangs on {n} person", "Hangs on {n} people", n),
        Rule.SINGLE_THREAD_OURS: tr("Hangs on one of ours"),
        Rule.AGAINST_US: tr("More weight against us"),
    }[finding.rule]


def finding_reason(finding: Finding) -> str:
    """The rule behind a pill, the act that mends it, and what we know it by."""
    reason = {
        Rule.ROLE_COVERED: tr("Somebody we are in contact with has this role."),
        Rule.ROLE_GUESSED: tr(
            "Somebody is entered for this role, but nobody of ours has met them. Set up a first contact."
        ),
        Rule.ROLE_MISSING: tr("Nobody on the map has this role. Choose the role for a card, or add a person."),
        Rule.HIGH_INFLUENCE_NO_CONTACT: tr("Influence is 7 or more and nobody of ours has met them. Plan a visit."),
        Rule.STRONG_OPPONENT: tr("Influence is 7 or more and the attitude is against us. Find out what they need."),
        Rule.COMPETITOR_TIE: tr(
            "A competitor has a medium or strong tie to who signs, or to influence of 7 or more. Plan a visit."
        ),
        Rule.NO_WAY: tr("Nobody we are in contact with leads to who signs. Say who knows whom."),
        Rule.SINGLE_THREAD: tr("If they leave, no way to who signs is left. Meet somebody else beside who signs."),
        Rule.SINGLE_THREAD_OURS: tr(
            "Every way to who signs begins with the same person of ours. Let a second one of ours get to know them."
        ),
        Rule.AGAINST_US: tr("Added up, there is more influence against us than for us. Win the undecided first."),
    }[finding.rule]
    of_all = finding.rule is Rule.AGAINST_US  # a sum over the map rests on no single dealing
    return f"{reason}\n{touch_word(finding.rests_on)}" if finding.node_ids and not of_all else reason


def mend_word(mend: Mend) -> str:
    """The button that mends a finding."""
    return {
        Mend.ADD_SEAT: tr("Add a vacant seat"),
        Mend.NAME_PERSON: tr("Enter who it is"),
        Mend.PLAN_VISIT: tr("Plan a visit"),
        Mend.DRAW_LINE: tr("Say who knows whom"),
        Mend.ENTER_TIE: tr("Enter a tie of ours"),
    }[mend]


def touch_word(touch: Touch | None) -> str:
    """The last recorded dealing with somebody: what, when, by whom."""
    if touch is None:
        return tr("No visit, call, mail or meeting is recorded.")
    what, when = option_label("kind", touch.kind), formats.date(touch.at)
    if not touch.by:
        return tr("Last recorded: {kind}, {date}", kind=what, date=when)
    return tr("Last recorded: {kind}, {date}, by {name}", kind=what, date=when, name=touch.by)


def way_words(view: MapView, way: Way) -> tuple[str, str]:
    """A way to the buyer: the people in a row, and how well it carries."""
    people = " → ".join(
        [way.user_name] * bool(way.user_name)
        + [name_of(node) for node in map(view.node, way.node_ids) if node is not None]
    )
    if len(way.node_ids) == 1:
        return people, tr("Already who signs.")
    carried = ntr("Goes over {n} strong tie.", "Goes over {n} strong ties.", way.strong_steps)
    return people, carried if way.strong_steps else tr("No strong tie on the way yet.")


def balance_word(weights: Balance) -> str:
    """The balance of support in a sentence."""
    parts = {"score": weights.score, "us": weights.supporting, "open": weights.undecided, "against": weights.against}
    said = {name: formats.number(value) for name, value in parts.items()}
    return tr("{score} of ±100: for us {us}, undecided {open}, against {against}", **said)


def letter_word(state: LetterState) -> str:
    """How well a letter of the scorecard stands."""
    return {
        LetterState.PROVEN: ptr("letter", "Proven"),
        LetterState.CLAIMED: ptr("letter", "Claimed"),
        LetterState.EMPTY: ptr("letter", "Open"),
    }[state]


def spoken(node: NodeView, boss: NodeView | None) -> str:
    """All of a card in one sentence, for tooltips and screen readers."""
    parts = [name_of(node), place_of(node), pill_of(node), support_word(node.support)]
    if node.influence is not None:
        parts.append(tr("influence {n} of 10", n=node.influence))
    parts.append(coverage_word(node))
    if boss is not None:
        parts.append(tr("reports to {name}", name=name_of(boss)))
    return ", ".join(part for part in parts if part and part != "—")


def fields_act(nodes: Sequence[NodeView], fields: Mapping[str, Any]) -> str:
    """What an act on cards is called in the list of undo."""
    who = name_of(nodes[0]) if len(nodes) == 1 else ntr("{n} person", "{n} people", len(nodes))
    what = ", ".join(field_label("map_node", name) for name in fields)
    return tr("{name}: {fields}", name=who, fields=what)


def edge_choices() -> list[tuple[str, EdgeKind]]:
    """Every kind of line that is not reports-to, in the order of use."""
    order = (
        EdgeKind.INFLUENCES,
        EdgeKind.CONFLICTS_WITH,
        EdgeKind.KNOWS,
        EdgeKind.INFORMAL_REPORTS_TO,
        EdgeKind.ASSISTANT_OF,
    )
    return [(option_label("kind", kind), kind) for kind in order]
