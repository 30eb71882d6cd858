"""Who may ask: this machine only, anyone, or no one; and by which name."""

from __future__ import annotations

import pytest

from bot.config import Config, Dashboard
from dashboard.headers import host_name, trusted_hosts
from tests.web import seed
from tests.web.conftest import Client, Open, ask

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "x-forwarded-host", "X-Forwarded-Anything")
OAUTH = {"oauth_client_id": "1", "oauth_client_secret": "x", "secret_key": "y"}


@pytest.mark.parametrize("header", FORWARDED)
@pytest.mark.parametrize("address", ["/", "/status", "/api/v1/status", "/static/site.css", "/healthz", "/nowhere"])
async def test_members_refuses_what_a_proxy_forwards(client: Client, header: str, address: str) -> None:
    response = await client.get(address, headers={header: "203.0.113.9"})
    assert response.status_code == 403
    assert "dashboard.access" in await response.get_data(as_text=True)
    assert "Ferro" not in await response.get_data(as_text=True)
    assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_keys_alone_are_no_sign_in(open_site: Open) -> None:
    site = open_site(access="members", **OAUTH)  # type: ignore[arg-type]
    assert (await site.get("/", headers={"Forwarded": "for=1"})).status_code == 403


async def test_public_may_stand_behind_a_proxy(open_site: Open) -> None:
    response = await open_site(access="public").get("/", headers={"X-Forwarded-For": "203.0.113.9"})
    assert response.status_code == 200


async def test_forms_are_guarded_too(client: Client) -> None:
    response = await client.post("/theme", form={"theme": "dark"}, headers={"X-Forwarded-For": "203.0.113.9"})
    assert response.status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "10.0.0.1"])
async def test_other_names_are_refused(client: Client, host: str) -> None:
    response = await client.get("/api/v1/clans", headers={"Host": host})
    assert response.status_code == 400
    assert (await response.get_json())["error"]["code"] == "bad_parameter"


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]:8080", "LOCALHOST:1"])
async def test_this_machines_names_are_known(client: Client, host: str) -> None:
    assert (await client.get("/api/v1/clans", headers={"Host": host})).status_code == 200


def test_trusted_hosts() -> None:
    def hosts(**section: str) -> frozenset[str]:
        return trusted_hosts(Config(dashboard=Dashboard(**section)))  # type: ignore[arg-type]

    assert "clan.example" in hosts(access="public", public_url="https://Clan.example:444/x")
    assert "clan.example" not in hosts(access="members", public_url="https://clan.example")
    assert hosts(access="public", host="0.0.0.0") == frozenset()
    assert host_name("[2001:DB8::1]:80") == "2001:db8::1"


async def test_off_leaves_only_the_probes(open_site: Open) -> None:
    site = open_site(access="off")
    assert {rule.rule for rule in site.app.url_map.iter_rules()} == {
        "/healthz", "/readyz", "/metrics", "/robots.txt", "/static/<name>",
    }  # fmt: skip
    await ask(site, "/healthz", "/healthz")
    await ask(site, "/readyz", "/readyz")
    for address in ("/", "/status", f"/clans/{seed.QUIET_ORBIT}/roster", "/openapi.json", "/api/v1/status"):
        assert (await site.get(address)).status_code == 404
