"""The JSON API of contract.md section 5 and the document that describes it."""

from dashboard.api.collections import collections
from dashboard.api.events import events
from dashboard.api.manifest import manifest
from dashboard.api.matches import matches
from dashboard.api.members import members
from dashboard.api.openapi import openapi
from dashboard.api.roster import clans
from dashboard.api.stats import stats
from dashboard.api.status import status
from dashboard.api.weapons import weapons

BLUEPRINTS = (clans, events, weapons, collections, stats, members, matches, manifest, status, openapi)
