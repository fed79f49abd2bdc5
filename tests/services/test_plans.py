"""Account plans over a real workspace: made, filled, looked at as of a day, printed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pypdfium2
import pytest

from desktop_crm import i18n
from desktop_crm.documents import plan_pdf
from desktop_crm.domain.accounts.plans import Mark
from desktop_crm.domain.schema.options import PlanItemKind as Kind
from desktop_crm.foundation.clock import Clock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import accounts, history, records
from desktop_crm.services.account_work import plans, white_space

START = datetime(2026, 11, 2, 3, tzinfo=UTC)


class Days(Clock):
    """A clock that is put forward by hand."""

    def __init__(self):
        self.at = START

    def now(self):
        return self.at


@pytest.fixture
def days():
    return Days()


@pytest.fixture
def workspace(new_workspace, days):
    return new_workspace(clock=days)


@pytest.fixture
def account(workspace):
    return accounts.create(workspace, "한빛전자").id


@pytest.fixture
def plan(workspace, account):
    return plans.begin(workspace, account).id


def text_of(pdf):
    with pypdfium2.PdfDocument(pdf) as file:
        return "\n".join(page.get_textpage().get_text_bounded() for page in file)


def test_an_account_without_a_plan_has_its_white_space_and_nothing_else(workspace, account):
    page = plans.page(workspace, account)
    assert (page.plans, page.plan, page.progress) == ((), None, None)
    assert [unit.name for unit in page.white_space.units] == ["한빛전자"]


def test_a_plan_is_begun_for_this_year_and_filled_line_by_line(workspace, account, plan):
    with i18n.speaking("ko"):
        second = plans.begin(workspace, account).id
    objective = plans.add(workspace, plan, Kind.OBJECTIVE, " 점유율 30% ", due_on=date(2026, 12, 20), measure="30%").id
    plans.add(workspace, plan, Kind.ACTION, "임원 면담", objective_id=objective, progress=50)
    plans.add(workspace, plan, Kind.COMPETITOR, "가나다오토", competitor="가나다오토")
    plans.add(workspace, plan, Kind.COMPETITOR, "가격 공세", competitor="가나다오토")
    plans.add(workspace, plan, Kind.GOAL, "전 사업장 표준")
    page = plans.page(workspace, account, plan)
    assert [one.id for one in page.plans] == [second, plan]
    assert [one.name for one in page.plans] == ["2026년 계획", "Plan 2026"]
    assert [(one.kind, one.subject, one.competitor) for one in page.plan.items] == [
        (Kind.OBJECTIVE, "점유율 30%", ""),
        (Kind.ACTION, "임원 면담", ""),
        (Kind.COMPETITOR, "가나다오토", "가나다오토"),
        (Kind.COMPETITOR, "가격 공세", "가나다오토"),
        (Kind.GOAL, "전 사업장 표준", ""),
    ]
    assert records.count(workspace, "competitor") == 1
    assert (page.plan.start_date, page.plan.end_date, page.progress) == (date(2026, 1, 1), date(2026, 12, 31), 50)


def test_a_line_needs_a_subject_and_what_it_names(workspace, plan):
    with pytest.raises(Refusal, match=r"value\.required"):
        plans.add(workspace, plan, Kind.GOAL, "  ")
    with pytest.raises(Refusal, match=r"reference\.missing"):
        plans.add(workspace, "no plan", Kind.GOAL, "목표")
    kept = plans.add(workspace, plan, Kind.GOAL, "목표").id
    with pytest.raises(Refusal, match=r"value\.required"):
        plans.change(workspace, kept, subject="")
    assert [one.subject for one in plans.document(workspace, plan).plan.items] == ["목표"]


def test_what_changed_since_a_day_comes_from_the_change_log(workspace, plan, days):
    stays = plans.add(workspace, plan, Kind.GOAL, "그대로").id
    moves = plans.add(workspace, plan, Kind.OBJECTIVE, "옮김", due_on=date(2026, 11, 20)).id
    goes = plans.add(workspace, plan, Kind.THREAT, "사라짐").id
    days.at = START + timedelta(days=10)
    plans.change(workspace, moves, due_on=date(2026, 12, 1), progress=40)
    plans.remove(workspace, goes)
    plans.add(workspace, plan, Kind.ACTION, "새로", objective_id=moves)
    marks = {
        one.item.subject: (one.mark, one.fields) for one in plans.document(workspace, plan, date(2026, 11, 5)).marks
    }
    assert marks == {
        "옮김": (Mark.CHANGED, ("due_on", "progress")),
        "새로": (Mark.NEW, ()),
        "사라짐": (Mark.REMOVED, ()),
    }
    everything = plans.document(workspace, plan, date(2026, 10, 1)).marks
    assert {(one.mark, one.item.subject) for one in everything} == {(Mark.NEW, s) for s in ("그대로", "옮김", "새로")}
    assert plans.document(workspace, plan, date(2026, 11, 13)).marks == ()
    assert plans.document(workspace, plan).marks == ()
    assert stays


def test_undo_takes_lines_back_and_history_tells_them(workspace, plan):
    added = plans.add(workspace, plan, Kind.GOAL, "목표")
    changed = plans.change(workspace, added.id, subject="새 목표")
    history.revert(workspace, changed.tx_id)
    assert plans.document(workspace, plan).plan.items[0].subject == "목표"
    history.revert(workspace, added.changes.tx_id)
    assert plans.document(workspace, plan).plan.items == ()
    assert [entry.cause.split(":")[0] for entry in records.history(workspace, "plan_item", added.id)][:2] == [
        "plans.add",
        "plans.change",
    ]


def test_the_plan_is_printed_in_both_languages_with_its_marks(workspace, account, plan, days, tmp_path):
    objective = plans.add(workspace, plan, Kind.OBJECTIVE, "점유율 30%", measure="30%").id
    plans.add(workspace, plan, Kind.ACTION, "임원 면담", objective_id=objective)
    plans.add(workspace, plan, Kind.STRENGTH, "설치 기반이 넓음")
    gone = plans.add(workspace, plan, Kind.GOAL, "옛 목표").id
    product = records.create(workspace, "product", {"name": "제어기"}).id
    white_space.write(workspace, account, product, usage="installed")
    days.at = START + timedelta(days=10)
    plans.change(workspace, objective, measure="35%")
    plans.remove(workspace, gone)
    found = plans.document(workspace, plan, date(2026, 11, 5))
    korean, english = (text_of(plan_pdf.render(found, locale)) for locale in ("ko", "en"))
    for word in (
        "계정 계획 – 한빛전자",
        "점유율 30%",
        "임원 면담",
        "설치 기반이 넓음",
        "변경",
        "측정 기준: 30%",
        "옛 목표",
        "제어기",
    ):
        assert word in korean, word
    for word in ("Account plan – 한빛전자", "Objectives and actions", "Changed", "Measure: 30%", "Removed", "1 / 1"):
        assert word in english or word == "1 / 1", word
    assert plan_pdf.render(found, "ko") == plan_pdf.render(found, "ko")
    assert plans.print_to(workspace, plan, tmp_path / "plan.pdf", "ko") == (tmp_path / "plan.pdf").stat().st_size


def test_a_long_plan_takes_more_pages_and_loses_no_line(workspace, plan):
    for number in range(90):
        plans.add(
            workspace, plan, Kind.OBJECTIVE, f"목표 번호 {number:03} " + "아주 긴 설명 " * (number % 7), measure="측정"
        )
    pdf = plan_pdf.render(plans.document(workspace, plan), "ko")
    with pypdfium2.PdfDocument(pdf) as file:
        assert len(file) >= 3
        pages = [page.get_textpage().get_text_bounded() for page in file]
    assert all(sum(f"목표 번호 {number:03}" in page for page in pages) == 1 for number in range(90))
    assert sum("측정 기준" in page for page in pages) >= len(pages) - 1  # the head of the table is repeated
