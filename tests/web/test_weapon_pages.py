"""What the pages of weapons say, and where their links lead."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta

import pytest

from bot.clock import ManualClock
from bot.config import Config
from bot.domain.mode import Mode, mode_bits, words_of
from dashboard import create_app
from tests.web import seed, seed_matches
from tests.web.conftest import NOW, Client, Writer, ask, text
from tests.web.seed_matches import ACE, ROSE, ROSE_AGAIN
from tests.web.test_weapons import LIST, ONE, ONE_URL, PAGE, WEAPONS_URL, day, played


async def test_the_page_opens_with_its_answer(site: Client, writer: Writer) -> None:
    growing = await text(site, PAGE)
    assert "<b>Rose leads Crucible with " in growing
    assert "60 of 62 histories complete, numbers still rise." in growing
    assert "c-change" not in growing, "nothing is compared while figures still rise"
    await writer.execute("update history set backfilled_at = $1", NOW)
    page = await text(site, PAGE)
    assert "numbers still rise" not in page
    assert "Complete since 2026-09-09." in page
    assert re.search(r", (up|down) \d+\.\d points on the 30 days before\.", page) or "about as much as in the" in page
    assert page.count("c-change") == 1 + page.count('class="wn"')
    assert "2 versions" in page
    assert "c-change" not in await text(site, f"{PAGE}?days=0"), "all time has no span before it"


class Running(ManualClock):
    """Moves on whenever it is looked at, as real ones do."""

    def now(self) -> datetime:
        self.advance(0.001)
        return super().now()


@pytest.mark.parametrize("path", [PAGE, f"/members/{seed.FIRST_MEMBER}/weapons"])
async def test_what_is_compared_is_equally_long(site: Client, writer: Writer, path: str) -> None:
    await writer.execute("update history set backfilled_at = $1", NOW)
    pool = site.app.extensions["hawthorne"].read_pool
    page = await text(create_app(pool, pool, Config(), Running(NOW)).test_client(), path)
    assert re.search("(on|in) the 30 days before", page)


async def test_the_page_takes_30_days_and_reissues_together(client: Client) -> None:
    joined = await ask(client, f"{WEAPONS_URL}?days=30&merge=1", LIST)
    page = await text(client, PAGE)
    assert page.count('class="wn"') == len(joined["weapons"])
    assert f"{joined['totals']['kills']:,} kills in {joined['totals']['matches']} matches" in page
    csv = re.search(r'href="([^"]+weapons\.csv[^"]*)"', page)
    assert csv is not None
    body = await text(client, csv[1].replace("&amp;", "&"))
    assert body.splitlines()[0].endswith('"players","versions"')
    assert len(body.splitlines()) == 1 + len(joined["weapons"])


async def test_filters_are_links_that_keep_each_other(client: Client) -> None:
    page = (await text(client, f"{PAGE}?mode=all&days=7&type=shotgun")).replace("&amp;", "&")
    assert f"{PAGE}?mode=all&days=90&type=shotgun" in page
    assert f"{PAGE}?mode=raid&days=7&type=shotgun" in page
    assert f"{PAGE}?mode=all&days=7&type=shotgun&damage=arc" in page
    assert f"{PAGE}?mode=all&type=shotgun&season=2" in page
    assert f'href="{PAGE}">Clear' in page
    assert f"{PAGE}/{seed_matches.WEAPONS[5][0]}?mode=all&days=7" in page


async def test_no_weapon_matches(client: Client) -> None:
    assert "No weapon matches these filters." in await text(client, f"{PAGE}?damage=strand&slot=power")


async def test_before_any_match_is_read(empty: Client) -> None:
    assert "No match has been read yet." in await text(empty, "/clans/all/weapons")
    body = await ask(empty, "/api/v1/clans/all/weapons?type=anything", LIST)
    assert (body["weapons"], body["totals"]["kills"], body["histories"]) == ([], 0, {"complete": 0, "members": 0})
    assert "Nothing has been read" in body["stale"]


async def test_one_weapons_page(client: Client) -> None:
    page = await text(client, f"{PAGE}/{ROSE}?days=0")
    body = await ask(client, f"{ONE_URL}?merge=1", ONE)
    first = body["players"][0]
    assert f"{first['name'].partition('#')[0]} leads the clan with Rose: {first['kills']} kills" in page
    assert page.count('class="kb"') == len(body["players"])
    assert "Kills by week" in page
    assert "2 versions" in page
    assert "signature" not in page, "for whom it leads is not told of all time"
    assert "signature" in await text(client, f"{PAGE}/{ROSE}?days=90")
    assert "Nobody has a kill with it in raids" in await text(client, f"{PAGE}/{ACE}?mode=raid&until=2020-01-01")
    await text(client, f"{PAGE}/77", 404)


@pytest.mark.parametrize(
    ("query", "since", "until", "member"),
    [
        ("days=0", "2020-01-01", "2027-01-01", None),
        ("days=30", (NOW - timedelta(days=30)).isoformat(), "2027-01-01", None),
        ("days=3", (NOW - timedelta(days=3)).isoformat(), "2027-01-01", None),
        ("since=2026-10-20&until=2026-11-09", "2026-10-20", "2026-11-10", None),
        (f"days=0&member={seed.FIRST_MEMBER}", "2020-01-01", "2027-01-01", seed.FIRST_MEMBER),
        ("days=0&former=1", "2020-01-01", "2027-01-01", None),
    ],
)
async def test_modes_of_one_weapon(client: Client, query: str, since: str, until: str, member: int | None) -> None:
    """Counted from the clan's sums, or from single matches: both must agree with the reports."""
    page = await text(client, f"{PAGE}/{ROSE}?{query}")
    shown = {label: int(kills) for label, kills in re.findall(r">([^<>]+)</a><span><b>([\d,]+)</b>", page)}
    wanted = Counter[str]()
    for fetched, player in played(lambda report: day(since) <= report.details.period < day(until)):
        if member in (None, player.membership_id):
            kills = sum(use.kills for use in player.weapons if use.weapon_hash in (ROSE, ROSE_AGAIN))
            wanted.update({mode.label: kills for mode in words_of(mode_bits(fetched.report.details.modes))})
    del wanted[Mode.ALL.label]
    assert shown == +wanted
