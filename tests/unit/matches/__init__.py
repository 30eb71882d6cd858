"""The pure part of matches."""
