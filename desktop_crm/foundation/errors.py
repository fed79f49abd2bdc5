"""The three branches of what can go wrong. An error carries a code and facts; its words are in `i18n`, shown by the doors.

Codes are dotted and stable ("account.move.circle"); parameters are plain values that the text names (file, row, field, path).
"""

from __future__ import annotations

from typing import ClassVar


class CrmError(Exception):
    """Something the user is told about. `code` finds the text, `params` fill it."""

    exit_code: ClassVar[int] = 3

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(code, params)

    def __reduce__(self) -> tuple[object, ...]:
        """So that an error comes back from a worker process as it was raised there."""
        return _again, (type(self), self.code, self.params)

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code}({facts})"


def _again(kind: type[CrmError], code: str, params: dict[str, object]) -> CrmError:
    return kind(code, **params)


class Refusal(CrmError):
    """A rule said no; nothing was changed. The user can do something else."""

    exit_code = 1


class Trouble(CrmError):
    """The world failed: disk, network, server, file. Trying again later may help."""


class Bug(CrmError):
    """We failed. Opens a report that can be copied and holds no customer data."""
