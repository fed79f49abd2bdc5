"""Rights that come and go while a pull is under way, page by page: what is not granted at its end is not here."""

from __future__ import annotations

import msgspec
import pytest

from desktop_crm.sync.client.drive import ask
from desktop_crm.sync.protocol import Pull
from desktop_crm.sync.server import snapshots
from desktop_crm.sync.server.scopes import Scopes
from tests.sync.peers import assert_level, team

KOREA = "territory:KR"


def page_by_page(made, name, between):
    """One run with pages of one row; `between(n)` is called before the n-th page is asked for."""
    laptop, pages = made[name], 0
    steps = laptop.engine.run(let_leave=True)
    question = next(steps)
    try:
        while True:
            if isinstance(question, Pull):
                between(pages)
                pages += 1
                question = msgspec.structs.replace(question, limit=1)
            question = steps.send(ask(made.server.conversation(made.session(laptop)), question))
    except StopIteration:
        return pages


@pytest.fixture
def divided():
    with team("a", "b", scopes=Scopes("country")) as made:
        with made.server.store.writing() as books:
            books.give("user-a", KOREA, "rw")
        for n in range(4):
            made["a"].make("account", name=f"Korean {n}", country="KR")
            made["a"].make("account", name=f"anybody's {n}")
            made.sync("a")
        yield made


def test_a_grant_that_ends_between_two_pages_leaves_nothing(divided):
    made = divided
    made.sync("b")
    with made.server.store.writing() as books:
        books.give("user-b", KOREA, "r")

    def between(page):
        if page == 2:
            held.append(len(made["b"].rows("account")))
            with made.server.store.writing() as books:
                books.revoke("user-b", KOREA)

    held: list[int] = []
    pages = page_by_page(made, "b", between)
    assert pages > 2
    assert held[0] > 4
    assert {row["name"][:6] for row in made["b"].rows("account").values()} == {"anybod"}
    made.sync("b")
    assert len(made["b"].rows("account")) == 4


def test_all_rights_gone_after_the_ready_file_leave_nothing(divided, monkeypatch):
    made = divided
    monkeypatch.setattr(snapshots, "WORTH_IT", 1)

    def between(_page):
        with made.server.store.writing() as books:
            books.revoke("user-b", "team")

    page_by_page(made, "b", between)
    assert made["b"].rows("account") == {}
    with made.server.store.writing() as books:
        books.give("user-b", "team", "rw")
        books.give("user-b", KOREA, "rw")
    assert_level(made)
