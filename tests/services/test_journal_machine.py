"""Random acts of this user and of a colleague, undo, redo and restarts, against a model that keeps whole states.

As long as nobody else writes, undo and redo walk through exactly the states that were there. What a colleague wrote is never
lost by any of it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import UserId
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import accounts, importing, records
from desktop_crm.services.journal import Journal, begin_here
from desktop_crm.services.workspace import init_workspace, open_workspace
from tests.persistence.random_work import live

NUMBER = st.integers(0, 99)
WORD = st.sampled_from(["한빛", "대양", "서림", "Nova"])
FIELD = st.sampled_from(["phone", "industry", "website"])


def refusal_of(step):
    """The code of the rule that refused, or None."""
    try:
        step()
    except Refusal as refusal:
        return refusal.code
    return None


class JournalMachine(RuleBasedStateMachine):
    """`done` and `undone` hold (state before, state after) of each act, the next one last."""

    @initialize()
    def open_a_workspace(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.secrets = MemoryStore()
        self.path = Path(self.folder.name) / "w.crm"
        self.workspace = init_workspace(self.path, name="w", secrets=self.secrets)
        me = records.create(self.workspace, "user", {"name": "나"}).id
        self.colleague = records.create(self.workspace, "user", {"name": "이서연"}).id
        self.workspace.act_as(UserId(me))
        begin_here(self.workspace)
        self.journal = Journal(self.workspace)
        self.done: list = []
        self.undone: list = []
        self.theirs: dict = {}

    def state(self):
        with self.workspace.read() as session:
            return live(session, "account", "contact")

    def rows(self, entity="account"):
        return sorted(row_id for name, row_id in self.state() if name == entity)

    def pick(self, number, entity="account"):
        rows = self.rows(entity)
        return rows[number % len(rows)] if rows else None

    def act(self, do) -> None:
        """Do something; when it wrote anything, it is the next act to undo."""
        before = self.state()
        try:
            do()
        except Refusal:
            assert self.state() == before
            return
        after = self.state()
        if after != before:
            self.done.append((before, after))
            self.undone.clear()

    @rule(name=WORD)
    def add(self, name) -> None:
        self.act(lambda: accounts.create(self.workspace, name))

    @rule(number=NUMBER, name=WORD)
    def add_a_contact(self, number, name) -> None:
        account = self.pick(number)
        self.act(lambda: records.create(self.workspace, "contact", {"name": name, "account_id": account}))

    @rule(number=NUMBER, field=FIELD, value=WORD | st.none())
    def edit(self, number, field, value) -> None:
        row = self.pick(number)
        if row:
            self.act(lambda: records.set_fields(self.workspace, "account", row, {field: value}))

    @rule(field=FIELD, value=WORD)
    def edit_many(self, field, value) -> None:
        def bulk() -> None:
            with self.workspace.write("lists.set_fields") as work:
                work.bulk("account", updates=[(row, {field: value}) for row in self.rows()])

        self.act(bulk)

    @rule(number=NUMBER, below=NUMBER | st.none())
    def move(self, number, below) -> None:
        row, parent = self.pick(number), None if below is None else self.pick(below)
        if row:
            self.act(lambda: accounts.move(self.workspace, [row], parent))

    @rule(number=NUMBER, whole=st.booleans())
    def delete(self, number, whole) -> None:
        row = self.pick(number)
        if row:
            self.act(lambda: accounts.delete(self.workspace, [row], with_children=whole))

    @rule(names=st.lists(WORD, min_size=1, max_size=3, unique=True), phone=WORD)
    def bring_in(self, names, phone) -> None:
        file = Path(self.folder.name) / "accounts.csv"
        file.write_text("account name,phone\n" + "".join(f"{name},{phone}\n" for name in names), encoding="utf-8")
        self.act(lambda: importing.run(self.workspace, importing.inspect([file])))

    @rule()
    def undo(self) -> None:
        self.turn(self.done, self.undone, self.journal.undo, 0)

    @rule()
    def redo(self) -> None:
        self.turn(self.undone, self.done, self.journal.redo, 1)

    def turn(self, source, goal, step, side) -> None:
        before, turned = self.state(), []
        refused = refusal_of(lambda: turned.append(step()))
        if refused is None:
            goal.append(source.pop())
            if not self.theirs:
                assert turned[0].kept == ()
                assert self.state() == goal[-1][side]
            return
        assert self.state() == before
        if refused in {"undo.nothing", "redo.nothing"}:
            assert not source
        else:
            assert self.theirs
            source.pop()

    @precondition(lambda self: self.done)
    @rule(number=NUMBER)
    def undo_one_in_the_middle(self, number) -> None:
        entries = [entry for entry in self.journal.entries() if not entry.undone]
        if not entries:
            return
        entry, before = entries[number % len(entries)], self.state()
        refused = refusal_of(lambda: self.journal.undo(entry.id))
        if refused is not None:
            assert entry.refusal is None or refused == entry.refusal.code
            assert self.state() == before
            return
        # and at once back: what was taken out of the middle can be put in again
        assert entry.refusal is None
        self.journal.redo(entry.id)
        if not self.theirs:
            assert self.state() == before
        self.begin_anew()

    def begin_anew(self) -> None:
        """The order of undo is another now; go on from here."""
        begin_here(self.workspace)
        self.journal = Journal(self.workspace)
        self.done, self.undone = [], []

    @rule()
    def restart(self) -> None:
        self.workspace.close()
        self.workspace = open_workspace(self.path, secrets=self.secrets)
        self.journal = Journal(self.workspace)

    @rule(number=NUMBER, field=FIELD, value=WORD)
    def a_colleague_writes(self, number, field, value) -> None:
        row = self.pick(number)
        if not row:
            return
        me = self.workspace.author
        self.workspace.author = type(me)(user_id=UserId(self.colleague), device_id=me.device_id)
        with self.workspace.write("sync") as work:
            work.update("account", row, {field: value})
        self.workspace.author = me
        if work.changes:
            self.theirs[row, field] = value

    @rule()
    def a_colleagues_words_are_forgotten(self) -> None:
        """From here on the states can be compared again."""
        self.theirs = {}
        self.begin_anew()

    @invariant()
    def the_journal_counts_what_the_model_counts(self) -> None:
        if hasattr(self, "journal") and not self.theirs:
            stack = self.journal.look()
            assert (stack.done, stack.undone) == (len(self.done), len(self.undone))

    @invariant()
    def nobody_stands_above_himself(self) -> None:
        if hasattr(self, "workspace"):
            above = {
                row_id: values.get("parent_id") for (name, row_id), values in self.state().items() if name == "account"
            }
            for row in above:
                seen, node = set(), row
                while node in above:
                    assert node not in seen
                    seen.add(node)
                    node = above[node]

    def teardown(self) -> None:
        if hasattr(self, "workspace"):
            self.workspace.close()
            self.folder.cleanup()


JournalMachine.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestJournalMachine = JournalMachine.TestCase
