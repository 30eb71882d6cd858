"""The application, put together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from quart import Quart

from bot.clock import Clock
from bot.config import Config
from dashboard import api, headers, metrics, problems, views
from dashboard.site import Site, install
from db.pool import Pool

_BODY_LIMIT = 64 * 1024


def _leads_nothing() -> None:
    return None


def create_app(
    read_pool: Pool,
    desk_pool: Pool,
    config: Config,
    clock: Clock,
    *,
    leading_since: Callable[[], datetime | None] = _leads_nothing,
) -> Quart:
    """The dashboard over a pool that only reads.

    `leading_since` says since when this very process leads the loops (None: it doesn't): /readyz watches those.
    With dashboard.access off there are no pages and no API, only /healthz, /readyz and /metrics.
    """
    app = Quart("dashboard", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _BODY_LIMIT
    install(app.extensions, Site(read_pool, desk_pool, config, clock, leading_since))
    metrics.install(app)
    headers.install(app)
    problems.install(app)
    app.register_blueprint(views.system)
    app.register_blueprint(metrics.metrics)
    if config.dashboard.access != "off":
        for blueprint in (*views.PAGES, *api.BLUEPRINTS):
            app.register_blueprint(blueprint)
    return app
