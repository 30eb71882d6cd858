"""The membership protocol: what an answer about a clan's members proves, and what it does not.

Pure functions over a Watch. `decide` is the whole of a poll; `needs_group` says what to read before it; `note_missing`
is an answer that there is no such clan; `close_batch` is someone's decision about held leaves.
"""

from bot.ingest.membership.absence import answer_of
from bot.ingest.membership.accept import judge, needs_group
from bot.ingest.membership.decide import decide
from bot.ingest.membership.held import close_batch
from bot.ingest.membership.missing import note_missing

__all__ = ["answer_of", "close_batch", "decide", "judge", "needs_group", "note_missing"]
