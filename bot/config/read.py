"""A file and the environment into a Config."""

from __future__ import annotations

import contextlib
import json
import os
import tomllib
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin
from urllib.parse import urlsplit

import msgspec

from bot.config.keys import SECTIONS, Config, Secret, keys_of
from bot.errors import ConfigError

_PREFIX = "HAWTHORNE_"
_NOT_KEYS = {"HAWTHORNE_CONFIG", "HAWTHORNE_SAMPLES", "HAWTHORNE_FAILPOINT"}


def file_of(path: Path | None, environ: Mapping[str, str] | None = None) -> Path | None:
    """The file to read: `path`, else the one that HAWTHORNE_CONFIG names, else ./config.toml where that exists."""
    named = (os.environ if environ is None else environ).get("HAWTHORNE_CONFIG")
    if path is not None or named:
        return path or Path(named or "")
    return here if (here := Path("config.toml")).exists() else None


def load(path: Path | None, environ: Mapping[str, str] | None = None) -> Config:
    """Read the configuration from `file_of(path)` and the environment.

    Raises ConfigError with one sentence that names the key and says what to do.
    """
    environ = os.environ if environ is None else environ
    path = file_of(path, environ)
    raw = _read(path) if path else {}
    _refuse_unknown(raw, path)
    base = path.parent if path else Path.cwd()
    return _check(_convert(_overlay(raw, environ, base)), base.resolve())


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))  # Windows editors write a mark in front
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
        elif name in SECTIONS:
            raise ConfigError(f"{name} must be a section in {path}: write [{name}] on a line of its own.")
        else:
            _known(name, f"in {path}")


def _known(name: str, where: str, spelled: Callable[[str], str] = str) -> None:
    """Raises ConfigError for a key that is none; `spelled` writes a key as the place it stands in spells it."""
    known = ["data_dir", *(f"{section}.{key}" for section in SECTIONS for key in keys_of(section))]
    if name in known:
        return
    close = [key for key in known if key.endswith(f".{name}")]
    close = close or get_close_matches(name, [*known, *SECTIONS], n=1, cutoff=0.6)
    hint = f"did you mean {spelled(close[0])}?" if close else "config.example.toml lists all keys."
    raise ConfigError(f"Unknown key {name} {where}: {hint}")


def variable_of(name: str) -> str:
    """The environment variable of a key: bungie.api_key -> HAWTHORNE_BUNGIE__API_KEY."""
    return _PREFIX + name.replace(".", "__").upper()


def _overlay(raw: Mapping[str, Any], environ: Mapping[str, str], base: Path) -> dict[str, Any]:
    """The file's values with the environment's over them."""
    merged: dict[str, Any] = {k: dict(v) if isinstance(v, dict) else v for k, v in raw.items()}
    for variable, text in sorted(environ.items()):
        if not variable.startswith(_PREFIX) or variable in _NOT_KEYS:
            continue
        name = variable.removeprefix(_PREFIX).lower().replace("__", ".", 1)
        if _names_a_file(name):
            name = name.removesuffix("_file")
            text = _secret_file(variable, base, text, environ.get(variable_of(name)))
        _known(name, f"in the environment ({variable})", variable_of)
        _put(merged, name, _parse(variable, text) if _is_list(name) else text)
    return merged


def _put(merged: dict[str, Any], name: str, value: Any) -> None:
    section, _, key = name.rpartition(".")
    (merged.setdefault(section, {}) if section else merged)[key] = value


def _type_of(name: str) -> Any:
    """The annotation of section.key; None for what is no key."""
    section, _, key = name.partition(".")
    fields = msgspec.structs.fields(SECTIONS[section]) if section in SECTIONS else ()
    return next((field.type for field in fields if field.name == key), None)


def _names_a_file(name: str) -> bool:
    """Whether it is a secret's key with _file behind it."""
    return name.endswith("_file") and _type_of(name.removesuffix("_file")) is Secret


def _is_list(name: str) -> bool:
    kind = _type_of(name)
    return get_origin(get_args(kind)[0] if get_origin(kind) is Annotated else kind) is tuple


def _secret_file(variable: str, base: Path, text: str, beside: str | None) -> str:
    if beside:
        raise ConfigError(f"{variable} and {variable.removesuffix('_FILE')} are both set: keep one.")
    path = base / Path(text).expanduser()
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{variable} names {path}, which can't be read: {error}.") from error


def _parse(variable: str, text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, list):
        raise ConfigError(f"""{variable} must be a JSON list like '["123"]'.""")
    return value


