"""Configuration: every key of the contract, where values come from, and each way to get one wrong."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.config import SECTIONS, Config, Secret, keys_of, load, variable_of
from bot.errors import ConfigError

ROOT = Path(__file__).parents[2]
SECRETS = {
    "discord.token",
    "bungie.api_key",
    "database.url",
    "database.web_url",
    "dashboard.oauth_client_secret",
    "dashboard.secret_key",
}
DEFAULTS: dict[str, Any] = {
    "data_dir": "data",
    "discord.token": "",
    "discord.api_url": "https://discord.com/api/v10",
    "discord.gateway_url": "wss://gateway.discord.gg/",
    "discord.announce_channel_id": None,
    "bungie.api_key": "",
    "bungie.url": "https://www.bungie.net",
    "bungie.stats_url": "https://stats.bungie.net",
    "bungie.requests_per_second": 20,
    "bungie.egress": "default",
    "bungie.contact": "",
    "database.url": "",
    "database.web_url": "",
    "clans.ids": [],
    "manifest.tables": "needed",
    "manifest.language": "en",
    "schedule.membership_seconds": 180,
    "schedule.roster_seconds": 180,
    "schedule.matches_seconds": 300,
    "schedule.collections_seconds": 1800,
    "schedule.manifest_seconds": 1200,
    "schedule.leave_confirmations": 2,
    "matches.modes": ["all"],
    "matches.settle_seconds": 300,
    "matches.keep_reports_days": 0,
    "dashboard.host": "127.0.0.1",
    "dashboard.port": 8080,
    "dashboard.public_url": "",
    "dashboard.access": "members",
    "dashboard.oauth_client_id": "",
    "dashboard.oauth_client_secret": "",
    "dashboard.secret_key": "",
    "log.level": "INFO",
    "log.format": "auto",
}
"""The contract's table."""


def value_of(config: Config, key: str) -> Any:
    """A key's value in the plain form in which files write it."""
    value: Any = config
    for part in key.split("."):
        value = getattr(value, part)
    if isinstance(value, Secret):
        return value.reveal()
    return list(value) if isinstance(value, tuple) else value


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    return path


