"""The simulated Discord's page in a real browser: typing commands, reading answers, driving the world."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.sandbox.app import Sandbox
from bot.sandbox.discord import cast
from tests.e2e.discord_bot import Running, SmallBot, logged_in

_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_AXE = Path(__file__).parents[1] / "web" / "vendor" / "axe.min.js"
_HOSTILE = "<img src=x onerror=document.title='hurt'> \u202e**Bold**"

pytestmark = pytest.mark.skipif(_CHROMIUM is None, reason="no chromium on this machine")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def there() -> AsyncIterator[Running]:
    async with Sandbox(seed=7, live=False) as sandbox, ClientSession() as http:
        yield Running(sandbox.discord, sandbox.discord_url, http)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def bot(there: Running) -> AsyncIterator[SmallBot]:
    async with logged_in(there) as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(there: Running, bot: SmallBot, browser: Browser) -> AsyncIterator[Page]:
    """The page at #bot-spam; any error that the browser reports fails the test."""
    errors: list[str] = []
    tab = await browser.new_page(viewport={"width": 1280, "height": 900})
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    await tab.goto(f"{there.url}/#{cast.SPAM_CHANNEL_ID}")
    await expect(tab.locator("#channel-name")).to_have_text("bot-spam")
    yield tab
    await tab.close()
    assert errors == []


async def type_command(page: Page, *strokes: str) -> None:
    """Types each piece into the box and ends it with Enter."""
    await page.locator("#free").click()
    for piece in strokes:
        await page.keyboard.type(piece)
        await page.keyboard.press("Enter")


async def test_a_typed_command_is_answered_and_its_button_pressed(page: Page) -> None:
    await page.locator("#free").click()
    await page.keyboard.type("/ec")
    await expect(page.locator(".pick")).to_have_text(["/echotextSays it again"])
    await page.keyboard.press("Enter")
    await page.keyboard.type("hello")
    await page.locator(".pick", has_text="hello?").click()
    await page.keyboard.press("Escape")
    await page.keyboard.press("Enter")
    message = page.locator(".message").last
    await expect(message.locator(".content")).to_have_text("hello?")
    await expect(message.locator(".used")).to_contain_text("Devrim Kay used /echo")
    await message.get_by_role("button", name="Again").click()
    await expect(message.locator(".content")).to_have_text("pressed")


async def test_hostile_text_stays_text(page: Page, bot: SmallBot) -> None:
    channel = bot.get_channel(int(cast.SPAM_CHANNEL_ID))
    await channel.send(_HOSTILE)  # type: ignore[union-attr]
    content = page.locator(".message").last.locator(".content")
    await expect(content).to_contain_text("<img src=x")
    await expect(content.locator("strong")).to_have_text("Bold")
    assert await content.locator("img").count() == 0
    assert "hurt" not in await page.title()


async def test_a_command_that_nobody_answers_says_so(page: Page, there: Running) -> None:
    there.server.interactions.patience = 0.2
    try:
        await type_command(page, "/silent ")
        await expect(page.locator(".broken .failed")).to_have_text("⚠ The application did not respond")
    finally:
        there.server.interactions.patience = 3.0
    await type_command(page, "/card ")
    await expect(page.locator(".message").last).to_contain_text("/card")
    await expect(page.locator(".broken")).to_have_count(1)


async def test_only_its_invoker_sees_an_ephemeral_answer(page: Page) -> None:
    await page.select_option("#user", cast.PLAIN_ID)
    await type_command(page, "/slow ")
    answer = page.locator(".ephemeral", has_text="thought about it")
    await expect(answer.locator(".private")).to_contain_text("Only you can see this")
    await page.select_option("#user", cast.OWNER_ID)
    await expect(answer).to_have_count(0)


async def test_a_picture_shows_its_alt_text(page: Page) -> None:
    await type_command(page, "/card ")
    picture = page.locator(".message").last.locator(".picture")
    await expect(picture.locator("figcaption")).to_have_text("ALTA chart of one pixel")
    await expect(picture.locator("img")).to_have_attribute("alt", "A chart of one pixel")
    assert (
        await picture.locator("img").evaluate("async (image) => { await image.decode(); return image.naturalWidth; }")
        == 1
    )


async def test_a_join_and_a_fault_from_the_world_panel(page: Page, there: Running) -> None:
    log = page.locator(".log li")
    await expect(page.locator("#member option").first).to_be_attached()
    await page.get_by_role("button", name="Someone joins").click()
    await expect(page.locator("#toast")).to_contain_text("joined")
    await expect(log.first).to_contain_text("joined")
    await page.get_by_role("button", name="403 in this channel").click()
    await expect(page.locator(".channels a[aria-current] .locked")).to_be_visible()
    await page.get_by_role("button", name="Give rights back").click()
    await expect(page.locator(".locked")).to_have_count(0)
    await page.get_by_role("button", name="Reset after accepting").click()
    await expect(page.locator(".faults").last).to_have_text("On: reset after accept 1 more")
    there.server.core.faults.clear()


