"""The pages in a real browser: width, accessibility, the content policy, keys, and life without script."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from bot.clock import ManualClock
from bot.config import Config
from bot.presenters.text import span
from dashboard import create_app
from db.pool import open_pool
from tests.web import seed
from tests.web.browsing import opened, served, trouble
from tests.web.conftest import NOW, Writer, copy_of, reads
from tests.web.seed_collections import VEX
from tests.web.seed_manifest import ONE, TWO, versions
from tests.web.seed_matches import FIRST_INSTANCE, ROSE

if TYPE_CHECKING:
    from playwright.async_api import Browser

async_api = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
CHROMIUM = next((p for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(p).exists()), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
CLAN = f"/clans/{seed.QUIET_ORBIT}"
PAGES = (
    "/",
    CLAN,
    f"{CLAN}/roster",
    f"{CLAN}/roster?sort=power&order=desc&show=online&q=e",
    f"{CLAN}/roster?q=nobody-at-all",
    f"{CLAN}/roster?q=rose",
    f"{CLAN}/weapons",
    f"{CLAN}/weapons?days=0&mode=all&sort=precision&type=hand_cannon&slot=kinetic&member={seed.FIRST_MEMBER}",
    f"{CLAN}/weapons/{ROSE}?days=90",
    f"{CLAN}/weapons/{ROSE}?season=1&mode=raid",
    f"{CLAN}/exotics?member={seed.FIRST_MEMBER + 1}&show=missing&order=expansion",
    f"{CLAN}/exotics/{VEX}",
    f"{CLAN}/seals",
    f"{CLAN}/seals/1",
    f"/members/{seed.FIRST_MEMBER + 3}/exotics?show=all",
    f"/members/{seed.FIRST_MEMBER + 3}/triumphs",
    f"{CLAN}/stats",
    f"/members/{seed.FIRST_MEMBER}/matches",
    f"/matches/{FIRST_INSTANCE}",
    f"{CLAN}/events",
    f"/members/{seed.FIRST_MEMBER + 4}",
    f"/members/{seed.FIRST_MEMBER + 28}",
    "/status",
    "/manifest",
    f"/manifest/changes?from={ONE}&to={TWO}",
    f"/manifest/changes?from={ONE}&to={TWO}&table=DestinyActivityDefinition",
    "/clans/77",
    f"/clans/{seed.NIGHT_LEDGER}",
    "/nowhere",
)
WATCH_POLICY = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) => window.violations.push(event.violatedDirective));
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_api.async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def address(cluster: str, seeded: str) -> AsyncIterator[str]:
    """A served dashboard with all that can be wrong in it, and one name that is far too long."""
    async with (
        copy_of(cluster, seeded, "browsed") as dsn,
        open_pool(dsn, name="writer") as writer,
        reads(dsn) as pool,
        served(create_app(pool, pool, Config(), ManualClock(NOW))) as url,
    ):
        await trouble(writer)
        await versions(writer)
        yield url


@pytest.mark.parametrize("width", [320, 360, 390, 768, 1024, 1280])
async def test_nothing_scrolls_sideways(browser: Browser, address: str, width: int) -> None:
    """Nor does any menu that opens reach out of the page."""
    async with opened(browser, viewport={"width": width, "height": 800}) as page:
        for path in PAGES:
            await page.goto(address + path)
            found = await page.evaluate(
                """[document.documentElement.scrollWidth,
                  ...[...document.querySelectorAll('details.menu')].flatMap((menu) => {
                    menu.querySelector('summary').scrollIntoView({block: 'nearest', inline: 'nearest'});
                    menu.open = true;
                    const box = menu.querySelector('.list').getBoundingClientRect();
                    const reach = [document.documentElement.scrollWidth, box.right, box.left < 0 ? Infinity : 0];
                    menu.open = false;
                    return reach;
                  })]"""
            )
            assert max(found) <= width, path


@pytest.mark.parametrize(("theme", "width"), [("dark", 1280), ("light", 360)])
async def test_axe_finds_nothing(browser: Browser, address: str, theme: str, width: int) -> None:
    options: dict[str, Any] = {"color_scheme": theme, "viewport": {"width": width, "height": 900}, "bypass_csp": True}
    async with opened(browser, **options) as page:
        for path in PAGES:
            await page.goto(address + path)
            await page.add_script_tag(path=AXE)
            found = await page.evaluate(
                """axe.run({resultTypes: ['violations'],
                  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"""
            )
            told = [
                (rule["id"], rule["impact"], [node["html"][:200] for node in rule["nodes"]][:3])
                for rule in found["violations"]
            ]
            assert not told, path


async def test_targets_are_large_enough(browser: Browser, address: str) -> None:
    """24 px each way, but for links within sentences."""
    async with opened(browser, viewport={"width": 360, "height": 800}) as page:
        for path in PAGES:
            await page.goto(address + path)
            small = await page.evaluate(
                """[...document.querySelectorAll('a, button, summary, input:not([type=hidden])')]
                .filter((each) => each.checkVisibility()
                  && !each.closest('.skip, .take, .banner p, .feed, p.muted, .clan h2'))
                .map((each) => [each.outerHTML.slice(0, 90), each.getBoundingClientRect()])
                .filter(([, box]) => box.width > 0 && (box.height < 23.5 || box.width < 23.5)).map(([html]) => html)"""
            )
            assert not small, path


async def test_the_content_policy_is_never_broken(browser: Browser, address: str) -> None:
    async with opened(browser) as page:
        await page.add_init_script(WATCH_POLICY)
        for path in PAGES:
            await page.goto(address + path)
            assert await page.evaluate("window.violations") == [], path


async def test_pages_work_without_script(browser: Browser, address: str) -> None:
    async with opened(browser, java_script_enabled=False) as page:
        await page.goto(f"{address}{CLAN}/roster")
        await page.get_by_role("link", name="Power").click()
        assert page.url.endswith("/roster?sort=power&order=desc")
        first, second = [int(text) for text in (await page.locator("td.c-power").all_inner_texts())[:2]]
        assert first >= second
        await page.get_by_role("link", name="Online 9").click()
        assert await page.locator("tbody tr").count() == 9
        await page.locator("summary", has_text="Rank").click()
        await page.get_by_role("link", name="Admin", exact=True).click()
        assert await page.locator("tbody tr").count() == 1
        await page.get_by_role("link", name="Clear").click()
        assert await page.locator("tbody tr").count() == 62
        await page.get_by_role("searchbox").fill("gannet")
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
        assert await page.locator("tbody tr").count() == 2
        await page.get_by_role("link", name="Gannet", exact=True).click()
        assert "Gannet" in await page.locator("h1").inner_text()
        await page.goto(f"{address}{CLAN}/roster")
        async with page.expect_download() as download:
            await page.locator("a:visible", has_text="CSV").click()
        assert (await download.value).suggested_filename == "quiet-orbit-roster.csv"


@pytest.mark.parametrize("scripted", [True, False])
async def test_the_half_moon(browser: Browser, address: str, scripted: bool) -> None:
    async with opened(browser, color_scheme="dark", java_script_enabled=scripted) as page:
        await page.goto(f"{address}{CLAN}/roster?sort=name")
        dark = await page.locator("body").screenshot()
        await page.get_by_role("button", name="Use the light theme").click()
        assert page.url.endswith("/roster?sort=name"), "it leads back to where one was"
        assert await page.locator("html").get_attribute("data-theme") == "light"
        assert await page.locator("body").screenshot() != dark
        await page.get_by_role("button", name="Use the dark theme").click()
        assert await page.locator("html").get_attribute("data-theme") == "dark"


async def test_keys(browser: Browser, address: str) -> None:
    async with opened(browser) as page:
        await page.goto(f"{address}{CLAN}/roster")
        await page.keyboard.press("/")
        assert await page.evaluate("document.activeElement.id") == "find"
        await page.keyboard.type("a/b")
        assert await page.locator("#find").input_value() == "a/b"
        await page.keyboard.press("Escape")
        await page.locator("summary", has_text="Rank").click()
        assert await page.locator("details.menu[open]").count() == 1
        await page.keyboard.press("Escape")
        assert await page.locator("details.menu[open]").count() == 0
        assert (await page.evaluate("document.activeElement.innerText")).startswith("Rank")
        await page.locator("summary", has_text="Rank").click()
        await page.locator("h1").click()
        assert await page.locator("details.menu[open]").count() == 0


async def test_ticking_times_speak_as_the_server_does(browser: Browser, address: str) -> None:
    spans = [timedelta(seconds=s) for s in (5, 61, 3599, 3600, 86399, 86400, 2 * 86400, 364 * 86400, 800 * 86400)]
    async with opened(browser) as page:
        await page.clock.install(time=NOW)
        await page.goto(f"{address}/status")
        for past in spans:
            then = (NOW - past).isoformat()
            await page.evaluate(
                "(then) => { for (const time of document.querySelectorAll('time[data-rel]')) time.dateTime = then; }",
                then,
            )
            await page.clock.run_for(15_000)
            shown = await page.locator("time[data-rel=span]").first.text_content()
            assert shown == span(past + timedelta(seconds=15)), past
            await page.clock.set_system_time(NOW)


async def test_the_pill_says_what_changed(browser: Browser, site_url: tuple[str, Writer]) -> None:
    url, writer = site_url
    async with opened(browser) as page:
        await page.clock.install(time=NOW)
        async with page.expect_response("**/api/v1/**"):
            await page.goto(f"{url}{CLAN}/roster")
        assert not await page.locator(".toast").is_visible()
        rows = await page.locator("tbody").inner_text()
        await writer.execute("update profile set activity_hash = 0 where membership_id = $1", seed.FIRST_MEMBER)
        await writer.execute(
            """
            update profile set activity_hash = 2, activity_mode_hash = 102, activity_started_at = $2, transitory = true
            where membership_id between $1::bigint + 9 and $1::bigint + 10
            """,
            seed.FIRST_MEMBER,
            NOW,
        )
        async with page.expect_response("**/api/v1/**"):
            await page.clock.run_for(20_000)
        await page.locator(".toast").wait_for()
        assert await page.locator(".toast span").inner_text() == "2 joined a game, 1 left"
        assert await page.locator("tbody").inner_text() == rows, "rows never move under the reader's hand"
        await page.locator(".toast a").click()
        await page.locator("tr.changed").first.wait_for()
        assert await page.locator("tr.changed").count() == 3
        assert await page.locator("tbody .on").count() == 10


@pytest_asyncio.fixture(loop_scope="session")
async def site_url(own_dsn: str, writer: Writer) -> AsyncIterator[tuple[str, Writer]]:
    async with reads(own_dsn) as pool, served(create_app(pool, pool, Config(), ManualClock(NOW))) as url:
        yield url, writer
