"""Bundles: which parts come with a product, which may be chosen, and whether a choice holds. Pure; items are handed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from desktop_crm.domain.schema.options import BundleRole
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleItem:
    """One part of a bundle: so many of a product in one bundle. Items of one `choice` are counted together."""

    bundle_id: RowId
    product_id: RowId
    quantity: Decimal
    role: BundleRole = BundleRole.REQUIRED
    choice: str = ""
    least: int | None = None
    most: int | None = None
    excludes_id: RowId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleProblem:
    """Why a choice does not hold: an error code, the product or choice it is about, and the other one."""

    code: str
    what: str
    other: str = ""


def problems(items: Sequence[BundleItem], taken: Iterable[RowId]) -> tuple[BundleProblem, ...]:
    """Empty when what was taken is a whole bundle."""
    have = set(taken)
    found = [
        BundleProblem(code="bundle.required", what=item.product_id)
        for item in items
        if item.role is BundleRole.REQUIRED and not item.choice and item.product_id not in have
    ]
    found += [
        BundleProblem(code="bundle.excluded", what=item.product_id, other=item.excludes_id)
        for item in items
        if item.excludes_id and item.product_id in have and item.excludes_id in have
    ]
    for choice, some in _choices(items).items():
        count = sum(item.product_id in have for item in some)
        least = max((item.least for item in some if item.least is not None), default=0)
        most = min((item.most for item in some if item.most is not None), default=len(some))
        if count < least:
            found.append(BundleProblem(code="bundle.too_few", what=choice, other=str(least)))
        if count > most:
            found.append(BundleProblem(code="bundle.too_many", what=choice, other=str(most)))
    return tuple(found)


def at_first(items: Sequence[BundleItem]) -> tuple[BundleItem, ...]:
    """The parts that come with a bundle until a person chooses others."""
    return tuple(item for item in items if item.role is not BundleRole.OPTIONAL)


def refuse_circle(bundle_id: str, product_id: str, parts: Mapping[str, Sequence[str]]) -> None:
    """A product cannot be a part of itself, however deep. Raises Refusal `bundle.circle`; `parts`: bundle to its products."""
    waiting, seen = [product_id], set()
    while waiting:
        one = waiting.pop()
        if one == bundle_id:
            raise Refusal("bundle.circle", field="product_id", product=product_id)
        if one not in seen:
            seen.add(one)
            waiting.extend(parts.get(one, ()))


def _choices(items: Sequence[BundleItem]) -> dict[str, list[BundleItem]]:
    found: dict[str, list[BundleItem]] = {}
    for item in items:
        if item.choice:
            found.setdefault(item.choice, []).append(item)
    return found
