"""Drafts for tests: a Korean one with sections, a generated one of any size, and a strategy for odd ones."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from desktop_crm.domain.quotes.draft import Party, QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.domain.schema.options import RoundingPolicy
from desktop_crm.foundation.ids import RowId

SUPPLIER = Party(
    name="(주)온누리오토메이션",
    registration_number="123-81-45678",
    representative="강윤우",
    address="서울특별시 금천구 가산디지털1로 168, 우림라이온스밸리 B동 1204호",
    phone="02-2025-1234",
    email="sales@onnuri.example",
    contact="김하늘",
    contact_title="과장",
)
CUSTOMER = Party(
    name="한빛전자(주)",
    registration_number="514-81-00231",
    address="경상북도 구미시 수출대로 152",
    department="구미사업장 설비팀",
    contact="이정훈",
    contact_title="부장",
)


def line(number: int, name: str, quantity: str, price: str, discount: str = "0", **more: object) -> QuoteLine:
    """One line; further fields by name."""
    return QuoteLine(
        id=RowId(f"line-{number:05d}"),
        name=name,
        quantity=Decimal(quantity),
        unit_price=Decimal(price),
        discount_percent=Decimal(discount),
        **more,  # type: ignore[arg-type]
    )


def korean_draft() -> QuoteDraft:
    """The quote of the design picture, with figures that add up."""
    return QuoteDraft(
        id=RowId("quote-1"),
        supplier=SUPPLIER,
        customer=CUSTOMER,
        name="설비 증설 2027",
        currency="KRW",
        rounding_policy=RoundingPolicy.DOWN,
        discount_percent=Decimal(3),
        tax_rate=Decimal(10),
        valid_until=date(2026, 12, 22),
        payment_terms="계약금 30 %, 납품 후 70 % (세금계산서 발행 후 30일)",
        remarks="설치 장소의 전원 공사는 포함되지 않습니다.\n납기는 발주 후 8주입니다.",
        sections=(
            QuoteSection(
                id=RowId("section-1"),
                name="설비 제어 패키지",
                lines=(
                    line(1, "HC-900 제어기 번들", "12", "8200000", "7", spec="이중화 전원, I/O 16ch", unit="세트"),
                    line(2, "현장 설치·시운전", "18", "650000", unit="일"),
                ),
            ),
            QuoteSection(
                id=RowId("section-2"),
                name="소프트웨어",
                lines=(
                    line(3, "분석 SW 스탠다드", "60", "504000", "25", spec="36개월 구독", unit="석"),
                    line(4, "교육 패키지", "2", "1800000", "100", unit="회"),
                ),
            ),
            QuoteSection(
                id=RowId("section-3"),
                name="유지보수",
                lines=(line(5, "유지보수 골드 (SLA 98%)", "3", "9500000", "5", unit="년"),),
            ),
        ),
    )


def long_draft(count: int, currency: str = "KRW") -> QuoteDraft:
    """A draft of `count` lines in sections of twelve, some names long enough to wrap."""
    cents = Decimal(0) if currency == "KRW" else Decimal("0.25")
    lines = [
        line(
            number,
            f"제어 모듈 Module {number:04d}"
            + (" 이중화 전원과 광통신 카드를 포함한 현장 조립형 확장 구성" if number % 7 == 3 else ""),
            str(1 + number % 9),
            str(Decimal(1500 + number * 37 % 900) * (100 if currency == "KRW" else 1) + cents),
            str(number % 4 * 5),
            spec=f"A-{number % 37}" + (" / 24V DC, IP67, -40~85 °C" if number % 5 == 0 else ""),
            unit="EA",
            tax_rate=Decimal(0) if number % 50 == 49 else None,
        )
        for number in range(count)
    ]
    sections = tuple(
        QuoteSection(
            id=RowId(f"section-{start}"), name=f"{start // 12 + 1}구역 설비", lines=tuple(lines[start : start + 12])
        )
        for start in range(0, count, 12)
    )
    return QuoteDraft(
        id=RowId("quote-long"),
        supplier=SUPPLIER,
        customer=CUSTOMER,
        name="제2공장 증설",
        currency=currency,
        sections=sections,
        discount_percent=Decimal("2.5"),
        tax_rate=Decimal(10),
        valid_until=date(2026, 12, 22),
        payment_terms="납품 후 30일",
        remarks="운송비 포함",
    )


_PRICES = st.decimals(min_value=-(10**9), max_value=10**9, places=4)
_QUANTITIES = st.decimals(min_value=-(10**5), max_value=10**5, places=3)
_PERCENTS = st.decimals(min_value=0, max_value=100, places=2)
_WORDS = st.text('가힣漢é aZ0"\\\n\u1100\u1161', max_size=12)
_RATES = st.sampled_from([None, Decimal(0), Decimal(10), Decimal("7.25")])


@st.composite
def drafts(draw: st.DrawFn) -> QuoteDraft:
    """Any draft: refunds, empty sections, every policy and several currencies."""
    sections = []
    number = 0
    for index in range(draw(st.integers(0, 4))):
        lines = []
        for _ in range(draw(st.integers(0, 6))):
            number += 1
            lines.append(
                QuoteLine(
                    id=RowId(f"line-{number}"),
                    name=draw(_WORDS),
                    quantity=draw(_QUANTITIES),
                    unit_price=draw(_PRICES),
                    discount_percent=draw(_PERCENTS),
                    tax_rate=draw(_RATES),
                    name_en=draw(st.sampled_from(["", "Pump"])),
                )
            )
        sections.append(QuoteSection(id=RowId(f"section-{index}"), name=draw(_WORDS), lines=tuple(lines)))
    return QuoteDraft(
        id=RowId("quote"),
        supplier=SUPPLIER,
        customer=CUSTOMER,
        currency=draw(st.sampled_from(["KRW", "USD", "KWD"])),
        rounding_policy=draw(st.sampled_from(RoundingPolicy)),
        discount_percent=draw(_PERCENTS),
        discount_amount=draw(st.sampled_from([Decimal(0), Decimal(0), Decimal("1234.56"), Decimal(-7)])),
        tax_rate=Decimal(10),
        sections=tuple(sections),
    )
