"""What `doctor` asks of a database."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DatabaseRights:
    """`may_create`: tables in the schema that new tables go to. `version` is PostgreSQL's own text of it."""

    version: str
    role: str
    may_create: bool
    may_create_roles: bool
    is_standby: bool