def _convert(merged: dict[str, Any]) -> Config:
    discord, dashboard = merged.get("discord", {}), merged.get("dashboard", {})
    if discord.get("announce_channel_id") == "":
        del discord["announce_channel_id"]
    if type(dashboard.get("oauth_client_id")) is int:  # Discord's ids are numbers, and easily written as such
        dashboard["oauth_client_id"] = str(dashboard["oauth_client_id"])
    try:
        return msgspec.convert(merged, Config, strict=False, dec_hook=_hook)
    except msgspec.ValidationError as error:
        raise ConfigError(_sentence(str(error))) from None


def _hook(wanted: type, value: Any) -> Any:
    if wanted is Secret and isinstance(value, str):
        return Secret(value.strip())  # pasted with a line break behind it
    if wanted is Path and value == "":
        raise ValueError("Expected the name of a folder")
    if wanted is Path and isinstance(value, str):
        return Path(value)
    raise TypeError(f"Expected `str`, got `{type(value).__name__}`")  # msgspec adds where


def _sentence(message: str) -> str:
    """msgspec's "Expected `int` >= 1 - at `$.schedule.roster_seconds`" as a sentence with the key in front."""
    text, _, at = message.partition(" - at `$")
    key = at.rstrip("`").lstrip(".") or "the configuration"
    if key.endswith("]"):
        key = key.partition("[")[0]
        text = f"in its list: {text}"
    choices = _choices(_type_of(key)) if "enum" in text else ()
    hint = f"; it is one of {', '.join(choices)}" if choices else ""
    return f"{key} is not right: {text.replace('`', '')}{hint}."


def _choices(kind: Any) -> tuple[str, ...]:
    """The words that a Literal, or a list of one, allows."""
    while get_origin(kind) in (Annotated, tuple):
        kind = get_args(kind)[0]
    return get_args(kind) if get_origin(kind) is Literal else ()


def _check(config: Config, base: Path) -> Config:
    """The rules that types can't say. Raises ConfigError."""
    for key in _URLS:
        section, name = key.split(".")
        _check_url(key, getattr(getattr(config, section), name))
    _check_database_url("database.url", config.database.url)
    _check_database_url("database.web_url", config.database.web_url)
    _check_ids(config)
    return _tidy(config, base)


_URLS = ("discord.api_url", "discord.gateway_url", "bungie.url", "bungie.stats_url", "dashboard.public_url")


def _tidy(config: Config, base: Path) -> Config:
    discord, bungie, dashboard = config.discord, config.bungie, config.dashboard
    replace = msgspec.structs.replace
    return replace(
        config,
        data_dir=(base / config.data_dir.expanduser()).resolve(),
        discord=replace(discord, api_url=discord.api_url.rstrip("/")),
        bungie=replace(bungie, url=bungie.url.rstrip("/"), stats_url=bungie.stats_url.rstrip("/")),
        dashboard=replace(dashboard, public_url=dashboard.public_url.rstrip("/")),
    )


def _check_ids(config: Config) -> None:
    channel = config.discord.announce_channel_id
    if channel is not None and not 0 < channel < 2**63:
        raise ConfigError(
            "discord.announce_channel_id is not right: right-click the channel in Discord, Copy Channel ID."
        )
    if any(not 0 < group_id < 2**63 for group_id in config.clans.ids):
        raise ConfigError("clans.ids is not right: a clan id is the number in its address on bungie.net.")
    if len(set(config.clans.ids)) != len(config.clans.ids):
        raise ConfigError("clans.ids is not right: a clan id stands in it twice.")


def _check_url(key: str, text: str) -> None:
    schemes = ("ws", "wss") if key == "discord.gateway_url" else ("http", "https")
    if not text and key == "dashboard.public_url":
        return
    with contextlib.suppress(ValueError):  # a port that is none, half an IPv6 address
        parts = urlsplit(text)
        plain = not parts.query and not parts.fragment and (parts.port is None or parts.port > 0)
        if parts.scheme in schemes and parts.hostname and plain:
            return
    raise ConfigError(f"{key} is not right: {text!r} is no address like {schemes[-1]}://host.")


def _check_database_url(key: str, secret: Secret) -> None:
    """By its scheme alone: the rest is PostgreSQL's to judge. The value stays out of the sentence."""
    if secret and not secret.reveal().startswith(("postgresql://", "postgres://")):
        raise ConfigError(f"{key} is not right: it starts with postgresql://.")
