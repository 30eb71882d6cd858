"""Exotics and catalysts: the answers and pages against what was written, read straight from the tables."""

from __future__ import annotations

import csv
import gzip
import json
import re
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.collection import Collector
from dashboard.show.matrix import WIDTH, gems, grid, strip
from tests.web import seed
from tests.web.conftest import NOW, Client, Writer, ask, text
from tests.web.seed_collections import CLASSIFIED, EYES, FIRST_EXOTIC, GONE, NEVER_READ, PRIVATE, VEX, more_exotics

CLAN = f"/clans/{seed.QUIET_ORBIT}"
API, PATH = f"/api/v1{CLAN}/exotics", "/api/v1/clans/{group_id}/exotics"
CATALYSTS, CATALYSTS_PATH = f"/api/v1{CLAN}/catalysts", "/api/v1/clans/{group_id}/catalysts"
MARROW, LARKSPUR, OSPREY = seed.FIRST_MEMBER + 3, seed.FIRST_MEMBER + PRIVATE, seed.FIRST_MEMBER + NEVER_READ


async def owned(writer: Writer) -> dict[int, set[int]]:
    """Exotic -> owners, as the table has it."""
    found: dict[int, set[int]] = {}
    for row in await writer.fetch("select collectible_hash, membership_id from member_exotic"):
        found.setdefault(row[0], set()).add(row[1])
    return found


async def test_the_answer_is_what_the_tables_say(site: Client, writer: Writer) -> None:
    body, owners = await ask(site, API, PATH), await owned(writer)
    assert list(body) == ["as_of", "stale", "exotics", "nobody", "next_cursor"]
    assert (body["as_of"], body["stale"], body["next_cursor"]) == ("2026-11-28T18:33:00Z", None, None)
    keys = ["collectible_hash", "item_hash", "name", "slot", "kind", "class", "expansion", "icon", "owners", "owned",
            "missing", "unknown"]  # fmt: skip
    for row in body["exotics"]:
        assert list(row) == keys
        assert {int(owner) for owner in row["owners"]} == owners.get(row["collectible_hash"], set())
        assert row["owned"] == len(row["owners"])
        assert (row["owned"] + row["missing"] + row["unknown"], row["unknown"]) == (62, 1)
    by_hash = {row["collectible_hash"]: row for row in body["exotics"]}
    assert GONE not in by_hash
    assert by_hash[CLASSIFIED]["name"] == f"Unknown ({CLASSIFIED})"
    assert body["nobody"] == [key for key in by_hash if key not in owners] == [EYES, CLASSIFIED]
    first = by_hash[FIRST_EXOTIC]
    assert (first["name"], first["slot"], first["kind"], first["class"]) == ("Ace of Spades", "kinetic", "weapon", None)
    helm = next(row for row in body["exotics"] if row["name"] == "Helm of Saint-14")
    assert (helm["slot"], helm["kind"], helm["class"]) == ("helmet", "armor", "titan")


@pytest.mark.parametrize("who", [str(MARROW), "Marrow"])
async def test_one_member_alone(site: Client, writer: Writer, who: str) -> None:
    await writer.execute("update member set name = 'Marrow' where membership_id = $1", MARROW)
    owners = await owned(writer)
    body = await ask(site, f"{API}?member={who}", PATH)
    for row in body["exotics"]:
        has = MARROW in owners.get(row["collectible_hash"], set())
        counts = (row["owned"], row["missing"], row["unknown"], row["owners"])
        assert counts == ((1, 0, 0, [str(MARROW)]) if has else (0, 1, 0, []))
    assert body["nobody"] == [EYES, CLASSIFIED], "of the whole clan"


async def shown(client: Client, query: str, address: str = API, path: str = PATH) -> set[int]:
    body = await ask(client, f"{address}?{query}", path)
    rows = body.get("exotics", body.get("catalysts"))
    return {row.get("record_hash", row["collectible_hash"]) for row in rows}


