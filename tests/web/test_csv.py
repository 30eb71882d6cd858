"""The files: the JSON's fields in their order, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest

from dashboard.api import shapes
from dashboard.sheet import cell, sheet
from tests.web import seed
from tests.web.conftest import NOW, Client, Writer

ROSTER = f"/clans/{seed.QUIET_ORBIT}/roster.csv"
EVENTS = f"/clans/{seed.QUIET_ORBIT}/events.csv"


async def rows(client: Client, address: str) -> list[dict[str, str]]:
    response = await client.get(address)
    assert response.status_code == 200
    body = await response.get_data()
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("query", ["", "?sort=power&order=desc&show=online", "?q=ferro", "?limit=7"])
async def test_the_roster_is_the_apis(client: Client, query: str) -> None:
    found = await rows(client, ROSTER + query)
    members = (await (await client.get(f"/api/v1/clans/{seed.QUIET_ORBIT}/roster{query}")).get_json())["members"]
    assert [list(row) for row in found] == [list(member) for member in members]
    for row, member in zip(found, members, strict=True):
        assert row["membership_id"] == member["membership_id"]
        assert json.loads(row["seals"]) == member["seals"]
        for key in set(row) - {"membership_id", "seals"}:
            assert row[key] == str(cell(member[key]))


async def test_names_and_types_of_the_file(client: Client) -> None:
    response = await client.get(ROSTER)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="quiet-orbit-roster.csv"'
    body = (await response.get_data()).decode("utf-8-sig")
    assert body.startswith('"membership_id","membership_type","name"')
    assert body.endswith("\r\n")
    assert f'"{seed.FIRST_MEMBER}",3,' in body, "ids are quoted as text, numbers are not"


async def test_all_events_are_in_the_file(site: Client, writer: Writer) -> None:
    await writer.execute(
        """
        insert into event (kind, group_id, membership_id, name, about, occurred_at, recorded_at)
        select 'renamed', $1, $2, 'Ferro', n::text, $3::timestamptz - make_interval(mins => n / 3), $3
        from generate_series(1, 1300) n
        """,
        seed.QUIET_ORBIT,
        seed.FIRST_MEMBER,
        NOW - timedelta(days=9),
    )
    found = await rows(site, EVENTS)
    assert len(found) == 1311
    assert len({row["id"] for row in found}) == 1311
    assert [row["occurred_at"] for row in found] == sorted((row["occurred_at"] for row in found), reverse=True)
    assert len(await rows(site, f"{EVENTS}?limit=10")) == 10
    assert len(await rows(site, f"{EVENTS}?kind=joined")) == 1


async def test_events_columns(client: Client) -> None:
    found = await rows(client, EVENTS)
    assert tuple(found[0]) == shapes.EVENT_COLUMNS
    assert json.loads(found[0]["detail"])["title"] == "Conqueror"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_starts_a_formula(start: str) -> None:
    assert cell(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


def test_cells() -> None:
    assert [cell(value) for value in (None, True, False, 0, -3, "a-b", [], {"a": "é"})] == [
        "", "true", "false", 0, -3, "a-b", "[]", '{"a":"é"}',
    ]  # fmt: skip


def test_quotes_and_line_ends_stay_in_their_cell() -> None:
    body = sheet(("name", "n"), [{"name": 'a"b\r\n,c', "n": 1}]).decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(body, newline=""))) == {"name": 'a"b\r\n,c', "n": "1"}
