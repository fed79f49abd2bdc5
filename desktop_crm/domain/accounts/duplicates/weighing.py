"""How much an agreement says: the model of Fellegi and Sunter, with the rarity of the agreeing value in it.

A level's weight is log2(m / u): how often it is met in pairs of one and the same record (m), how often in any two (u). m and u
were counted on FEBRL 3 and splink_fake_1000 (`tests/benchmarks/duplicates.py` counts them again); those of kinds that neither
has (companies, telephones, hosts) are set beside the kind that is most like them. For the same value, u is how often that very
value is met in the workspace: 한빛 says more than 본사.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from desktop_crm.domain.accounts.duplicates.comparing import Kind

WEIGHTS: Final[Mapping[Kind, tuple[float, ...]]] = {
    Kind.COMPANY: (14.0, 11.0, 5.5, 2.0, -4.0),
    Kind.PERSON: (13.0, 12.0, 5.5, 2.0, -4.0),
    Kind.IDENTIFIER: (20.0, 9.0, -4.5),
    Kind.HOST: (13.0, 9.0, -2.0),
    Kind.MAIL: (19.0, 15.0, 6.0, -3.0),
    Kind.TELEPHONE: (13.0, 4.0, -2.0),
    Kind.ADDRESS: (15.0, 13.0, 8.0, 8.0, 0.0, -3.5),
    Kind.POSTCODE: (6.0, 1.0, -2.0),
    Kind.PLACE: (4.0, 2.5, -2.5),
    Kind.DAY: (14.5, 4.5, 1.0, -4.3),
    Kind.EMPLOYER: (6.0, -1.5),
}
"""Bits for each level of `comparing`, the same first."""
_MET: Final[Mapping[Kind, float]] = {
    Kind.COMPANY: 0.4,
    Kind.PERSON: 0.38,
    Kind.IDENTIFIER: 0.86,
    Kind.HOST: 0.7,
    Kind.MAIL: 0.68,
    Kind.TELEPHONE: 0.6,
    Kind.ADDRESS: 0.3,
    Kind.POSTCODE: 0.75,
    Kind.PLACE: 0.65,
    Kind.DAY: 0.75,
    Kind.EMPLOYER: 0.7,
}
"""m of the same value."""
_TRUST: Final = 2.0
"""Bits that a rare value's agreement is held back by: rarity is counted on few rows."""


def weight(kind: Kind, level: int, met: int, rows: int) -> float:
    """Bits for or against, when both have a value. `met`: how many of the `rows` have that same value."""
    usual = WEIGHTS[kind][level]
    if level:
        return usual
    if rows < _FEW:
        return usual - 2 * math.log2(max(met - 1, 1))
    rarity = math.log2(_MET[kind] * rows / max(met - 1, 1))
    return min(usual + _TRUST, rarity)


_FEW, _MANY = 200, 10_000


def housed(bits: float) -> float:
    """What a place says of two companies with different names: less, since a building has many."""
    return bits / 2 if bits > 0 else bits


PLACES: Final = frozenset({Kind.ADDRESS, Kind.POSTCODE, Kind.PLACE})


def prior(rows: int) -> float:
    """Bits against, before anything is compared: of so many records, one other may be the same. Large files hold more of them."""
    return -math.log2(min(max(rows, _FEW), _MANY))


def probability(bits: float) -> float:
    """The chance that two records are one, from all bits together."""
    if bits > _SURE:
        return 1.0
    return 1 / (1 + 2.0**-bits) if bits > -_SURE else 0.0


_SURE: Final = 60.0
