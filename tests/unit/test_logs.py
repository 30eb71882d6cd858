"""Log lines: no secret, no control character, one line an entry."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import structlog

from bot.config import Config, load, variable_of
from bot.logs import configure, scrubber

CANARIES = {
    "discord.token": "canary-token",
    "bungie.api_key": "canary-key",
    "database.url": "postgresql://u:canary%2Fpassword@h/d",
    "database.web_url": "postgresql://w:canary-web@h/d",
    "dashboard.oauth_client_secret": "canary-oauth",
    "dashboard.secret_key": "canary-cookie",
}
LOOKS_LIKE_A_TOKEN = f"{'M' * 26}.{'G' * 6}.{'x' * 38}"
HOSTILE = "a\nb\r\tc\x1b[31m\x00\x7f\x9b\u202ed\u2066e\u2028f\u061cg"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "config.toml").write_text('[log]\nlevel = "INFO"')
    return load(tmp_path / "config.toml", {variable_of(key): text for key, text in CANARIES.items()})


@pytest.fixture(autouse=True)
def untouched_logging() -> Iterator[None]:
    """Put the process's logging back as it was."""
    root = logging.getLogger()
    before = root.handlers, root.level, {name: log.level for name, log in _loggers().items()}
    yield
    root.handlers, root.level = before[0], before[1]
    for name, log in _loggers().items():
        log.setLevel(before[2].get(name, logging.NOTSET))
    structlog.reset_defaults()


def _loggers() -> dict[str, logging.Logger]:
    held = logging.Logger.manager.loggerDict
    return {name: log for name, log in held.items() if isinstance(log, logging.Logger)}


def lines(config: Config, capsys: pytest.CaptureFixture[str], style: str) -> str:
    """Everything a program may do with canaries, logged in this style."""
    configure(msgspec.structs.replace(config, log=msgspec.structs.replace(config.log, format=style)))
    log = structlog.get_logger("canary.tests")
    for canary in [*CANARIES.values(), "canary/password", LOOKS_LIKE_A_TOKEN]:
        log.info(f"event {canary}", text=canary, nested={"a": [canary, {canary: (canary,)}]}, raw=canary.encode())
        logging.getLogger("somewhere").warning("a library says %s", canary)
        try:
            raise ValueError(canary)
        except ValueError:
            log.exception("failed")
            logging.getLogger("somewhere").exception("a library failed")
    log.info("hook", path="https://discord.com/api/v10/webhooks/123/canary-hook-token-aaaaaaaaaaaa")
    log.info("object", config=config, secret=config.discord.token)
    return capsys.readouterr().err


@pytest.mark.parametrize("style", ["json", "console"])
def test_no_secret_reaches_a_line(config: Config, capsys: pytest.CaptureFixture[str], style: str) -> None:
    said = lines(config, capsys, style)
    assert said.count("a library failed") == len(CANARIES) + 2
    assert "canary-" not in said.replace("canary.tests", "")
    assert "canary/" not in said
    assert "canary%" not in said
    assert LOOKS_LIKE_A_TOKEN not in said
    assert "***" in said


def test_json_lines_are_json_with_a_time_and_a_level(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    for line in lines(config, capsys, "json").splitlines():
        entry = json.loads(line)
        assert entry["level"] in ("info", "warning", "error")
        assert entry["timestamp"].endswith("Z")


@pytest.mark.parametrize("style", ["json", "console"])
def test_a_hostile_name_makes_no_second_line(config: Config, capsys: pytest.CaptureFixture[str], style: str) -> None:
    configure(msgspec.structs.replace(config, log=msgspec.structs.replace(config.log, format=style)))
    structlog.get_logger("t").warning("joined", name=HOSTILE, nested=[HOSTILE, {HOSTILE: HOSTILE}])
    logging.getLogger("discord.t").warning("%s", HOSTILE)
    said = capsys.readouterr().err
    assert said.count("\n") == 2
    printed = said.replace("\\n", "").replace("\n", "")
    assert not [sign for sign in printed if sign in HOSTILE and not sign.isprintable()]


def test_exceptions_keep_their_lines_and_nothing_else() -> None:
    scrub = scrubber(())
    cleaned = scrub(None, "error", {"event": "x", "exception": "Traceback:\n  a\x1b[0m\n\u202eb", "name": "a\nb"})
    assert cleaned == {"event": "x", "exception": "Traceback:\n  a\ufffd[0m\n\ufffdb", "name": "a\ufffdb"}


def test_numbers_and_nothing_stay_what_they_are() -> None:
    event = {"count": 3, "share": 0.5, "ok": True, "none": None, "_record": object()}
    assert scrubber(("3333",))(None, "info", dict(event)) == event


def test_the_longest_secret_is_masked_first() -> None:
    cleaned = scrubber(("abcd", "abcdefgh"))(None, "info", {"event": "abcdefgh abcd"})
    assert cleaned == {"event": "*** ***"}


def test_libraries_stay_quiet_at_debug(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", stderr := io.StringIO())
    configure(msgspec.structs.replace(config, log=msgspec.structs.replace(config.log, level="DEBUG", format="json")))
    logging.getLogger("discord.http").debug("a body with who knows what")
    structlog.get_logger("ours").debug("ours is heard")
    assert "a body" not in stderr.getvalue()
    assert "ours is heard" in stderr.getvalue()
