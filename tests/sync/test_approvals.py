"""Approvals between laptops: a real server process, real workspaces, and what a laptop that lies gets for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from desktop_crm.domain.quotes.approvals.standing import ApprovalState
from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.domain.schema.approval_options import ApproverKind, Verdict
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import UserId, new_row_id
from desktop_crm.persistence.stores import approvals as store
from desktop_crm.security import signatures
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import quotes, records
from desktop_crm.services import sync as service
from desktop_crm.services.quotes import StepFields
from desktop_crm.services.workspace import init_workspace
from tests.support.terminal import running

A = ApprovalState


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("server")) as made:
        yield made


class Office:
    """A manager's laptop and two of a member; a fresh account and product for each test, one rule for all."""

    def __init__(self, server, folder) -> None:
        self.manager, self.member, self.second = (
            init_workspace(folder / f"{name}.crm", name=name, secrets=MemoryStore())
            for name in ("manager", "member", "second")
        )
        self._known: set[str] = set()
        for workspace, user in ((self.manager, "minji"), (self.member, "junho"), (self.second, "junho")):
            service.join(workspace, server.address, user, server.password(user))
        with self.manager.write("test") as work:
            self.account = work.insert("account", {"name": "한빛전자(주)"})
            self.product = work.insert("product", {"name": "센서", "code": str(new_row_id()), "category": "Sensors"})
        me = self.manager.author.user_id
        if not quotes.rule_book(self.manager).rules:
            step = StepFields(approver=ApproverKind.USER, user_id=me)
            quotes.save_rule(self.manager, name="팀장", conditions="line_discount > 10", steps=(step,))
        self.meet()

    def refusals(self) -> set[str]:
        """Why the server refused something of the member's laptops since the last look."""
        found = {one.op_id: one.reason for laptop in (self.member, self.second) for one in service.quarantined(laptop)}
        fresh = {reason for op_id, reason in found.items() if op_id not in self._known}
        self._known |= found.keys()
        return fresh

    def meet(self, *workspaces) -> None:
        for _ in range(2):
            for workspace in workspaces or (self.manager, self.member, self.second):
                service.sync_now(workspace)

    def quote(self, workspace, discount: str = "12", account: str = "") -> str:
        line = QuoteLine(
            id=new_row_id(),
            name="센서",
            quantity=Decimal(3),
            unit_price=Decimal(10000),
            discount_percent=Decimal(discount),
            product_id=self.product,
        )
        section = QuoteSection(id=new_row_id(), lines=(line,))
        return quotes.create(workspace, account_id=account or self.account, sections=(section,)).id

    def grant(self, **more):
        terms = {
            "account_id": self.account,
            "products": (self.product,),
            "limit_percent": Decimal(12),
            "expires_on": self.manager.today() + timedelta(days=3),
            "max_uses": 1,
        }
        return quotes.grant(self.manager, **{**terms, **more})

    def envelope(self, workspace, envelope_id):
        return next(one for one in quotes.list_envelopes(workspace) if one.id == envelope_id)


@pytest.fixture(scope="module")
def office(server, tmp_path_factory):
    made = Office(server, tmp_path_factory.mktemp("office"))
    yield made
    for workspace in (made.manager, made.member, made.second):
        workspace.close()


@pytest.fixture(autouse=True)
def another_account(office):
    """Each test has an account of its own, so that envelopes of others are out of the way."""
    with office.manager.write("test") as work:
        office.account = work.insert("account", {"name": "한빛전자(주)"})
    office.meet()
    office.refusals()


def code(act, *arguments, **more) -> str:
    with pytest.raises(Refusal) as refused:
        act(*arguments, **more)
    return refused.value.code


def forge(workspace, entity: str, fields: dict, row_id=None) -> str:
    """Write a row past every service, as a laptop that lies would."""
    with workspace.write("forged") as work:
        return work.insert(entity, fields, row_id)


def tamper(workspace, envelope_id, **fields) -> None:
    """Change an envelope in this file alone, past the change log."""
    with workspace.database.writing() as connection:
        for name, value in fields.items():
            connection.exec_driver_sql(f'UPDATE approval_envelope SET "{name}"=? WHERE id=?', (value, envelope_id))


