"""Dates in notes, by hand-written cases. The note is written on Monday 23 November 2026."""

from __future__ import annotations

from datetime import date

import pytest

from desktop_crm.domain.activities.spoken_dates import find_dates

MONDAY = date(2026, 11, 23)

CASES = {
    "다음 주 수요일 본부 회의": "2026-12-02",
    "다음주 수요일": "2026-12-02",
    "담주 금욜": "2026-12-04",
    "이번 주 금요일에": "2026-11-27",
    "지난주 목요일": "2026-11-19",
    "다다음 주 월요일": "2026-12-07",
    "차주 화요일": "2026-12-01",
    "수요일까지 회신": "2026-11-25",
    "월요일에": "2026-11-23",
    "내일 오전": "2026-11-24",
    "모레": "2026-11-25",
    "어제 통화": "2026-11-22",
    "11/25까지 보내기로": "2026-11-25",
    "11/25(수)": "2026-11-25",
    "1/5에 시작": "2027-01-05",
    "10월 1일 방문": "2026-10-01",
    "3월 2일 착공": "2027-03-02",
    "2027년 3월 2일": "2027-03-02",
    "2026-12-24": "2026-12-24",
    "2026. 12. 24.": "2026-12-24",
    "26년 12월 1일": "2026-12-01",
    "11.27(금) 마감": "2026-11-27",
    "25일까지": "2026-11-25",
    "3일까지": "2026-12-03",
    "다음 달 15일": "2026-12-15",
    "이달 말까지": "2026-11-30",
    "다음 달 말": "2026-12-31",
    "2월 말": "2027-02-28",
    "연말까지 발주": "2026-12-31",
    "2주 뒤": "2026-12-07",
    "두 달 후": "2027-01-23",
    "3일 이내": "2026-11-26",
    "일주일 뒤에": "2026-11-30",
    "보름 뒤": "2026-12-08",
    "by Friday": "2026-11-27",
    "next Wednesday": "2026-12-02",
    "this Thursday": "2026-11-26",
    "Nov 25": "2026-11-25",
    "November 25th, 2027": "2027-11-25",
    "5 January": "2027-01-05",
    "tomorrow": "2026-11-24",
    "the day after tomorrow": "2026-11-25",
    "in two weeks": "2026-12-07",
    "within 3 days": "2026-11-26",
    "by the end of the month": "2026-11-30",
    "end of next month": "2026-12-31",
}


@pytest.mark.parametrize(("text", "day"), CASES.items())
def test_a_date_is_found(text, day):
    assert [one.day.isoformat() for one in find_dates(text, MONDAY)] == [day]


@pytest.mark.parametrize(
    "text",
    [
        "라인 3 증설, 납기 8주, 14시",
        "2월 30일",
        "13/45",
        "50/50",
        "next week",
        "다음 주에 다시",
        "버전 11.25를 설치",
        "토요타에 납품, 일본 수출",
        "may be later",
        "한 달 걸림",
        "전화 02-1234-5678, 010-12-25",
    ],
)
def test_what_is_no_date_stays_a_word(text):
    assert find_dates(text, MONDAY) == ()


def test_where_a_date_stands_and_that_it_is_a_limit():
    text = "자료를 11/25까지 보내고 다음 주 수요일 본부 회의."
    first, second = find_dates(text, MONDAY)
    assert (text[first.start : first.end], first.until) == ("11/25까지", True)
    assert (text[second.start : second.end], second.until) == ("다음 주 수요일", False)
    (english,) = find_dates("We send it by Nov 25, they said", MONDAY)
    assert (english.day, english.until, english.start) == (date(2026, 11, 25), True, len("We send it "))


def test_a_day_near_new_year_is_the_nearest_one():
    assert find_dates("12/28에 봤음", date(2027, 1, 5))[0].day == date(2026, 12, 28)
    assert find_dates("1/4에 봄", date(2026, 12, 28))[0].day == date(2027, 1, 4)
    assert find_dates("31일까지", date(2026, 11, 30)) == ()
