"""What the server counts about itself, in Prometheus's text form. Routes and statuses, never names of people or records."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Final

_HELP: Final = {
    "crm_requests_total": "Answered requests by route and status.",
    "crm_request_seconds_sum": "Time taken for them.",
    "crm_operations_total": "Operations pushed, by verdict.",
}


class Metrics:
    """Counters of one process. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._seconds: dict[str, float] = {}
        self._operations: Counter[str] = Counter()

    def answered(self, route: str, status: int, seconds: float) -> None:
        with self._lock:
            self._requests[route, status] += 1
            self._seconds[route] = self._seconds.get(route, 0.0) + seconds

    def pushed(self, *, accepted: int, refused: int) -> None:
        with self._lock:
            self._operations["accepted"] += accepted
            self._operations["refused"] += refused

    def told(self, **gauges: float) -> str:
        """Everything; `gauges`: what is so at this moment."""
        with self._lock:
            requests = [
                f'crm_requests_total{{route="{route}",status="{status}"}} {count}'
                for (route, status), count in sorted(self._requests.items())
            ]
            seconds = [f'crm_request_seconds_sum{{route="{r}"}} {s:.6f}' for r, s in sorted(self._seconds.items())]
            operations = [f'crm_operations_total{{verdict="{v}"}} {n}' for v, n in sorted(self._operations.items())]
        lines: list[str] = []
        for name, group in zip(_HELP, (requests, seconds, operations), strict=True):
            lines += [f"# HELP {name} {_HELP[name]}", f"# TYPE {name} counter", *group]
        for name, value in sorted(gauges.items()):
            lines += [f"# TYPE crm_{name} gauge", f"crm_{name} {value:g}"]
        return "\n".join(lines) + "\n"
