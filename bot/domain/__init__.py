"""Nouns: frozen dataclasses and enums, no behaviour beyond properties."""
