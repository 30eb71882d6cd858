"""The dashboard's port: free, or Hawthorne's own already."""

from __future__ import annotations

import aiohttp

from bot.cli.doctor.finding import Finding, fix, ok
from bot.config import Config
from bot.errors import ConfigError, PortInUse
from bot.runtime.requirements import bind

_TIMEOUT = aiohttp.ClientTimeout(total=3)


async def check_port(config: Config) -> Finding:
    """Bound for a moment where it is free; where it is not, asked whether Hawthorne listens."""
    host, port = config.dashboard_host, config.dashboard.port
    try:
        bind(config).close()
    except ConfigError as error:
        return fix("dashboard", str(error))
    except PortInUse as error:
        if await _is_ours(host, port):
            return ok("dashboard", f"Hawthorne listens on {host}, port {port}")
        return fix("dashboard", str(error))
    return ok("dashboard", f"port {port} on {host} is free; access is {config.dashboard.access}")


async def _is_ours(host: str, port: int) -> bool:
    place = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 - compared, not bound
    address = f"[{place}]" if ":" in place else place
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as http,
            http.get(f"http://{address}:{port}/healthz") as answer,
        ):
            return answer.status == 200 and bool((await answer.json())["ok"])
    except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError):
        return False
