"""What hangs on a card of a map comes back with the card: a deletion that an edit took back gives up the whole of its act.

1.  A line, a tie, a piece of evidence or a report that somebody wrote keeps the card it hangs on, if another deleted that meanwhile.
2.  A card that was kept against a deletion, or came back, gets back what the same act took off with it: its lines to cards that are
    there, its ties and evidence, and those who reported to it, unless they were moved since. No circle arises from it.
3.  Nothing comes back to a card of whose person the thoughts were erased.

Runs inside the commit, after the merge rules, as `aftermath` does; must not touch what was deleted by another act.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from desktop_crm.domain.stakeholders.erased import CARD, MARK
from desktop_crm.foundation.hlc import Stamp, read_stamp
from desktop_crm.sync.merge import ROW, RowState, op_of, stamp_of
from desktop_crm.sync.protocol import DELETED, Operation, OpKind
from desktop_crm.sync.server.codec import StoredRow
from desktop_crm.sync.server.ledger import SERVER_DEVICE, Ledger
from desktop_crm.sync.server.reviving import revive

BOSS: Final = "reports_to_id"
_MAP: Final = "map_id"
_HANGS: Final = {"map_edge": ("source_id", "target_id"), "map_tie": ("node_id",), "map_evidence": ("node_id",)}
_DEEPEST: Final = 10_000


class Done(Protocol):
    """An operation that was accepted, and the row as it was before."""

    @property
    def op(self) -> Operation: ...

    @property
    def before(self) -> RowState: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """A card that stands although this operation deleted it."""

    card: str
    deletion: Operation


def bring_back(ledger: Ledger, applied: Iterable[Done]) -> None:
    """All of the rules above."""
    done = [one for one in applied if one.op.entity == CARD or one.op.entity in _HANGS]
    kept = [*_kept_by_edits(ledger, done), *_kept_by_what_hangs(ledger, done)]
    for one in kept:
        card = ledger.row(CARD, one.card)
        if not one.deletion.tx or card.state.deleted or card.state.fields.get(MARK):
            continue
        _bring_parts(ledger, one)
        _bring_reports(ledger, one)


def _kept_by_edits(ledger: Ledger, done: list[Done]) -> Iterator[_Kept]:
    """Cards whose deletion lost, whichever of the two came first."""
    for one in done:
        if one.op.entity != CARD or ledger.row(CARD, one.op.row).state.deleted:
            continue
        if one.op.kind is OpKind.DELETE:
            yield _Kept(card=one.op.row, deletion=one.op)
        elif one.before.deleted and one.op.kind is not OpKind.UNDELETE:
            deletion = ledger.operation(op_of(one.before.version(DELETED)))
            if deletion is not None:
                yield _Kept(card=one.op.row, deletion=deletion)


def _kept_by_what_hangs(ledger: Ledger, done: list[Done]) -> Iterator[_Kept]:
    """Cards that come back because of what hangs on them: written now, or before the deletion that had not seen it."""
    for one in done:
        row = ledger.row(one.op.entity, one.op.row)
        if one.op.kind is OpKind.SET and not row.state.deleted:
            for end in _HANGS.get(one.op.entity) or ((BOSS,) if BOSS in one.op.fields else ()):
                card = ledger.row(CARD, str(row.state.fields.get(end)))
                if card.state.exists and card.state.deleted:
                    yield from _revived(ledger, card)
    deleted = {one.op.row: one for one in done if one.op.entity == CARD and one.op.kind is OpKind.DELETE}
    for row_id in _held(ledger, {row_id: one for row_id, one in deleted.items() if not one.before.deleted}):
        card = ledger.row(CARD, row_id)
        if card.state.deleted:
            yield from _revived(ledger, card)


def _held(ledger: Ledger, deleted: Mapping[str, Done]) -> list[str]:
    """Those of the deleted cards on which something hangs that was written elsewhere than the deletion."""
    held = dict[str, None]()
    for entity, ends in {**_HANGS, CARD: (BOSS,)}.items() if deleted else ():
        for end in ends:
            for row in ledger.holding(entity, end, list(deleted)):
                card_id = str(row.state.fields[end])
                here = _device(deleted[card_id].op.stamp)
                versions = [row.state.version(BOSS)] if entity == CARD else list(row.state.clocks.values())
                if {_device(stamp_of(one)) for one in versions if one} - {here, SERVER_DEVICE}:
                    held[card_id] = None
    return list(held)


def _device(stamp: str) -> str:
    return read_stamp(Stamp(stamp))[2]


def _revived(ledger: Ledger, card: StoredRow) -> Iterator[_Kept]:
    """Bring a card back, and tell the deletion that lost."""
    deletion = ledger.operation(revive(ledger, CARD, card))
    if deletion is not None:
        yield _Kept(card=card.id, deletion=deletion)


def _bring_parts(ledger: Ledger, kept: _Kept) -> None:
    for entity, ends in _HANGS.items():
        found = {row.id: row for end in ends for row in ledger.holding(entity, end, [kept.card], deleted=True)}
        for _, row in sorted(found.items()):
            lost = op_of(row.state.version(DELETED))
            cards = [ledger.row(CARD, str(row.state.fields.get(end))).state for end in ends]
            if _of_act(ledger, lost, kept) and all(card.exists and not card.deleted for card in cards):
                ledger.set_deleted(row, "with_card", lost, deleted=False)


def _bring_reports(ledger: Ledger, kept: _Kept) -> None:
    whole = ledger.row(CARD, kept.card).state.fields.get(_MAP)
    for row_id in ledger.find(CARD, _MAP, str(whole)):
        row = ledger.row(CARD, row_id)
        moved = op_of(row.state.version(BOSS))
        rose = _of_act(ledger, moved, kept) and _boss_before(ledger, moved) == kept.card
        if rose and not _is_above(ledger, row_id, kept.card):
            ledger.write_own(row, {BOSS: kept.card}, "with_card", moved)


def _of_act(ledger: Ledger, op_id: str, kept: _Kept) -> bool:
    """Whether an operation is of the act that deleted the card."""
    op = ledger.operation(op_id)
    return op is not None and op.tx == kept.deletion.tx


def _boss_before(ledger: Ledger, op_id: str) -> str | None:
    """To whom somebody reported before this operation."""
    op = ledger.operation(op_id)
    if op is None or BOSS not in op.fields:
        return None
    seen = ledger.operation(op.seen.get(BOSS, op.seen.get(ROW, "")))
    return seen.fields.get(BOSS) if seen is not None else None


def _is_above(ledger: Ledger, row_id: str, below: str) -> bool:
    """Whether a card is, or is above, another one."""
    current: str | None = below
    for _ in range(_DEEPEST):
        if current is None or current == row_id:
            return current == row_id
        current = ledger.row(CARD, current).state.fields.get(BOSS)
    return True