def refusal(tmp_path: Path, text: str = "", environ: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        load(written(tmp_path, text), environ or {})
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


# -- the keys ---------------------------------------------------------------------------------------------


def test_the_keys_are_the_contracts() -> None:
    ours = {"data_dir", *(f"{section}.{key}" for section in SECTIONS for key in keys_of(section))}
    assert ours == set(DEFAULTS)


@pytest.mark.parametrize("key", sorted(set(DEFAULTS) - {"data_dir"}))
def test_each_default_is_the_contracts(tmp_path: Path, key: str) -> None:
    assert value_of(load(written(tmp_path, ""), {}), key) == DEFAULTS[key]


def test_data_dir_is_beside_the_file_by_default(tmp_path: Path) -> None:
    assert load(written(tmp_path, ""), {}).data_dir == tmp_path / "data"


def test_the_secrets_are_those_that_the_docs_mark() -> None:
    ours = {f"{name}.{field.name}" for name, section in SECTIONS.items() for field in _fields(section) if _hides(field)}
    marked = set(re.findall(r"^\| `([\w.]+)` \|[^|]*\| \*secret\.\*", docs(), re.MULTILINE))
    assert ours == SECRETS == marked


def _fields(section: type) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(section)


def _hides(field: msgspec.structs.FieldInfo) -> bool:
    return field.type is Secret


# -- the example and the docs -----------------------------------------------------------------------------


def docs() -> str:
    return (ROOT / "docs/configuration.md").read_text("utf-8")


def test_the_example_holds_every_key_with_its_default() -> None:
    raw = tomllib.loads((ROOT / "config.example.toml").read_text("utf-8"))
    flat = {"data_dir": raw.pop("data_dir")}
    flat |= {f"{section}.{key}": value for section, keys in raw.items() for key, value in keys.items()}
    assert flat == {key: "" if value is None else value for key, value in DEFAULTS.items()}


def test_the_example_comments_every_key() -> None:
    lines = (ROOT / "config.example.toml").read_text("utf-8").splitlines()
    section, told = "", set()
    for before, line in zip(["", *lines], lines, strict=False):
        section = line.strip("[]") if line.startswith("[") else section
        if " = " in line and not line.startswith("#"):
            key = line.split(" = ")[0]
            commented = before.startswith("#") or section in ("schedule", "dashboard")
            told |= {f"{section}.{key}" if section else key} if commented else set()
    assert told == set(DEFAULTS)


def test_the_example_loads_as_it_is() -> None:
    example = load(ROOT / "config.example.toml", {})
    assert {key: value_of(example, key) for key in DEFAULTS} == DEFAULTS | {"data_dir": ROOT / "data"}


def test_the_docs_tell_every_key_with_its_default() -> None:
    rows = re.findall(r"^\| `([\w.]+)` \| `([^`]*)` \| (.+) \|$", docs(), re.MULTILINE)
    told = {key: json.loads(default) for key, default, _ in rows}
    assert told == {key: "" if value is None else value for key, value in DEFAULTS.items()}
    assert all(len(meaning) > 5 for _, _, meaning in rows)


# -- where values come from -------------------------------------------------------------------------------

OTHER: dict[str, Any] = {
    "data_dir": "elsewhere",
    "discord.token": "canary-token",
    "discord.api_url": "http://127.0.0.1:1/api/v10",
    "discord.gateway_url": "ws://127.0.0.1:1/gateway",
    "discord.announce_channel_id": 123456789012345678,
    "bungie.api_key": "canary-key",
    "bungie.url": "http://127.0.0.1:2",
    "bungie.stats_url": "http://127.0.0.1:3",
    "bungie.requests_per_second": 5,
    "bungie.egress": "second",
    "bungie.contact": "someone",
    "database.url": "postgresql://u:canary-password@h/d",
    "database.web_url": "postgres://w:canary-web@h/d",
    "clans.ids": [11, 12],
    "manifest.tables": "all",
    "manifest.language": "de",
    "schedule.membership_seconds": 1,
    "schedule.roster_seconds": 2,
    "schedule.matches_seconds": 3,
    "schedule.collections_seconds": 4,
    "schedule.manifest_seconds": 5,
    "schedule.leave_confirmations": 6,
    "matches.modes": ["raid", "dungeon"],
    "matches.settle_seconds": 0,
    "matches.keep_reports_days": 30,
    "dashboard.host": "0.0.0.0",
    "dashboard.port": 0,
    "dashboard.public_url": "https://quiet-orbit.example",
    "dashboard.access": "public",
    "dashboard.oauth_client_id": "42",
    "dashboard.oauth_client_secret": "canary-oauth",
    "dashboard.secret_key": "canary-cookie",
    "log.level": "DEBUG",
    "log.format": "json",
}


def as_toml(key: str, value: Any) -> str:
    section, _, name = key.rpartition(".")
    return (f"[{section}]\n" if section else "") + f"{name} = {json.dumps(value)}\n"


@pytest.mark.parametrize("key", sorted(set(OTHER) - {"data_dir"}))
def test_each_key_is_read_from_the_file_and_from_the_environment(tmp_path: Path, key: str) -> None:
    value = OTHER[key]
    text = json.dumps(value) if isinstance(value, list) else str(value)
    assert value_of(load(written(tmp_path, as_toml(key, value)), {}), key) == value
    assert value_of(load(written(tmp_path, ""), {variable_of(key): text}), key) == value


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, '[log]\nlevel = "DEBUG"\nformat = "json"\n[clans]\nids = [1]\n')
    config = load(path, {"HAWTHORNE_LOG__LEVEL": "ERROR", "HAWTHORNE_CLANS__IDS": '["77", 78]'})
    assert (config.log.level, config.log.format, config.clans.ids) == ("ERROR", "json", (77, 78))


def test_data_dir_from_file_and_environment_is_relative_to_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, 'data_dir = "here"')
    assert load(path, {}).data_dir == tmp_path / "here"
    assert load(path, {"HAWTHORNE_DATA_DIR": "there"}).data_dir == tmp_path / "there"
    assert load(path, {"HAWTHORNE_DATA_DIR": "/srv/h"}).data_dir == Path("/srv/h")
    assert load(written(tmp_path, 'data_dir = "."'), {}).data_dir == tmp_path


