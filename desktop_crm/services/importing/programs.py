"""Exports of other programs, told by the columns that only they have together: what they hold, and where their columns go.

Data only. A file that is told here needs no matching by words; what is not named goes where its name says, as everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from desktop_crm.services.importing.kinds import FAMILY_NAME, GIVEN_NAME, OUTSIDE_KEY, Fit, fit, squeezed

TREE_TYPE, TREE_KEY = "attributes.type", "attributes.referenceId"
"""The columns by which a Salesforce sObject tree is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """An export: columns it is told by, `whole` if it has no others, the kind (None: no kind of ours), columns → fields."""

    name: str
    told_by: str
    entity: str | None
    fields: Mapping[str, str] = field(default_factory=dict)
    whole: bool = False
    scales: Mapping[str, int] = field(default_factory=dict)
    """Columns whose numbers are multiplied, where the program counts otherwise than we do."""

    def fits(self, columns: frozenset[str]) -> bool:
        """Whether the file is of this program."""
        wanted = frozenset(self.told_by.split())
        return columns == wanted if self.whole else columns >= wanted


_ORO_PERSON = {
    "emails1email": "email",
    "phones1phone": "phone",
    "ownerusername": "owner_id",
    "additionalcomments": "note",
}
PROGRAMS: tuple[Program, ...] = (
    Program(name="OroCRM leads", told_by="givenname surname emailaddress company bloodtype guid", entity="lead"),
    Program(
        name="OroCRM accounts with their contacts",
        told_by="givenname surname emailaddress company vehicle domain telephonenumber",
        entity="contact",
        fields={"company": "account_id", "occupation": "title", "title": "x_title"},
    ),
    Program(name="OroCRM campaigns", told_by="name code budget", entity=None, whole=True),
    Program(
        name="OroCRM leads to import",
        told_by="leadname firstname lastname emails1email customeraccountaccountname",
        entity="lead",
        fields={**_ORO_PERSON, "leadname": "name", "companyname": "company"},
    ),
    Program(
        name="OroCRM opportunities",
        told_by="opportunityname budgetamount statusid customeraccountaccountname",
        entity="opportunity",
        fields={
            **_ORO_PERSON,
            "opportunityname": "name",
            "budgetamount": "amount",
            "budgetamountcurrency": "currency",
            "statusid": "stage_id",
            "customeraccountaccountname": "account_id",
            "expectedclosedate": "close_date",
            "closereasonname": "loss_reason",
        },
    ),
    Program(
        name="OroCRM contacts",
        told_by="firstname lastname emails1email phones1phone jobtitle groups1label",
        entity="contact",
        fields={
            **_ORO_PERSON,
            "id": OUTSIDE_KEY,
            "accountsdefaultcontact1accountname": "account_id",
            "description": "note",
        },
    ),
    Program(
        name="Atomic CRM contacts",
        told_by="firstname lastname emailwork emailhome phonework phonehome background",
        entity="contact",
        fields={
            "companyname": "account_id",
            "company": "account_id",
            **dict.fromkeys(("emailwork", "emailhome", "emailother"), "email"),
            **dict.fromkeys(("phonework", "phonehome", "phoneother"), "phone"),
        },
    ),
    Program(
        name="Northwind customers",
        told_by="customerid companyname contactname contacttitle",
        entity="account",
        fields={"customerid": OUTSIDE_KEY},
    ),
    Program(
        name="Northwind employees",
        told_by="employeeid lastname firstname hiredate reportsto",
        entity="user",
        fields={"employeeid": OUTSIDE_KEY, "reportsto": "manager_id", "region": "x_region"},
    ),
    Program(
        name="Northwind products",
        told_by="productid productname unitprice quantityperunit",
        entity="product",
        fields={"productid": "code", "quantityperunit": "spec"},
    ),
    Program(
        name="Northwind orders",
        told_by="orderid customerid employeeid orderdate shippeddate freight",
        entity="order",
        fields={"orderid": "number", "customerid": "account_id", "employeeid": "owner_id", "orderdate": "ordered_on"},
    ),
    Program(
        name="Northwind order details",
        told_by="orderid productid unitprice quantity discount",
        entity="order_line",
        fields={"orderid": "order_id", "productid": "product_id", "discount": "discount_percent"},
        scales={"discount": 100},  # a part of one
        whole=True,
    ),
)

_TREE_KINDS = {
    "account": "account",
    "contact": "contact",
    "lead": "lead",
    "opportunity": "opportunity",
    "product": "product",
    "product2": "product",
    "user": "user",
    "task": "task",
    "event": "activity",
}
_TREE_FIELDS = {
    "msrp": "list_price",
    "productcode": "code",
    "billingcountry": "country",
    "mobilephone": "mobile",
    "stagename": "stage_id",
    "firstname": GIVEN_NAME,
    "lastname": FAMILY_NAME,
}


def program_of(columns: tuple[str, ...]) -> Program | None:
    """The program whose export has these columns."""
    names = frozenset(squeezed(column) for column in columns)
    return next((program for program in PROGRAMS if program.fits(names)), None)


def fit_program(program: Program, columns: tuple[str, ...]) -> Fit | None:
    """Where the columns of a program's export go; None where we have no such kind."""
    if program.entity is None:
        return None
    scales = {column: program.scales[name] for column in columns if (name := squeezed(column)) in program.scales}
    return replace(_fit(program.entity, columns, program.fields, {}), scales=scales)


def fit_tree(columns: tuple[str, ...], kind: str) -> Fit | None:
    """Where the columns of an sObject tree of this type go; the `__c` of objects and fields of one's own is passed over.

    An object of one's own is what its name says, else a kind that knows three and more of its fields; None where there is none.
    """
    bare = {column: column.removesuffix("__c") for column in columns if not column.startswith("attributes.")}
    entity = _TREE_KINDS.get(squeezed(kind.removesuffix("__c")))
    if entity is not None:
        return _fit(entity, columns, _TREE_FIELDS, bare)
    if kind.endswith("__c"):
        fits = [_fit(entity, columns, _TREE_FIELDS, bare) for entity in ("contact", "account")]
        best = max(fits, key=lambda one: len(one.matched))
        return best if best.identified and len(best.matched) > 3 else None
    return None


def _fit(entity: str, columns: tuple[str, ...], fields: Mapping[str, str], bare: Mapping[str, str]) -> Fit:
    """As `kinds.fit`, but what `fields` says comes first; `bare` are the names that count instead of the columns'."""
    matched: dict[str, str] = {}
    for column in columns:
        target = fields.get(squeezed(bare.get(column, column)))
        if target is not None and target not in matched.values() and _takes(entity, target):
            matched[column] = target
    rest = tuple(column for column in columns if column not in matched and column not in {TREE_TYPE, TREE_KEY})
    names = {bare.get(column, column): column for column in rest}
    usual = fit(entity, tuple(names))
    for name, target in usual.matched.items():
        if target not in matched.values():
            matched[names[name]] = target
    identified = usual.identified or "name" in matched.values() or GIVEN_NAME in matched.values()
    return Fit(entity=entity, matched=matched, share=len(matched) / max(1, len(columns)), identified=identified)


def _takes(entity: str, target: str) -> bool:
    from desktop_crm.services.importing.plan import can_take

    return can_take(entity, target)
