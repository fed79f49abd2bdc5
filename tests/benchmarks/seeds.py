"""Seeded data for benchmarks: the same names, trees and edits in every run, for ours and for the floors."""

from __future__ import annotations

import random
from decimal import Decimal

KOREAN_HEAD = "가나다라마바사아자차카타파하강고구노도로모보소오조주초코토포호김이박최정한윤장임신서권황안송류전홍문양손배백허유남심"
KOREAN_TAIL = "성산대한민국신세계현동서남북중앙화학전자기계건설물류식품제약금속섬유에너지통신정보기술솔루션시스템네트웍바이오테크미래"
KOREAN_FORM = ("주식회사", "산업", "전자", "상사", "물산", "건설", "화학", "테크", "솔루션", "로지스", "(주)")
ENGLISH_HEAD = "Acme Nova Delta Blue Green North Orion Vertex Summit Pioneer Global Atlas Quantum Silver Apex Bright Harbor".split()
ENGLISH_TAIL = "Systems Logistics Foods Pharma Metals Energy Textiles Software Networks Robotics Materials Optics Marine Paper".split()
SYLLABLES = "ka ro mi te no va li su pe dra gan tor bel wix zor quin mar fel hop jun".split()


def names(count: int, seed: int = 1) -> list[str]:
    """Three Korean names to two English ones; about nine in ten differ at a million."""
    chance = random.Random(seed)
    return [_korean(chance) if chance.random() < 0.6 else _english(chance) for _ in range(count)]


def _korean(chance: random.Random) -> str:
    stem = "".join(chance.choice(KOREAN_HEAD if n % 2 == 0 else KOREAN_TAIL) for n in range(chance.randint(3, 4)))
    return f"{'주식회사 ' if chance.random() < 0.3 else ''}{stem}{chance.choice(KOREAN_FORM)}"


def _english(chance: random.Random) -> str:
    middle = "".join(chance.choice(SYLLABLES) for _ in range(chance.randint(2, 3))).capitalize()
    return f"{chance.choice(ENGLISH_HEAD)} {middle} {chance.choice(ENGLISH_TAIL)}"


def parents(count: int, depth: int = 8, seed: int = 2) -> list[int | None]:
    """For each node the number of its parent, which is always smaller; one root in 500, at most `depth` levels."""
    chance = random.Random(seed)
    levels: list[list[int]] = [[] for _ in range(depth)]
    found: list[int | None] = []
    for node in range(count):
        if node < max(1, count // 500):
            levels[0].append(node)
            found.append(None)
            continue
        level = 1 + min(int(chance.random() ** 0.7 * (depth - 1)), depth - 2)
        while not levels[level - 1]:
            level -= 1
        found.append(chance.choice(levels[level - 1]))
        levels[level].append(node)
    return found


def quote_lines(count: int) -> list[tuple[str, str, Decimal, Decimal, Decimal]]:
    """Name, unit, quantity, unit price, discount in percent."""
    return [
        (
            f"제품 Product {n:04d} 규격 A-{n % 37}",
            "EA",
            Decimal(1 + n % 9),
            Decimal(100_500 + n % 50 * 1000),
            Decimal(n % 4 * 5),
        )
        for n in range(count)
    ]
