"""Lists over a real file: SQL finds what a plain reading of the rows finds; orders, windows, groups and exact sums."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_crm.domain.lists.filters import ME, TESTS, Filter, Group, Test, settled
from desktop_crm.domain.lists.periods import Period, Span
from desktop_crm.domain.lists.query import ListQuery, Selection, Sort
from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.persistence.stores import filtering
from desktop_crm.persistence.stores import lists as store
from desktop_crm.services import lists, records

WORDS = ("한빛", "한빛전자", "acme", "Acme 100%", "a_b", "", "다른 [것]")
AMOUNTS = ("0", "-0.5", "12.50", "1000000", "-99999999.99", "3", "123456789012345")
ROWS = 60
ENTITIES = ("activity", "opportunity", "account", "task")


def value_for(chance: random.Random, field: Any, known: dict[str, list[str]]) -> Any:  # noqa: PLR0911 - one for each type
    if not field.required and chance.random() < 0.25:
        return None
    match field.type:
        case FieldType.INTEGER:
            return chance.randint(-3, 3)
        case FieldType.DECIMAL | FieldType.MONEY:
            return Decimal(chance.choice(AMOUNTS))
        case FieldType.CURRENCY:
            return chance.choice(("KRW", "USD"))
        case FieldType.DATE:
            return date(2026, 11, 23) + timedelta(chance.randint(-50, 50))
        case FieldType.DATETIME:
            moment = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(hours=chance.randint(-900, 900))
            return moment.replace(microsecond=chance.choice((0, 0, 250_000)))
        case FieldType.BOOLEAN:
            return chance.random() < 0.5
        case FieldType.OPTION:
            return str(chance.choice(list(field.options)))
        case FieldType.REFERENCE:
            return chance.choice(known[field.target]) if known.get(field.target) else None
        case FieldType.SET:
            return tuple(sorted(set(chance.choices(WORDS[:5], k=chance.randint(0, 3)))))
        case _:
            return chance.choice(WORDS)


class Filled:
    """`workspace, held, known = filled`; too long to be shown."""

    def __init__(self, *parts: Any) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[Any]:
        return iter(self._parts)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A workspace of random rows, and what each of them holds."""
    from desktop_crm.security.secrets import MemoryStore
    from desktop_crm.services.workspace import init_workspace

    chance = random.Random(7)
    path = tmp_path_factory.mktemp("lists") / "random.crm"
    with init_workspace(path, name="random", secrets=MemoryStore()).closing() as workspace:
        held: dict[str, dict[str, dict[str, Any]]] = {}
        known: dict[str, list[str]] = {}
        with workspace.write("test") as work:
            known["user"] = list(work.bulk("user", inserts=[{"name": name} for name in ("김", "Lee", "박")]))
            for entity in reversed(ENTITIES):
                rows = []
                for _ in range(ROWS):
                    row = {f.name: value_for(chance, f, known) for f in REGISTRY[entity].fields}
                    rows.append(row | {"x_grade": chance.choice((None, "A", "B", "한빛"))})
                ids = work.bulk(entity, inserts=rows)
                known[entity] = list(ids)
                held[entity] = {row_id: row | {"id": row_id} for row_id, row in zip(ids, rows, strict=True)}
            work.bulk("account", deletes=known["account"][:5])
        for gone in known["account"][:5]:
            del held["account"][gone]
        workspace.act_as(known["user"][0])
        yield Filled(workspace, held, known)


def naive(entity, part, row, titles=None) -> bool:
    """A filter read as its words say."""
    if isinstance(part, Group):
        held = [naive(entity, one, row) for one in part.parts]
        return all(held) if not part.any else any(held) or not held
    field = REGISTRY[entity].field(part.field)
    value, wanted = row.get(part.field), part.value
    void = value is None or value == "" or (field.type is FieldType.SET and not value)
    match part.test:
        case Test.EMPTY:
            return void
        case Test.FILLED:
            return not void
        case Test.ANY_OF | Test.NONE_OF:
            inside = bool(set(value or ()) & set(wanted)) if field.type is FieldType.SET else value in wanted
            return inside is (part.test is Test.ANY_OF)
        case Test.CONTAINS | Test.LACKS | Test.BEGINS:
            return _worded(field, value, wanted, part.test)
        case Test.IS if field.type is FieldType.BOOLEAN:
            return bool(value) is wanted
        case Test.IS:
            return value == wanted
        case Test.IS_NOT:
            return value != wanted
    if value is None:
        return False
    return {
        Test.AT_LEAST: value >= wanted,
        Test.AT_MOST: value <= wanted,
        Test.ABOVE: value > wanted,
        Test.BELOW: value < wanted,
    }[part.test]


