"""Numbers: never twice, never with a gap where there need be none, whatever the workspace's standing with a server."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import DeviceId, new_device_id
from desktop_crm.persistence.numbers import device_code, next_number
from desktop_crm.persistence.tables.quotes import QuoteRow

DAY = date(2026, 11, 23)


def take(workspace, day=DAY, *, keep=True):
    with workspace.write("test") as work:
        number = next_number(work, "quote", day)
        if keep:
            work.insert("quote", {"number": number})
    return number


def counters(workspace):
    with workspace.read() as session:
        rows = session.connection().exec_driver_sql("SELECT series, kind, next, until FROM number_lease ORDER BY 1, 2")
        return [tuple(row) for row in rows]


def join(workspace, *leases):
    with workspace.database.writing() as connection:
        connection.exec_driver_sql("INSERT OR REPLACE INTO sync_state (name, value) VALUES ('server_id', 'server')")
        for series, first, last in leases:
            connection.exec_driver_sql(
                "INSERT OR REPLACE INTO number_lease (series, kind, next, until) VALUES (?, 'leased', ?, ?)",
                (series, first, last),
            )


def test_a_workspace_alone_counts_from_one_and_each_year_anew(workspace):
    assert [take(workspace) for _ in range(3)] == ["Q-2026-0001", "Q-2026-0002", "Q-2026-0003"]
    assert take(workspace, date(2027, 1, 1)) == "Q-2027-0001"
    assert take(workspace, date(2026, 12, 31)) == "Q-2026-0004"
    assert counters(workspace) == [("quote:2026", "own", 5, None), ("quote:2027", "own", 2, None)]


def test_a_refused_act_gives_its_number_back(workspace):
    take(workspace)

    given: list[str] = []

    def refused() -> None:
        with workspace.write("test") as work:
            given.append(next_number(work, "quote", DAY))
            work.get(QuoteRow, "nothing")

    with pytest.raises(Refusal):
        refused()
    assert given == ["Q-2026-0002"]
    assert take(workspace) == "Q-2026-0002"


def test_numbers_beyond_four_digits_go_on(workspace):
    with workspace.write("test") as work:
        work.insert("quote", {"number": "Q-2026-9999"})
    assert [take(workspace) for _ in range(2)] == ["Q-2026-10000", "Q-2026-10001"]


def test_a_deleted_quotes_number_is_not_given_again(workspace):
    with workspace.write("test") as work:
        number = next_number(work, "quote", DAY)
        quote = work.insert("quote", {"number": number})
    with workspace.write("test") as work:
        work.delete("quote", quote)
        work.connection.exec_driver_sql("DELETE FROM number_lease")
    assert take(workspace) == "Q-2026-0002"


def test_a_leased_block_is_used_up_before_the_code_is_needed(workspace):
    join(workspace, ("quote:2026", 101, 102))
    code = device_code(workspace.author.device_id)
    given = [take(workspace) for _ in range(4)]
    assert given == ["Q-2026-0101", "Q-2026-0102", f"Q-2026-{code}-0001", f"Q-2026-{code}-0002"]
    join(workspace, ("quote:2026", 201, 210))
    assert take(workspace) == "Q-2026-0201"


def test_the_block_of_another_year_is_left_alone(workspace):
    join(workspace, ("quote:2025", 5, 9))
    assert device_code(workspace.author.device_id) in take(workspace)
    assert ("quote:2025", "leased", 5, 9) in counters(workspace)


def test_a_leased_number_that_was_given_before_the_lease_is_passed_over(workspace):
    own = [take(workspace) for _ in range(3)]
    join(workspace, ("quote:2026", 1, 50))
    assert take(workspace) == "Q-2026-0004"
    assert own == ["Q-2026-0001", "Q-2026-0002", "Q-2026-0003"]


def test_two_laptops_offline_never_give_the_same_number(new_workspace):
    left, right = new_workspace("left"), new_workspace("right")
    for laptop in (left, right):
        join(laptop)
    given = [take(laptop) for laptop in (left, right) for _ in range(20)]
    assert len(set(given)) == 40


def test_writers_on_many_threads_get_many_numbers(workspace):
    given: list[str] = []

    def work() -> None:
        for _ in range(5):
            given.append(take(workspace))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == [f"Q-2026-{number:04d}" for number in range(1, 21)]


@given(device=st.text("0123456789abcdef", min_size=12, max_size=12))
def test_a_code_is_four_plain_signs_and_always_the_same(device):
    code = device_code(DeviceId(device))
    assert len(code) == 4
    assert code.isascii()
    assert code.isupper()
    assert code[0].isalpha()
    assert not set(code) & set("IO01")
    assert device_code(DeviceId(device)) == code


def test_codes_of_different_laptops_mostly_differ():
    codes = {device_code(new_device_id()) for _ in range(200)}
    assert len(codes) >= 195
