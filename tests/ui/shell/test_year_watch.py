"""The fiscal year turns while the app stays open: what was won this year begins anew, and the tree shows it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from desktop_crm.foundation.clock import FixedClock
from desktop_crm.services import accounts, pipeline, records
from desktop_crm.ui.shell.year_watch import YearWatch


def won_this_year(workspace, account):
    (node,) = accounts.nodes(workspace, [account])
    return sum((line.total.won_year for line in node.sums), Decimal(0))


def test_won_this_year_turns_with_the_year(qtbot, workspace, context):
    stage = next(one.id for one in pipeline.ensure_pipeline(workspace).pipeline.stages if one.kind == "won")
    account = records.create(workspace, "account", {"name": "한빛전자"}).id
    year = workspace.today().year
    fields = {"name": "d", "account_id": account, "stage_id": stage, "currency": "KRW"}
    for on, amount in ((year, 5), (year + 1, 7)):
        records.create(workspace, "opportunity", fields | {"amount": Decimal(amount), "close_date": date(on, 1, 15)})
    watch = YearWatch(context)
    heard = []
    context.hub.changed.connect(lambda changes, _initiator: heard.append(changes))
    assert won_this_year(workspace, account) == 5
    watch.look()  # the same day: nothing is asked
    workspace.clock = FixedClock(datetime(year, 12, 30, 3, tzinfo=UTC))
    watch.look()
    workspace.clock = FixedClock(datetime(year + 1, 1, 2, 3, tzinfo=UTC))
    watch.look()
    qtbot.waitUntil(lambda: won_this_year(workspace, account) == 7)
    qtbot.waitUntil(lambda: any(changes.touches("workspace_setting") for changes in heard))
    watch.stop()
