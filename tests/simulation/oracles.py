"""What must hold when everybody has come to rest. Each oracle says what is wrong in sentences; no sentence, all is well."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from desktop_crm.domain.schema import REGISTRY, MergeRule
from desktop_crm.domain.schema.codec import encode
from desktop_crm.persistence import outbox
from desktop_crm.persistence.stores.sums import rollups
from desktop_crm.persistence.tables import ROWS
from desktop_crm.sync.merge import Additions, op_of
from desktop_crm.sync.protocol import DELETED, Operation, unpack
from desktop_crm.sync.server import tables
from desktop_crm.sync.server.codec import StoredRow
from desktop_crm.sync.server.scopes import TEAM
from tests.simulation.laptop import Laptop, Typed
from tests.simulation.universe import Universe


@dataclass
class Facts:
    """Everything the server knows, read once."""

    rows: dict[tuple[str, str], StoredRow]
    ops: dict[str, Operation]
    refused: dict[str, str]
    quarantined: set[str]
    lost: dict[tuple[str, str], set[str]]
    lost_values: dict[tuple[str, str], str]
    typed: dict[str, Typed]
    kept_at_home: set[str] = field(default_factory=set)
    """Refused operations in their authors' own quarantine; a server that was restored may not know of them."""
    same_value: dict[tuple[str, str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    """Accepted operations that wrote the same value into the same field: the same value twice is no conflict."""


def read_facts(universe: Universe) -> Facts:
    rows: dict[tuple[str, str], StoredRow] = {}
    with universe.server.store.reading() as books:
        for entity in REGISTRY.names():
            table = tables.ENTITIES[entity]
            ids = [row[0] for row in books.connection.execute(table.select().with_only_columns(table.c.id))]
            rows |= {(entity, key): row for key, row in books.rows(entity, ids).items()}
        kept = books.all(tables.op)
        quarantined = {line["op_id"] for line in books.all(tables.quarantine)}
    ops = {line["op_id"]: unpack(line["body"].encode(), Operation) for line in kept}
    lost: dict[tuple[str, str], set[str]] = defaultdict(set)
    texts: dict[tuple[str, str], str] = defaultdict(str)
    for (entity, _), row in rows.items():
        if entity == "conflict":
            held = row.state.fields
            key = (held["row_id"], held["field"])
            if not row.state.deleted:
                lost[key].add(held["lost_op"])
                texts[key] += "\n" + str(json.loads(held["lost"]))
    typed = {key: one for laptop in universe.laptops for key, one in laptop.typed.items()}
    refused = {line["op_id"]: line["reason"] for line in kept if line["reason"]}
    facts = Facts(rows, ops, refused, quarantined, lost, texts, typed)
    for key, op in ops.items():
        for name in [] if key in refused else [*op.fields, *([DELETED] if op.kind.value in {"del", "undel"} else [])]:
            facts.same_value[op.row, name, repr(_wrote(op, name))].append(key)
    return facts


def judge(universe: Universe) -> list[str]:
    """Everything that is wrong."""
    facts = read_facts(universe)
    found = [line for laptop in universe.laptops for line in laptop.wrong]
    for oracle in (everybody_sees_his_own, nothing_waits, nothing_is_lost, nothing_is_silently_overwritten):
        found += oracle(universe, facts)
    for oracle in (
        rows_lie_where_they_belong,
        sets_are_right,
        texts_hold_every_line,
        units_are_whole,
        private_maps_are_private,
        no_circles,
        sums_are_right,
    ):
        found += oracle(universe, facts)
    return found


def everybody_sees_his_own(universe: Universe, facts: Facts) -> Iterator[str]:
    for laptop in universe.laptops:
        grants = set(universe.session(laptop).grants)
        for entity in REGISTRY:
            expected = {
                key: {name: value for name, value in row.state.fields.items() if value not in (None, [])}
                for (name_of, key), row in facts.rows.items()
                if name_of == entity.name and row.scope in grants and not row.state.deleted
            }
            local = _local_rows(laptop, entity.name)
            for key in sorted(expected.keys() | local.keys()):
                mine, scope = local.get(key, (None, None))
                if mine != expected.get(key):
                    yield f"{laptop.device[0]}: {entity.name} {key} is {mine}, not {expected.get(key)}"
                elif scope not in grants:
                    yield f"{laptop.device[0]}: {entity.name} {key} lies in {scope}"


def _local_rows(laptop: Laptop, entity: str) -> dict[str, tuple[dict[str, Any], str | None]]:
    described = REGISTRY[entity]
    with laptop.database.read() as session:
        return {
            row.id: (
                {
                    name: value
                    for name in described.by_name
                    if (value := encode(described.field(name), row.field_value(name))) not in (None, [])
                },
                row.row_scope,
            )
            for row in session.query(ROWS[entity])
            if row.row_deleted is None
        }


def nothing_waits(universe: Universe, facts: Facts) -> Iterator[str]:
    for laptop in universe.laptops:
        with laptop.database.read() as session:
            connection = session.connection()
            waiting = outbox.count(connection)
            bases = connection.exec_driver_sql("SELECT count(*) FROM sync_base").scalar_one()
            refused = {row[0] for row in connection.exec_driver_sql("SELECT op_id FROM sync_quarantine")}
        if waiting or bases:
            yield f"{laptop.device[0]}: {waiting} operations and {bases} bases wait"
        for op_id in refused:
            if op_id in facts.ops and op_id not in facts.refused and not universe.settings.restores:
                yield f"{laptop.device[0]}: {op_id} is in quarantine here and accepted at the server"
        facts.kept_at_home |= refused
        for op_id, reason in facts.refused.items():
            if op_id in laptop.typed and op_id not in refused:
                yield f"{laptop.device[0]}: {op_id} was refused ({reason}) and the laptop does not say so"


def nothing_is_lost(universe: Universe, facts: Facts) -> Iterator[str]:
    for op_id, typed in facts.typed.items():
        if op_id not in facts.ops and op_id not in facts.kept_at_home:
            yield f"{typed.laptop[0]}: {op_id} ({typed.entity} {typed.fields}) never arrived"
        elif op_id in facts.refused and op_id not in facts.quarantined:
            yield f"{op_id} was refused and is not kept"


def nothing_is_silently_overwritten(universe: Universe, facts: Facts) -> Iterator[str]:
    """An accepted value stands, or is among the versions that led to what stands, or to a value kept as lost."""
    for op_id, typed in facts.typed.items():
        row = facts.rows.get((typed.entity, typed.row_id))
        if op_id in facts.refused or op_id not in facts.ops or typed.entity == "conflict":
            continue
        if row is None:
            yield f"{op_id}: {typed.entity} {typed.row_id} is not there"
            continue
        written = {DELETED: typed.kind == "del"} if typed.kind in {"del", "undel"} else typed.fields
        for name, value in written.items():
            if REGISTRY[typed.entity].field(name).merge is MergeRule.ADD_WINS:
                continue
            heads = {op_of(row.state.version(name)), *facts.lost.get((typed.row_id, name), ())}
            if not _leads_to(facts, name, op_id, value, heads):
                yield f"{op_id}: {typed.entity} {typed.row_id} {name}={value!r} was overwritten without a word"
        if row.state.deleted and typed.kind == "set" and not _deletion_knew(facts, row, typed):
            yield f"{op_id}: {typed.entity} {typed.row_id} {typed.fields} went with a deletion that had not seen it"


def _leads_to(facts: Facts, name: str, op_id: str, value: Any, heads: set[str]) -> bool:
    queue, passed = list(heads), set[str]()
    while queue:
        current = queue.pop()
        if current == op_id:
            return True
        if current in passed:
            continue
        passed.add(current)
        op = facts.ops.get(current)
        if op is None:
            continue
        held = _wrote(op, name)
        if held == value and (name in op.fields or name == DELETED):
            return True
        queue += op.seen.get(name, op.seen.get("", "")).split()
        queue += facts.same_value.get((op.row, name, repr(held)), ())
    return False


def _wrote(op: Operation, name: str) -> Any:
    return op.kind.value == "del" if name == DELETED and op.kind.value in {"del", "undel"} else op.fields.get(name)


def _deletion_knew(facts: Facts, row: StoredRow, typed: Typed) -> bool:
    deletion = facts.ops.get(op_of(row.state.clocks.get(DELETED, "")))
    if deletion is None or deletion.kind.value != "del":
        return True
    for name, value in typed.fields.items():
        if REGISTRY[typed.entity].field(name).merge is MergeRule.ADD_WINS:
            continue
        heads = {*deletion.seen.get(name, deletion.seen.get("", "")).split(), *facts.lost.get((row.id, name), ())}
        if deletion.seen.get("") != typed.op_id and not _leads_to(facts, name, typed.op_id, value, heads):
            return False
    return True


def sets_are_right(universe: Universe, facts: Facts) -> Iterator[str]:
    """The set by its definition: everything ever added, without the additions that removals named."""
    whole: dict[tuple[str, str, str], Additions] = defaultdict(Additions)
    for op_id, op in facts.ops.items():
        if op_id in facts.refused or op.entity not in REGISTRY or op.kind.value in {"del", "undel"}:
            continue
        for name, value in op.fields.items():
            if REGISTRY[op.entity].field(name).merge is MergeRule.ADD_WINS:
                seen = {key.partition("/")[2]: held for key, held in op.seen.items() if key.startswith(f"{name}/")}
                wanted = value or []
                added = frozenset((element, op_id) for element in wanted if element not in seen)
                removed = frozenset(
                    (element, one) for element, held in seen.items() if element not in wanted for one in held.split()
                )
                key = (op.entity, op.row, name)
                whole[key] = whole[key].join(Additions(added, removed))
    for (entity, row_id, name), additions in whole.items():
        row = facts.rows.get((entity, row_id))
        held = tuple(row.state.fields.get(name) or ()) if row else None
        if held != additions.elements:
            yield f"{entity} {row_id} {name} is {held}, not {additions.elements}"


def texts_hold_every_line(universe: Universe, facts: Facts) -> Iterator[str]:
    """People in the simulation only add lines, each of its own; none may be missing from text and conflicts together."""
    for op_id, typed in facts.typed.items():
        note = typed.fields.get("note")
        if not note or op_id in facts.refused or op_id not in facts.ops:
            continue
        row = facts.rows.get((typed.entity, typed.row_id))
        there = str(row.state.fields.get("note")) if row else ""
        there += facts.lost_values.get((typed.row_id, "note"), "")
        missing = set(note.split("\n")) - set(there.split("\n"))
        if missing:
            yield f"{op_id}: {sorted(missing)} is missing from the note of {typed.row_id}"


def units_are_whole(universe: Universe, facts: Facts) -> Iterator[str]:
    for (entity, key), row in facts.rows.items():
        amount = row.state.fields.get("amount")
        if entity == "opportunity" and amount is not None:
            currency = ("KRW", "USD", "EUR")[int(amount) % 3]
            if row.state.fields.get("currency") != currency:
                yield f"{key}: {amount} {row.state.fields.get('currency')} was never typed together"


def rows_lie_where_they_belong(universe: Universe, facts: Facts) -> Iterator[str]:
    def scope_of(entity: str, key: str) -> str:
        found = facts.rows.get((entity, key))
        return found.scope if found else ""

    with universe.server.store.reading() as books:
        rule, shared = universe.server.scopes(books), {line["account_id"] for line in books.all(tables.share)}
    for (entity, key), row in facts.rows.items():
        expected = rule.scope_of(REGISTRY[entity], key, row.state.fields, shared, scope_of)
        if entity == "conflict":
            expected = scope_of(str(row.state.fields["entity"]), str(row.state.fields["row_id"])) or TEAM
        if row.scope != expected and not row.state.deleted:
            yield f"{entity} {key} lies in {row.scope}, not in {expected}"


def private_maps_are_private(universe: Universe, facts: Facts) -> Iterator[str]:
    """Told without asking the server who may see what."""
    members = [row.state.fields for (entity, _), row in facts.rows.items() if entity == "account_member"]
    living = [f for row, f in zip(_of(facts, "account_member"), members, strict=True) if not row.state.deleted]
    for drawn in _of(facts, "stakeholder_map"):
        held = drawn.state.fields
        if not held.get("private") or drawn.state.deleted:
            continue
        team = {
            held.get("owner_id"),
            *(m.get("user_id") for m in living if m.get("account_id") == held.get("account_id")),
        }
        for laptop in universe.laptops:
            has = drawn.id in _local_rows(laptop, "stakeholder_map") or any(
                fields.get("map_id") == drawn.id for fields, _ in _local_rows(laptop, "map_node").values()
            )
            if has != (laptop.user_id in team):
                yield f"{laptop.device[0]}: the private map {drawn.id} is {'here' if has else 'not here'}"


def _of(facts: Facts, entity: str) -> list[StoredRow]:
    return [row for (name, _), row in facts.rows.items() if name == entity]


def no_circles(universe: Universe, facts: Facts) -> Iterator[str]:
    for entity, key in facts.rows:
        if entity != "account":
            continue
        step, passed = key, set[str]()
        while step and step not in passed:
            passed.add(step)
            row = facts.rows.get(("account", step))
            step = row.state.fields.get("parent_id") if row else None
        if step == key:
            yield f"account {key} is its own ancestor"


def sums_are_right(universe: Universe, facts: Facts) -> Iterator[str]:
    """The laptop's sums, kept up step by step while rows came and went, against the sums made anew."""
    question = "SELECT account_id, currency, open, weighted, won FROM account_total WHERE open<>'0' ORDER BY 1, 2"
    for laptop in universe.laptops:
        with laptop.database.writing() as connection:
            kept = [tuple(row) for row in connection.exec_driver_sql(question)]
            rollups.rebuild(connection)
            anew = [tuple(row) for row in connection.exec_driver_sql(question)]
        if kept != anew:
            yield f"{laptop.device[0]}: sums are {kept}, not {anew}"
