"""Answers and posts as discord.Embed: rows in, what people see out."""