def issue_past_the_gate(workspace, quote_id: str, monkeypatch) -> None:
    """What a patched program would do."""
    from desktop_crm.services.quotes import enveloping

    with monkeypatch.context() as patch:
        patch.setattr(enveloping, "gate", lambda *_: enveloping.Passed())
        quotes.issue(workspace, quote_id)


def test_asked_on_one_laptop_approved_on_another_issued_on_the_first(office) -> None:
    made = office.quote(office.member)
    assert code(quotes.issue, office.member, made) == "approval.needed"
    quotes.submit(office.member, made, "경쟁")
    office.meet()
    [waiting] = [one for one in quotes.waiting(office.manager) if one.quote_id == made]
    assert (waiting.mine, waiting.asked_by) == (True, "junho")
    quotes.answer(office.manager, made, Verdict.APPROVED, "좋습니다")
    office.meet()
    found = quotes.approval(office.member, made)
    assert (found.state, found.timeline[-1].by) == (A.APPROVED, "minji")
    assert quotes.open_quote(office.member, made).status is QuoteStatus.APPROVED
    quotes.issue(office.member, made)
    office.meet()
    assert quotes.open_quote(office.manager, made).status is QuoteStatus.ISSUED
    assert office.refusals() == set()


def test_a_manager_does_not_approve_what_he_asked_for(office) -> None:
    made = office.quote(office.manager)
    quotes.submit(office.manager, made)
    assert code(quotes.answer, office.manager, made, Verdict.APPROVED) == "approval.own"


def test_the_server_takes_no_version_without_approval(office, monkeypatch) -> None:
    made = office.quote(office.member)
    issue_past_the_gate(office.member, made, monkeypatch)
    office.meet()
    assert "sync.refused.approval" in office.refusals()
    assert quotes.open_quote(office.manager, made).versions == ()


def test_the_server_takes_no_answer_in_another_name_and_none_of_a_stranger(office) -> None:
    made = office.quote(office.member)
    quotes.submit(office.member, made)
    request = quotes.approval(office.member, made).request
    for by in (office.manager.author.user_id, office.member.author.user_id):
        forge(
            office.member,
            "approval_decision",
            {
                "request_id": request.id,
                "verdict": "approved",
                "decided_by_id": by,
                "decided_at": office.member.clock.now(),
                "content_hash": request.content_hash,
            },
        )
    office.meet()
    assert {"sync.refused.author", "sync.refused.approver"} <= office.refusals()
    assert quotes.approval(office.manager, made).state is A.SUBMITTED


def test_a_member_changes_no_rule_and_makes_nobody_a_manager(office) -> None:
    [rule] = quotes.rule_book(office.member).rules
    assert code(quotes.remove_rule, office.member, rule.id) == "approval.not_administrator"
    with office.member.write("forged") as work:
        work.update("approval_rule", rule.id, {"active": False})
        work.update("user", office.member.author.user_id, {"role": "manager", "manager_id": None})
    office.meet()
    assert office.refusals() == {"sync.refused.role"}
    assert quotes.rule_book(office.manager).rules[0].active


def test_a_request_that_says_another_hash_is_refused(office) -> None:
    made = office.quote(office.member)
    quotes.submit(office.member, made)
    request = quotes.approval(office.member, made).request
    fields = {
        "quote_id": made,
        "version": 1,
        "requested_by_id": office.member.author.user_id,
        "requested_at": office.member.clock.now(),
        "content_hash": "0" * 64,
        "snapshot": request.snapshot,
    }
    forge(office.member, "approval_request", fields)
    office.meet()
    assert "sync.refused.approval_content" in office.refusals()


