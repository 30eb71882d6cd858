"""Every field of every member, wherever it is shown, equals what a few independent lines make of the world."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.e2e.harness import JSON, Town, eventually, text_of, town

ROLES = ["beginner", "member", "admin", "acting_founder", "founder"]
SORTS = (
    "name", "role", "joined_at", "last_played_at", "power", "triumph_score", "triumph_score_active", "seals", "online",
)  # fmt: skip
PLAIN_FIELDS = (
    "membership_id", "membership_type", "name", "role", "online", "activity_mode", "power", "triumph_score",
    "triumph_score_active", "title", "private",
)  # fmt: skip
TIMES = ("joined_at", "activity_started_at", "last_played_at")


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    home: Path = tmp_path_factory.mktemp("equal")
    async with town(home) as opened:
        await opened.start()
        await opened.ready()
        await opened.watched()
        yield opened


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def activity(row: JSON, definitions: dict[str, JSON]) -> str | None:
    """On a map of Crucible or Gambit the mode is named too, by its playlist where that says more."""
    if row["activity"] is None or row["activity"] == "Orbit":
        return str(row["activity"]) if row["activity"] else None
    name = str(row["activity"])
    mode = row["activity_mode"] or ""
    playlist = definitions.get(str(row["playlist_hash"]), {}).get("displayProperties", {}).get("name", "")
    if playlist and playlist not in mode:
        mode = playlist
    on_a_map = {5, 63, 75} & set(row["activity_mode_types"])
    return f"{mode} on {name}" if on_a_map and mode and mode != name else name


def expected(row: JSON, definitions: dict[str, JSON]) -> JSON:
    """A roster row by the contract, out of the world's own row."""
    fields: JSON = {field: row[field] for field in PLAIN_FIELDS}
    fields["activity_mode"] = row["activity_mode"] if row["online"] else None
    fields["activity"] = activity(row, definitions)
    fields.update({field: moment(row[field]) for field in TIMES})
    fields["seals"] = {s["record_hash"]: (s["title"], s["gilded"], s["gilded_times"]) for s in row["seals"]}
    return fields


def as_read(row: JSON) -> JSON:
    """A roster row of the API in the same shape."""
    fields: JSON = {**row, **{field: moment(row[field]) for field in TIMES}}
    fields["seals"] = {s["record_hash"]: (s["title"], s["gilded"], s["gilded_times"]) for s in row["seals"]}
    return fields


async def definitions(place: Town) -> dict[str, JSON]:
    headers = {"X-API-Key": place.places["api_key"], "User-Agent": "test"}
    async with place.http.get(f"{place.places['bungie_url']}/Platform/Destiny2/Manifest/", headers=headers) as answer:
        paths = (await answer.json())["Response"]["jsonWorldComponentContentPaths"]["en"]
    async with place.http.get(f"{place.places['bungie_url']}{paths['DestinyActivityDefinition']}") as answer:
        table: dict[str, JSON] = await answer.json()
        return table


async def world(place: Town, clan_id: str) -> list[JSON]:
    clans = (await place.ask("GET", "/sandbox/world"))["clans"]
    return [m for clan in clans if clan["group_id"] == clan_id for m in clan["members"]]


def differences(wanted: list[JSON], found: list[JSON]) -> dict[str, Any]:
    theirs = {row["membership_id"]: row for row in found}
    wrong: dict[str, Any] = {}
    for row in wanted:
        other = theirs.pop(row["membership_id"], {})
        fields = {f: (value, other.get(f)) for f, value in row.items() if other.get(f, "absent") != value}
        if fields:
            wrong[row["name"]] = fields
    return wrong | {str(extra): "is not in the clan" for extra in theirs}


async def test_the_api_tells_every_field_of_every_member(place: Town) -> None:
    known = await definitions(place)
    last: dict[str, Any] = {}
    for clan_id in place.places["clan_ids"]:

        async def same(clan_id: str = clan_id) -> bool:
            wanted = [expected(row, known) for row in await world(place, clan_id)]
            found = [as_read(row) for row in (await place.api(f"/clans/{clan_id}/roster"))["members"]]
            last.clear()
            last.update(differences(wanted, found))
            return not last and len(wanted) > 30

        try:
            await eventually(same, 45, "the roster equals the world")
        except AssertionError:
            pytest.fail(f"{len(last)} members differ: {dict(list(last.items())[:5])}")


