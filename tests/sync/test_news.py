"""News from the server: a colleague's change is heard at once, and a line that ends never holds anybody up."""

from __future__ import annotations

import queue
import threading
from contextlib import contextmanager

import pytest

from desktop_crm.services import records
from desktop_crm.services import sync as service
from desktop_crm.services.sync_account import account_of
from desktop_crm.services.sync_news import Listening
from desktop_crm.sync.client.news import NewsLine
from tests.sync.faulty import answering, http
from tests.sync.test_service import pair, server

__all__ = ["pair", "server"]
PATIENCE = 30


@contextmanager
def listening(workspace):
    """A thread that listens, and what it hears; `None` when its line has ended."""
    heads, line = queue.Queue(), Listening(workspace)

    def run():
        line.run(heads.put)
        heads.put(None)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield heads, line
    finally:
        line.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def heard_above(heads, known):
    while True:
        head = heads.get(timeout=PATIENCE)
        assert head is not None, "the line ended"
        if head > known:
            return head


def test_a_colleagues_change_is_heard_as_soon_as_it_is_at_the_server(pair):
    first, second = pair
    with listening(first) as (heads, _):
        known = heads.get(timeout=PATIENCE)
        row = records.create(second, "account", {"name": "한빛"}).id
        cursor = service.sync_now(second).cursor
        assert heard_above(heads, known) <= cursor
        assert service.sync_now(first).pulled == 1
        assert records.get(first, "account", row).fields["name"] == "한빛"


def test_a_line_that_is_stopped_ends_under_the_thread_that_waits_for_it(pair):
    with listening(pair[0]) as (heads, line):
        assert heads.get(timeout=PATIENCE) is not None
        line.stop()
        assert heads.get(timeout=PATIENCE) is None
    stopped = Listening(pair[0])
    stopped.stop()
    stopped.run(pytest.fail)


def test_a_workspace_without_a_server_hears_nothing(new_workspace):
    Listening(new_workspace()).run(pytest.fail)


class Tokens:
    """Credentials that are no good."""

    def access(self):
        return "not a token"

    def refresh(self):
        raise AssertionError("renewing is the business of a run")

    keep = refresh


def test_a_token_that_is_over_ends_the_line_and_renews_nothing(pair):
    url = account_of(pair[0]).url
    assert list(NewsLine(url, Tokens()).heads()) == []
    service.sync_now(pair[0])


@pytest.mark.parametrize(
    "answer",
    [
        http(b"<html>hotel</html>"),
        http(b"data: x\n\ndata: -1\n\ndata: " + b"9" * 400 + b"\n\n"),
        b"",
        b"nonsense\r\n\r\n",
    ],
)
def test_garbage_on_the_line_is_no_news_and_no_error(answer):
    with answering(answer) as url:
        assert list(NewsLine(url, Tokens()).heads()) == []


def test_numbers_on_the_line_are_heads():
    with answering(http(b": still here\n\nevent: head\ndata: 7\n\nevent: head\ndata:8\n\n")) as url:
        assert list(NewsLine(url, Tokens()).heads()) == [7, 8]


def test_a_server_that_is_away_ends_the_line():
    assert list(NewsLine("http://127.0.0.1:9", Tokens()).heads()) == []