def test_an_envelope_lets_a_quote_out_at_the_customers_desk(office) -> None:
    granted = office.grant()
    assert not granted.certified
    office.meet()
    assert office.envelope(office.member, granted.id).problem == ""
    made = office.quote(office.member)  # from here on without a network
    issued = quotes.issue(office.member, made)
    row = records.get(office.member, "quote_version", quotes.open_quote(office.member, made).versions[0].id).fields
    assert (row["envelope_id"], len(row["approved_hash"])) == (granted.id, 64)
    again = office.quote(office.member)
    assert code(quotes.issue, office.member, again, granted.id) == "envelope.used_up"
    assert code(quotes.issue, office.member, again) == "approval.needed"
    office.meet()
    assert office.refusals() == set()
    [version] = quotes.open_quote(office.manager, made).versions
    assert version.hash == issued.version.hash
    assert [use[3] for use in office.envelope(office.manager, granted.id).uses] == ["junho"]
    assert office.grant().certified


def test_outside_its_terms_an_envelope_is_refused(office) -> None:
    granted = office.grant(max_uses=9)
    with office.manager.write("test") as work:
        other = work.insert("account", {"name": "다른 회사"})
    office.meet()
    mine = office.member
    assert code(quotes.issue, mine, office.quote(mine, "13"), granted.id) == "envelope.limit"
    assert code(quotes.issue, mine, office.quote(mine, account=other), granted.id) == "envelope.account"
    mixed = office.quote(mine)
    draft = quotes.open_quote(mine, mixed).draft
    other_line = QuoteLine(
        id=new_row_id(), name="x", quantity=Decimal(1), unit_price=Decimal(900), discount_percent=Decimal(1)
    )
    lines = (*draft.sections[0].lines, other_line)
    quotes.save(mine, draft, replace(draft, sections=(replace(draft.sections[0], lines=lines),)))
    assert code(quotes.issue, mine, mixed, granted.id) == "envelope.product"
    assert code(quotes.issue, mine, mixed, "none") == "envelope.unknown"


ALTERED = (
    ({"limit_percent": "40"}, "envelope.altered"),
    ({"expires_on": "2099-01-01"}, "envelope.altered"),
    ({"max_uses": 99}, "envelope.altered"),
    ({"margin_percent": "1"}, "envelope.altered"),
    ({"largest_amount": "99000000", "currency": "KRW"}, "envelope.altered"),
    ({"products": None}, "envelope.altered"),
    ({"signature": "00" * 64}, "envelope.altered"),
    ({"key_id": "another"}, "envelope.forged"),
)


def test_an_altered_envelope_is_refused_on_the_laptop(office) -> None:
    made = office.quote(office.member)
    granted = [office.grant(max_uses=9).id for _ in ALTERED]
    office.meet(office.manager, office.member)
    for (altered, refused), envelope in zip(ALTERED, granted, strict=True):
        tamper(office.member, envelope, **altered)
        assert code(quotes.issue, office.member, made, envelope) == refused
        assert office.envelope(office.member, envelope).problem == refused
    assert code(quotes.issue, office.member, made) == "approval.needed"


def test_an_envelope_of_ones_own_making_is_refused_here_and_at_the_server(office, monkeypatch) -> None:
    """A member makes a key, signs an envelope with it, and even issues past the gate of his own program."""
    from desktop_crm.domain.quotes.approvals import envelopes

    pair, key_id, envelope_id = signatures.new_pair(), new_row_id(), new_row_id()
    manager = office.manager.author.user_id
    forge(office.member, "approval_key", {"user_id": manager, "public_key": pair.public}, key_id)
    terms = envelopes.Terms(
        id=envelope_id,
        account_id=office.account,
        products=(),
        limit_percent=Decimal(90),
        expires_on=office.member.today(),
        max_uses=9,
        granted_by=UserId(manager),
        granted_at=office.member.clock.now().replace(microsecond=0),
        key_id=key_id,
    )
    fields = {
        "account_id": terms.account_id,
        "limit_percent": terms.limit_percent,
        "expires_on": terms.expires_on,
        "max_uses": terms.max_uses,
        "granted_by_id": manager,
        "granted_at": terms.granted_at,
        "key_id": key_id,
        "signature": signatures.sign(pair.private, envelopes.terms_text(terms)),
    }
    forge(office.member, "approval_envelope", fields, envelope_id)
    made = office.quote(office.member, "60")
    assert code(quotes.issue, office.member, made, envelope_id) == "envelope.uncertified"
    with office.member.write("forged") as work:
        work.update("approval_key", key_id, {"expires_on": office.member.today(), "certificate": "00" * 64})
    assert code(quotes.issue, office.member, made, envelope_id) == "envelope.forged"
    issue_past_the_gate(office.member, made, monkeypatch)
    office.meet()
    assert {"sync.refused.role", "sync.refused.author", "sync.refused.approval"} <= office.refusals()
    assert quotes.open_quote(office.manager, made).versions == ()


