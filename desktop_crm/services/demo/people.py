"""People of the demo: our own teams and users, and the contacts at the accounts."""

from __future__ import annotations

from desktop_crm.domain.schema.options import AccountKind, UserRole
from desktop_crm.services.demo import words
from desktop_crm.services.demo.companies import domain
from desktop_crm.services.demo.dice import Dice, Row, roman

OUR_DOMAIN = "onnuri.example"
# Name, role, team, whom they report to. The first is who opens the demo.
OURS = (
    ("김하늘", UserRole.MEMBER, "영업1팀", "정유진"),
    ("정유진", UserRole.MANAGER, "영업1팀", "문세라"),
    ("박지호", UserRole.MEMBER, "영업1팀", "정유진"),
    ("최다온", UserRole.MEMBER, "영업1팀", "정유진"),
    ("이도윤", UserRole.MANAGER, "영업2팀", "문세라"),
    ("한서준", UserRole.MEMBER, "영업2팀", "이도윤"),
    ("오유나", UserRole.MEMBER, "영업2팀", "이도윤"),
    ("강민재", UserRole.MEMBER, "영업2팀", "이도윤"),
    ("윤채원", UserRole.MARKETING, "마케팅팀", "문세라"),
    ("문세라", UserRole.ADMINISTRATOR, "마케팅팀", None),
)
TEAMS = {"영업1팀": "수도권·강원", "영업2팀": "영남·호남", "마케팅팀": "전국"}


def ours(dice: Dice) -> tuple[list[Row], list[Row]]:
    """Teams and users."""
    teams = {name: {"id": dice.id(), "name": name, "region": region} for name, region in TEAMS.items()}
    ids = {name: dice.id() for name, *_ in OURS}
    users = [
        {
            "id": ids[name],
            "name": name,
            "email": f"{roman(name)}@{OUR_DOMAIN}",
            "role": role.value,
            "team_id": teams[team]["id"],
            "manager_id": ids[boss] if boss else None,
            "active": True,
        }
        for name, role, team, boss in OURS
    ]
    return list(teams.values()), users


def sellers(users: list[Row]) -> list[str]:
    """Ids of the users who own accounts."""
    return [row["id"] for row in users if row["role"] in {UserRole.MEMBER, UserRole.MANAGER}]


def contacts(dice: Dice, accounts: list[Row], count: int) -> list[Row]:
    """So many contacts: one at every account first while they last, then by size of the account."""
    sizes = [_weight(row) for row in accounts]
    places = [*accounts[:count], *dice.random.choices(accounts, sizes, k=max(count - len(accounts), 0))]
    desk = _Desk(dice)
    return [desk.contact(account) for account in places]


def seniority(title: str | None) -> int:
    """How high a title stands; 0 for one that is not known."""
    return _RANKS.get(title or "", 0)


_RANKS = dict(words.TITLES)
_TITLE_NAMES = [title for title, _ in words.TITLES]
_EXECUTIVE = 7  # from this seniority on a person belongs to the whole company and sits with its board
_HEADS = {AccountKind.COMPANY, AccountKind.GROUP}


def _weight(account: Row) -> float:
    key = 3.0 if account["tier"] == "key" else 1.0
    whole = 2.0 if account["kind"] == AccountKind.COMPANY else 1.0
    return key * whole * float((account["employees"] or 1) ** 0.3)


class _Desk:
    """Gives people to accounts: one chief each, executives only at whole companies, no mail address twice."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._addresses: set[str] = set()
        self._chiefs: set[str] = set()

    def contact(self, account: Row) -> Row:
        """One more person at this account."""
        dice = self._dice
        name, title = dice.person(), self._title(account)
        return {
            "id": dice.id(),
            "name": name,
            "account_id": account["id"],
            "title": title,
            "department": words.BOARD if seniority(title) >= _EXECUTIVE else dice.pick(words.DEPARTMENTS),
            "email": self._address(name, domain(account)),
            "phone": account["phone"],
            "mobile": dice.mobile(),
            "owner_id": account["owner_id"],
            "tags": (),
            "note": None,
        }

    def _title(self, account: Row) -> str:
        title = self._dice.weighted(_TITLE_NAMES, words.TITLE_WEIGHTS)
        if seniority(title) >= _EXECUTIVE and account["kind"] not in _HEADS:
            return "상무"
        if title == _TITLE_NAMES[0]:
            if account["id"] in self._chiefs:
                return _TITLE_NAMES[1]
            self._chiefs.add(account["id"])
        return title

    def _address(self, name: str, host: str) -> str:
        start = f"{roman(name[1:])}.{roman(name[0])}"
        address = f"{start}@{host}"
        while address in self._addresses:
            address = f"{start}{self._dice.number(2, 9999)}@{host}"
        self._addresses.add(address)
        return address
