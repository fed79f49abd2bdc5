"""Settings from declarations: each holds what it says, is found, is kept where it says, and really changes something."""

from __future__ import annotations

import csv
import json
import logging
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from desktop_crm import i18n
from desktop_crm.foundation import logs, reports
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.settings import Settings
from desktop_crm.i18n import formats, forms
from desktop_crm.services import records, settings
from desktop_crm.services.exporting import ExportFormat, export
from desktop_crm.services.history import revert
from desktop_crm.services.safety import backups
from desktop_crm.services.settings import BY_NAME, GROUPS, SETTINGS, Kept, Kind
from desktop_crm.services.workspace import open_workspace


@pytest.fixture
def laptop(tmp_path):
    before, level = forms.current(), logging.getLogger("desktop_crm").level
    yield Settings(tmp_path / "settings.json")
    forms.use(before)
    logging.getLogger("desktop_crm").setLevel(level)


VALUED = [one for one in SETTINGS if one.kind is not Kind.PLACE]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: one.name)
def test_a_setting_is_whole(setting):
    assert setting.group in {key for key, _ in GROUPS}
    assert setting.label
    assert BY_NAME[setting.name] is setting
    if setting.kind is Kind.CHOICE:
        assert len(setting.choices) >= 2
    if setting.kind != Kind.PLACE and setting.default is not None:
        assert settings.checked(setting, setting.default) == setting.default


def test_every_part_of_the_page_has_something():
    assert {one.group for one in SETTINGS} == {key for key, _ in GROUPS}


@pytest.mark.parametrize("setting", VALUED, ids=lambda one: one.name)
def test_the_default_holds_until_another_is_chosen_and_after_a_restart(laptop, workspace, setting):
    before = settings.value(laptop, workspace, setting.name)
    other = {
        Kind.FLAG: lambda: not before,
        Kind.CHOICE: lambda: next(one for one, _ in setting.choices if one != before),
        Kind.NUMBER: lambda: setting.most,
        Kind.FOLDER: lambda: "/somewhere",
        Kind.CURRENCIES: lambda: ("USD", "KRW"),
    }[setting.kind]()
    settings.choose(laptop, workspace, setting.name, other)
    assert settings.value(laptop, workspace, setting.name) == other
    assert settings.value(Settings(laptop.path), workspace, setting.name) == other
    with i18n.speaking("ko"):
        assert settings.read(setting.name, settings.shown(setting.name, other)) == other


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("theme", "pink"),
        ("notices", "maybe"),
        ("backup.days", 0),
        ("backup.days", True),
        ("backup.folder", "here"),
        ("fiscal.month", 13),
        ("currencies", []),
        ("currency", "EUR0"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_stored(laptop, workspace, name, wrong):
    before = settings.value(laptop, workspace, name)
    with pytest.raises(Refusal) as refused:
        settings.choose(laptop, workspace, name, wrong)
    assert refused.value.code == "setting.value"
    assert settings.value(laptop, workspace, name) == before


def test_what_there_is_not_is_refused(laptop, workspace):
    for name in ("colour", "archive"):
        with pytest.raises(Refusal, match=r"setting\.unknown"):
            settings.choose(laptop, workspace, name, 1)
    with pytest.raises(Refusal, match=r"setting\.no_workspace"):
        settings.choose(laptop, None, "fiscal.month", 4)
    with pytest.raises(Refusal, match=r"currency\.unknown"):
        settings.choose(laptop, workspace, "currencies", ["USD", "XXQ"])


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("회계", "fiscal.month"),
        ("ㅎㄱㅇㄷ", "fiscal.month"),
        ("ghlrP", "fiscal.month"),
        ("환율", "rates"),
        ("고대비", "theme"),
        ("crash", "privacy.reports"),
        ("backup.days", "backup.days"),
    ],
)
def test_settings_are_found_by_words_initials_and_the_other_layout(query, name):
    with i18n.speaking("ko"):
        assert name in {one.name for one in settings.found(query)}
        assert len(settings.found(query)) < len(SETTINGS)


def test_a_shared_setting_is_undone_and_is_one_row_on_every_laptop(laptop, workspace):
    first = settings.choose(laptop, workspace, "fiscal.month", 4)
    second = settings.choose(laptop, workspace, "fiscal.month", 7)
    assert first.items[0].row_id == second.items[0].row_id
    revert(workspace, second.tx_id)
    assert settings.value(laptop, workspace, "fiscal.month") == 4
    revert(workspace, first.tx_id)
    assert settings.value(laptop, workspace, "fiscal.month") == 1
    settings.choose(laptop, workspace, "fiscal.month", 10)
    assert settings.value(laptop, workspace, "fiscal.month") == 10


def test_the_main_currency_is_the_workspaces_from_then_on(laptop, workspace):
    changes = settings.choose(laptop, workspace, "currency", "USD")
    assert workspace.currency == "USD"
    revert(workspace, changes.tx_id)
    settings.refresh(workspace)
    assert workspace.currency == "KRW"


