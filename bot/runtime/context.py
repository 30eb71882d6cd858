"""What the parts of one process share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from bot.clock import Clock
from bot.config import Config
from bot.schedule import Registry
from db.leader import Leader
from db.pool import Pool


@dataclass
class Context:
    """Opened once a process. `leader` is there while the ingest part runs."""

    config: Config
    clock: Clock
    parts: frozenset[str]
    dsn: str
    pool: Pool
    registry: Registry = field(default_factory=Registry)
    process_id: UUID = field(default_factory=uuid4)
    leader: Leader | None = None
    started_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.started_at = self.clock.now()

    def leading_since(self) -> datetime | None:
        """Since when this process leads the loops; None while it doesn't."""
        return self.leader.since if self.leader is not None else None
