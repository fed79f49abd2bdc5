"""A corpus of what people type and what should come first, over records as they are in the market: names, people, numbers."""

from __future__ import annotations

import pytest

from desktop_crm.foundation.ids import UserId
from desktop_crm.services import records, search
from desktop_crm.services.search import Finder
from desktop_crm.services.workspace import Workspace

ACCOUNTS = {
    "한빛전자 주식회사": {"business_registration_number": "123-45-67890", "phone": "02-555-1234"},
    "한빛화학": {"phone": "+82-31-777-8888"},
    "대한빛공사": {},
    "한국전력공사": {"business_registration_number": "220-81-62517"},
    "LG한빛시스템": {},
    "Hanbit Electronics": {"phone": "+1 (408) 555-0199"},
    "Hello Robotics": {},
    "까치식품": {},
    "삼성물산 건설부문": {},
    "쌍용정밀": {},
    "현대 모비스 천안공장": {},
    "가나다상사": {},
    "Café Müller": {},
    "3M Korea": {},
}
CONTACTS = {
    "이정훈": {"mobile": "010-1234-5678", "email": "jh.lee@hanbit.example"},
    "김하늘": {"phone": "031 777 8889"},
    "박서연": {"mobile": "01098765432"},
    "Kim Minsu": {"email": "minsu@hello.example"},
}
QUOTES = {"Q-2026-0187": "설비 증설", "Q-2026-K7-0012": "센서 교체", "Q-2025-0187": "한빛 보수"}

FIRST = {
    # whole names, beginnings, middles
    "한빛전자": "한빛전자 주식회사",
    "한빛화": "한빛화학",
    "빛공": "대한빛공사",
    "전력": "한국전력공사",
    "건설부문": "삼성물산 건설부문",
    "모비스천안": "현대 모비스 천안공장",
    "천안 현대": "현대 모비스 천안공장",
    "가": "가나다상사",
    # initial consonants
    "ㅎㅂㅈㅈ": "한빛전자 주식회사",
    "ㅎㄱㅈㄹ": "한국전력공사",
    "ㄲㅊ": "까치식품",
    "ㅆㅇ": "쌍용정밀",
    "ㅅㅅㅁㅅ": "삼성물산 건설부문",
    "ㅎㄷㅁㅂㅅ": "현대 모비스 천안공장",
    "ㅇㅈㅎ": "이정훈",
    # mixed Hangul and Latin
    "lg한빛": "LG한빛시스템",
    "LG 한빛": "LG한빛시스템",
    "lgㅎㅂ": "LG한빛시스템",
    "3m": "3M Korea",
    "cafe": "Café Müller",
    "muller": "Café Müller",
    # the wrong layout, both ways
    "gksqlcwjswk": "한빛전자 주식회사",
    "gksqlcghk": "한빛화학",
    "Tkddyd": "쌍용정밀",
    "RKcl": "까치식품",
    "rlagksmf": "김하늘",
    "lg gksqlc": "LG한빛시스템",
    "ㅗ디ㅣㅐ": "Hello Robotics",
    "ㅗ무ㅠㅑㅅ": "Hanbit Electronics",
    "ㅏㅑㅡ ㅡㅑㅜ녀": "Kim Minsu",
    # telephone numbers in any form
    "010-1234-5678": "이정훈",
    "01012345678": "이정훈",
    "010 1234 5678": "이정훈",
    "+82 10 1234 5678": "이정훈",
    "+82-10-1234-5678": "이정훈",
    "821012345678": "이정훈",
    "1234-5678": "이정훈",
    "031-777-8888": "한빛화학",
    "0317778888": "한빛화학",
    "5678": "이정훈",
    "010-9876-5432": "박서연",
    "010.9876.5432": "박서연",
    "(031) 777-8889": "김하늘",
    "0317778889": "김하늘",
    "025551234": "한빛전자 주식회사",
    "02)555-1234": "한빛전자 주식회사",
    "4085550199": "Hanbit Electronics",
    # registration numbers
    "123-45-67890": "한빛전자 주식회사",
    "1234567890": "한빛전자 주식회사",
    "220-81": "한국전력공사",
    "2208162517": "한국전력공사",
    "8162517": "한국전력공사",
    # numbers of quotes
    "Q-2026-0187": "Q-2026-0187",
    "q20260187": "Q-2026-0187",
    "2026-0187": "Q-2026-0187",
    "20260187": "Q-2026-0187",
    "20250187": "Q-2025-0187",
    "q-2026-k7": "Q-2026-K7-0012",
    "k70012": "Q-2026-K7-0012",
    "센서": "Q-2026-K7-0012",
    # mail
    "jh.lee": "이정훈",
    "minsu@hello": "Kim Minsu",
}