def test_the_home_folder_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load(written(tmp_path, 'data_dir = "~/h"'), {}).data_dir == tmp_path / "h"


def test_without_a_file_paths_are_relative_to_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(None, {}).data_dir == tmp_path / "data"


def test_the_current_folders_file_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "[dashboard]\nport = 99")
    assert load(None, {}).dashboard.port == 99


def test_hawthorne_config_names_the_file_where_the_option_does_not(tmp_path: Path) -> None:
    named = written(tmp_path, "[dashboard]\nport = 99")
    other = tmp_path / "other.toml"
    other.write_text("[dashboard]\nport = 77")
    environ = {"HAWTHORNE_CONFIG": str(named)}
    assert load(None, environ).dashboard.port == 99
    assert load(other, environ).dashboard.port == 77


@pytest.mark.parametrize("key", sorted(SECRETS))
def test_a_secret_may_come_from_a_file_beside_the_configuration(tmp_path: Path, key: str) -> None:
    (tmp_path / "secret").write_text(f"{OTHER[key]}\n")
    environ = {f"{variable_of(key)}_FILE": "secret"}
    assert value_of(load(written(tmp_path, as_toml(key, OTHER[key] + "-old")), environ), key) == OTHER[key]


def test_other_variables_are_none_of_our_business(tmp_path: Path) -> None:
    environ = {"PATH": "/bin", "HAWTHORN_X": "1", "HAWTHORNE_SAMPLES": "/tmp", "HAWTHORNE_CONFIG": "x"}
    assert load(written(tmp_path, ""), environ) == load(written(tmp_path, ""), {})


def test_a_mark_that_windows_editors_write_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf[dashboard]\r\nport = 99\r\n")
    assert load(path, {}).dashboard.port == 99


def test_ids_may_be_numbers_or_strings_and_urls_lose_their_last_slash(tmp_path: Path) -> None:
    text = '[clans]\nids = ["4", 5]\n[discord]\nannounce_channel_id = "6"\napi_url = "http://a/api/"\n'
    text += '[dashboard]\noauth_client_id = 7\npublic_url = "http://b/"\n[bungie]\nurl = "http://c/"\nstats_url = "http://d/"'
    config = load(written(tmp_path, text), {})
    assert (config.clans.ids, config.discord.announce_channel_id) == ((4, 5), 6)
    assert (config.discord.api_url, config.dashboard.public_url) == ("http://a/api", "http://b")
    assert (config.bungie.url, config.bungie.stats_url) == ("http://c", "http://d")
    assert config.dashboard.oauth_client_id == "7"


def test_an_empty_channel_in_the_environment_is_none(tmp_path: Path) -> None:
    environ = {"HAWTHORNE_DISCORD__ANNOUNCE_CHANNEL_ID": ""}
    assert load(written(tmp_path, ""), environ).discord.announce_channel_id is None


def test_a_line_break_behind_a_pasted_secret_does_no_harm(tmp_path: Path) -> None:
    assert load(written(tmp_path, ""), {"HAWTHORNE_DISCORD__TOKEN": " abc \r\n"}).discord.token == Secret("abc")


@pytest.mark.parametrize(
    ("access", "host", "bound"),
    [("members", "0.0.0.0", "127.0.0.1"), ("public", "0.0.0.0", "0.0.0.0"), ("public", "127.0.0.1", "127.0.0.1")],
)
def test_members_only_listens_on_loopback(tmp_path: Path, access: str, host: str, bound: str) -> None:
    config = load(written(tmp_path, f'[dashboard]\naccess = "{access}"\nhost = "{host}"'), {})
    assert config.dashboard_host == bound


