"""The loop of matches: who has played, which matches are new, and what has to be done now and then."""

from bot.jobs.matches.loop import LOOP, run

__all__ = ["LOOP", "run"]
