"""Which mood an option's value has: the meaning of states in colour, for pills everywhere. A word always stands in the pill."""

from __future__ import annotations

from desktop_crm.ui.theme.tokens import Mood

OPTION_MOODS: dict[str, dict[str, Mood]] = {
    "tier": {"key": Mood.accent, "managed": Mood.neutral, "new": Mood.info},
    "relationship_stage": {"collaborative": Mood.good, "interconnected": Mood.good, "basic": Mood.info},
    "role": {"manager": Mood.accent, "administrator": Mood.info},
    "support": {
        "mentor": Mood.good,
        "supporter": Mood.good,
        "neutral": Mood.neutral,
        "non_supporter": Mood.warn,
        "enemy": Mood.bad,
    },
    "buying_role": {"blocker": Mood.bad, "champion": Mood.good, "economic_buyer": Mood.accent},
    "coverage": {
        "none": Mood.bad,
        "unknown": Mood.neutral,
        "brief": Mood.warn,
        "multiple": Mood.good,
        "in_depth": Mood.good,
    },
    "forecast_category": {
        "commit": Mood.good,
        "most_likely": Mood.info,
        "best_case": Mood.info,
        "closed": Mood.neutral,
    },
    "usage": {"installed": Mood.good, "proposed": Mood.warn, "open": Mood.info, "competitor": Mood.bad},
    "deal_role": {"sales": Mood.accent, "support": Mood.info, "legal": Mood.warn, "finance": Mood.good},
    "member_role": {"account_manager": Mood.accent, "sponsor": Mood.info},
    "priority": {"high": Mood.bad, "normal": Mood.neutral, "low": Mood.neutral},
    "proposal_state": {
        "draft": Mood.warn,
        "submitted": Mood.info,
        "approved": Mood.good,
        "issued": Mood.accent,
        "accepted": Mood.good,
        "rejected": Mood.bad,
    },
    "content_kind": {"case_study": Mood.accent, "reference": Mood.info},
    "status": {
        "draft": Mood.warn,
        "submitted": Mood.info,
        "approved": Mood.good,
        "issued": Mood.accent,
        "sent": Mood.info,
        "viewed": Mood.info,
        "accepted": Mood.good,
        "rejected": Mood.bad,
        "expired": Mood.neutral,
        "active": Mood.good,
        "ended": Mood.neutral,
        "received": Mood.info,
        "delivered": Mood.good,
        "cancelled": Mood.neutral,
        "new": Mood.info,
        "working": Mood.warn,
        "marketing_qualified": Mood.accent,
        "sales_qualified": Mood.good,
        "disqualified": Mood.neutral,
        "open": Mood.warn,
        "waiting": Mood.warn,
        "solved": Mood.good,
    },
    "kind": {
        "visit": Mood.warn,
        "call": Mood.info,
        "mail": Mood.info,
        "meeting": Mood.accent,
        "won": Mood.good,
        "lost": Mood.bad,
        "group": Mood.accent,
    },
    "state": {"open": Mood.warn, "accepted": Mood.good, "kept": Mood.good},
}


def mood_of(field: str, value: str) -> Mood:
    """The mood of an option's value; neutral when it says nothing about good or bad."""
    return OPTION_MOODS.get(field, {}).get(value, Mood.neutral)
