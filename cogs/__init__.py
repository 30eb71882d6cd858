"""Slash commands, one feature a file."""