@pytest.fixture
def strict(office):
    """Rules on margin and amount beside the one on discounts, as long as a test goes."""
    step = StepFields(approver=ApproverKind.USER, user_id=office.manager.author.user_id)
    made = quotes.save_rule(
        office.manager, name="마진", conditions="margin < 30 or amount >= 20000 KRW", steps=(step,), rank=3
    )
    office.meet()
    yield
    quotes.remove_rule(office.manager, made.id)
    office.meet()


def with_cost(workspace, quote_id: str, cost: str) -> str:
    """The quote's line at that cost: 26,400 won for three at 12 % off."""
    draft = quotes.open_quote(workspace, quote_id).draft
    (section,) = draft.sections
    costed = replace(section, lines=(replace(section.lines[0], cost=Decimal(cost)),))
    quotes.save(workspace, draft, replace(draft, sections=(costed,)))
    return quote_id


def test_an_envelope_speaks_of_margin_and_amount_only_within_its_own_limits(office, strict) -> None:
    mine = office.member
    on_discounts = office.grant(max_uses=9)
    margin_alone = office.grant(max_uses=9, margin_percent=Decimal(20))
    low = office.grant(max_uses=9, margin_percent=Decimal(20), largest_amount=Decimal(26399))
    dollars = office.grant(max_uses=9, margin_percent=Decimal(20), largest_amount=Decimal(90000), currency="usd")
    whole = office.grant(max_uses=1, margin_percent=Decimal(20), largest_amount=Decimal(26400))
    office.meet(office.manager, mine)
    made = with_cost(mine, office.quote(mine), "7000")  # a margin of 20.45 %
    assert code(quotes.issue, mine, made, on_discounts.id) == "approval.needed"
    assert code(quotes.issue, mine, made, margin_alone.id) == "approval.needed"
    assert code(quotes.issue, mine, made, low.id) == "envelope.amount"
    assert code(quotes.issue, mine, made, dollars.id) == "envelope.amount"
    poor = with_cost(mine, office.quote(mine), "7100")
    assert code(quotes.issue, mine, poor, whole.id) == "envelope.margin"
    assert code(quotes.issue, mine, office.quote(mine), whole.id) == "envelope.margin"  # no cost is known
    quotes.issue(mine, made, whole.id)
    office.meet()
    assert office.refusals() == set()
    [version] = quotes.open_quote(office.manager, made).versions
    assert version.grand_total == Decimal(29040)


def test_the_server_looks_at_margin_and_amount_too(office, strict, monkeypatch) -> None:
    """A patched laptop issues under an envelope that does not cover the offer."""
    from desktop_crm.services.quotes import enveloping

    given = office.grant(max_uses=9, margin_percent=Decimal(25), largest_amount=Decimal(90000))
    office.meet(office.manager, office.member)
    made = with_cost(office.member, office.quote(office.member), "7000")
    passed = enveloping.Passed(envelope_id=given.id)
    with monkeypatch.context() as patch:
        patch.setattr(enveloping, "gate", lambda *_: passed)
        quotes.issue(office.member, made)
    office.meet()
    assert "sync.refused.envelope" in office.refusals()
    assert quotes.open_quote(office.manager, made).versions == ()


@pytest.mark.parametrize(
    "terms",
    [
        {"largest_amount": Decimal(0)},
        {"largest_amount": Decimal(9), "currency": "XXY"},
        {"margin_percent": Decimal(100)},
    ],
)
def test_limits_that_make_no_sense_are_not_granted(office, terms) -> None:
    assert code(office.grant, **terms) in {"envelope.amount_unsound", "currency.unknown", "envelope.limit_unsound"}


