"""Every route answers, bears the headers, refuses what it does not know, and is in the document if it is JSON."""

from __future__ import annotations

import re

import pytest

from dashboard.api.openapi import document
from dashboard.headers import HEADERS
from tests.web import seed
from tests.web.conftest import Client, Open, check, text
from tests.web.seed_collections import VEX
from tests.web.seed_matches import FIRST_INSTANCE, ROSE

CLAN = f"/clans/{seed.QUIET_ORBIT}"
MEMBER = f"/members/{seed.FIRST_MEMBER}"
EXAMPLES = {
    "/": "/",
    "/clans": "/clans",
    "/clans/<group>": CLAN,
    "/clans/<group>/roster": f"{CLAN}/roster",
    "/clans/<group>/roster.csv": f"{CLAN}/roster.csv",
    "/clans/<group>/weapons": f"{CLAN}/weapons",
    "/clans/<group>/weapons.csv": f"{CLAN}/weapons.csv",
    "/clans/<group>/weapons/<weapon>": f"{CLAN}/weapons/{ROSE}",
    "/clans/<group>/stats": f"{CLAN}/stats",
    "/members/<path:who>/stats": f"{MEMBER}/stats",
    "/clans/<group>/exotics": f"{CLAN}/exotics",
    "/clans/<group>/exotics.csv": f"{CLAN}/exotics.csv",
    "/clans/<group>/exotics/<collectible>": f"{CLAN}/exotics/{VEX}",
    "/clans/<group>/catalysts": f"{CLAN}/catalysts",
    "/clans/<group>/seals": f"{CLAN}/seals",
    "/clans/<group>/seals.csv": f"{CLAN}/seals.csv",
    "/clans/<group>/seals/<record>": f"{CLAN}/seals/1",
    "/members/<path:who>/exotics": f"{MEMBER}/exotics",
    "/members/<path:who>/titles": f"{MEMBER}/titles",
    "/members/<path:who>/triumphs": f"{MEMBER}/triumphs",
    "/clans/<group>/events": f"{CLAN}/events",
    "/clans/<group>/events.csv": f"{CLAN}/events.csv",
    "/members/<path:who>": MEMBER,
    "/members/<path:who>/weapons": f"{MEMBER}/weapons",
    "/members/<path:who>/matches": f"{MEMBER}/matches",
    "/matches/<instance>": f"/matches/{FIRST_INSTANCE}",
    "/manifest": "/manifest",
    "/manifest/changes": "/manifest/changes",
    "/status": "/status",
    "/api/v1/clans": "/api/v1/clans",
    "/api/v1/clans/<group>/roster": f"/api/v1{CLAN}/roster",
    "/api/v1/clans/<group>/events": f"/api/v1{CLAN}/events",
    "/api/v1/clans/<group>/weapons": f"/api/v1{CLAN}/weapons",
    "/api/v1/clans/<group>/weapons/<weapon>": f"/api/v1{CLAN}/weapons/{ROSE}",
    "/api/v1/clans/<group>/exotics": f"/api/v1{CLAN}/exotics",
    "/api/v1/clans/<group>/catalysts": f"/api/v1{CLAN}/catalysts",
    "/api/v1/clans/<group>/seals": f"/api/v1{CLAN}/seals",
    "/api/v1/members/<path:who>/titles": f"/api/v1{MEMBER}/titles",
    "/api/v1/members/<path:who>/triumphs": f"/api/v1{MEMBER}/triumphs",
    "/api/v1/clans/<group>/stats": f"/api/v1{CLAN}/stats",
    "/api/v1/members/<path:who>": f"/api/v1{MEMBER}",
    "/api/v1/members/<path:who>/weapons": f"/api/v1{MEMBER}/weapons",
    "/api/v1/members/<path:who>/stats": f"/api/v1{MEMBER}/stats",
    "/api/v1/members/<path:who>/matches": f"/api/v1{MEMBER}/matches",
    "/api/v1/matches/<instance>": f"/api/v1/matches/{FIRST_INSTANCE}",
    "/api/v1/manifest": "/api/v1/manifest",
    "/api/v1/manifest/changes": "/api/v1/manifest/changes",
    "/api/v1/status": "/api/v1/status",
    "/openapi.json": "/openapi.json",
    "/healthz": "/healthz",
    "/metrics": "/metrics",
    "/readyz": "/readyz",
    "/robots.txt": "/robots.txt",
    "/static/<name>": "/static/site.css",
}
PAGES = tuple(
    address
    for rule, address in EXAMPLES.items()
    if not re.search(r"^/(api|static|healthz|readyz|robots|openapi|metrics)|csv$", rule)
)
COUNTED = ("/static", "/metrics")  # the one differs by its address, the other from moment to moment
ASKED_WITH_ANYTHING = ("/robots.txt", "/static/site.css")
OTHERS = {"/theme", "/icons/<path:name>"}  # a form post, see test_theme; see test_icons


