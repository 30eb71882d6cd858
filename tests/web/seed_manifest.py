"""Versions of the manifest and what they changed."""

from __future__ import annotations

from datetime import timedelta

from tests.web.conftest import NOW, Writer

ONE, TWO, THREE = "244019.26.05.29-1", "251400.26.11.17-2", "file world.content"
ACTIVITIES, RECORDS = "DestinyActivityDefinition", "DestinyRecordDefinition"


async def versions(writer: Writer) -> None:
    """Three versions: the second brought an exotic, a seal and activities, the third took one of them back."""
    await writer.execute("update manifest_version set is_current = false")
    await writer.execute("truncate manifest_step cascade")
    for place, version in enumerate((ONE, TWO, THREE)):
        at = NOW - timedelta(days=3 - place)
        await writer.execute(
            "insert into manifest_version values ($1, 'en', $2, $3, $4, 0, 0, 0)",
            version, {ACTIVITIES: "/a", RECORDS: "/r"}, at, version == THREE,
        )  # fmt: skip
        await writer.execute("insert into manifest_step (version, language, at) values ($1, 'en', $2)", version, at)
    await writer.execute(
        """
        insert into exotic (collectible_hash, name, kind, slot, position, icon)
        values (7, 'Ace', 'weapon', 'kinetic', 1, $1)
        """,
        "/common/destiny2_content/icons/ace.png",
    )
    first = await writer.fetchval("select min(step) from manifest_step")
    for step, table, found, change, name, before in (
        (1, "exotic", 7, "added", "Ace", None),
        (1, "seal", 1, "added", "Wayfarer", None),
        (1, "weapon", 8, "changed", "Rose", "Thorn"),
        (1, ACTIVITIES, 11, "added", "Rift", None),
        (1, ACTIVITIES, 12, "changed", "Clash", "Clash"),
        (1, ACTIVITIES, 13, "added", "", None),
        (1, RECORDS, 21, "removed", "A deed", "A deed"),
        (2, ACTIVITIES, 11, "removed", "Rift", "Rift"),
    ):
        await writer.execute(
            """
            insert into manifest_change values ($1, $2, $3, $4, $5, $6,
              case when $4 <> 'removed' then $7 end, case when $4 <> 'added' then $8 end)
            """,
            first + step, table, found, change, name, before,
            f"digest {step}", f"digest {step - 1}" if found != 11 else "digest 1",
        )  # fmt: skip