def _worded(field, value, wanted, test) -> bool:
    texts = [one.lower() for one in (value or ())] if field.type is FieldType.SET else [str(value or "").lower()]
    if test is Test.BEGINS:
        return value is not None and texts[0].startswith(wanted.lower())
    found = value is not None and any(wanted.lower() in text for text in texts)
    return not found if test is Test.LACKS else found


@st.composite
def filters(draw, entity):
    field = draw(st.sampled_from([f for f in REGISTRY[entity].fields if TESTS[f.type]]))
    if draw(st.integers(0, 9)) == 0:
        field = REGISTRY[entity].field("x_grade")
    test = draw(st.sampled_from(TESTS[field.type]))
    chance = draw(st.randoms(use_true_random=False))
    known = {target: [ME, "nobody"] for target in ("user", "account", "contact", "opportunity", "stage")}
    single = REGISTRY[entity].field("name") if field.type is FieldType.SET else field
    if test in {Test.EMPTY, Test.FILLED}:
        value = None
    elif test in {Test.ANY_OF, Test.NONE_OF}:
        value = tuple(v for v in (value_for(chance, single, known) for _ in range(3)) if v is not None)
    elif test is Test.DURING:
        value = Period(span=draw(st.sampled_from(Span)), days=draw(st.integers(1, 60)))
    else:
        value = next(v for v in iter(lambda: value_for(chance, single, known), object()) if v is not None)
        value = value.date() if field.type is FieldType.DATETIME else value
    return Filter(field=field.name, test=test, value=value)


@st.composite
def asked(draw):
    entity = draw(st.sampled_from(ENTITIES))
    one = filters(entity)
    group = st.builds(Group, parts=st.lists(one, max_size=3).map(tuple), any=st.booleans())
    return entity, draw(st.lists(st.one_of(one, group), max_size=3).map(tuple))


@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(asked())
def test_sql_finds_exactly_what_a_plain_reading_finds(filled, question):
    entity, parts = question
    workspace, held, _ = filled
    firm = [settled(REGISTRY[entity], part, workspace.today(), workspace.author.user_id) for part in parts]
    wanted = {row_id for row_id, row in held[entity].items() if all(naive(entity, part, row) for part in firm)}
    keys = lists.order(workspace, entity, ListQuery(filters=parts)).keys
    assert set(lists.ids_of(workspace, entity, keys)) == wanted
    assert records.count(workspace, entity, parts) == len(wanted)


def test_text_is_looked_for_in_every_text_column_also_in_what_references_are_called(filled):
    workspace, held, _ = filled
    query = ListQuery(text="한빛", text_fields=("name", "next_step", "account_id", "x_grade"))
    names = {row_id: row["name"] for row_id, row in held["account"].items()}
    wanted = {
        row_id
        for row_id, row in held["opportunity"].items()
        if any("한빛" in str(row[f] or "") for f in ("name", "next_step", "x_grade"))
        or "한빛" in names.get(row["account_id"], "")
    }
    keys = lists.order(workspace, "opportunity", query).keys
    got = set(lists.ids_of(workspace, "opportunity", keys))
    gone = {row_id for row_id, row in held["opportunity"].items() if row["account_id"] not in names}
    assert got - gone == wanted - gone
    assert len(wanted) > 3


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("한비ㅊ", ["[주] 한빛*전자", "한비철강", "한빛산업"]),
        ("한빛ㅅ", ["한빛산업"]),
        ("ㅊ", ["한비철강"]),
        ("한비", ["한비철강"]),
        ("빛*ㅈ", ["[주] 한빛*전자"]),
        ("[주] 한빛*ㅈ", ["[주] 한빛*전자"]),
    ],
)
def test_a_list_finds_what_a_consonant_left_standing_becomes(workspace, typed, wanted):
    for name in ("한빛산업", "한비철강", "[주] 한빛*전자", "누리"):
        records.create(workspace, "account", {"name": name})
    keys = lists.order(workspace, "account", ListQuery(text=typed, sort="name")).keys
    found = [records.get(workspace, "account", one).fields["name"] for one in lists.ids_of(workspace, "account", keys)]
    assert sorted(found) == sorted(wanted)


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_field_sorts_and_groups_the_same_way_in_order_and_groups(filled, entity):
    workspace, held, _ = filled
    for field in REGISTRY[entity].fields:
        query = ListQuery(group=field.name, sort=REGISTRY[entity].title, descending=True, then=(Sort(field="id"),))
        found = lists.order(workspace, entity, query)
        assert len(found.keys) == len(held[entity]) == sum(heap.count for heap in found.heaps)
        assert len({str(heap.value) for heap in found.heaps}) == len(found.heaps)
        start = 0
        for heap in found.heaps:
            part = lists.lines(workspace, entity, found.keys[start : start + heap.count], (field.name,))
            start += heap.count
            assert {_shared(field, line.fields[field.name]) for line in part} == {_plain(heap.value)}


