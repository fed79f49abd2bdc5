"""The search index beside a naive model: whatever is written, changed, deleted and brought back, both find the same rows."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from desktop_crm.domain import text
from desktop_crm.persistence.search import number
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import search
from desktop_crm.services.workspace import Workspace, init_workspace

SYLLABLES = "한빛전자대양서림"
NAMES = some.text(SYLLABLES + " ", min_size=1, max_size=7).filter(str.strip)
QUERIES = some.text(SYLLABLES, min_size=1, max_size=4)


class SearchMachine(RuleBasedStateMachine):
    """Accounts and leads; a lead's company is found too."""

    live: Bundle[str] = Bundle("live")
    gone: Bundle[str] = Bundle("gone")

    @initialize()
    def open_a_workspace(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.workspace: Workspace = init_workspace(Path(self.folder.name) / "w.crm", name="w", secrets=MemoryStore())
        self.texts: dict[str, tuple[str, ...]] = {}
        self.deleted: dict[str, tuple[str, ...]] = {}
        self.entity: dict[str, str] = {}

    @rule(target=live, name=NAMES)
    def add_an_account(self, name: str) -> str:
        with self.workspace.write("test") as work:
            row = work.insert("account", {"name": name})
        self.texts[row], self.entity[row] = (name,), "account"
        return row

    @rule(target=live, name=NAMES, company=NAMES)
    def add_a_lead(self, name: str, company: str) -> str:
        with self.workspace.write("test") as work:
            row = work.insert("lead", {"name": name, "company": company})
        self.texts[row], self.entity[row] = (name, company), "lead"
        return row

    @rule(target=live, names=some.lists(NAMES, min_size=1, max_size=5))
    def add_many(self, names: list[str]) -> object:
        with self.workspace.write("test") as work:
            rows = work.bulk("account", inserts=[{"name": name} for name in names])
        for row, name in zip(rows, names, strict=True):
            self.texts[row], self.entity[row] = (name,), "account"
        return multiple(*rows)

    @rule(row=live, name=NAMES)
    def rename(self, row: str, name: str) -> None:
        if row not in self.texts:
            return
        with self.workspace.write("test") as work:
            work.update(self.entity[row], row, {"name": name})
        self.texts[row] = (name, *self.texts[row][1:])

    @rule(row=live, first=NAMES, second=NAMES)
    def rename_twice_in_one_transaction(self, row: str, first: str, second: str) -> None:
        if row not in self.texts:
            return
        with self.workspace.write("test") as work:
            work.update(self.entity[row], row, {"name": first})
            work.update(self.entity[row], row, {"name": second})
        self.texts[row] = (second, *self.texts[row][1:])

    @rule(target=gone, row=consumes(live))
    def delete(self, row: str) -> str:
        if row in self.texts:
            with self.workspace.write("test") as work:
                work.delete(self.entity[row], row)
            self.deleted[row] = self.texts.pop(row)
        return row

    @rule(target=live, row=consumes(gone))
    def bring_back(self, row: str) -> str:
        if row in self.deleted:
            with self.workspace.write("test") as work:
                work.restore(self.entity[row], row)
            self.texts[row] = self.deleted.pop(row)
        return row

    @rule(query=QUERIES)
    def finds_what_a_naive_search_finds(self, query: str) -> None:
        found = {hit.id for hit in search.find(self.workspace, query, limit=200)}
        assert found == {row for row, texts in self.texts.items() if any(_holds(one, query) for one in texts)}

    @rule(query=QUERIES)
    def finds_by_initials(self, query: str) -> None:
        typed = text.initials(query)
        found = {hit.id for hit in search.find(self.workspace, typed, limit=200)}
        assert found == {row for row, texts in self.texts.items() if any(typed in text.initials(one) for one in texts)}

    @invariant()
    def one_line_for_each_row(self) -> None:
        if hasattr(self, "workspace"):
            with self.workspace.read() as session:
                connection = session.connection()
                titles = connection.exec_driver_sql("SELECT kind, place FROM search_title").all()
                texts = connection.exec_driver_sql("SELECT id FROM search_text_docsize").scalars().all()
            assert sorted(number(*title) for title in titles) == sorted(texts)
            assert len(texts) == len(self.texts)

    def teardown(self) -> None:
        if hasattr(self, "workspace"):
            self.workspace.close()
            self.folder.cleanup()


def _holds(stored: str, query: str) -> bool:
    """Hangul without its gaps; two syllables over a gap count as neighbours, as they do when people leave a gap out."""
    return query in text.compact(stored)


SearchMachine.TestCase.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
TestSearchMachine = SearchMachine.TestCase
