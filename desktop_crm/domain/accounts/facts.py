"""What a good account record knows: the facts that are missing, in the order in which they help. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Gap(StrEnum):
    """Something that is not known or not there yet."""

    OWNER = "owner"
    CONTACT = "contact"
    ECONOMIC_BUYER = "economic_buyer"
    STAKEHOLDER_MAP = "stakeholder_map"
    NEXT_STEP = "next_step"
    RECENT_ACTIVITY = "recent_activity"
    REGISTRATION_NUMBER = "registration_number"
    INDUSTRY = "industry"


QUIET_DAYS = 60
"""An account with open business that nobody spoke to for so long is quiet."""


def gaps(
    fields: Mapping[str, Any],
    *,
    contacts: int,
    people_on_maps: int,
    economic_buyers: int,
    open_deals: int,
    open_tasks: int,
    quiet_days: int | None,
) -> tuple[Gap, ...]:
    """What is missing. `quiet_days`: days since the last activity, None when there never was one."""
    has_business = open_deals > 0
    quiet = quiet_days is None or quiet_days > QUIET_DAYS
    found = (
        (Gap.OWNER, not fields.get("owner_id")),
        (Gap.CONTACT, contacts == 0),
        (Gap.ECONOMIC_BUYER, has_business and people_on_maps > 0 and economic_buyers == 0),
        (Gap.STAKEHOLDER_MAP, has_business and people_on_maps == 0),
        (Gap.NEXT_STEP, has_business and open_tasks == 0),
        (Gap.RECENT_ACTIVITY, has_business and quiet),
        (Gap.REGISTRATION_NUMBER, not fields.get("business_registration_number")),
        (Gap.INDUSTRY, not fields.get("industry")),
    )
    return tuple(gap for gap, missing in found if missing)
