"""vCard files into contacts: nobody twice, nothing replaced, undone as one act; out and in again elsewhere."""

from __future__ import annotations

from desktop_crm.exchange.vcard_files import Card, write_cards
from desktop_crm.services import contact_files, history, records

OH = Card(
    name="오재석",
    company="한빛전자",
    title="책임",
    emails=("oh@hanbit.example", "oh2@hanbit.example"),
    mobiles=("+821012345678",),
    addresses=("구미 산호대로 1", "서울 어딘가"),
)
NEW = Card(name="새 얼굴", company="없는 회사", phones=("+8223123456",))


def test_people_come_in_once_with_their_account(workspace):
    account = records.create(workspace, "account", {"name": "한빛전자"}).id
    taken = contact_files.import_cards(workspace, write_cards((OH, NEW)))
    assert (taken.created, taken.updated, taken.same, taken.companies) == (2, 0, 0, ("없는 회사",))
    rows = {one.fields["name"]: one.fields for one in records.list_rows(workspace, "contact").records}
    assert rows["오재석"]["account_id"] == account
    assert rows["오재석"]["other_emails"] == ("oh2@hanbit.example",)
    assert rows["오재석"]["addresses"] == "구미 산호대로 1\n서울 어딘가"
    assert rows["새 얼굴"]["note"] == "없는 회사"
    again = contact_files.import_cards(workspace, write_cards((OH, NEW)))
    assert (again.created, again.updated, again.same) == (0, 0, 2)
    history.revert(workspace, taken.changes.tx_id)
    assert records.count(workspace, "contact") == 0


def test_what_is_known_is_completed_and_never_replaced(workspace):
    made = records.create(workspace, "contact", {"name": "오 재석", "email": "OH@hanbit.example", "title": "팀장"}).id
    taken = contact_files.import_cards(workspace, write_cards((OH,)))
    assert (taken.created, taken.updated) == (0, 1)
    fields = records.get(workspace, "contact", made).fields
    assert (fields["name"], fields["title"], fields["mobile"]) == ("오 재석", "팀장", "+821012345678")


def test_out_and_in_again(workspace, new_workspace, tmp_path):
    account = records.create(workspace, "account", {"name": "한빛전자"}).id
    contact_files.import_cards(workspace, write_cards((OH, NEW)))
    other = new_workspace("second")
    records.create(other, "account", {"name": "한빛전자"})
    for version in ("2.1", "3.0", "4.0"):
        contact_files.import_cards(other, contact_files.export_cards(workspace, version=version))
    assert records.count(other, "contact") == 2
    assert contact_files.export_cards(workspace, account).count(b"BEGIN:VCARD") == 1
    one = records.list_rows(workspace, "contact").records[0].id
    assert contact_files.qr_to(workspace, one, tmp_path / "card.svg") == (tmp_path / "card.svg").stat().st_size
