"""TOML and environment into one frozen Config; unknown, missing and malformed keys are refused by name.

Environment wins over the file: HAWTHORNE_<SECTION>__<KEY>, lists as JSON, secrets also from a file named by
HAWTHORNE_<SECTION>__<KEY>_FILE. The keys and their meanings are contract.md section 2; config.example.toml shows all.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec

from bot.errors import ConfigError

_PREFIX = "HAWTHORNE_"
_NOT_KEYS = {"HAWTHORNE_CONFIG", "HAWTHORNE_SAMPLES"}
Seconds = Annotated[int, msgspec.Meta(ge=1)]
NotNegative = Annotated[int, msgspec.Meta(ge=0)]
Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
Mode = Literal[
    "all",
    "crucible",
    "competitive",
    "iron_banner",
    "trials",
    "gambit",
    "pve",
    "strikes",
    "nightfall",
    "raid",
    "dungeon",
]


class Secret:
    """A value that never shows itself: in logs, tracebacks and reprs it is ***. False when empty."""

    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret(***)" if self._value else "Secret()"


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of the sections."""


class Discord(_Section, frozen=True):
    token: Secret = Secret()
    api_url: str = "https://discord.com/api/v10"
    gateway_url: str = "wss://gateway.discord.gg/"
    announce_channel_id: int | None = None


class Bungie(_Section, frozen=True):
    api_key: Secret = Secret()
    url: str = "https://www.bungie.net"
    stats_url: str = "https://stats.bungie.net"
    requests_per_second: Annotated[float, msgspec.Meta(gt=0, le=25)] = 20
    egress: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] = "default"
    contact: str = ""


class Database(_Section, frozen=True):
    url: Secret = Secret()
    web_url: Secret = Secret()


class Clans(_Section, frozen=True):
    ids: tuple[int, ...] = ()


class Manifest(_Section, frozen=True):
    tables: Literal["needed", "all"] = "needed"
    language: Literal["en", "fr", "es", "es-mx", "de", "it", "ja", "pt-br", "ru", "pl", "ko", "zh-cht", "zh-chs"] = "en"


class Schedule(_Section, frozen=True):
    membership_seconds: Seconds = 180
    roster_seconds: Seconds = 180
    matches_seconds: Seconds = 300
    collections_seconds: Seconds = 1800
    manifest_seconds: Seconds = 1200
    leave_confirmations: Annotated[int, msgspec.Meta(ge=1, le=100)] = 2


class Matches(_Section, frozen=True):
    modes: Annotated[tuple[Mode, ...], msgspec.Meta(min_length=1)] = ("all",)
    settle_seconds: NotNegative = 300
    keep_reports_days: NotNegative = 0


class Dashboard(_Section, frozen=True):
    host: Annotated[str, msgspec.Meta(min_length=1)] = "127.0.0.1"
    port: Port = 8080
    public_url: str = ""
    access: Literal["members", "public", "off"] = "members"
    oauth_client_id: str = ""
    oauth_client_secret: Secret = Secret()
    secret_key: Secret = Secret()


class Log(_Section, frozen=True):
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["auto", "console", "json"] = "auto"


class Config(_Section, frozen=True):
    """Everything that can be configured. `data_dir` is absolute; URLs have no slash at the end."""

    data_dir: Path = Path("data")
    discord: Discord = Discord()
    bungie: Bungie = Bungie()
    database: Database = Database()
    clans: Clans = Clans()
    manifest: Manifest = Manifest()
    schedule: Schedule = Schedule()
    matches: Matches = Matches()
    dashboard: Dashboard = Dashboard()
    log: Log = Log()

    def secrets(self) -> tuple[str, ...]:
        """The values that no log line may show."""
        held = (
            self.discord.token,
            self.bungie.api_key,
            self.database.url,
            self.database.web_url,
            self.dashboard.oauth_client_secret,
            self.dashboard.secret_key,
        )
        return tuple(secret.reveal() for secret in held if secret)

    @property
    def dashboard_host(self) -> str:
        """Where the web part binds: `members` without a sign-in stays on loopback, whatever dashboard.host says."""
        return "127.0.0.1" if self.dashboard.access == "members" else self.dashboard.host


SECTIONS: dict[str, type[_Section]] = {
    field.name: field.type
    for field in msgspec.structs.fields(Config)
    if isinstance(field.type, type) and issubclass(field.type, _Section)
}


def keys_of(section: str) -> tuple[str, ...]:
    """The keys of a section, in the order of the contract."""
    return tuple(field.name for field in msgspec.structs.fields(SECTIONS[section]))


def load(path: Path | None, environ: Mapping[str, str] | None = None) -> Config:
    """Read the configuration; `path` None looks at HAWTHORNE_CONFIG, then at ./config.toml where that exists.

    Raises ConfigError with one sentence that names the key and says what to do.
    """
    environ = os.environ if environ is None else environ
    path = path or (Path(environ["HAWTHORNE_CONFIG"]) if environ.get("HAWTHORNE_CONFIG") else None)
    if path is None and (here := Path("config.toml")).exists():
        path = here
    raw = _read(path) if path else {}
    _refuse_unknown(raw, path)
    base = path.parent if path else Path.cwd()
    return _check(_convert(_overlay(raw, environ, base)), base.resolve())


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigError(
            f"{path} does not exist: copy config.example.toml to it, or name another with --config."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} can't be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is no valid TOML: {error}.") from error


