"""`calendar`, `mail` and `cards` at the terminal: in and out, a refused file does not stop the others."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from desktop_crm import i18n
from desktop_crm.cli.main import group
from desktop_crm.exchange.vcard_files import Card, write_cards
from desktop_crm.services.workspace import init_workspace

PASSPHRASE = "열려라 참깨 2026"
EVENT = "BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:회의\r\nDTSTART:20261202T050000Z\r\nEND:VEVENT\r\n"


@pytest.fixture
def crm(tmp_path, monkeypatch):
    monkeypatch.setenv("DESKTOP_CRM_PASSPHRASE", PASSPHRASE)
    path = tmp_path / "w.crm"
    init_workspace(path, name="w", passphrase=PASSPHRASE).close()

    def run(*arguments):
        with i18n.speaking("en"):
            return CliRunner().invoke(group(lambda: 0), [*map(str, arguments), "--workspace", str(path)])

    return run


def test_calendar_in_and_out(crm, tmp_path):
    good, bad, out = (tmp_path / name for name in ("good.ics", "bad.ics", "out.ics"))
    good.write_bytes(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{EVENT}END:VCALENDAR\r\n".encode())
    bad.write_bytes(b"no calendar")
    told = crm("calendar", "import", bad, good)
    assert told.exit_code == 0
    assert "good.ics: created 1" in told.stdout
    assert "bad.ics: " in told.stdout
    assert crm("calendar", "import", bad).exit_code == 1
    assert crm("calendar", "export", out).exit_code == 0
    assert "SUMMARY:회의" in out.read_text(encoding="utf-8")
    assert json.loads(crm("calendar", "import", out, "--json").stdout)[0]["same"] == 1


def test_mail_in(crm, tmp_path):
    path = tmp_path / "a.eml"
    path.write_bytes(b"Subject: hello\n\nbody")
    assert "created 1" in crm("mail", "import", path).stdout
    assert "known 1" in crm("mail", "import", path).stdout


def test_cards_in_and_out(crm, tmp_path):
    path, out, code = (tmp_path / name for name in ("a.vcf", "b.vcf", "c.svg"))
    path.write_bytes(write_cards((Card(name="오재석", emails=("oh@hanbit.example",)),)))
    assert "created 1" in crm("cards", "import", path).stdout
    assert "same 1" in crm("cards", "import", path).stdout
    assert crm("cards", "export", out, "--version", "4.0").exit_code == 0
    assert b"VERSION:4.0" in out.read_bytes()
    assert crm("cards", "qr", "nobody", code).exit_code == 1
