"""The backup and restore that docs/operations.md tells, with the programs that the embedded PostgreSQL brings."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import asyncpg

from db.cluster import binaries
from db.migrate import pending
from db.web_login import READ_ROLE, ensure_web_login

OPERATIONS = Path(__file__).parents[2] / "docs/operations.md"


async def run(program: str, *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        str(binaries() / program), *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    _, said = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, said.decode()


def options_of(program: str) -> list[str]:
    """The switches that the document gives to this program."""
    (line,) = re.findall(rf"\$bin/{program} (.*)", OPERATIONS.read_text("utf-8"))
    return [word for word in line.split() if word.startswith("--") or word == "-Fc"]


async def test_a_dump_brings_everything_back(dsn: str, cluster: str, tmp_path: Path) -> None:
    source = await asyncpg.connect(dsn)
    await source.execute(
        """
        insert into clan (group_id, added_at) values (5, now());
        insert into member (membership_id, membership_type, name, first_seen_at) values (7, 3, 'Kelp#0310', now());
        insert into stint (group_id, membership_id, joined_at, role) values (5, 7, now(), 'member');
        """
    )
    await ensure_web_login(source, dsn)
    await source.close()
    dump = tmp_path / "hawthorne.dump"
    await run("pg_dump", *options_of("pg_dump"), "-f", str(dump), "-d", dsn)
    admin = await asyncpg.connect(cluster.replace("/hawthorne?", "/postgres?"))
    await admin.execute("create database restored template hawthorne")
    restored = cluster.replace("/hawthorne?", "/restored?")
    try:
        await run("pg_restore", *options_of("pg_restore"), "-d", restored, str(dump))
        target = await asyncpg.connect(restored)
        assert await target.fetchval("select name from stint join member using (membership_id)") == "Kelp#0310"
        assert await pending(target) == ()
        await target.execute(f"set role {READ_ROLE}")
        assert await target.fetchval("select count(*) from member") == 1
        await target.close()
    finally:
        await admin.execute("drop database restored with (force)")
        await admin.close()