# -- what is refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names", "hint"),
    [
        ("data_dri = 'x'", "data_dri", "did you mean data_dir?"),
        ("[bungi]\napi_key = 'x'", "bungi", "did you mean bungie"),
        ("[bungie]\napikey = 'x'", "bungie.apikey", "did you mean bungie.api_key?"),
        ("[schedule]\nrooster_seconds = 1", "schedule.rooster_seconds", "did you mean schedule.roster_seconds?"),
        ("[log]\nzzzzzzzzzzz = 1", "log.zzzzzzzzzzz", "config.example.toml"),
        ("token = 'x'", "token", "did you mean discord.token?"),
        ("discord = 5", "discord", "write [discord]"),
    ],
)
def test_an_unknown_key_in_the_file_is_refused_by_name(tmp_path: Path, text: str, names: str, hint: str) -> None:
    sentence = refusal(tmp_path, text)
    assert names in sentence
    assert hint in sentence
    assert "config.toml" in sentence


@pytest.mark.parametrize(
    ("variable", "hint"),
    [
        ("HAWTHORNE_BUNGIE_API_KEY", "did you mean HAWTHORNE_BUNGIE__API_KEY?"),
        ("HAWTHORNE_DISCORD__TOKE", "did you mean HAWTHORNE_DISCORD__TOKEN?"),
        ("HAWTHORNE_CLANS", "did you mean HAWTHORNE_CLANS"),
        ("HAWTHORNE_SCHEDULE__", "did you mean HAWTHORNE_SCHEDULE"),
        ("HAWTHORNE_BUNGIE__URL_FILE", "did you mean HAWTHORNE_BUNGIE__URL?"),
        ("HAWTHORNE_QQQQQQQQ", "config.example.toml"),
    ],
)
def test_an_unknown_variable_is_refused_by_name(tmp_path: Path, variable: str, hint: str) -> None:
    sentence = refusal(tmp_path, environ={variable: "1"})
    assert variable in sentence
    assert hint in sentence


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("data_dir", "", "folder"),
        ("data_dir", 5, "str"),
        ("discord.token", 5, "str"),
        ("discord.token", {"a": 1}, "str"),
        ("discord.api_url", "discord.com/api", "https://"),
        ("discord.api_url", "ftp://discord.com", "https://"),
        ("discord.api_url", "https://", "https://"),
        ("discord.gateway_url", "https://gateway.discord.gg", "wss://"),
        ("discord.announce_channel_id", "general", "int"),
        ("discord.announce_channel_id", 0, "Copy Channel ID"),
        ("discord.announce_channel_id", -5, "Copy Channel ID"),
        ("bungie.url", "https://www.bungie.net:port", "https://"),
        ("bungie.url", "https://[::1", "https://"),
        ("bungie.url", "https://www.bungie.net?x=1", "https://"),
        ("bungie.stats_url", "", "https://"),
        ("bungie.requests_per_second", 0, "> 0"),
        ("bungie.requests_per_second", 26, "<= 25"),
        ("bungie.requests_per_second", "many", "float"),
        ("bungie.egress", "", ">= 1"),
        ("database.url", "mysql://u:p@h/d", "postgresql://"),
        ("database.web_url", "u:p@h/d", "postgresql://"),
        ("clans.ids", 5, "array"),
        ("clans.ids", ["Quiet Orbit"], "int"),
        ("clans.ids", [0], "number in its address"),
        ("clans.ids", [2**63], "number in its address"),
        ("clans.ids", [5, "5"], "twice"),
        ("manifest.tables", "some", "needed, all"),
        ("manifest.language", "nl", "en, fr"),
        ("schedule.membership_seconds", 0, ">= 1"),
        ("schedule.roster_seconds", -1, ">= 1"),
        ("schedule.matches_seconds", 1.5, "int"),
        ("schedule.collections_seconds", "", "int"),
        ("schedule.manifest_seconds", "soon", "int"),
        ("schedule.leave_confirmations", 0, ">= 1"),
        ("matches.modes", [], ">= 1"),
        ("matches.modes", ["raids"], "raid, dungeon"),
        ("matches.settle_seconds", -1, ">= 0"),
        ("matches.keep_reports_days", -1, ">= 0"),
        ("dashboard.host", "", ">= 1"),
        ("dashboard.port", 65536, "<= 65535"),
        ("dashboard.port", "http", "int"),
        ("dashboard.public_url", "quiet-orbit.example", "https://"),
        ("dashboard.public_url", "https://quiet-orbit.example/#x", "https://"),
        ("dashboard.access", "everyone", "members, public, off"),
        ("log.level", "LOUD", "DEBUG, INFO, WARNING, ERROR"),
        ("log.format", "xml", "auto, console, json"),
    ],
)
def test_a_wrong_value_is_refused_by_name(tmp_path: Path, key: str, value: Any, says: str) -> None:
    text = as_toml(key, value) if not isinstance(value, dict) else f"[{key}]\na = 1"
    sentence = refusal(tmp_path, text)
    assert sentence.startswith(f"{key} is not right: ")
    assert says in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize("text", ["123", "[1", "1,2", '{"a": 1}', ""])
