"""Pictures of the game: from the folder where they are kept, else from Bungie.net, never from anywhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.clock import ManualClock
from bot.config import Bungie, Config
from bot.domain.icon import is_icon
from bot.sandbox.bungie.pictures import picture
from dashboard import create_app
from dashboard.headers import policy
from dashboard.icons import icon_url
from dashboard.render import templates
from tests.web.conftest import NOW, Client

PATH = "/common/destiny2_content/icons/d41d8cd98f00b204.png"
OUT = (
    "/../secret.png",
    "/common/../../secret.png",
    "/common/..%2f..%2fsecret.png",
    "/.hidden/a.png",
    "//etc/a.png",
    "/etc/passwd",
    "/a\\..\\b.png",
    "/a.png\0.png",
    "/a.png\n",
    "/ä.png",
    "a.png",
    "/" + "a" * 300 + ".png",
    "",
)


@pytest.mark.parametrize("path", OUT)
def test_what_is_no_plain_path_is_no_icon(path: str) -> None:
    assert not is_icon(path)


@pytest.mark.parametrize("path", [PATH, "/img/misc/missing_icon_d2.png", "/a.b-c/d_e.jpeg", "/x.webp", "/x.gif"])
def test_plain_paths_are(path: str) -> None:
    assert is_icon(path)


@pytest.fixture
def at(client: Client, tmp_path: Path) -> Client:
    """The dashboard with a data_dir of its own and one picture kept; bungie.url is another site's."""
    kept = tmp_path / "icons" / PATH[1:]
    kept.parent.mkdir(parents=True)
    kept.write_bytes(picture(PATH))
    (tmp_path / "secret.png").write_bytes(b"not for you")
    pool = client.app.extensions["hawthorne"].read_pool
    config = Config(data_dir=tmp_path, bungie=Bungie(url="http://127.0.0.1:9"))
    return create_app(pool, pool, config, ManualClock(NOW)).test_client()


async def test_a_kept_picture_is_served_for_good(at: Client) -> None:
    response = await at.get(f"/icons{PATH}")
    assert (response.status_code, response.content_type) == (200, "image/png")
    assert await response.get_data(as_text=False) == picture(PATH)
    assert "immutable" in response.headers["Cache-Control"]


@pytest.mark.parametrize("path", [*OUT, "/common/other.png", "/%2e%2e/secret.png", "/..%2fsecret.png", "/%2fetc/a.png"])
async def test_nothing_else_is(at: Client, path: str) -> None:
    response = await at.get("/icons" + path.replace("\0", "%00").replace("\n", "%0a"))
    assert response.status_code in (404, 308)  # two slashes are made one
    assert b"not for you" not in await response.get_data(as_text=False)


async def test_a_page_takes_what_is_kept_and_else_what_bungie_net_has(at: Client) -> None:
    async with at.app.app_context():
        other = PATH.replace("d41d", "e52e")
        assert icon_url(PATH) == f"/icons{PATH}"
        assert icon_url(other) == f"http://127.0.0.1:9{other}"
        assert (icon_url("/../secret.png"), icon_url(""), icon_url(None)) == ("", "", "")


@pytest.mark.parametrize("kind", ["exotic", "armor", "catalyst", "seal", "weapon"])
async def test_every_kind_is_drawn_below_its_picture(at: Client, kind: str) -> None:
    async with at.app.app_context():
        macros = templates().get_template("pictures.html").module
        drawn, shown = str(macros.icon(kind, "")), str(macros.icon(kind, PATH))  # type: ignore[attr-defined]
    assert "<path" in drawn
    assert "<img" not in drawn
    assert "<path" in shown
    assert f'<img src="/icons{PATH}"' in shown


async def test_the_policy_follows_bungie_url(at: Client) -> None:
    response = await at.get("/healthz")
    assert "img-src 'self' http://127.0.0.1:9" in response.headers["Content-Security-Policy"]
    assert "img-src 'self' https://www.bungie.net" in policy(Config())
