"""Text as a searcher sees it: folded, in syllable pairs, by initial consonants, typed on the wrong keyboard layout. Pure.

Why pairs: a Korean name has no spaces to cut it by, and three-letter indexes find nothing for the two syllables people type.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_FIRST, _LAST = 0xAC00, 0xD7A3
_PER_INITIAL, _PER_MEDIAL = 588, 28
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_MEDIALS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"

# The two-set layout (KS X 5002): where each letter lies on a Latin keyboard.
_KEYS = dict(
    zip(
        "rRseEfaqQtTdwWczxvgkoiOjpuPhynbml",
        "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ",
        strict=True,
    )
)
_LETTER_KEYS = {jamo: key for key, jamo in _KEYS.items()}
_MEDIAL_PAIRS = {"ㅗㅏ": "ㅘ", "ㅗㅐ": "ㅙ", "ㅗㅣ": "ㅚ", "ㅜㅓ": "ㅝ", "ㅜㅔ": "ㅞ", "ㅜㅣ": "ㅟ", "ㅡㅣ": "ㅢ"}
_FINAL_PAIRS = {
    "ㄱㅅ": "ㄳ",
    "ㄴㅈ": "ㄵ",
    "ㄴㅎ": "ㄶ",
    "ㄹㄱ": "ㄺ",
    "ㄹㅁ": "ㄻ",
    "ㄹㅂ": "ㄼ",
    "ㄹㅅ": "ㄽ",
    "ㄹㅌ": "ㄾ",
    "ㄹㅍ": "ㄿ",
    "ㄹㅎ": "ㅀ",
    "ㅂㅅ": "ㅄ",
}
_SPLIT = {joined: pair for pair, joined in (*_MEDIAL_PAIRS.items(), *_FINAL_PAIRS.items())}
_WORD = re.compile(r"[^\W_]+")
_GAP = re.compile(r"[\W_]+")
_HANGUL = re.compile("[가-힣]")
_CODE = re.compile(r"(?=\S*\d)[^\W_가-힣](?:[^\s가-힣]*[^\W_가-힣])?")
_HANGUL_OR_NOT = re.compile("[가-힣]+|[^가-힣]+")
LONGEST_INITIALS = 8
_NUMBER = re.compile(r"\+?[\d\s().\-/]{3,}")
_COUNTRY, _SHORTEST_WITH_COUNTRY = "82", 10
_CONSONANTS = re.compile(f"[{INITIALS}]+|[^{INITIALS}]+")


class _Folded(dict[int, str]):
    """Code point → folded sign, filled as signs are met; `str.translate` reads it at the speed of C."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        if not _FIRST <= code <= _LAST:
            small = unicodedata.normalize("NFD", sign)[0].lower()
            sign = small if len(small) == 1 else sign
        self[code] = sign
        return sign


class _Initial(dict[int, str]):
    """Code point → initial consonant of a syllable, other signs as they are; filled as signs are met."""

    def __missing__(self, code: int) -> str:
        self[code] = INITIALS[(code - _FIRST) // _PER_INITIAL] if _FIRST <= code <= _LAST else chr(code)
        return self[code]


_FOLDED = _Folded()
_INITIAL_OF = _Initial()


def composed(text: str) -> str:
    """The text in NFC, as every text is shown and stored in the index (macOS hands file names over decomposed)."""
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=64)  # the index folds a field several times in a row: for its words, its initials and the whole
def fold(text: str) -> str:
    """The text for comparing: NFC, small letters, no accents. As long as the NFC text, so that places carry over."""
    return unicodedata.normalize("NFC", text).translate(_FOLDED)


def words(text: str) -> list[str]:
    """The folded words of a text: letters and digits, cut at everything else."""
    return _WORD.findall(fold(text))


def compact(text: str) -> str:
    """The folded text without anything but letters and digits: `HC-900` is `hc900`."""
    return "".join(words(text))


def is_syllable(sign: str) -> bool:
    """Whether the sign is a composed Hangul syllable."""
    return _FIRST <= ord(sign) <= _LAST


def is_consonant(sign: str) -> bool:
    """Whether the sign is a consonant letter standing alone, as one types to search by initials."""
    return sign in INITIALS


def syllable_pairs(word: str) -> list[str]:
    """`한빛전자` → 한빛, 빛전, 전자, 자: each syllable with its follower, and the last one alone."""
    return [word[place : place + 2] for place in range(len(word))]