@pytest.fixture(scope="module")
def market(tmp_path_factory) -> Workspace:
    from desktop_crm.security.secrets import MemoryStore
    from desktop_crm.services.workspace import init_workspace

    workspace = init_workspace(tmp_path_factory.mktemp("market") / "w.crm", name="w", secrets=MemoryStore())
    with workspace.closing():
        with workspace.write("test") as work:
            work.bulk("account", inserts=[{"name": name, **fields} for name, fields in ACCOUNTS.items()])
            work.bulk("contact", inserts=[{"name": name, **fields} for name, fields in CONTACTS.items()])
            work.bulk("quote", inserts=[{"number": number, "name": name} for number, name in QUOTES.items()])
        yield workspace


@pytest.mark.parametrize(("typed", "first"), FIRST.items())
def test_what_comes_first(market: Workspace, typed: str, first: str) -> None:
    hits = search.find(market, typed)
    assert hits, typed
    assert hits[0].title == first, [hit.title for hit in hits]


def _titles(finder: Finder, typed: str) -> list[str]:
    return [hit.title for hit in finder.find(typed)]


@pytest.fixture
def sellers(workspace: Workspace) -> Workspace:
    """Three accounts alike; the second is the user's own."""
    me = records.create(workspace, "user", {"name": "나"}).id
    workspace.act_as(UserId(me))
    for name, owner in (("세종산업", None), ("세종전자", me), ("세종화학", None), ("세종", None)):
        records.create(workspace, "account", {"name": name, "owner_id": owner})
    return workspace


def test_exactly_meant_then_opened_lately_then_own_then_the_newest(sellers: Workspace) -> None:
    finder = Finder(sellers)
    assert _titles(finder, "세종") == ["세종", "세종전자", "세종화학", "세종산업"]
    assert _titles(finder, "ㅅㅈ") == ["세종", "세종전자", "세종화학", "세종산업"]
    oldest = next(hit for hit in finder.find("세종") if hit.title == "세종산업")
    finder.opened("account", oldest.id)
    assert _titles(finder, "세종") == ["세종", "세종산업", "세종전자", "세종화학"]


def test_what_was_opened_lately_is_remembered_in_its_order(sellers: Workspace) -> None:
    finder = Finder(sellers)
    ids = {hit.title: hit.id for hit in finder.find("세종")}
    for name in ("세종", "세종화학", "세종"):
        finder.opened("account", ids[name])
    assert [hit.title for hit in Finder(sellers).recent()] == ["세종", "세종화학"]
    records.delete(sellers, "account", ids["세종"])
    assert [hit.title for hit in finder.recent()] == ["세종화학"]
    for n in range(search.REMEMBERED + 5):
        finder.opened("account", f"{n}")
    assert finder.recent() == ()


def test_own_accounts_and_late_ones_come_up_from_among_very_many(sellers: Workspace) -> None:
    finder = Finder(sellers)
    oldest = next(hit for hit in finder.find("세종") if hit.title == "세종산업")
    finder.opened("account", oldest.id)
    with sellers.write("test") as work:
        work.bulk("account", inserts=[{"name": f"세종{n}호"} for n in range(600)])
    assert _titles(finder, "세종")[:3] == ["세종", "세종산업", "세종전자"]
    assert _titles(finder, "ㅅㅈ")[:2] == ["세종산업", "세종전자"]


def test_a_kind_in_which_something_is_meant_exactly_stands_first(workspace: Workspace) -> None:
    records.create(workspace, "account", {"name": "이정훈상사"})
    records.create(workspace, "contact", {"name": "이정훈"})
    assert [hit.entity for hit in search.find(workspace, "이정훈")] == ["contact", "account"]
    assert [hit.entity for hit in search.find(workspace, "이정")] == ["account", "contact"]


def test_someone_else_has_other_own_accounts(sellers: Workspace) -> None:
    finder = Finder(sellers)
    other = records.create(sellers, "user", {"name": "남"}).id
    theirs = next(hit for hit in finder.find("세종") if hit.title == "세종산업")
    records.set_fields(sellers, "account", theirs.id, {"owner_id": other})
    sellers.act_as(UserId(other))
    assert _titles(finder, "세종")[:2] == ["세종", "세종산업"]
