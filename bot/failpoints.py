"""Places where a test may end the process as a power cut would: the crash matrix kills it between any two steps.

HAWTHORNE_FAILPOINT="name" ends the process at the first passage of that place, "name:3" at the third. Unset, a
passage costs one comparison.
"""

from __future__ import annotations

import os

POSTS = ("outbox_written", "sending_committed", "accepted_by_discord", "sent_committed")
REPORTS = ("report_taken", "report_fetched", "reports_written", "reports_committed")
WALKS = ("walk_recorded", "walk_committed", "page_read", "page_written", "page_committed")
EXIT_STATUS = 137  # what a shell reports of a process killed by SIGKILL

_name, _, _count = os.environ.get("HAWTHORNE_FAILPOINT", "").partition(":")
_left = int(_count) if _count.isdigit() else 1


def reach(name: str) -> None:
    """Pass a place; does not return when it is the one to die at."""
    global _left
    if name != _name:
        return
    _left -= 1
    if _left <= 0:
        os._exit(EXIT_STATUS)
