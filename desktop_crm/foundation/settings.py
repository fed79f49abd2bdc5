"""The user's own settings on this machine: a small JSON file, written whole and swapped in. Holds no customer data."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from desktop_crm.foundation.paths import user_config


class Settings:
    """Names to plain values; missing or unreadable files count as empty. Written at once on `put`."""

    is_safe = False

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or user_config() / "settings.json"
        self._values = self._read()

    def get(self, name: str, default: Any = None) -> Any:
        """The value stored under a name, else the default."""
        return self._values.get(name, default)

    def names(self) -> frozenset[str]:
        """What was ever stored."""
        return frozenset(self._values)

    def put(self, name: str, value: Any) -> None:
        """Store a value under a name; a crash leaves the old file or the new one."""
        if self._values.get(name) == value and name in self._values:
            return
        self._values[name] = value
        draft = self.path.with_suffix(".new")
        draft.write_text(json.dumps(self._values, ensure_ascii=False, indent=1), encoding="utf-8")
        os.replace(draft, self.path)  # noqa: PTH105 - the atomic swap, by its plain name

    def _read(self) -> dict[str, Any]:
        try:
            values = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return values if isinstance(values, dict) else {}


class SafeSettings(Settings):
    """The settings of a safe start: language and workspace as they are, everything else as on the first day, and no sync.

    What is chosen meanwhile holds for this run; only language and workspace are kept.
    """

    is_safe = True

    def __init__(self, path: Path | None = None) -> None:
        super().__init__(path)
        self._here: dict[str, Any] = {"sync.offline": True}

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name, default) if name in _KEPT_WHEN_SAFE else self._here.get(name, default)

    def put(self, name: str, value: Any) -> None:
        if name in _KEPT_WHEN_SAFE:
            super().put(name, value)
        else:
            self._here[name] = value


_KEPT_WHEN_SAFE = frozenset({"language", "workspace.path"})