def _refuse_unknown(raw: Mapping[str, Any], path: Path | None) -> None:
    for name, value in raw.items():
        if name in SECTIONS and isinstance(value, dict):
            for key in value:
                _known(f"{name}.{key}", f"in {path}")
        else:
            _known(name, f"in {path}")


def _known(name: str, where: str) -> None:
    known = ["data_dir", *SECTIONS, *(f"{section}.{key}" for section in SECTIONS for key in keys_of(section))]
    if name in known:
        return
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    hint = f"did you mean {close[0]}?" if close else "config.example.toml lists all keys."
    raise ConfigError(f"Unknown key {name} {where}: {hint}")


def _overlay(raw: Mapping[str, Any], environ: Mapping[str, str], base: Path) -> dict[str, Any]:
    """The file's values with the environment's over them."""
    merged: dict[str, Any] = {k: dict(v) if isinstance(v, dict) else v for k, v in raw.items()}
    for variable, text in sorted(environ.items()):
        if not variable.startswith(_PREFIX) or variable in _NOT_KEYS:
            continue
        if variable == "HAWTHORNE_DATA_DIR":
            merged["data_dir"] = text
            continue
        section, _, key = variable.removeprefix(_PREFIX).lower().partition("__")
        if key.endswith("_file") and section in SECTIONS and key not in keys_of(section):
            key, text = key.removesuffix("_file"), _secret_file(variable, base / text)
        _known(f"{section}.{key}" if key else section, f"in the environment ({variable})")
        held = merged.setdefault(section, {})
        if not isinstance(held, dict):
            raise ConfigError(f"{section} must be a section: write [{section}] on a line of its own.")
        held[key] = _parse(variable, text)
    return merged


def _secret_file(variable: str, path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{variable} names {path}, which can't be read: {error}.") from error


def _parse(variable: str, text: str) -> Any:
    if not text.startswith("["):
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        raise ConfigError(f"""{variable} must be a JSON list like '["123"]': {error}.""") from error


def _convert(merged: dict[str, Any]) -> Config:
    for section, key in (("discord", "announce_channel_id"), ("dashboard", "oauth_client_id")):
        held = merged.get(section)
        if isinstance(held, dict) and held.get(key) == "" and key == "announce_channel_id":
            del held[key]
        elif isinstance(held, dict) and isinstance(held.get(key), int) and key == "oauth_client_id":
            held[key] = str(held[key])
    try:
        return msgspec.convert(merged, Config, strict=False, dec_hook=_hook)
    except msgspec.ValidationError as error:
        raise ConfigError(_sentence(str(error))) from None


def _hook(wanted: type, value: Any) -> Any:
    if wanted is Secret and isinstance(value, str):
        return Secret(value)
    if wanted is Path and isinstance(value, str):
        return Path(value)
    raise msgspec.ValidationError(f"Expected `str`, got `{type(value).__name__}`")


def _sentence(message: str) -> str:
    """msgspec's "Expected `int` >= 1 - at `$.schedule.roster_seconds`" as a sentence with the key in front."""
    text, _, at = message.partition(" - at `$")
    key = at.rstrip("`").lstrip(".") or "the configuration"
    if "[...]" in key:
        key = key.replace("[...]", "")
        text = f"in its list: {text}"
    return f"{key} is not right: {text.replace('`', '')}."


def _check(config: Config, base: Path) -> Config:
    for key in (
        "discord.api_url",
        "discord.gateway_url",
        "bungie.url",
        "bungie.stats_url",
        "dashboard.public_url",
    ):
        section, name = key.split(".")
        _check_url(key, getattr(getattr(config, section), name))
    if any(group_id <= 0 or group_id >= 2**63 for group_id in config.clans.ids):
        raise ConfigError("clans.ids is not right: a clan id is the number in its address on bungie.net.")
    if len(set(config.clans.ids)) != len(config.clans.ids):
        raise ConfigError("clans.ids is not right: a clan id stands in it twice.")
    return msgspec.structs.replace(
        config,
        data_dir=(base / config.data_dir.expanduser()).resolve(),
        discord=msgspec.structs.replace(config.discord, api_url=config.discord.api_url.rstrip("/")),
        bungie=msgspec.structs.replace(
            config.bungie, url=config.bungie.url.rstrip("/"), stats_url=config.bungie.stats_url.rstrip("/")
        ),
        dashboard=msgspec.structs.replace(config.dashboard, public_url=config.dashboard.public_url.rstrip("/")),
    )


def _check_url(key: str, text: str) -> None:
    schemes = {"discord.gateway_url": ("ws", "wss")}.get(key, ("http", "https"))
    if not text and key == "dashboard.public_url":
        return
    parts = urlsplit(text)
    if parts.scheme not in schemes or not parts.netloc:
        raise ConfigError(f"{key} is not right: {text!r} is no address that starts with {schemes[-1]}://.")