def _shared(field, value):
    if value is None or value == "":
        return None
    if field.type is FieldType.DATE:
        return value.isoformat()[:7]
    if field.type is FieldType.DATETIME:
        return value.astimezone().isoformat()[:7]
    return _plain(value)


def _plain(value):
    import json

    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bool):
        return int(value)
    return json.dumps(list(value), ensure_ascii=False) if isinstance(value, tuple) else value


def test_several_keys_order_one_after_another(filled):
    workspace, held, _ = filled
    query = ListQuery(
        sort="currency", descending=True, then=(Sort(field="amount"), Sort(field="name", descending=True))
    )
    keys = lists.order(workspace, "opportunity", query).keys
    ids = lists.ids_of(workspace, "opportunity", keys)
    rows = [held["opportunity"][row_id] for row_id in ids]
    currencies = [row["currency"] or "" for row in rows]
    assert currencies == sorted(currencies, reverse=True)
    pairs = [(row["currency"], Decimal("-Infinity") if row["amount"] is None else row["amount"]) for row in rows]
    for before, after in pairwise(pairs):
        assert before[0] != after[0] or before[1] <= after[1]


def test_options_follow_in_the_order_the_trade_knows(workspace):
    with workspace.write("test") as work:
        for status in ("sent", "draft", "accepted"):
            work.insert("quote", {"number": status, "status": status})
    keys = lists.order(workspace, "quote", ListQuery(sort="status")).keys
    assert [line.fields["status"] for line in _in_order(workspace, "quote", keys, "status")] == [
        str(option) for option in REGISTRY["quote"].field("status").options if option in {"draft", "sent", "accepted"}
    ]


def _in_order(workspace, entity, keys, *names):
    found = {line.key: line for line in lists.lines(workspace, entity, keys, names)}
    return [found[key] for key in keys]


def test_a_glance_is_the_beginning_of_the_order(filled):
    workspace, _, _ = filled
    for query in (ListQuery(limit=7), ListQuery(sort="close_date", descending=True, limit=7)):
        first = lists.glance(workspace, "opportunity", query, ("name", "account_id"))
        keys = lists.order(workspace, "opportunity", query).keys
        assert [line.key for line in first] == list(keys[:7])
        assert first == tuple(_in_order(workspace, "opportunity", keys[:7], "name", "account_id"))
    assert lists.glance(workspace, "opportunity", ListQuery(sort="amount"), ("name",)) is None
    assert lists.glance(workspace, "opportunity", ListQuery(group="currency"), ("name",)) is None


def test_a_stage_says_whether_it_is_won(workspace):
    pipeline = records.create(workspace, "pipeline", {"name": "p"}).id
    won = records.create(workspace, "stage", {"name": "s", "pipeline_id": pipeline, "kind": "won"}).id
    records.create(workspace, "opportunity", {"name": "a", "pipeline_id": pipeline, "stage_id": won})
    found = lists.glance(workspace, "opportunity", ListQuery(), ("name", "stage_id"))
    assert (found[0].titles, found[0].kinds) == ({"stage_id": "s"}, {"stage_id": "won"})


def test_rows_that_are_gone_are_left_out(workspace):
    ids = [records.create(workspace, "account", {"name": name}).id for name in "abc"]
    keys = lists.order(workspace, "account", ListQuery()).keys
    assert lists.ids_of(workspace, "account", [*keys, 4_000_000_000]) == tuple(ids)
    records.delete(workspace, "account", ids[1])
    assert len(lists.order(workspace, "account", ListQuery()).keys) == 2
    assert lists.order(workspace, "lead", ListQuery()).keys.tolist() == []


