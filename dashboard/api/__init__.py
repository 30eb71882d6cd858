"""The JSON API of contract.md section 5 and the document that describes it."""

from dashboard.api.roster import clans
from dashboard.api.status import status

BLUEPRINTS = (clans, status)
