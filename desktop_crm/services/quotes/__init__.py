"""Quotes: making, editing, issuing, printing. Issued versions never change; what is edited is the draft of the next one."""

from __future__ import annotations

from desktop_crm.domain.quotes.draft import LOOSE
from desktop_crm.persistence.stores.price_books import BookChoice
from desktop_crm.persistence.stores.quotes import ProductChoice, QuoteSummary, VersionSummary
from desktop_crm.services.quotes.answering import Answered, Step, mark, steps
from desktop_crm.services.quotes.comparing import Compared, Round, Side, compare_versions, rounds
from desktop_crm.services.quotes.editing import (
    Created,
    SupplierFields,
    create,
    pricing_order,
    restore_version,
    save,
    set_pricing_order,
    set_supplier,
    supplier,
)
from desktop_crm.services.quotes.issuing import (
    Issued,
    Prepared,
    Printed,
    finish_issue,
    issue,
    prepare_issue,
    preview_document,
    print_draft_to,
    print_to,
    reprint,
    version,
)
from desktop_crm.services.quotes.lines_file import lines_from_file
from desktop_crm.services.quotes.picking import (
    Repriced,
    books,
    bundle_lines,
    filled,
    products_called,
    reprice,
)
from desktop_crm.services.quotes.reading import (
    OpenQuote,
    account_named,
    find,
    list_quotes,
    open_quote,
    products,
    version_summary,
)

__all__ = [
    "LOOSE",
    "Answered",
    "BookChoice",
    "Compared",
    "Created",
    "Issued",
    "OpenQuote",
    "Prepared",
    "Printed",
    "ProductChoice",
    "QuoteSummary",
    "Repriced",
    "Round",
    "Side",
    "Step",
    "SupplierFields",
    "VersionSummary",
    "account_named",
    "books",
    "bundle_lines",
    "compare_versions",
    "create",
    "filled",
    "find",
    "finish_issue",
    "issue",
    "lines_from_file",
    "list_quotes",
    "mark",
    "open_quote",
    "prepare_issue",
    "preview_document",
    "pricing_order",
    "print_draft_to",
    "print_to",
    "products",
    "products_called",
    "reprice",
    "reprint",
    "restore_version",
    "rounds",
    "save",
    "set_pricing_order",
    "set_supplier",
    "steps",
    "supplier",
    "version",
    "version_summary",
]
