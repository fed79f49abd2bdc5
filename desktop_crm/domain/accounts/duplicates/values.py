"""Values made comparable: names without their legal forms, numbers without their signs, domains, telephones, addresses.

Each function gives "" for what says nothing, so that an empty value is never taken for an agreement.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

import phonenumbers

from desktop_crm.domain.accounts.duplicates.romanising import romanised
from desktop_crm.domain.text import fold

_KOREAN_FORMS: Final = re.compile(
    r"㈜|\(\s*(?:주|유|합|재|사|복)\s*\)|주식회사|유한책임회사|유한회사|합자회사|합명회사|사회적협동조합|협동조합|재단법인|사단법인|의료법인|농업회사법인|사회복지법인|학교법인"
)
_FORMS: Final = frozenset(
    (
        "inc incorporated corp corporation co company companies ltd limited llc llp lp plc pllc pty pte gmbh ag kg kgaa ohg ug se sa sas "
        "sarl srl spa snc sl slu sca nv bv bvba cv vof ab oy oyj as asa aps a/s kk gk yk sdn bhd tbk pt jsc ojsc pjsc cjsc ooo oao zao pao "
        "zrt kft nyrt doo dd ad eood ood sia uab sro spol kabushiki kaisha kaisya yugen gaisha holding holdings the and of aktiengesellschaft"
        " hf ehf eirl ltda me eireli cia scs scrl sprl asbl ev eg mbh co.ltd saog saoc wll fze fzco llp inc."
    ).split()
)
_DOTTED: Final = re.compile(r"\b(?:[a-z]\.){2,}(?:[a-z]\b)?|\b[a-z]/[a-z]\b")
_SPLIT_FORM: Final = re.compile(r"\b(a b|a g|s a|n v|b v|l p|a s|s p a|s a s|k k|s r l|l l c|g m b h|p l c)\b")
_WORD: Final = re.compile(r"[^\W_]+")
_DIGITS: Final = re.compile(r"\d+")
_HOST: Final = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?/{0,2}(?:[^/@\s]*@)?(?:www\d?\.)?([^/:?#\s]+)")
_PUBLIC_MAIL: Final = frozenset(
    (
        "gmail.com googlemail.com naver.com daum.net hanmail.net kakao.com nate.com outlook.com hotmail.com live.com yahoo.com yahoo.co.kr "
        "icloud.com me.com aol.com gmx.de gmx.net web.de mail.ru qq.com 163.com proton.me protonmail.com empal.com korea.com msn.com"
    ).split()
)
"""Hosts of mail addresses that say nothing about the company."""
_STREET_WORDS: Final = {
    "street": "st",
    "avenue": "ave",
    "av": "ave",
    "road": "rd",
    "boulevard": "blvd",
    "drive": "dr",
    "place": "pl",
    "court": "ct",
    "lane": "ln",
    "highway": "hwy",
    "parkway": "pkwy",
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
    "suite": "ste",
    "building": "bldg",
    "floor": "fl",
    "straße": "str",
    "strasse": "str",
    "서울특별시": "서울",
    "서울시": "서울",
    "부산광역시": "부산",
    "대구광역시": "대구",
    "인천광역시": "인천",
    "광주광역시": "광주",
    "대전광역시": "대전",
    "울산광역시": "울산",
    "세종특별자치시": "세종",
    "경기도": "경기",
    "제주특별자치도": "제주",
}
_HOME: Final = "KR"
_HOME_NUMBER: Final = re.compile(r"(?:02|0[3-6]\d|070|01[016789]|050\d?)\d{7,8}|1[5-8]\d{6}")
_REMEMBERED: Final = 1 << 18


def company_name(text: str) -> str:
    """A company's name without its legal form, folded, words apart; Hangul runs stay whole."""
    plain = _KOREAN_FORMS.sub(" ", unicodedata.normalize("NFC", text))
    plain = fold(unicodedata.normalize("NFKC", plain)).replace("&", " ").replace("'", "").replace("’", "")
    plain = _SPLIT_FORM.sub(lambda at: at[0].replace(" ", ""), " ".join(_DOTTED.sub(_joined, plain).split()))
    words = _WORD.findall(plain)
    kept = [word for word in words if word not in _FORMS]
    return " ".join(kept or words)


def _joined(at: re.Match[str]) -> str:
    return at[0].replace(".", "").replace("/", "") + " "


@lru_cache(maxsize=_REMEMBERED)
def latin(name: str) -> tuple[str, tuple[str, ...]]:
    """A comparable name in Latin letters without gaps, which 한빛전자 and Hanbit Electronics have in common; and its numbers."""
    whole = romanised(name.replace(" ", ""))
    return whole, tuple(_DIGITS.findall(whole))


def person_name(text: str) -> str:
    """A person's name: folded words in one order, so that who comes first does not matter."""
    return " ".join(sorted(_WORD.findall(fold(text))))


def identifier(text: str) -> str:
    """A registration number without signs; one with the check digit of a Korean number wrong is still a number."""
    return "".join(_WORD.findall(fold(text)))


def host(text: str) -> str:
    """The domain of a website or of a mail address, without www; public mail hosts say nothing."""
    found = _HOST.match(text.strip().lower())
    name = found[1].strip(".") if found else ""
    return "" if "." not in name or name in _PUBLIC_MAIL else name


def mail(text: str) -> str:
    """A mail address as it is compared."""
    return fold(text).strip()


@lru_cache(maxsize=_REMEMBERED)
def telephone(text: str) -> str:
    """A telephone number in E.164 where it is one, else its digits; fewer than six digits say nothing."""
    digits = "".join(_DIGITS.findall(unicodedata.normalize("NFKC", text)))
    if _HOME_NUMBER.fullmatch(digits) and "+" not in text:
        return "+82" + digits.removeprefix("0")
    if digits.startswith("82") and _HOME_NUMBER.fullmatch("0" + digits[2:].removeprefix("0")):
        return "+82" + digits[2:].removeprefix("0")
    if len(digits) < _SHORTEST_NUMBER:
        return ""
    if "+" in text:
        try:
            return phonenumbers.format_number(phonenumbers.parse(text, _HOME), phonenumbers.PhoneNumberFormat.E164)
        except phonenumbers.NumberParseException:
            return digits
    return digits


_SHORTEST_NUMBER: Final = 6


def street(text: str) -> str:
    """An address: folded words, the usual short forms for kinds of streets and for cities."""
    words = _WORD.findall(fold(text))
    return " ".join(_STREET_WORDS.get(word, word) for word in words)


def postcode(text: str) -> str:
    """A postcode: letters and digits, the first five of a long American one."""
    return "".join(_WORD.findall(fold(text)))


def day(text: str) -> str:
    """A date as eight digits, where it holds as many."""
    digits = "".join(_DIGITS.findall(text))
    return digits if len(digits) == _DAY_DIGITS else ""


_DAY_DIGITS: Final = 8