def sort_key(row: JSON, sort: str) -> Any:
    if sort == "name":
        return row["name"].lower()
    if sort == "role":
        return ROLES.index(row["role"])
    if sort == "seals":
        return len(row["seals"])
    if sort in TIMES:
        return moment(row[sort])
    return row[sort]


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("sort", SORTS)
async def test_every_sort_in_both_orders(place: Town, sort: str, order: str) -> None:
    clan_id = place.places["clan_ids"][0]
    rows = (await place.api(f"/clans/{clan_id}/roster?sort={sort}&order={order}"))["members"]
    ordered = sorted(rows, key=lambda row: int(row["membership_id"]))
    full = [row for row in ordered if sort_key(row, sort) is not None]
    empty = [row for row in ordered if sort_key(row, sort) is None]
    full.sort(key=lambda row: sort_key(row, sort), reverse=order == "desc")
    if order == "desc":  # a reversed stable sort keeps ties in their order: by membership id, as without
        full = sorted(full, key=lambda row: int(row["membership_id"]))
        full.sort(key=lambda row: sort_key(row, sort), reverse=True)
    assert [row["membership_id"] for row in rows] == [row["membership_id"] for row in full + empty]


async def test_the_file_tells_what_the_api_tells(place: Town) -> None:
    for clan_id in place.places["clan_ids"]:
        rows = (await place.api(f"/clans/{clan_id}/roster"))["members"]
        status, text = await place.page(f"/clans/{clan_id}/roster.csv")
        assert status == 200
        lines = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        assert list(lines[0]) == list(rows[0])
        assert len(lines) == len(rows)
        for line, row in zip(lines, rows, strict=True):
            for field in ("membership_id", "name", "role", "power", "triumph_score", "title", "joined_at"):
                shown = "" if row[field] is None else str(row[field])
                assert line[field].lstrip("'") == shown.lstrip("'"), (field, row["name"])


async def test_the_page_shows_every_member_with_power_score_and_title(place: Town) -> None:
    for clan_id in place.places["clan_ids"]:
        rows = (await place.api(f"/clans/{clan_id}/roster"))["members"]
        status, page = await place.page(f"/clans/{clan_id}/roster")
        assert status == 200
        table = page[page.index("<tbody") : page.index("</tbody>")]
        lines = [re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", line))) for line in table.split("<tr")[1:]]
        assert len(lines) == len(rows)
        for row in rows:
            name, _, code = row["name"].rpartition("#")
            told = [line for line in lines if (name or row["name"]).split()[0] in line and code in line]
            for value in (row["power"], row["triumph_score"]):
                if value is not None:
                    assert any(f"{value:,}" in line or str(value) in line for line in told), (row["name"], value, told)
            if row["title"]:
                assert any(row["title"] in line for line in told), (row["name"], row["title"], told)


async def test_all_pages_of_the_command_show_everyone_once(place: Town) -> None:
    for clan_id in place.places["clan_ids"]:
        rows = (await place.api(f"/clans/{clan_id}/roster"))["members"]
        answer = await place.command("roster", clan=clan_id, sort="name")
        lines: list[str] = []
        while True:
            message = answer["response"]
            lines += [line for line in text_of(message).splitlines() if line.startswith(("●", "○"))]
            buttons = [b for row in message.get("components", []) for b in row["components"]]
            assert buttons, text_of(message)
            onward = next(button for button in buttons if button.get("label") == "›")
            if onward.get("disabled"):
                break
            answer = await place.ask(
                "POST",
                "/sandbox/discord/interactions",
                {
                    "type": "component",
                    "channel_id": place.places["channel_id"],
                    "message_id": message["id"],
                    "custom_id": onward["custom_id"],
                },
            )
            assert answer["ok"], answer
        assert len(lines) == len(rows)
        for line, row in zip(
            lines, sorted(rows, key=lambda r: (r["name"].lower(), int(r["membership_id"]))), strict=True
        ):
            assert line.startswith("●" if row["online"] else "○"), (line, row["name"])
            assert ("–" if row["power"] is None else str(row["power"])) in line, (line, row["power"])
            assert f"◆ {len(row['seals'])}" in line or row["private"] or not row["seals"], (line, row["name"])
