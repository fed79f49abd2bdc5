"""When the next run is due: soon after an edit, every few minutes, later and later while the server cannot be reached.

Pure: it is told what happened and when, and says when to try again. Whoever holds a timer asks it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

EVERY: Final = timedelta(minutes=2)
SPARING: Final = timedelta(minutes=15)
"""So often on a connection that costs."""
AFTER_EDIT: Final = timedelta(seconds=0.5)
FIRST_RETRY: Final = timedelta(seconds=5)
LONGEST_RETRY: Final = timedelta(minutes=10)
STUCK_AFTER: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The plan as it stands. Each method gives the next plan."""

    due: datetime
    failures: int = 0
    waits_since: datetime | None = None
    """Since when something has been waiting to be sent."""
    offline: bool = False
    """The user works offline on purpose."""

    @staticmethod
    def start(now: datetime) -> Schedule:
        """A run as soon as possible."""
        return Schedule(due=now)

    def edited(self, now: datetime) -> Schedule:
        """Something was written: soon, unless the server was just found to be away."""
        soon = self.due if self.failures else min(self.due, now + AFTER_EDIT)
        return replace(self, due=soon, waits_since=self.waits_since or now)

    def succeeded(self, now: datetime, *, waiting: bool = False, sparing: bool = False) -> Schedule:
        """A run went through. `waiting`: something was written meanwhile; `sparing`: the connection costs."""
        due = now + (AFTER_EDIT if waiting else SPARING if sparing else EVERY)
        return replace(self, due=due, failures=0, waits_since=now if waiting else None)

    def failed(self, now: datetime, chance: random.Random) -> Schedule:
        """A run did not go through: twice as long as before, give or take a third, so that laptops do not come all at once."""
        pause = min(FIRST_RETRY * 2 ** min(self.failures, 12), LONGEST_RETRY)
        return replace(self, due=now + pause * chance.uniform(0.67, 1.33), failures=self.failures + 1)

    def asked(self, now: datetime) -> Schedule:
        """The button, a reconnected network, a wake from sleep: now."""
        return replace(self, due=now, failures=0)

    def is_due(self, now: datetime) -> bool:
        """Whether to run."""
        return not self.offline and now >= self.due

    def is_stuck(self, now: datetime) -> bool:
        """Whether something has been waiting too long although the network is wanted: the pill turns red."""
        return not self.offline and self.waits_since is not None and now - self.waits_since > STUCK_AFTER
