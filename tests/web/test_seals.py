"""Seals, titles and triumphs: the answers and pages against what was written, read straight from the tables."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest

from tests.web import seed
from tests.web.conftest import NOW, Client, Writer, ask, text
from tests.web.seed_collections import LEGACY, NEVER_READ, PRIVATE

CLAN = f"/clans/{seed.QUIET_ORBIT}"
API, PATH = f"/api/v1{CLAN}/seals", "/api/v1/clans/{group_id}/seals"
MARROW, TAMSIN, OSPREY = seed.FIRST_MEMBER + 3, seed.FIRST_MEMBER + 4, seed.FIRST_MEMBER + NEVER_READ
LARKSPUR = seed.FIRST_MEMBER + PRIVATE
TITLES, TRIUMPHS = "/api/v1/members/{member}/titles", "/api/v1/members/{member}/triumphs"


async def stored(writer: Writer) -> dict[tuple[int, int], Any]:
    """(seal, member) -> row."""
    rows = await writer.fetch("select * from member_seal")
    return {(row["record_hash"], row["membership_id"]): row for row in rows}


async def test_the_answer_is_what_the_tables_say(site: Client, writer: Writer) -> None:
    body, rows = await ask(site, API, PATH), await stored(writer)
    assert list(body) == ["as_of", "stale", "seals", "next_cursor"]
    assert [seal["record_hash"] for seal in body["seals"]] == list(range(1, 19))
    for seal in body["seals"]:
        assert list(seal) == ["record_hash", "name", "title", "legacy", "holders", "closest"]
        assert seal["legacy"] == (seal["record_hash"] in LEGACY)
        mine = {member: row for (key, member), row in rows.items() if key == seal["record_hash"]}
        held = {member for member, row in mine.items() if row["held_since"]}
        assert {int(holder["membership_id"]) for holder in seal["holders"]} == held
        for holder in seal["holders"]:
            row = mine[int(holder["membership_id"])]
            assert holder["gilded_times"] == row["gilded_times"]
            assert holder["gilded"] == (row["gilded_times"] >= 1)
            assert holder["gilded_this_season"] == row["gilded_this_season"]
        near = {member for member, row in mine.items() if row["of"] - row["done"] <= 3} - held
        listed = [int(each["membership_id"]) for each in seal["closest"]]
        assert near <= set(listed)
        assert not held & set(listed)
        left = [each["of"] - each["done"] for each in seal["closest"]]
        assert left == sorted(left)
        assert all((each["done"], each["of"]) == (mine[int(each["membership_id"])]["done"],
                   mine[int(each["membership_id"])]["of"]) for each in seal["closest"])  # fmt: skip


async def test_one_member_alone(site: Client, writer: Writer) -> None:
    rows = await stored(writer)
    for seal in (await ask(site, f"{API}?member={MARROW}", PATH))["seals"]:
        row = rows[seal["record_hash"], MARROW]
        assert [int(holder["membership_id"]) for holder in seal["holders"]] == ([MARROW] if row["held_since"] else [])
        progress = [(each["done"], each["of"]) for each in seal["closest"]]
        assert progress == ([] if row["held_since"] else [(row["done"], row["of"])])
    assert all(not seal["closest"] for seal in (await ask(site, f"{API}?member={OSPREY}", PATH))["seals"])


async def test_parts_make_the_whole(client: Client) -> None:
    person = f"/api/v1/members/{MARROW}"
    for address, path, name in (
        (API, PATH, "seals"),
        (f"{person}/titles", TITLES, "titles"),
        (f"{person}/triumphs", TRIUMPHS, "triumphs"),
    ):
        whole, more = (await ask(client, address, path))[name], "limit=11"
        parts: list[Any] = []
        while more:
            body = await ask(client, f"{address}?{more}", path)
            parts += body[name]
            more = f"limit=11&cursor={body['next_cursor']}" if body["next_cursor"] else ""
        assert parts == whole


@pytest.mark.parametrize("query", ["show=all", "limit=501", "cursor=%00", "member=a%00"])
async def test_what_is_not_known_is_refused_by_name(client: Client, query: str) -> None:
    body = await ask(client, f"{API}?{query}", PATH, 400)
    assert query.partition("=")[0] in body["error"]["message"]
    if not query.startswith("member"):
        await ask(client, f"/api/v1/members/{MARROW}/titles?{query}", TITLES, 400)


async def test_unknown_ids(client: Client) -> None:
    await ask(client, "/api/v1/clans/5/seals", PATH, 404)
    await ask(client, "/api/v1/members/5/titles", TITLES, 404)
    await ask(client, "/api/v1/members/Nobody%230001/triumphs", TRIUMPHS, 404)
    await text(client, f"{CLAN}/seals/99", 404)
    assert "record_hash" in await text(client, f"{CLAN}/seals/x", 400)


async def test_titles_of_one_member(site: Client, writer: Writer) -> None:
    await writer.execute("update member set name = 'Marrow#0042' where membership_id = $1", MARROW)
    body, rows = await ask(site, "/api/v1/members/mARROW%230042/titles", TITLES), await stored(writer)
    assert body["as_of"] == "2026-11-28T18:43:50Z"
    for title in body["titles"]:
        row = rows[title["record_hash"], MARROW]
        assert (title["held"], title["done"], title["of"]) == (row["held_since"] is not None, row["done"], row["of"])
        assert title["held_before"] == (title["held"] and row["quiet"])
        assert len(title["left"]) == (0 if title["held"] else row["of"] - row["done"])
    tamsin = (await ask(site, f"/api/v1/members/{TAMSIN}/titles", TITLES))["titles"][0]
    assert (tamsin["title"], tamsin["gilded"], tamsin["gilded_times"]) == ("Conqueror", True, 6)
    assert (tamsin["gilded_this_season"], tamsin["left"]) == (True, [])


async def test_triumphs_of_one_member(site: Client, writer: Writer) -> None:
    await writer.execute("update seal set record_hashes = array_append(record_hashes, 10020) where record_hash = 2")
    body = await ask(site, f"/api/v1/members/{MARROW}/triumphs", TRIUMPHS)
    rows = await writer.fetch("select * from member_triumph where membership_id = $1", MARROW)
    assert {
        triumph["record_hash"]: (triumph["complete"], triumph["done"], triumph["of"]) for triumph in body["triumphs"]
    } == {row["record_hash"]: (row["complete"], row["done"], row["of"]) for row in rows}
    first = body["triumphs"][0]
    assert (first["record_hash"], first["name"], first["seals"]) == (10020, "Grandmaster of Arms 1", [1, 2])
    assert first["description"] == "Do it well."
    assert body["triumph_score"] > body["triumph_score_active"]


async def test_the_page_says_in_text_what_it_draws(client: Client) -> None:
    page, seals = await text(client, f"{CLAN}/seals"), (await ask(client, API, PATH))["seals"]
    assert "<b>Tamsin gilded Conqueror last.</b>" in page
    rows = re.findall(r'<tr role="row"[^>]*><td.*?</tr>', page, re.DOTALL)
    assert len(rows) == 18
    for row, seal in zip(rows, seals, strict=True):
        held, gilded = len(seal["holders"]), sum(holder["gilded"] for holder in seal["holders"])
        assert f"<bdi>{seal['title']}</bdi>" in row
        assert f'<b>{held}</b><span class="vh"> of 62 hold it</span>' in row
        gold = "".join(re.findall(r'<path class="o gold" d="([^"]*)"', row)).count("M")
        lilac = re.findall(r'<path class="o"[^>]*d="([^"]*)"', row)[0].count("M")
        assert (gold, lilac) == (gilded, held - gilded)
        first = seal["closest"][0]
        assert f"{first['done']} of {first['of']}" in row
    folded = page.split("2 legacy seals, no longer to be earned")[1]
    assert "Undying" in folded
    assert "Undying" not in page.split("2 legacy seals")[0]


async def test_one_seal_names_holders_and_what_is_left(site: Client, writer: Writer) -> None:
    page = await text(site, f"{CLAN}/seals/1")
    seal = (await ask(site, API, PATH))["seals"][0]
    gilded = sum(holder["gilded"] for holder in seal["holders"])
    assert f"{len(seal['holders'])} of 62 hold Conqueror, {gilded} gilded it." in page
    holders, near = page.split("At most three triumphs away")
    assert re.findall(r"/members/(\d+)\"", holders)[0] == str(TAMSIN), "the most gilded first"
    assert "this season" in holders
    names = dict(map(tuple, await writer.fetch("select hash, name from definition where table_name like '%Record%'")))
    for each in seal["closest"]:
        rows = await writer.fetch(
            """
            select record_hash from member_triumph
            where membership_id = $1 and not complete and record_hash between 10020 and 10028
            """,
            int(each["membership_id"]),
        )
        if len(rows) <= 3:
            left = ", ".join(names[key] for key in sorted(row[0] for row in rows))
            assert f"Left: {left}" in near
    assert "Nobody holds Undying" in await text(site, f"{CLAN}/seals/{LEGACY[0]}")


async def test_a_title_that_is_done_but_not_claimed(site: Client, writer: Writer) -> None:
    await writer.execute(
        'update member_seal set held_since = null, done = "of" where membership_id = $1 and record_hash = 1', MARROW
    )
    await writer.execute(
        "update member_triumph set complete = true where membership_id = $1 and record_hash < 10030", MARROW
    )
    for page in (f"{CLAN}/seals/1", f"/members/{MARROW}/titles", f"/members/{MARROW}"):
        assert "All done; the title is still to be claimed." in await text(site, page)
    assert "Conqueror is done, but not claimed yet." in await text(site, f"/members/{MARROW}/titles")


async def test_one_members_seals(site: Client, writer: Writer) -> None:
    page = await text(site, f"/members/{MARROW}/titles")
    titles = (await ask(site, f"/api/v1/members/{MARROW}/titles", TITLES))["titles"]
    for title in titles:
        assert title["title"] in page
        for triumph in title["left"]:
            assert f"<bdi>{triumph['name']}</bdi>" in page
    held = [title for title in titles if title["held"]]
    assert f"Marrow holds {len(held)} seals" in page
    nearest = min(
        (t for t in titles if not t["held"] and not t["legacy"]), key=lambda t: (t["of"] - t["done"], t["record_hash"])
    )
    assert f"{nearest['title']} is nearest: " in page
    everything = await text(site, f"/members/{MARROW}/triumphs")
    done = await writer.fetchval("select count(*) from member_triumph where complete and membership_id = $1", MARROW)
    assert everything.count('<li class="done">') == done
    assert "No triumph of this member has been read yet" in await text(site, f"/members/{OSPREY}/titles")
    assert "keeps this profile private" in await text(site, f"/members/{LARKSPUR}/titles")


async def test_who_is_close_stands_on_the_overview(client: Client) -> None:
    page = await text(client, CLAN)
    close = page.split("Closest to a seal")[1].split("What changed")[0]
    assert len(re.findall('class="near"', close)) == 4
    assert "Left: " in close


async def test_search_finds_exotics_and_seals(client: Client) -> None:
    page = await text(client, f"{CLAN}/roster?q=vex")
    assert f'href="{CLAN}/exotics/2627"' in page
    assert f'href="{CLAN}/seals/1"' in await text(client, f"{CLAN}/roster?q=conq")


async def test_the_file_has_the_answers_fields(client: Client) -> None:
    seals = (await ask(client, API, PATH))["seals"]
    response = await client.get(f"{CLAN}/seals.csv")
    body = await response.get_data(as_text=True)
    sheet = list(csv.DictReader(io.StringIO(body.removeprefix("\ufeff"), newline="")))
    assert [list(row) for row in sheet] == [list(seal) for seal in seals]
    assert [json.loads(row["holders"]) for row in sheet] == [seal["holders"] for seal in seals]
    assert [json.loads(row["closest"]) for row in sheet] == [seal["closest"] for seal in seals]


async def test_a_former_members_titles_are_not_called_old(site: Client, writer: Writer) -> None:
    await writer.execute("update stint set left_at = $2 where membership_id = $1", MARROW, NOW)
    await writer.execute("update loop set last_ok_at = null where name = 'collections'")
    assert (await ask(site, f"/api/v1/members/{MARROW}/titles", TITLES))["stale"] is None
    assert (await ask(site, f"/api/v1/members/{TAMSIN}/titles", TITLES))["stale"] is not None
