"""The companion web dashboard: pages, CSV and a JSON API over what is stored. It only reads."""

from dashboard.app import create_app

__all__ = ["create_app"]
