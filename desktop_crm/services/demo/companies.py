"""Accounts of the demo: groups with a holding, subsidiaries, branches, plants, units abroad and buying units."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from desktop_crm.domain.schema.options import AccountKind, AccountTier, RelationshipStage
from desktop_crm.services.demo import words
from desktop_crm.services.demo.dice import Dice, Row, roman

# The groups that the pictures and the manual speak of: (name, kind, parent, industry, tier).
KNOWN = (
    ("한빛그룹", AccountKind.GROUP, None, "지주회사", AccountTier.KEY),
    ("한빛전자", AccountKind.COMPANY, "한빛그룹", "전자부품 제조", AccountTier.KEY),
    ("한빛전자 구미사업장", AccountKind.SITE, "한빛전자", "전자부품 제조", AccountTier.KEY),
    ("한빛전자 베트남", AccountKind.COMPANY, "한빛전자", "전자부품 제조", AccountTier.MANAGED),
    ("한빛디스플레이", AccountKind.COMPANY, "한빛전자", "전자부품 제조", AccountTier.MANAGED),
    ("한빛전자 구매본부", AccountKind.BUYING_CENTER, "한빛전자", "전자부품 제조", AccountTier.KEY),
    ("한빛화학", AccountKind.COMPANY, "한빛그룹", "화학", AccountTier.MANAGED),
    ("한빛첨단소재", AccountKind.COMPANY, "한빛화학", "화학", AccountTier.MANAGED),
    ("한빛물류", AccountKind.COMPANY, "한빛그룹", "물류", AccountTier.NEW),
    ("대양중공업", AccountKind.COMPANY, None, "기계·중공업", AccountTier.KEY),
    ("대양중공업 창원사업장", AccountKind.SITE, "대양중공업", "기계·중공업", AccountTier.KEY),
    ("서림제약", AccountKind.COMPANY, None, "제약·바이오", AccountTier.MANAGED),
    ("서림제약 오송사업장", AccountKind.SITE, "서림제약", "제약·바이오", AccountTier.MANAGED),
    ("누리소프트", AccountKind.COMPANY, None, "소프트웨어", AccountTier.NEW),
    ("동해에너지", AccountKind.COMPANY, None, "에너지", AccountTier.MANAGED),
)


# Employees by kind, as powers of ten: the least, and how far above it they go.
_SIZES = {
    AccountKind.GROUP: (3.0, 1.3),
    AccountKind.COMPANY: (1.6, 2.2),
    AccountKind.BRANCH: (1.0, 1.3),
    AccountKind.SITE: (1.6, 1.5),
    AccountKind.BUYING_CENTER: (0.9, 1.0),
}


def accounts(dice: Dice, count: int, owners: list[str]) -> list[Row]:
    """So many accounts, each after its parent; the groups of `KNOWN` first. `owners` are ids of users."""
    market = _Market(dice, owners)
    market.found_known(count)
    while len(market.rows) < count:
        market.found_family()
    return market.rows[:count]


def domain(row: Row) -> str:
    """The mail domain of an account; `.example` never leads anywhere."""
    return _domain(row["name"].split()[0])


@cache
def _domain(stem: str) -> str:
    return f"{roman(stem)}.example"


class _Market:
    """All accounts so far, and the family names that are taken."""

    def __init__(self, dice: Dice, owners: list[str]) -> None:
        self.rows: list[Row] = []
        self._dice = dice
        self._owners = owners
        self._stems: set[str] = set()

    def found_known(self, most: int) -> None:
        """The families of `KNOWN`, as far as there is room."""
        by_name: dict[str, Row] = {}
        for name, kind, parent, industry, tier in KNOWN[:most]:
            owner = by_name[parent]["owner_id"] if parent else self._dice.pick(self._owners)
            by_name[name] = self._add(name, kind, by_name.get(parent or ""), industry, owner)
            by_name[name]["tier"] = tier.value
            land = dict(words.ABROAD).get(name.split()[-1])
            if land:
                _move_abroad(by_name[name], land)

    def found_family(self) -> None:
        """One more family: a company alone, one with units, or a whole group."""
        dice = self._dice
        owner, stem = dice.pick(self._owners), self._stem()
        size = dice.weighted(("alone", "company", "group"), (35, 40, 25))
        if size != "group":
            industry = dice.pick(words.INDUSTRIES)
            head = self._add(stem + dice.pick(industry.endings), AccountKind.COMPANY, None, industry.name, owner)
            if size == "company":
                self._found_units(head)
            return
        top = self._add(f"{stem}그룹", AccountKind.GROUP, None, "지주회사", owner)
        for industry in dice.random.sample(words.INDUSTRIES, dice.number(2, 5)):
            name = stem + dice.pick(industry.endings)
            self._found_units(self._add(name, AccountKind.COMPANY, top, industry.name, owner))

    def _found_units(self, company: Row) -> None:
        dice = self._dice
        name, industry, owner = company["name"], company["industry"], company["owner_id"]
        for site in dice.random.sample(list(words.SITES), dice.number(0, 3)):
            kind, ending = dice.weighted(((AccountKind.SITE, "사업장"), (AccountKind.BRANCH, "지점")), (70, 30))
            self._add(f"{name} {site}{ending}", kind, company, industry, owner)
        if dice.chance(0.2):
            land, country = dice.pick(words.ABROAD)
            _move_abroad(self._add(f"{name} {land}", AccountKind.COMPANY, company, industry, owner), country)
        if dice.chance(0.25):
            unit = f"{name} {dice.pick(words.BUYING_UNITS)}"
            self._add(unit, AccountKind.BUYING_CENTER, company, industry, owner)

    def _stem(self) -> str:
        """A family name that nobody bears yet; it grows by a syllable when the short ones are half taken."""
        room = len(words.STEM_FIRST)
        stem = self._dice.pick(words.STEM_FIRST)
        while len(self._stems) >= room // 2 or stem in self._stems:
            stem += self._dice.pick(words.STEM_SECOND)
            room *= len(words.STEM_SECOND)
            if len(self._stems) < room // 2 and stem not in self._stems:
                break
        self._stems.add(stem)
        return stem

    def _add(self, name: str, kind: AccountKind, parent: Row | None, industry: str, owner: str) -> Row:
        row = _row(self._dice, name, kind, parent, industry, owner)
        self.rows.append(row)
        return row


def _row(dice: Dice, name: str, kind: AccountKind, parent: Row | None, industry: str, owner: str) -> Row:
    city = _city(dice, name)
    whole = kind in {AccountKind.COMPANY, AccountKind.GROUP}
    least, spread = _SIZES[kind]
    employees = int(10 ** (least + dice.random.random() * spread))
    return {
        "id": dice.id(),
        "name": name,
        "parent_id": parent["id"] if parent else None,
        "kind": kind.value,
        "industry": industry,
        "employees": employees,
        "annual_revenue": Decimal(employees * dice.number(150, 900)) * 1_000_000 if whole else None,
        "annual_revenue_currency": "KRW" if whole else None,
        "founded_year": dice.number(1962, 2019) if whole else None,
        "country": "KR",
        "business_registration_number": dice.registration_number() if kind is not AccountKind.BUYING_CENTER else None,
        "owner_id": owner,
        "tier": dice.weighted(tuple(AccountTier), (12, 48, 40)).value,
        "relationship_stage": dice.weighted(tuple(RelationshipStage), (35, 40, 20, 5)).value,
        "phone": dice.landline(),
        "website": f"https://www.{_domain(name.split(maxsplit=1)[0])}" if whole else None,
        "address_line": f"{dice.pick(words.STREETS)} {dice.number(1, 320)}",
        "address_city": city,
        "address_postcode": words.CITIES[city],
        "tags": tuple(
            dice.random.sample(("레퍼런스", "전시회", "장기계약", "신규공장", "해외진출"), dice.number(0, 2))
        ),
        "note": None,
    }


def _city(dice: Dice, name: str) -> str:
    """The province a plant's or branch's name tells of, else any."""
    place = name.rsplit(maxsplit=1)[-1].removesuffix("사업장").removesuffix("지점")
    return words.SITES.get(place) or dice.pick(list(words.CITIES))


def _move_abroad(row: Row, country: str) -> None:
    unknown = ("address_city", "address_line", "address_postcode", "business_registration_number", "phone")
    row.update(dict.fromkeys(unknown), country=country)
