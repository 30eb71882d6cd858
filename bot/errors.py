"""The error tree. Each error carries the sentence that its reader gets.

HawthorneError
├── ConfigError            configuration is wrong; the process ends with 78
├── StartError             the machine stands in the way at start; the process ends with 1
│   ├── DatabaseUnreachable
│   ├── DataDirUnusable
│   └── PortInUse
├── AskError               someone asked for what can't be answered; becomes a 4xx or an ephemeral reply
│   ├── BadParameter       400
│   ├── NotAllowed         403
│   ├── UnknownThing       404
│   └── DatabaseAway       503
├── ChartFailed            a picture could not be drawn; the answer goes without it
└── BungieError            Bungie.net did not give what was asked
    ├── Unavailable        an outage: nothing can be said about the data (5, 1618, HTML, resets, time-outs)
    ├── Throttled          slow down; carries the seconds to wait
    ├── NotThere           the thing does not exist, by an error code that says so
    ├── NotYet             the thing does not exist yet, or may not be seen yet (1653, 12)
    ├── Private            its owner hides it
    ├── KeyRefused         the API key is missing, wrong or disabled
    └── OurMistake         Bungie.net could not make sense of the request: a defect here
"""

from __future__ import annotations


class HawthorneError(Exception):
    """Base of all errors raised on purpose; `str(error)` is one sentence for whoever reads it."""


class ConfigError(HawthorneError):
    """The configuration is wrong; the sentence names the key and says what to do."""


class StartError(HawthorneError):
    """Something outside the configuration keeps the process from starting."""


class DatabaseUnreachable(StartError):
    """PostgreSQL did not answer for as long as we try."""


class DataDirUnusable(StartError):
    """data_dir can't be written: read-only, full, or owned by someone else."""


class PortInUse(StartError):
    """The dashboard's port is taken."""


class AskError(HawthorneError):
    """A question that can't be answered; the sentence says why and what works instead."""

    code = "bad_request"
    status = 400


class BadParameter(AskError):
    """A parameter or value that isn't known, or an id that is malformed; the sentence names it."""

    code = "bad_parameter"


class NotAllowed(AskError):
    """The one who asks may not have this, or not from there; the sentence says who may."""

    code = "forbidden"
    status = 403


class UnknownThing(AskError):
    """An id that names nothing that is stored here."""

    code = "not_found"
    status = 404


class DatabaseAway(AskError):
    """The database did not answer while it was asked; the next try may succeed."""

    code = "database_away"
    status = 503


class ChartFailed(HawthorneError):
    """No picture: the worker is lost or busy, or the chart can't be drawn. The figures stand as text all the same."""

    def __init__(self) -> None:
        super().__init__("The chart can't be drawn right now; the figures are the same.")


class BungieError(HawthorneError):
    """Base of what can go wrong with a request to Bungie.net; `code` is its ErrorCode, 0 where there was none."""

    def __init__(self, sentence: str, *, code: int = 0) -> None:
        super().__init__(sentence)
        self.code = code


class Unavailable(BungieError):
    """Bungie.net is down, or answers what can't be trusted. Says nothing about the data.

    `passing`: it may be over in a moment, so asking again at once is worth it.
    """

    def __init__(self, sentence: str, *, code: int = 0, passing: bool = False) -> None:
        super().__init__(sentence, code=code)
        self.passing = passing


class Throttled(BungieError):
    """Bungie.net asks to slow down; `seconds` is how long."""

    def __init__(self, sentence: str, *, code: int = 0, seconds: float = 2.0) -> None:
        super().__init__(sentence, code=code)
        self.seconds = seconds


class NotThere(BungieError):
    """The account, group, character or page does not exist."""


class NotYet(BungieError):
    """It may come: a fresh report (1653), or one that is closed for now (12)."""


class Private(BungieError):
    """The account's owner hides what was asked for (1665)."""


class KeyRefused(BungieError):
    """The API key is missing, invalid, expired or its application is disabled (2101, 2102, 2103, 2107)."""


class OurMistake(BungieError):
    """The request itself was wrong (7, 8, 9, 18, ...): never retried, always logged."""