def test_two_laptops_issue_one_number_apart_and_one_of_them_is_held(office) -> None:
    """v1 … v3 are known to both; then both issue a fourth without a network."""
    mine, other = office.member, office.second
    made = office.quote(mine, "5")
    for remark in ("one", "two", "three"):
        draft = quotes.open_quote(mine, made).draft
        quotes.save(mine, draft, replace(draft, remarks=remark))
        quotes.issue(mine, made)
    office.meet()
    for laptop, remark in ((mine, "here"), (other, "there")):
        draft = quotes.open_quote(laptop, made).draft
        quotes.save(laptop, draft, replace(draft, remarks=remark))
        quotes.issue(laptop, made)
    office.meet()
    assert office.refusals() == set()
    for laptop in (office.manager, mine, other):
        found = quotes.open_quote(laptop, made)
        assert [one.label for one in found.undecided] == ["v4", "v4-B"]
        assert [one.label for one in found.versions[2:]] == ["v3", "v2", "v1"]
    twin = quotes.open_quote(office.manager, made).undecided[1]
    quotes.decide(office.manager, made, twin.id)
    office.meet()
    for laptop in (office.manager, mine, other):
        found = quotes.open_quote(laptop, made)
        assert (found.undecided, found.versions[0].id, found.draft.remarks) == ((), twin.id, "there")
        assert len(found.versions) == 5


def test_an_expired_and_a_revoked_envelope(office) -> None:
    granted = office.grant(expires_on=office.manager.today(), max_uses=9)
    office.meet(office.manager, office.member)
    made = office.quote(office.member)
    clock, office.member.clock = office.member.clock, Later(office.member.clock, days=2)
    assert code(quotes.issue, office.member, made, granted.id) == "envelope.expired"
    assert office.envelope(office.member, granted.id).problem == "envelope.expired"
    office.member.clock = clock
    quotes.revoke(office.manager, granted.id)
    office.meet(office.manager, office.member)
    assert code(quotes.issue, office.member, made, granted.id) == "envelope.revoked"


class Later:
    """A clock that runs ahead."""

    def __init__(self, clock, **ahead) -> None:
        self._clock, self._ahead = clock, timedelta(**ahead)

    def now(self):
        return self._clock.now() + self._ahead


def test_overuse_by_two_laptops_is_kept_and_shown_to_the_manager(office) -> None:
    granted = office.grant(max_uses=1)
    office.meet()
    for workspace in (office.member, office.second):
        quotes.issue(workspace, office.quote(workspace))
    office.meet()
    assert office.refusals() == set()
    shown = office.envelope(office.manager, granted.id)
    assert (shown.overused, len(shown.uses), shown.problem) == (True, 2, "envelope.used_up")
    assert quotes.list_envelopes(office.manager)[0].id == granted.id


def test_a_laptop_that_knew_gets_no_second_use_from_the_server(office, monkeypatch) -> None:
    from desktop_crm.services.quotes import enveloping

    granted = office.grant(max_uses=1)
    office.meet(office.manager, office.member)
    quotes.issue(office.member, office.quote(office.member))
    again = office.quote(office.member)
    with monkeypatch.context() as patch:
        patch.setattr(enveloping, "gate", lambda *_: enveloping.Passed(envelope_id=granted.id))
        quotes.issue(office.member, again)
    office.meet(office.member, office.manager)
    assert "sync.refused.envelope_used_up" in office.refusals()
    assert quotes.open_quote(office.manager, again).versions == ()


def test_the_private_key_is_in_the_keyring_and_nowhere_in_the_file(office) -> None:
    office.grant()
    with office.manager.read() as session:
        [key] = [one for one in store.keys(session).values() if one.user_id == office.manager.author.user_id][-1:]
    private = office.manager.secrets.get(f"approval:{key.id}")
    assert private
    with office.manager.database.writing() as connection:
        for (table,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='table'").fetchall():
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"').fetchall():
                assert not any(isinstance(value, str) and private in value for value in row)


def test_only_a_manager_grants(office) -> None:
    terms = {"account_id": office.account, "products": (), "limit_percent": Decimal(5), "max_uses": 1}
    refused = code(quotes.grant, office.member, expires_on=office.member.today(), **terms)
    assert refused == "envelope.not_manager"
