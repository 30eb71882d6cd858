"""What is missing or broken says so, with its cause and what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import ManualClock
from bot.config import Config
from bot.domain.weapon import Coverage
from dashboard import create_app
from dashboard.frame import Frame
from dashboard.show.stale import FIRST_MATCHES, matches_reason
from db.pool import open_pool
from tests.web import seed
from tests.web.conftest import NOW, Client, Writer, ask, copy_of, reads, text

CLAN = f"/clans/{seed.QUIET_ORBIT}"
OLD = NOW - timedelta(hours=5)


async def test_no_clan_set_says_what_to_do(empty: Client) -> None:
    page = await text(empty, "/")
    for words in ("No clan is tracked yet", "config.toml", "HAWTHORNE_CLANS__IDS", "bungie.net"):
        assert words in page
    for address in ("/status", "/clans/all/roster", "/clans/all/events"):
        await text(empty, address)
    body = await ask(empty, "/api/v1/clans", "/api/v1/clans")
    assert body == {"as_of": None, "stale": None, "clans": [], "next_cursor": None}
    await ask(empty, "/api/v1/clans/all/roster", "/api/v1/clans/{group_id}/roster")
    await ask(empty, "/api/v1/status", "/api/v1/status")


async def test_before_the_first_poll(site: Client, writer: Writer) -> None:
    await seed.clan(writer, NOW, seed.NIGHT_LEDGER, "", "", "", read=False)
    new = f"/clans/{seed.NIGHT_LEDGER}"
    assert "first reading is on its way" in await text(site, new)
    assert "Not read yet." in await text(site, f"{new}/roster")
    assert "No event matches these filters." in await text(site, f"{new}/events?kind=joined")
    await writer.execute("delete from event where kind = 'manifest_updated'")
    assert "Nothing has happened yet" in await text(site, f"{new}/events")
    assert f"Clan {seed.NIGHT_LEDGER}" in await text(site, "/")
    body = await ask(site, f"/api/v1{new}/roster", "/api/v1/clans/{group_id}/roster")
    assert (body["as_of"], body["members"]) == (None, [])
    assert "Nothing has been read" in body["stale"]


async def test_a_refused_clan_says_why(site: Client, writer: Writer) -> None:
    await writer.execute(
        """
        insert into clan (group_id, state, reason, always, added_at)
        values (77, 'refused', 'Group 77 is no clan.', true, $1)
        """,
        NOW,
    )
    for address in ("/", "/status"):
        page = await text(site, address)
        assert "Clan 77 is not tracked." in page.replace("<bdi>", "").replace("</bdi>", "")
        assert "Group 77 is no clan." in page
    assert "Group 77 is no clan." in await text(site, "/clans/77", 404)
    body = await ask(site, "/api/v1/clans/77/roster", "/api/v1/clans/{group_id}/roster", 404)
    assert "Group 77 is no clan." in body["error"]["message"]
    assert len((await ask(site, "/api/v1/clans", "/api/v1/clans"))["clans"]) == 1


async def test_a_disbanded_clan_keeps_its_pages(site: Client, writer: Writer) -> None:
    await writer.execute("update clan set state = 'disbanded', reason = 'Bungie.net has no such clan since Monday.'")
    assert "This clan was disbanded." in await text(site, CLAN)
    assert "Ferro" in await text(site, f"{CLAN}/roster")


async def test_bungie_down_shows_age_and_cause(site: Client, writer: Writer) -> None:
    await writer.execute("update clan set accepted_at = $1", OLD)
    await writer.execute("update loop set last_ok_at = $1", OLD)
    await writer.execute(
        "insert into bungie_breaker values ('groups', 'open', $1, 5, 'Bungie.net is down for maintenance.', null)", OLD
    )
    for address in ("/", CLAN, f"{CLAN}/roster", f"{CLAN}/events", f"/members/{seed.FIRST_MEMBER}"):
        page = await text(site, address)
        assert "What you see is 5 h old." in page
        assert "down for maintenance" in page
    assert "Bungie.net is down since 13:45 UTC." in await text(site, "/status")
    assert "Ferro" in await text(site, f"{CLAN}/roster"), "old data stays on the page"


async def test_a_late_loop_is_told_with_its_error(site: Client, writer: Writer) -> None:
    await writer.execute(
        "update loop set last_ok_at = $1, last_verdict = 'failed', last_error = 'ValueError: no' where name = 'roster'",
        OLD,
    )
    page = await text(site, "/status")
    assert "Roster is late." in page
    assert "ValueError: no" in page
    assert "Profiles are 5 h old." in await text(site, f"{CLAN}/roster")
    body = await ask(site, f"/api/v1{CLAN}/roster", "/api/v1/clans/{group_id}/roster")
    assert body["stale"] == "Profiles are 5 h old. ValueError: no. Who is a member is known up to now."


async def test_a_loop_that_fails_for_some_members_only_is_on_time(site: Client, writer: Writer) -> None:
    await writer.execute("update loop set last_ok_at = $1, last_verdict = 'partial' where name = 'roster'", OLD)
    page = await text(site, "/status")
    assert "All loops on time." in page
    assert "in part" in page
    assert "Profiles are" not in await text(site, f"{CLAN}/roster")


async def test_a_refused_channel_and_a_held_batch(site: Client, writer: Writer) -> None:
    await writer.execute(
        "insert into channel values (123456789012345678, null, 'broken', 3, $1, 'Missing Permissions')", OLD
    )
    await writer.execute("insert into held_batch (group_id, since) values ($1, $2)", seed.QUIET_ORBIT, OLD)
    page = await text(site, "/status")
    for words in ("123456789012345678", "refused", "Missing Permissions", "held approve", "1 channel refused"):
        assert words in page


async def test_a_private_member(client: Client) -> None:
    private = f"/members/{seed.FIRST_MEMBER + 28}"
    page = await text(client, private)
    assert "keeps this profile private" in page
    roster = await text(client, f"{CLAN}/roster?show=private")
    assert 'class="chip">private' in roster
    assert (await ask(client, f"/api/v1{private}", "/api/v1/members/{member}"))["private"] is True


async def test_a_member_never_read(client: Client) -> None:
    page = await text(client, f"/members/{seed.FIRST_MEMBER + 29}")
    assert "When they last played is not known" in page
    assert "No character has been read yet" in page


async def test_no_rows_for_these_filters(client: Client) -> None:
    page = await text(client, f"{CLAN}/roster?q=nobody-at-all&sort=power")
    assert "No member matches these filters." in page
    assert f'href="{CLAN}/roster?sort=power"' in page
    assert "No event matches these filters." in await text(
        client, f"{CLAN}/events?kind=left&member={seed.FIRST_MEMBER}"
    )


async def test_a_roster_of_the_past(client: Client) -> None:
    page = await text(client, f"{CLAN}/roster?at=2026-05-03T18:00:00Z")
    assert "As it was on 3 May 2026, 18:00 UTC." in page
    assert "data-live" not in page
    assert "Nothing is known of this clan at that time." in await text(client, f"{CLAN}/roster?at=2001-01-01")


async def test_the_database_goes_and_comes_back(cluster: str, seeded: str, tmp_path: Path) -> None:
    async with copy_of(cluster, seeded, "gone") as dsn, reads(dsn) as pool, open_pool(cluster, name="admin") as admin:
        app = create_app(pool, pool, Config(), ManualClock(NOW))
        site = app.test_client()
        await text(site, f"{CLAN}/roster")
        await admin.execute("alter database gone allow_connections false")
        await admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'gone'")
        for address in ("/", f"{CLAN}/roster", f"{CLAN}/events.csv", "/status"):
            response = await site.get(address)
            assert response.status_code == 503
            assert response.headers["Retry-After"]
            assert "The database does not answer" in await response.get_data(as_text=True)
        body = await ask(site, f"/api/v1{CLAN}/roster", "/api/v1/clans/{group_id}/roster", 503)
        assert body["error"]["code"] == "database_away"
        assert (await ask(site, "/readyz", "/readyz", 503))["ready"] is False
        await ask(site, "/healthz", "/healthz")
        await admin.execute("alter database gone allow_connections true")
        await text(site, f"{CLAN}/roster")
        await ask(site, "/readyz", "/readyz")


async def test_a_statement_that_takes_too_long(own_dsn: str, writer: Writer) -> None:
    async with open_pool(own_dsn, name="web", role="hawthorne_read", read_only=True, timeout_seconds=0.2) as pool:
        site = create_app(pool, pool, Config(), ManualClock(NOW)).test_client()
        async with writer.transaction():  # type: ignore[union-attr]
            await writer.execute("lock table stint in access exclusive mode")
            await text(site, f"{CLAN}/roster", 503)
        await text(site, f"{CLAN}/roster")


@pytest.mark.parametrize("table", ["event", "secret", "web_session"])
async def test_the_pages_role_can_not_write_or_see_secrets(site: Client, table: str) -> None:
    pool = site.app.extensions["hawthorne"].read_pool
    with pytest.raises(Exception, match=r"read-only|permission denied"):
        await pool.execute(f"delete from {table}")


async def test_a_defect_of_ours_gets_a_reference_and_no_traceback(
    site: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken() -> str:
        raise RuntimeError("the secret inside")

    for path in ("/broken", "/api/v1/broken"):
        site.app.add_url_rule(path, path, broken)
    page = await text(site, "/broken", 500)
    assert "the fault is ours" in page
    assert "secret inside" not in page
    body = await (await site.get("/api/v1/broken")).get_json()
    assert body["error"]["code"] == "internal"
    reference = body["error"]["message"].rsplit(" ", 1)[1]
    assert len(reference) == 9
    assert reference in capsys.readouterr().out


def test_reports_that_come_before_the_first_pass_is_through_are_said_to_grow() -> None:
    frame = Frame(now=NOW)
    first = Coverage(complete=0, members=2, private=0, covered=0, since=None, stored=0, known=9, as_of=None)
    assert (matches_reason(frame, first) or "").startswith("Nothing has been read")
    assert matches_reason(frame, replace(first, stored=3)) == FIRST_MATCHES
