"""One page of a pull: what happened after the cursors in the scopes the caller may read, in one snapshot."""

from __future__ import annotations

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.sync.protocol import ROWS_PER_PAGE, Pull, PullAnswer, Standing, WireExit, WireRow
from desktop_crm.sync.server.audit import digests
from desktop_crm.sync.server.books import Books, FeedLine
from desktop_crm.sync.server.purge import is_behind
from desktop_crm.sync.server.session import Session

_ORDER = {name: place for place, name in enumerate(REGISTRY.names())}


def answer_pull(books: Books, session: Session, pull: Pull) -> PullAnswer:
    """The page. Commits are never split; cursors never pass a commit that is not in the page or before it."""
    head = books.head()
    if not books.knows(pull.hw) or is_behind(head, pull.hw):
        return PullAnswer(standing=Standing.RESET, hw=head.token, now=head.clock)
    limit = min(max(pull.limit, 1), ROWS_PER_PAGE)
    known = {scope: max(pull.cursors.get(scope, 0), 0) for scope in session.grants}
    lines, until, more = _page(books, known, limit)
    cursors = {scope: max(seq, until if more else head.seq) for scope, seq in known.items()}
    return PullAnswer(
        standing=Standing.OK,
        hw=head.token,
        now=head.clock,
        grants=dict(session.grants),
        purge=sorted(set(pull.cursors) - set(session.grants)),
        rows=_rows(books, lines),
        exits=[
            WireExit(entity=line.entity, id=line.row_id, scope=line.scope, seq=line.seq)
            for line in lines
            if line.kind == "exit"
        ],
        cursors=cursors,
        more=more,
        digests={} if more or not pull.audit else digests(books, session.grants, pull.audit),
    )


def _page(books: Books, known: dict[str, int], limit: int) -> tuple[list[FeedLine], int, bool]:
    lines = books.feed(known, limit + 1)
    if len(lines) <= limit:
        return lines, 0, False
    cut = lines[limit].seq
    whole = [line for line in lines if line.seq < cut]
    if whole:
        return whole, cut - 1, True
    scopes = [scope for scope, seq in known.items() if seq < cut]
    return books.feed_of_commit(scopes, cut), cut, True


def _rows(books: Books, lines: list[FeedLine]) -> list[WireRow]:
    """The rows as they stand, referred-to entities first."""
    wanted: dict[str, list[str]] = {}
    for line in lines:
        if line.kind == "row" and line.entity in _ORDER:
            wanted.setdefault(line.entity, []).append(line.row_id)
    rows: list[WireRow] = []
    for entity in sorted(wanted, key=_ORDER.__getitem__):
        found = books.rows(entity, wanted[entity])
        rows += [found[row_id].on_wire() for row_id in wanted[entity] if row_id in found]
    return rows
