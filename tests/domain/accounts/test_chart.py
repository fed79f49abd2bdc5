"""The org chart as places and lines: each account one card, cards apart, every link drawn once as what it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.accounts.chart import arrange
from desktop_crm.domain.stakeholders.geometry import overlap

IDS = [chr(ord("a") + n) for n in range(9)]
HELD = st.dictionaries(st.sampled_from(IDS), st.lists(st.sampled_from([*IDS, "absent"]), max_size=3, unique=True))


@given(above=HELD)
def test_whatever_the_links_everyone_has_one_card_and_every_link_one_line(above):
    chart = arrange(IDS, above)
    assert sorted(chart.corners) == IDS
    corners = list(chart.corners.values())
    assert not any(overlap(one, other) for at, one in enumerate(corners) for other in corners[at + 1 :])
    wanted = {(parent, node) for node, some in above.items() for parent in some if parent in IDS and parent != node}
    drawn = [*chart.tree, *chart.besides, *chart.back]
    assert len(drawn) == len(set(drawn))
    assert set(drawn) == wanted
    for parent, node in chart.tree:
        assert chart.corners[parent].y < chart.corners[node].y


def test_a_second_owner_is_a_line_besides_and_a_circle_leads_back():
    chart = arrange(["a", "b", "c", "d"], {"b": ["a"], "c": ["a", "b"], "a": ["d"], "d": ["b"]})
    assert chart.tree == (("a", "b"), ("a", "c"), ("b", "d"))
    assert chart.besides == (("b", "c"),)
    assert chart.back == (("d", "a"),)
