"""Choosing and changing the form of a quote, with the page beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_crm.documents import proposal_pdf
from desktop_crm.domain.quotes.paper import PaperKind, Typeface
from desktop_crm.services import proposals, quotes, records, working_papers
from desktop_crm.ui.quotes.template_editor import TemplateEditor
from tests.documents.reading import page_texts


def opened(qtbot, builder):
    choice = builder.preview.template
    qtbot.waitUntil(lambda: choice.box.count() == 4)
    qtbot.waitUntil(lambda: builder.preview.rendered)
    choice.open_editor()
    dialog = choice.findChild(TemplateEditor)
    qtbot.waitUntil(lambda: not dialog.sheet.empty)
    return dialog


def test_a_quote_is_printed_in_the_form_that_is_chosen(qtbot, builder, workspace, quote):
    choice = builder.preview.template
    qtbot.waitUntil(lambda: choice.box.count() == 4)
    choice.box.setFocus()
    place = choice.box.findData("wide")
    choice.box.setCurrentIndex(place)
    choice.box.activated.emit(place)
    qtbot.waitUntil(lambda: builder.editor.paper is not None and builder.editor.paper.landscape)
    assert quotes.open_quote(workspace, quote).draft.template == "wide"
    qtbot.waitUntil(lambda: builder.preview.paper.width() > builder.preview.paper.height())


def test_what_is_missing_stands_under_the_page(qtbot, builder):
    qtbot.waitUntil(lambda: "the company’s seal" in builder.preview.lacks.text())


def test_a_shipped_form_is_saved_as_one_of_our_own_and_taken(qtbot, builder, workspace, quote):
    dialog = opened(qtbot, builder)
    assert not dialog.remove.isEnabled()
    dialog.form.flags["landscape"].click()
    assert dialog.form.paper().landscape
    dialog.form.name.setFocus()
    dialog.form.name.selectAll()
    QTest.keyClicks(dialog.form.name, "Ours")
    with qtbot.waitSignal(dialog.saved):
        dialog.keep.click()
    qtbot.waitUntil(lambda: builder.preview.template.box.currentText() == "Ours")
    template = next(one for one in quotes.templates(workspace) if not one.shipped)
    assert (template.name, template.paper.landscape) == ("Ours", True)
    qtbot.waitUntil(lambda: quotes.open_quote(workspace, quote).draft.template == template.key)


def test_columns_are_moved_and_texts_kept_by_language(qtbot, builder):
    dialog = opened(qtbot, builder)
    form = dialog.form
    form.columns.setCurrentRow(1)
    QTest.keyClick(form.columns, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    form._move(-1)
    kinds = [one.kind.value for one in form.paper().columns]
    assert kinds[:2] == ["item", "number"]
    form.words["closing"].setFocus()
    QTest.keyClicks(form.words["closing"], "Yours")
    assert form.paper().en.closing == "Yours"
    form.speak("ko")
    assert form.words["closing"].text() == ""
    assert form.paper().en.closing == "Yours"
    QTest.keyClicks(form.clauses, "One")
    assert form.paper().clauses[0].title_ko == "One"
    dialog.reject()


def test_the_type_is_chosen_for_plain_and_bold_texts_of_every_paper(qtbot, builder, workspace):
    dialog = opened(qtbot, builder)
    for key in ("quotation", "plan"):
        place = dialog.choice.findData(key)
        dialog.choice.setCurrentIndex(place)
        dialog.choice.activated.emit(place)
        box = dialog.form.choices["heading"]
        assert box.isVisibleTo(dialog)
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Down)
        box.activated.emit(box.currentIndex())
        assert (dialog.form.paper().body, dialog.form.paper().heading) == (Typeface.PRETENDARD, Typeface.NOTO_SANS)
    dialog.keep.click()
    qtbot.waitUntil(lambda: any(not one.shipped for one in quotes.all_templates(workspace)))
    with workspace.read() as session:
        assert working_papers.usual_form(session, PaperKind.PLAN).heading is Typeface.NOTO_SANS


def test_forms_of_working_papers_have_the_fields_they_need_and_are_used_from_then_on(qtbot, builder, workspace):
    dialog = opened(qtbot, builder)
    place = dialog.choice.findData("handover")
    dialog.choice.setCurrentIndex(place)
    dialog.choice.activated.emit(place)
    form = dialog.form
    hidden = (
        form.columns,
        form.clauses,
        form.choices["prices"],
        form.flags["seal"],
        form.flags["cover"],
        form.words["closing"],
    )
    assert not any(one.isVisibleTo(dialog) for one in hidden)
    assert all(one.isVisibleTo(dialog) for one in (form.accent, form.margin, form.flags["logo"], form.words["header"]))
    qtbot.waitUntil(lambda: dialog.example.editors["account"].line.text() != "")
    form.words["footer"].setFocus()
    QTest.keyClicks(form.words["footer"], "Ours {who}")
    form.flags["logo"].click()
    qtbot.waitUntil(lambda: "{who}" in dialog.gaps.text())
    assert "the company’s logo" in dialog.gaps.text()
    dialog.keep.click()
    qtbot.waitUntil(lambda: any(not one.shipped for one in quotes.all_templates(workspace)))
    with workspace.read() as session:
        assert working_papers.usual_form(session, PaperKind.HANDOVER).en.footer == "Ours {who}"
    choice = builder.preview.template
    qtbot.waitUntil(lambda: len(choice._known) == 10)
    assert choice.box.count() == 4, "a quote is not printed in the form of a hand-over"


def test_the_form_of_proposals_is_seen_on_the_newest_one(qtbot, builder, workspace, account):
    proposals.create(workspace, account_id=account, name="설비 증설 제안")
    dialog = opened(qtbot, builder)
    place = dialog.choice.findData("proposal")
    dialog.choice.setCurrentIndex(place)
    dialog.choice.activated.emit(place)
    form = dialog.form
    assert all(one.isVisibleTo(dialog) for one in (form.flags["cover"], form.words["cover"]))
    assert not form.flags["carry"].isVisibleTo(dialog)
    whole = len(page_texts(proposal_pdf.render(newest(workspace), "en")))
    qtbot.waitUntil(lambda: dialog.counter.text() == f"1 / {whole}")
    form.flags["cover"].click()
    qtbot.waitUntil(lambda: dialog.counter.text() == f"1 / {whole - 1}")
    dialog.reject()


def test_the_paper_a_form_is_seen_on_is_chosen_by_name(qtbot, builder, workspace, account):
    other = records.create(workspace, "account", {"name": "Saebyeok Chemicals"}).id
    names = [quotes.open_quote(workspace, builder.editor.draft.id).draft.customer.name, "Saebyeok Chemicals"]
    dialog = opened(qtbot, builder)
    assert dialog.example.row_id() == builder.editor.draft.id
    place = dialog.choice.findData("handover")
    dialog.choice.setCurrentIndex(place)
    dialog.choice.activated.emit(place)
    editor = dialog.example.editors["account"]
    assert editor.isVisibleTo(dialog)
    qtbot.waitUntil(lambda: editor.line.text() == names[0])
    editor.line.setFocus()
    editor.line.selectAll()
    QTest.keyClicks(editor.line, "Saebyeok")
    qtbot.waitUntil(lambda: "Saebyeok Chemicals" in editor._ids)
    editor._take("Saebyeok Chemicals")
    qtbot.waitUntil(lambda: dialog.example.row_id() == other)
    form = dialog.form
    form.words["footer"].setFocus()
    QTest.keyClicks(form.words["footer"], "{number}")
    qtbot.waitUntil(lambda: "{number}" in dialog.gaps.text())
    dialog.reject()


def newest(workspace):
    row = records.list_rows(workspace, "proposal").records[0].id
    return proposals.draft_document(workspace, row)
