"""The worker of the queue: takes jobs, fetches reports and pages of histories, stores what came of them."""

from bot.jobs.reports.worker import Worker, work_until

__all__ = ["Worker", "work_until"]
