"""The half-moon: a form post that sets a cookie."""

from __future__ import annotations

import pytest

from dashboard.links import local
from tests.web.conftest import Client, Open, text


@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_a_chosen_theme_stays(client: Client, theme: str) -> None:
    response = await client.post("/theme", form={"theme": theme, "next": "/status?"})
    assert response.status_code == 303
    assert response.headers["Location"] == "/status?"
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith(f"theme={theme};")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    page = await (await client.get("/status", headers={"Cookie": f"theme={theme}"})).get_data(as_text=True)
    assert f'data-theme="{theme}"' in page
    assert page.count('name="theme" value=') == 1


async def test_without_a_choice_the_system_decides(client: Client) -> None:
    client.cookie_jar.clear()  # type: ignore[union-attr]
    page = await text(client, "/status")
    assert "data-theme" not in page
    assert page.count('name="theme" value=') == 2


async def test_a_cookie_of_anything_else_is_no_choice(client: Client) -> None:
    page = await (await client.get("/status", headers={"Cookie": 'theme="><script>'})).get_data(as_text=True)
    assert "data-theme" not in page


async def test_an_unknown_theme_is_refused(client: Client) -> None:
    assert (await client.post("/theme", form={"theme": "pink"})).status_code == 400
    assert (await client.post("/theme", form={})).status_code == 400


async def test_another_sites_form_is_refused(client: Client) -> None:
    response = await client.post("/theme", form={"theme": "dark"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert "Set-Cookie" not in response.headers


async def test_the_cookie_is_secure_on_https(open_site: Open) -> None:
    site = open_site(access="public", public_url="https://clan.example")
    response = await site.post("/theme", form={"theme": "dark"}, headers={"Host": "clan.example"})
    assert "Secure" in response.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "/\\evil.example", "https://evil.example", "", "javascript:1", "/a\r\nSet-Cookie: x", "/ a"],
)
def test_the_way_back_stays_here(path: str) -> None:
    assert local(path) == "/"


def test_a_way_back() -> None:
    assert local("/clans/1/roster?q=a&sort=power") == "/clans/1/roster?q=a&sort=power"
