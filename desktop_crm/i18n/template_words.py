"""The words of forms: what a form lacks for a quote, what columns and choices are called. Codes come as text."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark, told

_GAPS = {
    "logo": mark("the company’s logo"),
    "seal": mark("the company’s seal"),
    "supplier_number": mark("our business registration number"),
    "representative": mark("our representative"),
    "customer": mark("the customer"),
    "valid_until": mark("the validity date"),
    "title": mark("the quote’s title"),
    "contact": mark("the customer’s contact"),
    "english": mark("an English text of a clause"),
    "korean": mark("a Korean text of a clause"),
    "placeholder": mark("a value for {{{name}}}"),
}
_CHOICES = {
    "size.a4": mark("A4"),
    "size.letter": mark("Letter"),
    "sums.heading": mark("In the section’s heading"),
    "sums.below": mark("Below the section"),
    "sums.none": mark("Not shown"),
    "prices.lines": mark("Of each line"),
    "prices.sections": mark("Of sections only"),
    "prices.total": mark("The total only"),
    "signing.supplier": mark("Supplier"),
    "signing.both": mark("Supplier and customer"),
    "signing.none": mark("Nobody"),
    "body.pretendard": mark("Pretendard"),
    "body.noto_sans": mark("Noto Sans KR"),
    "heading.pretendard": mark("Pretendard"),
    "heading.noto_sans": mark("Noto Sans KR"),
    "column.number": mark("Number"),
    "column.item": mark("Item"),
    "column.spec": mark("Spec"),
    "column.unit": mark("Unit"),
    "column.quantity": mark("Quantity"),
    "column.unit_price": mark("Unit price"),
    "column.discount": mark("Discount"),
    "column.tax": mark("VAT"),
    "column.amount": mark("Amount"),
    "column.remark": mark("Remark"),
}


def gap_words(gap: str, name: str = "") -> str:
    """What is missing; `name`: of a placeholder nobody fills."""
    return told(_GAPS[gap], name=name) if name else told(_GAPS[gap])


def choice_label(field: str, value: str) -> str:
    """What a choice of a form is called: `size`, `sums`, `prices`, `signing`, `body`, `heading`, `column`."""
    return told(_CHOICES[f"{field}.{value}"])
