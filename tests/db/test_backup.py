"""The backup and restore that docs/operations.md tells, with the programs that the embedded PostgreSQL brings."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest

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
    (line,) = re.findall(rf"\$bin/{program} (-h .*)", OPERATIONS.read_text("utf-8"))
    return [word for word in line.split() if word.startswith("--") or word == "-Fc"]


async def restore(dump: Path, url: str) -> None:
    """As told for the embedded PostgreSQL."""
    await run("pg_restore", *options_of("pg_restore"), "-d", url, str(dump))


async def restore_as_script(dump: Path, url: str) -> None:
    """As told for PostgreSQL 15 and 16: the document's own line. The owner of these databases may have another name."""
    (line,) = re.findall(r"^    (\$bin/pg_restore -f - .*)", OPERATIONS.read_text("utf-8"), re.MULTILINE)
    line = line.replace("hawthorne.dump", str(dump)).replace("/d' |", "/d; s/ FOR ROLE [a-z]*//' |")
    process = await asyncio.create_subprocess_exec(
        *("sh", "-c", line), stderr=asyncio.subprocess.PIPE, env={**os.environ, "bin": str(binaries()), "URL": url}
    )
    _, said = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, said.decode()


@pytest.mark.parametrize("way", [restore, restore_as_script])
async def test_a_dump_brings_everything_back(
    dsn: str, cluster: str, tmp_path: Path, way: Callable[[Path, str], Awaitable[None]]
) -> None:
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
    if way is restore and admin.get_server_version().major < 17:
        await admin.close()
        pytest.skip("told for PostgreSQL 17 and newer")
    await admin.execute("create database restored template hawthorne")
    restored = cluster.replace("/hawthorne?", "/restored?")
    try:
        await way(dump, restored)
        target = await asyncpg.connect(restored)
        assert await target.fetchval("select name from stint join member using (membership_id)") == "Kelp#0310"
        assert await pending(target) == ()
        await target.execute(f"set role {READ_ROLE}")
        assert await target.fetchval("select count(*) from member") == 1
        await target.close()
    finally:
        await admin.execute("drop database restored with (force)")
        await admin.close()
