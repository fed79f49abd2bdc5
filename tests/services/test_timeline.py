"""The timeline of every kind of record: all sources in one order, windows that lose nothing, filters, words, exchanges."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from desktop_crm.services import activities, records, timeline
from desktop_crm.services.pipeline import ensure_pipeline, pipelines
from desktop_crm.services.timeline import LAST_PLACE, Asked, Sort, place_of

NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture
def held(workspace):
    """An account with one thing of each kind."""
    ensure_pipeline(workspace)
    first, second = pipelines(workspace)[0].stages[:2]
    make = lambda entity, **fields: records.create(workspace, entity, fields).id
    account = make("account", name="한빛전자")
    below = make("account", name="한빛 구미", parent_id=account)
    contact = make("contact", name="김민준", account_id=account)
    deal = make("opportunity", name="증설", account_id=account, stage_id=first.id)
    records.set_fields(workspace, "opportunity", deal, {"stage_id": second.id})
    quote = make("quote", number="Q-1", name="증설 견적", account_id=account, opportunity_id=deal, contact_id=contact)
    contract = make("contract", name="유지보수", account_id=account, quote_id=quote)
    records.set_fields(workspace, "contract", contract, {"renewal_date": date(2027, 1, 31)})
    for n, kind in enumerate(("visit", "call", "mail", "meeting", "note")):
        activities.log(
            workspace,
            kind,
            f"{kind} 이야기",
            occurred_at=NOON - timedelta(hours=n),
            body="예산은 10월에" if kind == "note" else None,
            account_id=account,
            contact_id=contact,
            opportunity_id=deal,
            quote_id=quote,
        )
    activities.log(workspace, "visit", "공장", occurred_at=NOON - timedelta(days=1), account_id=below)
    activities.promise(workspace, "성적서", due_on=date(2026, 11, 20), account_id=account, opportunity_id=deal)
    make("attachment", name="도면.pdf", account_id=account, opportunity_id=deal, added_at=NOON - timedelta(days=2))
    return {
        "account": account,
        "contact": contact,
        "opportunity": deal,
        "quote": quote,
        "contract": contract,
        "below": below,
    }


def shown(workspace, entity, row_id, **asked):
    return [(str(one.sort), one.title) for one in timeline.window(workspace, entity, row_id, Asked(**asked))]


def test_an_account_shows_all_that_happened_in_its_order(workspace, held):
    found = timeline.window(workspace, "account", held["account"])
    assert {one.sort for one in found} == set(Sort) - {Sort.QUOTE, Sort.PROPOSAL}
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)
    assert ("visit", "공장") not in shown(workspace, "account", held["account"])
    assert ("visit", "공장") in shown(workspace, "account", held["account"], whole=True)
    (change,) = [one for one in found if one.sort is Sort.CHANGE]
    assert (change.entity, change.field, bool(change.before), change.before != change.after) == (
        "opportunity",
        "stage_id",
        True,
        True,
    )


@pytest.mark.parametrize(
    ("entity", "count", "told"),
    [("contact", 5, set()), ("opportunity", 8, {"stage_id"}), ("quote", 5, set()), ("contract", 6, {"renewal_date"})],
)
def test_each_kind_of_record_has_its_own(workspace, held, entity, count, told):
    found = timeline.window(workspace, entity, held[entity])
    assert len(found) == count
    assert {one.field for one in found if one.sort is Sort.CHANGE} == told


def test_filters_and_words(workspace, held):
    account = held["account"]
    assert shown(workspace, "account", account, sort=Sort.CALL) == [("call", "call 이야기")]
    assert shown(workspace, "account", account, sort=Sort.FILE) == [("file", "도면.pdf")]
    assert shown(workspace, "account", account, text="예산은") == [("note", "note 이야기")]
    assert shown(workspace, "account", account, text="성적") == [("task", "성적서")]


def test_an_issued_quote_stands_there_with_its_sum(workspace, held):
    version = {
        "quote_id": held["quote"],
        "number": "Q-1",
        "version": 2,
        "issued_at": NOON,
        "grand_total": 1100,
        "currency": "KRW",
    }
    with workspace.write("test") as work:
        work.insert("quote_version", version)
    for entity in timeline.SUBJECTS:
        (one,) = timeline.window(workspace, entity, held[entity], Asked(sort=Sort.QUOTE))
        assert (one.row_id, one.version, one.amount) == (held["quote"], 2, 1100)


def test_windows_lose_nothing_between_entries_of_one_moment(workspace):
    account = records.create(workspace, "account", {"name": "큰 계정"}).id
    rows = [
        {"kind": "note", "subject": str(n), "account_id": account, "occurred_at": NOON - timedelta(minutes=n // 7)}
        for n in range(60)
    ]
    with workspace.write("test") as work:
        work.bulk("activity", inserts=rows)
    seen, after = [], LAST_PLACE
    while found := timeline.window(workspace, "account", account, after=after, limit=8):
        seen += [one.title for one in found]
        after = place_of(found[-1])
    assert sorted(map(int, seen)) == list(range(60))


def test_an_exchange_is_one_line_and_opens(workspace):
    account = records.create(workspace, "account", {"name": "한빛전자"}).id
    for n in range(4):
        thread = "t1" if n < 3 else None
        at = NOON + timedelta(hours=n)
        activities.log(workspace, "mail", f"Re {n}", occurred_at=at, account_id=account, thread_id=thread)
    assert len(shown(workspace, "account", account)) == 4
    assert shown(workspace, "account", account, grouped=True) == [("mail", "Re 3"), ("mail", "Re 2")]
    newest = timeline.window(workspace, "account", account, Asked(grouped=True))[1]
    assert (newest.thread, newest.among) == ("t1", 3)
    assert len(shown(workspace, "account", account, grouped=True, thread="t1")) == 3
