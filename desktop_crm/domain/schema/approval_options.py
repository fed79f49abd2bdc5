"""Closed lists of approvals: what a rule looks at, who approves, what was decided. Data only."""

from __future__ import annotations

from enum import StrEnum


class ApprovalMeasure(StrEnum):
    """What a condition looks at. Discounts and margin in percent, amount in money, term in months, payment in days."""

    DISCOUNT = "discount"
    LINE_DISCOUNT = "line_discount"
    MARGIN = "margin"
    AMOUNT = "amount"
    PRODUCT = "product"
    CATEGORY = "category"
    TERM = "term"
    PAYMENT = "payment"
    CURRENCY = "currency"
    TIER = "tier"


class ApproverKind(StrEnum):
    """Who has a seat: a person, everybody with a role, or whoever leads the quote's owner."""

    USER = "user"
    ROLE = "role"
    OWNERS_MANAGER = "owners_manager"


class ApprovalNeed(StrEnum):
    """How many of the seats of one stage have to agree."""

    ALL = "all"
    ANY = "any"


class Verdict(StrEnum):
    """What somebody said to a request; `withdrawn` says the one who asked."""

    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