def index_words(text: str) -> list[str]:
    """What an index stores for a text, each once: words, Hangul in pairs across gaps, and codes from each group on without dashes."""
    folded = fold(text)
    found: dict[str, None] = {}
    last = ""
    for word in _WORD.findall(folded):
        for piece in _HANGUL_OR_NOT.findall(word):
            if "가" <= piece[0] <= "힣":
                for place in range(len(piece)):
                    found[piece[place : place + 2]] = None
            else:
                found[piece] = None
        if "가" <= word[0] <= "힣" and "가" <= last <= "힣":
            found[last + word[0]] = None
        last = word[-1]
    number = _NUMBER.fullmatch(folded)
    for code in [folded] if number else _CODE.findall(folded):
        groups = [group for group in _GAP.split(code) if group]
        for start in range(max(len(groups) - 1, 1)):
            found["".join(groups[start:])] = None
    if number:
        found[_at_home(_GAP.sub("", folded))] = None
    return list(found)


def query_words(text: str) -> list[str]:
    """What to ask an index made with `index_words` for, each as the beginning of a stored word."""
    found: dict[str, None] = {}
    for word in words(text):
        for piece in _pieces(word):
            if is_syllable(piece[0]) and len(piece) > 1:
                found.update(dict.fromkeys(syllable_pairs(piece)[:-1]))
            else:
                parts = _CONSONANTS.findall(piece)
                found.update((part[:LONGEST_INITIALS] if is_consonant(part[0]) else part, None) for part in parts)
    return list(found)


def initials(text: str) -> str:
    """Initial consonants of a text without gaps: `한빛 전자` → ㅎㅂㅈㅈ; other letters stay as they are."""
    return compact(text).translate(_INITIAL_OF)


def initial_words(text: str, longest: int = LONGEST_INITIALS) -> list[str]:
    """What an index stores for searching by initials: from each syllable on, so many letters; each once."""
    plain = compact(text)
    first = plain.translate(_INITIAL_OF)
    if first == plain:
        return []
    return list(dict.fromkeys(first[at.start() : at.start() + longest] for at in _HANGUL.finditer(plain)))


def is_initials(text: str) -> bool:
    """Whether someone typed initial consonants: `ㅎㅂㅈㅈ`."""
    signs = compact(text)
    return bool(signs) and any(map(is_consonant, signs)) and not any(map(is_syllable, signs))


def hangul_for_keys(text: str) -> str | None:
    """What the keys give on the Korean layout: `gksqlc` → 한빛. None when that is no row of whole syllables."""
    jamo = [_KEYS.get(key) or _KEYS.get(key.lower(), "") for key in text]
    if not text or not all(jamo):
        return None
    typed = _composed("".join(jamo))
    return typed if all(map(is_syllable, typed)) else None


def keys_for_hangul(text: str) -> str:
    """What the keys give on the Latin layout: `ㅎㅅㅌ` → gtx, `한빛` → gksqlc; other signs stay."""
    return "".join(
        _LETTER_KEYS.get(jamo, jamo) for sign in unicodedata.normalize("NFC", text) for jamo in _letters(sign)
    ).lower()


def wordings(query: str) -> tuple[str, ...]:
    """What was typed, then what else it may mean: a number without its signs, its words typed on the other keyboard layout."""
    found = [query]
    if _NUMBER.fullmatch(query):
        digits = "".join(sign for sign in query if sign.isdigit())
        found += [digits, _at_home(digits)]
    words = query.split()
    typed = [hangul_for_keys(word) or word for word in words]
    if typed != words:
        found.append(" ".join(typed))
    keys = keys_for_hangul(query)
    if keys != query.lower():
        found.append(keys)
    return tuple(wording for wording in dict.fromkeys(found) if compact(wording))


class Unfinished(NamedTuple):
    """A text whose last syllable is still being composed: what stands before it, and the first and last sign it may become."""

    before: str
    low: str
    high: str

    @property
    def signs(self) -> str:
        """Everything it may become."""
        return "".join(map(chr, range(ord(self.low), ord(self.high) + 1)))

    def found_in(self, plain: str) -> str:
        """The part of a folded text without gaps that is meant, or nothing."""
        held = re.search(f"{re.escape(compact(self.before))}[{self.low}-{self.high}]", plain)
        return held[0] if held else ""


def hanging(query: str) -> tuple[Unfinished, ...]:
    """What a consonant left standing at the end may become: `한비ㅊ` goes on to 한빛, or to a syllable that begins with ㅊ."""
    typed = composed(query).rstrip()
    if not typed or not is_consonant(typed[-1]):
        return ()
    before, last = typed[:-1], typed[-1]
    found = [Unfinished(before, *_beginning_with(last))]
    if before and _is_open(before[-1]) and last in _FINALS:
        closed = chr(ord(before[-1]) + _FINALS.index(last))
        found.insert(0, Unfinished(before[:-1], closed, closed))
    return tuple(found)


