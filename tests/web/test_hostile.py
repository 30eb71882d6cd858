"""Strangers' names go through pages, JSON and files, and stay text."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest

from tests.web import seed
from tests.web.conftest import Client, Writer, ask, text
from tests.web.seed_matches import FIRST_INSTANCE, ROSE

NAMES = (
    "<script>alert(1)</script>#0001",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% raw %}",
    "'; drop table member; --",
    '=HYPERLINK("http://evil.example")',
    "\u202egnp.exe\u2066",
    "a\u0301\u0301\u0301\u0301\u0301\u0301b",
    "../../etc/passwd",
    "&lt;b&gt;",
    "名前\U0001f600#1234",
    "x" * 90,
    "%00%0a%23",
    "a/b?c=d#e",
)


class Tags(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def parse(page: str) -> Tags:
    tags = Tags()
    tags.feed(page)
    return tags


async def put(writer: Writer, name: str) -> None:
    """The name on a member, the clan and an event."""
    await writer.execute("update member set name = $2 where membership_id = $1", seed.FIRST_MEMBER, name)
    await writer.execute("update clan set name = $1, callsign = $1, motto = $1", name)
    await writer.execute(
        """
        update event set name = $1, detail = jsonb_build_object('from', $1::text, 'to', $1::text, 'title', $1::text,
          'name', $1::text, 'to_name', $1::text, 'field', $1::text, 'version', $1::text)
        """,
        name,
    )
    await writer.execute("update match_player set name = $1, clan_name = $1, clan_tag = $1", name)
    await writer.execute("update match set teams = jsonb_set(teams, '{0,name}', $1) where teams <> '[]'", name)
    await writer.execute("update weapon set name = $1, type = $1", name)
    await writer.execute("update seal set title = $1, name = $1", name)
    await writer.execute("update definition set name = $1, json = jsonb_build_object('titleInfo', $2::jsonb)", name,
                         {"titlesByGender": {"Male": name}})  # fmt: skip


@pytest.fixture
async def plain(client: Client) -> dict[str, Tags]:
    return {address: parse(await text(client, address)) for address in PAGES}


PAGES = (
    "/",
    f"/clans/{seed.QUIET_ORBIT}",
    f"/clans/{seed.QUIET_ORBIT}/roster",
    f"/clans/{seed.QUIET_ORBIT}/events",
    f"/clans/{seed.QUIET_ORBIT}/weapons",
    f"/clans/{seed.QUIET_ORBIT}/weapons/{ROSE}",
    f"/members/{seed.FIRST_MEMBER}",
    f"/members/{seed.FIRST_MEMBER}/matches",
    f"/matches/{FIRST_INSTANCE}",
    "/status",
)


async def test_hostile_names_stay_text(site: Client, writer: Writer, plain: dict[str, Tags]) -> None:
    for name in NAMES:
        await put(writer, name)
        for address in PAGES:
            found = parse(await text(site, address))
            assert found.tags <= plain[address].tags | {"p"}, (name, address)
            assert found.attributes <= plain[address].attributes, (name, address)
            assert "49{%" not in "".join(found.words), "names are no templates"


async def test_names_come_through_the_api_unchanged(site: Client, writer: Writer) -> None:
    for name in NAMES:
        await put(writer, name)
        roster = await ask(site, f"/api/v1/clans/{seed.QUIET_ORBIT}/roster", "/api/v1/clans/{group_id}/roster")
        assert name in {member["name"] for member in roster["members"]}
        path = f"/api/v1/members/{quote(name, safe='')}"
        found: Any = await ask(site, path, "/api/v1/members/{member}")
        assert found["membership_id"] == str(seed.FIRST_MEMBER)


async def test_names_of_weapons_come_through_the_file(site: Client, writer: Writer) -> None:
    for name in NAMES:
        await put(writer, name)
        body = await (await site.get(f"/clans/{seed.QUIET_ORBIT}/weapons.csv")).get_data()
        rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
        assert {row["name"] for row in rows if row["type"]} == {f"'{name}" if name[0] in "=+-@" else name}


async def test_names_come_through_the_file(site: Client, writer: Writer) -> None:
    for name in NAMES:
        await put(writer, name)
        body = await (await site.get(f"/clans/{seed.QUIET_ORBIT}/roster.csv")).get_data()
        names = {row["name"] for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""))}
        assert (f"'{name}" if name[0] in "=+-@" else name) in names
        assert not any(each.startswith(("=", "+", "-", "@")) for each in names)


@pytest.mark.parametrize("query", ["%", "_", "\\", "'", "<script>", "\u0000", "a" * 5000])
async def test_hostile_searches(client: Client, query: str) -> None:
    response = await client.get(f"/clans/{seed.QUIET_ORBIT}/roster", query_string={"q": query})
    assert response.status_code == 200
    assert "<script>" not in (await response.get_data(as_text=True)).partition("<body")[2]


async def test_an_unknown_value_is_shown_as_text(client: Client) -> None:
    page = await text(client, f"/clans/{seed.QUIET_ORBIT}/roster?sort=<script>alert(1)</script>", 400)
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
