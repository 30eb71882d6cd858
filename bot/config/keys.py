"""The keys, as frozen structs with their defaults. Their meanings are docs/configuration.md."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

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

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

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
        values = [secret.reveal() for secret in held if secret]
        return (*values, *sorted(_passwords(self.database.url.reveal()) | _passwords(self.database.web_url.reveal())))

    @property
    def dashboard_host(self) -> str:
        """Where the web part binds: `members` without a sign-in stays on loopback, whatever dashboard.host says."""
        return "127.0.0.1" if self.dashboard.access == "members" else self.dashboard.host


SECTIONS: dict[str, type[_Section]] = {
    field.name: field.type
    for field in msgspec.structs.fields(Config)
    if isinstance(field.type, type) and issubclass(field.type, _Section)
}


def _passwords(url: str) -> set[str]:
    """A database URL's password as it stands there and as PostgreSQL gets it: errors may quote it alone."""
    with contextlib.suppress(ValueError):
        parts = urlsplit(url)
        written = [parts.password or "", *parse_qs(parts.query).get("password", [])]
        return {form for password in written for form in (password, unquote(password)) if form}
    return set()


def keys_of(section: str) -> tuple[str, ...]:
    """The keys of a section, in the order of the contract."""
    return tuple(field.name for field in msgspec.structs.fields(SECTIONS[section]))
