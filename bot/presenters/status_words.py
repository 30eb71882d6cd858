"""What /status says of the whole, in Discord and on the web: can the numbers be trusted now?"""

from __future__ import annotations

from datetime import datetime

from bot.domain.status import LoopStatus, Status
from bot.presenters.freshness import clock_text, loop_is_late
from bot.presenters.text import plural

_ON_TIME = "All loops on time."


def loop_name(name: str) -> str:
    """A loop as a reader may know it: "membership" -> "Membership"."""
    return name.replace("_", " ").capitalize()


def takeaway(status: Status, now: datetime) -> tuple[str, str]:
    """One sentence for the whole, and what is to be said besides, with a space before it; "" for nothing."""
    if status.bungie.state == "down":
        since = f" since {clock_text(status.bungie.since, now)}" if status.bungie.since else ""
        return f"Bungie.net is down{since}.", " What is shown is the last good reading; nothing is lost."
    if not status.loops:
        return "No loop has run yet.", " The first ones run within seconds of the start of the ingest part."
    late = [loop for loop in status.loops if loop_is_late(loop, now)]
    return _late(late) if late else (_ON_TIME, _troubles(status))


def _late(loops: list[LoopStatus]) -> tuple[str, str]:
    names = " and ".join(loop_name(loop.name) for loop in loops)
    if len(loops) == 1:
        return f"{names} is late.", " It goes on by itself; its last result says why."
    return f"{names} are late.", " They go on by themselves; their last results say why."


def _troubles(status: Status) -> str:
    refused = sum(channel.state != "ok" for channel in status.channels)
    held = sum(batch.count for batch in status.held)
    told = [
        *([f"{plural(refused, 'channel')} refused"] if refused else []),
        *([f"{plural(held, 'leave')} held"] if held else []),
    ]
    return f" {' and '.join(told)}." if told else ""
