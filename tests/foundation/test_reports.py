"""What may be handed over: a report and a log name places in our code, and never a customer."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from logging.handlers import RotatingFileHandler

import pytest

from desktop_crm.foundation import logs, reports
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Bug, Refusal, Trouble

SECRETS = ("한빛전자", "Hanbit", "480000000", "480,000,000", "minji@hanbit.example", "010-1234-5678", "123-45-67890")
AT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DESKTOP_CRM_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def log(home):
    logs.set_up(reports.log_folder())
    yield logs.get("desktop_crm.test")
    for handler in logging.getLogger("desktop_crm").handlers:
        handler.close()


def fault(message: str = " ".join(SECRETS)) -> BaseException:
    """A fault deep in the code, whose words and variables are full of a customer."""

    def deeper(account: str) -> None:
        amount = {"amount": 480000000, "email": account}
        raise KeyError(message, amount)

    try:
        try:
            deeper(message)
        except KeyError as error:
            raise ValueError(message) from error
    except ValueError as error:
        return error


def lines() -> list[dict]:
    text = (reports.log_folder() / reports.LOG_NAME).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def clean(text: str) -> bool:
    return not any(secret in text for secret in SECRETS)


def test_a_report_says_where_and_never_what(home):
    kept = reports.keep(fault(), FixedClock(AT))
    text = reports.read(kept.name)
    assert clean(text)
    assert "ValueError (KeyError)" in text
    assert text.index("deeper") < text.rindex(" fault")
    assert "test_reports.py:" in text
    assert text.startswith("2026-11-23T06:00:00")
    assert (kept.name, kept.code, kept.at) == ("20261123T060000000000Z-valueerror.txt", "valueerror", AT)


def test_an_error_of_ours_leaves_its_code_and_not_its_facts(home):
    bug = Bug("app.unexpected", name=SECRETS[0], amount=480000000)
    text = reports.read(reports.keep(bug).name)
    assert "app.unexpected" in text
    assert clean(text)


def test_the_newest_thirty_are_kept_and_listed_newest_first(home):
    for n in range(35):
        reports.keep_text(f"fault.{n}" if n % 2 else "../../한빛", "text", FixedClock(AT + timedelta(minutes=n)))
    found = reports.listed()
    assert len(found) == len(list(reports.folder().iterdir())) == reports.KEPT
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)
    assert found[0].at == AT + timedelta(minutes=34)
    assert {one.code for one in found if not one.code.startswith("fault")} == {".._.._____"[: len("../../한빛")]}


def test_only_reports_can_be_read(home):
    (home / "config" / "settings.json").parent.mkdir(parents=True, exist_ok=True)
    (home / "config" / "settings.json").write_text("{}")
    for name in ("../settings.json", "nothing.txt", ""):
        with pytest.raises(Refusal) as refused:
            reports.read(name)
        assert refused.value.code == "report.unknown"


def test_a_report_that_cannot_be_written_is_no_second_fault(home, tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("DESKTOP_CRM_HOME", str(blocked))
    assert reports.keep(fault()) is None
    assert reports.listed() == ()


def test_the_bundle_holds_log_and_reports(log, tmp_path):
    log.info("app.opened", version="1.0")
    kept = reports.keep(fault())
    target = tmp_path / "handed over.zip"
    assert reports.bundle(target) == 2
    with zipfile.ZipFile(target) as archive:
        assert set(archive.namelist()) == {"about.txt", "logs/desktop-crm.log", f"reports/{kept.name}"}
        assert all(clean(archive.read(name).decode()) for name in archive.namelist())
    with pytest.raises(Trouble) as trouble:
        reports.bundle(tmp_path / "absent" / "x.zip")
    assert trouble.value.code == "report.unwritable"


def test_what_names_a_customer_never_reaches_the_log(log):
    for secret in SECRETS:
        log.info(secret, name=secret, amount=480000000, code=secret, path=f"/sync/v1/{secret}", entity=secret)
        log.warning("import.done", **{secret: 1, "rows": secret, "count": 3})
        log.error("bug", code="app.unexpected", exc_info=fault(secret))
    try:
        raise fault()
    except ValueError:
        log.error("bug", exc_info=True)  # noqa: G201 - a log of ours has no `exception`
    log.info(
        "sync.done", places=[SECRETS[0]], error=SECRETS[1], kind="a b c", numbers=[480000000], who={"a": SECRETS[0]}
    )
    text = (reports.log_folder() / reports.LOG_NAME).read_text(encoding="utf-8")
    assert clean(text)
    assert "\\u" not in text, "nothing is hidden behind escapes"
    told = lines()
    assert told[0].items() >= {"event": "unnamed", "left_out": 5, "level": "info"}.items()
    assert told[1].items() >= {"event": "import.done", "count": 3, "left_out": 2}.items()
    assert told[2].items() >= {"event": "bug", "code": "app.unexpected", "kind": "ValueError"}.items()
    assert any(place.endswith(" deeper") for place in told[2]["places"])
    assert told[-1].keys() == {"event", "left_out", "level", "timestamp"}


def test_what_helps_is_kept(log):
    log.info("sync.done", pushed=3, pulled=4, conflicts=0, millis=12.5, error="sync.server.slow")
    log.warning("server.database", path="/sync/v1/push", kind="OperationalError")
    log.info("server.database", path="/sync/v1/blob/" + "0f" * 32, entity="account")
    first, second, third = lines()
    assert first.items() >= {"pushed": 3, "pulled": 4, "millis": 12.5, "error": "sync.server.slow"}.items()
    assert second.items() >= {"path": "/sync/v1/push", "kind": "OperationalError", "level": "warning"}.items()
    assert third["entity"] == "account"
    assert not any("left_out" in line for line in (first, second, third))


def test_the_log_is_rotated(log):
    handler = next(one for one in logging.getLogger("desktop_crm").handlers if isinstance(one, RotatingFileHandler))
    assert handler.maxBytes == 1_000_000
    handler.maxBytes = 1000
    for _ in range(50):
        log.info("sync.done", pushed=1, pulled=2)
    names = sorted(path.name for path in reports.log_folder().iterdir())
    assert names == ["desktop-crm.log", "desktop-crm.log.1", "desktop-crm.log.2", "desktop-crm.log.3"]


def test_a_logger_that_nobody_set_up_prints_nothing_on_standard_output():
    program = (
        "from desktop_crm.foundation import logs\n"
        "log = logs.get('desktop_crm.test')\n"
        "log.info('sync.done', pushed=1)\n"
        "log.warning('server.database', name='Hanbit')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True, timeout=120
    )
    assert done.stdout == ""
    assert "sync.done" not in done.stderr
    assert clean(done.stderr)


def _caused(first: BaseException) -> Trouble:
    try:
        try:
            raise first
        except type(first) as error:
            raise Trouble("disk.full", file="한빛전자.crm") from error
    except Trouble as trouble:
        return trouble


class _Locked(Exception):
    sqlite_errorname = "SQLITE_BUSY"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (_caused(OSError(28, "No space left", "한빛전자.crm")), "ENOSPC"),
        (_caused(_Locked("한빛전자")), "SQLITE_BUSY"),
        (_caused(ValueError("한빛전자 010-1234-5678")), "ValueError"),
        (Refusal("field.unknown", entity="account", field="x", name="x"), ""),
    ],
)
def test_the_reason_is_a_technical_word_and_nothing_of_a_customer(error, reason, log, home) -> None:
    assert reports.reason_of(error) == reason
    log.info("told", code="disk.full", reason=reasoned) if (reasoned := reports.reason_of(error)) else log.info("told")
    (file,) = reports.log_folder().glob("*.log")
    line = json.loads(file.read_text(encoding="utf-8").splitlines()[-1])
    assert line.get("reason", "") == reason
    assert "한빛" not in str(line)


def test_errors_that_are_each_others_cause_are_told_once():
    one, two = Trouble("disk.full"), ValueError("two")
    one.__cause__, two.__cause__ = two, one
    assert reports.code_of(one) == "disk.full (ValueError)"
    assert reports.code_of(fault()).count("(") == reports.code_of(fault()).count(")")
    assert reports.places(one) == []
    assert "disk.full" in reports.details_of(one)