def test_sums_are_exact_by_currency_for_small_large_and_broken_amounts(workspace):
    amounts = [
        "0.1",
        "0.2",
        "-0.05",
        "999999999999.99",
        "12345678901234567890.123456",
        "-1",
        "100",
        "1E+3",
        "0.000000000001",
    ]
    with workspace.write("test") as work:
        for n, amount in enumerate(amounts * 7):
            currency = ("KRW", "USD", None)[n % 3]
            work.insert("opportunity", {"name": "x", "amount": Decimal(amount), "currency": currency})
    wanted: Counter = Counter()
    for n, amount in enumerate(amounts * 7):
        wanted[("KRW", "USD", None)[n % 3]] += Decimal(amount)
    found = lists.extent(workspace, "opportunity", Selection(matching=ListQuery()), ("amount",))
    assert found.count == len(amounts) * 7
    assert {part.currency: part.amount for part in found.sums} == dict(wanted)
    heaps = lists.order(workspace, "opportunity", ListQuery(group="currency"), ("amount",)).heaps
    assert {heap.value: heap.sums[0].amount for heap in heaps} == dict(wanted)


def test_a_selection_is_ids_or_all_that_match_but_some(filled):
    workspace, held, known = filled
    some = tuple(known["opportunity"][:9])
    assert lists.extent(workspace, "opportunity", Selection(ids=some)).count == 9
    assert lists.extent(workspace, "opportunity", Selection()).count == 0
    rest = lists.extent(workspace, "opportunity", Selection(matching=ListQuery(), ids=some), ("amount",))
    assert rest.count == ROWS - 9
    wanted = sum(
        row["amount"] or 0 for i, row in held["opportunity"].items() if i not in some and row["currency"] == "KRW"
    )
    assert next(part.amount for part in rest.sums if part.currency == "KRW") == wanted


def test_typing_the_beginning_of_a_title_finds_its_first_row(workspace):
    with workspace.write("test") as work:
        for name in ("가나", "나다", "나라", "Acme"):
            work.insert("account", {"name": name})
    found = lists.place(workspace, "account", ListQuery(), "나")
    assert [line.fields["name"] for line in lists.lines(workspace, "account", [found], ("name",))] == ["나다"]
    down = lists.place(workspace, "account", ListQuery(descending=True), "나")
    assert [line.fields["name"] for line in lists.lines(workspace, "account", [down], ("name",))] == ["나라"]
    assert lists.place(workspace, "account", ListQuery(), "ac") is not None
    assert lists.place(workspace, "account", ListQuery(), "zz") is None


@pytest.mark.parametrize(
    ("entity", "part", "index"),
    [
        ("contact", Filter(field="account_id", test=Test.ANY_OF, value=("a", "b")), "ix_contact_account_id"),
        ("opportunity", Filter(field="owner_id", value="u"), "ix_opportunity_owner_id"),
        ("opportunity", Filter(field="close_date", test=Test.AT_LEAST, value=date(2026, 1, 1)), "list_close_date"),
        ("account", Filter(field="name", value="x"), "ix_account_list_name"),
    ],
)
def test_plain_conditions_are_served_by_their_indexes(workspace, entity, part, index):
    with workspace.read() as session:
        statement = store.select(store.func.count()).where(*filtering.conditions(entity, ListQuery(filters=(part,))))
        text = statement.compile(session.connection().engine, compile_kwargs={"literal_binds": True})
        steps = [row[3] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]
    assert any(index in step for step in steps), steps


def test_no_value_is_ever_part_of_a_statement(workspace):
    nasty = "'; DROP TABLE account; --"
    records.create(workspace, "account", {"name": nasty, "x_own": nasty, "tags": (nasty,)})
    for field in ("name", "x_own", "tags"):
        tests = (Test.CONTAINS,) if field == "tags" else (Test.CONTAINS, Test.IS, Test.BEGINS)
        for test in tests:
            assert records.count(workspace, "account", (Filter(field=field, test=test, value=nasty),)) == 1
    assert records.count(workspace, "account", (Filter(field='x_"odd', value="1"),)) == 0