def test_every_route_is_known_here(client: Client) -> None:
    assert {rule.rule for rule in client.app.url_map.iter_rules()} == set(EXAMPLES) | OTHERS


@pytest.mark.parametrize("address", EXAMPLES.values())
async def test_a_route_answers_with_all_headers(client: Client, address: str) -> None:
    response = await client.get(address)
    assert response.status_code == 200
    for name, value in HEADERS.items():
        assert response.headers[name] == value
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "Server" not in response.headers
    assert "Strict-Transport-Security" not in response.headers
    assert response.headers["Cache-Control"]


@pytest.mark.parametrize("address", [address for rule, address in EXAMPLES.items() if not rule.startswith(COUNTED)])
async def test_head_has_the_headers_of_get(client: Client, address: str) -> None:
    head, get = await client.head(address), await client.get(address)
    assert head.status_code == 200
    assert {**head.headers} == {**get.headers}


@pytest.mark.parametrize("address", [each for each in EXAMPLES.values() if each not in ASKED_WITH_ANYTHING])
async def test_unknown_parameters_are_named(client: Client, address: str) -> None:
    response = await client.get(f"{address}?colour=red")
    assert response.status_code == 400
    assert "colour" in await response.get_data(as_text=True)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("address", PAGES)
async def test_no_page_bears_inline_style_or_script(client: Client, address: str) -> None:
    response = await client.get(address)
    assert response.content_type == "text/html; charset=utf-8"
    page = await response.get_data(as_text=True)
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|<script(?![^>]*src=)", page)
    elsewhere = r"https?://(?!www\.w3\.org|www\.bungie\.net/common/destiny2_content/icons/)"
    assert not re.search(elsewhere, page), "pages load and link nothing from elsewhere but the game's icons"


async def test_answers_have_validators(client: Client) -> None:
    address = f"/api/v1{CLAN}/roster"
    first = await client.get(address)
    again = await client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert await again.get_data() == b""
    assert again.headers["X-Content-Type-Options"] == "nosniff"
    other = await client.get(f"{address}?sort=power", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


async def test_shared_caches_may_keep_only_what_is_public(client: Client, open_site: Open) -> None:
    assert (await client.get("/")).headers["Cache-Control"] == "private, no-cache"
    assert (await open_site(access="public").get("/")).headers["Cache-Control"] == "no-cache"


async def test_https_sites_say_so(open_site: Open) -> None:
    site = open_site(access="public", public_url="https://clan.example")
    response = await site.get("/healthz", headers={"Host": "clan.example"})
    assert response.headers["Strict-Transport-Security"].startswith("max-age=")


async def test_robots_are_asked_to_stay_away(client: Client) -> None:
    assert await (await client.get("/robots.txt")).get_data(as_text=True) == "User-agent: *\nDisallow: /\n"


async def test_the_document_lists_every_json_route_and_no_other(client: Client) -> None:
    written = {"path:who": "{member}", "group": "{group_id}", "weapon": "{weapon_hash}", "instance": "{instance_id}"}
    served = {re.sub(r"<([a-z:]+)>", lambda found: written.get(found[1], ""), rule) for rule in EXAMPLES}
    json_routes = {rule for rule in served if rule.startswith("/api/")} | {"/openapi.json", "/healthz", "/readyz"}
    assert set(document()["paths"]) == json_routes


async def test_unknown_addresses_and_methods(client: Client) -> None:
    missing = await client.get("/api/v1/clans/1/weapons")
    assert missing.status_code == 404
    assert (await missing.get_json())["error"]["code"] == "not_found"
    page = await client.get("/weapons")
    assert page.status_code == 404
    assert "nothing at this address" in await page.get_data(as_text=True)
    wrong = await client.post("/api/v1/clans")
    assert wrong.status_code == 405
    assert "GET" in wrong.headers["Allow"]


async def test_a_body_that_is_too_large_is_refused(client: Client) -> None:
    response = await client.post("/theme", form={"theme": "x" * 100_000})
    assert response.status_code == 413


async def test_the_document_is_sound(client: Client) -> None:
    body = await (await client.get("/openapi.json")).get_json()
    assert body == document()
    assert body["openapi"].startswith("3.1")
    check("/healthz", 200, await (await client.get("/healthz")).get_json())


async def test_static_files_are_kept_as_long_as_they_stay_the_same(client: Client) -> None:
    page = await text(client, "/status")
    found = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(found) == 6
    for address in found:
        response = await client.get(address)
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert (await client.get(address.partition("?")[0])).headers["Cache-Control"] == "no-cache"
    assert (await client.get("/static/../app.py")).status_code == 404
    assert (await client.get("/static/tokens")).status_code == 404
