"""Structured logs: readable on a terminal, JSON elsewhere, and never a secret in a line."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

from bot.config import Config

_QUIET = ("discord", "aiohttp", "apscheduler", "hypercorn", "asyncio", "quart")
_DISCORD_TOKEN = re.compile(r"[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}")
_HOOK_TOKEN = re.compile(r"(/(?:webhooks|interactions)/\d+/)[\w-]{20,}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_MANY_LINES = {"exception", "stack"}  # ours to break: everything else is one line, whatever a name contains


def configure(config: Config) -> None:
    """Send everything, discord.py's and hypercorn's lines too, through one formatter to stderr."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        scrubber(config.secrets()),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[_drop_meta, _renderer(config)])
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(config.log.level)
    for name in _QUIET:  # at DEBUG they would log request bodies and tokens
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(config.log.level)))


def _drop_meta(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return structlog.stdlib.ProcessorFormatter.remove_processors_meta(logger, method, event)


def _renderer(config: Config) -> Any:
    readable = config.log.format == "console" or (config.log.format == "auto" and sys.stderr.isatty())
    if readable:
        return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def scrubber(secrets: tuple[str, ...]) -> Processor:
    """A processor that masks known secrets and what looks like one, and takes control characters out of every value."""
    known = sorted((s for s in secrets if len(s) >= 4), key=len, reverse=True)

    def hide(text: str) -> str:
        for secret in known:
            text = text.replace(secret, "***")
        return _HOOK_TOKEN.sub(r"\1***", _DISCORD_TOKEN.sub("***", text))

    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {clean(str(key)): clean(inner) for key, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [clean(inner) for inner in value]
        if isinstance(value, (int, float, bool, type(None))):
            return value
        return _UNPRINTABLE.sub("\ufffd", hide(str(value)))

    def scrub(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        for key in [k for k in event if not k.startswith("_")]:
            if key in _MANY_LINES:
                event[key] = "\n".join(clean(line) for line in str(event[key]).split("\n"))
            else:
                event[key] = clean(event[key])
        return event

    return scrub