def test_it_holds_when_the_workspace_is_opened_again(laptop, workspace, tmp_path):
    from desktop_crm.services.workspace import init_workspace

    path = tmp_path / "again.crm"
    with init_workspace(path, name="w", passphrase="열려라 참깨 2026").closing() as made:
        settings.choose(laptop, made, "currency", "EUR")
        settings.choose(laptop, made, "currencies", ["EUR", "USD"])
    with open_workspace(path, passphrase="열려라 참깨 2026").closing() as opened:
        assert (opened.currency, opened.currencies) == ("EUR", ("EUR", "USD"))


def test_a_value_that_a_newer_version_wrote_counts_as_not_chosen(laptop, workspace):
    laptop.put("theme", "sepia")
    assert settings.value(laptop, workspace, "theme") == "system"
    records.create(workspace, "workspace_setting", {"name": "fiscal.month", "value": "{broken"})
    assert settings.value(laptop, workspace, "fiscal.month") == 1


def test_forms_change_what_is_shown_at_once(laptop):
    settings.choose(laptop, None, "forms.number", "1.234,5")
    settings.choose(laptop, None, "forms.date", "korean")
    settings.choose(laptop, None, "forms.week", 6)
    assert formats.number(Decimal("1234.5")) == "1.234,5"
    assert formats.date(date(2026, 3, 1)) == "2026년 3월 1일"
    assert forms.current().week_begins == 6


def test_what_the_log_holds(laptop, tmp_path):
    logs.set_up(tmp_path)
    said = logs.get("desktop_crm.test")
    for held, lines in (("nothing", 0), ("errors", 1), ("events", 3)):
        settings.choose(laptop, None, "privacy.log", held)
        said.info("app.opened")
        said.error("app.opened")
        assert len((tmp_path / reports.LOG_NAME).read_text().splitlines()) == lines
    logging.getLogger("desktop_crm").handlers[0].close()
    logging.getLogger("desktop_crm").handlers[:] = []


def test_no_report_is_kept_where_none_is_wished(monkeypatch, tmp_path):
    monkeypatch.setattr(reports, "user_config", lambda: tmp_path)
    monkeypatch.setattr("desktop_crm.foundation.settings.user_config", lambda: tmp_path)
    assert reports.keep(ValueError("x")) is not None
    Settings().put("privacy.reports", False)
    assert reports.keep(ValueError("x")) is None
    assert len(reports.listed()) == 1


@pytest.mark.parametrize("form", [ExportFormat.CSV, ExportFormat.JSON])
def test_attitudes_stay_at_home_when_they_shall(laptop, workspace, tmp_path, form):
    chart = records.create(workspace, "stakeholder_map", {"name": "m"}).id
    records.create(workspace, "map_node", {"map_id": chart, "label": "이정훈", "support": "mentor", "influence": 9})
    target = tmp_path / f"nodes.{form}"
    export(workspace, "map_nodes", form, target)
    assert "mentor" in target.read_text(encoding="utf-8")
    settings.choose(laptop, workspace, "privacy.attitudes", False)
    export(workspace, "map_nodes", form, target)
    text = target.read_text(encoding="utf-8")
    assert "이정훈" in text
    assert "mentor" not in text
    head = next(csv.reader(text.splitlines())) if form is ExportFormat.CSV else list(json.loads(text)[0])
    assert not {"support", "influence"} & set(head)


def test_as_many_backups_are_kept_as_was_chosen_also_in_the_second_folder(workspace, tmp_path):
    second = tmp_path / "disk"
    start = datetime(2026, 11, 2, 9, tzinfo=UTC)
    for day in range(5):
        workspace.clock = FixedClock(start + timedelta(day))
        backups.make_daily(workspace, days=2, weeks=0, second=second)
    mine = backups.backups_of(workspace.path)
    assert [one.at.day for one in mine] == [6, 5]
    there = sorted(path.name for path in second.rglob("*.crm"))
    assert there == sorted(one.path.name for one in mine)


def test_a_second_folder_that_cannot_be_written_is_told_and_the_backup_stays(workspace, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with pytest.raises(Exception, match=r"disk\.failed"):
        backups.make_daily(workspace, second=blocked)
    assert len(backups.backups_of(workspace.path)) == 1


def test_where_it_is_kept_is_where_it_lies(laptop, workspace):
    assert {one.kept for one in VALUED} == {Kept.LAPTOP, Kept.WORKSPACE}
    settings.choose(laptop, workspace, "fiscal.month", 4)
    settings.choose(laptop, workspace, "backup.days", 9)
    assert json.loads(laptop.path.read_text()) == {"backup.days": 9}
    assert [one.fields["name"] for one in records.list_rows(workspace, "workspace_setting").records] == ["fiscal.month"]
