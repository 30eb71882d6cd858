"""Matches: who met where and when, what each of them did there, and the years of it behind a world."""
