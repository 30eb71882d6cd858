"""Commands of the shell, run as processes against the simulated Bungie.net and the database of a test."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.test_commands import Said, clean, run
from tests.jobs.match_world import MatchWorld


@dataclass(frozen=True)
class Shell:
    """`python -m bot ...` with the environment for one town."""

    town: MatchWorld
    dsn: str
    home: Path

    def environment(self, **more: str) -> dict[str, str]:
        bungie = self.town.services.config.bungie
        said = {
            "BUNGIE__API_KEY": bungie.api_key.reveal(),
            "BUNGIE__URL": bungie.url,
            "BUNGIE__STATS_URL": bungie.stats_url,
            "BUNGIE__REQUESTS_PER_SECOND": "25",
            "DATABASE__URL": self.dsn,
            "CLANS__IDS": json.dumps([str(self.town.group_id)]),
            "DATA_DIR": str(self.home),
            **more,
        }
        return {**clean(), **{f"HAWTHORNE_{name}": value for name, value in said.items()}}

    async def __call__(self, *arguments: str, **more: str) -> Said:
        return await run(sys.executable, "-m", "bot", *arguments, env=self.environment(**more), cwd=self.home)
