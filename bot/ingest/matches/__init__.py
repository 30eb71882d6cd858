"""Matches: whose history is read and how far, which reports are fetched and when, what an error means for one. Pure."""
