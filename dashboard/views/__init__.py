"""The pages, one file each."""

from dashboard.views.clans import clans
from dashboard.views.events import events
from dashboard.views.exotic import exotic
from dashboard.views.exotics import exotics
from dashboard.views.manifest import manifest
from dashboard.views.matches import matches
from dashboard.views.members import members
from dashboard.views.overview import overview
from dashboard.views.pictures import pictures
from dashboard.views.roster import roster
from dashboard.views.seals import seals
from dashboard.views.stats import stats
from dashboard.views.status import status
from dashboard.views.system import system
from dashboard.views.theme import theme
from dashboard.views.weapon import weapon
from dashboard.views.weapons import weapons

PAGES = (
    clans,
    overview,
    roster,
    weapons,
    weapon,
    exotics,
    exotic,
    seals,
    stats,
    events,
    members,
    matches,
    manifest,
    pictures,
    status,
    theme,
)

__all__ = ["PAGES", "system"]
