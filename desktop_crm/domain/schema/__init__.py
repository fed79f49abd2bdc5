"""The registry of entities: one description of every field, read by tables, merge, history, import, forms and lists.

It must not know how anything is stored, shown or sent; those rooms read it.
"""

from __future__ import annotations

from desktop_crm.domain.schema.fields import Entity, Field, FieldType, MergeRule
from desktop_crm.domain.schema.registry import REGISTRY, SCHEMA_VERSION, Registry

__all__ = ["REGISTRY", "SCHEMA_VERSION", "Entity", "Field", "FieldType", "MergeRule", "Registry"]
