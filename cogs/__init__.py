"""Features in Discord, one a file: slash commands, and the loop of the job that each shows."""

MODULES = (
    "cogs.membership",
    "cogs.roster",
    "cogs.weapons",
    "cogs.weapon",
    "cogs.exotics",
    "cogs.seals",
    "cogs.manifest",
    "cogs.matches",
    "cogs.status",
    "cogs.help",
    "cogs.about",
)
