"""Rows into what the pages print: words, marks and the geometry of strips. Pure; the templates only place it."""
