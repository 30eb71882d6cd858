"""The only room that speaks to Bungie.net."""