async def test_each_way_to_show(site: Client, writer: Writer) -> None:
    owners = await owned(writer)
    everything = await shown(site, "show=all")
    mine = {key for key in everything if MARROW in owners.get(key, set())}
    few = {key for key in everything if len(owners.get(key, set())) < 10}
    assert await shown(site, "show=owned") == set(owners) & everything
    assert await shown(site, "show=missing") == everything, "everything is lacked by someone"
    assert await shown(site, "show=nobody") == {EYES, CLASSIFIED}
    assert await shown(site, "show=rare") == few
    assert await shown(site, f"show=owned&member={MARROW}") == mine
    assert await shown(site, f"show=missing&member={MARROW}") == everything - mine
    assert await shown(site, f"show=rare&member={MARROW}") == few, "rare is told by the clan"
    assert await shown(site, f"show=missing&member={OSPREY}") == set(), "of whom nothing is known, nothing is missing"


async def test_catalysts(site: Client, writer: Writer) -> None:
    body = await ask(site, CATALYSTS, CATALYSTS_PATH)
    rows = await writer.fetch("select record_hash, membership_id from member_catalyst where done_at is not null")
    done = {(row[0], row[1]) for row in rows}
    assert {(row["record_hash"], int(owner)) for row in body["catalysts"] for owner in row["owners"]} == done
    assert {row["owned"] + row["missing"] + row["unknown"] for row in body["catalysts"]} == {62}
    assert body["catalysts"][0]["collectible_hash"] == FIRST_EXOTIC
    mine = {key for key, who in done if who == MARROW}
    assert await shown(site, f"show=owned&member={MARROW}", CATALYSTS, CATALYSTS_PATH) == mine


async def test_parts_make_the_whole(client: Client) -> None:
    for address, path, name in ((API, PATH, "exotics"), (CATALYSTS, CATALYSTS_PATH, "catalysts")):
        whole, more = (await ask(client, address, path))[name], "limit=7"
        parts: list[Any] = []
        while more:
            body = await ask(client, f"{address}?{more}", path)
            parts += body[name]
            more = f"limit=7&cursor={body['next_cursor']}" if body["next_cursor"] else ""
        assert parts == whole


@pytest.mark.parametrize(
    "query", ["show=some", "show=few", "limit=0", "cursor=x", "kind=weapons", "member=0x%00", "show=rare&show=all"]
)
async def test_what_is_not_known_is_refused_by_name(client: Client, query: str) -> None:
    body = await ask(client, f"{API}?{query}", PATH, 400)
    assert query.partition("=")[0] in body["error"]["message"]


async def test_unknown_ids(client: Client) -> None:
    await ask(client, "/api/v1/clans/5/exotics", PATH, 404)
    await ask(client, f"{API}?member=5", PATH, 404)
    await text(client, f"{CLAN}/exotics/5", 404)
    assert "collectible_hash" in await text(client, f"{CLAN}/exotics/4294967296", 400)
    await text(client, f"{CLAN}/exotics?kind=guns", 400)


async def test_former_members_are_not_counted(site: Client, writer: Writer) -> None:
    await writer.execute("update stint set left_at = now() where membership_id = $1", MARROW)
    await writer.execute("delete from clan_counted where membership_id = $1", MARROW)
    body = await ask(site, API, PATH)
    assert {row["owned"] + row["missing"] + row["unknown"] for row in body["exotics"]} == {61}
    assert all(str(MARROW) not in row["owners"] for row in body["exotics"])
    assert "That member is not in this clan" in await text(site, f"{CLAN}/exotics?member={MARROW}")
    own = await text(site, f"/members/{MARROW}/exotics")
    assert "Marrow lacks" in own
    assert "Beside the others" not in own


async def test_old_data_says_so(site: Client, writer: Writer) -> None:
    await writer.execute("update loop set last_ok_at = $1 where name = 'collections'", NOW - timedelta(hours=5))
    body = await ask(site, API, PATH)
    assert body["as_of"] == "2026-11-28T13:45:00Z"
    assert body["stale"].startswith("What you see is 5 h old.")
    for page in ("exotics", "catalysts", "seals", f"exotics/{VEX}", "seals/1"):
        assert "What you see is 5 h old." in await text(site, f"{CLAN}/{page}")
    await writer.execute(
        "update loop set last_verdict = 'partial', last_finished_at = $1 where name = 'collections'", NOW
    )
    assert (await ask(site, API, PATH))["stale"] is None, "some members failed, the others are new"