def test_a_list_in_the_environment_is_json(tmp_path: Path, text: str) -> None:
    assert "HAWTHORNE_CLANS__IDS must be a JSON list" in refusal(tmp_path, environ={"HAWTHORNE_CLANS__IDS": text})


def test_a_text_that_looks_like_a_list_is_a_text(tmp_path: Path) -> None:
    environ = {"HAWTHORNE_BUNGIE__CONTACT": "[someone", "HAWTHORNE_DISCORD__TOKEN": "[1]"}
    config = load(written(tmp_path, ""), environ)
    assert (config.bungie.contact, config.discord.token.reveal()) == ("[someone", "[1]")


def test_a_secret_set_twice_is_refused(tmp_path: Path) -> None:
    environ = {"HAWTHORNE_DISCORD__TOKEN": "a", "HAWTHORNE_DISCORD__TOKEN_FILE": "b"}
    assert "both set" in refusal(tmp_path, environ=environ)


def test_a_secrets_file_that_is_missing_is_named(tmp_path: Path) -> None:
    sentence = refusal(tmp_path, environ={"HAWTHORNE_DISCORD__TOKEN_FILE": "nowhere"})
    assert "HAWTHORNE_DISCORD__TOKEN_FILE" in sentence
    assert str(tmp_path / "nowhere") in sentence


def test_a_file_that_is_missing_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"config\.example\.toml"):
        load(tmp_path / "none.toml", {})


@pytest.mark.parametrize("content", [b"[discord\n", b"a = ", b"\xff\xfe\x00"])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"config\.toml"):
        load(path, {})


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read"):
        load(tmp_path, {})


# -- secrets stay secret ----------------------------------------------------------------------------------


def all_secrets(tmp_path: Path) -> Config:
    return load(written(tmp_path, ""), {variable_of(key): OTHER[key] for key in SECRETS})


def test_no_secret_shows_in_a_repr(tmp_path: Path) -> None:
    config = all_secrets(tmp_path)
    assert "canary" not in f"{config!r} {config} {config.discord!r} {[config.discord.token]} {config.database.url}"
    assert repr(Secret("x")) == "Secret(***)"
    assert repr(Secret()) == "Secret()"


def test_the_scrubber_is_given_every_secret_and_the_passwords_in_urls(tmp_path: Path) -> None:
    known = all_secrets(tmp_path).secrets()
    assert {OTHER[key] for key in SECRETS} <= set(known)
    assert {"canary-password", "canary-web"} <= set(known)


@pytest.mark.parametrize(
    ("url", "password"),
    [
        ("postgresql://u:p%40ss@h/d", "p@ss"),
        ("postgresql://u:p%40ss@h/d", "p%40ss"),
        ("postgresql://u@/d?host=/tmp&password=other", "other"),
    ],
)
def test_a_password_is_known_in_each_form(tmp_path: Path, url: str, password: str) -> None:
    assert password in load(written(tmp_path, ""), {"HAWTHORNE_DATABASE__URL": url}).secrets()


@pytest.mark.parametrize("key", sorted(SECRETS))
def test_no_refusal_quotes_a_secret(tmp_path: Path, key: str) -> None:
    environ = {variable_of(name): "canary" for name in SECRETS} | {"HAWTHORNE_LOG__LEVEL": "x"}
    assert "canary" not in refusal(tmp_path, environ=environ)
    assert "canary" not in refusal(tmp_path, as_toml(key, ["canary"]))


def test_secrets_compare_by_value() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert len({Secret("a"), Secret("a")}) == 1
    assert Secret("a") != "a"
    assert not Secret()
