"""The worked example of the help: its map is read from both pages, judged anew, and every figure and sentence is the product's."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from desktop_crm import i18n
from desktop_crm.domain.schema.options import (
    BuyingRole,
    Coverage,
    EdgeKind,
    EvidenceTopic,
    MapLayout,
    NodeKind,
    Support,
)
from desktop_crm.domain.stakeholders import balance as balances
from desktop_crm.domain.stakeholders import findings as judging
from desktop_crm.domain.stakeholders import routes as ways
from desktop_crm.domain.stakeholders import scorecard as letters
from desktop_crm.domain.stakeholders.findings import Rule
from desktop_crm.domain.stakeholders.reading import read
from desktop_crm.domain.stakeholders.values import EdgeView, EvidenceView, MapView, NodeView, TieView
from desktop_crm.foundation.paths import resources
from desktop_crm.i18n import formats
from desktop_crm.i18n.labels import field_label, option_label
from desktop_crm.ui.stakeholders import words
from desktop_crm.ui.stakeholders.summary import MapSummary

R, C = Rule, Coverage
CHOI, JUNG, LEE, PARK, SEAT = range(5)
TODAY = date(2026, 11, 3)
METRICS, PAPERS = date(2026, 10, 12), date(2026, 5, 10)
NUMBER = re.compile(r"(?<![\w.])[−]?\d+(?:\.\d+)?")


def value(field, options, word):
    """The option that a word of the page stands for."""
    return next((one for one in options if option_label(field, one) == word), None) if word else None


class Page:
    """The page of one language: its two tables as a map, its findings as bullets."""

    def __init__(self, language):
        self.language = language
        lines = resources("help", language, "map_reading.md").read_text(encoding="utf-8").splitlines()
        self.intro = next(line for line in lines[1:] if line)
        tables = [[cell.strip(" –") for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
        second = next(place for place, row in enumerate(tables) if len(row) == 4)
        self.heads, self.people, self.lines = tables[0], tables[2:second], tables[second + 2 :]
        self.bullets = [re.fullmatch(r"- \*\*(.+?)\.\*\* (.+)", line).groups() for line in lines if line[:2] == "- "]

    def view(self):
        ids = {row[0]: f"n{place}" for place, row in enumerate(self.people)}
        seat = words.coverage_word(NodeView(id="", label="", kind=NodeKind.PLACEHOLDER))
        nodes = [
            NodeView(
                id=ids[name],
                label="" if name == seat else name,
                kind=NodeKind.PLACEHOLDER if name == seat else NodeKind.PERSON,
                reports_to_id=ids[boss] if boss else None,
                buying_role=value("buying_role", BuyingRole, role),
                influence=int(influence) if influence else None,
                support=value("support", Support, support),
                coverage=value("coverage", Coverage, coverage),
            )
            for name, boss, role, influence, support, coverage in self.people
        ]
        strengths = {words.strength_word(level): level for level in (1, 2, 3)}
        edges, ties = [], []
        for place, (source, target, kind, strength) in enumerate(self.lines):
            force = strengths[strength]
            if source in ids:
                meant = value("kind", EdgeKind, kind)
                edges.append(
                    EdgeView(id=f"e{place}", source_id=ids[source], target_id=ids[target], kind=meant, strength=force)
                )
            else:
                ours = kind in {"Our tie", "우리 측 관계"}
                assert ours or kind in {"Competitor's tie", "경쟁사 관계"}
                who = {"user_id": source, "user_name": source} if ours else {"competitor": source}
                ties.append(TieView(id=f"t{place}", node_id=ids[target], strength=force, **who))
        known = (
            EvidenceView(id="v1", topic=EvidenceTopic.METRICS, body="…", observed_on=METRICS),
            EvidenceView(id="v2", topic=EvidenceTopic.PAPER_PROCESS, body="…", observed_on=PAPERS),
        )
        return MapView(
            id="m",
            name="",
            layout=MapLayout.ORG_CHART,
            stage_probability=0.5,
            nodes=tuple(nodes),
            edges=tuple(edges),
            ties=tuple(ties),
            evidence=known,
        )


@pytest.fixture(params=["ko", "en"])
def page(request):
    with i18n.speaking(request.param):
        yield Page(request.param)


def with_node(view, place, **facts):
    nodes = tuple(replace(node, **facts) if node.id == f"n{place}" else node for node in view.nodes)
    return replace(view, nodes=nodes)


def with_tie(view, to, **facts):
    return replace(view, ties=tuple(replace(tie, **facts) if tie.node_id == f"n{to}" else tie for tie in view.ties))


def rules(view):
    return {one.rule for one in read(view, TODAY).findings}


def one_of(view, rule):
    """The sentence of a rule and the button that mends it."""
    found = [one for one in read(view, TODAY).findings if one.rule is rule]
    return [words.finding_word(one) for one in found], [words.mend_word(one.mend) for one in found]


def other_maps(view):
    """What the page says would be otherwise, as maps."""
    (influence,) = view.edges
    return {
        "no line": replace(view, edges=()),
        "conflict": replace(view, edges=(replace(influence, kind=EdgeKind.CONFLICTS_WITH),)),
        "met": with_node(view, JUNG, coverage=C.BRIEF),
        "second": replace(view, ties=(*view.ties, TieView(id="t9", node_id=f"n{LEE}", user_id="?", strength=1))),
        "weak": with_tie(view, JUNG, strength=1),
        "light": with_node(view, JUNG, influence=6),
    }


def expected(view):
    """For each bullet: its quoted sentences, its buttons, and its other numbers, computed by the product."""
    reading, other = read(view, TODAY), other_maps(view)
    roles = [one for one in reading.findings if one.role]
    first, second = reading.ways
    met = next(way for way in read(other["met"], TODAY).ways if way.node_ids[0] == f"n{JUNG}")
    weights, people = balances.balance(view), list(view.nodes)
    loads = [balances.UNKNOWN_WEIGHT if node.influence is None else node.influence for node in people]
    high, tie, kinds, met_force = judging.HIGH_INFLUENCE, ways.TIE_FORCE, ways._KIND_FORCE, ways._CONTACT_FORCE
    assert kinds[EdgeKind.KNOWS] == kinds[EdgeKind.INFORMAL_REPORTS_TO]
    known, influence = kinds[EdgeKind.KNOWS], kinds[EdgeKind.INFLUENCES]
    strong = ways._force(view.edges[0])
    more = round(strong - influence, 9)
    less = round(influence - ways._force(replace(view.edges[0], strength=1)), 9)
    back = round(reading.routes.steps["n0"]["n2"] / strong, 9)
    forces = [ways.REPORTING_FORCE, influence, kinds[EdgeKind.ASSISTANT_OF], known, more, less, back]
    scores, card = balances._SCORES, reading.scorecard
    leaning = [abs(one) for node in people if node.support for one in (node.influence, scores[node.support])]
    points, whole = weights.score * 2 * weights.whole / 100, sum(loads)
    counted = [letters.POINTS[one.state] for one in card.letters if letters.POINTS[one.state]]
    return [
        (
            [words.finding_word(one) for one in roles],
            [words.mend_word(one.mend) for one in roles if one.mend],
            [30, 30, 60],
        ),
        (*one_of(view, R.HIGH_INFLUENCE_NO_CONTACT), [high]),
        (*one_of(view, R.STRONG_OPPONENT), [high]),
        (*one_of(view, R.COMPETITOR_TIE), [high, high - 1]),
        (
            [words.way_words(view, way)[0] for way in (first, second)],
            [],
            [
                *forces,
                *tie.values(),
                *met_force.values(),
                tie[2],
                strong,
                first.force,
                tie[3],
                ways.REPORTING_FORCE,
                strong,
                second.force,
            ],
        ),
        (*one_of(other["no line"], R.NO_WAY), []),
        (
            one_of(view, R.SINGLE_THREAD)[0] + [words.way_words(view, met)[0]],
            one_of(view, R.SINGLE_THREAD)[1],
            [met_force[C.BRIEF], ways.REPORTING_FORCE, met.force],
        ),
        (*one_of(view, R.SINGLE_THREAD_OURS), []),
        (
            [words.balance_word(weights)],
            [],
            [*scores.values(), balances.UNKNOWN_WEIGHT, *leaning, points, 2, whole, 2 * whole],
        ),
        (*one_of(view, R.AGAINST_US), [weights.against, weights.supporting]),
        (
            [i18n.tr("MEDDPICC · {n} of {most}", n=card.points, most=card.most)],
            [],
            [
                letters.FRESH_DAYS,
                letters.POINTS[letters.LetterState.PROVEN],
                letters.POINTS[letters.LetterState.CLAIMED],
                *counted,
            ],
        ),
    ]


def numbers(text):
    """All numbers of a text beside its quotations, dates and buttons."""
    text = re.sub(r'"[^"]*"|\*\*[^*]*\*\*', "", text)
    for day in (TODAY, METRICS, PAPERS):
        text = text.replace(formats.date(day), "")
    return Counter(float(one.replace("−", "-")) for one in NUMBER.findall(text))


def test_every_sentence_button_and_number_of_the_page_is_what_the_product_computes(page):
    wanted = expected(page.view())
    assert len(page.bullets) == len(wanted)
    for (name, text), (quoted, buttons, figures) in zip(page.bullets, wanted, strict=True):
        assert re.findall(r'"([^"]*)"', text) == quoted, name
        assert re.findall(r"\*\*([^*]*)\*\*", text) == buttons, name
        assert numbers(text) == Counter(round(float(one), 2) for one in figures), name


def test_the_sums_of_the_page_come_out(page):
    whole = " ".join(text for _, text in page.bullets).replace("×", "*").replace("−", "-")
    sums = re.findall(r"((?:\d[\d.]*|[-+*(])(?: ?(?:[-+*]|\d[\d.]*))* )= (-?\d[\d.]*\d|-?\d)", whole)
    assert len(sums) == 5
    for left, right in sums:
        parts = [re.split(r" ?\* ?", part) for part in re.split(r" (?=[-+] )", left.strip())]
        total = sum(math.prod(float(one.replace("+ ", "").replace("- ", "-")) for one in factors) for factors in parts)
        assert total == pytest.approx(float(right)), left


def test_every_rule_has_its_place_on_the_page(page):
    told = set().union(*(rules(one) for one in (page.view(), *other_maps(page.view()).values())))
    assert told == set(Rule)
    assert {i18n.tr("Ways to who signs"), "MEDDPICC"} <= {name for name, _ in page.bullets}


def test_what_the_page_says_would_be_otherwise_is(page):
    view = page.view()
    other = other_maps(view)
    assert R.NO_WAY not in rules(view)
    assert R.NO_WAY in rules(other["no line"]) & rules(other["conflict"])
    assert R.SINGLE_THREAD in rules(view) - rules(other["met"])
    assert R.SINGLE_THREAD_OURS in rules(view) - rules(other["second"])
    assert R.COMPETITOR_TIE in rules(view) - rules(other["weak"]) - rules(other["light"])


def test_the_buttons_lead_to_those_whom_the_page_names(page):
    found = {one.rule: one for one in read(page.view(), TODAY).findings if not one.role}
    assert found[R.HIGH_INFLUENCE_NO_CONTACT].node_ids == ("n0", "n1")
    assert found[R.STRONG_OPPONENT].node_ids == found[R.COMPETITOR_TIE].node_ids == ("n1",)
    assert (found[R.SINGLE_THREAD].node_ids, found[R.SINGLE_THREAD].mend_ids) == (("n2",), ("n0",))
    assert found[R.SINGLE_THREAD_OURS].mend_ids == ("n2",)
    assert found[R.AGAINST_US].mend_ids[0] == "n0"
    for place, rule in ((1, R.HIGH_INFLUENCE_NO_CONTACT), (2, R.STRONG_OPPONENT), (3, R.COMPETITOR_TIE)):
        text = page.bullets[place][1]
        assert all(
            (person[0] in text.split('"')[0]) == (f"n{at}" in found[rule].node_ids)
            for at, person in enumerate(page.people[:4])
        )


def test_the_words_of_the_page_are_those_of_the_map(page):
    fields = ("reports_to_id", "buying_role", "influence", "support", "coverage")
    assert page.heads[1:] == [field_label("map_node", field) for field in fields]
    roles = {option_label("buying_role", one).casefold() for one in judging.usual_roles(0.6)}
    assert all(role in page.bullets[0][1].casefold() for role in roles)
    for limit in (0.3, 0.6):
        assert judging.usual_roles(limit - 0.01) != judging.usual_roles(limit)
    assert formats.date(TODAY) in page.intro
    assert "50 %" in page.intro
    assert all(formats.date(day) in page.bullets[-1][1] for day in (METRICS, PAPERS))
    said = page.bullets[-1][1].casefold()
    states = {one.topic: one.state for one in read(page.view(), TODAY).scorecard.letters}
    for topic, state in states.items():
        assert (option_label("topic", topic).casefold() in said) == (state is not letters.LetterState.EMPTY)


def test_what_the_page_quotes_stands_beside_such_a_map(page, qtbot, theme):
    summary = MapSummary()
    qtbot.addWidget(summary)
    summary.show_reading(page.view(), read(page.view(), TODAY))
    shown = {one.text() for one in [*summary.findChildren(QLabel), *summary.findChildren(QPushButton)]}
    met = other_maps(page.view())["met"]
    elsewhere = {words.way_words(met, way)[0] for way in read(met, TODAY).ways} | set(
        one_of(other_maps(page.view())["no line"], R.NO_WAY)[0]
    )
    for _, text in page.bullets:
        for said in re.findall(r'"([^"]*)"', text):
            assert said in shown | elsewhere or said.endswith("✓"), said
