"""The card of the certificate: chosen with its passphrase, a wrong one told, signed with from then on, and taken away."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton

from desktop_crm.documents.signing import signatures_of
from desktop_crm.services.quotes import signing, trusting
from desktop_crm.ui.settings.signature_card import SignatureCard
from desktop_crm.ui.widgets.form_dialog import FormDialog
from tests.documents.test_archive import issued
from tests.documents.test_signing import container
from tests.domain.quotes.samples import korean_draft
from tests.services.test_signers_trusted import made


@pytest.fixture
def card(qtbot, context, show) -> SignatureCard:
    made = show(SignatureCard(context))
    made.refresh()
    qtbot.waitUntil(lambda: made.says.text() == "Nothing is signed.")
    return made


def answer(qtbot, card, passphrase):
    dialog = card.findChild(FormDialog)
    line = dialog.findChild(QLineEdit, "passphrase")
    assert line.echoMode() is QLineEdit.EchoMode.Password
    line.setText(passphrase)
    qtbot.mouseClick(dialog.form.go, Qt.MouseButton.LeftButton)


def test_a_certificate_is_chosen_signs_and_is_taken_away(qtbot, card, workspace, tmp_path):
    path = tmp_path / "company.p12"
    path.write_bytes(container())
    card.ask_passphrase(str(path))
    answer(qtbot, card, "guess")
    qtbot.waitUntil(card.wrong.isVisible)
    assert card.says.text() == "Nothing is signed."
    card.ask_passphrase(str(path))
    qtbot.waitUntil(lambda: len(card.findChildren(FormDialog)) == 1)
    answer(qtbot, card, "열려라 참깨")
    qtbot.waitUntil(lambda: "(주)온누리오토메이션" in card.says.text())
    assert not card.wrong.isVisible()
    from desktop_crm.documents import quote_pdf

    files = quote_pdf.files_of(issued(korean_draft()))
    for one in signing.sign_issued(workspace, files):
        (found,) = signatures_of(one)
        assert (found.by, found.whole) == ("(주)온누리오토메이션", True)
    qtbot.mouseClick(card.remove, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: card.says.text() == "Nothing is signed.")
    assert signing.sign_issued(workspace, files) == files
    assert not card.remove.isVisible()


def test_the_file_is_asked_for_by_the_systems_dialog(qtbot, card):
    QTest.keyClick(card.choose, Qt.Key.Key_Space)
    dialog = card.findChild(QFileDialog)
    assert "*.p12" in dialog.nameFilters()[0]
    dialog.reject()


def test_a_root_is_trusted_and_trusted_no_more(qtbot, card, workspace, tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    path = tmp_path / "root.pem"
    path.write_bytes(b"nothing")
    card.trust_file(str(path))
    qtbot.waitUntil(card.wrong.isVisible)
    path.write_bytes(made("한국루트", "한국루트", key, key, authority=True).public_bytes(Encoding.PEM))
    card.trust_file(str(path))
    qtbot.waitUntil(lambda: len(trusting.roots(workspace)) == 1 and not card.wrong.isVisible())
    qtbot.waitUntil(lambda: any(one.text() == "Trust no more" for one in card.findChildren(QPushButton)))
    next(one for one in card.findChildren(QPushButton) if one.text() == "Trust no more").click()
    qtbot.waitUntil(lambda: not trusting.roots(workspace))
