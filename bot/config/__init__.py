"""TOML and environment into one frozen Config; unknown, missing and malformed keys are refused by name.

Environment wins over the file: HAWTHORNE_<SECTION>__<KEY>, lists as JSON, secrets also from a file named by
HAWTHORNE_<SECTION>__<KEY>_FILE. docs/configuration.md tells the keys' meanings; config.example.toml shows them all.
"""

from bot.config.keys import (
    SECTIONS,
    Bungie,
    Clans,
    Config,
    Dashboard,
    Database,
    Discord,
    Log,
    Manifest,
    Matches,
    Schedule,
    Secret,
    keys_of,
)
from bot.config.read import file_of, load, variable_of

__all__ = [
    "SECTIONS",
    "Bungie",
    "Clans",
    "Config",
    "Dashboard",
    "Database",
    "Discord",
    "Log",
    "Manifest",
    "Matches",
    "Schedule",
    "Secret",
    "file_of",
    "keys_of",
    "load",
    "variable_of",
]
