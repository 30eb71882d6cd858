"""Verbs: pure functions from what Bungie.net said to what changed."""
