"""/manifest and /manifest/changes, as pages and as JSON."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.web import seed
from tests.web.conftest import Client, Writer, ask, text
from tests.web.seed_manifest import ACTIVITIES, ONE, RECORDS, THREE, TWO, versions

MANIFEST, CHANGES = "/api/v1/manifest", "/api/v1/manifest/changes"


async def test_the_current_version_and_what_it_changed(site: Client, writer: Writer) -> None:
    await versions(writer)
    body = await ask(site, MANIFEST, MANIFEST)
    assert (body["version"], body["loaded_at"]) == (THREE, "2026-11-27T18:45:00Z")
    assert body["tables"] == [
        {"table": ACTIVITIES, "added": 0, "changed": 0, "removed": 1},
        {"table": RECORDS, "added": 0, "changed": 0, "removed": 0},
    ]
    assert [each["version"] for each in body["versions"]] == [THREE, TWO, ONE]


async def test_any_two_versions(site: Client, writer: Writer) -> None:
    await versions(writer)
    body = await ask(site, f"{CHANGES}?from={quote(ONE)}&to={quote(TWO)}", CHANGES)
    assert (body["from"], body["version"]) == (ONE, TWO)
    assert body["tables"][0] == {"table": ACTIVITIES, "added": 2, "changed": 1, "removed": 0}
    assert body["news"]["exotics"] == [{"hash": 7, "change": "added", "name": "Ace", "name_before": None}]
    assert body["news"]["weapons"] == [{"hash": 8, "change": "changed", "name": "Rose", "name_before": "Thorn"}]
    assert [(row["hash"], row["change"]) for row in body["changes"]] == [
        (11, "added"), (12, "changed"), (13, "added"), (21, "removed"),
    ]  # fmt: skip
    whole = await ask(site, f"{CHANGES}?from={quote(ONE)}", CHANGES)
    assert whole["version"] == THREE
    assert 11 not in {row["hash"] for row in whole["changes"]}, "it came and went"
    back = await ask(site, f"{CHANGES}?from={quote(TWO)}&to={quote(ONE)}", CHANGES)
    assert back["news"]["exotics"][0]["change"] == "removed"
    assert {row["hash"]: row["change"] for row in back["changes"]} == {
        11: "removed", 12: "changed", 13: "removed", 21: "added",
    }  # fmt: skip


async def test_lists_come_in_parts(site: Client, writer: Writer) -> None:
    await versions(writer)
    address = f"{CHANGES}?from={quote(ONE)}&to={quote(TWO)}&limit=3"
    first = await ask(site, address, CHANGES)
    rest = await ask(site, f"{address}&cursor={first['next_cursor']}", CHANGES)
    assert [row["hash"] for row in first["changes"] + rest["changes"]] == [11, 12, 13, 21]
    assert rest["next_cursor"] is None
    only = await ask(site, f"{address}&table={RECORDS}", CHANGES)
    assert [row["hash"] for row in only["changes"]] == [21]


@pytest.mark.parametrize(
    ("query", "status", "named"),
    [
        ("from=nine", 404, "held"),
        ("from=", 400, "from"),
        ("to=%00", 400, "to"),
        (f"from={'9' * 101}", 400, "from"),
        ("table=exotic", 400, "table"),
        ("table=", 400, "table"),
        ("limit=0", 400, "limit"),
        ("limit=501", 400, "limit"),
        ("cursor=e30", 400, "cursor"),
        ("since=2026-01-01", 400, "since"),
        (f"from={quote(ONE)}&from={quote(ONE)}", 400, "from"),
    ],
)
async def test_what_is_not_known_is_named(site: Client, writer: Writer, query: str, status: int, named: str) -> None:
    await versions(writer)
    refused = await ask(site, f"{CHANGES}?{query}", CHANGES, status)
    assert named in refused["error"]["message"]
    await text(site, f"/manifest/changes?{query}", status)


async def test_before_the_first_manifest(empty: Client) -> None:
    body = await ask(empty, MANIFEST, MANIFEST)
    assert (body["version"], body["loaded_at"], body["tables"], body["versions"]) == (None, None, [], [])
    assert body["stale"]
    body = await ask(empty, CHANGES, CHANGES)
    assert (body["from"], body["version"], body["changes"], body["next_cursor"]) == (None, None, [], None)
    assert "have not been read yet" in await text(empty, "/manifest")
    await ask(empty, f"{CHANGES}?from=1", CHANGES, 404)


async def test_the_first_version_has_changed_nothing(site: Client, writer: Writer) -> None:
    await versions(writer)
    await writer.execute("truncate manifest_change")
    await writer.execute("delete from manifest_step where version <> $1", THREE)
    body = await ask(site, CHANGES, CHANGES)
    assert (body["from"], body["version"], body["changes"]) == (THREE, THREE, [])
    assert "is the only one so far" in await text(site, "/manifest")


async def test_the_page_names_what_people_look_for_first(site: Client, writer: Writer) -> None:
    await versions(writer)
    page = await text(site, f"/manifest/changes?from={quote(ONE)}&to={quote(TWO)}")
    places = [page.index(words) for words in ("<h2>Exotics", "Ace", "<h2>Seals", "Wayfarer", "<h2>Weapons", "Rose")]
    assert places == sorted(places)
    assert "1 new exotic, 1 new seal" in page
    assert "was <bdi>Thorn</bdi>" in page
    assert 'src="https://www.bungie.net/common/destiny2_content/icons/ace.png"' in page
    assert page.index("<h2>Activities") > places[-1]
    assert f"table={ACTIVITIES}" in page
    assert "All activities" not in page, "they are all there"
    assert "A deed" not in page, "the rest is counted by table"


async def test_what_is_there_now_leads_to_its_page(site: Client, writer: Writer) -> None:
    """What is gone, or belongs to versions of the past, leads nowhere."""
    await versions(writer)
    address = f"/clans/{seed.QUIET_ORBIT}/exotics/7"
    assert f'href="{address}"' in await text(site, f"/manifest/changes?from={quote(ONE)}")
    await text(site, address)
    assert f'href="{address}"' not in await text(site, f"/manifest/changes?from={quote(ONE)}&to={quote(TWO)}")
    assert f'href="{address}"' not in await text(site, f"/manifest/changes?from={quote(TWO)}&to={quote(ONE)}")


async def test_a_table_has_a_page_of_its_own(site: Client, writer: Writer) -> None:
    await versions(writer)
    address = f"/manifest/changes?from={quote(ONE)}&to={quote(TWO)}&table={ACTIVITIES}&limit=2"
    page = await text(site, address)
    assert "Rift" in page
    assert "without a name" not in page
    assert "Next definitions" in page
    assert "differs between the two" in await text(site, f"/manifest/changes?from={quote(TWO)}&table={RECORDS}")


async def test_names_are_text(site: Client, writer: Writer) -> None:
    await versions(writer)
    await writer.execute("update manifest_change set name = '<b>x</b>' where name <> ''")
    page = await text(site, f"/manifest/changes?from={quote(ONE)}&to={quote(TWO)}")
    assert "<b>x</b>" not in page
    assert "&lt;b&gt;x" in page
