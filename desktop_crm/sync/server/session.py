"""Who is asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

READ_WRITE = "rw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in user on a device, with what he may read and write at this moment."""

    tenant: str
    user_id: str
    device: str
    role: str = "member"
    divided: bool = False
    """Whether roles matter: the tenant has an administrator (`server.roles`)."""
    grants: Mapping[str, str] = field(default_factory=dict)

    def may_read(self, scope: str) -> bool:
        return scope in self.grants

    def may_write(self, scope: str) -> bool:
        return self.grants.get(scope) == READ_WRITE