async def test_the_file_has_the_answers_fields(client: Client) -> None:
    for query in ("", f"?member={MARROW}&show=missing"):
        body = (await ask(client, API + query, PATH))["exotics"]
        response = await client.get(f"{CLAN}/exotics.csv{query}")
        sheet = list(csv.DictReader((await response.get_data(as_text=True)).removeprefix("\ufeff").splitlines()))
        assert [list(row) for row in sheet] == [list(row) for row in body]
        assert [json.loads(row["owners"]) for row in sheet] == [row["owners"] for row in body]
        assert [row["name"] for row in sheet] == [row["name"] for row in body]
    assert 'filename="quiet-orbit-exotics.csv"' in response.headers["Content-Disposition"]


def rows_of(page: str) -> dict[str, str]:
    """Rows of the matrix by name."""
    found = re.findall(r'<tr role="row"[^>]*><td.*?</tr>', page, re.DOTALL)
    return {re.findall(r"<bdi>(.*?)</bdi>", row)[0].replace("&#39;", "'"): row for row in found}


async def test_the_matrix_says_in_text_what_it_draws(client: Client) -> None:
    page, body = await text(client, f"{CLAN}/exotics"), await ask(client, API, PATH)
    assert f"2 weapons are owned by nobody: Eyes of Tomorrow, Unknown ({CLASSIFIED})." in page
    rows, weapons = rows_of(page), [row for row in body["exotics"] if row["kind"] == "weapon"]
    assert len(rows) == len(weapons) == 38
    for weapon in weapons:
        row = rows[weapon["name"]]
        assert f'<b>{weapon["owned"]}</b><span class="vh"> of 62 own it</span>' in row
        solid = re.findall(r'<path class="o"[^>]*d="([^"]*)"', row)[0]
        empty = re.findall(r'<path class="m"[^>]*d="([^"]*)"', row)[0]
        hidden = "".join(re.findall(r'<path class="p" d="([^"]*)"', row))
        assert solid.count("M") == weapon["owned"]
        assert solid.count("M") + empty.count("M") + hidden.count("M") == 62
        assert ("zero" in row.partition(">")[0]) == (weapon["owned"] == 0)
        assert row.count('aria-hidden="true"') == row.count("<svg")


async def test_tabs_orders_and_a_member(client: Client) -> None:
    titan = rows_of(await text(client, f"{CLAN}/exotics?kind=titan"))
    assert list(titan) == ["Helm of Saint-14", "Ursa Furiosa", "Heart of Inmost Light", "Dunemarchers", "Stoicism"]
    most = [
        int(found)
        for found in re.findall(
            r"<b>(\d+)</b><span class=\"vh\"> of 62", await text(client, f"{CLAN}/exotics?order=owned")
        )
    ]
    assert most == sorted(most, reverse=True)
    by_release = await text(client, f"{CLAN}/exotics?order=expansion")
    headings = re.findall(r'<th scope="rowgroup"[^>]*><b>(.*?)</b>', by_release)
    assert headings == [
        "The Red War",
        "Forsaken",
        "Shadowkeep",
        "Beyond Light",
        "The Witch Queen",
        "Lightfall",
        "Expansion not known",
    ]
    page = await text(client, f"{CLAN}/exotics?member={MARROW}&show=missing")
    missing = (await ask(client, f"{API}?member={MARROW}&show=missing", PATH))["exotics"]
    rows = rows_of(page)
    assert sorted(rows) == sorted(row["name"] for row in missing if row["kind"] == "weapon")
    assert all('class="q"' in row and ", lacked" in row for row in rows.values())
    assert f"Marrow lacks {len(rows)} of 38 weapons." in page
    assert 'class="you"' in page


async def test_whoever_is_private_keeps_what_was_known(client: Client) -> None:
    page = await text(client, f"{CLAN}/exotics?member={LARKSPUR}")
    assert re.search(r"Larkspur keeps collections private now. Known until 3 May 2026: \d+ exotics\.", page)
    assert "Larkspur keeps collections private" in await text(client, f"/members/{LARKSPUR}/exotics")
    assert "has not been read yet" in await text(client, f"/members/{OSPREY}/exotics")
    assert "Osprey has never shown collections." in await text(client, f"{CLAN}/exotics?member={OSPREY}")


