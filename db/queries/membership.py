"""Where the rest of the program finds what it may ask about membership."""

from db.queries.held import select_held, select_held_leaves
from db.queries.polls import select_polls

__all__ = ["select_held", "select_held_leaves", "select_polls"]
