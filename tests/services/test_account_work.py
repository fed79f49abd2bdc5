"""White space and files of accounts over a real workspace: the grid from deals and quotes, cells that are written, files back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from desktop_crm.domain.schema.options import ProductUsage as Usage
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.services import accounts, history, pipeline, quotes, records
from desktop_crm.services.account_work import files, white_space

NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture
def workspace(new_workspace):
    return new_workspace(clock=FixedClock(NOON))


@pytest.fixture
def stages(workspace):
    return {stage.kind: stage.id for stage in pipeline.ensure_pipeline(workspace).pipeline.stages}


@pytest.fixture
def made(workspace, stages):
    """한빛전자 with 구미사업장 (a line below it: 1라인) and 베트남; a controller won at 1라인, service open at 베트남."""
    ids = {"top": accounts.create(workspace, "한빛전자").id}
    ids["gumi"] = accounts.create(workspace, "구미사업장", ids["top"]).id
    ids["line"] = accounts.create(workspace, "1라인", ids["gumi"]).id
    ids["vietnam"] = accounts.create(workspace, "베트남", ids["top"]).id
    for key, name, price in (("controller", "제어기", "2600"), ("service", "유지보수", "900")):
        fields = {"name": name, "code": key.upper(), "list_price": Decimal(price), "currency": "KRW", "active": True}
        ids[key] = add(workspace, "product", **fields)
    add(
        workspace,
        "opportunity",
        name="교체",
        account_id=ids["line"],
        product_id=ids["controller"],
        stage_id=stages["won"],
    )
    add(
        workspace,
        "opportunity",
        name="보수",
        account_id=ids["vietnam"],
        product_id=ids["service"],
        stage_id=stages["open"],
    )
    return ids


def add(workspace, entity, **fields):
    return records.create(workspace, entity, fields).id


def look(workspace, account):
    grid = white_space.grid(workspace, account)
    columns = [product.name for product in grid.products]
    return {
        unit.name: {name: cell.usage for name, cell in zip(columns, row, strict=True)}
        for unit, row in zip(grid.units, grid.cells, strict=True)
    }


def test_the_grid_tells_what_deals_say_of_each_unit_with_what_is_below_it(workspace, made):
    assert look(workspace, made["top"]) == {
        "구미사업장": {"제어기": Usage.INSTALLED, "유지보수": Usage.OPEN},
        "베트남": {"제어기": Usage.OPEN, "유지보수": Usage.PROPOSED},
        "한빛전자": {"제어기": Usage.OPEN, "유지보수": Usage.OPEN},
    }
    assert look(workspace, made["line"]) == {"1라인": {"제어기": Usage.INSTALLED}}


def test_a_quote_started_from_a_cell_has_the_product_and_makes_it_proposed(workspace, made):
    started = white_space.start_quote(workspace, made["gumi"], made["service"])
    draft = quotes.open_quote(workspace, started.id).draft
    ((line,),) = [section.lines for section in draft.sections]
    assert (line.product_id, line.name, line.unit_price, draft.account_id) == (
        made["service"],
        "유지보수",
        900,
        made["gumi"],
    )
    assert look(workspace, made["top"])["구미사업장"]["유지보수"] is Usage.PROPOSED
    quotes.issue(workspace, started.id)
    quotes.mark(workspace, started.id, QuoteStatus.REJECTED)
    assert look(workspace, made["top"])["구미사업장"]["유지보수"] is Usage.OPEN
    with pytest.raises(Refusal, match=r"record\.missing"):
        white_space.start_quote(workspace, made["gumi"], "nothing")


def test_a_cell_knows_its_deals_quotes_contracts_and_people(workspace, made):
    boss = add(workspace, "contact", name="최민아", title="상무", account_id=made["line"])
    contract = add(workspace, "contract", name="유지보수", account_id=made["gumi"], status="active")
    add(workspace, "contract", name="옛", account_id=made["gumi"], status="active", end_date=date(2020, 1, 1))
    started = white_space.start_quote(workspace, made["gumi"], made["controller"])
    page = white_space.cell(workspace, made["top"], made["gumi"], made["controller"])
    assert [(one.entity, one.title) for one in page.linked] == [
        ("opportunity", "교체"),
        ("quote", started.number),
        ("contract", "유지보수"),
        ("contact", "최민아"),
    ]
    assert [one.id for one in page.linked[2:]] == [contract, boss]
    assert page.usage is Usage.INSTALLED
    alone = white_space.cell(workspace, made["top"], made["top"], made["controller"])
    assert (alone.linked, alone.usage) == ((), Usage.OPEN)


def test_writing_a_cell_is_one_act_that_undo_takes_back_and_an_emptied_cell_goes(workspace, made):
    rival = add(workspace, "competitor", name="가나다오토")
    place = (made["vietnam"], made["controller"])
    done = white_space.write(workspace, *place, usage="competitor", competitor_id=rival, note="2027년까지")
    page = white_space.cell(workspace, made["top"], *place)
    assert (page.usage, page.competitor, page.note) == (Usage.COMPETITOR, "가나다오토", "2027년까지")
    again = white_space.write(workspace, *place, usage="not_applicable", competitor_id=None)
    assert look(workspace, made["top"])["베트남"]["제어기"] is Usage.NOT_APPLICABLE
    assert records.count(workspace, "white_space_cell") == 1
    history.revert(workspace, again.tx_id)
    assert look(workspace, made["top"])["베트남"]["제어기"] is Usage.COMPETITOR
    white_space.write(workspace, *place, usage=None, competitor_id=None, note=None)
    assert records.count(workspace, "white_space_cell") == 0
    assert look(workspace, made["top"])["베트남"]["제어기"] is Usage.OPEN
    assert done.touches("white_space_cell")
    with pytest.raises(Refusal, match=r"reference\.missing"):
        white_space.write(workspace, made["vietnam"], "no product", usage="open")


def test_two_records_of_one_cell_are_read_as_the_one_made_last(workspace, made):
    for usage in ("installed", "not_applicable"):
        add(workspace, "white_space_cell", account_id=made["gumi"], product_id=made["service"], usage=usage)
    assert look(workspace, made["top"])["구미사업장"]["유지보수"] is Usage.NOT_APPLICABLE


def test_a_file_is_kept_read_back_and_written_elsewhere(workspace, made, tmp_path):
    plan = tmp_path / "배치도 1.pdf"
    plan.write_bytes(b"%PDF-1.7 plan")
    kept = files.attach(workspace, made["gumi"], plan).id
    fields = records.get(workspace, "attachment", kept).fields
    assert (fields["name"], fields["mime"], fields["size"], fields["added_at"]) == (
        plan.name,
        "application/pdf",
        13,
        NOON,
    )
    plan.unlink()
    assert files.read(workspace, kept) == files.Attached(name="배치도 1.pdf", content=b"%PDF-1.7 plan")
    assert files.write_to(workspace, kept, tmp_path / "out.pdf") == 13
    assert (tmp_path / "out.pdf").read_bytes() == b"%PDF-1.7 plan"


def test_a_file_that_cannot_be_read_or_is_too_large_is_refused(workspace, made, tmp_path, monkeypatch):
    with pytest.raises(Trouble, match=r"file\.unreadable"):
        files.attach(workspace, made["gumi"], tmp_path / "nothing.txt")
    monkeypatch.setattr(files, "LARGEST", 3)
    large = tmp_path / "large.bin"
    large.write_bytes(b"1234")
    with pytest.raises(Refusal, match=r"file\.too_large"):
        files.attach(workspace, made["gumi"], large)
    assert records.count(workspace, "attachment") == 0
