"""What may become of an issued version, and how long what was bought runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from desktop_crm.domain.quotes.answers import NEXT, Term, refuse, term_of
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteSection
from desktop_crm.domain.schema.options import Billing, QuoteStatus
from desktop_crm.domain.schema.workflows import may_follow
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId
from tests.domain.quotes.samples import korean_draft, line

TODAY = date(2026, 11, 23)


def bought(*lines) -> QuoteDraft:
    return replace(korean_draft(), sections=(QuoteSection(id=RowId("s"), lines=lines),))


def test_every_state_has_its_row_and_merging_allows_what_people_may_do() -> None:
    assert NEXT.keys() == set(QuoteStatus)
    for before, following in NEXT.items():
        assert all(may_follow("quote", "status", before.value, after.value) for after in following)


@pytest.mark.parametrize(("before", "after"), [("accepted", "rejected"), ("viewed", "sent"), ("issued", "viewed")])
def test_a_state_that_may_not_follow_is_refused(before: str, after: str) -> None:
    with pytest.raises(Refusal) as refused:
        refuse("Q-1", QuoteStatus(before), QuoteStatus(after))
    assert refused.value.code == "record.state"


def test_a_draft_cannot_be_answered() -> None:
    with pytest.raises(Refusal) as refused:
        refuse("Q-1", QuoteStatus.DRAFT, QuoteStatus.ACCEPTED)
    assert refused.value.code == "quote.answer.draft"


def test_what_is_bought_once_has_no_term() -> None:
    assert term_of(bought(line(1, "펌프", "1", "100")), TODAY) == Term()


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (None, 12, date(2027, 11, 22)),
        (date(2027, 3, 1), 12, date(2028, 2, 29)),
        (date(2027, 1, 31), 1, date(2027, 2, 27)),
        (date(2026, 12, 1), 36, date(2029, 11, 30)),
    ],
)
def test_the_last_day_of_a_term(start: date | None, months: int, end: date) -> None:
    yearly = line(1, "구독", "1", "100", billing=Billing.MONTHLY, term_months=months, starts_on=start)
    assert term_of(bought(yearly), TODAY) == Term(starts_on=start or TODAY, ends_on=end)


def test_several_terms_span_from_the_first_day_to_the_last_and_options_do_not_count() -> None:
    found = term_of(
        bought(
            line(1, "구독", "1", "100", billing=Billing.MONTHLY, term_months=12, starts_on=date(2027, 2, 1)),
            line(2, "유지보수", "1", "100", billing=Billing.YEARLY, ends_on=date(2029, 6, 30)),
            line(3, "선택", "1", "100", billing=Billing.YEARLY, ends_on=date(2031, 1, 1), optional=True),
        ),
        TODAY,
    )
    assert found == Term(starts_on=TODAY, ends_on=date(2029, 6, 30))
