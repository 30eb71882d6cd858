"""The pages, one file each."""

from dashboard.views.clans import clans
from dashboard.views.events import events
from dashboard.views.members import members
from dashboard.views.overview import overview
from dashboard.views.roster import roster
from dashboard.views.status import status
from dashboard.views.system import system
from dashboard.views.theme import theme

PAGES = (clans, overview, roster, events, members, status, theme)

__all__ = ["PAGES", "system"]