async def test_one_exotic_lists_owners_and_lackers(site: Client, writer: Writer) -> None:
    owners = (await owned(writer))[VEX]
    page = await text(site, f"{CLAN}/exotics/{VEX}")
    assert f"{len(owners)} of 62 own Vex Mythoclast." in page
    have, lack = page.split("Lack it")
    lack, unknown = lack.split("Not known")
    assert {int(key) for key in re.findall(r"/members/(\d+)\"", have)} >= owners
    assert {int(key) for key in re.findall(r"/members/(\d+)\"", lack)} & owners == set()
    assert len(re.findall(r"/members/(\d+)\"", lack)) == 61 - len(owners)
    assert re.findall(r"/members/(\d+)\"", unknown) == [str(OSPREY)]
    assert "Found while we looked" in have
    assert "Nobody owns Eyes of Tomorrow." in await text(site, f"{CLAN}/exotics/{EYES}")
    assert "No Longer Here" in await text(site, f"{CLAN}/exotics/{GONE}"), "one that left the manifest is still told"


async def test_one_members_collection(site: Client, writer: Writer) -> None:
    owners = await owned(writer)
    missing = await text(site, f"/members/{MARROW}/exotics")
    rows = await writer.fetch("select collectible_hash, name from exotic where is_current and not redacted")
    for key, name in rows:
        assert (f'/exotics/{key}"><bdi>' in missing.split("Catalysts")[0]) == (MARROW not in owners.get(key, set())), (
            name
        )
    everything = await text(site, f"/members/{MARROW}/exotics?show=all")
    assert len(re.findall(r"exotics/\d+\"><bdi>", everything)) == 53 + 18
    assert f"{len(owners[FIRST_EXOTIC])} here have it" in everything
    assert "What is missing" in await text(site, f"/members/{MARROW}")


async def test_before_the_first_manifest_pages_say_so(empty: Client) -> None:
    for page in ("exotics", "catalysts", "seals"):
        assert "comes with the manifest" in await text(empty, f"/clans/all/{page}")
    body = await ask(empty, "/api/v1/clans/all/exotics", PATH)
    assert (body["exotics"], body["nobody"], body["as_of"]) == ([], [], None)


def test_cells_fill_the_width_whatever_the_clan() -> None:
    for count in (1, 40, 62, 73, 100, 300, 900):
        members = [
            Collector(key, f"Member {key}#0001", None if key == 1 else NOW, False, 0) for key in range(1, count + 1)
        ]
        drawn = grid(members, you=count)
        assert drawn.cell == max(1, WIDTH // max(count, 40))
        assert (drawn.width, drawn.band) == (drawn.cell * count, drawn.cell * (count - 1))
        assert [label.you for label in drawn.labels].count(True) == 1
        pitches = [b.x - a.x for a, b in zip(drawn.labels, drawn.labels[1:], strict=False)]
        assert all(pitch >= 11 for pitch in pitches), "names never run into one another"
        row = strip(drawn, [count])
        assert (row.owned.count("M"), row.hidden.count("M")) == (1, 1 if count > 1 else 0)
        assert row.rest.count("M") == max(count - 2, 0)
    seal = strip(gems(members), [2, 3], gilded=[3])
    assert (seal.owned.count("M"), seal.gilded.count("M"), seal.rest.count("M")) == (1, 1, 897)


async def test_a_full_clan_with_all_there_is_fits_in_200_kb(site: Client, writer: Writer) -> None:
    """A hundred members, and 250 exotics in one tab: more than the game has in any."""
    await writer.execute(
        """
        insert into member (membership_id, membership_type, name, first_seen_at)
        select n, 3, 'Extra ' || n || '#0001', now() from generate_series(1, 38) n
        """
    )
    await writer.execute(
        "insert into clan_counted select $1, n, n, 100 + n from generate_series(1, 38) n", seed.QUIET_ORBIT
    )
    await writer.execute(
        "insert into collection (membership_id, tried_at, read_at) select n, now(), now() from generate_series(1, 38) n"
    )
    ids = [row[0] for row in await writer.fetch("select membership_id from clan_counted order by 1")]
    await more_exotics(writer, ids, 250)
    response = await site.get(f"{CLAN}/exotics?member={MARROW}")
    body: Any = await response.get_data()
    assert len(rows_of(body.decode())) == 250
    assert body.decode().count("<text") > 40
    assert len(gzip.compress(body)) < 200_000
