"""The parts of bundles, as the catalogue has them. Frozen values out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.domain.quotes.bundles import BundleItem
from desktop_crm.domain.schema.options import BundleRole
from desktop_crm.foundation.ids import RowId
from desktop_crm.persistence.tables.catalogue import BundleItemRow


def items_of(session: Session, bundle_ids: Sequence[str]) -> dict[str, tuple[BundleItem, ...]]:
    """The parts of each bundle, in their order."""
    found: dict[str, tuple[BundleItem, ...]] = {}
    for start in range(0, len(bundle_ids), 400):
        statement = select(BundleItemRow).where(
            BundleItemRow.bundle_id.in_(bundle_ids[start : start + 400]), BundleItemRow.row_deleted.is_(None)
        )
        for row in session.scalars(statement.order_by(BundleItemRow.order_key, BundleItemRow.id)):
            if row.bundle_id and row.product_id:
                found[row.bundle_id] = (*found.get(row.bundle_id, ()), _item(row))
    return found


def parts(session: Session) -> dict[str, list[str]]:
    """Every bundle and the products in it."""
    found: dict[str, list[str]] = {}
    columns = (BundleItemRow.bundle_id, BundleItemRow.product_id)
    for bundle_id, product_id in session.execute(select(*columns).where(BundleItemRow.row_deleted.is_(None))):
        if bundle_id and product_id:
            found.setdefault(bundle_id, []).append(product_id)
    return found


def _item(row: BundleItemRow) -> BundleItem:
    return BundleItem(
        bundle_id=RowId(row.bundle_id or ""),
        product_id=RowId(row.product_id or ""),
        quantity=Decimal(1) if row.quantity is None else row.quantity,
        role=BundleRole(row.role or BundleRole.REQUIRED),
        choice=row.choice or "",
        least=row.choose_least,
        most=row.choose_most,
        excludes_id=RowId(row.excludes_id) if row.excludes_id else None,
    )