async def test_what_a_manifest_brings_is_found_and_earned_from_the_world_panel(page: Page, there: Running) -> None:
    toast = page.locator("#toast")
    await page.get_by_role("button", name="New exotic and seal").click()
    await expect(toast).to_have_text("Manifest 251437 with Long Tomorrow, Wayfarer")
    for deed, word in (("Does a triumph", "Done"), ("Finds an exotic", "found an exotic"), ("Gilds a seal", "gilded")):
        await page.get_by_role("button", name=deed).click()
        await expect(toast).to_contain_text(word)
    async with there.http.get(f"{there.url}/sandbox/log") as answer:
        details = [event["detail"] for event in (await answer.json())["events"]]
    assert [detail.get("title", detail.get("name")) for detail in details][-3:] == ["Long Tomorrow", *["Wayfarer"] * 2]
    await page.get_by_role("button", name="As it was").click()
    await expect(toast).to_have_text("Manifest 251474")


async def test_nothing_scrolls_sideways_on_a_phone(page: Page) -> None:
    await page.set_viewport_size({"width": 360, "height": 740})
    for opener in (None, "#open-world", "#open-side"):
        if opener:
            await page.keyboard.press("Escape")
            await page.locator(opener).click()
        assert await page.evaluate("document.documentElement.scrollWidth") == 360
    await expect(page.locator("#side")).to_be_visible()
    await page.locator("#channels a", has_text="clan-news").click()
    await expect(page.locator("#channel-name")).to_have_text("clan-news")
    await expect(page.locator("#side")).not_to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
async def test_axe_finds_nothing_serious(page: Page, bot: SmallBot, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 800})
    # The first Enter may take a suggestion; the second sends then, and does nothing otherwise.
    await type_command(page, "/card ", "/echo axe", "")
    await expect(page.locator(".message").last.locator(".used")).to_contain_text("/echo")
    await page.locator("#free").click()
    await page.keyboard.type("/")
    await expect(page.locator(".pick").first).to_be_visible()
    await page.evaluate(_AXE.read_text())
    found = await page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    serious = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
    assert [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in serious] == []


_MARKDOWN: list[tuple[str, str]] = [
    ("**a** *b* _c_ __d__ ~~e~~", "<strong>a</strong> <em>b</em> <em>c</em> <u>d</u> <s>e</s>"),
    ("***a***", "<strong><em>a</em></strong>"),
    (r"\*\*a\*\* snake_case_name", "**a** snake_case_name"),
    ("`**a**`", '<code class="inline">**a**</code>'),
    ("<@1> <#2> <@&3> </roster:4> @here", "@unknown-user #unknown @role /roster @here"),
    ("-# small **b**", '<small class="subtext">small <strong>b</strong></small>'),
    ("## Head", '<h4 class="heading size-2">Head</h4>'),
    ("> a\n> b\nc", "<blockquote>a\nb</blockquote>c"),
    ("- a\n  - b\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
    ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
    ("```py\n<b>\n```", "<pre><code>&lt;b&gt;</code></pre>"),
    ("2 * 3 * 4", "2 * 3 * 4"),
    ("a\u2068**b**\u2069", "a\u2068<strong>b</strong>\u2069"),
]
_RENDER = """async (text) => {
  const { markdown } = await import("/static/markdown.js");
  const box = document.createElement("div");
  box.append(...markdown(text));
  for (const plain of box.querySelectorAll(".lines, .mention")) plain.replaceWith(...plain.childNodes);
  return box.innerHTML;
}"""


async def test_markdown_reads_as_discord_reads_it(page: Page) -> None:
    rendered = [(text, await page.evaluate(_RENDER, text)) for text, _ in _MARKDOWN]
    assert rendered == _MARKDOWN


async def test_links_lead_where_they_say_and_nowhere_else(page: Page) -> None:
    async def links(text: str) -> Any:
        html = await page.evaluate(_RENDER, text)
        return await page.evaluate(
            "(html) => [...new DOMParser().parseFromString(html, 'text/html').querySelectorAll('a')]"
            ".map((a) => [a.getAttribute('href'), a.textContent])",
            html,
        )

    assert await links("[name](https://example.com/a_b) and https://example.com/c.") == [
        ["https://example.com/a_b", "name"],
        ["https://example.com/c", "https://example.com/c"],
    ]
    assert await links("[x](javascript:alert(1)) https\\://example.com") == []


async def test_times_are_told_relative_and_whole(page: Page) -> None:
    told = await page.evaluate(
        """async () => {
          const { relative } = await import("/static/time.js");
          return [-30, -90, 7200, -86400 * 400].map((seconds) => relative(1e9 + seconds, 1e9));
        }"""
    )
    assert told == ["30 seconds ago", "1 minute ago", "in 2 hours", "1 year ago"]
    assert '<time class="stamp"' in await page.evaluate(_RENDER, "<t:1700000000:R>")
