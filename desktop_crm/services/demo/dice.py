"""Seeded choice: everything the demo leaves to chance comes from here, so that one seed gives one world."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from desktop_crm.domain import text
from desktop_crm.services.demo import words

Choice = TypeVar("Choice")
Row = dict[str, Any]

_ROMAN_INITIALS = "g kk n d tt r m b pp s ss - j jj ch k t p h".replace("-", "_").split()
_ROMAN_MEDIALS = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split()
_ROMAN_FINALS = "_ k k k n n n t l k m l l l p l m p p t t ng t t k t p t".split()


class Dice:
    """A seeded random source with the demo's own turns. `today` is the day on which the demo's two years end."""

    def __init__(self, seed: int, today: date) -> None:
        self.today = today
        self.random = random.Random(seed)
        self._made = 0
        self._start = int(datetime.combine(today - timedelta(days=760), time(), UTC).timestamp() * 1000)

    def id(self) -> str:
        """The next id: a UUIDv7 by form, in the order of making."""
        self._made += 1
        number = (self._start + self._made) << 80 | 0x7 << 76 | self.random.getrandbits(12) << 64
        return str(uuid.UUID(int=number | 0b10 << 62 | self.random.getrandbits(62)))

    def pick(self, choices: Sequence[Choice]) -> Choice:
        """One of them, all alike."""
        return choices[int(self.random.random() * len(choices))]

    def weighted(self, choices: Sequence[Choice], weights: Sequence[float]) -> Choice:
        """One of them, by weight."""
        return self.random.choices(choices, weights)[0]

    def chance(self, share: float) -> bool:
        """True so often."""
        return self.random.random() < share

    def number(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self.random.random() * (high - low + 1))

    def day_before(self, most: int, least: int = 0) -> date:
        """A day in the past: so many days before today."""
        return self.today - timedelta(days=self.number(least, most))

    def moment_on(self, day: date) -> datetime:
        """A working hour of a day in Korea, in UTC."""
        return datetime.combine(day, time(self.number(0, 9), self.pick((0, 10, 20, 30, 40, 50))), UTC)

    def person(self) -> str:
        """A Korean name of three syllables."""
        surname = self.random.choices(words.SURNAMES, words.SURNAME_WEIGHTS)[0]
        return surname + self.pick(words.GIVEN)

    def mobile(self) -> str:
        """A mobile number of a series that is not given out (010-0…)."""
        return f"010-0{self.number(0, 999):03}-{self.number(0, 9999):04}"

    def landline(self) -> str:
        """A landline number of a series that is not given out."""
        return f"0{self.pick((2, 31, 32, 41, 51, 53, 55))}-0{self.number(10, 99)}-{self.number(0, 9999):04}"

    def registration_number(self) -> str:
        """A business registration number with the right check digit and an office code that no tax office has (0..)."""
        digits = [0, *(self.number(0, 9) for _ in range(8))]
        total = sum(digit * weight for digit, weight in zip(digits, (1, 3, 7, 1, 3, 7, 1, 3, 5), strict=True))
        digits.append((10 - (total + digits[8] * 5 // 10) % 10) % 10)
        line = "".join(map(str, digits))
        return f"{line[:3]}-{line[3:5]}-{line[5:]}"


def roman(name: str) -> str:
    """A name in small Latin letters, for mail addresses."""
    letters = ""
    for sign in text.compact(name):
        if not text.is_syllable(sign):
            letters += sign if sign.isascii() else ""
            continue
        place = ord(sign) - 0xAC00
        parts = (_ROMAN_INITIALS[place // 588], _ROMAN_MEDIALS[place % 588 // 28], _ROMAN_FINALS[place % 28])
        letters += "".join(parts).replace("_", "")
    return letters
