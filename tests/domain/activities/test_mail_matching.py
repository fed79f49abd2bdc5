"""To whom a mail belongs, by hand-written cases."""

from __future__ import annotations

import pytest

from desktop_crm.domain.activities.mail_matching import Directory, Place, match

KNOWN = Directory(
    contacts={"oh@hanbit.co.kr": Place(account_id="hanbit", contact_id="oh"), "kim@naver.com": Place(contact_id="kim")},
    domains={"hanbit.co.kr": "hanbit", "miraepower.com": "mirae"},
    ours=frozenset({"me@us.example"}),
    deals={"hanbit": (("d1", "설비 증설 2027"), ("d2", "유지보수")), "mirae": (("d3", "신규 라인"),)},
)


@pytest.mark.parametrize(
    ("sender", "to", "subject", "place", "reason"),
    [
        ("oh@hanbit.co.kr", ("me@us.example",), "도면", ("hanbit", "oh", None), "address:oh@hanbit.co.kr"),
        ("me@us.example", ("oh@hanbit.co.kr",), "Re: 유지보수 건", ("hanbit", "oh", "d2"), "address:oh@hanbit.co.kr"),
        ("new@gumi.hanbit.co.kr", (), "문의", ("hanbit", None, None), "domain:hanbit.co.kr"),
        ("park@miraepower.com", (), "신규 라인 견적", ("mirae", None, "d3"), "domain:miraepower.com"),
        ("park@miraepower.com", (), "안녕하세요", ("mirae", None, None), "domain:miraepower.com"),
        ("kim@naver.com", (), "x", (None, "kim", None), "address:kim@naver.com"),
        ("lee@naver.com", (), "x", (None, None, None), ""),
        ("me@us.example", (), "x", (None, None, None), ""),
        ("a@co.kr", (), "x", (None, None, None), ""),
        ("", (), "", (None, None, None), ""),
    ],
)
def test_a_mail_finds_its_place_with_a_reason(sender, to, subject, place, reason):
    found = match(sender, to, subject, None, KNOWN)
    assert (found.place.account_id, found.place.contact_id, found.place.deal_id) == place
    assert found.reason == reason


def test_an_exchange_stays_together():
    earlier = Place(account_id="mirae", deal_id="d3")
    assert match("oh@hanbit.co.kr", (), "Re: x", earlier, KNOWN).place == earlier
    assert match("oh@hanbit.co.kr", (), "Re: x", Place(), KNOWN).place.account_id == "hanbit"
