"""The companion web pages and JSON API."""
