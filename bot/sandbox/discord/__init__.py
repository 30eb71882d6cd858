"""A simulated Discord: REST v10, gateway, interactions and a page to look at it, for the real discord.py."""
