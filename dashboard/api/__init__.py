"""The JSON API of contract.md section 5 and the document that describes it."""

from dashboard.api.events import events
from dashboard.api.members import members
from dashboard.api.openapi import openapi
from dashboard.api.roster import clans
from dashboard.api.status import status

BLUEPRINTS = (clans, events, members, status, openapi)