def unfinished(query: str) -> tuple[Unfinished, ...]:
    """What the text may become while its last syllable is typed: `한비` goes on to 한빛, `간` to 가나, `달` to 닭."""
    typed = composed(query).rstrip()
    if not typed or not is_syllable(typed[-1]):
        return hanging(query)
    before, last = typed[:-1], typed[-1]
    closing = (ord(last) - _FIRST) % _PER_MEDIAL
    if not closing:
        medial = _MEDIALS[(ord(last) - _FIRST) % _PER_INITIAL // _PER_MEDIAL]
        doubled = sum(
            pair.startswith(medial) for pair in _MEDIAL_PAIRS
        )  # 구 becomes 궈, 궤 and 귀 as well; they follow it
        return (Unfinished(before, last, chr(ord(last) + (doubled + 1) * _PER_MEDIAL - 1)),)
    opened, letters = chr(ord(last) - closing), _SPLIT.get(_FINALS[closing], _FINALS[closing])
    pairs = [at for at, final in enumerate(_FINALS) if _SPLIT.get(final, "").startswith(_FINALS[closing])]
    found = [Unfinished(before, last, chr(ord(opened) + max(pairs)))] if pairs else []
    kept = chr(ord(opened) + (_FINALS.index(letters[0]) if len(letters) > 1 else 0))
    return (*found, Unfinished(before + kept, *_beginning_with(letters[-1])))


def _is_open(sign: str) -> bool:
    return is_syllable(sign) and not (ord(sign) - _FIRST) % _PER_MEDIAL


def _beginning_with(consonant: str) -> tuple[str, str]:
    """The first and the last syllable with that initial."""
    first = _FIRST + INITIALS.index(consonant) * _PER_INITIAL
    return chr(first), chr(first + _PER_INITIAL - 1)


def _at_home(digits: str) -> str:
    """A telephone number without the country's code, as it is dialled at home: `821012345678` is 01012345678."""
    if len(digits) < _SHORTEST_WITH_COUNTRY or not digits.startswith(_COUNTRY):
        return digits
    return "0" + digits.removeprefix(_COUNTRY).removeprefix("0")


def fits(shown: str, query: str) -> bool:
    """Whether a short text (an action's name) is meant by what was typed: its middle, its initials, either layout, any gaps."""
    plain, first = compact(shown), initials(shown)
    return any(compact(one) in (first if is_initials(one) else plain) for one in wordings(query))


def find_span(title: str, query: str) -> tuple[int, int] | None:
    """Where in the NFC title the query stands: start and end. By text, then by initials; None where it does not."""
    shown, wanted = fold(title), fold(query).strip()
    if not wanted:
        return None
    place = shown.find(wanted)
    if place >= 0:
        return place, place + len(wanted)
    places = [at for at, sign in enumerate(shown) if _WORD.match(sign)]
    sought = compact(query)
    for line in ("".join(shown[at] for at in places), initials(title)):
        place = line.find(sought) if sought else -1
        if place >= 0:
            return places[place], places[place + len(sought) - 1] + 1
    return None


def _pieces(word: str) -> list[str]:
    """A word cut where Hangul meets other letters: `lg한빛` → lg, 한빛."""
    return _HANGUL_OR_NOT.findall(word)


def _letters(sign: str) -> str:
    """A syllable taken apart into the letters one types for it."""
    if not is_syllable(sign):
        return _SPLIT.get(sign, sign)
    place = ord(sign) - _FIRST
    parts = (
        INITIALS[place // _PER_INITIAL],
        _MEDIALS[place % _PER_INITIAL // _PER_MEDIAL],
        _FINALS[place % _PER_MEDIAL].strip(),
    )
    return "".join(_SPLIT.get(part, part) for part in parts if part)


_SYLLABLE = re.compile(
    "([{c}])({v2}|[{v}])((?:{f2}|[{f}])(?![{v}])|[{f}](?=[{c}][{v}])|)|(.)".format(
        c=INITIALS,
        v="ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ",
        v2="|".join(_MEDIAL_PAIRS),
        f=_FINALS.strip().translate(str.maketrans("", "", "ㄳㄵㄶㄺㄻㄼㄽㄾㄿㅀㅄ")),
        f2="|".join(_FINAL_PAIRS),
    )
)


def _composed(jamo: str) -> str:
    """Letters joined into syllables the way an input method does: a consonant before a vowel begins the next syllable."""
    typed = ""
    for initial, medial, final, other in _SYLLABLE.findall(jamo):
        if other:
            typed += other
            continue
        vowel = _MEDIALS.index(_MEDIAL_PAIRS.get(medial, medial))
        closing = _FINALS.index(_FINAL_PAIRS.get(final, final)) if final else 0
        typed += chr(_FIRST + INITIALS.index(initial) * _PER_INITIAL + vowel * _PER_MEDIAL + closing)
    return typed


_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters and signs by their class, yet nothing is drawn for them."""


def is_blank(text: str) -> bool:
    """Whether nothing of a text would be seen: spaces, signs of direction and width, control characters."""
    if text and text[0].isalnum() and text[0] not in _FILLERS:
        return False
    return all(sign in _FILLERS or unicodedata.category(sign)[0] in "ZC" for sign in text)
